/**
 * Which kernels compute: whether there are vectors, and when each kind of work goes over to them.
 *
 * <p>A loss of the best backend begins in scalar code. Each kind of work has a {@link
 * org.simdloss.internal.backend.Switch}, which counts what the calls cost, has a {@link
 * org.simdloss.internal.backend.Preparation} prepare the same work in vectors in the {@link
 * org.simdloss.internal.backend.Background}, lets a {@link org.simdloss.internal.backend.Trial}
 * compare both on the calls themselves, and then hands out the form of the loss that won. {@link
 * org.simdloss.internal.backend.Headroom} keeps all of that away from callers whose stack or heap
 * is nearly full.
 *
 * <p>Uses the losses and what is below; it makes no calls as a user does. Begin with {@link
 * org.simdloss.internal.backend.Switch}. {@link org.simdloss.internal.backend.Switches} lists the
 * classes of losses.
 */
package org.simdloss.internal.backend;

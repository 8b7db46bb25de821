/**
 * Loops over the contiguous elements of a block, in plain Java and in the Vector API, and what they
 * share: the order of sums and products, one-hot rows as bits. Uses {@code internal.math} alone; it
 * knows of no batch, loss or call. Begin with {@link org.simdloss.internal.kernel.Kernels}; {@link
 * org.simdloss.internal.kernel.ScalarKernels} is the reference for {@code VectorKernels}.
 *
 * <h2>What kernels must not do</h2>
 *
 * <ul>
 *   <li>{@code reduceLanes(ADD)} of floats: its order differs between interpreted and compiled code
 *       on JDK 25.
 *   <li>{@code lanewise} with {@code LOG} or {@code EXP}: their bits change as the code gets
 *       compiled.
 *   <li>{@code Math.log}, {@code Math.exp}: they differ between platforms.
 *   <li>Integer arithmetic on the bits of a value that may be NaN: which NaN it is may differ.
 *   <li>Conversions between {@code float} and {@code double} vectors: JDK 17 boxes them.
 *   <li>Pass a vector to a method of ours, or return one: where C2 does not inline it, it
 *       allocates.
 *   <li>Keep a species in anything but a {@code static final} field: loops run 10 to 100 times
 *       slower.
 * </ul>
 */
package org.simdloss.internal.kernel;

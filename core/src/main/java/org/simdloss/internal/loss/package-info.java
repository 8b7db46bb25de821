/**
 * The losses: what each sums over a block and over a row, and its derivatives. A class here knows
 * nothing of threads, of batches or of how its kernels were chosen. Uses {@code internal.block} and
 * what is below. Begin with {@link org.simdloss.internal.loss.SquaredErrorBlocks}, the simplest.
 *
 * <p>Each loss has two forms: one without options and row weights, and one that has them. That is a
 * class whose name begins with Weighted; of losses of two classes it is the same class, in which
 * weights change the coefficients of an element's two parts.
 */
package org.simdloss.internal.loss;

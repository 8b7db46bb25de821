/**
 * The losses: what each sums over a block and over a row, and its derivatives. A class here knows
 * nothing of threads, of batches or of how its kernels were chosen. Uses {@code internal.block} and
 * what is below. Begin with {@link org.simdloss.internal.loss.SquaredErrorBlocks}, the simplest.
 *
 * <p>Each loss has two forms: one without options and row weights, and one, whose name begins with
 * Weighted, that has them.
 */
package org.simdloss.internal.loss;

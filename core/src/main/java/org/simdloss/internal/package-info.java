/**
 * One arithmetic, and its executions. Not exported.
 *
 * <p>A loss is written down once, as a sequence of IEEE operations; every backend carries out that
 * sequence, and so returns the same bits. Where an implementation may choose a faster path it lets
 * the data decide, never the machine, and the path changes no bits.
 *
 * <h2>Packages</h2>
 *
 * Each uses those above it alone:
 *
 * <ol>
 *   <li>{@link org.simdloss.internal.math}: ln, exp, the fused multiply-add, exact sums
 *   <li>{@link org.simdloss.internal.kernel}: loops over contiguous elements, scalar and in vectors
 *   <li>{@link org.simdloss.internal.block}: a call's state and operands, block by block
 *   <li>{@link org.simdloss.internal.loss}: what each loss does with a block
 *   <li>{@link org.simdloss.internal.backend}: when work goes over from scalar code to vectors
 *   <li>{@link org.simdloss.internal.call}: a call of a loss, from its arguments to its result
 * </ol>
 *
 * <p>A call of a loss goes through {@link org.simdloss.internal.call.Evaluator}, which checks the
 * operands, {@link org.simdloss.internal.block.Blocks}, which cuts the batch, a {@link
 * org.simdloss.internal.block.BlockLoss}, which says what is summed over a block, and the {@link
 * org.simdloss.internal.kernel.Kernels} that the loss is bound to.
 *
 * <h2>The arithmetic</h2>
 *
 * <ul>
 *   <li><b>Blocks</b> are of at most 1920 elements, but for the cross-entropy. The squared error
 *       cuts the elements, counted row after row; the others cut whole rows, since a row's one hot
 *       column is a matter of the row, and only a row that is larger than a block into pieces. The
 *       cross-entropy's blocks are of the rows that 3840 elements hold, but of 64 rows at least (32
 *       if one is larger than a block as above) and of 1920 at most, because one logarithm serves
 *       all of them; with any targets it adds up blocks as above within.
 *   <li><b>Lanes.</b> Element i of a block goes to lane i mod 64, a {@code float} accumulator of
 *       fused multiply-adds. Four 512-bit vectors hold the 64 lanes; narrower vectors go over the
 *       block several times, or keep the lanes in memory. Lanes j, j+16, j+32 and j+48 fold to one
 *       in {@code float}, and the 16 that are left to one {@code double}, by halves.
 *   <li><b>Blocks add up</b> in {@code double}, in order, with compensation. Parallel runs compute
 *       the blocks' doubles on several threads and add them in the same order on one.
 *   <li><b>The logarithm and the exponential</b> are polynomials of add, multiply, fma and bit
 *       casts ({@code Ln}, {@code Exp}).
 *   <li><b>A sum of logarithms is the logarithm of a product</b> where each row has one hot column:
 *       16 lanes of factors in {@code double}, in groups of 512 rows, the exponents moved into a
 *       {@code long} after each group, and one logarithm a block. <b>Guards:</b> a group with a
 *       factor that is negative, 2 or more, infinite or NaN, or with a lane's product below 2^-990,
 *       is the logarithm of its mantissas' product, to which what has no logarithm is added.
 *       Without them two negative factors would cancel, and NaN could vanish. The vector kernel
 *       leaves such a group, or one with a y that it can not widen by bits alone, to the scalar
 *       one.
 *   <li><b>Any targets</b> need a logarithm for each element. If all of a block's y + δ are
 *       positive, normal and finite, as the least and the greatest of their bits say, then every
 *       logarithm is finite and a target of 0 adds nothing by itself. Otherwise the block is done
 *       again: logarithms of any numbers first, and then their products, where targets of 0 are
 *       left out.
 *   <li><b>One-hot</b> means that each row has one 1.0f and otherwise zeros. A block of targets
 *       that are so takes the path of labels.
 *   <li><b>Softmax.</b> A row all of whose logits are within ±64, or −∞ as those of masked classes
 *       are, is exponentiated as it is, any other less its maximum: a matter of the row alone, so
 *       that its neighbours change none of its bits. A block where all rows are so needs no maxima.
 *       Narrow rows are exponentiated together, and then summed eight columns at a time, then four,
 *       two and one. The sum of their logarithms is that of a product in {@code float}, mantissas
 *       and exponents apart: it loses less than the sums already have.
 *   <li><b>A gradient</b> is written block by block, after the block's loss and while the block is
 *       in cache; so it may take the place of predictions or targets. Only a row that is larger
 *       than a block is read twice.
 *   <li><b>Rows</b> ({@code perRow}) of fewer than 64 columns are summed as softmax's are; wider
 *       ones are blocks of their own.
 * </ul>
 *
 * <h2>Where there is no fused multiply-add</h2>
 *
 * {@link org.simdloss.internal.math.Fma} computes the same in software, exactly.
 */
package org.simdloss.internal;

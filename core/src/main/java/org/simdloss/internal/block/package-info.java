/**
 * A call, block by block: how a batch is cut, the state of a call, its operands and targets as
 * blocks of them are read, and what a loss must say of a block. Uses {@code internal.kernel} and
 * {@code internal.math}. Begin with {@link org.simdloss.internal.block.BlockLoss}, then {@link
 * org.simdloss.internal.block.Workspace}.
 */
package org.simdloss.internal.block;

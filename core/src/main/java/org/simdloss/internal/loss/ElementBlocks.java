package org.simdloss.internal.loss;

import org.simdloss.internal.block.BlockLoss;
import org.simdloss.internal.block.Blocks;
import org.simdloss.internal.block.TargetOptions;
import org.simdloss.internal.block.Workspace;
import org.simdloss.internal.kernel.Block;
import org.simdloss.internal.kernel.Kernels;
import org.simdloss.internal.kernel.Lanes;

/**
 * A loss that is a sum over elements, each by itself.
 *
 * <p>A block is {@value Block#ELEMENTS} elements, wherever rows end, so that only the batch's last
 * block has elements left over. Where rows have weights it is as many whole rows as that holds, or
 * a longer row, which is computed piece by piece.
 */
abstract sealed class ElementBlocks extends BlockLoss permits SquaredErrorBlocks, BinaryBlocks {
  ElementBlocks(Kernels kernels) {
    super(kernels);
  }

  /** Whether rows have weights. */
  abstract boolean isWeighted();

  /**
   * The sum over at most a block of elements: where rows have weights, whole rows that have been
   * weighed, or a piece of a long one.
   */
  abstract double sumOfPiece(
      Workspace work, float[] y, float[] t, int[] labels, int first, int n, float[] gradient);

  /** The terms of so many elements, from {@link Block#RESULTS} on. */
  abstract void writeTerms(Workspace work, float[] y, float[] t, int[] labels, int first, int n);

  @Override
  public final int blocks(int rows, int cols) {
    return isWeighted()
        ? Blocks.rowBlocks(rows, cols)
        : Blocks.ceilDiv(rows * cols, Block.ELEMENTS);
  }

  @Override
  public final double sum(
      int block, Workspace work, float[] y, float[] t, int[] labels, float[] gradient) {
    int cols = work.cols;
    if (isWeighted()) {
      int row = block * Blocks.rowsPerBlock(cols);
      int rows = Blocks.endRow(row, work.rows, cols) - row;
      return sumOfRows(work, y, t, labels, row, rows, gradient);
    }
    int first = block * Block.ELEMENTS;
    int n = Math.min(Block.ELEMENTS, work.rows * cols - first);
    return sumOfPiece(work, y, t, labels, first, n, gradient);
  }

  /** The sum over rows of no more than a block, or of a long one, piece by piece. */
  private double sumOfRows(
      Workspace work, float[] y, float[] t, int[] labels, int row, int rows, float[] gradient) {
    int from = row * work.cols;
    int end = from + rows * work.cols;
    weigh(work, labels, row, rows);
    double sum = 0;
    for (int first = from; end - first > 0; first += Block.ELEMENTS) { // safe from overflow
      int n = Math.min(Block.ELEMENTS, end - first);
      sum += sumOfPiece(work, y, t, labels, first, n, gradient);
    }
    return sum;
  }

  final void weigh(Workspace work, int[] labels, int row, int rows) {
    if (isWeighted()) {
      work.weighted().weigh(labels, TargetOptions.NONE, row, rows);
    }
  }

  @Override
  protected boolean addRowsTogether(int block, Workspace work, float[] y, float[] t, int[] labels) {
    int cols = work.cols;
    if (cols > Lanes.FOLDED) {
      return false;
    }
    int row = block * Blocks.rowsPerBlock(cols);
    int rows = Blocks.endRow(row, work.rows, cols) - row;
    weigh(work, labels, row, rows);
    writeTerms(work, y, t, labels, row * cols, rows * cols);
    for (int r = 0; r < rows; r++) {
      double sum = sumOfRow(work, y, t, labels, row, r);
      boolean isLast = r == rows - 1;
      work.addRow(
          sum, isWeighted() ? work.weight(labels, TargetOptions.NONE, row + r) : isLast ? rows : 0);
    }
    return true;
  }

  /** The sum over one row whose terms are there, the r-th of those from {@code row} on. */
  double sumOfRow(Workspace work, float[] y, float[] t, int[] labels, int row, int r) {
    int cols = work.cols;
    return Lanes.sumOfRow(work.scratch, Block.RESULTS + r * cols, cols, work.rowTerms);
  }

  @Override
  public final void perRow(
      int block, Workspace work, float[] y, float[] t, int[] labels, float[] losses) {
    int cols = work.cols;
    int row = block * Blocks.rowsPerBlock(cols);
    int end = Blocks.endRow(row, work.rows, cols);
    if (RowSums.areNarrow(cols)) {
      weigh(work, labels, row, end - row);
      writeTerms(work, y, t, labels, row * cols, (end - row) * cols);
      writeNarrow(work, row, end, losses);
      return;
    }
    for (int r = row; r < end; r++) {
      double sum = sumOfRows(work, y, t, labels, r, 1, null);
      losses[r] = RowSums.loss(sum, work.scale);
    }
  }

  /** The losses of narrow rows whose terms are there. */
  void writeNarrow(Workspace work, int row, int end, float[] losses) {
    RowSums.write(kernels, work, Block.RESULTS, row, end, losses);
  }
}

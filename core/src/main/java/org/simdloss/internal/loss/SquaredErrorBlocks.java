package org.simdloss.internal.loss;

import org.simdloss.internal.block.BlockLoss;
import org.simdloss.internal.block.Blocks;
import org.simdloss.internal.block.Output;
import org.simdloss.internal.block.Workspace;
import org.simdloss.internal.kernel.Block;
import org.simdloss.internal.kernel.Kernels;
import org.simdloss.internal.kernel.Lanes;
import org.simdloss.internal.kernel.ScalarKernels;

/**
 * Σ (y − t)².
 *
 * <p>A block is {@value Block#ELEMENTS} elements, wherever rows end: nothing here depends on rows,
 * and so only the batch's last block has elements left over.
 */
public sealed class SquaredErrorBlocks extends BlockLoss permits WeightedSquaredErrorBlocks {
  /** In scalar code; {@link #on} makes the others. */
  public static final SquaredErrorBlocks INSTANCE = new SquaredErrorBlocks(ScalarKernels.INSTANCE);

  SquaredErrorBlocks(Kernels kernels) {
    super(kernels);
  }

  @Override
  public BlockLoss bind(Kernels by) {
    return new SquaredErrorBlocks(by);
  }

  @Override
  public long nanos(int rows, int cols, Output output, boolean labelled) {
    int picos = output == Output.ROW_LOSSES ? 450 : output.hasGradient() ? 200 : 100;
    return (long) rows * cols * picos / 1000;
  }

  @Override
  public int leastLabelColumns() {
    return 2;
  }

  @Override
  public int blocks(int rows, int cols) {
    return Blocks.ceilDiv(rows * cols, Block.ELEMENTS);
  }

  @Override
  public double sum(
      int block, Workspace work, float[] y, float[] t, int[] labels, float[] gradient) {
    int first = block * Block.ELEMENTS;
    int n = Math.min(Block.ELEMENTS, work.rows * work.cols - first);
    float[] yIn = work.y.read(kernels, y, first, n, Block.Y);
    float[] tIn = work.t.values(kernels, t, labels, first, n, Block.T);
    double sum = sumSquares(work, yIn, tIn, n);
    if (gradient != null) {
      float[] out = work.out.place(gradient, first, n, Block.Y);
      kernels.differences(
          yIn, work.y.from, tIn, work.t.from, 2 * work.factor, n, out, work.out.from);
      work.out.write(kernels, gradient, out, first, n);
    }
    return sum;
  }

  /** The sum over at most a block of elements, which have been read. */
  private double sumSquares(Workspace work, float[] yIn, float[] tIn, int n) {
    return kernels.sumSquares(yIn, work.y.from, tIn, work.t.from, n, work.scratch);
  }

  /** The terms of a block of narrow rows. */
  final void writeSquares(Workspace work, float[] y, float[] t, int[] labels, int row, int rows) {
    int first = row * work.cols;
    int n = rows * work.cols;
    float[] yIn = work.y.read(kernels, y, first, n, Block.Y);
    float[] tIn = work.t.values(kernels, t, labels, first, n, Block.T);
    kernels.squares(yIn, work.y.from, tIn, work.t.from, n, work.scratch, RowSums.TERMS);
  }

  @Override
  protected boolean addRowsTogether(int block, Workspace work, float[] y, float[] t, int[] labels) {
    int cols = work.cols;
    if (cols > Lanes.FOLDED) {
      return false;
    }
    int row = block * Blocks.rowsPerBlock(cols);
    int rows = Blocks.endRow(row, work.rows, cols) - row;
    writeSquares(work, y, t, labels, row, rows);
    for (int r = 0; r < rows; r++) {
      double sum = Lanes.sumOfRow(work.scratch, RowSums.TERMS + r * cols, cols, work.rowTerms);
      work.addRow(sum, r < rows - 1 ? 0 : rows);
    }
    return true;
  }

  @Override
  public void perRow(
      int block, Workspace work, float[] y, float[] t, int[] labels, float[] losses) {
    int cols = work.cols;
    int row = block * Blocks.rowsPerBlock(cols);
    int end = Blocks.endRow(row, work.rows, cols);
    if (RowSums.areNarrow(cols)) {
      writeSquares(work, y, t, labels, row, end - row);
      RowSums.write(kernels, work, row, end, losses);
      return;
    }
    for (int r = row; r < end; r++) {
      double sum = 0;
      int stop = (r + 1) * cols;
      for (int first = r * cols; stop - first > 0; first += Block.ELEMENTS) { // overflow-safe
        int n = Math.min(Block.ELEMENTS, stop - first);
        float[] yIn = work.y.read(kernels, y, first, n, Block.Y);
        float[] tIn = work.t.values(kernels, t, labels, first, n, Block.T);
        sum += sumSquares(work, yIn, tIn, n);
      }
      losses[r] = RowSums.loss(sum, work.scale);
    }
  }
}

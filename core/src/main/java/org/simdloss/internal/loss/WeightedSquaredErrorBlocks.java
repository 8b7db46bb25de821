package org.simdloss.internal.loss;

import java.util.Arrays;
import org.simdloss.internal.block.BlockLoss;
import org.simdloss.internal.block.Blocks;
import org.simdloss.internal.block.Output;
import org.simdloss.internal.block.TargetOptions;
import org.simdloss.internal.block.WeightedRows;
import org.simdloss.internal.block.Workspace;
import org.simdloss.internal.kernel.Block;
import org.simdloss.internal.kernel.Kernels;
import org.simdloss.internal.kernel.ScalarKernels;

/** Σ w · (y − t)², w being the row's weight; a block is of whole rows, or a long row. */
public final class WeightedSquaredErrorBlocks extends SquaredErrorBlocks {
  /** In scalar code; {@link #on} makes the others. */
  public static final WeightedSquaredErrorBlocks INSTANCE =
      new WeightedSquaredErrorBlocks(ScalarKernels.INSTANCE);

  private WeightedSquaredErrorBlocks(Kernels kernels) {
    super(kernels);
  }

  @Override
  public BlockLoss bind(Kernels by) {
    return new WeightedSquaredErrorBlocks(by);
  }

  @Override
  public long nanos(int rows, int cols, Output output, boolean labelled) {
    return (long) rows * cols * 450 / 1000;
  }

  @Override
  public int blocks(int rows, int cols) {
    return Blocks.rowBlocks(rows, cols);
  }

  @Override
  public double sum(
      int block, Workspace work, float[] y, float[] t, int[] labels, float[] gradient) {
    int cols = work.cols;
    int row = block * Blocks.rowsPerBlock(cols);
    int rows = Blocks.endRow(row, work.rows, cols) - row;
    return sumOfRows(work, y, t, labels, row, rows, gradient);
  }

  /** The sum over rows of no more than a block, or of a long one, piece by piece. */
  private double sumOfRows(
      Workspace work, float[] y, float[] t, int[] labels, int row, int rows, float[] gradient) {
    int from = row * work.cols;
    int end = from + rows * work.cols;
    work.weighted().weigh(labels, TargetOptions.NONE, row, rows);
    double sum = 0;
    for (int first = from; end - first > 0; first += Block.ELEMENTS) { // safe from overflow
      int n = Math.min(Block.ELEMENTS, end - first);
      sum += sumOfPiece(work, y, t, labels, first, n, gradient);
    }
    return sum;
  }

  /** The sum over whole rows, or a piece of a long one. */
  private double sumOfPiece(
      Workspace work, float[] y, float[] t, int[] labels, int first, int n, float[] gradient) {
    float[] room = work.scratch;
    int rows = Math.max(1, n / work.cols);
    WeightedRows weighted = work.weighted();
    float[] yIn = work.y.read(kernels, y, first, n, Block.Y);
    float[] tIn = work.t.values(kernels, t, labels, first, n, Block.T);
    kernels.differences(yIn, work.y.from, tIn, work.t.from, 1, n, room, Block.TERMS);
    weighted.clear(room, Block.TERMS, rows, n / rows);
    weighted.writeScaled(kernels, room, Block.TERMS, rows, n / rows);
    double sum = kernels.sumProducts(room, Block.TERMS, room, Block.T, n, room);
    if (gradient != null) {
      float[] out = work.out.place(gradient, first, n, Block.Y);
      Arrays.fill(room, Block.TERMS, Block.TERMS + n, 0);
      kernels.differences(room, Block.T, room, Block.TERMS, 2 * work.factor, n, out, work.out.from);
      work.out.write(kernels, gradient, out, first, n);
    }
    return sum;
  }

  @Override
  protected boolean addRowsTogether(int block, Workspace work, float[] y, float[] t, int[] labels) {
    return false;
  }

  @Override
  public void perRow(
      int block, Workspace work, float[] y, float[] t, int[] labels, float[] losses) {
    int cols = work.cols;
    int row = block * Blocks.rowsPerBlock(cols);
    int end = Blocks.endRow(row, work.rows, cols);
    if (RowSums.areNarrow(cols)) {
      WeightedRows weighted = work.weighted();
      weighted.weigh(labels, TargetOptions.NONE, row, end - row);
      writeSquares(work, y, t, labels, row, end - row);
      RowSums.writeSums(kernels, work, work.scratch, RowSums.TERMS, end - row, work.rowSums);
      for (int r = row; r < end; r++) {
        float weight = weighted.weights[r - row];
        double sum = weight == 0 ? 0 : (double) weight * work.rowSums[r - row];
        losses[r] = RowSums.loss(sum, work.scale);
      }
      return;
    }
    for (int r = row; r < end; r++) {
      double sum = sumOfRows(work, y, t, labels, r, 1, null);
      losses[r] = RowSums.loss(sum, work.scale);
    }
  }
}

package org.simdloss.internal.loss;

import java.util.Arrays;
import org.simdloss.internal.block.BlockLoss;
import org.simdloss.internal.block.Output;
import org.simdloss.internal.block.WeightedRows;
import org.simdloss.internal.block.Workspace;
import org.simdloss.internal.kernel.Block;
import org.simdloss.internal.kernel.Kernels;
import org.simdloss.internal.kernel.ScalarKernels;

/** Σ w · (y − t)², w being the row's weight. */
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
  boolean isWeighted() {
    return true;
  }

  @Override
  double sumOfPiece(
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
    if (work.hessian != null) {
      float[] out = work.second.place(work.hessian, first, n, Block.Y);
      for (int r = 0, at = work.second.from; r < rows; r++, at += n / rows) {
        Arrays.fill(out, at, at + n / rows, weighted.weights[r] * (2 * work.factor));
      }
      work.second.write(kernels, work.hessian, out, first, n);
    }
    return sum;
  }

  /** Rows are not added together: their weights are multiplied on after the sum. */
  @Override
  protected boolean addRowsTogether(int block, Workspace work, float[] y, float[] t, int[] labels) {
    return false;
  }

  @Override
  void writeNarrow(Workspace work, int row, int end, float[] losses) {
    RowSums.writeSums(kernels, work, work.scratch, Block.RESULTS, end - row, work.rowSums);
    for (int r = row; r < end; r++) {
      float weight = work.weighted().weights[r - row];
      double sum = weight == 0 ? 0 : (double) weight * work.rowSums[r - row];
      losses[r] = RowSums.loss(sum, work.scale);
    }
  }
}

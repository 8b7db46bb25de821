package org.simdloss.internal.loss;

import java.util.Arrays;
import org.simdloss.internal.block.BlockLoss;
import org.simdloss.internal.block.Output;
import org.simdloss.internal.block.Workspace;
import org.simdloss.internal.kernel.Block;
import org.simdloss.internal.kernel.Kernels;
import org.simdloss.internal.kernel.ScalarKernels;

/** Σ (y − t)². */
public sealed class SquaredErrorBlocks extends ElementBlocks permits WeightedSquaredErrorBlocks {
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
  public Output[] outputs() {
    return new Output[] {Output.LOSS, Output.GRADIENT, Output.HESSIAN, Output.ROW_LOSSES};
  }

  @Override
  public long nanos(int rows, int cols, Output output, boolean labelled) {
    int picos = output == Output.ROW_LOSSES ? 450 : output.hasGradient() ? 200 : 100;
    return (long) rows * cols * picos / 1000;
  }

  @Override
  public int classes(int cols) {
    return cols == 1 ? 0 : cols;
  }

  @Override
  public String refusal(boolean labelled) {
    return "y has one column, where label 0 would stand for a target of 1; a squared error of values"
        + " takes Targets.of(Batch)";
  }

  @Override
  boolean isWeighted() {
    return false;
  }

  @Override
  double sumOfPiece(
      Workspace work, float[] y, float[] t, int[] labels, int first, int n, float[] gradient) {
    float[] yIn = work.y.read(kernels, y, first, n, Block.Y);
    float[] tIn = work.t.values(kernels, t, labels, first, n, Block.T);
    double sum;
    if (gradient == null) {
      sum = kernels.sumSquares(yIn, work.y.from, tIn, work.t.from, n, work.scratch);
    } else {
      float[] out = work.out.place(gradient, first, n, Block.Y);
      sum =
          kernels.sumSquaresAndDifferences(
              yIn,
              work.y.from,
              tIn,
              work.t.from,
              2 * work.factor,
              n,
              out,
              work.out.from,
              work.scratch);
      work.out.write(kernels, gradient, out, first, n);
    }
    if (work.hessian != null) {
      float[] out = work.second.place(work.hessian, first, n, Block.Y);
      Arrays.fill(out, work.second.from, work.second.from + n, 2 * work.factor);
      work.second.write(kernels, work.hessian, out, first, n);
    }
    return sum;
  }

  @Override
  void writeTerms(Workspace work, float[] y, float[] t, int[] labels, int first, int n) {
    float[] yIn = work.y.read(kernels, y, first, n, Block.Y);
    float[] tIn = work.t.values(kernels, t, labels, first, n, Block.T);
    kernels.squares(yIn, work.y.from, tIn, work.t.from, n, work.scratch, Block.RESULTS);
  }
}

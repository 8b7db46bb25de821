package org.simdloss.internal.loss;

import org.simdloss.internal.block.BlockLoss;
import org.simdloss.internal.block.Output;
import org.simdloss.internal.block.Workspace;
import org.simdloss.internal.kernel.Block;
import org.simdloss.internal.kernel.Kernels;

/**
 * Σ a · ln(1 + e^−x) + b · ln(1 + e^x) of logits x.
 *
 * <p>All of it is made of e = e^−|x|, which never overflows: ln(1 + e^±x) is ln(1 + e), and |x|
 * more on one side; σ(±x) is 1 / (1 + e), and e / (1 + e).
 */
public final class SigmoidCrossEntropyBlocks extends BinaryBlocks {
  public SigmoidCrossEntropyBlocks(boolean weighted, float positiveWeight, Kernels kernels) {
    super(weighted, positiveWeight, kernels);
  }

  @Override
  public BlockLoss bind(Kernels by) {
    return new SigmoidCrossEntropyBlocks(isWeighted(), positiveWeight, by);
  }

  @Override
  public long nanos(int rows, int cols, Output output, boolean labelled) {
    return (long) rows * cols * (output.hasGradient() ? 1400 : 1000) / 1000;
  }

  /** Probabilities depend on no weights, and are the other form's to compute. */
  @Override
  public Output[] outputs() {
    return isWeighted()
        ? new Output[] {Output.LOSS, Output.GRADIENT, Output.HESSIAN, Output.ROW_LOSSES}
        : new Output[] {
          Output.LOSS, Output.GRADIENT, Output.HESSIAN, Output.ROW_LOSSES, Output.PROBABILITIES
        };
  }

  @Override
  public boolean takesLogits() {
    return true;
  }

  /** e^−|x| stays in the workspace for the derivatives. */
  @Override
  void writeTerms(Workspace work, float[] y, float[] a, int n) {
    float[] room = work.scratch;
    float[] e = work.rowTerms;
    kernels.expOfMinusSize(y, work.y.from, n, e);
    kernels.sigmoidTerms(
        y, work.y.from, e, a, work.t.from, room, Block.TERMS, n, room, Block.RESULTS);
  }

  @Override
  void writeGradient(Workspace work, float[] y, float[] a, int n, float[] out, int outAt) {
    kernels.sigmoidGradients(
        y,
        work.y.from,
        work.rowTerms,
        a,
        work.t.from,
        work.scratch,
        Block.TERMS,
        work.factor,
        n,
        out,
        outAt);
  }

  @Override
  void writeHessian(Workspace work, float[] a, int n, float[] out, int outAt) {
    kernels.sigmoidHessians(
        work.rowTerms, a, work.t.from, work.scratch, Block.TERMS, work.factor, n, out, outAt);
  }

  /** Where there are no targets, what is written is no gradient but probabilities. */
  @Override
  double sumOfPiece(
      Workspace work, float[] y, float[] t, int[] labels, int first, int n, float[] out) {
    if (t != null || labels != null) {
      return super.sumOfPiece(work, y, t, labels, first, n, out);
    }
    float[] in = work.y.read(kernels, y, first, n, Block.Y);
    kernels.expOfMinusSize(in, work.y.from, n, work.rowTerms);
    float[] results = work.out.place(out, first, n, Block.RESULTS);
    kernels.sigmoids(in, work.y.from, work.rowTerms, n, results, work.out.from);
    work.out.write(kernels, out, results, first, n);
    return 0;
  }
}

package org.simdloss.internal.loss;

import java.util.Arrays;
import org.simdloss.internal.block.BlockLoss;
import org.simdloss.internal.block.Workspace;
import org.simdloss.internal.kernel.Block;
import org.simdloss.internal.kernel.Kernels;

/**
 * Σ a · ln v + b · ln v' of probabilities y, where v = y + δ and v' = 1 − y + δ, or each is
 * clipped.
 *
 * <p>Where one of an element's coefficients is 0, as where its target is 0 or 1, there is one
 * logarithm to take; in a block where some have two, all take both. A target of 0 or 1 gives the
 * same bits in either.
 *
 * <p>What 1 − y loses by its rounding is kept: beside 1 it is all that the logarithm is.
 */
public final class BinaryCrossEntropyBlocks extends BinaryBlocks {
  private final float delta;

  /** 0 where y is not clipped. */
  private final double clip;

  private final float least;
  private final float most;

  public BinaryCrossEntropyBlocks(boolean weighted, double delta, double clip, Kernels kernels) {
    super(weighted, 1, kernels);
    this.delta = clip > 0 ? 0 : (float) delta;
    this.clip = clip;
    this.least = (float) clip;
    this.most = (float) (1 - clip);
  }

  @Override
  public BlockLoss bind(Kernels by) {
    return new BinaryCrossEntropyBlocks(isWeighted(), delta, clip, by);
  }

  @Override
  void writeTerms(Workspace work, float[] y, float[] a, int n) {
    float[] room = work.scratch;
    int yAt = work.y.from;
    int aAt = work.t.from;
    // Targets between 0 and 1 mostly show it at once.
    work.isOneSided =
        clip == 0
            && (a[aAt] == 0 || room[Block.TERMS] == 0)
            && kernels.oneSidedTerms(
                y, yAt, delta, a, aAt, room, Block.TERMS, n, room, Block.RESULTS);
    if (work.isOneSided) {
      return;
    }
    float[] of = work.rowTerms;
    float[] low = work.rowTargets;
    float[] second = work.rowSums;
    System.arraycopy(y, yAt, of, 0, n);
    Arrays.fill(low, 0, n, 0);
    clip(of, low, n);
    kernels.timesLnOfSum(of, low, delta, a, aAt, n, room, Block.RESULTS);
    kernels.complements(y, yAt, n, low, of);
    clip(of, low, n);
    kernels.timesLnOfSum(of, low, delta, room, Block.TERMS, n, second, 0);
    kernels.subtractProducts(room, Block.RESULTS, second, 0, -1, n, room, Block.RESULTS);
  }

  /** Where numbers are clipped: what was lost in them, or depends on them, becomes 0. */
  private void clip(float[] x, float[] beside, int n) {
    if (clip > 0) {
      kernels.clip(x, beside, least, most, n);
    }
  }

  @Override
  void writeGradient(Workspace work, float[] y, float[] a, int n, float[] out, int outAt) {
    float[] room = work.scratch;
    float[] of = work.rowTerms;
    float[] second = work.rowTargets;
    if (work.isOneSided) {
      kernels.chooseSides(y, work.y.from, room, Block.TERMS, n, of);
      kernels.differences(a, work.t.from, room, Block.TERMS, 1, n, second, 0);
      kernels.quotients(of, 0, delta, second, 0, work.factor, n, out, outAt);
      return;
    }
    System.arraycopy(y, work.y.from, of, 0, n);
    writeQuotients(work, a, work.t.from, n, room, Block.RESULTS);
    kernels.complements(y, work.y.from, n, second, of);
    writeQuotients(work, room, Block.TERMS, n, second, 0);
    kernels.differences(room, Block.RESULTS, second, 0, 1, n, out, outAt);
  }

  /** Coefficients by numbers, which are in the rows' terms. */
  private void writeQuotients(
      Workspace work, float[] coefficients, int at, int n, float[] out, int outAt) {
    float[] of = work.rowTerms;
    float[] kept = work.rowSums;
    System.arraycopy(coefficients, at, kept, 0, n);
    clip(of, kept, n);
    kernels.quotients(of, 0, delta, kept, 0, work.factor, n, out, outAt);
  }

  @Override
  void writeHessian(Workspace work, float[] a, int n, float[] out, int outAt) {
    throw new AssertionError("not among the outputs");
  }
}

package org.simdloss.internal.loss;

import java.util.Arrays;
import org.simdloss.internal.block.BlockLoss;
import org.simdloss.internal.block.Output;
import org.simdloss.internal.block.Workspace;
import org.simdloss.internal.kernel.Block;
import org.simdloss.internal.kernel.Kernels;
import org.simdloss.internal.kernel.Products;

/**
 * Σ a · ln v + b · ln v' of probabilities y, where v = y + δ and v' = 1 − y + δ, or each is
 * clipped.
 *
 * <p>Where all of a block's targets are 0 or 1, and have no weights, there is one logarithm to
 * take: that of a product, in {@code double}. Else each element has a term. Where one of its
 * coefficients is 0, there is one logarithm in it; in a block where some have two, all take both. A
 * target of 0 or 1 gives a term of the same bits in either.
 *
 * <p>What 1 − y loses by its rounding is kept: beside 1 it is all that the logarithm is.
 */
public final class BinaryCrossEntropyBlocks extends BinaryBlocks {
  /** The least mean of logarithms that a product in {@code double} is good for: by far. */
  private static final double LEAST_MEAN = 0x1p-20;

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
  public long nanos(int rows, int cols, Output output, boolean labelled) {
    return (long) rows * cols * (output.hasGradient() ? 800 : 500) / 1000;
  }

  @Override
  double sumOfPiece(
      Workspace work, float[] y, float[] t, int[] labels, int first, int n, float[] gradient) {
    if (isWeighted() || clip > 0) {
      return super.sumOfPiece(work, y, t, labels, first, n, gradient);
    }
    float[] tIn = readTargets(work, t, labels, first, n, Block.T);
    float[] yIn = work.y.read(kernels, y, first, n, Block.Y);
    double sum = lnOfSides(work, yIn, tIn, n);
    if (sum != sum) {
      return super.sumOfPiece(work, y, t, labels, first, n, gradient);
    }
    if (gradient != null) {
      int yAt = work.y.from;
      int tAt = work.t.from;
      float[] out = work.out.place(gradient, first, n, Block.Y);
      kernels.sideQuotients(yIn, yAt, delta, tIn, tAt, work.factor, n, out, work.out.from);
      work.out.write(kernels, gradient, out, first, n);
    }
    return sum;
  }

  /**
   * One logarithm for all elements that have been read. NaN if some need one each: by their
   * targets, which mostly show it at once; or since all are so near to 0 that a {@code double}
   * beside 1 has lost their digits.
   */
  private double lnOfSides(Workspace work, float[] y, float[] t, int n) {
    int yAt = work.y.from;
    int tAt = work.t.from;
    if (t[tAt] != 0 && t[tAt] != 1 || !kernels.areSides(y, yAt, delta, t, tAt, n)) {
      return Double.NaN;
    }
    double sum =
        n == 1
            ? Products.lnOfOne((t[tAt] == 0 ? 1.0 - y[yAt] : y[yAt]) + delta)
            : kernels.lnOfSides(y, yAt, delta, t, tAt, n, work.products);
    return Math.abs(sum) < LEAST_MEAN * n ? Double.NaN : sum;
  }

  @Override
  double sumOfRow(Workspace work, float[] y, float[] t, int[] labels, int row, int r) {
    int cols = work.cols;
    double sum = Double.NaN;
    if (!isWeighted() && clip == 0) {
      int first = (row + r) * cols;
      float[] tIn = readTargets(work, t, labels, first, cols, Block.T);
      float[] yIn = work.y.read(kernels, y, first, cols, Block.Y);
      sum = lnOfSides(work, yIn, tIn, cols);
    }
    return sum == sum ? sum : super.sumOfRow(work, y, t, labels, row, r);
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
    int yAt = work.y.from;
    int aAt = work.t.from;
    if (work.isOneSided) {
      kernels.oneSidedGradients(
          y, yAt, delta, a, aAt, room, Block.TERMS, work.factor, n, out, outAt);
      return;
    }
    float[] of = work.rowTerms;
    float[] second = work.rowTargets;
    System.arraycopy(y, yAt, of, 0, n);
    writeQuotients(work, a, aAt, n, room, Block.RESULTS);
    kernels.complements(y, yAt, n, second, of);
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

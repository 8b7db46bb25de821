package org.simdloss.internal.loss;

import java.util.Arrays;
import org.simdloss.internal.block.Rows;
import org.simdloss.internal.block.WeightedRows;
import org.simdloss.internal.block.Workspace;
import org.simdloss.internal.kernel.Block;
import org.simdloss.internal.kernel.Kernels;

/**
 * A loss of two classes: Σ a · f(y) + b · g(y), where a = w · p · t and b = w · (1 − t), w being
 * the row's weight, and p that of the positive class.
 *
 * <p>Labels are those of one column: 0 and 1, and so the same as values.
 */
abstract sealed class BinaryBlocks extends ElementBlocks
    permits BinaryCrossEntropyBlocks, SigmoidCrossEntropyBlocks {
  private final boolean weighted;
  final float positiveWeight;

  /**
   * @param weighted whether rows may have weights, or the positive class one that is not 1
   */
  BinaryBlocks(boolean weighted, float positiveWeight, Kernels kernels) {
    super(kernels);
    this.weighted = weighted;
    this.positiveWeight = positiveWeight;
  }

  @Override
  final boolean isWeighted() {
    return weighted;
  }

  @Override
  public final int classes(int cols) {
    return cols == 1 ? 2 : 0;
  }

  @Override
  public final boolean takesArgmax() {
    return false;
  }

  @Override
  public final String refusal(boolean labelled) {
    return labelled
        ? "a loss of two classes takes labels, 0 and 1, for one column; for several it takes values,"
            + " as in Targets.of(Batch)"
        : "a loss of two classes takes values, or labels 0 and 1, and no Targets.argmax";
  }

  /** The terms of elements that have been read, into the scratch, from {@link Block#RESULTS} on. */
  abstract void writeTerms(Workspace work, float[] y, float[] a, int n);

  /** Their derivatives times the factor; after the terms. */
  abstract void writeGradient(Workspace work, float[] y, float[] a, int n, float[] out, int outAt);

  /** Their second derivatives times the factor; after the terms. */
  abstract void writeHessian(Workspace work, float[] a, int n, float[] out, int outAt);

  @Override
  final void writeTerms(Workspace work, float[] y, float[] t, int[] labels, int first, int n) {
    float[] a = readCoefficients(work, t, labels, first, n);
    float[] yIn = readPredictions(work, y, first, n);
    writeTerms(work, yIn, a, n);
  }

  @Override
  double sumOfPiece(
      Workspace work, float[] y, float[] t, int[] labels, int first, int n, float[] gradient) {
    float[] a = readCoefficients(work, t, labels, first, n);
    float[] yIn = readPredictions(work, y, first, n);
    writeTerms(work, yIn, a, n);
    double sum = kernels.sum(work.scratch, Block.RESULTS, n, work.scratch);
    float[] hessian = work.hessian;
    float[] second = null;
    if (hessian != null) {
      // The gradient still reads y and t, which it may take the place of.
      boolean isApart = hessian != y && hessian != t;
      second = work.second.place(hessian, first, n, Block.RESULTS, isApart);
      writeHessian(work, a, n, second, work.second.from);
    }
    if (gradient != null) {
      float[] out = work.out.place(gradient, first, n, Block.Y);
      writeGradient(work, yIn, a, n, out, work.out.from);
      work.out.write(kernels, gradient, out, first, n);
    }
    if (hessian != null) {
      work.second.write(kernels, hessian, second, first, n);
    }
    return sum;
  }

  /**
   * Predictions, from {@link Rows#from} of the workspace's on. Those of rows of weight 0 become 0.
   */
  private float[] readPredictions(Workspace work, float[] y, int first, int n) {
    float[] in = work.y.read(kernels, y, first, n, Block.Y);
    if (weighted && work.weighted().mayBeZero) {
      System.arraycopy(in, work.y.from, work.scratch, Block.Y, n);
      work.y.from = Block.Y;
      in = work.scratch;
      int rows = Math.max(1, n / work.cols);
      work.weighted().clear(in, Block.Y, rows, n / rows);
    }
    return in;
  }

  /**
   * Coefficients: a, from {@link Rows#from} of the targets on, in the array that is returned; and
   * b, in the scratch, from {@link Block#TERMS} on.
   */
  private float[] readCoefficients(Workspace work, float[] t, int[] labels, int first, int n) {
    float[] room = work.scratch;
    float[] in = readTargets(work, t, labels, first, n, weighted ? Block.RESULTS : Block.T);
    if (!weighted) {
      kernels.differences(Block.ONES, 0, in, work.t.from, 1, n, room, Block.TERMS);
      return in;
    }
    WeightedRows rows = work.weighted();
    int count = Math.max(1, n / work.cols);
    int cols = n / count;
    float[] positiveWeights = work.rowTargets;
    Arrays.fill(positiveWeights, 0, count, positiveWeight);
    kernels.differences(Block.ONES, 0, in, work.t.from, 1, n, room, Block.T);
    rows.writeScaled(kernels, room, Block.T, count, cols, Block.ONES, Block.TERMS);
    rows.writeScaled(kernels, in, work.t.from, count, cols, positiveWeights, Block.T);
    work.t.from = Block.T;
    return room;
  }

  /**
   * Target values; labels become such.
   *
   * @param room where in the scratch they are, if they are not in their array
   */
  final float[] readTargets(Workspace work, float[] t, int[] labels, int first, int n, int room) {
    if (labels == null) {
      return work.t.read(kernels, t, first, n, room);
    }
    float[] out = work.scratch;
    kernels.valuesOf(labels, work.t.row(first), n, out, room);
    work.t.from = room;
    return out;
  }
}

package org.simdloss.bench;

import java.util.Arrays;
import java.util.Random;

/** A batch to measure on: predictions and three kinds of targets, the same on every machine. */
final class SeededBatch {
  static final long SEED = 20161;

  /** The share of a soft target that is spread over all classes. */
  private static final float SMOOTHING = 0.1f;

  final int rows;
  final int cols;
  final int stride;

  /** A trained network's, if this VM has such {@link Predictions}; else normally distributed. */
  final float[] logits;

  /** Probabilities: each row is the softmax of the logits, before these were rounded. */
  final float[] y;

  final int[] labels;

  /** The labels as rows of 0 and 1. */
  final float[] oneHot;

  /** The labels smoothed: rows of positive values that add up to 1. */
  final float[] soft;

  SeededBatch(int rows, int cols) {
    this(new Shape(rows, cols));
  }

  /** The fields are contiguous whatever the shape's stride; see {@link #strided}. */
  SeededBatch(Shape shape) {
    rows = shape.rows();
    cols = shape.cols();
    stride = shape.stride();
    logits = new float[rows * cols];
    y = new float[rows * cols];
    labels = new int[rows];
    oneHot = new float[rows * cols];
    soft = new float[rows * cols];
    Predictions predictions = Predictions.ofThisVm();
    Random random = new Random(SEED);
    boolean trained = predictions != null && predictions.have(shape);
    double[] exp = new double[cols];
    for (int r = 0; r < rows; r++) {
      double sum = 0;
      for (int c = 0; c < cols; c++) {
        double logit = trained ? predictions.logits()[r * cols + c] : random.nextGaussian();
        logits[r * cols + c] = (float) logit;
        exp[c] = Math.exp(logit);
        sum += exp[c];
      }
      labels[r] = trained ? predictions.labels()[r] : random.nextInt(cols);
      oneHot[r * cols + labels[r]] = 1;
      for (int c = 0; c < cols; c++) {
        int i = r * cols + c;
        y[i] = (float) (exp[c] / sum);
        soft[i] = (1 - SMOOTHING) * oneHot[i] + SMOOTHING / cols;
      }
    }
  }

  /**
   * One of the arrays with its rows as far apart as the shape says: itself if they are, else a copy
   * whose padding is NaN, so that a result shows whether it was read.
   */
  float[] strided(float[] values) {
    if (stride == cols) {
      return values;
    }
    float[] padded = new float[rows * stride];
    Arrays.fill(padded, Float.NaN);
    for (int r = 0; r < rows; r++) {
      System.arraycopy(values, r * cols, padded, r * stride, cols);
    }
    return padded;
  }
}

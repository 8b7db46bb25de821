package org.simdloss.bench.data;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * A batch to measure on: predictions and three kinds of targets, the same on every machine. Labels
 * are random.
 *
 * <p>Calls go through {@link #several} in turn: the labels of a single small batch would be learnt
 * by the CPU's branch predictor, and those of a program's own batches are not.
 */
public final class SeededBatch {
  public static final long SEED = 20161;

  /** Of all batches together: as many as a batch of 60000 × 10 has. */
  private static final int ELEMENTS = 600_000;

  /** The share of a soft target that is spread over all classes. */
  private static final float SMOOTHING = 0.1f;

  public final int rows;
  public final int cols;
  final int stride;

  /** A trained network's, if this VM has such {@link Predictions}; else normally distributed. */
  public final float[] logits;

  /**
   * Probabilities: each row is the softmax of the logits, before these were rounded; of a single
   * column, which is a question of yes or no, their sigmoid.
   */
  public final float[] y;

  public final int[] labels;

  /** The labels as rows of 0 and 1; of a single column, 0 or 1 at random. */
  public final float[] oneHot;

  /** The labels smoothed: rows of positive values that add up to 1. */
  public final float[] soft;

  SeededBatch(int rows, int cols) {
    this(new Shape(rows, cols));
  }

  /** The first of {@link #several}. */
  public SeededBatch(Shape shape) {
    this(shape, new Random(SEED), Predictions.ofThisVm(), 0);
  }

  /** How many batches of this shape calls go through: 600 of 100 × 10, one of 60000 × 10. */
  public static int count(Shape shape) {
    return Math.max(1, ELEMENTS / shape.elements());
  }

  /** Batches of one shape, each different; see {@link #laidOut}. */
  public static Several several(Shape shape) {
    return several(shape, Predictions.ofThisVm());
  }

  /**
   * The same as in a VM that was told of these predictions.
   *
   * @param predictions null if the numbers are to be random
   */
  public static Several several(Shape shape, Predictions predictions) {
    Random random = new Random(SEED);
    SeededBatch[] several = new SeededBatch[count(shape)];
    for (int i = 0; i < several.length; i++) { // a lambda would be linked before a cold start
      several[i] = new SeededBatch(shape, random, predictions, i * shape.rows()).laidOut();
    }
    return new Several(several);
  }

  /** What the calls of a thread go through in turn. */
  public static final class Several {
    private final SeededBatch[] all;
    private int next;

    private Several(SeededBatch[] all) {
      this.all = all;
    }

    /** The same for another thread, which begins elsewhere. */
    public Several from(int first) {
      Several several = new Several(all);
      several.next = first % all.length;
      return several;
    }

    /** All, in the order of their turns. */
    public List<SeededBatch> all() {
      return List.of(all);
    }

    public SeededBatch next() {
      int i = next;
      next = i + 1 < all.length ? i + 1 : 0;
      return all[i];
    }
  }

  /**
   * The fields are contiguous whatever the shape's stride; see {@link #strided}.
   *
   * @param predictions null if the numbers are to be random
   * @param firstRow of the predictions
   */
  private SeededBatch(Shape shape, Random random, Predictions predictions, int firstRow) {
    rows = shape.rows();
    cols = shape.cols();
    stride = shape.stride();
    logits = new float[rows * cols];
    y = new float[rows * cols];
    labels = new int[rows];
    oneHot = new float[rows * cols];
    soft = new float[rows * cols];
    boolean trained = predictions != null && predictions.have(shape);
    double[] exp = new double[cols];
    for (int r = 0; r < rows; r++) {
      double sum = 0;
      int row = trained ? (firstRow + r) % predictions.labels().length : 0;
      for (int c = 0; c < cols; c++) {
        double logit = trained ? predictions.logits()[row * cols + c] : random.nextGaussian();
        logits[r * cols + c] = (float) logit;
        exp[c] = Math.exp(logit);
        sum += exp[c];
      }
      labels[r] = trained ? predictions.labels()[row] : random.nextInt(cols);
      oneHot[r * cols + labels[r]] = cols == 1 ? random.nextInt(2) : 1;
      sum += cols == 1 ? 1 : 0;
      for (int c = 0; c < cols; c++) {
        int i = r * cols + c;
        y[i] = (float) (exp[c] / sum);
        soft[i] = (1 - SMOOTHING) * oneHot[i] + SMOOTHING / cols;
      }
    }
  }

  private SeededBatch(SeededBatch of) {
    rows = of.rows;
    cols = of.cols;
    stride = of.stride;
    logits = of.strided(of.logits);
    y = of.strided(of.y);
    labels = of.labels;
    oneHot = of.strided(of.oneHot);
    soft = of.strided(of.soft);
  }

  /** The same with the rows of every array as far apart as the shape says. */
  private SeededBatch laidOut() {
    return stride == cols ? this : new SeededBatch(this);
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

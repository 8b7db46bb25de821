package org.simdloss.bench;

/**
 * The formulas as the book prints them and as a person writes them in Java: plain loops, {@code
 * double} sums, {@link Math#log}.
 *
 * <p>They are what every ratio in a report is against, so they stay as they are: a report of last
 * year must mean the same as one of today.
 */
final class Textbook {
  private static final double DELTA = 1e-7;

  private Textbook() {}

  /** ½ Σ (y − t)². */
  static double squaredError(float[] y, float[] t, int rows, int cols) {
    double sum = 0;
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < cols; c++) {
        double difference = y[r * cols + c] - t[r * cols + c];
        sum += difference * difference;
      }
    }
    return 0.5 * sum;
  }

  /** −(1/N) Σ t · ln(y + 1e-7), for any targets. */
  static double crossEntropy(float[] y, float[] t, int rows, int cols) {
    double sum = 0;
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < cols; c++) {
        sum += t[r * cols + c] * Math.log(y[r * cols + c] + DELTA);
      }
    }
    return -sum / rows;
  }

  /** −(1/N) Σ ln(y[r, label] + 1e-7). */
  static double crossEntropyLabels(float[] y, int[] labels, int rows, int cols) {
    double sum = 0;
    for (int r = 0; r < rows; r++) {
      sum += Math.log(y[r * cols + labels[r]] + DELTA);
    }
    return -sum / rows;
  }

  /** The batch form: the label of a row is where its target is greatest. */
  static double crossEntropyOneHot(float[] y, float[] t, int rows, int cols) {
    double sum = 0;
    for (int r = 0; r < rows; r++) {
      int label = 0;
      for (int c = 1; c < cols; c++) {
        if (t[r * cols + c] > t[r * cols + label]) {
          label = c;
        }
      }
      sum += Math.log(y[r * cols + label] + DELTA);
    }
    return -sum / rows;
  }
}

package org.simdloss.bench.losses;

import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import org.simdloss.bench.data.SeededBatch;
import org.simdloss.bench.data.Shape;

/**
 * The formulas as the book prints them and as a person writes them in Java: plain loops, {@code
 * double} sums, {@link Math#log}, {@link Math#exp}.
 *
 * <p>They are what every ratio in a report is against, so they stay as they are: a report of last
 * year must mean the same as one of today.
 */
public final class Textbook implements Losses {
  private static final double DELTA = 1e-7;

  @Override
  public ToDoubleFunction<SeededBatch> body(
      String loss, Shape shape, float[] gradient, float[] hessian) {
    int rows = shape.rows();
    int cols = shape.cols();
    return switch (loss) {
      case "squaredError" -> batch -> squaredError(batch.y, batch.soft, rows, cols);
      case "crossEntropyTargets" -> batch -> crossEntropy(batch.y, batch.soft, rows, cols);
      case "crossEntropyOneHot" -> batch -> crossEntropyOneHot(batch.y, batch.oneHot, rows, cols);
      case "crossEntropyLabels" -> batch -> crossEntropyLabels(batch.y, batch.labels, rows, cols);
      case "softmaxLabels" ->
          batch -> softmaxCrossEntropyLabels(batch.logits, batch.labels, rows, cols);
      case "softmaxTargets" ->
          batch -> softmaxCrossEntropyTargets(batch.logits, batch.soft, rows, cols);
      case "softmaxLabelsGradient" ->
          batch -> softmaxCrossEntropyGradient(batch.logits, batch.labels, gradient, rows, cols);
      case "squaredErrorGradient" ->
          batch -> squaredErrorGradient(batch.y, batch.soft, gradient, rows, cols);
      case "crossEntropyTargetsGradient" ->
          batch -> crossEntropyTargetsGradient(batch.y, batch.soft, gradient, rows, cols);
      case "crossEntropyLabelsGradient" ->
          batch -> crossEntropyLabelsGradient(batch.y, batch.labels, gradient, rows, cols);
      case "sigmoid" -> batch -> sigmoidCrossEntropy(batch.logits, batch.oneHot);
      case "sigmoidGradient" ->
          batch -> sigmoidCrossEntropyGradient(batch.logits, batch.oneHot, gradient);
      case "binary" -> batch -> binaryCrossEntropy(batch.y, batch.oneHot);
      case "binaryGradient" -> batch -> binaryCrossEntropyGradient(batch.y, batch.oneHot, gradient);
      case "softmaxLabelsHessian" ->
          batch ->
              softmaxCrossEntropyHessian(batch.logits, batch.labels, gradient, hessian, rows, cols);
      default -> throw Losses.unknown(loss);
    };
  }

  @Override
  public String description() {
    return "plain loops";
  }

  /** ½ Σ (y − t)². */
  public static double squaredError(float[] y, float[] t, int rows, int cols) {
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
  public static double crossEntropy(float[] y, float[] t, int rows, int cols) {
    double sum = 0;
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < cols; c++) {
        sum += t[r * cols + c] * Math.log(y[r * cols + c] + DELTA);
      }
    }
    return -sum / rows;
  }

  /** −(1/N) Σ ln(y[r, label] + 1e-7). */
  public static double crossEntropyLabels(float[] y, int[] labels, int rows, int cols) {
    double sum = 0;
    for (int r = 0; r < rows; r++) {
      sum += Math.log(y[r * cols + labels[r]] + DELTA);
    }
    return -sum / rows;
  }

  /** The batch form: the label of a row is where its target is greatest. */
  public static double crossEntropyOneHot(float[] y, float[] t, int rows, int cols) {
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

  /**
   * (1/N) Σ (ln Σ exp(x) − x[r, label]), where a row's maximum is subtracted before the
   * exponential, as in the book's softmax.
   */
  public static double softmaxCrossEntropyLabels(float[] x, int[] labels, int rows, int cols) {
    double sum = 0;
    for (int r = 0; r < rows; r++) {
      float max = x[r * cols];
      for (int c = 1; c < cols; c++) {
        max = Math.max(max, x[r * cols + c]);
      }
      double exps = 0;
      for (int c = 0; c < cols; c++) {
        exps += Math.exp(x[r * cols + c] - max);
      }
      sum += Math.log(exps) + max - x[r * cols + labels[r]];
    }
    return sum / rows;
  }

  /** (1/N) Σ t · (ln Σ exp(x) − x), for any targets. */
  public static double softmaxCrossEntropyTargets(float[] x, float[] t, int rows, int cols) {
    double sum = 0;
    for (int r = 0; r < rows; r++) {
      float max = x[r * cols];
      for (int c = 1; c < cols; c++) {
        max = Math.max(max, x[r * cols + c]);
      }
      double exps = 0;
      for (int c = 0; c < cols; c++) {
        exps += Math.exp(x[r * cols + c] - max);
      }
      double logSum = Math.log(exps) + max;
      for (int c = 0; c < cols; c++) {
        sum += t[r * cols + c] * (logSum - x[r * cols + c]);
      }
    }
    return sum / rows;
  }

  /** The loss of labels, and its gradient (softmax(x) − 1 at the label) / N. */
  public static double softmaxCrossEntropyGradient(
      float[] x, int[] labels, float[] gradient, int rows, int cols) {
    double sum = 0;
    for (int r = 0; r < rows; r++) {
      float max = x[r * cols];
      for (int c = 1; c < cols; c++) {
        max = Math.max(max, x[r * cols + c]);
      }
      double exps = 0;
      for (int c = 0; c < cols; c++) {
        double exp = Math.exp(x[r * cols + c] - max);
        gradient[r * cols + c] = (float) exp;
        exps += exp;
      }
      for (int c = 0; c < cols; c++) {
        gradient[r * cols + c] = (float) (gradient[r * cols + c] / exps);
      }
      gradient[r * cols + labels[r]] -= 1;
      for (int c = 0; c < cols; c++) {
        gradient[r * cols + c] /= rows;
      }
      sum += Math.log(exps) + max - x[r * cols + labels[r]];
    }
    return sum / rows;
  }

  /** ½ Σ (y − t)², and its gradient y − t. */
  public static double squaredErrorGradient(
      float[] y, float[] t, float[] gradient, int rows, int cols) {
    double sum = 0;
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < cols; c++) {
        float difference = y[r * cols + c] - t[r * cols + c];
        gradient[r * cols + c] = difference;
        sum += (double) difference * difference;
      }
    }
    return 0.5 * sum;
  }

  /** −(1/N) Σ t · ln(y + 1e-7), and its gradient −t / (y + 1e-7) / N. */
  public static double crossEntropyTargetsGradient(
      float[] y, float[] t, float[] gradient, int rows, int cols) {
    double sum = 0;
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < cols; c++) {
        double v = y[r * cols + c] + DELTA;
        sum += t[r * cols + c] * Math.log(v);
        gradient[r * cols + c] = (float) (-t[r * cols + c] / v / rows);
      }
    }
    return -sum / rows;
  }

  /** −(1/N) Σ ln(y[r, label] + 1e-7), and its gradient, which is 0 but at the labels. */
  public static double crossEntropyLabelsGradient(
      float[] y, int[] labels, float[] gradient, int rows, int cols) {
    double sum = 0;
    Arrays.fill(gradient, 0);
    for (int r = 0; r < rows; r++) {
      double v = y[r * cols + labels[r]] + DELTA;
      sum += Math.log(v);
      gradient[r * cols + labels[r]] = (float) (-1 / v / rows);
    }
    return -sum / rows;
  }

  /** (1/N) Σ max(x, 0) − x · t + ln(1 + exp(−|x|)). */
  public static double sigmoidCrossEntropy(float[] x, float[] t) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += Math.max(x[i], 0) - x[i] * t[i] + Math.log1p(Math.exp(-Math.abs(x[i])));
    }
    return sum / x.length;
  }

  /** The same, and its gradient (σ(x) − t) / N. */
  public static double sigmoidCrossEntropyGradient(float[] x, float[] t, float[] gradient) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += Math.max(x[i], 0) - x[i] * t[i] + Math.log1p(Math.exp(-Math.abs(x[i])));
      gradient[i] = (float) ((1 / (1 + Math.exp(-x[i])) - t[i]) / x.length);
    }
    return sum / x.length;
  }

  /** −(1/N) Σ t · ln(y + 1e-7) + (1 − t) · ln(1 − y + 1e-7). */
  public static double binaryCrossEntropy(float[] y, float[] t) {
    double sum = 0;
    for (int i = 0; i < y.length; i++) {
      sum += t[i] * Math.log(y[i] + DELTA) + (1 - t[i]) * Math.log(1 - y[i] + DELTA);
    }
    return -sum / y.length;
  }

  /** The same, and its gradient ((1 − t) / (1 − y + 1e-7) − t / (y + 1e-7)) / N. */
  public static double binaryCrossEntropyGradient(float[] y, float[] t, float[] gradient) {
    double sum = 0;
    for (int i = 0; i < y.length; i++) {
      double v = y[i] + DELTA;
      double other = 1 - y[i] + DELTA;
      sum += t[i] * Math.log(v) + (1 - t[i]) * Math.log(other);
      gradient[i] = (float) (((1 - t[i]) / other - t[i] / v) / y.length);
    }
    return -sum / y.length;
  }

  /**
   * Σ (ln Σ exp(x) − x[r, label]), its gradient softmax(x) − 1 at the label, and the diagonal of
   * its Hessian, softmax(x) · (1 − softmax(x)).
   */
  public static double softmaxCrossEntropyHessian(
      float[] x, int[] labels, float[] gradient, float[] hessian, int rows, int cols) {
    double sum = 0;
    for (int r = 0; r < rows; r++) {
      float max = x[r * cols];
      for (int c = 1; c < cols; c++) {
        max = Math.max(max, x[r * cols + c]);
      }
      double exps = 0;
      for (int c = 0; c < cols; c++) {
        double exp = Math.exp(x[r * cols + c] - max);
        gradient[r * cols + c] = (float) exp;
        exps += exp;
      }
      for (int c = 0; c < cols; c++) {
        double p = gradient[r * cols + c] / exps;
        gradient[r * cols + c] = (float) p;
        hessian[r * cols + c] = (float) (p * (1 - p));
      }
      gradient[r * cols + labels[r]] -= 1;
      sum += Math.log(exps) + max - x[r * cols + labels[r]];
    }
    return sum;
  }
}

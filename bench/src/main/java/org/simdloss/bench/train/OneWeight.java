package org.simdloss.bench.train;

import java.util.Arrays;
import org.simdloss.Batch;
import org.simdloss.Labels;
import org.simdloss.SoftmaxCrossEntropy;

/**
 * The loss and the accuracy of some samples while one weight is moved and all others stay. The
 * accuracy goes in steps: its derivative is 0 nearly everywhere, so that there is nothing to
 * follow. That is the book's reason for having a loss.
 *
 * @param input the pixel whose weight it is
 * @param output the class
 * @param changes what is added to the weight
 */
record OneWeight(int input, int output, double[] changes, double[] losses, double[] accuracies) {
  private static final int SAMPLES = 100;
  private static final int STEPS = 241;

  /** How far the weight is moved to either side. */
  private static final double REACH = 6;

  /**
   * The class of which the accuracy has the most steps, at the pixel that is brightest on average.
   */
  static OneWeight of(Training training, Batch test, int[] testLabels) {
    int rows = Math.min(SAMPLES, test.rows());
    Batch x = test.slice(0, rows);
    int[] labels = Arrays.copyOf(testLabels, rows);
    int input = brightest(x);
    OneWeight best = null;
    for (int output = 0; output < Training.CLASSES; output++) {
      OneWeight each = moved(training, x, labels, input, output);
      if (best == null || each.distinctAccuracies() > best.distinctAccuracies()) {
        best = each;
      }
    }
    return best;
  }

  private static OneWeight moved(Training training, Batch x, int[] labels, int input, int output) {
    float[] first = training.network().weights(0);
    int at = input * (first.length / x.cols()) + output;
    float before = first[at];
    double[] changes = new double[STEPS];
    double[] losses = new double[STEPS];
    double[] accuracies = new double[STEPS];
    for (int i = 0; i < STEPS; i++) {
      changes[i] = REACH * (2.0 * i / (STEPS - 1) - 1);
      first[at] = (float) (before + changes[i]);
      Batch logits = training.logits(x);
      losses[i] = SoftmaxCrossEntropy.mean().loss(logits, labels);
      accuracies[i] = Labels.accuracy(logits, labels);
    }
    first[at] = before;
    return new OneWeight(input, output, changes, losses, accuracies);
  }

  private static int brightest(Batch x) {
    int best = 0;
    double most = -1;
    for (int c = 0; c < x.cols(); c++) {
      double sum = 0;
      for (int r = 0; r < x.rows(); r++) {
        sum += x.get(r, c);
      }
      if (sum > most) {
        most = sum;
        best = c;
      }
    }
    return best;
  }

  /** How many values there are, of the weight's {@code changes().length}. */
  long distinctAccuracies() {
    return Arrays.stream(accuracies).distinct().count();
  }

  long distinctLosses() {
    return Arrays.stream(losses).distinct().count();
  }
}

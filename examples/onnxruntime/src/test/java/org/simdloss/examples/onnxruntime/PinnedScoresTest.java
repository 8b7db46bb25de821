package org.simdloss.examples.onnxruntime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtException;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.simdloss.Batch;
import org.simdloss.Labels;
import org.simdloss.LossSum;
import org.simdloss.SoftmaxCrossEntropy;

/** What is scored is what the model says, without a copy of it. */
class PinnedScoresTest {
  private static final int ROWS = 101;
  private static final int FEATURES = 7;
  private static final int CLASSES = 5;

  /** The loss's own bound for a row, from labels and logits of this size. */
  private static final double LOSS_ERROR = 40 * 0x1p-24;

  private static final int CALLS = 1000;
  private static final long PATIENCE_NANOS = 20_000_000_000L;

  private final Random random = new Random(1);
  private final float[][] w = new float[FEATURES][CLASSES];
  private final float[] b = new float[CLASSES];
  private PinnedScores scores;

  @BeforeEach
  void makeModel() throws OrtException {
    for (float[] row : w) {
      fill(row);
    }
    fill(b);
    scores = new PinnedScores(Main.model(w, b), ROWS, FEATURES, CLASSES);
  }

  private void fill(float[] values) {
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
  }

  @AfterEach
  void close() throws OrtException {
    scores.close();
  }

  @Test
  void scoresWhatTheModelSays() throws OrtException {
    double losses = 0;
    int hits = 0;
    for (int batch = 0; batch < 3; batch++) {
      predict();
      scores.score();
      for (int r = 0; r < ROWS; r++) {
        double[] logits = logits(r);
        int label = (int) scores.labels()[r];
        losses += logSumExp(logits) - logits[label];
        hits += isMaximum(logits, label) ? 1 : 0;
      }
    }
    assertEquals(3 * ROWS, scores.rows());
    assertEquals(losses / (3 * ROWS), scores.loss(), LOSS_ERROR + 1e-6);
    assertEquals(hits / (3.0 * ROWS), scores.accuracy());
  }

  /** The model, in plain Java. */
  private double[] logits(int r) {
    double[] logits = new double[CLASSES];
    for (int c = 0; c < CLASSES; c++) {
      logits[c] = b[c];
      for (int f = 0; f < FEATURES; f++) {
        logits[c] += (double) scores.x().get(r * FEATURES + f) * w[f][c];
      }
      assertEquals(logits[c], scores.logits.get(r * CLASSES + c), 1e-5);
    }
    return logits;
  }

  private static double logSumExp(double[] logits) {
    double sum = 0;
    for (double logit : logits) {
      sum += Math.exp(logit);
    }
    return Math.log(sum);
  }

  private static boolean isMaximum(double[] logits, int label) {
    for (double logit : logits) {
      if (logit > logits[label]) {
        return false;
      }
    }
    return true;
  }

  @Test
  void givesTheBitsOfACopy() throws OrtException {
    LossSum sum = new LossSum();
    for (int batch = 0; batch < 3; batch++) {
      predict();
      scores.score();
      float[] copy = new float[ROWS * CLASSES];
      scores.logits.get(0, copy);
      Batch y = Batch.of(copy, ROWS, CLASSES);
      SoftmaxCrossEntropy.mean().addTo(sum, y, Labels.toInt(scores.labels()));
    }
    assertEquals(sum.mean(), scores.loss());
  }

  /** What ours is timed against computes the same. */
  @Test
  void plainLoop() throws OrtException {
    predict();
    scores.score();
    double plain = Main.plainLoss(scores.logits, scores.labels(), CLASSES);
    assertEquals(plain, scores.loss(), LOSS_ERROR);
  }

  @Test
  void allocatesNothingOnceCompiled() throws OrtException {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    predict();
    SoftmaxCrossEntropy.mean().warmUp();
    long end = System.nanoTime() + PATIENCE_NANOS;
    long allocated;
    do {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < CALLS; i++) {
        scores.score();
      }
      allocated = threads.getCurrentThreadAllocatedBytes() - before;
    } while (allocated > 0 && System.nanoTime() < end);
    assertEquals(0, allocated, "bytes of " + CALLS + " calls");
  }

  @Test
  void refusesALabelThatIsNoClass() throws OrtException {
    predict();
    scores.labels()[3] = 1L << 32; // as an int it would be 0
    Exception e = assertThrows(IndexOutOfBoundsException.class, () -> scores.score());
    assertTrue(e.getMessage().contains("4294967296"), e.getMessage());
    scores.labels()[3] = CLASSES;
    assertThrows(IndexOutOfBoundsException.class, () -> scores.score());
    assertEquals(0, scores.rows());
  }

  private void predict() throws OrtException {
    for (int i = 0; i < ROWS * FEATURES; i++) {
      scores.x().put(i, (float) random.nextGaussian());
    }
    for (int r = 0; r < ROWS; r++) {
      scores.labels()[r] = random.nextInt(CLASSES);
    }
    scores.predict();
  }
}

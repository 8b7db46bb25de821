package org.simdloss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.simdloss.TestData.U;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.simdloss.TestData.Shape;
import org.simdloss.TestData.Values;

/** The stated error bounds, against sums of doubles. */
class AccuracyTest {
  private static final double DELTA = 1e-7;

  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "1, 10",
    "1, 100000",
    "100, 10",
    "1000, 10",
    "60000, 10",
    "300, 784",
    "100, 3000"
  })
  void squaredError(int rows, int cols) {
    Random random = new Random(rows * 31L + cols);
    Batch y = new Shape(rows, cols, 0, 0).batch(random, Values.PROBABILITIES);
    Batch t = new Shape(rows, cols, 0, 0).batch(random, Values.PROBABILITIES);
    double sum = 0;
    double firstRow = 0;
    for (int i = 0; i < rows * cols; i++) {
      double d = (double) y.data()[i] - t.data()[i];
      sum += d * d;
      firstRow += i < cols ? d * d : 0;
    }
    double k = 40 * U;
    assertEquals(sum / 2, SquaredError.halfSum().loss(y, t), k * sum / 2);
    assertEquals(sum / 2 / rows, SquaredError.halfSumOverRows().loss(y, t), k * sum / 2 / rows);
    double mse = sum / rows / cols;
    assertEquals(mse, SquaredError.mse().loss(y, t), k * mse);
    float[] losses = new float[rows];
    SquaredError.mse().perRow(y, t, losses);
    assertEquals(firstRow / cols, losses[0], k * firstRow / cols);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "1, 10",
    "1, 100000",
    "100, 10",
    "1000, 10",
    "60000, 10",
    "300, 784",
    "100, 3000"
  })
  void crossEntropyOfAnyTargets(int rows, int cols) {
    Random random = new Random(rows * 37L + cols);
    for (Values values : new Values[] {Values.PROBABILITIES, Values.NEAR_ONE, Values.ANY_SIZE}) {
      Batch y = new Shape(rows, cols, 0, 0).batch(random, values);
      Batch t = new Shape(rows, cols, 0, 0).batch(random, Values.PROBABILITIES);
      double sum = 0;
      double size = 0;
      double firstRow = 0;
      double firstRowSize = 0;
      for (int i = 0; i < rows * cols; i++) {
        double ln = StrictMath.log(y.data()[i] + DELTA);
        double term = -t.data()[i] * ln;
        double termSize = t.data()[i] * (1 + Math.abs(ln));
        sum += term;
        size += termSize;
        firstRow += i < cols ? term : 0;
        firstRowSize += i < cols ? termSize : 0;
      }
      assertEquals(sum, CrossEntropy.sum().loss(y, t), 40 * U * size);
      assertEquals(sum / rows, CrossEntropy.mean().loss(y, t), 40 * U * size / rows);
      float[] losses = new float[rows];
      CrossEntropy.mean().perRow(y, t, losses);
      assertEquals(firstRow, losses[0], 40 * U * firstRowSize);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Values.class,
      names = {"PROBABILITIES", "NEAR_ONE", "ANY_SIZE"})
  void crossEntropyOfLabels(Values values) {
    for (int rows : new int[] {1, 2, 5, 15, 16, 17, 383, 385, 511, 512, 513, 1921, 60_000}) {
      for (double delta : new double[] {0, 1e-30, DELTA, 0.01}) {
        for (int cols : new int[] {1, 10}) {
          Random random = new Random(rows);
          Shape shape = new Shape(rows, cols, 0, 0);
          Batch y = shape.batch(random, values);
          int[] labels = shape.labels(random);
          assertLoss(y, labels, delta);
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "1, 10",
    "100, 10",
    "60000, 10",
    "100, 63",
    "100, 64",
    "128, 1000",
    "3, 1920",
    "3, 1921",
    "16, 32000",
    "2, 128000"
  })
  void softmaxCrossEntropy(int rows, int cols) {
    Random random = new Random(rows * 41L + cols);
    Shape shape = new Shape(rows, cols, 0, 0);
    for (double size : new double[] {1, 10, 60, 1000, 1e30}) {
      Batch x = shape.batch(random, Values.PROBABILITIES);
      for (int i = 0; i < rows * cols; i++) {
        x.data()[i] = (float) (size * random.nextGaussian());
      }
      int[] labels = shape.labels(random);
      Batch t = shape.batch(random, Values.PROBABILITIES);
      double ofLabels = 0;
      double labelBound = 0;
      double rowBound = 0;
      double ofTargets = 0;
      double targetBound = 0;
      Batch softmax = TestData.room(shape);
      SoftmaxCrossEntropy.sum().softmax(x, softmax);
      for (int r = 0; r < rows; r++) {
        double max = Double.NEGATIVE_INFINITY;
        boolean tame = true;
        for (int c = 0; c < cols; c++) {
          max = Math.max(max, x.get(r, c));
          tame &= Math.abs(x.get(r, c)) <= 64;
        }
        double z = 0;
        for (int c = 0; c < cols; c++) {
          z += StrictMath.exp(x.get(r, c) - max);
        }
        double shift = tame ? 0 : max;
        double lnOfZ = StrictMath.log(z) + max - shift;
        ofLabels += StrictMath.log(z) + (max - x.get(r, labels[r]));
        double label = Math.abs(tame ? 0 : x.get(r, labels[r]) - shift);
        labelBound += 40 + label;
        rowBound += 40 + 2 * label + 3 * Math.abs(lnOfZ);
        for (int c = 0; c < cols; c++) {
          double loss = StrictMath.log(z) + (max - x.get(r, c));
          ofTargets += t.get(r, c) * loss;
          targetBound += t.get(r, c) * (1 + Math.abs(lnOfZ) + Math.abs(x.get(r, c) - shift));
          double p = StrictMath.exp(x.get(r, c) - max) / z;
          // The difference of large logits is rounded, to half an ulp, before it is exponentiated.
          double moved = tame ? 0 : Math.abs(x.get(r, c) - shift) * U * p;
          assertEquals(p, softmax.get(r, c), 40 * U * p + moved + 0x1p-126);
        }
      }
      double mean = SoftmaxCrossEntropy.mean().loss(x, labels);
      assertEquals(ofLabels, SoftmaxCrossEntropy.sum().loss(x, labels), U * labelBound);
      assertEquals(ofLabels / rows, mean, U * labelBound / rows);
      assertEquals(ofTargets, SoftmaxCrossEntropy.sum().loss(x, t), 40 * U * targetBound);
      float[] losses = new float[rows];
      SoftmaxCrossEntropy.mean().perRow(x, labels, losses);
      double sum = 0;
      for (float loss : losses) {
        sum += loss;
      }
      assertEquals(ofLabels, sum, U * rowBound);
    }
  }

  /** Within the bound, and the same on every backend. */
  private static void assertLoss(Batch y, int[] labels, double delta) {
    double sum = 0;
    double size = 0;
    for (int r = 0; r < y.rows(); r++) {
      double ln = StrictMath.log(y.get(r, labels[r]) + delta);
      sum -= ln;
      size += Math.abs(ln);
    }
    double bound = Double.isFinite(size) ? 1e-12 * size + y.rows() * 0x1p-52 : 0;
    for (Backend backend : TestData.backends()) {
      CrossEntropy loss = CrossEntropy.sum().delta(delta).on(backend);
      assertEquals(sum, loss.loss(y, labels), bound, loss::toString);
    }
  }

  /** Numbers that are no positive normal floats, alone and among others, at any place. */
  @Test
  void productsOfOddFactors() {
    for (float odd :
        new float[] {
          0, -0f, 1e-40f, -1e-40f, Float.MIN_VALUE, Float.MIN_NORMAL, -0x1p-60f, -1e-7f, 2, 1e38f
        }) {
      for (double delta : new double[] {0, 0x1p-126, 1e-30, 0x1p-61, 0x1p-60, DELTA, 1}) {
        for (int rows : new int[] {1, 16, 31, 520, 1920}) {
          for (int every : new int[] {1, 7, 600}) {
            float[] y = new float[rows];
            for (int r = 0; r < rows; r++) {
              y[r] = r % every == 0 ? odd : 0.75f;
            }
            assertLoss(Batch.of(y, rows, 1), new int[rows], delta);
          }
        }
      }
    }
  }

  /** Two negatives must not cancel, nor may what a product hides go unseen. */
  @Test
  void productsHideNothing() {
    int rows = 500;
    int[] labels = new int[rows];
    for (int at = 0; at < rows; at += 7) {
      for (float bad : new float[] {-0.5f, Float.NaN}) {
        float[] y = new float[rows];
        java.util.Arrays.fill(y, 0.5f);
        y[at] = bad;
        y[(at + 16) % rows] = bad;
        Batch batch = Batch.of(y, rows, 1);
        for (Backend backend : TestData.backends()) {
          double loss = CrossEntropy.sum().on(backend).loss(batch, labels);
          assertTrue(Double.isNaN(loss), backend + " row " + at);
        }
      }
    }
  }

  /** Runs of factors whose product leaves the range of double midway, and comes back. */
  @Test
  void productsThatUnderflowAndRecover() {
    int rows = 3000;
    for (int run : new int[] {16, 100, 512, 600}) {
      for (float large : new float[] {1.9f, 1e38f}) {
        for (double delta : new double[] {0, 1e-30, DELTA}) {
          float[] y = new float[rows];
          for (int r = 0; r < rows; r++) {
            y[r] = (r / run & 1) == 0 ? 1e-38f : r % 3 == 0 ? large : 1.9f;
          }
          assertLoss(Batch.of(y, rows, 1), new int[rows], delta);
        }
      }
    }
  }

  @Test
  void theMeanDoesNotDependOnTheBatchSize() {
    Random random = new Random(5);
    Batch one = new Shape(10, 10, 0, 0).batch(random, Values.PROBABILITIES);
    int[] labels = new Shape(10, 10, 0, 0).labels(random);
    float[] many = new float[100 * 100];
    int[] manyLabels = new int[1000];
    for (int i = 0; i < 100; i++) {
      System.arraycopy(one.data(), 0, many, i * 100, 100);
      System.arraycopy(labels, 0, manyLabels, i * 10, 10);
    }
    double expected = CrossEntropy.mean().loss(one, labels);
    double actual = CrossEntropy.mean().loss(Batch.of(many, 1000, 10), manyLabels);
    assertEquals(expected, actual, 1e-12 * expected);
  }

  @Test
  void theLossFallsAsTheProbabilityRises() {
    double last = Double.POSITIVE_INFINITY;
    for (float y = 0; y <= 1; y += 0.01f) {
      double loss = CrossEntropy.mean().loss(Batch.row(new float[] {1 - y, y}), new int[] {1});
      assertTrue(loss < last);
      last = loss;
    }
    assertEquals(0, last, 1e-5);
  }
}

package org.simdloss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.simdloss.TestData.Shape;
import org.simdloss.TestData.Values;

/** Gradients are the derivatives of the losses, as central differences in double show. */
class GradientTest {
  /** A loss of doubles, by its definition; NaN targets of a row are not used. */
  private interface Definition {
    double of(double[] y, double[] t, int rows, int cols);
  }

  private static double squares(double[] y, double[] t) {
    double sum = 0;
    for (int i = 0; i < y.length; i++) {
      sum += (y[i] - t[i]) * (y[i] - t[i]);
    }
    return sum;
  }

  private static double entropy(double[] y, double[] t, double delta) {
    double sum = 0;
    for (int i = 0; i < y.length; i++) {
      sum -= t[i] * StrictMath.log(y[i] + delta);
    }
    return sum;
  }

  private static double softmaxEntropy(double[] x, double[] t, int rows, int cols) {
    double sum = 0;
    for (int r = 0; r < rows; r++) {
      double z = 0;
      for (int c = 0; c < cols; c++) {
        z += StrictMath.exp(x[r * cols + c]);
      }
      for (int c = 0; c < cols; c++) {
        sum += t[r * cols + c] * (StrictMath.log(z) - x[r * cols + c]);
      }
    }
    return sum;
  }

  private static double binary(double[] y, double[] t, double delta) {
    double sum = 0;
    for (int i = 0; i < y.length; i++) {
      sum -= t[i] * StrictMath.log(y[i] + delta) + (1 - t[i]) * StrictMath.log(1 - y[i] + delta);
    }
    return sum;
  }

  private static double sigmoid(double[] x, double[] t, double positiveWeight) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += positiveWeight * t[i] * StrictMath.log1p(StrictMath.exp(-x[i]));
      sum += (1 - t[i]) * StrictMath.log1p(StrictMath.exp(x[i]));
    }
    return sum;
  }

  @Test
  void theLossIsReturnedWhateverTheTargets() {
    Batch y = Batch.of(new float[] {.1f, .9f, .2f, .8f}, 2, 2);
    Batch t = Batch.of(new float[] {.3f, .7f, .4f, .6f}, 2, 2);
    int[] labels = {1, 0};
    Batch gradient = Batch.of(new float[4], 2, 2);
    for (Loss loss : TestData.losses()) {
      assertEquals(loss.loss(y, t), loss.lossAndGradient(y, t, gradient));
      if (!TestData.isBinary(loss)) {
        assertEquals(loss.loss(y, labels), loss.lossAndGradient(y, labels, gradient));
      }
    }
  }

  /** 0 · Σt is, where Σt is negative, and there is nothing to subtract. */
  @Test
  void noDerivativeIsMinusZero() {
    Batch y = Batch.row(new float[] {0, -1000});
    Batch t = Batch.row(new float[] {-1, 0});
    Batch gradient = Batch.row(new float[2]);
    for (Backend backend : TestData.backends()) {
      SoftmaxCrossEntropy.sum().on(backend).lossAndGradient(y, t, gradient);
      assertEquals(0, Float.floatToRawIntBits(gradient.get(0, 1)), backend::toString);
    }
  }

  private static Arguments pair(Loss loss, Definition definition) {
    return Arguments.of(loss, definition);
  }

  static Stream<Arguments> definitions() {
    return Stream.of(
        pair(SquaredError.halfSum(), (y, t, rows, cols) -> squares(y, t) / 2),
        pair(SquaredError.halfSumOverRows(), (y, t, rows, cols) -> squares(y, t) / 2 / rows),
        pair(SquaredError.mse(), (y, t, rows, cols) -> squares(y, t) / rows / cols),
        pair(CrossEntropy.sum(), (y, t, rows, cols) -> entropy(y, t, 1e-7)),
        pair(CrossEntropy.mean(), (y, t, rows, cols) -> entropy(y, t, 1e-7) / rows),
        pair(CrossEntropy.sum().delta(0.25), (y, t, rows, cols) -> entropy(y, t, 0.25)),
        pair(SoftmaxCrossEntropy.sum(), GradientTest::softmaxEntropy),
        pair(
            SoftmaxCrossEntropy.mean(),
            (y, t, rows, cols) -> softmaxEntropy(y, t, rows, cols) / rows),
        pair(BinaryCrossEntropy.sum(), (y, t, rows, cols) -> binary(y, t, 1e-7)),
        pair(
            BinaryCrossEntropy.mean().delta(0.25),
            (y, t, rows, cols) -> binary(y, t, 0.25) / rows / cols),
        pair(SigmoidCrossEntropy.sum(), (x, t, rows, cols) -> sigmoid(x, t, 1)),
        pair(
            SigmoidCrossEntropy.mean().positiveWeight(3),
            (x, t, rows, cols) -> sigmoid(x, t, 3) / rows / cols));
  }

  @ParameterizedTest
  @MethodSource("definitions")
  void centralDifferences(Loss loss, Definition definition) {
    int[][] shapes = {{1, 1}, {1, 2}, {7, 3}, {13, 10}, {3, 70}};
    for (int[] shape : shapes) {
      int rows = shape[0];
      int cols = shape[1];
      Random random = new Random(rows * 31 + cols);
      float[] y = new float[rows * cols];
      float[] soft = new float[rows * cols];
      float[] hot = new float[rows * cols];
      int[] labels = new int[rows];
      for (int i = 0; i < y.length; i++) {
        y[i] = 0.05f + 0.9f * random.nextFloat();
        soft[i] = random.nextFloat() - 0.25f; // any values, not a distribution
      }
      for (int r = 0; r < rows; r++) {
        labels[r] = random.nextInt(cols);
        hot[r * cols + labels[r]] = 1;
      }
      Batch batch = Batch.of(y, rows, cols);
      check(loss, definition, y, soft, Targets.of(Batch.of(soft, rows, cols)), batch);
      if (TestData.isBinary(loss)) { // one column's labels are values
        check(loss, definition, y, hot, Targets.of(Batch.of(hot, rows, cols)), batch);
        continue;
      }
      if (!TestData.isRefused(loss, Targets.labels(labels), cols)) {
        check(loss, definition, y, hot, Targets.labels(labels), batch);
      }
      check(loss, definition, y, hot, Targets.argmax(Batch.of(hot, rows, cols)), batch);
    }
  }

  private static void check(
      Loss loss, Definition definition, float[] y, float[] t, Targets targets, Batch batch) {
    int rows = batch.rows();
    int cols = batch.cols();
    float[] gradient = new float[y.length];
    loss.lossAndGradient(batch, targets, Batch.of(gradient, rows, cols));
    double[] ys = doubles(y);
    double[] ts = doubles(t);
    for (int i = 0; i < y.length; i++) {
      double h = 1e-5;
      ys[i] = y[i] + h;
      double above = definition.of(ys, ts, rows, cols);
      ys[i] = y[i] - h;
      double below = definition.of(ys, ts, rows, cols);
      ys[i] = y[i];
      double derivative = (above - below) / (2 * h);
      // The differences are good to 1e-6 of the terms, which are of the size of T/y. A sum is held
      // to what its mean is.
      double size = (1 + Math.abs(derivative)) / rows;
      assertEquals(derivative, gradient[i], 3e-6 * size, () -> loss + ", " + targets);
    }
  }

  private static double[] doubles(float[] floats) {
    double[] doubles = new double[floats.length];
    for (int i = 0; i < floats.length; i++) {
      doubles[i] = floats[i];
    }
    return doubles;
  }

  /** The same derivatives from their formulas, at sizes where differences would take too long. */
  @ParameterizedTest
  @CsvSource({"100, 10", "1000, 10", "1, 3000", "5, 2000", "20, 784", "2, 128000"})
  void formulas(int rows, int cols) {
    Random random = new Random(rows + 31L * cols);
    Shape shape = new Shape(rows, cols, 0, 0);
    float[] y = shape.batch(random, Values.PROBABILITIES).data();
    float[] t = shape.batch(random, Values.PROBABILITIES).data();
    y = java.util.Arrays.copyOf(y, rows * cols);
    t = java.util.Arrays.copyOf(t, rows * cols);
    Batch gradient = Batch.of(new float[rows * cols], rows, cols);
    Batch yBatch = Batch.of(y, rows, cols);
    Batch tBatch = Batch.of(t, rows, cols);
    float[] g = gradient.data();
    SquaredError.halfSum().lossAndGradient(yBatch, tBatch, gradient);
    for (int i = 0; i < g.length; i++) {
      assertEquals(y[i] - t[i], g[i]);
    }
    CrossEntropy.mean().lossAndGradient(yBatch, tBatch, gradient);
    for (int i = 0; i < g.length; i++) {
      double exact = -t[i] / (y[i] + 1e-7) / rows;
      assertEquals(exact, g[i], 3 * 0x1p-23 * Math.abs(exact));
    }
    SoftmaxCrossEntropy.sum().lossAndGradient(yBatch, tBatch, gradient);
    for (int r = 0; r < rows; r++) {
      double z = 0;
      double targets = 0;
      for (int i = r * cols; i < (r + 1) * cols; i++) {
        z += StrictMath.exp(y[i]);
        targets += t[i];
      }
      for (int i = r * cols; i < (r + 1) * cols; i++) {
        double softmax = StrictMath.exp(y[i]) / z * targets;
        assertEquals(softmax - t[i], g[i], 40 * 0x1p-24 * softmax + 0x1p-24 * t[i]);
      }
    }
  }

  /** One step against the gradient lowers the loss. */
  @Test
  void theGradientPointsUphill() {
    Random random = new Random(11);
    Shape shape = new Shape(50, 10, 0, 0);
    Batch y = shape.batch(random, Values.PROBABILITIES);
    Batch t = shape.batch(random, Values.PROBABILITIES);
    for (Loss loss : TestData.losses()) {
      Batch gradient = TestData.room(shape);
      double before = loss.lossAndGradient(y, t, gradient);
      Batch step = TestData.copy(y);
      for (int i = 0; i < 500; i++) {
        step.data()[i] -= 1e-4f * gradient.data()[i];
      }
      assertTrue(loss.loss(step, t) < before, loss::toString);
    }
  }
}

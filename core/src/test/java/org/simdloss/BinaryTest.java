package org.simdloss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.simdloss.TestData.bits;
import static org.simdloss.TestData.hex;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.simdloss.TestData.Shape;
import org.simdloss.TestData.Values;

/** What only the losses of two classes have: labels 0 and 1 of one column, and both their sides. */
class BinaryTest {
  private static final float INF = Float.POSITIVE_INFINITY;
  private static final float NAN = Float.NaN;
  private static final double LN_2 = Math.log(2);

  static Stream<Backend> backends() {
    return TestData.backends().stream();
  }

  static Stream<Loss> losses() {
    return TestData.losses().stream()
        .filter(TestData::isBinary)
        .flatMap(loss -> TestData.backends().stream().map(loss::on));
  }

  private static Batch column(float... values) {
    return Batch.of(values, values.length, 1);
  }

  private static void refused(Class<? extends Exception> type, String message, Executable call) {
    assertEquals(message, assertThrowsExactly(type, call).getMessage());
  }

  /**
   * The loss of one element, which is its row's but for rounding, and that of a gradient's call.
   */
  private static double loss(Loss loss, float y, float t) {
    Batch of = column(y);
    double result = loss.loss(of, column(t));
    float[] row = new float[1];
    loss.perRow(of, Targets.of(column(t)), row);
    assertRow(result, row[0]);
    assertEquals(hex(result), hex(loss.lossAndGradient(of, column(t), column(0))));
    return result;
  }

  /** A sum may be more exact. */
  private static void assertRow(double expected, float loss) {
    double size = Math.abs(expected);
    if (size > 0 && size < INF) {
      assertEquals(expected, loss, 4 * 0x1p-24 * size);
    } else {
      assertEquals((float) expected, loss);
    }
  }

  private static float gradient(Loss loss, float y, float t) {
    Batch gradient = column(7);
    loss.lossAndGradient(column(y), column(t), gradient);
    return gradient.get(0, 0);
  }

  @ParameterizedTest
  @MethodSource("losses")
  void labelsAreValues(Loss loss) {
    for (int rows : new int[] {1, 7, 8, 9, 64, 1919, 1920, 1921, 7001}) {
      Random random = new Random(rows);
      Shape shape = new Shape(rows, 1, rows % 3, rows % 2 * 3);
      Batch y = shape.batch(random, rows % 2 == 0 ? Values.HOSTILE : Values.PROBABILITIES);
      int[] labels = random.ints(rows + 2, 0, 2).toArray();
      float[] values = new float[rows];
      float[] weights = new float[rows + 1];
      for (int r = 0; r < rows; r++) {
        values[r] = labels[r + 1];
        weights[r + 1] = random.nextInt(3) * 0.5f;
      }
      Targets ofLabels = Targets.labels(labels, 1, rows);
      assertSame(loss, y, shape, ofLabels, Targets.of(column(values)));
      assertSame(
          loss,
          y,
          shape,
          ofLabels.weighted(weights, 1),
          Targets.of(column(values)).weighted(weights, 1));
    }
  }

  private static void assertSame(Loss loss, Batch y, Shape shape, Targets a, Targets b) {
    assertEquals(hex(loss.loss(y, a)), hex(loss.loss(y, b)), loss::toString);
    float[] rows = new float[y.rows()];
    float[] others = new float[y.rows()];
    loss.perRow(y, a, rows);
    loss.perRow(y, b, others);
    assertArrayEquals(bits(rows, rows.length), bits(others, rows.length), loss::toString);
    Batch gradient = TestData.room(shape);
    Batch other = TestData.room(shape);
    loss.lossAndGradient(y, a, gradient);
    loss.lossAndGradient(y, b, other);
    int n = gradient.data().length;
    assertArrayEquals(bits(gradient.data(), n), bits(other.data(), n), loss::toString);
    LossSum sum = new LossSum();
    LossSum otherSum = new LossSum();
    loss.addRowsTo(sum, y, a);
    loss.addRowsTo(otherSum, y, b);
    assertArrayEquals(sum.toBytes(), otherSum.toBytes());
  }

  @ParameterizedTest
  @MethodSource("losses")
  void targetsThatAreRefused(Loss loss) {
    Batch two = Batch.of(new float[] {.1f, .2f, .3f, .4f}, 2, 2);
    refused(
        IllegalArgumentException.class,
        "a loss of two classes takes labels, 0 and 1, for one column; for several it takes values,"
            + " as in Targets.of(Batch)",
        () -> loss.loss(two, new int[] {0, 1}));
    refused(
        IllegalArgumentException.class,
        "a loss of two classes takes values, or labels 0 and 1, and no Targets.argmax",
        () -> loss.loss(two, Targets.argmax(two)));
    refused(
        IndexOutOfBoundsException.class,
        "label 2 of row 1; allowed: 0 to 1",
        () -> loss.loss(column(.1f, .2f), new int[] {0, 2}));
    refused(
        IndexOutOfBoundsException.class,
        "label 2 of row 1; allowed: 0 to 1 (labels begin at 0, and these seem to begin at 1)",
        () -> loss.loss(column(.1f, .2f), new int[] {1, 2}));
    refused(
        IndexOutOfBoundsException.class,
        "label -1 of row 0; allowed: 0 to 1",
        () -> loss.loss(column(.1f, .2f), new int[] {-1, 1}));
  }

  @Test
  void labelOneOfOneColumnNamesTheseLosses() {
    for (Loss loss : List.of(CrossEntropy.mean(), SoftmaxCrossEntropy.sum())) {
      refused(
          IndexOutOfBoundsException.class,
          "label 1 of row 1; allowed: 0 to 0 (one column is one class; labels 0 and 1 of one column"
              + " are for BinaryCrossEntropy, from probabilities, and SigmoidCrossEntropy, from"
              + " logits)",
          () -> loss.loss(column(.1f, .2f), new int[] {0, 1}));
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void sigmoidCrossEntropyOfSpecialLogits(Backend backend) {
    SigmoidCrossEntropy sum = SigmoidCrossEntropy.sum().on(backend);
    float[][] cases = {
      // logit, target, loss, gradient
      {0, 1, (float) LN_2, -0.5f},
      {0, 0, (float) LN_2, 0.5f},
      {-0f, 0.5f, (float) LN_2, 0},
      {INF, 1, 0, 0},
      {INF, 0, INF, 1},
      {INF, 0.5f, INF, 0.5f},
      {-INF, 0, 0, 0},
      {-INF, 1, INF, -1},
      {104, 0, 104, 1},
      {-104, 1, 104, -1},
      {200, 1, 0, 0},
      {-200, 0, 0, 0},
      {1e30f, 0, 1e30f, 1},
      {-1e30f, 1, 1e30f, -1},
      {1e30f, 1, 0, 0},
      {NAN, 1, NAN, NAN},
      {NAN, 0, NAN, NAN},
      {-NAN, 0.5f, NAN, NAN},
    };
    for (float[] each : cases) {
      double loss = loss(sum, each[0], each[1]);
      double tolerance = each[2] > 0 && each[2] < INF ? 1e-7 * each[2] : 1e-30;
      assertEquals(each[2], (float) loss, tolerance, Arrays.toString(each));
      float gradient = gradient(sum, each[0], each[1]);
      assertEquals(each[3], gradient, Arrays.toString(each));
    }
    // Small losses keep their digits, and their gradients.
    assertEquals(Math.exp(-80), loss(sum, 80, 1), 1e-6 * Math.exp(-80));
    assertEquals(-Math.exp(-80), gradient(sum, 80, 1), 1e-6 * Math.exp(-80));
  }

  @ParameterizedTest
  @MethodSource("backends")
  void sigmoids(Backend backend) {
    float[] x = {0, -0f, 1, -1, 88, -88, 104, -103, 1e30f, -1e30f, INF, -INF, NAN, 2, 3, 4, 5, 6};
    Batch logits = column(x);
    Batch into = MiniBatch.zeros(x.length, 1);
    SigmoidCrossEntropy.mean().on(backend).sigmoid(logits, into);
    for (int i = 0; i < x.length; i++) {
      double exact = 1 / (1 + Math.exp(-(double) x[i]));
      double tolerance = exact == exact ? 4 * 0x1p-24 * exact + 0x1p-149 : 1;
      assertEquals(exact, into.get(i, 0), tolerance, "of " + x[i]);
    }
    SigmoidCrossEntropy.sum().on(backend).positiveWeight(3).sigmoid(logits, logits);
    assertArrayEquals(bits(into.data(), x.length), bits(x, x.length));
  }

  @ParameterizedTest
  @MethodSource("backends")
  void binaryCrossEntropyOfSpecialProbabilities(Backend backend) {
    BinaryCrossEntropy sum = BinaryCrossEntropy.sum().on(backend);
    BinaryCrossEntropy exact = sum.delta(0);
    double lnDelta = -Math.log(1e-7f);
    assertEquals(lnDelta, loss(sum, 0, 1), 1e-6);
    assertEquals(lnDelta, loss(sum, 1, 0), 1e-6);
    assertEquals(-Math.log1p(1e-7f), loss(sum, 1, 1), 1e-13);
    assertEquals(-Math.log1p(1e-7f), loss(sum, 0, 0), 1e-13);
    assertEquals(0, loss(exact, 1, 1));
    assertEquals(0, loss(exact, 0, 0));
    assertEquals(INF, loss(exact, 0, 1));
    assertEquals(INF, loss(exact, 1, 0));
    assertEquals(INF, loss(exact, 0, 0.5f));
    assertEquals(-INF, loss(sum, INF, 1));
    assertEquals(-INF, loss(sum, -INF, 0));
    assertEquals(NAN, loss(sum, -0.5f, 1));
    assertEquals(-Math.log(1.5), loss(exact, -0.5f, 0), 1e-6);
    assertEquals(NAN, loss(sum, 1.5f, 0));
    assertEquals(-Math.log(1.5), loss(exact, 1.5f, 1), 1e-6);
    assertEquals(NAN, loss(sum, NAN, 1));
    assertEquals(NAN, loss(sum, NAN, 0.5f));
    // 1 - y is 1 as a float, and still there is a loss.
    assertEquals(1e-20, loss(exact, 1e-20f, 0), 1e-26);
    assertEquals(-INF, gradient(exact, 0, 1));
    assertEquals(INF, gradient(exact, 1, 0));
    assertEquals(-1, gradient(exact, 1, 1));
    assertEquals(1, gradient(exact, 0, 0));
    assertEquals(NAN, gradient(sum, 1.5f, 0));
    assertEquals(0, Float.floatToRawIntBits(gradient(exact, 0.5f, 0.5f)));
  }

  /** Products that leave the range of double midway, and the range of what is near to 1. */
  @ParameterizedTest
  @MethodSource("backends")
  void sumsOfLeastAndGreatestProbabilities(Backend backend) {
    BinaryCrossEntropy sum = BinaryCrossEntropy.sum().delta(0).on(backend);
    for (int n : new int[] {1, 15, 16, 17, 511, 513, 1920, 4001}) {
      float[] y = new float[n];
      float[] t = new float[n];
      Batch of = column(y);
      Arrays.fill(t, 1);
      Arrays.fill(y, 0x1p-126f);
      double expected = n * 126 * LN_2;
      assertEquals(expected, sum.loss(of, column(t)), 1e-14 * expected);
      Arrays.fill(t, 0, n / 2, 0);
      assertEquals((n - n / 2) * 126 * LN_2, sum.loss(of, column(t)), 1e-14 * expected);
      Arrays.fill(t, 0);
      assertEquals(n * 0x1p-126, sum.loss(of, column(t)), n * 0x1p-146);
      Arrays.fill(y, 0x1p-22f);
      assertEquals(n * 0x1p-22, sum.loss(of, column(t)), n * 0x1p-42);
      Arrays.fill(y, 0x1p-18f);
      expected = -n * Math.log1p(-0x1p-18);
      assertEquals(expected, sum.loss(of, column(t)), 0x1p-30 * expected);
    }
  }

  /** Among others, in a block, an odd one alone is odd. */
  @ParameterizedTest
  @MethodSource("losses")
  void anOddElementChangesNoOther(Loss loss) {
    float[] y = new float[200];
    Arrays.fill(y, 0.25f);
    float[] t = new float[200];
    for (int i = 0; i < 200; i++) {
      t[i] = i % 2;
    }
    float[] usual = new float[200];
    loss.perRow(column(y), Targets.of(column(t)), usual);
    float[] odd = {NAN, INF, -INF, -1, 3, 0, 1};
    for (int i = 0; i < odd.length; i++) {
      float[] of = y.clone();
      of[90 + i] = odd[i];
      float[] targets = t.clone();
      targets[20 + i] = 0.5f;
      float[] losses = new float[200];
      loss.perRow(column(of), Targets.of(column(targets)), losses);
      Batch gradient = MiniBatch.zeros(200, 1);
      loss.lossAndGradient(column(of), Targets.of(column(targets)), gradient);
      for (int r = 0; r < 200; r++) {
        float scale = loss.toString().contains("mean") ? 200 : 1;
        assertRow(loss(loss, of[r], targets[r]), losses[r]);
        float derivative = gradient(loss, of[r], targets[r]) / scale;
        float size = Math.abs(derivative);
        float tolerance = size > 0 && size < INF ? 1e-6f * size : 1e-30f;
        assertEquals(derivative, gradient.get(r, 0), tolerance, "row " + r);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void aPositiveWeightIsAsInPyTorch(Backend backend) {
    // Its documentation: −(p · y · ln σ(x) + (1 − y) · ln(1 − σ(x))), and the mean is by elements.
    SigmoidCrossEntropy mean = SigmoidCrossEntropy.mean().positiveWeight(3).on(backend);
    double expected = (3 * Math.log1p(Math.exp(-1)) + Math.log1p(Math.exp(-2))) / 2;
    assertEquals(expected, mean.loss(column(1, -2), new int[] {1, 0}), 1e-7);
    Batch gradient = MiniBatch.zeros(2, 1);
    Batch hessian = MiniBatch.zeros(2, 1);
    mean.lossGradientHessian(column(1, -2), new int[] {1, 0}, gradient, hessian);
    double p = 1 / (1 + Math.exp(-1));
    double q = 1 / (1 + Math.exp(2));
    assertEquals(3 * (p - 1) / 2, gradient.get(0, 0), 1e-7);
    assertEquals(q / 2, gradient.get(1, 0), 1e-7);
    assertEquals(3 * p * (1 - p) / 2, hessian.get(0, 0), 1e-7);
    assertEquals(q * (1 - q) / 2, hessian.get(1, 0), 1e-7);
    assertEquals("SigmoidCrossEntropy.mean.positiveWeight(3.0) on " + backend, mean.toString());
    for (double bad : new double[] {0, -1, 1e-60, 1e39, NAN, INF}) {
      refused(
          IllegalArgumentException.class,
          "weight is " + bad + "; allowed: above 0 and finite, as a float",
          () -> mean.positiveWeight(bad));
    }
    assertEquals(
        hex(SigmoidCrossEntropy.mean().loss(column(1, -2), column(1, 0.25f))),
        hex(mean.positiveWeight(1).loss(column(1, -2), column(1, 0.25f))));
  }

  @ParameterizedTest
  @MethodSource("losses")
  void aWeightCountsAsManyRows(Loss loss) {
    Batch y = column(0.25f, 0.5f, 0.75f, 0.125f);
    int[] labels = {0, 1, 1, 0};
    float[] weights = {2, 0, 1, 1};
    Batch twice = column(0.25f, 0.25f, 0.75f, 0.125f);
    int[] labelsTwice = {0, 0, 1, 0};
    double expected = loss.loss(twice, labelsTwice);
    Targets weighted = Targets.labels(labels).weighted(weights);
    assertEquals(expected, loss.loss(y, weighted), 1e-6 * expected);
    Batch gradient = MiniBatch.zeros(4, 1);
    loss.lossAndGradient(y, weighted, gradient);
    Batch gradientTwice = MiniBatch.zeros(4, 1);
    loss.lossAndGradient(twice, labelsTwice, gradientTwice);
    assertEquals(2 * gradientTwice.get(0, 0), gradient.get(0, 0), 1e-6);
    assertEquals(0, gradient.get(1, 0));
    assertEquals(gradientTwice.get(2, 0), gradient.get(2, 0), 1e-6);
    LossSum sum = new LossSum();
    loss.addTo(sum, y, weighted);
    assertEquals(4, sum.weight());
  }

  /** Nothing of a row of weight 0 gets out. */
  @ParameterizedTest
  @MethodSource("losses")
  void aRowWithoutWeightIsNotRead(Loss loss) {
    for (int cols : new int[] {1, 3, 70, 2000}) {
      float[] y = new float[4 * cols];
      float[] t = new float[4 * cols];
      Arrays.fill(y, 0.25f);
      Arrays.fill(t, 0.5f);
      float[] odd = y.clone();
      float[] oddTargets = t.clone();
      for (int i = cols; i < 2 * cols; i++) {
        odd[i] = i % 3 == 0 ? NAN : i % 3 == 1 ? INF : -INF;
        oddTargets[i] = i % 2 == 0 ? NAN : INF;
      }
      float[] weights = {1, 0, 2, 0.5f};
      Shape shape = new Shape(4, cols, 0, 0);
      assertSame(
          loss,
          Batch.of(odd, 4, cols),
          shape,
          Targets.of(Batch.of(oddTargets, 4, cols)).weighted(weights),
          Targets.of(Batch.of(t, 4, cols)).weighted(weights));
      assertTrue(
          loss.loss(
                  Batch.of(odd, 4, cols),
                  Targets.of(Batch.of(oddTargets, 4, cols)).weighted(weights))
              > 0);
      assertEquals(
          hex(loss.loss(Batch.of(y, 4, cols), Targets.of(Batch.of(t, 4, cols)).weighted(weights))),
          hex(
              loss.loss(
                  Batch.of(odd, 4, cols),
                  Targets.of(Batch.of(oddTargets, 4, cols)).weighted(weights))));
    }
  }

  /** scikit-learn clipped to from ε to 1 − ε, and its labels are 0 and 1. */
  @ParameterizedTest
  @MethodSource("backends")
  void clippingIsAsInScikitLearn(Backend backend) {
    BinaryCrossEntropy sum = BinaryCrossEntropy.sum().clip(1e-15).on(backend);
    double ln = -Math.log(1e-15);
    assertEquals(ln, loss(sum, 0, 1), 1e-5);
    assertEquals(ln, loss(sum, 1, 0), 1e-5);
    assertEquals(0, loss(sum, 1, 1), 1e-14);
    assertEquals(-Math.log(0.75), loss(sum, 0.75f, 1), 1e-7);
    assertEquals(0.5 * ln, loss(sum, 0, 0.5f), 1e-5);
    BinaryCrossEntropy wide = sum.clip(0.25);
    assertEquals(-Math.log(0.25), loss(wide, -INF, 1), 1e-6);
    assertEquals(-Math.log(0.75), loss(wide, INF, 1), 1e-6);
    assertEquals(-Math.log(0.75), loss(wide, 0.1f, 0), 1e-7);
    assertEquals(NAN, loss(wide, NAN, 1));
    for (float y : new float[] {-1, 0.2f, 0.8f, 2, INF}) {
      assertEquals(0, Float.floatToRawIntBits(gradient(wide, y, 1)), "at " + y);
      assertEquals(0, Float.floatToRawIntBits(gradient(wide, y, 0.5f)), "at " + y);
    }
    assertEquals(NAN, gradient(wide, NAN, 1));
    assertEquals(-2, gradient(wide, 0.5f, 1));
    assertEquals(-4, gradient(wide, 0.25f, 1));
    assertEquals("BinaryCrossEntropy.sum(clip=0.25) on " + backend, wide.toString());
    assertEquals("BinaryCrossEntropy.sum(delta=0.5) on " + backend, wide.delta(0.5).toString());
    assertThrowsExactly(IllegalArgumentException.class, () -> sum.clip(0.5));
    assertThrowsExactly(IllegalArgumentException.class, () -> sum.delta(-1));
  }

  /** Of blocks of every length, clipped ones give what elements give alone. */
  @ParameterizedTest
  @MethodSource("backends")
  void clippedBlocks(Backend backend) {
    BinaryCrossEntropy sum = BinaryCrossEntropy.sum().clip(0.25).on(backend);
    Random random = new Random(12);
    for (int n : new int[] {1, 7, 8, 9, 31, 64, 65, 200}) {
      float[] y = new float[n];
      float[] t = new float[n];
      for (int i = 0; i < n; i++) {
        y[i] = Values.HOSTILE.next(random);
        t[i] = random.nextInt(3) * 0.5f;
      }
      float[] losses = new float[n];
      sum.perRow(column(y), Targets.of(column(t)), losses);
      Batch gradient = MiniBatch.zeros(n, 1);
      sum.lossAndGradient(column(y), Targets.of(column(t)), gradient);
      BinaryCrossEntropy scalar = sum.on(Backend.scalar());
      for (int i = 0; i < n; i++) {
        assertRow(loss(scalar, y[i], t[i]), losses[i]);
        assertEquals(gradient(scalar, y[i], t[i]), gradient.get(i, 0));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void hessiansThatAreRefused(Backend backend) {
    float[] data = new float[40];
    Batch y = Batch.of(data, 0, 2, 3, 3);
    Batch t = Batch.of(data, 6, 2, 3, 3);
    Batch gradient = Batch.of(data, 12, 2, 3, 3);
    Class<IllegalArgumentException> iae = IllegalArgumentException.class;
    for (Objective loss :
        List.of(
            (Objective) SquaredError.mse().on(backend),
            (Objective) SoftmaxCrossEntropy.sum().on(backend),
            (Objective) SigmoidCrossEntropy.mean().on(backend))) {
      Batch hessian = Batch.of(data, 18, 2, 3, 3);
      loss.lossGradientHessian(y, t, gradient, hessian);
      float[] before = data.clone();
      refused(
          iae,
          "hessian overlaps gradient",
          () -> loss.lossGradientHessian(y, t, gradient, gradient));
      refused(
          iae,
          "hessian overlaps gradient",
          () -> loss.lossGradientHessian(y, t, gradient, Batch.of(data, 17, 2, 3, 3)));
      refused(
          iae,
          "hessian overlaps y, but is not the same view of its array",
          () -> loss.lossGradientHessian(y, t, gradient, Batch.of(data, 1, 2, 3, 3)));
      refused(
          iae,
          "hessian overlaps t, but is not the same view of its array",
          () ->
              loss.lossGradientHessian(
                  y, t, Batch.of(data, 20, 2, 3, 3), Batch.of(data, 7, 2, 3, 3)));
      refused(
          iae,
          "hessian overlaps the weights",
          () ->
              loss.lossGradientHessian(
                  y, Targets.of(t).weighted(data, 25), gradient, Batch.of(data, 20, 2, 3, 3)));
      refused(
          iae,
          "hessian is 1×3, but y is 2×3",
          () -> loss.lossGradientHessian(y, t, gradient, Batch.of(data, 18, 1, 3, 3)));
      refused(
          iae,
          "gradient overlaps y, but is not the same view of its array: 2×3 at offset 1 with stride"
              + " 3, and 2×3 at offset 0 with stride 3",
          () -> loss.lossGradientHessian(y, t, Batch.of(data, 1, 2, 3, 3), hessian));
      assertArrayEquals(before, data);
    }
  }

  /**
   * The differences of a gradient; of one element, so that there is nothing beside the diagonal.
   */
  @Test
  void hessiansAreDerivativesOfGradients() {
    Random random = new Random(13);
    int rows = 5;
    int cols = 4;
    float[] y = new float[rows * cols];
    float[] t = new float[rows * cols];
    for (int i = 0; i < y.length; i++) {
      y[i] = 2 * random.nextFloat() - 1;
      t[i] = random.nextFloat();
    }
    float[] weights = {1, 2, 0, 0.5f, 3};
    int[] labels = {0, 1, 2, 3, 1};
    for (Objective loss :
        List.of(
            SquaredError.halfSum(),
            SquaredError.mse(),
            SoftmaxCrossEntropy.sum(),
            SoftmaxCrossEntropy.mean(),
            SoftmaxCrossEntropy.mean().smoothing(0.2),
            SigmoidCrossEntropy.sum(),
            SigmoidCrossEntropy.mean().positiveWeight(2))) {
      Targets values = Targets.of(Batch.of(t, rows, cols));
      for (Targets targets :
          List.of(
              values,
              values.weighted(weights),
              Targets.labels(labels),
              Targets.labels(labels).weighted(weights))) {
        if (TestData.isRefused(loss, targets, cols)) {
          continue;
        }
        Batch gradient = MiniBatch.zeros(rows, cols);
        Batch hessian = MiniBatch.zeros(rows, cols);
        Batch above = MiniBatch.zeros(rows, cols);
        Batch below = MiniBatch.zeros(rows, cols);
        loss.lossGradientHessian(Batch.of(y, rows, cols), targets, gradient, hessian);
        for (int i = 0; i < y.length; i++) {
          float[] moved = y.clone();
          moved[i] = y[i] + 0x1p-8f;
          loss.lossAndGradient(Batch.of(moved, rows, cols), targets, above);
          moved[i] = y[i] - 0x1p-8f;
          loss.lossAndGradient(Batch.of(moved, rows, cols), targets, below);
          double difference = ((double) above.data()[i] - below.data()[i]) / 0x1p-7;
          assertEquals(difference, hessian.data()[i], 2e-4, loss + ", " + targets);
        }
        assertTrue(hessian.get(0, 0) > 0);
      }
    }
  }

  /** Rows longer than a block, with gaps, gathered and not: as in scalar code without gaps. */
  @Test
  void hessiansOfLongRows() {
    for (int cols : new int[] {1919, 1921, 5000}) {
      Shape shape = new Shape(3, cols, 2, 5);
      Random random = new Random(cols);
      Batch x = shape.batch(random, Values.LOGITS);
      Batch t = shape.batch(random, Values.PROBABILITIES);
      for (Objective loss :
          List.of(
              SquaredError.mse(),
              SoftmaxCrossEntropy.sum().smoothing(0.1),
              SoftmaxCrossEntropy.sum(),
              SigmoidCrossEntropy.sum())) {
        Batch flat = TestData.contiguous(x);
        Batch flatT = TestData.contiguous(t);
        Batch expected = MiniBatch.zeros(3, cols);
        Batch scratch = MiniBatch.zeros(3, cols);
        ((Objective) loss.on(Backend.scalar())).lossGradientHessian(flat, flatT, scratch, expected);
        Batch hessian = TestData.room(shape);
        loss.lossGradientHessian(x, t, TestData.room(shape), hessian);
        assertArrayEquals(
            bits(expected.data(), 3 * cols), bits(TestData.contiguous(hessian).data(), 3 * cols));
      }
    }
  }
}

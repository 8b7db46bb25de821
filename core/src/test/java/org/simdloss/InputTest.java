package org.simdloss;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.simdloss.TestData.hex;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.simdloss.internal.call.Divisor;

/** What each input gets, row by row of the table in the package's description, on every backend. */
class InputTest {
  private static final float INF = Float.POSITIVE_INFINITY;
  private static final float NAN = Float.NaN;

  static Stream<Backend> backends() {
    return TestData.backends().stream();
  }

  static Stream<Loss> losses() {
    return TestData.lossesOfClasses().stream()
        .flatMap(loss -> TestData.backends().stream().map(loss::on));
  }

  private static void refused(Class<? extends Exception> type, String message, Executable call) {
    assertEquals(message, assertThrowsExactly(type, call).getMessage());
  }

  /** The loss, which is also that of a gradient's call, and of a sum over this batch alone. */
  private static double everyLoss(Loss loss, Batch y, Targets t) {
    double result = loss.loss(y, t);
    Batch gradient = Batch.of(new float[y.rows() * y.cols()], y.rows(), y.cols());
    assertEquals(hex(result), hex(loss.lossAndGradient(y, t, gradient)));
    LossSum sum = new LossSum();
    loss.addTo(sum, y, t);
    boolean isMean = loss.evaluator().divisor() != Divisor.NONE;
    assertEquals(hex(result), hex(isMean ? sum.mean() : sum.sum()));
    return result;
  }

  private static double everyLoss(Loss loss, Batch y, Batch t) {
    return everyLoss(loss, y, Targets.of(t));
  }

  /** Of a batch of one row, and a loss that is a sum or a mean over rows: its {@code perRow}. */
  private static float rowLoss(Loss loss, Batch y, Targets t) {
    float[] losses = new float[1];
    loss.perRow(y, t, losses);
    return losses[0];
  }

  @ParameterizedTest
  @MethodSource("losses")
  void shapesThatDiffer(Loss loss) {
    Batch y = Batch.of(new float[6], 2, 3);
    Batch other = Batch.of(new float[6], 3, 2);
    float[] out = {7, 7, 7};
    for (Executable call :
        new Executable[] {
          () -> loss.loss(y, other),
          () -> loss.loss(y, Targets.argmax(other)),
          () -> loss.perRow(y, other, out),
          () -> loss.lossAndGradient(y, other, Batch.of(out, 1, 3)),
          () -> loss.addTo(new LossSum(), y, other),
        }) {
      refused(IllegalArgumentException.class, "y is 2×3, but t is 3×2", call);
    }
    refused(
        IllegalArgumentException.class,
        "y is 2×3, but t has 1 label",
        () -> loss.loss(y, new int[1]));
    refused(
        IllegalArgumentException.class,
        "y is 2×3, but t has 3 labels: slice(fromRow, toRow), or Targets.labels(labels, offset, rows),"
            + " takes a part",
        () -> loss.loss(y, new int[3]));
    refused(
        IllegalArgumentException.class,
        "y is 2×3, but t has 6 labels: a label is one number a row; one-hot rows are values, as in"
            + " Targets.of(Batch)",
        () -> loss.loss(y, new int[6]));
    refused(
        IllegalArgumentException.class,
        "losses has 1 elements; allowed: the 2 rows or more",
        () -> loss.perRow(y, y, new float[1]));
    assertArrayEquals(new float[] {7, 7, 7}, out);
  }

  @ParameterizedTest
  @MethodSource("losses")
  void labelsThatBeginAtOne(Loss loss) {
    Batch y = Batch.of(new float[9], 3, 3);
    refused(
        IndexOutOfBoundsException.class,
        "label 3 of row 1; allowed: 0 to 2 (labels begin at 0, and these seem to begin at 1)",
        () -> loss.loss(y, new int[] {1, 3, 2}));
    refused(
        IndexOutOfBoundsException.class,
        "label 3 of row 1; allowed: 0 to 2",
        () -> loss.loss(y, new int[] {0, 3, 2}));
  }

  /** Label 0 would stand for a target of 1. */
  @Test
  void aSquaredErrorOfLabelsInOneColumn() {
    float[] gradient = {7, 7};
    Batch y = Batch.of(new float[2], 2, 1);
    for (SquaredError loss : new SquaredError[] {SquaredError.halfSum(), SquaredError.mse()}) {
      refused(
          IllegalArgumentException.class,
          "y has one column, where label 0 would stand for a target of 1; a squared error of values"
              + " takes Targets.of(Batch)",
          () -> loss.lossAndGradient(y, new int[2], Batch.of(gradient, 2, 1)));
    }
    assertArrayEquals(new float[] {7, 7}, gradient);
  }

  @ParameterizedTest
  @MethodSource("losses")
  void labelsThatAreNoColumn(Loss loss) {
    Batch y = Batch.of(new float[80_000], 8_000, 10);
    float[] out = new float[8_000];
    Arrays.fill(out, 7);
    for (int bad : new int[] {-1, 10, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
      int[] labels = new int[8_000];
      labels[7_001] = bad;
      labels[7_900] = 99;
      String message = "label " + bad + " of row 7001; allowed: 0 to 9";
      refused(IndexOutOfBoundsException.class, message, () -> loss.loss(y, labels));
      refused(IndexOutOfBoundsException.class, message, () -> loss.perRow(y, labels, out));
    }
    for (float untouched : out) {
      assertEquals(7, untouched);
    }
  }

  @ParameterizedTest
  @MethodSource("losses")
  void nulls(Loss loss) {
    Batch y = Batch.row(new float[2]);
    Class<NullPointerException> npe = NullPointerException.class;
    refused(npe, "y", () -> loss.loss(null, y));
    refused(npe, "t", () -> loss.loss(y, (Targets) null));
    refused(npe, "labels", () -> loss.loss(y, (int[]) null));
    refused(npe, "t", () -> loss.loss(y, (Batch) null));
    refused(npe, "t", () -> loss.perRow(y, (Batch) null, new float[1]));
    refused(npe, "y", () -> loss.perRow(null, y, new float[1]));
    refused(npe, "t", () -> loss.perRow(y, (Targets) null, new float[1]));
    refused(npe, "losses", () -> loss.perRow(y, y, null));
    refused(npe, "backend", () -> loss.on(null));
  }

  @ParameterizedTest
  @MethodSource("losses")
  void noRows(Loss loss) {
    Batch none = Batch.of(new float[0], 0, 10);
    float[] out = {7};
    loss.perRow(none, none, out);
    assertEquals(7, out[0]);
    if (loss.evaluator().divisor() == Divisor.NONE) {
      assertEquals("0", hex(loss.loss(none, none)));
      assertEquals("0", hex(loss.loss(none, new int[0])));
    } else {
      refused(
          IllegalArgumentException.class,
          "y has 0 rows; a mean needs 1 or more",
          () -> loss.loss(none, none));
    }
  }

  @ParameterizedTest
  @MethodSource("losses")
  void outputsThatOverlapInputs(Loss loss) {
    float[] data = {.1f, .2f, .3f, .4f};
    Batch columns = Batch.of(data, 4, 1);
    Batch t = Batch.of(new float[] {1, 0, .5f, 1}, 4, 1);
    float[] expected = new float[4];
    loss.perRow(columns, t, expected);
    loss.perRow(columns, t, data); // in place
    assertArrayEquals(expected, data);

    float[] shared = {.1f, .2f, .3f, .4f};
    float[] before = shared.clone();
    refused(
        IllegalArgumentException.class,
        "losses overlaps y, but is not the same view of its array: 2×1 at offset 0 with"
            + " stride 1, and 2×2 at offset 0 with stride 2",
        () -> loss.perRow(Batch.of(shared, 2, 2), new int[2], shared));
    refused(
        IllegalArgumentException.class,
        "losses overlaps y, but is not the same view of its array: 3×1 at offset 0 with"
            + " stride 1, and 3×1 at offset 1 with stride 1",
        () -> loss.perRow(Batch.of(shared, 1, 3, 1, 1), t.slice(0, 3), shared));
    refused(
        IllegalArgumentException.class,
        "losses overlaps t, but is not the same view of its array: 2×1 at offset 0 with"
            + " stride 1, and 2×2 at offset 0 with stride 2",
        () -> loss.perRow(Batch.of(new float[4], 2, 2), Batch.of(shared, 2, 2), shared));
    assertArrayEquals(before, shared);
    // y lies behind the losses: no overlap
    loss.perRow(Batch.of(shared, 2, 2, 1, 1), t.slice(0, 2), shared);
  }

  /** A label's loss, and its gradient −1 / (y + δ), at most the reciprocal of δ. */
  private record Expected(double loss, float gradient) {}

  private static final Expected NO_NUMBER = new Expected(Double.NaN, NAN);

  /** A probability, and what it gets if δ is 1e-7, and if there is none. */
  private record Special(float y, Expected of, Expected withoutDelta) {
    Special(float y, Expected both) {
      this(y, both, both);
    }

    static Stream<Special> all() {
      Expected atZero = new Expected(-StrictMath.log(1e-7), -1e7f);
      Expected atZeroWithout = new Expected(Double.POSITIVE_INFINITY, -INF);
      return Stream.of(
          new Special(0, atZero, atZeroWithout),
          new Special(-0f, atZero, atZeroWithout),
          new Special(1, new Expected(-StrictMath.log(1 + 1e-7), -1), new Expected(0, -1)),
          new Special(-0.5f, NO_NUMBER),
          new Special(NAN, NO_NUMBER),
          new Special(INF, new Expected(Double.NEGATIVE_INFINITY, 0)),
          new Special(-INF, NO_NUMBER),
          new Special(3e38f, new Expected(-StrictMath.log(3e38f), -1 / 3e38f)));
    }
  }

  static Stream<Arguments> specialProbabilities() {
    return backends()
        .flatMap(backend -> Special.all().map(special -> Arguments.of(backend, special)));
  }

  @ParameterizedTest
  @MethodSource("specialProbabilities")
  void crossEntropyOfSpecialProbabilities(Backend backend, Special special) {
    for (int rows : new int[] {1, 5, 200}) {
      assertAll(
          backend + ", y = " + special.y + ", " + rows + " rows",
          () -> check(backend, special, rows));
    }
  }

  private static void check(Backend backend, Special special, int rows) {
    float[] y = new float[rows * 2];
    float[] halves = new float[rows * 2];
    for (int r = 0; r < rows; r++) {
      y[2 * r] = special.y;
      y[2 * r + 1] = 0.5f;
      halves[2 * r] = 0.5f;
    }
    Batch batch = Batch.of(y, rows, 2);
    Targets hot = Targets.labels(new int[rows]);
    Targets half = Targets.of(Batch.of(halves, rows, 2));
    CrossEntropy mean = CrossEntropy.mean().on(backend);
    CrossEntropy without = mean.delta(0);
    double loss = special.of.loss;
    double lossWithout = special.withoutDelta.loss;
    assertClose(loss, everyLoss(mean, batch, hot), 1e-8);
    assertClose(lossWithout, everyLoss(without, batch, hot), 1e-12);
    assertClose(lossWithout / 2, everyLoss(without, batch, half), 1e-6);

    // rows, any targets, and gradients: y + δ is a float, and so 1 + 2^-23 where y is 1
    double rounded = special.y == 1 ? -StrictMath.log(1 + 0x1p-23) : loss;
    assertClose(rounded / 2, everyLoss(mean, batch, half), 1e-6);
    for (Targets t : new Targets[] {hot, half}) {
      double share = t == hot ? 1 : 0.5;
      float[] losses = new float[rows];
      mean.perRow(batch, t, losses);
      assertClose(share * rounded, losses[rows - 1], 1e-6);
      without.perRow(batch, t, losses);
      assertClose(share * lossWithout, losses[rows - 1], 1e-6);
      float[] gradient = new float[rows * 2];
      Batch out = Batch.of(gradient, rows, 2);
      mean.lossAndGradient(batch, t, out);
      assertGradient(share * special.of.gradient / rows, gradient[2 * rows - 2]);
      assertEquals(0, Float.floatToRawIntBits(gradient[2 * rows - 1]));
      without.lossAndGradient(batch, t, out);
      assertGradient(share * special.withoutDelta.gradient / rows, gradient[2 * rows - 2]);
      assertEquals(0, Float.floatToRawIntBits(gradient[2 * rows - 1]));
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void crossEntropyOfOneIsNotMinusZero(Backend backend) {
    CrossEntropy sum = CrossEntropy.sum().on(backend).delta(0);
    assertEquals("0", hex(sum.loss(Batch.row(new float[] {1}), new int[1])));
  }

  /** Of which the least have few digits. */
  private static void assertGradient(double expected, float actual) {
    if (Math.abs(expected) < Float.MIN_NORMAL) {
      assertEquals((float) expected, actual, 2 * Float.MIN_VALUE);
    } else {
      assertClose(expected, actual, 1e-5);
    }
  }

  private static void assertClose(double expected, double actual, double relative) {
    if (expected == 0 || Double.isNaN(expected) || Double.isInfinite(expected)) {
      assertEquals(expected, actual);
    } else {
      assertEquals(expected, actual, relative * Math.abs(expected));
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void aTargetOfZeroAddsNothing(Backend backend) {
    for (float y : new float[] {0, -1, NAN, INF, -INF, Float.MIN_VALUE}) {
      for (float zero : new float[] {0f, -0f}) {
        for (int n : new int[] {1, 15, 16, 64, 100, 5000}) {
          float[] ys = new float[n];
          float[] ts = new float[n];
          Arrays.fill(ys, y);
          Arrays.fill(ts, zero);
          CrossEntropy sum = CrossEntropy.sum().delta(0).on(backend);
          Targets zeros = Targets.of(Batch.row(ts));
          assertEquals("0", hex(everyLoss(sum, Batch.row(ys), zeros)));
          assertEquals(0, Float.floatToRawIntBits(rowLoss(sum, Batch.row(ys), zeros)));
          Batch gradient = Batch.row(new float[n]);
          Arrays.fill(gradient.data(), 7);
          sum.lossAndGradient(Batch.row(ys), zeros, gradient);
          for (float each : gradient.data()) {
            assertEquals(0, Float.floatToRawIntBits(each));
          }
          ys[n - 1] = 0.5f;
          ts[n - 1] = 0.25f;
          assertEquals(
              0.25 * StrictMath.log(2),
              everyLoss(sum, Batch.row(ys), Batch.row(ts)),
              1e-7,
              "n " + n);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void squaredErrorOutsideTheRangeOfFloatSquares(Backend backend) {
    SquaredError error = SquaredError.halfSum().on(backend);
    // y, the loss, and the tolerance; the gradient is y itself, always
    double[][] cases = {
      {1.9e19f, INF, 0},
      {-1.9e19f, INF, 0},
      {1.8e19f, 0.5 * 3.24e38, 1e32},
      {2.6e-23f, 0, 0},
      {INF, INF, 0},
      {-INF, INF, 0},
      {NAN, NAN, 0}
    };
    for (double[] each : cases) {
      float[] y = {(float) each[0], 0, 0};
      // alone, and amid others; y − t and t − y
      for (int n : new int[] {1, 3, 100}) {
        Batch some = Batch.row(Arrays.copyOf(y, n));
        Batch zeros = Batch.row(new float[n]);
        for (Batch[] pair : new Batch[][] {{some, zeros}, {zeros, some}}) {
          double loss = everyLoss(error, pair[0], pair[1]);
          assertEquals(each[1], loss, each[2]);
          assertEquals("0", hex(each[1] == 0 ? loss : 0));
          assertEquals(
              (float) each[1], rowLoss(error, pair[0], Targets.of(pair[1])), (float) each[2]);
          Batch gradient = Batch.row(new float[n]);
          error.lossAndGradient(pair[0], pair[1], gradient);
          float[] expected = new float[n];
          expected[0] = pair[0] == some ? y[0] : -y[0];
          assertArrayEquals(expected, gradient.data());
        }
      }
    }
    Batch inf = Batch.row(new float[] {INF});
    assertEquals(Double.NaN, everyLoss(error, inf, inf));
    assertEquals(NAN, rowLoss(error, inf, Targets.of(inf)));
    // infinity stays infinity in a long sum
    float[] many = new float[100_000];
    many[70_000] = 2e19f;
    assertEquals(
        Double.POSITIVE_INFINITY, everyLoss(error, Batch.row(many), Batch.row(new float[100_000])));
  }

  @ParameterizedTest
  @MethodSource("backends")
  void nanIsOneValue(Backend backend) {
    float odd = Float.intBitsToFloat(0xffc12345);
    Batch y = Batch.row(new float[] {odd});
    for (Loss loss : TestData.losses()) {
      loss = loss.on(backend);
      for (Targets t :
          new Targets[] {Targets.labels(new int[1]), Targets.of(Batch.row(new float[] {0.5f}))}) {
        if (TestData.isRefused(loss, t, 1)) {
          continue;
        }
        long bits = Double.doubleToRawLongBits(everyLoss(loss, y, t));
        assertEquals(0x7ff8000000000000L, bits, loss.toString());
        assertEquals(0x7fc00000, Float.floatToRawIntBits(rowLoss(loss, y, t)), loss.toString());
        LossSum sum = new LossSum();
        loss.addTo(sum, y, t);
        assertEquals(0x7ff8000000000000L, Double.doubleToRawLongBits(sum.mean()), loss.toString());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void nothingIsRenormalised(Backend backend) {
    Batch y = Batch.row(new float[] {2, 3});
    assertEquals(
        -StrictMath.log(3) / 4,
        everyLoss(CrossEntropy.sum().delta(0).on(backend), y, Batch.row(new float[] {0, .25f})),
        1e-7);
  }

  @ParameterizedTest
  @MethodSource("backends")
  void deltas(Backend backend) {
    CrossEntropy mean = CrossEntropy.mean().on(backend);
    String allowed = "; allowed: 0, or from " + (double) Float.MIN_NORMAL + " to 1";
    for (double bad : new double[] {-1e-7, 1e-39, 1.5, Double.NaN, Double.POSITIVE_INFINITY}) {
      refused(IllegalArgumentException.class, "delta is " + bad + allowed, () -> mean.delta(bad));
    }
    assertEquals("CrossEntropy.mean(delta=0.0) on " + backend, mean.delta(-0.0).toString());
    Batch zero = Batch.row(new float[] {0});
    for (double delta : new double[] {Float.MIN_NORMAL, 1e-20, 1}) {
      assertEquals(
          -StrictMath.log(delta), mean.delta(delta).loss(zero, new int[1]), 1e-12, "delta");
    }
  }

  /** What lies in the padding, and around the batch, is neither read nor written. */
  @ParameterizedTest
  @MethodSource("losses")
  void paddingIsLeftAlone(Loss loss) {
    float[] y = new float[2_000];
    Arrays.fill(y, NAN);
    for (int r = 0; r < 100; r++) {
      Arrays.fill(y, 5 + r * 19, 5 + r * 19 + 10, 0.1f);
    }
    float[] before = y.clone();
    Batch batch = Batch.of(y, 5, 100, 10, 19);
    float[] flat = new float[1_000];
    Arrays.fill(flat, 0.1f);
    Batch t = Batch.of(new float[1_000], 100, 10);
    assertEquals(hex(loss.loss(Batch.of(flat, 100, 10), t)), hex(loss.loss(batch, t)));
    assertArrayEquals(before, y);
    float[] losses = new float[102];
    Arrays.fill(losses, 7);
    loss.perRow(batch, new int[100], losses);
    assertEquals(7, losses[100]);
    assertEquals(7, losses[101]);
  }

  @ParameterizedTest
  @MethodSource("backends")
  void softmaxCrossEntropyOfSpecialLogits(Backend backend) {
    SoftmaxCrossEntropy sum = SoftmaxCrossEntropy.sum().on(backend);
    double ln3 = StrictMath.log(3);
    // logits, label, loss
    Object[][] cases = {
      {new float[] {1e30f, -1e30f, 0}, 0, 0.0},
      {new float[] {1e30f, -1e30f, 0}, 1, 2e30},
      {new float[] {1e30f, 1e30f, 1e30f}, 1, ln3},
      {new float[] {-1e30f, -1e30f, -1e30f}, 2, ln3},
      {new float[] {3e38f, -3e38f, 0}, 0, 0.0},
      {new float[] {5, 5, 5}, 1, ln3},
      {new float[] {64, 64, 64}, 1, ln3},
      {new float[] {-70, -70, -70}, 1, ln3},
      {new float[] {-INF, 2, 2}, 1, StrictMath.log(2)},
      {new float[] {-INF, 2, 2}, 0, Double.POSITIVE_INFINITY},
      {new float[] {-INF, -INF, 1e10f}, 2, 0.0},
      {new float[] {-INF, -INF, -INF}, 2, Double.NaN},
      {new float[] {INF, 1, 2}, 0, Double.NaN},
      {new float[] {INF, 1, 2}, 1, Double.NaN},
      {new float[] {NAN, 1, 2}, 1, Double.NaN},
      {new float[] {1, 2, NAN}, 1, Double.NaN},
      {new float[] {-INF, 2, NAN}, 1, Double.NaN},
      {new float[] {123.5f}, 0, 0.0},
      {new float[] {-1e30f}, 0, 0.0},
      {new float[] {0}, 0, 0.0}
    };
    for (Object[] each : cases) {
      float[] row = (float[]) each[0];
      int label = (Integer) each[1];
      double expected = (Double) each[2];
      double tolerance = 1e-6 * (1 + Math.abs(expected));
      // Alone, amid others, and at a width that is cut in pieces.
      for (int[] shape : new int[][] {{1, row.length}, {50, row.length}, {2, 5003}}) {
        int rows = shape[0];
        int cols = Math.max(shape[1], row.length);
        float[] x = new float[rows * cols];
        Arrays.fill(x, shape[1] == 5003 ? -INF : 1);
        int[] labels = new int[rows];
        for (int r = 0; r < rows; r++) {
          x[r * cols] = 1;
        }
        int at = (rows - 1) * cols;
        System.arraycopy(row, 0, x, at, row.length);
        labels[rows - 1] = label;
        float[] hot = new float[rows * cols];
        for (int r = 0; r < rows; r++) {
          hot[r * cols + labels[r]] = 1;
        }
        double others = (rows - 1) * (cols == 3 ? ln3 : 0);
        Batch batch = Batch.of(x, rows, cols);
        String what = Arrays.toString(row) + " " + rows + "×" + cols;
        double loss = everyLoss(sum, batch, Targets.labels(labels));
        assertClose(expected + others, loss, tolerance * rows, what);
        assertEquals(hex(loss), hex(everyLoss(sum, batch, Batch.of(hot, rows, cols))), what);
        float[] losses = new float[rows];
        sum.perRow(batch, labels, losses);
        // ln z is a float here, of up to 65.1.
        assertClose((float) expected, losses[rows - 1], tolerance + 4e-6, what);
        float rowLoss = losses[rows - 1];
        sum.perRow(batch, Batch.of(hot, rows, cols), losses);
        assertEquals(rowLoss, losses[rows - 1], what);

        float[] softmax = new float[rows * cols];
        sum.softmax(batch, Batch.of(softmax, rows, cols));
        double total = 0;
        for (int c = 0; c < cols; c++) {
          total += softmax[at + c];
        }
        boolean isNan = Double.isNaN(expected);
        assertClose(isNan ? Double.NaN : 1, total, 1e-6, what);
        float[] gradient = new float[rows * cols];
        sum.lossAndGradient(batch, labels, Batch.of(gradient, rows, cols));
        for (int c = 0; c < cols; c++) {
          float expectedGradient = softmax[at + c] - (c == label ? 1 : 0);
          assertClose(expectedGradient, gradient[at + c], 1e-7, what);
        }
        assertClose(rows > 1 && cols == 3 ? 1 / 3.0 : softmax[0], softmax[0], 1e-6, what);
      }
    }
  }

  private static void assertClose(double expected, double actual, double tolerance, String what) {
    if (Double.isInfinite(expected) || Double.isNaN(expected)) {
      assertEquals(expected, actual, what);
    } else {
      assertEquals(expected, actual, tolerance, what);
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void aClassThatCanNotBeWithSoftTargets(Backend backend) {
    Batch x = Batch.row(new float[] {-INF, 1, 1, 1, 1});
    SoftmaxCrossEntropy sum = SoftmaxCrossEntropy.sum().on(backend);
    Batch without = Batch.row(new float[] {-0f, .25f, .25f, .25f, .25f});
    assertEquals(StrictMath.log(4), everyLoss(sum, x, without), 1e-6);
    Batch with = Batch.row(new float[] {.25f, .25f, .25f, .25f, 0});
    assertEquals(Double.POSITIVE_INFINITY, everyLoss(sum, x, with));
    assertEquals(INF, rowLoss(sum, x, Targets.of(with)));
    float[] losses = new float[1];
    sum.perRow(x, without, losses);
    assertEquals(StrictMath.log(4), losses[0], 1e-6);
  }

  /** Sums of targets of any size: T / z alone would be past the range of float. */
  @ParameterizedTest
  @MethodSource("backends")
  void largeAndSmallTargetsOfASoftmax(Backend backend) {
    SoftmaxCrossEntropy sum = SoftmaxCrossEntropy.sum().on(backend);
    double e = StrictMath.exp(1);
    Object[][] cases = {
      {new float[] {-64, -64}, 1e12, 0.5},
      {new float[] {64, 63}, 1e-15, e / (1 + e)},
      {new float[] {64, 63}, 1e-18, e / (1 + e)},
      {new float[] {-60, -61}, -1e20, e / (1 + e)}
    };
    for (Object[] each : cases) {
      float[] logits = (float[]) each[0];
      double target = (Double) each[1];
      double softmax = (Double) each[2];
      float[] gradient = new float[2];
      Batch t = Batch.row(new float[] {(float) target, 0});
      sum.lossAndGradient(Batch.row(logits), t, Batch.row(gradient));
      assertEquals(target * (softmax - 1), gradient[0], 1e-6 * Math.abs(target));
      assertEquals(target * (1 - softmax), gradient[1], 1e-6 * Math.abs(target));
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void oneColumnIsCertain(Backend backend) {
    SoftmaxCrossEntropy sum = SoftmaxCrossEntropy.sum().on(backend);
    java.util.Random random = new java.util.Random(6);
    for (int rows : new int[] {1, 5, 3000}) {
      float[] x = new float[rows];
      for (int r = 0; r < rows; r++) {
        x[r] = 100 * (random.nextFloat() - 0.5f);
      }
      Batch logits = Batch.of(x, rows, 1);
      float[] out = new float[rows];
      assertEquals("0", hex(sum.lossAndGradient(logits, new int[rows], Batch.of(out, rows, 1))));
      assertArrayEquals(new float[rows], out);
      sum.softmax(logits, Batch.of(out, rows, 1));
      for (float each : out) {
        assertEquals(1, each);
      }
      sum.perRow(logits, new int[rows], out);
      assertArrayEquals(new float[rows], out);
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void gradientsOfSpecialProbabilities(Backend backend) {
    CrossEntropy sum = CrossEntropy.sum().delta(0).on(backend);
    float[] y = {0, -1, NAN, INF, 0.5f, 1e-40f};
    float[] expected = {-INF, NAN, NAN, 0, -2, (float) (-1 / (double) 1e-40f)};
    float[] none = new float[y.length];
    for (int copies : new int[] {1, 40}) {
      float[] ys = new float[y.length * copies];
      for (int i = 0; i < ys.length; i++) {
        ys[i] = y[i % y.length];
      }
      float[] gradient = new float[ys.length];
      Batch batch = Batch.row(ys);
      float[] ones = new float[ys.length];
      Arrays.fill(ones, 1);
      sum.lossAndGradient(batch, Batch.row(ones), Batch.row(gradient));
      for (int i = 0; i < ys.length; i++) {
        assertEquals(expected[i % y.length], gradient[i], "y = " + ys[i]);
      }
      // A target of ±0 adds nothing, whatever y is there.
      for (float zero : new float[] {0f, -0f}) {
        Arrays.fill(ones, zero);
        sum.lossAndGradient(batch, Batch.row(ones), Batch.row(gradient));
        for (float each : gradient) {
          assertEquals(0, Float.floatToRawIntBits(each));
        }
      }
    }
    for (int i = 0; i < y.length; i++) {
      float[] gradient = new float[y.length];
      sum.lossAndGradient(Batch.row(y), new int[] {i}, Batch.row(gradient));
      none[i] = expected[i];
      assertArrayEquals(none, gradient);
      none[i] = 0;
    }
  }

  @ParameterizedTest
  @MethodSource("losses")
  void gradientsThatAreRefused(Loss loss) {
    Class<IllegalArgumentException> iae = IllegalArgumentException.class;
    float[] data = {.1f, .2f, .3f, .4f, .5f, .6f, .7f, .8f};
    float[] before = data.clone();
    Batch y = Batch.of(data, 0, 2, 3, 3);
    Batch t = Batch.of(new float[6], 2, 3);
    refused(
        iae,
        "gradient is 3×2, but y is 2×3",
        () -> loss.lossAndGradient(y, t, Batch.of(new float[6], 3, 2)));
    refused(NullPointerException.class, "gradient", () -> loss.lossAndGradient(y, t, null));
    refused(NullPointerException.class, "y", () -> loss.lossAndGradient(null, t, t));
    refused(NullPointerException.class, "t", () -> loss.lossAndGradient(y, (Targets) null, t));
    refused(NullPointerException.class, "t", () -> loss.lossAndGradient(y, (Batch) null, t));
    refused(NullPointerException.class, "labels", () -> loss.lossAndGradient(y, (int[]) null, t));
    String overlap =
        " overlaps %s, but is not the same view of its array: 2×3 at offset %d with"
            + " stride %d, and 2×3 at offset %d with stride %d";
    refused(
        iae,
        "gradient" + String.format(overlap, "y", 1, 3, 0, 3),
        () -> loss.lossAndGradient(y, t, Batch.of(data, 1, 2, 3, 3)));
    refused(
        iae,
        "gradient" + String.format(overlap, "t", 0, 4, 1, 3),
        () -> loss.lossAndGradient(t, Batch.of(data, 1, 2, 3, 3), Batch.of(data, 0, 2, 3, 4)));
    refused(
        IndexOutOfBoundsException.class,
        "label 3 of row 1; allowed: 0 to 2",
        () -> loss.lossAndGradient(y, new int[] {0, 3}, y));
    assertArrayEquals(before, data);
    // Rows of two views that alternate overlap as ranges.
    float[] shared = new float[12];
    refused(
        iae,
        "gradient" + String.format(overlap, "y", 3, 6, 0, 6),
        () -> loss.lossAndGradient(Batch.of(shared, 0, 2, 3, 6), t, Batch.of(shared, 3, 2, 3, 6)));
    // One behind the other is no overlap.
    loss.lossAndGradient(Batch.of(shared, 0, 2, 3, 3), t, Batch.of(shared, 6, 2, 3, 3));
    Batch none = Batch.of(new float[0], 0, 3);
    if (loss.evaluator().divisor() == Divisor.NONE) {
      assertEquals(0, loss.lossAndGradient(none, none, none));
    } else {
      refused(
          iae,
          "y has 0 rows; a mean needs 1 or more",
          () -> loss.lossAndGradient(none, none, none));
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void softmaxesThatAreRefused(Backend backend) {
    SoftmaxCrossEntropy sum = SoftmaxCrossEntropy.sum().on(backend);
    Batch x = Batch.of(new float[6], 2, 3);
    refused(NullPointerException.class, "logits", () -> sum.softmax(null, x));
    refused(NullPointerException.class, "into", () -> sum.softmax(x, null));
    refused(
        IllegalArgumentException.class,
        "into is 3×2, but logits is 2×3",
        () -> sum.softmax(x, Batch.of(new float[6], 3, 2)));
    float[] data = new float[7];
    refused(
        IllegalArgumentException.class,
        "into overlaps logits, but is not the same view of its array: 2×3 at offset 1 with stride"
            + " 3, and 2×3 at offset 0 with stride 3",
        () -> sum.softmax(Batch.of(data, 0, 2, 3, 3), Batch.of(data, 1, 2, 3, 3)));
    Batch none = Batch.of(new float[0], 0, 3);
    sum.softmax(none, none);
    SoftmaxCrossEntropy.mean().softmax(none, none);
  }

  /** A row's loss may be so small and negative that it is rounded to zero. */
  @Test
  void aRowsLossIsNeverMinusZero() {
    Batch x = Batch.row(new float[] {-0.4f, -0.4f});
    Batch t = Batch.row(new float[] {-Float.MIN_VALUE, 0});
    for (Backend backend : TestData.backends()) {
      float[] losses = {1};
      SoftmaxCrossEntropy.sum().on(backend).perRow(x, t, losses);
      assertEquals(0, Float.floatToRawIntBits(losses[0]), backend::toString);
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void lossesOfTwoClassesOfNoRows(Backend backend) {
    Batch none = Batch.of(new float[0], 0, 3);
    Class<IllegalArgumentException> iae = IllegalArgumentException.class;
    for (Loss mean : List.of(BinaryCrossEntropy.mean(), SigmoidCrossEntropy.mean())) {
      refused(iae, "y has 0 rows; a mean needs 1 or more", () -> mean.on(backend).loss(none, none));
    }
    for (Loss sum : List.of(BinaryCrossEntropy.sum(), SigmoidCrossEntropy.sum())) {
      assertEquals(0, everyLoss(sum.on(backend), none, none));
    }
  }
}

package org.simdloss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.simdloss.TestData.bits;
import static org.simdloss.TestData.hex;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.simdloss.TestData.Shape;
import org.simdloss.TestData.Values;
import org.simdloss.internal.call.Divisor;

/** The same call gives the same bits, whoever computes it and however the operands lie. */
class SameBitsTest {
  /** Those whose values are the hardest for a softmax, and for a gradient. */
  static Stream<Arguments> hardCases() {
    return cases().filter(c -> c.get()[1] == Values.LOGITS || c.get()[1] == Values.HOSTILE);
  }

  static Stream<Arguments> cases() {
    List<Arguments> cases = new ArrayList<>();
    TestData.shapes()
        .forEach(
            shape -> {
              for (Values values : Values.values()) {
                cases.add(Arguments.of(shape, values, 31L * shape.hashCode() + values.ordinal()));
              }
            });
    return cases.stream();
  }

  @ParameterizedTest(name = "{0} {1} seed {2}")
  @MethodSource("cases")
  void everyBackendAgrees(Shape shape, Values values, long seed) {
    Random random = new Random(seed);
    Batch y = shape.batch(random, values);
    Batch any = shape.batch(random, values);
    int[] labels = shape.labels(random);
    for (Targets t :
        List.of(
            Targets.of(any),
            Targets.argmax(any),
            Targets.labels(labels),
            Targets.of(TestData.oneHot(shape, labels)))) {
      for (Loss loss : TestData.arithmetics()) {
        if (TestData.isRefused(loss, t, shape.cols())) {
          continue;
        }
        String reference = null;
        int[] rowReference = null;
        int[] gradientReference = null;
        int[] hessianReference = null;
        for (Backend backend : TestData.backends()) {
          Loss on = loss.on(backend);
          float[] rows = new float[shape.rows()];
          on.perRow(y, t, rows);
          Batch gradient = TestData.room(shape);
          String both = hex(on.lossAndGradient(y, t, gradient));
          int[] gradientBits = bits(gradient.data(), gradient.data().length);
          if (on instanceof Objective objective) {
            Batch same = TestData.room(shape);
            Batch hessian = TestData.room(shape);
            assertEquals(both, hex(objective.lossGradientHessian(y, t, same, hessian)));
            assertArrayEquals(gradientBits, bits(same.data(), same.data().length), on::toString);
            int[] hessianBits = bits(hessian.data(), hessian.data().length);
            hessianReference = hessianReference == null ? hessianBits : hessianReference;
            assertArrayEquals(hessianReference, hessianBits, () -> on + ", " + t);
          }
          if (reference == null) {
            reference = hex(on.loss(y, t));
            rowReference = bits(rows, shape.rows());
            gradientReference = gradientBits;
          } else {
            assertEquals(reference, hex(on.loss(y, t)), () -> on + ", " + t);
            assertArrayEquals(rowReference, bits(rows, shape.rows()), () -> on + ", " + t);
            assertArrayEquals(gradientReference, gradientBits, () -> on + ", " + t);
          }
          assertEquals(reference, both, () -> on + ", " + t);
        }
      }
    }
  }

  @ParameterizedTest(name = "{0} {1} seed {2}")
  @MethodSource("hardCases")
  void everyBackendAgreesOnTheSoftmax(Shape shape, Values values, long seed) {
    Batch logits = shape.batch(new Random(seed), values);
    int[] reference = null;
    int[] sigmoidReference = null;
    for (Backend backend : TestData.backends()) {
      Batch sigmoid = TestData.room(shape);
      SigmoidCrossEntropy.sum().on(backend).sigmoid(logits, sigmoid);
      int[] sigmoidBits = bits(sigmoid.data(), sigmoid.data().length);
      sigmoidReference = sigmoidReference == null ? sigmoidBits : sigmoidReference;
      assertArrayEquals(sigmoidReference, sigmoidBits, backend::toString);
      Batch into = TestData.room(shape);
      SoftmaxCrossEntropy.sum().on(backend).softmax(logits, into);
      int[] bits = bits(into.data(), into.data().length);
      if (reference == null) {
        reference = bits;
      }
      assertArrayEquals(reference, bits, backend::toString);
      // In place, and each row as if it were alone.
      Batch inPlace = TestData.copy(logits);
      SoftmaxCrossEntropy.mean().on(backend).softmax(inPlace, inPlace);
      Batch alone = TestData.copy(logits);
      for (int r = 0; r < shape.rows(); r += 1 + shape.rows() / 9) {
        Batch row = alone.slice(r, r + 1);
        SoftmaxCrossEntropy.sum().on(backend).softmax(row, row);
        for (int c = 0; c < shape.cols(); c++) {
          int expected = Float.floatToIntBits(into.get(r, c));
          assertEquals(expected, Float.floatToIntBits(inPlace.get(r, c)), backend::toString);
          assertEquals(expected, Float.floatToIntBits(row.get(0, c)), backend::toString);
        }
      }
    }
  }

  @ParameterizedTest(name = "{0} {1} seed {2}")
  @MethodSource("hardCases")
  void aGradientMayTakeThePlaceOfAnInput(Shape shape, Values values, long seed) {
    Random random = new Random(seed);
    Batch y = shape.batch(random, values);
    Batch t = shape.batch(random, values);
    for (Loss loss : TestData.arithmetics()) {
      for (Loss on : List.of(loss, loss.on(Backend.best().parallel()))) {
        for (boolean argmax : new boolean[] {false, true}) {
          if (argmax && TestData.isBinary(loss)) {
            continue;
          }
          Batch expected = TestData.contiguous(TestData.room(shape));
          String value =
              hex(on.lossAndGradient(y, argmax ? Targets.argmax(t) : Targets.of(t), expected));
          int[] expectedBits = bits(expected.data(), expected.data().length);
          Batch y1 = TestData.copy(y);
          assertEquals(
              value, hex(on.lossAndGradient(y1, argmax ? Targets.argmax(t) : Targets.of(t), y1)));
          assertGradient(expectedBits, y1, y, on);
          Batch t1 = TestData.copy(t);
          assertEquals(
              value, hex(on.lossAndGradient(y, argmax ? Targets.argmax(t1) : Targets.of(t1), t1)));
          assertGradient(expectedBits, t1, t, on);
        }
      }
    }
  }

  @ParameterizedTest(name = "{0} {1} seed {2}")
  @MethodSource("hardCases")
  void aHessianMayTakeThePlaceOfAnInput(Shape shape, Values values, long seed) {
    Random random = new Random(seed);
    Batch y = shape.batch(random, values);
    Batch t = shape.batch(random, values);
    float[] weights = new float[shape.rows()];
    for (int r = 0; r < weights.length; r++) {
      weights[r] = random.nextInt(3);
    }
    for (Loss loss : TestData.arithmetics()) {
      for (Backend backend : List.of(Backend.scalar(), Backend.best().parallel())) {
        for (boolean argmax : new boolean[] {false, true}) {
          if (loss.on(backend) instanceof Objective on && !(argmax && TestData.isBinary(loss))) {
            Function<Batch, Targets> targets =
                values(argmax, random.nextBoolean() ? weights : null);
            Batch gradient = TestData.room(shape);
            Batch hessian = TestData.room(shape);
            on.lossGradientHessian(y, targets.apply(t), gradient, hessian);
            Batch y1 = TestData.copy(y);
            Batch t1 = TestData.copy(t);
            on.lossGradientHessian(y1, targets.apply(t1), y1, t1);
            assertGradient(elements(gradient), y1, y, on);
            assertGradient(elements(hessian), t1, t, on);
            y1 = TestData.copy(y);
            t1 = TestData.copy(t);
            on.lossGradientHessian(y1, targets.apply(t1), t1, y1);
            assertGradient(elements(gradient), t1, t, on);
            assertGradient(elements(hessian), y1, y, on);
          }
        }
      }
    }
  }

  private static Function<Batch, Targets> values(boolean argmax, float[] weights) {
    return t -> {
      Targets targets = argmax ? Targets.argmax(t) : Targets.of(t);
      return weights == null ? targets : targets.weighted(weights);
    };
  }

  private static int[] elements(Batch batch) {
    Batch flat = TestData.contiguous(batch);
    return bits(flat.data(), flat.data().length);
  }

  /** The gradient's elements, and what lay around them before. */
  private static void assertGradient(int[] expected, Batch actual, Batch before, Loss loss) {
    Batch elements = TestData.contiguous(actual);
    assertArrayEquals(expected, bits(elements.data(), elements.data().length), loss::toString);
    float[] around = before.data().clone();
    for (int r = 0; r < actual.rows(); r++) {
      int at = actual.offset() + r * actual.stride();
      System.arraycopy(actual.data(), at, around, at, actual.cols());
    }
    assertArrayEquals(bits(around, around.length), bits(actual.data(), around.length));
  }

  @ParameterizedTest(name = "{0} {1} seed {2}")
  @MethodSource("cases")
  void oneHotTargetsLabelsAndArgmaxAgree(Shape shape, Values values, long seed) {
    Random random = new Random(seed);
    Batch y = shape.batch(random, values);
    int[] labels = shape.labels(random);
    Batch hot = TestData.oneHot(shape, labels);
    Batch hotWithMinusZero = TestData.contiguous(hot);
    for (int i = 0; i < hotWithMinusZero.data().length; i += 3) {
      hotWithMinusZero.data()[i] = hotWithMinusZero.data()[i] == 0 ? -0f : 1;
    }
    for (Loss loss : TestData.arithmetics()) {
      if (TestData.isBinary(loss)
          || TestData.isRefused(loss, Targets.labels(labels), shape.cols())) {
        continue;
      }
      String expected = hex(loss.loss(y, labels));
      float[] rows = new float[shape.rows()];
      loss.perRow(y, labels, rows);
      int[] expectedRows = bits(rows, shape.rows());
      Batch gradient = TestData.room(shape);
      loss.lossAndGradient(y, labels, gradient);
      int[] expectedGradient = bits(gradient.data(), gradient.data().length);
      for (Targets t :
          List.of(Targets.of(hot), Targets.argmax(hot), Targets.of(hotWithMinusZero))) {
        assertEquals(expected, hex(loss.loss(y, t)), () -> loss + ", " + t);
        loss.perRow(y, t, rows);
        assertArrayEquals(expectedRows, bits(rows, shape.rows()), () -> loss + ", " + t);
        loss.lossAndGradient(y, t, gradient);
        assertArrayEquals(
            expectedGradient, bits(gradient.data(), gradient.data().length), () -> loss + ", " + t);
      }
    }
  }

  @ParameterizedTest(name = "{0} {1} seed {2}")
  @MethodSource("cases")
  void theStrideDoesNotMatter(Shape shape, Values values, long seed) {
    Random random = new Random(seed);
    Batch y = shape.batch(random, values);
    Batch t = shape.batch(random, values);
    for (Loss loss : TestData.arithmetics()) {
      for (boolean argmax : new boolean[] {false, true}) {
        Targets strided = argmax ? Targets.argmax(t) : Targets.of(t);
        Batch flat = TestData.contiguous(t);
        Targets contiguous = argmax ? Targets.argmax(flat) : Targets.of(flat);
        if (TestData.isRefused(loss, strided, shape.cols())) {
          continue;
        }
        assertEquals(
            hex(loss.loss(TestData.contiguous(y), contiguous)),
            hex(loss.loss(y, strided)),
            loss::toString);
        float[] a = new float[shape.rows()];
        float[] b = new float[shape.rows()];
        loss.perRow(y, strided, a);
        loss.perRow(TestData.contiguous(y), contiguous, b);
        assertArrayEquals(bits(b, b.length), bits(a, a.length), loss::toString);
      }
    }
  }

  @ParameterizedTest(name = "{0} {1} seed {2}")
  @MethodSource("cases")
  void aRowDoesNotDependOnItsNeighbours(Shape shape, Values values, long seed) {
    Random random = new Random(seed);
    Batch y = shape.batch(random, values);
    Batch t = shape.batch(random, values);
    int[] labels = shape.labels(random);
    // Some rows of targets that are not one-hot, some that are.
    Batch mixed = TestData.oneHot(shape, labels);
    for (int r = 0; r < shape.rows(); r += 3) {
      mixed.data()[mixed.offset() + r * mixed.stride()] = 0.25f;
    }
    float[] all = new float[shape.rows()];
    float[] one = new float[1];
    for (Loss loss : TestData.arithmetics()) {
      boolean isSum = loss.evaluator().divisor() == Divisor.NONE;
      Batch gradient = TestData.room(shape);
      Batch rowGradient = Batch.row(new float[shape.cols()]);
      for (Targets targets :
          List.of(Targets.of(t), Targets.labels(labels), Targets.argmax(t), Targets.of(mixed))) {
        if (TestData.isRefused(loss, targets, shape.cols())) {
          continue;
        }
        loss.perRow(y, targets, all);
        loss.lossAndGradient(y, targets, gradient);
        for (int r = 0; r < shape.rows(); r += 1 + shape.rows() / 9) {
          loss.perRow(y.slice(r, r + 1), targets.slice(r, r + 1), one);
          int row = r;
          assertEquals(
              Float.floatToIntBits(all[r]),
              Float.floatToIntBits(one[0]),
              () -> loss + ", " + targets + ", row " + row);
          if (isSum) {
            loss.lossAndGradient(y.slice(r, r + 1), targets.slice(r, r + 1), rowGradient);
            assertArrayEquals(
                bits(TestData.contiguous(gradient.slice(r, r + 1)).data(), shape.cols()),
                bits(rowGradient.data(), shape.cols()),
                () -> loss + ", " + targets + ", gradient of row " + row);
          }
        }
      }
    }
  }

  /** Every number of columns up to more than two vectors of each width, and those cut at. */
  static IntStream columns() {
    return IntStream.concat(
        IntStream.rangeClosed(1, 35),
        IntStream.of(63, 64, 65, 127, 128, 129, 240, 241, 640, 961, 1919, 1920, 1921));
  }

  /**
   * The row may be anywhere, and beside it stand rows for which a block is done in another way:
   * zeros, denormals, no numbers.
   */
  @ParameterizedTest(name = "{0} columns, seed {0}")
  @MethodSource("columns")
  void aRowGivesTheSameBitsInAnyBatch(int cols) {
    Random random = new Random(cols);
    float[] neighbours = {
      0, 0.5f, 100, -1, 1e-40f, 1e30f, -1e30f, 1f / 0, -1f / 0, Float.NaN,
    };
    for (int i = 0; i < neighbours.length; i++) {
      int perBlock = Math.max(1, 1920 / cols);
      int rows = new int[] {2, 3, 17, perBlock + 2}[(i + cols) % 4];
      int row = random.nextInt(rows);
      Shape shape = new Shape(rows, cols, i % 3, i % 4);
      Values values = List.of(Values.PROBABILITIES, Values.LOGITS, Values.HOSTILE).get(i % 3);
      Batch y = filled(shape, neighbours[i], row, values, random);
      Batch t = filled(shape, neighbours[i], row, values, random);
      int[] labels = shape.labels(random);
      Batch hot = filled(shape, neighbours[i], row, values, random);
      for (int c = 0; c < cols; c++) {
        hot.data()[hot.offset() + row * hot.stride() + c] = c == labels[row] ? 1 : 0;
      }
      for (Targets targets :
          List.of(
              Targets.labels(labels),
              Targets.of(t),
              Targets.argmax(t),
              Targets.of(hot),
              Targets.argmax(hot))) {
        assertRowIsAlone(y, targets, row, neighbours[i]);
      }
    }
  }

  /** A batch of one value throughout, but for one row. */
  private static Batch filled(Shape shape, float value, int row, Values values, Random random) {
    Batch batch = TestData.room(shape);
    Arrays.fill(batch.data(), value);
    for (int c = 0; c < shape.cols(); c++) {
      batch.data()[batch.offset() + row * batch.stride() + c] = values.next(random);
    }
    return batch;
  }

  private static void assertRowIsAlone(Batch y, Targets t, int row, float neighbour) {
    Batch yAlone = y.slice(row, row + 1);
    Targets tAlone = t.slice(row, row + 1);
    int cols = y.cols();
    Batch one = Batch.row(new float[cols]);
    Batch all = Batch.of(new float[y.rows() * cols], y.rows(), cols);
    float[] losses = new float[y.rows()];
    float[] loss1 = new float[1];
    for (Loss loss :
        List.of(
            SquaredError.halfSum(),
            SquaredError.mse(),
            CrossEntropy.sum(),
            CrossEntropy.sum().delta(0),
            SoftmaxCrossEntropy.sum())) {
      if (TestData.isRefused(loss, t, cols)) {
        continue;
      }
      Loss scalar = loss.on(Backend.scalar());
      scalar.perRow(yAlone, tAlone, loss1);
      scalar.lossAndGradient(yAlone, tAlone, one);
      boolean isSum = loss.evaluator().divisor() == Divisor.NONE;
      for (Backend backend : TestData.oneThreaded()) {
        Loss on = loss.on(backend);
        Supplier<String> message =
            () -> on + ", " + t + ", row " + row + " of " + y + " among " + neighbour;
        on.perRow(y, t, losses);
        assertEquals(Float.floatToIntBits(loss1[0]), Float.floatToIntBits(losses[row]), message);
        if (isSum) {
          on.lossAndGradient(y, t, all);
          assertRow(one, all, row, message);
        }
      }
    }
    SoftmaxCrossEntropy.sum().on(Backend.scalar()).softmax(yAlone, one);
    for (Backend backend : TestData.oneThreaded()) {
      SoftmaxCrossEntropy.sum().on(backend).softmax(y, all);
      assertRow(one, all, row, () -> "softmax on " + backend + ", " + y + " among " + neighbour);
    }
  }

  private static void assertRow(Batch expected, Batch all, int row, Supplier<String> message) {
    assertArrayEquals(
        bits(expected.data(), expected.cols()),
        bits(TestData.contiguous(all.slice(row, row + 1)).data(), expected.cols()),
        message);
  }

  @ParameterizedTest(name = "{0} {1} seed {2}")
  @MethodSource("sums")
  void everyBackendAddsTheSameToASum(Shape shape, Values values, long seed) {
    Random random = new Random(seed);
    Batch y = shape.batch(random, values);
    Batch any = shape.batch(random, values);
    int[] labels = shape.labels(random);
    for (Targets t : List.of(Targets.of(any), Targets.argmax(any), Targets.labels(labels))) {
      for (Loss loss : TestData.arithmetics()) {
        if (TestData.isRefused(loss, t, shape.cols())) {
          continue;
        }
        byte[] expected = sum(loss.on(Backend.scalar()), y, t).toBytes();
        for (Backend backend : TestData.backends()) {
          Loss on = loss.on(backend);
          assertArrayEquals(expected, sum(on, y, t).toBytes(), () -> on + ", " + t);
        }
      }
    }
  }

  /** One kind of values for each shape. */
  static Stream<Arguments> sums() {
    List<Arguments> all = cases().toList();
    int kinds = Values.values().length;
    return IntStream.range(0, all.size() / kinds).mapToObj(i -> all.get(i * kinds + i % kinds));
  }

  private static LossSum sum(Loss loss, Batch y, Targets t) {
    LossSum sum = new LossSum();
    loss.addTo(sum, y, t);
    return sum;
  }

  /** Large enough for several threads: narrow rows, rows larger than a block, one column. */
  static Stream<Arguments> pools() {
    Shape narrow = new Shape(5801, 10, 3, 2);
    return Stream.of(
        Arguments.of(narrow, 1),
        Arguments.of(narrow, 2),
        Arguments.of(narrow, 7),
        Arguments.of(new Shape(31, 1921, 1, 0), 2),
        Arguments.of(new Shape(57_601, 1, 0, 0), 7));
  }

  @ParameterizedTest(name = "{0}, {1} threads, seed 42")
  @MethodSource("pools")
  void anyNumberOfThreadsAgrees(Shape shape, int threads) {
    Random random = new Random(42);
    Batch y = shape.batch(random, Values.PROBABILITIES);
    Batch any = shape.batch(random, Values.PROBABILITIES);
    int[] labels = shape.labels(random);
    ForkJoinPool pool = new ForkJoinPool(threads);
    try {
      for (Targets t :
          List.of(
              Targets.labels(labels),
              Targets.of(any),
              Targets.argmax(any),
              Targets.of(TestData.oneHot(shape, labels)))) {
        for (Loss loss : TestData.arithmetics()) {
          if (TestData.isRefused(loss, t, shape.cols())) {
            continue;
          }
          Results expected = Results.of(loss.on(Backend.scalar()), y, t);
          for (Backend backend : TestData.oneThreaded()) {
            Loss on = loss.on(backend.parallel());
            assertEquals(
                expected, pool.submit(() -> Results.of(on, y, t)).join(), () -> on + ", " + t);
          }
        }
      }
    } finally {
      pool.shutdown();
    }
  }
}

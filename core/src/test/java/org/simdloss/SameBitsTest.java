package org.simdloss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.simdloss.TestData.bits;
import static org.simdloss.TestData.hex;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.simdloss.TestData.Shape;
import org.simdloss.TestData.Values;
import org.simdloss.internal.Call.Divisor;

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
        String reference = null;
        int[] rowReference = null;
        int[] gradientReference = null;
        for (Backend backend : TestData.backends()) {
          Loss on = loss.on(backend);
          float[] rows = new float[shape.rows()];
          on.perRow(y, t, rows);
          Batch gradient = TestData.room(shape);
          String both = hex(on.lossAndGradient(y, t, gradient));
          int[] gradientBits = bits(gradient.data(), gradient.data().length);
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
    for (Backend backend : TestData.backends()) {
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
      boolean isSum = loss.recipe().divisor() == Divisor.NONE;
      Batch gradient = TestData.room(shape);
      Batch rowGradient = Batch.row(new float[shape.cols()]);
      for (Targets targets :
          List.of(Targets.of(t), Targets.labels(labels), Targets.argmax(t), Targets.of(mixed))) {
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

  @Test
  void anyNumberOfThreadsAgrees() {
    Random random = new Random(42);
    Shape shape = new Shape(20_011, 10, 0, 0);
    Batch y = shape.batch(random, Values.PROBABILITIES);
    Batch t = shape.batch(random, Values.PROBABILITIES);
    for (Loss loss : TestData.losses()) {
      String expected = hex(loss.on(Backend.scalar()).loss(y, t));
      Loss parallel = loss.on(Backend.best().parallel());
      for (int threads : new int[] {1, 2, 7}) {
        ForkJoinPool pool = new ForkJoinPool(threads);
        try {
          assertEquals(expected, hex(pool.submit(() -> parallel.loss(y, t)).join()));
        } finally {
          pool.shutdown();
        }
      }
    }
  }

  @Test
  void oneLossServesManyThreads() {
    Random random = new Random(43);
    Shape shape = new Shape(613, 10, 0, 0);
    Batch y = shape.batch(random, Values.PROBABILITIES);
    Batch t = shape.batch(random, Values.PROBABILITIES);
    for (Loss loss : TestData.losses()) {
      Loss parallel = loss.on(Backend.best().parallel());
      String expected = hex(loss.loss(y, t));
      long different =
          Stream.generate(() -> 0)
              .limit(500)
              .parallel()
              .filter(
                  i ->
                      !hex(loss.loss(y, t)).equals(expected)
                          || !hex(parallel.loss(y, t)).equals(expected))
              .count();
      assertEquals(0, different, loss::toString);
    }
  }

  @Test
  void bitsOnRecord() {
    Random random = new Random(44);
    Shape shape = new Shape(517, 10, 0, 0);
    Batch y = shape.batch(random, Values.PROBABILITIES);
    Batch t = shape.batch(random, Values.PROBABILITIES);
    int[] labels = shape.labels(random);
    assertEquals(
        List.of(
            "407a656910000000",
            "3fd510587a022dc1",
            "4013bfdf8ba2e8ba",
            "3fed83e344bb224b",
            "407dcdae62323165",
            "40028f09c6a53dbe",
            "40b7aabda0c02a00",
            "c0e2a91534982672"),
        List.of(
            hex(SquaredError.halfSum().loss(y, t)),
            hex(SquaredError.mse().loss(y, labels)),
            hex(CrossEntropy.mean().loss(y, t)),
            hex(CrossEntropy.mean().loss(y, labels)),
            hex(CrossEntropy.sum().delta(0).loss(y, labels)),
            hex(SoftmaxCrossEntropy.mean().loss(y, labels)),
            hex(SoftmaxCrossEntropy.sum().loss(y, t)),
            hex(sumOfGradients(y, t))));
  }

  /** Each gradient's elements, added up in order. */
  private static double sumOfGradients(Batch y, Batch t) {
    double sum = 0;
    for (Loss loss : TestData.losses()) {
      Batch gradient = TestData.contiguous(y);
      loss.lossAndGradient(y, t, gradient);
      for (float element : gradient.data()) {
        sum += element;
      }
    }
    return sum;
  }
}

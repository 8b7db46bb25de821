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

/** The same call gives the same bits, whoever computes it and however the operands lie. */
class SameBitsTest {
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
      for (Loss loss : TestData.losses()) {
        String reference = null;
        int[] rowReference = null;
        for (Backend backend : TestData.backends()) {
          Loss on = loss.on(backend);
          float[] rows = new float[shape.rows()];
          on.perRow(y, t, rows);
          if (reference == null) {
            reference = hex(on.loss(y, t));
            rowReference = bits(rows, shape.rows());
          } else {
            assertEquals(reference, hex(on.loss(y, t)), () -> on + ", " + t);
            assertArrayEquals(rowReference, bits(rows, shape.rows()), () -> on + ", " + t);
          }
        }
      }
    }
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
    for (Loss loss : TestData.losses()) {
      String expected = hex(loss.loss(y, labels));
      float[] rows = new float[shape.rows()];
      loss.perRow(y, labels, rows);
      int[] expectedRows = bits(rows, shape.rows());
      for (Targets t :
          List.of(Targets.of(hot), Targets.argmax(hot), Targets.of(hotWithMinusZero))) {
        assertEquals(expected, hex(loss.loss(y, t)), () -> loss + ", " + t);
        loss.perRow(y, t, rows);
        assertArrayEquals(expectedRows, bits(rows, shape.rows()), () -> loss + ", " + t);
      }
    }
  }

  @ParameterizedTest(name = "{0} {1} seed {2}")
  @MethodSource("cases")
  void theStrideDoesNotMatter(Shape shape, Values values, long seed) {
    Random random = new Random(seed);
    Batch y = shape.batch(random, values);
    Batch t = shape.batch(random, values);
    for (Loss loss : TestData.losses()) {
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
    float[] all = new float[shape.rows()];
    float[] one = new float[1];
    for (Loss loss : TestData.losses()) {
      for (Targets targets : List.of(Targets.of(t), Targets.labels(labels), Targets.argmax(t))) {
        loss.perRow(y, targets, all);
        for (int r = 0; r < shape.rows(); r += 1 + shape.rows() / 9) {
          loss.perRow(y.slice(r, r + 1), targets.slice(r, r + 1), one);
          int row = r;
          assertEquals(
              Float.floatToIntBits(all[r]),
              Float.floatToIntBits(one[0]),
              () -> loss + ", " + targets + ", row " + row);
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
            "407dcdae62323165"),
        List.of(
            hex(SquaredError.halfSum().loss(y, t)),
            hex(SquaredError.mse().loss(y, labels)),
            hex(CrossEntropy.mean().loss(y, t)),
            hex(CrossEntropy.mean().loss(y, labels)),
            hex(CrossEntropy.sum().delta(0).loss(y, labels))));
  }
}

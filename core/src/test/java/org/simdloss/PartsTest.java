package org.simdloss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.simdloss.TestData.hex;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.simdloss.TestData.Shape;
import org.simdloss.TestData.Values;
import org.simdloss.internal.call.Divisor;

/** A data set in parts: slices, and sums over them. */
class PartsTest {
  private static final int ROWS = 1_037;
  private static final int BATCH = 100;

  private final Random random = new Random(17);
  private final Shape shape = new Shape(ROWS, 10, 3, 2);
  private final Batch y = shape.batch(random, Values.PROBABILITIES);
  private final Batch t = shape.batch(random, Values.PROBABILITIES);
  private final int[] labels = shape.labels(random);

  static Stream<Loss> losses() {
    return TestData.losses().stream();
  }

  static Stream<Loss> lossesOnOneThread() {
    return TestData.backends().stream()
        .filter(backend -> !backend.isParallel())
        .flatMap(backend -> TestData.arithmetics().stream().map(loss -> loss.on(backend)));
  }

  /** Batches of 100, and the last of 37: nothing is copied. */
  @ParameterizedTest
  @MethodSource("lossesOnOneThread")
  void aWalkThroughADataSet(Loss loss) {
    Targets all = TestData.isBinary(loss) ? Targets.of(t) : Targets.labels(labels);
    assertSame(y.data(), y.slice(1000, ROWS).data());
    assertEquals(37, y.slice(1000, ROWS).rows());
    LossSum sum = new LossSum();
    float[] before = y.data().clone();
    walk(loss, sum, y, all);
    assertArrayEquals(before, y.data());
    assertEquals(ROWS, sum.rows());
    double whole = loss.loss(y, all);
    double exact = loss.evaluator().divisor() == Divisor.NONE ? whole / ROWS : whole;
    assertEquals(exact, sum.mean(), 1e-6 * Math.abs(exact));
  }

  private static void walk(Loss loss, LossSum sum, Batch y, Targets t) {
    for (int from = 0; from < y.rows(); from += BATCH) {
      int to = Math.min(from + BATCH, y.rows());
      loss.addTo(sum, y.slice(from, to), t.slice(from, to));
    }
  }

  /** Rows that lie apart, of an array that ends with the last of them. */
  @ParameterizedTest
  @MethodSource("lossesOnOneThread")
  void theLastRowNeedsNoPadding(Loss loss) {
    for (Shape shape :
        List.of(
            new Shape(1, 1, 0, 5),
            new Shape(3, 4, 1, 7),
            new Shape(200, 10, 0, 20),
            new Shape(427, 10, 2, 1),
            new Shape(21, 100, 0, 300),
            new Shape(2, 2000, 0, 3000))) {
      Batch y = trimmed(shape.batch(random, Values.PROBABILITIES));
      Batch any = trimmed(shape.batch(random, Values.PROBABILITIES));
      int[] labels = shape.labels(random);
      Batch hot = trimmed(TestData.oneHot(shape, labels));
      for (Batch t : List.of(any, hot)) {
        Batch flat = TestData.contiguous(t);
        assertResults(loss, y, Targets.of(t), Targets.of(flat));
        if (!TestData.isBinary(loss)) {
          assertResults(loss, y, Targets.argmax(t), Targets.argmax(flat));
        }
      }
      if (!TestData.isBinary(loss)
          && !TestData.isRefused(loss, Targets.labels(labels), shape.cols())) {
        assertResults(loss, y, Targets.labels(labels), Targets.of(hot));
      }
    }
  }

  private static Batch trimmed(Batch batch) {
    int end = batch.offset() + (batch.rows() - 1) * batch.stride() + batch.cols();
    return Batch.of(
        Arrays.copyOf(batch.data(), end),
        batch.offset(),
        batch.rows(),
        batch.cols(),
        batch.stride());
  }

  private static void assertResults(Loss loss, Batch y, Targets t, Targets expected) {
    Batch flat = TestData.contiguous(y);
    assertEquals(hex(loss.loss(flat, expected)), hex(loss.loss(y, t)));
    float[] expectedRows = new float[y.rows()];
    float[] rows = new float[y.rows()];
    loss.perRow(flat, expected, expectedRows);
    loss.perRow(y, t, rows);
    assertArrayEquals(expectedRows, rows);
    Batch gradient = TestData.copy(y);
    loss.lossAndGradient(y, t, gradient);
    loss.lossAndGradient(flat, expected, flat);
    assertArrayEquals(flat.data(), TestData.contiguous(gradient).data());
  }

  @ParameterizedTest
  @MethodSource("losses")
  void oneBatchHasTheLossOfTheBatch(Loss loss) {
    LossSum sum = new LossSum();
    loss.addTo(sum, y, t);
    double expected = loss.loss(y, t);
    if (loss.evaluator().divisor() == Divisor.NONE) {
      assertEquals(hex(expected), hex(sum.sum()));
      assertEquals(hex(expected / ROWS), hex(sum.mean()));
    } else {
      assertEquals(hex(expected), hex(sum.mean()));
    }
    assertEquals(ROWS, sum.rows());
    assertEquals(loss.evaluator().divisor() == Divisor.ELEMENTS ? ROWS * 10 : ROWS, sum.weight());
  }

  /** Whoever adds which part, and merges with whom: the same bits, and the mean of all rows. */
  @ParameterizedTest
  @MethodSource("losses")
  void theOrderOfPartsDoesNotMatter(Loss loss) {
    byte[] expected = null;
    for (int order = 0; order < 20; order++) {
      List<Integer> parts = new ArrayList<>();
      for (int from = 0; from < ROWS; from += BATCH) {
        parts.add(from);
      }
      Collections.shuffle(parts, new Random(order));
      List<LossSum> workers = List.of(new LossSum(), new LossSum(), new LossSum());
      for (int from : parts) {
        int to = Math.min(from + BATCH, ROWS);
        loss.addTo(
            workers.get(random.nextInt(3)), y.slice(from, to), Targets.of(t).slice(from, to));
      }
      LossSum sum = workers.get(order % 3);
      sum.merge(workers.get((order + 1) % 3));
      sum.merge(workers.get((order + 2) % 3));
      expected = expected == null ? sum.toBytes() : expected;
      assertArrayEquals(expected, sum.toBytes(), "order " + order);
    }
    LossSum sum = LossSum.fromBytes(expected);
    double whole = loss.loss(y, t);
    double mean = loss.evaluator().divisor() == Divisor.NONE ? whole / ROWS : whole;
    assertEquals(mean, sum.mean(), 1e-6 * Math.abs(mean));
  }

  @Test
  void whatIsRefused() {
    LossSum sum = new LossSum();
    CrossEntropy mean = CrossEntropy.mean();
    assertNamed("sum", () -> mean.addTo(null, y, t));
    assertNamed("y", () -> mean.addTo(sum, null, t));
    assertNamed("t", () -> mean.addTo(sum, y, (Targets) null));
    assertNamed("t", () -> mean.addTo(sum, y, (Batch) null));
    assertNamed("labels", () -> mean.addTo(sum, y, (int[]) null));
    labels[7] = 10;
    assertThrows(IndexOutOfBoundsException.class, () -> mean.addTo(sum, y, labels));
    assertThrows(IllegalArgumentException.class, () -> mean.addTo(sum, y, new int[3]));
    mean.addTo(sum, y.slice(5, 5), new int[0]); // no rows add nothing
    assertArrayEquals(new LossSum().toBytes(), sum.toBytes());
  }

  private static void assertNamed(String name, org.junit.jupiter.api.function.Executable call) {
    assertEquals(name, assertThrows(NullPointerException.class, call).getMessage());
  }
}

package org.simdloss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;

import java.util.Arrays;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.simdloss.TestData.Shape;
import org.simdloss.TestData.Values;

class LabelsTest {
  private static final float NAN = Float.NaN;
  private static final float INF = Float.POSITIVE_INFINITY;

  private static final Class<IllegalArgumentException> IAE = IllegalArgumentException.class;
  private static final Class<NullPointerException> NPE = NullPointerException.class;

  private static void refused(Class<? extends Exception> type, String message, Executable call) {
    assertEquals(message, assertThrowsExactly(type, call).getMessage());
  }

  /** As np.argmax has it: the first of equals, and a NaN before everything. */
  @Test
  void theFirstMaximumWins() {
    float[][] rows = {
      {1, 2, 3},
      {3, 2, 3},
      {2, 3, 3},
      {5, 5, 5},
      {0, -0f, 0},
      {-0f, 0, 0},
      {1, NAN, 3},
      {INF, NAN, NAN},
      {NAN, INF, NAN},
      {1, 2, NAN},
      {-INF, -INF, -INF},
      {-INF, -3, -2},
      {1, INF, INF},
      {-INF, Float.MIN_VALUE, -1},
      {1, Float.intBitsToFloat(0xffc12345), 2},
    };
    int[] expected = {2, 0, 1, 0, 0, 0, 1, 1, 0, 2, 0, 2, 1, 1, 1};
    assertArrayEquals(expected, Labels.argmax(Batch.copyOf(rows)));
    int[] into = new int[expected.length + 2];
    Arrays.fill(into, 7);
    Labels.argmax(Batch.copyOf(rows), into);
    assertArrayEquals(expected, Arrays.copyOf(into, expected.length));
    assertEquals(7, into[expected.length]);
    assertEquals(7, into[expected.length + 1]);
    assertArrayEquals(new int[3], Labels.argmax(Batch.of(new float[] {1, NAN, 3}, 3, 1)));
    assertEquals(0, Labels.argmax(Batch.of(new float[0], 0, 3)).length);
  }

  /** Written so differently that it cannot share a mistake. */
  private static int slowArgmax(Batch values, int r) {
    for (int c = 0; c < values.cols(); c++) {
      boolean first = true;
      for (int other = 0; other < values.cols() && first; other++) {
        int order = Float.compare(values.get(r, other) + 0f, values.get(r, c) + 0f);
        first = order < 0 || (order == 0 && other >= c);
      }
      if (first) {
        return c;
      }
    }
    throw new AssertionError();
  }

  @ParameterizedTest(name = "{0}, seed 21")
  @MethodSource("org.simdloss.TestData#shapes")
  void roundTripsOfEveryShape(Shape shape) {
    if (shape.rows() * shape.cols() > 2_000 || shape.cols() > 130) {
      return; // slowArgmax is slow
    }
    Random random = new Random(21);
    Batch y = shape.batch(random, Values.HOSTILE);
    int[] labels = Labels.argmax(y);
    for (int r = 0; r < y.rows(); r++) {
      assertEquals(slowArgmax(y, r), labels[r], "row " + r);
    }
    long right =
        IntStream.range(0, y.rows()).filter(r -> !Float.isNaN(y.get(r, labels[r]))).count();
    assertEquals((double) right / y.rows(), Labels.accuracy(y, labels));
    assertEquals((double) right / y.rows(), Labels.accuracy(y, y));
    assertArrayEquals(labels, Labels.argmax(Labels.oneHot(labels, y.cols())));

    Batch hot = shape.batch(random, Values.HOSTILE);
    float[] expected = hot.data().clone();
    for (int r = 0; r < y.rows(); r++) {
      for (int c = 0; c < y.cols(); c++) {
        expected[hot.offset() + r * hot.stride() + c] = c == labels[r] ? 1 : 0;
      }
    }
    Labels.oneHot(labels, hot);
    assertArrayEquals(
        TestData.bits(expected, expected.length), TestData.bits(hot.data(), expected.length));
    assertEquals((double) right / y.rows(), Labels.accuracy(y, hot));

    int[] guesses = shape.labels(random);
    int hits = 0;
    for (int r = 0; r < y.rows(); r++) {
      hits += guesses[r] == labels[r] && !Float.isNaN(y.get(r, labels[r])) ? 1 : 0;
    }
    assertEquals((double) hits / y.rows(), Labels.accuracy(y, guesses));
    assertEquals((double) hits / y.rows(), Labels.accuracy(y, Labels.oneHot(guesses, y.cols())));
  }

  @Test
  void theBooksNumbers() {
    Batch y =
        Batch.copyOf(
            new float[][] {
              {0.1f, 0.05f, 0.6f, 0, 0.05f, 0.1f, 0, 0.1f, 0, 0},
              {0.1f, 0.05f, 0.1f, 0, 0.05f, 0.1f, 0, 0.6f, 0, 0},
              {0.1f, 0.8f, 0.1f, 0, 0, 0, 0, 0, 0, 0},
            });
    assertEquals(2 / 3.0, Labels.accuracy(y, new int[] {2, 2, 1}));
    assertEquals(0, Labels.accuracy(y, new int[] {0, 0, 0}));
    assertEquals(1, Labels.accuracy(y, Labels.oneHot(new int[] {2, 7, 1}, 10)));
    Batch one = Labels.oneHot(new int[] {2}, 4);
    assertEquals("Batch 1×4 (offset 0, stride 4)", one.toString());
    assertArrayEquals(new float[] {0, 0, 1, 0}, one.data());
    assertEquals("Batch 0×4 (offset 0, stride 4)", Labels.oneHot(new int[0], 4).toString());
    // a row with NaN is wrong, whatever its label is
    Batch odd = Batch.row(new float[] {1, NAN});
    assertEquals(0, Labels.accuracy(odd, new int[] {1}));
    assertEquals(0, Labels.accuracy(odd, new int[] {0}));
    assertEquals(0, Labels.accuracy(odd, odd));
    assertEquals(0, Labels.accuracy(odd, Targets.argmax(odd)));
    assertArrayEquals(new int[] {1}, Labels.argmax(odd));
    Batch four = Batch.of(new float[] {1, 2, 2, 1, 1, 2, 2, 1}, 4, 2);
    Targets t = Targets.labels(new int[] {9, 1, 0, 0, 0, 9}, 1, 4);
    assertEquals(0.75, Labels.accuracy(four, t));
    assertEquals(0.5, Labels.accuracy(four.slice(2, 4), t.slice(2, 4)));
    assertEquals(1, Labels.accuracy(four.slice(1, 3), Targets.argmax(four).slice(1, 3)));
  }

  /** The losses know the same labels. */
  @Test
  void agreesWithTheTargetsOfALoss() {
    Random random = new Random(22);
    Shape shape = new Shape(200, 10, 3, 2);
    Batch y = shape.batch(random, Values.PROBABILITIES);
    Batch t = shape.batch(random, Values.HOSTILE);
    int[] labels = Labels.argmax(t);
    CrossEntropy loss = CrossEntropy.mean();
    assertEquals(loss.loss(y, Targets.argmax(t)), loss.loss(y, labels), "seed 22");
    assertEquals(loss.loss(y, labels), loss.loss(y, Labels.oneHot(labels, 10)), "seed 22");
  }

  @Test
  void labelsThatAreNoColumn() {
    Batch y = Batch.of(new float[80_000], 8_000, 10);
    Batch into = Batch.of(new float[160_000], 3, 8_000, 10, 15);
    Arrays.fill(into.data(), 7);
    for (int bad : new int[] {-1, 10, 12, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
      int[] labels = new int[8_000];
      labels[7_001] = bad;
      labels[7_900] = 99;
      String message = "label " + bad + " of row 7001; allowed: 0 to 9";
      Class<IndexOutOfBoundsException> type = IndexOutOfBoundsException.class;
      refused(type, message, () -> Labels.accuracy(y, labels));
      refused(type, message, () -> Labels.oneHot(labels, 10));
      refused(type, message, () -> Labels.oneHot(labels, into));
      refused(type, message, () -> CrossEntropy.mean().loss(y, labels));
    }
    for (float untouched : into.data()) {
      assertEquals(7, untouched);
    }
  }

  /**
   * As they are, the ends of each type among them; more than a vector, and not a multiple of it.
   */
  @Test
  void labelsOfOtherTypes() {
    Random random = new Random(25);
    for (int size : new int[] {0, 1, 7, 1003}) {
      long[] longs = random.ints(size).asLongStream().toArray();
      short[] shorts = new short[size];
      byte[] bytes = new byte[size];
      int[] ints = new int[size];
      for (int r = 0; r < size; r++) {
        longs[r] = end(r, Integer.MIN_VALUE, Integer.MAX_VALUE, (int) longs[r]);
        shorts[r] = (short) end(r, Short.MIN_VALUE, Short.MAX_VALUE, random.nextInt());
        bytes[r] = (byte) end(r, Byte.MIN_VALUE, Byte.MAX_VALUE, random.nextInt());
      }
      Arrays.setAll(ints, r -> Math.toIntExact(longs[r]));
      assertConverted(ints, Labels.toInt(longs), into -> Labels.toInt(longs, into));
      Arrays.setAll(ints, r -> shorts[r]);
      assertConverted(ints, Labels.toInt(shorts), into -> Labels.toInt(shorts, into));
      Arrays.setAll(ints, r -> bytes[r]);
      assertConverted(ints, Labels.toInt(bytes), into -> Labels.toInt(bytes, into));
    }
    assertArrayEquals(new int[] {-56, -100}, Labels.toInt(new byte[] {(byte) 200, -100}));
  }

  private static int end(int r, int least, int most, int otherwise) {
    return switch (r) {
      case 0 -> least;
      case 1 -> most;
      case 2 -> -100;
      default -> otherwise;
    };
  }

  private static void assertConverted(int[] expected, int[] actual, Consumer<int[]> conversion) {
    assertArrayEquals(expected, actual);
    int[] into = new int[expected.length + 2];
    Arrays.fill(into, 7);
    conversion.accept(into);
    int[] longer = Arrays.copyOf(expected, expected.length + 2);
    Arrays.fill(longer, expected.length, longer.length, 7);
    assertArrayEquals(longer, into);
  }

  @Test
  void labelsThatAreNoInt() {
    long over = Integer.MAX_VALUE + 1L;
    long under = Integer.MIN_VALUE - 1L;
    for (long bad :
        new long[] {over, under, 1L << 32, -1L << 32, Long.MAX_VALUE, Long.MIN_VALUE, ~0L << 40}) {
      for (int row : new int[] {0, 700, 1002}) {
        long[] labels = new long[1003];
        Arrays.fill(labels, -100);
        labels[1002] = over;
        labels[row] = bad;
        String message =
            "label "
                + bad
                + " of row "
                + row
                + "; allowed: -2147483648 to 2147483647, the range of an int";
        int[] into = new int[1003];
        refused(IndexOutOfBoundsException.class, message, () -> Labels.toInt(labels));
        refused(IndexOutOfBoundsException.class, message, () -> Labels.toInt(labels, into));
        assertArrayEquals(new int[1003], into);
      }
    }
  }

  @Test
  void intoTooShortForLabels() {
    int[] into = {7};
    String message = "into has 1 elements; allowed: the 2 labels or more";
    refused(IAE, message, () -> Labels.toInt(new long[2], into));
    refused(IAE, message, () -> Labels.toInt(new short[2], into));
    refused(IAE, message, () -> Labels.toInt(new byte[2], into));
    assertEquals(7, into[0]);
  }

  @Test
  void whatDoesNotFit() {
    Batch y = Batch.of(new float[6], 2, 3);
    int[] into = {7};
    refused(IAE, "into has 1 elements; allowed: the 2 rows or more", () -> Labels.argmax(y, into));
    assertEquals(7, into[0]);
    refused(IAE, "into is 2×3, but labels has 3 elements", () -> Labels.oneHot(new int[3], y));
    refused(IAE, "cols is 0; allowed: 1 or more", () -> Labels.oneHot(new int[3], 0));
    refused(IAE, "cols is 0; allowed: 1 or more", () -> Labels.oneHot(new int[0], 0));
    refused(IAE, "cols is -4; allowed: 1 or more", () -> Labels.oneHot(new int[3], -4));
    refused(
        IAE,
        "3×1000000000 is 3000000000 elements, more than an array can hold",
        () -> Labels.oneHot(new int[3], 1_000_000_000));
    refused(IAE, "y is 2×3, but labels has 1 elements", () -> Labels.accuracy(y, new int[1]));
    Batch other = Batch.of(new float[6], 3, 2);
    refused(IAE, "t is 3×2, but y is 2×3", () -> Labels.accuracy(y, other));
    refused(IAE, "t is 2×1, but y is 2×3", () -> Labels.accuracy(y, Batch.of(new float[2], 2, 1)));
    Batch none = Batch.of(new float[0], 0, 3);
    String empty = "y has 0 rows; an accuracy needs 1 or more";
    refused(IAE, empty, () -> Labels.accuracy(none, new int[0]));
    refused(IAE, empty, () -> Labels.accuracy(none, none));
    refused(IAE, empty, () -> Labels.accuracy(none, Targets.of(none)));
    Labels.argmax(none, new int[0]);
    Labels.oneHot(new int[0], none);

    refused(NPE, "values", () -> Labels.argmax(null));
    refused(NPE, "values", () -> Labels.argmax(null, into));
    refused(NPE, "into", () -> Labels.argmax(y, null));
    refused(NPE, "labels", () -> Labels.oneHot(null, 3));
    refused(NPE, "labels", () -> Labels.oneHot(null, y));
    refused(NPE, "into", () -> Labels.oneHot(new int[2], null));
    refused(NPE, "y", () -> Labels.accuracy(null, into));
    refused(NPE, "labels", () -> Labels.accuracy(y, (int[]) null));
    refused(NPE, "y", () -> Labels.accuracy(null, y));
    refused(NPE, "t", () -> Labels.accuracy(y, (Batch) null));
  }

  @Test
  void allocatesNothing() {
    Shape shape = new Shape(100, 10, 3, 2);
    Batch y = shape.batch(new Random(23), Values.PROBABILITIES);
    Batch hot = shape.batch(new Random(24), Values.PROBABILITIES);
    int[] labels = new int[100];
    double[] sink = new double[2];
    int[] into = new int[100];
    long[] longs = new long[100];
    short[] shorts = new short[100];
    byte[] small = new byte[100];
    long bytes =
        Allocated.bytes(
            () -> {
              Labels.toInt(longs, into);
              Labels.toInt(shorts, into);
              Labels.toInt(small, into);
              Labels.argmax(y, labels);
              Labels.oneHot(labels, hot);
              sink[0] = Labels.accuracy(y, labels);
              sink[1] = Labels.accuracy(y, hot);
            });
    assertEquals(0, bytes);
    assertArrayEquals(new double[] {1, 1}, sink);
  }
}

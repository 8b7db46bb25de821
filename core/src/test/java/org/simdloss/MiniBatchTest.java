package org.simdloss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MiniBatchTest {
  private static final int MAX = Integer.MAX_VALUE;

  private static final Class<IllegalArgumentException> IAE = IllegalArgumentException.class;
  private static final Class<NullPointerException> NPE = NullPointerException.class;
  private static final Class<IndexOutOfBoundsException> IOOBE = IndexOutOfBoundsException.class;

  /** Writes down the bounds it is asked for, and can do nothing else. */
  private static final class Counting implements RandomGenerator {
    private final Random random = new Random(6);
    private final List<Integer> bounds = new ArrayList<>();

    @Override
    public int nextInt(int bound) {
      bounds.add(bound);
      return random.nextInt(bound);
    }

    @Override
    public long nextLong() {
      throw new AssertionError("only nextInt(bound) may be called");
    }

    @Override
    public int nextInt() {
      throw new AssertionError("only nextInt(bound) may be called");
    }
  }

  private static void refused(Class<? extends Exception> type, String message, Executable call) {
    assertEquals(message, assertThrowsExactly(type, call).getMessage());
  }

  private static int[] sorted(int[] values) {
    int[] copy = values.clone();
    Arrays.sort(copy);
    return copy;
  }

  private static int[] identity(int n) {
    return IntStream.range(0, n).toArray();
  }

  /** From java.util.Random's documented generator, and shuffles written down elsewhere. */
  @Test
  void aSeedGivesTheSamePicksForEver() {
    assertArrayEquals(
        new int[] {31130, 32763, 31248, 48884, 29970, 7525, 1505, 56918, 55519, 38093},
        MiniBatch.choice(new Random(42), 60_000, 10));
    assertArrayEquals(
        new int[] {0, 3, 8, 4, 0, 5, 5, 8, 9, 3}, MiniBatch.choice(new Random(42), 10, 2, 5));
    assertArrayEquals(
        new int[] {31130, 34720, 20158, 54032, 14174, 56130, 1019, 54249, 6119, 7523},
        MiniBatch.choiceWithoutReplacement(new Random(42), 60_000, 10));
    assertArrayEquals(
        new int[] {1562431130, 117392764, 1467211250, 102948887, 662969974},
        MiniBatch.choiceWithoutReplacement(new Random(42), MAX, 5));
    assertArrayEquals(
        new int[] {2, 5, 10, 11, 6, 9, 3, 0, 7, 4},
        MiniBatch.choiceWithoutReplacement(new Random(42), 12, 5, 2));
    // 10 of 41 are still picked from an array of all, 10 of 50 from a table
    assertArrayEquals(
        new int[] {14, 4, 11, 9, 15, 30, 21, 19, 18, 2},
        MiniBatch.choiceWithoutReplacement(new Random(42), 41, 10));
    assertArrayEquals(
        new int[] {30, 34, 2, 40, 1, 0, 7, 23, 21, 14},
        MiniBatch.choiceWithoutReplacement(new Random(42), 50, 10));
    assertArrayEquals(
        new int[] {0, 4, 7, 6, 1, 5, 2, 9, 3, 8}, MiniBatch.permutation(new Random(42), 10));
  }

  @Test
  void theThreeFormsPickTheSame() {
    for (int n : new int[] {24, 60, 1000}) {
      int[] expected = MiniBatch.choice(new Random(n), n, 24);
      assertArrayEquals(expected, MiniBatch.choice(new Random(n), n, 2, 12));
      assertArrayEquals(expected, MiniBatch.choice(new Random(n), n, 2, 3, 4, 1));
      int[] into = new int[24];
      MiniBatch.choice(new Random(n), n, into);
      assertArrayEquals(expected, into);

      expected = MiniBatch.choiceWithoutReplacement(new Random(n), n, 24);
      assertArrayEquals(expected, MiniBatch.choiceWithoutReplacement(new Random(n), n, 6, 4));
      assertArrayEquals(expected, MiniBatch.choiceWithoutReplacement(new Random(n), n, 3, 2, 4));
      MiniBatch.choiceWithoutReplacement(new Random(n), n, into);
      assertArrayEquals(expected, into);
    }
    int[] expected = MiniBatch.choiceWithoutReplacement(new Random(7), 24, 24);
    assertArrayEquals(expected, MiniBatch.permutation(new Random(7), 24));
    int[] into = new int[24];
    MiniBatch.permutation(new Random(7), into);
    assertArrayEquals(expected, into);
  }

  @Test
  void drawsOncePerPick() {
    Counting random = new Counting();
    MiniBatch.choice(random, 10, 5);
    MiniBatch.choice(random, 1, 1, 2);
    assertEquals(List.of(10, 10, 10, 10, 10, 1, 1), random.bounds);

    random = new Counting();
    MiniBatch.choiceWithoutReplacement(random, 100, 4); // from a table
    MiniBatch.choiceWithoutReplacement(random, 5, 3); // from an array
    MiniBatch.permutation(random, 3);
    assertEquals(List.of(100, 99, 98, 97, 5, 4, 3, 3, 2, 1), random.bounds);

    for (int n : new int[] {60_000, MAX}) {
      random = new Counting();
      int[] pick = MiniBatch.choiceWithoutReplacement(random, n, 100);
      assertEquals(100, random.bounds.size());
      assertEquals(100, Arrays.stream(pick).distinct().count());
    }
  }

  @Test
  void nothingPickedNeedsNothingToPickFrom() {
    Counting random = new Counting();
    for (int n : new int[] {0, 1, 5}) {
      assertEquals(0, MiniBatch.choice(random, n, 0).length);
      assertEquals(0, MiniBatch.choice(random, n, 0, 7).length);
      assertEquals(0, MiniBatch.choice(random, n, MAX, MAX, MAX, 0).length);
      assertEquals(0, MiniBatch.choiceWithoutReplacement(random, n, 0).length);
      assertEquals(0, MiniBatch.choiceWithoutReplacement(random, n, 3, 0).length);
      MiniBatch.choice(random, n, new int[0]);
      MiniBatch.choiceWithoutReplacement(random, n, new int[0]);
    }
    assertEquals(0, MiniBatch.permutation(random, 0).length);
    MiniBatch.permutation(random, new int[0]);
    assertEquals(List.of(), random.bounds);
  }

  /** 20 classes: chi-square has 19 degrees of freedom, and is above 60 once in 250,000 times. */
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void everyIndexIsEquallyLikely(long seed) {
    Random random = new Random(seed);
    assertUniform(MiniBatch.choice(random, 20, 20_000), 20, 60);
    int[] first = new int[20_000];
    int[] last = new int[20_000];
    int[] permuted = new int[20_000];
    for (int i = 0; i < first.length; i++) {
      int[] few = MiniBatch.choiceWithoutReplacement(random, 20, 4); // from a table
      first[i] = few[0];
      last[i] = few[3];
      permuted[i] = MiniBatch.permutation(random, 20)[13];
    }
    assertUniform(first, 20, 60);
    assertUniform(last, 20, 60);
    assertUniform(permuted, 20, 60);
  }

  private static void assertUniform(int[] values, int n, double bound) {
    int[] counts = new int[n];
    for (int value : values) {
      counts[value]++;
    }
    double expected = values.length / (double) n;
    double chiSquare =
        Arrays.stream(counts).mapToDouble(c -> (c - expected) * (c - expected)).sum();
    assertTrue(chiSquare / expected < bound, Arrays.toString(counts));
  }

  /** 4 of 5 in 120 orders, from an array, and 2 of 11 in 110, from a table. */
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {4, 5, 6})
  void everyOrderIsEquallyLikely(long seed) {
    Random random = new Random(seed);
    for (int[] shape : new int[][] {{5, 4, 120}, {11, 2, 110}}) {
      Map<String, Integer> counts = new HashMap<>();
      int each = 200;
      for (int i = 0; i < each * shape[2]; i++) {
        int[] pick = MiniBatch.choiceWithoutReplacement(random, shape[0], shape[1]);
        counts.merge(Arrays.toString(pick), 1, Integer::sum);
      }
      assertEquals(shape[2], counts.size());
      double chiSquare = 0;
      for (int count : counts.values()) {
        chiSquare += (count - each) * (count - each) / (double) each;
      }
      // 119 expected, with a deviation of 15
      assertTrue(chiSquare < 200, "seed " + seed + ", chi-square " + chiSquare);
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {7, 8})
  void nothingIsPickedTwice(long seed) {
    Random random = new Random(seed);
    for (int n : new int[] {1, 2, 3, 4, 5, 7, 8, 9, 31, 32, 33, 100, 1000, 4099}) {
      assertArrayEquals(identity(n), sorted(MiniBatch.permutation(random, n)));
      for (int size : new int[] {1, 2, 3, n / 5, n / 4 - 1, n / 4, n / 4 + 1, n / 2, n - 1, n}) {
        if (size >= 0 && size <= n) {
          int[] pick = MiniBatch.choiceWithoutReplacement(random, n, size);
          assertEquals(size, Arrays.stream(pick).distinct().count(), n + " " + size);
          assertTrue(Arrays.stream(pick).allMatch(p -> p >= 0 && p < n), n + " " + size);
        }
      }
    }
    int[] many = MiniBatch.choiceWithoutReplacement(random, MAX, 50_000);
    assertEquals(50_000, Arrays.stream(many).distinct().count());
  }

  /** The first picks come from, and go to, the places that are picked from next. */
  @Test
  void generatorsThatAlwaysSayTheSame() {
    RandomGenerator least = bounded(bound -> 0);
    RandomGenerator greatest = bounded(bound -> bound - 1);
    int[] backwards = {99, 0, 1, 2, 3, 4, 5, 6, 7, 8};
    assertArrayEquals(identity(10), MiniBatch.choiceWithoutReplacement(least, 100, 10));
    assertArrayEquals(identity(10), MiniBatch.choiceWithoutReplacement(least, 11, 10));
    assertArrayEquals(backwards, MiniBatch.choiceWithoutReplacement(greatest, 100, 10));
    backwards[0] = 10;
    assertArrayEquals(backwards, MiniBatch.choiceWithoutReplacement(greatest, 11, 10));
    // each place is picked next after something was moved there
    assertArrayEquals(
        new int[] {1, 2, 3, 4, 5}, MiniBatch.choiceWithoutReplacement(bounded(bound -> 1), 100, 5));
  }

  private static RandomGenerator bounded(IntUnaryOperator next) {
    return new RandomGenerator() {
      @Override
      public int nextInt(int bound) {
        return next.applyAsInt(bound);
      }

      @Override
      public long nextLong() {
        throw new AssertionError();
      }
    };
  }

  @Test
  void whatCannotBePicked() {
    Counting random = new Counting();
    int[] into = {7, 7};
    refused(IAE, "n is 0; allowed: 1 or more", () -> MiniBatch.choice(random, 0, 1));
    refused(IAE, "n is 0; allowed: 1 or more", () -> MiniBatch.choice(random, 0, into));
    refused(IAE, "n is -1; allowed: 1 or more", () -> MiniBatch.choice(random, -1, 3));
    refused(IAE, "n is -1; allowed: 0 or more", () -> MiniBatch.choice(random, -1, 0));
    refused(IAE, "n is -1; allowed: 0 or more", () -> MiniBatch.choice(random, -1, new int[0]));
    refused(IAE, "size is -1; allowed: 0 or more", () -> MiniBatch.choice(random, 3, -1));
    refused(IAE, "size is -9; allowed: 0 or more", () -> MiniBatch.choice(random, -1, -9));
    refused(IAE, "first is -2; allowed: 0 or more", () -> MiniBatch.choice(random, 3, -2, 0));
    refused(IAE, "second is -2; allowed: 0 or more", () -> MiniBatch.choice(random, 3, 0, -2));
    refused(
        IAE, "more[1] is -2; allowed: 0 or more", () -> MiniBatch.choice(random, 3, 1, 1, 0, -2));
    refused(
        IAE,
        "the shape 65536×32768 has more elements than an array can hold",
        () -> MiniBatch.choice(random, 3, 65_536, 32_768));
    // 2^64 elements, 0 in an int and in a long
    refused(
        IAE,
        "the shape 65536×65536×65536×65536 has more elements than an array can hold",
        () -> MiniBatch.choiceWithoutReplacement(random, 3, 65_536, 65_536, 65_536, 65_536));

    refused(
        IAE, "n is 0; allowed: 1 or more", () -> MiniBatch.choiceWithoutReplacement(random, 0, 1));
    refused(
        IAE,
        "n is -5; allowed: 0 or more",
        () -> MiniBatch.choiceWithoutReplacement(random, -5, 0));
    refused(
        IAE,
        "size is -1; allowed: 0 or more",
        () -> MiniBatch.choiceWithoutReplacement(random, 3, -1));
    refused(
        IAE,
        "size is 4; allowed without replacement: 0 to n, 3",
        () -> MiniBatch.choiceWithoutReplacement(random, 3, 4));
    refused(
        IAE,
        "size is 2147483647; allowed without replacement: 0 to n, 3",
        () -> MiniBatch.choiceWithoutReplacement(random, 3, MAX));
    refused(
        IAE,
        "size is 4; allowed without replacement: 0 to n, 3",
        () -> MiniBatch.choiceWithoutReplacement(random, 3, 2, 2));
    refused(
        IAE,
        "size is 2; allowed without replacement: 0 to n, 1",
        () -> MiniBatch.choiceWithoutReplacement(random, 1, into));
    refused(IAE, "n is -1; allowed: 0 or more", () -> MiniBatch.permutation(random, -1));

    refused(NPE, "random", () -> MiniBatch.choice(null, 3, 1));
    refused(NPE, "random", () -> MiniBatch.choice(null, 3, 1, 1));
    refused(NPE, "random", () -> MiniBatch.choice(null, 3, into));
    refused(NPE, "into", () -> MiniBatch.choice(random, 3, null));
    refused(NPE, "more", () -> MiniBatch.choice(random, 3, 1, 1, (int[]) null));
    refused(NPE, "random", () -> MiniBatch.choiceWithoutReplacement(null, 3, 1));
    refused(NPE, "random", () -> MiniBatch.choiceWithoutReplacement(null, 3, 1, 1));
    refused(NPE, "random", () -> MiniBatch.choiceWithoutReplacement(null, 3, into));
    refused(NPE, "into", () -> MiniBatch.choiceWithoutReplacement(random, 3, null));
    refused(NPE, "random", () -> MiniBatch.permutation(null, 3));
    refused(NPE, "random", () -> MiniBatch.permutation(null, into));
    refused(NPE, "into", () -> MiniBatch.permutation(random, null));

    assertEquals(List.of(), random.bounds);
    assertArrayEquals(new int[] {7, 7}, into);
  }

  /** Whatever n, sizes and shapes, picks are refused and say why, or are as many as asked for. */
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {7, 8})
  void anyInts(long seed) {
    Random random = new Random(seed);
    int accepted = 0;
    for (int i = 0; i < 4_000; i++) {
      Counting generator = new Counting();
      int n = TestData.anyInt(random);
      int[] shape = new int[random.nextInt(5)];
      Arrays.setAll(shape, d -> TestData.anyInt(random));
      boolean distinct = random.nextBoolean();
      boolean into = shape.length < 2 && random.nextInt(3) == 0;
      if (shape.length == 0 || into) {
        shape = new int[] {random.nextInt(20)};
      }
      Picking picking = picking(generator, n, shape, distinct, into);
      BigInteger size =
          Arrays.stream(shape)
              .mapToObj(BigInteger::valueOf)
              .reduce(BigInteger.ONE, BigInteger::multiply);
      String refusal = refusal(n, shape, size, distinct);
      if (refusal != null) {
        refused(IAE, refusal, picking::picks);
        assertEquals(List.of(), generator.bounds);
      } else if (size.intValue() <= 5_000
          && (!distinct || n / 4 < 5_000 || size.intValue() <= n / 4)) {
        int[] picks = picking.picks();
        accepted++;
        assertEquals(size.intValue(), picks.length);
        assertEquals(picks.length, generator.bounds.size());
        assertTrue(Arrays.stream(picks).allMatch(pick -> pick >= 0 && pick < n));
        if (distinct) {
          assertEquals(picks.length, Arrays.stream(picks).distinct().count());
        }
      }
    }
    assertTrue(accepted > 800, "accepted " + accepted);
  }

  private interface Picking {
    int[] picks();
  }

  private static Picking picking(
      RandomGenerator random, int n, int[] shape, boolean distinct, boolean into) {
    int first = shape[0];
    if (into) {
      int[] picks = new int[first];
      return () -> {
        if (distinct) {
          MiniBatch.choiceWithoutReplacement(random, n, picks);
        } else {
          MiniBatch.choice(random, n, picks);
        }
        return picks;
      };
    }
    if (shape.length == 1) {
      return () ->
          distinct
              ? MiniBatch.choiceWithoutReplacement(random, n, first)
              : MiniBatch.choice(random, n, first);
    }
    int[] more = Arrays.copyOfRange(shape, 2, shape.length);
    return () ->
        distinct
            ? MiniBatch.choiceWithoutReplacement(random, n, first, shape[1], more)
            : MiniBatch.choice(random, n, first, shape[1], more);
  }

  /** Why there are no such picks, or null if there are. */
  private static String refusal(int n, int[] shape, BigInteger size, boolean distinct) {
    List<String> names =
        shape.length == 1 ? List.of("size") : List.of("first", "second", "more[0]", "more[1]");
    for (int d = 0; d < shape.length; d++) {
      if (shape[d] < 0) {
        return names.get(d) + " is " + shape[d] + "; allowed: 0 or more";
      }
    }
    if (size.bitLength() > 31) {
      String dimensions =
          Arrays.stream(shape).mapToObj(Integer::toString).collect(Collectors.joining("×"));
      return "the shape " + dimensions + " has more elements than an array can hold";
    }
    int least = size.signum();
    if (n < least) {
      return "n is " + n + "; allowed: " + least + " or more";
    }
    return distinct && size.intValue() > n
        ? "size is " + size + "; allowed without replacement: 0 to n, " + n
        : null;
  }

  @Test
  void anyPermutationSeed7() {
    Random random = new Random(7);
    for (int i = 0; i < 2_000; i++) {
      int n = TestData.anyInt(random);
      if (n < 0) {
        refused(IAE, "n is " + n + "; allowed: 0 or more", () -> MiniBatch.permutation(random, n));
      } else if (n < 100) {
        assertArrayEquals(identity(n), sorted(MiniBatch.permutation(random, n)));
      }
    }
  }

  /** Element (r, c) is 100 r + c, and what is no element is −1. */
  private static Batch source(int offset, int rows, int cols, int stride) {
    float[] data = new float[offset + rows * stride + 2];
    Arrays.fill(data, -1);
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < cols; c++) {
        data[offset + r * stride + c] = 100 * r + c;
      }
    }
    return Batch.of(data, offset, rows, cols, stride);
  }

  private static void assertPicked(int[] pick, Batch picked, String message) {
    assertEquals(pick.length, picked.rows(), message);
    for (int i = 0; i < pick.length; i++) {
      for (int c = 0; c < picked.cols(); c++) {
        assertEquals(100 * pick[i] + c, picked.get(i, c), message + " (" + i + ", " + c + ")");
      }
    }
  }

  @Test
  void gathersRows() {
    int[][] picks = {{}, {0}, {4, 4, 4}, {3, 0, 4, 1, 2}, {4, 3, 2, 1, 0, 0, 1, 2}};
    for (int cols : new int[] {1, 2, 3, 10, 17}) {
      for (int[] pick : picks) {
        for (Batch source : new Batch[] {source(0, 5, cols, cols), source(3, 5, cols, cols + 4)}) {
          float[] before = source.data().clone();
          Batch picked = MiniBatch.gather(source, pick);
          assertPicked(pick, picked, source.toString());
          assertEquals(cols, picked.cols());
          assertEquals(pick.length * cols, picked.data().length);
          assertEquals(cols, picked.stride());
          assertNotSame(source.data(), picked.data());

          // what is around the rows, and between them, is left alone
          Batch into = source(2, pick.length, cols, cols + 3);
          float[] expected = into.data().clone();
          for (int i = 0; i < pick.length; i++) {
            for (int c = 0; c < cols; c++) {
              expected[2 + i * (cols + 3) + c] = 100 * pick[i] + c;
            }
          }
          MiniBatch.gather(source, pick, into);
          assertArrayEquals(expected, into.data());
          assertArrayEquals(before, source.data());
        }
      }
    }
  }

  @Test
  void gathersRowsInPlace() {
    int[][] picks = {{1, 2, 3, 4, 0}, {4, 3, 2, 1, 0}, {0, 0, 0, 0, 0}, {1, 0, 3, 2, 2}};
    for (int[] pick : picks) {
      for (int stride : new int[] {3, 5}) {
        Batch batch = source(2, 5, 3, stride);
        float[] expected = batch.data().clone();
        for (int i = 0; i < 5; i++) {
          for (int c = 0; c < 3; c++) {
            expected[2 + i * stride + c] = 100 * pick[i] + c;
          }
        }
        MiniBatch.gather(batch, pick, Batch.of(batch.data(), 2, 5, 3, stride));
        assertArrayEquals(expected, batch.data());
      }
    }
    // of one row the stride does not matter
    float[] data = {1, 2, 3};
    MiniBatch.gather(Batch.of(data, 0, 1, 3, 7), new int[1], Batch.of(data, 1, 3));
    assertArrayEquals(new float[] {1, 2, 3}, data);
  }

  @Test
  void overlaps() {
    Batch source = source(4, 4, 2, 5); // from 4 up to 21 of 26
    float[] data = source.data();
    float[] before = data.clone();
    int[] two = {3, 0};
    Batch[] bad = {
      Batch.of(data, 4, 2, 2, 5), // its first rows
      Batch.of(data, 14, 2, 2, 5), // its last ones
      Batch.of(data, 6, 2, 2, 5), // the padding between them
      Batch.of(data, 0, 2, 2, 3), // ends in the first element
      Batch.of(data, 20, 2, 2, 2), // begins at the last
      Batch.of(data, 0, 2, 2, 22), // around it
    };
    for (Batch into : bad) {
      refused(
          IAE,
          "into overlaps source: " + into + ", Batch 4×2 (offset 4, stride 5)",
          () -> MiniBatch.gather(source, two, into));
      assertArrayEquals(before, data);
    }
    int[] four = {3, 2, 1, 0};
    for (Batch into :
        new Batch[] {
          Batch.of(data, 5, 4, 2, 5), Batch.of(data, 4, 4, 2, 6), Batch.of(data, 4, 4, 2, 4)
        }) {
      assertThrows(IAE, () -> MiniBatch.gather(source, four, into));
      assertArrayEquals(before, data);
    }
    // next to it, on both sides, and with no rows
    MiniBatch.gather(source, two, Batch.of(data, 0, 2, 2, 2));
    MiniBatch.gather(source, two, Batch.of(data, 21, 2, 2, 3));
    MiniBatch.gather(source, new int[0], Batch.of(data, 8, 0, 2, 2));
    MiniBatch.gather(Batch.of(data, 8, 0, 2, 2), new int[0], Batch.of(data, 9, 0, 2, 2));
    refused(
        IOOBE,
        "pick[0] is 0, but there is nothing to pick from",
        () -> MiniBatch.gather(Batch.of(data, 8, 0, 2, 2), new int[1], Batch.of(data, 7, 1, 2, 2)));
    assertArrayEquals(new float[] {300, 301, 0, 1}, Arrays.copyOf(data, 4));
    assertArrayEquals(new float[] {300, 301, -1, 0, 1}, Arrays.copyOfRange(data, 21, 26));
    assertArrayEquals(Arrays.copyOfRange(before, 4, 21), Arrays.copyOfRange(data, 4, 21));
  }

  @Test
  void rowsThatCannotBeGathered() {
    Batch source = source(0, 5, 3, 3);
    Batch into = source(0, 4, 3, 3);
    float[] before = into.data().clone();
    for (int bad : new int[] {-1, 5, Integer.MIN_VALUE, MAX}) {
      int[] pick = {0, 4, bad, 99};
      String message = "pick[2] is " + bad + "; allowed: 0 to 4";
      refused(IOOBE, message, () -> MiniBatch.gather(source, pick));
      refused(IOOBE, message, () -> MiniBatch.gather(source, pick, into));
      refused(IOOBE, message, () -> MiniBatch.gather(new int[5], pick));
      refused(IOOBE, message, () -> MiniBatch.gather(new int[5], pick, new int[4]));
    }
    Batch none = Batch.of(new float[0], 0, 3);
    String nothing = "pick[0] is 0, but there is nothing to pick from";
    refused(IOOBE, nothing, () -> MiniBatch.gather(none, new int[1]));
    refused(IOOBE, nothing, () -> MiniBatch.gather(none, new int[4], into));
    refused(IOOBE, nothing, () -> MiniBatch.gather(new int[0], new int[1]));
    assertEquals(0, MiniBatch.gather(none, new int[0]).rows());

    refused(
        IAE,
        "into is 4×3, but the picks are 3×3",
        () -> MiniBatch.gather(source, new int[3], into));
    refused(
        IAE,
        "into is 4×3, but the picks are 4×2",
        () -> MiniBatch.gather(source(0, 5, 2, 2), new int[4], into));
    Batch wide = Batch.row(new float[70_000]);
    refused(
        IAE,
        "40000×70000 is 2800000000 elements, more than an array can hold",
        () -> MiniBatch.gather(wide, new int[40_000]));
    int[] pick = new int[4];
    refused(NPE, "source", () -> MiniBatch.gather((Batch) null, pick));
    refused(NPE, "pick", () -> MiniBatch.gather(source, null));
    refused(NPE, "source", () -> MiniBatch.gather((Batch) null, pick, into));
    refused(NPE, "pick", () -> MiniBatch.gather(source, null, into));
    refused(NPE, "into", () -> MiniBatch.gather(source, pick, null));
    refused(NPE, "labels", () -> MiniBatch.gather((int[]) null, pick));
    refused(NPE, "pick", () -> MiniBatch.gather(pick, null));
    refused(NPE, "labels", () -> MiniBatch.gather((int[]) null, pick, pick));
    refused(NPE, "pick", () -> MiniBatch.gather(pick, null, pick));
    refused(NPE, "into", () -> MiniBatch.gather(pick, pick, null));
    assertArrayEquals(before, into.data());
  }

  @Test
  void gathersLabels() {
    int[] labels = {50, 51, 52, 53};
    int[] pick = {3, 3, 0};
    assertArrayEquals(new int[] {53, 53, 50}, MiniBatch.gather(labels, pick));
    int[] into = {7, 7, 7, 7, 7};
    MiniBatch.gather(labels, pick, into);
    assertArrayEquals(new int[] {53, 53, 50, 7, 7}, into);
    refused(
        IAE,
        "into has 2 elements; allowed: the 3 picks or more",
        () -> MiniBatch.gather(labels, pick, new int[2]));

    int[] inPlace = labels.clone();
    MiniBatch.gather(inPlace, pick, inPlace);
    assertArrayEquals(new int[] {53, 53, 50, 53}, inPlace);
    int[] rotated = labels.clone();
    MiniBatch.gather(rotated, new int[] {3, 0, 1, 2}, rotated);
    assertArrayEquals(new int[] {53, 50, 51, 52}, rotated);
    MiniBatch.gather(labels, pick, pick);
    assertArrayEquals(new int[] {53, 53, 50}, pick);
    int[] all = {2, 0, 1};
    MiniBatch.gather(all, all, all);
    assertArrayEquals(new int[] {1, 2, 0}, all);
    int[] refusedPick = {1, 0, 4};
    assertThrows(IOOBE, () -> MiniBatch.gather(labels, refusedPick, refusedPick));
    assertArrayEquals(new int[] {1, 0, 4}, refusedPick);
    assertThrows(IOOBE, () -> MiniBatch.gather(labels, refusedPick, labels));
    assertArrayEquals(new int[] {50, 51, 52, 53}, labels);
  }

  /** The book's way to a mini-batch: the rows and their labels belong together. */
  @Test
  void aMiniBatchOfADataSet() {
    Batch x = source(1, 1000, 5, 8);
    int[] labels = identity(1000);
    int[] pick = MiniBatch.choice(new Random(9), x.rows(), 10);
    assertPicked(MiniBatch.gather(labels, pick), MiniBatch.gather(x, pick), "seed 9");
  }

  @Test
  void allocatesNothing() {
    Random random = new Random(10);
    Batch source = source(1, 50, 5, 8);
    Batch into = source(2, 20, 5, 6);
    int[] labels = identity(50);
    int[] pick = new int[20];
    int[] gathered = new int[20];
    long bytes =
        Allocated.bytes(
            () -> {
              MiniBatch.choice(random, 50, pick);
              MiniBatch.gather(source, pick, into);
              MiniBatch.gather(labels, pick, gathered);
              MiniBatch.permutation(random, pick);
              MiniBatch.choiceWithoutReplacement(random, 20, pick);
            });
    assertEquals(0, bytes);
  }
}

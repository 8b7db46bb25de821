package org.simdloss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.simdloss.TestData.U;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.simdloss.TestData.Shape;
import org.simdloss.TestData.Values;

/**
 * The stated error bounds, against exact sums, of well and ill conditioned batches of up to ten
 * million elements. The latter are proofs, and print the worst error of each loss.
 */
class AccuracyTest {
  private static final double DELTA = 1e-7;

  private static final double[] DELTAS = {0, 1e-30, DELTA, 0.01};

  /** Just less than half an ulp of 1 as a float, and just more. */
  private static final float LOST = 0.999f * 0x1p-24f;

  private static final float ROUNDED_UP = 1.001f * 0x1p-24f;

  private static final int BLOCK = 1920;
  private static final int LANES = 64;

  /** Sizes of 1 to 100000 elements: {rows, columns}. */
  private static final int[][] SMALL = {
    {1, 1}, {1, 10}, {10, 1}, {100, 10}, {1921, 1}, {2, 1921}, {20, 784}, {10_000, 10}, {1, 10_000}
  };

  private static final int[][] LARGE = {{1_000_000, 10}, {10_000_000, 1}, {2, 5_000_000}};

  private static final int[][] LARGE_ROWS = {{1_000_000, 10}, {312, 32_000}, {2, 1_000_000}};

  /** The largest error of each loss, as a part of its bound. */
  private static final Map<Bound, Worst> WORST = new EnumMap<>(Bound.class);

  private static boolean isProof;

  private record Worst(double part, String where) {}

  private static float size(Random random, int least, int most) {
    return (float) Math.scalb(1 + random.nextDouble(), least + random.nextInt(most - least));
  }

  private static float signed(Random random, float x) {
    return random.nextBoolean() ? x : -x;
  }

  /** A number from 1e-6 to 1e6, or its negative. */
  private static float anyTarget(Random random) {
    return signed(random, size(random, -20, 20));
  }

  /** Writes y[i] and t[i]. */
  private interface Element {
    void write(Random random, int i, float[] y, float[] t);
  }

  /** Predictions and targets of a squared error. */
  private enum Differences {
    PROBABILITIES(
        (random, i, y, t) -> {
          y[i] = random.nextFloat();
          t[i] = random.nextFloat();
        }),
    ALIKE(
        (random, i, y, t) -> {
          y[i] = 0.1f;
          t[i] = 0.73f;
        }),
    /** The difference is a few ulps. */
    NEARLY_EQUAL(
        (random, i, y, t) -> {
          y[i] = signed(random, size(random, -20, 20));
          t[i] = y[i] + (random.nextInt(9) - 4) * Math.ulp(y[i]);
        }),
    SIGNED(
        (random, i, y, t) -> {
          y[i] = anyTarget(random);
          t[i] = anyTarget(random);
        }),
    /** Differences that no double holds. */
    FAR_APART(
        (random, i, y, t) -> {
          y[i] = signed(random, size(random, -1, 2));
          t[i] = signed(random, size(random, -149, -20));
        }),
    /** Up to where squares no longer are normal floats. */
    ANY_SIZE(
        (random, i, y, t) -> {
          y[i] = size(random, -61, 58);
          t[i] = -size(random, -61, 58);
        }),
    /** The difference and its square lose what they can, and each lane all but its first term. */
    LARGE_THEN_LOST(
        (random, i, y, t) -> {
          y[i] = i % BLOCK < LANES ? 1 : (float) Math.sqrt(LOST);
          t[i] = i % BLOCK < LANES ? -0x1p-24f : 0;
        }),
    /** Each lane's terms but its first count twice. */
    LARGE_THEN_ROUNDED_UP(
        (random, i, y, t) -> {
          y[i] = i % BLOCK < LANES ? 1 : (float) Math.sqrt(ROUNDED_UP);
          t[i] = 0;
        });

    private final Element element;

    Differences(Element element) {
      this.element = element;
    }
  }

  /** Predictions and targets of a cross-entropy. */
  private enum Terms {
    PROBABILITIES(
        (random, i, y, t) -> {
          y[i] = random.nextFloat();
          t[i] = random.nextFloat();
        }),
    ONES(
        (random, i, y, t) -> {
          y[i] = 1;
          t[i] = random.nextFloat();
        }),
    NEAR_ONE(
        (random, i, y, t) -> {
          y[i] = Values.NEAR_ONE.next(random);
          t[i] = anyTarget(random);
        }),
    /** Terms of both signs, which cancel. */
    SIGNED_TARGETS(
        (random, i, y, t) -> {
          y[i] = random.nextFloat();
          t[i] = random.nextFloat() - 0.5f;
        }),
    /** Logarithms of both signs, which cancel. */
    BOTH_SIDES_OF_ONE(
        (random, i, y, t) -> {
          y[i] = (float) StrictMath.exp(random.nextDouble() - 0.5);
          t[i] = 1 + random.nextFloat();
        }),
    ANY_SIZE(
        (random, i, y, t) -> {
          y[i] = size(random, -140, 110);
          t[i] = anyTarget(random);
        }),
    ZEROS_AND_ONES(
        (random, i, y, t) -> {
          y[i] = random.nextInt(2);
          t[i] = anyTarget(random);
        }),
    /** Most of δ is taken away. */
    NEAR_MINUS_DELTA(
        (random, i, y, t) -> {
          y[i] = -1e-7f * (1 - size(random, -20, -1));
          t[i] = random.nextFloat();
        }),
    ALIKE(
        (random, i, y, t) -> {
          y[i] = 0.3f;
          t[i] = 0.7f;
        }),
    /** Each lane loses all but its first term, which is 16.1: half an ulp of it is 16 · 2^-24. */
    LARGE_THEN_LOST(
        (random, i, y, t) -> {
          y[i] = 0;
          t[i] = i % BLOCK < LANES ? 1 : 16 / 16.118f * LOST;
        }),
    /** Each lane's terms but its first count twice. */
    LARGE_THEN_ROUNDED_UP(
        (random, i, y, t) -> {
          y[i] = 0;
          t[i] = i % BLOCK < LANES ? 1 : 16 / 16.118f * ROUNDED_UP;
        });

    private final Element element;

    Terms(Element element) {
      this.element = element;
    }
  }

  /** Probabilities of two classes, and targets. */
  private enum Answers {
    HARD(
        (random, i, y, t) -> {
          y[i] = random.nextFloat();
          t[i] = random.nextInt(2);
        }),
    SOFT(
        (random, i, y, t) -> {
          y[i] = random.nextFloat();
          t[i] = random.nextFloat();
        }),
    /** Mostly right, and sure of it: small losses. */
    SURE(
        (random, i, y, t) -> {
          float wrong = size(random, -60, -1);
          t[i] = random.nextInt(2);
          y[i] = t[i] == 1 ? 1 - wrong : wrong;
        }),
    /** Targets a little beside 0 and 1. */
    NEARLY_HARD(
        (random, i, y, t) -> {
          y[i] = random.nextInt(4) == 0 ? random.nextInt(2) : random.nextFloat();
          t[i] = random.nextInt(3) == 0 ? size(random, -100, -1) : random.nextInt(2);
        }),
    /** Each lane loses all but its first term. */
    LARGE_THEN_LOST(
        (random, i, y, t) -> {
          y[i] = i % BLOCK < LANES ? 1e-7f : 1 - 16 * LOST;
          t[i] = 1;
        });

    private final Element element;

    Answers(Element element) {
      this.element = element;
    }

    /** The same with logits in the place of probabilities. */
    private static Element logits(Element element) {
      return (random, i, y, t) -> {
        element.write(random, i, y, t);
        double odds = y[i] / (1.0 - y[i]);
        y[i] = odds > 0 && odds < 1e300 ? (float) StrictMath.log(odds) : signed(random, 104);
        if (random.nextInt(40) == 0) {
          y[i] = signed(random, size(random, -140, 90));
        }
      };
    }
  }

  /** Writes a row of logits. */
  private interface Row {
    void write(Random random, float[] x, int at, int cols);
  }

  /** Logits of a softmax. */
  private enum Logits {
    SMALL((random, x, at, cols) -> gaussian(random, 0, 1, x, at, cols)),
    WIDE((random, x, at, cols) -> gaussian(random, 0, 20, x, at, cols)),
    /** One is 30 to 60 above the others. */
    CONFIDENT(
        (random, x, at, cols) -> {
          gaussian(random, 0, 1, x, at, cols);
          x[at + random.nextInt(cols)] = 30 + 30 * random.nextFloat();
        }),
    /** Where rows begin to be shifted. */
    EDGE(
        (random, x, at, cols) -> {
          gaussian(random, 0, 1, x, at, cols);
          float[] edges = {64, Math.nextUp(64f), -64, Math.nextDown(-64f)};
          x[at + random.nextInt(cols)] = edges[random.nextInt(4)];
          x[at + random.nextInt(cols)] = edges[random.nextInt(4)];
        }),
    /** All near the edge, and all on one side of it. */
    ALL_AT_EDGE(
        (random, x, at, cols) -> {
          float edge = signed(random, 64);
          float top = random.nextBoolean() ? edge : Math.nextUp(edge);
          java.util.Arrays.fill(x, at, at + cols, edge);
          x[at + random.nextInt(cols)] = top;
        }),
    /** Differences from the maximum are rounded. */
    SHIFTED((random, x, at, cols) -> gaussian(random, 1000, 3, x, at, cols)),
    HUGE((random, x, at, cols) -> gaussian(random, 0, 1e30, x, at, cols)),
    ANY_SIZE(
        (random, x, at, cols) -> {
          for (int i = at; i < at + cols; i++) {
            x[i] = anyTarget(random);
          }
        }),
    ALIKE(
        (random, x, at, cols) ->
            java.util.Arrays.fill(x, at, at + cols, random.nextFloat() * 200 - 100)),
    /** As much of a sum as can be is of rounded differences. */
    ONE_ABOVE(
        (random, x, at, cols) -> {
          java.util.Arrays.fill(x, at, at + cols, (float) (100.1 - StrictMath.log(cols)));
          x[at + random.nextInt(cols)] = 101.3f;
        }),
    /** Each lane of a wide row loses all but its first term. */
    LARGE_THEN_LOST(
        (random, x, at, cols) -> {
          for (int c = 0; c < cols; c++) {
            x[at + c] = c % BLOCK < LANES ? 0 : (float) StrictMath.log(LOST);
          }
        });

    private final Row row;

    Logits(Row row) {
      this.row = row;
    }

    private static void gaussian(
        Random random, double mean, double deviation, float[] x, int at, int cols) {
      for (int i = at; i < at + cols; i++) {
        x[i] = (float) (mean + deviation * random.nextGaussian());
      }
    }
  }

  /** Targets of a softmax. */
  private enum Soft {
    PROBABILITIES {
      @Override
      float next(Random random) {
        return random.nextFloat();
      }
    },
    SIGNED {
      @Override
      float next(Random random) {
        return random.nextFloat() - 0.5f;
      }
    },
    ANY_SIZE {
      @Override
      float next(Random random) {
        return anyTarget(random) * 0x1p-20f; // so that 1e30 times it stays a float
      }
    };

    abstract float next(Random random);
  }

  private static <E extends Enum<E>> Stream<Arguments> cases(E[] kinds, int[][] shapes) {
    List<Arguments> cases = new ArrayList<>();
    for (E kind : kinds) {
      for (int[] shape : shapes) {
        int seed = 100 * kind.ordinal() + cases.size() % shapes.length;
        cases.add(Arguments.of(shape[0], shape[1], kind, seed));
      }
    }
    return cases.stream();
  }

  /** Of the first kind all shapes, of each other one in turn: there is time for so many. */
  private static <E extends Enum<E>> Stream<Arguments> someCases(E[] kinds, int[][] shapes) {
    return cases(kinds, shapes)
        .filter(c -> (int) c.get()[3] < 100 || isInTurn((int) c.get()[3], shapes.length));
  }

  private static boolean isInTurn(int seed, int shapes) {
    return seed / 100 % shapes == seed % 100;
  }

  static Stream<Arguments> differences() {
    return cases(Differences.values(), SMALL);
  }

  static Stream<Arguments> terms() {
    return cases(Terms.values(), SMALL);
  }

  static Stream<Arguments> logits() {
    return cases(Logits.values(), SMALL);
  }

  static Stream<Arguments> answers() {
    return cases(Answers.values(), SMALL);
  }

  static Stream<Arguments> largeAnswers() {
    return someCases(Answers.values(), LARGE);
  }

  static Stream<Arguments> largeDifferences() {
    return someCases(Differences.values(), LARGE);
  }

  static Stream<Arguments> largeTerms() {
    return someCases(Terms.values(), LARGE);
  }

  static Stream<Arguments> largeLogits() {
    return someCases(Logits.values(), LARGE_ROWS);
  }

  /** One for each seed, in turn: all of them give the same bits. */
  private static Backend backend(int seed) {
    List<Backend> all = TestData.backends();
    return all.get((seed / 100 + seed % 100) % all.size());
  }

  /** A batch of a kind of elements, and labels where its targets are greatest. */
  private static final class Operands {
    final int rows;
    final int cols;
    final float[] y;
    final float[] t;
    final Batch yBatch;
    final Batch tBatch;
    final String where;

    Operands(int rows, int cols, Enum<?> kind, Element element, int seed) {
      this.rows = rows;
      this.cols = cols;
      y = new float[rows * cols];
      t = new float[rows * cols];
      yBatch = Batch.of(y, rows, cols);
      tBatch = Batch.of(t, rows, cols);
      where = rows + "×" + cols + " " + kind;
      Random random = new Random(seed);
      for (int i = 0; i < y.length; i++) {
        element.write(random, i, y, t);
      }
    }

    /** Some rows, with the last. */
    int[] someRows() {
      return some(rows);
    }

    /** Some columns, with the last. */
    int[] someCols() {
      return some(cols);
    }

    private static int[] some(int n) {
      int step = 1 + n / 40;
      return IntStream.rangeClosed(0, (n - 1) / step + 1)
          .map(i -> Math.min(i * step, n - 1))
          .toArray();
    }
  }

  /** What is bounded, by how many of what. */
  private enum Bound {
    SQUARED_ERROR("squared error", 40, "u · Σ (y − t)²"),
    SQUARED_ERROR_ROWS("squared error, a row", 40, "u · Σ (y − t)²"),
    SQUARED_ERROR_GRADIENT("squared error, gradient", 4, "u"),
    LABELS("cross-entropy, labels", 1, "· (1e-12 · Σ |ln v| + rows · 2^-52)"),
    LABELS_ROWS("cross-entropy, labels, a row", 1, "of 0.84 ulp"),
    ANY_TARGETS("cross-entropy, any targets", 40, "u · Σ |t| · (1 + |ln v|)"),
    ANY_TARGETS_ROWS("cross-entropy, any targets, a row", 40, "u · Σ |t| · (1 + |ln v|)"),
    CROSS_ENTROPY_GRADIENT("cross-entropy, gradient", 5, "u"),
    SOFTMAX_LABELS("softmax, labels", 40, "u · Σ (1 + |d| / 40)"),
    SOFTMAX_LABELS_ROWS("softmax, labels, a row", 40, "u · (1 + (2 |d| + 3 |ln z|) / 40)"),
    SOFTMAX_TARGETS("softmax, any targets", 40, "u · Σ |t| · (1 + |ln z| + |d|)"),
    SOFTMAX_TARGETS_ROWS("softmax, any targets, a row", 40, "u · Σ |t| · (1 + |ln z| + |d|)"),
    BINARY("binary cross-entropy", 45, "u · Σ (t · |ln v| + (1 − t) · |ln v'|)"),
    BINARY_ROWS("binary cross-entropy, one column, a row", 8, "u"),
    BINARY_GRADIENT("binary cross-entropy, gradient", 6, "u"),
    SIGMOID_LOSS("sigmoid cross-entropy", 45, "u"),
    SIGMOID_ROWS("sigmoid cross-entropy, one column, a row", 10, "u"),
    SIGMOID("sigmoid", 4, "u"),
    SIGMOID_GRADIENT("sigmoid, gradient", 8, "u"),
    SIGMOID_HESSIAN("sigmoid, second derivative", 10, "u"),
    SOFTMAX_HESSIAN("softmax, second derivative", 90, "u · p · Σ |t| · (1 + |d| / 40)"),
    SOFTMAX("softmax", 40, "u · p · (1 + |d| / 40)"),
    SOFTMAX_GRADIENT("softmax, gradient", 40, "u · p · (1 + |d| / 40)"),
    SOFTMAX_TARGETS_GRADIENT(
        "softmax, any targets, gradient", 40, "u · (p · Σ |t| · (1 + |d| / 40) + 2 |t| / 40)");

    private final String name;
    private final int limit;
    private final String unit;

    Bound(String name, int limit, String unit) {
      this.name = name;
      this.limit = limit;
      this.unit = unit;
    }
  }

  /** Fails if a result is not within its bound, and keeps the worst. */
  private static void check(
      Bound bound, Exact expected, double actual, Operands of, Object computedBy) {
    assertTrue(
        expected.allows(actual),
        () -> computedBy + ", " + bound + ": " + actual + ", not " + expected + ", " + of.where);
    double part = expected.bound() > 0 ? expected.error(actual) / expected.bound() : 0;
    Worst worst = WORST.get(bound);
    if (worst == null || part > worst.part) {
      WORST.put(bound, new Worst(part, of.where));
    }
  }

  /** The same of one number, which is known to a double. */
  private static void check(
      Bound bound, double expected, double most, double actual, Operands of, Object computedBy) {
    Exact exact = new Exact();
    exact.add(expected);
    exact.allow(most);
    check(bound, exact, actual, of, computedBy);
  }

  @AfterAll
  static void printTheWorst() {
    if (isProof) {
      WORST.forEach(
          (bound, worst) ->
              System.out.printf(
                  Locale.ROOT,
                  "%s: worst %.3g of %d %s, at %s%n",
                  bound.name,
                  bound.limit * worst.part,
                  bound.limit,
                  bound.unit,
                  worst.where));
    }
  }

  @ParameterizedTest(name = "{0}×{1} {2} seed {3}")
  @MethodSource("differences")
  void squaredError(int rows, int cols, Differences kind, int seed) {
    Operands of = new Operands(rows, cols, kind, kind.element, seed);
    checkSquaredError(of, seed, TestData.backends());
  }

  @Tag("proof")
  @ParameterizedTest(name = "{0}×{1} {2} seed {3}")
  @MethodSource("largeDifferences")
  void squaredErrorOfLargeBatches(int rows, int cols, Differences kind, int seed) {
    isProof = true;
    Operands of = new Operands(rows, cols, kind, kind.element, seed);
    checkSquaredError(of, seed, List.of(backend(seed)));
  }

  private static void checkSquaredError(Operands of, int seed, List<Backend> backends) {
    Exact sum = Exact.squaredError(of.y, of.t, 0, of.y.length);
    double elements = of.y.length;
    for (Backend backend : backends) {
      SquaredError half = SquaredError.halfSum().on(backend);
      SquaredError overRows = SquaredError.halfSumOverRows().on(backend);
      SquaredError mse = SquaredError.mse().on(backend);
      check(Bound.SQUARED_ERROR, sum, 2 * half.loss(of.yBatch, of.tBatch), of, half);
      check(
          Bound.SQUARED_ERROR,
          sum,
          2.0 * of.rows * overRows.loss(of.yBatch, of.tBatch),
          of,
          overRows);
      check(Bound.SQUARED_ERROR, sum, elements * mse.loss(of.yBatch, of.tBatch), of, mse);
    }
    SquaredError mse = SquaredError.mse().on(backend(seed));
    float[] losses = new float[of.rows];
    mse.perRow(of.yBatch, of.tBatch, losses);
    float[] gradient = new float[of.y.length];
    mse.lossAndGradient(of.yBatch, of.tBatch, Batch.of(gradient, of.rows, of.cols));
    for (int r : of.someRows()) {
      int at = r * of.cols;
      Exact row = Exact.squaredError(of.y, of.t, at, at + of.cols);
      row.allow(of.cols * 0x1p-149);
      check(Bound.SQUARED_ERROR_ROWS, row, of.cols * (double) losses[r], of, mse);
      for (int c : of.someCols()) {
        double exact = 2 * ((double) of.y[at + c] - of.t[at + c]) / elements;
        double bound = 4 * U * Math.abs(exact) + 0x1p-149;
        check(Bound.SQUARED_ERROR_GRADIENT, exact, bound, gradient[at + c], of, mse);
      }
    }
  }

  @ParameterizedTest(name = "{0}×{1} {2} seed {3}")
  @MethodSource("terms")
  void crossEntropy(int rows, int cols, Terms kind, int seed) {
    Operands of = new Operands(rows, cols, kind, kind.element, seed);
    for (double delta : rows * cols < 10_000 ? DELTAS : new double[] {DELTA}) {
      checkAnyTargets(delta, of, seed, TestData.backends());
      checkLabels(delta, of, seed, TestData.backends());
    }
  }

  @Tag("proof")
  @ParameterizedTest(name = "{0}×{1} {2} seed {3}")
  @MethodSource("largeTerms")
  void crossEntropyOfLargeBatches(int rows, int cols, Terms kind, int seed) {
    isProof = true;
    Operands of = new Operands(rows, cols, kind, kind.element, seed);
    checkAnyTargets(DELTA, of, seed, List.of(backend(seed)));
    checkLabels(DELTA, of, seed, List.of(backend(seed)));
  }

  private static void checkAnyTargets(double delta, Operands of, int seed, List<Backend> backends) {
    Exact total = Exact.crossEntropy(of.y, of.t, delta, 0, of.y.length);
    for (Backend backend : backends) {
      CrossEntropy sum = CrossEntropy.sum().delta(delta).on(backend);
      CrossEntropy mean = CrossEntropy.mean().delta(delta).on(backend);
      check(Bound.ANY_TARGETS, total, sum.loss(of.yBatch, of.tBatch), of, sum);
      check(Bound.ANY_TARGETS, total, of.rows * mean.loss(of.yBatch, of.tBatch), of, mean);
    }
    CrossEntropy mean = CrossEntropy.mean().delta(delta).on(backend(seed));
    float[] losses = new float[of.rows];
    mean.perRow(of.yBatch, of.tBatch, losses);
    float[] gradient = new float[of.y.length];
    mean.lossAndGradient(of.yBatch, of.tBatch, Batch.of(gradient, of.rows, of.cols));
    for (int r : of.someRows()) {
      int at = r * of.cols;
      Exact row = Exact.crossEntropy(of.y, of.t, delta, at, at + of.cols);
      row.allow(0x1p-149);
      check(Bound.ANY_TARGETS_ROWS, row, losses[r], of, mean);
      for (int c : of.someCols()) {
        checkQuotient(of.y[at + c], of.t[at + c], delta, gradient[at + c], of, mean);
      }
    }
  }

  private static void checkLabels(double delta, Operands of, int seed, List<Backend> backends) {
    int[] labels = Labels.argmax(of.tBatch);
    Exact total = Exact.crossEntropy(of.yBatch, labels, delta);
    Targets hot = Targets.of(Labels.oneHot(labels, of.cols));
    for (Backend backend : backends) {
      for (Targets t : List.of(Targets.labels(labels), hot, Targets.argmax(of.tBatch))) {
        CrossEntropy sum = CrossEntropy.sum().delta(delta).on(backend);
        CrossEntropy mean = CrossEntropy.mean().delta(delta).on(backend);
        check(Bound.LABELS, total, sum.loss(of.yBatch, t), of, sum);
        check(Bound.LABELS, total, of.rows * mean.loss(of.yBatch, t), of, mean);
      }
    }
    CrossEntropy mean = CrossEntropy.mean().delta(delta).on(backend(seed));
    float[] losses = new float[of.rows];
    mean.perRow(of.yBatch, labels, losses);
    float[] gradient = new float[of.y.length];
    mean.lossAndGradient(of.yBatch, labels, Batch.of(gradient, of.rows, of.cols));
    for (int r : of.someRows()) {
      float y = of.yBatch.get(r, labels[r]);
      double ln = -StrictMath.log(y + (float) delta);
      check(Bound.LABELS_ROWS, ln, 0.84 * Math.ulp((float) ln), losses[r], of, mean);
      checkQuotient(y, 1, delta, gradient[r * of.cols + labels[r]], of, mean);
    }
  }

  /** The derivative −t / (y + δ), of a mean. */
  private static void checkQuotient(
      float y, float t, double delta, float actual, Operands of, Object computedBy) {
    double v = y < 0 ? y + (float) delta : y + delta;
    double exact = t == 0 ? 0 : v < 0 ? Double.NaN : -t / v / of.rows;
    if (Math.abs(exact) > Float.MAX_VALUE) {
      exact = Math.copySign(Double.POSITIVE_INFINITY, exact);
    }
    double bound = 5 * U * Math.abs(exact) + 0x1p-149;
    check(Bound.CROSS_ENTROPY_GRADIENT, exact, bound, actual, of, computedBy);
  }

  @ParameterizedTest(name = "{0}×{1} {2} seed {3}")
  @MethodSource("logits")
  void softmaxCrossEntropy(int rows, int cols, Logits kind, int seed) {
    checkSoftmax(rows, cols, kind, seed, TestData.backends());
  }

  @Tag("proof")
  @ParameterizedTest(name = "{0}×{1} {2} seed {3}")
  @MethodSource("largeLogits")
  void softmaxCrossEntropyOfLargeBatches(int rows, int cols, Logits kind, int seed) {
    isProof = true;
    checkSoftmax(rows, cols, kind, seed, List.of(backend(seed)));
  }

  private static void checkSoftmax(
      int rows, int cols, Logits kind, int seed, List<Backend> backends) {
    Soft soft = Soft.values()[(seed / 100 + seed % 100) % 3];
    Element target = (random, i, x, t) -> t[i] = soft.next(random);
    Operands of = new Operands(rows, cols, kind, target, seed);
    Random random = new Random(seed + 1);
    int[] labels = new int[rows];
    ExactSoftmax[] exact = new ExactSoftmax[rows];
    for (int r = 0; r < rows; r++) {
      kind.row.write(random, of.y, r * cols, cols);
      labels[r] = random.nextInt(cols);
      exact[r] = new ExactSoftmax(of.y, r * cols, cols);
    }
    // Every other label is right.
    int[] best = Labels.argmax(of.yBatch);
    for (int r = 0; r < rows; r += 2) {
      labels[r] = best[r];
    }
    Exact ofLabels = Exact.sum(0, rows, (r, sum) -> exact[r].addLabel(labels[r], sum));
    Exact ofTargets = Exact.sum(0, rows, (r, sum) -> exact[r].addTargets(of.t, cols, sum));
    Batch hot = Labels.oneHot(labels, cols);
    for (Backend backend : backends) {
      SoftmaxCrossEntropy on = SoftmaxCrossEntropy.sum().on(backend);
      SoftmaxCrossEntropy mean = SoftmaxCrossEntropy.mean().on(backend);
      for (Targets t : List.of(Targets.labels(labels), Targets.of(hot))) {
        check(Bound.SOFTMAX_LABELS, ofLabels, on.loss(of.yBatch, t), of, on);
        check(Bound.SOFTMAX_LABELS, ofLabels, rows * mean.loss(of.yBatch, t), of, mean);
      }
      check(Bound.SOFTMAX_TARGETS, ofTargets, on.loss(of.yBatch, of.tBatch), of, on);
      check(Bound.SOFTMAX_TARGETS, ofTargets, rows * mean.loss(of.yBatch, of.tBatch), of, mean);
    }
    SoftmaxCrossEntropy on = SoftmaxCrossEntropy.sum().on(backend(seed));
    float[] losses = new float[rows];
    on.perRow(of.yBatch, labels, losses);
    for (int r : of.someRows()) {
      Exact row = new Exact();
      exact[r].addLabelOfRow(labels[r], row);
      check(Bound.SOFTMAX_LABELS_ROWS, row, losses[r], of, on);
    }
    on.perRow(of.yBatch, of.tBatch, losses);
    for (int r : of.someRows()) {
      Exact row = new Exact();
      exact[r].addTargets(of.t, cols, row);
      row.allow(0x1p-149);
      check(Bound.SOFTMAX_TARGETS_ROWS, row, losses[r], of, on);
    }
    Batch softmax = Batch.of(new float[of.y.length], rows, cols);
    on.softmax(of.yBatch, softmax);
    Batch gradient = Batch.of(new float[of.y.length], rows, cols);
    checkSoftmaxTargetsGradient(of, exact, on);
    Batch hessian = Batch.of(new float[of.y.length], rows, cols);
    on.lossGradientHessian(of.yBatch, labels, gradient, hessian);
    for (int r : of.someRows()) {
      for (int c : of.someCols()) {
        double p = exact[r].probability(c);
        double bound = U * (40 + exact[r].distance(c)) * p + 0x1p-126;
        check(Bound.SOFTMAX, p, bound, softmax.get(r, c), of, on);
        double second = U * (90 + 2 * exact[r].distance(c)) * p + 0x1p-125;
        check(Bound.SOFTMAX_HESSIAN, p * (1 - p), second, hessian.get(r, c), of, on);
        double derivative = p - (c == labels[r] ? 1 : 0);
        // The subtraction is rounded too.
        bound += U * Math.abs(derivative);
        check(Bound.SOFTMAX_GRADIENT, derivative, bound, gradient.get(r, c), of, on);
      }
    }
  }

  private static void checkSoftmaxTargetsGradient(
      Operands of, ExactSoftmax[] exact, SoftmaxCrossEntropy on) {
    Batch gradient = Batch.of(new float[of.y.length], of.rows, of.cols);
    Batch hessian = Batch.of(new float[of.y.length], of.rows, of.cols);
    on.lossGradientHessian(of.yBatch, of.tBatch, gradient, hessian);
    for (int r : of.someRows()) {
      double sum = 0;
      double size = 0;
      for (int c = 0; c < of.cols; c++) {
        sum += of.tBatch.get(r, c);
        size += Math.abs(of.tBatch.get(r, c));
      }
      for (int c : of.someCols()) {
        double p = exact[r].probability(c);
        double t = of.tBatch.get(r, c);
        double derivative = p * sum - t;
        double bound = U * ((40 + exact[r].distance(c)) * p * size + 2 * Math.abs(t));
        bound += 0x1p-126 * Math.max(1, size);
        double second = U * (90 + 2 * exact[r].distance(c)) * p * size;
        second += 0x1p-125 * Math.max(1, size);
        check(Bound.SOFTMAX_HESSIAN, p * (1 - p) * sum, second, hessian.get(r, c), of, on);
        check(Bound.SOFTMAX_TARGETS_GRADIENT, derivative, bound, gradient.get(r, c), of, on);
      }
    }
  }

  @ParameterizedTest(name = "{0}×{1} {2} seed {3}")
  @MethodSource("answers")
  void binaryLosses(int rows, int cols, Answers kind, int seed) {
    Operands of = new Operands(rows, cols, kind, kind.element, seed);
    for (double delta : rows * cols < 10_000 ? DELTAS : new double[] {DELTA}) {
      checkBinary(delta, of, seed, TestData.backends());
    }
    Operands logits = new Operands(rows, cols, kind, Answers.logits(kind.element), seed);
    for (float positiveWeight : new float[] {1, 0.3f}) {
      checkSigmoid(positiveWeight, logits, seed, TestData.backends());
    }
  }

  @Tag("proof")
  @ParameterizedTest(name = "{0}×{1} {2} seed {3}")
  @MethodSource("largeAnswers")
  void binaryLossesOfLargeBatches(int rows, int cols, Answers kind, int seed) {
    isProof = true;
    List<Backend> backends = List.of(backend(seed));
    checkBinary(DELTA, new Operands(rows, cols, kind, kind.element, seed), seed, backends);
    Operands logits = new Operands(rows, cols, kind, Answers.logits(kind.element), seed);
    checkSigmoid(seed % 2 == 0 ? 1 : 3, logits, seed, backends);
  }

  /** ln(y + δ), without what a sum beside 1 loses. */
  private static double lnOfSum(double y, double delta) {
    return y > 0.5 ? StrictMath.log1p(y - 1 + delta) : StrictMath.log(y + delta);
  }

  /** ln(1 − y + δ). */
  private static double lnOfComplement(double y, double delta) {
    return y < 0.5 ? StrictMath.log1p(delta - y) : StrictMath.log(1 - y + delta);
  }

  private static void addBinary(Operands of, int i, double delta, double most, Exact sum) {
    double ofOne = of.t[i] == 0 ? 0 : -of.t[i] * lnOfSum(of.y[i], delta);
    double ofZero = of.t[i] == 1 ? 0 : (of.t[i] - 1.0) * lnOfComplement(of.y[i], delta);
    sum.add(ofOne);
    sum.add(ofZero);
    sum.allow(most * U * (Math.abs(ofOne) + Math.abs(ofZero)) + 0x1p-148);
  }

  private static void checkBinary(double delta, Operands of, int seed, List<Backend> backends) {
    int n = of.y.length;
    double rounded = (float) delta;
    Exact total = Exact.sum(0, n, (i, sum) -> addBinary(of, i, rounded, 45, sum));
    for (Backend backend : backends) {
      BinaryCrossEntropy sum = BinaryCrossEntropy.sum().delta(delta).on(backend);
      BinaryCrossEntropy mean = BinaryCrossEntropy.mean().delta(delta).on(backend);
      check(Bound.BINARY, total, sum.loss(of.yBatch, of.tBatch), of, sum);
      check(Bound.BINARY, total, n * mean.loss(of.yBatch, of.tBatch), of, mean);
    }
    BinaryCrossEntropy on = BinaryCrossEntropy.sum().delta(delta).on(backend(seed));
    Batch gradient = Batch.of(new float[n], of.rows, of.cols);
    on.lossAndGradient(of.yBatch, of.tBatch, gradient);
    float[] losses = new float[of.rows];
    on.perRow(of.yBatch, of.tBatch, losses);
    for (int r : of.someRows()) {
      if (of.cols == 1) {
        Exact row = new Exact();
        addBinary(of, r, rounded, 8, row);
        check(Bound.BINARY_ROWS, row, losses[r], of, on);
      }
      for (int c : of.someCols()) {
        int i = r * of.cols + c;
        double ofOne = of.t[i] == 0 ? 0 : of.t[i] / (of.y[i] + rounded);
        double ofZero = of.t[i] == 1 ? 0 : (1.0 - of.t[i]) / (1 - (double) of.y[i] + rounded);
        double exact = asFloat(ofZero - ofOne);
        double most = 6 * U * (ofOne + ofZero) + 0x1p-148;
        // Divided by as much as the float sum may be, and not by zero.
        check(Bound.BINARY_GRADIENT, exact, most, gradient.get(r, c), of, on);
      }
    }
  }

  /** Infinity where a float has to be. */
  private static double asFloat(double x) {
    return Math.abs(x) > Float.MAX_VALUE ? Math.copySign(Double.POSITIVE_INFINITY, x) : x;
  }

  /** ln(1 + e^x). */
  private static double softplus(double x) {
    return Math.max(x, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(x)));
  }

  private static double sigmoid(double x) {
    double e = StrictMath.exp(-Math.abs(x));
    return (x < 0 ? e : 1) / (1 + e);
  }

  private static void addSigmoid(Operands of, int i, float weight, double most, Exact sum) {
    double loss =
        weight * (double) of.t[i] * softplus(-of.y[i]) + (1.0 - of.t[i]) * softplus(of.y[i]);
    sum.add(loss);
    sum.allow(most * U * loss + 0x1p-148);
  }

  private static void checkSigmoid(float weight, Operands of, int seed, List<Backend> backends) {
    int n = of.y.length;
    Exact total = Exact.sum(0, n, (i, sum) -> addSigmoid(of, i, weight, 45, sum));
    for (Backend backend : backends) {
      SigmoidCrossEntropy sum = SigmoidCrossEntropy.sum().positiveWeight(weight).on(backend);
      SigmoidCrossEntropy mean = SigmoidCrossEntropy.mean().positiveWeight(weight).on(backend);
      check(Bound.SIGMOID_LOSS, total, sum.loss(of.yBatch, of.tBatch), of, sum);
      check(Bound.SIGMOID_LOSS, total, n * mean.loss(of.yBatch, of.tBatch), of, mean);
    }
    SigmoidCrossEntropy on = SigmoidCrossEntropy.sum().positiveWeight(weight).on(backend(seed));
    Batch gradient = Batch.of(new float[n], of.rows, of.cols);
    Batch hessian = Batch.of(new float[n], of.rows, of.cols);
    Batch probabilities = Batch.of(new float[n], of.rows, of.cols);
    on.lossGradientHessian(of.yBatch, of.tBatch, gradient, hessian);
    on.sigmoid(of.yBatch, probabilities);
    float[] losses = new float[of.rows];
    on.perRow(of.yBatch, of.tBatch, losses);
    for (int r : of.someRows()) {
      if (of.cols == 1) {
        Exact row = new Exact();
        addSigmoid(of, r, weight, 10, row);
        check(Bound.SIGMOID_ROWS, row, losses[r], of, on);
      }
      for (int c : of.someCols()) {
        int i = r * of.cols + c;
        double p = sigmoid(of.y[i]);
        double q = sigmoid(-of.y[i]);
        double a = weight * (double) of.t[i];
        double b = 1.0 - of.t[i];
        check(Bound.SIGMOID, p, 4 * U * p + 0x1p-148, probabilities.get(r, c), of, on);
        double most = 8 * U * (a * q + b * p) + 0x1p-140;
        check(Bound.SIGMOID_GRADIENT, b * p - a * q, most, gradient.get(r, c), of, on);
        double second = (a + b) * p * q;
        most = 10 * U * second + 0x1p-140;
        check(Bound.SIGMOID_HESSIAN, second, most, hessian.get(r, c), of, on);
      }
    }
  }

  /** In a mean of many rows, t / rows may be subnormal where t / rows / v is not. */
  @Test
  void aGradientKeepsTheDigitsOfATinyTarget() {
    int rows = 60_000;
    float[] y = new float[2 * rows];
    float[] t = new float[2 * rows];
    Arrays.fill(y, 1e-7f);
    Arrays.fill(t, 1.5e-38f);
    for (Backend backend : TestData.backends()) {
      float[] gradient = new float[2 * rows];
      CrossEntropy.mean()
          .delta(0)
          .on(backend)
          .lossAndGradient(Batch.of(y, rows, 2), Batch.of(t, rows, 2), Batch.of(gradient, rows, 2));
      double exact = -(double) t[0] / y[0] / rows;
      assertEquals(exact, gradient[2 * rows - 1], 5 * U * -exact, backend::toString);
    }
  }

  /** The book's loops, with a sum that is a float, are further off: the bounds tell. */
  @Test
  void aSumInFloatIsNotWithinTheBounds() {
    for (Differences kind :
        new Differences[] {
          Differences.PROBABILITIES, Differences.ALIKE, Differences.NEARLY_EQUAL
        }) {
      Operands of = new Operands(1000, 300, kind, kind.element, 7);
      float sum = 0;
      for (int i = 0; i < of.y.length; i++) {
        sum += (of.y[i] - of.t[i]) * (of.y[i] - of.t[i]);
      }
      Exact exact = Exact.squaredError(of.y, of.t, 0, of.y.length);
      assertFalse(exact.allows(sum), kind + ", seed 7: " + sum + ", " + exact);
      assertTrue(exact.allows(2 * SquaredError.halfSum().loss(of.yBatch, of.tBatch)));
    }
    for (Terms kind : new Terms[] {Terms.PROBABILITIES, Terms.ALIKE}) {
      Operands of = new Operands(1000, 300, kind, kind.element, 7);
      float sum = 0;
      for (int i = 0; i < of.y.length; i++) {
        sum += -of.t[i] * Math.log(of.y[i] + DELTA);
      }
      Exact exact = Exact.crossEntropy(of.y, of.t, DELTA, 0, of.y.length);
      assertFalse(exact.allows(sum), kind + ", seed 7: " + sum + ", " + exact);
      assertTrue(exact.allows(CrossEntropy.sum().loss(of.yBatch, of.tBatch)));
      int[] labels = new int[1000];
      float ofLabels = 0;
      for (int r = 0; r < 1000; r++) {
        ofLabels += -Math.log(of.yBatch.get(r, 0) + DELTA);
      }
      exact = Exact.crossEntropy(of.yBatch, labels, DELTA);
      assertFalse(exact.allows(ofLabels), kind + ", seed 7: " + ofLabels + ", " + exact);
      assertTrue(exact.allows(CrossEntropy.sum().loss(of.yBatch, labels)));
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

package org.simdloss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.simdloss.TestData.Shape;
import org.simdloss.TestData.Values;

/**
 * A sum of logarithms is taken as the logarithm of a product, 16 lanes of factors in groups of 512
 * rows: what a product would hide must come out all the same.
 */
class ProductsTest {
  private static final float NAN = Float.NaN;
  private static final float INFINITY = Float.POSITIVE_INFINITY;

  /** Around what is cut: vectors, lanes, words of one-hot bits; groups; blocks of 1920 and 384. */
  private static final int[] ROWS =
      IntStream.concat(
              IntStream.rangeClosed(1, 40),
              IntStream.of(383, 385, 511, 512, 513, 1919, 1920, 1921, 3839, 3840, 3841))
          .toArray();

  /** Fails if a loss is not within its bound, on a backend, for targets of any form. */
  private static void check(float[] factors, int cols, double delta, String what) {
    int rows = factors.length;
    Shape shape = new Shape(rows, cols, 0, 0);
    Random random = new Random(rows);
    // Beside the labels there is what would show if it were read.
    Batch y = shape.batch(random, Values.HOSTILE);
    Batch greatest = shape.batch(random, Values.PROBABILITIES);
    int[] labels = shape.labels(random);
    for (int r = 0; r < rows; r++) {
      y.data()[r * cols + labels[r]] = factors[r];
      greatest.data()[r * cols + labels[r]] = 1.5f;
    }
    Exact expected = Exact.crossEntropy(y, labels, delta);
    Batch hot = TestData.oneHot(shape, labels);
    for (Backend backend : TestData.backends()) {
      CrossEntropy loss = CrossEntropy.sum().delta(delta).on(backend);
      for (Targets t :
          List.of(
              Targets.labels(labels),
              Targets.of(hot),
              Targets.argmax(hot),
              Targets.argmax(greatest))) {
        double actual = loss.loss(y, t);
        assertTrue(
            expected.allows(actual),
            () -> what + ", " + loss + ", " + t + ": " + actual + ", not " + expected);
      }
    }
  }

  private static float[] factors(int rows, float factor) {
    float[] factors = new float[rows];
    Arrays.fill(factors, factor);
    return factors;
  }

  /** Rows that lie in the same lane as a given one, beside it, in other groups and other blocks. */
  private static List<int[]> pairs(int rows) {
    List<int[]> pairs = new ArrayList<>();
    for (int first : new int[] {0, 5, rows / 2, rows - 17, rows - 1}) {
      for (int apart : new int[] {0, 1, 2, 8, 16, 32, 384, 512, 1920}) {
        if (first >= 0 && first + apart < rows) {
          pairs.add(new int[] {first, first + apart});
        }
      }
    }
    pairs.add(new int[] {0, rows - 1});
    return pairs;
  }

  static int[] rows() {
    return ROWS;
  }

  /** A little below 0, but not below −δ, and −0: to some backends not a matter of course. */
  @ParameterizedTest(name = "{0} rows")
  @MethodSource("rows")
  void factorsOfNegativePredictionsGiveTheSameBits(int rows) {
    Random random = new Random(rows);
    int[] labels = new int[rows];
    for (int i = 0; i < 40; i++) {
      float[] y = factors(rows, 0.5f);
      for (int r = 0; r < rows; r++) {
        y[r] = random.nextFloat();
      }
      y[random.nextInt(rows)] = i % 2 == 0 ? -1e-8f : -0f;
      Batch batch = Batch.of(y, rows, 1);
      double expected = CrossEntropy.sum().on(Backend.scalar()).loss(batch, labels);
      for (Backend backend : TestData.backends()) {
        assertEquals(expected, CrossEntropy.sum().on(backend).loss(batch, labels), "seed " + rows);
      }
    }
  }

  /** Two factors, each of which spoils a product by itself, and which together may look sound. */
  @ParameterizedTest(name = "{0} rows")
  @MethodSource("rows")
  void twoBadFactorsAreSeen(int rows) {
    float[][] bad = {
      {-0.5f, -0.5f},
      {-0.5f, -3f},
      {NAN, NAN},
      {NAN, 0.5f},
      {0.5f, INFINITY},
      {INFINITY, INFINITY},
      {NAN, INFINITY},
      {-0.5f, INFINITY},
      {-INFINITY, -INFINITY},
      {-INFINITY, INFINITY},
      {-INFINITY, -0.5f},
      {0, INFINITY},
      {0, -0.5f},
      {-0f, NAN},
      {0, 0},
      {1e-38f, 1e38f},
      {1e38f, 1e38f},
    };
    int[] columns = {1, 2, 10, 100};
    int turn = 0;
    for (int[] pair : pairs(rows)) {
      // All of them in turn, a third of them at each place.
      for (int k = turn % 3; k < bad.length; k += rows > 40 ? 6 : 3) {
        float[] two = bad[k];
        float[] factors = factors(rows, 0.5f);
        factors[pair[0]] = two[0];
        factors[pair[1]] = two[1];
        int cols = columns[turn++ % (rows > 40 ? 3 : 4)];
        double delta = turn % 3 == 0 ? 0 : 1e-7;
        check(factors, cols, delta, Arrays.toString(two) + " in " + Arrays.toString(pair));
      }
    }
  }

  /** Runs of factors that take a product out of the range of double, or to its ends. */
  @ParameterizedTest(name = "{0} columns")
  @ValueSource(ints = {1, 2, 10, 100})
  void runsOfFactorsAreSummed(int cols) {
    float below2 = Math.nextDown(2f);
    float[][] runs = {
      {1},
      {2},
      {below2},
      {Math.nextUp(2f)},
      {Math.nextDown(1f)},
      {Math.nextUp(1f)},
      {0},
      {1e-38f},
      {1e38f},
      {1e-38f, 1e38f},
      {1e-38f, below2},
      {1e-30f, below2, 0.5f},
      {Float.MIN_VALUE},
      {Float.MIN_VALUE, below2},
      {1e-40f, 1},
      {1e-40f, 1e38f, below2},
      {1, 2},
      {0.75f, 0},
    };
    int[] lengths = cols == 1 ? new int[] {1, 16, 100, 512} : new int[] {128};
    for (int rows : ROWS) {
      if (rows > 40 && rows * cols > 39_000) {
        continue;
      }
      for (float[] run : runs) {
        for (int length : rows < 16 ? new int[] {1} : rows <= 40 ? new int[] {1, 8} : lengths) {
          float[] factors = new float[rows];
          for (int r = 0; r < rows; r++) {
            factors[r] = run[r / length % run.length];
          }
          double delta = (rows + length) % 3 == 0 ? 1e-7 : 0;
          check(factors, cols, delta, Arrays.toString(run) + ", each " + length + " times");
          if (run.length == 1) {
            break;
          }
        }
      }
    }
  }

  /** Numbers that are no positive normal floats, alone and among others, at any place. */
  @Test
  void productsOfOddFactors() {
    for (float odd :
        new float[] {
          0, -0f, 1e-40f, -1e-40f, Float.MIN_VALUE, Float.MIN_NORMAL, -0x1p-60f, -1e-7f, 2, 1e38f
        }) {
      for (double delta : new double[] {0, 0x1p-126, 1e-30, 0x1p-61, 0x1p-60, 1e-7, 1}) {
        for (int rows : new int[] {1, 31, 520}) {
          for (int every : new int[] {1, 7, 400}) {
            float[] factors = factors(rows, 0.75f);
            for (int r = 0; r < rows; r += every) {
              factors[r] = odd;
            }
            check(factors, 1, delta, odd + " every " + every);
          }
        }
      }
    }
  }

  /**
   * A lane's product falls among the subnormals, where it has few digits left, and rises again to
   * where nothing is seen of it.
   */
  @Test
  void digitsThatAreLostMidwayAreNotMissed() {
    for (int small = 1; small < 32; small++) {
      for (float least : new float[] {1.7e-38f, 3.3e-42f, 1.1e-33f, 1.3e-36f}) {
        for (int lanes : new int[] {1, 15, 16}) {
          float[] factors = factors(512, Math.nextDown(2f));
          for (int i = 0; i < small; i++) {
            for (int lane = 0; lane < lanes; lane++) {
              factors[16 * i + lane] = least;
            }
          }
          check(factors, 1, 0, small + " of " + least + " in " + lanes + " lanes");
        }
      }
    }
  }

  /** y + δ where they cancel: exact, and nothing of it is lost beside ones. */
  @Test
  void whatIsLeftOfDeltaCounts() {
    for (double delta : new double[] {1e-7, 0x1p-10, 0.01, 1e-30}) {
      for (int rows : new int[] {1, 16, 513}) {
        for (int ulps = -2; ulps <= 2; ulps++) {
          float y = (float) -delta + ulps * Math.ulp((float) delta);
          float[] factors = factors(rows, 1);
          factors[rows / 2] = y;
          check(factors, 2, delta, "y = " + y);
          check(factors(rows, y), 2, delta, "all y = " + y);
        }
      }
    }
  }
}

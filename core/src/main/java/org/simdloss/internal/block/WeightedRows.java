package org.simdloss.internal.block;

import java.util.Arrays;
import org.simdloss.internal.kernel.Block;
import org.simdloss.internal.kernel.Kernels;
import org.simdloss.internal.math.ExactSum;

/**
 * The rows of a block with their weights, and with their targets as {@link TargetOptions} and
 * weights make them: w · ((1 − ε) · t + ε / cols).
 *
 * <p>A row that is ignored has weight 0. Nothing of a row of weight 0 may reach a result, so
 * whatever is made of it here is 0, even where its targets are NaN.
 */
public final class WeightedRows {
  /** Most weights, times this, are whole numbers, whose sum is exact in any order. */
  private static final double FIXED = 0x1p40;

  /** A double whose unit in the last place is 1, and the most that may be added to it. */
  private static final double MAGIC = 0x1.8p52;

  private static final long MAGIC_BITS = Double.doubleToRawLongBits(MAGIC);
  private static final long MOST = (1L << 51) - 1;

  private static final int ONE = Float.floatToRawIntBits(1);

  private final Workspace work;

  /** Of each row that was weighed last. */
  public final float[] weights = new float[Block.ELEMENTS];

  /** Whether one of them may be 0. */
  public boolean mayBeZero;

  /** What its targets are multiplied by: w · (1 − ε). */
  public final float[] scales = new float[Block.ELEMENTS];

  /** What is subtracted from each of them then: −w · ε / cols. */
  public final float[] shifts = new float[Block.ELEMENTS];

  /** The sum of all rows' weights: the nearest number. */
  public double sum;

  /** Whether it is no other. */
  public boolean isSumExact;

  private final int[] columns = new int[Block.ELEMENTS];

  WeightedRows(Workspace work) {
    this.work = work;
  }

  /** Sums up the weights of all rows; false if one is negative or not finite. */
  public boolean sum(int[] labels, TargetOptions options) {
    float[] given = work.weights;
    boolean ignores = options.ignores() && labels != null;
    if (given == null) {
      sum = ignores ? kept(labels, options.ignored()) : work.rows;
      isSumExact = true;
      return true;
    }
    if (ignores || !sumFixed(given, work.weightsAt, work.rows)) {
      if (!areValid(given, work.weightsAt, work.rows)) {
        return false;
      }
      sumPrecisely(labels, options);
    }
    return true;
  }

  /** Whether a number may be a weight. */
  public static boolean isValid(float weight) {
    return weight >= 0 && weight <= Float.MAX_VALUE;
  }

  private static boolean areValid(float[] weights, int at, int rows) {
    boolean valid = true;
    for (int r = at; r < at + rows; r++) {
      valid &= isValid(weights[r]);
    }
    return valid;
  }

  /**
   * In whole numbers; false if they can not hold all weights or the sum, or a weight is negative or
   * not finite.
   */
  private boolean sumFixed(float[] weights, int at, int rows) {
    long total = 0;
    long all = 0;
    long lost = 0;
    long zeros = 0; // negative if a weight is 0
    for (int r = at; r < at + rows; r++) {
      double weight = FIXED * weights[r];
      double shifted = weight + MAGIC; // whose last bits are the weight, rounded
      long fixed = Double.doubleToRawLongBits(shifted) - MAGIC_BITS;
      lost |= Double.doubleToRawLongBits(shifted - MAGIC - weight);
      all |= fixed;
      zeros |= fixed - 1;
      total += fixed;
    }
    sum = total / FIXED;
    isSumExact = (long) (double) total == total;
    work.mayHaveZeroWeights = zeros < 0;
    return lost << 1 == 0 && all >= 0 && all <= Math.min(MOST, Long.MAX_VALUE / Math.max(1, rows));
  }

  /** How many rows are not ignored. */
  private int kept(int[] labels, int ignored) {
    int kept = 0;
    int at = work.t.at();
    int end = at + work.rows;
    for (int r = at; r < end; r++) {
      kept += ClassLabels.kept(labels[r], ignored) >>> 31; // a form of which C2 makes vectors
    }
    return kept;
  }

  /** In two numbers, of which the second has what the first has lost; or as it may be. */
  private void sumPrecisely(int[] labels, TargetOptions options) {
    double high = 0;
    double low = 0;
    double lost = 0;
    for (int row = 0; row < work.rows; row++) {
      double weight = work.weight(labels, options, row);
      double next = high + weight;
      double rest = lost(high, weight, next);
      double nextLow = low + rest;
      lost += Math.abs(lost(low, rest, nextLow));
      high = next;
      low = nextLow;
    }
    sum = high + low;
    isSumExact = false;
    if (lost != 0) {
      long[] exact = new long[ExactSum.LENGTH];
      for (int row = 0; row < work.rows; row++) {
        ExactSum.add(exact, 0, work.weight(labels, options, row));
      }
      sum = ExactSum.value(exact, 0);
    }
  }

  /** What is lost in a + b = sum. */
  private static double lost(double a, double b, double sum) {
    double added = sum - a;
    return (a - (sum - added)) + (b - added);
  }

  /** Names the first row whose weight is negative or not finite, where there is one. */
  public IllegalArgumentException badWeight() {
    int row = 0;
    float weight = work.weights[work.weightsAt];
    while (row < work.rows - 1 && isValid(weight)) {
      weight = work.weights[work.weightsAt + ++row];
    }
    return badWeight(weight, row);
  }

  public static IllegalArgumentException badWeight(float weight, int row) {
    return new IllegalArgumentException(
        "weight " + weight + " of row " + row + "; allowed: finite, 0 or more");
  }

  /** Finds the weights of {@code count} rows. */
  public void weigh(int[] labels, TargetOptions options, int row, int count) {
    float[] given = work.weights;
    mayBeZero = options.ignores();
    if (given == null) {
      Arrays.fill(weights, 0, count, 1);
    } else {
      copyWeights(given, work.weightsAt + row, count);
    }
    if (options.ignores() && labels != null) {
      int at = work.t.row(row);
      int ignored = options.ignored();
      for (int r = 0; r < count; r++) {
        weights[r] *= -ClassLabels.kept(labels[at + r], ignored); // 1 or 0
      }
    }
    double epsilon = options.smoothing();
    if (epsilon == 0) {
      System.arraycopy(weights, 0, scales, 0, count);
      return;
    }
    if (given == null && !mayBeZero) {
      Arrays.fill(scales, 0, count, (float) (1 - epsilon));
      Arrays.fill(shifts, 0, count, (float) (-epsilon / work.cols));
      return;
    }
    for (int r = 0; r < count; r++) {
      scales[r] = (float) ((1 - epsilon) * weights[r]);
      shifts[r] = (float) (-epsilon / work.cols * weights[r]);
    }
  }

  private void copyWeights(float[] given, int at, int count) {
    if (!work.mayHaveZeroWeights) {
      System.arraycopy(given, at, weights, 0, count);
      return;
    }
    for (int r = 0; r < count; r++) {
      weights[r] = given[at + r] + 0f; // −0 becomes 0
      mayBeZero |= weights[r] == 0;
    }
  }

  /**
   * The hot columns of the same rows, or null, as {@link TargetRows#hotColumns}: column 0 stands
   * for a label that is ignored.
   */
  public int[] hotColumns(
      Kernels kernels, float[] t, int[] labels, TargetOptions options, int row, int count) {
    int[] found = work.t.hotColumns(kernels, t, labels, row, count);
    if (labels == null || !options.ignores()) {
      return found;
    }
    int from = work.t.columnsFrom;
    int ignored = options.ignored();
    for (int r = 0; r < count; r++) {
      columns[r] = labels[from + r] & ClassLabels.kept(labels[from + r], ignored);
    }
    work.t.columnsFrom = 0;
    return columns;
  }

  /** Reads y at the rows' labels, or 1 where a row is ignored; returns how many are. */
  public int readAtLabels(float[] y, int[] labels, int ignored, int row, int count, float[] into) {
    int kept = 0;
    int label = work.t.row(row);
    int stride = work.y.stride();
    if (!work.y.isArray()) {
      for (int r = 0; r < count; r++) {
        int of = labels[label + r];
        into[r] = of == ignored ? 1 : work.y.get(y, row + r, of);
        kept += of == ignored ? 0 : 1;
      }
      return count - kept;
    }
    for (int r = 0, i = work.y.row(row); r < count; r++, i += stride) {
      int counts = ClassLabels.kept(labels[label + r], ignored);
      int bits = Float.floatToRawIntBits(y[i + (labels[label + r] & counts)]);
      into[r] = Float.intBitsToFloat(bits & counts | ONE & ~counts);
      kept -= counts;
    }
    return count - kept;
  }

  /**
   * Targets, as weights and smoothing make them, of n elements from element {@code first} on: whole
   * rows that have been weighed, or a piece of one; in the scratch, from {@link Block#T} on.
   */
  public void writeTargets(
      Kernels kernels, float[] t, int[] labels, TargetOptions options, int first, int n) {
    int rows = Math.max(1, n / work.cols);
    int cols = n / rows;
    float[] out = work.scratch;
    if (work.t.areLabels(labels)) {
      writeHot(kernels, t, labels, options, first, n);
    } else {
      float[] in = work.t.read(kernels, t, first, n, Block.TERMS);
      writeScaled(kernels, in, work.t.from, rows, cols);
    }
    if (options.smoothing() > 0) {
      kernels.subtractShifts(out, Block.T, rows, cols, shifts, out, Block.T);
    }
  }

  private void writeHot(
      Kernels kernels, float[] t, int[] labels, TargetOptions options, int first, int n) {
    float[] out = work.scratch;
    Arrays.fill(out, Block.T, Block.T + n, 0);
    int from = first / work.cols;
    for (int row = from; row < work.rows && row * work.cols - first < n; row++) {
      if (weights[row - from] != 0) { // an ignored label need not be a column
        int i = row * work.cols - first + work.t.column(kernels, t, labels, row);
        if (i >= 0 && i < n) {
          out[Block.T + i] = scales[row - from];
        }
      }
    }
  }

  /**
   * Target values multiplied by their rows' scales, in the scratch, from {@link Block#T} on.
   *
   * @param at where in {@code t}, which is not there itself
   */
  public void writeScaled(Kernels kernels, float[] t, int at, int rows, int cols) {
    writeScaled(kernels, t, at, rows, cols, Block.ONES, Block.T);
  }

  /**
   * The same, multiplied by a second factor for each row.
   *
   * @param to where in the scratch
   */
  public void writeScaled(
      Kernels kernels, float[] t, int at, int rows, int cols, float[] second, int to) {
    kernels.scaleRows(t, at, rows, cols, scales, second, work.scratch, to);
    clear(work.scratch, to, rows, cols);
  }

  /** Writes 0 to all elements of rows of weight 0. */
  public void clear(float[] x, int at, int rows, int cols) {
    for (int r = 0; mayBeZero && r < rows; r++) {
      if (weights[r] == 0) {
        Arrays.fill(x, at + r * cols, at + (r + 1) * cols, 0);
      }
    }
  }
}

package org.simdloss.internal.kernel;

import java.util.Arrays;
import org.simdloss.internal.math.Exp;
import org.simdloss.internal.math.Fma;
import org.simdloss.internal.math.Ln;

/** The kernels in plain Java: the reference that the vector kernels must equal. */
public sealed class ScalarKernels implements Kernels permits ScalarKernels.Twin {
  public static final ScalarKernels INSTANCE = new ScalarKernels();

  static final int EXP_LIMIT_BITS = Float.floatToRawIntBits(EXP_LIMIT);
  static final int MASKED_BITS = Float.floatToRawIntBits(Float.NEGATIVE_INFINITY);
  private static final int INFINITY_BITS = Float.floatToRawIntBits(Float.POSITIVE_INFINITY);

  /**
   * The same, of another class. Where C2 has met two classes of kernels it makes the loops of both
   * part of the method that calls them, which is then so large that JDK 17 boxes vectors in it. Of
   * three it calls the loops, each of which it compiles by itself. A preparation compares with
   * these.
   */
  public static final ScalarKernels TWIN = new Twin();

  /** See {@link #TWIN}. */
  public static final class Twin extends ScalarKernels {}

  private static final int ONE = Float.floatToRawIntBits(1);

  private ScalarKernels() {}

  @Override
  public String name() {
    return "scalar";
  }

  @Override
  public double sumSquares(float[] y, int yAt, float[] t, int tAt, int n, float[] scratch) {
    Arrays.fill(scratch, Block.LANES, Block.LANES + Lanes.COUNT, 0);
    for (int i = 0; i < n; i += Lanes.COUNT) {
      addSquares(y, yAt + i, t, tAt + i, 0, Math.min(Lanes.COUNT, n - i), scratch);
    }
    return Lanes.fold(scratch, Block.LANES);
  }

  /** Adds the squares of at most 64 elements to their lanes, the first of them to {@code lane}. */
  static void addSquares(float[] y, int yAt, float[] t, int tAt, int lane, int n, float[] scratch) {
    for (int i = 0, at = Block.LANES + lane; i < n; i++) {
      float d = y[yAt + i] - t[tAt + i];
      scratch[at + i] = Fma.fma(d, d, scratch[at + i]);
    }
  }

  @Override
  public double sumTimesLn(
      float[] y, int yAt, float delta, float[] t, int tAt, int n, float[] scratch) {
    Arrays.fill(scratch, Block.LANES, Block.LANES + Lanes.COUNT, 0);
    for (int i = 0; i < n; i += Lanes.COUNT) {
      addTimesLn(y, yAt + i, delta, t, tAt + i, 0, Math.min(Lanes.COUNT, n - i), scratch);
    }
    return Lanes.fold(scratch, Block.LANES);
  }

  /** Adds at most 64 elements' t · ln(y + delta) to their lanes. */
  static void addTimesLn(
      float[] y, int yAt, float delta, float[] t, int tAt, int lane, int n, float[] scratch) {
    for (int i = 0, at = Block.LANES + lane; i < n; i++) {
      float target = t[tAt + i];
      if (target != 0) {
        scratch[at + i] = Fma.fma(Ln.of(y[yAt + i] + delta), target, scratch[at + i]);
      }
    }
  }

  @Override
  public void squares(float[] y, int yAt, float[] t, int tAt, int n, float[] out, int outAt) {
    for (int i = 0; i < n; i++) {
      float d = y[yAt + i] - t[tAt + i];
      out[outAt + i] = d * d;
    }
  }

  @Override
  public void differences(
      float[] y, int yAt, float[] t, int tAt, float factor, int n, float[] out, int outAt) {
    for (int i = 0; i < n; i++) {
      // Adding 0 turns -0 into +0, here and below.
      out[outAt + i] = (y[yAt + i] - t[tAt + i]) * factor + 0f;
    }
  }

  @Override
  public void quotients(
      float[] y,
      int yAt,
      float delta,
      float[] t,
      int tAt,
      float factor,
      int n,
      float[] out,
      int outAt) {
    if (areNormal(y, yAt, delta, n)) {
      quotientsOfNormal(y, yAt, delta, t, tAt, factor, n, out, outAt);
      return;
    }
    for (int i = 0; i < n; i++) {
      out[outAt + i] = quotient(y[yAt + i] + delta, t[tAt + i], factor);
    }
  }

  static void quotientsOfNormal(
      float[] y,
      int yAt,
      float delta,
      float[] t,
      int tAt,
      float factor,
      int n,
      float[] out,
      int outAt) {
    for (int i = 0; i < n; i++) {
      out[outAt + i] = factor / (y[yAt + i] + delta) * t[tAt + i] + 0f;
    }
  }

  /** Where factor / v may be infinite, or v has lost digits, in {@code double}. */
  private static float quotient(float v, float t, float factor) {
    if (Ln.isNormal(v)) {
      return factor / v * t + 0f;
    }
    return t == 0 ? 0 : v < 0 ? Float.NaN : (float) ((double) t * factor / v) + 0f;
  }

  @Override
  public void clip(float[] x, int at, float least, float most, int n, float[] out, int outAt) {
    for (int i = 0; i < n; i++) {
      out[outAt + i] = Math.min(Math.max(x[at + i], least), most);
    }
  }

  @Override
  public void clip(float[] x, float[] beside, float least, float most, int n) {
    clip(x, beside, least, most, 0, n);
  }

  static void clip(float[] x, float[] beside, float least, float most, int from, int n) {
    for (int i = from; i < n; i++) {
      if (x[i] < least || x[i] > most) {
        beside[i] = 0;
        x[i] = x[i] < least ? least : most;
      }
    }
  }

  @Override
  public void subtractProducts(
      float[] x, int xAt, float[] t, int tAt, float factor, int n, float[] out, int outAt) {
    for (int i = 0; i < n; i++) {
      out[outAt + i] = x[xAt + i] - t[tAt + i] * factor + 0f;
    }
  }

  @Override
  public void timesLn(
      float[] y, int yAt, float delta, float[] t, int tAt, int n, float[] out, int outAt) {
    for (int i = 0; i < n; i++) {
      float target = t[tAt + i];
      out[outAt + i] = target != 0 ? target * Ln.of(y[yAt + i] + delta) + 0f : 0;
    }
  }

  /** Whether y + delta is positive, normal and finite throughout. */
  private static boolean areNormal(float[] y, int yAt, float delta, int n) {
    boolean normal = true;
    for (int i = yAt; i < yAt + n; i++) {
      normal &= Ln.isNormal(y[i] + delta);
    }
    return normal;
  }

  @Override
  public void ln(float[] y, int yAt, float delta, int n, float[] out, int outAt) {
    for (int i = 0; i < n; i++) {
      out[outAt + i] = Ln.of(y[yAt + i] + delta);
    }
  }

  @Override
  public boolean hotColumns(
      float[] t, int at, int rows, int cols, int[] columns, int columnsAt, long[] hotBits) {
    for (int r = 0; r < rows; r++) {
      int hot = hotColumn(t, at + r * cols, cols);
      if (hot < 0) {
        return false;
      }
      columns[columnsAt + r] = hot;
    }
    return true;
  }

  @Override
  public boolean hotValues(
      float[] t,
      int tAt,
      float[] y,
      int yAt,
      int rows,
      int cols,
      float[] values,
      int valuesAt,
      long[] hotBits) {
    for (int r = 0; r < rows; r++) {
      int hot = hotColumn(t, tAt + r * cols, cols);
      if (hot < 0) {
        return false;
      }
      values[valuesAt + r] = y[yAt + r * cols + hot];
    }
    return true;
  }

  /** The column of a row's 1.0; negative if it has not one, or something else than zeros beside. */
  private static int hotColumn(float[] t, int at, int cols) {
    int hot = -1;
    for (int c = 0; c < cols; c++) {
      float target = t[at + c];
      if (target != 0) {
        if (Float.floatToRawIntBits(target) != ONE || hot >= 0) {
          return -1;
        }
        hot = c;
      }
    }
    return hot;
  }

  /** False if the first n elements of a row show that it is not one-hot. */
  public static boolean mayBeHot(float[] t, int at, int n) {
    int hot = 0;
    for (int c = at; c < at + n; c++) {
      if (t[c] != 0) {
        if (t[c] != 1 || ++hot > 1) {
          return false;
        }
      }
    }
    return true;
  }

  private static boolean areWithinLimit(float[] x, int at, int n) {
    boolean withinLimit = true;
    for (int i = at; i < at + n; i++) {
      withinLimit &= Math.abs(x[i]) <= EXP_LIMIT;
    }
    return withinLimit;
  }

  @Override
  public boolean areWithinLimitOrMasked(float[] x, int at, int n) {
    boolean withinLimit = true;
    for (int i = at; i < at + n; i++) {
      withinLimit &= isWithinLimitOrMasked(x[i]);
    }
    return withinLimit;
  }

  static boolean isWithinLimitOrMasked(float x) {
    return Math.abs(x) <= EXP_LIMIT || x == Float.NEGATIVE_INFINITY;
  }

  @Override
  public void shifts(float[] x, int at, int rows, int cols, float[] shifts) {
    shifts(x, at, 0, rows, cols, shifts);
  }

  /**
   * @param row the row that begins at {@code at}
   */
  static void shifts(float[] x, int at, int row, int end, int cols, float[] shifts) {
    for (int r = row, i = at; r < end; r++) {
      int max = Integer.MIN_VALUE;
      int most = 0;
      for (int next = i + cols; i < next; i++) {
        int bits = Float.floatToRawIntBits(x[i]);
        max = Math.max(max, inOrder(bits));
        most = Math.max(most, bits == MASKED_BITS ? 0 : bits & Integer.MAX_VALUE);
      }
      shifts[r] = shift(most, max);
    }
  }

  /** Whole numbers in the order of the floats with these bits, but for NaN; and back. */
  private static int inOrder(int bits) {
    return bits ^ bits >> 31 & Integer.MAX_VALUE;
  }

  /**
   * A row's shift.
   *
   * @param most the greatest of the bits without signs of logits that are not masked: above
   *     infinity's if one is NaN
   * @param max the greatest {@link #inOrder}
   */
  static float shift(int most, int max) {
    if (most <= EXP_LIMIT_BITS) {
      return 0;
    }
    return most > INFINITY_BITS ? Float.NaN : Float.intBitsToFloat(inOrder(max));
  }

  @Override
  public void subtractShifts(
      float[] x, int at, int rows, int cols, float[] shifts, float[] out, int outAt) {
    subtractShifts(x, at, 0, rows, cols, shifts, out, outAt);
  }

  /**
   * @param row the row that begins at {@code at} and {@code outAt}
   */
  static void subtractShifts(
      float[] x, int at, int row, int end, int cols, float[] shifts, float[] out, int outAt) {
    for (int r = row, i = 0; r < end; r++) {
      float shift = shifts[r];
      for (int next = i + cols; i < next; i++) {
        out[outAt + i] = x[at + i] - shift;
      }
    }
  }

  @Override
  public float max(float[] x, int at, int n) {
    float max = Float.NEGATIVE_INFINITY;
    for (int i = at; i < at + n; i++) {
      max = Math.max(max, x[i]);
    }
    return max;
  }

  @Override
  public int argmax(float[] x, int at, int n) {
    float best = x[at];
    int first = 0;
    for (int i = 1; i < n && best == best; i++) {
      if (!(x[at + i] <= best)) {
        best = x[at + i];
        first = i;
      }
    }
    return first;
  }

  @Override
  public boolean expIfWithinLimit(float[] x, int xAt, int n, float[] out, int outAt) {
    boolean withinLimit = areWithinLimit(x, xAt, n);
    if (withinLimit) {
      exp(x, xAt, n, true, out, outAt);
    }
    return withinLimit;
  }

  @Override
  public boolean expIfWithinLimitOrMasked(float[] x, int xAt, int n, float[] out, int outAt) {
    boolean withinLimit = areWithinLimitOrMasked(x, xAt, n);
    if (withinLimit) {
      exp(x, xAt, n, false, out, outAt);
    }
    return withinLimit;
  }

  @Override
  public void exp(float[] x, int xAt, int n, boolean withinLimit, float[] out, int outAt) {
    for (int i = 0; i < n; i++) {
      out[outAt + i] = Exp.of(x[xAt + i]);
    }
  }

  @Override
  public void scaledExp(
      float[] x, int xAt, int n, float first, float second, float[] out, int outAt) {
    for (int i = 0; i < n; i++) {
      out[outAt + i] = Exp.of(x[xAt + i]) * first * second;
    }
  }

  @Override
  public double sum(float[] x, int at, int n, float[] scratch) {
    Arrays.fill(scratch, Block.LANES, Block.LANES + Lanes.COUNT, 0);
    for (int i = 0; i < n; i += Lanes.COUNT) {
      add(x, at + i, 0, Math.min(Lanes.COUNT, n - i), scratch);
    }
    return Lanes.fold(scratch, Block.LANES);
  }

  /** Adds at most 64 elements to their lanes, the first of them to {@code lane}. */
  static void add(float[] x, int at, int lane, int n, float[] scratch) {
    for (int i = 0, to = Block.LANES + lane; i < n; i++) {
      scratch[to + i] += x[at + i];
    }
  }

  @Override
  public double sumLn(float[] x, int n, float[] scratch) {
    if (n == 1) {
      return Products.lnOfOneNormal(x[0]);
    }
    Arrays.fill(scratch, Block.LANES, Block.LANES + Lanes.COUNT, 1);
    long exponents = 0;
    for (int i = 0; i < n; i++) {
      if (!Ln.isNormal(x[i])) {
        return Double.NaN;
      }
      exponents += Ln.exponent(x[i]);
      scratch[Block.LANES + i % Lanes.COUNT] *= Ln.mantissa(x[i]);
    }
    Lanes.foldProduct(scratch, Block.LANES);
    return Lanes.lnOfFoldedProduct(scratch, Block.LANES, exponents);
  }

  @Override
  public double lnOfProduct(float[] x, int at, int n, double delta, double[] lanes) {
    double product = 1;
    long exponent = 0;
    double others = 0;
    for (int from = at; from < at + n; from += Products.GROUP) {
      int end = Math.min(at + n, from + Products.GROUP);
      long bits = multiplyGroup(x, from, end, delta, lanes);
      if (Products.areExact(lanes, bits)) {
        product *= Products.mantissa(lanes);
        exponent += Products.exponent(lanes);
      } else {
        others += lnOfOddProduct(x, from, end, delta, lanes);
      }
    }
    return Ln.of(product, exponent) + others;
  }

  /** Stores the lanes' products; returns the union of the factors' bits. */
  static long multiplyGroup(float[] x, int from, int end, double delta, double[] lanes) {
    long bits = 0;
    for (int lane = 0; lane < Products.LANES; lane += 4) {
      bits |= multiply(x, from + lane, end, delta, lanes, lane);
    }
    int done = (end - from) / 4 * 4;
    return bits | multiplyLast(x, from + done, end, done, delta, lanes);
  }

  /**
   * Σ ln(x + delta) of a group whose product is not exact. That of the factors' mantissas is; the
   * infinity or NaN of a factor that has no logarithm is added.
   */
  static double lnOfOddProduct(float[] x, int from, int end, double delta, double[] lanes) {
    Arrays.fill(lanes, 1);
    long exponent = 0;
    double others = 0;
    for (int i = from; i < end; i++) {
      double v = x[i] + delta;
      if (v > 0 && v <= Double.MAX_VALUE) { // and normal, as sums of a float and such a delta are
        exponent += Ln.exponent(v);
        lanes[(i - from) % Products.LANES] *= Ln.mantissa(v);
      } else {
        others += Ln.of(v, 0);
      }
    }
    return Ln.of(Products.mantissa(lanes), exponent + Products.exponent(lanes)) + others;
  }

  /**
   * Stores the products of four factors of every 16, or multiplies nothing where there are no four;
   * returns the union of the factors' bits. Four chains, since one would wait for itself.
   */
  private static long multiply(
      float[] x, int from, int end, double delta, double[] lanes, int lane) {
    double p0 = 1;
    double p1 = 1;
    double p2 = 1;
    double p3 = 1;
    long bits = 0;
    int signs = 0;
    for (int i = from; i <= end - 4; i += Products.LANES) {
      double v0 = x[i] + delta;
      double v1 = x[i + 1] + delta;
      double v2 = x[i + 2] + delta;
      double v3 = x[i + 3] + delta;
      p0 *= v0;
      p1 *= v1;
      p2 *= v2;
      p3 *= v3;
      bits |= Double.doubleToRawLongBits(v0) | Double.doubleToRawLongBits(v1);
      bits |= Double.doubleToRawLongBits(v2) | Double.doubleToRawLongBits(v3);
      signs |= Float.floatToRawIntBits(x[i]) | Float.floatToRawIntBits(x[i + 1]);
      signs |= Float.floatToRawIntBits(x[i + 2]) | Float.floatToRawIntBits(x[i + 3]);
    }
    lanes[lane / 2] = p0;
    lanes[Products.ODD + lane / 2] = p1;
    lanes[lane / 2 + 1] = p2;
    lanes[Products.ODD + lane / 2 + 1] = p3;
    return bits | (long) signs << 32;
  }

  /**
   * Multiplies less than 16 factors into their lanes, the first of them into that of factor {@code
   * first} of the group; returns the union of their bits.
   */
  static long multiplyLast(float[] x, int from, int end, int first, double delta, double[] lanes) {
    long bits = 0;
    for (int i = from, j = first; i < end; i++, j++) {
      double v = x[i] + delta;
      lanes[j % 2 * Products.ODD + j / 2 % Products.ODD] *= v;
      bits |= Double.doubleToRawLongBits(v) | (long) Float.floatToRawIntBits(x[i]) << 32;
    }
    return bits;
  }

  @Override
  public double sumProducts(float[] x, int xAt, float[] t, int tAt, int n, float[] scratch) {
    Arrays.fill(scratch, Block.LANES, Block.LANES + Lanes.COUNT, 0);
    for (int i = 0; i < n; i += Lanes.COUNT) {
      addProducts(x, xAt + i, t, tAt + i, 0, Math.min(Lanes.COUNT, n - i), scratch);
    }
    return Lanes.fold(scratch, Block.LANES);
  }

  /** Adds at most 64 elements' t · x to their lanes, the first of them to {@code lane}. */
  static void addProducts(
      float[] x, int xAt, float[] t, int tAt, int lane, int n, float[] scratch) {
    for (int i = 0, at = Block.LANES + lane; i < n; i++) {
      float target = t[tAt + i];
      scratch[at + i] = Fma.fma(target != 0 ? x[xAt + i] : 0, target, scratch[at + i]);
    }
  }

  @Override
  public void scaleRows(
      float[] x,
      int at,
      int rows,
      int cols,
      float[] first,
      float[] second,
      float[] out,
      int outAt) {
    for (int r = 0; r < rows; r++) {
      float firstFactor = first[r];
      float secondFactor = second[r];
      int from = at + r * cols;
      int to = outAt + r * cols;
      for (int c = 0; c < cols; c++) {
        out[to + c] = x[from + c] * firstFactor * secondFactor;
      }
    }
  }

  @Override
  public void scaleRowsWithVariances(
      float[] x,
      int at,
      int rows,
      int cols,
      float[] first,
      float[] second,
      float[] out,
      int outAt,
      float[] variances,
      int variancesAt) {
    for (int r = 0; r < rows; r++) {
      float firstFactor = first[r];
      float secondFactor = second[r];
      for (int i = r * cols; i < (r + 1) * cols; i++) {
        float p = x[at + i] * firstFactor;
        out[outAt + i] = p * secondFactor;
        variances[variancesAt + i] = p * (1 - p) * secondFactor + 0f;
      }
    }
  }

  @Override
  public void expOfMinusSize(float[] x, int xAt, int n, float[] out) {
    expOfMinusSize(x, xAt, 0, n, out);
  }

  static void expOfMinusSize(float[] x, int xAt, int at, int n, float[] out) {
    for (int i = 0; i < n; i++) {
      out[at + i] = Exp.of(-Math.abs(x[xAt + i]));
    }
  }

  @Override
  public void sigmoids(float[] x, int xAt, float[] e, int n, float[] out, int outAt) {
    sigmoids(x, xAt, e, 0, n, out, outAt);
  }

  static void sigmoids(float[] x, int xAt, float[] e, int eAt, int n, float[] out, int outAt) {
    for (int i = 0; i < n; i++) {
      float size = e[eAt + i];
      out[outAt + i] = 1 / (1 + size) * (isBelow(x[xAt + i]) ? size : 1);
    }
  }

  /** Whether the sign is set: of −0 too, of which it does not matter, and of some NaNs. */
  private static boolean isBelow(float x) {
    return Float.floatToRawIntBits(x) < 0;
  }

  @Override
  public void sigmoidTerms(
      float[] x,
      int xAt,
      float[] e,
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      int n,
      float[] out,
      int outAt) {
    sigmoidTerms(x, xAt, e, 0, a, aAt, b, bAt, n, out, outAt);
  }

  static void sigmoidTerms(
      float[] x,
      int xAt,
      float[] e,
      int eAt,
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      int n,
      float[] out,
      int outAt) {
    for (int i = 0; i < n; i++) {
      float ln = Ln.ofOnePlus(e[eAt + i]);
      float c = isBelow(x[xAt + i]) ? a[aAt + i] : b[bAt + i];
      float linear = c == 0 ? 0 : c * Math.abs(x[xAt + i]);
      out[outAt + i] = Fma.fma(a[aAt + i] + b[bAt + i], ln, linear);
    }
  }

  @Override
  public void sigmoidGradients(
      float[] x,
      int xAt,
      float[] e,
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      float factor,
      int n,
      float[] out,
      int outAt) {
    sigmoidGradients(x, xAt, e, 0, a, aAt, b, bAt, factor, n, out, outAt);
  }

  static void sigmoidGradients(
      float[] x,
      int xAt,
      float[] e,
      int eAt,
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      float factor,
      int n,
      float[] out,
      int outAt) {
    for (int i = 0; i < n; i++) {
      float size = e[eAt + i];
      boolean below = isBelow(x[xAt + i]);
      float up = b[bAt + i] * (below ? size : 1);
      float down = a[aAt + i] * (below ? 1 : size);
      out[outAt + i] = 1 / (1 + size) * (up - down) * factor + 0f;
    }
  }

  @Override
  public void sigmoidHessians(
      float[] e,
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      float factor,
      int n,
      float[] out,
      int outAt) {
    sigmoidHessians(e, 0, a, aAt, b, bAt, factor, n, out, outAt);
  }

  static void sigmoidHessians(
      float[] e,
      int eAt,
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      float factor,
      int n,
      float[] out,
      int outAt) {
    for (int i = 0; i < n; i++) {
      float size = e[eAt + i];
      float q = 1 / (1 + size);
      out[outAt + i] = size * (q * q) * (a[aAt + i] + b[bAt + i]) * factor + 0f;
    }
  }

  @Override
  public void valuesOf(int[] labels, int at, int n, float[] out, int outAt) {
    for (int i = 0; i < n; i++) {
      out[outAt + i] = Float.intBitsToFloat(-labels[at + i] & ONE);
    }
  }

  @Override
  public boolean areSides(float[] y, int yAt, float delta, float[] t, int tAt, int n) {
    boolean all = true;
    for (int i = 0; i < n && all; i++) {
      float target = t[tAt + i];
      float probability = y[yAt + i];
      // A −0 is negative here, as in vectors.
      boolean isProbability =
          Float.floatToRawIntBits(probability) >= 0 && probability >= 0 && probability <= 1;
      float side = target == 0 ? 1 - probability : probability;
      all = (target == 0 || target == 1) && isProbability && side + delta >= Float.MIN_NORMAL;
    }
    return all;
  }

  @Override
  public double lnOfSides(
      float[] y, int yAt, double delta, float[] t, int tAt, int n, double[] lanes) {
    double product = 1;
    long exponent = 0;
    for (int from = 0; from < n; from += Products.GROUP) {
      int end = Math.min(n, from + Products.GROUP);
      Arrays.fill(lanes, 1);
      multiplySides(y, yAt, delta, t, tAt, from, from, end, lanes);
      exponent += exponentOfSides(y, yAt, delta, t, tAt, from, end, lanes);
      product *= Products.mantissa(lanes);
    }
    return Ln.of(product, exponent);
  }

  /**
   * The exponent of a group's product, whose mantissas are in the lanes: once more factor by
   * factor, if a lane has lost digits.
   */
  static long exponentOfSides(
      float[] y, int yAt, double delta, float[] t, int tAt, int from, int end, double[] lanes) {
    long exponent = 0;
    if (!Products.areExact(lanes, 0)) {
      Arrays.fill(lanes, 1);
      for (int i = from; i < end; i++) {
        double v = side(y[yAt + i], t[tAt + i]) + delta;
        exponent += Ln.exponent(v);
        lanes[(i - from) % Products.LANES] *= Ln.mantissa(v);
      }
    }
    return exponent + Products.exponent(lanes);
  }

  /**
   * Multiplies factors into their lanes, from element {@code first} of a group that begins at
   * {@code from}.
   */
  static void multiplySides(
      float[] y,
      int yAt,
      double delta,
      float[] t,
      int tAt,
      int from,
      int first,
      int end,
      double[] lanes) {
    for (int i = first; i < end; i++) {
      int lane = i - from;
      lanes[lane % 2 * Products.ODD + lane / 2 % Products.ODD] *=
          side(y[yAt + i], t[tAt + i]) + delta;
    }
  }

  private static double side(float y, float t) {
    return t == 0 ? 1.0 - y : y;
  }

  @Override
  public void sideQuotients(
      float[] y,
      int yAt,
      float delta,
      float[] t,
      int tAt,
      float factor,
      int n,
      float[] out,
      int outAt) {
    for (int i = 0; i < n; i++) {
      float no = 1 - t[tAt + i];
      out[outAt + i] = factor / (Math.abs(no - y[yAt + i]) + delta) * (t[tAt + i] - no);
    }
  }

  @Override
  public boolean oneSidedTerms(
      float[] y,
      int yAt,
      float delta,
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      int n,
      float[] out,
      int outAt) {
    boolean all = true;
    for (int i = 0; i < n && all; i++) {
      boolean first = b[bAt + i] == 0;
      float probability = y[yAt + i];
      float of = first ? probability : 1 - probability;
      float low = first ? 0 : 1 - of - probability;
      all = (first || a[aAt + i] == 0) && Ln.isNormal(of + delta);
      out[outAt + i] = timesLnOfSum(of, low, delta, a[aAt + i] + b[bAt + i]);
    }
    return all;
  }

  @Override
  public void oneSidedGradients(
      float[] y,
      int yAt,
      float delta,
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      float factor,
      int n,
      float[] out,
      int outAt) {
    for (int i = 0; i < n; i++) {
      float coefficient = b[bAt + i];
      float of = coefficient == 0 ? y[yAt + i] : 1 - y[yAt + i];
      out[outAt + i] = factor / (of + delta) * (a[aAt + i] - coefficient) + 0f;
    }
  }

  @Override
  public void complements(float[] y, int yAt, int n, float[] low, float[] out) {
    complements(y, yAt, 0, n, low, out);
  }

  static void complements(float[] y, int yAt, int at, int n, float[] low, float[] out) {
    for (int i = 0; i < n; i++) {
      float complement = 1 - y[yAt + i];
      low[at + i] = 1 - complement - y[yAt + i];
      out[at + i] = complement;
    }
  }

  @Override
  public void timesLnOfSum(
      float[] x,
      float[] low,
      float delta,
      float[] coefficients,
      int coefficientsAt,
      int n,
      float[] out,
      int outAt) {
    timesLnOfSum(x, low, 0, delta, coefficients, coefficientsAt, n, out, outAt);
  }

  /**
   * @param at where in x and in what it has lost
   */
  static void timesLnOfSum(
      float[] x,
      float[] low,
      int at,
      float delta,
      float[] coefficients,
      int coefficientsAt,
      int n,
      float[] out,
      int outAt) {
    for (int i = 0; i < n; i++) {
      out[outAt + i] =
          timesLnOfSum(x[at + i], low[at + i], delta, coefficients[coefficientsAt + i]);
    }
  }

  private static float timesLnOfSum(float x, float low, float delta, float coefficient) {
    if (coefficient == 0) {
      return 0;
    }
    float v = x + delta;
    // Beside 1, where ln v is small, what is lost in v is the same number in ln v.
    return coefficient * (Ln.isNormal(v) ? Ln.of(v) + (x - v + delta + low) : Ln.of(v));
  }

  @Override
  public void copyRows(
      float[] x, int at, int stride, int rows, int cols, float[] out, int outAt, int outStride) {
    for (int r = 0; r < rows; r++) {
      System.arraycopy(x, at + r * stride, out, outAt + r * outStride, cols);
    }
  }
}

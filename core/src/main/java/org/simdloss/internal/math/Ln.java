package org.simdloss.internal.math;

/**
 * The natural logarithm, as a sequence of IEEE operations that any execution can repeat.
 *
 * <p>In {@code float}, x = 2^k · m with m in [0.695, 1.391), f = m − 1 and ln x = k·ln 2 + f +
 * f²·Q(f), Q a polynomial of nine coefficients (fitted by Sollya's {@code fpminimax} to single
 * precision coefficients, which were then moved by some ulps, to where the worst float of all is
 * best). The range is not the usual [√½, √2): a lower split halves the worst rounding where k = −1
 * cancels against ln m. At most 0.84 ulp: {@code UlpProofTest} compares every positive float.
 *
 * <p>In {@code double}, the series of artanh in s = f / (2 + f), for the one logarithm that a
 * product of many factors needs.
 */
public final class Ln {
  /** The bits of the least m. */
  public static final int SPLIT = 0x3f320000;

  public static final int MANTISSA = 0x007fffff;

  /** The bits of 1, and the exponent in them. */
  public static final int ONE = 0x3f800000;

  public static final int BIAS = 127;

  /** The bits of the least and the greatest float that is positive, normal and finite. */
  public static final int LEAST_NORMAL = 0x00800000;

  public static final int GREATEST_FINITE = 0x7f7fffff;

  /**
   * An int of modest size becomes a float by bits alone: added to these bits it is the fraction of
   * {@link #INT_MAGIC}, which is then taken away. Conversions of vectors box on JDK 17.
   */
  public static final int INT_MAGIC_BITS = 0x4b400000;

  public static final float INT_MAGIC = 0x1.8p23f;

  /** ln 2 in two parts; k times the first is exact for every k. */
  public static final float LN2_HIGH = 0x1.62e4p-1f;

  public static final float LN2_LOW = 0x1.7f7d1cp-20f;

  public static final float Q0 = -0x1.fffffep-2f;
  public static final float Q1 = 0x1.55554p-2f;
  public static final float Q2 = -0x1.0001fp-2f;
  public static final float Q3 = 0x1.99af7cp-3f;
  public static final float Q4 = -0x1.54a31ap-3f;
  public static final float Q5 = 0x1.216d3ep-3f;
  public static final float Q6 = -0x1.098d4ap-3f;
  public static final float Q7 = 0x1.0ee66cp-3f;
  public static final float Q8 = -0x1.6b19bep-4f;

  /** ln(1 + e) = e + e²·(A0 + A1·e + ...) for e from 0 to 1. */
  public static final float A0 = -0x1.ffffd2p-2f;

  public static final float A1 = 0x1.554dd2p-2f;
  public static final float A2 = -0x1.ff23e8p-3f;
  public static final float A3 = 0x1.934b6cp-3f;
  public static final float A4 = -0x1.3a43e2p-3f;
  public static final float A5 = 0x1.b4b094p-4f;
  public static final float A6 = -0x1.d6b76p-5f;
  public static final float A7 = 0x1.49211ep-6f;
  public static final float A8 = -0x1.af5e1ep-9f;

  private Ln() {}

  /** Whether ln may be taken by {@link #ofNormal}. */
  public static boolean isNormal(float x) {
    return x >= Float.MIN_NORMAL && x <= Float.MAX_VALUE;
  }

  /** ln x of any float: −∞ at ±0, NaN below. */
  public static float of(float x) {
    if (isNormal(x)) {
      return ofNormal(x, 0);
    }
    if (x > 0 && x < Float.MIN_NORMAL) {
      return ofNormal(x * 0x1p23f, -23);
    }
    return x == 0 ? Float.NEGATIVE_INFINITY : x > 0 ? x : Float.NaN;
  }

  /** ln(x · 2^shift) of a positive, normal, finite x. */
  private static float ofNormal(float x, int shift) {
    int bits = Float.floatToRawIntBits(x) - SPLIT;
    float k = Float.intBitsToFloat((bits >> 23) + (INT_MAGIC_BITS + shift)) - INT_MAGIC;
    float f = Float.intBitsToFloat((bits & MANTISSA) + SPLIT) - 1;
    float q = Fma.fma(Q8, f, Q7);
    q = Fma.fma(q, f, Q6);
    q = Fma.fma(q, f, Q5);
    q = Fma.fma(q, f, Q4);
    q = Fma.fma(q, f, Q3);
    q = Fma.fma(q, f, Q2);
    q = Fma.fma(q, f, Q1);
    q = Fma.fma(q, f, Q0);
    float low = Fma.fma(q, f * f, k * LN2_LOW);
    return Fma.fma(k, LN2_HIGH, f + low);
  }

  /**
   * ln(1 + e) of an e from 0 to 1, or NaN: one polynomial (a minimax fit, whose coefficients were
   * rounded one after the other, and then moved by some ulps). At most 1.17 ulp: {@code
   * UlpProofTest} compares every such float.
   */
  public static float ofOnePlus(float e) {
    float a = Fma.fma(A8, e, A7);
    a = Fma.fma(a, e, A6);
    a = Fma.fma(a, e, A5);
    a = Fma.fma(a, e, A4);
    a = Fma.fma(a, e, A3);
    a = Fma.fma(a, e, A2);
    a = Fma.fma(a, e, A1);
    a = Fma.fma(a, e, A0);
    return Fma.fma(e * e, a, e);
  }

  private static final double LN2 = 0x1.62e42fefa39efp-1;
  private static final long DOUBLE_SPLIT = 0x3fe6a09e667f3bcdL; // sqrt(1/2)
  private static final long DOUBLE_MANTISSA = 0x000fffffffffffffL;
  private static final long DOUBLE_ONE = 0x3ff0000000000000L;
  private static final int DOUBLE_BIAS = 1023;

  private static final double R0 = 0x1.5555555555558p-1;
  private static final double R1 = 0x1.9999999995303p-2;
  private static final double R2 = 0x1.2492492df3035p-2;
  private static final double R3 = 0x1.c71c62e0b72cbp-3;
  private static final double R4 = 0x1.7462b661a6689p-3;
  private static final double R5 = 0x1.39fe212ae99bap-3;
  private static final double R6 = 0x1.2b5b8533c9337p-3;

  /**
   * ln(x · 2^exponent), within 1e-15 of its size ({@code LnTest} finds none beyond 2.5e-16); −∞ at
   * ±0, NaN below. Not for subnormals.
   */
  public static double of(double x, long exponent) {
    if (!(x >= Double.MIN_NORMAL && x <= Double.MAX_VALUE)) {
      return x == 0 ? Double.NEGATIVE_INFINITY : x > 0 ? x : Double.NaN;
    }
    long bits = Double.doubleToRawLongBits(x) - DOUBLE_SPLIT;
    double k = exponent + (bits >> 52);
    double f = Double.longBitsToDouble((bits & DOUBLE_MANTISSA) + DOUBLE_SPLIT) - 1;
    double s = f / (2 + f);
    double z = s * s;
    double r = R0 + z * (R1 + z * (R2 + z * (R3 + z * (R4 + z * (R5 + z * R6)))));
    // 2s alone is good to an ulp of itself; f − s·f is the same, without the division's rounding.
    return k * LN2 + (f - s * (f - z * r));
  }

  /** Of a positive, normal, finite x = m · 2^k the m in [1, 2). */
  public static double mantissa(double x) {
    return Double.longBitsToDouble(Double.doubleToRawLongBits(x) & DOUBLE_MANTISSA | DOUBLE_ONE);
  }

  /** The k of the same. */
  public static int exponent(double x) {
    return (int) (Double.doubleToRawLongBits(x) >>> 52) - DOUBLE_BIAS;
  }

  /** Of a positive, normal, finite x = m · 2^k the m in [1, 2). */
  public static float mantissa(float x) {
    return Float.intBitsToFloat(Float.floatToRawIntBits(x) & MANTISSA | ONE);
  }

  /** The k of the same. */
  public static int exponent(float x) {
    return (Float.floatToRawIntBits(x) >> 23) - BIAS;
  }
}

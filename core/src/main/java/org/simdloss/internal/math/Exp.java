package org.simdloss.internal.math;

/**
 * The exponential function, as a sequence of IEEE operations that any execution can repeat.
 *
 * <p>x = k·ln 2 + r with |r| ≤ 0.3466, and e^x = 2^k · P(r), P a polynomial of degree 6 (fitted by
 * Sollya's {@code fpminimax} to single precision coefficients, which were then moved by some ulps,
 * to where the worst float of all is best). 2^k is multiplied on in two halves, so that a subnormal
 * result is rounded once. At most 0.86 ulp: {@code UlpProofTest} compares every float.
 */
public final class Exp {
  public static final float LOG2_E = 0x1.715476p0f;

  /** −ln 2 in two parts; k times the first is exact for every k. */
  public static final float MINUS_LN2_HIGH = -0x1.62e4p-1f;

  public static final float MINUS_LN2_LOW = -0x1.7f7d1cp-20f;

  public static final float P2 = 0x1.ffffe8p-2f;
  public static final float P3 = 0x1.555432p-3f;
  public static final float P4 = 0x1.556338p-5f;
  public static final float P5 = 0x1.126fb4p-7f;
  public static final float P6 = 0x1.64e7eep-10f;

  /** Below this e^x is nearer to 0 than to the least float. */
  public static final float LEAST = -104;

  /** Above this e^x is more than the greatest float. */
  private static final float GREATEST = 0x1.62e42ep6f;

  private Exp() {}

  /** e^x of any float. */
  public static float of(float x) {
    if (!(x >= LEAST && x <= GREATEST)) {
      return x < 0 ? 0 : x > 0 ? Float.POSITIVE_INFINITY : Float.NaN;
    }
    float rounded = Fma.fma(x, LOG2_E, Ln.INT_MAGIC);
    float k = rounded - Ln.INT_MAGIC;
    float r = Fma.fma(k, MINUS_LN2_LOW, Fma.fma(k, MINUS_LN2_HIGH, x));
    float p = Fma.fma(P6, r, P5);
    p = Fma.fma(p, r, P4);
    p = Fma.fma(p, r, P3);
    p = Fma.fma(p, r, P2);
    p = Fma.fma(p, r, 1);
    p = Fma.fma(p, r, 1);
    int exponent = Float.floatToRawIntBits(rounded) - Ln.INT_MAGIC_BITS;
    int half = exponent >> 1;
    return p * power(half) * power(exponent - half);
  }

  private static float power(int k) {
    return Float.intBitsToFloat(Ln.ONE + (k << 23));
  }
}

package org.simdloss.internal.kernel;

import org.simdloss.internal.math.Ln;

/**
 * The order in which the factors of a precise product are multiplied, and when it is exact.
 *
 * <p>There are 16 lanes, {@code double}s; the even factors take turns at the first eight, the odd
 * ones at the others. After a group of at most {@value #GROUP} the lanes' mantissas are multiplied,
 * in pairs, and their exponents added.
 *
 * <p>A product hides what a sum of logarithms shows: two negative factors cancel, and one that
 * underflows midway loses its digits. So a group of factors x + δ counts as a product only if all x
 * and all factors are in [0, 2) and no lane's product is near the least double; of any other group
 * the factors' mantissas are multiplied, and their exponents added.
 */
public final class Products {
  public static final int LANES = 16;

  /** The lanes of odd factors. */
  public static final int ODD = 8;

  /** 32 factors a lane. */
  public static final int GROUP = 32 * LANES;

  /**
   * The least product of a lane that is surely exact: 31 factors below 2 raise a subnormal, which
   * has lost digits, to below 2^-991.
   */
  private static final long LEAST_BITS = Double.doubleToRawLongBits(0x1p-990);

  private Products() {}

  /**
   * Whether the lanes hold the product of a group.
   *
   * @param bits the union of the bits of all factors and, in the upper half, of all x: the two
   *     highest are 0 in numbers from +0 to below 2, and in no others
   */
  public static boolean areExact(double[] p, long bits) {
    if (bits >>> 62 != 0) {
      return false;
    }
    // Numbers from +0 on are in the order of their bits: negative if one is below the least.
    long signs = 0;
    for (int i = 0; i < LANES; i++) {
      signs |= Double.doubleToRawLongBits(p[i]) - LEAST_BITS;
    }
    return signs >= 0;
  }

  /** What a product of one factor gives: its logarithm, or what is there in place of one. */
  public static double lnOfOne(double factor) {
    return factor > 0 && factor <= Double.MAX_VALUE
        ? Ln.of(Ln.mantissa(factor), Ln.exponent(factor))
        : Ln.of(factor, 0);
  }

  /** The same of a factor that must be positive, normal and finite; NaN of any other. */
  public static double lnOfOneNormal(float factor) {
    return Ln.isNormal(factor) ? lnOfOne(factor) : Double.NaN;
  }

  /** The product of the lanes' mantissas: from 1 to below 2^16. */
  public static double mantissa(double[] p) {
    return (mantissa(p, 0) * mantissa(p, 4)) * (mantissa(p, 8) * mantissa(p, 12));
  }

  private static double mantissa(double[] p, int at) {
    return (Ln.mantissa(p[at]) * Ln.mantissa(p[at + 1]))
        * (Ln.mantissa(p[at + 2]) * Ln.mantissa(p[at + 3]));
  }

  /** The sum of the lanes' exponents. */
  public static int exponent(double[] p) {
    int sum = 0;
    for (int i = 0; i < LANES; i++) {
      sum += Ln.exponent(p[i]);
    }
    return sum;
  }
}

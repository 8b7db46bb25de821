package org.simdloss.internal.kernel;

import org.simdloss.internal.math.Ln;

/**
 * The order in which a block's terms are added.
 *
 * <p>Element i goes to lane i mod 64, a {@code float} accumulator of fused multiply-adds. The lanes
 * fold to 16 in {@code float}, and these to one {@code double} by halves.
 */
public final class Lanes {
  public static final int COUNT = 64;
  public static final int FOLDED = 16;

  private Lanes() {}

  /** The sum of the 64 lanes at {@code at}; the first 16 are overwritten. */
  public static double fold(float[] lanes, int at) {
    for (int j = at; j < at + FOLDED; j++) {
      lanes[j] = (lanes[j] + lanes[j + 16]) + (lanes[j + 32] + lanes[j + 48]);
    }
    return sumFolded(lanes, at);
  }

  /**
   * The sum of a row of at most 16 terms, as if each had gone to a lane of its own.
   *
   * @param room of 16, for the lanes
   */
  public static double sumOfRow(float[] terms, int at, int n, float[] room) {
    for (int j = 0; j < FOLDED; j++) {
      room[j] = j < n ? terms[at + j] + 0f : 0;
    }
    return sumFolded(room, 0);
  }

  /** The sum of 16 lanes. */
  public static double sumFolded(float[] f, int at) {
    double a = ((double) f[at] + f[at + 8]) + ((double) f[at + 4] + f[at + 12]);
    double b = ((double) f[at + 2] + f[at + 10]) + ((double) f[at + 6] + f[at + 14]);
    double c = ((double) f[at + 1] + f[at + 9]) + ((double) f[at + 5] + f[at + 13]);
    double d = ((double) f[at + 3] + f[at + 11]) + ((double) f[at + 7] + f[at + 15]);
    return (a + b) + (c + d);
  }

  /** Folds the product of 64 lanes to the first 16, in the same order. */
  public static void foldProduct(float[] lanes, int at) {
    for (int j = at; j < at + FOLDED; j++) {
      lanes[j] = (lanes[j] * lanes[j + 16]) * (lanes[j + 32] * lanes[j + 48]);
    }
  }

  /**
   * ln(Π · 2^exponents) of the product of 16 lanes, each from 1 to below 2^120: half of them stay
   * inside the range of double.
   */
  public static double lnOfFoldedProduct(float[] f, int at, long exponents) {
    double a = ((double) f[at] * f[at + 8]) * ((double) f[at + 4] * f[at + 12]);
    double b = ((double) f[at + 2] * f[at + 10]) * ((double) f[at + 6] * f[at + 14]);
    double c = ((double) f[at + 1] * f[at + 9]) * ((double) f[at + 5] * f[at + 13]);
    double d = ((double) f[at + 3] * f[at + 11]) * ((double) f[at + 7] * f[at + 15]);
    double ab = a * b;
    double cd = c * d;
    return Ln.of(Ln.mantissa(ab) * Ln.mantissa(cd), exponents + Ln.exponent(ab) + Ln.exponent(cd));
  }
}

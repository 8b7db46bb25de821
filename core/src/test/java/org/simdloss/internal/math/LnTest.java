package org.simdloss.internal.math;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.simdloss.internal.kernel.UlpProofTest;

class LnTest {
  private static final MathContext DIGITS = new MathContext(40);

  private static final BigDecimal LN_2 = exactLn(BigDecimal.valueOf(2));

  /** Every 997th positive float, denormals included, and all that lie within 2000 of 1. */
  @Test
  void floatsAreWithinAnUlp() {
    double worst = 0;
    for (int bits = 1; bits < 0x7f800000; bits += 997) {
      worst = Math.max(worst, ulps(Float.intBitsToFloat(bits)));
    }
    for (int i = -2000; i <= 2000; i++) {
      worst = Math.max(worst, ulps(Float.intBitsToFloat(0x3f800000 + i)));
    }
    assertTrue(worst < UlpProofTest.LN_BOUND, "worst: " + worst);
  }

  private static double ulps(float x) {
    double exact = StrictMath.log(x);
    return exact == 0
        ? Ln.of(x) == 0 ? 0 : 9
        : Math.abs(Ln.of(x) - exact) / Math.ulp((float) exact);
  }

  /** Every 997th float from 0 to 1. */
  @Test
  void floatsPlusOneAreWithinTheirBound() {
    double worst = 0;
    for (int bits = 0; bits <= 0x3f800000; bits += 997) {
      float e = Float.intBitsToFloat(bits);
      double exact = StrictMath.log1p(e);
      worst = Math.max(worst, Math.abs(Ln.ofOnePlus(e) - exact) / Math.ulp((float) exact));
    }
    assertTrue(worst < UlpProofTest.LN_OF_ONE_PLUS_BOUND, "worst: " + worst);
    assertEquals(0, Ln.ofOnePlus(0));
    assertTrue(Float.isNaN(Ln.ofOnePlus(Float.NaN)));
  }

  @Test
  void specialFloats() {
    assertEquals(0f, Ln.of(1f));
    assertEquals(Float.NEGATIVE_INFINITY, Ln.of(0f));
    assertEquals(Float.NEGATIVE_INFINITY, Ln.of(-0f));
    assertEquals(Float.POSITIVE_INFINITY, Ln.of(Float.POSITIVE_INFINITY));
    assertTrue(Float.isNaN(Ln.of(-1f)));
    assertTrue(Float.isNaN(Ln.of(-Float.MIN_VALUE)));
    assertTrue(Float.isNaN(Ln.of(Float.NEGATIVE_INFINITY)));
    assertTrue(Float.isNaN(Ln.of(Float.NaN)));
  }

  /**
   * Seed 3. What is hard: a logarithm near 0, from both sides, and by an exponent that cancels x's
   * own; the split at √½, where the multiple of ln 2 cancels most; and exponents of any size.
   */
  @Test
  void doublesAreWithinTheirBound() {
    Random random = new Random(3);
    double[] worst = new double[3]; // and its x and exponent
    for (int i = 0; i < 2000; i++) {
      double small = Math.scalb(1 + random.nextDouble(), -1 - random.nextInt(51));
      int power = random.nextInt(2000) - 1000;
      double any = Math.scalb(1 + random.nextDouble(), power);
      double nearSplit = Math.sqrt(0.5) + (random.nextInt(2001) - 1000) * 0x1p-53;
      long exponent = random.nextLong() >> 20 + random.nextInt(44);
      check(1 + small, 0, worst);
      check(1 - small / 2, 0, worst);
      check(Math.scalb(1 + small, power), -power, worst);
      check(Math.scalb(1 - small / 2, power), -power, worst);
      check(nearSplit, 0, worst);
      check(Math.scalb(nearSplit, power), random.nextInt(3) - power, worst);
      check(Math.scalb(1.0, power), power % 7 == 0 ? -power : exponent, worst);
      check(any, 0, worst);
      check(any, exponent, worst);
    }
    check(Double.MIN_NORMAL, 0, worst);
    check(Double.MAX_VALUE, 0, worst);
    String found =
        String.format(
            "ln of doubles: worst %.3g of its size at %s * 2^%d",
            worst[0], Double.toHexString(worst[1]), (long) worst[2]);
    System.out.println(found);
    assertTrue(worst[0] < 2.5e-16, found); // 1e-15 is promised, of values that are not tried
  }

  private static void check(double x, long exponent, double[] worst) {
    BigDecimal exact = exactLn(x, exponent);
    BigDecimal error = new BigDecimal(Ln.of(x, exponent)).subtract(exact).abs();
    double relative =
        error.signum() == 0
            ? 0
            : exact.signum() == 0 ? 1 : error.divide(exact.abs(), DIGITS).doubleValue();
    if (relative > worst[0]) {
      worst[0] = relative;
      worst[1] = x;
      worst[2] = exponent;
    }
  }

  /** ln(x · 2^exponent), to more than 35 digits: √½ ≤ m < √2 keeps the terms from cancelling. */
  private static BigDecimal exactLn(double x, long exponent) {
    int k = Math.getExponent(x * Math.sqrt(2));
    BigDecimal m = new BigDecimal(Math.scalb(x, -k));
    return LN_2.multiply(BigDecimal.valueOf(exponent + k)).add(exactLn(m));
  }

  /** 2 (s + s³/3 + s⁵/5 + ...) with s = (x − 1) / (x + 1). */
  private static BigDecimal exactLn(BigDecimal x) {
    BigDecimal s = x.subtract(BigDecimal.ONE).divide(x.add(BigDecimal.ONE), DIGITS);
    BigDecimal square = s.multiply(s, DIGITS);
    BigDecimal before = BigDecimal.ZERO;
    BigDecimal sum = s;
    for (int n = 3; sum.compareTo(before) != 0; n += 2) {
      s = s.multiply(square, DIGITS);
      before = sum;
      sum = sum.add(s.divide(BigDecimal.valueOf(n), DIGITS), DIGITS);
    }
    return sum.multiply(BigDecimal.valueOf(2));
  }

  @Test
  void specialDoubles() {
    assertEquals(0, Ln.of(1.0, 0));
    assertEquals(Double.NEGATIVE_INFINITY, Ln.of(0.0, 0));
    assertEquals(Double.POSITIVE_INFINITY, Ln.of(Double.POSITIVE_INFINITY, 0));
    assertTrue(Double.isNaN(Ln.of(-1.0, 0)));
    assertTrue(Double.isNaN(Ln.of(Double.NaN, 0)));
  }
}

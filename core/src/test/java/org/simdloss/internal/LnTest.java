package org.simdloss.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class LnTest {
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
    assertTrue(worst < 0.84, "worst: " + worst);
  }

  private static double ulps(float x) {
    double exact = StrictMath.log(x);
    return exact == 0
        ? Ln.of(x) == 0 ? 0 : 9
        : Math.abs(Ln.of(x) - exact) / Math.ulp((float) exact);
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

  @Test
  void doubles() {
    Random random = new Random(3);
    for (int i = 0; i < 100_000; i++) {
      double x = Math.scalb(1 + random.nextDouble(), i % 3 == 0 ? 0 : random.nextInt(2000) - 1000);
      x = i % 5 == 0 ? 1 + (i - 50_000) * 0x1p-52 : x;
      double exact = StrictMath.log(x);
      assertEquals(exact, Ln.of(x, 0), 1e-15 * Math.abs(exact), () -> "ln");
    }
    assertEquals(0, Ln.of(1.0, 0));
    assertEquals(1000 * StrictMath.log(2), Ln.of(1.0, 1000), 1e-12);
    assertEquals(Double.NEGATIVE_INFINITY, Ln.of(0.0, 0));
    assertEquals(Double.POSITIVE_INFINITY, Ln.of(Double.POSITIVE_INFINITY, 0));
    assertTrue(Double.isNaN(Ln.of(-1.0, 0)));
    assertTrue(Double.isNaN(Ln.of(Double.NaN, 0)));
  }
}

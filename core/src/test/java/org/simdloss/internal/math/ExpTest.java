package org.simdloss.internal.math;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.simdloss.internal.kernel.UlpProofTest;

class ExpTest {
  /** Every 997th float of either sign whose exponential is neither 0 nor infinite. */
  @Test
  void floatsAreWithinAnUlp() {
    double worst = 0;
    float worstAt = 0;
    for (int sign = 0; sign < 2; sign++) {
      for (int bits = 0; bits < Float.floatToIntBits(104); bits += 997) {
        float x = Float.intBitsToFloat(bits | sign << 31);
        double exact = StrictMath.exp(x);
        if ((float) exact < Float.POSITIVE_INFINITY) {
          double ulps = Math.abs(Exp.of(x) - exact) / Math.ulp((float) exact);
          if (ulps > worst) {
            worst = ulps;
            worstAt = x;
          }
        }
      }
    }
    String found = "worst: " + worst + " at " + Float.toHexString(worstAt);
    assertTrue(worst < UlpProofTest.EXP_BOUND, found);
  }

  @Test
  void specialFloats() {
    assertEquals(1f, Exp.of(0f));
    assertEquals(1f, Exp.of(-0f));
    assertEquals(1f, Exp.of(Float.MIN_VALUE));
    assertEquals(0f, Exp.of(Float.NEGATIVE_INFINITY));
    assertEquals(0f, Exp.of(-104f));
    assertEquals(0f, Exp.of(-1e30f));
    assertEquals(Float.MIN_VALUE, Exp.of(-103.27893f));
    assertEquals(Float.POSITIVE_INFINITY, Exp.of(Float.POSITIVE_INFINITY));
    assertEquals(Float.POSITIVE_INFINITY, Exp.of(Math.nextUp(88.72283f)));
    assertEquals(StrictMath.exp(88.72283f), Exp.of(88.72283f), 1e32);
    assertTrue(Float.isNaN(Exp.of(Float.NaN)));
  }
}

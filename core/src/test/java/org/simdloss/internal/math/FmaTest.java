package org.simdloss.internal.math;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;

class FmaTest {
  /** Seed 1: any bits; operands that nearly cancel; products that lie next to a rounding's tie. */
  @Test
  void softwareEqualsTheExactOperation() {
    Random random = new Random(1);
    for (int i = 0; i < 2_000_000; i++) {
      float a = Float.intBitsToFloat(random.nextInt());
      float b = Float.intBitsToFloat(random.nextInt());
      float c = Float.intBitsToFloat(random.nextInt());
      check(a, b, c);
      a = 1 + random.nextInt(1 << 23) * 0x1p-23f;
      b = 1 + random.nextInt(1 << 23) * 0x1p-23f;
      check(a, b, -a * b);
      check(a, b, Math.scalb(a, random.nextInt(120) - 60));
      check(a, b, -Math.scalb(b, random.nextInt(60) - 30));
      check(Math.scalb(a, -100), b, Math.scalb(b, -126 - random.nextInt(23)));
    }
    check(0f, -1f, 0f);
    check(0f, -1f, -0f);
    check(Float.MAX_VALUE, Float.MAX_VALUE, Float.NEGATIVE_INFINITY);
  }

  /**
   * Seed 2: sums that double rounds to half way between two floats, to either of which the exact
   * ones are nearer.
   */
  @Test
  void sumsNextToATie() {
    Random random = new Random(2);
    for (int i = 0; i < 100_000; i++) {
      // (1 + e)(1 − e) is 1 − e², and e² is lost beside the ulp of c.
      float e = (1 + random.nextInt(255)) * 0x1p-23f;
      int scale = random.nextInt(200) - 100;
      float half = Math.scalb(1 - e, scale - 24);
      float c = Math.scalb(1 + random.nextInt(1 << 23) * 0x1p-23f, scale);
      for (int signs = 0; signs < 4; signs++) {
        check((signs & 1) == 0 ? 1 + e : -1 - e, half, (signs & 2) == 0 ? c : -c);
      }
      // An odd number of 25 bits is itself half way.
      float odd = 5_592_407 + 2 * random.nextInt(2_796_202);
      check(random.nextBoolean() ? 3 : -3, odd, Math.scalb(c, -scale - 40 + i % 60));
      check(random.nextBoolean() ? 3 : -3, odd, -Math.scalb(c, -scale - 40 + i % 60));
    }
  }

  private static void check(float a, float b, float c) {
    int expected = Float.floatToIntBits(Math.fma(a, b, c));
    int actual = Float.floatToIntBits(Fma.software(a, b, c));
    if (expected != actual) {
      assertEquals(Math.fma(a, b, c), Fma.software(a, b, c), a + " * " + b + " + " + c);
    }
  }
}

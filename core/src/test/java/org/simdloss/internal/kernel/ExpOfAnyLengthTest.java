package org.simdloss.internal.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.simdloss.internal.backend.Probe;
import org.simdloss.internal.math.Exp;

/** Exponentials in vectors, where some are left over: every one, and nothing beside them. */
class ExpOfAnyLengthTest {
  private static final int LONGEST = 70;

  private static final int X_AT = 3;

  private static final int OUT_AT = 5;

  private static final float UNTOUCHED = -7;

  private interface Kernel {
    boolean run(Kernels kernels, float[] x, int n, float[] out);
  }

  @BeforeEach
  void vectorsAreThere() {
    assumeTrue(ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent());
  }

  @Test
  void withinTheLimit() {
    for (int n = 0; n <= LONGEST; n++) {
      float[] x = logits(n);
      assertExp(x, n, (k, in, m, out) -> k.expIfWithinLimit(in, X_AT, m, out, OUT_AT));
      assertExp(x, n, (k, in, m, out) -> k.expIfWithinLimitOrMasked(in, X_AT, m, out, OUT_AT));
      for (int i = X_AT + n / 2; i < X_AT + n; i += 3) {
        x[i] = Float.NEGATIVE_INFINITY;
      }
      assertExp(x, n, (k, in, m, out) -> k.expIfWithinLimitOrMasked(in, X_AT, m, out, OUT_AT));
    }
  }

  @Test
  void aLogitBeyondTheLimitIsFoundAnywhere() {
    Kernels vector = Probe.vectorKernels();
    float[] out = new float[OUT_AT + LONGEST];
    for (int n = 1; n <= LONGEST; n++) {
      for (int at = 0; at < n; at++) {
        float[] x = logits(n);
        x[X_AT + at] = 65;
        String what = at + " of " + n;
        assertEquals(false, vector.expIfWithinLimit(x, X_AT, n, out, OUT_AT), what);
        assertEquals(false, vector.expIfWithinLimitOrMasked(x, X_AT, n, out, OUT_AT), what);
        x[X_AT + at] = Float.NEGATIVE_INFINITY;
        assertEquals(false, vector.expIfWithinLimit(x, X_AT, n, out, OUT_AT), what);
      }
    }
  }

  @Test
  void scaledAndInPlace() {
    float first = 0.3f;
    float second = 0x1.8p-3f;
    for (int n = 0; n <= LONGEST; n++) {
      float[] x = logits(n);
      Kernel scaled =
          (k, in, m, out) -> {
            k.scaledExp(in, X_AT, m, first, second, out, OUT_AT);
            return true;
          };
      assertExp(x, n, first, second, scaled);
      float[] expected = x.clone();
      for (int i = X_AT; i < X_AT + n; i++) {
        expected[i] = Exp.of(x[i]) * first * second;
      }
      Probe.vectorKernels().scaledExp(x, X_AT, n, first, second, x, X_AT);
      assertArrayEquals(expected, x, "in place, " + n);
    }
  }

  private static float[] logits(int n) {
    Random random = new Random(n);
    float[] x = new float[X_AT + LONGEST + 1];
    for (int i = 0; i < x.length; i++) {
      // What lies beside the logits is beyond the limit.
      x[i] = i < X_AT || i >= X_AT + n ? 1e9f : 128 * random.nextFloat() - 64;
    }
    return x;
  }

  private static void assertExp(float[] x, int n, Kernel kernel) {
    assertExp(x, n, 1, 1, kernel);
  }

  private static void assertExp(float[] x, int n, float first, float second, Kernel kernel) {
    float[] expected = new float[OUT_AT + LONGEST + 1];
    Arrays.fill(expected, UNTOUCHED);
    float[] scalar = expected.clone();
    float[] vector = expected.clone();
    for (int i = 0; i < n; i++) {
      expected[OUT_AT + i] = Exp.of(x[X_AT + i]) * first * second;
    }
    assertEquals(true, kernel.run(ScalarKernels.INSTANCE, x, n, scalar), "scalar, " + n);
    assertArrayEquals(expected, scalar, "scalar, " + n);
    assertEquals(true, kernel.run(Probe.vectorKernels(), x, n, vector), "vector, " + n);
    assertArrayEquals(expected, vector, "vector, " + n);
  }
}

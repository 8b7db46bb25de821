package org.simdloss.internal.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.simdloss.internal.backend.Probe;

/** What is subtracted from each row's logits, in vectors and in scalar code. */
class ShiftsTest {
  private static final int AT = 3;

  private static final int OUT_AT = 5;

  private static final float UNTOUCHED = -7;

  /** Each odd row holds one of these, or has it as its greatest logit. */
  private static final float[] ODD = {
    65, 64.00001f, 500, -64.00001f, -500, Float.POSITIVE_INFINITY, Float.NaN, -Float.NaN
  };

  @BeforeEach
  void vectorsAreThere() {
    assumeTrue(ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent());
  }

  @Test
  void ofAnyRows() {
    Random random = new Random(18);
    for (int cols = 1; cols <= 40; cols++) {
      for (int rows : new int[] {1, 2, 3, 7, 15, 16, 17, 18, 33, 50}) {
        for (int odd : new int[] {0, 1, rows / 2, rows}) {
          float[] x = logits(random, rows, cols, odd);
          assertShifts(x, rows, cols, odd + " odd rows of " + rows + "×" + cols);
        }
      }
    }
  }

  /** What lies beside the rows is beyond the limit. */
  private static float[] logits(Random random, int rows, int cols, int odd) {
    float[] x = new float[AT + rows * cols + 20];
    Arrays.fill(x, 1e9f);
    for (int i = AT; i < AT + rows * cols; i++) {
      x[i] = random.nextInt(9) == 0 ? Float.NEGATIVE_INFINITY : 128 * random.nextFloat() - 64;
    }
    for (int k = 0; k < odd; k++) {
      int row = odd == rows ? k : random.nextInt(rows);
      float value = ODD[random.nextInt(ODD.length)];
      int col = random.nextInt(cols);
      x[AT + row * cols + col] = value;
      for (int c = 0; c < cols && k % 2 == 0; c++) {
        x[AT + row * cols + c] = c == col ? value : value - 3 * random.nextFloat();
      }
    }
    return x;
  }

  private static float shift(float[] x, int at, int cols) {
    float max = Float.NEGATIVE_INFINITY;
    boolean isWithinLimit = true;
    for (int i = at; i < at + cols; i++) {
      max = Math.max(max, x[i]);
      isWithinLimit &= Math.abs(x[i]) <= 64 || x[i] == Float.NEGATIVE_INFINITY;
    }
    return isWithinLimit ? 0 : max;
  }

  private static void assertShifts(float[] x, int rows, int cols, String what) {
    float[] shifts = new float[rows + 1];
    float[] out = new float[OUT_AT + rows * cols + 20];
    float[] inPlace = x.clone();
    Arrays.fill(out, UNTOUCHED);
    shifts[rows] = UNTOUCHED;
    for (int r = 0; r < rows; r++) {
      shifts[r] = shift(x, AT + r * cols, cols);
      for (int c = 0; c < cols; c++) {
        int i = r * cols + c;
        inPlace[AT + i] = x[AT + i] - shifts[r];
        out[OUT_AT + i] = inPlace[AT + i];
      }
    }
    for (Kernels each : new Kernels[] {ScalarKernels.INSTANCE, Probe.vectorKernels()}) {
      String who = each.name() + ", " + what;
      float[] foundShifts = new float[rows + 1];
      foundShifts[rows] = UNTOUCHED;
      each.shifts(x, AT, rows, cols, foundShifts);
      assertArrayEquals(shifts, foundShifts, "shifts: " + who);
      float[] foundOut = new float[out.length];
      Arrays.fill(foundOut, UNTOUCHED);
      each.subtractShifts(x, AT, rows, cols, shifts, foundOut, OUT_AT);
      assertArrayEquals(out, foundOut, "not in place: " + who);
      float[] found = x.clone();
      each.subtractShifts(found, AT, rows, cols, shifts, found, AT);
      assertArrayEquals(inPlace, found, "in place: " + who);
    }
  }
}

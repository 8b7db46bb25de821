package org.simdloss.internal.math;

/**
 * The fused multiply-add, with the same bits on machines that have none.
 *
 * <p>Where the CPU lacks the instruction, {@link Math#fma(float, float, float)} goes through {@code
 * BigDecimal}: right, but some 80 times slower than {@link #software}, and it allocates.
 */
public final class Fma {
  /**
   * Found by timing, since no property tells, and beside {@link #software}, since an emulated
   * machine is slow at both: the instruction is at most as slow, even interpreted, and {@code
   * BigDecimal} some 80 times slower. The best of five attempts shuts out an interruption.
   */
  public static final boolean HARDWARE = probe();

  private static final int MOST_OF_SOFTWARE = 4;

  private Fma() {}

  /** The float nearest to a·b + c. */
  public static float fma(float a, float b, float c) {
    return HARDWARE ? Math.fma(a, b, c) : software(a, b, c);
  }

  /**
   * A product of floats is exact in double. The sum is rounded to odd there, so that rounding it
   * once more, to float, cannot round twice.
   */
  public static float software(float a, float b, float c) {
    double product = (double) a * b;
    double sum = product + c;
    double back = sum - product;
    double error = (product - (sum - back)) + (c - back);
    if (error != 0 && Math.abs(sum) <= Double.MAX_VALUE) {
      long bits = Double.doubleToRawLongBits(sum);
      if ((bits & 1) == 0) {
        sum = Double.longBitsToDouble(bits + (error > 0 == sum > 0 ? 1 : -1));
      }
    }
    return (float) sum;
  }

  private static boolean probe() {
    long hardware = Long.MAX_VALUE;
    long software = Long.MAX_VALUE;
    float x = 1;
    for (int attempt = 0; attempt < 5; attempt++) {
      long start = System.nanoTime();
      for (int i = 0; i < 64; i++) {
        x = Math.fma(x, 0.5f, 0.25f);
      }
      long middle = System.nanoTime();
      for (int i = 0; i < 64; i++) {
        x = software(x, 0.5f, 0.25f);
      }
      hardware = Math.min(hardware, middle - start);
      software = Math.min(software, System.nanoTime() - middle);
    }
    return x > 0 && hardware <= MOST_OF_SOFTWARE * software;
  }
}

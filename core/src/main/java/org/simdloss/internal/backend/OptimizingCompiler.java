package org.simdloss.internal.backend;

/**
 * Finds out whether this VM has a compiler that optimises. Where it has C1 alone, which no property
 * tells in all cases, vector code is hundreds of times slower than scalar code.
 */
public final class OptimizingCompiler {
  private static final int STEPS = 1 << 17;

  /** C1 takes 40 µs and more for the steps, an optimising compiler leaves them out. */
  private static final long NANOS = 5_000;

  private static volatile boolean seen;

  private OptimizingCompiler() {}

  /** Whether it has been at work. Each time it is not, this takes about 0.1 ms. */
  public static boolean isSeen() {
    if (!seen) {
      long start = System.nanoTime();
      int result = count(STEPS);
      seen = result == STEPS && System.nanoTime() - start < NANOS;
    }
    return seen;
  }

  /** Counts, which is to do nothing. */
  private static int count(int steps) {
    int result = 0;
    for (int i = 0; i < steps; i++) {
      result++;
    }
    return result;
  }
}

package org.simdloss.internal;

/**
 * A sum of doubles that carries the rounding errors along (Neumaier), so that its error does not
 * grow with the number of blocks.
 */
final class CompensatedSum {
  private double sum;
  private double error;

  void clear() {
    sum = 0;
    error = 0;
  }

  void add(double x) {
    double next = sum + x;
    error += Math.abs(sum) >= Math.abs(x) ? (sum - next) + x : (x - next) + sum;
    sum = next;
  }

  /** Once the sum is infinite or NaN, the errors say nothing. */
  double value() {
    return Math.abs(sum) <= Double.MAX_VALUE ? sum + error : sum;
  }
}

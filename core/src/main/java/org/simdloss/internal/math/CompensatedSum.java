package org.simdloss.internal.math;

/**
 * A sum of doubles that carries the rounding errors along (Neumaier), so that its error does not
 * grow with the number of blocks.
 */
public final class CompensatedSum {
  private double sum;
  private double error;

  public void clear() {
    sum = 0;
    error = 0;
  }

  public void add(double x) {
    double next = sum + x;
    error += Math.abs(sum) >= Math.abs(x) ? (sum - next) + x : (x - next) + sum;
    sum = next;
  }

  /** Once the sum is infinite or NaN, the errors say nothing. */
  public double value() {
    return Math.abs(sum) <= Double.MAX_VALUE ? sum + error : sum;
  }
}

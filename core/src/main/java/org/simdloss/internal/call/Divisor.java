package org.simdloss.internal.call;

/** By what a batch's sum is divided. */
public enum Divisor {
  NONE,
  ROWS,
  ELEMENTS;

  /**
   * @param weight of all rows: their number, if they have none of their own
   */
  double of(double weight, int cols) {
    return this == NONE ? 1 : weight(weight, cols);
  }

  /** What a mean over several batches divides by, for each of them: a sum's mean is by rows. */
  double weight(double weight, int cols) {
    return this == ELEMENTS ? weight * cols : weight;
  }
}

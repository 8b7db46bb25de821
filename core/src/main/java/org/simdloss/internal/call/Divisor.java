package org.simdloss.internal.call;

/** By what a batch's sum is divided. */
public enum Divisor {
  NONE,
  ROWS,
  ELEMENTS;

  double of(int rows, int cols) {
    return this == NONE ? 1 : weight(rows, cols);
  }

  /** What a mean over several batches divides by, for each of them: a sum's mean is by rows. */
  double weight(int rows, int cols) {
    return this == ELEMENTS ? (double) rows * cols : rows;
  }
}

package org.simdloss;

/**
 * Rows that may have weights.
 *
 * <p>A class of its own for the same reason as {@link View}.
 */
abstract class WeightedView extends View {
  /** A weight for each row, from {@link #weightsAt} on; null if they have none. */
  final float[] weights;

  final int weightsAt;

  WeightedView(int offset, int rows, int cols, int stride, float[] weights, int weightsAt) {
    super(offset, rows, cols, stride);
    this.weights = weights;
    this.weightsAt = weightsAt;
  }
}

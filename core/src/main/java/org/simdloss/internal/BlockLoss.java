package org.simdloss.internal;

/**
 * A loss, block by block: what is summed over a batch, and over each row.
 *
 * <p>{@code t} is null where the targets are labels, {@code labels} where they are values, both
 * where there are none. The shapes, offsets and strides are the workspace's.
 */
public interface BlockLoss {
  /** The switches of this class of losses. */
  Switches switches();

  /** What can be asked for. */
  default Output[] outputs() {
    return new Output[] {Output.LOSS, Output.GRADIENT, Output.ROW_LOSSES};
  }

  /** Whether predictions are logits, and no probabilities. */
  default boolean takesLogits() {
    return false;
  }

  /**
   * About how long the vector kernels need for a batch in the first-level cache, so that a caller
   * can tell whether several threads pay.
   *
   * @param labelled whether the targets are labels
   */
  long nanos(int rows, int cols, Output output, boolean labelled);

  /** How many blocks {@link #sum} has. */
  int blocks(int rows, int cols);

  /**
   * The sum over one block.
   *
   * @param gradient where {@link Workspace#factor} times the derivatives of that sum are written,
   *     once the block has been read; it may be y or t. Null if they are not wanted.
   */
  double sum(
      int block,
      Kernels kernels,
      Workspace work,
      float[] y,
      float[] t,
      int[] labels,
      float[] gradient);

  /** {@code losses[r] = scale · sum over row r}, for all rows of one block of whole rows. */
  void perRow(
      int block,
      Kernels kernels,
      Workspace work,
      float[] y,
      float[] t,
      int[] labels,
      double scale,
      float[] losses);
}

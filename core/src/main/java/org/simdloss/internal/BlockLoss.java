package org.simdloss.internal;

/**
 * A loss, block by block: what is summed over a batch, and over each row.
 *
 * <p>{@code t} is null where the targets are labels, {@code labels} where they are values, both
 * where there are none. The shapes, offsets and strides are the workspace's.
 */
public interface BlockLoss {
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

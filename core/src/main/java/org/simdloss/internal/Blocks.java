package org.simdloss.internal;

/** How a batch is cut into blocks. */
final class Blocks {
  /**
   * The size of a block. Small enough that two of them and their results stay in a first-level
   * cache of 32 KiB; divisible by 64 lanes and, with no rows left over, by most small column
   * counts: 1 to 6, 8, 10, 12, 15, 16, 20, 24, 30, 32. Of ten columns it holds 192 rows.
   */
  static final int ELEMENTS = 1920;

  private Blocks() {}

  /** Rows in a block of whole rows; 1 where a row is larger than a block. */
  static int rowsPerBlock(int cols) {
    return Math.max(1, ELEMENTS / cols);
  }

  /** Where the block of whole rows that begins at a row ends. */
  static int endRow(int row, int rows, int cols) {
    return row + Math.min(rows - row, rowsPerBlock(cols)); // in this order it can not overflow
  }

  /** Blocks of whole rows. */
  static int rowBlocks(int rows, int cols) {
    return ceilDiv(rows, rowsPerBlock(cols));
  }

  static int ceilDiv(int x, int y) {
    return x / y + (x % y == 0 ? 0 : 1);
  }

  /** Computes some blocks, one after the other. */
  static void run(
      int first,
      int end,
      BlockLoss loss,
      Kernels kernels,
      Workspace work,
      float[] y,
      float[] t,
      int[] labels,
      double scale,
      float[] out,
      boolean perRow) {
    if (perRow) {
      for (int b = first; b < end; b++) {
        loss.perRow(b, kernels, work, y, t, labels, scale, out);
      }
    } else {
      for (int b = first; b < end; b++) {
        work.total.add(loss.sum(b, kernels, work, y, t, labels, out));
      }
    }
  }
}

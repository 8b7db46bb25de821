package org.simdloss.internal.block;

import org.simdloss.internal.kernel.Block;

/** How a batch is cut into blocks. */
public final class Blocks {
  private Blocks() {}

  /** Rows in a block of whole rows; 1 where a row is larger than a block. */
  public static int rowsPerBlock(int cols) {
    return Math.max(1, Block.ELEMENTS / cols);
  }

  /** Where the block of whole rows that begins at a row ends. */
  public static int endRow(int row, int rows, int cols) {
    return row + Math.min(rows - row, rowsPerBlock(cols)); // in this order it can not overflow
  }

  /** Blocks of whole rows. */
  public static int rowBlocks(int rows, int cols) {
    return ceilDiv(rows, rowsPerBlock(cols));
  }

  public static int ceilDiv(int x, int y) {
    return x / y + (x % y == 0 ? 0 : 1);
  }

  /** How many blocks a call has. */
  public static int count(BlockLoss loss, Workspace work) {
    return work.output() == Output.ROW_LOSSES || work.output() == Output.ROW_TOTALS
        ? rowBlocks(work.rows, work.cols)
        : loss.blocks(work.rows, work.cols);
  }

  /** Computes the blocks that the workspace names, one after the other. */
  public static void run(
      BlockLoss loss, Workspace work, float[] y, float[] t, int[] labels, float[] out) {
    int end = work.endBlock;
    if (work.output() == Output.ROW_LOSSES) {
      for (int b = work.firstBlock; b < end; b++) {
        loss.perRow(b, work, y, t, labels, out);
      }
    } else if (work.output() == Output.ROW_TOTALS) {
      for (int b = work.firstBlock; b < end; b++) {
        loss.addRows(b, work, y, t, labels);
      }
    } else {
      for (int b = work.firstBlock; b < end; b++) {
        work.total.add(loss.sum(b, work, y, t, labels, out));
      }
    }
  }
}

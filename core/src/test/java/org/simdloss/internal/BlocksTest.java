package org.simdloss.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class BlocksTest {
  @Test
  void wholeRows() {
    assertEquals(192, Blocks.rowsPerBlock(10));
    assertEquals(1, Blocks.rowsPerBlock(1921));
    assertEquals(313, Blocks.rowBlocks(60_000, 10));
    assertEquals(192, Blocks.endRow(0, 60_000, 10));
    assertEquals(60_000, Blocks.endRow(312 * 192, 60_000, 10));
  }

  /** The last block of a batch as large as an array can be. */
  @Test
  void theLastBlockDoesNotOverflow() {
    int rows = Integer.MAX_VALUE - 7;
    int last = (Blocks.rowBlocks(rows, 1) - 1) * Blocks.rowsPerBlock(1);
    assertEquals(rows, Blocks.endRow(last, rows, 1));
  }
}

package org.simdloss.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

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

  /** Of the cross-entropy: rows that share a logarithm. */
  @Test
  void rowsOfACrossEntropyBlock() {
    assertEquals(1920, CrossEntropyBlocks.rowsPerBlock(1));
    assertEquals(384, CrossEntropyBlocks.rowsPerBlock(10));
    assertEquals(16, CrossEntropyBlocks.rowsPerBlock(240));
    assertEquals(16, CrossEntropyBlocks.rowsPerBlock(1920));
    assertEquals(1, CrossEntropyBlocks.rowsPerBlock(1921));
    assertEquals(157, new CrossEntropyBlocks(0).blocks(60_000, 10));
    assertEquals(8, new CrossEntropyBlocks(0).blocks(128, 1000));
  }

  @Test
  void largeBatchesGoParallel() {
    assertTrue(Blocks.areParallel(157, 60_000, 10));
    assertTrue(Blocks.areParallel(8, 128, 1000));
    assertTrue(Blocks.areParallel(2, Integer.MAX_VALUE / 2, 2));
    assertFalse(Blocks.areParallel(1, 1, 1_000_000));
    assertFalse(Blocks.areParallel(3, 1000, 10));
  }

  /** The last block of a batch as large as an array can be. */
  @Test
  void theLastBlockDoesNotOverflow() {
    int rows = Integer.MAX_VALUE - 7;
    int last = (Blocks.rowBlocks(rows, 1) - 1) * Blocks.rowsPerBlock(1);
    assertEquals(rows, Blocks.endRow(last, rows, 1));
  }
}

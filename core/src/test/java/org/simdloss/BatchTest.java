package org.simdloss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class BatchTest {
  private static void refused(String message, Executable call) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage());
  }

  @Test
  void aViewAndNoCopy() {
    float[] data = {1, 2, 3, 4, 5, 6};
    Batch batch = Batch.of(data, 2, 3);
    assertSame(data, batch.data());
    data[4] = 9;
    assertEquals(9, batch.get(1, 1));
    assertEquals(2, batch.rows());
    assertEquals(3, batch.cols());
    assertEquals("Batch 2×3 (offset 0, stride 3)", batch.toString());
  }

  @Test
  void stridedRows() {
    float[] data = {0, 1, 2, -1, 3, 4, -1};
    Batch batch = Batch.of(data, 1, 2, 2, 3);
    assertEquals(1, batch.get(0, 0));
    assertEquals(4, batch.get(1, 1));
    assertEquals("Batch 2×2 (offset 1, stride 3)", batch.toString());
    // the last row needs no padding after it
    assertEquals(2, Batch.of(new float[5], 0, 2, 2, 3).rows());
  }

  @Test
  void oneRow() {
    Batch row = Batch.row(new float[] {1, 2});
    assertEquals("Batch 1×2 (offset 0, stride 2)", row.toString());
    refused("cols is 0; allowed: 1 or more", () -> Batch.row(new float[0]));
  }

  @Test
  void copiesOfRows() {
    float[][] rows = {{1, 2}, {3, 4}};
    Batch copy = Batch.copyOf(rows);
    rows[1][1] = 9;
    assertEquals(4, copy.get(1, 1));
    refused(
        "rows[1] has 1 elements, but rows[0] has 2",
        () -> Batch.copyOf(new float[][] {{1, 2}, {3}}));
    refused(
        "rows is empty, so the number of columns is unknown", () -> Batch.copyOf(new float[0][]));
    refused("cols is 0; allowed: 1 or more", () -> Batch.copyOf(new float[2][0]));
  }

  @Test
  void slices() {
    Batch batch = Batch.of(new float[] {0, 1, 2, 3, 4, 5, 6, 7}, 1, 3, 2, 2);
    Batch slice = batch.slice(1, 3);
    assertEquals("Batch 2×2 (offset 3, stride 2)", slice.toString());
    assertEquals(3, slice.get(0, 0));
    assertEquals(0, batch.slice(3, 3).rows());
    refused(
        "slice from row 2 to row 4; allowed: 0 <= fromRow <= toRow <= 3", () -> batch.slice(2, 4));
    refused(
        "slice from row 2 to row 1; allowed: 0 <= fromRow <= toRow <= 3", () -> batch.slice(2, 1));
    refused(
        "slice from row -1 to row 1; allowed: 0 <= fromRow <= toRow <= 3",
        () -> batch.slice(-1, 1));
  }

  @Test
  void badShapes() {
    float[] six = new float[6];
    refused("data has 6 elements, but 2×2 needs 4", () -> Batch.of(six, 2, 2));
    refused("rows is -2; allowed: 0 or more", () -> Batch.of(six, -2, -3));
    refused("cols is 0; allowed: 1 or more", () -> Batch.of(new float[0], 2, 0));
    refused(
        "65536×65536 is 4294967296 elements, more than an array can hold",
        () -> Batch.of(new float[0], 65536, 65536));
    refused("stride is 2; allowed: the 3 columns or more", () -> Batch.of(six, 0, 2, 3, 2));
    refused("offset is -1; allowed: 0 to data's length, 6", () -> Batch.of(six, -1, 1, 3, 3));
    refused("offset is 7; allowed: 0 to data's length, 6", () -> Batch.of(six, 7, 0, 3, 3));
    refused(
        "data has 6 elements, but 2×3 at offset 1 with stride 3 ends at 7",
        () -> Batch.of(six, 1, 2, 3, 3));
    refused(
        "data has 6 elements, but 2×3 at offset 6 with stride 2147483647 ends at 2147483656",
        () -> Batch.of(six, 6, 2, 3, Integer.MAX_VALUE));
  }

  @Test
  void nulls() {
    assertEquals("data", nullMessage(() -> Batch.of(null, 1, 1)));
    assertEquals("data", nullMessage(() -> Batch.of(null, 0, 1, 1, 1)));
    assertEquals("sample", nullMessage(() -> Batch.row(null)));
    assertEquals("rows", nullMessage(() -> Batch.copyOf(null)));
    assertEquals("rows[0]", nullMessage(() -> Batch.copyOf(new float[1][])));
    assertEquals("rows[1]", nullMessage(() -> Batch.copyOf(new float[][] {{1}, null})));
  }

  private static String nullMessage(Executable call) {
    return assertThrows(NullPointerException.class, call).getMessage();
  }

  @Test
  void elementsOutside() {
    Batch batch = Batch.of(new float[100], 0, 2, 3, 50);
    for (int[] at : new int[][] {{-1, 0}, {2, 0}, {0, -1}, {0, 3}}) {
      assertEquals(
          "element (" + at[0] + ", " + at[1] + ") of a batch of 2×3",
          assertThrows(IndexOutOfBoundsException.class, () -> batch.get(at[0], at[1]))
              .getMessage());
    }
  }

  /** Whatever the ints, a batch is either refused with a message or wholly inside its array. */
  @Test
  void anyIntsSeed7() {
    Random random = new Random(7);
    int[] some = {
      -1, 0, 1, 2, 3, 10, 11, 100, 46_341, 65_536, Integer.MAX_VALUE, Integer.MIN_VALUE
    };
    float[] data = new float[100];
    int accepted = 0;
    for (int i = 0; i < 300_000; i++) {
      int[] args = random.ints(4, 0, some.length).map(k -> some[k]).toArray();
      try {
        Batch batch = Batch.of(data, args[0], args[1], args[2], args[3]);
        accepted++;
        if (batch.rows() > 0) {
          batch.get(0, 0);
          batch.get(batch.rows() - 1, batch.cols() - 1);
          assertTrue(batch.stride() >= batch.cols());
        }
        batch.slice(batch.rows(), batch.rows());
      } catch (IllegalArgumentException e) {
        assertTrue(e.getMessage().length() > 10);
      }
    }
    assertTrue(accepted > 100, "accepted " + accepted);
  }
}

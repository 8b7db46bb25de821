package org.simdloss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchTest {
  private static void refused(String message, Executable call) {
    assertEquals(message, assertThrowsExactly(IllegalArgumentException.class, call).getMessage());
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
  void copiesOfRowsOfDoubles() {
    double[][] rows = {{1, 2}, {3, 4}};
    Batch copy = Batch.copyOf(rows);
    rows[1][1] = 9;
    assertArrayEquals(new float[] {1, 2, 3, 4}, copy.data());
    assertEquals("Batch 2×2 (offset 0, stride 2)", copy.toString());
    refused(
        "rows[1] has 3 elements, but rows[0] has 2",
        () -> Batch.copyOf(new double[][] {{1, 2}, {3, 4, 5}}));
    refused(
        "rows is empty, so the number of columns is unknown", () -> Batch.copyOf(new double[0][]));
    refused("cols is 0; allowed: 1 or more", () -> Batch.copyOf(new double[2][0]));
  }

  /** To the nearest float, ties to even, with the signs of zeros. */
  @Test
  void doublesAreRounded() {
    double above = Math.nextUp(1 + 0x1p-24);
    double[] exact = {0.1, 1 + 0x1p-24, above, 1 + 3 * 0x1p-24, -(1 + 0x1p-24), 0x1p-150};
    float[] nearest = {0.1f, 1, 1 + 0x1p-23f, 1 + 0x1p-22f, -1, 0};
    double[] odd = {0x1.8p-149, -0.0, -1e-300, Double.NaN, 0x1.fffffefp127, 0x1.ffffffp127};
    float[] rounded = {0x1p-148f, -0f, -0f, Float.NaN, Float.MAX_VALUE, Float.POSITIVE_INFINITY};
    double[] infinite = {-1e300, Double.NEGATIVE_INFINITY, Double.MAX_VALUE, -4e38, 3.5e38, 1e39};
    float negative = Float.NEGATIVE_INFINITY;
    float positive = Float.POSITIVE_INFINITY;
    float[] infinities = {negative, negative, positive, negative, positive, positive};
    Batch copy = Batch.copyOf(new double[][] {exact, odd, infinite});
    assertArrayEquals(nearest, row(copy, 0));
    assertArrayEquals(rounded, row(copy, 1));
    assertArrayEquals(infinities, row(copy, 2));
  }

  private static float[] row(Batch batch, int r) {
    return Arrays.copyOfRange(batch.data(), r * batch.cols(), (r + 1) * batch.cols());
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
    assertEquals("data", nullMessage(() -> Batch.of((float[]) null, 1, 1)));
    assertEquals("data", nullMessage(() -> Batch.of((float[]) null, 0, 1, 1, 1)));
    assertEquals("sample", nullMessage(() -> Batch.row(null)));
    assertEquals("rows", nullMessage(() -> Batch.copyOf((float[][]) null)));
    assertEquals("rows[0]", nullMessage(() -> Batch.copyOf(new float[1][])));
    assertEquals("rows[1]", nullMessage(() -> Batch.copyOf(new float[][] {{1}, null})));
    assertEquals("rows", nullMessage(() -> Batch.copyOf((double[][]) null)));
    assertEquals("rows[0]", nullMessage(() -> Batch.copyOf(new double[1][])));
    assertEquals("rows[1]", nullMessage(() -> Batch.copyOf(new double[][] {{1}, null})));
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

  /** Why there is no such batch, or null if there is. */
  private static String refusal(int length, int offset, int rows, int cols, int stride) {
    BigInteger elements = BigInteger.valueOf(rows).multiply(BigInteger.valueOf(cols));
    BigInteger end = BigInteger.valueOf(rows - 1L).multiply(BigInteger.valueOf(stride));
    end = end.add(BigInteger.valueOf(offset)).add(BigInteger.valueOf(cols));
    if (rows < 0) {
      return "rows is " + rows + "; allowed: 0 or more";
    } else if (cols < 1) {
      return "cols is " + cols + "; allowed: 1 or more";
    } else if (elements.bitLength() > 31) {
      return rows + "×" + cols + " is " + elements + " elements, more than an array can hold";
    } else if (stride < cols) {
      return "stride is " + stride + "; allowed: the " + cols + " columns or more";
    } else if (offset < 0 || offset > length) {
      return "offset is " + offset + "; allowed: 0 to data's length, " + length;
    } else if (rows > 0 && end.compareTo(BigInteger.valueOf(length)) > 0) {
      String view = rows + "×" + cols + " at offset " + offset + " with stride " + stride;
      return "data has " + length + " elements, but " + view + " ends at " + end;
    }
    return null;
  }

  /** Whatever the ints, a batch is either refused and says why, or wholly inside its array. */
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {7, 8})
  void anyInts(long seed) {
    Random random = new Random(seed);
    int accepted = 0;
    for (int i = 0; i < 2_000; i++) {
      float[] data = new float[random.nextInt(60)];
      for (int k = 0; k < data.length; k++) {
        data[k] = k;
      }
      int offset = TestData.anyInt(random);
      int rows = TestData.anyInt(random);
      int cols = TestData.anyInt(random);
      int stride = random.nextBoolean() ? cols : TestData.anyInt(random);
      String refusal = refusal(data.length, offset, rows, cols, stride);
      if (refusal != null) {
        refused(refusal, () -> Batch.of(data, offset, rows, cols, stride));
      } else {
        accepted++;
        Batch batch = Batch.of(data, offset, rows, cols, stride);
        String shape = rows + "×" + cols + " (offset " + offset + ", stride " + stride + ")";
        assertEquals("Batch " + shape, batch.toString());
        anyElement(batch, random);
        anySlice(batch, random);
      }
      float[] all = random.nextInt(4) == 0 ? new float[Math.max(0, rows % 9 * cols % 99)] : data;
      refusal = refusal(Integer.MAX_VALUE, 0, rows, cols, cols);
      if (refusal == null && all.length != rows * cols) {
        refusal =
            "data has "
                + all.length
                + " elements, but "
                + rows
                + "×"
                + cols
                + " needs "
                + rows * cols;
      }
      if (refusal != null) {
        refused(refusal, () -> Batch.of(all, rows, cols));
      } else {
        accepted++;
        assertEquals(rows, Batch.of(all, rows, cols).rows());
      }
    }
    assertTrue(accepted > 200, "accepted " + accepted);
  }

  private static void anyElement(Batch batch, Random random) {
    int r = TestData.anyInt(random);
    int c = TestData.anyInt(random);
    if (r >= 0 && r < batch.rows() && c >= 0 && c < batch.cols()) {
      assertEquals(batch.offset() + r * batch.stride() + c, batch.get(r, c));
    } else {
      IndexOutOfBoundsException e =
          assertThrowsExactly(IndexOutOfBoundsException.class, () -> batch.get(r, c));
      String shape = batch.rows() + "×" + batch.cols();
      assertEquals("element (" + r + ", " + c + ") of a batch of " + shape, e.getMessage());
    }
  }

  private static void anySlice(Batch batch, Random random) {
    int from = random.nextInt(3) == 0 ? batch.rows() : TestData.anyInt(random);
    int to = random.nextBoolean() ? from : TestData.anyInt(random);
    if (0 <= from && from <= to && to <= batch.rows()) {
      Batch slice = batch.slice(from, to);
      assertEquals(to - from, slice.rows());
      assertTrue(slice.offset() >= 0 && slice.offset() <= slice.data().length);
      if (from < to) {
        assertEquals(batch.get(from, 0), slice.get(0, 0));
        assertEquals(
            batch.get(to - 1, batch.cols() - 1), slice.get(to - from - 1, batch.cols() - 1));
      }
    } else {
      refused(
          "slice from row "
              + from
              + " to row "
              + to
              + "; allowed: 0 <= fromRow <= toRow <= "
              + batch.rows(),
          () -> batch.slice(from, to));
    }
  }

  @Test
  void copiesOfTooManyRows() {
    float[][] rows = new float[40_000][];
    Arrays.fill(rows, new float[60_000]);
    double[][] doubles = new double[40_000][];
    Arrays.fill(doubles, new double[60_000]);
    String tooMany = "40000×60000 is 2400000000 elements, more than an array can hold";
    refused(tooMany, () -> Batch.copyOf(rows));
    refused(tooMany, () -> Batch.copyOf(doubles));
  }
}

package org.simdloss.internal.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.simdloss.internal.backend.Probe;
import org.simdloss.internal.loss.CrossEntropyBlocks;

/** What is one-hot and what is not, of rows of any width. */
class HotTest {
  private static final int AT = 3;

  private static List<Kernels> kernels() {
    List<Kernels> all = new ArrayList<>(List.of(ScalarKernels.INSTANCE));
    if (ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()) {
      all.add(Probe.vectorKernels());
    }
    return all;
  }

  private static int[] widths() {
    int[] widths = java.util.stream.IntStream.rangeClosed(1, 40).toArray();
    widths = Arrays.copyOf(widths, widths.length + 4);
    widths[40] = 63;
    widths[41] = 64;
    widths[42] = 65;
    widths[43] = 1000;
    return widths;
  }

  @Test
  void hotRows() {
    Random random = new Random(9);
    for (int cols : widths()) {
      int most = CrossEntropyBlocks.rowsPerBlock(cols);
      for (int rows : new int[] {1, 2, 3, 7, 16, 64 / cols + 1, 64 / cols + 2, most - 1, most}) {
        for (float zero : new float[] {0f, -0f}) {
          int[] hot = random.ints(rows, 0, cols).toArray();
          float[] t = targets(hot, cols);
          for (int i = AT; i < t.length - 1 && i < AT + rows * cols; i += 5) {
            t[i] = t[i] == 0 ? zero : 1;
          }
          assertHot(hot, t, rows, cols);
        }
      }
    }
  }

  private static void assertHot(int[] hot, float[] t, int rows, int cols) {
    float[] y = new float[rows * cols + 1];
    for (int i = 0; i < y.length; i++) {
      y[i] = i;
    }
    float[] expected = new float[rows];
    for (int r = 0; r < rows; r++) {
      expected[r] = 1 + r * cols + hot[r];
    }
    for (Kernels each : kernels()) {
      String what = each.name() + " " + rows + "×" + cols;
      int[] columns = new int[rows + 1];
      long[] hotBits = new long[OneHotBits.WORDS];
      assertEquals(true, each.hotColumns(t, AT, rows, cols, columns, 1, hotBits), what);
      assertArrayEquals(hot, Arrays.copyOfRange(columns, 1, rows + 1), what);
      if (cols <= OneHotBits.NARROW) {
        float[] values = new float[rows + 2];
        assertEquals(true, each.hotValues(t, AT, y, 1, rows, cols, values, 2, hotBits), what);
        assertArrayEquals(expected, Arrays.copyOfRange(values, 2, rows + 2), what);
      }
    }
    if (areWords(rows, cols)) {
      int[] columns = new int[rows + 1];
      assertEquals(true, writeColumns(t, rows, cols, columns, 1), rows + "×" + cols);
      assertArrayEquals(hot, Arrays.copyOfRange(columns, 1, rows + 1), rows + "×" + cols);
      float[] values = new float[rows + 2];
      assertEquals(true, writeValues(t, y, 1, rows, cols, values, 2), rows + "×" + cols);
      assertArrayEquals(expected, Arrays.copyOfRange(values, 2, rows + 2), rows + "×" + cols);
    }
  }

  /** Whether vectors find these rows' ones in words. */
  private static boolean areWords(int rows, int cols) {
    return cols <= OneHotBits.NARROW && rows * cols >= Long.SIZE;
  }

  private static boolean writeColumns(float[] t, int rows, int cols, int[] columns, int at) {
    int perWord = OneHotBits.rowsPerWord(cols);
    long[] bits = new long[OneHotBits.WORDS];
    int words = writeWords(t, rows * cols, perWord * cols, bits);
    int done = words * perWord;
    return OneHotBits.writeColumns(bits, words, perWord, cols, columns, at)
        && OneHotBits.writeLastColumns(bits[words], rows - done, cols, columns, at + done);
  }

  private static boolean writeValues(
      float[] t, float[] y, int yAt, int rows, int cols, float[] values, int at) {
    int perWord = OneHotBits.rowsPerWord(cols);
    long[] bits = new long[OneHotBits.WORDS];
    int words = writeWords(t, rows * cols, perWord * cols, bits);
    int done = words * perWord;
    int doneAt = yAt + done * cols;
    return OneHotBits.writeValues(bits, words, perWord, cols, y, yAt, values, at)
        && OneHotBits.writeLastValues(bits[words], rows - done, cols, y, doneAt, values, at + done);
  }

  /**
   * In plain Java, the words that the vector kernels write; returns how many come before the last.
   */
  private static int writeWords(float[] t, int n, int step, long[] bits) {
    int words = (n - Long.SIZE) / step + 1;
    for (int w = 0; w <= words; w++) {
      int from = AT + (w < words ? w * step : n - Long.SIZE);
      for (int i = 0; i < Long.SIZE; i++) {
        bits[w] |= t[from + i] == 1 ? 1L << i : 0;
      }
    }
    return words;
  }

  /** One element of one row is other than it should be. */
  @Test
  void rowsThatAreNot() {
    Random random = new Random(10);
    for (int cols : widths()) {
      int most = CrossEntropyBlocks.rowsPerBlock(cols);
      for (int rows : new int[] {1, 2, 17, most}) {
        for (int i = 0; i < 40; i++) {
          int[] hot = random.ints(rows, 0, cols).toArray();
          int row = i < 2 ? i * (rows - 1) : random.nextInt(rows);
          int column = random.nextInt(cols);
          float[] t = targets(hot, cols);
          int at = AT + row * cols + column;
          float[] wrong = {
            t[at] == 0 ? 1 : 0, 0.5f, 2, Float.NaN, -1, Float.MIN_VALUE, 0.99999994f, 0x1p-63f
          };
          t[at] = wrong[i % wrong.length];
          assertNotHot(t, rows, cols);
          float[] negative = targets(hot, cols);
          negative[AT + row * cols + hot[row]] = -1;
          assertNotHot(negative, rows, cols);
          if (rows > 1) {
            // As many ones as rows.
            float[] moved = targets(hot, cols);
            int other = (row + 1) % rows;
            moved[AT + row * cols + hot[row]] = 0;
            moved[AT + other * cols + (hot[other] + 1) % cols] = 1;
            assertNotHot(moved, rows, cols);
          }
        }
      }
    }
  }

  private static void assertNotHot(float[] t, int rows, int cols) {
    for (Kernels each : kernels()) {
      String what = each.name() + " " + rows + "×" + cols;
      long[] hotBits = new long[OneHotBits.WORDS];
      assertEquals(false, each.hotColumns(t, AT, rows, cols, new int[rows], 0, hotBits), what);
      if (cols <= OneHotBits.NARROW) {
        float[] values = new float[rows];
        assertEquals(false, each.hotValues(t, AT, t, AT, rows, cols, values, 0, hotBits), what);
      }
    }
    if (areWords(rows, cols) && areZerosAndOnes(t, rows * cols)) {
      String what = rows + "×" + cols;
      assertEquals(false, writeColumns(t, rows, cols, new int[rows], 0), what);
      assertEquals(false, writeValues(t, t, AT, rows, cols, new float[rows], 0), what);
    }
  }

  private static boolean areZerosAndOnes(float[] t, int n) {
    for (int i = AT; i < AT + n; i++) {
      if (t[i] != 0 && t[i] != 1) {
        return false;
      }
    }
    return true;
  }

  /** What the first elements of a row can show. */
  @Test
  void beginningsOfRows() {
    float[][] possible = {{0}, {1}, {0, 0}, {-0f, 1}, {1, 0, 0}, {0, 0, 1}};
    float[][] impossible = {{0.5f}, {1, 1}, {0, 1, 0, 1}, {0, 0, 2}, {Float.NaN}, {0, -1}};
    for (float[] t : possible) {
      assertEquals(true, ScalarKernels.mayBeHot(t, 0, t.length), Arrays.toString(t));
    }
    for (float[] t : impossible) {
      assertEquals(false, ScalarKernels.mayBeHot(t, 0, t.length), Arrays.toString(t));
      assertEquals(true, ScalarKernels.mayBeHot(t, t.length, 0), Arrays.toString(t));
      assertEquals(true, ScalarKernels.mayBeHot(t, 0, t.length - 1), Arrays.toString(t));
    }
    assertEquals(true, ScalarKernels.mayBeHot(new float[] {1, 1}, 1, 1));
  }

  /** One-hot rows amid elements that must not count. */
  private static float[] targets(int[] hot, int cols) {
    float[] t = new float[AT + hot.length * cols + 1];
    Arrays.fill(t, Float.NaN);
    Arrays.fill(t, AT, t.length - 1, 0);
    for (int r = 0; r < hot.length; r++) {
      t[AT + r * cols + hot[r]] = 1;
    }
    return t;
  }
}

package org.simdloss.internal.loss;

import java.util.Arrays;
import org.simdloss.internal.block.Workspace;
import org.simdloss.internal.kernel.Kernels;
import org.simdloss.internal.kernel.Lanes;

/**
 * The losses of rows, and sums over them.
 *
 * <p>Rows of fewer columns than there are lanes have all their terms computed together, and are
 * then added up one after the other; a wider row is worth a kernel's call of its own. Which of the
 * two is a matter of the column count alone, so a row's loss never depends on its neighbours.
 */
public final class RowSums {
  private RowSums() {}

  static boolean areNarrow(int cols) {
    return cols < Lanes.COUNT;
  }

  /**
   * The losses of narrow rows from {@code row} to {@code end}, whose terms are in the scratch.
   *
   * @param at where in the scratch
   */
  static void write(Kernels kernels, Workspace work, int at, int row, int end, float[] losses) {
    float[] sums = work.rowSums;
    writeSums(kernels, work, work.scratch, at, end - row, sums);
    for (int r = row; r < end; r++) {
      losses[r] = loss(sums[r - row], work.scale);
    }
  }

  /** A row's loss; never -0, and of all NaNs one. */
  static float loss(double sum, double scale) {
    // After the rounding, which may turn a tiny negative number into -0.
    float loss = (float) (scale * sum) + 0f;
    return loss == loss ? loss : Float.NaN;
  }

  /**
   * The sums of rows that lie one after the other, each rounded to {@code float}.
   *
   * <p>Of narrow rows, eight columns at a time, then four, two and one: one loop over the rows for
   * each, which is twice as fast as a loop over each row's few columns. Ten columns, the most
   * common number, have one loop for both of their steps. A row larger than a block is added up
   * piece by piece, elsewhere.
   */
  static void writeSums(
      Kernels kernels, Workspace work, float[] x, int at, int rows, float[] sums) {
    int cols = work.cols;
    if (!areNarrow(cols)) {
      for (int r = 0; r < rows; r++) {
        sums[r] = (float) kernels.sum(x, at + r * cols, cols, work.scratch);
      }
      return;
    }
    if (cols == 10) {
      addTen(x, at, rows, sums);
      return;
    }
    Arrays.fill(sums, 0, rows, 0);
    int c = 0;
    for (; c <= cols - 8; c += 8) {
      add8(x, at + c, rows, cols, sums);
    }
    if (c <= cols - 4) {
      add4(x, at + c, rows, cols, sums);
      c += 4;
    }
    if (c <= cols - 2) {
      add2(x, at + c, rows, cols, sums);
      c += 2;
    }
    if (c < cols) {
      add1(x, at + c, rows, cols, sums);
    }
  }

  /**
   * The sums of rows of ten: the same additions in the same order as below, without going back to
   * memory for a row's last two.
   *
   * <p>Four rows at a time make it longer than C2 inlines: as a part of a loss's method these loops
   * took a tenth longer.
   */
  private static void addTen(float[] x, int at, int rows, float[] sums) {
    int r = 0;
    int i = at;
    for (; r <= rows - 4; r += 4, i += 40) {
      sums[r] =
          0f
              + (((x[i] + x[i + 1]) + (x[i + 2] + x[i + 3]))
                  + ((x[i + 4] + x[i + 5]) + (x[i + 6] + x[i + 7])))
              + (x[i + 8] + x[i + 9]);
      sums[r + 1] =
          0f
              + (((x[i + 10] + x[i + 11]) + (x[i + 12] + x[i + 13]))
                  + ((x[i + 14] + x[i + 15]) + (x[i + 16] + x[i + 17])))
              + (x[i + 18] + x[i + 19]);
      sums[r + 2] =
          0f
              + (((x[i + 20] + x[i + 21]) + (x[i + 22] + x[i + 23]))
                  + ((x[i + 24] + x[i + 25]) + (x[i + 26] + x[i + 27])))
              + (x[i + 28] + x[i + 29]);
      sums[r + 3] =
          0f
              + (((x[i + 30] + x[i + 31]) + (x[i + 32] + x[i + 33]))
                  + ((x[i + 34] + x[i + 35]) + (x[i + 36] + x[i + 37])))
              + (x[i + 38] + x[i + 39]);
    }
    for (; r < rows; r++, i += 10) {
      sums[r] =
          0f
              + (((x[i] + x[i + 1]) + (x[i + 2] + x[i + 3]))
                  + ((x[i + 4] + x[i + 5]) + (x[i + 6] + x[i + 7])))
              + (x[i + 8] + x[i + 9]);
    }
  }

  private static void add8(float[] x, int at, int rows, int cols, float[] sums) {
    for (int r = 0, i = at; r < rows; r++, i += cols) {
      sums[r] +=
          ((x[i] + x[i + 1]) + (x[i + 2] + x[i + 3]))
              + ((x[i + 4] + x[i + 5]) + (x[i + 6] + x[i + 7]));
    }
  }

  private static void add4(float[] x, int at, int rows, int cols, float[] sums) {
    for (int r = 0, i = at; r < rows; r++, i += cols) {
      sums[r] += (x[i] + x[i + 1]) + (x[i + 2] + x[i + 3]);
    }
  }

  private static void add2(float[] x, int at, int rows, int cols, float[] sums) {
    for (int r = 0, i = at; r < rows; r++, i += cols) {
      sums[r] += x[i] + x[i + 1];
    }
  }

  private static void add1(float[] x, int at, int rows, int cols, float[] sums) {
    for (int r = 0, i = at; r < rows; r++, i += cols) {
      sums[r] += x[i];
    }
  }
}

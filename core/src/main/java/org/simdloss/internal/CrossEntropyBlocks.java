package org.simdloss.internal;

import java.util.Arrays;

/**
 * Σ t · ln(y + δ).
 *
 * <p>A block is of whole rows, more than in other losses, since where each row has one hot column,
 * given as a label or found in the targets, it takes one logarithm: that of a product. All other
 * blocks take a logarithm for each element, piece by piece.
 */
public final class CrossEntropyBlocks implements BlockLoss {
  /** The least rows in a block, if none of them is larger than a block of other losses. */
  private static final int LEAST_ROWS = 16;

  static final Switches SWITCHES =
      new Switches("CrossEntropy", new CrossEntropyBlocks(1e-7), new CrossEntropyBlocks(0));

  private final double delta;
  private final float floatDelta;

  public CrossEntropyBlocks(double delta) {
    this.delta = delta;
    this.floatDelta = (float) delta;
  }

  @Override
  public Switches switches() {
    return SWITCHES;
  }

  @Override
  public long nanos(int rows, int cols, Output output, boolean labelled) {
    if (labelled) {
      return output == Output.GRADIENT ? (long) rows * (cols + 10) / 8 : rows;
    }
    return (long) rows * cols * (output == Output.GRADIENT ? 400 : 250) / 1000;
  }

  @Override
  public int blocks(int rows, int cols) {
    return Blocks.ceilDiv(rows, rowsPerBlock(cols));
  }

  /** Two blocks of elements in rows, within limits; 1 where a row is larger than a block. */
  static int rowsPerBlock(int cols) {
    return cols > Blocks.ELEMENTS
        ? 1
        : Math.max(LEAST_ROWS, Math.min(Blocks.ELEMENTS, 2 * Blocks.ELEMENTS / cols));
  }

  @Override
  public double sum(
      int block,
      Kernels kernels,
      Workspace work,
      float[] y,
      float[] t,
      int[] labels,
      float[] gradient) {
    int most = rowsPerBlock(work.cols);
    int row = block * most;
    int rows = Math.min(most, work.rows - row);
    // All are read before one is written: the gradient may take the place of y or t.
    float[] values = work.rowSums;
    int[] columns = null;
    if (labels == null && gradient == null && work.cols <= HotBits.NARROW) {
      if (!work.readHotValues(kernels, y, t, row, rows, values)) {
        if (!work.isArgmax()) {
          return sumTimesLn(kernels, work, y, t, row, rows, null);
        }
        columns = work.readColumns(kernels, t, null, row, rows);
      }
    } else {
      columns = work.readColumns(kernels, t, labels, row, rows);
      if (columns == null) {
        return sumTimesLn(kernels, work, y, t, row, rows, gradient);
      }
    }
    if (columns != null) {
      readValues(y, work.yRow(row), work.yStride(), columns, work.columnsFrom, rows, values);
    }
    double sum = kernels.lnOfProduct(values, rows, delta, work.products);
    if (gradient != null) {
      writeQuotientsAt(columns, kernels, work, row, rows, gradient);
    }
    return sum;
  }

  /** Writes the y at each row's column. */
  private static void readValues(
      float[] y, int at, int stride, int[] columns, int columnsAt, int rows, float[] values) {
    for (int r = 0; r < rows; r++) {
      values[r] = y[at + r * stride + columns[columnsAt + r]];
    }
  }

  /** The sum over whole rows, as many at a time as a block of other losses holds. */
  private double sumTimesLn(
      Kernels kernels, Workspace work, float[] y, float[] t, int row, int rows, float[] gradient) {
    int cols = work.cols;
    int most = Blocks.rowsPerBlock(cols);
    double sum = 0;
    for (int r = 0; r < rows; r += most) {
      int from = (row + r) * cols;
      int end = from + Math.min(most, rows - r) * cols;
      sum += sumOfPieces(kernels, work, y, t, from, end, gradient);
    }
    return sum;
  }

  /** The sum over whole rows; of one that is larger than such a block, piece by piece. */
  private double sumOfPieces(
      Kernels kernels, Workspace work, float[] y, float[] t, int from, int end, float[] gradient) {
    double sum = 0;
    for (int first = from; end - first > 0; first += Blocks.ELEMENTS) { // safe from overflow
      int n = Math.min(Blocks.ELEMENTS, end - first);
      float[] yIn = work.readY(kernels, y, first, n);
      float[] tIn = work.readT(kernels, t, null, first, n);
      sum += kernels.sumTimesLn(yIn, work.yFrom, floatDelta, tIn, work.tFrom, n, work.floats);
      if (gradient != null) {
        float[] out = work.out(gradient, first, n, Workspace.Y);
        writeQuotients(
            kernels, yIn, work.yFrom, tIn, work.tFrom, work.factor, n, out, work.outFrom);
        work.put(kernels, gradient, out, first, n);
      }
    }
    return sum;
  }

  /** out = t · factor / (y + δ), the derivatives: 0 where t is 0, NaN where there is no ln. */
  private void writeQuotients(
      Kernels kernels,
      float[] y,
      int yAt,
      float[] t,
      int tAt,
      float factor,
      int n,
      float[] out,
      int outAt) {
    if (kernels.areNormal(y, yAt, floatDelta, n)) {
      kernels.quotients(y, yAt, floatDelta, t, tAt, factor, n, out, outAt);
      return;
    }
    for (int i = 0; i < n; i++) {
      out[outAt + i] = quotient(y[yAt + i] + floatDelta, t[tAt + i], factor);
    }
  }

  /** Where factor / v may be infinite, or v has lost digits, in {@code double}. */
  private static float quotient(float v, float t, float factor) {
    if (Ln.isNormal(v)) {
      return factor / v * t + 0f;
    }
    return t == 0 ? 0 : v < 0 ? Float.NaN : (float) ((double) t * factor / v) + 0f;
  }

  /** The derivatives for one hot column a row, where y has been read: 0 in all the others. */
  private void writeQuotientsAt(
      int[] columns, Kernels kernels, Workspace work, int row, int rows, float[] gradient) {
    float[] values = work.rowSums;
    int from = work.columnsFrom;
    Arrays.fill(work.rowTargets, 0, rows, 1);
    writeQuotients(kernels, values, 0, work.rowTargets, 0, work.factor, rows, values, 0);
    int out = work.outRow(row);
    int stride = work.outStride();
    if (stride == work.cols) {
      Arrays.fill(gradient, out, out + rows * stride, 0);
      for (int r = 0; r < rows; r++, out += stride) {
        gradient[out + columns[from + r]] = values[r];
      }
      return;
    }
    for (int r = 0; r < rows; r++, out += stride) {
      Arrays.fill(gradient, out, out + work.cols, 0);
      gradient[out + columns[from + r]] = values[r];
    }
  }

  @Override
  public void perRow(
      int block,
      Kernels kernels,
      Workspace work,
      float[] y,
      float[] t,
      int[] labels,
      double scale,
      float[] losses) {
    int cols = work.cols;
    int row = block * Blocks.rowsPerBlock(cols);
    int end = Blocks.endRow(row, work.rows, cols);
    if (labels != null || work.isArgmax()) {
      int[] columns = work.readColumns(kernels, t, labels, row, end - row);
      for (int r = row; r < end; r++) {
        work.floats[r - row] = y[work.yRow(r) + columns[work.columnsFrom + r - row]];
      }
      kernels.ln(work.floats, 0, floatDelta, end - row, work.floats, 0);
      for (int r = row; r < end; r++) {
        losses[r] = RowSums.loss(work.floats[r - row], scale);
      }
    } else if (RowSums.areNarrow(cols)) {
      int n = (end - row) * cols;
      float[] yIn = work.readY(kernels, y, row * cols, n);
      float[] tIn = work.readT(kernels, t, null, row * cols, n);
      kernels.timesLn(yIn, work.yFrom, floatDelta, tIn, work.tFrom, n, work.floats, RowSums.TERMS);
      RowSums.write(work, row, end, scale, losses);
    } else {
      for (int r = row; r < end; r++) {
        losses[r] =
            RowSums.loss(sumOfPieces(kernels, work, y, t, r * cols, (r + 1) * cols, null), scale);
      }
    }
  }
}

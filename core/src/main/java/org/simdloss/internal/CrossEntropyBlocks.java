package org.simdloss.internal;

import java.util.Arrays;

/**
 * Σ t · ln(y + δ).
 *
 * <p>A block is as many whole rows as {@value Blocks#ELEMENTS} elements hold. Where each row has
 * one hot column, given as a label or found in the targets, the sum of logarithms is the logarithm
 * of a product. All other blocks take a logarithm for each element.
 */
public final class CrossEntropyBlocks implements BlockLoss {
  /**
   * Rows whose factors are multiplied, in four chains of 24, before anyone looks at the product.
   */
  private static final int GROUP = 96;

  /**
   * The least product of a chain that is surely exact: 24 factors below 2 raise a subnormal, which
   * has lost digits, to no more than 2^-998.
   */
  private static final double LEAST_PRODUCT = 0x1p-990;

  private final double delta;
  private final float floatDelta;

  public CrossEntropyBlocks(double delta) {
    this.delta = delta;
    this.floatDelta = (float) delta;
  }

  @Override
  public int blocks(int rows, int cols) {
    return Blocks.rowBlocks(rows, cols);
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
    int row = block * Blocks.rowsPerBlock(work.cols);
    int end = Blocks.endRow(row, work.rows, work.cols);
    int[] columns = work.readColumns(kernels, t, labels, row, end - row);
    if (columns == null) {
      return sumTimesLn(kernels, work, y, t, row * work.cols, end * work.cols, gradient);
    }
    double sum =
        lnOfProduct(y, work.yRow(row), work.yStride(), columns, work.columnsFrom, end - row);
    if (gradient != null) {
      writeQuotientsAt(columns, kernels, work, y, row, end - row, gradient);
    }
    return sum;
  }

  /** The sum over whole rows; of one that is larger than a block, piece by piece. */
  private double sumTimesLn(
      Kernels kernels, Workspace work, float[] y, float[] t, int from, int end, float[] gradient) {
    double sum = 0;
    for (int first = from; end - first > 0; first += Blocks.ELEMENTS) { // safe from overflow
      int n = Math.min(Blocks.ELEMENTS, end - first);
      float[] yIn = work.readY(y, first, n);
      float[] tIn = work.readT(t, null, first, n);
      sum += kernels.sumTimesLn(yIn, work.yFrom, floatDelta, tIn, work.tFrom, n, work.floats);
      if (gradient != null) {
        float[] out = work.out(gradient, first, n, Workspace.Y);
        writeQuotients(
            kernels, yIn, work.yFrom, tIn, work.tFrom, work.factor, n, out, work.outFrom);
        work.put(gradient, out, first, n);
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
      float target = t[tAt + i];
      float v = y[yAt + i] + floatDelta;
      out[outAt + i] = target == 0 ? 0 : v < 0 ? Float.NaN : target * factor / v + 0f;
    }
  }

  /** The derivatives for one hot column a row: 0 in all the others. */
  private void writeQuotientsAt(
      int[] columns,
      Kernels kernels,
      Workspace work,
      float[] y,
      int row,
      int rows,
      float[] gradient) {
    // All are read before one is written: the gradient may take the place of y.
    float[] values = work.rowSums;
    int from = work.columnsFrom;
    for (int r = 0, at = work.yRow(row); r < rows; r++, at += work.yStride()) {
      values[r] = y[at + columns[from + r]];
    }
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

  /**
   * Σ ln v = ln Π v of the rows' v = y + δ at their columns.
   *
   * <p>A product hides what a sum of logarithms shows: two negative factors cancel, and one that
   * underflows midway loses its digits. So a group of factors counts as a product only if all of
   * them are in [0, 2) and its product is well above the least double; any other group is added
   * logarithm by logarithm.
   */
  private double lnOfProduct(
      float[] y, int yAt, int yStride, int[] columns, int columnsFrom, int rows) {
    double product = 1;
    long exponent = 0;
    double others = 0;
    for (int from = 0; from < rows; from += GROUP) {
      int end = Math.min(rows, from + GROUP);
      // Four chains, since one product would wait for the one before it.
      double p0 = 1;
      double p1 = 1;
      double p2 = 1;
      double p3 = 1;
      long bits = 0;
      int r = from;
      int at = yAt + r * yStride;
      for (; r <= end - 4; r += 4, at += 4 * yStride) {
        int c = columnsFrom + r;
        double v0 = y[at + columns[c]] + delta;
        double v1 = y[at + yStride + columns[c + 1]] + delta;
        double v2 = y[at + 2 * yStride + columns[c + 2]] + delta;
        double v3 = y[at + 3 * yStride + columns[c + 3]] + delta;
        p0 *= v0;
        p1 *= v1;
        p2 *= v2;
        p3 *= v3;
        bits |= Double.doubleToRawLongBits(v0) | Double.doubleToRawLongBits(v1);
        bits |= Double.doubleToRawLongBits(v2) | Double.doubleToRawLongBits(v3);
      }
      for (; r < end; r++, at += yStride) {
        double v = y[at + columns[columnsFrom + r]] + delta;
        p0 *= v;
        bits |= Double.doubleToRawLongBits(v);
      }
      // The two highest bits are 0 in numbers from +0 to below 2, and in no others.
      if (bits >>> 62 == 0
          && p0 >= LEAST_PRODUCT
          && p1 >= LEAST_PRODUCT
          && p2 >= LEAST_PRODUCT
          && p3 >= LEAST_PRODUCT) {
        product *= (Ln.mantissa(p0) * Ln.mantissa(p1)) * (Ln.mantissa(p2) * Ln.mantissa(p3));
        exponent += Ln.exponent(p0) + Ln.exponent(p1) + Ln.exponent(p2) + Ln.exponent(p3);
      } else {
        for (int i = from; i < end; i++) {
          others += Ln.of(y[yAt + i * yStride + columns[columnsFrom + i]] + delta, 0);
        }
      }
    }
    return Ln.of(product, exponent) + others;
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
      float[] yIn = work.readY(y, row * cols, n);
      float[] tIn = work.readT(t, null, row * cols, n);
      kernels.timesLn(yIn, work.yFrom, floatDelta, tIn, work.tFrom, n, work.floats, RowSums.TERMS);
      RowSums.write(work, row, end, scale, losses);
    } else {
      for (int r = row; r < end; r++) {
        losses[r] =
            RowSums.loss(sumTimesLn(kernels, work, y, t, r * cols, (r + 1) * cols, null), scale);
      }
    }
  }
}

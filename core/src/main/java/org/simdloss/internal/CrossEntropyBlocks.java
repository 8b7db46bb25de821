package org.simdloss.internal;

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

  private static final long MANTISSA = 0x000fffffffffffffL;
  private static final long ONE = 0x3ff0000000000000L;
  private static final int BIAS = 1023;

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
      int block, Kernels kernels, Workspace work, float[] y, float[] t, int[] labels) {
    int row = block * Blocks.rowsPerBlock(work.cols);
    int end = Blocks.endRow(row, work.rows, work.cols);
    int[] columns = work.readColumns(kernels, t, labels, row, end - row);
    return columns != null
        ? lnOfProduct(y, work.yRow(row), work.yStride(), columns, work.columnsFrom, end - row)
        : sumTimesLn(kernels, work, y, t, row * work.cols, end * work.cols);
  }

  /** The sum over whole rows; of one that is larger than a block, piece by piece. */
  private double sumTimesLn(
      Kernels kernels, Workspace work, float[] y, float[] t, int from, int end) {
    double sum = 0;
    for (int first = from; end - first > 0; first += Blocks.ELEMENTS) { // safe from overflow
      int n = Math.min(Blocks.ELEMENTS, end - first);
      float[] yIn = work.readY(y, first, n);
      float[] tIn = work.readT(t, null, first, n);
      sum += kernels.sumTimesLn(yIn, work.yFrom, floatDelta, tIn, work.tFrom, n, work.floats);
    }
    return sum;
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
        product *= (mantissa(p0) * mantissa(p1)) * (mantissa(p2) * mantissa(p3));
        exponent += exponent(p0) + exponent(p1) + exponent(p2) + exponent(p3);
      } else {
        for (int i = from; i < end; i++) {
          others += Ln.of(y[yAt + i * yStride + columns[columnsFrom + i]] + delta, 0);
        }
      }
    }
    return Ln.of(product, exponent) + others;
  }

  /** In [1, 2). */
  private static double mantissa(double p) {
    return Double.longBitsToDouble(Double.doubleToRawLongBits(p) & MANTISSA | ONE);
  }

  private static int exponent(double p) {
    return (int) (Double.doubleToRawLongBits(p) >>> 52) - BIAS;
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
        losses[r] = RowSums.loss(sumTimesLn(kernels, work, y, t, r * cols, (r + 1) * cols), scale);
      }
    }
  }
}

package org.simdloss.internal.loss;

import java.util.Arrays;
import org.simdloss.internal.block.BlockLoss;
import org.simdloss.internal.block.Blocks;
import org.simdloss.internal.block.Output;
import org.simdloss.internal.block.Workspace;
import org.simdloss.internal.kernel.Block;
import org.simdloss.internal.kernel.Kernels;
import org.simdloss.internal.kernel.Lanes;
import org.simdloss.internal.kernel.OneHotBits;
import org.simdloss.internal.kernel.Products;

/**
 * Σ t · ln(y + δ).
 *
 * <p>A block is of whole rows, more than in other losses, since where each row has one hot column,
 * given as a label or found in the targets, it takes one logarithm: that of a product. All other
 * blocks take a logarithm for each element, piece by piece.
 */
public sealed class CrossEntropyBlocks extends BlockLoss permits WeightedCrossEntropyBlocks {
  /** The least rows in a block: of each, however wide, one value may be all that is read. */
  private static final int LEAST_ROWS = 64;

  /**
   * The rows in a block if each is larger than a block of other losses: not as many, since threads
   * share blocks, and may have a logarithm for each element to take.
   */
  private static final int LONG_ROWS = 32;

  final double delta;
  final float floatDelta;

  public CrossEntropyBlocks(double delta, Kernels kernels) {
    super(kernels);
    this.delta = delta;
    this.floatDelta = (float) delta;
  }

  @Override
  public BlockLoss bind(Kernels by) {
    return new CrossEntropyBlocks(delta, by);
  }

  @Override
  public long nanos(int rows, int cols, Output output, boolean labelled) {
    if (labelled) {
      return output.hasGradient() ? (long) rows * (cols + 10) / 8 : rows;
    }
    return (long) rows * cols * (output.hasGradient() ? 400 : 250) / 1000;
  }

  @Override
  public int blocks(int rows, int cols) {
    return Blocks.ceilDiv(rows, rowsPerBlock(cols));
  }

  /** Two blocks of elements in rows, within limits. */
  public static int rowsPerBlock(int cols) {
    return cols > Block.ELEMENTS
        ? LONG_ROWS
        : Math.max(LEAST_ROWS, Math.min(Block.ELEMENTS, 2 * Block.ELEMENTS / cols));
  }

  @Override
  public double sum(
      int block, Workspace work, float[] y, float[] t, int[] labels, float[] gradient) {
    int most = rowsPerBlock(work.cols);
    int row = block * most;
    int rows = Math.min(most, work.rows - row);
    // All are read before one is written: the gradient may take the place of y or t.
    float[] values = work.rowSums;
    int[] columns = null;
    if (labels == null && gradient == null && work.cols <= OneHotBits.NARROW) {
      if (!work.t.readHot(kernels, y, t, row, rows, values)) {
        if (!work.t.isArgmax()) {
          return sumTimesLn(work, y, t, row, rows, null);
        }
        columns = work.t.hotColumns(kernels, t, null, row, rows);
      }
    } else {
      columns = work.t.hotColumns(kernels, t, labels, row, rows);
      if (columns == null) {
        return sumTimesLn(work, y, t, row, rows, gradient);
      }
    }
    if (columns != null) {
      work.y.readAt(columns, work.t.columnsFrom, y, row, rows, values);
    }
    double sum = kernels.lnOfProduct(values, 0, rows, delta, work.products);
    if (gradient != null) {
      Arrays.fill(work.rowTargets, 0, rows, 1);
      writeQuotientsAt(columns, work, row, rows, gradient);
    }
    return sum;
  }

  /** The sum over whole rows, as many at a time as a block of other losses holds. */
  private double sumTimesLn(
      Workspace work, float[] y, float[] t, int row, int rows, float[] gradient) {
    int cols = work.cols;
    int most = Blocks.rowsPerBlock(cols);
    double sum = 0;
    for (int r = 0; r < rows; r += most) {
      int from = (row + r) * cols;
      int end = from + Math.min(most, rows - r) * cols;
      sum += sumOfPieces(work, y, t, from, end, gradient);
    }
    return sum;
  }

  /** The sum over whole rows; of one that is larger than such a block, piece by piece. */
  private double sumOfPieces(
      Workspace work, float[] y, float[] t, int from, int end, float[] gradient) {
    double sum = 0;
    for (int first = from; end - first > 0; first += Block.ELEMENTS) { // safe from overflow
      int n = Math.min(Block.ELEMENTS, end - first);
      float[] yIn = work.y.read(kernels, y, first, n, Block.Y);
      float[] tIn = work.t.read(kernels, t, first, n, Block.T);
      if (gradient == null) {
        sum += kernels.sumTimesLn(yIn, work.y.from, floatDelta, tIn, work.t.from, n, work.scratch);
      } else {
        float[] out = work.out.place(gradient, first, n, Block.Y);
        sum +=
            kernels.sumTimesLnAndQuotients(
                yIn,
                work.y.from,
                floatDelta,
                tIn,
                work.t.from,
                work.factor,
                n,
                out,
                work.out.from,
                work.scratch);
        work.out.write(kernels, gradient, out, first, n);
      }
    }
    return sum;
  }

  /**
   * The derivatives for one hot column a row, 0 in all the others; where y has been read, and the
   * rows' targets are there.
   */
  final void writeQuotientsAt(int[] columns, Workspace work, int row, int rows, float[] gradient) {
    float[] values = work.rowSums;
    kernels.quotients(values, 0, floatDelta, work.rowTargets, 0, work.factor, rows, values, 0);
    int from = work.t.columnsFrom;
    int out = work.out.row(row);
    int stride = work.out.stride();
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

  /** The terms of a block of narrow rows. */
  private void writeTimesLn(Workspace work, float[] y, float[] t, int row, int rows) {
    int first = row * work.cols;
    int n = rows * work.cols;
    float[] yIn = work.y.read(kernels, y, first, n, Block.Y);
    float[] tIn = work.t.read(kernels, t, first, n, Block.T);
    kernels.timesLn(yIn, work.y.from, floatDelta, tIn, work.t.from, n, work.scratch, Block.Y);
  }

  @Override
  protected boolean addRowsTogether(int block, Workspace work, float[] y, float[] t, int[] labels) {
    int cols = work.cols;
    int row = block * Blocks.rowsPerBlock(cols);
    int rows = Blocks.endRow(row, work.rows, cols) - row;
    if (work.t.areLabels(labels)) {
      int[] columns = work.t.hotColumns(kernels, t, labels, row, rows);
      float[] values = work.rowSums;
      work.y.readAt(columns, work.t.columnsFrom, y, row, rows, values);
      for (int r = 0; r < rows; r++) {
        work.addRow(Products.lnOfOne(values[r] + delta), r < rows - 1 ? 0 : rows);
      }
      return true;
    }
    if (cols > Lanes.FOLDED) {
      return false;
    }
    writeTimesLn(work, y, t, row, rows);
    for (int r = 0; r < rows; r++) {
      int[] hot = work.t.hotColumns(kernels, t, null, row + r, 1);
      work.addRow(
          hot != null
              ? Products.lnOfOne(work.y.get(y, row + r, hot[0]) + delta)
              : Lanes.sumOfRow(work.scratch, Block.Y + r * cols, cols, work.rowTerms),
          r < rows - 1 ? 0 : rows);
    }
    return true;
  }

  @Override
  public void perRow(
      int block, Workspace work, float[] y, float[] t, int[] labels, float[] losses) {
    int cols = work.cols;
    int row = block * Blocks.rowsPerBlock(cols);
    int end = Blocks.endRow(row, work.rows, cols);
    if (work.t.areLabels(labels)) {
      int[] columns = work.t.hotColumns(kernels, t, labels, row, end - row);
      float[] values = work.scratch;
      work.y.readAt(columns, work.t.columnsFrom, y, row, end - row, values);
      kernels.ln(values, 0, floatDelta, end - row, values, 0);
      for (int r = row; r < end; r++) {
        losses[r] = RowSums.loss(values[r - row], work.scale);
      }
    } else if (RowSums.areNarrow(cols)) {
      writeTimesLn(work, y, t, row, end - row);
      RowSums.write(kernels, work, Block.Y, row, end, losses);
    } else {
      for (int r = row; r < end; r++) {
        double sum = sumOfPieces(work, y, t, r * cols, (r + 1) * cols, null);
        losses[r] = RowSums.loss(sum, work.scale);
      }
    }
  }
}

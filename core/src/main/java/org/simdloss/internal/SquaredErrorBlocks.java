package org.simdloss.internal;

/**
 * Σ (y − t)².
 *
 * <p>A block is {@value Blocks#ELEMENTS} elements, wherever rows end: nothing here depends on rows,
 * and so only the batch's last block has elements left over.
 */
public final class SquaredErrorBlocks implements BlockLoss {
  public static final SquaredErrorBlocks INSTANCE = new SquaredErrorBlocks();

  static final Switches SWITCHES = new Switches("SquaredError", INSTANCE);

  private SquaredErrorBlocks() {}

  @Override
  public Switches switches() {
    return SWITCHES;
  }

  @Override
  public long nanos(int rows, int cols, Output output, boolean labelled) {
    int picos =
        output == Output.LOSS || output == Output.TOTAL
            ? 100
            : output == Output.GRADIENT ? 200 : 450;
    return (long) rows * cols * picos / 1000;
  }

  @Override
  public int blocks(int rows, int cols) {
    return Blocks.ceilDiv(rows * cols, Blocks.ELEMENTS);
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
    int first = block * Blocks.ELEMENTS;
    return sum(kernels, work, y, t, labels, first, work.rows * work.cols, gradient);
  }

  /** The sum over at most a block of elements, and their derivatives 2 · (y − t). */
  private static double sum(
      Kernels kernels,
      Workspace work,
      float[] y,
      float[] t,
      int[] labels,
      int first,
      int end,
      float[] gradient) {
    int n = Math.min(Blocks.ELEMENTS, end - first);
    float[] yIn = work.readY(kernels, y, first, n);
    float[] tIn = work.readT(kernels, t, labels, first, n);
    double sum = kernels.sumSquares(yIn, work.yFrom, tIn, work.tFrom, n, work.floats);
    if (gradient != null) {
      float[] out = work.out(gradient, first, n, Workspace.Y);
      kernels.differences(yIn, work.yFrom, tIn, work.tFrom, 2 * work.factor, n, out, work.outFrom);
      work.put(kernels, gradient, out, first, n);
    }
    return sum;
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
    if (RowSums.areNarrow(cols)) {
      int n = (end - row) * cols;
      float[] yIn = work.readY(kernels, y, row * cols, n);
      float[] tIn = work.readT(kernels, t, labels, row * cols, n);
      kernels.squares(yIn, work.yFrom, tIn, work.tFrom, n, work.floats, RowSums.TERMS);
      RowSums.write(work, row, end, scale, losses);
      return;
    }
    for (int r = row; r < end; r++) {
      double sum = 0;
      int stop = (r + 1) * cols;
      for (int first = r * cols; stop - first > 0; first += Blocks.ELEMENTS) { // overflow-safe
        sum += sum(kernels, work, y, t, labels, first, stop, null);
      }
      losses[r] = RowSums.loss(sum, scale);
    }
  }
}

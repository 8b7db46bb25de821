package org.simdloss.internal.loss;

import org.simdloss.internal.block.BlockLoss;
import org.simdloss.internal.block.Blocks;
import org.simdloss.internal.block.TargetOptions;
import org.simdloss.internal.block.WeightedRows;
import org.simdloss.internal.block.Workspace;
import org.simdloss.internal.kernel.Block;
import org.simdloss.internal.kernel.Kernels;
import org.simdloss.internal.kernel.Products;

/**
 * Σ w · t · ln v, w being the row's weight, t what smoothing makes of a target, and v either y + δ
 * or y clipped.
 *
 * <p>Rows of one hot column, without smoothing, take one logarithm each where there are weights,
 * and where there are none share one as those of {@link CrossEntropyBlocks} do: rows that count
 * nowhere are left out of the product.
 */
public final class WeightedCrossEntropyBlocks extends CrossEntropyBlocks {
  private final TargetOptions options;

  /** 0 where y is not clipped; and then v = y + δ. */
  private final double clip;

  /** Whether no other option is set. */
  private final boolean isOnlyIgnoring;

  /** ln (1 + δ): what each row adds that is ignored, where nothing else is set. */
  private final double lnOfIgnored;

  private final float least;
  private final float most;

  /** The logarithms of the least and the greatest v; the same on every machine. */
  private final double lnLeast;

  private final double lnMost;

  public WeightedCrossEntropyBlocks(
      double delta, double clip, TargetOptions options, Kernels kernels) {
    super(clip > 0 ? 0 : delta, kernels);
    this.options = options;
    this.clip = clip;
    this.isOnlyIgnoring = options.ignores() && options.smoothing() == 0 && clip == 0;
    this.lnOfIgnored = isOnlyIgnoring ? StrictMath.log1p(delta) : 0;
    this.least = (float) clip;
    this.most = (float) (1 - clip);
    this.lnLeast = clip > 0 ? StrictMath.log(clip) : 0;
    this.lnMost = clip > 0 ? StrictMath.log1p(-clip) : 0;
  }

  @Override
  public BlockLoss bind(Kernels by) {
    return new WeightedCrossEntropyBlocks(delta, clip, options, by);
  }

  @Override
  public TargetOptions options() {
    return options;
  }

  @Override
  public double sum(
      int block, Workspace work, float[] y, float[] t, int[] labels, float[] gradient) {
    int most = rowsPerBlock(work.cols);
    int row = block * most;
    int rows = Math.min(most, work.rows - row);
    WeightedRows weighted = work.weighted();
    if (isOnlyIgnoring && labels != null && work.weights == null) {
      return sumOfKept(work, y, labels, row, rows, gradient);
    }
    boolean isSmoothed = options.smoothing() > 0;
    boolean isUniform = work.weights == null && !options.ignores();
    int[] columns =
        isSmoothed && !isUniform
            ? null
            : weighted.hotColumns(kernels, t, labels, options, row, rows);
    if (columns == null) {
      return sumOfValues(work, y, t, labels, row, rows, gradient);
    }
    if (isSmoothed) {
      double sum = smoothedSum(work, y, columns, row, rows);
      if (gradient != null) {
        writeGradient(work, y, t, labels, row, rows, gradient);
      }
      return sum;
    }
    // All are read before one is written: the gradient may take the place of y or t.
    float[] values = work.rowSums;
    work.y.readAt(columns, work.t.columnsFrom, y, row, rows, values);
    weighted.weigh(labels, options, row, rows);
    double sum = work.weights == null ? lnOfProduct(work, rows) : sumOfLn(work, rows);
    if (gradient != null) {
      float[] targets = work.rowTargets;
      for (int r = 0; r < rows; r++) {
        targets[r] = isClipped(values[r]) ? 0 : weighted.weights[r];
      }
      writeQuotientsAt(columns, work, row, rows, gradient);
    }
    return sum;
  }

  /** Where ignoring labels is the only option: 1 stands for the y of a row that is ignored. */
  private double sumOfKept(
      Workspace work, float[] y, int[] labels, int row, int rows, float[] gradient) {
    float[] values = work.rowSums;
    WeightedRows weighted = work.weighted();
    int ignored = weighted.readAtLabels(y, labels, options.ignored(), row, rows, values);
    double sum = kernels.lnOfProduct(values, 0, rows, delta, work.products);
    if (gradient != null) {
      int[] columns = weighted.hotColumns(kernels, null, labels, options, row, rows);
      weighted.weigh(labels, options, row, rows);
      System.arraycopy(weighted.weights, 0, work.rowTargets, 0, rows);
      writeQuotientsAt(columns, work, row, rows, gradient);
    }
    return sum - ignored * lnOfIgnored;
  }

  /**
   * Σ t · ln v of smoothed one-hot rows of weight 1: a product of all v, and one of the labels'.
   */
  private double smoothedSum(Workspace work, float[] y, int[] columns, int row, int rows) {
    float[] values = work.rowSums;
    work.y.readAt(columns, work.t.columnsFrom, y, row, rows, values);
    if (clip > 0) {
      kernels.clip(values, 0, least, most, rows, values, 0);
    }
    double atLabels = kernels.lnOfProduct(values, 0, rows, delta, work.products);
    double ofAll = 0;
    int end = (row + rows) * work.cols;
    for (int first = row * work.cols; end - first > 0; first += Block.ELEMENTS) {
      int n = Math.min(Block.ELEMENTS, end - first);
      float[] in = readClipped(work, y, first, n);
      ofAll += kernels.lnOfProduct(in, work.y.from, n, delta, work.products);
    }
    double epsilon = options.smoothing();
    return (1 - epsilon) * atLabels + epsilon / work.cols * ofAll;
  }

  /** Whether the derivative is 0 since v does not depend on y. */
  private boolean isClipped(float y) {
    return clip > 0 && (y < least || y > most);
  }

  /** Σ ln v of the rows that count, whose y have been read; what is clipped, in {@code double}. */
  private double lnOfProduct(Workspace work, int rows) {
    float[] values = work.rowSums;
    float[] weights = work.weighted().weights;
    float[] kept = work.rowTerms;
    int n = 0;
    int low = 0;
    int high = 0;
    for (int r = 0; r < rows; r++) {
      if (weights[r] != 0) {
        if (clip > 0 && values[r] < clip) {
          low++;
        } else if (clip > 0 && values[r] > 1 - clip) {
          high++;
        } else {
          kept[n++] = values[r];
        }
      }
    }
    double sum = kernels.lnOfProduct(kept, 0, n, delta, work.products);
    return clip > 0 ? sum + low * lnLeast + high * lnMost : sum;
  }

  /** The logarithm of v: the one given, but for a y that is clipped. */
  private double unlessClipped(float y, double ln) {
    return clip == 0 || (y >= clip && y <= 1 - clip) || y != y ? ln : y < clip ? lnLeast : lnMost;
  }

  /** Σ w · ln v, likewise. */
  private double sumOfLn(Workspace work, int rows) {
    float[] values = work.rowSums;
    float[] weights = work.weighted().weights;
    float[] terms = work.rowTerms;
    kernels.ln(values, 0, floatDelta, rows, terms, 0);
    if (clip == 0) {
      return kernels.sumProducts(terms, 0, weights, 0, rows, work.scratch);
    }
    double sum = 0;
    for (int r = 0; r < rows; r++) {
      if (weights[r] != 0) {
        sum += weights[r] * unlessClipped(values[r], terms[r]);
      }
    }
    return sum;
  }

  /** The sum over whole rows, as many at a time as a block of other losses holds. */
  private double sumOfValues(
      Workspace work, float[] y, float[] t, int[] labels, int row, int rows, float[] gradient) {
    int most = Blocks.rowsPerBlock(work.cols);
    double sum = 0;
    for (int r = row; r < row + rows; r += most) {
      sum += sumOfRows(work, y, t, labels, r, Math.min(most, row + rows - r), gradient);
    }
    return sum;
  }

  /** The sum over rows of no more than a block, or of a long one, piece by piece. */
  private double sumOfRows(
      Workspace work, float[] y, float[] t, int[] labels, int row, int rows, float[] gradient) {
    int from = row * work.cols;
    int end = from + rows * work.cols;
    work.weighted().weigh(labels, options, row, rows);
    double sum = 0;
    for (int first = from; end - first > 0; first += Block.ELEMENTS) { // safe from overflow
      int n = Math.min(Block.ELEMENTS, end - first);
      work.weighted().writeTargets(kernels, t, labels, options, first, n);
      float[] in = readClipped(work, y, first, n);
      float[] room = work.scratch;
      sum += kernels.sumTimesLn(in, work.y.from, floatDelta, room, Block.T, n, room);
      if (gradient != null) {
        writeQuotients(work, y, first, n, gradient);
      }
    }
    return sum;
  }

  /** The derivatives of whole rows, without their sum. */
  private void writeGradient(
      Workspace work, float[] y, float[] t, int[] labels, int row, int rows, float[] gradient) {
    int cols = work.cols;
    int most = Blocks.rowsPerBlock(cols);
    for (int r = row; r < row + rows; r += most) {
      int part = Math.min(most, row + rows - r);
      int end = (r + part) * cols;
      work.weighted().weigh(labels, options, r, part);
      for (int first = r * cols; end - first > 0; first += Block.ELEMENTS) {
        int n = Math.min(Block.ELEMENTS, end - first);
        work.weighted().writeTargets(kernels, t, labels, options, first, n);
        writeQuotients(work, y, first, n, gradient);
      }
    }
  }

  /** The derivatives of n elements, whose targets have been written. */
  private void writeQuotients(Workspace work, float[] y, int first, int n, float[] gradient) {
    float[] room = work.scratch;
    float[] yIn = work.y.read(kernels, y, first, n, Block.Y);
    clearClipped(yIn, work.y.from, n, room);
    float[] out = work.out.place(gradient, first, n, Block.Y);
    kernels.quotients(
        yIn, work.y.from, floatDelta, room, Block.T, work.factor, n, out, work.out.from);
    work.out.write(kernels, gradient, out, first, n);
  }

  /** n elements of y, clipped if they are to be, from {@code work.y.from} on. */
  private float[] readClipped(Workspace work, float[] y, int first, int n) {
    float[] in = work.y.read(kernels, y, first, n, Block.Y);
    if (clip == 0) {
      return in;
    }
    kernels.clip(in, work.y.from, least, most, n, work.scratch, Block.Y);
    work.y.from = Block.Y;
    return work.scratch;
  }

  /** Writes 0 for the targets of what is clipped, which has no derivative. */
  private void clearClipped(float[] y, int at, int n, float[] room) {
    if (clip > 0) {
      for (int i = 0; i < n; i++) {
        room[Block.T + i] = isClipped(y[at + i]) ? 0 : room[Block.T + i];
      }
    }
  }

  @Override
  protected boolean addRowsTogether(int block, Workspace work, float[] y, float[] t, int[] labels) {
    if (!work.t.areLabels(labels) || options.smoothing() > 0) {
      return false;
    }
    int row = block * Blocks.rowsPerBlock(work.cols);
    int rows = Blocks.endRow(row, work.rows, work.cols) - row;
    WeightedRows weighted = work.weighted();
    int[] columns = weighted.hotColumns(kernels, t, labels, options, row, rows);
    float[] values = work.rowSums;
    work.y.readAt(columns, work.t.columnsFrom, y, row, rows, values);
    weighted.weigh(labels, options, row, rows);
    if (work.weights != null) {
      kernels.ln(values, 0, floatDelta, rows, work.rowTerms, 0);
    }
    for (int r = 0; r < rows; r++) {
      work.addRow(sumOfRow(work, r), work.weight(labels, options, row + r));
    }
    return true;
  }

  /** What {@link #sum} gives for one row alone, of the rows whose y have been read. */
  private double sumOfRow(Workspace work, int r) {
    float y = work.rowSums[r];
    float weight = work.weighted().weights[r];
    if (weight == 0) {
      return isOnlyIgnoring && work.weights == null ? Products.lnOfOne(1 + delta) - lnOfIgnored : 0;
    }
    if (work.weights == null) {
      return unlessClipped(y, Products.lnOfOne(y + delta));
    }
    float ln = work.rowTerms[r];
    return clip == 0 ? weight * ln : weight * unlessClipped(y, ln);
  }

  @Override
  public void perRow(
      int block, Workspace work, float[] y, float[] t, int[] labels, float[] losses) {
    int cols = work.cols;
    int row = block * Blocks.rowsPerBlock(cols);
    int end = Blocks.endRow(row, work.rows, cols);
    int rows = end - row;
    WeightedRows weighted = work.weighted();
    if (work.t.areLabels(labels) && options.smoothing() == 0) {
      int[] columns = weighted.hotColumns(kernels, t, labels, options, row, rows);
      weighted.weigh(labels, options, row, rows);
      float[] values = work.rowSums;
      work.y.readAt(columns, work.t.columnsFrom, y, row, rows, values);
      if (clip > 0) {
        kernels.clip(values, 0, least, most, rows, values, 0);
      }
      kernels.timesLn(values, 0, floatDelta, weighted.weights, 0, rows, values, 0);
      for (int r = row; r < end; r++) {
        losses[r] = RowSums.loss(values[r - row], work.scale);
      }
    } else if (RowSums.areNarrow(cols)) {
      int n = rows * cols;
      weighted.weigh(labels, options, row, rows);
      weighted.writeTargets(kernels, t, labels, options, row * cols, n);
      float[] in = readClipped(work, y, row * cols, n);
      float[] room = work.scratch;
      kernels.timesLn(in, work.y.from, floatDelta, room, Block.T, n, room, Block.Y);
      RowSums.write(kernels, work, Block.Y, row, end, losses);
    } else {
      for (int r = row; r < end; r++) {
        double sum = sumOfRows(work, y, t, labels, r, 1, null);
        losses[r] = RowSums.loss(sum, work.scale);
      }
    }
  }
}

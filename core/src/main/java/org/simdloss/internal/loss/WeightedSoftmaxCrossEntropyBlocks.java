package org.simdloss.internal.loss;

import java.util.Arrays;
import org.simdloss.internal.block.BlockLoss;
import org.simdloss.internal.block.Blocks;
import org.simdloss.internal.block.Output;
import org.simdloss.internal.block.TargetOptions;
import org.simdloss.internal.block.WeightedRows;
import org.simdloss.internal.block.Workspace;
import org.simdloss.internal.kernel.Block;
import org.simdloss.internal.kernel.Kernels;
import org.simdloss.internal.math.Ln;

/**
 * Σ w · t · (ln Σ e^x − x), w being the row's weight, and t what smoothing makes of a target.
 *
 * <p>In the terms of {@link SoftmaxCrossEntropyBlocks} a row's loss is T · ln z − a · Σ t · d − b ·
 * Σ d, where a = w · (1 − ε), b = w · ε / cols, and T = a · Σ t + w · ε: smoothing takes no room of
 * its own for targets, and one more sum a row.
 */
public final class WeightedSoftmaxCrossEntropyBlocks extends SoftmaxCrossEntropyBlocks {
  private final TargetOptions options;

  public WeightedSoftmaxCrossEntropyBlocks(TargetOptions options, Kernels kernels) {
    super(kernels);
    this.options = options;
  }

  @Override
  public BlockLoss bind(Kernels by) {
    return new WeightedSoftmaxCrossEntropyBlocks(options, by);
  }

  /** Probabilities depend on no option, and are the other loss's to compute. */
  @Override
  public Output[] outputs() {
    return new Output[] {Output.LOSS, Output.GRADIENT, Output.HESSIAN, Output.ROW_LOSSES};
  }

  @Override
  public TargetOptions options() {
    return options;
  }

  private boolean isSmoothed() {
    return options.smoothing() > 0;
  }

  @Override
  public double sum(
      int block, Workspace work, float[] y, float[] t, int[] labels, float[] gradient) {
    int cols = work.cols;
    int row = block * Blocks.rowsPerBlock(cols);
    int rows = Blocks.endRow(row, work.rows, cols) - row;
    WeightedRows weighted = work.weighted();
    int[] columns = weighted.hotColumns(kernels, t, labels, options, row, rows);
    weighted.weigh(labels, options, row, rows);
    if (cols > Block.ELEMENTS) {
      double loss = lossOfLongRow(work, y, columns == null ? t : null, columns, row);
      if (gradient != null) {
        writeGradientOfLongRow(work, y, columns == null ? t : null, columns, row, gradient);
      }
      return loss;
    }
    int n = rows * cols;
    float[] d = readShifted(work, y, row, rows);
    double products;
    if (columns != null) {
      readAtLabels(d, work, columns, rows);
      products = kernels.sumProducts(work.rowTerms, 0, weighted.scales, 0, rows, work.scratch);
      System.arraycopy(weighted.weights, 0, work.rowTargets, 0, rows);
    } else {
      float[] tIn = work.t.read(kernels, t, row * cols, n, Block.TERMS);
      RowSums.writeSums(kernels, work, tIn, work.t.from, rows, work.rowTargets);
      weighted.writeScaled(kernels, tIn, work.t.from, rows, cols);
      products = kernels.sumProducts(d, work.y.from, work.scratch, Block.T, n, work.scratch);
      writeTargetSums(work, rows);
    }
    if (isSmoothed() && work.weights == null && !weighted.mayBeZero) {
      products -= weighted.shifts[0] * kernels.sum(d, work.y.from, n, work.scratch);
    } else if (isSmoothed()) {
      RowSums.writeSums(kernels, work, d, work.y.from, rows, work.rowTerms);
      products -= kernels.sumProducts(work.rowTerms, 0, weighted.shifts, 0, rows, work.scratch);
    }
    writeExp(work, d, n);
    RowSums.writeSums(kernels, work, work.scratch, Block.Y, rows, work.rowSums);
    kernels.ln(work.rowSums, 0, 0, rows, work.rowTerms, 0);
    double lns = kernels.sumProducts(work.rowTerms, 0, work.rowTargets, 0, rows, work.scratch);
    if (gradient != null) {
      clearRowsWithoutWeight(work, rows);
      writeGradient(work, columns, row, rows, gradient);
    }
    return lns - products;
  }

  /** Makes T of Σ t. */
  private void writeTargetSums(Workspace work, int rows) {
    float[] weights = work.weighted().weights;
    float[] targets = work.rowTargets;
    for (int r = 0; r < rows; r++) {
      targets[r] = targetSum(weights[r], targets[r]);
    }
  }

  private float targetSum(float weight, float targets) {
    double epsilon = options.smoothing();
    return weight == 0 ? 0 : (float) (((1 - epsilon) * targets + epsilon) * weight);
  }

  /** Gives such rows exponentials of 0 with a sum of 1, so that nothing they hold gets out. */
  private static void clearRowsWithoutWeight(Workspace work, int rows) {
    WeightedRows weighted = work.weighted();
    weighted.clear(work.scratch, Block.Y, rows, work.cols);
    for (int r = 0; weighted.mayBeZero && r < rows; r++) {
      work.rowSums[r] = weighted.weights[r] == 0 ? 1 : work.rowSums[r];
    }
  }

  /** e^d · (1 / z) · T − t · a − b, each times the factor; from what {@link #sum} has computed. */
  private void writeGradient(Workspace work, int[] columns, int row, int rows, float[] gradient) {
    int cols = work.cols;
    int n = rows * cols;
    float factor = work.factor;
    float[] room = work.scratch;
    writeFactors(work, true, rows);
    float[] second;
    float[] out;
    if (columns == null) {
      second = scaleExp(work, row * cols, rows, n, null, room, Block.TERMS);
      out = work.out.place(gradient, row * cols, n, Block.Y);
      kernels.subtractProducts(room, Block.TERMS, room, Block.T, factor, n, out, work.out.from);
    } else {
      out = work.out.place(gradient, row * cols, n, Block.T);
      second = scaleExp(work, row * cols, rows, n, null, out, work.out.from);
      float[] scales = work.weighted().scales;
      for (int r = 0, at = work.out.from; r < rows; r++, at += cols) {
        out[at + columns[work.t.columnsFrom + r]] -= scales[r] * factor;
      }
    }
    if (isSmoothed()) {
      float[] background = work.rowTerms;
      for (int r = 0; r < rows; r++) {
        background[r] = -work.weighted().shifts[r] * factor;
      }
      kernels.subtractShifts(out, work.out.from, rows, cols, background, out, work.out.from);
    }
    work.out.write(kernels, gradient, out, row * cols, n);
    writeBack(work, second, row * cols, n);
  }

  /** A row that is larger than a block, and has been weighed. */
  private double lossOfLongRow(Workspace work, float[] y, float[] t, int[] columns, int row) {
    WeightedRows weighted = work.weighted();
    if (weighted.weights[0] == 0) {
      return 0;
    }
    readLongRow(work, y, t, row);
    double products = t != null ? State.of(work).targetSum() : atLabel(work, y, columns, row);
    double loss =
        (double) targetSum(weighted.weights[0], t != null ? work.rowTargets[0] : 1)
                * Ln.of(work.rowSums[0])
            - weighted.scales[0] * products;
    return isSmoothed() ? loss + weighted.shifts[0] * sumOfLongRow(work, y, row) : loss;
  }

  private void writeGradientOfLongRow(
      Workspace work, float[] y, float[] t, int[] columns, int row, float[] gradient) {
    WeightedRows weighted = work.weighted();
    int out = work.out.row(row);
    if (weighted.weights[0] == 0) {
      Arrays.fill(gradient, out, out + work.cols, 0);
      if (work.hessian != null) {
        int second = work.second.row(row);
        Arrays.fill(work.hessian, second, second + work.cols, 0);
      }
      return;
    }
    float factor = work.factor;
    work.rowTargets[0] = targetSum(weighted.weights[0], t != null ? work.rowTargets[0] : 1);
    writeFactors(work, true, 1);
    writeGradientOfLongRow(work, y, t, columns, row, weighted.scales[0] * factor, gradient);
    if (isSmoothed()) {
      work.rowTerms[0] = -weighted.shifts[0] * factor;
      kernels.subtractShifts(gradient, out, 1, work.cols, work.rowTerms, gradient, out);
    }
  }

  @Override
  protected boolean addRowsTogether(int block, Workspace work, float[] y, float[] t, int[] labels) {
    int cols = work.cols;
    if (!work.t.areLabels(labels) || isSmoothed() || cols > Block.ELEMENTS) {
      return false;
    }
    int row = block * Blocks.rowsPerBlock(cols);
    int rows = Blocks.endRow(row, work.rows, cols) - row;
    WeightedRows weighted = work.weighted();
    int[] columns = weighted.hotColumns(kernels, t, labels, options, row, rows);
    weighted.weigh(labels, options, row, rows);
    float[] d = readShifted(work, y, row, rows);
    readAtLabels(d, work, columns, rows);
    writeExp(work, d, rows * cols);
    RowSums.writeSums(kernels, work, work.scratch, Block.Y, rows, work.rowSums);
    kernels.ln(work.rowSums, 0, 0, rows, work.rowSums, 0);
    for (int r = 0; r < rows; r++) {
      float weight = weighted.weights[r];
      float ln = weight * work.rowSums[r];
      float product = weight * work.rowTerms[r];
      work.addRow(weight == 0 ? 0 : (double) ln - product, work.weight(labels, options, row + r));
    }
    return true;
  }

  @Override
  public void perRow(
      int block, Workspace work, float[] y, float[] t, int[] labels, float[] losses) {
    int cols = work.cols;
    int row = block * Blocks.rowsPerBlock(cols);
    int rows = Blocks.endRow(row, work.rows, cols) - row;
    WeightedRows weighted = work.weighted();
    boolean isSoft = !work.t.areLabels(labels);
    int[] columns = isSoft ? null : weighted.hotColumns(kernels, t, labels, options, row, rows);
    weighted.weigh(labels, options, row, rows);
    if (cols > Block.ELEMENTS) {
      double loss = lossOfLongRow(work, y, isSoft ? t : null, columns, row);
      losses[row] = RowSums.loss(loss, work.scale);
      return;
    }
    float[] d = readShifted(work, y, row, rows);
    writeProductsOfRows(work, d, t, columns, row, rows);
    if (isSmoothed()) {
      float[] backgrounds = weighted.shifts; // which become b · Σ d
      RowSums.writeSums(kernels, work, d, work.y.from, rows, work.rowSums);
      for (int r = 0; r < rows; r++) {
        backgrounds[r] = backgrounds[r] == 0 ? 0 : backgrounds[r] * work.rowSums[r];
      }
    }
    writeExp(work, d, rows * cols);
    RowSums.writeSums(kernels, work, work.scratch, Block.Y, rows, work.rowSums);
    kernels.ln(work.rowSums, 0, 0, rows, work.rowSums, 0);
    writeLosses(work, row, rows, losses);
  }

  /** From Σ t, ln z, Σ t · d and b · Σ d of each row, as in {@link SoftmaxCrossEntropyBlocks}. */
  private void writeLosses(Workspace work, int row, int rows, float[] losses) {
    WeightedRows weighted = work.weighted();
    for (int r = 0; r < rows; r++) {
      float weight = weighted.weights[r];
      double loss = 0;
      if (weight != 0) {
        loss =
            (double) targetSum(weight, work.rowTargets[r]) * work.rowSums[r]
                - (double) weighted.scales[r] * work.rowTerms[r];
        loss = isSmoothed() ? loss + weighted.shifts[r] : loss;
      }
      losses[row + r] = RowSums.loss(loss, work.scale);
    }
  }
}

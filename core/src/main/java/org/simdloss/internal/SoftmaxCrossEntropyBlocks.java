package org.simdloss.internal;

import java.util.Arrays;

/**
 * Σ t · (ln Σ e^x − x) of logits x, which is Σ T · ln z − Σ t · d in the row's own terms: d = x −
 * shift, z = Σ e^d, T = Σ t. Where a row has one hot column that is ln z − d at the label, and
 * where there are no targets it is ln z.
 *
 * <p>The shift is 0 where all of the row's logits are tame, and otherwise their maximum: a matter
 * of the row alone. In most batches it is 0 throughout, so that most blocks need no maxima. (That
 * of a single column is always itself, so that its softmax is 1 and its loss 0.)
 *
 * <p>A block is as many whole rows as {@value Blocks#ELEMENTS} elements hold. Its exponentials are
 * kept for the gradient, softmax(x) · T − t = e^d · (1 / z) · T − t. Of a row that is larger than a
 * block they are computed once more.
 */
public final class SoftmaxCrossEntropyBlocks implements BlockLoss {
  public static final SoftmaxCrossEntropyBlocks INSTANCE = new SoftmaxCrossEntropyBlocks();

  static final Switches SWITCHES = new Switches("SoftmaxCrossEntropy", INSTANCE);

  private SoftmaxCrossEntropyBlocks() {}

  @Override
  public Switches switches() {
    return SWITCHES;
  }

  @Override
  public Output[] outputs() {
    return new Output[] {Output.LOSS, Output.GRADIENT, Output.ROW_LOSSES, Output.PROBABILITIES};
  }

  @Override
  public boolean takesLogits() {
    return true;
  }

  @Override
  public long nanos(int rows, int cols, Output output, boolean labelled) {
    return (long) rows * cols * (output == Output.GRADIENT ? 700 : 450) / 1000;
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
    int cols = work.cols;
    int row = block * Blocks.rowsPerBlock(cols);
    int rows = Blocks.endRow(row, work.rows, cols) - row;
    boolean isTargeted = t != null || labels != null;
    int[] columns = isTargeted ? work.readColumns(kernels, t, labels, row, rows) : null;
    boolean isSoft = isTargeted && columns == null;
    if (cols > Blocks.ELEMENTS) {
      return sumOfLongRow(kernels, work, y, isSoft ? t : null, columns, row, gradient);
    }
    int n = rows * cols;
    float[] d = readShifted(kernels, work, y, row, rows);
    double targetSum = 0;
    if (columns != null) {
      targetSum = sumAtLabels(d, work.yFrom, columns, work.columnsFrom, rows, cols);
    } else if (isSoft) {
      float[] tIn = work.readT(kernels, t, null, row * cols, n);
      targetSum = kernels.sumProducts(d, work.yFrom, tIn, work.tFrom, n, work.floats);
      RowSums.writeSums(kernels, tIn, work.tFrom, rows, cols, work.rowTargets, work.floats);
    }
    writeExp(kernels, work, d, n);
    RowSums.writeSums(kernels, work.floats, Workspace.Y, rows, cols, work.rowSums, work.floats);
    double sum;
    if (isSoft) {
      kernels.ln(work.rowSums, 0, 0, rows, work.rowTerms, 0);
      sum = sumProducts(work.rowTargets, work.rowTerms, rows) - targetSum;
    } else {
      sum = kernels.sumLn(work.rowSums, rows, work.floats) - targetSum;
    }
    if (gradient != null) {
      writeGradient(kernels, work, isSoft ? t : null, columns, row, rows, gradient);
    }
    return sum;
  }

  /**
   * The logits of a block of rows less their shifts, from {@link Workspace#yFrom} on; sets {@link
   * Workspace#isTame}. Logits that need no shift are exponentiated in the same pass, which is when
   * they come from memory; not those that were gathered in the exponentials' place.
   */
  private static float[] readShifted(
      Kernels kernels, Workspace work, float[] y, int row, int rows) {
    int cols = work.cols;
    int n = rows * cols;
    float[] in = work.readY(kernels, y, row * cols, n);
    work.hasExp =
        cols > 1
            && in != work.floats
            && kernels.expIfTame(in, work.yFrom, n, work.floats, Workspace.Y);
    work.isTame =
        work.hasExp || cols > 1 && in == work.floats && kernels.areTame(in, work.yFrom, n);
    if (work.isTame) {
      return in;
    }
    for (int r = 0; r < rows; r++) {
      int i = r * cols;
      float shift = shift(kernels, in, work.yFrom + i, cols);
      subtract(in, work.yFrom + i, shift, cols, work.floats, Workspace.Y + i);
    }
    work.yFrom = Workspace.Y;
    return work.floats;
  }

  /** The exponentials of a block, where {@link #readShifted} has not yet written them. */
  private static void writeExp(Kernels kernels, Workspace work, float[] d, int n) {
    if (!work.hasExp) {
      kernels.exp(d, work.yFrom, n, work.isTame, work.floats, Workspace.Y);
    }
  }

  /** Of a row with NaN, +∞, or nothing but −∞, no finite number: its z becomes NaN. */
  private static float shift(Kernels kernels, float[] x, int at, int cols) {
    return cols > 1 && kernels.areTame(x, at, cols) ? 0 : kernels.max(x, at, cols);
  }

  /** out = x − shift; {@code out} may be x. No kernel: only rows that are not tame need it. */
  private static void subtract(float[] x, int at, float shift, int n, float[] out, int outAt) {
    for (int i = 0; i < n; i++) {
      out[outAt + i] = x[at + i] - shift;
    }
  }

  /** The sum of the d at each row's label, in four chains. */
  private static double sumAtLabels(
      float[] d, int at, int[] columns, int columnsFrom, int rows, int cols) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int r = 0;
    int i = at;
    for (; r <= rows - 4; r += 4, i += 4 * cols) {
      int c = columnsFrom + r;
      s0 += d[i + columns[c]];
      s1 += d[i + cols + columns[c + 1]];
      s2 += d[i + 2 * cols + columns[c + 2]];
      s3 += d[i + 3 * cols + columns[c + 3]];
    }
    for (; r < rows; r++, i += cols) {
      s0 += d[i + columns[columnsFrom + r]];
    }
    return (s0 + s1) + (s2 + s3);
  }

  private static double sumProducts(float[] a, float[] b, int n) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }

  /** From the exponentials, the rows' sums and, of soft targets, the rows' target sums. */
  private static void writeGradient(
      Kernels kernels,
      Workspace work,
      float[] t,
      int[] columns,
      int row,
      int rows,
      float[] gradient) {
    int cols = work.cols;
    int n = rows * cols;
    float factor = work.factor;
    writeFactors(work, t != null, rows);
    if (t != null) {
      // Not in the gradient's own place, which may be that of the targets.
      float[] room = work.floats;
      kernels.scaleRows(
          room, Workspace.Y, rows, cols, work.rowSums, work.rowTargets, room, Workspace.T);
      float[] tIn = work.readT(kernels, t, null, row * cols, n, Workspace.Y);
      float[] out = work.out(gradient, row * cols, n, Workspace.T);
      kernels.subtractProducts(room, Workspace.T, tIn, work.tFrom, factor, n, out, work.outFrom);
      work.put(kernels, gradient, out, row * cols, n);
      return;
    }
    float[] out = work.out(gradient, row * cols, n, Workspace.T);
    kernels.scaleRows(
        work.floats, Workspace.Y, rows, cols, work.rowSums, work.rowTargets, out, work.outFrom);
    if (columns != null) {
      for (int r = 0, at = work.outFrom; r < rows; r++, at += cols) {
        out[at + columns[work.columnsFrom + r]] -= factor;
      }
    }
    work.put(kernels, gradient, out, row * cols, n);
  }

  /**
   * What e^d is multiplied by: 1 / z, and T · factor, in the places of z and T. Their product may
   * be too large or too small for a {@code float} where the gradient is not.
   */
  private static void writeFactors(Workspace work, boolean isSoft, int rows) {
    for (int r = 0; r < rows; r++) {
      work.rowSums[r] = 1 / work.rowSums[r];
    }
    if (!isSoft) {
      Arrays.fill(work.rowTargets, 0, rows, work.factor);
      return;
    }
    for (int r = 0; r < rows; r++) {
      work.rowTargets[r] *= work.factor;
    }
  }

  /** A row that is larger than a block, piece by piece: first its sums, then its gradient. */
  private static double sumOfLongRow(
      Kernels kernels,
      Workspace work,
      float[] y,
      float[] t,
      int[] columns,
      int row,
      float[] gradient) {
    int cols = work.cols;
    int yAt = work.yRow(row);
    readLongRow(kernels, work, y, t, row);
    float z = work.rowSums[0];
    double sum;
    if (t != null) {
      sum = (double) work.rowTargets[0] * Ln.of(z) - work.targetSum;
    } else {
      double atLabel = columns == null ? 0 : y[yAt + columns[work.columnsFrom]] - work.shift;
      sum = kernels.sumLn(work.rowSums, 1, work.floats) - atLabel;
    }
    if (gradient == null) {
      return sum;
    }
    float factor = work.factor;
    int out = work.outRow(row);
    writeFactors(work, t != null, 1);
    for (int c = 0; cols - c > 0; c += Blocks.ELEMENTS) {
      int n = Math.min(Blocks.ELEMENTS, cols - c);
      writeExp(kernels, work, y, yAt + c, n);
      if (t == null) {
        kernels.scaleRows(
            work.floats, Workspace.Y, 1, n, work.rowSums, work.rowTargets, gradient, out + c);
      } else {
        kernels.scaleRows(
            work.floats,
            Workspace.Y,
            1,
            n,
            work.rowSums,
            work.rowTargets,
            work.floats,
            Workspace.T);
        kernels.subtractProducts(
            work.floats, Workspace.T, t, work.tRow(row) + c, factor, n, gradient, out + c);
      }
    }
    if (columns != null) {
      gradient[out + columns[work.columnsFrom]] -= factor;
    }
    return sum;
  }

  /** The shift, z and, of soft targets, Σ t and Σ t · d of a row that is larger than a block. */
  private static void readLongRow(Kernels kernels, Workspace work, float[] y, float[] t, int row) {
    work.isTame = true;
    work.shift = 0;
    if (!sumLongRow(kernels, work, y, t, row)) {
      work.isTame = false;
      work.shift = kernels.max(y, work.yRow(row), work.cols);
      sumLongRow(kernels, work, y, t, row);
    }
  }

  /** The same, once the shift is known; false if the row was taken for tame, and is not. */
  private static boolean sumLongRow(
      Kernels kernels, Workspace work, float[] y, float[] t, int row) {
    int cols = work.cols;
    int yAt = work.yRow(row);
    double z = 0;
    double targets = 0;
    double products = 0;
    for (int c = 0; cols - c > 0; c += Blocks.ELEMENTS) {
      int n = Math.min(Blocks.ELEMENTS, cols - c);
      if (!work.isTame) {
        writeExp(kernels, work, y, yAt + c, n);
      } else if (!kernels.expIfTame(y, yAt + c, n, work.floats, Workspace.Y)) {
        return false;
      }
      z += kernels.sum(work.floats, Workspace.Y, n, work.floats);
      if (t != null) {
        int tAt = work.tRow(row) + c;
        float[] d = readShifted(work, y, yAt + c, n);
        products += kernels.sumProducts(d, work.yFrom, t, tAt, n, work.floats);
        targets += kernels.sum(t, tAt, n, work.floats);
      }
    }
    work.rowSums[0] = (float) z;
    work.rowTargets[0] = (float) targets;
    work.targetSum = products;
    return true;
  }

  /** The exponentials of a piece of a long row. */
  private static void writeExp(Kernels kernels, Workspace work, float[] y, int at, int n) {
    float[] d = readShifted(work, y, at, n);
    kernels.exp(d, work.yFrom, n, work.isTame, work.floats, Workspace.Y);
  }

  /** A piece of a long row less its shift, from {@link Workspace#yFrom} on. */
  private static float[] readShifted(Workspace work, float[] y, int at, int n) {
    if (work.shift == 0) {
      work.yFrom = at;
      return y;
    }
    subtract(y, at, work.shift, n, work.floats, work.yFrom = Workspace.Y);
    return work.floats;
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
    int rows = Blocks.endRow(row, work.rows, cols) - row;
    boolean isSoft = labels == null && !work.isArgmax();
    int[] columns = isSoft ? null : work.readColumns(kernels, t, labels, row, rows);
    if (cols > Blocks.ELEMENTS) {
      readLongRow(kernels, work, y, isSoft ? t : null, row);
      double ln = Ln.of(work.rowSums[0]);
      double loss =
          isSoft
              ? work.rowTargets[0] * ln - work.targetSum
              : ln - (y[work.yRow(row) + columns[work.columnsFrom]] - work.shift);
      losses[row] = RowSums.loss(loss, scale);
      return;
    }
    int n = rows * cols;
    float[] d = readShifted(kernels, work, y, row, rows);
    if (isSoft) {
      float[] tIn = work.readT(kernels, t, null, row * cols, n);
      RowSums.writeSums(kernels, tIn, work.tFrom, rows, cols, work.rowTargets, work.floats);
      for (int r = 0; r < rows; r++) {
        work.rowTerms[r] = (float) sumProducts(kernels, work, d, tIn, r * cols);
      }
    } else {
      for (int r = 0; r < rows; r++) {
        work.rowTerms[r] = d[work.yFrom + r * cols + columns[work.columnsFrom + r]];
      }
    }
    writeExp(kernels, work, d, n);
    RowSums.writeSums(kernels, work.floats, Workspace.Y, rows, cols, work.rowSums, work.floats);
    kernels.ln(work.rowSums, 0, 0, rows, work.rowSums, 0);
    for (int r = 0; r < rows; r++) {
      double ln = work.rowSums[r];
      double loss = isSoft ? work.rowTargets[r] * ln - work.rowTerms[r] : ln - work.rowTerms[r];
      losses[row + r] = RowSums.loss(loss, scale);
    }
  }

  /** Σ t · d of one row. */
  private static double sumProducts(
      Kernels kernels, Workspace work, float[] d, float[] t, int first) {
    int cols = work.cols;
    int dAt = work.yFrom + first;
    int tAt = work.tFrom + first;
    if (!RowSums.areNarrow(cols)) {
      return kernels.sumProducts(d, dAt, t, tAt, cols, work.floats);
    }
    double sum = 0;
    for (int c = 0; c < cols; c++) {
      sum += t[tAt + c] == 0 ? 0f : t[tAt + c] * d[dAt + c];
    }
    return sum;
  }
}

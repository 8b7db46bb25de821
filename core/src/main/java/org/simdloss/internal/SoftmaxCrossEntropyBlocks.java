package org.simdloss.internal;

/**
 * Σ t · (ln Σ e^x − x) of logits x, which is Σ T · ln z − Σ t · d in the row's own terms: d = x −
 * shift, z = Σ e^d, T = Σ t. Where a row has one hot column that is ln z − d at the label, and
 * where there are no targets it is ln z.
 *
 * <p>The shift is 0 where all of the row's logits are tame, and otherwise their maximum: a matter
 * of the row alone. In most batches it is 0 throughout, so that most blocks need no maxima.
 *
 * <p>A block is as many whole rows as {@value Blocks#ELEMENTS} elements hold. Its exponentials are
 * kept for the gradient, softmax(x) · T − t = e^d · (T / z) − t. Of a row that is larger than a
 * block they are computed once more.
 */
public final class SoftmaxCrossEntropyBlocks implements BlockLoss {
  public static final SoftmaxCrossEntropyBlocks INSTANCE = new SoftmaxCrossEntropyBlocks();

  /**
   * Sums whose product is taken, in four chains of at most nine, before its exponent is set aside:
   * nine of them, from e^-64 to 1920 · e^64 each, stay far from the ends of double.
   */
  private static final int GROUP = 24;

  private SoftmaxCrossEntropyBlocks() {}

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
      targetSum = readAtLabels(work, d, columns, rows);
    } else if (isSoft) {
      float[] tIn = work.readT(t, null, row * cols, n);
      targetSum = kernels.sumProducts(d, work.yFrom, tIn, work.tFrom, n, work.floats);
      RowSums.writeSums(kernels, tIn, work.tFrom, rows, cols, work.rowTargets, work.floats);
    }
    kernels.exp(d, work.yFrom, n, work.isTame, work.floats, Workspace.Y);
    RowSums.writeSums(kernels, work.floats, Workspace.Y, rows, cols, work.rowSums, work.floats);
    double sum;
    if (isSoft) {
      kernels.ln(work.rowSums, 0, 0, rows, work.rowTerms, 0);
      sum = sumProducts(work.rowTargets, work.rowTerms, rows) - targetSum;
    } else {
      sum = sumLn(work.rowSums, rows) - targetSum;
    }
    if (gradient != null) {
      writeGradient(kernels, work, isSoft ? t : null, columns, row, rows, gradient);
    }
    return sum;
  }

  /**
   * The logits of a block of rows less their shifts, from {@link Workspace#yFrom} on; sets {@link
   * Workspace#isTame}.
   */
  private static float[] readShifted(
      Kernels kernels, Workspace work, float[] y, int row, int rows) {
    int cols = work.cols;
    int n = rows * cols;
    float[] in = work.readY(y, row * cols, n);
    work.isTame = kernels.areTame(in, work.yFrom, n);
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

  /** Of a row with NaN, +∞, or nothing but −∞, no finite number: its z becomes NaN. */
  private static float shift(Kernels kernels, float[] x, int at, int cols) {
    return kernels.areTame(x, at, cols) ? 0 : kernels.max(x, at, cols);
  }

  /** out = x − shift; {@code out} may be x. The compiler makes vectors of this. */
  private static void subtract(float[] x, int at, float shift, int n, float[] out, int outAt) {
    for (int i = 0; i < n; i++) {
      out[outAt + i] = x[at + i] - shift;
    }
  }

  /** The d at each row's label, and their sum, in four chains. */
  private static double readAtLabels(Workspace work, float[] d, int[] columns, int rows) {
    int cols = work.cols;
    float[] atLabels = work.rowTargets;
    for (int r = 0, at = work.yFrom; r < rows; r++, at += cols) {
      atLabels[r] = d[at + columns[work.columnsFrom + r]];
    }
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int r = 0;
    for (; r <= rows - 4; r += 4) {
      s0 += atLabels[r];
      s1 += atLabels[r + 1];
      s2 += atLabels[r + 2];
      s3 += atLabels[r + 3];
    }
    for (; r < rows; r++) {
      s0 += atLabels[r];
    }
    return (s0 + s1) + (s2 + s3);
  }

  /** Σ ln z = ln Π z. Every z is positive and normal, or NaN. */
  private static double sumLn(float[] z, int rows) {
    double product = 1;
    long exponent = 0;
    for (int from = 0; from < rows; from += GROUP) {
      int end = Math.min(rows, from + GROUP);
      double p0 = 1;
      double p1 = 1;
      double p2 = 1;
      double p3 = 1;
      int r = from;
      for (; r <= end - 4; r += 4) {
        p0 *= z[r];
        p1 *= z[r + 1];
        p2 *= z[r + 2];
        p3 *= z[r + 3];
      }
      for (; r < end; r++) {
        p0 *= z[r];
      }
      if (!(p0 + p1 + p2 + p3 <= Double.MAX_VALUE)) {
        return Double.NaN;
      }
      product *= (Ln.mantissa(p0) * Ln.mantissa(p1)) * (Ln.mantissa(p2) * Ln.mantissa(p3));
      exponent += Ln.exponent(p0) + Ln.exponent(p1) + Ln.exponent(p2) + Ln.exponent(p3);
    }
    return Ln.of(product, exponent);
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
    boolean isSoft = t != null;
    for (int r = 0; r < rows; r++) {
      work.rowSums[r] = quotient(isSoft ? work.rowTargets[r] : 1, work.rowSums[r], factor);
    }
    if (isSoft) {
      // Not in the gradient's own place, which may be that of the targets.
      float[] room = work.floats;
      kernels.scaleRows(room, Workspace.Y, rows, cols, work.rowSums, room, Workspace.T);
      float[] tIn = work.readT(t, null, row * cols, n, Workspace.Y);
      float[] out = work.out(gradient, row * cols, n, Workspace.T);
      subtractTargets(room, Workspace.T, tIn, work.tFrom, factor, n, out, work.outFrom);
      work.put(gradient, out, row * cols, n);
      return;
    }
    float[] out = work.out(gradient, row * cols, n, Workspace.T);
    kernels.scaleRows(work.floats, Workspace.Y, rows, cols, work.rowSums, out, work.outFrom);
    if (columns != null) {
      for (int r = 0, at = work.outFrom; r < rows; r++, at += cols) {
        out[at + columns[work.columnsFrom + r]] -= factor;
      }
    }
    work.put(gradient, out, row * cols, n);
  }

  /** What e^d is multiplied by: T · factor / z. */
  private static float quotient(float targets, float z, float factor) {
    return (float) ((double) targets * factor / z);
  }

  /**
   * out = x − t · factor, never −0; {@code out} may be x or t. The compiler makes vectors of this.
   */
  private static void subtractTargets(
      float[] x, int xAt, float[] t, int tAt, float factor, int n, float[] out, int outAt) {
    for (int i = 0; i < n; i++) {
      out[outAt + i] = Fma.fma(t[tAt + i], -factor, x[xAt + i]) + 0f;
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
      sum = sumLn(work.rowSums, 1) - atLabel;
    }
    if (gradient == null) {
      return sum;
    }
    float factor = work.factor;
    int out = work.outRow(row);
    work.rowSums[0] = quotient(t != null ? work.rowTargets[0] : 1, z, factor);
    for (int c = 0; cols - c > 0; c += Blocks.ELEMENTS) {
      int n = Math.min(Blocks.ELEMENTS, cols - c);
      writeExp(kernels, work, y, yAt + c, n);
      if (t == null) {
        kernels.scaleRows(work.floats, Workspace.Y, 1, n, work.rowSums, gradient, out + c);
      } else {
        kernels.scaleRows(work.floats, Workspace.Y, 1, n, work.rowSums, work.floats, Workspace.T);
        subtractTargets(
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
    int cols = work.cols;
    int yAt = work.yRow(row);
    work.isTame = kernels.areTame(y, yAt, cols);
    work.shift = work.isTame ? 0 : kernels.max(y, yAt, cols);
    double z = 0;
    double targets = 0;
    double products = 0;
    for (int c = 0; cols - c > 0; c += Blocks.ELEMENTS) {
      int n = Math.min(Blocks.ELEMENTS, cols - c);
      if (t != null) {
        int tAt = work.tRow(row) + c;
        float[] d = readShifted(work, y, yAt + c, n);
        products += kernels.sumProducts(d, work.yFrom, t, tAt, n, work.floats);
        targets += kernels.sum(t, tAt, n, work.floats);
      }
      writeExp(kernels, work, y, yAt + c, n);
      z += kernels.sum(work.floats, Workspace.Y, n, work.floats);
    }
    work.rowSums[0] = (float) z;
    work.rowTargets[0] = (float) targets;
    work.targetSum = products;
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
      float[] tIn = work.readT(t, null, row * cols, n);
      RowSums.writeSums(kernels, tIn, work.tFrom, rows, cols, work.rowTargets, work.floats);
      for (int r = 0; r < rows; r++) {
        work.rowTerms[r] = (float) sumProducts(kernels, work, d, tIn, r * cols);
      }
    } else {
      readAtLabels(work, d, columns, rows);
    }
    kernels.exp(d, work.yFrom, n, work.isTame, work.floats, Workspace.Y);
    RowSums.writeSums(kernels, work.floats, Workspace.Y, rows, cols, work.rowSums, work.floats);
    kernels.ln(work.rowSums, 0, 0, rows, work.rowSums, 0);
    for (int r = 0; r < rows; r++) {
      double ln = work.rowSums[r];
      double loss = isSoft ? work.rowTargets[r] * ln - work.rowTerms[r] : ln - work.rowTargets[r];
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

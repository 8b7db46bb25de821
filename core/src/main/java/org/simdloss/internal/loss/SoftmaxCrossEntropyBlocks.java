package org.simdloss.internal.loss;

import java.util.Arrays;
import org.simdloss.internal.block.BlockLoss;
import org.simdloss.internal.block.Blocks;
import org.simdloss.internal.block.Output;
import org.simdloss.internal.block.Rows;
import org.simdloss.internal.block.Workspace;
import org.simdloss.internal.kernel.Block;
import org.simdloss.internal.kernel.Kernels;
import org.simdloss.internal.kernel.Products;
import org.simdloss.internal.kernel.ScalarKernels;
import org.simdloss.internal.math.Ln;

/**
 * Σ t · (ln Σ e^x − x) of logits x, which is Σ T · ln z − Σ t · d in the row's own terms: d = x −
 * shift, z = Σ e^d, T = Σ t. Where a row has one hot column that is ln z − d at the label, and
 * where there are no targets it is ln z.
 *
 * <p>The shift is 0 where all of the row's logits are within ±64, or −∞, as those of masked classes
 * are; and otherwise their maximum: a matter of the row alone. In most batches it is 0 throughout,
 * so that most blocks need no maxima. (That of a single column is always itself, so that its
 * softmax is 1 and its loss 0.)
 *
 * <p>A block is as many whole rows as {@value Block#ELEMENTS} elements hold. Its exponentials are
 * kept for the gradient, softmax(x) · T − t = e^d · (1 / z) · T − t. Of a row that is larger than a
 * block they are computed once more.
 */
public sealed class SoftmaxCrossEntropyBlocks extends BlockLoss
    permits WeightedSoftmaxCrossEntropyBlocks {
  /** In scalar code; {@link #on} makes the others. */
  public static final SoftmaxCrossEntropyBlocks INSTANCE =
      new SoftmaxCrossEntropyBlocks(ScalarKernels.INSTANCE);

  /** What one step finds out about a block, or about a row larger than a block, for the next. */
  public static final class State {
    /** Whether the logits may be exponentiated as they are; those of a block then have been. */
    private boolean isWithinLimit;

    /**
     * The row that follows a block which had masked classes, or logits to be shifted; −1 if there
     * is none. Where the block before had them, this one mostly has.
     */
    private int rowAfterMasked = -1;

    private int rowAfterShifted = -1;

    /**
     * Of a row of logits that is larger than a block: what is subtracted from them, and Σ t · d.
     */
    private float shift;

    private double targetSum;

    private State() {}

    double targetSum() {
      return targetSum;
    }

    static State of(Workspace work) {
      if (work.lossState instanceof State known) {
        return known;
      }
      State made = new State();
      work.lossState = made;
      return made;
    }
  }

  SoftmaxCrossEntropyBlocks(Kernels kernels) {
    super(kernels);
  }

  @Override
  public BlockLoss bind(Kernels by) {
    return new SoftmaxCrossEntropyBlocks(by);
  }

  @Override
  public Output[] outputs() {
    return new Output[] {
      Output.LOSS, Output.GRADIENT, Output.HESSIAN, Output.ROW_LOSSES, Output.PROBABILITIES
    };
  }

  @Override
  public boolean takesLogits() {
    return true;
  }

  @Override
  public long nanos(int rows, int cols, Output output, boolean labelled) {
    return (long) rows * cols * (output.hasGradient() ? 700 : 450) / 1000;
  }

  @Override
  public int blocks(int rows, int cols) {
    return Blocks.rowBlocks(rows, cols);
  }

  @Override
  public double sum(
      int block, Workspace work, float[] y, float[] t, int[] labels, float[] gradient) {
    int cols = work.cols;
    int row = block * Blocks.rowsPerBlock(cols);
    int rows = Blocks.endRow(row, work.rows, cols) - row;
    boolean isTargeted = t != null || labels != null;
    int[] columns = isTargeted ? work.t.hotColumns(kernels, t, labels, row, rows) : null;
    boolean isSoft = isTargeted && columns == null;
    if (cols > Block.ELEMENTS) {
      return sumOfLongRow(work, y, isSoft ? t : null, columns, row, gradient);
    }
    int n = rows * cols;
    float[] d = readShifted(work, y, row, rows);
    double targetSum = 0;
    if (columns != null) {
      targetSum = sumAtLabels(d, work.y.from, columns, work.t.columnsFrom, rows, cols);
    } else if (isSoft) {
      float[] tIn = work.t.read(kernels, t, row * cols, n, Block.T);
      targetSum = kernels.sumProducts(d, work.y.from, tIn, work.t.from, n, work.scratch);
      RowSums.writeSums(kernels, work, tIn, work.t.from, rows, work.rowTargets);
    }
    writeExp(work, d, n);
    RowSums.writeSums(kernels, work, work.scratch, Block.Y, rows, work.rowSums);
    double sum;
    if (isSoft) {
      kernels.ln(work.rowSums, 0, 0, rows, work.rowTerms, 0);
      sum = sumProducts(work.rowTargets, work.rowTerms, rows) - targetSum;
    } else {
      sum = kernels.sumLn(work.rowSums, rows, work.scratch) - targetSum;
    }
    if (gradient != null) {
      writeGradient(work, isSoft ? t : null, columns, row, rows, gradient);
    }
    return sum;
  }

  /**
   * The logits of a block of rows less their shifts, from {@link Rows#from} on; sets {@link
   * State#isWithinLimit}. Logits that need no shift are exponentiated in the same pass, which is
   * when they come from memory.
   */
  final float[] readShifted(Workspace work, float[] y, int row, int rows) {
    State state = State.of(work);
    int cols = work.cols;
    // Not in the exponentials' place.
    float[] in = work.y.read(kernels, y, row * cols, rows * cols, Block.RESULTS);
    state.isWithinLimit =
        cols > 1 && state.rowAfterShifted != row && writeExpIfWithinLimit(work, in, row, rows);
    if (state.isWithinLimit) {
      return in;
    }
    float[] shifts = work.rowSums;
    if (cols == 1) {
      System.arraycopy(in, work.y.from, shifts, 0, rows);
    } else if (RowSums.areNarrow(cols)) {
      kernels.shifts(in, work.y.from, rows, cols, shifts);
    } else {
      for (int r = 0; r < rows; r++) {
        shifts[r] = shift(in, work.y.from + r * cols, cols);
      }
    }
    state.rowAfterShifted = areZero(shifts, rows) ? -1 : row + rows;
    kernels.subtractShifts(in, work.y.from, rows, cols, shifts, work.scratch, Block.Y);
    work.y.from = Block.Y;
    return work.scratch;
  }

  private static boolean areZero(float[] shifts, int rows) {
    for (int r = 0; r < rows; r++) {
      if (shifts[r] != 0) {
        return false;
      }
    }
    return true;
  }

  /** False if some logits have to be shifted. */
  private boolean writeExpIfWithinLimit(Workspace work, float[] x, int row, int rows) {
    State state = State.of(work);
    int at = work.y.from;
    int n = rows * work.cols;
    if (state.rowAfterMasked != row && kernels.expIfWithinLimit(x, at, n, work.scratch, Block.Y)) {
      return true;
    }
    boolean withinLimit = kernels.expIfWithinLimitOrMasked(x, at, n, work.scratch, Block.Y);
    state.rowAfterMasked = withinLimit ? row + rows : -1;
    return withinLimit;
  }

  /** The exponentials of a block, where {@link #readShifted} has not yet written them. */
  final void writeExp(Workspace work, float[] d, int n) {
    if (!State.of(work).isWithinLimit) {
      kernels.exp(d, work.y.from, n, false, work.scratch, Block.Y);
    }
  }

  /** Of a row with NaN or +∞ no finite number: its z becomes NaN. */
  private float shift(float[] x, int at, int cols) {
    return kernels.areWithinLimitOrMasked(x, at, cols) ? 0 : kernels.max(x, at, cols);
  }

  /**
   * out = x − shift; {@code out} may be x. No kernel: only rows with a logit beyond ±64 need it.
   */
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
  private void writeGradient(
      Workspace work, float[] t, int[] columns, int row, int rows, float[] gradient) {
    int cols = work.cols;
    int n = rows * cols;
    float factor = work.factor;
    writeFactors(work, t != null, rows);
    if (t != null) {
      // Not in the gradient's own place, which may be that of the targets.
      float[] room = work.scratch;
      float[] second = scaleExp(work, row * cols, rows, n, t, room, Block.T);
      float[] tIn = work.t.read(kernels, t, row * cols, n, Block.Y);
      float[] out = work.out.place(gradient, row * cols, n, Block.T);
      kernels.subtractProducts(room, Block.T, tIn, work.t.from, factor, n, out, work.out.from);
      work.out.write(kernels, gradient, out, row * cols, n);
      writeBack(work, second, row * cols, n);
      return;
    }
    float[] out = work.out.place(gradient, row * cols, n, Block.T);
    float[] second = scaleExp(work, row * cols, rows, n, null, out, work.out.from);
    if (columns != null) {
      for (int r = 0, at = work.out.from; r < rows; r++, at += cols) {
        out[at + columns[work.t.columnsFrom + r]] -= factor;
      }
    }
    work.out.write(kernels, gradient, out, row * cols, n);
    writeBack(work, second, row * cols, n);
  }

  /**
   * out = e^d / z · T · factor, from the exponentials and the gradient's factors; and the second
   * derivatives, e^d / z · (1 − e^d / z) · T · factor, if they are wanted. {@link #writeBack} ends
   * those, which are returned.
   *
   * @param first the first of n elements: whole rows, or a piece of a long one
   * @param t targets that are still to be read
   */
  final float[] scaleExp(
      Workspace work, int first, int rows, int n, float[] t, float[] out, int outAt) {
    float[] e = work.scratch;
    float[] z = work.rowSums;
    float[] targets = work.rowTargets;
    float[] hessian = work.hessian;
    int cols = n / rows;
    if (hessian == null) {
      kernels.scaleRows(e, Block.Y, rows, cols, z, targets, out, outAt);
      return null;
    }
    float[] second = work.second.place(hessian, first, n, Block.RESULTS, hessian != t);
    kernels.scaleRowsWithVariances(
        e, Block.Y, rows, cols, z, targets, out, outAt, second, work.second.from);
    return second;
  }

  final void writeBack(Workspace work, float[] second, int first, int n) {
    if (second != null) {
      work.second.write(kernels, work.hessian, second, first, n);
    }
  }

  /**
   * What e^d is multiplied by: 1 / z, and T · factor, in the places of z and T. Their product may
   * be too large or too small for a {@code float} where the gradient is not.
   */
  static void writeFactors(Workspace work, boolean isSoft, int rows) {
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
  private double sumOfLongRow(
      Workspace work, float[] y, float[] t, int[] columns, int row, float[] gradient) {
    readLongRow(work, y, t, row);
    double sum;
    if (t != null) {
      State state = State.of(work);
      sum = (double) work.rowTargets[0] * Ln.of(work.rowSums[0]) - state.targetSum;
    } else {
      double atLabel = columns == null ? 0 : atLabel(work, y, columns, row);
      sum = kernels.sumLn(work.rowSums, 1, work.scratch) - atLabel;
    }
    if (gradient != null) {
      writeFactors(work, t != null, 1);
      writeGradientOfLongRow(work, y, t, columns, row, work.factor, gradient);
    }
    return sum;
  }

  /**
   * @param factor of the targets
   */
  final void writeGradientOfLongRow(
      Workspace work,
      float[] y,
      float[] t,
      int[] columns,
      int row,
      float factor,
      float[] gradient) {
    int cols = work.cols;
    float[] room = work.scratch;
    int out = work.out.row(row);
    // While gradients go to memory, the next exponentials are computed.
    boolean inOnePass = t == null && work.hessian == null && State.of(work).isWithinLimit;
    for (int c = 0; cols - c > 0; c += Block.ELEMENTS) {
      int n = Math.min(Block.ELEMENTS, cols - c);
      if (inOnePass) {
        float[] d = readPiece(work, y, row, c, n);
        float inverse = work.rowSums[0];
        kernels.scaledExp(d, work.y.from, n, inverse, work.rowTargets[0], gradient, out + c);
        continue;
      }
      writeExp(work, y, row, c, n);
      int first = row * cols + c;
      float[] second;
      if (t == null) {
        second = scaleExp(work, first, 1, n, null, gradient, out + c);
      } else {
        second = scaleExp(work, first, 1, n, t, room, Block.T);
        float[] tIn = work.t.read(kernels, t, first, n, Block.Y);
        kernels.subtractProducts(room, Block.T, tIn, work.t.from, factor, n, gradient, out + c);
      }
      writeBack(work, second, first, n);
    }
    if (columns != null) {
      gradient[out + columns[work.t.columnsFrom]] -= factor;
    }
  }

  /** The d at the label of a row that is larger than a block. */
  static float atLabel(Workspace work, float[] y, int[] columns, int row) {
    return work.y.get(y, row, columns[work.t.columnsFrom]) - State.of(work).shift;
  }

  /** The shift, z and, of soft targets, Σ t and Σ t · d of a row that is larger than a block. */
  final void readLongRow(Workspace work, float[] y, float[] t, int row) {
    State state = State.of(work);
    state.isWithinLimit = true;
    state.shift = 0;
    if (!sumLongRow(work, y, t, row)) {
      state.isWithinLimit = false;
      state.shift = shiftOfLongRow(work, y, row);
      sumLongRow(work, y, t, row);
    }
  }

  /** {@link #shift}, piece by piece. */
  private float shiftOfLongRow(Workspace work, float[] y, int row) {
    int cols = work.cols;
    boolean isZero = true;
    float max = Float.NEGATIVE_INFINITY;
    for (int c = 0; cols - c > 0; c += Block.ELEMENTS) {
      int n = Math.min(Block.ELEMENTS, cols - c);
      float[] in = work.y.read(kernels, y, row * cols + c, n, Block.Y);
      isZero = isZero && kernels.areWithinLimitOrMasked(in, work.y.from, n);
      max = Math.max(max, kernels.max(in, work.y.from, n));
    }
    return isZero ? 0 : max;
  }

  /** The same, once the shift is known; false if the row was taken to be within ±64, and is not. */
  private boolean sumLongRow(Workspace work, float[] y, float[] t, int row) {
    State state = State.of(work);
    int cols = work.cols;
    double z = 0;
    double targets = 0;
    double products = 0;
    for (int c = 0; cols - c > 0; c += Block.ELEMENTS) {
      int n = Math.min(Block.ELEMENTS, cols - c);
      float[] d = readPiece(work, y, row, c, n);
      if (t != null) {
        float[] tIn = work.t.read(kernels, t, row * cols + c, n, Block.T);
        products += kernels.sumProducts(d, work.y.from, tIn, work.t.from, n, work.scratch);
        targets += kernels.sum(tIn, work.t.from, n, work.scratch);
      }
      if (!state.isWithinLimit) {
        kernels.exp(d, work.y.from, n, false, work.scratch, Block.Y);
      } else if (!kernels.expIfWithinLimit(d, work.y.from, n, work.scratch, Block.Y)) {
        return false;
      }
      z += kernels.sum(work.scratch, Block.Y, n, work.scratch);
    }
    work.rowSums[0] = (float) z;
    work.rowTargets[0] = (float) targets;
    state.targetSum = products;
    return true;
  }

  /** Σ d of a long row, whose shift is known. */
  final double sumOfLongRow(Workspace work, float[] y, int row) {
    double sum = 0;
    for (int c = 0; work.cols - c > 0; c += Block.ELEMENTS) {
      int n = Math.min(Block.ELEMENTS, work.cols - c);
      float[] d = readPiece(work, y, row, c, n);
      sum += kernels.sum(d, work.y.from, n, work.scratch);
    }
    return sum;
  }

  /** The exponentials of a piece of a long row, from column {@code c} on. */
  private void writeExp(Workspace work, float[] y, int row, int c, int n) {
    float[] d = readPiece(work, y, row, c, n);
    kernels.exp(d, work.y.from, n, State.of(work).isWithinLimit, work.scratch, Block.Y);
  }

  /** A piece of a long row less its shift, from {@link Rows#from} on. */
  private float[] readPiece(Workspace work, float[] y, int row, int c, int n) {
    float shift = State.of(work).shift;
    // Not in the exponentials' place.
    float[] in = work.y.read(kernels, y, row * work.cols + c, n, Block.RESULTS);
    if (shift == 0) {
      return in;
    }
    subtract(in, work.y.from, shift, n, work.scratch, Block.Y);
    work.y.from = Block.Y;
    return work.scratch;
  }

  @Override
  protected boolean addRowsTogether(int block, Workspace work, float[] y, float[] t, int[] labels) {
    int cols = work.cols;
    int row = block * Blocks.rowsPerBlock(cols);
    int rows = Blocks.endRow(row, work.rows, cols) - row;
    if (!work.t.areLabels(labels) || cols > Block.ELEMENTS) {
      return false;
    }
    int[] columns = work.t.hotColumns(kernels, t, labels, row, rows);
    sumRows(work, y, t, columns, row, rows);
    for (int r = 0; r < rows; r++) {
      double ln = Products.lnOfOneNormal(work.rowSums[r]);
      work.addRow(ln - work.rowTerms[r], r < rows - 1 ? 0 : rows);
    }
    return true;
  }

  @Override
  public void perRow(
      int block, Workspace work, float[] y, float[] t, int[] labels, float[] losses) {
    int cols = work.cols;
    int row = block * Blocks.rowsPerBlock(cols);
    int rows = Blocks.endRow(row, work.rows, cols) - row;
    boolean isSoft = !work.t.areLabels(labels);
    int[] columns = isSoft ? null : work.t.hotColumns(kernels, t, labels, row, rows);
    if (cols > Block.ELEMENTS) {
      State state = State.of(work);
      readLongRow(work, y, isSoft ? t : null, row);
      double ln = Ln.of(work.rowSums[0]);
      double loss =
          isSoft ? work.rowTargets[0] * ln - state.targetSum : ln - atLabel(work, y, columns, row);
      losses[row] = RowSums.loss(loss, work.scale);
      return;
    }
    sumRows(work, y, t, columns, row, rows);
    kernels.ln(work.rowSums, 0, 0, rows, work.rowSums, 0);
    writeLosses(work, row, rows, losses);
  }

  /**
   * From Σ t, ln z and Σ t · d of each row. In the method above, after all that C2 inlines there,
   * it would no longer inline the loop's own call (JDK 17): rows took 1.4 times as long.
   */
  private static void writeLosses(Workspace work, int row, int rows, float[] losses) {
    for (int r = 0; r < rows; r++) {
      double ln = work.rowSums[r];
      double loss = work.rowTargets[r] * ln - work.rowTerms[r];
      losses[row + r] = RowSums.loss(loss, work.scale);
    }
  }

  /** {@link #writeProductsOfRows}, and Σ e^d of each row of a block. */
  private void sumRows(Workspace work, float[] y, float[] t, int[] columns, int row, int rows) {
    float[] d = readShifted(work, y, row, rows);
    writeProductsOfRows(work, d, t, columns, row, rows);
    writeExp(work, d, rows * work.cols);
    RowSums.writeSums(kernels, work, work.scratch, Block.Y, rows, work.rowSums);
  }

  /** The d at each row's label. */
  static void readAtLabels(float[] d, Workspace work, int[] columns, int rows) {
    float[] into = work.rowTerms;
    int from = work.t.columnsFrom;
    int cols = work.cols;
    for (int r = 0, at = work.y.from; r < rows; r++, at += cols) {
      into[r] = d[at + columns[from + r]];
    }
  }

  /**
   * Σ t and Σ t · d of each row of a block.
   *
   * @param columns the rows' hot columns; null if the targets are {@code t}
   */
  final void writeProductsOfRows(
      Workspace work, float[] d, float[] t, int[] columns, int row, int rows) {
    int cols = work.cols;
    if (columns != null) {
      Arrays.fill(work.rowTargets, 0, rows, 1);
      readAtLabels(d, work, columns, rows);
      return;
    }
    float[] tIn = work.t.read(kernels, t, row * cols, rows * cols, Block.T);
    RowSums.writeSums(kernels, work, tIn, work.t.from, rows, work.rowTargets);
    for (int r = 0; r < rows; r++) {
      work.rowTerms[r] = (float) sumProducts(work, d, tIn, r * cols);
    }
  }

  /** Σ t · d of one row. */
  private double sumProducts(Workspace work, float[] d, float[] t, int first) {
    int cols = work.cols;
    int dAt = work.y.from + first;
    int tAt = work.t.from + first;
    if (!RowSums.areNarrow(cols)) {
      return kernels.sumProducts(d, dAt, t, tAt, cols, work.scratch);
    }
    double sum = 0;
    for (int c = 0; c < cols; c++) {
      sum += t[tAt + c] == 0 ? 0f : t[tAt + c] * d[dAt + c];
    }
    return sum;
  }
}

package org.simdloss;

import static java.util.Objects.requireNonNull;

import org.simdloss.internal.BlockLoss;
import org.simdloss.internal.Blocks;
import org.simdloss.internal.Workspace;

/**
 * A loss function over batches: how far predictions are from their targets, as one number.
 *
 * <p>An immutable object, configured once and called often, safe to share between threads. Options
 * return a new loss.
 *
 * <p><b>Shapes.</b> Predictions y are rows × cols, a sample a row. Targets are a label for each
 * row, or values of the same shape.
 *
 * <p><b>Bits.</b> The same operands give the same bits on every {@link Backend}, machine and JDK.
 * What {@link #perRow} writes for a row depends on that row, the options and the number of columns
 * alone.
 *
 * <p><b>Exceptions</b> are thrown before anything is written: {@link NullPointerException} for a
 * null, {@link IllegalArgumentException} if shapes differ or if there are no rows to take a mean
 * of, {@link IndexOutOfBoundsException} for a label that is no column. NaN and infinity are no
 * exceptions, but results.
 */
public abstract sealed class Loss permits CrossEntropy, SquaredError {
  private final BlockLoss blocks;
  private final double scale;
  private final Divisor divisor;
  private final Backend backend;

  /** By what a batch's sum is divided. */
  enum Divisor {
    NONE,
    ROWS,
    ELEMENTS
  }

  /** A loss that is scale · (the sum over the blocks) / divisor. */
  Loss(BlockLoss blocks, double scale, Divisor divisor, Backend backend) {
    this.blocks = blocks;
    this.scale = scale;
    this.divisor = divisor;
    this.backend = backend;
  }

  /** The same loss, computed by another backend: the same bits at another speed. */
  public abstract Loss on(Backend backend);

  /**
   * The loss of a batch.
   *
   * @param y the predictions
   * @param t the targets, of as many rows, and columns if they are values
   */
  public final double loss(Batch y, Targets t) {
    requireNonNull(y, "y");
    requireNonNull(t, "t");
    int rows = y.rows();
    int cols = y.cols();
    t.check(rows, cols);
    double count =
        divisor == Divisor.NONE ? 1 : divisor == Divisor.ROWS ? rows : (double) rows * cols;
    if (count == 0) {
      throw noRows();
    }
    Workspace work =
        Workspace.take(rows, cols, y.offset(), y.stride(), t.offset(), t.stride(), t.isArgmax());
    double sum =
        Blocks.sum(
            blocks,
            backend.kernels(),
            backend.isParallel(),
            work,
            y.data(),
            t.data(),
            t.labelArray());
    work.release();
    // Adding 0 turns -0 into +0.
    double loss = scale * sum / count + 0.0;
    return loss == loss ? loss : Double.NaN;
  }

  /** {@link #loss(Batch, Targets)} of {@link Targets#labels(int[])}. */
  public final double loss(Batch y, int[] labels) {
    return loss(y, Targets.labels(labels));
  }

  /** {@link #loss(Batch, Targets)} of {@link Targets#of(Batch)}. */
  public final double loss(Batch y, Batch t) {
    return loss(y, Targets.of(t));
  }

  /**
   * The loss of each row by itself, before the division by the number of rows: a mean loss is the
   * mean of these, a sum their sum, but for rounding.
   *
   * @param losses where row r's loss is written, at [r]; elements from {@code y.rows()} on are left
   *     alone. It may be y's or t's own array if each row's loss takes the place of that row (one
   *     column, no offset), and may not overlap them in any other way.
   * @throws IllegalArgumentException also if {@code losses} is shorter than the number of rows, or
   *     overlaps y or t
   */
  public final void perRow(Batch y, Targets t, float[] losses) {
    requireNonNull(y, "y");
    requireNonNull(t, "t");
    requireNonNull(losses, "losses");
    int rows = y.rows();
    int cols = y.cols();
    t.check(rows, cols);
    checkLosses(losses, rows);
    checkOverlap(losses, rows, "y", y.data(), y.offset(), cols, y.stride());
    checkOverlap(losses, rows, "t", t.data(), t.offset(), cols, t.stride());
    double rowScale = divisor == Divisor.ELEMENTS ? scale / cols : scale;
    Workspace work =
        Workspace.take(rows, cols, y.offset(), y.stride(), t.offset(), t.stride(), t.isArgmax());
    Blocks.perRow(
        blocks,
        backend.kernels(),
        backend.isParallel(),
        work,
        y.data(),
        t.data(),
        t.labelArray(),
        rowScale,
        losses);
    work.release();
  }

  /** {@link #perRow(Batch, Targets, float[])} of {@link Targets#labels(int[])}. */
  public final void perRow(Batch y, int[] labels, float[] losses) {
    perRow(y, Targets.labels(labels), losses);
  }

  /** {@link #perRow(Batch, Targets, float[])} of {@link Targets#of(Batch)}. */
  public final void perRow(Batch y, Batch t, float[] losses) {
    perRow(y, Targets.of(t), losses);
  }

  private static void checkLosses(float[] losses, int rows) {
    if (losses.length < rows) {
      throw new IllegalArgumentException(
          "losses has " + losses.length + " elements; allowed: the " + rows + " rows or more");
    }
  }

  /** Refuses an output that overlaps an input in any way but element for element. */
  private static void checkOverlap(
      float[] losses, int rows, String name, float[] data, int offset, int cols, int stride) {
    boolean sameView = offset == 0 && cols == 1 && (stride == 1 || rows <= 1);
    if (losses == data && rows > offset && rows > 0 && !sameView) {
      throw new IllegalArgumentException(
          "losses overlaps "
              + name
              + ": "
              + rows
              + " losses, and "
              + name
              + " begins at "
              + offset);
    }
  }

  private static IllegalArgumentException noRows() {
    return new IllegalArgumentException("y has 0 rows; a mean needs 1 or more");
  }

  Backend backend() {
    return backend;
  }

  double scale() {
    return scale;
  }

  Divisor divisor() {
    return divisor;
  }
}

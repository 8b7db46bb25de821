package org.simdloss;

import static java.util.Objects.requireNonNull;

import org.simdloss.internal.block.ClassLabels;
import org.simdloss.internal.block.Workspace;
import org.simdloss.internal.call.Evaluator;

/**
 * What a batch should have been: a class label for each row, or a value for each element.
 *
 * <p>Like {@link Batch}, a view of the caller's array, never a copy.
 *
 * <p>Labels, the one-hot rows that they stand for, and {@link #argmax} of such rows give the same
 * loss, to the last bit.
 */
public final class Targets extends View {
  /** Whether the values stand for the label at each row's maximum. */
  private final boolean argmax;

  /** Target values, or null where the targets are labels. */
  private final float[] data;

  /** Labels, or null where the targets are values. */
  private final int[] labels;

  private Targets(
      boolean argmax, float[] data, int[] labels, int offset, int rows, int cols, int stride) {
    super(offset, rows, cols, stride);
    this.argmax = argmax;
    this.data = data;
    this.labels = labels;
  }

  /**
   * One class index a row. That each lies in {@code 0 .. cols - 1} is checked against the
   * predictions, when the loss is called.
   */
  public static Targets labels(int[] labels) {
    requireNonNull(labels, "labels");
    return new Targets(false, null, labels, 0, labels.length, 0, 1);
  }

  /**
   * The labels of {@code rows} rows, the first of them at {@code offset}.
   *
   * @throws IllegalArgumentException if they lie outside {@code labels}
   */
  public static Targets labels(int[] labels, int offset, int rows) {
    checkRange(labels, offset, rows);
    return new Targets(false, null, labels, offset, rows, 0, 1);
  }

  private static void checkRange(int[] labels, int offset, int rows) {
    requireNonNull(labels, "labels");
    if (offset < 0 || rows < 0 || rows > labels.length - offset) {
      throw badRange(labels.length, offset, rows);
    }
  }

  private static IllegalArgumentException badRange(int length, int offset, int rows) {
    return new IllegalArgumentException(
        rows < 0
            ? "rows is " + rows + "; allowed: 0 or more"
            : offset < 0 || offset > length
                ? "offset is " + offset + "; allowed: 0 to labels' length, " + length
                : "labels has "
                    + length
                    + " elements, but "
                    + rows
                    + " rows at offset "
                    + offset
                    + " end at "
                    + (offset + (long) rows));
  }

  /** Any target values, of the predictions' shape: one-hot rows, distributions, regressands. */
  public static Targets of(Batch values) {
    return of(false, requireNonNull(values, "values"));
  }

  /**
   * The index of each row's first maximum, as a label: the book's batch form. A NaN counts as the
   * maximum, as it does in NumPy.
   */
  public static Targets argmax(Batch values) {
    return of(true, requireNonNull(values, "values"));
  }

  private static Targets of(boolean argmax, Batch values) {
    return new Targets(
        argmax,
        values.data(),
        null,
        values.offset(),
        values.rows(),
        values.cols(),
        values.stride());
  }

  /**
   * The targets of the rows from {@code fromRow} up to, not including, {@code toRow}.
   *
   * @throws IllegalArgumentException unless {@code 0 <= fromRow <= toRow <= rows()}
   */
  public Targets slice(int fromRow, int toRow) {
    checkSlice(fromRow, toRow, rows);
    return part(start(offset, stride, fromRow, toRow - fromRow), toRow - fromRow);
  }

  private Targets part(int start, int count) {
    return new Targets(argmax, data, labels, start, count, cols, stride);
  }

  /** The number of rows (samples). */
  public int rows() {
    return rows;
  }

  /** Refuses predictions of another shape. */
  void check(int yRows, int yCols) {
    check(yRows, yCols, rows, cols);
  }

  private static void check(int yRows, int yCols, int rows, int cols) {
    if (rows != yRows || (cols != yCols && cols != 0)) {
      throw shapesDiffer(yRows, yCols, rows, cols);
    }
  }

  private static IllegalArgumentException shapesDiffer(int yRows, int yCols, int rows, int cols) {
    return new IllegalArgumentException(
        "y is "
            + yRows
            + "×"
            + yCols
            + ", but t "
            + (cols == 0 ? "has " + rows + " labels" : "is " + rows + "×" + cols));
  }

  /** Tells a call where its targets are; see {@link Evaluator#run} for why in this way. */
  float[] asTargets(Workspace work) {
    work.setTargets(offset, stride, argmax);
    return data;
  }

  /** How many rows of y have their first maximum where these have it. */
  int hits(Batch y) {
    if (labels != null) {
      ClassLabels.check(labels, offset, rows, y.cols());
    }
    int hits = 0;
    for (int r = 0; r < rows; r++) {
      int at = offset + r * stride;
      int column = labels != null ? labels[at] : ClassLabels.argmax(data, at, cols);
      hits += y.argmax(r) == column ? 1 : 0;
    }
    return hits;
  }

  /** Null where the targets are values. */
  int[] labels() {
    return labels;
  }

  /** For example {@code Targets.labels (100 rows)} or {@code Targets.argmax 100×10}. */
  @Override
  public String toString() {
    return labels != null
        ? "Targets.labels (" + rows + " rows)"
        : (argmax ? "Targets.argmax " : "Targets.of ") + rows + "×" + cols;
  }
}

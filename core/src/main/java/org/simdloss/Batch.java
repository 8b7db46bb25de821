package org.simdloss;

import static java.util.Objects.requireNonNull;

import org.simdloss.internal.block.ClassLabels;
import org.simdloss.internal.block.Workspace;
import org.simdloss.internal.call.Evaluator;

/**
 * A matrix of {@code float}s, one sample a row, seen in an array that the caller keeps.
 *
 * <p>Element (r, c) is {@code data()[offset() + r * stride() + c]}. A batch never copies and never
 * owns: a change to the array is a change to the batch. Its shape is checked once, here, so that
 * nothing behind it needs to look again. There may be no rows, but there is always a column.
 *
 * <p>Immutable apart from the array's contents; a batch made for a single call costs nothing once
 * the call is compiled.
 */
public final class Batch extends View {
  private final float[] data;

  private Batch(float[] data, int offset, int rows, int cols, int stride) {
    super(offset, rows, cols, stride);
    this.data = data;
  }

  /**
   * The whole of {@code data} as {@code rows} × {@code cols}, row after row.
   *
   * @throws IllegalArgumentException if {@code rows} is negative, {@code cols} is not positive, or
   *     {@code data.length} is not {@code rows * cols}
   */
  public static Batch of(float[] data, int rows, int cols) {
    checkShape(data, rows, cols);
    return new Batch(data, 0, rows, cols, cols);
  }

  private static void checkShape(float[] data, int rows, int cols) {
    requireNonNull(data, "data");
    if (rows < 0 || cols < 1 || data.length != (long) rows * cols) {
      throw badShape(data.length, rows, cols);
    }
  }

  /**
   * Rows of {@code cols} elements that begin at {@code offset} and then every {@code stride}
   * elements: a slice of a larger array, or rows with padding after them. Padding is neither read
   * nor written.
   *
   * @throws IllegalArgumentException if {@code rows} is negative, {@code cols} is not positive,
   *     {@code stride} is less than {@code cols}, or any row lies outside {@code data}
   */
  public static Batch of(float[] data, int offset, int rows, int cols, int stride) {
    checkView(data, offset, rows, cols, stride);
    return new Batch(data, offset, rows, cols, stride);
  }

  private static void checkView(float[] data, int offset, int rows, int cols, int stride) {
    requireNonNull(data, "data");
    if (rows < 0
        || cols < 1
        || stride < cols
        || offset < 0
        || offset > data.length
        || (long) rows * cols > Integer.MAX_VALUE
        || (rows > 0 && offset + (rows - 1L) * stride + cols > data.length)) {
      throw badView(data.length, offset, rows, cols, stride);
    }
  }

  /**
   * One sample as a batch of one row.
   *
   * @throws IllegalArgumentException if {@code sample} is empty
   */
  public static Batch row(float[] sample) {
    requireNonNull(sample, "sample");
    return of(sample, 1, sample.length);
  }

  /**
   * A copy of an array of rows, which must have the same length.
   *
   * @throws IllegalArgumentException if {@code rows} is empty (the number of columns would be
   *     unknown), a row is empty, the rows' lengths differ, or all together are too many for an
   *     array
   */
  public static Batch copyOf(float[][] rows) {
    requireNonNull(rows, "rows");
    if (rows.length == 0) {
      throw new IllegalArgumentException("rows is empty, so the number of columns is unknown");
    }
    int cols = requireNonNull(rows[0], "rows[0]").length;
    for (int r = 0; r < rows.length; r++) {
      int row = r;
      if (requireNonNull(rows[r], () -> "rows[" + row + "]").length != cols) {
        throw new IllegalArgumentException(
            "rows[" + r + "] has " + rows[r].length + " elements, but rows[0] has " + cols);
      }
    }
    if (cols == 0 || (long) rows.length * cols > Integer.MAX_VALUE) {
      throw badShape(0, rows.length, cols);
    }
    float[] data = new float[rows.length * cols];
    for (int r = 0; r < rows.length; r++) {
      System.arraycopy(rows[r], 0, data, r * cols, cols);
    }
    return new Batch(data, 0, rows.length, cols, cols);
  }

  /**
   * The rows from {@code fromRow} up to, not including, {@code toRow}, of the same array.
   *
   * @throws IllegalArgumentException unless {@code 0 <= fromRow <= toRow <= rows()}
   */
  public Batch slice(int fromRow, int toRow) {
    checkSlice(fromRow, toRow, rows);
    return part(fromRow, toRow - fromRow);
  }

  private Batch part(int fromRow, int count) {
    return new Batch(data, start(offset, stride, fromRow, count), count, cols, stride);
  }

  /** The number of rows (samples), 0 or more. */
  public int rows() {
    return rows;
  }

  /** The number of columns (classes, features), 1 or more. */
  public int cols() {
    return cols;
  }

  /** The array itself, not a copy. */
  public float[] data() {
    return data;
  }

  /** Where in {@link #data()} row 0 begins. */
  public int offset() {
    return offset;
  }

  /** How far apart in {@link #data()} two rows begin; at least {@link #cols()}. */
  public int stride() {
    return stride;
  }

  /**
   * Element (r, c).
   *
   * @throws IndexOutOfBoundsException if there is no such row or column
   */
  public float get(int r, int c) {
    if (r < 0 || r >= rows || c < 0 || c >= cols) {
      throw new IndexOutOfBoundsException(
          "element (" + r + ", " + c + ") of a batch of " + rows + "×" + cols);
    }
    return data[offset + r * stride + c];
  }

  /** For example {@code Batch 100×10 (offset 0, stride 10)}. */
  @Override
  public String toString() {
    return "Batch " + rows + "×" + cols + " (offset " + offset + ", stride " + stride + ")";
  }

  /** The column of a row's first maximum. */
  int argmax(int r) {
    return ClassLabels.argmax(data, offset + r * stride, cols);
  }

  /** Whether a row's first maximum is in a column; not where the row has a NaN. */
  boolean isMaximum(int r, int col) {
    int maximum = argmax(r);
    return maximum == col && !Float.isNaN(get(r, maximum));
  }

  /** Tells a call where its predictions are; see {@link Evaluator#run} for why in this way. */
  float[] asPredictions(Workspace work) {
    work.setPredictions(offset, rows, cols, stride);
    return data;
  }

  /** Tells a call where its results go. */
  float[] asOutput(Workspace work) {
    work.setOutput(offset, stride);
    return data;
  }

  /** Tells a call where its second derivatives go. */
  float[] asHessian(Workspace work) {
    work.second.set(offset, stride);
    return data;
  }

  /** Whether one of two batches has another shape. */
  boolean differs(Batch a, Batch b) {
    return (difference(a) | difference(b)) != 0;
  }

  private int difference(Batch other) {
    return rows ^ other.rows | cols ^ other.cols;
  }

  /** Refuses results of another shape than the input's. */
  void check(String name, Batch input, String inputName) {
    check(name, rows, cols, inputName, input.rows, input.cols);
  }

  private static void check(
      String name, int rows, int cols, String inputName, int inputRows, int inputCols) {
    if ((rows ^ inputRows | cols ^ inputCols) != 0) { // one branch: this is inlined everywhere
      throw shapesDiffer(name, rows, cols, inputName, inputRows, inputCols);
    }
  }

  private static IllegalArgumentException shapesDiffer(
      String name, int rows, int cols, String inputName, int inputRows, int inputCols) {
    return new IllegalArgumentException(
        name + " is " + rows + "×" + cols + ", but " + inputName + " is " + inputRows + "×"
            + inputCols);
  }

  private static IllegalArgumentException badShape(int length, int rows, int cols) {
    String range = checkRange(rows, cols);
    return new IllegalArgumentException(
        range != null
            ? range
            : "data has "
                + length
                + " elements, but "
                + rows
                + "×"
                + cols
                + " needs "
                + (long) rows * cols);
  }

  private static IllegalArgumentException badView(
      int length, int offset, int rows, int cols, int stride) {
    String range = checkRange(rows, cols);
    if (range == null && stride < cols) {
      range = "stride is " + stride + "; allowed: the " + cols + " columns or more";
    }
    if (range == null && (offset < 0 || offset > length)) {
      range = "offset is " + offset + "; allowed: 0 to data's length, " + length;
    }
    return new IllegalArgumentException(
        range != null
            ? range
            : "data has "
                + length
                + " elements, but "
                + rows
                + "×"
                + cols
                + " at offset "
                + offset
                + " with stride "
                + stride
                + " ends at "
                + (offset + (rows - 1L) * stride + cols));
  }

  private static String checkRange(int rows, int cols) {
    if (rows < 0) {
      return "rows is " + rows + "; allowed: 0 or more";
    }
    if (cols < 1) {
      return "cols is " + cols + "; allowed: 1 or more";
    }
    if ((long) rows * cols > Integer.MAX_VALUE) {
      return rows
          + "×"
          + cols
          + " is "
          + (long) rows * cols
          + " elements, more than an array can hold";
    }
    return null;
  }
}

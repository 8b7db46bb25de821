package org.simdloss;

import static java.util.Objects.requireNonNull;

import java.nio.FloatBuffer;
import java.util.function.ToIntFunction;
import org.simdloss.internal.block.ClassLabels;
import org.simdloss.internal.block.Elements;
import org.simdloss.internal.block.Workspace;
import org.simdloss.internal.call.Evaluator;

/**
 * A matrix of {@code float}s, one sample a row, seen in an array that the caller keeps.
 *
 * <p>Element (r, c) is {@code data()[offset() + r * stride() + c]}. A batch never copies and never
 * owns: a change to the array is a change to the batch. Its shape is checked once, here, so that
 * nothing behind it needs to look again. There may be no rows, but there is always a column.
 *
 * <p>The elements may also be in a {@link FloatBuffer}, or in a {@code double[]}, each rounded to
 * the nearest {@code float} as it is read. Such a batch is an operand: predictions, targets, what
 * rows are gathered from. It gives the bits that the {@code float[]} of the same elements gives. A
 * result can not go there, and must not share memory with a buffer that is read, which nobody
 * checks.
 *
 * <p>Immutable apart from the array's contents; a batch made for a single call costs nothing once
 * the call is compiled.
 */
public final class Batch extends View {
  /** A {@code float[]}, or what else {@link Elements} reads. */
  private final Object data;

  /** 0 if the data are a {@code float[]}, otherwise 1; a number, for checks of a single branch. */
  private final int noArray;

  private Batch(Object data, int noArray, int offset, int rows, int cols, int stride) {
    super(offset, rows, cols, stride);
    this.data = data;
    this.noArray = noArray;
  }

  /** A view whose shape is known to fit. */
  static Batch of(Object data, int offset, int rows, int cols, int stride) {
    int noArray = data instanceof float[] ? 0 : 1;
    return new Batch(data, noArray, offset, rows, cols, stride);
  }

  /**
   * The whole of {@code data} as {@code rows} × {@code cols}, row after row.
   *
   * @throws IllegalArgumentException if {@code rows} is negative, {@code cols} is not positive, or
   *     {@code data.length} is not {@code rows * cols}
   */
  public static Batch of(float[] data, int rows, int cols) {
    requireNonNull(data, "data");
    checkShape(data.length, rows, cols);
    return new Batch(data, 0, 0, rows, cols, cols);
  }

  private static void checkShape(int length, int rows, int cols) {
    if (rows < 0 || cols < 1 || length != (long) rows * cols) {
      throw badShape(length, rows, cols);
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
    requireNonNull(data, "data");
    checkView(data.length, offset, rows, cols, stride);
    return new Batch(data, 0, offset, rows, cols, stride);
  }

  private static void checkView(int length, int offset, int rows, int cols, int stride) {
    if (rows < 0
        || cols < 1
        || stride < cols
        || offset < 0
        || offset > length
        || (long) rows * cols > Integer.MAX_VALUE
        || (rows > 0 && offset + (rows - 1L) * stride + cols > length)) {
      throw badView(length, offset, rows, cols, stride);
    }
  }

  /**
   * The whole of {@code data}, from its position to its limit, as {@code rows} × {@code cols}, row
   * after row. The buffer may be direct or not, read-only, and of either byte order; one that is
   * not in the native order is slower. Its position and limit are read here, and never moved; what
   * the caller does to the position later is no matter, but the limit must not fall.
   *
   * <p>If the buffer has an accessible array, that is what this is a view of, with its {@link
   * #data()}, and results can go there. A {@code MemorySegment} is read as {@code
   * Batch.of(segment.asByteBuffer().order(ByteOrder.nativeOrder()).asFloatBuffer(), rows, cols)},
   * and a file that is mapped into memory in the same way; a file of 2 GB or more needs several
   * mappings, each with batches of its own.
   *
   * @throws IllegalArgumentException if {@code rows} is negative, {@code cols} is not positive, or
   *     {@code data.remaining()} is not {@code rows * cols}
   */
  public static Batch of(FloatBuffer data, int rows, int cols) {
    requireNonNull(data, "data");
    checkShape(data.remaining(), rows, cols);
    return view(data, data.position(), rows, cols, cols);
  }

  /**
   * Rows of a buffer, as {@link #of(float[], int, int, int, int)} has them of an array; the offset
   * counts from the buffer's position.
   *
   * @throws IllegalArgumentException if {@code rows} is negative, {@code cols} is not positive,
   *     {@code stride} is less than {@code cols}, or any row lies outside of what remains of {@code
   *     data}
   */
  public static Batch of(FloatBuffer data, int offset, int rows, int cols, int stride) {
    requireNonNull(data, "data");
    checkView(data.remaining(), offset, rows, cols, stride);
    return view(data, data.position() + offset, rows, cols, stride);
  }

  private static Batch view(FloatBuffer data, int at, int rows, int cols, int stride) {
    return data.hasArray()
        ? viewOfArray(data, at, rows, cols, stride)
        : new Batch(data, 1, at, rows, cols, stride);
  }

  private static Batch viewOfArray(FloatBuffer data, int at, int rows, int cols, int stride) {
    return new Batch(data.array(), 0, data.arrayOffset() + at, rows, cols, stride);
  }

  /**
   * The whole of {@code data} as {@code rows} × {@code cols}, row after row; each element is
   * rounded to the nearest {@code float} whenever it is read, ties to even: one past the range of
   * {@code float} is infinite.
   *
   * @throws IllegalArgumentException if {@code rows} is negative, {@code cols} is not positive, or
   *     {@code data.length} is not {@code rows * cols}
   */
  public static Batch of(double[] data, int rows, int cols) {
    requireNonNull(data, "data");
    checkShape(data.length, rows, cols);
    return new Batch(data, 1, 0, rows, cols, cols);
  }

  /**
   * Rows of {@code double}s, as {@link #of(float[], int, int, int, int)} has them of {@code
   * float}s; rounded as {@link #of(double[], int, int)} says.
   *
   * @throws IllegalArgumentException if {@code rows} is negative, {@code cols} is not positive,
   *     {@code stride} is less than {@code cols}, or any row lies outside {@code data}
   */
  public static Batch of(double[] data, int offset, int rows, int cols, int stride) {
    requireNonNull(data, "data");
    checkView(data.length, offset, rows, cols, stride);
    return new Batch(data, 1, offset, rows, cols, stride);
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
    return copyOf(rows, commonLength(rows, row -> row.length));
  }

  /**
   * A copy of an array of rows, which must have the same length, as {@code float}s: each element is
   * rounded to the nearest, ties to even. NaN stays NaN; what is too large becomes infinite, and
   * what is too small ±0.
   *
   * @throws IllegalArgumentException as of {@link #copyOf(float[][])}
   */
  public static Batch copyOf(double[][] rows) {
    return copyOf(rows, commonLength(rows, row -> row.length));
  }

  private static Batch copyOf(Object[] rows, int cols) {
    float[] data = new float[rows.length * cols];
    for (int r = 0; r < rows.length; r++) {
      Elements.read(rows[r], 0, cols, data, r * cols);
    }
    return new Batch(data, 0, 0, rows.length, cols, cols);
  }

  /** Refuses rows that are not all of one length, or too many for an array. */
  private static <R> int commonLength(R[] rows, ToIntFunction<R> length) {
    requireNonNull(rows, "rows");
    if (rows.length == 0) {
      throw new IllegalArgumentException("rows is empty, so the number of columns is unknown");
    }
    int cols = length.applyAsInt(requireNonNull(rows[0], "rows[0]"));
    for (int r = 0; r < rows.length; r++) {
      int row = r;
      int elements = length.applyAsInt(requireNonNull(rows[r], () -> "rows[" + row + "]"));
      if (elements != cols) {
        throw new IllegalArgumentException(
            "rows[" + r + "] has " + elements + " elements, but rows[0] has " + cols);
      }
    }
    if (cols == 0 || (long) rows.length * cols > Integer.MAX_VALUE) {
      throw badShape(0, rows.length, cols);
    }
    return cols;
  }

  /**
   * The rows from {@code fromRow} up to, not including, {@code toRow}, of the same data.
   *
   * @throws IllegalArgumentException unless {@code 0 <= fromRow <= toRow <= rows()}
   */
  public Batch slice(int fromRow, int toRow) {
    checkSlice(fromRow, toRow, rows);
    return part(fromRow, toRow - fromRow);
  }

  private Batch part(int fromRow, int count) {
    return at(start(offset, stride, fromRow, count), count);
  }

  private Batch at(int start, int count) {
    return new Batch(data, noArray, start, count, cols, stride);
  }

  /** The number of rows (samples), 0 or more. */
  public int rows() {
    return rows;
  }

  /** The number of columns (classes, features), 1 or more. */
  public int cols() {
    return cols;
  }

  /**
   * The array itself, not a copy.
   *
   * @throws IllegalStateException if this is a batch of a {@link FloatBuffer} without an accessible
   *     array, or of a {@code double[]}
   */
  public float[] data() {
    if (noArray != 0) {
      throw hasNoArray();
    }
    return (float[]) data;
  }

  private IllegalStateException hasNoArray() {
    return new IllegalStateException(
        this + " has no float[]; get(r, c) reads an element, and MiniBatch.gather copies rows");
  }

  /** The array, to which results go. */
  float[] results(String name) {
    if (noArray != 0) {
      throw notForResults(name);
    }
    return (float[]) data;
  }

  private static IllegalArgumentException notForResults(String name) {
    return new IllegalArgumentException(
        name + " is a batch of a FloatBuffer or a double[]; allowed for results: one of a float[]");
  }

  /** What holds the elements. */
  Object holder() {
    return data;
  }

  /** Copies a row. */
  void readRow(int r, float[] into, int at) {
    Elements.read(data, offset + r * stride, cols, into, at);
  }

  /** Where in its data, an array or a buffer, row 0 begins. */
  public int offset() {
    return offset;
  }

  /** How far apart in its data two rows begin; at least {@link #cols()}. */
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
    return Elements.get(data, offset + r * stride + c);
  }

  /**
   * For example {@code Batch 100×10 (offset 0, stride 10)}, or {@code Batch of a FloatBuffer 100×10
   * (offset 0, stride 10)}.
   */
  @Override
  public String toString() {
    String of =
        noArray == 0 ? "" : data instanceof double[] ? "of a double[] " : "of a FloatBuffer ";
    return "Batch " + of + rows + "×" + cols + " (offset " + offset + ", stride " + stride + ")";
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
  Object asPredictions(Workspace work) {
    work.setPredictions(offset, rows, cols, stride);
    return data;
  }

  /** Tells a call where its results go. */
  float[] asOutput(Workspace work) {
    work.setOutput(offset, stride);
    return (float[]) data;
  }

  /** Tells a call where its second derivatives go. */
  float[] asHessian(Workspace work) {
    work.second.set(offset, stride);
    return (float[]) data;
  }

  /** Whether one of two batches for results has another shape, or no array. */
  boolean differs(Batch a, Batch b) {
    return (difference(a) | difference(b)) != 0;
  }

  private int difference(Batch other) {
    return rows ^ other.rows | cols ^ other.cols | other.noArray;
  }

  /** Refuses results of another shape than the input's, or without an array. */
  void check(String name, Batch input, String inputName) {
    check(name, noArray, rows, cols, inputName, input.rows, input.cols);
  }

  private static void check(
      String name,
      int noArray,
      int rows,
      int cols,
      String inputName,
      int inputRows,
      int inputCols) {
    // One branch: this is inlined everywhere.
    if ((rows ^ inputRows | cols ^ inputCols | noArray) != 0) {
      throw refused(name, noArray, rows, cols, inputName, inputRows, inputCols);
    }
  }

  private static IllegalArgumentException refused(
      String name,
      int noArray,
      int rows,
      int cols,
      String inputName,
      int inputRows,
      int inputCols) {
    return noArray != 0
        ? notForResults(name)
        : new IllegalArgumentException(
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

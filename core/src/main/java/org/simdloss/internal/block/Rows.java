package org.simdloss.internal.block;

import java.nio.FloatBuffer;
import org.simdloss.internal.kernel.Block;
import org.simdloss.internal.kernel.Kernels;

/**
 * An operand of a call: where its rows lie in an array, and where a block of them was read to.
 *
 * <p>A block is always read as elements without a gap. Where rows lie apart, or in no {@code
 * float[]}, it is a copy in the workspace's scratch.
 *
 * <p>The array itself is handed to each method. In a field of a pooled object it would keep the
 * caller's memory alive unless it was cleared, and G1 would make a full fence for each reference
 * that is stored: three such fields take 4 to 9 ns a call, on JDK 17 and 25, where a loss of one
 * row of ten takes 60. (What is null for most calls may be a field: null costs nothing.)
 */
public class Rows {
  /** Handed on in place of the array of an operand that has none: nothing is read from it. */
  private static final float[] NO_ARRAY = {};

  /** The shape and the scratch are the workspace's. */
  final Workspace work;

  private int at;
  private int stride;

  /** What holds the elements of an operand that has no array; null otherwise. */
  private Object source;

  /**
   * Where the elements of the block begin that was read last, in the array that was returned; or
   * where results are to be written.
   */
  public int from;

  Rows(Workspace work) {
    this.work = work;
  }

  public final void set(int at, int stride) {
    this.at = at;
    this.stride = stride;
  }

  void set(Rows other) {
    set(other.at, other.stride);
    source = other.source;
  }

  /**
   * The array in which the elements are. If they are in something else, that is kept, and what is
   * returned stands for it.
   */
  public final float[] open(Object data) {
    if (data instanceof float[] array) {
      return array;
    }
    source = data;
    return NO_ARRAY;
  }

  /** Forgets what is no array, or the pool would keep the caller's memory alive. */
  final void close() {
    if (source != null) {
      source = null;
    }
  }

  /** Whether a buffer's limit has been moved, so that not all rows are there any more. */
  public final boolean areCutOff() {
    return source instanceof FloatBuffer buffer
        && work.rows > 0
        && row(work.rows - 1) + work.cols > buffer.limit();
  }

  /** The place of element (0, 0). */
  public int at() {
    return at;
  }

  /** How far apart rows begin. */
  public int stride() {
    return stride;
  }

  /** The place of element (row, 0), or of the row's label. */
  public int row(int row) {
    return at + row * stride;
  }

  /** Whether they lie in an array, and there is nothing between two of them. */
  public boolean areAdjacent() {
    return stride == work.cols && source == null;
  }

  /** Whether they lie in an array. */
  boolean isArray() {
    return source == null;
  }

  /**
   * An array in which n elements, from element {@code first} on and counted row after row, lie
   * without a gap from {@link #from} on: {@code array} itself, or the scratch.
   *
   * @param room where in the scratch: {@link Block#Y} or {@link Block#T}
   */
  public final float[] read(Kernels kernels, float[] array, int first, int n, int room) {
    from = source == null ? position(first, n) : -1;
    if (from >= 0) {
      return array;
    }
    from = room;
    if (source != null) {
      copySource(first, n);
      return work.scratch;
    }
    work.packed.set(room - first, work.cols);
    copy(kernels, array, work.packed, work.scratch, first, n);
    return work.scratch;
  }

  /** One element. */
  public final float get(float[] array, int row, int col) {
    int i = row(row) + col;
    return source == null ? array[i] : Elements.get(source, i);
  }

  /**
   * Reads one element of each of {@code count} rows, that at the row's column.
   *
   * @param columnsAt where the columns of these rows begin
   */
  public final void readAt(
      int[] columns, int columnsAt, float[] array, int row, int count, float[] into) {
    if (source != null) {
      for (int r = 0, i = row(row); r < count; r++, i += stride) {
        into[r] = Elements.get(source, i + columns[columnsAt + r]);
      }
      return;
    }
    for (int r = 0, i = row(row); r < count; r++, i += stride) {
      into[r] = array[i + columns[columnsAt + r]];
    }
  }

  /**
   * An array in which n results may be written without a gap from {@link #from} on: {@code array}
   * itself, or the scratch. {@link #write} ends it.
   *
   * @param room where in the scratch
   */
  public final float[] place(float[] array, int first, int n, int room) {
    return place(array, first, n, room, true);
  }

  /**
   * The same.
   *
   * @param mayBeArray false if the results must be in the scratch first, however the rows lie
   */
  public final float[] place(float[] array, int first, int n, int room, boolean mayBeArray) {
    from = position(first, n);
    if (from >= 0 && mayBeArray) {
      return array;
    }
    from = room;
    return work.scratch;
  }

  /** Puts results in their place in {@code array}, unless they are there. */
  public final void write(Kernels kernels, float[] array, float[] results, int first, int n) {
    if (results != array) {
      work.packed.set(from - first, work.cols);
      work.packed.copy(kernels, results, this, array, first, n);
    }
  }

  /** The place of n elements that lie without a gap; negative if they do not. */
  private int position(int first, int n) {
    int cols = work.cols;
    if (stride == cols) {
      return at + first;
    }
    int row = first / cols;
    int col = first - row * cols;
    return col + n <= cols ? at + row * stride + col : -1;
  }

  /** Copies n elements to the scratch, from {@link #from} on: all at once, or row by row. */
  private void copySource(int first, int n) {
    int cols = work.cols;
    float[] into = work.scratch;
    if (stride == cols) {
      Elements.read(source, at + first, n, into, from);
      return;
    }
    int row = first / cols;
    int col = first - row * cols;
    for (int done = 0; done < n; row++, col = 0) {
      int count = Math.min(cols - col, n - done);
      Elements.read(source, row(row) + col, count, into, from + done);
      done += count;
    }
  }

  /** The column of a row's first maximum. */
  final int argmax(Kernels kernels, float[] array, int row) {
    int i = row(row);
    return source == null
        ? kernels.argmax(array, i, work.cols)
        : Elements.argmax(source, i, work.cols);
  }

  /** Copies n elements of these rows, from element {@code first} on, to the same of others. */
  private void copy(Kernels kernels, float[] array, Rows to, float[] into, int first, int n) {
    int cols = work.cols;
    int row = first / cols;
    int col = first - row * cols;
    int done = 0;
    if (col > 0) {
      done = Math.min(cols - col, n);
      System.arraycopy(array, row(row) + col, into, to.row(row) + col, done);
      row++;
    }
    int whole = (n - done) / cols;
    kernels.copyRows(array, row(row), stride, whole, cols, into, to.row(row), to.stride);
    row += whole;
    done += whole * cols;
    if (done < n) { // a row after the last has no place, not even for nothing
      System.arraycopy(array, row(row), into, to.row(row), n - done);
    }
  }

  /**
   * Whether rows of so many columns and another view of the same array have elements between their
   * first and their last in common.
   */
  public final boolean meet(int cols, Rows other) {
    int rows = work.rows;
    return rows > 0
        && other.at < at + (rows - 1) * stride + cols
        && at < other.at + (rows - 1) * other.stride + work.cols;
  }

  /** Whether they do, but are not the same view. */
  public final boolean overlap(int cols, Rows other) {
    boolean same =
        other.at == at && work.cols == cols && (other.stride == stride || work.rows <= 1);
    return !same && meet(cols, other);
  }
}

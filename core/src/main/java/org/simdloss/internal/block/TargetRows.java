package org.simdloss.internal.block;

import java.util.Arrays;
import org.simdloss.internal.kernel.Block;
import org.simdloss.internal.kernel.Kernels;
import org.simdloss.internal.kernel.Lanes;
import org.simdloss.internal.kernel.OneHotBits;
import org.simdloss.internal.kernel.ScalarKernels;

/**
 * The targets of a call, in the forms in which a loss asks for them: the hot column of each row, or
 * values.
 *
 * <p>They are given as labels ({@code labels} is not null), as values ({@code t} is not null), as
 * values that stand for the label at each row's maximum ({@link #isArgmax}), or not at all (both
 * are null). Labels have one hot column a row. Values may have.
 */
public final class TargetRows extends Rows {
  private boolean argmax;

  /** A column for each row of a block. */
  private final int[] columns = new int[Block.ELEMENTS];

  /** A bit for each element of two blocks, in words of whole rows where rows are narrow. */
  private final long[] hotBits = new long[OneHotBits.WORDS];

  /** Where the columns begin that were found last, in the array that was returned. */
  public int columnsFrom;

  /**
   * The last row whose argmax was found, and where: a gradient that takes the place of its targets
   * may have overwritten them since.
   */
  private int argmaxRow;

  private int argmaxColumn;

  TargetRows(Workspace work) {
    super(work);
  }

  void set(int at, int stride, boolean argmax) {
    set(at, stride);
    this.argmax = argmax;
  }

  void set(TargetRows other) {
    set((Rows) other);
    argmax = other.argmax;
  }

  /** Forgets the call before this one. */
  void begin() {
    argmaxRow = -1;
  }

  /** Whether values stand for the label at each row's maximum. */
  public boolean isArgmax() {
    return argmax;
  }

  /** Whether each row has one hot column, whatever the values are. */
  public boolean areLabels(int[] labels) {
    return labels != null || argmax;
  }

  /**
   * {@link #read} of values; labels, and argmax targets, become one-hot rows.
   *
   * @param room where in the scratch they do
   */
  public float[] values(Kernels kernels, float[] t, int[] labels, int first, int n, int room) {
    return areLabels(labels)
        ? oneHot(kernels, t, labels, first, n, room)
        : read(kernels, t, first, n, room);
  }

  /**
   * An array in which the hot columns of {@code count} rows lie from {@link #columnsFrom} on; null
   * if the targets are values, and the rows are not one-hot.
   */
  public int[] hotColumns(Kernels kernels, float[] t, int[] labels, int row, int count) {
    if (labels != null) {
      columnsFrom = at() + row;
      return labels;
    }
    columnsFrom = 0;
    if (findHotColumns(kernels, t, row, count)) {
      return columns;
    }
    if (!argmax) {
      return null;
    }
    for (int r = 0; r < count; r++) {
      columns[r] = argmax(kernels, t, row + r);
    }
    return columns;
  }

  private boolean findHotColumns(Kernels kernels, float[] t, int row, int count) {
    int cols = work.cols;
    int most = areAdjacent() ? count : Blocks.rowsPerBlock(cols);
    for (int r = 0; r < count; r += most) {
      int part = Math.min(most, count - r);
      float[] in = read(kernels, t, (row + r) * cols, part * cols, Block.T);
      if (!kernels.hotColumns(in, from, part, cols, columns, r, hotBits)) {
        return false;
      }
    }
    return true;
  }

  /** Whether the first row, as far as a look at some columns shows, has one hot column or none. */
  public boolean mayBeHot(float[] t) {
    int n = Math.min(work.cols, Lanes.COUNT);
    float[] in = read(ScalarKernels.INSTANCE, t, 0, n, Block.T);
    return ScalarKernels.mayBeHot(in, from, n);
  }

  /**
   * Writes the prediction at the hot column of each of {@code count} narrow rows of values; false
   * if the rows are not one-hot.
   */
  public boolean readHot(Kernels kernels, float[] y, float[] t, int row, int count, float[] into) {
    Rows yRows = work.y;
    int cols = work.cols;
    int most = areAdjacent() && yRows.areAdjacent() ? count : Blocks.rowsPerBlock(cols);
    for (int r = 0; r < count; r += most) {
      int part = Math.min(most, count - r);
      float[] tIn = read(kernels, t, (row + r) * cols, part * cols, Block.T);
      float[] yIn = yRows.read(kernels, y, (row + r) * cols, part * cols, Block.Y);
      if (!kernels.hotValues(tIn, from, yIn, yRows.from, part, cols, into, r, hotBits)) {
        return false;
      }
    }
    return true;
  }

  private float[] oneHot(Kernels kernels, float[] t, int[] labels, int first, int n, int room) {
    float[] out = work.scratch;
    int cols = work.cols;
    from = room;
    Arrays.fill(out, room, room + n, 0);
    for (int row = first / cols; row < work.rows && row * cols - first < n; row++) {
      int i = row * cols - first + column(kernels, t, labels, row);
      if (i >= 0 && i < n) {
        out[room + i] = 1;
      }
    }
    return out;
  }

  /** The column that a row's label, or its argmax, stands for. */
  int column(Kernels kernels, float[] t, int[] labels, int row) {
    if (labels != null) {
      return labels[row(row)];
    }
    if (row != argmaxRow) {
      argmaxColumn = argmax(kernels, t, row);
      argmaxRow = row;
    }
    return argmaxColumn;
  }
}

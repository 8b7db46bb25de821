package org.simdloss.internal;

import java.util.Arrays;

/**
 * What one call needs: where its operands lie, and room to work in.
 *
 * <p>A {@code Batch} is taken apart at the public edge, so that one made for the call is never
 * allocated: its numbers come here, its array is handed on as an argument. (An array in a field
 * here would keep the caller's memory alive, and cost a garbage collector's barrier each call.)
 */
public final class Workspace {
  /** Where in {@link #floats} a block of predictions, and one of targets, may be gathered. */
  static final int Y = 0;

  static final int T = Blocks.ELEMENTS;

  /** Where in {@link #floats} the 64 lanes are. */
  static final int LANES = 2 * Blocks.ELEMENTS;

  int rows;
  int cols;
  private int yAt;
  private int yStride;
  private int tAt;
  private int tStride;
  private int outAt;
  private int outStride;

  /** Whether targets that are not labels stand for the label at each row's maximum. */
  private boolean argmax;

  /** Whether a block's logits may be exponentiated as they are, and whether they have been. */
  boolean isTame;

  boolean hasExp;

  /** Of a row of logits that is larger than a block: what is subtracted from them, and Σ t · d. */
  float shift;

  double targetSum;

  /** What a gradient is multiplied by: the loss's scale, divided by its divisor. */
  float factor;

  /** Room for a block of predictions, a block of targets, and the lanes: below 16 KiB. */
  final float[] floats = new float[LANES + Lanes.COUNT];

  /** Values for each row of a block. There are many rows only where there are few columns. */
  final float[] rowSums = new float[Blocks.ELEMENTS];

  final float[] rowTargets = new float[Blocks.ELEMENTS];
  final float[] rowTerms = new float[Blocks.ELEMENTS];

  /** A column for each row of a block. */
  final int[] columns = new int[Blocks.ELEMENTS];

  /** A bit for each element of two blocks, in words of whole rows where rows are narrow. */
  final long[] hotBits = new long[HotBits.WORDS];

  /** The lanes of a product. */
  final double[] products = new double[Products.LANES];

  /** Where in {@link #columns}, or the labels, {@link #readColumns} found its block's first. */
  int columnsFrom;

  /** Where in the array returned by {@link #readY} and by {@link #readT} their elements begin. */
  int yFrom;

  int tFrom;

  /** Where in the array returned by {@link #out} elements are to be written from. */
  int outFrom;

  /**
   * The last row whose argmax was found, and where: a gradient that takes the place of its targets
   * may have overwritten them since.
   */
  private int argmaxRow;

  private int argmaxColumn;

  /** The blocks' sum. */
  final CompensatedSum total = new CompensatedSum();

  private final int slot;

  /** The state of a generator that says which short calls are timed. */
  private int sample = 1;

  Workspace(int slot) {
    this.slot = slot;
  }

  /**
   * Whether a short call is to be timed, one in {@link Switch#SAMPLED}: at random, or it would
   * always be the same one of some that take turns.
   */
  boolean isSampled() {
    sample = sample * 1_664_525 + 1_013_904_223;
    return sample >>> 27 == 0;
  }

  /** The shape of the batch, and where its predictions are. */
  public void setPredictions(int at, int rows, int cols, int stride) {
    this.rows = rows;
    this.cols = cols;
    this.yAt = at;
    this.yStride = stride;
  }

  /** Where the targets are, and whether they stand for the label at each row's maximum. */
  public void setTargets(int at, int stride, boolean argmax) {
    this.tAt = at;
    this.tStride = stride;
    this.argmax = argmax;
  }

  /** Where a row's results go. */
  public void setOutput(int at, int stride) {
    this.outAt = at;
    this.outStride = stride;
  }

  /** Forgets the call before this one. */
  void begin(float factor) {
    this.factor = factor;
    argmaxRow = -1;
    total.clear();
  }

  /** Another workspace for the same batch. */
  Workspace fork() {
    Workspace work = Workspaces.take();
    work.setPredictions(yAt, rows, cols, yStride);
    work.setTargets(tAt, tStride, argmax);
    work.setOutput(outAt, outStride);
    work.begin(factor);
    return work;
  }

  /** Ends the call. */
  void release() {
    Workspaces.giveBack(this, slot);
  }

  /** The place in y of element (row, 0). */
  int yRow(int row) {
    return yAt + row * yStride;
  }

  /** The place in t of element (row, 0), or of the row's label. */
  int tRow(int row) {
    return tAt + row * tStride;
  }

  int yAt() {
    return yAt;
  }

  int yStride() {
    return yStride;
  }

  int tAt() {
    return tAt;
  }

  int tStride() {
    return tStride;
  }

  int outAt() {
    return outAt;
  }

  int outStride() {
    return outStride;
  }

  /** The place in the output of element (row, 0). */
  int outRow(int row) {
    return outAt + row * outStride;
  }

  /**
   * Whether rows of {@code outCols} results and a view of the same array have elements between
   * their first and their last in common, but are not the same view.
   */
  boolean outputOverlaps(int at, int stride, int outCols) {
    boolean same = at == outAt && cols == outCols && (stride == outStride || rows <= 1);
    return rows > 0
        && !same
        && at < outAt + (rows - 1) * outStride + outCols
        && outAt < at + (rows - 1) * stride + cols;
  }

  boolean isArgmax() {
    return argmax;
  }

  /**
   * An array in which n elements of y, from element {@code first} on and counted row after row, lie
   * without a gap from {@link #yFrom} on: y itself, or a copy where rows lie apart.
   */
  float[] readY(Kernels kernels, float[] y, int first, int n) {
    yFrom = position(yAt, yStride, first, n);
    return yFrom >= 0 ? y : gather(kernels, y, yAt, yStride, first, n, yFrom = Y);
  }

  /** The same of t, from {@link #tFrom} on; labels, and argmax targets, become one-hot rows. */
  float[] readT(Kernels kernels, float[] t, int[] labels, int first, int n) {
    return readT(kernels, t, labels, first, n, T);
  }

  /** The same, where there is a choice of room for a copy: {@link #Y} or {@link #T}. */
  float[] readT(Kernels kernels, float[] t, int[] labels, int first, int n, int room) {
    if (labels != null || argmax) {
      return oneHot(t, labels, first, n, tFrom = room);
    }
    tFrom = position(tAt, tStride, first, n);
    return tFrom >= 0 ? t : gather(kernels, t, tAt, tStride, first, n, tFrom = room);
  }

  /**
   * An array in which n results from element {@code first} on may be written without a gap from
   * {@link #outFrom} on: the output itself, or the room given. {@link #put} ends it.
   */
  float[] out(float[] out, int first, int n, int room) {
    outFrom = position(outAt, outStride, first, n);
    if (outFrom >= 0) {
      return out;
    }
    outFrom = room;
    return floats;
  }

  /** Puts results in their place, if {@link #out} gave other room for them. */
  void put(Kernels kernels, float[] out, float[] results, int first, int n) {
    if (results != out) {
      copy(kernels, floats, outFrom - first, cols, out, outAt, outStride, first, n);
    }
  }

  /**
   * An array in which the hot columns of {@code count} rows lie from {@link #columnsFrom} on; null
   * if the targets are values, and the rows are not one-hot.
   */
  int[] readColumns(Kernels kernels, float[] t, int[] labels, int row, int count) {
    if (labels != null) {
      columnsFrom = tAt + row;
      return labels;
    }
    columnsFrom = 0;
    if (readHotColumns(kernels, t, row, count)) {
      return columns;
    }
    if (!argmax) {
      return null;
    }
    for (int r = 0; r < count; r++) {
      columns[r] = ClassLabels.argmax(t, tRow(row + r), cols);
    }
    return columns;
  }

  private boolean readHotColumns(Kernels kernels, float[] t, int row, int count) {
    int most = tStride == cols ? count : Blocks.rowsPerBlock(cols);
    for (int r = 0; r < count; r += most) {
      int part = Math.min(most, count - r);
      float[] in = readRows(kernels, t, row + r, part);
      if (!kernels.hotColumns(in, tFrom, part, cols, columns, r, hotBits)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Writes the y at the hot columns of {@code count} narrow rows; false if the targets are not
   * one-hot.
   */
  boolean readHotValues(Kernels kernels, float[] y, float[] t, int row, int count, float[] values) {
    int most = tStride == cols && yStride == cols ? count : Blocks.rowsPerBlock(cols);
    for (int r = 0; r < count; r += most) {
      int part = Math.min(most, count - r);
      float[] tIn = readRows(kernels, t, row + r, part);
      float[] yIn = readY(kernels, y, (row + r) * cols, part * cols);
      if (!kernels.hotValues(tIn, tFrom, yIn, yFrom, part, cols, values, r, hotBits)) {
        return false;
      }
    }
    return true;
  }

  /** {@link #readT} of the values of whole rows, also where they stand for labels. */
  private float[] readRows(Kernels kernels, float[] t, int row, int count) {
    int first = row * cols;
    tFrom = position(tAt, tStride, first, count * cols);
    return tFrom >= 0 ? t : gather(kernels, t, tAt, tStride, first, count * cols, tFrom = T);
  }

  private int position(int at, int stride, int first, int n) {
    if (stride == cols) {
      return at + first;
    }
    int row = first / cols;
    int col = first - row * cols;
    return col + n <= cols ? at + row * stride + col : -1;
  }

  private float[] gather(
      Kernels kernels, float[] from, int at, int stride, int first, int n, int room) {
    copy(kernels, from, at, stride, floats, room - first, cols, first, n);
    return floats;
  }

  /**
   * Copies n elements from element {@code first} on, counted row after row, between two places of
   * rows, each given by where element (0, 0) is or would be.
   */
  private void copy(
      Kernels kernels,
      float[] from,
      int fromAt,
      int fromStride,
      float[] to,
      int toAt,
      int toStride,
      int first,
      int n) {
    int row = first / cols;
    int col = first - row * cols;
    int done = 0;
    if (col > 0) {
      done = Math.min(cols - col, n);
      System.arraycopy(
          from, fromAt + row * fromStride + col, to, toAt + row * toStride + col, done);
      row++;
    }
    int whole = (n - done) / cols;
    kernels.copyRows(
        from,
        fromAt + row * fromStride,
        fromStride,
        whole,
        cols,
        to,
        toAt + row * toStride,
        toStride);
    row += whole;
    done += whole * cols;
    if (done < n) { // a row after the last has no place, not even for nothing
      System.arraycopy(from, fromAt + row * fromStride, to, toAt + row * toStride, n - done);
    }
  }

  private float[] oneHot(float[] t, int[] labels, int first, int n, int out) {
    Arrays.fill(floats, out, out + n, 0);
    for (int row = first / cols; row < rows && row * cols - first < n; row++) {
      int i = row * cols - first + (labels != null ? labels[tAt + row] : argmax(t, row));
      if (i >= 0 && i < n) {
        floats[out + i] = 1;
      }
    }
    return floats;
  }

  private int argmax(float[] t, int row) {
    if (row != argmaxRow) {
      argmaxColumn = ClassLabels.argmax(t, tRow(row), cols);
      argmaxRow = row;
    }
    return argmaxColumn;
  }
}

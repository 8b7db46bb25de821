package org.simdloss.internal;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * What one call needs: where its operands lie, and room to work in.
 *
 * <p>A {@code Batch} is taken apart at the public edge, so that one made for the call is never
 * allocated: its numbers come here, its array is handed on as an argument. (An array in a field
 * here would keep the caller's memory alive, and cost a garbage collector's barrier each call.)
 *
 * <p>Workspaces come from a small pool and not from a {@code ThreadLocal}: nothing is kept for each
 * of a million virtual threads, and no thread keeps this library's class loader alive. A call that
 * finds its slot empty makes a workspace of its own, so the pool never blocks.
 */
public final class Workspace {
  /** Where in {@link #floats} a block of predictions, and one of targets, may be gathered. */
  static final int Y = 0;

  private static final int T = Blocks.ELEMENTS;

  /** Where in {@link #floats} the 64 lanes are. */
  static final int LANES = 2 * Blocks.ELEMENTS;

  /** Slots are a cache line apart. */
  private static final int APART = 16;

  private static final int SLOTS =
      Integer.highestOneBit(Math.min(64, 4 * Runtime.getRuntime().availableProcessors()));

  private static final AtomicReferenceArray<Workspace> POOL =
      new AtomicReferenceArray<>(SLOTS * APART);

  int rows;
  int cols;
  private int yAt;
  private int yStride;
  private int tAt;
  private int tStride;

  /** Whether targets that are not labels stand for the label at each row's maximum. */
  private boolean argmax;

  /** Room for a block of predictions, a block of targets, and the lanes: 16 KiB at most. */
  final float[] floats = new float[LANES + Lanes.COUNT];

  /** A column for each row of a block. */
  final int[] columns = new int[Blocks.ELEMENTS];

  /** A bit for each element of a block, and a word of padding. */
  final long[] hotBits = new long[Blocks.ELEMENTS / Long.SIZE + 1];

  /** Where in {@link #columns}, or the labels, {@link #readColumns} found its block's first. */
  int columnsFrom;

  /** Where in the array returned by {@link #readY} and by {@link #readT} their elements begin. */
  int yFrom;

  int tFrom;

  /** The blocks' sum. */
  final CompensatedSum total = new CompensatedSum();

  private final int slot;

  private Workspace(int slot) {
    this.slot = slot;
  }

  /** A workspace for a batch; give it back with {@link #release}. */
  static Workspace take(
      int rows, int cols, int yAt, int yStride, int tAt, int tStride, boolean argmax) {
    int slot = ((int) Thread.currentThread().getId() & SLOTS - 1) * APART;
    Workspace work = POOL.getAndSet(slot, null);
    if (work == null) {
      work = new Workspace(slot);
    }
    work.rows = rows;
    work.cols = cols;
    work.yAt = yAt;
    work.yStride = yStride;
    work.tAt = tAt;
    work.tStride = tStride;
    work.argmax = argmax;
    return work;
  }

  /** Another workspace for the same batch. */
  Workspace fork() {
    return take(rows, cols, yAt, yStride, tAt, tStride, argmax);
  }

  /** Where two calls made one for the same slot, the later release stays and the other goes. */
  void release() {
    POOL.setRelease(slot, this);
  }

  /** The place in y of element (row, 0). */
  int yRow(int row) {
    return yAt + row * yStride;
  }

  int yStride() {
    return yStride;
  }

  boolean isArgmax() {
    return argmax;
  }

  /**
   * An array in which n elements of y, from element {@code first} on and counted row after row, lie
   * without a gap from {@link #yFrom} on: y itself, or a copy where rows lie apart.
   */
  float[] readY(float[] y, int first, int n) {
    yFrom = position(yAt, yStride, first, n);
    return yFrom >= 0 ? y : gather(y, yAt, yStride, first, n, yFrom = Y);
  }

  /** The same of t, from {@link #tFrom} on; labels, and argmax targets, become one-hot rows. */
  float[] readT(float[] t, int[] labels, int first, int n) {
    if (labels != null || argmax) {
      return oneHot(t, labels, first, n, tFrom = T);
    }
    tFrom = position(tAt, tStride, first, n);
    return tFrom >= 0 ? t : gather(t, tAt, tStride, first, n, tFrom = T);
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
    int from = position(tAt, tStride, row * cols, count * cols);
    float[] in = from >= 0 ? t : gather(t, tAt, tStride, row * cols, count * cols, from = T);
    if (kernels.hotColumns(in, from, count, cols, columns, hotBits)) {
      return columns;
    }
    if (!argmax) {
      return null;
    }
    for (int r = 0; r < count; r++) {
      columns[r] = ClassLabels.argmax(in, from + r * cols, cols);
    }
    return columns;
  }

  private int position(int at, int stride, int first, int n) {
    if (stride == cols) {
      return at + first;
    }
    int row = first / cols;
    int col = first - row * cols;
    return col + n <= cols ? at + row * stride + col : -1;
  }

  private float[] gather(float[] from, int at, int stride, int first, int n, int out) {
    int row = first / cols;
    int col = first - row * cols;
    for (int done = 0; done < n; row++, col = 0) {
      int part = Math.min(cols - col, n - done);
      System.arraycopy(from, at + row * stride + col, floats, out + done, part);
      done += part;
    }
    return floats;
  }

  private float[] oneHot(float[] t, int[] labels, int first, int n, int out) {
    Arrays.fill(floats, out, out + n, 0);
    for (int row = first / cols; row < rows && row * cols - first < n; row++) {
      int label =
          labels != null ? labels[tAt + row] : ClassLabels.argmax(t, tAt + row * tStride, cols);
      int i = row * cols - first + label;
      if (i >= 0 && i < n) {
        floats[out + i] = 1;
      }
    }
    return floats;
  }
}

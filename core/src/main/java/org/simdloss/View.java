package org.simdloss;

/**
 * Where rows lie in an array.
 *
 * <p>A class of its own for its constructor's sake: those of a {@link Batch} and of {@link Targets}
 * must have at most 35 bytecodes, so that C2 inlines them also where it does not know a call to be
 * hot, and what is made for a single call costs nothing.
 */
abstract class View {
  final int offset;
  final int rows;

  /** 0 where the rows are labels: their number of classes is the predictions' to say. */
  final int cols;

  final int stride;

  View(int offset, int rows, int cols, int stride) {
    this.offset = offset;
    this.rows = rows;
    this.cols = cols;
    this.stride = stride;
  }

  /** Where a slice begins: that of an empty one after the last row may lie outside the array. */
  static int start(int offset, int stride, int fromRow, int sliceRows) {
    return sliceRows == 0 ? offset : offset + fromRow * stride;
  }

  static void checkSlice(int fromRow, int toRow, int rows) {
    if (fromRow < 0 || fromRow > toRow || toRow > rows) {
      throw new IllegalArgumentException(
          "slice from row "
              + fromRow
              + " to row "
              + toRow
              + "; allowed: 0 <= fromRow <= toRow <= "
              + rows);
    }
  }
}

package org.simdloss.internal;

/**
 * The losses of rows.
 *
 * <p>Rows of fewer columns than there are lanes have all their terms computed together, and are
 * then added up one after the other; a wider row is worth a kernel's call of its own. Which of the
 * two is a matter of the column count alone, so a row's loss never depends on its neighbours.
 */
final class RowSums {
  /** Where in a workspace the terms of a block of narrow rows go. */
  static final int TERMS = Workspace.Y;

  private RowSums() {}

  static boolean areNarrow(int cols) {
    return cols < Lanes.COUNT;
  }

  /**
   * The losses of narrow rows from {@code row} to {@code end}, whose terms are in the workspace.
   */
  static void write(Workspace work, int row, int end, double scale, float[] losses) {
    int at = TERMS;
    for (int r = row; r < end; r++) {
      double sum = 0;
      for (int stop = at + work.cols; at < stop; at++) {
        sum += work.floats[at];
      }
      losses[r] = loss(sum, scale);
    }
  }

  /** A row's loss; never -0, and of all NaNs one. */
  static float loss(double sum, double scale) {
    float loss = (float) (scale * sum + 0.0);
    return loss == loss ? loss : Float.NaN;
  }
}

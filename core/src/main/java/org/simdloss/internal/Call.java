package org.simdloss.internal;

/** One call of a loss, from its arguments to its result. */
public final class Call {
  /** By what a batch's sum is divided. */
  public enum Divisor {
    NONE,
    ROWS,
    ELEMENTS
  }

  private Call() {}

  /**
   * Returns scale · (the sum over all rows) / divisor, or, where {@code losses} is not null, writes
   * scale · (the sum over row r), divided by the columns if the divisor counts elements, to {@code
   * losses[r]}. Shapes have been checked; the rest of the arguments is checked here, before
   * anything is written.
   *
   * <p>This is the border between objects and numbers. A {@code Batch} that is made for a call
   * costs nothing only if it is handed to no method that remains a call in compiled code. So the
   * public methods do nothing but take their operands apart, in steps of at most 35 bytecodes,
   * which C2 inlines whatever its profile says; and this method, of more than 325, is never inlined
   * into them, which would make them too big to be inlined themselves. Otherwise it depended on the
   * order of compilation whether a call allocated its batches.
   *
   * @param t the target values, or null if the targets are labels
   * @param labels the labels, or null if the targets are values
   * @param argmax whether target values stand for the label at each row's maximum
   */
  public static double run(
      Recipe recipe,
      float[] losses,
      float[] y,
      int yAt,
      int rows,
      int cols,
      int yStride,
      float[] t,
      int[] labels,
      int tAt,
      int tStride,
      boolean argmax) {
    BlockLoss loss = recipe.loss();
    double scale = recipe.scale();
    double divisor = 1;
    if (labels != null && !ClassLabels.inRange(labels, tAt, rows, cols)) {
      int r = ClassLabels.firstOutside(labels, tAt, rows, cols);
      throw new IndexOutOfBoundsException(
          "label " + labels[tAt + r] + " of row " + r + "; allowed: 0 to " + (cols - 1));
    }
    if (losses == null) {
      if (recipe.divisor() != Divisor.NONE) {
        if (rows == 0) {
          throw new IllegalArgumentException("y has 0 rows; a mean needs 1 or more");
        }
        divisor = recipe.divisor() == Divisor.ROWS ? rows : (double) rows * cols;
      }
    } else {
      if (losses.length < rows) {
        throw new IllegalArgumentException(
            "losses has " + losses.length + " elements; allowed: the " + rows + " rows or more");
      }
      if (losses == y && overlaps(yAt, rows, cols, yStride)) {
        throw new IllegalArgumentException(
            "losses overlaps y: " + rows + " losses, and y begins at " + yAt);
      }
      if (losses == t && overlaps(tAt, rows, cols, tStride)) {
        throw new IllegalArgumentException(
            "losses overlaps t: " + rows + " losses, and t begins at " + tAt);
      }
      if (recipe.divisor() == Divisor.ELEMENTS) {
        scale /= cols;
      }
    }
    Kernels kernels = recipe.kernels();
    Workspace work = Workspace.take(rows, cols, yAt, yStride, tAt, tStride, argmax);
    work.total.clear();
    int blocks = losses != null ? Blocks.rowBlocks(rows, cols) : loss.blocks(rows, cols);
    if (recipe.parallel() && blocks >= Blocks.LEAST_PARALLEL) {
      Blocks.inParallel(blocks, loss, kernels, work, y, t, labels, scale, losses);
    } else if (losses != null) {
      for (int b = 0; b < blocks; b++) {
        loss.perRow(b, kernels, work, y, t, labels, scale, losses);
      }
    } else {
      for (int b = 0; b < blocks; b++) {
        work.total.add(loss.sum(b, kernels, work, y, t, labels));
      }
    }
    // Adding 0 turns -0 into +0.
    double result = scale * work.total.value() / divisor + 0.0;
    work.release();
    return result == result ? result : Double.NaN;
  }

  /** Whether losses from 0 on overlap a view of their array otherwise than row for row. */
  private static boolean overlaps(int at, int rows, int cols, int stride) {
    boolean same = at == 0 && cols == 1 && (stride == 1 || rows <= 1);
    return rows > at && !same;
  }
}

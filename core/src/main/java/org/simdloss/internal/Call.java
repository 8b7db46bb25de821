package org.simdloss.internal;

/** One call of a loss, from its arguments to its result. */
public final class Call {
  /** By what a batch's sum is divided. */
  public enum Divisor {
    NONE,
    ROWS,
    ELEMENTS;

    double of(int rows, int cols) {
      return this == NONE ? 1 : weight(rows, cols);
    }

    /** What a mean over several batches divides by, for each of them: a sum's mean is by rows. */
    double weight(int rows, int cols) {
      return this == ELEMENTS ? (double) rows * cols : rows;
    }
  }

  private Call() {}

  /**
   * Returns, and writes to {@code out}, what {@link Output} says. Shapes have been checked; the
   * rest of the arguments is checked here, before anything is written.
   *
   * <p>This is the border between objects and numbers. A {@code Batch} that is made for a call
   * costs nothing only if it is handed to no method that remains a call in compiled code. So the
   * public methods do nothing but move their operands' numbers into a workspace, in steps of at
   * most 35 bytecodes, which C2 inlines whatever its profile says; and this method, of more than
   * 325, is never inlined into them, which would make them too big to be inlined themselves.
   * Otherwise it depended on the order of compilation whether a call allocated its batches.
   *
   * @param work which knows where the operands lie; it is given back here, also if the call is
   *     refused: the next would have to make another, a path too long for its caller
   * @param t the target values, or null if the targets are labels
   * @param labels the labels, or null if the targets are values
   * @param out null if nothing is to be written
   * @param total what an {@link Output#TOTAL} is added to
   */
  public static double run(
      Recipe recipe,
      Output output,
      Workspace work,
      float[] y,
      float[] t,
      int[] labels,
      float[] out,
      Total total) {
    int rows = work.rows;
    int cols = work.cols;
    BlockLoss loss = recipe.loss();
    int tAt = work.tAt();
    if (labels != null && !ClassLabels.inRange(labels, tAt, rows, cols)) {
      work.release();
      throw ClassLabels.outside(labels, tAt, rows, cols);
    }
    boolean perRow = output == Output.ROW_LOSSES;
    if (perRow) {
      work.setOutput(0, 1);
    }
    if (out != null) {
      if (out == y && work.outputOverlaps(work.yAt(), work.yStride(), output.cols(cols))) {
        throw overlap(work, output, output.input, work.yAt(), work.yStride());
      }
      if (out == t && work.outputOverlaps(work.tAt(), work.tStride(), output.cols(cols))) {
        throw overlap(work, output, "t", work.tAt(), work.tStride());
      }
    }
    double scale = recipe.scale();
    double divisor = 1;
    if (output.isDivided()) {
      if (rows == 0 && recipe.divisor() != Divisor.NONE) {
        work.release();
        throw new IllegalArgumentException("y has 0 rows; a mean needs 1 or more");
      }
      divisor = recipe.divisor().of(rows, cols);
    } else if (perRow && recipe.divisor() == Divisor.ELEMENTS) {
      scale /= cols;
    }
    Kernels kernels = recipe.kernels();
    Switch open = null;
    if (kernels == null) {
      open = loss.switches().of(output, t, labels, work.isArgmax());
      kernels = open.kernels();
      if (kernels != null) {
        open = null;
      } else {
        kernels = decide(open, work);
      }
    }
    work.begin((float) (scale / divisor));
    int blocks = perRow ? Blocks.rowBlocks(rows, cols) : loss.blocks(rows, cols);
    int first = 0;
    long start = 0;
    Trial trial = null;
    if (open != null) {
      start = open.start((long) rows * cols, work, loss, t);
      trial = open.enterTrial();
      if (trial != null) {
        try {
          first = trial.run(loss, work, y, t, labels, scale, out, perRow, blocks);
        } finally {
          open.leaveTrial(trial);
        }
      }
    }
    // A row's argmax must be found before its targets are overwritten; a block may end in mid-row.
    boolean inOrder = out != null && out == t && work.isArgmax();
    if (recipe.parallel()
        && !inOrder
        && blocks - first > 1
        && Parallel.pays(kernels, loss, output, rows, cols, labels != null)) {
      Parallel.run(first, blocks, loss, kernels, work, y, t, labels, scale, out, perRow);
    } else {
      Blocks.run(first, blocks, loss, kernels, work, y, t, labels, scale, out, perRow);
    }
    // Adding 0 turns -0 into +0.
    double result = scale * work.total.value() / divisor + 0.0;
    work.release();
    if (open != null && trial == null) {
      open.end(start, (long) rows * cols);
    }
    if (output == Output.TOTAL) {
      total.add(result, recipe.divisor().weight(rows, cols), rows);
    }
    return result == result ? result : Double.NaN;
  }

  /** What the best backend uses while a work's switch is open. */
  private static Kernels decide(Switch open, Workspace work) {
    try {
      Kernels decided = open.decide();
      return decided != null ? decided : ScalarKernels.INSTANCE;
    } catch (RuntimeException | Error e) {
      work.release();
      throw e;
    }
  }

  private static IllegalArgumentException overlap(
      Workspace work, Output output, String input, int at, int stride) {
    String message =
        output
            + " overlaps "
            + input
            + ", but is not the same view of its array: "
            + work.rows
            + "×"
            + output.cols(work.cols)
            + " at offset "
            + work.outAt()
            + " with stride "
            + work.outStride()
            + ", and "
            + work.rows
            + "×"
            + work.cols
            + " at offset "
            + at
            + " with stride "
            + stride;
    work.release();
    return new IllegalArgumentException(message);
  }
}

package org.simdloss.internal.call;

import org.simdloss.internal.backend.Switch;
import org.simdloss.internal.backend.Switches;
import org.simdloss.internal.backend.Trial;
import org.simdloss.internal.block.BlockLoss;
import org.simdloss.internal.block.Blocks;
import org.simdloss.internal.block.ClassLabels;
import org.simdloss.internal.block.Elements;
import org.simdloss.internal.block.Output;
import org.simdloss.internal.block.Rows;
import org.simdloss.internal.block.TargetOptions;
import org.simdloss.internal.block.Total;
import org.simdloss.internal.block.WeightedRows;
import org.simdloss.internal.block.Workspace;

/**
 * A loss as it is called: scale · (the blocks' sum) / divisor; and who computes it.
 *
 * @param plain what computes it where there are neither options nor weights
 * @param weighted what computes it where there are
 * @param hasOptions whether it is always the latter
 * @param isBest whether the switches count: whether it is the best backend's
 * @param parallel whether several threads may compute
 */
public record Evaluator(
    Form plain,
    Form weighted,
    boolean hasOptions,
    double scale,
    Divisor divisor,
    boolean isBest,
    boolean parallel) {
  /**
   * @param loss bound to the kernels that compute it, or begin to
   * @param switches those of the loss's class, each of which may go over to other kernels
   */
  public record Form(BlockLoss loss, Switches switches) {}

  /** The form of calls without weights. */
  public Form form() {
    return hasOptions ? weighted : plain;
  }

  /**
   * Returns, and writes to {@code out}, what {@link Output} says. Shapes have been checked; the
   * rest of the arguments is checked here, before anything is written.
   *
   * <p>This is the border between objects and numbers. A {@code Batch} that is made for a call
   * costs nothing only if it is handed to no method that remains a call in compiled code. So the
   * public methods do nothing but move their operands' numbers into a workspace, in steps of at
   * most 35 bytecodes: C2 inlines those in every call but a rare one, and longer ones only in a
   * call that it knows to be hot. (So it does with constructors.) This method, of more than 325, is
   * never inlined into them, which would make them too big to be inlined themselves. Otherwise it
   * depended on the order of compilation whether a call allocated its batches.
   *
   * @param work which knows where the operands lie, and what is asked; it is given back here, also
   *     if the call is refused: the next would have to make another, a path too long for its caller
   * @param predictions what holds them, as {@link Elements} says
   * @param targets what holds the target values, or null if the targets are labels
   * @param labels the labels, or null if the targets are values
   * @param out null if nothing is to be written
   * @param weights the rows' weights, or null
   * @param hessian where second derivatives go; null if they are not wanted. (Both are stored here
   *     and not by the caller, whose code would be too long with G1's barriers to be inlined in
   *     turn.)
   * @param total the {@link Total} that an {@link Output#TOTAL} is added to, or null
   */
  public double run(
      Workspace work,
      Object predictions,
      Object targets,
      int[] labels,
      float[] weights,
      float[] out,
      float[] hessian,
      long[] total) {
    int rows = work.rows;
    int cols = work.cols;
    float[] y = work.y.open(predictions);
    float[] t = targets == null ? null : work.t.open(targets);
    if (work.y.areCutOff() || work.t.areCutOff()) {
      throw cutOff(work);
    }
    Output output = work.output();
    int tAt = work.t.at();
    if (weights != null) {
      work.setWeights(weights, work.weightsAt);
    }
    boolean isWeighted = (hasOptions || weights != null) && output != Output.PROBABILITIES;
    Form called = isWeighted ? weighted : plain;
    BlockLoss loss = called.loss();
    TargetOptions options = loss.options();
    if (loss.refuses(labels != null, work.t.isArgmax(), cols)) {
      work.release();
      throw new IllegalArgumentException(loss.refusal(labels != null));
    }
    if (labels != null) {
      int classes = loss.classes(cols);
      if (!ClassLabels.inRange(labels, tAt, rows, classes, options)) {
        work.release();
        throw ClassLabels.outside(labels, tAt, rows, classes, options);
      }
    }
    boolean perRow = output == Output.ROW_LOSSES;
    if (perRow) {
      work.setOutput(0, 1);
    }
    double weight = rows;
    if (isWeighted) {
      checkWeights(work, labels, out, options);
      weight = work.weighted().sum;
    }
    if (out != null) {
      int outCols = output.cols(cols);
      if (out == y && work.out.overlap(outCols, work.y)) {
        throw overlap(work, output, output.input, work.y);
      }
      if (out == t && work.out.overlap(outCols, work.t)) {
        throw overlap(work, output, "t", work.t);
      }
    }
    if (hessian != null) {
      work.hessian = hessian;
      checkHessian(work, y, t, out);
    }
    double ownScale = scale;
    double by = 1;
    if (output.isDivided()) {
      if (rows == 0 && divisor != Divisor.NONE && !output.isTotal()) {
        work.release();
        throw new IllegalArgumentException("y has 0 rows; a mean needs 1 or more");
      }
      by = divisor.of(weight, cols);
    } else if (perRow && divisor == Divisor.ELEMENTS) {
      ownScale /= cols;
    }
    BlockLoss form = loss;
    Switch open = null;
    if (isBest) {
      open = called.switches().of(output, t, labels, work.t.isArgmax());
      form = open.form(loss);
      if (form != null) {
        open = null;
      } else {
        form = decide(loss, open, work);
      }
    }
    // Where all weights are 0 a mean is NaN, but its derivatives are 0.
    work.begin(ownScale, by == 0 ? Double.POSITIVE_INFINITY : by);
    if (output == Output.ROW_TOTALS) {
      work.setRowTotals(total, divisor.weight(1, cols));
    }
    int blocks = Blocks.count(form, work);
    work.setBlocks(0, blocks);
    long start = 0;
    Trial trial = null;
    if (open != null) {
      start = open.start((long) rows * cols, work, loss, t);
      trial = open.enterTrial();
      if (trial != null) {
        try {
          trial.run(loss, work, y, t, labels, out);
        } finally {
          open.leaveTrial(trial);
        }
      }
    }
    // A row's argmax must be found before its targets are overwritten; a block may end in mid-row.
    // Rows' totals go to a sum that is for one thread.
    boolean inOrder =
        t != null && work.t.isArgmax() && (out == t || work.hessian == t)
            || output == Output.ROW_TOTALS;
    if (parallel
        && !inOrder
        && blocks - work.firstBlock > 1
        && Parallel.pays(form, output, rows, cols, labels != null)) {
      Parallel.run(form, work, y, t, labels, out);
    } else {
      Blocks.run(form, work, y, t, labels, out);
    }
    // Adding 0 turns -0 into +0.
    double sum = ownScale * work.total.value();
    double result = sum / by + 0.0;
    if (output.isTotal()) {
      addTo(total, sum + 0.0, work, labels, isWeighted);
    }
    work.release();
    if (open != null && trial == null) {
      open.end(start, (long) rows * cols);
    }
    return result == result ? result : Double.NaN;
  }

  /**
   * Adds a batch to a sum over several, whose weight is exact: where the batch's is not a number,
   * row by row.
   */
  private void addTo(
      long[] total, double result, Workspace work, int[] labels, boolean isWeighted) {
    int rows = work.rows;
    int cols = work.cols;
    if (!isWeighted) {
      Total.add(total, result, divisor.weight(rows, cols), rows);
      return;
    }
    double each = divisor.weight(1, cols);
    WeightedRows weighted = work.weighted();
    if (rows == 0 || weighted.isSumExact && each == 1) {
      Total.add(total, result, weighted.sum, rows);
      return;
    }
    TargetOptions options = this.weighted.loss().options();
    for (int row = 0; row < rows; row++) {
      double own = work.weight(labels, options, row) * each;
      Total.add(total, row == 0 ? result : 0, own, 1);
    }
  }

  /** Refuses weights, and what is not to be combined with an option, before anything is written. */
  private static void checkWeights(
      Workspace work, int[] labels, float[] out, TargetOptions options) {
    IllegalArgumentException refused = null;
    if (options.ignores() && labels == null) {
      refused =
          new IllegalArgumentException(
              "ignoring("
                  + options.ignored()
                  + ") is for targets that are labels; these are values");
    } else if (!work.weighted().sum(labels, options)) {
      refused = work.weighted().badWeight();
    } else if (out != null && out == work.weights && work.overlapsWeights(work.out)) {
      refused =
          new IllegalArgumentException(
              work.output() + " overlaps the weights, at offset " + work.weightsAt);
    }
    if (refused != null) {
      work.release();
      throw refused;
    }
  }

  /** Refuses a Hessian in the way of operands, or of the gradient. */
  private static void checkHessian(Workspace work, float[] y, float[] t, float[] gradient) {
    float[] hessian = work.hessian;
    String other = null;
    if (hessian == gradient && work.second.meet(work.cols, work.out)) {
      other = "gradient";
    } else if (hessian == work.weights && work.overlapsWeights(work.second)) {
      other = "the weights";
    } else if (hessian == y && work.second.overlap(work.cols, work.y)) {
      other = "y, but is not the same view of its array";
    } else if (hessian == t && work.second.overlap(work.cols, work.t)) {
      other = "t, but is not the same view of its array";
    }
    if (other != null) {
      work.release();
      throw new IllegalArgumentException("hessian overlaps " + other);
    }
  }

  private static IllegalArgumentException cutOff(Workspace work) {
    String name = work.y.areCutOff() ? "y" : "t";
    work.release();
    return new IllegalArgumentException(
        name + "'s FloatBuffer has a lower limit than when the batch was made");
  }

  /** What computes the loss while a work's switch is open. */
  private static BlockLoss decide(BlockLoss loss, Switch open, Workspace work) {
    try {
      BlockLoss decided = open.decide(loss);
      return decided != null ? decided : loss;
    } catch (RuntimeException | Error e) {
      work.release();
      throw e;
    }
  }

  private static IllegalArgumentException overlap(
      Workspace work, Output output, String name, Rows input) {
    String message =
        output
            + " overlaps "
            + name
            + ", but is not the same view of its array: "
            + work.rows
            + "×"
            + output.cols(work.cols)
            + " at offset "
            + work.out.at()
            + " with stride "
            + work.out.stride()
            + ", and "
            + work.rows
            + "×"
            + work.cols
            + " at offset "
            + input.at()
            + " with stride "
            + input.stride();
    work.release();
    return new IllegalArgumentException(message);
  }
}

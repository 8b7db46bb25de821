package org.simdloss;

import static java.util.Objects.requireNonNull;

import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.util.List;
import org.simdloss.internal.block.Output;
import org.simdloss.internal.block.Workspace;
import org.simdloss.internal.block.Workspaces;
import org.simdloss.internal.call.Divisor;
import org.simdloss.internal.call.Evaluator;
import org.simdloss.internal.call.WarmUp;

/**
 * A loss function over batches: how far predictions are from their targets, as one number.
 *
 * <p>An immutable object, configured once and called often, safe to share between threads. Options
 * return a new loss.
 *
 * <p><b>Shapes.</b> Predictions y are rows × cols, a sample a row. Targets are a label for each
 * row, or values of the same shape; rows may have weights ({@link Targets#weighted(float[])}), and
 * then a mean is divided by their sum in place of the rows' number.
 *
 * <p><b>Bits.</b> The same operands give the same bits on every {@link Backend}, machine and JDK.
 * What {@link #perRow} writes for a row depends on that row, the options and the number of columns
 * alone.
 *
 * <p>The arrays must not change during a call.
 *
 * <p><b>Serialization.</b> Java serialization writes what a loss is, its options and its {@link
 * Backend}, and not how it is computed; so what captures a loss, as a lambda that travels to
 * another machine may, can be serialized too. It comes back as one that computes the same bits.
 * Later versions read what this one has written. What this version can not make a loss of, such as
 * an option of a later one, is an {@link InvalidObjectException} that names it. To Kryo 5, give its
 * {@code JavaSerializer} for {@code Loss} and {@code Backend}.
 *
 * <p><b>Exceptions</b> are thrown before anything is written: {@link NullPointerException} for a
 * null, {@link IllegalArgumentException} if shapes differ or if there are no rows to take a mean
 * of, or for a row weight that is negative or not finite, {@link IndexOutOfBoundsException} for a
 * label that is no column. NaN and infinity are no exceptions, but results.
 */
public abstract sealed class Loss implements Serializable
    permits CrossEntropy, BinaryCrossEntropy, Objective {
  private static final long serialVersionUID = 1;

  // Losses are written as a LossForm. None of their fields is; those that could not be are
  // transient, as the compiler wants them.
  private final transient Evaluator evaluator;
  private final Backend backend;

  /**
   * A loss that is scale · (the sum over the blocks) / divisor.
   *
   * @param plain what computes it without options and weights, by the backend's first kernels
   * @param weighted what computes it with them
   * @param hasOptions whether it has options
   */
  Loss(
      Evaluator.Form plain,
      Evaluator.Form weighted,
      boolean hasOptions,
      double scale,
      Divisor divisor,
      Backend backend) {
    this.evaluator =
        new Evaluator(
            plain, weighted, hasOptions, scale, divisor, backend.isBest(), backend.isParallel());
    this.backend = backend;
  }

  /** The same loss, computed by another backend: the same bits at another speed. */
  public abstract Loss on(Backend backend);

  /**
   * Computes made-up batches of this loss, for every output and form of targets, until the code is
   * compiled; on {@link Backend#best()}, until all of that has gone over to vectors. If some has
   * not after many attempts, a warning names it. It takes a second or so, more on a busy machine,
   * and it is never needed: see {@link Backend#best()}.
   */
  public final void warmUp() {
    WarmUp.run(backend.kernels(), List.of(evaluator.form().switches()));
  }

  /**
   * The loss of a batch.
   *
   * @param y the predictions
   * @param t the targets, of as many rows, and columns if they are values
   */
  public final double loss(Batch y, Targets t) {
    check(y, t);
    return run(y, t, Workspaces.take(Output.LOSS), null);
  }

  /** {@link #loss(Batch, Targets)} of {@link Targets#labels(int[])}. */
  public final double loss(Batch y, int[] labels) {
    return loss(y, Targets.labels(labels));
  }

  /** {@link #loss(Batch, Targets)} of {@link Targets#of(Batch)}. */
  public final double loss(Batch y, Batch t) {
    return loss(y, Targets.of(requireNonNull(t, "t")));
  }

  /**
   * The loss of a batch, the same bits as {@link #loss(Batch, Targets)}, and its derivatives.
   *
   * <p>They are the true derivatives of the loss, divided as the loss is. Before that division, a
   * row's depend on that row, the options and the number of columns alone. None is ever −0; a NaN
   * may have any bits.
   *
   * @param y the predictions
   * @param t the targets, of as many rows, and columns if they are values
   * @param gradient where the derivative with respect to each element of y is written; of y's
   *     shape. It may be exactly y's or t's view of an array, and then replaces it; it may not
   *     overlap them in any other way. Padding is not written.
   * @throws IllegalArgumentException also if {@code gradient} has another shape, or overlaps y or t
   */
  public final double lossAndGradient(Batch y, Targets t, Batch gradient) {
    check(y, t);
    check(y, gradient);
    Workspace work = Workspaces.take(Output.GRADIENT);
    return run(y, t, work, gradient.asOutput(work));
  }

  /** {@link #lossAndGradient(Batch, Targets, Batch)} of {@link Targets#labels(int[])}. */
  public final double lossAndGradient(Batch y, int[] labels, Batch gradient) {
    return lossAndGradient(y, Targets.labels(labels), gradient);
  }

  /** {@link #lossAndGradient(Batch, Targets, Batch)} of {@link Targets#of(Batch)}. */
  public final double lossAndGradient(Batch y, Batch t, Batch gradient) {
    return lossAndGradient(y, Targets.of(requireNonNull(t, "t")), gradient);
  }

  /**
   * The loss of each row by itself, times its weight, before the division by the number of rows or
   * the sum of weights: a sum is their sum, but for rounding.
   *
   * @param losses where row r's loss is written, at [r]; elements from {@code y.rows()} on are left
   *     alone. It may be y's or t's own array if each row's loss takes the place of that row (one
   *     column, no offset), and may not overlap them in any other way.
   * @throws IllegalArgumentException also if {@code losses} is shorter than the number of rows, or
   *     overlaps y or t
   */
  public final void perRow(Batch y, Targets t, float[] losses) {
    check(y, t);
    check(y, losses);
    run(y, t, Workspaces.take(Output.ROW_LOSSES), losses);
  }

  /** {@link #perRow(Batch, Targets, float[])} of {@link Targets#labels(int[])}. */
  public final void perRow(Batch y, int[] labels, float[] losses) {
    perRow(y, Targets.labels(labels), losses);
  }

  /** {@link #perRow(Batch, Targets, float[])} of {@link Targets#of(Batch)}. */
  public final void perRow(Batch y, Batch t, float[] losses) {
    perRow(y, Targets.of(requireNonNull(t, "t")), losses);
  }

  /**
   * Adds a batch's loss to a sum over several, whose {@link LossSum#mean()} is then the mean over
   * all of their rows: of {@link SquaredError#mse()} and of losses of two classes, over all of
   * their elements. That of a single batch has the bits of this loss if it is a mean. No rows add
   * nothing. The sum's bits depend on how rows were cut into batches, in the last digits; those of
   * {@link #addRowsTo(LossSum, Batch, Targets)} do not.
   *
   * <p>A sum is for one loss; nobody checks that.
   *
   * @param sum what is added to: the undivided loss, what it would be divided by (the rows, if it
   *     is a sum), and the number of rows
   */
  public final void addTo(LossSum sum, Batch y, Targets t) {
    requireNonNull(sum, "sum");
    check(y, t);
    run(y, t, Workspaces.take(Output.TOTAL), null, sum.total());
  }

  /** {@link #addTo(LossSum, Batch, Targets)} of {@link Targets#labels(int[])}. */
  public final void addTo(LossSum sum, Batch y, int[] labels) {
    addTo(sum, y, Targets.labels(labels));
  }

  /** {@link #addTo(LossSum, Batch, Targets)} of {@link Targets#of(Batch)}. */
  public final void addTo(LossSum sum, Batch y, Batch t) {
    addTo(sum, y, Targets.of(requireNonNull(t, "t")));
  }

  /**
   * {@link #addTo(LossSum, Batch, Targets)}, and in the same pass the derivatives that {@link
   * #lossAndGradient(Batch, Targets, Batch)} writes: those of this batch's own loss, divided by its
   * own rows if that is a mean. No rows add and write nothing.
   *
   * @param gradient where derivatives are written, as there
   * @throws IllegalArgumentException also if {@code gradient} has another shape, or overlaps y or t
   */
  public final void addTo(LossSum sum, Batch y, Targets t, Batch gradient) {
    requireNonNull(sum, "sum");
    check(y, t);
    check(y, gradient);
    add(sum.total(), y, t, gradient);
  }

  private void add(long[] total, Batch y, Targets t, Batch gradient) {
    Workspace work = Workspaces.take(Output.TOTAL_AND_GRADIENT);
    run(y, t, work, gradient.asOutput(work), total);
  }

  /** {@link #addTo(LossSum, Batch, Targets, Batch)} of {@link Targets#labels(int[])}. */
  public final void addTo(LossSum sum, Batch y, int[] labels, Batch gradient) {
    addTo(sum, y, Targets.labels(labels), gradient);
  }

  /** {@link #addTo(LossSum, Batch, Targets, Batch)} of {@link Targets#of(Batch)}. */
  public final void addTo(LossSum sum, Batch y, Batch t, Batch gradient) {
    addTo(sum, y, Targets.of(requireNonNull(t, "t")), gradient);
  }

  /**
   * Adds each row to a sum by itself: the bits of {@link #addTo(LossSum, Batch, Targets)} of each
   * row alone. So the sum's bits depend on the rows alone, and not on how a data set was cut into
   * calls, batches and machines. It is slower than {@code addTo}, and always on one thread.
   *
   * @param sum what is added to
   */
  public final void addRowsTo(LossSum sum, Batch y, Targets t) {
    requireNonNull(sum, "sum");
    check(y, t);
    run(y, t, Workspaces.take(Output.ROW_TOTALS), null, sum.total());
  }

  /** {@link #addRowsTo(LossSum, Batch, Targets)} of {@link Targets#labels(int[])}. */
  public final void addRowsTo(LossSum sum, Batch y, int[] labels) {
    addRowsTo(sum, y, Targets.labels(labels));
  }

  /** {@link #addRowsTo(LossSum, Batch, Targets)} of {@link Targets#of(Batch)}. */
  public final void addRowsTo(LossSum sum, Batch y, Batch t) {
    addRowsTo(sum, y, Targets.of(requireNonNull(t, "t")));
  }

  /**
   * Tells in words why the loss of a batch is NaN, negative, or plausible but wrong: what seems to
   * be wrong with y or t, where it is first, and which call to use instead. No findings, an empty
   * list.
   *
   * <p>It looks for values that are not finite; for logits, percentages and rows that do not sum to
   * 1 where probabilities belong, and probabilities where logits belong; for y and t swapped; for
   * labels that are no columns, or begin at 1; for targets that are not from 0 to 1, or rows of
   * them that are no distributions; for squares that overflow; and if there is nothing of this, for
   * a loss that is not finite, or negative. It judges by the values: a finding is a hint, and an
   * empty list no proof.
   *
   * <p>What the loss refuses because of its values, or of their kind, is a finding here; a null and
   * shapes that differ are refused as by {@link #loss(Batch, Targets)}. Rows that count nowhere, by
   * a weight of 0 or an ignored label, are not looked at; but labels must be columns even where the
   * weight is 0. It is slow, allocates, and is meant for the moment when a loss looks wrong.
   *
   * @param y the predictions
   * @param t the targets, of as many rows, and columns if they are values
   * @return the findings, a sentence each; not to be changed
   */
  public final List<String> diagnose(Batch y, Targets t) {
    check(y, t);
    return Diagnosis.of(this, y, t);
  }

  /** {@link #diagnose(Batch, Targets)} of {@link Targets#labels(int[])}. */
  public final List<String> diagnose(Batch y, int[] labels) {
    return diagnose(y, Targets.labels(labels));
  }

  /** {@link #diagnose(Batch, Targets)} of {@link Targets#of(Batch)}. */
  public final List<String> diagnose(Batch y, Batch t) {
    return diagnose(y, Targets.of(requireNonNull(t, "t")));
  }

  private double run(Batch y, Targets t, Workspace work, float[] out) {
    return run(y, t, work, out, null, null);
  }

  /** Writes the probabilities that logits stand for. */
  final void writeProbabilities(Batch logits, Batch into) {
    requireNonNull(logits, "logits");
    requireNonNull(into, "into");
    into.check("into", logits, "logits");
    run(logits, into, withoutTargets());
  }

  private static Workspace withoutTargets() {
    Workspace work = Workspaces.take(Output.PROBABILITIES);
    work.setTargets(0, 0, false);
    return work;
  }

  private void run(Batch logits, Batch into, Workspace work) {
    float[] out = into.asOutput(work);
    evaluator.run(work, logits.asPredictions(work), null, null, null, out, null, null);
  }

  private double run(Batch y, Targets t, Workspace work, float[] out, long[] total) {
    return run(y, t, work, out, null, total);
  }

  final double run(Batch y, Targets t, Workspace work, float[] out, float[] hessian, long[] total) {
    return evaluator.run(
        work, y.asPredictions(work), t.asTargets(work), t.labels(), t.weights, out, hessian, total);
  }

  static void check(Batch y, Targets t) {
    requireNonNull(y, "y");
    requireNonNull(t, "t");
    t.check(y.rows(), y.cols());
  }

  static void check(Batch y, Batch gradient) {
    requireNonNull(gradient, "gradient");
    gradient.check("gradient", y, "y");
  }

  private static void check(Batch y, float[] losses) {
    requireNonNull(losses, "losses");
    if (losses.length < y.rows()) {
      throw tooShort(losses.length, y.rows());
    }
  }

  private static IllegalArgumentException tooShort(int length, int rows) {
    return new IllegalArgumentException(
        "losses has " + length + " elements; allowed: the " + rows + " rows or more");
  }

  Evaluator evaluator() {
    return evaluator;
  }

  Backend backend() {
    return backend;
  }

  /** "sum" or "mean", of a loss that is one of them. */
  final String reduction() {
    return evaluator.divisor() == Divisor.NONE ? "sum" : "mean";
  }

  /** What is serialized of this loss. */
  abstract LossForm form();

  /**
   * The same loss with an option of its form, from the method of that name.
   *
   * @throws IllegalArgumentException if it has no such option, or if the option has no such value
   */
  abstract Loss with(String option, double value);

  /** Of an option that a loss does not have, perhaps one of a later version. */
  final IllegalArgumentException noOption(String option) {
    return new IllegalArgumentException(
        "option is '" + option + "'; " + getClass().getSimpleName() + " has no such one here");
  }

  // For every loss, and so not private.
  final Object writeReplace() {
    return form();
  }

  private void readObject(ObjectInputStream in) throws InvalidObjectException {
    throw notItsForm();
  }

  /** Where a stream leaves this class out of a loss's superclasses. */
  private void readObjectNoData() throws InvalidObjectException {
    throw notItsForm();
  }

  private static InvalidObjectException notItsForm() {
    return new InvalidObjectException("a loss is written as its form, not as its fields");
  }
}

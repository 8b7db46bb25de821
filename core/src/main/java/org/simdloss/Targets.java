package org.simdloss;

import static java.util.Objects.requireNonNull;

import org.simdloss.internal.block.ClassLabels;
import org.simdloss.internal.block.WeightedRows;
import org.simdloss.internal.block.Workspace;
import org.simdloss.internal.call.Evaluator;

/**
 * What a batch should have been: a class label for each row, or a value for each element.
 *
 * <p>Like {@link Batch}, a view of the caller's array, never a copy.
 *
 * <p>Labels, the one-hot rows that they stand for, and {@link #argmax} of such rows give the same
 * loss, to the last bit.
 */
public final class Targets extends WeightedView {
  /** Whether the values stand for the label at each row's maximum. */
  private final boolean argmax;

  /** What holds the target values; null where the targets are labels. */
  private final Object data;

  /** Labels, or null where the targets are values. */
  private final int[] labels;

  private Targets(
      boolean argmax,
      Object data,
      int[] labels,
      int offset,
      int rows,
      int cols,
      int stride,
      float[] weights,
      int weightsAt) {
    super(offset, rows, cols, stride, weights, weightsAt);
    this.argmax = argmax;
    this.data = data;
    this.labels = labels;
  }

  /**
   * One class index a row. That each lies in {@code 0 .. cols - 1} is checked against the
   * predictions, when the loss is called.
   */
  public static Targets labels(int[] labels) {
    requireNonNull(labels, "labels");
    return new Targets(false, null, labels, 0, labels.length, 0, 1, null, 0);
  }

  /**
   * The labels of {@code rows} rows, the first of them at {@code offset}.
   *
   * @throws IllegalArgumentException if they lie outside {@code labels}
   */
  public static Targets labels(int[] labels, int offset, int rows) {
    checkRange(labels, offset, rows);
    return new Targets(false, null, labels, offset, rows, 0, 1, null, 0);
  }

  private static void checkRange(int[] labels, int offset, int rows) {
    requireNonNull(labels, "labels");
    if (offset < 0 || rows < 0 || rows > labels.length - offset) {
      throw badRange(labels.length, offset, rows);
    }
  }

  private static IllegalArgumentException badRange(int length, int offset, int rows) {
    return new IllegalArgumentException(
        rows < 0
            ? "rows is " + rows + "; allowed: 0 or more"
            : offset < 0 || offset > length
                ? "offset is " + offset + "; allowed: 0 to labels' length, " + length
                : "labels has "
                    + length
                    + " elements, but "
                    + rows
                    + " rows at offset "
                    + offset
                    + " end at "
                    + (offset + (long) rows));
  }

  /** Any target values, of the predictions' shape: one-hot rows, distributions, regressands. */
  public static Targets of(Batch values) {
    return of(false, requireNonNull(values, "values"));
  }

  /**
   * The index of each row's first maximum, as a label: the book's batch form. A NaN counts as the
   * maximum, as it does in NumPy.
   */
  public static Targets argmax(Batch values) {
    return of(true, requireNonNull(values, "values"));
  }

  private static Targets of(boolean argmax, Batch values) {
    return new Targets(
        argmax,
        values.holder(),
        null,
        values.offset(),
        values.rows(),
        values.cols(),
        values.stride(),
        null,
        0);
  }

  /**
   * The targets of the rows from {@code fromRow} up to, not including, {@code toRow}.
   *
   * @throws IllegalArgumentException unless {@code 0 <= fromRow <= toRow <= rows()}
   */
  public Targets slice(int fromRow, int toRow) {
    checkSlice(fromRow, toRow, rows);
    return part(start(offset, stride, fromRow, toRow - fromRow), toRow - fromRow, fromRow);
  }

  private Targets part(int start, int count, int fromRow) {
    return part(start, count, weights, weightsAt + fromRow);
  }

  private Targets part(int start, int count, float[] own, int ownAt) {
    return new Targets(argmax, data, labels, start, count, cols, stride, own, ownAt);
  }

  /** {@link #weighted(float[], int)} from offset 0 on. */
  public Targets weighted(float[] rowWeights) {
    return weighted(rowWeights, 0);
  }

  /**
   * The same targets with a weight for each row: row r's loss counts {@code rowWeights[offset + r]}
   * times. A mean is divided by the sum of the weights, as scikit-learn's {@code sample_weight} is;
   * a mean over elements by that sum times the columns.
   *
   * <p>Like the targets, a view of the caller's array, never a copy. What is read is checked when
   * the loss is called: weights must be finite, and 0 or more. Of a row whose weight is 0 the
   * predictions are not read, so that no NaN of it gets out. If all weights are 0 a mean is NaN,
   * and its derivatives are 0. {@link #slice} slices the weights too.
   *
   * <p>A weight for each class, as PyTorch has it, is {@code rowWeights[r] =
   * classWeights[labels[r]]}: the same mean without smoothing. (With it PyTorch weighs each class's
   * part of a row.)
   *
   * @throws IllegalArgumentException if the weights of all rows do not lie inside of the array
   */
  public Targets weighted(float[] rowWeights, int offset) {
    checkWeights(rowWeights, offset, rows);
    return part(this.offset, rows, rowWeights, offset);
  }

  private static void checkWeights(float[] rowWeights, int offset, int rows) {
    requireNonNull(rowWeights, "rowWeights");
    if (offset < 0 || rows > rowWeights.length - offset) {
      throw tooFewWeights(rowWeights.length, offset, rows);
    }
  }

  private static IllegalArgumentException tooFewWeights(int length, int offset, int rows) {
    return new IllegalArgumentException(
        "rowWeights has "
            + length
            + " elements; allowed: one for each of "
            + rows
            + " rows, from offset "
            + offset
            + " on, which is 0 or more");
  }

  /** The number of rows (samples). */
  public int rows() {
    return rows;
  }

  /** Refuses predictions of another shape. */
  void check(int yRows, int yCols) {
    check(yRows, yCols, rows, cols);
  }

  private static void check(int yRows, int yCols, int rows, int cols) {
    if (rows != yRows || (cols != yCols && cols != 0)) {
      throw shapesDiffer(yRows, yCols, rows, cols);
    }
  }

  private static IllegalArgumentException shapesDiffer(int yRows, int yCols, int rows, int cols) {
    return new IllegalArgumentException(
        "y is "
            + yRows
            + "×"
            + yCols
            + ", but t "
            + (cols == 0
                ? "has " + rows + (rows == 1 ? " label" : " labels")
                : "is " + rows + "×" + cols)
            + hint(yRows, yCols, rows, cols));
  }

  /** What may have been meant. */
  private static String hint(int yRows, int yCols, int rows, int cols) {
    if (cols == 0 && rows == (long) yRows * yCols) {
      return ": a label is one number a row; one-hot rows are values, as in Targets.of(Batch)";
    }
    return (cols == 0 || cols == yCols) && rows > yRows
        ? ": slice(fromRow, toRow), or Targets.labels(labels, offset, rows), takes a part"
        : "";
  }

  /** Tells a call where its targets are; see {@link Evaluator#run} for why in this way. */
  Object asTargets(Workspace work) {
    work.setTargets(offset, stride, argmax);
    work.weightsAt = weightsAt;
    return data;
  }

  /**
   * The share of rows of y, each as its weight says, that have their first maximum where these do.
   */
  double accuracy(Batch y) {
    if (labels != null) {
      ClassLabels.check(labels, offset, rows, y.cols());
    }
    double hits = 0;
    double all = 0;
    for (int r = 0; r < rows; r++) {
      int at = offset + r * stride;
      int column = labels != null ? labels[at] : ClassLabels.argmax(data, at, cols);
      double weight = weights == null ? 1 : checkedWeight(r);
      hits += y.isMaximum(r, column) ? weight : 0;
      all += weight;
    }
    return hits / all;
  }

  private float checkedWeight(int row) {
    float weight = weights[weightsAt + row];
    if (!WeightedRows.isValid(weight)) {
      throw WeightedRows.badWeight(weight, row);
    }
    return weight;
  }

  /** Whether the values stand for the label at each row's maximum. */
  boolean isArgmax() {
    return argmax;
  }

  /** Null where the targets are values. */
  int[] labels() {
    return labels;
  }

  /** Null where the targets are labels. */
  Batch values() {
    return data == null ? null : Batch.of(data, offset, rows, cols, stride);
  }

  /** For example {@code Targets.labels (100 rows)} or {@code Targets.argmax 100×10}. */
  @Override
  public String toString() {
    String name =
        labels != null
            ? "Targets.labels (" + rows + " rows)"
            : (argmax ? "Targets.argmax " : "Targets.of ") + rows + "×" + cols;
    return weights != null ? name + ", weighted" : name;
  }
}

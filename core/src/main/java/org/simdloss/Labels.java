package org.simdloss;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import org.simdloss.internal.block.ClassLabels;

/**
 * Class labels, the one-hot rows that they stand for, and how often predictions are right: NumPy's
 * {@code argmax(axis=1)}, and the book's accuracy. Labels of other types become {@code int}s.
 *
 * <p>A row's label is the column of its first maximum. A NaN counts as the maximum, as in NumPy, so
 * the first NaN wins; −0 and +0 are equal.
 *
 * <p>Exceptions are thrown before anything is written: {@link NullPointerException} for a null,
 * {@link IllegalArgumentException} for shapes that do not fit, {@link IndexOutOfBoundsException}
 * for a label that is no column, or no {@code int}, with the first such row, its label and the
 * range. What writes into an array of the caller's, and what returns a {@code double}, allocates
 * nothing.
 */
public final class Labels {
  private Labels() {}

  /** The column of each row's first maximum: {@code np.argmax(values, axis=1)}. */
  public static int[] argmax(Batch values) {
    requireNonNull(values, "values");
    int[] labels = new int[values.rows()];
    argmax(values, labels);
    return labels;
  }

  /**
   * {@link #argmax(Batch)} into an array of the caller's.
   *
   * @param into where row r's label is written, at [r]; elements from {@code values.rows()} on are
   *     left alone
   * @throws IllegalArgumentException if {@code into} is shorter than the number of rows
   */
  public static void argmax(Batch values, int[] into) {
    requireNonNull(values, "values");
    requireNonNull(into, "into");
    checkLength(into, values.rows(), "rows");
    ClassLabels.argmax(
        values.holder(), values.offset(), values.rows(), values.cols(), values.stride(), into);
  }

  /**
   * The same labels as {@code int}s, which is what all the rest takes. A label below 0 stays what
   * it is: it may be the one to ignore.
   *
   * @throws IndexOutOfBoundsException if a label is no {@code int}
   */
  public static int[] toInt(long[] labels) {
    requireNonNull(labels, "labels");
    int[] into = new int[labels.length];
    toInt(labels, into);
    return into;
  }

  /**
   * {@link #toInt(long[])} into an array of the caller's.
   *
   * @param into where row r's label is written, at [r]; elements from {@code labels.length} on are
   *     left alone
   * @throws IllegalArgumentException if {@code into} is shorter than {@code labels}
   * @throws IndexOutOfBoundsException if a label is no {@code int}
   */
  public static void toInt(long[] labels, int[] into) {
    requireNonNull(labels, "labels");
    requireNonNull(into, "into");
    checkLength(into, labels.length, "labels");
    ClassLabels.checkInts(labels);
    for (int r = 0; r < labels.length; r++) {
      into[r] = (int) labels[r];
    }
  }

  /**
   * The same labels as {@code int}s. They are signed: those that are unsigned, and above 32767,
   * need {@code label & 0xffff}.
   */
  public static int[] toInt(short[] labels) {
    requireNonNull(labels, "labels");
    int[] into = new int[labels.length];
    toInt(labels, into);
    return into;
  }

  /**
   * {@link #toInt(short[])} into an array of the caller's.
   *
   * @param into where row r's label is written, at [r]; elements from {@code labels.length} on are
   *     left alone
   * @throws IllegalArgumentException if {@code into} is shorter than {@code labels}
   */
  public static void toInt(short[] labels, int[] into) {
    requireNonNull(labels, "labels");
    requireNonNull(into, "into");
    checkLength(into, labels.length, "labels");
    for (int r = 0; r < labels.length; r++) {
      into[r] = labels[r];
    }
  }

  /**
   * The same labels as {@code int}s. They are signed: those that are unsigned, as MNIST's are, and
   * above 127, need {@code label & 0xff}, or the reader of files, {@link org.simdloss.mnist.Mnist}.
   */
  public static int[] toInt(byte[] labels) {
    requireNonNull(labels, "labels");
    int[] into = new int[labels.length];
    toInt(labels, into);
    return into;
  }

  /**
   * {@link #toInt(byte[])} into an array of the caller's.
   *
   * @param into where row r's label is written, at [r]; elements from {@code labels.length} on are
   *     left alone
   * @throws IllegalArgumentException if {@code into} is shorter than {@code labels}
   */
  public static void toInt(byte[] labels, int[] into) {
    requireNonNull(labels, "labels");
    requireNonNull(into, "into");
    checkLength(into, labels.length, "labels");
    for (int r = 0; r < labels.length; r++) {
      into[r] = labels[r];
    }
  }

  /**
   * Rows of {@code cols} elements, row r with 1 at column {@code labels[r]} and otherwise 0: {@code
   * np.eye(cols)[labels]}.
   *
   * @throws IllegalArgumentException if {@code cols} is not positive, or all together are too many
   *     for an array
   * @throws IndexOutOfBoundsException if a label is not in 0 .. {@code cols} - 1
   */
  public static Batch oneHot(int[] labels, int cols) {
    requireNonNull(labels, "labels");
    Batch rows = MiniBatch.zeros(labels.length, cols);
    oneHot(labels, rows);
    return rows;
  }

  /**
   * {@link #oneHot(int[], int)} into a batch of the caller's, of whose columns there are as many as
   * classes. Padding is not written.
   *
   * @throws IllegalArgumentException if {@code into} does not have as many rows as there are labels
   * @throws IndexOutOfBoundsException if a label is no column of {@code into}
   */
  public static void oneHot(int[] labels, Batch into) {
    requireNonNull(labels, "labels");
    requireNonNull(into, "into");
    if (into.rows() != labels.length) {
      throw labelsDiffer("into", into, labels);
    }
    ClassLabels.check(labels, 0, labels.length, into.cols());
    float[] data = into.results("into");
    for (int r = 0; r < labels.length; r++) {
      int row = into.offset() + r * into.stride();
      Arrays.fill(data, row, row + into.cols(), 0);
      data[row + labels[r]] = 1;
    }
  }

  /**
   * The share of rows of y, from 0 to 1, that have their first maximum at the label: the book's
   * {@code np.sum(np.argmax(y, axis=1) == t) / y.shape[0]}, but that a row with NaN is wrong: to
   * NumPy the NaN is the maximum, and a network that has diverged is as good as its share of class
   * 0.
   *
   * @throws IllegalArgumentException if there are not as many labels as rows, or no rows
   * @throws IndexOutOfBoundsException if a label is no column of y
   */
  public static double accuracy(Batch y, int[] labels) {
    requireNonNull(y, "y");
    requireNonNull(labels, "labels");
    if (y.rows() != labels.length) {
      throw labelsDiffer("y", y, labels);
    }
    checkRows(y);
    ClassLabels.check(labels, 0, labels.length, y.cols());
    int hits = 0;
    for (int r = 0; r < labels.length; r++) {
      hits += y.isMaximum(r, labels[r]) ? 1 : 0;
    }
    return hits / (double) labels.length;
  }

  /**
   * The share of rows of y, from 0 to 1, that have their first maximum where t's row has it: with
   * one-hot rows the same as of their labels. A row of y with NaN is wrong.
   *
   * @throws IllegalArgumentException if the shapes differ, or there are no rows
   */
  public static double accuracy(Batch y, Batch t) {
    requireNonNull(y, "y");
    requireNonNull(t, "t");
    t.check("t", y, "y");
    checkRows(y);
    int hits = 0;
    for (int r = 0; r < y.rows(); r++) {
      hits += y.isMaximum(r, t.argmax(r)) ? 1 : 0;
    }
    return hits / (double) y.rows();
  }

  /**
   * One of the two others, as the targets are labels or values: for slices of them. Rows with
   * weights count as often as these say; if all are 0, the share is NaN.
   *
   * @throws IllegalArgumentException if the shapes differ, there are no rows, or a weight is
   *     negative or not finite
   * @throws IndexOutOfBoundsException if a label is no column of y
   */
  public static double accuracy(Batch y, Targets t) {
    requireNonNull(y, "y");
    requireNonNull(t, "t");
    t.check(y.rows(), y.cols());
    checkRows(y);
    return t.accuracy(y);
  }

  private static void checkLength(int[] into, int least, String ofWhat) {
    if (into.length < least) {
      throw new IllegalArgumentException(
          "into has "
              + into.length
              + " elements; allowed: the "
              + least
              + " "
              + ofWhat
              + " or more");
    }
  }

  private static void checkRows(Batch y) {
    if (y.rows() == 0) {
      throw new IllegalArgumentException("y has 0 rows; an accuracy needs 1 or more");
    }
  }

  private static IllegalArgumentException labelsDiffer(String name, Batch batch, int[] labels) {
    return new IllegalArgumentException(
        name
            + " is "
            + batch.rows()
            + "×"
            + batch.cols()
            + ", but labels has "
            + labels.length
            + " elements");
  }
}

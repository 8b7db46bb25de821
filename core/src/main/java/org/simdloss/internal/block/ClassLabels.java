package org.simdloss.internal.block;

/** Class labels, and the values that stand for them. */
public final class ClassLabels {
  private static final String TWO_CLASSES =
      " (one column is one class; labels 0 and 1 of one column are for BinaryCrossEntropy, from"
          + " probabilities, and SigmoidCrossEntropy, from logits)";

  private static final String BEGIN_AT_ZERO = " (labels begin at 0, and these seem to begin at 1)";

  private ClassLabels() {}

  /** Whether every label of the rows is a column. */
  public static boolean inRange(int[] labels, int at, int rows, int cols) {
    // Negative if any label is, or if cols - 1 - label is: one sign to look at in the end, so that
    // the compiler turns the loop into vectors by itself.
    int signs = 0;
    for (int r = at; r < at + rows; r++) {
      signs |= labels[r] | (cols - 1 - labels[r]);
    }
    return signs >= 0;
  }

  /** The same, where a row may also be ignored. */
  public static boolean inRange(int[] labels, int at, int rows, int cols, TargetOptions options) {
    if (!options.ignores()) {
      return inRange(labels, at, rows, cols);
    }
    int ignored = options.ignored();
    int signs = 0;
    for (int r = at; r < at + rows; r++) {
      int label = labels[r] & kept(labels[r], ignored);
      signs |= label | (cols - 1 - label);
    }
    return signs >= 0;
  }

  /** All bits 1, or 0 if the label is the ignored one: no branch, which would be mispredicted. */
  static int kept(int label, int ignored) {
    int difference = label ^ ignored;
    return (difference | -difference) >> 31;
  }

  /** The first row whose label is no column, where there is one. */
  private static int firstOutside(int[] labels, int at, int rows, int cols, TargetOptions options) {
    int r = 0;
    while (r < rows - 1
        && (labels[at + r] >= 0 && labels[at + r] < cols || options.ignores(labels[at + r]))) {
      r++;
    }
    return r;
  }

  /** The column of the row's first maximum; a NaN is above all. */
  public static int argmax(Object t, int at, int cols) {
    return Elements.argmax(t, at, cols);
  }

  /** Refuses labels, from {@code at} on, of which any is no column. */
  public static void check(int[] labels, int at, int rows, int cols) {
    if (!inRange(labels, at, rows, cols)) {
      throw outside(labels, at, rows, cols, TargetOptions.NONE);
    }
  }

  /** Refuses labels of which any is no {@code int}. */
  public static void checkInts(long[] labels) {
    // An int is from 0 to 2^32 - 1 with 2^31 added: one number to look at in the end, so that the
    // compiler turns the loop into vectors by itself.
    long bits = 0;
    for (long label : labels) {
      bits |= label - Integer.MIN_VALUE;
    }
    if (bits >>> 32 != 0) {
      throw noInt(labels);
    }
  }

  /** Names the first row whose label is no {@code int}, where there is one. */
  private static IndexOutOfBoundsException noInt(long[] labels) {
    int r = 0;
    while (r < labels.length - 1 && labels[r] == (int) labels[r]) {
      r++;
    }
    return new IndexOutOfBoundsException(
        "label "
            + labels[r]
            + " of row "
            + r
            + "; allowed: "
            + Integer.MIN_VALUE
            + " to "
            + Integer.MAX_VALUE
            + ", the range of an int");
  }

  /** Names the first row whose label is no column, where there is one. */
  public static IndexOutOfBoundsException outside(
      int[] labels, int at, int rows, int cols, TargetOptions options) {
    int r = firstOutside(labels, at, rows, cols, options);
    int label = labels[at + r];
    return new IndexOutOfBoundsException(
        outside(label, r, cols, options) + hint(labels, at, rows, cols, label));
  }

  /** What to say of a row's label that is no column. */
  public static String outside(int label, int row, int cols, TargetOptions options) {
    return "label "
        + label
        + " of row "
        + row
        + "; allowed: 0 to "
        + (cols - 1)
        + (options.ignores() ? ", and " + options.ignored() + ", which is ignored" : "");
  }

  /** What may have been meant. */
  private static String hint(int[] labels, int at, int rows, int cols, int label) {
    return cols == 1 && label == 1
        ? TWO_CLASSES
        : beginAtOne(labels, at, rows, cols) ? BEGIN_AT_ZERO : "";
  }

  /** Whether all labels are from 1 to the number of columns. */
  private static boolean beginAtOne(int[] labels, int at, int rows, int cols) {
    boolean all = true;
    for (int r = at; r < at + rows; r++) {
      all &= labels[r] >= 1 && labels[r] <= cols;
    }
    return all;
  }

  /** Refuses indices, called {@code pick}, of which any is not in 0 .. n - 1. */
  public static void checkPicks(int[] pick, int n) {
    if (!inRange(pick, 0, pick.length, n)) {
      int i = firstOutside(pick, 0, pick.length, n, TargetOptions.NONE);
      throw new IndexOutOfBoundsException(
          "pick["
              + i
              + "] is "
              + pick[i]
              + (n == 0 ? ", but there is nothing to pick from" : "; allowed: 0 to " + (n - 1)));
    }
  }

  /** Writes the column of each row's first maximum. */
  public static void argmax(Object y, int at, int rows, int cols, int stride, int[] into) {
    for (int r = 0; r < rows; r++) {
      into[r] = argmax(y, at + r * stride, cols);
    }
  }
}

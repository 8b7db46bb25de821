package org.simdloss.bench;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A batch's rows and columns, in the order of a report: by columns, then by rows. */
record Shape(int rows, int cols) implements Comparable<Shape> {
  private static final int MOST_ROWS_OR_COLS = 10_000_000;

  /** A fork holds several arrays of them, each 400 MB then. */
  private static final int MOST_ELEMENTS = 100_000_000;

  private static final Pattern WRITTEN = Pattern.compile("(\\d{1,8})[x×](\\d{1,8})");

  private static final Comparator<Shape> ORDER =
      Comparator.comparingInt(Shape::cols).thenComparingInt(Shape::rows);

  /**
   * Reads {@code 60000x10}, or {@code 60000×10}.
   *
   * @throws IllegalArgumentException if it is something else, or too large
   */
  static Shape parse(String text) {
    Matcher written = WRITTEN.matcher(text);
    if (written.matches()) {
      int rows = Integer.parseInt(written.group(1));
      int cols = Integer.parseInt(written.group(2));
      if (isSide(rows) && isSide(cols) && (long) rows * cols <= MOST_ELEMENTS) {
        return new Shape(rows, cols);
      }
    }
    throw new IllegalArgumentException(
        "shape is "
            + text
            + "; allowed: rows x columns, as in 60000x10, each 1 to "
            + MOST_ROWS_OR_COLS
            + ", and together at most "
            + MOST_ELEMENTS
            + " elements");
  }

  private static boolean isSide(int number) {
    return 1 <= number && number <= MOST_ROWS_OR_COLS;
  }

  int elements() {
    return rows * cols;
  }

  @Override
  public int compareTo(Shape other) {
    return ORDER.compare(this, other);
  }

  /** {@code 60000x10}, as in the benchmarks' parameter. */
  @Override
  public String toString() {
    return rows + "x" + cols;
  }
}

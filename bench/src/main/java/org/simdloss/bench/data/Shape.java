package org.simdloss.bench.data;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A batch's rows and columns, in the order of a report: by columns, then by rows.
 *
 * @param stride how far apart two rows begin: {@code cols}, or more where padding follows each row
 */
public record Shape(int rows, int cols, int stride) implements Comparable<Shape> {
  private static final int MOST_ROWS_OR_COLS = 10_000_000;

  /** A fork holds several arrays of them, each 400 MB then. */
  private static final int MOST_ELEMENTS = 100_000_000;

  private static final Pattern WRITTEN =
      Pattern.compile("(\\d{1,8})[x×](\\d{1,8})(?:/(\\d{1,8}))?");

  private static final Comparator<Shape> ORDER =
      Comparator.comparingInt(Shape::cols)
          .thenComparingInt(Shape::rows)
          .thenComparingInt(Shape::stride);

  /** Rows without padding. */
  public Shape(int rows, int cols) {
    this(rows, cols, cols);
  }

  /**
   * Reads {@code 60000x10}, or {@code 60000×10}, or {@code 60000x10/16} for rows 16 apart.
   *
   * @throws IllegalArgumentException if it is something else, or too large
   */
  public static Shape parse(String text) {
    Matcher written = WRITTEN.matcher(text);
    if (written.matches()) {
      int rows = Integer.parseInt(written.group(1));
      int cols = Integer.parseInt(written.group(2));
      int stride = written.group(3) != null ? Integer.parseInt(written.group(3)) : cols;
      if (isSide(rows) && isSide(cols) && stride >= cols && (long) rows * stride <= MOST_ELEMENTS) {
        return new Shape(rows, cols, stride);
      }
    }
    throw new IllegalArgumentException(
        "shape is "
            + text
            + "; allowed: rows x columns, as in 60000x10, each 1 to "
            + MOST_ROWS_OR_COLS
            + ", or with a stride of at least the columns, as in 60000x10/16; at most "
            + MOST_ELEMENTS
            + " elements");
  }

  private static boolean isSide(int number) {
    return 1 <= number && number <= MOST_ROWS_OR_COLS;
  }

  public int elements() {
    return rows * cols;
  }

  /** How many elements an array of the rows has, padding included. */
  public int length() {
    return rows * stride;
  }

  public boolean isStrided() {
    return stride > cols;
  }

  /** The same without padding. */
  public Shape contiguous() {
    return new Shape(rows, cols);
  }

  /**
   * For a heading: {@code 60000 × 10, rows 16 apart}.
   *
   * @param by what stands between rows and columns
   */
  public String heading(String by) {
    return rows + " " + by + " " + cols + (isStrided() ? ", rows " + stride + " apart" : "");
  }

  @Override
  public int compareTo(Shape other) {
    return ORDER.compare(this, other);
  }

  /** {@code 60000x10} or {@code 60000x10/16}, as in the benchmarks' parameter. */
  @Override
  public String toString() {
    return rows + "x" + cols + (isStrided() ? "/" + stride : "");
  }
}

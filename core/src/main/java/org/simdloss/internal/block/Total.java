package org.simdloss.internal.block;

import org.simdloss.internal.math.ExactSum;

/**
 * What batches' losses add up to, in one array: the number of rows, and exact sums of the losses
 * before any division and of what they would be divided by. New, all of it is 0.
 *
 * <p>Adding and merging allocate nothing.
 */
public final class Total {
  /** Where the number of rows stands. */
  public static final int ROWS = 0;

  /** Where the {@link ExactSum} of the losses begins. */
  public static final int SUM = 1;

  /** Where that of their weights begins. */
  public static final int WEIGHT = SUM + ExactSum.LENGTH;

  /** How many numbers there are. */
  public static final int LENGTH = WEIGHT + ExactSum.LENGTH;

  private Total() {}

  /**
   * Adds a batch. No rows have no loss and no weight; so the rows, which cannot overflow unnoticed,
   * count the additions that the exact sums have room for.
   *
   * @param sum the batch's loss before the division, any {@code double}
   * @param weight what to divide it by: finite, and 0 or more
   * @throws IllegalArgumentException if {@code weight} or {@code rows} is negative or not finite,
   *     or {@code rows} is 0 and the others are not; nothing is added then
   * @throws ArithmeticException if the rows pass the range of {@code long}; nothing is added then
   */
  public static void add(long[] total, double sum, double weight, long rows) {
    if (!(weight >= 0 && weight <= Double.MAX_VALUE)) {
      throw new IllegalArgumentException("weight is " + weight + "; allowed: finite, 0 or more");
    }
    if (rows < 0) {
      throw new IllegalArgumentException("rows is " + rows + "; allowed: 0 or more");
    }
    if (rows == 0 && !(sum == 0 && weight == 0)) {
      throw new IllegalArgumentException(
          "sum is " + sum + " and weight is " + weight + " of 0 rows; allowed: 0");
    }
    addRows(total, rows);
    ExactSum.add(total, SUM, sum);
    if (weight != 0) {
      ExactSum.add(total, WEIGHT, weight);
    }
  }

  /**
   * Adds all that another has, which may be this one.
   *
   * @throws ArithmeticException if the rows pass the range of {@code long}; nothing is added then
   */
  public static void merge(long[] total, long[] other) {
    addRows(total, other[ROWS]);
    ExactSum.merge(total, SUM, other);
    ExactSum.merge(total, WEIGHT, other);
  }

  private static void addRows(long[] total, long more) {
    long rows = total[ROWS];
    if (rows > Long.MAX_VALUE - more) {
      throw new ArithmeticException(
          "rows is " + rows + "; " + more + " more are past " + Long.MAX_VALUE);
    }
    total[ROWS] = rows + more;
  }
}

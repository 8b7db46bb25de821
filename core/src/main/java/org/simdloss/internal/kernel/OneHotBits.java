package org.simdloss.internal.kernel;

/**
 * Narrow rows of one-hot targets as bits: 1 for 1.0 and 0 for 0, in words of as many whole rows, an
 * even number of them, as 64 bits hold.
 *
 * <p>Since a word that is as it should be has one bit for each of its rows, in order, nothing
 * branches on where they are: such a branch is mispredicted every other time, and took longer than
 * all the rest.
 */
public final class OneHotBits {
  /** The most columns of rows of which a word holds two. */
  public static final int NARROW = 32;

  /** Words, each half full or more, for two blocks' elements; and the one that ends with them. */
  public static final int WORDS = 2 * Block.ELEMENTS / (Long.SIZE / 2) + 2;

  private OneHotBits() {}

  /** Rows in a word. */
  static int rowsPerWord(int cols) {
    return Long.SIZE / cols & ~1;
  }

  /** The first bit of each row. */
  private static long firsts(int rows, int cols) {
    long bits = 0;
    for (int r = 0; r < rows; r++) {
      bits |= 1L << r * cols;
    }
    return bits;
  }

  /** The bits of a word's rows, where there are 1 or more; what is behind them does not count. */
  private static long mask(int rows, int cols) {
    return -1L >>> Long.SIZE - rows * cols;
  }

  /**
   * Whether each row has one bit: as many as rows, and a row that has one has its last, or carries
   * over to it.
   */
  private static boolean haveOneEach(long bits, int rows, long lasts, long carry) {
    return (((bits & ~lasts) + carry | bits) & lasts) == lasts && Long.bitCount(bits) == rows;
  }

  /**
   * Whether what the words have bits for is 1.0, and not −1.0: where some elements have a sign that
   * 0 and 1.0 have not, they may all be −0.
   *
   * @param step elements from one word to the next, in which the bits behind them are again
   */
  static boolean areOnes(float[] t, int at, int words, int step, long[] hotBits, int hotBitsAt) {
    long mask = mask(1, step);
    for (int w = 0, i = at; w < words; w++, i += step) {
      for (long bits = hotBits[hotBitsAt + w] & mask; bits != 0; bits &= bits - 1) {
        if (t[i + Long.numberOfTrailingZeros(bits)] != 1) {
          return false;
        }
      }
    }
    return true;
  }

  /**
   * Writes the y beside each row's bit; false if a row has not one bit exactly.
   *
   * @param rowsPerWord even
   */
  static boolean writeValues(
      long[] words,
      int count,
      int rowsPerWord,
      int cols,
      float[] y,
      int yAt,
      float[] values,
      int valuesAt) {
    long mask = mask(rowsPerWord, cols);
    long firsts = firsts(rowsPerWord, cols);
    long lasts = firsts << cols - 1;
    long carry = lasts - firsts;
    int step = rowsPerWord * cols;
    int r = valuesAt;
    for (int w = 0, at = yAt; w < count; w++, at += step) {
      long bits = words[w] & mask;
      if (!haveOneEach(bits, rowsPerWord, lasts, carry)) {
        return false;
      }
      if (cols == 1) { // every bit is set: there is none to look for
        System.arraycopy(y, at, values, r, rowsPerWord);
        r += rowsPerWord;
        continue;
      }
      do {
        values[r] = y[at + Long.numberOfTrailingZeros(bits)];
        bits &= bits - 1;
        values[r + 1] = y[at + Long.numberOfTrailingZeros(bits)];
        bits &= bits - 1;
        r += 2;
      } while (bits != 0);
    }
    return true;
  }

  /**
   * Writes the column of each row's bit; false if a row has not one bit exactly.
   *
   * @param rowsPerWord even
   */
  static boolean writeColumns(
      long[] words, int count, int rowsPerWord, int cols, int[] columns, int columnsAt) {
    long mask = mask(rowsPerWord, cols);
    long firsts = firsts(rowsPerWord, cols);
    long lasts = firsts << cols - 1;
    long carry = lasts - firsts;
    int r = columnsAt;
    for (int w = 0; w < count; w++) {
      long bits = words[w] & mask;
      if (!haveOneEach(bits, rowsPerWord, lasts, carry)) {
        return false;
      }
      int first = 0;
      do {
        columns[r] = Long.numberOfTrailingZeros(bits) - first;
        bits &= bits - 1;
        columns[r + 1] = Long.numberOfTrailingZeros(bits) - first - cols;
        bits &= bits - 1;
        first += 2 * cols;
        r += 2;
      } while (bits != 0);
    }
    return true;
  }

  /**
   * Writes the column of the bit of each of some last rows, of fewer than 64 elements, from a word
   * that ends where they do; false if a row has not one bit exactly.
   */
  static boolean writeLastColumns(long word, int rows, int cols, int[] columns, int columnsAt) {
    long bits = rows == 0 ? 0 : word >>> Long.SIZE - rows * cols;
    for (int r = 0; r < rows; r++, bits >>>= cols) {
      // cols is below 64 where a word holds two rows; of one column alone there are up to 63.
      long row = bits & mask(1, cols);
      if (Long.bitCount(row) != 1) {
        return false;
      }
      columns[columnsAt + r] = Long.numberOfTrailingZeros(row);
    }
    return true;
  }

  /** The same of values. */
  static boolean writeLastValues(
      long word, int rows, int cols, float[] y, int yAt, float[] values, int valuesAt) {
    long bits = rows == 0 ? 0 : word >>> Long.SIZE - rows * cols;
    for (int r = 0; r < rows; r++, bits >>>= cols) {
      long row = bits & mask(1, cols);
      if (Long.bitCount(row) != 1) {
        return false;
      }
      values[valuesAt + r] = y[yAt + r * cols + Long.numberOfTrailingZeros(row)];
    }
    return true;
  }
}

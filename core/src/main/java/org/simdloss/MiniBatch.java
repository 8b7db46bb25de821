package org.simdloss;

import static java.util.Objects.requireNonNull;

import java.util.random.RandomGenerator;
import org.simdloss.internal.block.ClassLabels;

/**
 * Mini-batches: rows picked at random, and gathered. NumPy's {@code np.random.choice(n, size)} and
 * {@code x[mask]}.
 *
 * <pre>{@code
 * Random random = new Random(42);
 * int[] pick = MiniBatch.choice(random, x.rows(), 100);
 * Batch xs = MiniBatch.gather(x, pick);
 * int[] ts = MiniBatch.gather(labels, pick);
 * }</pre>
 *
 * <p><b>Seeds.</b> The generator is the caller's, and so is its seed. Of the generator only {@code
 * nextInt(bound)} is called, once for each pick and in the order of the picks, with the bounds that
 * each method states; so a seed gives the same picks wherever the generator gives the same numbers.
 * ({@link java.util.Random} does so on every JDK.) They are not those that NumPy picks.
 *
 * <p><b>Shapes.</b> A size that is a shape, first × second × …, gives its indices row-major in one
 * array.
 *
 * <p><b>Exceptions</b> are thrown before anything is drawn or written: {@link NullPointerException}
 * for a null; {@link IllegalArgumentException} if n, a size or a dimension is negative, a shape has
 * more elements than an array can, or there is nothing to pick from (n is 0, and the size is not);
 * {@link IndexOutOfBoundsException} for a pick that is no row, with the first such position, its
 * value and the range.
 *
 * <p>Into an array of the caller's {@link #choice(RandomGenerator, int, int[]) choice}, {@link
 * #permutation(RandomGenerator, int[]) permutation} and, unless it is in place, {@code gather}
 * allocate nothing.
 */
public final class MiniBatch {
  private MiniBatch() {}

  /**
   * So many of 0 .. n - 1, each at random and independent of the others: with replacement, NumPy's
   * {@code np.random.choice(n, size)}. Draws {@code size} times, within n.
   */
  public static int[] choice(RandomGenerator random, int n, int size) {
    requireNonNull(random, "random");
    checkNotNegative("size", size);
    checkEnough(n, size);
    int[] into = new int[size];
    choice(random, n, into);
    return into;
  }

  /** {@link #choice(RandomGenerator, int, int)} of a shape: {@code np.random.choice(n, (…))}. */
  public static int[] choice(RandomGenerator random, int n, int first, int second, int... more) {
    requireNonNull(random, "random");
    return choice(random, n, size(first, second, more));
  }

  /** {@link #choice(RandomGenerator, int, int)} of size {@code into.length}, into that array. */
  public static void choice(RandomGenerator random, int n, int[] into) {
    requireNonNull(random, "random");
    requireNonNull(into, "into");
    checkEnough(n, into.length);
    for (int i = 0; i < into.length; i++) {
      into[i] = random.nextInt(n);
    }
  }

  /**
   * So many different ones of 0 .. n - 1, in random order, every order of every selection equally
   * likely: {@code np.random.choice(n, size, replace=False)}. Draws {@code size} times, within n, n
   * - 1, n - 2 and so on. Time and memory are in proportion to {@code size}, whatever n is.
   *
   * @throws IllegalArgumentException also if {@code size} is greater than n
   */
  public static int[] choiceWithoutReplacement(RandomGenerator random, int n, int size) {
    requireNonNull(random, "random");
    checkNotNegative("size", size);
    checkDistinct(n, size);
    int[] into = new int[size];
    choiceWithoutReplacement(random, n, into);
    return into;
  }

  /**
   * {@link #choiceWithoutReplacement(RandomGenerator, int, int)} of a shape, all of it without
   * replacement.
   */
  public static int[] choiceWithoutReplacement(
      RandomGenerator random, int n, int first, int second, int... more) {
    requireNonNull(random, "random");
    return choiceWithoutReplacement(random, n, size(first, second, more));
  }

  /**
   * {@link #choiceWithoutReplacement(RandomGenerator, int, int)} of size {@code into.length}, into
   * that array. Allocates up to 32 bytes a pick, and nothing if all n are picked.
   */
  public static void choiceWithoutReplacement(RandomGenerator random, int n, int[] into) {
    requireNonNull(random, "random");
    requireNonNull(into, "into");
    checkDistinct(n, into.length);
    if (into.length > n / 4) {
      pickFromAll(random, into.length == n ? into : new int[n], into);
    } else {
      pickFromFew(random, n, into);
    }
  }

  /**
   * 0 .. n - 1 in random order, every order equally likely: {@code np.random.permutation(n)}. The
   * same as {@link #choiceWithoutReplacement(RandomGenerator, int, int)} of all n.
   */
  public static int[] permutation(RandomGenerator random, int n) {
    requireNonNull(random, "random");
    checkNotNegative("n", n);
    return choiceWithoutReplacement(random, n, n);
  }

  /** {@link #permutation(RandomGenerator, int)} of n = {@code into.length}, into that array. */
  public static void permutation(RandomGenerator random, int[] into) {
    requireNonNull(random, "random");
    requireNonNull(into, "into");
    choiceWithoutReplacement(random, into.length, into);
  }

  /** Fisher and Yates's shuffle, as far as there are picks; {@code all} and they may be one. */
  private static void pickFromAll(RandomGenerator random, int[] all, int[] into) {
    for (int i = 0; i < all.length; i++) {
      all[i] = i;
    }
    for (int i = 0; i < into.length; i++) {
      int j = i + random.nextInt(all.length - i);
      int picked = all[j];
      all[j] = all[i];
      all[i] = picked;
      into[i] = picked;
    }
  }

  /**
   * The same picks. Of the n numbers only those are kept that are not in their own place, in a hash
   * table of at least twice as many slots: a slot is place · 2^32 + number, or 0 if it is free.
   */
  private static void pickFromFew(RandomGenerator random, int n, int[] into) {
    // Nothing ever moves to place 0, which is picked from first: no used slot is 0. The size is
    // below 2^29 here, so the slots fit in an array.
    long[] slots = new long[4 * Integer.highestOneBit(into.length)];
    for (int i = 0; i < into.length; i++) {
      int j = i + random.nextInt(n - i);
      int at = slot(slots, j);
      into[i] = slots[at] == 0 ? j : (int) slots[at];
      if (j != i) {
        long moved = slots[slot(slots, i)];
        slots[at] = (long) j << 32 | (moved == 0 ? i : (int) moved);
      }
    }
  }

  /** The slot of a place, or the free one that it would take. */
  private static int slot(long[] slots, int place) {
    // The top bits of a product with 2^32 / φ spread out places in sequence as well as random ones.
    int slot = place * 0x9e37_79b9 >>> Integer.numberOfLeadingZeros(slots.length - 1);
    while (slots[slot] != 0 && (int) (slots[slot] >>> 32) != place) {
      slot = slot + 1 & slots.length - 1;
    }
    return slot;
  }

  /**
   * A new batch whose row i is row {@code pick[i]} of the source: NumPy's {@code source[pick]}. A
   * row may be picked any number of times.
   *
   * @throws IllegalArgumentException if all together are too many for an array
   * @throws IndexOutOfBoundsException if a pick is no row of {@code source}
   */
  public static Batch gather(Batch source, int[] pick) {
    requireNonNull(source, "source");
    requireNonNull(pick, "pick");
    ClassLabels.checkPicks(pick, source.rows());
    Batch into = zeros(pick.length, source.cols());
    copyPicked(source, pick, into);
    return into;
  }

  /**
   * {@link #gather(Batch, int[])} into a batch of the caller's. Padding is not written.
   *
   * @param into {@code pick.length} × {@code source.cols()}. It may be exactly the source's view,
   *     which gets what another batch would get, by way of a copy that this allocates. Its part of
   *     the array, from its first element to its last, gaps included, may not overlap the source's
   *     in any other way.
   * @throws IllegalArgumentException if {@code into} has another shape, or overlaps the source
   * @throws IndexOutOfBoundsException if a pick is no row of {@code source}
   */
  public static void gather(Batch source, int[] pick, Batch into) {
    requireNonNull(source, "source");
    requireNonNull(pick, "pick");
    requireNonNull(into, "into");
    into.results("into");
    if (into.rows() != pick.length || into.cols() != source.cols()) {
      throw new IllegalArgumentException(
          "into is "
              + into.rows()
              + "×"
              + into.cols()
              + ", but the picks are "
              + pick.length
              + "×"
              + source.cols());
    }
    boolean inPlace = isSameView(source, into);
    if (!inPlace && overlap(source, into)) {
      throw new IllegalArgumentException("into overlaps source: " + into + ", " + source);
    }
    ClassLabels.checkPicks(pick, source.rows());
    if (inPlace) {
      Batch copy = zeros(into.rows(), into.cols());
      copyPicked(source, pick, copy);
      for (int r = 0; r < into.rows(); r++) {
        copyRow(copy, r, into, r);
      }
    } else {
      copyPicked(source, pick, into);
    }
  }

  /**
   * The picked labels, or any other ints: NumPy's {@code labels[pick]}.
   *
   * @throws IndexOutOfBoundsException if a pick is no index of {@code labels}
   */
  public static int[] gather(int[] labels, int[] pick) {
    requireNonNull(labels, "labels");
    requireNonNull(pick, "pick");
    ClassLabels.checkPicks(pick, labels.length);
    int[] into = new int[pick.length];
    copyPicked(labels, pick, into);
    return into;
  }

  /**
   * {@link #gather(int[], int[])} into an array of the caller's.
   *
   * @param into where the label of {@code pick[i]} is written, at [i]; elements from {@code
   *     pick.length} on are left alone. It may be {@code labels}, which gets what another array
   *     would get, by way of a copy that this allocates; and it may be {@code pick}.
   * @throws IllegalArgumentException if {@code into} is shorter than {@code pick}
   * @throws IndexOutOfBoundsException if a pick is no index of {@code labels}
   */
  public static void gather(int[] labels, int[] pick, int[] into) {
    requireNonNull(labels, "labels");
    requireNonNull(pick, "pick");
    requireNonNull(into, "into");
    if (into.length < pick.length) {
      throw new IllegalArgumentException(
          "into has " + into.length + " elements; allowed: the " + pick.length + " picks or more");
    }
    ClassLabels.checkPicks(pick, labels.length);
    if (into == labels) {
      System.arraycopy(gather(labels, pick), 0, into, 0, pick.length);
    } else {
      copyPicked(labels, pick, into);
    }
  }

  private static void copyPicked(int[] labels, int[] pick, int[] into) {
    for (int i = 0; i < pick.length; i++) {
      into[i] = labels[pick[i]];
    }
  }

  private static void copyPicked(Batch source, int[] pick, Batch into) {
    for (int i = 0; i < pick.length; i++) {
      copyRow(source, pick[i], into, i);
    }
  }

  private static void copyRow(Batch from, int row, Batch to, int toRow) {
    from.readRow(row, to.data(), to.offset() + toRow * to.stride());
  }

  /** The stride of a single row is no difference. */
  private static boolean isSameView(Batch a, Batch b) {
    return a.holder() == b.holder()
        && a.offset() == b.offset()
        && a.rows() == b.rows()
        && a.cols() == b.cols()
        && (a.stride() == b.stride() || a.rows() == 1);
  }

  private static boolean overlap(Batch a, Batch b) {
    return a.holder() == b.holder()
        && a.rows() > 0
        && b.rows() > 0
        && a.offset() < end(b)
        && b.offset() < end(a);
  }

  /** The index after the last element's. */
  private static int end(Batch batch) {
    return batch.offset() + (batch.rows() - 1) * batch.stride() + batch.cols();
  }

  /** A new batch of zeros. */
  static Batch zeros(int rows, int cols) {
    // Where there can be no such array, Batch.of says why.
    boolean possible = cols > 0 && (long) rows * cols <= Integer.MAX_VALUE;
    return Batch.of(new float[possible ? rows * cols : 0], rows, cols);
  }

  private static int size(int first, int second, int[] more) {
    requireNonNull(more, "more");
    checkNotNegative("first", first);
    checkNotNegative("second", second);
    for (int i = 0; i < more.length; i++) {
      checkNotNegative("more[" + i + "]", more[i]);
    }
    StringBuilder shape = new StringBuilder().append(first).append('×').append(second);
    long size = (long) first * second;
    for (int dimension : more) {
      shape.append('×').append(dimension);
      // The product of two ints at most: once it is too large it stays so, until a 0 ends it.
      size = Math.min(size, Integer.MAX_VALUE + 1L) * dimension;
    }
    if (size > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "the shape " + shape + " has more elements than an array can hold");
    }
    return (int) size;
  }

  private static void checkNotNegative(String name, int value) {
    if (value < 0) {
      throw new IllegalArgumentException(name + " is " + value + "; allowed: 0 or more");
    }
  }

  private static void checkEnough(int n, int size) {
    int least = size == 0 ? 0 : 1;
    if (n < least) {
      throw new IllegalArgumentException("n is " + n + "; allowed: " + least + " or more");
    }
  }

  private static void checkDistinct(int n, int size) {
    checkEnough(n, size);
    if (size > n) {
      throw new IllegalArgumentException(
          "size is " + size + "; allowed without replacement: 0 to n, " + n);
    }
  }
}

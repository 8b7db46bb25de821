package org.simdloss;

import static java.util.Objects.requireNonNull;

import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;
import org.simdloss.internal.block.Total;
import org.simdloss.internal.math.ExactSum;

/**
 * A loss summed over many batches: a data set larger than memory, or spread over workers, gets one
 * mean, that of all its rows, and never a mean of means. One sum is for one thread.
 *
 * <p>It holds the batches' losses as {@code double}s before any division, added up exactly; their
 * weights, the numbers that the losses would have been divided by, added up exactly too; and the
 * number of rows. Nothing is rounded until it is read, so neither the order of {@link
 * Loss#addTo(LossSum, Batch, Targets)} and {@link #merge}, nor who merges with whom, changes a bit
 * of any result.
 *
 * <p><b>NaN and infinity.</b> A NaN stays NaN, an infinity infinity, and +∞ and −∞ are NaN. A total
 * of finite losses that is past the range of {@code double} reads as infinity, but is still exact
 * inside, and returns to the range if what is added brings it back.
 *
 * <p>Not safe for use by several threads while one of them changes it: give each its own, and merge
 * them. Takes about a kilobyte, however much is added. Adding and merging allocate nothing.
 *
 * <p><b>Serialization.</b> {@link #toBytes()}, and Java serialization, which writes these bytes,
 * are for keeping: later versions read what this one has written, and what can not have been
 * written is refused.
 *
 * <p>Kryo 5 needs no serializer of its own for it: it writes the fields, which it can read in the
 * same version of this class alone. Where it requires registration, register {@code LossSum.class}
 * and {@code long[].class}; where this library is a module, start the VM with {@code --add-opens
 * org.simdloss/org.simdloss=ALL-UNNAMED}. Kryo's {@code copy} is a sum of its own; {@code
 * copyShallow} gives another name for the same one.
 */
public final class LossSum implements Serializable {
  private static final long serialVersionUID = 1;

  private static final int MAGIC = 'S' << 16 | 'L' << 8 | 'S';
  private static final int VERSION = 1;
  private static final int LENGTH = 4 + 1 + Long.BYTES + 2 * ExactSum.BYTES;

  /**
   * The {@link Total}. Serializers that write fields, as Kryo does, can copy and set this one, and
   * there is no other that they could leave out. It is not final, since those that are will not be
   * set from outside for ever.
   */
  private long[] total;

  /** The sum of nothing. */
  public LossSum() {
    this(new long[Total.LENGTH]);
  }

  private LossSum(long[] total) {
    this.total = total;
  }

  /** {@link Total#add}, which a call does by itself. */
  void add(double sum, double weight, long rows) {
    Total.add(total, sum, weight, rows);
  }

  /** What a call adds to. */
  long[] total() {
    return total;
  }

  /**
   * Adds all that another sum holds, as if its batches had been added to this one. The other is
   * left as it is; if it is this one, this one doubles.
   *
   * @throws ArithmeticException if the rows pass the range of {@code long}; nothing is added then
   */
  public void merge(LossSum other) {
    requireNonNull(other, "other");
    Total.merge(total, other.total);
  }

  /** The sum of the losses: the double nearest to the exact total, ties to even. 0 is +0.0. */
  public double sum() {
    return ExactSum.value(total, Total.SUM);
  }

  /** The sum of the weights: the double nearest to the exact total, ties to even. */
  public double weight() {
    return ExactSum.value(total, Total.WEIGHT);
  }

  /** The number of rows, whatever their weights. */
  public long rows() {
    return total[Total.ROWS];
  }

  /**
   * {@link #sum()} / {@link #weight()}, the mean loss: the exact totals' quotient to within 2^-51
   * of it, if none of the three is below 2^-1022 or past the range. NaN if all weights are 0.
   *
   * @throws IllegalStateException if there are no rows
   */
  public double mean() {
    if (rows() == 0) {
      throw new IllegalStateException("nothing has been added; a mean needs 1 row or more");
    }
    double mean = sum() / weight();
    return mean == mean ? mean : Double.NaN;
  }

  /**
   * All of it as 557 bytes, the same for equal contents, however they were added. Numbers are
   * big-endian, and signed ones in two's complement.
   *
   * <table class="striped">
   * <caption>The form, version 1</caption>
   * <thead>
   * <tr><th>bytes</th><th>what</th></tr>
   * </thead>
   * <tbody>
   * <tr><td>0 to 2</td><td>53 4c 53 (SLS)</td></tr>
   * <tr><td>3</td><td>the version, 1</td></tr>
   * <tr><td>4</td><td>the sum's kind: 0 finite (past the range of {@code double} included), 1 +∞, 2
   *     −∞, 3 NaN</td></tr>
   * <tr><td>5 to 12</td><td>the rows, 0 or more</td></tr>
   * <tr><td>13 to 284</td><td>the exact sum, in units of 2^-1074; 0 unless the kind is 0. Its
   *     magnitude is below rows · 2^1024, or it is 0</td></tr>
   * <tr><td>285 to 556</td><td>the exact weight, likewise; 0 or more</td></tr>
   * </tbody>
   * </table>
   */
  public byte[] toBytes() {
    ByteBuffer to = ByteBuffer.allocate(LENGTH);
    to.putInt(MAGIC << 8 | VERSION);
    to.put((byte) ExactSum.kind(total, Total.SUM)).putLong(rows());
    ExactSum.write(total, Total.SUM, to);
    ExactSum.write(total, Total.WEIGHT, to);
    return to.array();
  }

  /**
   * What {@link #toBytes()} wrote.
   *
   * @throws IllegalArgumentException if {@code toBytes} cannot have written it
   */
  public static LossSum fromBytes(byte[] bytes) {
    requireNonNull(bytes, "bytes");
    if (bytes.length != LENGTH) {
      throw new IllegalArgumentException(
          "bytes has " + bytes.length + " elements; allowed: " + LENGTH);
    }
    ByteBuffer from = ByteBuffer.wrap(bytes);
    int start = from.getInt();
    if (start >>> 8 != MAGIC) {
      throw new IllegalArgumentException(
          String.format("bytes begins with %06x; allowed: %06x", start >>> 8, MAGIC));
    }
    if ((start & 0xff) != VERSION) {
      throw new IllegalArgumentException("version is " + (start & 0xff) + "; allowed: " + VERSION);
    }
    int kind = from.get();
    if (kind < ExactSum.FINITE || kind > ExactSum.NAN) {
      throw new IllegalArgumentException("the sum's kind is " + kind + "; allowed: 0 to 3");
    }
    long rows = from.getLong();
    if (rows < 0) {
      throw new IllegalArgumentException("rows is " + rows + "; allowed: 0 or more");
    }
    long[] total = new long[Total.LENGTH];
    total[Total.ROWS] = rows;
    ExactSum.read(kind, from, total, Total.SUM);
    ExactSum.read(ExactSum.FINITE, from, total, Total.WEIGHT);
    if (kind != ExactSum.FINITE && rows == 0) {
      throw new IllegalArgumentException("the sum's kind is " + kind + "; allowed for 0 rows: 0");
    }
    if (kind != ExactSum.FINITE && !ExactSum.fits(total, Total.SUM, 0)) {
      throw new IllegalArgumentException(
          "the sum's kind is " + kind + "; allowed for a sum that is not 0: 0");
    }
    if (!ExactSum.fits(total, Total.SUM, rows)) {
      throw new IllegalArgumentException("the sum is more than " + rows + " rows can have");
    }
    if (ExactSum.isNegative(total, Total.WEIGHT)) {
      throw new IllegalArgumentException("the weight is negative; allowed: 0 or more");
    }
    if (!ExactSum.fits(total, Total.WEIGHT, rows)) {
      throw new IllegalArgumentException("the weight is more than " + rows + " rows can have");
    }
    return new LossSum(total);
  }

  /** For example {@code LossSum (sum 12.5, weight 100.0, 100 rows)}. */
  @Override
  public String toString() {
    return "LossSum (sum " + sum() + ", weight " + weight() + ", " + rows() + " rows)";
  }

  private Object writeReplace() {
    return new Form(toBytes());
  }

  private void readObject(ObjectInputStream in) throws InvalidObjectException {
    throw new InvalidObjectException("a LossSum is written as its bytes, not as its fields");
  }

  /** What is serialized: a stream can hold wrong bytes, but nothing that gets past their check. */
  private record Form(byte[] bytes) implements Serializable {
    private Object readResolve() throws InvalidObjectException {
      try {
        return fromBytes(bytes);
      } catch (IllegalArgumentException | NullPointerException e) {
        throw LossForm.invalid(e);
      }
    }
  }
}

package org.simdloss.internal.math;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * An exact sum of doubles: a fixed-point number as wide as the whole range of {@code double}, so
 * that nothing is ever rounded off and the order of additions does not matter.
 *
 * <p>The total is an integer in units of 2^-1074, the least {@code double}; every finite one is
 * below 2^2098 of them. The 2176 bits of 68 digits, one of them the sign, hold the total of 2^63 -
 * 1 additions, however large; whoever adds must count them.
 *
 * <p>{@code add} and {@code merge} allocate nothing. Reading changes nothing.
 */
public final class ExactSum {
  /** How many bytes {@link #write} writes. */
  public static final int BYTES = 68 * Integer.BYTES;

  /** {@link #kind()}: only finite values were added. */
  public static final int FINITE = 0;

  /** {@link #kind()}: the sum is +∞. */
  public static final int POSITIVE = 1;

  /** {@link #kind()}: the sum is −∞. */
  public static final int NEGATIVE = 2;

  /** {@link #kind()}: the sum is NaN. */
  public static final int NAN = POSITIVE | NEGATIVE;

  private static final int DIGITS = 68;
  private static final int TOP = DIGITS - 1;
  private static final long LOW = 0xffff_ffffL;

  /** The bit that counts 2^1024, the first that no double has. */
  private static final int BEYOND = 1024 + 1074;

  /** Digits of two sums that are both this late still do not overflow when they are added. */
  private static final int MOST_PENDING = 1 << 29;

  /**
   * Digit i counts 2^(32 i) units. Digits carry late: each is a signed number, and what it has past
   * 32 bits belongs to the next.
   */
  private final long[] digits;

  /** The magnitude of no digit is above 2^32 · (pending + 1). */
  private int pending;

  /** What was added that is not finite: a bit for each infinity, both of them for a NaN. */
  private int kind;

  /** The sum of nothing. */
  public ExactSum() {
    this(new long[DIGITS], FINITE);
  }

  private ExactSum(long[] digits, int kind) {
    this.digits = digits;
    this.kind = kind;
  }

  /** Adds any double. */
  public void add(double x) {
    long bits = Double.doubleToRawLongBits(x);
    int exponent = (int) (bits >>> 52) & 0x7ff;
    long significand = bits & 0xf_ffff_ffff_ffffL;
    if (exponent == 0x7ff) {
      kind |= significand != 0 ? NAN : bits < 0 ? NEGATIVE : POSITIVE;
      return;
    }
    int shift = 0;
    if (exponent != 0) {
      significand |= 1L << 52;
      shift = exponent - 1;
    }
    int i = shift >>> 5;
    int up = shift & 31;
    long sign = bits >> 63;
    digits[i] += ((significand << up & LOW) ^ sign) - sign;
    digits[i + 1] += ((significand >>> 32 - up & LOW) ^ sign) - sign;
    // In two steps, since a shift by 64 would be none.
    digits[i + 2] += ((significand >>> 32 >>> 32 - up) ^ sign) - sign;
    count(1);
  }

  /** Adds all that was added to another sum, which may be this one. */
  public void merge(ExactSum other) {
    for (int i = 0; i < DIGITS; i++) {
      digits[i] += other.digits[i];
    }
    kind |= other.kind;
    count(other.pending + 1);
  }

  private void count(int additions) {
    pending += additions;
    if (pending >= MOST_PENDING) {
      carry(digits);
      pending = 0;
    }
  }

  /** The double nearest to the total, ties to even; a zero is +0.0, and a NaN Double.NaN. */
  public double value() {
    if (kind != FINITE) {
      return kind == NAN
          ? Double.NaN
          : kind == POSITIVE ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
    }
    long[] d = carried();
    boolean negative = d[TOP] < 0;
    if (negative) {
      negate(d);
    }
    long bits = nearest(d);
    return Double.longBitsToDouble(negative ? bits | Long.MIN_VALUE : bits);
  }

  /** The bits of the double nearest to a total that is not negative, from its carried digits. */
  private static long nearest(long[] d) {
    int top = TOP;
    while (top > 1 && d[top] == 0) {
      top--;
    }
    long leading = d[top] << 32 | d[top - 1];
    if (top == 1 && leading >>> 53 == 0) {
      return leading; // so few units are the double's own bits
    }
    // The leading digit is not 0 from here on, so these are fewer than 32.
    int zeros = Long.numberOfLeadingZeros(leading);
    int first = 32 * top + 31 - zeros;
    if (first >= BEYOND) {
      return Double.doubleToRawLongBits(Double.POSITIVE_INFINITY);
    }
    long next = top == 1 ? 0 : d[top - 2];
    long window = leading << zeros | next >>> 32 - zeros;
    boolean more = (next << zeros & LOW) != 0;
    for (int i = top - 3; i >= 0 && !more; i--) {
      more = d[i] != 0;
    }
    long significand = window >>> 11;
    long rest = (window & 0x7ff) << 1 | (more ? 1 : 0);
    long half = 0x800;
    if (rest > half || (rest == half && (significand & 1) != 0)) {
      significand++;
    }
    // A sum, so that the significand's first bit, and what rounding carries past it, go into the
    // exponent: up to that of infinity.
    return ((long) (first - 52) << 52) + significand;
  }

  /** {@link #FINITE}, {@link #POSITIVE}, {@link #NEGATIVE} or {@link #NAN}: from 0 to 3. */
  public int kind() {
    return kind;
  }

  /** Whether the total of what is finite is below 0. */
  public boolean isNegative() {
    return carried()[TOP] < 0;
  }

  /**
   * Whether so many doubles can add up to the total of what is finite: if it is 0, or its magnitude
   * below additions · 2^1024.
   */
  public boolean fits(long additions) {
    long[] d = carried();
    if (d[TOP] < 0) {
      negate(d);
    }
    int bit = BEYOND % 32;
    long times = d[TOP - 2] >>> bit | d[TOP - 1] << 32 - bit | d[TOP] << 64 - bit;
    boolean isLong = d[TOP] >>> bit - 1 == 0;
    return (isLong && times < additions) || Arrays.equals(d, new long[DIGITS]);
  }

  /**
   * Writes the total in units of 2^-1074, or 0 if it is not finite, as a two's complement integer
   * of {@link #BYTES} bytes, the most significant first. Equal totals are equal bytes.
   */
  public void write(ByteBuffer to) {
    long[] d = kind == FINITE ? carried() : new long[DIGITS];
    for (int i = TOP; i >= 0; i--) {
      to.putInt((int) d[i]);
    }
  }

  /** The sum of which {@link #kind()} and {@link #write} gave these. */
  public static ExactSum read(int kind, ByteBuffer from) {
    long[] d = new long[DIGITS];
    d[TOP] = from.getInt();
    for (int i = TOP - 1; i >= 0; i--) {
      d[i] = from.getInt() & LOW;
    }
    return new ExactSum(d, kind);
  }

  private long[] carried() {
    long[] d = digits.clone();
    carry(d);
    return d;
  }

  /** Leaves 0 to 2^32 - 1 in all digits but the top one, which has the sign. */
  private static void carry(long[] d) {
    long carry = 0;
    for (int i = 0; i < TOP; i++) {
      long digit = d[i] + carry;
      d[i] = digit & LOW;
      carry = digit >> 32;
    }
    d[TOP] += carry;
  }

  private static void negate(long[] d) {
    for (int i = 0; i < DIGITS; i++) {
      d[i] = -d[i];
    }
    carry(d);
  }
}

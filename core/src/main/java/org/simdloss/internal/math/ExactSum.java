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
 * <p>A sum is {@link #LENGTH} numbers of an array, from an index {@code at} on, and all of them are
 * 0 for the sum of nothing: so an object that has sums can have them in one array, which any
 * serializer can write.
 *
 * <p>{@code add} and {@code merge} allocate nothing. Reading changes nothing.
 */
public final class ExactSum {
  /** How many bytes {@link #write} writes. */
  public static final int BYTES = 68 * Integer.BYTES;

  /** {@link #kind}: only finite values were added. */
  public static final int FINITE = 0;

  /** {@link #kind}: the sum is +∞. */
  public static final int POSITIVE = 1;

  /** {@link #kind}: the sum is −∞. */
  public static final int NEGATIVE = 2;

  /** {@link #kind}: the sum is NaN. */
  public static final int NAN = POSITIVE | NEGATIVE;

  /**
   * Digit i counts 2^(32 i) units. Digits carry late: each is a signed number, and what it has past
   * 32 bits belongs to the next.
   */
  private static final int DIGITS = 68;

  /** Where a number stands such that no digit's magnitude is above 2^32 · (the number + 1). */
  private static final int PENDING = DIGITS;

  /** Where bits stand for what was added that is not finite: one for each infinity, two for NaN. */
  private static final int KIND = DIGITS + 1;

  /** How many numbers a sum is. */
  public static final int LENGTH = DIGITS + 2;

  private static final int TOP = DIGITS - 1;
  private static final long LOW = 0xffff_ffffL;

  /** The bit that counts 2^1024, the first that no double has. */
  private static final int BEYOND = 1024 + 1074;

  /** Digits of two sums that are both this late still do not overflow when they are added. */
  private static final int MOST_PENDING = 1 << 29;

  private ExactSum() {}

  /** Adds any double. */
  public static void add(long[] sum, int at, double x) {
    long bits = Double.doubleToRawLongBits(x);
    int exponent = (int) (bits >>> 52) & 0x7ff;
    long significand = bits & 0xf_ffff_ffff_ffffL;
    if (exponent == 0x7ff) {
      sum[at + KIND] |= significand != 0 ? NAN : bits < 0 ? NEGATIVE : POSITIVE;
      return;
    }
    int shift = 0;
    if (exponent != 0) {
      significand |= 1L << 52;
      shift = exponent - 1;
    }
    int i = at + (shift >>> 5);
    int up = shift & 31;
    long sign = bits >> 63;
    sum[i] += ((significand << up & LOW) ^ sign) - sign;
    sum[i + 1] += ((significand >>> 32 - up & LOW) ^ sign) - sign;
    // In two steps, since a shift by 64 would be none.
    sum[i + 2] += ((significand >>> 32 >>> 32 - up) ^ sign) - sign;
    count(sum, at, 1);
  }

  /** Adds all that was added to another sum, at the same index; it may be this one. */
  public static void merge(long[] sum, int at, long[] other) {
    for (int i = at; i < at + DIGITS; i++) {
      sum[i] += other[i];
    }
    sum[at + KIND] |= other[at + KIND];
    count(sum, at, other[at + PENDING] + 1);
  }

  private static void count(long[] sum, int at, long additions) {
    sum[at + PENDING] += additions;
    if (sum[at + PENDING] >= MOST_PENDING) {
      carry(sum, at);
      sum[at + PENDING] = 0;
    }
  }

  /** The double nearest to the total, ties to even; a zero is +0.0, and a NaN Double.NaN. */
  public static double value(long[] sum, int at) {
    int kind = kind(sum, at);
    if (kind != FINITE) {
      return kind == NAN
          ? Double.NaN
          : kind == POSITIVE ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
    }
    long[] d = carried(sum, at);
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
  public static int kind(long[] sum, int at) {
    return (int) sum[at + KIND];
  }

  /** Whether the total of what is finite is below 0. */
  public static boolean isNegative(long[] sum, int at) {
    return carried(sum, at)[TOP] < 0;
  }

  /**
   * Whether so many doubles can add up to the total of what is finite: if it is 0, or its magnitude
   * below additions · 2^1024.
   */
  public static boolean fits(long[] sum, int at, long additions) {
    long[] d = carried(sum, at);
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
  public static void write(long[] sum, int at, ByteBuffer to) {
    long[] d = kind(sum, at) == FINITE ? carried(sum, at) : new long[DIGITS];
    for (int i = TOP; i >= 0; i--) {
      to.putInt((int) d[i]);
    }
  }

  /** Makes it the sum of which {@link #kind} and {@link #write} gave these. */
  public static void read(int kind, ByteBuffer from, long[] sum, int at) {
    sum[at + TOP] = from.getInt();
    for (int i = at + TOP - 1; i >= at; i--) {
      sum[i] = from.getInt() & LOW;
    }
    sum[at + PENDING] = 0;
    sum[at + KIND] = kind;
  }

  private static long[] carried(long[] sum, int at) {
    long[] d = Arrays.copyOfRange(sum, at, at + DIGITS);
    carry(d, 0);
    return d;
  }

  /** Leaves 0 to 2^32 - 1 in all digits but the top one, which has the sign. */
  private static void carry(long[] d, int at) {
    long carry = 0;
    for (int i = at; i < at + TOP; i++) {
      long digit = d[i] + carry;
      d[i] = digit & LOW;
      carry = digit >> 32;
    }
    d[at + TOP] += carry;
  }

  private static void negate(long[] d) {
    for (int i = 0; i < DIGITS; i++) {
      d[i] = -d[i];
    }
    carry(d, 0);
  }
}

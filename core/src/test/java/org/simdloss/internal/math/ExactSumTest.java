package org.simdloss.internal.math;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Against {@link BigDecimal}, to the last bit. */
class ExactSumTest {
  private static final double MAX = Double.MAX_VALUE;
  private static final double MIN = Double.MIN_VALUE;
  private static final double INF = Double.POSITIVE_INFINITY;
  private static final BigDecimal UNITS = new BigDecimal(BigInteger.TWO.pow(1074));

  /** A sum in the middle of an array, whose other numbers stay as they are. */
  private record Sum(long[] array) {
    private static final int AT = 3;

    Sum() {
      this(LongStream.generate(() -> -1).limit(AT + ExactSum.LENGTH + 2).toArray());
      Arrays.fill(array, AT, AT + ExactSum.LENGTH, 0);
    }

    static Sum read(int kind, ByteBuffer from) {
      Sum sum = new Sum();
      Arrays.fill(sum.array, AT, AT + ExactSum.LENGTH, 7);
      ExactSum.read(kind, from, sum.array, AT);
      sum.checkTheRest();
      return sum;
    }

    void add(double x) {
      ExactSum.add(array, AT, x);
      checkTheRest();
    }

    void merge(Sum other) {
      ExactSum.merge(array, AT, other.array);
      checkTheRest();
    }

    private void checkTheRest() {
      for (int i = 0; i < array.length; i++) {
        assertTrue(i >= AT && i < AT + ExactSum.LENGTH || array[i] == -1);
      }
    }

    double value() {
      return ExactSum.value(array, AT);
    }

    int kind() {
      return ExactSum.kind(array, AT);
    }

    boolean isNegative() {
      return ExactSum.isNegative(array, AT);
    }

    boolean fits(long additions) {
      return ExactSum.fits(array, AT, additions);
    }

    void write(ByteBuffer to) {
      ExactSum.write(array, AT, to);
    }
  }

  private static Sum sum(double... values) {
    Sum sum = new Sum();
    for (double x : values) {
      sum.add(x);
    }
    return sum;
  }

  private static byte[] bytes(Sum sum) {
    ByteBuffer buffer = ByteBuffer.allocate(ExactSum.BYTES);
    sum.write(buffer);
    return buffer.array();
  }

  /** The same total, doubled so many times. */
  private static Sum doubled(Sum sum, int times) {
    for (int i = 0; i < times; i++) {
      sum.merge(sum);
    }
    return sum;
  }

  private static void assertBits(double expected, double actual, String message) {
    assertEquals(
        Long.toHexString(Double.doubleToRawLongBits(expected)),
        Long.toHexString(Double.doubleToRawLongBits(actual)),
        message);
  }

  private static void assertExact(BigDecimal expected, Sum actual, String message) {
    assertEquals(expected.multiply(UNITS).toBigIntegerExact(), integer(actual), message);
    assertBits(expected.doubleValue(), actual.value(), message);
    assertEquals(expected.signum() < 0, actual.isNegative(), message);
  }

  /** The bytes as Java's own two's complement integer. */
  private static BigInteger integer(Sum sum) {
    return new BigInteger(bytes(sum));
  }

  enum Values {
    ANY {
      @Override
      double next(Random random) {
        double x;
        do {
          x = Double.longBitsToDouble(random.nextLong());
        } while (!Double.isFinite(x));
        return x;
      }
    },
    SUBNORMAL {
      @Override
      double next(Random random) {
        return Double.longBitsToDouble(random.nextLong() & 0x801f_ffff_ffff_ffffL);
      }
    },
    ALIKE {
      @Override
      double next(Random random) {
        return random.nextGaussian();
      }
    },
    HUGE {
      @Override
      double next(Random random) {
        return (random.nextBoolean() ? MAX : -MAX) / (1 + random.nextInt(2));
      }
    },
    /** Significands of ones carry, and borrow, through many digits. */
    ONES {
      @Override
      double next(Random random) {
        double x = Math.scalb(0x1.fffffffffffffp0, random.nextInt(120) - 60);
        return random.nextBoolean() ? x : -x;
      }
    },
    /** Powers of two that cancel, and leave what is half way between two doubles, or next to it. */
    TIES {
      @Override
      double next(Random random) {
        int[] exponents = {0, 52, 53, 54, -53, -54, -1022, -1074, 1023};
        double x = Math.scalb(1.0, exponents[random.nextInt(exponents.length)]);
        return random.nextBoolean() ? x : -x;
      }
    };

    abstract double next(Random random);
  }

  @ParameterizedTest(name = "{0}, seed 11")
  @EnumSource(Values.class)
  void everyPartialSumIsExact(Values values) {
    Random random = new Random(11);
    for (int run = 0; run < 5; run++) {
      Sum sum = new Sum();
      BigDecimal exact = BigDecimal.ZERO;
      for (int i = 0; i < 25; i++) {
        double x = values.next(random);
        sum.add(x);
        exact = exact.add(new BigDecimal(x));
        assertExact(exact, sum, "run " + run + ", " + i);
      }
    }
  }

  @ParameterizedTest(name = "{0}, seed 12")
  @EnumSource(Values.class)
  void mergesAreExactPastEveryCarry(Values values) {
    Random random = new Random(12);
    Sum sum = new Sum();
    BigDecimal exact = BigDecimal.ZERO;
    for (int i = 0; i < 45; i++) {
      double x = values.next(random);
      double y = values.next(random);
      sum.add(x);
      sum.merge(sum);
      sum.merge(sum(y));
      exact = exact.add(new BigDecimal(x)).multiply(BigDecimal.valueOf(2)).add(new BigDecimal(y));
      assertExact(exact, sum, "doubled " + i + " times");
    }
  }

  /** 2^29 additions are the most that may be pending: there by add, and there by merge. */
  @Test
  void carriesInTime() {
    for (double x : new double[] {0x1.fffffffffffffp1, -0x1.fffffffffffffp1, MAX, -MAX, -MIN}) {
      BigDecimal exact = new BigDecimal(x);
      for (int times = 27; times <= 31; times++) {
        Sum sum = doubled(sum(x), times);
        BigDecimal total = exact.multiply(new BigDecimal(BigInteger.TWO.pow(times)));
        assertExact(total, sum, x + " doubled " + times + " times");
        for (int i = 1; i <= 3; i++) {
          sum.add(x);
          total = total.add(exact);
          assertExact(total, sum, x + " doubled " + times + " times, and " + i);
        }
        Sum other = new Sum();
        other.merge(sum);
        other.merge(sum);
        assertExact(total.add(total), other, x + " doubled " + times + " times, merged");
        assertExact(total, sum, "what was merged is as it was");
      }
    }
  }

  /** Digits grow with what was added before a merge, which must count it. */
  @Test
  void additionsCountInMerges() {
    double x = -0x1.fffffffffffffp1;
    Sum sum = new Sum();
    for (int i = 0; i < 1 << 12; i++) {
      sum.add(x);
    }
    BigDecimal total = new BigDecimal(x).multiply(BigDecimal.valueOf(1 << 12));
    assertExact(total, sum, "2^12 additions");
    for (int times = 1; times <= 40; times++) {
      sum.merge(sum);
      total = total.add(total);
      assertExact(total, sum, "2^12 additions, doubled " + times + " times");
    }
  }

  @Test
  void roundsToTheNearestAndTiesToEven() {
    double[][] cases = {
      {1, 0x1p-53, 1}, // a tie, down to even
      {1, 0x1p-53, MIN, 1 + 0x1p-52}, // anything past it counts, however small
      {1 + 0x1p-52, 0x1p-53, 1 + 0x1p-51}, // a tie, up to even
      {1 + 0x1p-52, 0x1p-53, -MIN, 1 + 0x1p-52},
      {1, 0x1p-53, 0x1p-63, 1 + 0x1p-52}, // wherever it is: in the 64 bits from the first one on,
      {1, 0x1p-53, 0x1p-64, 1 + 0x1p-52}, // next to them,
      {1, 0x1p-53, 0x1p-82, 1 + 0x1p-52}, // at the end of a digit,
      {1, 0x1p-53, 0x1p-83, 1 + 0x1p-52}, // in the one after it
      {2, -0x1p-53, 2}, // the spacing is half as wide below a power of two
      {2, -0x1p-52, 2 - 0x1p-52},
      {2, -0x1p-53, -MIN, 2 - 0x1p-52},
      {0x1.fffffffffffffp9, 0x1p-44, 0x1p10}, // rounding carries into the exponent
      {Double.MIN_NORMAL, -MIN, Double.MIN_NORMAL - MIN},
      {Double.MIN_NORMAL - MIN, MIN, Double.MIN_NORMAL},
      {Double.MIN_NORMAL, Double.MIN_NORMAL, MIN, 2 * Double.MIN_NORMAL}, // the first to round
      {Double.MIN_NORMAL, Double.MIN_NORMAL, MIN, MIN, MIN, 2 * Double.MIN_NORMAL + 4 * MIN},
      {1e308, 1, -1e308, 1},
      {0.1, 0.2, -0.3, 0x1p-55}, // 0.1 + 0.2 alone rounds to more than 0.3
    };
    for (double[] values : cases) {
      Sum sum = new Sum();
      Sum negative = new Sum();
      for (int i = 0; i < values.length - 1; i++) {
        sum.add(values[i]);
        negative.add(-values[i]);
      }
      double expected = values[values.length - 1];
      assertBits(expected, sum.value(), Arrays.toString(values));
      assertBits(-expected, negative.value(), "-" + Arrays.toString(values));
    }
  }

  @Test
  void pastTheRangeIsInfinityAndComesBack() {
    double halfUlp = 0x1p970;
    assertBits(MAX, sum(MAX, Math.nextDown(halfUlp)).value(), "below half an ulp");
    assertBits(INF, sum(MAX, halfUlp).value(), "a tie, to even, which is out of range");
    assertBits(MAX, sum(MAX, halfUlp, -MIN).value(), "just below the tie");
    assertBits(-INF, sum(-MAX, -halfUlp).value(), "negative");
    Sum sum = sum(MAX, MIN);
    doubled(sum, 62);
    assertBits(INF, sum.value(), "2^62 times");
    assertEquals(ExactSum.FINITE, sum.kind());
    sum.merge(doubled(sum(-MAX), 62));
    assertBits(0x1p-1012, sum.value(), "back again");
    Sum most = doubled(sum(-MAX), 63);
    assertTrue(most.isNegative());
    assertEquals(
        new BigDecimal(MAX).multiply(UNITS).toBigIntegerExact().shiftLeft(63).negate(),
        integer(most));
  }

  @Test
  void zerosAreOnePositiveZero() {
    assertBits(0.0, sum().value(), "nothing");
    assertBits(0.0, sum(-0.0).value(), "-0");
    assertBits(0.0, sum(-0.0, -0.0, 0.0).value(), "zeros");
    assertBits(0.0, sum(1e300, -1e300).value(), "cancelled");
    assertArrayEquals(new byte[ExactSum.BYTES], bytes(sum(-0.0, 5, -MIN, -5, MIN)));
  }

  @Test
  void infinitiesAndNan() {
    double nan = Double.longBitsToDouble(0xfff8_0000_dead_beefL);
    double signaling = Double.longBitsToDouble(0x7ff0_0000_0000_0001L);
    double[] specials = {INF, -INF, nan, signaling};
    for (double x : specials) {
      assertBits(x == x ? x : Double.NaN, sum(1, x, -MAX).value(), "" + x);
      for (double y : specials) {
        double expected = x + y == x + y ? x + y : Double.NaN;
        assertBits(expected, sum(x, 5, y).value(), x + " + " + y);
        Sum merged = sum(3, x);
        merged.merge(sum(y, 4));
        assertBits(expected, merged.value(), x + " merged with " + y);
        assertArrayEquals(new byte[ExactSum.BYTES], bytes(merged));
      }
    }
    assertEquals(ExactSum.POSITIVE, sum(INF).kind());
    assertEquals(ExactSum.NEGATIVE, sum(-INF).kind());
    assertEquals(ExactSum.NAN, sum(nan).kind());
    assertEquals(ExactSum.NAN, sum(INF, -INF).kind());
  }

  @Test
  void fitsSoManyAdditions() {
    assertTrue(sum().fits(0));
    assertTrue(sum(5, -5).fits(0));
    for (double sign : new double[] {1, -1}) {
      assertFalse(sum(sign * MIN).fits(0));
      assertTrue(sum(sign * MIN).fits(1));
      assertTrue(sum(sign * MAX).fits(1));
      assertTrue(sum(sign * MAX, sign * 0x1p970).fits(1));
      assertFalse(sum(sign * MAX, sign * 0x1p971).fits(1));
      assertTrue(sum(sign * MAX, sign * 0x1p971).fits(2));
      Sum most = doubled(sum(sign * MAX), 62);
      assertFalse(most.fits((1L << 62) - (1L << 10)));
      assertTrue(most.fits(1L << 62));
    }
    for (int first : new int[] {-128, -1, 0x7f, 1}) {
      byte[] large = new byte[ExactSum.BYTES];
      large[0] = (byte) first;
      assertFalse(Sum.read(0, ByteBuffer.wrap(large)).fits(Long.MAX_VALUE), "first byte " + first);
    }
    for (int bit = 0; bit < 31; bit++) {
      byte[] large = new byte[ExactSum.BYTES];
      ByteBuffer.wrap(large).putInt(1 << bit); // 2^(2144 + bit) units, and 2^1024 is 2^2098
      boolean fits = bit < 2098 + 63 - 2144;
      assertEquals(fits, Sum.read(0, ByteBuffer.wrap(large)).fits(Long.MAX_VALUE), "bit " + bit);
    }
  }

  @ParameterizedTest(name = "{0}, seed 13")
  @EnumSource(Values.class)
  void readsWhatItWrote(Values values) {
    Random random = new Random(13);
    Sum sum = new Sum();
    for (int i = 0; i < 30; i++) {
      sum.add(values.next(random));
      Sum read = Sum.read(sum.kind(), ByteBuffer.wrap(bytes(sum)));
      assertArrayEquals(bytes(sum), bytes(read));
      assertBits(sum.value(), read.value(), "" + i);
      double x = values.next(random);
      sum.add(x);
      read.add(x);
      read.merge(read);
      sum.merge(sum);
      assertArrayEquals(bytes(sum), bytes(read));
    }
  }
}

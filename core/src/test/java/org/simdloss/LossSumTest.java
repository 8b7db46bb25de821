package org.simdloss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.simdloss.TestData.hex;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.ObjectStreamConstants;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LossSumTest {
  private static final int LENGTH = 557;
  private static final int ROWS_AT = 5;
  private static final int SUM_AT = 13;
  private static final int WEIGHT_AT = 285;

  private static LossSum of(double sum, double weight, long rows) {
    LossSum total = new LossSum();
    total.add(sum, weight, rows);
    return total;
  }

  private static void refused(Class<? extends Exception> type, String message, Executable call) {
    assertEquals(message, assertThrowsExactly(type, call).getMessage());
  }

  @Test
  void theMeanIsThatOfAllRows() {
    LossSum total = new LossSum();
    total.add(30, 60, 60);
    total.add(5, 2.5, 40);
    total.add(0, 0, 0);
    assertEquals(35, total.sum());
    assertEquals(62.5, total.weight());
    assertEquals(100, total.rows());
    assertEquals(0.56, total.mean());
  }

  @Test
  void nothing() {
    LossSum total = new LossSum();
    for (int i = 0; i < 2; i++) {
      assertEquals("0", hex(total.sum()));
      assertEquals("0", hex(total.weight()));
      assertEquals(0, total.rows());
      refused(
          IllegalStateException.class,
          "nothing has been added; a mean needs 1 row or more",
          total::mean);
      total.add(-0.0, -0.0, 0);
    }
    total.add(-0.0, 0, 7);
    assertEquals(Double.NaN, total.mean());
    total.add(-0.0, 1, 1);
    assertEquals("0", hex(total.mean()));
  }

  @Test
  void saysWhatItHolds() {
    assertEquals("LossSum (sum 12.5, weight 100.0, 100 rows)", of(12.5, 100, 100).toString());
    assertEquals("LossSum (sum 0.0, weight 0.0, 0 rows)", new LossSum().toString());
    assertEquals("LossSum (sum NaN, weight 0.5, 1 rows)", of(Double.NaN, 0.5, 1).toString());
  }

  @Test
  void infinitiesAndNan() {
    double inf = Double.POSITIVE_INFINITY;
    double nan = Double.longBitsToDouble(0xfff8_0000_0000_0001L);
    double[] values = {1, inf, -inf, nan};
    for (double a : values) {
      for (double b : values) {
        LossSum total = of(a, 1, 1);
        total.merge(of(b, 1, 1));
        assertEquals(hex(a + b), hex(total.sum()));
        assertEquals(hex((a + b) / 2), hex(total.mean()));
        long bits = Double.doubleToRawLongBits(total.mean());
        assertEquals(Double.doubleToLongBits(total.mean()), bits, "one NaN");
      }
    }
    // Of ∞ / ∞ the machine's NaN has a sign.
    LossSum beyond = of(Double.MAX_VALUE, Double.MAX_VALUE, 1);
    beyond.merge(beyond);
    assertEquals(inf, beyond.sum());
    assertEquals(inf, beyond.weight());
    assertEquals(0x7ff8L << 48, Double.doubleToRawLongBits(beyond.mean()));
    beyond.add(-Double.MAX_VALUE, 0, 1);
    assertEquals(Double.MAX_VALUE, beyond.sum());
  }

  @Test
  void whatCannotBeAdded() {
    LossSum total = of(1, 2, Long.MAX_VALUE - 1);
    byte[] before = total.toBytes();
    Class<IllegalArgumentException> iae = IllegalArgumentException.class;
    for (double bad : new double[] {-1, -Double.MIN_VALUE, Double.NaN, Double.POSITIVE_INFINITY}) {
      refused(iae, "weight is " + bad + "; allowed: finite, 0 or more", () -> total.add(1, bad, 1));
    }
    refused(iae, "rows is -1; allowed: 0 or more", () -> total.add(1, 1, -1));
    for (double[] bad : new double[][] {{1, 0}, {0, 1}, {Double.NaN, 0}}) {
      refused(
          iae,
          "sum is " + bad[0] + " and weight is " + bad[1] + " of 0 rows; allowed: 0",
          () -> total.add(bad[0], bad[1], 0));
    }
    String full = "rows is 9223372036854775806; %s more are past 9223372036854775807";
    Class<ArithmeticException> tooMany = ArithmeticException.class;
    refused(tooMany, String.format(full, 2), () -> total.add(1, 1, 2));
    refused(tooMany, String.format(full, 2), () -> total.merge(of(1, 1, 2)));
    refused(tooMany, String.format(full, Long.MAX_VALUE - 1), () -> total.merge(total));
    refused(
        tooMany,
        String.format(full, 2),
        () -> CrossEntropy.sum().addTo(total, Batch.of(new float[2], 2, 1), new int[2]));
    refused(NullPointerException.class, "other", () -> total.merge(null));
    assertArrayEquals(before, total.toBytes());
    total.merge(of(1, 1, 1));
    assertEquals(Long.MAX_VALUE, total.rows());
  }

  @Test
  void mergingWithItselfDoubles() {
    LossSum total = of(0.1, 0.3, 3);
    total.merge(total);
    total.merge(total);
    LossSum expected = new LossSum();
    for (int i = 0; i < 4; i++) {
      expected.add(0.1, 0.3, 3);
    }
    assertArrayEquals(expected.toBytes(), total.toBytes());
    assertEquals(12, total.rows());
  }

  /** Losses of all sizes and both signs, where a sum in double depends on the order. */
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void theOrderDoesNotMatter(long seed) {
    Random random = new Random(seed);
    List<double[]> batches = new ArrayList<>();
    BigDecimal sum = BigDecimal.ZERO;
    BigDecimal weight = BigDecimal.ZERO;
    for (int i = 0; i < 300; i++) {
      int exponent = seed == 1 ? random.nextInt(1900) - 1000 : random.nextInt(60) - 30;
      double[] batch = {
        Math.scalb(random.nextGaussian(), exponent),
        random.nextBoolean() ? 1 + random.nextInt(100) : random.nextDouble(),
        1 + random.nextInt(100)
      };
      batches.add(batch);
      sum = sum.add(new BigDecimal(batch[0]));
      weight = weight.add(new BigDecimal(batch[1]));
    }
    LossSum inOrder = new LossSum();
    for (double[] batch : batches) {
      inOrder.add(batch[0], batch[1], (long) batch[2]);
    }
    assertEquals(hex(sum.doubleValue()), hex(inOrder.sum()));
    assertEquals(hex(weight.doubleValue()), hex(inOrder.weight()));
    assertEquals(hex(sum.doubleValue() / weight.doubleValue()), hex(inOrder.mean()));
    for (int run = 0; run < 5; run++) {
      Collections.shuffle(batches, random);
      assertArrayEquals(inOrder.toBytes(), anyTree(batches, random).toBytes(), "run " + run);
    }
  }

  /** Adds runs of batches to as many sums as it happens, and merges these in any order. */
  private static LossSum anyTree(List<double[]> batches, Random random) {
    List<LossSum> parts = new ArrayList<>();
    for (double[] batch : batches) {
      if (parts.isEmpty() || random.nextInt(10) == 0) {
        parts.add(new LossSum());
      }
      LossSum part = parts.get(random.nextInt(parts.size()));
      part.add(batch[0], batch[1], (long) batch[2]);
      if (random.nextInt(10) == 0) {
        parts.set(parts.indexOf(part), LossSum.fromBytes(part.toBytes()));
      }
    }
    while (parts.size() > 1) {
      LossSum part = parts.remove(random.nextInt(parts.size()));
      parts.get(random.nextInt(parts.size())).merge(part);
    }
    return parts.get(0);
  }

  @Test
  void readingChangesNothing() {
    LossSum total = of(-0.1, 3, 3);
    total.add(1e-300, 1, 1);
    byte[] before = total.toBytes();
    total.mean();
    total.sum();
    total.weight();
    total.toString();
    assertArrayEquals(before, total.toBytes());
    before[0] = 0; // a copy
    assertEquals(0x53, total.toBytes()[0]);
  }

  /** Sums of 25 · 2^1073 and −2^1073 units of 2^-1074, and a weight of 25 · 2^1076. */
  @Test
  void theBytesAreAsDocumented() {
    LossSum total = of(8.25, 60, 60);
    total.add(4.25, 40, 40);
    String zeros = "00".repeat(4 * 34);
    String rest = "00".repeat(4 * 33);
    assertEquals(
        "534c5301"
            + "00"
            + "0000000000000064"
            + zeros
            + "00320000"
            + rest
            + zeros
            + "01900000"
            + rest,
        HexFormat.of().formatHex(total.toBytes()));
    total.add(-13, 0, 1);
    assertEquals(
        "534c5301"
            + "00"
            + "0000000000000065"
            + "ff".repeat(4 * 34)
            + "fffe0000"
            + rest
            + zeros
            + "01900000"
            + rest,
        HexFormat.of().formatHex(total.toBytes()));
    double[] kinds = {1, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.NaN};
    for (int kind = 1; kind < kinds.length; kind++) {
      String expected =
          "534c5301"
              + "0"
              + kind
              + "0000000000000002"
              + "00".repeat(272)
              + zeros
              + "00080000"
              + rest;
      LossSum special = of(1, 1, 1);
      special.add(kinds[kind], 1, 1);
      assertEquals(expected, HexFormat.of().formatHex(special.toBytes()));
    }
  }

  @Test
  void bytesThatAreNotOfASum() {
    byte[] good = of(-12.5, 100, 100).toBytes();
    Class<IllegalArgumentException> iae = IllegalArgumentException.class;
    for (int length : new int[] {0, 1, LENGTH - 1, LENGTH + 1, 5000}) {
      refused(
          iae,
          "bytes has " + length + " elements; allowed: 557",
          () -> LossSum.fromBytes(Arrays.copyOf(good, length)));
    }
    refused(NullPointerException.class, "bytes", () -> LossSum.fromBytes(null));
    refused(
        iae,
        "bytes begins with 524c53; allowed: 534c53",
        () -> LossSum.fromBytes(with(good, 0, 0x52)));
    refused(iae, "version is 2; allowed: 1", () -> LossSum.fromBytes(with(good, 3, 2)));
    refused(iae, "version is 255; allowed: 1", () -> LossSum.fromBytes(with(good, 3, 255)));
    refused(iae, "the sum's kind is 4; allowed: 0 to 3", () -> LossSum.fromBytes(with(good, 4, 4)));
    refused(
        iae, "the sum's kind is -1; allowed: 0 to 3", () -> LossSum.fromBytes(with(good, 4, 255)));
    refused(
        iae,
        "the sum's kind is 1; allowed for a sum that is not 0: 0",
        () -> LossSum.fromBytes(with(good, 4, 1)));
    refused(
        iae,
        "the sum's kind is 3; allowed for 0 rows: 0",
        () -> LossSum.fromBytes(with(new LossSum().toBytes(), 4, 3)));
    refused(
        iae,
        "rows is " + (Long.MIN_VALUE + 100) + "; allowed: 0 or more",
        () -> LossSum.fromBytes(with(good, ROWS_AT, 0x80)));
    refused(
        iae,
        "the sum is more than 0 rows can have",
        () -> LossSum.fromBytes(with(good, ROWS_AT + 7, 0)));
    refused(
        iae,
        "the sum is more than 100 rows can have",
        () -> LossSum.fromBytes(with(good, SUM_AT + 2, 0)));
    refused(
        iae,
        "the weight is negative; allowed: 0 or more",
        () -> LossSum.fromBytes(with(good, WEIGHT_AT, 0x80)));
    refused(
        iae,
        "the weight is more than 100 rows can have",
        () -> LossSum.fromBytes(with(good, WEIGHT_AT, 0x01)));
    refused(
        iae,
        "the weight is more than 0 rows can have",
        () -> LossSum.fromBytes(with(new LossSum().toBytes(), LENGTH - 1, 1)));
  }

  private static byte[] with(byte[] bytes, int at, int value) {
    byte[] copy = bytes.clone();
    copy[at] = (byte) value;
    return copy;
  }

  /** Whatever is not refused is a sum that works, and is written as it was read. */
  @ParameterizedTest(name = "sum {0}")
  @ValueSource(doubles = {12.5, -1e-300, Double.NaN})
  void flippedBytes(double sum) {
    byte[] good = of(sum, 100, 100).toBytes();
    int read = 0;
    for (int at = 0; at < LENGTH; at++) {
      for (int flip : new int[] {1, 0x80, 0xff}) {
        byte[] bytes = with(good, at, good[at] ^ flip);
        LossSum other;
        try {
          other = LossSum.fromBytes(bytes);
        } catch (IllegalArgumentException e) {
          continue;
        }
        read++;
        assertArrayEquals(bytes, other.toBytes(), "byte " + at + " ^ " + flip);
        assertTrue(other.rows() >= 0);
        assertTrue(other.weight() >= 0);
        if (other.rows() <= Long.MAX_VALUE / 2) {
          double once = other.sum();
          other.merge(other);
          assertEquals(hex(2 * once), hex(other.sum()), "byte " + at + " ^ " + flip);
        }
      }
    }
    assertTrue(read > 700, "read " + read);
  }

  /**
   * Bits flipped anywhere, bytes cut off or added: refused, or a sum of just these bytes. The same
   * from a stream.
   */
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {51, 52})
  void anyBytes(long seed) throws Exception {
    Random random = new Random(seed);
    int read = 0;
    for (int i = 0; i < 2_000; i++) {
      LossSum total = new LossSum();
      for (int k = random.nextInt(4); k > 0; k--) {
        total.add(
            Double.longBitsToDouble(random.nextLong()),
            random.nextInt(100),
            1 + random.nextInt(100));
      }
      byte[] bytes = total.toBytes();
      for (int k = random.nextInt(4); k >= 0; k--) {
        // the first bytes say the most
        int at = random.nextBoolean() ? random.nextInt(SUM_AT) : random.nextInt(LENGTH);
        bytes[at] ^= (byte) (1 << random.nextInt(8));
      }
      if (random.nextInt(4) == 0) {
        bytes =
            Arrays.copyOf(
                bytes,
                random.nextBoolean() ? random.nextInt(LENGTH) : LENGTH + 1 + random.nextInt(50));
      }
      if (random.nextInt(10) == 0) {
        random.nextBytes(bytes);
      }
      read += isRead(bytes, i % 4 == 0) ? 1 : 0;
    }
    assertTrue(read > 400 && read < 1_600, "read " + read);
  }

  /** Whether they are as {@link LossSum#toBytes} documents them. */
  private static boolean isSum(byte[] bytes) {
    if (bytes.length != LENGTH || !HexFormat.of().formatHex(bytes, 0, 4).equals("534c5301")) {
      return false;
    }
    BigInteger rows = new BigInteger(bytes, ROWS_AT, SUM_AT - ROWS_AT);
    BigInteger sum = new BigInteger(bytes, SUM_AT, WEIGHT_AT - SUM_AT);
    BigInteger weight = new BigInteger(bytes, WEIGHT_AT, LENGTH - WEIGHT_AT);
    BigInteger most = rows.shiftLeft(1024 + 1074);
    return (bytes[4] == 0
            || (bytes[4] > 0 && bytes[4] < 4 && sum.signum() == 0 && rows.signum() > 0))
        && rows.signum() >= 0
        && (sum.signum() == 0 || sum.abs().compareTo(most) < 0)
        && (weight.signum() == 0 || (weight.signum() > 0 && weight.compareTo(most) < 0));
  }

  private static boolean isRead(byte[] bytes, boolean fromStream) throws Exception {
    String hex = HexFormat.of().formatHex(bytes);
    if (!isSum(bytes)) {
      IllegalArgumentException e =
          assertThrowsExactly(IllegalArgumentException.class, () -> LossSum.fromBytes(bytes), hex);
      assertTrue(e.getMessage().matches(".*(allowed|more than).*"), e.getMessage());
      if (fromStream) {
        refused(InvalidObjectException.class, e.getMessage(), () -> read(streamOf(bytes)));
      }
      return false;
    }
    LossSum sum = fromStream ? (LossSum) read(streamOf(bytes)) : LossSum.fromBytes(bytes);
    assertArrayEquals(bytes, sum.toBytes(), hex);
    assertEquals(sum.toString(), LossSum.fromBytes(bytes).toString());
    return true;
  }

  @Test
  void serialization() throws Exception {
    for (double sum : new double[] {0.1, -1e300, 0, Double.NaN, Double.POSITIVE_INFINITY}) {
      LossSum total = of(sum, 0.1, 3);
      total.merge(total);
      LossSum copy = (LossSum) read(written(total));
      assertArrayEquals(total.toBytes(), copy.toBytes());
      copy.add(1, 1, 1);
      total.add(1, 1, 1);
      assertArrayEquals(total.toBytes(), copy.toBytes());
    }
    assertArrayEquals(new LossSum().toBytes(), ((LossSum) read(written(new LossSum()))).toBytes());
    assertEquals(1, ObjectStreamClass.lookup(LossSum.class).getSerialVersionUID());
  }

  @Test
  void streamsWithWrongBytes() throws Exception {
    LossSum total = of(12.5, 100, 100);
    byte[] stream = written(total);
    int at = stream.length - LENGTH;
    assertArrayEquals(total.toBytes(), Arrays.copyOfRange(stream, at, stream.length));
    for (int i = 0; i < LENGTH; i += i < 16 ? 1 : 16) {
      byte[] bytes = with(total.toBytes(), i, ~total.toBytes()[i]);
      byte[] hostile = with(stream, at + i, ~stream[at + i]);
      String message;
      try {
        LossSum.fromBytes(bytes);
        message = null;
      } catch (IllegalArgumentException e) {
        message = e.getMessage();
      }
      if (message != null) {
        refused(InvalidObjectException.class, message, () -> read(hostile));
      } else {
        assertArrayEquals(bytes, ((LossSum) read(hostile)).toBytes());
      }
    }
  }

  /** Streams that nothing of ours wrote: the fields themselves, and a form without bytes. */
  @Test
  void forgedStreams() throws Exception {
    refused(
        InvalidObjectException.class,
        "a LossSum is written as its bytes, not as its fields",
        () -> read(forged("org.simdloss.LossSum", 1, false)));
    refused(
        InvalidObjectException.class,
        "bytes",
        () -> read(forged("org.simdloss.LossSum$Form", 0, true)));
    refused(
        InvalidObjectException.class,
        "bytes",
        () -> read(forged("org.simdloss.LossSum$Form", 0, false)));
  }

  /** What would be written of a sum, if these were its bytes. */
  private static byte[] streamOf(byte[] bytes) throws IOException {
    byte[] stream = written(new LossSum());
    int at = stream.length - LENGTH;
    byte[] other = Arrays.copyOf(stream, at + bytes.length);
    ByteBuffer.wrap(other).position(at - Integer.BYTES).putInt(bytes.length).put(bytes);
    return other;
  }

  /** An object without fields, or with a field {@code bytes} that is null. */
  private static byte[] forged(String name, long version, boolean bytesField) throws IOException {
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(stream);
    out.writeShort(ObjectStreamConstants.STREAM_MAGIC);
    out.writeShort(ObjectStreamConstants.STREAM_VERSION);
    out.writeByte(ObjectStreamConstants.TC_OBJECT);
    out.writeByte(ObjectStreamConstants.TC_CLASSDESC);
    out.writeUTF(name);
    out.writeLong(version);
    out.writeByte(ObjectStreamConstants.SC_SERIALIZABLE);
    out.writeShort(bytesField ? 1 : 0);
    if (bytesField) {
      out.writeByte('[');
      out.writeUTF("bytes");
      out.writeByte(ObjectStreamConstants.TC_STRING);
      out.writeUTF("[B");
    }
    out.writeByte(ObjectStreamConstants.TC_ENDBLOCKDATA);
    out.writeByte(ObjectStreamConstants.TC_NULL); // no superclass
    if (bytesField) {
      out.writeByte(ObjectStreamConstants.TC_NULL);
    }
    return stream.toByteArray();
  }

  private static byte[] written(Object object) throws IOException {
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(stream)) {
      out.writeObject(object);
    }
    return stream.toByteArray();
  }

  private static Object read(byte[] stream) throws IOException, ClassNotFoundException {
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(stream))) {
      return in.readObject();
    }
  }

  @Test
  void addingAndMergingAllocateNothing() {
    LossSum total = new LossSum();
    LossSum other = of(0.1, 100, 100);
    long bytes =
        Allocated.bytes(
            () -> {
              for (int i = 0; i < 100; i++) {
                total.add(0.1 * i, 100, 100);
                total.merge(other);
              }
            });
    assertEquals(0, bytes);
    assertFalse(Allocated.bytes(total::toBytes) == 0, "what is measured is measured");
  }
}

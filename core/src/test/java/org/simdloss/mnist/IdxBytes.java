package org.simdloss.mnist;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;

/** Files, right or wrong, written by hand. */
final class IdxBytes {
  private IdxBytes() {}

  /** A header of numbers, and what follows it. */
  static byte[] idx(int[] header, int... data) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * header.length + data.length);
    for (int number : header) {
      bytes.putInt(number);
    }
    for (int b : data) {
      bytes.put((byte) b);
    }
    return bytes.array();
  }

  static byte[] images(int count, int rows, int cols, int... pixels) {
    return idx(new int[] {0x803, count, rows, cols}, pixels);
  }

  static byte[] labels(int count, int... labels) {
    return idx(new int[] {0x801, count}, labels);
  }

  static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** With another header than Java writes, which has 10 bytes. */
  static byte[] gzip(byte[] header, byte[] bytes) {
    byte[] gzip = gzip(bytes);
    return join(header, Arrays.copyOfRange(gzip, 10, gzip.length));
  }

  /** All that a gzip header may have, in RFC 1952's order; its checksum is of what is before it. */
  static byte[] fullGzipHeader() {
    byte[] header = {
      0x1f,
      (byte) 0x8b,
      8,
      31,
      1,
      2,
      3,
      4,
      2,
      3, // flags, time, compression, system
      4,
      0,
      'A',
      'p',
      0,
      0, // an extra field of four bytes
      'n',
      'a',
      'm',
      'e',
      0,
      'c',
      0
    };
    CRC32 crc = new CRC32();
    crc.update(header);
    return join(header, new byte[] {(byte) crc.getValue(), (byte) (crc.getValue() >>> 8)});
  }

  static byte[] join(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}

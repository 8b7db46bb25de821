package org.simdloss.mnist;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.zip.GZIPOutputStream;

/** IDX files, right or wrong, as a person would write them by hand. */
final class IdxBytes {
  private IdxBytes() {}

  /** A header of the given numbers, and what follows it. */
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
}

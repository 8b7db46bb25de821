package org.simdloss.mnist;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The data of a gzip file (RFC 1952) that has one member and nothing after it.
 *
 * <p>{@link java.util.zip.GZIPInputStream} ignores what follows a member, or reads it as a further
 * one, depending on the JDK and on the stream's {@code available()}; and its exceptions can not be
 * told from those of the stream below, which are not about the format.
 */
final class GzipInput extends InputStream {
  private static final int HEADER_CRC = 2;
  private static final int EXTRA = 4;
  private static final int NAME = 8;
  private static final int COMMENT = 16;
  private static final int ALL_FLAGS = 31;

  private final String file;
  private final InputStream in;
  private final byte[] buffer = new byte[1 << 15];
  private final Inflater inflater = new Inflater(true);

  /** Of the header, and then of the data. */
  private final CRC32 crc = new CRC32();

  /** The bytes of the buffer that have not been used: from here to {@link #end}. */
  private int next;

  private int end;

  /** How many bytes were read from {@link #in}. */
  private long count;

  /** Where in the gzip file its data begins; 0 before that is known. */
  private long dataStart;

  private boolean finished;

  /**
   * Reads nothing yet.
   *
   * @param in begins with gzip's magic; is not closed
   */
  GzipInput(String file, InputStream in) {
    this.file = file;
    this.in = in;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  /**
   * {@inheritDoc}
   *
   * @param length 1 or more: to inflate nothing means here that there is nothing to inflate
   */
  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (dataStart == 0) {
      readHeader();
      dataStart = position();
    }
    while (!finished) {
      int n = inflate(bytes, offset, length);
      if (n > 0) {
        crc.update(bytes, offset, n);
        return n;
      }
      if (inflater.finished()) {
        readTrailer();
        finished = true;
      } else if (!fill()) {
        throw endsWithin("compressed data");
      }
    }
    return -1;
  }

  private int inflate(byte[] bytes, int offset, int length) throws IdxFormatException {
    inflater.setInput(buffer, next, end - next);
    try {
      int n = inflater.inflate(bytes, offset, length);
      next = end - inflater.getRemaining();
      return n;
    } catch (DataFormatException e) {
      // The last byte that was looked at.
      long at = dataStart + inflater.getBytesRead() - 1;
      throw broken(at, "the deflate data is broken (" + e.getMessage() + ")", e);
    }
  }

  private void readHeader() throws IOException {
    headerNumber(2); // the magic
    int method = headerNumber(1);
    if (method != 8) {
      throw broken(position() - 1, "the method is " + method + "; expected 8, deflate", null);
    }
    int flags = headerNumber(1);
    if (flags > ALL_FLAGS) {
      throw broken(position() - 1, "the flags are " + flags + "; expected 0 to 31", null);
    }
    skipHeader(6); // the time, how it was compressed, the system
    if ((flags & EXTRA) != 0) {
      skipHeader(headerNumber(2));
    }
    if ((flags & NAME) != 0) {
      skipHeaderText();
    }
    if ((flags & COMMENT) != 0) {
      skipHeaderText();
    }
    if ((flags & HEADER_CRC) != 0) {
      int expected = (int) crc.getValue() & 0xffff;
      checkNumber("the header's checksum", headerNumber(2), 2, expected);
    }
    crc.reset();
  }

  private void skipHeaderText() throws IOException {
    while (headerNumber(1) != 0) {
      // up to the zero that ends it
    }
  }

  private void skipHeader(int bytes) throws IOException {
    for (int i = 0; i < bytes; i++) {
      headerNumber(1);
    }
  }

  private int headerNumber(int bytes) throws IOException {
    int number = 0;
    for (int i = 0; i < bytes; i++) {
      int b = nextByte("header");
      crc.update(b);
      number |= b << 8 * i;
    }
    return number;
  }

  private void readTrailer() throws IOException {
    checkNumber("the data's checksum", trailerNumber(), 4, (int) crc.getValue());
    checkNumber("the data's length", trailerNumber(), 4, (int) inflater.getBytesWritten());
    if (next < end || fill()) {
      throw broken(
          position(),
          "there is more"
              + (buffer[next] == 0x1f ? ", it seems another member" : "")
              + "; expected the end, after one member",
          null);
    }
  }

  private int trailerNumber() throws IOException {
    int number = 0;
    for (int i = 0; i < 4; i++) {
      number |= nextByte("trailer") << 8 * i;
    }
    return number;
  }

  /** Of a number of so many bytes that was the last to be read. */
  private void checkNumber(String what, int found, int bytes, int expected)
      throws IdxFormatException {
    if (found != expected) {
      throw broken(
          position() - bytes,
          what + String.format(" is 0x%08x; expected 0x%08x", found, expected),
          null);
    }
  }

  private int nextByte(String part) throws IOException {
    if (next == end && !fill()) {
      throw endsWithin(part);
    }
    return buffer[next++] & 0xff;
  }

  /** Takes the place of bytes that have all been used; false at the end. */
  private boolean fill() throws IOException {
    int n;
    do {
      n = in.read(buffer);
    } while (n == 0);
    next = 0;
    end = Math.max(n, 0);
    count += end;
    return n > 0;
  }

  /** Of the next byte in the gzip file. */
  private long position() {
    return count - (end - next);
  }

  private IdxFormatException endsWithin(String part) {
    return broken(position(), "it ends here; expected the rest of the " + part, null);
  }

  private IdxFormatException broken(long offset, String problem, DataFormatException cause) {
    return IdxFormatException.inGzip(file, offset, problem, cause);
  }

  /** Gives the inflater's memory back, which is not Java's; does not close the stream below. */
  @Override
  public void close() {
    inflater.end();
  }
}

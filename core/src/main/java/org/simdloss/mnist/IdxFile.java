package org.simdloss.mnist;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;

/**
 * One IDX file, plain or gzip, while it is read: {@link #header}, then {@link #check}, and only
 * then should memory be had for what {@link #read} gives.
 *
 * <p>What a header says is not believed: first the data must be there, to the byte. A plain file's
 * size says whether it is. A gzip file is inflated twice, the first time to count. What can be read
 * only once is kept, in pieces, as it comes.
 */
final class IdxFile implements Closeable {
  /** What a file may hold. */
  enum Kind {
    LABELS(0x801, 8, "labels"),
    IMAGES(0x803, 16, "images");

    private final int magic;
    private final int headerLength;
    private final String text;

    Kind(int magic, int headerLength, String text) {
      this.magic = magic;
      this.headerLength = headerLength;
      this.text = text;
    }
  }

  /** Takes the data, some at a time, in order. */
  interface Sink {
    /**
     * @param bytes whose first {@code length} are the data; used again afterwards
     * @param at where in the data the first of them is
     */
    void put(byte[] bytes, int length, int at) throws IdxFormatException;
  }

  /** With what a zip archive's first file begins. */
  private static final int ZIP = 0x504b0304;

  /** The first two bytes of gzip. */
  private static final int GZIP = 0x1f8b;

  /** What the JDK itself takes for the longest array that any VM can have. */
  private static final int LARGEST = Integer.MAX_VALUE - 8;

  private final String name;

  /** Null for a stream, which is the caller's. */
  private final Path path;

  private final Kind kind;
  private final boolean readOnce;
  private final byte[] buffer = new byte[1 << 16];

  /** What can be read only once, when it has been read. */
  private final Queue<byte[]> pieces = new ArrayDeque<>();

  /** The file as it is. */
  private InputStream in;

  /** What it holds: inflated, if it is gzip. */
  private InputStream data;

  private long count;
  private long rows;
  private long cols;

  private IdxFile(String name, Path path, InputStream in, Kind kind) {
    this.name = name;
    this.path = path;
    this.in = in;
    this.kind = kind;
    readOnce = path == null || !Files.isRegularFile(path);
  }

  static IdxFile of(Path path, Kind kind) {
    return new IdxFile(path.toString(), path, null, kind);
  }

  /** Of a stream, which is read to its end, and not closed. */
  static IdxFile of(InputStream in, String name, Kind kind) {
    return new IdxFile(name, null, in, kind);
  }

  /**
   * Reads the header. Afterwards there are a {@link #count}, {@link #rows} and {@link #cols}, of
   * which an array can hold as many as their product.
   */
  void header() throws IOException {
    if (path != null) {
      in = Files.newInputStream(path);
    }
    PushbackInputStream peeked = new PushbackInputStream(in, 2);
    byte[] first = peeked.readNBytes(2);
    peeked.unread(first);
    boolean gzip = first.length == 2 && first[0] == (byte) (GZIP >>> 8) && first[1] == (byte) GZIP;
    data = gzip ? new GzipInput(name, peeked) : peeked;

    int n = data.readNBytes(buffer, 0, kind.headerLength);
    if (n >= 4 && number(0) != kind.magic) {
      throw broken(0, wrongMagic(number(0)));
    }
    if (n < kind.headerLength) {
      throw broken(n, "the data ends here; expected a header of " + kind.headerLength + " bytes");
    }
    count = Integer.toUnsignedLong(number(4));
    rows = kind == Kind.LABELS ? 1 : dimension(8, "rows");
    cols = kind == Kind.LABELS ? 1 : dimension(12, "columns");
    if (rows > LARGEST / cols) {
      throw broken(8, "images of " + rows + "×" + cols + " pixels" + tooMany());
    }
    if (count > LARGEST / (rows * cols)) {
      throw broken(4, contents() + tooMany());
    }
  }

  private long dimension(int at, String what) throws IdxFormatException {
    long dimension = Integer.toUnsignedLong(number(at));
    if (dimension == 0) {
      throw broken(at, "0 " + what + "; expected 1 or more");
    }
    return dimension;
  }

  private int number(int at) {
    return (buffer[at] & 0xff) << 24
        | (buffer[at + 1] & 0xff) << 16
        | (buffer[at + 2] & 0xff) << 8
        | buffer[at + 3] & 0xff;
  }

  int count() {
    return (int) count;
  }

  /** Of an image; a label has one row and one column. */
  int rows() {
    return (int) rows;
  }

  int cols() {
    return (int) cols;
  }

  /** How many bytes follow the header. */
  int size() {
    return (int) (count * rows * cols);
  }

  /**
   * Makes sure that the data ends where the header says. Takes memory only for data that can be
   * read but once, and only for what there is.
   */
  void check() throws IOException {
    if (readOnce) {
      readData((bytes, length, at) -> pieces.add(Arrays.copyOf(bytes, length)));
    } else if (data instanceof GzipInput) {
      readData((bytes, length, at) -> {});
      again();
    } else {
      long length = Files.size(path);
      if (length < end()) {
        throw endsAt(length);
      }
      if (length > end()) {
        throw goesOn();
      }
    }
  }

  /** Back to where the data begins. */
  private void again() throws IOException {
    String before = contents();
    close();
    header();
    if (!contents().equals(before)) {
      throw broken(4, contents() + "; expected " + before + ", as before");
    }
  }

  /** Gives all of the data, which must end where the header says. */
  void read(Sink sink) throws IOException {
    if (!readOnce) {
      readData(sink);
    }
    for (int at = 0; !pieces.isEmpty(); ) {
      byte[] piece = pieces.remove();
      sink.put(piece, piece.length, at);
      at += piece.length;
    }
  }

  private void readData(Sink sink) throws IOException {
    int size = size();
    for (int at = 0; at < size; ) {
      int wanted = Math.min(buffer.length, size - at);
      int n = data.readNBytes(buffer, 0, wanted);
      if (n < wanted) {
        throw endsAt((long) kind.headerLength + at + n);
      }
      sink.put(buffer, n, at);
      at += n;
    }
    if (data.read() >= 0) {
      throw goesOn();
    }
  }

  void expectCount(int expected, Path whose) throws IdxFormatException {
    if (count != expected) {
      throw broken(4, contents() + "; expected " + expected + ", as there are in " + whose);
    }
  }

  /** Of the data that begins at {@code at} after the header. */
  IdxFormatException brokenData(int at, String problem) {
    return broken((long) kind.headerLength + at, problem);
  }

  private IdxFormatException endsAt(long offset) {
    return broken(offset, "the data ends here; expected " + end() + " bytes, for " + contents());
  }

  private IdxFormatException goesOn() {
    return broken(end(), "there is more data; expected the end, after " + contents());
  }

  private IdxFormatException broken(long offset, String problem) {
    return IdxFormatException.inData(name, offset, problem);
  }

  private long end() {
    return (long) kind.headerLength + size();
  }

  private String contents() {
    return count
        + " "
        + kind.text
        + (kind == Kind.IMAGES ? " of " + rows + "×" + cols + " pixels" : "");
  }

  private static String tooMany() {
    return " are too many for an array; expected " + LARGEST + " bytes at most";
  }

  private String wrongMagic(int magic) {
    return String.format(
        "magic is 0x%08x (%s); expected 0x%08x (%s)",
        magic, describe(magic), kind.magic, kind.text);
  }

  private static String describe(int magic) {
    if (magic == ZIP) {
      return "a zip archive: unpack it first";
    }
    if (magic >>> 16 == GZIP) { // of what was inflated already, or it would have been
      return "gzip within gzip: unpack it once";
    }
    for (Kind other : Kind.values()) {
      if (magic == other.magic) {
        return other.text;
      }
    }
    String element =
        switch (magic >>> 8) {
          case 0x08 -> "unsigned bytes";
          case 0x09 -> "signed bytes";
          case 0x0b -> "shorts";
          case 0x0c -> "ints";
          case 0x0d -> "floats";
          case 0x0e -> "doubles";
          default -> null;
        };
    if (element != null) {
      return "IDX, " + (magic & 0xff) + "-dimensional " + element;
    }
    for (int shift = 0; shift < 32; shift += 8) {
      int b = magic >>> shift & 0xff;
      if ((b < ' ' || b > '~') && b != '\t' && b != '\n' && b != '\r') {
        return "not IDX";
      }
    }
    return magic >>> 24 == '<' ? "HTML or XML" : "text";
  }

  /** Leaves a stream of the caller's open. */
  @Override
  public void close() throws IOException {
    if (data instanceof GzipInput) {
      data.close();
    }
    if (path != null && in != null) {
      in.close();
    }
  }
}

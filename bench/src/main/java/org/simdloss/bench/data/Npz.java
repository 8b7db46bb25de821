package org.simdloss.bench.data;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.zip.CRC32;
import java.util.zip.CheckedOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Batches in NumPy's format {@code .npz}: a zip file of {@code .npy} files, which are not
 * compressed. The same batches give the same bytes.
 *
 * <p>A shape's entries are {@code 60000x10/logits.npy}, {@code y}, {@code soft} and {@code oneHot},
 * float32 of (batches, rows, columns), and {@code labels}, int32 of (batches, rows); see {@link
 * SeededBatch}.
 */
public final class Npz implements Closeable {
  /** How many values are made bytes at a time. */
  private static final int CHUNK = 1 << 14;

  /** A multiple of this is what a header and all before it take, as NumPy's own do. */
  private static final int ALIGNMENT = 64;

  /** The first time that a zip file can tell. */
  private static final LocalDateTime TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  private final ZipOutputStream zip;
  private final Set<Shape> written = new HashSet<>();
  private final ByteBuffer chunk =
      ByteBuffer.allocate(CHUNK * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);

  /** Writes into a stream, which {@link #close} closes. */
  public Npz(OutputStream out) {
    zip = new ZipOutputStream(out);
    zip.setMethod(ZipOutputStream.STORED);
  }

  /** An array of values: the file's bytes of some of them are put into a buffer. */
  private interface Values {
    void put(ByteBuffer into, int first, int count);
  }

  private static Values of(float[] values) {
    return (into, first, count) -> into.asFloatBuffer().put(values, first, count);
  }

  private static Values of(int[] values) {
    return (into, first, count) -> into.asIntBuffer().put(values, first, count);
  }

  /**
   * Writes all batches of a shape, which has no padding.
   *
   * @throws IllegalArgumentException if it has, or if it has been written already
   */
  public void add(Shape shape, SeededBatch.Several several) throws IOException {
    if (shape.isStrided()) {
      throw new IllegalArgumentException("shape is " + shape + "; allowed: rows without padding");
    }
    if (!written.add(shape)) {
      throw new IllegalArgumentException("shape " + shape + " has been written already");
    }
    List<SeededBatch> batches = several.all();
    String rows = "(%d, %d".formatted(batches.size(), shape.rows());
    String elements = rows + ", " + shape.cols() + ")";
    add(shape + "/logits", "<f4", elements, shape.elements(), batches, each -> of(each.logits));
    add(shape + "/y", "<f4", elements, shape.elements(), batches, each -> of(each.y));
    add(shape + "/soft", "<f4", elements, shape.elements(), batches, each -> of(each.soft));
    add(shape + "/oneHot", "<f4", elements, shape.elements(), batches, each -> of(each.oneHot));
    add(shape + "/labels", "<i4", rows + ")", shape.rows(), batches, each -> of(each.labels));
  }

  /** Goes through the values twice, since a zip file has their checksum before them. */
  private void add(
      String name,
      String type,
      String dimensions,
      int count,
      List<SeededBatch> batches,
      Function<SeededBatch, Values> values)
      throws IOException {
    byte[] header = header(type, dimensions);
    CRC32 checksum = new CRC32();
    write(header, count, batches, values, checked(checksum));
    ZipEntry entry = new ZipEntry(name + ".npy");
    entry.setTimeLocal(TIME);
    entry.setSize(header.length + (long) Float.BYTES * count * batches.size());
    entry.setCrc(checksum.getValue());
    zip.putNextEntry(entry);
    write(header, count, batches, values, zip);
    zip.closeEntry();
  }

  private static OutputStream checked(CRC32 checksum) {
    return new CheckedOutputStream(OutputStream.nullOutputStream(), checksum);
  }

  private void write(
      byte[] header,
      int count,
      List<SeededBatch> batches,
      Function<SeededBatch, Values> values,
      OutputStream out)
      throws IOException {
    out.write(header);
    for (SeededBatch batch : batches) {
      Values ofBatch = values.apply(batch);
      for (int i = 0; i < count; i += CHUNK) {
        int n = Math.min(CHUNK, count - i);
        ofBatch.put(chunk, i, n);
        out.write(chunk.array(), 0, n * Float.BYTES);
      }
    }
  }

  /** Version 1.0 of the format. */
  private static byte[] header(String type, String dimensions) {
    String text =
        "{'descr': '%s', 'fortran_order': False, 'shape': %s, }".formatted(type, dimensions);
    int before = 10; // "\x93NUMPY", the version, and the text's length in two bytes
    int length = (before + text.length() + ALIGNMENT) / ALIGNMENT * ALIGNMENT;
    ByteBuffer header = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    header.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII));
    header.put((byte) 1).put((byte) 0).putShort((short) (length - before));
    header.put(text.getBytes(StandardCharsets.US_ASCII));
    while (header.remaining() > 1) {
      header.put((byte) ' ');
    }
    return header.put((byte) '\n').array();
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}

package org.simdloss.examples.mapped;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.SplittableRandom;
import org.simdloss.Batch;
import org.simdloss.Labels;
import org.simdloss.Loss;
import org.simdloss.LossSum;
import org.simdloss.SoftmaxCrossEntropy;
import org.simdloss.Targets;

/**
 * Scores a file of predictions that is larger than the heap: mapped into memory, slice by slice.
 *
 * <p>The predictions are logits, as NumPy's {@code tofile} writes {@code float32}: row after row,
 * little-endian, and nothing else. The labels are in a file beside it, a byte a row.
 */
public final class MappedScores {
  static final int COLS = 10;

  private static final int ROW_BYTES = COLS * Float.BYTES;

  /** How many rows are mapped at once: 1 GB of them, since a mapping must be smaller than 2 GB. */
  private static final int MAPPED_ROWS = 25_000_000;

  /** How many rows are scored at once. Only their labels are in the heap. */
  private static final int SLICE_ROWS = 10_000;

  private static final Loss LOSS = SoftmaxCrossEntropy.mean();

  private static final String LINE = "%-10s %-20s %8.3f %6.2f%n";

  private final Path predictions;
  private final Path labels;
  private final long rows;
  private long lastLine;

  MappedScores(Path folder, long rows) {
    this.predictions = folder.resolve("predictions.float32");
    this.labels = folder.resolve("labels.int8");
    this.rows = rows;
  }

  /**
   * Scores so many rows, 10 million if it is not said. The files are kept in the folder that is
   * named, and used again; without one they are deleted.
   *
   * @param args how many rows, and the folder; both may be left out
   */
  public static void main(String[] args) throws IOException {
    long rows = args.length > 0 ? Long.parseLong(args[0]) : 10_000_000;
    Path folder = args.length > 1 ? Path.of(args[1]) : Files.createTempDirectory("simdloss");
    MappedScores scores = new MappedScores(folder, rows);
    if (args.length < 2) {
      folder.toFile().deleteOnExit();
      scores.predictions.toFile().deleteOnExit();
      scores.labels.toFile().deleteOnExit();
    }
    scores.run();
  }

  private void run() throws IOException {
    print("%,d rows × %d, %,d MB, in ", rows, COLS, (rows * ROW_BYTES) / 1_000_000);
    print("a heap of at most %,d MB%n", Runtime.getRuntime().maxMemory() >> 20);
    writeOnce();
    LOSS.warmUp(); // or vectors would come after some seconds of calls
    print("%n%-10s %-20s %8s %6s%n", "", "mean loss", "seconds", "GB/s");
    time("addTo", LOSS::addTo);
    time("addRowsTo", LOSS::addRowsTo);
  }

  private void time(String name, Adding adding) throws IOException {
    long start = System.nanoTime();
    LossSum sum = score(adding, MAPPED_ROWS, SLICE_ROWS);
    double seconds = (System.nanoTime() - start) / 1e9;
    double bytes = rows * (ROW_BYTES + 1.0);
    print(LINE, name, sum.mean(), seconds, bytes / seconds / 1e9);
  }

  /** How a slice is added: {@code addTo}, or {@code addRowsTo}. */
  interface Adding {
    void add(LossSum sum, Batch y, Targets t);
  }

  /** The loss of all rows. */
  LossSum score(Adding adding, int mappedRows, int sliceRows) throws IOException {
    lastLine = System.nanoTime();
    LossSum sum = new LossSum();
    byte[] bytes = new byte[sliceRows];
    int[] ints = new int[sliceRows];
    try (FileChannel predictions = FileChannel.open(this.predictions);
        FileChannel labels = FileChannel.open(this.labels)) {
      for (long first = 0; first < rows; first += mappedRows) {
        int count = (int) Math.min(mappedRows, rows - first);
        ByteBuffer t = map(labels, first, count, 1);
        FloatBuffer values = map(predictions, first, count, ROW_BYTES).asFloatBuffer();
        Batch y = Batch.of(values, count, COLS);
        for (int from = 0; from < count; from += sliceRows) {
          int to = Math.min(from + sliceRows, count);
          t.get(bytes, 0, to - from);
          Labels.toInt(bytes, ints);
          adding.add(sum, y.slice(from, to), Targets.labels(ints, 0, to - from));
          progress("scored", first + to);
        }
      }
    }
    return sum;
  }

  private static ByteBuffer map(FileChannel file, long first, long count, int rowBytes)
      throws IOException {
    MappedByteBuffer map =
        file.map(FileChannel.MapMode.READ_ONLY, first * rowBytes, count * rowBytes);
    return map.order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Makes the files up, if they are not there. */
  void writeOnce() throws IOException {
    if (hasSize(predictions, rows * ROW_BYTES) && hasSize(labels, rows)) {
      return;
    }
    long free = Files.getFileStore(predictions.getParent()).getUsableSpace();
    if (free < rows * (ROW_BYTES + 1)) {
      throw new IOException(predictions.getParent() + " has only " + free + " bytes left");
    }
    lastLine = System.nanoTime();
    SplittableRandom random = new SplittableRandom(1);
    ByteBuffer y = ByteBuffer.allocate(SLICE_ROWS * ROW_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer t = ByteBuffer.allocate(SLICE_ROWS);
    try (FileChannel predictions =
            FileChannel.open(this.predictions, CREATE, WRITE, TRUNCATE_EXISTING);
        FileChannel labels = FileChannel.open(this.labels, CREATE, WRITE, TRUNCATE_EXISTING)) {
      for (long row = 0; row < rows; row++) {
        int label = random.nextInt(COLS);
        t.put((byte) label);
        for (int c = 0; c < COLS; c++) {
          y.putFloat(8 * random.nextFloat() + (c == label ? 4 : 0));
        }
        if (!t.hasRemaining() || row == rows - 1) {
          writeAll(y, predictions);
          writeAll(t, labels);
          progress("written", row + 1);
        }
      }
    }
  }

  private static boolean hasSize(Path file, long bytes) throws IOException {
    return Files.exists(file) && Files.size(file) == bytes;
  }

  private static void writeAll(ByteBuffer buffer, FileChannel to) throws IOException {
    buffer.flip();
    while (buffer.hasRemaining()) {
      to.write(buffer);
    }
    buffer.clear();
  }

  /** A line a second, of what takes longer. */
  private void progress(String what, long done) {
    if (System.nanoTime() - lastLine >= 1_000_000_000) {
      print("%s %,d of %,d rows%n", what, done, rows);
      lastLine = System.nanoTime();
    }
  }

  private static void print(String format, Object... arguments) {
    System.out.printf(Locale.ROOT, format, arguments);
  }
}

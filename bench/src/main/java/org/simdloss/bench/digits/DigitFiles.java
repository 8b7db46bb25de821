package org.simdloss.bench.digits;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.simdloss.bench.cli.Progress;

/** Drawn digits in MNIST's four files, so that who has no MNIST reads them in the same way. */
public final class DigitFiles {
  public static final long SEED = 20161;

  /** Where they are kept; the folder of the runs' results. */
  public static final Path ROOT = Path.of("results", "data");

  private static final int TRAINING_IMAGES = 60_000;
  private static final int TEST_IMAGES = 10_000;

  /** So many tell one way of drawing from another. */
  private static final int SAMPLE = 50;

  private DigitFiles() {}

  /**
   * The folder below {@code root} that has them; they are drawn if it is not there. Its name is
   * made of what is drawn: another way of drawing gets a folder of its own.
   *
   * <p>Drawing takes some seconds, and is shown.
   */
  public static Path in(Path root, Progress progress) throws IOException {
    CRC32 sample = new CRC32();
    sample.update(Digits.draw(SEED, 0, SAMPLE).pixels());
    Path folder = root.resolve(String.format("digits-%08x", sample.getValue()));
    if (!Files.exists(folder)) {
      progress.show("drawing digits, once; they are kept in " + folder);
      Files.createDirectories(root);
      Path part = Files.createTempDirectory(root, "digits-part");
      write(part, "train", Digits.draw(SEED, 0, TRAINING_IMAGES));
      write(part, "t10k", Digits.draw(SEED, TRAINING_IMAGES, TEST_IMAGES));
      moveTo(folder, part);
      progress.clear();
    }
    return folder;
  }

  /** The folder appears with all of its files, or another program's has appeared before. */
  private static void moveTo(Path folder, Path part) throws IOException {
    try {
      Files.move(part, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      if (!Files.exists(folder)) {
        throw e;
      }
      try (Stream<Path> files = Files.list(part)) {
        files.forEach(DigitFiles::delete);
      }
      delete(part);
    }
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes the images and the labels of one half. */
  static void write(Path folder, String name, Digits digits) throws IOException {
    int count = digits.labels().length;
    write(
        folder.resolve(name + "-images-idx3-ubyte.gz"),
        digits.pixels(),
        0x803,
        count,
        Digits.SIDE,
        Digits.SIDE);
    write(folder.resolve(name + "-labels-idx1-ubyte.gz"), digits.labels(), 0x801, count);
  }

  private static void write(Path file, byte[] bytes, int... header) throws IOException {
    try (DataOutputStream out = new DataOutputStream(new FastGzip(Files.newOutputStream(file)))) {
      for (int each : header) {
        out.writeInt(each);
      }
      out.write(bytes);
    }
  }

  /** Compresses a little less, in a third of the time. */
  private static final class FastGzip extends GZIPOutputStream {
    FastGzip(OutputStream out) throws IOException {
      super(out, 1 << 16);
      def.setLevel(Deflater.BEST_SPEED);
    }
  }
}

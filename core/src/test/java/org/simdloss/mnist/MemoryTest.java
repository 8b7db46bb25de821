package org.simdloss.mnist;

import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.simdloss.Allocated;

/** What memory reading takes, and that no header can have it taken. */
@Tag("any-width")
class MemoryTest {
  private static final int LITTLE = 256 * 1024;
  private static final int SIZE = 1_000_000;
  private static final Mnist MNIST = Mnist.normalized();

  @TempDir Path folder;

  private static long bytes(Callable<?> read) {
    return Allocated.bytes(
        () -> {
          try {
            read.call();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          } catch (Exception e) {
            throw new AssertionError(e);
          }
        });
  }

  private static void assertBetween(long least, long most, long bytes) {
    assertTrue(least <= bytes && bytes <= most, bytes + "; expected " + least + " to " + most);
  }

  private static int[] random(int bound) {
    return new Random(1).ints(SIZE, 0, bound).toArray();
  }

  @Test
  void fromAPathTheResultAndLittleMore() throws IOException {
    byte[] images = IdxBytes.images(1000, 10, 100, random(256));
    byte[] labels = IdxBytes.labels(SIZE, random(10));
    for (boolean gzip : new boolean[] {false, true}) {
      Path imagesFile =
          Files.write(folder.resolve("images"), gzip ? IdxBytes.gzip(images) : images);
      Path labelsFile =
          Files.write(folder.resolve("labels"), gzip ? IdxBytes.gzip(labels) : labels);
      assertBetween(4 * SIZE, 4 * SIZE + LITTLE, bytes(() -> MNIST.images(imagesFile)));
      assertBetween(4 * SIZE, 4 * SIZE + LITTLE, bytes(() -> MNIST.labels(labelsFile)));
    }
  }

  @Test
  void fromAStreamAQuarterMore() throws IOException {
    byte[] images = IdxBytes.images(1000, 10, 100, random(256));
    for (byte[] bytes : List.of(images, IdxBytes.gzip(images))) {
      assertBetween(
          5 * SIZE,
          5 * SIZE + LITTLE,
          bytes(() -> MNIST.images(new ByteArrayInputStream(bytes), "images")));
    }
  }

  private static void refusedForLittle(Callable<?> read) {
    assertBetween(
        0,
        LITTLE,
        Allocated.bytes(() -> assertThrowsExactly(IdxFormatException.class, read::call)));
  }

  @Test
  void headersThatPromiseMoreThanThereIs() throws IOException {
    for (byte[] header :
        List.of(
            IdxBytes.images(2147483639, 1, 1),
            IdxBytes.images(Integer.MAX_VALUE, 1, 1),
            IdxBytes.images(1, Integer.MAX_VALUE, 1),
            IdxBytes.images(1, 1, 2147483639),
            IdxBytes.images(60000, 28, 28),
            IdxBytes.images(-1, -1, -1))) {
      for (byte[] bytes : List.of(header, IdxBytes.gzip(header))) {
        Path file = Files.write(folder.resolve("images"), bytes);
        refusedForLittle(() -> MNIST.images(file));
        refusedForLittle(() -> MNIST.images(new ByteArrayInputStream(bytes), "images"));
      }
    }
    for (byte[] header : List.of(IdxBytes.labels(2147483639), IdxBytes.labels(-1))) {
      for (byte[] bytes : List.of(header, IdxBytes.gzip(header))) {
        Path file = Files.write(folder.resolve("labels"), bytes);
        refusedForLittle(() -> MNIST.labels(file));
        refusedForLittle(() -> MNIST.labels(new ByteArrayInputStream(bytes), "labels"));
      }
    }
  }

  /** Found to be too short without a float for what is there. */
  @Test
  void aGzipFileThatIsCut() throws IOException {
    byte[] bytes = IdxBytes.gzip(IdxBytes.images(1001, 10, 100, random(256)));
    Path file = Files.write(folder.resolve("images"), bytes);
    refusedForLittle(() -> MNIST.images(file));
  }

  @Test
  void notAsManyImagesAsLabels() throws IOException {
    Path labels = Files.write(folder.resolve("labels"), IdxBytes.labels(1, 1));
    byte[] images = IdxBytes.images(1000, 10, 100, random(256));
    for (byte[] bytes : List.of(images, IdxBytes.gzip(images))) {
      Path file = Files.write(folder.resolve("images"), bytes);
      refusedForLittle(() -> MNIST.read(file, labels));
    }
  }

  /** What goes on for long after its end is neither kept nor read. */
  @Test
  void bombs() throws IOException {
    byte[] zeros = IdxBytes.gzip(IdxBytes.images(10, 1, 1, new int[64 << 20]));
    byte[] plain = IdxBytes.images(10, 1, 1, random(256));
    for (byte[] bytes : List.of(zeros, plain, IdxBytes.gzip(plain))) {
      Path file = Files.write(folder.resolve("images"), bytes);
      refusedForLittle(() -> MNIST.images(file));
      refusedForLittle(() -> MNIST.images(new ByteArrayInputStream(bytes), "images"));
      Way.Stream in = new Way.Stream(new ByteArrayInputStream(bytes), Integer.MAX_VALUE);
      assertThrowsExactly(IdxFormatException.class, () -> MNIST.images(in, "images"));
      assertTrue(in.count <= 33_000 && in.count < bytes.length / 1.9, in.count + " bytes read");
    }
  }
}

package org.simdloss.mnist;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Any bytes at all, as a file and compressed: in each way in which they can be read they give what
 * is in them, or an {@link IdxFormatException}.
 */
class MnistFuzz {
  /** In a run's working directory. */
  private static final Path FILE = Path.of("file");

  private static final Mnist MNIST = Mnist.raw();

  static Stream<byte[]> seeds() {
    byte[] images = IdxBytes.images(3, 2, 1, 1, 2, 3, 4, 5, 6);
    byte[] labels = IdxBytes.labels(3, 0, 9, 5);
    return Stream.of(
        images,
        labels,
        IdxBytes.gzip(images),
        IdxBytes.gzip(labels),
        IdxBytes.gzip(IdxBytes.fullGzipHeader(), images));
  }

  @MethodSource("seeds")
  @FuzzTest
  void read(byte[] bytes) throws IOException {
    if (bytes.length >= 2 && bytes[0] == 0x1f && bytes[1] == (byte) 0x8b) {
      readGzip(bytes);
    } else {
      readKnown(bytes, bytes);
    }
    readKnown(IdxBytes.gzip(bytes), bytes);
  }

  /** A file of which it is known what it should give. */
  private static void readKnown(byte[] file, byte[] data) throws IOException {
    Files.write(FILE, file);
    assertArrayEquals(areImages(data) ? data : null, readImages(file, true));
    assertArrayEquals(areLabels(data) ? data : null, readLabels(file, true));
  }

  /** A gzip file of which it is known what it should give only if it is right. */
  private static void readGzip(byte[] file) throws IOException {
    Files.write(FILE, file);
    // How far broken data is inflated before that is noticed, and what else is noticed by then,
    // is not the same if it comes in other pieces: nor are the messages.
    byte[] images = readImages(file, false);
    byte[] labels = readLabels(file, false);
    if (images != null || labels != null) {
      byte[] data = new GZIPInputStream(new ByteArrayInputStream(file)).readAllBytes();
      assertArrayEquals(areImages(data) ? data : null, images);
      assertArrayEquals(areLabels(data) ? data : null, labels);
    }
  }

  private static boolean areImages(byte[] bytes) {
    if (bytes.length < 16) {
      return false;
    }
    ByteBuffer header = ByteBuffer.wrap(bytes);
    long magic = header.getInt();
    long count = header.getInt();
    long rows = header.getInt();
    long cols = header.getInt();
    // What is negative here is more than an array can hold.
    return magic == 0x803
        && count >= 0
        && rows > 0
        && cols > 0
        && rows * cols <= 2147483639
        && count * rows * cols == bytes.length - 16;
  }

  private static boolean areLabels(byte[] bytes) {
    if (bytes.length < 8) {
      return false;
    }
    ByteBuffer header = ByteBuffer.wrap(bytes);
    if (header.getInt() != 0x801 || header.getInt() != bytes.length - 8) {
      return false;
    }
    while (header.hasRemaining()) {
      if ((header.get() & 0xff) > 9) {
        return false;
      }
    }
    return true;
  }

  /** The file's data, from what was read; null if it was refused. */
  private static byte[] readImages(byte[] file, boolean sameMessages) throws IOException {
    return sameInEachWay(
        sameMessages,
        way -> {
          Images images = way == Way.PATH ? MNIST.images(FILE) : way.rawImages(MNIST, FILE, file);
          float[] pixels = images.batch().data();
          int[] data = new int[pixels.length];
          for (int i = 0; i < pixels.length; i++) {
            data[i] = (int) pixels[i];
            assertEquals(pixels[i], data[i]);
          }
          return IdxBytes.images(images.count(), images.rows(), images.cols(), data);
        });
  }

  private static byte[] readLabels(byte[] file, boolean sameMessages) throws IOException {
    return sameInEachWay(
        sameMessages,
        way -> {
          int[] labels = way == Way.PATH ? MNIST.labels(FILE) : way.rawLabels(MNIST, FILE, file);
          return IdxBytes.labels(labels.length, labels);
        });
  }

  private interface Read {
    byte[] read(Way way) throws IOException;
  }

  private static byte[] sameInEachWay(boolean sameMessages, Read read) throws IOException {
    byte[] first = null;
    String firstMessage = null;
    for (Way way : new Way[] {Way.STREAM, Way.SINGLE_BYTES, Way.PATH}) {
      byte[] data = null;
      String message = null;
      try {
        data = read.read(way);
      } catch (IdxFormatException e) {
        assertEquals(FILE.toString(), e.file());
        message = e.getMessage();
      }
      if (way == Way.STREAM) {
        first = data;
        firstMessage = message;
      }
      assertArrayEquals(first, data);
      assertEquals(sameMessages ? firstMessage : message, message);
    }
    return first;
  }
}

package org.simdloss.mnist;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.simdloss.Batch;
import org.simdloss.Labels;
import org.simdloss.mnist.IdxFile.Kind;

/** Files that are right, and where they are looked for. */
@Tag("any-width")
class MnistTest {
  @TempDir Path folder;

  private Path file() {
    return folder.resolve("file");
  }

  private Path write(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }

  private static void assertBits(float[] expected, Batch actual) {
    assertEquals(expected.length, actual.data().length);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(
          Float.floatToRawIntBits(expected[i]), Float.floatToRawIntBits(actual.data()[i]), "" + i);
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyByteIsAPixel(Way way) throws IOException {
    byte[] bytes = IdxBytes.images(2, 8, 16, IntStream.range(0, 256).toArray());
    float[] raw = new float[256];
    float[] normalized = new float[256];
    for (int b = 0; b < 256; b++) {
      raw[b] = b;
      normalized[b] = (float) b / 255f;
      // NumPy's quotient is the float that is nearest to the real one.
      assertEquals(normalized[b], (float) (b / 255.0));
    }
    assertBits(raw, way.images(Mnist.raw(), file(), bytes).batch());
    assertBits(normalized, way.images(Mnist.normalized(), file(), bytes).batch());
  }

  @ParameterizedTest
  @EnumSource
  void everyByteIsALabel(Way way) throws IOException {
    int[] all = IntStream.range(0, 256).toArray();
    byte[] bytes = IdxBytes.labels(256, all);
    assertArrayEquals(all, way.labels(Mnist.raw().classes(256), file(), bytes));
  }

  /** So many that the buffers are filled several times, and not to the end at last. */
  @ParameterizedTest
  @EnumSource
  void sizesAroundThoseOfBuffers(Way way) throws IOException {
    Random random = new Random(1);
    for (int size : new int[] {65535, 65536, 65537, 131072, 200_001}) {
      for (int values : new int[] {1, 10, 256}) {
        int[] expected = random.ints(size, 0, values).toArray();
        byte[] labels = IdxBytes.labels(size, expected);
        assertArrayEquals(expected, way.labels(Mnist.raw().classes(values), file(), labels));
        Images images = way.images(Mnist.raw(), file(), IdxBytes.images(1, size, 1, expected));
        for (int i = 0; i < size; i++) {
          assertEquals(expected[i], images.batch().data()[i]);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void noImages(Way way) throws IOException {
    Images images = way.images(Mnist.normalized(), file(), IdxBytes.images(0, 28, 28));
    assertEquals("Batch 0×784 (offset 0, stride 784)", images.batch().toString());
    assertEquals("Images 0×1×28×28", images.toString());
    assertEquals(0, way.labels(Mnist.normalized(), file(), IdxBytes.labels(0)).length);
  }

  @Test
  void noSamples() throws IOException {
    Path images = write("images", IdxBytes.images(0, 3, 2));
    Path labels = write("labels", IdxBytes.labels(0));
    Samples samples = Mnist.normalized().classes(7).read(images, labels);
    assertEquals("Samples x (0, 6), t (0,)", samples.toString());
    assertEquals(0, samples.size());
    assertEquals("Batch 0×7 (offset 0, stride 7)", samples.oneHot().toString());
  }

  @Test
  void shapes() throws IOException {
    Images images =
        Mnist.raw().images(write("images", IdxBytes.images(2, 1, 3, 10, 11, 12, 13, 14, 15)));
    assertEquals(2, images.count());
    assertEquals(1, images.rows());
    assertEquals(3, images.cols());
    assertArrayEquals(new int[] {2, 3}, images.shape());
    assertArrayEquals(new int[] {2, 1, 1, 3}, images.unflattenedShape());
    images.shape()[0] = 9;
    assertArrayEquals(new int[] {2, 3}, images.shape());
    assertEquals("Images 2×1×1×3", images.toString());
    assertEquals("Batch 2×3 (offset 0, stride 3)", images.batch().toString());
    assertEquals(13, images.batch().get(1, 0));
    assertSame(images.batch(), images.batch());
  }

  @Test
  void samples() throws IOException {
    Path images = write("images", IdxBytes.images(3, 2, 1, 1, 2, 3, 4, 5, 6));
    Path labels = write("labels", IdxBytes.labels(3, 2, 0, 3));
    Samples samples = Mnist.raw().classes(4).read(images, labels);
    assertEquals("Samples x (3, 2), t (3,)", samples.toString());
    assertEquals("Images 3×1×2×1", samples.images().toString());
    assertSame(samples.images().batch(), samples.x());
    assertEquals(3, samples.size());
    assertArrayEquals(new int[] {2, 0, 3}, samples.labels());
    assertSame(samples.labels(), samples.labels());
    assertArrayEquals(Labels.oneHot(samples.labels(), 4).data(), samples.oneHot().data());
    assertEquals("Batch 3×4 (offset 0, stride 4)", samples.oneHot().toString());
    assertNotSame(samples.oneHot(), samples.oneHot());
  }

  @Test
  void classes() throws IOException {
    assertEquals("Mnist.normalized(classes=10)", Mnist.normalized().toString());
    assertEquals("Mnist.normalized(classes=1)", Mnist.normalized().classes(1).toString());
    assertEquals("Mnist.raw(classes=256)", Mnist.raw().classes(256).toString());
    for (int classes : new int[] {Integer.MIN_VALUE, -1, 0, 257, Integer.MAX_VALUE}) {
      assertEquals(
          "classes is " + classes + "; allowed: 1 to 256",
          assertThrowsExactly(IllegalArgumentException.class, () -> Mnist.raw().classes(classes))
              .getMessage());
    }
    // the option leaves the object that it is called on, and the other option, alone
    Mnist ten = Mnist.normalized();
    Mnist eleven = ten.classes(11);
    byte[] labels = IdxBytes.labels(1, 10);
    assertArrayEquals(new int[] {10}, eleven.labels(write("labels", labels)));
    assertThrowsExactly(IdxFormatException.class, () -> ten.labels(folder.resolve("labels")));
    Path images = write("images", IdxBytes.images(1, 1, 1, 255));
    assertEquals(1, eleven.images(images).batch().get(0, 0));
    assertEquals(255, Mnist.raw().classes(3).images(images).batch().get(0, 0));
  }

  @ParameterizedTest
  @EnumSource(names = {"GZIP_PATH", "GZIP_STREAM", "GZIP_SINGLE_BYTES"})
  void gzipWithAllThatItsHeaderMayHave(Way way) throws IOException {
    byte[] bytes = IdxBytes.gzip(IdxBytes.fullGzipHeader(), IdxBytes.images(1, 1, 2, 7, 8));
    float[] pixels = way.rawImages(Mnist.raw(), file(), bytes).batch().data();
    assertArrayEquals(new float[] {7, 8}, pixels);
  }

  @Test
  void aStreamIsReadToItsEndAndLeftOpen() throws IOException {
    for (byte[] bytes :
        List.of(IdxBytes.labels(2, 3, 4), IdxBytes.gzip(IdxBytes.labels(2, 3, 4)))) {
      Way.Stream in = new Way.Stream(new ByteArrayInputStream(bytes), 3);
      assertArrayEquals(new int[] {3, 4}, Mnist.raw().labels(in, "labels"));
      assertEquals(bytes.length, in.count);
      assertEquals(-1, in.read());
    }
  }

  /** Some streams give nothing at times, although there is more. */
  @Test
  void aStreamThatGivesNothingAtTimes() throws IOException {
    byte[] plain = IdxBytes.labels(2, 3, 4);
    for (byte[] bytes : List.of(plain, IdxBytes.gzip(plain))) {
      InputStream in =
          new FilterInputStream(new ByteArrayInputStream(bytes)) {
            private boolean nothing;

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
              nothing = !nothing;
              return in.read(into, offset, nothing ? 0 : Math.min(length, 5));
            }
          };
      assertArrayEquals(new int[] {3, 4}, Mnist.raw().labels(in, "labels"));
    }
  }

  private static long open(Path file) throws IOException {
    long count = 0;
    try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path open : all) {
        try {
          count += Files.readSymbolicLink(open).equals(file) ? 1 : 0;
        } catch (NoSuchFileException e) {
          // Another thread has closed it since.
        }
      }
    }
    return count;
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void filesAreClosed() throws IOException {
    byte[] plain = IdxBytes.labels(2, 3, 4);
    for (byte[] bytes : List.of(plain, IdxBytes.gzip(plain))) {
      Path file = write("file", bytes).toRealPath();
      try (IdxFile labels = IdxFile.of(file, Kind.LABELS)) {
        labels.header();
        assertEquals(1, open(file));
        labels.check();
        assertEquals(1, open(file));
      }
      assertEquals(0, open(file));
      assertArrayEquals(new int[] {3, 4}, Mnist.raw().labels(file));
      assertThrowsExactly(IdxFormatException.class, () -> Mnist.raw().images(file));
      assertThrowsExactly(IdxFormatException.class, () -> Mnist.raw().read(file, file));
      assertThrowsExactly(IdxFormatException.class, () -> Mnist.raw().classes(1).labels(file));
      assertEquals(0, open(file));
    }
  }

  /** The memory of an inflater is not Java's, which may not notice for long that it is not used. */
  @Test
  void inflatersAreClosed() throws IOException {
    IdxFile labels =
        IdxFile.of(
            new ByteArrayInputStream(IdxBytes.gzip(IdxBytes.labels(1, 2))), "labels", Kind.LABELS);
    labels.header();
    labels.close();
    assertThrows(RuntimeException.class, labels::check);
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aPipeIsReadAsAStream() throws Exception {
    Path pipe = folder.resolve("pipe");
    assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
    byte[] plain = IdxBytes.images(2, 1, 1, 8, 9);
    for (byte[] bytes : List.of(plain, IdxBytes.gzip(plain))) {
      CompletableFuture<Void> writer =
          CompletableFuture.runAsync(
              () -> {
                try (OutputStream out = Files.newOutputStream(pipe)) {
                  out.write(bytes);
                } catch (IOException e) {
                  throw new AssertionError(e);
                }
              });
      assertArrayEquals(new float[] {8, 9}, Mnist.raw().images(pipe).batch().data());
      writer.get();
    }
  }

  /** The images' one pixel, and the label, say which file was read. */
  private void writeSamples(String prefix, String separator, String suffix, int value)
      throws IOException {
    byte[] images = IdxBytes.images(1, 1, 1, value);
    byte[] labels = IdxBytes.labels(1, value);
    boolean gzip = suffix.equals(".gz");
    write(
        prefix + "-images" + separator + "idx3-ubyte" + suffix,
        gzip ? IdxBytes.gzip(images) : images);
    write(
        prefix + "-labels" + separator + "idx1-ubyte" + suffix,
        gzip ? IdxBytes.gzip(labels) : labels);
  }

  private static void assertSample(int value, Samples samples) {
    assertEquals(value, samples.x().get(0, 0));
    assertArrayEquals(new int[] {value}, samples.labels());
  }

  @Test
  void namesInAFolder() throws IOException {
    // from the last resort to the first choice
    writeSamples("train", ".", ".gz", 1);
    writeSamples("t10k", ".", ".gz", 5);
    assertSample(1, Mnist.raw().train(folder));
    assertSample(5, Mnist.raw().test(folder));
    writeSamples("train", "-", ".gz", 2);
    writeSamples("t10k", "-", ".gz", 6);
    assertSample(2, Mnist.raw().train(folder));
    assertSample(6, Mnist.raw().test(folder));
    writeSamples("train", ".", "", 3);
    writeSamples("t10k", ".", "", 7);
    assertSample(3, Mnist.raw().train(folder));
    assertSample(7, Mnist.raw().test(folder));
    writeSamples("train", "-", "", 4);
    writeSamples("t10k", "-", "", 8);
    assertSample(4, Mnist.raw().train(folder));
    assertSample(8, Mnist.raw().test(folder));
  }

  @Test
  void aFolderWithTheNameOfAFileIsPassedOver() throws IOException {
    for (String name : List.of("train-images-idx3-ubyte", "train-labels-idx1-ubyte")) {
      Files.createDirectory(folder.resolve(name));
    }
    writeSamples("train", ".", "", 3);
    assertSample(3, Mnist.raw().train(folder));
  }

  @Test
  void gzipIsToldByItsBytesNotByTheName() throws IOException {
    write("train-images-idx3-ubyte", IdxBytes.gzip(IdxBytes.images(1, 1, 1, 5)));
    write("train-labels-idx1-ubyte.gz", IdxBytes.labels(1, 5));
    assertSample(5, Mnist.raw().train(folder));
  }

  private static void assertNotIn(Path folder, String problem) {
    NoSuchFileException e =
        assertThrowsExactly(NoSuchFileException.class, () -> Mnist.raw().train(folder));
    assertEquals(folder + ": " + problem, e.getMessage());
    assertEquals(folder.toString(), e.getFile());
  }

  @Test
  void aMissingFileIsNamed() throws IOException {
    String images =
        "train-images-idx3-ubyte, train-images.idx3-ubyte,"
            + " train-images-idx3-ubyte.gz, train-images.idx3-ubyte.gz";
    String labels =
        ": none of these is in it: t10k-labels-idx1-ubyte, t10k-labels.idx1-ubyte,"
            + " t10k-labels-idx1-ubyte.gz, t10k-labels.idx1-ubyte.gz";
    Path none = folder.resolve("none");
    Path file = write("file", new byte[1]);
    assertNotIn(folder, "none of these is in it: " + images);
    assertNotIn(none, "there is no such folder; expected one with any of these: " + images);
    assertNotIn(file, "it is not a folder; expected one with any of these: " + images);
    writeSamples("t10k", "-", "", 1);
    Files.delete(folder.resolve("t10k-labels-idx1-ubyte"));
    assertEquals(
        folder + labels,
        assertThrowsExactly(NoSuchFileException.class, () -> Mnist.raw().test(folder))
            .getMessage());

    assertEquals(
        none.toString(),
        assertThrowsExactly(NoSuchFileException.class, () -> Mnist.raw().images(none))
            .getMessage());
    assertEquals(
        none.toString(),
        assertThrowsExactly(NoSuchFileException.class, () -> Mnist.raw().labels(none))
            .getMessage());
    assertThrowsExactly(NoSuchFileException.class, () -> Mnist.raw().read(none, none));
    assertThrowsExactly(IOException.class, () -> Mnist.raw().images(folder));
  }
}

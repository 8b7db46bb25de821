package org.simdloss.mnist;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.simdloss.Batch;

/** What is read from files that are right. */
class MnistTest {
  @TempDir Path folder;

  private Path write(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }

  @Test
  void everyByteIsAPixel() throws IOException {
    int[] bytes = IntStream.range(0, 256).toArray();
    for (byte[] file :
        new byte[][] {
          IdxBytes.images(2, 8, 16, bytes), IdxBytes.gzip(IdxBytes.images(2, 8, 16, bytes))
        }) {
      Path path = write("images", file);
      Batch raw = Mnist.raw().images(path).batch();
      Batch normalized = Mnist.normalized().images(path).batch();
      for (int b = 0; b < 256; b++) {
        assertEquals(b, raw.get(b / 128, b % 128));
        assertEquals(b / 255f, normalized.get(b / 128, b % 128));
      }
    }
  }

  @Test
  void aFolder() throws IOException {
    write("train-images-idx3-ubyte", IdxBytes.images(3, 1, 2, 1, 2, 3, 4, 5, 6));
    write("train-labels-idx1-ubyte", IdxBytes.labels(3, 2, 0, 9));
    Samples train = Mnist.raw().train(folder);
    assertEquals("Samples x (3, 2), t (3,)", train.toString());
    assertEquals("Images 3×1×1×2", train.images().toString());
    assertSame(train.images().batch(), train.x());
    assertArrayEquals(new int[] {2, 0, 9}, train.labels());
    assertArrayEquals(new int[] {3, 2}, train.images().shape());
    assertArrayEquals(new int[] {3, 1, 1, 2}, train.images().unflattenedShape());
    assertEquals(1, train.oneHot().get(2, 9));
    assertEquals(0, train.oneHot().get(2, 8));
  }

  @Test
  void classes() {
    assertEquals("Mnist.normalized(classes=10)", Mnist.normalized().toString());
    assertEquals("Mnist.raw(classes=256)", Mnist.raw().classes(256).toString());
    for (int classes : new int[] {Integer.MIN_VALUE, -1, 0, 257, Integer.MAX_VALUE}) {
      assertEquals(
          "classes is " + classes + "; allowed: 1 to 256",
          assertThrowsExactly(IllegalArgumentException.class, () -> Mnist.raw().classes(classes))
              .getMessage());
    }
  }
}

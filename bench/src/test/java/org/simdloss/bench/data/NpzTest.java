package org.simdloss.bench.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NpzTest {
  /** The row of the second is longer than a chunk, and not a multiple of it. */
  private static final List<Shape> SHAPES = List.of(new Shape(60_000, 3), new Shape(2, 300_000));

  @TempDir private Path folder;

  @AfterEach
  void forget() {
    System.clearProperty(Predictions.PROPERTY);
  }

  private Path write(Predictions predictions) throws Exception {
    Path file = folder.resolve("arrays.npz");
    try (Npz npz = new Npz(Files.newOutputStream(file))) {
      for (Shape shape : SHAPES) {
        npz.add(shape, SeededBatch.several(shape, predictions));
      }
    }
    return file;
  }

  /** As forks have them that were told of the same predictions. */
  @Test
  void hasEveryArrayOfEveryBatch() throws Exception {
    float[] logits = new float[300_000]; // more rows than a batch, so that batches differ
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (i % 71) / 7f - 3;
    }
    int[] labels = new int[100_000];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = i % 3;
    }
    Predictions predictions = new Predictions(logits, labels);
    Path told = Files.write(folder.resolve("predictions"), predictions.toBytes());
    System.setProperty(Predictions.PROPERTY, told.toString());
    try (ZipFile zip = new ZipFile(write(Predictions.read(told)).toFile())) {
      assertEquals(5 * SHAPES.size(), Collections.list(zip.entries()).size());
      float[] first = Arrays.copyOf(logits, 180_000);
      assertArrayEquals(first, floats(zip, "60000x3/logits", "(3, 60000, 3)", 0, 180_000));
      for (Shape shape : SHAPES) {
        SeededBatch.Several several = SeededBatch.several(shape);
        int n = SeededBatch.count(shape);
        String rows = "(" + n + ", " + shape.rows();
        String size = rows + ", " + shape.cols() + ")";
        for (int b = 0; b < n; b++) {
          SeededBatch batch = several.next();
          int at = b * shape.elements();
          int length = shape.elements();
          assertArrayEquals(batch.logits, floats(zip, shape + "/logits", size, at, length));
          assertArrayEquals(batch.y, floats(zip, shape + "/y", size, at, length));
          assertArrayEquals(batch.soft, floats(zip, shape + "/soft", size, at, length));
          assertArrayEquals(batch.oneHot, floats(zip, shape + "/oneHot", size, at, length));
          int[] read = new int[shape.rows()];
          values(zip, shape + "/labels", "<i4", rows + ")")
              .asIntBuffer()
              .get(b * shape.rows(), read);
          assertArrayEquals(batch.labels, read);
        }
      }
    }
  }

  private static float[] floats(ZipFile zip, String name, String size, int at, int length)
      throws Exception {
    float[] read = new float[length];
    values(zip, name, "<f4", size).asFloatBuffer().get(at, read);
    return read;
  }

  /** What follows the header, which is as the format's version 1.0 has it. */
  private static ByteBuffer values(ZipFile zip, String name, String type, String size)
      throws Exception {
    ZipEntry entry = zip.getEntry(name + ".npy");
    assertEquals(ZipEntry.STORED, entry.getMethod());
    byte[] bytes = zip.getInputStream(entry).readAllBytes(); // checks their sum
    ByteBuffer all = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    assertEquals((byte) 0x93, all.get());
    byte[] magic = new byte[5];
    all.get(magic);
    assertEquals("NUMPY", new String(magic, StandardCharsets.US_ASCII));
    assertEquals(1, all.getShort(), "version 1.0");
    byte[] header = new byte[all.getShort()];
    all.get(header);
    String text = new String(header, StandardCharsets.US_ASCII);
    assertEquals(
        "{'descr': '" + type + "', 'fortran_order': False, 'shape': " + size + ", }", text.strip());
    assertEquals('\n', text.charAt(text.length() - 1));
    assertEquals(0, all.position() % 64, "values begin at a multiple of 64 bytes");
    int elements = 1;
    for (String each : size.replaceAll("[()]", "").split(", ")) {
      elements *= Integer.parseInt(each);
    }
    assertEquals(4 * elements, all.remaining());
    return all.slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  @Test
  void refusesPaddingAndAShapeThatItHas() throws Exception {
    List<String> said = new ArrayList<>();
    try (Npz npz = new Npz(OutputStream.nullOutputStream())) {
      for (Shape shape : List.of(new Shape(2, 3), new Shape(2, 3, 4), new Shape(2, 3))) {
        SeededBatch.Several several = SeededBatch.several(shape);
        if (said.isEmpty()) {
          npz.add(shape, several);
          said.add("");
        } else {
          said.add(
              assertThrows(IllegalArgumentException.class, () -> npz.add(shape, several))
                  .getMessage());
        }
      }
    }
    assertEquals("shape is 2x3/4; allowed: rows without padding", said.get(1));
    assertEquals("shape 2x3 has been written already", said.get(2));
  }
}

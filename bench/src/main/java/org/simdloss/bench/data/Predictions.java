package org.simdloss.bench.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a trained network says of labelled samples, in a file: benchmarks take it in place of random
 * numbers, since a network is sure of most samples and random numbers are of none.
 *
 * <p>Of the library it knows nothing: a cold start reads it before the library is loaded.
 *
 * @param logits of the samples, row-major
 * @param labels of each sample
 */
public record Predictions(float[] logits, int[] labels) {
  /** The system property that tells a fork which file to take; without it numbers are random. */
  public static final String PROPERTY = "simdloss.bench.predictions";

  private static final int MAGIC = 0x53444c50;

  private int cols() {
    return logits.length / labels.length;
  }

  /** Whether there are some for a batch of this shape. */
  boolean have(Shape shape) {
    return shape.cols() == cols() && shape.rows() <= labels.length;
  }

  /** Those of the file that this VM was told of; null if it was not. */
  static Predictions ofThisVm() {
    String file = System.getProperty(PROPERTY);
    try {
      return file == null ? null : read(Path.of(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Those of a file.
   *
   * @throws IllegalArgumentException if it holds none
   */
  public static Predictions read(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    if (bytes.length < 3 * Integer.BYTES || in.getInt() != MAGIC) {
      throw new IllegalArgumentException(file + " holds no predictions; delete it");
    }
    int rows = in.getInt();
    int cols = in.getInt();
    if (rows < 1 || cols < 1 || in.remaining() != 4L * rows * (cols + 1)) {
      throw new IllegalArgumentException(file + " is not complete; delete it");
    }
    Predictions read = new Predictions(new float[rows * cols], new int[rows]);
    in.asFloatBuffer().get(read.logits);
    in.position(in.position() + rows * cols * Float.BYTES);
    in.asIntBuffer().get(read.labels);
    return read;
  }

  /** What the file holds. */
  public byte[] toBytes() {
    ByteBuffer out = ByteBuffer.allocate(4 * (3 + logits.length + labels.length));
    out.putInt(MAGIC).putInt(labels.length).putInt(cols());
    out.asFloatBuffer().put(logits);
    out.position(out.position() + 4 * logits.length);
    out.asIntBuffer().put(labels);
    return out.array();
  }
}

package org.simdloss.bench;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Random;
import org.simdloss.Backend;
import org.simdloss.Batch;
import org.simdloss.CrossEntropy;
import org.simdloss.Loss;
import org.simdloss.SquaredError;
import org.simdloss.Targets;

/**
 * One number over the bits of every loss, of every kind of targets, on batches of many shapes: the
 * same on every backend, machine and JDK, or the library has broken its promise.
 */
final class Fingerprint {
  /** The one that the README gives. */
  static final String PUBLISHED = "c9de1cce24e7cde3";

  private static final long SEED = 20161;

  /** Rows, columns, and padding after each row. */
  private static final int[][] SHAPES = {
    {1, 1, 0},
    {1, 10, 0},
    {1, 1919, 0},
    {1, 1921, 3},
    {1, 5003, 0},
    {2, 3, 1},
    {3, 64, 0},
    {5, 7, 2},
    {7, 63, 0},
    {9, 65, 7},
    {13, 2, 0},
    {17, 10, 6},
    {31, 33, 0},
    {97, 1, 0},
    {100, 10, 0},
    {193, 10, 0},
    {257, 5, 3},
    {3, 1920, 0},
    {2, 3841, 1},
    {1000, 10, 0},
    {40, 2600, 0},
    {10501, 10, 0},
    {9001, 12, 4}
  };

  private static final float[] SPECIAL = {
    0f,
    -0f,
    Float.MIN_VALUE,
    1e-40f,
    Float.MIN_NORMAL,
    1e-30f,
    0.99999994f,
    1f,
    1.0000001f,
    2f,
    17.5f,
    1e30f,
    Float.MAX_VALUE,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.NaN,
    -1e-8f,
    -1e-7f,
    -1e-3f,
    -0.5f,
    -3f
  };

  private static final double[] DELTAS = {0, 1e-7, 1e-3};

  private final Backend backend;
  private final MessageDigest digest;
  private final ByteBuffer bits = ByteBuffer.allocate(Long.BYTES);

  private Fingerprint(Backend backend) {
    this.backend = backend;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** The fingerprint of one backend, as 16 hexadecimal digits. */
  static String of(Backend backend) {
    Fingerprint fingerprint = new Fingerprint(backend);
    Random random = new Random(SEED);
    for (int[] shape : SHAPES) {
      fingerprint.addShape(random, shape[0], shape[1], shape[1] + shape[2]);
    }
    return HexFormat.of().formatHex(fingerprint.digest.digest(), 0, Long.BYTES);
  }

  private void addShape(Random random, int rows, int cols, int stride) {
    int offset = stride - cols;
    float[] y = new float[offset + rows * stride];
    float[] values = new float[y.length];
    float[] oneHot = new float[y.length];
    int[] labels = new int[rows];
    for (int i = 0; i < y.length; i++) {
      y[i] = random.nextFloat();
      // A third of the targets are 0, and some are negative.
      values[i] = random.nextInt(3) == 0 ? 0 : random.nextFloat() * 1.2f - 0.1f;
    }
    for (int r = 0; r < rows; r++) {
      labels[r] = random.nextInt(cols);
      oneHot[offset + r * stride + labels[r]] = 1;
    }
    Batch yView = Batch.of(y, offset, rows, cols, stride);
    Targets[] targets = {
      Targets.labels(labels),
      Targets.of(Batch.of(oneHot, offset, rows, cols, stride)),
      Targets.of(Batch.of(values, offset, rows, cols, stride)),
      Targets.argmax(Batch.of(values, offset, rows, cols, stride))
    };
    addLosses(yView, targets);
    // Once more, where some rows leave the fast paths and most do not.
    for (int n = 0; n < 1 + y.length / 4096; n++) {
      y[random.nextInt(y.length)] = SPECIAL[random.nextInt(SPECIAL.length)];
      values[random.nextInt(y.length)] = SPECIAL[random.nextInt(SPECIAL.length)];
    }
    addLosses(yView, targets);
    // And each of them alone at the label of the last row.
    if (rows * cols <= 1000) {
      for (float special : SPECIAL) {
        y[offset + (rows - 1) * stride + labels[rows - 1]] = special;
        addLosses(yView, targets);
      }
    }
  }

  private void addLosses(Batch y, Targets[] targets) {
    for (Targets t : targets) {
      add(SquaredError.halfSum().on(backend), y, t);
      add(SquaredError.halfSumOverRows().on(backend), y, t);
      add(SquaredError.mse().on(backend), y, t);
      for (double delta : DELTAS) {
        add(CrossEntropy.sum().delta(delta).on(backend), y, t);
      }
      add(CrossEntropy.mean().on(backend), y, t);
    }
  }

  private void add(Loss loss, Batch y, Targets t) {
    addBits(Double.doubleToLongBits(loss.loss(y, t)));
    float[] losses = new float[y.rows()];
    loss.perRow(y, t, losses);
    for (float each : losses) {
      addBits(Float.floatToIntBits(each));
    }
  }

  private void addBits(long value) {
    digest.update(bits.putLong(0, value).array());
  }
}

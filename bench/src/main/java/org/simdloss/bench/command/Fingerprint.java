package org.simdloss.bench.command;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.simdloss.Backend;
import org.simdloss.Batch;
import org.simdloss.BinaryCrossEntropy;
import org.simdloss.CrossEntropy;
import org.simdloss.Loss;
import org.simdloss.LossSum;
import org.simdloss.Objective;
import org.simdloss.SigmoidCrossEntropy;
import org.simdloss.SoftmaxCrossEntropy;
import org.simdloss.SquaredError;
import org.simdloss.Targets;

/**
 * One number over the bits of every loss and gradient, of every kind of targets, with options and
 * weights, on batches of many shapes: the same on every backend, machine and JDK, or the library
 * has broken its promise.
 */
final class Fingerprint {
  /** The one that the README gives. */
  static final String PUBLISHED = "6710ee8edfb382f8";

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

  /** Around those where a row's shift begins, a masked class, and what makes a row NaN. */
  private static final float[] SPECIAL_LOGITS = {
    0f,
    -0f,
    1e-40f,
    64f,
    -64f,
    64.5f,
    -64.5f,
    100f,
    -100f,
    1e30f,
    -1e30f,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    Float.NEGATIVE_INFINITY,
    Float.POSITIVE_INFINITY,
    Float.NaN
  };

  private static final double[] DELTAS = {0, 1e-7, 1e-3};

  private final Backend backend;
  private final MessageDigest digest;

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
    float[] logits = new float[offset + rows * stride];
    float[] y = new float[logits.length];
    float[] values = new float[y.length];
    float[] oneHot = new float[y.length];
    int[] labels = new int[rows];
    for (int i = 0; i < y.length; i++) {
      y[i] = random.nextFloat();
      logits[i] = y[i] * 8 - 4;
      // A third of the targets are 0, and some are negative.
      values[i] = random.nextInt(3) == 0 ? 0 : random.nextFloat() * 1.2f - 0.1f;
    }
    for (int r = 0; r < rows; r++) {
      labels[r] = random.nextInt(cols);
      oneHot[offset + r * stride + labels[r]] = 1;
    }
    Batch logitsView = Batch.of(logits, offset, rows, cols, stride);
    Batch yView = Batch.of(y, offset, rows, cols, stride);
    Targets[] targets = {
      Targets.labels(labels),
      Targets.of(Batch.of(oneHot, offset, rows, cols, stride)),
      Targets.of(Batch.of(values, offset, rows, cols, stride)),
      Targets.argmax(Batch.of(values, offset, rows, cols, stride))
    };
    addLosses(yView, targets);
    addSoftmax(logitsView, targets);
    // Once more, where some rows leave the fast paths and most do not.
    for (int n = 0; n < 1 + y.length / 4096; n++) {
      y[random.nextInt(y.length)] = SPECIAL[random.nextInt(SPECIAL.length)];
      values[random.nextInt(y.length)] = SPECIAL[random.nextInt(SPECIAL.length)];
      logits[random.nextInt(y.length)] = SPECIAL_LOGITS[random.nextInt(SPECIAL_LOGITS.length)];
    }
    addLosses(yView, targets);
    addSoftmax(logitsView, targets);
    // And each of them alone at the label of the last row.
    if (rows * cols <= 1000) {
      int last = offset + (rows - 1) * stride + labels[rows - 1];
      for (float special : SPECIAL) {
        y[last] = special;
        addLosses(yView, targets);
      }
      for (float special : SPECIAL_LOGITS) {
        logits[last] = special;
        addSoftmax(logitsView, targets);
      }
    }
  }

  private void addLosses(Batch y, Targets[] targets) {
    for (Targets t : targets) {
      if (y.cols() > 1 || t != targets[0]) { // of one column it refuses labels
        add(SquaredError.halfSum().on(backend), y, t);
        add(SquaredError.halfSumOverRows().on(backend), y, t);
        add(SquaredError.mse().on(backend), y, t);
      }
      for (double delta : DELTAS) {
        add(CrossEntropy.sum().delta(delta).on(backend), y, t);
      }
      add(CrossEntropy.mean().on(backend), y, t);
    }
    for (Targets t : List.of(targets[1], targets[2])) { // 0 and 1, and others
      add(BinaryCrossEntropy.mean().on(backend), y, t);
      add(BinaryCrossEntropy.sum().delta(0).on(backend), y, t);
      add(BinaryCrossEntropy.sum().clip(0.01).on(backend), y, t.weighted(weights(y.rows())));
    }
    Targets labels = targets[0].weighted(weights(y.rows()));
    Targets values = targets[2].weighted(weights(y.rows()));
    add(SquaredError.mse().on(backend), y, values);
    add(CrossEntropy.mean().on(backend), y, labels);
    add(CrossEntropy.mean().on(backend), y, values);
    add(CrossEntropy.mean().ignoring(0).on(backend), y, targets[0]);
    add(CrossEntropy.sum().smoothing(0.1).on(backend), y, targets[0]);
    add(CrossEntropy.mean().clip(0.01).on(backend), y, targets[1]);
    add(CrossEntropy.mean().clip(0.01).smoothing(0.1).ignoring(0).on(backend), y, labels);
  }

  /** From 0 to 2, one in five of them 0. */
  private static float[] weights(int rows) {
    float[] weights = new float[rows];
    for (int r = 0; r < rows; r++) {
      weights[r] = r * 3 % 5 * 0.5f;
    }
    return weights;
  }

  private void addSoftmax(Batch logits, Targets[] targets) {
    SoftmaxCrossEntropy sum = SoftmaxCrossEntropy.sum().on(backend);
    Batch softmax = sameShape(logits);
    sum.softmax(logits, softmax);
    add(softmax.data());
    for (Targets t : targets) {
      add(sum, logits, t);
      add(SoftmaxCrossEntropy.mean().on(backend), logits, t);
    }
    SoftmaxCrossEntropy smoothed = SoftmaxCrossEntropy.mean().smoothing(0.1).on(backend);
    Targets labels = targets[0].weighted(weights(logits.rows()));
    add(sum, logits, labels);
    add(sum, logits, targets[2].weighted(weights(logits.rows())));
    add(smoothed, logits, targets[0]);
    add(smoothed.ignoring(0), logits, labels);
    addSigmoid(logits, targets);
  }

  private void addSigmoid(Batch logits, Targets[] targets) {
    SigmoidCrossEntropy sum = SigmoidCrossEntropy.sum().on(backend);
    Batch sigmoid = sameShape(logits);
    sum.sigmoid(logits, sigmoid);
    add(sigmoid.data());
    for (Targets t : List.of(targets[1], targets[2])) { // 0 and 1, and others
      add(sum, logits, t);
      add(SigmoidCrossEntropy.mean().positiveWeight(3).on(backend), logits, t);
      add(sum, logits, t.weighted(weights(logits.rows())));
    }
    if (logits.cols() == 1) {
      int[] answers = new int[logits.rows()];
      for (int r = 0; r < answers.length; r++) {
        answers[r] = r % 3 % 2;
      }
      add(sum, logits, Targets.labels(answers));
      add(BinaryCrossEntropy.mean().on(backend), logits, Targets.labels(answers));
    }
  }

  private void add(Loss loss, Batch y, Targets t) {
    add(loss.loss(y, t));
    float[] losses = new float[y.rows()];
    loss.perRow(y, t, losses);
    add(losses);
    Batch gradient = sameShape(y);
    add(loss.lossAndGradient(y, t, gradient));
    add(gradient.data());
    if (loss instanceof Objective objective) {
      Batch hessian = sameShape(y);
      objective.lossGradientHessian(y, t, gradient, hessian);
      add(hessian.data());
    }
    if (y.rows() <= 100) {
      LossSum sum = new LossSum();
      loss.addRowsTo(sum, y, t);
      add(sum.sum());
      add(sum.weight());
    }
  }

  /** Zeros, in an array that has the same padding: whoever writes to that changes the hash. */
  private static Batch sameShape(Batch batch) {
    return Batch.of(
        new float[batch.data().length], batch.offset(), batch.rows(), batch.cols(), batch.stride());
  }

  private void add(float[] values) {
    ByteBuffer bits = ByteBuffer.allocate(values.length * Integer.BYTES);
    for (float each : values) {
      bits.putInt(Float.floatToIntBits(each));
    }
    digest.update(bits.array());
  }

  private void add(double value) {
    digest.update(ByteBuffer.allocate(Long.BYTES).putLong(Double.doubleToLongBits(value)).array());
  }
}

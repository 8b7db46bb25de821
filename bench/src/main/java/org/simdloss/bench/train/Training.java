package org.simdloss.bench.train;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.simdloss.Backend;
import org.simdloss.Batch;
import org.simdloss.Labels;
import org.simdloss.MiniBatch;
import org.simdloss.SoftmaxCrossEntropy;
import org.simdloss.Targets;
import org.simdloss.bench.digits.DigitFiles;
import org.simdloss.bench.digits.Digits;

/**
 * A network that learns by mini-batches, and what it was like on its way: the book's chapter 4. The
 * same seed gives the same bits, on every machine.
 */
public final class Training {
  /** As in the book. */
  public static final int BATCH = 100;

  public static final int CLASSES = 10;

  /** The units of the two-layer network's hidden layer; in the book too. */
  static final int HIDDEN = 50;

  /** What is behind a training that is only measured. */
  private static final int FEW_DIGITS = 2000;

  private static final float LEARNING_RATE = 0.1f;
  private static final long SEED = 20161;

  /** So many test samples are computed at a time. */
  private static final int SLICE = 1000;

  /**
   * @param iteration how many there had been
   * @param loss the mean over the iterations since the last epoch; NaN before the first
   */
  record Epoch(int iteration, double loss, double testAccuracy) {}

  /** What is descended. */
  public interface LossAndGradient {
    double of(Batch logits, int[] labels, Batch gradient);
  }

  private final String name;
  private final Network network;
  private final Batch samples;
  private final int[] labels;
  private final LossAndGradient loss;
  private final Random random = new Random(SEED);
  private final double[] losses;
  private final List<Epoch> epochs = new ArrayList<>();

  private final int[] pick = new int[BATCH];
  private final int[] t = new int[BATCH];
  private final Batch x;
  private final Batch logits;
  private final Batch gradient;

  /**
   * @param hidden the sizes of hidden layers, if there are any
   */
  Training(
      String name, Batch samples, int[] labels, int iterations, Backend backend, int... hidden) {
    this(name, samples, labels, iterations, of(backend), hidden);
  }

  Training(
      String name,
      Batch samples,
      int[] labels,
      int iterations,
      LossAndGradient loss,
      int... hidden) {
    int[] sizes = new int[hidden.length + 2];
    sizes[0] = samples.cols();
    System.arraycopy(hidden, 0, sizes, 1, hidden.length);
    sizes[sizes.length - 1] = CLASSES;
    this.name = name;
    this.samples = samples;
    this.labels = labels;
    this.loss = loss;
    network = new Network(SEED, sizes);
    losses = new double[iterations];
    x = zeros(BATCH, samples.cols());
    logits = zeros(BATCH, CLASSES);
    gradient = zeros(BATCH, CLASSES);
  }

  /** Of the book's two-layer network, on few digits, with any loss; for {@link #step()}. */
  public static Training onDrawnDigits(LossAndGradient loss) {
    Digits digits = Digits.draw(DigitFiles.SEED, 0, FEW_DIGITS);
    return new Training("", digits.x(), digits.t(), 1, loss, HIDDEN);
  }

  private static LossAndGradient of(Backend backend) {
    SoftmaxCrossEntropy mean = SoftmaxCrossEntropy.mean().on(backend);
    return (logits, labels, gradient) ->
        mean.lossAndGradient(logits, Targets.labels(labels), gradient);
  }

  private static Batch zeros(int rows, int cols) {
    return Batch.of(new float[rows * cols], rows, cols);
  }

  /** One mini-batch: its loss, before the network has learned from it. */
  double step(int iteration) {
    MiniBatch.choice(random, labels.length, pick);
    MiniBatch.gather(samples, pick, x);
    MiniBatch.gather(labels, pick, t);
    network.forward(x, logits);
    losses[iteration] = loss.of(logits, t, gradient);
    network.descend(x, gradient, LEARNING_RATE);
    return losses[iteration];
  }

  /** One mini-batch, where only the last loss counts. */
  public double step() {
    return step(0);
  }

  /** Notes how good the network is after so many iterations. */
  void endEpoch(int iterations, Batch test, int[] testLabels) {
    double sum = 0;
    int from = epochs.isEmpty() ? 0 : epochs.get(epochs.size() - 1).iteration();
    for (int i = from; i < iterations; i++) {
      sum += losses[i];
    }
    double accuracy = Labels.accuracy(logits(test), testLabels);
    epochs.add(new Epoch(iterations, sum / (iterations - from), accuracy));
  }

  /** What the network says of any number of samples. */
  Batch logits(Batch samples) {
    Batch all = zeros(samples.rows(), logits.cols());
    for (int from = 0; from < samples.rows(); from += SLICE) {
      int to = Math.min(from + SLICE, samples.rows());
      network.forward(samples.slice(from, to), all.slice(from, to));
    }
    return all;
  }

  /** At the last epoch's end. */
  double accuracy() {
    return epochs.get(epochs.size() - 1).testAccuracy();
  }

  String name() {
    return name;
  }

  Network network() {
    return network;
  }

  /** Of each iteration. */
  double[] losses() {
    return losses;
  }

  List<Epoch> epochs() {
    return epochs;
  }

  /** A hash over the bits of all weights, as 16 hexadecimal digits. */
  String fingerprint() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (int layer = 0; layer < network.layers(); layer++) {
        for (float[] values : List.of(network.weights(layer), network.biases(layer))) {
          ByteBuffer bits = ByteBuffer.allocate(values.length * Float.BYTES);
          bits.asFloatBuffer().put(values);
          digest.update(bits);
        }
      }
      return HexFormat.of().formatHex(digest.digest(), 0, Long.BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}

package org.simdloss.examples.onnxruntime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Map;
import org.simdloss.Batch;
import org.simdloss.Labels;
import org.simdloss.Loss;
import org.simdloss.LossSum;
import org.simdloss.SoftmaxCrossEntropy;
import org.simdloss.Targets;

/**
 * Scores the logits of a classifier in the memory that ONNX Runtime writes them to.
 *
 * <p>The session's output is pinned: it is a tensor of a direct buffer of ours, and a batch is a
 * view of the same buffer. So nothing is copied, and all that scoring needs is made once.
 */
public final class PinnedScores implements AutoCloseable {
  /** The names that the model has for its input and its output. */
  static final String INPUT = "x";

  static final String OUTPUT = "logits";

  private static final Loss LOSS = SoftmaxCrossEntropy.mean();

  final FloatBuffer x;
  final FloatBuffer logits;
  final long[] labels;

  private final OrtSession session;
  private final OnnxTensor input;
  private final OnnxTensor output;

  private final int[] intLabels;
  final Batch y;
  final Targets t;
  private final LossSum sum = new LossSum();
  private long hits;

  /** For batches of so many rows. */
  public PinnedScores(byte[] model, int rows, int features, int classes) throws OrtException {
    x = direct(rows * features);
    logits = direct(rows * classes);
    labels = new long[rows];

    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    session = environment.createSession(model);
    input = OnnxTensor.createTensor(environment, x, new long[] {rows, features});
    output = OnnxTensor.createTensor(environment, logits, new long[] {rows, classes});

    intLabels = new int[rows];
    y = Batch.of(logits, rows, classes);
    t = Targets.labels(intLabels);
  }

  /** Direct, and in the native order: of any other buffer ONNX Runtime would take a copy. */
  private static FloatBuffer direct(int elements) {
    return ByteBuffer.allocateDirect(elements * Float.BYTES)
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }

  /** Where the next batch's features are written, row after row. */
  public FloatBuffer x() {
    return x;
  }

  /** Where the next batch's labels are written. */
  public long[] labels() {
    return labels;
  }

  /** Runs the model on the features. */
  public void predict() throws OrtException {
    session.run(Map.of(INPUT, input), Map.of(OUTPUT, output)).close(); // the pinned stay open
  }

  /**
   * Adds the batch that was predicted to the scores. It allocates nothing.
   *
   * @throws IndexOutOfBoundsException if a label is no class; nothing is added then
   */
  public void score() {
    Labels.toInt(labels, intLabels);
    LOSS.addTo(sum, y, t);
    hits += Math.round(Labels.accuracy(y, t) * y.rows());
  }

  /** The number of rows that have been scored. */
  public long rows() {
    return sum.rows();
  }

  /** The mean cross-entropy error of all rows. */
  public double loss() {
    return sum.mean();
  }

  /** The share of all rows whose largest logit is at the label. */
  public double accuracy() {
    return hits / (double) sum.rows();
  }

  @Override
  public void close() throws OrtException {
    output.close();
    input.close();
    session.close();
  }
}

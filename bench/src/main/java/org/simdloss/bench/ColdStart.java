package org.simdloss.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.simdloss.Batch;
import org.simdloss.CrossEntropy;
import org.simdloss.SoftmaxCrossEntropy;
import org.simdloss.SquaredError;
import org.simdloss.Targets;
import org.simdloss.bench.cli.ModuleVm;

/**
 * The first calls of a loss in a fresh VM, each timed by itself.
 *
 * <p>The first one finds the data in its arrays and nothing of the library: it loads the classes,
 * chooses the backend and makes the loss. Each call makes the loss anew, as all calls are of the
 * same code.
 *
 * <p>So the set-up must not touch the library, nor may the loading of this class, which is why no
 * loss is taken for a {@code Loss} here: the verifier would load both. The bodies have no lambdas:
 * to link the first one of a VM takes longer than many a call.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsPrepend = ModuleVm.FLAG)
@Warmup(iterations = 0)
@Measurement(iterations = ColdStart.CALLS)
public class ColdStart {
  static final int CALLS = 100;

  @Param({"textbook", "scalar", "vector", "best"})
  String implementation;

  @Param("60000x10")
  String shape;

  private Implementation chosen;
  private int rows;
  private int cols;
  private int stride;
  private float[] x;
  private float[] y;
  private float[] t;
  private float[] oneHot;
  private int[] labels;
  float[] gradient;

  @Setup
  public void setUp() {
    chosen = Implementation.of(implementation);
    Shape given = Shape.parse(shape);
    // The textbook loops know no stride.
    Shape laidOut = isTextbook() ? given.contiguous() : given;
    SeededBatch data = new SeededBatch(laidOut);
    rows = data.rows;
    cols = data.cols;
    stride = data.stride;
    x = data.strided(data.logits);
    y = data.strided(data.y);
    t = data.strided(data.soft);
    oneHot = data.strided(data.oneHot);
    labels = data.labels;
    gradient = new float[laidOut.length()];
  }

  /** After the calls, since it asks the library. */
  @TearDown
  public void announce() {
    String resolved = isTextbook() ? chosen.resolved(null) : chosen.resolved(halfSum());
    ForkBackend.announce(implementation, resolved);
  }

  private boolean isTextbook() {
    return chosen == Implementation.TEXTBOOK;
  }

  private SquaredError halfSum() {
    return SquaredError.halfSum().on(chosen.backend());
  }

  private CrossEntropy crossEntropy() {
    return CrossEntropy.mean().on(chosen.backend());
  }

  private SoftmaxCrossEntropy softmax() {
    return SoftmaxCrossEntropy.mean().on(chosen.backend());
  }

  /** ½ Σ (y − t)². */
  @Benchmark
  public double squaredError() {
    return isTextbook()
        ? Textbook.squaredError(y, t, rows, cols)
        : halfSum()
            .loss(
                Batch.of(y, 0, rows, cols, stride), Targets.of(Batch.of(t, 0, rows, cols, stride)));
  }

  /** Mean cross-entropy; targets are any distribution. */
  @Benchmark
  public double crossEntropyTargets() {
    return isTextbook()
        ? Textbook.crossEntropy(y, t, rows, cols)
        : crossEntropy()
            .loss(
                Batch.of(y, 0, rows, cols, stride), Targets.of(Batch.of(t, 0, rows, cols, stride)));
  }

  /** Mean cross-entropy; targets are one-hot rows. */
  @Benchmark
  public double crossEntropyOneHot() {
    return isTextbook()
        ? Textbook.crossEntropyOneHot(y, oneHot, rows, cols)
        : crossEntropy()
            .loss(
                Batch.of(y, 0, rows, cols, stride),
                Targets.of(Batch.of(oneHot, 0, rows, cols, stride)));
  }

  /** Mean cross-entropy; targets are labels. */
  @Benchmark
  public double crossEntropyLabels() {
    return isTextbook()
        ? Textbook.crossEntropyLabels(y, labels, rows, cols)
        : crossEntropy().loss(Batch.of(y, 0, rows, cols, stride), Targets.labels(labels));
  }

  /** Mean softmax cross-entropy, from logits; targets are labels. */
  @Benchmark
  public double softmaxLabels() {
    return isTextbook()
        ? Textbook.softmaxCrossEntropyLabels(x, labels, rows, cols)
        : softmax().loss(Batch.of(x, 0, rows, cols, stride), Targets.labels(labels));
  }

  /** Mean softmax cross-entropy and its gradient; targets are labels. */
  @Benchmark
  public double softmaxLabelsGradient() {
    return isTextbook()
        ? Textbook.softmaxCrossEntropyGradient(x, labels, gradient, rows, cols)
        : softmax()
            .lossAndGradient(
                Batch.of(x, 0, rows, cols, stride),
                Targets.labels(labels),
                Batch.of(gradient, 0, rows, cols, stride));
  }
}

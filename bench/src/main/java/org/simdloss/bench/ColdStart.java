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
import org.simdloss.bench.data.SeededBatch;
import org.simdloss.bench.data.Shape;
import org.simdloss.bench.losses.Textbook;

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
  public static final int CALLS = 100;

  @Param({"best", "vector", "scalar", "textbook"})
  String implementation;

  @Param("60000x10")
  String shape;

  private Implementation chosen;

  private SeededBatch.Several batches;
  private int rows;
  private int cols;
  private int stride;
  float[] gradient;

  @Setup
  public void setUp() {
    chosen = Implementation.of(implementation);
    Shape given = Shape.parse(shape);
    // The textbook loops know no stride.
    Shape laidOut = isTextbook() ? given.contiguous() : given;
    rows = laidOut.rows();
    cols = laidOut.cols();
    stride = laidOut.stride();
    batches = SeededBatch.several(laidOut);
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
    SeededBatch batch = batches.next();
    return isTextbook()
        ? Textbook.squaredError(batch.y, batch.soft, rows, cols)
        : halfSum()
            .loss(
                Batch.of(batch.y, 0, rows, cols, stride),
                Targets.of(Batch.of(batch.soft, 0, rows, cols, stride)));
  }

  /** Mean cross-entropy; targets are any distribution. */
  @Benchmark
  public double crossEntropyTargets() {
    SeededBatch batch = batches.next();
    return isTextbook()
        ? Textbook.crossEntropy(batch.y, batch.soft, rows, cols)
        : crossEntropy()
            .loss(
                Batch.of(batch.y, 0, rows, cols, stride),
                Targets.of(Batch.of(batch.soft, 0, rows, cols, stride)));
  }

  /** Mean cross-entropy; targets are one-hot rows. */
  @Benchmark
  public double crossEntropyOneHot() {
    SeededBatch batch = batches.next();
    return isTextbook()
        ? Textbook.crossEntropyOneHot(batch.y, batch.oneHot, rows, cols)
        : crossEntropy()
            .loss(
                Batch.of(batch.y, 0, rows, cols, stride),
                Targets.of(Batch.of(batch.oneHot, 0, rows, cols, stride)));
  }

  /** Mean cross-entropy; targets are labels. */
  @Benchmark
  public double crossEntropyLabels() {
    SeededBatch batch = batches.next();
    return isTextbook()
        ? Textbook.crossEntropyLabels(batch.y, batch.labels, rows, cols)
        : crossEntropy()
            .loss(Batch.of(batch.y, 0, rows, cols, stride), Targets.labels(batch.labels));
  }

  /** Mean softmax cross-entropy, from logits; targets are labels. */
  @Benchmark
  public double softmaxLabels() {
    SeededBatch batch = batches.next();
    return isTextbook()
        ? Textbook.softmaxCrossEntropyLabels(batch.logits, batch.labels, rows, cols)
        : softmax()
            .loss(Batch.of(batch.logits, 0, rows, cols, stride), Targets.labels(batch.labels));
  }

  /** Mean softmax cross-entropy and its gradient; targets are labels. */
  @Benchmark
  public double softmaxLabelsGradient() {
    SeededBatch batch = batches.next();
    return isTextbook()
        ? Textbook.softmaxCrossEntropyGradient(batch.logits, batch.labels, gradient, rows, cols)
        : softmax()
            .lossAndGradient(
                Batch.of(batch.logits, 0, rows, cols, stride),
                Targets.labels(batch.labels),
                Batch.of(gradient, 0, rows, cols, stride));
  }
}

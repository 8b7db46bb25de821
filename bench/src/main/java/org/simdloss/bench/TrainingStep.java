package org.simdloss.bench;

import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
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
import org.openjdk.jmh.annotations.Warmup;
import org.simdloss.Backend;
import org.simdloss.Batch;
import org.simdloss.SoftmaxCrossEntropy;
import org.simdloss.bench.cli.ModuleVm;
import org.simdloss.bench.data.SeededBatch;
import org.simdloss.bench.data.Shape;
import org.simdloss.bench.losses.Textbook;
import org.simdloss.bench.train.Training;
import org.simdloss.bench.train.Training.LossAndGradient;

/**
 * A step of training the book's two-layer network, of which the loss and its gradient are a part: a
 * mini-batch is gathered, goes forward, and the weights change. Matrix products are plain loops.
 *
 * <p>The loss's own time is taken within the step, where the rest has cooled the caches for it; the
 * clock costs some 20 ns of it.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsPrepend = ModuleVm.FLAG)
@Warmup(iterations = 3, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 4, time = 200, timeUnit = TimeUnit.MILLISECONDS)
public class TrainingStep {
  /** Of the iteration that runs; one thread writes them, and JMH reads them after it has ended. */
  private static long lossNanos;

  private static long stepNanos;

  @Param({"best", "vector", "scalar", "textbook"})
  String implementation;

  /** That of a mini-batch's logits, and no other. */
  @Param("100x10")
  String shape;

  /** A field, so that what adds to it is not optimised away. */
  private double primed;

  private Training training;

  @Setup
  public void setUp() {
    Shape only = new Shape(Training.BATCH, Training.CLASSES);
    if (!Shape.parse(shape).equals(only)) {
      throw new IllegalArgumentException("shape is " + shape + "; allowed for a step: " + only);
    }
    Implementation chosen = Implementation.of(implementation);
    Backend backend = chosen.backend();
    SoftmaxCrossEntropy mean = backend == null ? null : SoftmaxCrossEntropy.mean().on(backend);
    LossAndGradient loss = backend == null ? textbook() : mean::lossAndGradient;
    prime(loss, only, chosen == Implementation.BEST);
    training = Training.onDrawnDigits(timed(loss));
    ForkBackend.announce(implementation, chosen.resolved(mean));
  }

  /**
   * A step takes a millisecond, so that the VM would still interpret the loss when the measurement
   * ends, and the best backend still be scalar. A training of some minutes has it compiled.
   */
  private void prime(LossAndGradient loss, Shape only, boolean isBest) {
    SeededBatch.Several batches = SeededBatch.several(only);
    Batch gradient = Batch.of(new float[only.elements()], only.rows(), only.cols());
    DoubleSupplier call =
        () -> {
          SeededBatch batch = batches.next();
          Batch logits = Batch.of(batch.logits, only.rows(), only.cols());
          return loss.of(logits, batch.labels, gradient);
        };
    if (isBest) {
      primed += Settling.byCalling(call);
    }
    primed += LossBenchmark.prime(call);
  }

  private static LossAndGradient textbook() {
    return (logits, labels, gradient) ->
        Textbook.softmaxCrossEntropyGradient(
            logits.data(), labels, gradient.data(), logits.rows(), logits.cols());
  }

  private static LossAndGradient timed(LossAndGradient loss) {
    return (logits, labels, gradient) -> {
      long start = System.nanoTime();
      double value = loss.of(logits, labels, gradient);
      lossNanos += System.nanoTime() - start;
      return value;
    };
  }

  /** The step, with the mean softmax cross-entropy and its gradient. */
  @Benchmark
  public double softmaxLabelsGradient() {
    long start = System.nanoTime();
    double loss = training.step();
    stepNanos += System.nanoTime() - start;
    return loss;
  }

  static void resetClocks() {
    lossNanos = 0;
    stepNanos = 0;
  }

  /** The share of the steps' time that went to the loss, since the clocks were reset. */
  static double lossShare() {
    return (double) lossNanos / stepNanos;
  }
}

package org.simdloss.bench;

import java.util.List;
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
import org.simdloss.CrossEntropy;
import org.simdloss.Loss;
import org.simdloss.SquaredError;
import org.simdloss.Targets;

/**
 * One call of a loss, on data in arrays that the caller keeps.
 *
 * <p>The library's bodies make their {@code Batch} and {@code Targets} anew for each call, as a
 * caller does who has arrays: that is part of the time, and B/op shows whether it is free.
 *
 * <p>A fork runs one of these methods in one implementation, so the call through {@link
 * DoubleSupplier} has one target, and is inlined.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsPrepend = LossBenchmark.VECTOR_MODULE)
@Warmup(iterations = 5, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 150, timeUnit = TimeUnit.MILLISECONDS)
public class LossBenchmark {
  static final String VECTOR_MODULE = "--add-modules=jdk.incubator.vector";

  static final int COLS = 10;

  @Param({"textbook", "scalar", "vector", "parallel"})
  String implementation;

  @Param({"100", "1000", "60000"})
  int rows;

  private DoubleSupplier squaredError;
  private DoubleSupplier crossEntropyLabels;
  private DoubleSupplier crossEntropyOneHot;
  private DoubleSupplier crossEntropyTargets;

  @Setup
  public void setUp() {
    SeededBatch data = new SeededBatch(rows, COLS);
    Implementation chosen = Implementation.of(implementation);
    Backend backend = chosen.backend();
    if (backend == null) {
      useTextbook(data);
    } else {
      useLibrary(data, chosen, backend);
    }
  }

  private void useTextbook(SeededBatch data) {
    float[] y = data.y;
    squaredError = () -> Textbook.squaredError(y, data.soft, rows, COLS);
    crossEntropyLabels = () -> Textbook.crossEntropyLabels(y, data.labels, rows, COLS);
    crossEntropyOneHot = () -> Textbook.crossEntropyOneHot(y, data.oneHot, rows, COLS);
    crossEntropyTargets = () -> Textbook.crossEntropy(y, data.soft, rows, COLS);
    ForkBackend.announce(implementation, Implementation.TEXTBOOK.resolved(null));
  }

  private void useLibrary(SeededBatch data, Implementation chosen, Backend backend) {
    float[] y = data.y;
    SquaredError halfSum = SquaredError.halfSum().on(backend);
    CrossEntropy mean = CrossEntropy.mean().on(backend);
    squaredError = () -> halfSum.loss(batch(y), Targets.of(batch(data.soft)));
    crossEntropyLabels = () -> mean.loss(batch(y), Targets.labels(data.labels));
    crossEntropyOneHot = () -> mean.loss(batch(y), Targets.of(batch(data.oneHot)));
    crossEntropyTargets = () -> mean.loss(batch(y), Targets.of(batch(data.soft)));
    String resolved = "";
    for (Loss loss : List.of(halfSum, mean)) {
      resolved = chosen.resolved(loss);
    }
    ForkBackend.announce(implementation, resolved);
  }

  private Batch batch(float[] data) {
    return Batch.of(data, rows, COLS);
  }

  /** ½ Σ (y − t)². */
  @Benchmark
  public double squaredError() {
    return squaredError.getAsDouble();
  }

  /** Mean cross-entropy; targets are labels. */
  @Benchmark
  public double crossEntropyLabels() {
    return crossEntropyLabels.getAsDouble();
  }

  /** Mean cross-entropy; targets are one-hot rows. */
  @Benchmark
  public double crossEntropyOneHot() {
    return crossEntropyOneHot.getAsDouble();
  }

  /** Mean cross-entropy; targets are any distribution. */
  @Benchmark
  public double crossEntropyTargets() {
    return crossEntropyTargets.getAsDouble();
  }
}

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
import org.simdloss.bench.cli.ModuleVm;

/**
 * How long the longest of a loss's first calls in a fresh VM take, small ones, each timed by
 * itself. They are those of a {@link ColdStart}, and the clock costs some 20 ns of each.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsPrepend = ModuleVm.FLAG)
@Warmup(iterations = 0)
@Measurement(iterations = 1)
public class WorstCall {
  public static final int CALLS = 100_000;

  /** Of each call; one thread writes them, and the profiler reads them after it has ended. */
  static final double[] NANOS = new double[CALLS];

  @Param({"best", "vector", "scalar"})
  String implementation;

  @Param("100x10")
  String shape;

  private final ColdStart calls = new ColdStart();

  @Setup
  public void setUp() {
    calls.implementation = implementation;
    calls.shape = shape;
    calls.setUp();
  }

  @TearDown
  public void announce() {
    calls.announce();
  }

  // Loops of their own: one that took the call as a lambda would link that before the first call.

  /** ½ Σ (y − t)². */
  @Benchmark
  public double squaredError() {
    double sum = 0;
    for (int i = 0; i < CALLS; i++) {
      long start = System.nanoTime();
      sum += calls.squaredError();
      NANOS[i] = System.nanoTime() - start;
    }
    return sum;
  }

  /** Mean cross-entropy; targets are any distribution. */
  @Benchmark
  public double crossEntropyTargets() {
    double sum = 0;
    for (int i = 0; i < CALLS; i++) {
      long start = System.nanoTime();
      sum += calls.crossEntropyTargets();
      NANOS[i] = System.nanoTime() - start;
    }
    return sum;
  }

  /** Mean softmax cross-entropy and its gradient; targets are labels. */
  @Benchmark
  public double softmaxLabelsGradient() {
    double sum = 0;
    for (int i = 0; i < CALLS; i++) {
      long start = System.nanoTime();
      sum += calls.softmaxLabelsGradient();
      NANOS[i] = System.nanoTime() - start;
    }
    return sum;
  }
}

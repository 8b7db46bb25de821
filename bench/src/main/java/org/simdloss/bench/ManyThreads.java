package org.simdloss.bench;

import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.CompilerControl;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.ThreadParams;
import org.simdloss.Backend;
import org.simdloss.Batch;
import org.simdloss.CrossEntropy;
import org.simdloss.SoftmaxCrossEntropy;
import org.simdloss.Targets;
import org.simdloss.bench.cli.ModuleVm;
import org.simdloss.bench.data.SeededBatch;
import org.simdloss.bench.data.Shape;

/** Many threads that call one loss at the same time, each on batches of its own. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsPrepend = ModuleVm.FLAG)
@Warmup(iterations = 3, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 4, time = 200, timeUnit = TimeUnit.MILLISECONDS)
public class ManyThreads {
  public static final int THREADS = 16;

  @Param("best")
  String implementation;

  @Param("1000x10")
  String shape;

  private int rows;
  private int cols;
  private int stride;
  private SeededBatch.Several batches;
  private CrossEntropy crossEntropy;
  private SoftmaxCrossEntropy softmax;

  /** A field, so that what adds to it is not optimised away. */
  private double primed;

  /** What a thread has for itself. */
  @State(Scope.Thread)
  public static class Turn {
    private SeededBatch.Several batches;

    /** As many batches after those of the thread before it as makes no two threads' the same. */
    @Setup
    public void setUp(ManyThreads shared, ThreadParams thread) {
      int all = SeededBatch.count(Shape.parse(shared.shape));
      batches = shared.batches.from(thread.getThreadIndex() * all / thread.getThreadCount());
    }
  }

  @Setup
  public void setUp(BenchmarkParams benchmark) {
    Implementation chosen = Implementation.of(implementation);
    Backend backend = chosen.backend();
    if (backend == null) {
      throw new IllegalArgumentException(
          "implementation is " + chosen + ", of which threads share nothing");
    }
    crossEntropy = CrossEntropy.mean().on(backend);
    softmax = SoftmaxCrossEntropy.mean().on(backend);
    boolean isSoftmax = benchmark.getBenchmark().endsWith(".softmaxLabels");
    Turn turn = new Turn();
    DoubleSupplier call = () -> isSoftmax ? softmaxLabels(turn) : crossEntropyLabels(turn);
    Shape whole = Shape.parse(shape);
    batches = SeededBatch.several(whole);
    if (chosen == Implementation.BEST) {
      use(whole);
      turn.batches = batches;
      primed += Settling.byCalling(call);
    }
    Shape small = LossBenchmark.small(whole);
    use(small);
    turn.batches = SeededBatch.several(small);
    primed += LossBenchmark.prime(call);
    use(whole);
    ForkBackend.announce(implementation, chosen.resolved(softmax));
  }

  private void use(Shape size) {
    rows = size.rows();
    cols = size.cols();
    stride = size.stride();
  }

  /** Mean cross-entropy; targets are labels. */
  @Benchmark
  @CompilerControl(CompilerControl.Mode.DONT_INLINE)
  public double crossEntropyLabels(Turn turn) {
    SeededBatch batch = turn.batches.next();
    return crossEntropy.loss(
        Batch.of(batch.y, 0, rows, cols, stride), Targets.labels(batch.labels));
  }

  /** Mean softmax cross-entropy, from logits; targets are labels. */
  @Benchmark
  @CompilerControl(CompilerControl.Mode.DONT_INLINE)
  public double softmaxLabels(Turn turn) {
    SeededBatch batch = turn.batches.next();
    return softmax.loss(
        Batch.of(batch.logits, 0, rows, cols, stride), Targets.labels(batch.labels));
  }
}

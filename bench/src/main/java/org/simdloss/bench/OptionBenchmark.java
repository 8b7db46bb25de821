package org.simdloss.bench;

import java.util.Locale;
import java.util.Random;
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
import org.simdloss.Backend;
import org.simdloss.Batch;
import org.simdloss.CrossEntropy;
import org.simdloss.SoftmaxCrossEntropy;
import org.simdloss.Targets;
import org.simdloss.bench.cli.ModuleVm;
import org.simdloss.bench.data.SeededBatch;
import org.simdloss.bench.data.Shape;

/** Losses with an option; {@link LossBenchmark} has them without. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsPrepend = ModuleVm.FLAG)
@Warmup(iterations = 3, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 4, time = 100, timeUnit = TimeUnit.MILLISECONDS)
public class OptionBenchmark {
  @Param("best")
  String implementation;

  @Param("60000x10")
  String shape;

  private int rows;
  private int cols;
  private int stride;
  private SeededBatch.Several batches;
  private float[] gradient;
  private CrossEntropy crossEntropy;
  private SoftmaxCrossEntropy softmax;

  /** A field, so that what adds to it is not optimised away. */
  private double primed;

  private Option option;

  /** Random, from 0 to 2; null if rows have none. */
  private float[] weights;

  /** What is set, as the names of the benchmarks end. */
  enum Option {
    WEIGHTED {
      @Override
      Targets set(Targets targets, float[] weights) {
        return targets.weighted(weights);
      }
    },
    SMOOTHED {
      @Override
      CrossEntropy set(CrossEntropy loss) {
        return loss.smoothing(EPSILON);
      }

      @Override
      SoftmaxCrossEntropy set(SoftmaxCrossEntropy loss) {
        return loss.smoothing(EPSILON);
      }
    },
    /** Of a label that one row in ten has. */
    IGNORING {
      @Override
      CrossEntropy set(CrossEntropy loss) {
        return loss.ignoring(LABEL);
      }

      @Override
      SoftmaxCrossEntropy set(SoftmaxCrossEntropy loss) {
        return loss.ignoring(LABEL);
      }
    };

    private static final double EPSILON = 0.1;
    private static final int LABEL = 0;

    CrossEntropy set(CrossEntropy loss) {
      return loss;
    }

    SoftmaxCrossEntropy set(SoftmaxCrossEntropy loss) {
      return loss;
    }

    Targets set(Targets targets, float[] weights) {
      return targets;
    }
  }

  @Setup
  public void setUp(BenchmarkParams benchmark) {
    Implementation chosen = Implementation.of(implementation);
    String name = benchmark.getBenchmark();
    DoubleSupplier body = body(name.substring(name.lastIndexOf('.') + 1), chosen);
    Shape whole = Shape.parse(shape);
    if (chosen == Implementation.BEST) {
      use(whole);
      primed += Settling.byCalling(body);
    }
    use(LossBenchmark.small(whole));
    primed += LossBenchmark.prime(body);
    use(whole);
    ForkBackend.announce(implementation, chosen.resolved(softmax));
  }

  /** What a benchmark of this name calls, on losses that are made here. */
  DoubleSupplier body(String benchmark, Implementation chosen) {
    Backend backend = chosen.backend();
    if (backend == null) {
      throw new IllegalArgumentException(
          "implementation is " + chosen + ", of which no option is measured");
    }
    for (Option each : Option.values()) {
      String end = each.name().charAt(0) + each.name().substring(1).toLowerCase(Locale.ROOT);
      if (benchmark.endsWith(end)) {
        option = each;
        crossEntropy = each.set(CrossEntropy.mean().on(backend));
        softmax = each.set(SoftmaxCrossEntropy.mean().on(backend));
        return body(benchmark.substring(0, benchmark.length() - end.length()));
      }
    }
    throw new IllegalArgumentException("no option is measured by " + benchmark);
  }

  private DoubleSupplier body(String loss) {
    return switch (loss) {
      case "crossEntropyTargets" -> this::crossEntropyTargets;
      case "crossEntropyLabels" -> this::crossEntropyLabels;
      case "softmaxLabels" -> this::softmaxLabels;
      case "softmaxLabelsGradient" -> this::softmaxLabelsGradient;
      default -> throw new IllegalArgumentException("no loss is measured by " + loss);
    };
  }

  void use(Shape size) {
    rows = size.rows();
    cols = size.cols();
    stride = size.stride();
    batches = SeededBatch.several(size);
    gradient = new float[size.length()];
    Random random = new Random(rows);
    weights = new float[rows];
    for (int r = 0; r < rows; r++) {
      weights[r] = 2 * random.nextFloat();
    }
  }

  private Targets labels(SeededBatch batch) {
    return option.set(Targets.labels(batch.labels), weights);
  }

  private double crossEntropyTargets() {
    SeededBatch batch = batches.next();
    Targets soft = Targets.of(Batch.of(batch.soft, 0, rows, cols, stride));
    return crossEntropy.loss(Batch.of(batch.y, 0, rows, cols, stride), option.set(soft, weights));
  }

  private double crossEntropyLabels() {
    SeededBatch batch = batches.next();
    return crossEntropy.loss(Batch.of(batch.y, 0, rows, cols, stride), labels(batch));
  }

  private double softmaxLabels() {
    SeededBatch batch = batches.next();
    return softmax.loss(Batch.of(batch.logits, 0, rows, cols, stride), labels(batch));
  }

  private double softmaxLabelsGradient() {
    SeededBatch batch = batches.next();
    return softmax.lossAndGradient(
        Batch.of(batch.logits, 0, rows, cols, stride),
        labels(batch),
        Batch.of(gradient, 0, rows, cols, stride));
  }

  @Benchmark
  @CompilerControl(CompilerControl.Mode.DONT_INLINE)
  public double crossEntropyTargetsWeighted() {
    return crossEntropyTargets();
  }

  @Benchmark
  @CompilerControl(CompilerControl.Mode.DONT_INLINE)
  public double crossEntropyLabelsWeighted() {
    return crossEntropyLabels();
  }

  @Benchmark
  @CompilerControl(CompilerControl.Mode.DONT_INLINE)
  public double softmaxLabelsWeighted() {
    return softmaxLabels();
  }

  @Benchmark
  @CompilerControl(CompilerControl.Mode.DONT_INLINE)
  public double softmaxLabelsGradientWeighted() {
    return softmaxLabelsGradient();
  }

  @Benchmark
  @CompilerControl(CompilerControl.Mode.DONT_INLINE)
  public double crossEntropyTargetsSmoothed() {
    return crossEntropyTargets();
  }

  @Benchmark
  @CompilerControl(CompilerControl.Mode.DONT_INLINE)
  public double crossEntropyLabelsSmoothed() {
    return crossEntropyLabels();
  }

  @Benchmark
  @CompilerControl(CompilerControl.Mode.DONT_INLINE)
  public double softmaxLabelsSmoothed() {
    return softmaxLabels();
  }

  @Benchmark
  @CompilerControl(CompilerControl.Mode.DONT_INLINE)
  public double softmaxLabelsGradientSmoothed() {
    return softmaxLabelsGradient();
  }

  @Benchmark
  @CompilerControl(CompilerControl.Mode.DONT_INLINE)
  public double crossEntropyLabelsIgnoring() {
    return crossEntropyLabels();
  }

  @Benchmark
  @CompilerControl(CompilerControl.Mode.DONT_INLINE)
  public double softmaxLabelsIgnoring() {
    return softmaxLabels();
  }

  @Benchmark
  @CompilerControl(CompilerControl.Mode.DONT_INLINE)
  public double softmaxLabelsGradientIgnoring() {
    return softmaxLabelsGradient();
  }
}

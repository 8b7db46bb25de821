package org.simdloss.bench;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
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
import org.simdloss.BinaryCrossEntropy;
import org.simdloss.CrossEntropy;
import org.simdloss.Loss;
import org.simdloss.SigmoidCrossEntropy;
import org.simdloss.SoftmaxCrossEntropy;
import org.simdloss.SquaredError;
import org.simdloss.Targets;
import org.simdloss.bench.cli.ModuleVm;
import org.simdloss.bench.data.SeededBatch;
import org.simdloss.bench.data.Shape;

/**
 * One call of a loss, on data in arrays that the caller keeps.
 *
 * <p>The library's bodies make their {@code Batch} and {@code Targets} anew for each call, as a
 * caller does who has arrays: that is part of the time, and B/op shows whether it is free. Calls go
 * through {@linkplain SeededBatch#several several batches}.
 *
 * <p>A fork runs one of these methods in one implementation, so the call through {@link
 * DoubleSupplier} has one target, and is inlined.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsPrepend = ModuleVm.FLAG)
@Warmup(iterations = 3, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 4, time = 100, timeUnit = TimeUnit.MILLISECONDS)
public class LossBenchmark {
  private static final int PRIMING_ROWS = 100;
  private static final int PRIMING_COLS = 10;
  private static final int PRIMING_CALLS = 60_000;
  private static final long PRIMING_NANOS = 500_000_000;

  @Param({"best", "vector", "scalar", "parallel", "textbook"})
  String implementation;

  @Param({"100x10", "1000x10", "60000x10"})
  String shape;

  /** A field, so that what adds to it is not optimised away. */
  private double primed;

  private SeededBatch.Several batches;

  /** Apart from the inputs, so that each call finds these as they were. */
  float[] gradient;

  float[] hessian;

  private DoubleSupplier squaredError;
  private DoubleSupplier crossEntropyTargets;
  private DoubleSupplier crossEntropyOneHot;
  private DoubleSupplier crossEntropyLabels;
  private DoubleSupplier softmaxLabels;
  private DoubleSupplier softmaxTargets;
  private DoubleSupplier softmaxLabelsGradient;
  private DoubleSupplier squaredErrorGradient;
  private DoubleSupplier crossEntropyTargetsGradient;
  private DoubleSupplier crossEntropyLabelsGradient;
  private DoubleSupplier sigmoid;
  private DoubleSupplier sigmoidGradient;
  private DoubleSupplier binary;
  private DoubleSupplier binaryGradient;
  private DoubleSupplier softmaxLabelsHessian;

  /**
   * C2 compiles the caller of a loss, one of the methods below, after 5000 calls. At 60000 rows
   * those take longer than a fork, which would then show a caller that allocates its batches. So
   * many calls come first, on small batches, in every implementation alike; what wide rows take
   * besides is compiled in the warm-up. (The methods are not inlined, or C1 would make them a part
   * of JMH's loop, where their calls are not counted.)
   *
   * <p>The best backend is called before that, on the batches that are measured, until it uses
   * vectors, as in a program that has run for some seconds.
   */
  @Setup
  public void setUp(BenchmarkParams benchmark) {
    Shape whole = laidOut(Shape.parse(shape));
    SeededBatch.Several measured = SeededBatch.several(whole);
    String name = benchmark.getBenchmark();
    DoubleSupplier body = body(name.substring(name.lastIndexOf('.') + 1));
    if (Implementation.of(implementation) == Implementation.BEST) {
      use(whole, measured);
      primed += Settling.byCalling(body);
    }
    Shape small = small(whole);
    use(small, SeededBatch.several(small));
    primed += prime(body);
    ForkBackend.announce(implementation, use(whole, measured));
  }

  /** A shape of few elements, of which many calls take little time. */
  static Shape small(Shape whole) {
    int cols = Math.min(whole.cols(), PRIMING_COLS);
    int padding = whole.stride() - whole.cols();
    return new Shape(Math.min(whole.rows(), PRIMING_ROWS), cols, cols + padding);
  }

  /** Calls until all is compiled; returns the sum of the results. */
  static double prime(DoubleSupplier call) {
    double sum = 0;
    long start = System.nanoTime();
    for (int i = 0; i < PRIMING_CALLS || System.nanoTime() - start < PRIMING_NANOS; i++) {
      sum += call.getAsDouble();
    }
    return sum;
  }

  /** Without a call, on batches that whoever sets up has of a shape. */
  void setUp(Function<Shape, SeededBatch.Several> several) {
    Shape whole = laidOut(Shape.parse(shape));
    use(whole, several.apply(whole));
  }

  private DoubleSupplier body(String benchmark) {
    return switch (benchmark) {
      case "squaredError" -> this::squaredError;
      case "crossEntropyTargets" -> this::crossEntropyTargets;
      case "crossEntropyOneHot" -> this::crossEntropyOneHot;
      case "crossEntropyLabels" -> this::crossEntropyLabels;
      case "softmaxLabels" -> this::softmaxLabels;
      case "softmaxTargets" -> this::softmaxTargets;
      case "softmaxLabelsGradient" -> this::softmaxLabelsGradient;
      case "squaredErrorGradient" -> this::squaredErrorGradient;
      case "crossEntropyTargetsGradient" -> this::crossEntropyTargetsGradient;
      case "crossEntropyLabelsGradient" -> this::crossEntropyLabelsGradient;
      case "sigmoid" -> this::sigmoid;
      case "sigmoidGradient" -> this::sigmoidGradient;
      case "binary" -> this::binary;
      case "binaryGradient" -> this::binaryGradient;
      case "softmaxLabelsHessian" -> this::softmaxLabelsHessian;
      default -> throw new IllegalArgumentException("no loss is measured by " + benchmark);
    };
  }

  /** The textbook loops know no stride: theirs are contiguous batches. */
  private Shape laidOut(Shape size) {
    return Implementation.of(implementation).isLibrary() ? size : size.contiguous();
  }

  /** Makes the bodies compute on batches of a shape; returns what they resolved to. */
  private String use(Shape size, SeededBatch.Several several) {
    batches = several;
    gradient = new float[size.length()];
    hessian = new float[size.length()];
    Implementation chosen = Implementation.of(implementation);
    return chosen.isLibrary()
        ? useLibrary(size, gradient, hessian, chosen)
        : useTextbook(size.rows(), size.cols(), gradient, hessian);
  }

  private String useTextbook(int rows, int cols, float[] g, float[] h) {
    squaredError =
        () -> {
          SeededBatch batch = batches.next();
          return Textbook.squaredError(batch.y, batch.soft, rows, cols);
        };
    crossEntropyTargets =
        () -> {
          SeededBatch batch = batches.next();
          return Textbook.crossEntropy(batch.y, batch.soft, rows, cols);
        };
    crossEntropyOneHot =
        () -> {
          SeededBatch batch = batches.next();
          return Textbook.crossEntropyOneHot(batch.y, batch.oneHot, rows, cols);
        };
    crossEntropyLabels =
        () -> {
          SeededBatch batch = batches.next();
          return Textbook.crossEntropyLabels(batch.y, batch.labels, rows, cols);
        };
    softmaxLabels =
        () -> {
          SeededBatch batch = batches.next();
          return Textbook.softmaxCrossEntropyLabels(batch.logits, batch.labels, rows, cols);
        };
    softmaxTargets =
        () -> {
          SeededBatch batch = batches.next();
          return Textbook.softmaxCrossEntropyTargets(batch.logits, batch.soft, rows, cols);
        };
    softmaxLabelsGradient =
        () -> {
          SeededBatch batch = batches.next();
          return Textbook.softmaxCrossEntropyGradient(batch.logits, batch.labels, g, rows, cols);
        };
    squaredErrorGradient =
        () -> {
          SeededBatch batch = batches.next();
          return Textbook.squaredErrorGradient(batch.y, batch.soft, g, rows, cols);
        };
    crossEntropyTargetsGradient =
        () -> {
          SeededBatch batch = batches.next();
          return Textbook.crossEntropyTargetsGradient(batch.y, batch.soft, g, rows, cols);
        };
    crossEntropyLabelsGradient =
        () -> {
          SeededBatch batch = batches.next();
          return Textbook.crossEntropyLabelsGradient(batch.y, batch.labels, g, rows, cols);
        };
    sigmoid =
        () -> {
          SeededBatch batch = batches.next();
          return Textbook.sigmoidCrossEntropy(batch.logits, batch.oneHot);
        };
    sigmoidGradient =
        () -> {
          SeededBatch batch = batches.next();
          return Textbook.sigmoidCrossEntropyGradient(batch.logits, batch.oneHot, g);
        };
    binary =
        () -> {
          SeededBatch batch = batches.next();
          return Textbook.binaryCrossEntropy(batch.y, batch.oneHot);
        };
    binaryGradient =
        () -> {
          SeededBatch batch = batches.next();
          return Textbook.binaryCrossEntropyGradient(batch.y, batch.oneHot, g);
        };
    softmaxLabelsHessian =
        () -> {
          SeededBatch batch = batches.next();
          return Textbook.softmaxCrossEntropyHessian(batch.logits, batch.labels, g, h, rows, cols);
        };
    return Implementation.TEXTBOOK.resolved(null);
  }

  private String useLibrary(Shape size, float[] g, float[] h, Implementation chosen) {
    int rows = size.rows();
    int cols = size.cols();
    int stride = size.stride();
    Backend backend = chosen.backend();
    SquaredError halfSum = SquaredError.halfSum().on(backend);
    CrossEntropy mean = CrossEntropy.mean().on(backend);
    SoftmaxCrossEntropy softmax = SoftmaxCrossEntropy.mean().on(backend);
    squaredError =
        () -> {
          SeededBatch batch = batches.next();
          return halfSum.loss(
              Batch.of(batch.y, 0, rows, cols, stride),
              Targets.of(Batch.of(batch.soft, 0, rows, cols, stride)));
        };
    crossEntropyTargets =
        () -> {
          SeededBatch batch = batches.next();
          return mean.loss(
              Batch.of(batch.y, 0, rows, cols, stride),
              Targets.of(Batch.of(batch.soft, 0, rows, cols, stride)));
        };
    crossEntropyOneHot =
        () -> {
          SeededBatch batch = batches.next();
          return mean.loss(
              Batch.of(batch.y, 0, rows, cols, stride),
              Targets.of(Batch.of(batch.oneHot, 0, rows, cols, stride)));
        };
    crossEntropyLabels =
        () -> {
          SeededBatch batch = batches.next();
          return mean.loss(Batch.of(batch.y, 0, rows, cols, stride), Targets.labels(batch.labels));
        };
    softmaxLabels =
        () -> {
          SeededBatch batch = batches.next();
          return softmax.loss(
              Batch.of(batch.logits, 0, rows, cols, stride), Targets.labels(batch.labels));
        };
    softmaxTargets =
        () -> {
          SeededBatch batch = batches.next();
          return softmax.loss(
              Batch.of(batch.logits, 0, rows, cols, stride),
              Targets.of(Batch.of(batch.soft, 0, rows, cols, stride)));
        };
    softmaxLabelsGradient =
        () -> {
          SeededBatch batch = batches.next();
          return softmax.lossAndGradient(
              Batch.of(batch.logits, 0, rows, cols, stride),
              Targets.labels(batch.labels),
              Batch.of(g, 0, rows, cols, stride));
        };
    squaredErrorGradient =
        () -> {
          SeededBatch batch = batches.next();
          return halfSum.lossAndGradient(
              Batch.of(batch.y, 0, rows, cols, stride),
              Targets.of(Batch.of(batch.soft, 0, rows, cols, stride)),
              Batch.of(g, 0, rows, cols, stride));
        };
    crossEntropyTargetsGradient =
        () -> {
          SeededBatch batch = batches.next();
          return mean.lossAndGradient(
              Batch.of(batch.y, 0, rows, cols, stride),
              Targets.of(Batch.of(batch.soft, 0, rows, cols, stride)),
              Batch.of(g, 0, rows, cols, stride));
        };
    crossEntropyLabelsGradient =
        () -> {
          SeededBatch batch = batches.next();
          return mean.lossAndGradient(
              Batch.of(batch.y, 0, rows, cols, stride),
              Targets.labels(batch.labels),
              Batch.of(g, 0, rows, cols, stride));
        };
    useBinaryLosses(rows, cols, stride, g, backend);
    SoftmaxCrossEntropy softmaxSum = SoftmaxCrossEntropy.sum().on(backend);
    softmaxLabelsHessian =
        () -> {
          SeededBatch batch = batches.next();
          return softmaxSum.lossGradientHessian(
              Batch.of(batch.logits, 0, rows, cols, stride),
              Targets.labels(batch.labels),
              Batch.of(g, 0, rows, cols, stride),
              Batch.of(h, 0, rows, cols, stride));
        };
    String resolved = "";
    for (Loss loss : List.of(halfSum, mean, softmax)) {
      resolved = chosen.resolved(loss);
    }
    return resolved;
  }

  private void useBinaryLosses(int rows, int cols, int stride, float[] g, Backend backend) {
    SigmoidCrossEntropy ofLogits = SigmoidCrossEntropy.mean().on(backend);
    BinaryCrossEntropy ofProbabilities = BinaryCrossEntropy.mean().on(backend);
    sigmoid =
        () -> {
          SeededBatch batch = batches.next();
          return ofLogits.loss(
              Batch.of(batch.logits, 0, rows, cols, stride),
              Targets.of(Batch.of(batch.oneHot, 0, rows, cols, stride)));
        };
    sigmoidGradient =
        () -> {
          SeededBatch batch = batches.next();
          return ofLogits.lossAndGradient(
              Batch.of(batch.logits, 0, rows, cols, stride),
              Targets.of(Batch.of(batch.oneHot, 0, rows, cols, stride)),
              Batch.of(g, 0, rows, cols, stride));
        };
    binary =
        () -> {
          SeededBatch batch = batches.next();
          return ofProbabilities.loss(
              Batch.of(batch.y, 0, rows, cols, stride),
              Targets.of(Batch.of(batch.oneHot, 0, rows, cols, stride)));
        };
    binaryGradient =
        () -> {
          SeededBatch batch = batches.next();
          return ofProbabilities.lossAndGradient(
              Batch.of(batch.y, 0, rows, cols, stride),
              Targets.of(Batch.of(batch.oneHot, 0, rows, cols, stride)),
              Batch.of(g, 0, rows, cols, stride));
        };
  }

  /** ½ Σ (y − t)². */
  @Benchmark
  @CompilerControl(CompilerControl.Mode.DONT_INLINE)
  public double squaredError() {
    return squaredError.getAsDouble();
  }

  /** Mean cross-entropy; targets are labels. */
  @Benchmark
  @CompilerControl(CompilerControl.Mode.DONT_INLINE)
  public double crossEntropyLabels() {
    return crossEntropyLabels.getAsDouble();
  }

  /** Mean cross-entropy; targets are one-hot rows. */
  @Benchmark
  @CompilerControl(CompilerControl.Mode.DONT_INLINE)
  public double crossEntropyOneHot() {
    return crossEntropyOneHot.getAsDouble();
  }

  /** Mean cross-entropy; targets are any distribution. */
  @Benchmark
  @CompilerControl(CompilerControl.Mode.DONT_INLINE)
  public double crossEntropyTargets() {
    return crossEntropyTargets.getAsDouble();
  }

  /** Mean softmax cross-entropy, from logits; targets are labels. */
  @Benchmark
  @CompilerControl(CompilerControl.Mode.DONT_INLINE)
  public double softmaxLabels() {
    return softmaxLabels.getAsDouble();
  }

  /** Mean softmax cross-entropy, from logits; targets are any distribution. */
  @Benchmark
  @CompilerControl(CompilerControl.Mode.DONT_INLINE)
  public double softmaxTargets() {
    return softmaxTargets.getAsDouble();
  }

  /** Mean softmax cross-entropy and its gradient; targets are labels. */
  @Benchmark
  @CompilerControl(CompilerControl.Mode.DONT_INLINE)
  public double softmaxLabelsGradient() {
    return softmaxLabelsGradient.getAsDouble();
  }

  /** ½ Σ (y − t)² and its gradient. */
  @Benchmark
  @CompilerControl(CompilerControl.Mode.DONT_INLINE)
  public double squaredErrorGradient() {
    return squaredErrorGradient.getAsDouble();
  }

  /** Mean cross-entropy and its gradient; targets are any distribution. */
  @Benchmark
  @CompilerControl(CompilerControl.Mode.DONT_INLINE)
  public double crossEntropyTargetsGradient() {
    return crossEntropyTargetsGradient.getAsDouble();
  }

  /** Mean cross-entropy and its gradient; targets are labels. */
  @Benchmark
  @CompilerControl(CompilerControl.Mode.DONT_INLINE)
  public double crossEntropyLabelsGradient() {
    return crossEntropyLabelsGradient.getAsDouble();
  }

  /** Mean sigmoid cross-entropy, from logits; targets are 0 and 1. */
  @Benchmark
  @CompilerControl(CompilerControl.Mode.DONT_INLINE)
  public double sigmoid() {
    return sigmoid.getAsDouble();
  }

  /** The same, and its gradient. */
  @Benchmark
  @CompilerControl(CompilerControl.Mode.DONT_INLINE)
  public double sigmoidGradient() {
    return sigmoidGradient.getAsDouble();
  }

  /** Mean binary cross-entropy, from probabilities; targets are 0 and 1. */
  @Benchmark
  @CompilerControl(CompilerControl.Mode.DONT_INLINE)
  public double binary() {
    return binary.getAsDouble();
  }

  /** The same, and its gradient. */
  @Benchmark
  @CompilerControl(CompilerControl.Mode.DONT_INLINE)
  public double binaryGradient() {
    return binaryGradient.getAsDouble();
  }

  /** Softmax cross-entropy, its gradient and its Hessian; targets are labels. */
  @Benchmark
  @CompilerControl(CompilerControl.Mode.DONT_INLINE)
  public double softmaxLabelsHessian() {
    return softmaxLabelsHessian.getAsDouble();
  }
}

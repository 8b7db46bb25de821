package org.simdloss.bench;

import java.util.List;
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
import org.simdloss.Loss;
import org.simdloss.SoftmaxCrossEntropy;
import org.simdloss.SquaredError;
import org.simdloss.Targets;
import org.simdloss.bench.cli.ModuleVm;

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
@Fork(value = 1, jvmArgsPrepend = ModuleVm.FLAG)
@Warmup(iterations = 3, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 4, time = 150, timeUnit = TimeUnit.MILLISECONDS)
public class LossBenchmark {
  private static final int PRIMING_ROWS = 100;
  private static final int PRIMING_COLS = 10;
  static final int PRIMING_CALLS = 60_000;
  static final long PRIMING_NANOS = 500_000_000;

  @Param({"textbook", "scalar", "vector", "parallel"})
  String implementation;

  @Param({"100x10", "1000x10", "60000x10"})
  String shape;

  /** A field, so that what adds to it is not optimised away. */
  private double primed;

  /** Apart from the inputs, so that each call finds these as they were. */
  float[] gradient;

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

  /**
   * C2 compiles the caller of a loss, one of the methods below, after 5000 calls. At 60000 rows
   * those take longer than a fork, which would then show a caller that allocates its batches. So
   * the calls come first, on a small batch, in every implementation alike; what wide rows take
   * besides is compiled in the warm-up. (The methods are not inlined, or C1 would make them a part
   * of JMH's loop, where their calls are not counted.)
   */
  @Setup
  public void setUp(BenchmarkParams benchmark) {
    Shape whole = Shape.parse(shape);
    int cols = Math.min(whole.cols(), PRIMING_COLS);
    int padding = whole.stride() - whole.cols();
    use(new Shape(Math.min(whole.rows(), PRIMING_ROWS), cols, cols + padding));
    String name = benchmark.getBenchmark();
    DoubleSupplier body = body(name.substring(name.lastIndexOf('.') + 1));
    long start = System.nanoTime();
    for (int i = 0; i < PRIMING_CALLS || System.nanoTime() - start < PRIMING_NANOS; i++) {
      primed += body.getAsDouble();
    }
    setUp();
  }

  void setUp() {
    ForkBackend.announce(implementation, use(Shape.parse(shape)));
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
      default -> throw new IllegalArgumentException("no loss is measured by " + benchmark);
    };
  }

  /**
   * Makes the bodies compute on a batch; returns what they resolved to. The textbook loops know no
   * stride: theirs is the contiguous batch.
   */
  private String use(Shape size) {
    Implementation chosen = Implementation.of(implementation);
    Backend backend = chosen.backend();
    Shape laidOut = backend == null ? size.contiguous() : size;
    SeededBatch data = new SeededBatch(laidOut);
    gradient = new float[laidOut.length()];
    return backend == null
        ? useTextbook(data, gradient)
        : useLibrary(data, gradient, chosen, backend);
  }

  private String useTextbook(SeededBatch data, float[] g) {
    int rows = data.rows;
    int cols = data.cols;
    float[] x = data.logits;
    float[] y = data.y;
    float[] t = data.soft;
    float[] oneHot = data.oneHot;
    int[] labels = data.labels;
    squaredError = () -> Textbook.squaredError(y, t, rows, cols);
    crossEntropyTargets = () -> Textbook.crossEntropy(y, t, rows, cols);
    crossEntropyOneHot = () -> Textbook.crossEntropyOneHot(y, oneHot, rows, cols);
    crossEntropyLabels = () -> Textbook.crossEntropyLabels(y, labels, rows, cols);
    softmaxLabels = () -> Textbook.softmaxCrossEntropyLabels(x, labels, rows, cols);
    softmaxTargets = () -> Textbook.softmaxCrossEntropyTargets(x, t, rows, cols);
    softmaxLabelsGradient = () -> Textbook.softmaxCrossEntropyGradient(x, labels, g, rows, cols);
    squaredErrorGradient = () -> Textbook.squaredErrorGradient(y, t, g, rows, cols);
    crossEntropyTargetsGradient = () -> Textbook.crossEntropyTargetsGradient(y, t, g, rows, cols);
    crossEntropyLabelsGradient =
        () -> Textbook.crossEntropyLabelsGradient(y, labels, g, rows, cols);
    return Implementation.TEXTBOOK.resolved(null);
  }

  private String useLibrary(SeededBatch data, float[] g, Implementation chosen, Backend backend) {
    int rows = data.rows;
    int cols = data.cols;
    int stride = data.stride;
    float[] x = data.strided(data.logits);
    float[] y = data.strided(data.y);
    float[] t = data.strided(data.soft);
    float[] oneHot = data.strided(data.oneHot);
    int[] labels = data.labels;
    SquaredError halfSum = SquaredError.halfSum().on(backend);
    CrossEntropy mean = CrossEntropy.mean().on(backend);
    SoftmaxCrossEntropy softmax = SoftmaxCrossEntropy.mean().on(backend);
    squaredError =
        () ->
            halfSum.loss(
                Batch.of(y, 0, rows, cols, stride), Targets.of(Batch.of(t, 0, rows, cols, stride)));
    crossEntropyTargets =
        () ->
            mean.loss(
                Batch.of(y, 0, rows, cols, stride), Targets.of(Batch.of(t, 0, rows, cols, stride)));
    crossEntropyOneHot =
        () ->
            mean.loss(
                Batch.of(y, 0, rows, cols, stride),
                Targets.of(Batch.of(oneHot, 0, rows, cols, stride)));
    crossEntropyLabels =
        () -> mean.loss(Batch.of(y, 0, rows, cols, stride), Targets.labels(labels));
    softmaxLabels = () -> softmax.loss(Batch.of(x, 0, rows, cols, stride), Targets.labels(labels));
    softmaxTargets =
        () ->
            softmax.loss(
                Batch.of(x, 0, rows, cols, stride), Targets.of(Batch.of(t, 0, rows, cols, stride)));
    softmaxLabelsGradient =
        () ->
            softmax.lossAndGradient(
                Batch.of(x, 0, rows, cols, stride),
                Targets.labels(labels),
                Batch.of(g, 0, rows, cols, stride));
    squaredErrorGradient =
        () ->
            halfSum.lossAndGradient(
                Batch.of(y, 0, rows, cols, stride),
                Targets.of(Batch.of(t, 0, rows, cols, stride)),
                Batch.of(g, 0, rows, cols, stride));
    crossEntropyTargetsGradient =
        () ->
            mean.lossAndGradient(
                Batch.of(y, 0, rows, cols, stride),
                Targets.of(Batch.of(t, 0, rows, cols, stride)),
                Batch.of(g, 0, rows, cols, stride));
    crossEntropyLabelsGradient =
        () ->
            mean.lossAndGradient(
                Batch.of(y, 0, rows, cols, stride),
                Targets.labels(labels),
                Batch.of(g, 0, rows, cols, stride));
    String resolved = "";
    for (Loss loss : List.of(halfSum, mean, softmax)) {
      resolved = chosen.resolved(loss);
    }
    return resolved;
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
}

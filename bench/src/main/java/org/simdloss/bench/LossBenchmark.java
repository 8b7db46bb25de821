package org.simdloss.bench;

import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
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
import org.simdloss.bench.cli.ModuleVm;
import org.simdloss.bench.data.SeededBatch;
import org.simdloss.bench.data.Shape;
import org.simdloss.bench.losses.Losses;
import org.simdloss.bench.losses.Peer;
import org.simdloss.bench.losses.SpecialInputs;
import org.simdloss.bench.losses.Textbook;
import org.simdloss.bench.losses.VectorLoop;

/**
 * One call of a loss, on data in arrays that the caller keeps.
 *
 * <p>Calls go through {@linkplain SeededBatch#several several batches}.
 *
 * <p>A fork runs one of these methods in one implementation, so the call through {@link
 * ToDoubleFunction} has one target, and is inlined.
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

  /** Enough for whom 60,000 calls take longer than that. */
  private static final long MOST_PRIMING_NANOS = 1_000_000_000;

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

  private ToDoubleFunction<SeededBatch> body;

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
    String loss = name.substring(name.lastIndexOf('.') + 1);
    DoubleSupplier call = call(loss);
    Losses losses = losses(Implementation.of(implementation));
    double before = SpecialInputs.beforeCompilation(losses, loss);
    if (Implementation.of(implementation) == Implementation.BEST) {
      use(losses, loss, whole, measured);
      primed += Settling.byCalling(call);
    }
    Shape small = small(whole);
    use(losses, loss, small, SeededBatch.several(small));
    primed += prime(call);
    use(losses, loss, whole, measured);
    ForkBackend.announce(implementation, losses.description());
    ValueProfiler.keep(body.applyAsDouble(measured.from(0).next()));
    SpecialInputs.announce(implementation, losses, loss, before);
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
    long nanos = 0;
    for (int i = 0;
        (i < PRIMING_CALLS && nanos < MOST_PRIMING_NANOS) || nanos < PRIMING_NANOS;
        i++) {
      sum += call.getAsDouble();
      nanos = System.nanoTime() - start;
    }
    return sum;
  }

  /** Without a call, on batches that whoever sets up has of a shape. */
  void setUp(String loss, Function<Shape, SeededBatch.Several> several) {
    Shape whole = laidOut(Shape.parse(shape));
    use(losses(Implementation.of(implementation)), loss, whole, several.apply(whole));
  }

  private DoubleSupplier call(String loss) {
    return switch (loss) {
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
      default -> throw Losses.unknown(loss);
    };
  }

  /** The textbook loops and the peers know no stride: theirs are contiguous batches. */
  private Shape laidOut(Shape size) {
    return Implementation.of(implementation).isLibrary() ? size : size.contiguous();
  }

  /** Makes a loss compute on batches of a shape. */
  private void use(Losses losses, String loss, Shape size, SeededBatch.Several several) {
    batches = several;
    gradient = new float[size.length()];
    hessian = new float[size.length()];
    body = losses.body(loss, size, gradient, hessian);
  }

  private static Losses losses(Implementation chosen) {
    return switch (chosen) {
      case BEST, VECTOR, SCALAR, PARALLEL -> new LibraryLosses(chosen);
      case TEXTBOOK -> new Textbook();
      case VECTOR_LOOP -> new VectorLoop(1);
      case VECTOR_LOOP_THREADS -> new VectorLoop(Implementation.THREADS);
      default ->
          Peer.find(chosen.toString())
              .orElseThrow(
                  () -> new IllegalArgumentException("this jar has no implementation " + chosen));
    };
  }

  /** ½ Σ (y − t)². */
  @Benchmark
  @CompilerControl(CompilerControl.Mode.DONT_INLINE)
  public double squaredError() {
    return body.applyAsDouble(batches.next());
  }

  /** Mean cross-entropy; targets are labels. */
  @Benchmark
  @CompilerControl(CompilerControl.Mode.DONT_INLINE)
  public double crossEntropyLabels() {
    return body.applyAsDouble(batches.next());
  }

  /** Mean cross-entropy; targets are one-hot rows. */
  @Benchmark
  @CompilerControl(CompilerControl.Mode.DONT_INLINE)
  public double crossEntropyOneHot() {
    return body.applyAsDouble(batches.next());
  }

  /** Mean cross-entropy; targets are any distribution. */
  @Benchmark
  @CompilerControl(CompilerControl.Mode.DONT_INLINE)
  public double crossEntropyTargets() {
    return body.applyAsDouble(batches.next());
  }

  /** Mean softmax cross-entropy, from logits; targets are labels. */
  @Benchmark
  @CompilerControl(CompilerControl.Mode.DONT_INLINE)
  public double softmaxLabels() {
    return body.applyAsDouble(batches.next());
  }

  /** Mean softmax cross-entropy, from logits; targets are any distribution. */
  @Benchmark
  @CompilerControl(CompilerControl.Mode.DONT_INLINE)
  public double softmaxTargets() {
    return body.applyAsDouble(batches.next());
  }

  /** Mean softmax cross-entropy and its gradient; targets are labels. */
  @Benchmark
  @CompilerControl(CompilerControl.Mode.DONT_INLINE)
  public double softmaxLabelsGradient() {
    return body.applyAsDouble(batches.next());
  }

  /** ½ Σ (y − t)² and its gradient. */
  @Benchmark
  @CompilerControl(CompilerControl.Mode.DONT_INLINE)
  public double squaredErrorGradient() {
    return body.applyAsDouble(batches.next());
  }

  /** Mean cross-entropy and its gradient; targets are any distribution. */
  @Benchmark
  @CompilerControl(CompilerControl.Mode.DONT_INLINE)
  public double crossEntropyTargetsGradient() {
    return body.applyAsDouble(batches.next());
  }

  /** Mean cross-entropy and its gradient; targets are labels. */
  @Benchmark
  @CompilerControl(CompilerControl.Mode.DONT_INLINE)
  public double crossEntropyLabelsGradient() {
    return body.applyAsDouble(batches.next());
  }

  /** Mean sigmoid cross-entropy, from logits; targets are 0 and 1. */
  @Benchmark
  @CompilerControl(CompilerControl.Mode.DONT_INLINE)
  public double sigmoid() {
    return body.applyAsDouble(batches.next());
  }

  /** The same, and its gradient. */
  @Benchmark
  @CompilerControl(CompilerControl.Mode.DONT_INLINE)
  public double sigmoidGradient() {
    return body.applyAsDouble(batches.next());
  }

  /** Mean binary cross-entropy, from probabilities; targets are 0 and 1. */
  @Benchmark
  @CompilerControl(CompilerControl.Mode.DONT_INLINE)
  public double binary() {
    return body.applyAsDouble(batches.next());
  }

  /** The same, and its gradient. */
  @Benchmark
  @CompilerControl(CompilerControl.Mode.DONT_INLINE)
  public double binaryGradient() {
    return body.applyAsDouble(batches.next());
  }

  /** Softmax cross-entropy, its gradient and its Hessian; targets are labels. */
  @Benchmark
  @CompilerControl(CompilerControl.Mode.DONT_INLINE)
  public double softmaxLabelsHessian() {
    return body.applyAsDouble(batches.next());
  }
}

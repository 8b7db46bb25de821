package org.simdloss.bench;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.IdentityHashMap;
import java.util.Map;
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
import org.simdloss.SoftmaxCrossEntropy;
import org.simdloss.SquaredError;
import org.simdloss.bench.cli.ModuleVm;
import org.simdloss.bench.data.SeededBatch;
import org.simdloss.bench.data.Shape;

/**
 * Losses whose operands, targets that are values among them, are in something else than a {@code
 * float[]}; {@link LossBenchmark} has them of arrays.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsPrepend = ModuleVm.FLAG)
@Warmup(iterations = 3, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 4, time = 100, timeUnit = TimeUnit.MILLISECONDS)
public class OperandBenchmark {
  @Param("best")
  String implementation;

  @Param("60000x10")
  String shape;

  private int rows;
  private int cols;
  private int stride;
  private SeededBatch.Several batches;

  /** The same elements in direct buffers of the native byte order. */
  private final Map<float[], FloatBuffer> buffers = new IdentityHashMap<>();

  private final Map<float[], double[]> doubles = new IdentityHashMap<>();

  private SquaredError squared;
  private SoftmaxCrossEntropy softmax;

  /** A field, so that what adds to it is not optimised away. */
  private double primed;

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
          "implementation is " + chosen + ", which reads no other operands");
    }
    squared = SquaredError.halfSum().on(backend);
    softmax = SoftmaxCrossEntropy.mean().on(backend);
    return switch (benchmark) {
      case "squaredErrorBuffers" -> this::squaredErrorBuffers;
      case "squaredErrorDoubles" -> this::squaredErrorDoubles;
      case "softmaxLabelsBuffers" -> this::softmaxLabelsBuffers;
      case "softmaxLabelsDoubles" -> this::softmaxLabelsDoubles;
      default -> throw new IllegalArgumentException("no loss is measured by " + benchmark);
    };
  }

  void use(Shape size) {
    rows = size.rows();
    cols = size.cols();
    stride = size.stride();
    batches = SeededBatch.several(size);
    buffers.clear();
    doubles.clear();
    for (int i = 0; i < SeededBatch.count(size); i++) {
      SeededBatch batch = batches.next();
      for (float[] data : new float[][] {batch.y, batch.logits, batch.soft}) {
        buffers.put(data, buffer(data));
        doubles.put(data, doubles(data));
      }
    }
  }

  private static FloatBuffer buffer(float[] data) {
    return ByteBuffer.allocateDirect(Float.BYTES * data.length)
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer()
        .put(0, data);
  }

  private static double[] doubles(float[] data) {
    double[] all = new double[data.length];
    for (int i = 0; i < data.length; i++) {
      all[i] = data[i];
    }
    return all;
  }

  @Benchmark
  @CompilerControl(CompilerControl.Mode.DONT_INLINE)
  public double squaredErrorBuffers() {
    SeededBatch batch = batches.next();
    return squared.loss(
        Batch.of(buffers.get(batch.y), 0, rows, cols, stride),
        Batch.of(buffers.get(batch.soft), 0, rows, cols, stride));
  }

  @Benchmark
  @CompilerControl(CompilerControl.Mode.DONT_INLINE)
  public double softmaxLabelsBuffers() {
    SeededBatch batch = batches.next();
    return softmax.loss(Batch.of(buffers.get(batch.logits), 0, rows, cols, stride), batch.labels);
  }

  @Benchmark
  @CompilerControl(CompilerControl.Mode.DONT_INLINE)
  public double squaredErrorDoubles() {
    SeededBatch batch = batches.next();
    return squared.loss(
        Batch.of(doubles.get(batch.y), 0, rows, cols, stride),
        Batch.of(doubles.get(batch.soft), 0, rows, cols, stride));
  }

  @Benchmark
  @CompilerControl(CompilerControl.Mode.DONT_INLINE)
  public double softmaxLabelsDoubles() {
    SeededBatch batch = batches.next();
    return softmax.loss(Batch.of(doubles.get(batch.logits), 0, rows, cols, stride), batch.labels);
  }
}

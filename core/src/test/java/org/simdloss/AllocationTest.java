package org.simdloss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.simdloss.TestData.Shape;
import org.simdloss.TestData.Values;

/** Once compiled, a call allocates nothing, nor do the batches that are made for it. */
class AllocationTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final int CALLS = 1000;

  private static final long PATIENCE_NANOS = 15_000_000_000L;

  private static double sink;

  /** In a VM whose vectors are limited without the scalar one: that knows of no width. */
  static Stream<Backend> backends() {
    boolean isLimited = System.getProperty("simdloss.test.expect").equals("vector-128");
    return TestData.backends().stream()
        .filter(backend -> !backend.isParallel())
        .filter(backend -> !(isLimited && backend == Backend.scalar()))
        .map(Backend::warmUp);
  }

  private enum Kind {
    SQUARED_ERROR,
    SQUARED_ERROR_LABELS,
    ANY_TARGETS,
    LABELS,
    SLICES_AND_ARGMAX,
    ONE_HOT,
    ROWS_ANY_TARGETS,
    ROWS_LABELS,
    ROWS_SQUARED_ERROR,
    SOFTMAX,
    SOFTMAX_ANY_TARGETS_GRADIENT,
    SOFTMAX_LABELS_GRADIENT,
    SOFTMAX_ALONE,
    SOFTMAX_OF_A_LONG_ROW,
    ANY_TARGETS_GRADIENT,
    SQUARED_ERROR_GRADIENT,
    WEIGHTS,
    SOFTMAX_WEIGHTS_GRADIENT,
    IGNORED_LABEL,
    SMOOTHING_AND_CLIP,
    SOFTMAX_SMOOTHING,
    ROW_BY_ROW,
    SUM_AND_GRADIENT,
    SIGMOID,
    SIGMOID_HESSIAN,
    SIGMOID_ALONE,
    SOFTMAX_HESSIAN,
    BINARY_WEIGHTS,
    BINARY_ANY_TARGETS_GRADIENT,
    BUFFER,
    BUFFER_OF_BYTES,
    DOUBLES
  }

  /**
   * Calls of one kind, with the batches that are made for them. A copy of this class runs that kind
   * alone: C2 compiles its loop with these calls, as it would a user's. Code that C2 has not
   * compiled does make the batches, so a loop that allocates nothing has been.
   */
  static final class Loop implements DoubleSupplier {
    /** Few, since what takes the time of these tests is to call until C2 has compiled the loop. */
    private static final int ROWS = 20;

    private final Kind kind;
    private final SquaredError squared;
    private final CrossEntropy entropy;
    private final SoftmaxCrossEntropy softmax;
    private final CrossEntropy ignoring;
    private final CrossEntropy clipped;
    private final SoftmaxCrossEntropy smoothed;
    private final SigmoidCrossEntropy sigmoid;
    private final BinaryCrossEntropy binary;
    private final int[] answers = new int[100];
    private final float[] hessian;
    private final float[] weights = new float[100];
    private final LossSum total = new LossSum();
    private final float[] y;
    private final float[] t;
    private final int[] labels;
    private final float[] hot;
    private final float[] losses = new float[ROWS];
    private final float[] gradient;
    private final FloatBuffer buffer;
    private final FloatBuffer bytes;
    private final double[] doubles;
    private final float[] longRow = new float[2500];
    private final float[] longGradient = new float[2500];

    Loop(Backend backend, Kind kind) {
      this.kind = kind;
      squared = SquaredError.mse().on(backend);
      entropy = CrossEntropy.mean().on(backend);
      softmax = SoftmaxCrossEntropy.mean().on(backend);
      Random random = new Random(8);
      Shape shape = new Shape(100, 10, 0, 0);
      y = shape.batch(random, Values.PROBABILITIES).data();
      t = shape.batch(random, Values.PROBABILITIES).data();
      int[] all = shape.labels(random);
      hot = TestData.oneHot(shape, all).data();
      labels = Arrays.copyOf(all, ROWS);
      int n = y.length;
      buffer = ByteBuffer.allocateDirect(4 * n).order(ByteOrder.nativeOrder()).asFloatBuffer();
      buffer.put(0, y);
      bytes = ByteBuffer.allocate(4 * n).asFloatBuffer().put(0, t);
      doubles = new double[n];
      for (int i = 0; i < n; i++) {
        doubles[i] = y[i];
      }
      gradient = new float[n];
      hessian = new float[y.length];
      sigmoid = SigmoidCrossEntropy.mean().on(backend);
      binary = BinaryCrossEntropy.mean().on(backend);
      for (int r = 0; r < answers.length; r++) {
        answers[r] = random.nextInt(2);
      }
      ignoring = entropy.ignoring(3);
      clipped = entropy.smoothing(0.1).clip(0.01);
      smoothed = softmax.smoothing(0.1);
      for (int r = 0; r < weights.length; r++) {
        weights[r] = 0.1f * (r % 7); // whose sum is no double
      }
    }

    @Override
    public double getAsDouble() {
      double sum = 0;
      for (int i = 0; i < CALLS; i++) {
        sum +=
            switch (kind) {
              case SQUARED_ERROR ->
                  squared.loss(Batch.of(y, 0, ROWS, 10, 10), Batch.of(t, 0, ROWS, 10, 10));
              case SQUARED_ERROR_LABELS ->
                  squared.loss(Batch.of(y, 1, 12, 10, 11), Targets.labels(labels, 3, 12));
              case ANY_TARGETS ->
                  entropy.loss(Batch.of(y, 0, ROWS, 10, 10), Batch.of(t, 0, ROWS, 10, 10));
              case LABELS -> entropy.loss(Batch.of(y, 0, ROWS, 10, 10), labels);
              case SLICES_AND_ARGMAX ->
                  entropy.loss(
                      Batch.of(y, 0, 18, 10, 11).slice(1, 16),
                      Targets.argmax(Batch.of(hot, 0, 18, 10, 11)).slice(1, 16));
              case ONE_HOT ->
                  entropy.loss(Batch.of(y, 0, ROWS, 10, 10), Batch.of(hot, 0, ROWS, 10, 10));
              case ROWS_ANY_TARGETS -> {
                entropy.perRow(Batch.of(y, 0, ROWS, 10, 10), Batch.of(t, 0, ROWS, 10, 10), losses);
                yield losses[0];
              }
              case ROWS_LABELS -> {
                entropy.perRow(Batch.of(y, 0, ROWS, 10, 10), labels, losses);
                yield losses[0];
              }
              case ROWS_SQUARED_ERROR -> {
                squared.perRow(Batch.of(y, 0, ROWS, 10, 10), Batch.of(t, 0, ROWS, 10, 10), losses);
                yield losses[0];
              }
              case SOFTMAX -> softmax.loss(Batch.of(y, 0, ROWS, 10, 10), labels);
              case SOFTMAX_ANY_TARGETS_GRADIENT ->
                  softmax.lossAndGradient(
                      Batch.of(y, 0, ROWS, 10, 10),
                      Batch.of(t, 0, ROWS, 10, 10),
                      Batch.of(gradient, 0, ROWS, 10, 10));
              case SOFTMAX_LABELS_GRADIENT ->
                  softmax.lossAndGradient(
                      Batch.of(y, 0, ROWS, 10, 10), labels, Batch.of(gradient, 0, ROWS, 10, 10));
              case SOFTMAX_ALONE -> {
                softmax.softmax(Batch.of(y, 0, 18, 10, 11), Batch.of(gradient, 0, 18, 10, 11));
                yield gradient[0];
              }
              case SOFTMAX_OF_A_LONG_ROW ->
                  softmax.lossAndGradient(
                      Batch.row(longRow), Targets.labels(labels, 0, 1), Batch.row(longGradient));
              case ANY_TARGETS_GRADIENT ->
                  entropy.lossAndGradient(
                      Batch.of(y, 0, ROWS, 10, 10),
                      Batch.of(t, 0, ROWS, 10, 10),
                      Batch.of(gradient, 0, ROWS, 10, 10));
              case WEIGHTS ->
                  entropy.loss(
                      Batch.of(y, 0, 17, 10, 10), Targets.labels(labels, 3, 17).weighted(weights));
              case SOFTMAX_WEIGHTS_GRADIENT ->
                  softmax.lossAndGradient(
                      Batch.of(y, 0, 18, 10, 10),
                      Targets.of(Batch.of(t, 0, 18, 10, 10)).weighted(weights, 5).slice(0, 18),
                      Batch.of(gradient, 0, 18, 10, 10));
              case IGNORED_LABEL -> ignoring.loss(Batch.of(y, 0, ROWS, 10, 10), labels);
              case SMOOTHING_AND_CLIP -> clipped.loss(Batch.of(y, 0, ROWS, 10, 10), labels);
              case SOFTMAX_SMOOTHING -> smoothed.loss(Batch.of(y, 0, ROWS, 10, 10), labels);
              case ROW_BY_ROW -> {
                entropy.addRowsTo(total, Batch.of(y, 0, ROWS, 10, 10), labels);
                yield 0;
              }
              case SUM_AND_GRADIENT -> {
                entropy.addTo(
                    total,
                    Batch.of(y, 0, ROWS, 10, 10),
                    Targets.labels(labels),
                    Batch.of(gradient, 0, ROWS, 10, 10));
                yield gradient[0];
              }
              case SIGMOID -> sigmoid.loss(Batch.of(y, 0, 100, 1, 10), answers);
              case SIGMOID_HESSIAN ->
                  sigmoid.lossGradientHessian(
                      Batch.of(y, 0, ROWS, 10, 10),
                      Batch.of(t, 0, ROWS, 10, 10),
                      Batch.of(gradient, 0, ROWS, 10, 10),
                      Batch.of(hessian, 0, ROWS, 10, 10));
              case SIGMOID_ALONE -> {
                sigmoid.sigmoid(Batch.of(y, 0, 18, 10, 11), Batch.of(gradient, 0, 18, 10, 11));
                yield gradient[0];
              }
              case SOFTMAX_HESSIAN ->
                  softmax.lossGradientHessian(
                      Batch.of(y, 0, ROWS, 10, 10),
                      labels,
                      Batch.of(gradient, 0, ROWS, 10, 10),
                      Batch.of(hessian, 0, ROWS, 10, 10));
              case BINARY_WEIGHTS ->
                  binary.loss(
                      Batch.of(y, 0, 90, 1, 10), Targets.labels(answers, 3, 90).weighted(weights));
              case BINARY_ANY_TARGETS_GRADIENT ->
                  binary.lossAndGradient(
                      Batch.of(y, 0, ROWS, 10, 10),
                      Batch.of(t, 0, ROWS, 10, 10),
                      Batch.of(gradient, 0, ROWS, 10, 10));
              case BUFFER ->
                  softmax.lossAndGradient(
                      Batch.of(buffer, 10, ROWS, 10, 10),
                      labels,
                      Batch.of(gradient, 0, ROWS, 10, 10));
              case BUFFER_OF_BYTES ->
                  squared.loss(Batch.of(buffer, 3, ROWS, 10, 11), Batch.of(bytes, 0, ROWS, 10, 10));
              case DOUBLES -> {
                squared.perRow(
                    Batch.of(doubles, 0, ROWS, 10, 10), Batch.of(y, 0, ROWS, 10, 10), losses);
                yield entropy.loss(Batch.of(doubles, 3, ROWS, 10, 11), labels);
              }
              case SQUARED_ERROR_GRADIENT ->
                  squared.lossAndGradient(
                      Batch.of(y, 0, ROWS, 10, 10),
                      Batch.of(t, 0, ROWS, 10, 10),
                      Batch.of(gradient, 0, ROWS, 10, 10));
            };
      }
      return sum;
    }

    static DoubleSupplier copy(Backend backend, Kind kind) throws Exception {
      try (InputStream in = Loop.class.getResourceAsStream("AllocationTest$Loop.class")) {
        Class<?> copy =
            MethodHandles.lookup().defineHiddenClass(in.readAllBytes(), true).lookupClass();
        return (DoubleSupplier)
            copy.getDeclaredConstructor(Backend.class, Kind.class).newInstance(backend, kind);
      }
    }
  }

  static Stream<Arguments> kinds() {
    return backends()
        .flatMap(backend -> Stream.of(Kind.values()).map(kind -> Arguments.of(backend, kind)));
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("kinds")
  void callsAllocateNothing(Backend backend, Kind kind) throws Exception {
    DoubleSupplier loop = Loop.copy(backend, kind);
    long bytes = allocatedInTheEnd(() -> sink += loop.getAsDouble());
    assertEquals(0, bytes, () -> backend + ", " + kind + ": bytes in a thousand calls");
  }

  static Stream<Loss> losses() {
    return TestData.backends().stream()
        .filter(backend -> !backend.isParallel())
        .flatMap(backend -> TestData.arithmetics().stream().map(loss -> loss.on(backend)));
  }

  /** Batches of 100 rows of a data set, and the last of 37: their sum, and their gradients. */
  @ParameterizedTest
  @MethodSource("losses")
  void walksThroughADataSetAllocateNothing(Loss loss) {
    Random random = new Random(17);
    Shape shape = new Shape(1_037, 10, 3, 2);
    Batch y = shape.batch(random, Values.PROBABILITIES);
    Targets t =
        TestData.isBinary(loss)
            ? Targets.of(shape.batch(random, Values.PROBABILITIES))
            : Targets.labels(shape.labels(random));
    LossSum sum = new LossSum();
    Runnable walks =
        () -> {
          for (int i = 0; i < 100; i++) {
            sink += walk(loss, sum, y, t);
          }
        };
    assertEquals(0, allocatedInTheEnd(walks), "bytes in 100 walks");
  }

  private static double walk(Loss loss, LossSum sum, Batch y, Targets t) {
    double last = 0;
    for (int from = 0; from < y.rows(); from += 100) {
      int to = Math.min(from + 100, y.rows());
      loss.addTo(sum, y.slice(from, to), t.slice(from, to));
      last = loss.lossAndGradient(y.slice(from, to), t.slice(from, to), y.slice(from, to));
    }
    return last;
  }

  /** Sixteen threads on one loss: each finds a workspace, whoever else is in a call. */
  @Test
  void manyThreadsAllocateNothing() throws InterruptedException {
    int threads = 16;
    float[] y = new float[1_000];
    SquaredError loss = SquaredError.mse();
    CyclicBarrier barrier = new CyclicBarrier(threads);
    AtomicLong allocated = new AtomicLong();
    long end = System.nanoTime() + PATIENCE_NANOS;
    AtomicBoolean over = new AtomicBoolean();
    Runnable caller =
        () -> {
          try {
            while (!over.get()) {
              long before = THREADS.getCurrentThreadAllocatedBytes();
              for (int i = 0; i < 2 * CALLS; i++) {
                loss.loss(Batch.of(y, 100, 10), Batch.of(y, 100, 10));
              }
              allocated.addAndGet(THREADS.getCurrentThreadAllocatedBytes() - before);
              if (barrier.await() == 0) {
                over.set(allocated.get() == 0 || System.nanoTime() > end);
                allocated.addAndGet(over.get() ? 0 : -allocated.get());
              }
              barrier.await();
            }
          } catch (InterruptedException | BrokenBarrierException e) {
            throw new AssertionError(e);
          }
        };
    List<Thread> all = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      all.add(new Thread(caller));
    }
    all.forEach(Thread::start);
    for (Thread each : all) {
      each.join();
    }
    assertEquals(0, allocated.get(), "bytes in 32,000 calls");
  }

  /**
   * Compilation takes its time, so the loop is repeated until a thousand calls have allocated
   * nothing; if that never happens they do allocate.
   */
  private static long allocatedInTheEnd(Runnable loop) {
    assertTrue(THREADS.isThreadAllocatedMemorySupported());
    THREADS.getCurrentThreadAllocatedBytes();
    long start = System.nanoTime();
    long allocated;
    do {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      loop.run();
      allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
    } while (allocated > 0 && System.nanoTime() - start < PATIENCE_NANOS);
    return allocated;
  }
}

package org.simdloss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.simdloss.TestData.Shape;
import org.simdloss.TestData.Values;

/** Once compiled, a call allocates nothing, nor do the batches that are made for it. */
class AllocationTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final int CALLS = 1000;

  private static final long PATIENCE_NANOS = 15_000_000_000L;

  private static double sink;

  static Stream<Backend> backends() {
    return TestData.backends().stream()
        .filter(backend -> !backend.isParallel())
        .map(Backend::warmUp);
  }

  @ParameterizedTest
  @MethodSource("backends")
  void callsAllocateNothing(Backend backend) {
    Random random = new Random(8);
    Shape shape = new Shape(100, 10, 0, 0);
    float[] y = shape.batch(random, Values.PROBABILITIES).data();
    float[] t = shape.batch(random, Values.PROBABILITIES).data();
    int[] labels = shape.labels(random);
    float[] hot = TestData.oneHot(shape, labels).data();
    float[] losses = new float[100];
    SquaredError squared = SquaredError.mse().on(backend);
    CrossEntropy entropy = CrossEntropy.mean().on(backend);
    SoftmaxCrossEntropy softmax = SoftmaxCrossEntropy.mean().on(backend);
    float[] gradient = new float[y.length];
    float[] longRow = new float[2500];
    float[] longGradient = new float[2500];
    Map<String, Runnable> loops = new LinkedHashMap<>();
    loops.put(
        "squared error",
        () -> {
          for (int i = 0; i < CALLS; i++) {
            sink += squared.loss(Batch.of(y, 0, 100, 10, 10), Batch.of(t, 0, 100, 10, 10));
          }
        });
    loops.put(
        "squared error, labels",
        () -> {
          for (int i = 0; i < CALLS; i++) {
            sink += squared.loss(Batch.of(y, 1, 60, 10, 11), Targets.labels(labels, 3, 60));
          }
        });
    loops.put(
        "any targets",
        () -> {
          for (int i = 0; i < CALLS; i++) {
            sink += entropy.loss(Batch.of(y, 0, 100, 10, 10), Batch.of(t, 0, 100, 10, 10));
          }
        });
    loops.put(
        "labels",
        () -> {
          for (int i = 0; i < CALLS; i++) {
            sink += entropy.loss(Batch.of(y, 0, 100, 10, 10), labels);
          }
        });
    loops.put(
        "slices and argmax",
        () -> {
          for (int i = 0; i < CALLS; i++) {
            sink +=
                entropy.loss(
                    Batch.of(y, 0, 90, 10, 11).slice(1, 80),
                    Targets.argmax(Batch.of(hot, 0, 90, 10, 11)).slice(1, 80));
          }
        });
    loops.put(
        "one-hot",
        () -> {
          for (int i = 0; i < CALLS; i++) {
            sink += entropy.loss(Batch.of(y, 0, 100, 10, 10), Batch.of(hot, 0, 100, 10, 10));
          }
        });
    loops.put(
        "rows, any targets",
        () -> {
          for (int i = 0; i < CALLS; i++) {
            entropy.perRow(Batch.of(y, 0, 100, 10, 10), Batch.of(t, 0, 100, 10, 10), losses);
          }
        });
    loops.put(
        "rows, labels",
        () -> {
          for (int i = 0; i < CALLS; i++) {
            entropy.perRow(Batch.of(y, 0, 100, 10, 10), labels, losses);
          }
        });
    loops.put(
        "rows, squared error",
        () -> {
          for (int i = 0; i < CALLS; i++) {
            squared.perRow(Batch.of(y, 0, 100, 10, 10), Batch.of(t, 0, 100, 10, 10), losses);
          }
        });
    loops.put(
        "softmax",
        () -> {
          for (int i = 0; i < CALLS; i++) {
            sink += softmax.loss(Batch.of(y, 0, 100, 10, 10), labels);
          }
        });
    loops.put(
        "softmax, any targets, gradient",
        () -> {
          for (int i = 0; i < CALLS; i++) {
            sink +=
                softmax.lossAndGradient(
                    Batch.of(y, 0, 100, 10, 10),
                    Batch.of(t, 0, 100, 10, 10),
                    Batch.of(gradient, 0, 100, 10, 10));
          }
        });
    loops.put(
        "softmax, labels, gradient",
        () -> {
          for (int i = 0; i < CALLS; i++) {
            sink +=
                softmax.lossAndGradient(
                    Batch.of(y, 0, 100, 10, 10), labels, Batch.of(gradient, 0, 100, 10, 10));
          }
        });
    loops.put(
        "softmax alone",
        () -> {
          for (int i = 0; i < CALLS; i++) {
            softmax.softmax(Batch.of(y, 0, 90, 10, 11), Batch.of(gradient, 0, 90, 10, 11));
          }
        });
    loops.put(
        "softmax of a long row",
        () -> {
          for (int i = 0; i < CALLS; i++) {
            sink +=
                softmax.lossAndGradient(
                    Batch.row(longRow), Targets.labels(labels, 0, 1), Batch.row(longGradient));
          }
        });
    loops.put(
        "any targets, gradient",
        () -> {
          for (int i = 0; i < CALLS; i++) {
            sink +=
                entropy.lossAndGradient(
                    Batch.of(y, 0, 100, 10, 10),
                    Batch.of(t, 0, 100, 10, 10),
                    Batch.of(gradient, 0, 100, 10, 10));
          }
        });
    loops.put(
        "squared error, gradient",
        () -> {
          for (int i = 0; i < CALLS; i++) {
            sink +=
                squared.lossAndGradient(
                    Batch.of(y, 0, 100, 10, 10),
                    Batch.of(t, 0, 100, 10, 10),
                    Batch.of(gradient, 0, 100, 10, 10));
          }
        });
    Map<String, Long> allocated = new LinkedHashMap<>();
    loops.forEach(
        (name, loop) -> {
          long bytes = allocatedInTheEnd(loop);
          if (bytes > 0) {
            allocated.put(name, bytes);
          }
        });
    assertEquals(Map.of(), allocated, "bytes in a thousand calls");
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
    Targets t = Targets.labels(shape.labels(random));
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

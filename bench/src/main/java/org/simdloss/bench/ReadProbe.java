package org.simdloss.bench;

import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
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
import org.simdloss.bench.cli.ModuleVm;
import org.simdloss.bench.data.SeededBatch;
import org.simdloss.bench.data.Shape;

/**
 * How fast this machine reads what a loss must read: the least time that the loss could take.
 *
 * <p>Each loop does nothing but add up what it reads, in enough chains that no sum waits for the
 * one before it; in one thread, but for the one that says otherwise. As in the library's own loops,
 * a sum is an argument of the addition and not its receiver, or C2 may box it.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsPrepend = ModuleVm.FLAG)
@Warmup(iterations = 5, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 4, time = 100, timeUnit = TimeUnit.MILLISECONDS)
public class ReadProbe {
  // Static and final, or the loops run 10 to 100 times slower.
  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  private static final int WIDTH = FLOATS.length();

  /** As many as the library has for each thread, so that one that is held up gets fewer. */
  private static final int PIECES = 4 * Implementation.THREADS;

  @Param({"100x10", "1000x10", "60000x10"})
  String shape;

  private SeededBatch.Several batches;

  @Setup
  public void setUp() {
    batches = SeededBatch.several(Shape.parse(shape).contiguous());
    ForkBackend.announce("probe", "vector-" + FLOATS.vectorBitSize());
  }

  /** Every element of predictions and targets. */
  @Benchmark
  public float both() {
    SeededBatch batch = batches.next();
    return sum(batch.y, batch.soft, 0, batch.y.length);
  }

  /** The same in pieces, on the threads of the common pool. */
  @Benchmark
  public float bothParallel() {
    SeededBatch batch = batches.next();
    int n = batch.y.length;
    return (float)
        IntStream.range(0, PIECES)
            .parallel()
            .mapToDouble(piece -> sum(batch.y, batch.soft, bound(n, piece), bound(n, piece + 1)))
            .sum();
  }

  private static int bound(int n, int piece) {
    return (int) ((long) n * piece / PIECES);
  }

  /** The labels, and of each row of predictions the labelled element. */
  @Benchmark
  public float labels() {
    SeededBatch batch = batches.next();
    return sum(batch.y, batch.labels, batch.cols);
  }

  /** Every logit, and the labels. */
  @Benchmark
  public float logits() {
    SeededBatch batch = batches.next();
    return sum(batch.logits) + sum(batch.labels);
  }

  /** Σ y + Σ t, of the elements from one up to, not including, another. */
  static float sum(float[] y, float[] t, int from, int to) {
    FloatVector y0 = FloatVector.zero(FLOATS);
    FloatVector y1 = FloatVector.zero(FLOATS);
    FloatVector y2 = FloatVector.zero(FLOATS);
    FloatVector y3 = FloatVector.zero(FLOATS);
    FloatVector t0 = FloatVector.zero(FLOATS);
    FloatVector t1 = FloatVector.zero(FLOATS);
    FloatVector t2 = FloatVector.zero(FLOATS);
    FloatVector t3 = FloatVector.zero(FLOATS);
    int i = from;
    for (; i <= to - 4 * WIDTH; i += 4 * WIDTH) {
      y0 = FloatVector.fromArray(FLOATS, y, i).add(y0);
      t0 = FloatVector.fromArray(FLOATS, t, i).add(t0);
      y1 = FloatVector.fromArray(FLOATS, y, i + WIDTH).add(y1);
      t1 = FloatVector.fromArray(FLOATS, t, i + WIDTH).add(t1);
      y2 = FloatVector.fromArray(FLOATS, y, i + 2 * WIDTH).add(y2);
      t2 = FloatVector.fromArray(FLOATS, t, i + 2 * WIDTH).add(t2);
      y3 = FloatVector.fromArray(FLOATS, y, i + 3 * WIDTH).add(y3);
      t3 = FloatVector.fromArray(FLOATS, t, i + 3 * WIDTH).add(t3);
    }
    for (; i <= to - WIDTH; i += WIDTH) {
      y0 = FloatVector.fromArray(FLOATS, y, i).add(y0);
      t0 = FloatVector.fromArray(FLOATS, t, i).add(t0);
    }
    FloatVector sums = y0.add(y1).add(y2.add(y3)).add(t0.add(t1).add(t2.add(t3)));
    float sum = 0;
    for (; i < to; i++) {
      sum += y[i] + t[i];
    }
    for (int lane = 0; lane < WIDTH; lane++) {
      sum += sums.lane(lane);
    }
    return sum;
  }

  /** Σ x. */
  static float sum(float[] x) {
    FloatVector x0 = FloatVector.zero(FLOATS);
    FloatVector x1 = FloatVector.zero(FLOATS);
    FloatVector x2 = FloatVector.zero(FLOATS);
    FloatVector x3 = FloatVector.zero(FLOATS);
    FloatVector x4 = FloatVector.zero(FLOATS);
    FloatVector x5 = FloatVector.zero(FLOATS);
    FloatVector x6 = FloatVector.zero(FLOATS);
    FloatVector x7 = FloatVector.zero(FLOATS);
    int n = x.length;
    int i = 0;
    for (; i <= n - 8 * WIDTH; i += 8 * WIDTH) {
      x0 = FloatVector.fromArray(FLOATS, x, i).add(x0);
      x1 = FloatVector.fromArray(FLOATS, x, i + WIDTH).add(x1);
      x2 = FloatVector.fromArray(FLOATS, x, i + 2 * WIDTH).add(x2);
      x3 = FloatVector.fromArray(FLOATS, x, i + 3 * WIDTH).add(x3);
      x4 = FloatVector.fromArray(FLOATS, x, i + 4 * WIDTH).add(x4);
      x5 = FloatVector.fromArray(FLOATS, x, i + 5 * WIDTH).add(x5);
      x6 = FloatVector.fromArray(FLOATS, x, i + 6 * WIDTH).add(x6);
      x7 = FloatVector.fromArray(FLOATS, x, i + 7 * WIDTH).add(x7);
    }
    for (; i <= n - WIDTH; i += WIDTH) {
      x0 = FloatVector.fromArray(FLOATS, x, i).add(x0);
    }
    FloatVector sums = x0.add(x1).add(x2.add(x3)).add(x4.add(x5).add(x6.add(x7)));
    float sum = 0;
    for (; i < n; i++) {
      sum += x[i];
    }
    for (int lane = 0; lane < WIDTH; lane++) {
      sum += sums.lane(lane);
    }
    return sum;
  }

  /** Σ labels, in integers, which C2 adds up as vectors by itself. */
  static int sum(int[] labels) {
    int sum = 0;
    for (int label : labels) {
      sum += label;
    }
    return sum;
  }

  /** Σ y[r, label]. */
  static float sum(float[] y, int[] labels, int cols) {
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    float s4 = 0;
    float s5 = 0;
    float s6 = 0;
    float s7 = 0;
    int rows = labels.length;
    int r = 0;
    int at = 0;
    for (; r <= rows - 8; r += 8, at += 8 * cols) {
      s0 += y[at + labels[r]];
      s1 += y[at + cols + labels[r + 1]];
      s2 += y[at + 2 * cols + labels[r + 2]];
      s3 += y[at + 3 * cols + labels[r + 3]];
      s4 += y[at + 4 * cols + labels[r + 4]];
      s5 += y[at + 5 * cols + labels[r + 5]];
      s6 += y[at + 6 * cols + labels[r + 6]];
      s7 += y[at + 7 * cols + labels[r + 7]];
    }
    for (; r < rows; r++, at += cols) {
      s0 += y[at + labels[r]];
    }
    return ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7));
  }
}

package org.simdloss;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Batches, shapes and backends for the tests, all of them from fixed seeds. */
final class TestData {
  static final double U = 0x1p-24;

  private TestData() {}

  /** Whether this VM was started with the incubator module. */
  static boolean hasVectors() {
    return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
  }

  /** Every backend of this VM. The best one goes over to vectors at some time during the tests. */
  static List<Backend> backends() {
    List<Backend> all = new ArrayList<>();
    all.add(Backend.scalar());
    all.add(Backend.scalar().parallel());
    if (hasVectors()) {
      all.add(Backend.best());
      all.add(Backend.vector());
      all.add(Backend.vector().parallel());
    }
    return all;
  }

  /** Those that stay on the calling thread. */
  static List<Backend> oneThreaded() {
    return backends().stream().filter(backend -> !backend.isParallel()).toList();
  }

  /** A batch's shape and its place in an array. */
  record Shape(int rows, int cols, int offset, int padding) {
    Batch batch(Random random, Values values) {
      Batch batch = zeros();
      float[] data = batch.data();
      for (int i = 0; i < data.length; i++) {
        data[i] = values.next(random);
      }
      return batch;
    }

    Batch zeros() {
      int stride = cols + padding;
      return Batch.of(new float[offset + rows * stride + 3], offset, rows, cols, stride);
    }

    int[] labels(Random random) {
      return random.ints(rows, 0, cols).toArray();
    }
  }

  /** Kinds of element values. */
  enum Values {
    PROBABILITIES {
      @Override
      float next(Random random) {
        return random.nextFloat();
      }
    },
    NEAR_ONE {
      @Override
      float next(Random random) {
        return 1 + (random.nextInt(65) - 32) * 0x1p-23f;
      }
    },
    ANY_SIZE {
      @Override
      float next(Random random) {
        return (float) Math.scalb(1 + random.nextDouble(), random.nextInt(250) - 140);
      }
    },
    /** One in thirty is large, or stands for a class that can not be. */
    LOGITS {
      private final float[] special = {
        64f,
        64.00001f,
        -64f,
        -64.00001f,
        88f,
        100f,
        -87f,
        -100f,
        -104f,
        -1000f,
        1e30f,
        -1e30f,
        Float.NEGATIVE_INFINITY,
        -0f
      };

      @Override
      float next(Random random) {
        return random.nextInt(30) == 0
            ? special[random.nextInt(special.length)]
            : (float) (4 * random.nextGaussian());
      }
    },
    /** One in thirty is a number that needs care. */
    HOSTILE {
      private final float[] special = {
        0f,
        -0f,
        Float.MIN_VALUE,
        1e-40f,
        -1e-40f,
        Float.MIN_NORMAL,
        -1f,
        -1e-7f,
        1f,
        2f,
        3e38f,
        Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY,
        Float.NaN
      };

      @Override
      float next(Random random) {
        return random.nextInt(30) == 0
            ? special[random.nextInt(special.length)]
            : random.nextFloat();
      }
    };

    abstract float next(Random random);
  }

  /**
   * Shapes around everything that the arithmetic cuts at: vectors of 4, 8 and 16, 16 and 64 lanes,
   * groups of 512 rows, blocks of 1920 and of 3840 elements, and enough blocks for several threads;
   * strided, and offset.
   */
  static Stream<Shape> shapes() {
    List<Shape> all = new ArrayList<>();
    for (int n : new int[] {1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 63, 64, 65, 100, 127}) {
      all.add(new Shape(1, n, 0, 0));
      all.add(new Shape(n, 1, 0, 0));
      all.add(new Shape(n, 10, 0, 0));
      all.add(new Shape(3, n, n, n));
    }
    for (int n : new int[] {95, 96, 97, 191, 192, 193, 385, 1919, 1920, 1921}) {
      all.add(new Shape(n, 10, 0, 0));
      all.add(new Shape(n, 3, 1, 2));
      all.add(new Shape(n, 1, 0, 0));
      all.add(new Shape(2, n, 5, 1));
    }
    for (int n : new int[] {383, 384, 387}) {
      all.add(new Shape(n, 10, 0, 0));
      all.add(new Shape(n, 10, 2, 1));
    }
    for (int n : new int[] {511, 512, 513, 1037}) {
      all.add(new Shape(n, 1, 0, 0));
      all.add(new Shape(n, 6, 0, 0));
    }
    for (int n : new int[] {2, 6, 11, 12, 13, 14, 17, 21, 31, 32, 33, 63, 64, 65}) {
      all.add(new Shape(47, n, 1, 0));
    }
    all.add(new Shape(16, 1000, 0, 0));
    all.add(new Shape(35, 1000, 1, 3));
    all.add(new Shape(70, 784, 0, 0));
    all.add(new Shape(70, 784, 3, 16));
    all.add(new Shape(5, 5000, 7, 9));
    all.add(new Shape(1, 70_001, 0, 0));
    all.add(new Shape(7001, 10, 0, 0));
    all.add(new Shape(7001, 10, 2, 6));
    return all.stream();
  }

  /** One-hot rows of the labels, in the given shape. */
  static Batch oneHot(Shape shape, int[] labels) {
    Batch batch = shape.batch(new Random(0), Values.HOSTILE);
    for (int r = 0; r < shape.rows; r++) {
      int row = batch.offset() + r * batch.stride();
      java.util.Arrays.fill(batch.data(), row, row + shape.cols, 0);
      batch.data()[row + labels[r]] = 1;
    }
    return batch;
  }

  /** The same elements in an array without gaps. */
  static Batch contiguous(Batch batch) {
    float[] data = new float[batch.rows() * batch.cols()];
    for (int i = 0; i < data.length; i++) {
      data[i] = batch.get(i / batch.cols(), i % batch.cols());
    }
    return Batch.of(data, batch.rows(), batch.cols());
  }

  static String hex(double x) {
    return Double.isNaN(x) ? "NaN" : Long.toHexString(Double.doubleToRawLongBits(x));
  }

  /** The bits, with NaN as one value. */
  static int[] bits(float[] x, int n) {
    int[] bits = new int[n];
    for (int i = 0; i < n; i++) {
      bits[i] = Float.floatToIntBits(x[i]);
    }
    return bits;
  }

  /** A batch of the same shape and place, for results; its padding is 7. */
  static Batch room(Shape shape) {
    Batch room = shape.zeros();
    java.util.Arrays.fill(room.data(), 7);
    return room;
  }

  /** Another array with the same elements, in the same places. */
  static Batch copy(Batch batch) {
    return Batch.of(
        batch.data().clone(), batch.offset(), batch.rows(), batch.cols(), batch.stride());
  }

  /**
   * Any int: small ones most of the time, then the edges, those whose products are about 2^31 or
   * 2^32, and others.
   */
  static int anyInt(Random random) {
    int[] edges = {
      Integer.MIN_VALUE,
      Integer.MIN_VALUE + 1,
      -1,
      46_340,
      46_341,
      65_535,
      65_536,
      Integer.MAX_VALUE - 1,
      Integer.MAX_VALUE
    };
    return switch (random.nextInt(10)) {
      case 0 -> random.nextInt();
      case 1 -> edges[random.nextInt(edges.length)];
      case 2 ->
          (int) ((1L << 31 + random.nextInt(2)) / (1 + random.nextInt(9))) + random.nextInt(3) - 1;
      default -> random.nextInt(13) - 1;
    };
  }

  /** Whether it is a loss of two classes, for which each element is a question of its own. */
  static boolean isBinary(Loss loss) {
    return loss instanceof BinaryCrossEntropy || loss instanceof SigmoidCrossEntropy;
  }

  /** Whether a loss does not take such targets at all, whatever their values. */
  static boolean isRefused(Loss loss, Targets t, int cols) {
    return isBinary(loss)
        ? t.isArgmax() || t.labels() != null && cols != 1
        : loss instanceof SquaredError && t.labels() != null && cols == 1;
  }

  /** The losses under test, every one that this package has. */
  static List<Loss> losses() {
    return List.of(
        SquaredError.halfSum(),
        SquaredError.halfSumOverRows(),
        SquaredError.mse(),
        CrossEntropy.sum(),
        CrossEntropy.mean(),
        CrossEntropy.mean().delta(0),
        CrossEntropy.sum().delta(0.01),
        SoftmaxCrossEntropy.sum(),
        SoftmaxCrossEntropy.mean(),
        BinaryCrossEntropy.sum(),
        BinaryCrossEntropy.mean().delta(0),
        SigmoidCrossEntropy.sum(),
        SigmoidCrossEntropy.mean());
  }

  /** Those that take labels of any number of columns. */
  static List<Loss> lossesOfClasses() {
    return losses().stream().filter(loss -> !isBinary(loss)).toList();
  }

  /** Of losses that differ in scale and divisor alone, one. */
  static List<Loss> arithmetics() {
    return List.of(
        SquaredError.halfSum(),
        CrossEntropy.sum(),
        CrossEntropy.mean().delta(0),
        SoftmaxCrossEntropy.sum(),
        BinaryCrossEntropy.sum(),
        SigmoidCrossEntropy.sum());
  }
}

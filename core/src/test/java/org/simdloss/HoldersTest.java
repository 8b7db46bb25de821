package org.simdloss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.simdloss.TestData.bits;
import static org.simdloss.TestData.hex;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.simdloss.TestData.Shape;
import org.simdloss.TestData.Values;

/** Elements in a buffer, or in doubles, give the bits that they give in a float[]. */
@Tag("any-width")
class HoldersTest {
  /** What else may hold the elements of a batch. */
  enum Holder {
    DIRECT {
      @Override
      Batch of(Batch batch) {
        return view(direct(batch, ByteOrder.nativeOrder()), batch);
      }
    },
    DIRECT_IN_THE_OTHER_ORDER {
      @Override
      Batch of(Batch batch) {
        boolean little = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
        return view(direct(batch, little ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN), batch);
      }
    },
    BYTES {
      @Override
      Batch of(Batch batch) {
        return view(fill(ByteBuffer.allocate(4 * (batch.data().length + 5)), batch), batch);
      }
    },
    READ_ONLY_ARRAY {
      @Override
      Batch of(Batch batch) {
        FloatBuffer buffer = FloatBuffer.allocate(batch.data().length + 5);
        buffer.put(5, batch.data()).position(5);
        return view(buffer.asReadOnlyBuffer(), batch);
      }
    },
    DOUBLES {
      @Override
      Batch of(Batch batch) {
        float[] data = batch.data();
        double[] doubles = new double[data.length];
        for (int i = 0; i < data.length; i++) {
          // Less than half a unit in the last place, which is rounded away.
          double more = (i % 3 - 1) * 0.24 * Math.ulp(data[i]);
          doubles[i] = Float.isInfinite(data[i]) ? data[i] : data[i] + more;
        }
        return Batch.of(doubles, batch.offset(), batch.rows(), batch.cols(), batch.stride());
      }
    };

    abstract Batch of(Batch batch);

    private static FloatBuffer direct(Batch batch, ByteOrder order) {
      return fill(ByteBuffer.allocateDirect(4 * (batch.data().length + 5)).order(order), batch);
    }

    private static FloatBuffer fill(ByteBuffer bytes, Batch batch) {
      FloatBuffer buffer = bytes.asFloatBuffer();
      return buffer.put(5, batch.data()).position(5);
    }

    private static Batch view(FloatBuffer buffer, Batch batch) {
      boolean whole = batch.stride() == batch.cols() && batch.offset() == 0;
      int n = batch.rows() * batch.cols();
      return whole
          ? Batch.of(buffer.limit(5 + n), batch.rows(), batch.cols())
          : Batch.of(buffer, batch.offset(), batch.rows(), batch.cols(), batch.stride());
    }
  }

  static Stream<Arguments> cases() {
    List<Arguments> cases = new ArrayList<>();
    TestData.shapes()
        .filter(shape -> shape.rows() * shape.cols() <= 2_500)
        .forEach(
            shape -> {
              Holder holder = Holder.values()[Math.floorMod(shape.hashCode(), 5)];
              Values values = Values.values()[Math.floorMod(shape.hashCode() / 5, 5)];
              cases.add(Arguments.of(shape, holder, values));
            });
    return cases.stream();
  }

  private static List<Loss> losses() {
    List<Loss> all = new ArrayList<>(TestData.arithmetics());
    all.addAll(
        List.of(
            CrossEntropy.mean().smoothing(0.1).clip(1e-3),
            CrossEntropy.mean().ignoring(0),
            SoftmaxCrossEntropy.mean().smoothing(0.1),
            BinaryCrossEntropy.mean().clip(1e-3)));
    return all;
  }

  @ParameterizedTest(name = "{0} {1} {2}")
  @MethodSource("cases")
  void theSameBits(Shape shape, Holder holder, Values values) {
    Random random = new Random(shape.hashCode());
    Batch y = shape.batch(random, values);
    Batch any = shape.batch(random, values);
    int[] labels = shape.labels(random);
    Batch hot = TestData.oneHot(shape, labels);
    float[] weights = new float[shape.rows()];
    for (int r = 0; r < weights.length; r++) {
      weights[r] = random.nextInt(3) * 0.5f;
    }
    Batch otherY = holder.of(y);
    Batch otherAny = holder.of(any);
    Batch otherHot = holder.of(hot);
    Targets[][] pairs = {
      {Targets.labels(labels), Targets.labels(labels)},
      {Targets.of(any), Targets.of(otherAny)},
      {Targets.of(hot), Targets.of(otherHot)},
      {Targets.argmax(any), Targets.argmax(otherAny)},
      {Targets.of(any).weighted(weights), Targets.of(otherAny).weighted(weights)},
      {Targets.labels(labels).weighted(weights), Targets.labels(labels).weighted(weights)},
    };
    for (Loss loss : losses()) {
      for (Targets[] pair : pairs) {
        boolean ignores = loss.toString().contains("ignoring") && pair[0].labels() == null;
        if (!ignores && !TestData.isRefused(loss, pair[0], shape.cols())) {
          assertSameResults(loss, shape, y, pair[0], otherY, pair[1]);
        }
      }
    }
  }

  private static void assertSameResults(
      Loss loss, Shape shape, Batch y, Targets t, Batch otherY, Targets otherT) {
    List<String> expected = results(loss.on(Backend.scalar()), shape, y, t);
    for (Backend backend : TestData.backends()) {
      if (backend != Backend.best()) { // which is one of the others
        Loss on = loss.on(backend);
        assertEquals(expected, results(on, shape, otherY, otherT), () -> on + " " + t);
      }
    }
  }

  /** Two operands in one form and in another, and many blocks for several threads. */
  @ParameterizedTest
  @EnumSource(Holder.class)
  void eachOperandByItself(Holder holder) {
    Shape shape = new Shape(7001, 10, 2, 1);
    Random random = new Random(11);
    Batch y = shape.batch(random, Values.HOSTILE);
    Batch t = shape.batch(random, Values.PROBABILITIES);
    for (Loss loss : losses()) {
      if (loss.toString().contains("ignoring")) {
        continue;
      }
      List<String> expected = results(loss.on(Backend.scalar()), shape, y, Targets.of(t));
      for (Backend backend : TestData.backends()) {
        Loss on = loss.on(backend);
        assertEquals(expected, results(on, shape, holder.of(y), Targets.of(t)), on::toString);
        assertEquals(expected, results(on, shape, y, Targets.of(holder.of(t))), on::toString);
      }
    }
  }

  private static List<String> results(Loss loss, Shape shape, Batch y, Targets t) {
    List<String> all = new ArrayList<>();
    all.add(hex(loss.loss(y, t)));
    Batch gradient = TestData.room(shape);
    all.add(hex(loss.lossAndGradient(y, t, gradient)));
    all.add("gradient " + hash(gradient.data()));
    float[] rows = new float[shape.rows()];
    loss.perRow(y, t, rows);
    all.add("rows " + hash(rows));
    LossSum sum = new LossSum();
    loss.addTo(sum, y, t);
    loss.addRowsTo(sum, y, t);
    all.add("sum " + Arrays.hashCode(sum.toBytes()));
    if (loss instanceof Objective objective) {
      Batch hessian = TestData.room(shape);
      objective.lossGradientHessian(y, t, gradient, hessian);
      all.add("Hessian " + hash(hessian.data()));
    }
    return all;
  }

  private static int hash(float[] x) {
    return Arrays.hashCode(bits(x, x.length));
  }

  @ParameterizedTest
  @EnumSource(Holder.class)
  void whateverReadsABatch(Holder holder) {
    Shape shape = new Shape(23, 7, 3, 2);
    Random random = new Random(5);
    Batch y = shape.batch(random, Values.HOSTILE);
    Batch other = holder.of(y);
    int[] labels = shape.labels(random);
    for (int r = 0; r < y.rows(); r++) {
      for (int c = 0; c < y.cols(); c++) {
        assertEquals(y.get(r, c), other.get(r, c));
      }
    }
    assertArrayEquals(Labels.argmax(y), Labels.argmax(other));
    assertEquals(Labels.accuracy(y, labels), Labels.accuracy(other, labels));
    Targets targets = Targets.argmax(shape.batch(random, Values.PROBABILITIES));
    assertEquals(Labels.accuracy(y, targets), Labels.accuracy(other, targets));
    assertEquals(Labels.accuracy(y, Targets.of(y)), Labels.accuracy(y, Targets.of(other)));
    int[] pick = {22, 0, 3, 3};
    float[] picked = MiniBatch.gather(y, pick).data();
    assertArrayEquals(bits(picked, 28), bits(MiniBatch.gather(other, pick).data(), 28));
    Batch into = MiniBatch.zeros(4, 7);
    MiniBatch.gather(other, pick, into);
    assertArrayEquals(bits(picked, 28), bits(into.data(), 28));
    Batch slice = other.slice(4, 9);
    assertEquals(y.get(5, 6), slice.get(1, 6));
    assertEquals(5, slice.rows());
    for (Backend backend : TestData.backends()) {
      Batch expected = TestData.room(shape);
      Batch softmax = TestData.room(shape);
      SoftmaxCrossEntropy.sum().on(backend).softmax(y, expected);
      SoftmaxCrossEntropy.sum().on(backend).softmax(other, softmax);
      int n = expected.data().length;
      assertArrayEquals(bits(expected.data(), n), bits(softmax.data(), n));
      SigmoidCrossEntropy.sum().on(backend).sigmoid(y, expected);
      SigmoidCrossEntropy.sum().on(backend).sigmoid(other, softmax);
      assertArrayEquals(bits(expected.data(), n), bits(softmax.data(), n));
    }
    assertEquals(
        CrossEntropy.mean().diagnose(y, labels), CrossEntropy.mean().diagnose(other, labels));
  }

  private static void refused(Class<? extends Exception> type, String message, Executable call) {
    assertEquals(message, assertThrowsExactly(type, call).getMessage());
  }

  @Test
  void resultsNeedAnArray() {
    Batch doubles = Batch.of(new double[6], 2, 3);
    Batch y = Batch.of(new float[6], 2, 3);
    String message =
        " is a batch of a FloatBuffer or a double[]; allowed for results: one of a" + " float[]";
    Class<IllegalArgumentException> iae = IllegalArgumentException.class;
    int[] labels = {0, 1};
    SoftmaxCrossEntropy loss = SoftmaxCrossEntropy.mean();
    refused(iae, "gradient" + message, () -> loss.lossAndGradient(y, labels, doubles));
    refused(iae, "gradient" + message, () -> loss.addTo(new LossSum(), y, labels, doubles));
    refused(iae, "hessian" + message, () -> loss.lossGradientHessian(y, labels, y, doubles));
    refused(iae, "gradient" + message, () -> loss.lossGradientHessian(y, labels, doubles, y));
    refused(iae, "into" + message, () -> loss.softmax(y, doubles));
    refused(iae, "into" + message, () -> Labels.oneHot(labels, doubles));
    refused(iae, "into" + message, () -> MiniBatch.gather(y, labels, doubles));
    refused(
        IllegalStateException.class,
        "Batch of a double[] 2×3 (offset 0, stride 3) has no float[]; get(r, c) reads an element,"
            + " and MiniBatch.gather copies rows",
        doubles::data);
    FloatBuffer buffer = ByteBuffer.allocateDirect(24).asFloatBuffer();
    assertEquals(
        "Batch of a FloatBuffer 2×3 (offset 0, stride 3)", Batch.of(buffer, 2, 3).toString());
  }

  @Test
  void aBufferWithAnArrayIsThatArray() {
    float[] array = new float[20];
    FloatBuffer buffer = FloatBuffer.wrap(array, 4, 12).slice().position(2);
    Batch batch = Batch.of(buffer, 2, 5);
    assertSame(array, batch.data());
    assertEquals(6, batch.offset());
    Batch part = Batch.of(buffer, 1, 2, 3, 4);
    assertEquals(7, part.offset());
    assertEquals("Batch 2×3 (offset 7, stride 4)", part.toString());
    assertEquals(2, buffer.position());
    assertEquals(12, buffer.limit());
    SoftmaxCrossEntropy.mean().lossAndGradient(batch, new int[] {0, 1}, batch);
    assertEquals(0.1f, array[7]);
  }

  @Test
  void viewsThatDoNotFitAreRefused() {
    Class<IllegalArgumentException> iae = IllegalArgumentException.class;
    FloatBuffer buffer = ByteBuffer.allocateDirect(40).asFloatBuffer().position(2);
    refused(iae, "data has 8 elements, but 3×3 needs 9", () -> Batch.of(buffer, 3, 3));
    refused(
        iae,
        "data has 8 elements, but 2×3 at offset 1 with stride 5 ends at 9",
        () -> Batch.of(buffer, 1, 2, 3, 5));
    refused(iae, "data has 8 elements, but 3×3 needs 9", () -> Batch.of(new double[8], 3, 3));
    refused(
        iae,
        "offset is -1; allowed: 0 to data's length, 8",
        () -> Batch.of(new double[8], -1, 2, 3, 3));
    Batch batch = Batch.of(buffer, 2, 4);
    buffer.position(7);
    float[] losses = new float[2];
    CrossEntropy.mean().perRow(batch, new int[] {0, 1}, losses);
    assertEquals(-Math.log(1e-7), losses[1], 1e-5);
    buffer.limit(9);
    Arrays.fill(losses, 7);
    refused(
        iae,
        "y's FloatBuffer has a lower limit than when the batch was made",
        () -> CrossEntropy.mean().perRow(batch, new int[] {0, 1}, losses));
    refused(
        iae,
        "t's FloatBuffer has a lower limit than when the batch was made",
        () -> SquaredError.mse().perRow(Batch.of(new float[8], 2, 4), Targets.of(batch), losses));
    assertEquals(7, losses[0]);
  }

  /** What double holds and float does not. */
  @Test
  void doublesAreRoundedToTheNearestFloat() {
    double[] x = {
      1 + 0x1p-24,
      1 + 0x1.8p-23,
      1e39,
      -1e39,
      0x1p-150,
      0x1.8p-150,
      -0.0,
      Double.NaN,
      1e-40,
      Float.MAX_VALUE + 0x1p102,
      Float.MAX_VALUE + 0x1p103,
      0.1,
      Double.MIN_VALUE
    };
    for (Backend backend : TestData.backends()) {
      for (int n = 1; n <= x.length; n++) {
        Batch probabilities = MiniBatch.zeros(n, 1);
        SigmoidCrossEntropy.sum()
            .on(backend)
            .sigmoid(Batch.of(Arrays.copyOf(x, n), n, 1), probabilities);
        float[] rounded = new float[n];
        for (int i = 0; i < n; i++) {
          rounded[i] = (float) x[i];
        }
        Batch expected = MiniBatch.zeros(n, 1);
        SigmoidCrossEntropy.sum().on(Backend.scalar()).sigmoid(Batch.of(rounded, n, 1), expected);
        assertArrayEquals(bits(expected.data(), n), bits(probabilities.data(), n));
      }
    }
  }
}

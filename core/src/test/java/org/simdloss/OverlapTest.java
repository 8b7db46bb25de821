package org.simdloss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.simdloss.TestData.hex;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.simdloss.TestData.Values;
import org.simdloss.internal.call.Divisor;

/**
 * Results that go into the array of an input, anywhere: refused, and nothing is written; or the
 * same bits as in an array of their own, and nothing else is written.
 */
class OverlapTest {
  /** An output's view and what it is called. */
  private enum Output {
    GRADIENT("gradient", "y"),
    LOSSES("losses", "y"),
    SOFTMAX("into", "logits");

    final String name;
    final String input;

    Output(String name, String input) {
      this.name = name;
      this.input = input;
    }
  }

  /** One call, and where its operands lie. */
  private record Operands(Output output, Batch y, Targets t, Batch tValues, Batch out) {
    double call(Loss loss) {
      switch (output) {
        case GRADIENT:
          return loss.lossAndGradient(y, t, out);
        case LOSSES:
          loss.perRow(y, t, out.data());
          return 0;
        default:
          ((SoftmaxCrossEntropy) loss).softmax(y, out);
          return 0;
      }
    }

    /** With no array in common, and no gaps. */
    Operands apart() {
      Batch values = tValues == null ? null : TestData.contiguous(tValues);
      Targets of = values == null ? t : isArgmax() ? Targets.argmax(values) : Targets.of(values);
      return new Operands(output, TestData.contiguous(y), of, values, TestData.contiguous(out));
    }

    private boolean isArgmax() {
      return t.toString().contains("argmax");
    }

    /** How a refusal begins, or null if the call is allowed. */
    String refusal(Divisor divisor) {
      if (isRefused(out, y)) {
        return output.name + " overlaps " + output.input + ", but is not the same view";
      }
      if (output != Output.SOFTMAX && tValues != null && isRefused(out, tValues)) {
        return output.name + " overlaps t, but is not the same view";
      }
      return y.rows() == 0 && output == Output.GRADIENT && divisor != Divisor.NONE
          ? "y has 0 rows; a mean needs 1 or more"
          : null;
    }

    String describe(Loss loss) {
      return loss + " " + output + ", y " + y + ", t " + t + " " + tValues + ", out " + out;
    }
  }

  /** The places of the elements, row after row. */
  private static int[] places(Batch batch) {
    return IntStream.range(0, batch.rows() * batch.cols())
        .map(i -> batch.offset() + i / batch.cols() * batch.stride() + i % batch.cols())
        .toArray();
  }

  /** Whether the ranges from the first to the last element meet, and the places differ. */
  private static boolean isRefused(Batch out, Batch in) {
    int[] to = places(out);
    int[] from = places(in);
    return out.data() == in.data()
        && out.rows() > 0
        && in.rows() > 0
        && !Arrays.equals(to, from)
        && to[0] <= from[from.length - 1]
        && from[0] <= to[to.length - 1];
  }

  private static Batch anyView(Random random, float[] shared, int rows, int cols, Values values) {
    int stride = cols + random.nextInt(4);
    int length = rows * stride;
    if (random.nextInt(5) == 0) { // an array of its own, with something around
      float[] own = new float[length + 7];
      fill(own, random, values);
      return Batch.of(own, random.nextInt(8), rows, cols, stride);
    }
    return Batch.of(shared, random.nextInt(shared.length - length + 1), rows, cols, stride);
  }

  private static void fill(float[] data, Random random, Values values) {
    for (int i = 0; i < data.length; i++) {
      data[i] = values.next(random);
    }
  }

  private static Operands any(Random random, Loss loss, int rows, int cols) {
    Values values = random.nextBoolean() ? Values.PROBABILITIES : Values.HOSTILE;
    float[] shared = new float[(1 + random.nextInt(4)) * (rows * (cols + 3) + 1)];
    fill(shared, random, values);
    Output output = Output.values()[random.nextInt(loss instanceof SoftmaxCrossEntropy ? 3 : 2)];
    boolean losses = output == Output.LOSSES;
    if (losses && random.nextBoolean()) {
      cols = 1;
    }
    Batch y = anyView(random, shared, rows, cols, values);
    if (losses && random.nextInt(3) == 0) { // where it may be in place
      y = Batch.of(shared, 0, rows, cols, cols);
    }
    Batch tValues = random.nextInt(4) == 0 ? y : anyView(random, shared, rows, cols, values);
    if (losses && random.nextInt(3) == 0) {
      tValues = Batch.of(shared, 0, rows, cols, cols);
    }
    Batch out = anyView(random, shared, rows, cols, values);
    if (losses) {
      out = Batch.of(out.data(), 0, rows, 1, 1);
    } else if (random.nextInt(3) == 0) {
      out = random.nextBoolean() ? y : tValues;
      if (rows == 1) { // of one row the stride does not matter
        out = Batch.of(out.data(), out.offset(), 1, cols, cols + random.nextInt(1000));
      }
    }
    switch (TestData.isBinary(loss) ? 0 : random.nextInt(3)) {
      case 0:
        return new Operands(output, y, Targets.of(tValues), tValues, out);
      case 1:
        return new Operands(output, y, Targets.argmax(tValues), tValues, out);
      default:
        if (loss instanceof SquaredError && cols == 1) { // which refuses labels
          return new Operands(output, y, Targets.of(tValues), tValues, out);
        }
        int[] labels = random.ints(rows, 0, cols).toArray();
        return new Operands(output, y, Targets.labels(labels), null, out);
    }
  }

  /** Whether it was allowed. */
  private static boolean check(Operands operands, Loss loss) {
    Batch out = operands.out;
    float[] expected = out.data().clone();
    float[] y = operands.y.data().clone();
    float[] t = operands.tValues == null ? null : operands.tValues.data().clone();
    String refusal = operands.refusal(loss.evaluator().divisor());
    if (refusal == null) {
      Operands apart = operands.apart();
      double result = apart.call(loss.on(Backend.scalar()));
      int[] places = places(out);
      for (int i = 0; i < places.length; i++) {
        expected[places[i]] = apart.out.data()[i];
      }
      assertEquals(hex(result), hex(operands.call(loss)), () -> operands.describe(loss));
    } else {
      String said =
          assertThrowsExactly(
                  IllegalArgumentException.class,
                  () -> operands.call(loss),
                  () -> operands.describe(loss))
              .getMessage();
      assertTrue(said.startsWith(refusal), () -> said + ": " + operands.describe(loss));
    }
    assertTrue(Arrays.equals(expected, out.data()), () -> operands.describe(loss));
    assertTrue(
        operands.y.data() == out.data() || Arrays.equals(y, operands.y.data()),
        () -> operands.describe(loss));
    assertTrue(
        t == null
            || operands.tValues.data() == out.data()
            || Arrays.equals(t, operands.tValues.data()),
        () -> operands.describe(loss));
    return refusal == null;
  }

  /** Each backend has other draws, since all give the same bits. */
  static Stream<Arguments> losses() {
    List<Backend> backends = TestData.backends();
    return IntStream.range(0, backends.size())
        .boxed()
        .flatMap(
            i ->
                TestData.arithmetics().stream()
                    .map(loss -> Arguments.of(loss.on(backends.get(i)), 31L + i)));
  }

  static Stream<Arguments> lossesOnSeveralThreads() {
    return losses().filter(each -> ((Loss) each.get()[0]).backend().isParallel());
  }

  @ParameterizedTest(name = "{0}, seed {1}")
  @MethodSource("losses")
  void anyOverlap(Loss loss, long seed) {
    Random random = new Random(seed);
    int allowed = 0;
    for (int i = 0; i < 600; i++) {
      allowed += check(any(random, loss, random.nextInt(6), 1 + random.nextInt(5)), loss) ? 1 : 0;
    }
    for (int i = 0; i < 10; i++) {
      // around the blocks, and rows that are larger than one
      check(any(random, loss, 1 + random.nextInt(40), 1 + random.nextInt(70)), loss);
      check(any(random, loss, 1 + random.nextInt(3), 1_900 + random.nextInt(300)), loss);
    }
    assertTrue(allowed > 200 && allowed < 500, "allowed " + allowed);
  }

  /** Enough elements for several threads to share, some of which begin in the middle of a row. */
  @ParameterizedTest(name = "{0}, seed {1}")
  @MethodSource("lossesOnSeveralThreads")
  void anyOverlapOfManyRows(Loss loss, long seed) {
    Random random = new Random(seed);
    int allowed = 0;
    for (int i = 0; i < 8; i++) {
      int cols = new int[] {7, 10, 2_500}[random.nextInt(3)];
      allowed += check(any(random, loss, 60_000 / cols, cols), loss) ? 1 : 0;
    }
    assertTrue(allowed > 0 && allowed < 8, "allowed " + allowed);
  }

  @Test
  void anyGatheredRowsSeed33() {
    Random random = new Random(33);
    int allowed = 0;
    for (int i = 0; i < 3_000; i++) {
      int rows = 1 + random.nextInt(5);
      int cols = 1 + random.nextInt(4);
      float[] shared = new float[40];
      fill(shared, random, Values.PROBABILITIES);
      Batch source = anyView(random, shared, rows, cols, Values.PROBABILITIES);
      int picks = random.nextBoolean() ? rows : random.nextInt(6);
      Batch into =
          picks == rows && random.nextInt(3) == 0
              ? source
              : anyView(random, shared, picks, cols, Values.PROBABILITIES);
      int[] pick = random.ints(picks, 0, rows).toArray();
      Batch sourceApart = TestData.copy(source);
      Batch intoApart = TestData.copy(into);
      if (isRefused(into, source)) {
        String said =
            assertThrowsExactly(
                    IllegalArgumentException.class, () -> MiniBatch.gather(source, pick, into))
                .getMessage();
        assertEquals("into overlaps source: " + into + ", " + source, said);
      } else {
        allowed++;
        for (int r = 0; r < picks; r++) {
          for (int c = 0; c < cols; c++) {
            intoApart.data()[into.offset() + r * into.stride() + c] = source.get(pick[r], c);
          }
        }
        MiniBatch.gather(source, pick, into);
      }
      assertTrue(Arrays.equals(intoApart.data(), into.data()), into + ", " + source);
      assertTrue(
          source.data() == into.data() || Arrays.equals(sourceApart.data(), source.data()),
          into + ", " + source);
    }
    assertTrue(allowed > 1_000 && allowed < 2_500, "allowed " + allowed);
  }
}

package org.simdloss;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.simdloss.TestData.bits;
import static org.simdloss.TestData.hex;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.simdloss.TestData.Shape;
import org.simdloss.TestData.Values;

/**
 * Labels and picks of any ints: refused by the first bad one before anything is written, or right.
 */
class AnyLabelsTest {
  static Stream<Loss> losses() {
    return TestData.backends().stream()
        .flatMap(
            backend ->
                TestData.arithmetics().stream()
                    .filter(loss -> !TestData.isBinary(loss))
                    .map(loss -> loss.on(backend)));
  }

  /** All in 0 .. n - 1; or some are not, or most. */
  private static int[] anyLabels(Random random, int length, int n) {
    int[] labels = random.ints(length, 0, n).toArray();
    int bad = random.nextInt(8) == 0 ? length : random.nextBoolean() ? 0 : 1 + random.nextInt(3);
    for (int i = 0; i < bad && length > 0; i++) {
      labels[random.nextInt(length)] = random.nextBoolean() ? n : TestData.anyInt(random);
    }
    return labels;
  }

  /** Where the first is that is not in 0 .. n - 1, or −1. */
  private static int firstBad(int[] labels, int n) {
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0 || labels[i] >= n) {
        return i;
      }
    }
    return -1;
  }

  /** What follows the message, a hint, is another test's. */
  private static void refused(Class<? extends Exception> type, String message, Executable call) {
    String said = assertThrowsExactly(type, call).getMessage();
    assertEquals(
        message,
        said.replaceFirst(" \\((labels begin|one column is).*|: (slice|a label is).*", ""));
  }

  /**
   * Targets of these labels, in one of the ways to make them. Their array is filled in after they
   * were made: they are a view, and looked at when they are used.
   */
  private static Targets view(Random random, int[] labels) {
    int before = random.nextInt(4);
    int[] all = new int[before + labels.length + random.nextInt(4)];
    Arrays.fill(all, -9);
    Targets targets =
        switch (random.nextInt(3)) {
          case 0 -> Targets.labels(all, before, labels.length);
          case 1 -> Targets.labels(all).slice(before, before + labels.length);
          default -> Targets.labels(all, 0, all.length).slice(before, before + labels.length);
        };
    System.arraycopy(labels, 0, all, before, labels.length);
    return targets;
  }

  @ParameterizedTest(name = "{0}, seed 41")
  @MethodSource("losses")
  void anyLabelsOfALoss(Loss loss) {
    Random random = new Random(41);
    int refused = 0;
    for (int i = 0; i < 100; i++) {
      Shape shape =
          new Shape(
              1 + random.nextInt(40), 1 + random.nextInt(12), random.nextInt(3), random.nextInt(3));
      refused += check(loss, random, shape) ? 1 : 0;
    }
    for (int i = 0; i < 3; i++) { // enough for several threads
      check(loss, random, new Shape(7_001, 10, 3, i % 2));
    }
    assertTrue(refused > 30 && refused < 80, "refused " + refused);
  }

  /** Whether they were refused. */
  private static boolean check(Loss loss, Random random, Shape shape) {
    int cols = shape.cols();
    Batch y = shape.batch(random, Values.PROBABILITIES);
    int[] labels = anyLabels(random, shape.rows(), cols);
    Targets t = view(random, labels);
    boolean inPlace = random.nextBoolean();
    Batch gradient = inPlace ? y : TestData.room(shape);
    float[] losses = new float[shape.rows() + 2];
    Arrays.fill(losses, 7);
    LossSum sum = new LossSum();
    sum.add(0.1, 3, 3);

    int bad = firstBad(labels, cols);
    if (TestData.isRefused(loss, t, cols)) {
      assertThrows(IllegalArgumentException.class, () -> loss.loss(y, labels));
      return false;
    }
    if (bad < 0) {
      Loss scalar = loss.on(Backend.scalar());
      double expected = scalar.loss(y, labels);
      assertEquals(hex(expected), hex(loss.loss(y, labels)));
      assertEquals(hex(expected), hex(loss.loss(y, t)));
      return false;
    }
    String message = "label " + labels[bad] + " of row " + bad + "; allowed: 0 to " + (cols - 1);
    float[] yBefore = y.data().clone();
    float[] gradientBefore = gradient.data().clone();
    float[] lossesBefore = losses.clone();
    byte[] sumBefore = sum.toBytes();
    int[] labelsBefore = labels.clone();
    for (Executable call :
        new Executable[] {
          () -> loss.loss(y, labels),
          () -> loss.loss(y, t),
          () -> loss.lossAndGradient(y, labels, gradient),
          () -> loss.lossAndGradient(y, t, gradient),
          () -> loss.perRow(y, labels, losses),
          () -> loss.perRow(y, t, losses),
          () -> loss.addTo(sum, y, labels),
          () -> loss.addTo(sum, y, t),
          () -> Labels.accuracy(y, t)
        }) {
      refused(IndexOutOfBoundsException.class, message, call);
    }
    assertTrue(Arrays.equals(yBefore, y.data()));
    assertTrue(Arrays.equals(gradientBefore, gradient.data()));
    assertTrue(Arrays.equals(lossesBefore, losses));
    assertTrue(Arrays.equals(sumBefore, sum.toBytes()));
    assertTrue(Arrays.equals(labelsBefore, labels));
    return true;
  }

  /** Few draws: where most calls are refused, they are compiled into something that allocates. */
  @Test
  void anyNumberOfLabelsSeed45() {
    Random random = new Random(45);
    float[] data = {.1f, .2f, .3f, .4f, .5f, .6f};
    Batch y = Batch.of(data, 3, 2);
    float[] before = data.clone();
    LossSum sum = new LossSum();
    for (int i = 0; i < 12; i++) {
      int[] labels = anyLabels(random, random.nextInt(8), 2);
      Targets t = view(random, labels);
      if (labels.length != y.rows()) {
        String message =
            "y is 3×2, but t has " + labels.length + (labels.length == 1 ? " label" : " labels");
        Class<IllegalArgumentException> iae = IllegalArgumentException.class;
        for (Loss loss : TestData.arithmetics()) {
          refused(iae, message, () -> loss.loss(y, labels));
          refused(iae, message, () -> loss.lossAndGradient(y, t, y));
          refused(iae, message, () -> loss.perRow(y, t, data));
          refused(iae, message, () -> loss.addTo(sum, y, t));
        }
        refused(iae, message, () -> Labels.accuracy(y, t));
      }
    }
    assertArrayEquals(before, data);
    assertArrayEquals(new LossSum().toBytes(), sum.toBytes());
  }

  /** The room that a call works in is of use to the next, whatever becomes of it. */
  @Test
  void aRefusedCallGivesItsRoomBack() {
    Batch y = Batch.of(new float[8], 0, 2, 2, 2);
    Batch overlapping = Batch.of(y.data(), 1, 2, 2, 2);
    Batch none = Batch.of(new float[0], 0, 2);
    CrossEntropy mean = CrossEntropy.mean().on(Backend.scalar());
    for (Executable call :
        new Executable[] {
          () -> mean.loss(y, new int[] {0, 2}),
          () -> mean.lossAndGradient(y, new int[2], overlapping),
          () -> mean.loss(none, none)
        }) {
      long bytes =
          Allocated.bytes(
              () -> {
                mean.loss(y, new int[2]);
                assertThrows(RuntimeException.class, call);
              });
      assertTrue(bytes < 20_000, bytes + " bytes");
    }
  }

  @Test
  void anyLabelsOfRowsSeed42() {
    Random random = new Random(42);
    for (int i = 0; i < 1_500; i++) {
      Shape shape =
          new Shape(
              1 + random.nextInt(20), 1 + random.nextInt(8), random.nextInt(3), random.nextInt(3));
      int cols = shape.cols();
      Batch into = TestData.room(shape);
      float[] before = into.data().clone();
      int length = random.nextInt(4) == 0 ? random.nextInt(40) : shape.rows();
      int[] labels = anyLabels(random, length, cols);
      int bad = firstBad(labels, cols);
      if (length != shape.rows()) {
        String but =
            " is " + shape.rows() + "×" + cols + ", but labels has " + length + " elements";
        Class<IllegalArgumentException> iae = IllegalArgumentException.class;
        refused(iae, "into" + but, () -> Labels.oneHot(labels, into));
        refused(iae, "y" + but, () -> Labels.accuracy(into, labels));
      } else if (bad >= 0) {
        String message =
            "label " + labels[bad] + " of row " + bad + "; allowed: 0 to " + (cols - 1);
        Class<IndexOutOfBoundsException> type = IndexOutOfBoundsException.class;
        refused(type, message, () -> Labels.oneHot(labels, into));
        refused(type, message, () -> Labels.oneHot(labels, cols));
        refused(type, message, () -> Labels.accuracy(into, labels));
      } else {
        Labels.oneHot(labels, into);
        assertEquals(1, Labels.accuracy(into, labels));
        assertArrayEquals(TestData.contiguous(into).data(), Labels.oneHot(labels, cols).data());
        continue;
      }
      assertArrayEquals(bits(before, before.length), bits(into.data(), before.length));
    }
  }

  @Test
  void anyColumnsOfOneHotRowsSeed43() {
    Random random = new Random(43);
    for (int i = 0; i < 2_000; i++) {
      int[] labels = new int[random.nextInt(5)];
      int cols = TestData.anyInt(random);
      long elements = (long) labels.length * cols;
      Class<IllegalArgumentException> iae = IllegalArgumentException.class;
      if (cols < 1) {
        refused(iae, "cols is " + cols + "; allowed: 1 or more", () -> Labels.oneHot(labels, cols));
      } else if (elements > Integer.MAX_VALUE) {
        refused(
            iae,
            labels.length
                + "×"
                + cols
                + " is "
                + elements
                + " elements, more than an array can hold",
            () -> Labels.oneHot(labels, cols));
      } else if (elements < 1_000) {
        Batch rows = Labels.oneHot(labels, cols);
        assertEquals(labels.length, rows.rows());
        assertEquals(cols, rows.cols());
      }
    }
  }

  /** Picks of the rows of a batch and of as many labels, into room for so many. */
  private record Picks(int[] labels, Batch source, int[] pick, int room) {
    static Picks any(Random random) {
      int n = random.nextInt(8);
      int[] labels = random.ints(n).toArray();
      Batch source = new Shape(n, 3, 1, 2).batch(random, Values.PROBABILITIES);
      int[] pick = anyLabels(random, random.nextInt(9), Math.max(n, 1));
      boolean fits = random.nextInt(4) > 0;
      return new Picks(labels, source, pick, fits ? pick.length : random.nextInt(9));
    }

    void check() {
      int n = labels.length;
      Batch into = TestData.room(new Shape(room, 3, 0, 1));
      int[] labelsInto = new int[room];
      Arrays.fill(labelsInto, 7);
      float[] before = into.data().clone();
      int bad = firstBad(pick, n);
      Class<? extends Exception> type = IndexOutOfBoundsException.class;
      if (bad >= 0) {
        String message =
            "pick["
                + bad
                + "] is "
                + pick[bad]
                + (n == 0 ? ", but there is nothing to pick from" : "; allowed: 0 to " + (n - 1));
        refused(type, message, () -> MiniBatch.gather(source, pick));
        refused(type, message, () -> MiniBatch.gather(labels, pick));
        if (room == pick.length) {
          refused(type, message, () -> MiniBatch.gather(source, pick, into));
        }
        if (room >= pick.length) {
          refused(type, message, () -> MiniBatch.gather(labels, pick, labelsInto));
        }
      }
      type = IllegalArgumentException.class;
      if (room != pick.length) {
        String message = "into is " + room + "×3, but the picks are " + pick.length + "×3";
        refused(type, message, () -> MiniBatch.gather(source, pick, into));
      }
      if (room < pick.length) {
        String message =
            "into has " + room + " elements; allowed: the " + pick.length + " picks or more";
        refused(type, message, () -> MiniBatch.gather(labels, pick, labelsInto));
      }
      assertArrayEquals(before, into.data());
      assertTrue(Arrays.stream(labelsInto).allMatch(each -> each == 7));
      if (bad < 0 && room >= pick.length) {
        MiniBatch.gather(labels, pick, labelsInto);
        for (int k = 0; k < room; k++) {
          assertEquals(k < pick.length ? labels[pick[k]] : 7, labelsInto[k]);
        }
        Batch picked = MiniBatch.gather(source, pick);
        for (int k = 0; k < pick.length; k++) {
          assertEquals(source.get(pick[k], 2), picked.get(k, 2));
        }
      }
    }

    @Override
    public String toString() {
      return "picks " + Arrays.toString(pick) + " of " + labels.length + " into " + room;
    }
  }

  @Test
  void anyPicksSeed44() {
    Random random = new Random(44);
    for (int i = 0; i < 2_000; i++) {
      Picks picks = Picks.any(random);
      assertAll(i + ": " + picks, picks::check);
    }
  }
}

package org.simdloss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TargetsTest {
  private static final Batch Y = Batch.of(new float[] {.1f, .9f, .2f, .8f, .3f, .7f}, 3, 2);

  private static void refused(String message, Executable call) {
    assertEquals(message, assertThrowsExactly(IllegalArgumentException.class, call).getMessage());
  }

  @Test
  void saysWhatItIs() {
    assertEquals("Targets.labels (3 rows)", Targets.labels(new int[3]).toString());
    assertEquals("Targets.of 3×2", Targets.of(Y).toString());
    assertEquals("Targets.argmax 3×2", Targets.argmax(Y).toString());
    assertEquals(3, Targets.argmax(Y).rows());
  }

  @Test
  void labelsInPlace() {
    int[] labels = {9, 1, 0, 1, 9};
    double expected = CrossEntropy.sum().loss(Y, new int[] {1, 0, 1});
    assertEquals(expected, CrossEntropy.sum().loss(Y, Targets.labels(labels, 1, 3)));
    assertEquals(
        CrossEntropy.sum().loss(Y.slice(1, 3), new int[] {0, 1}),
        CrossEntropy.sum().loss(Y.slice(1, 3), Targets.labels(labels, 1, 3).slice(1, 3)));
    refused("rows is -1; allowed: 0 or more", () -> Targets.labels(labels, 0, -1));
    refused("offset is -1; allowed: 0 to labels' length, 5", () -> Targets.labels(labels, -1, 2));
    refused("offset is 6; allowed: 0 to labels' length, 5", () -> Targets.labels(labels, 6, 0));
    refused(
        "labels has 5 elements, but 3 rows at offset 3 end at 6",
        () -> Targets.labels(labels, 3, 3));
  }

  /** Whatever the ints, labels and slices are refused and say why, or are what was asked for. */
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {7, 8})
  void anyInts(long seed) {
    Random random = new Random(seed);
    int accepted = 0;
    for (int i = 0; i < 2_000; i++) {
      int[] labels = new int[random.nextInt(12)];
      int offset = TestData.anyInt(random);
      int rows = TestData.anyInt(random);
      Executable labelled = () -> Targets.labels(labels, offset, rows);
      if (rows < 0) {
        refused("rows is " + rows + "; allowed: 0 or more", labelled);
      } else if (offset < 0 || offset > labels.length) {
        refused(
            "offset is " + offset + "; allowed: 0 to labels' length, " + labels.length, labelled);
      } else if ((long) offset + rows > labels.length) {
        refused(
            "labels has "
                + labels.length
                + " elements, but "
                + rows
                + " rows at offset "
                + offset
                + " end at "
                + ((long) offset + rows),
            labelled);
      } else {
        accepted++;
        Targets targets = Targets.labels(labels, offset, rows);
        assertEquals(rows, targets.rows());
        anySlice(targets, random);
      }
      anySlice(random.nextBoolean() ? Targets.of(Y) : Targets.argmax(Y), random);
    }
    assertTrue(accepted > 150, "accepted " + accepted);
  }

  private static void anySlice(Targets targets, Random random) {
    int from = random.nextInt(3) == 0 ? targets.rows() : TestData.anyInt(random);
    int to = random.nextBoolean() ? from : TestData.anyInt(random);
    if (0 <= from && from <= to && to <= targets.rows()) {
      assertEquals(to - from, targets.slice(from, to).rows());
    } else {
      refused(
          "slice from row "
              + from
              + " to row "
              + to
              + "; allowed: 0 <= fromRow <= toRow <= "
              + targets.rows(),
          () -> targets.slice(from, to));
    }
  }

  @Test
  void slicesOfValues() {
    Batch t = Batch.of(new float[] {9, 1, 0, 9, 0, 1, 9, .5f, .5f}, 1, 3, 2, 3);
    for (Targets targets : new Targets[] {Targets.of(t), Targets.argmax(t)}) {
      double rest = CrossEntropy.sum().loss(Y.slice(1, 3), targets.slice(1, 3));
      double first = CrossEntropy.sum().loss(Y.slice(0, 1), targets.slice(0, 1));
      assertEquals(CrossEntropy.sum().loss(Y, targets), first + rest, 1e-6);
    }
    assertThrows(IllegalArgumentException.class, () -> Targets.of(t).slice(1, 4));
    assertThrows(IllegalArgumentException.class, () -> Targets.of(t).slice(-1, 1));
    assertEquals(0, Targets.of(t).slice(3, 3).rows());
  }

  /** As in NumPy: the first of equals, and a NaN before everything. */
  @Test
  void theFirstMaximumWins() {
    float nan = Float.NaN;
    float[][] rows = {{1, 1}, {0, -0f}, {-0f, 0}, {1, nan}, {nan, nan}, {-2, -1}};
    int[] expected = {0, 0, 0, 1, 0, 1};
    for (int i = 0; i < rows.length; i++) {
      Batch y = Batch.row(new float[] {0.25f, 0.75f});
      assertEquals(
          CrossEntropy.mean().loss(y, new int[] {expected[i]}),
          CrossEntropy.mean().loss(y, Targets.argmax(Batch.row(rows[i]))),
          "row " + i);
    }
  }

  @Test
  void nulls() {
    assertEquals(
        "labels",
        assertThrows(NullPointerException.class, () -> Targets.labels(null)).getMessage());
    assertEquals(
        "labels",
        assertThrows(NullPointerException.class, () -> Targets.labels(null, 0, 0)).getMessage());
    assertEquals(
        "values", assertThrows(NullPointerException.class, () -> Targets.of(null)).getMessage());
    assertEquals(
        "values",
        assertThrows(NullPointerException.class, () -> Targets.argmax(null)).getMessage());
  }
}

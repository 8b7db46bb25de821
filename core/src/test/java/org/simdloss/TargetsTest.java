package org.simdloss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class TargetsTest {
  private static final Batch Y = Batch.of(new float[] {.1f, .9f, .2f, .8f, .3f, .7f}, 3, 2);

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
    for (int[] bad : new int[][] {{-1, 2}, {0, -1}, {3, 3}, {0, 6}, {6, 0}, {5, 1}}) {
      IllegalArgumentException e =
          assertThrows(
              IllegalArgumentException.class, () -> Targets.labels(labels, bad[0], bad[1]));
      assertEquals(
          "labels has 5 elements; " + bad[1] + " rows at offset " + bad[0] + " lie outside it",
          e.getMessage());
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

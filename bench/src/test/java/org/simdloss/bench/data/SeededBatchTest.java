package org.simdloss.bench.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SeededBatchTest {
  @Test
  void rowsAreDistributions() {
    SeededBatch data = new SeededBatch(50, 10);
    for (int r = 0; r < data.rows; r++) {
      assertEquals(1, rowSum(data.y, r), 1e-6);
      assertEquals(1, rowSum(data.soft, r), 1e-6);
      assertEquals(1, rowSum(data.oneHot, r));
      assertEquals(1, data.oneHot[r * 10 + data.labels[r]]);
    }
  }

  @Test
  void predictionsAreTheSoftmaxOfTheLogits() {
    SeededBatch data = new SeededBatch(50, 10);
    for (int r = 0; r < data.rows; r++) {
      double sum = 0;
      for (int c = 0; c < 10; c++) {
        sum += Math.exp(data.logits[r * 10 + c]);
      }
      for (int c = 0; c < 10; c++) {
        assertEquals(Math.exp(data.logits[r * 10 + c]) / sum, data.y[r * 10 + c], 1e-6);
      }
    }
  }

  @Test
  void isTheSameEachTime() {
    assertArrayEquals(new SeededBatch(20, 10).y, new SeededBatch(20, 10).y);
  }

  @Test
  void stridedRowsAreTheSameWithNanBetween() {
    SeededBatch data = new SeededBatch(new Shape(3, 2, 4));
    assertArrayEquals(new SeededBatch(3, 2).y, data.y);
    float[] y = data.y;
    float nan = Float.NaN;
    assertArrayEquals(
        new float[] {y[0], y[1], nan, nan, y[2], y[3], nan, nan, y[4], y[5], nan, nan},
        data.strided(y));
    SeededBatch contiguous = new SeededBatch(3, 2);
    assertSame(contiguous.y, contiguous.strided(contiguous.y));
  }

  @Test
  void callsGoThroughManyBatchesOfSmallShapes() {
    assertEquals(60_000, SeededBatch.count(new Shape(1, 10)));
    assertEquals(600, SeededBatch.count(new Shape(100, 10)));
    assertEquals(4, SeededBatch.count(new Shape(128, 1000)));
    assertEquals(1, SeededBatch.count(new Shape(60_000, 10)));
    assertEquals(1, SeededBatch.count(new Shape(60_000, 784)));
    Set<List<Integer>> labels = new HashSet<>();
    SeededBatch.Several several = SeededBatch.several(new Shape(100, 10));
    SeededBatch first = several.next();
    for (int i = 1; i < 600; i++) {
      labels.add(Arrays.stream(several.next().labels).boxed().toList());
    }
    assertEquals(599, labels.size(), "batches have the same labels");
    assertSame(first, several.next());
    assertSame(first, several.from(600).next());
  }

  @Test
  void labelsAreSpreadOverTheClasses() {
    int[] counts = new int[10];
    for (int label : new SeededBatch(60_000, 10).labels) {
      counts[label]++;
    }
    for (int count : counts) {
      assertEquals(6000, count, 500);
    }
  }

  private static double rowSum(float[] values, int row) {
    double sum = 0;
    for (int c = 0; c < 10; c++) {
      sum += values[row * 10 + c];
    }
    return sum;
  }
}

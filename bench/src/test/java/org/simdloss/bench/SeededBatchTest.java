package org.simdloss.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

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

  private static double rowSum(float[] values, int row) {
    double sum = 0;
    for (int c = 0; c < 10; c++) {
      sum += values[row * 10 + c];
    }
    return sum;
  }
}

package org.simdloss.bench.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PredictionsTest {
  private static final Predictions THREE =
      new Predictions(new float[] {1, 2, 3, 4, -5, 6}, new int[] {1, 0, 1});

  @TempDir private Path folder;

  @AfterEach
  void forget() {
    System.clearProperty(Predictions.PROPERTY);
  }

  private void take(byte[] bytes) throws Exception {
    Path file = Files.write(folder.resolve("predictions"), bytes);
    System.setProperty(Predictions.PROPERTY, file.toString());
  }

  @Test
  void aBatchIsOfThePredictionsWhereItHasTheirColumns() throws Exception {
    SeededBatch random = new SeededBatch(2, 2);
    assertNull(Predictions.ofThisVm());
    take(THREE.toBytes());
    SeededBatch batch = new SeededBatch(2, 2);
    assertArrayEquals(new float[] {1, 2, 3, 4}, batch.logits);
    assertArrayEquals(new int[] {1, 0}, batch.labels);
    assertEquals(1 / (1 + Math.exp(-1)), batch.y[1], 1e-7);
    assertArrayEquals(new float[] {0, 1, 1, 0}, batch.oneHot);
    assertTrue(!Arrays.equals(random.logits, batch.logits));
    float[] more = new SeededBatch(4, 2).logits;
    assertEquals(random.logits[0], more[0], "there are only three: all four are random");
  }

  @Test
  void anotherFileIsRefused() throws Exception {
    byte[] good = THREE.toBytes();
    for (int length = 0; length < good.length; length++) {
      take(Arrays.copyOf(good, length));
      IllegalArgumentException refused =
          assertThrows(IllegalArgumentException.class, Predictions::ofThisVm);
      assertTrue(refused.getMessage().contains("delete it"), refused.getMessage());
    }
    good[0]++;
    take(good);
    assertThrows(IllegalArgumentException.class, Predictions::ofThisVm);
  }
}

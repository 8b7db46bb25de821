package org.simdloss.bench.digits;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.simdloss.bench.cli.Progress;
import org.simdloss.mnist.Mnist;
import org.simdloss.mnist.Samples;

class DigitsTest {
  private static final int PIXELS = Digits.SIDE * Digits.SIDE;

  private static final Progress SILENT =
      new Progress(new PrintStream(OutputStream.nullOutputStream()), false, true);

  @Test
  void anImageDoesNotDependOnThoseBeforeIt() {
    Digits all = Digits.draw(7, 0, 30);
    Digits last = Digits.draw(7, 20, 10);
    assertArrayEquals(Arrays.copyOfRange(all.pixels(), 20 * PIXELS, 30 * PIXELS), last.pixels());
    assertArrayEquals(Arrays.copyOfRange(all.labels(), 20, 30), last.labels());
    assertTrue(!Arrays.equals(last.pixels(), Digits.draw(8, 20, 10).pixels()), "another seed");
  }

  @Test
  void digitsAreBrightSomewhereAndBlackMostly() {
    Digits digits = Digits.draw(1, 0, 1000);
    int[] counts = new int[10];
    for (int i = 0; i < 1000; i++) {
      counts[digits.labels()[i]]++;
      int black = 0;
      int brightest = 0;
      for (int p = i * PIXELS; p < (i + 1) * PIXELS; p++) {
        black += digits.pixels()[p] == 0 ? 1 : 0;
        brightest = Math.max(brightest, digits.pixels()[p] & 0xff);
      }
      assertTrue(black > PIXELS / 2 && brightest > 120, i + ": " + black + ", " + brightest);
    }
    assertTrue(Arrays.stream(counts).allMatch(n -> n > 60), Arrays.toString(counts));
  }

  /**
   * Its name is made of their bits: another name on some JDK or machine means other digits there.
   */
  @Test
  void theyAreTheSameEverywhereAndDrawnOnce(@TempDir Path root) throws Exception {
    Path there = Files.createDirectories(root.resolve("digits-adb0e0bb"));
    assertEquals(there, DigitFiles.in(root, SILENT));
    try (Stream<Path> files = Files.list(root)) {
      assertEquals(List.of(there), files.toList());
    }
  }

  @Test
  void whatIsWrittenIsReadBack(@TempDir Path folder) throws Exception {
    Digits drawn = Digits.draw(3, 0, 50);
    DigitFiles.write(folder, "train", drawn);
    Samples read = Mnist.normalized().train(folder);
    assertArrayEquals(drawn.x().data(), read.x().data());
    assertArrayEquals(drawn.t(), read.labels());
    assertEquals("Samples x (50, 784), t (50,)", read.toString());
  }
}

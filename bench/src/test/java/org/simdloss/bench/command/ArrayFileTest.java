package org.simdloss.bench.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArrayFileTest {
  @TempDir private Path folder;
  private final Bench bench = new Bench();

  @Test
  void writesTheShapesThatAreChosen() throws Exception {
    Path file = folder.resolve("arrays.npz");
    String shapes = "3x2,300000x1,3x2";
    int code = bench.run("arrays", file.toString(), "--shapes", shapes, "--synthetic");
    assertEquals(Main.OK, code, bench.err());
    assertTrue(bench.out().startsWith("Written to " + file + ": [3x2, 300000x1], "), bench.out());
    byte[] first = Files.readAllBytes(file);
    // 100,000 batches of 6 elements and 3 labels; 2 of 300,000.
    long values = 100_000L * (4 * 6 + 3) + 2L * (4 * 300_000 + 300_000);
    assertEquals(4 * values, first.length, 4096, "but for the headers");
    bench.run("arrays", file.toString(), "--shapes", shapes, "--synthetic");
    assertArrayEquals(first, Files.readAllBytes(file), "the second time");
    try (var files = Files.list(folder)) {
      assertEquals(1, files.count(), "only the file itself is there");
    }
  }

  @Test
  void whatCanNotBeWrittenIsWrongUse() throws IOException {
    String file = folder.resolve("arrays.npz").toString();
    assertWrong("FILE", "arrays");
    assertWrong("more", "arrays", file, "more");
    assertWrong("--quick", "arrays", file, "--quick");
    assertWrong("shape is 10; allowed: rows x columns", "arrays", file, "--shapes", "3x2,10");
    assertWrong("shape is ; allowed", "arrays", file, "--shapes", "");
    assertWrong(
        "shape is 3x2/4; allowed: rows without padding", "arrays", file, "--shapes", "3x2/4");
    assertWrong("a folder", "arrays", folder.toString());
    String nowhere = folder.resolve("nowhere").resolve("arrays.npz").toString();
    assertWrong("can not be written", "arrays", nowhere);
    try (var files = Files.list(folder)) {
      assertEquals(0, files.count(), "something was written");
    }
  }

  private static void assertWrong(String why, String... args) {
    Bench bench = new Bench();
    assertEquals(Main.WRONG_USE, bench.run(args), bench.err());
    assertEquals(1, bench.err().lines().count(), bench.err());
    assertTrue(bench.err().contains(why), bench.err());
  }
}

package org.simdloss.bench.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.simdloss.bench.Main;
import org.simdloss.bench.digits.SmallMnist;

class TrainTest {
  @TempDir private Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String... args) {
    return Main.run(args, print(out), print(err));
  }

  private static PrintStream print(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  @Test
  void trainsOnTheFilesOfAFolder() throws Exception {
    String data = SmallMnist.in(folder).toString();
    Path once = folder.resolve("once");
    Path again = folder.resolve("again");
    for (Path to : new Path[] {once, again}) {
      int code = run("train", "--mnist", data, "--iterations", "10", "--out", to.toString());
      assertEquals(0, code, err.toString(StandardCharsets.UTF_8));
    }
    String said = out.toString(StandardCharsets.UTF_8);
    assertTrue(said.contains("Samples x (400, 784), t (400,)"), said);
    assertTrue(said.contains("epoch  iteration"), said);
    assertTrue(said.lines().allMatch(line -> line.length() <= 100), said);
    for (String file : new String[] {Train.PICTURE, Train.PAGE}) {
      assertArrayEquals(
          Files.readAllBytes(once.resolve(file)), Files.readAllBytes(again.resolve(file)), file);
    }
    String page = Files.readString(once.resolve(Train.PAGE));
    assertTrue(page.contains("| 2 | 8 |") && page.contains("| 3 | 10 |"), page);
    assertTrue(Files.readString(once.resolve(Train.PICTURE)).startsWith("<?xml"));
  }

  @Test
  void whatCanNotBeReadIsWrongUse() throws Exception {
    assertWrong("train-images-idx3-ubyte", "train", "--mnist", folder.toString());
    Path images = SmallMnist.in(folder).resolve("t10k-images-idx3-ubyte.gz");
    Files.write(images, new byte[] {0, 0, 8, 3});
    assertWrong("t10k-images-idx3-ubyte.gz: byte 4", "train", "--mnist", folder.toString());
    assertWrong("--iterations is 0; allowed: 1 or more", "train", "--iterations", "0");
    assertWrong("--iterations", "train", "--iterations", "many");
    assertWrong("--quick", "train", "--quick");
    Path file = Files.writeString(folder.resolve("file"), "");
    assertWrong("nothing can be written", "train", "--out", file.toString());
  }

  private void assertWrong(String why, String... args) {
    err.reset();
    assertEquals(2, run(args));
    String said = err.toString(StandardCharsets.UTF_8);
    assertEquals(1, said.lines().filter(line -> line.startsWith("bench: ")).count(), said);
    assertTrue(said.contains(why), said);
  }
}

package org.simdloss.bench.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.simdloss.bench.command.Bench;
import org.simdloss.bench.digits.SmallMnist;

class TrainTest {
  @TempDir private Path folder;
  private final Bench bench = new Bench();

  @Test
  void trainsOnTheFilesOfAFolder() throws Exception {
    String data = SmallMnist.in(folder).toString();
    Path once = folder.resolve("once");
    Path again = folder.resolve("again");
    for (Path to : new Path[] {once, again}) {
      int code = bench.run("train", "--mnist", data, "--iterations", "10", "--out", to.toString());
      assertEquals(0, code, bench.err());
    }
    String said = bench.out();
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
    Path to = folder.resolve("to");
    String nowhere = folder.resolve("nowhere").toString();
    assertWrong("nowhere", "train", "--mnist", nowhere, "--out", to.toString());
    assertTrue(Files.notExists(to), "a folder was made");
    assertWrong("train-images-idx3-ubyte", "train", "--mnist", folder.toString());
    Path images = SmallMnist.in(folder).resolve("t10k-images-idx3-ubyte.gz");
    Files.write(images, new byte[] {0, 0, 8, 3});
    assertWrong("t10k-images-idx3-ubyte.gz: byte 4", "train", "--mnist", folder.toString());
    assertWrong("--iterations is 0; allowed: 1 or more", "train", "--iterations", "0");
    assertWrong("--iterations", "train", "--iterations", "many");
    assertWrong("--quick", "train", "--quick");
    SmallMnist.withoutTestsIn(folder);
    assertWrong("Images 0×1×28×28 for tests", "train", "--mnist", folder.toString());
    Path file = Files.writeString(folder.resolve("file"), "");
    assertWrong(
        "nothing can be written",
        "train",
        "--mnist",
        SmallMnist.in(folder).toString(),
        "--out",
        file.toString());
  }

  private void assertWrong(String why, String... args) {
    Bench bench = new Bench();
    assertEquals(2, bench.run(args));
    String said = bench.err();
    assertEquals(1, said.lines().filter(line -> line.startsWith("bench: ")).count(), said);
    assertTrue(said.contains(why), said);
  }
}

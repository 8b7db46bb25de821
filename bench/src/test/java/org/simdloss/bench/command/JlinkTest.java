package org.simdloss.bench.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.simdloss.bench.cli.ModuleVm;
import org.simdloss.bench.digits.SmallMnist;
import org.simdloss.bench.report.RunFiles;

/**
 * The commands in an image that jlink makes of this JDK, without the vector module: as every JDK
 * will be, once that module has been one of an incubator long enough.
 */
class JlinkTest {
  private static final String NONE =
      "this JDK, or jlink image, has no module jdk.incubator.vector (results are the same without"
          + " it)";

  @TempDir private static Path folder;

  private static Path image;

  private record Said(int status, String text) {}

  @BeforeAll
  static void makeAnImage() {
    Optional<ToolProvider> jlink = ToolProvider.findFirst("jlink");
    assumeTrue(jlink.isPresent(), "this JDK has no jlink");
    image = folder.resolve("image");
    StringWriter said = new StringWriter();
    PrintWriter writer = new PrintWriter(said);
    int status =
        jlink
            .get()
            .run(
                writer,
                writer,
                "--add-modules",
                "java.desktop,jdk.management,jdk.unsupported",
                "--output",
                image.toString());
    // Since JDK 24 some can do without.
    boolean hasModules = Files.exists(Path.of(System.getProperty("java.home"), "jmods"));
    assumeTrue(status == 0 || hasModules, "this JDK has nothing to make an image of");
    assertEquals(0, status, said.toString());
  }

  private static Said run(String java, String... args) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(java, "-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of(args));
    Process vm = new ProcessBuilder(command).redirectErrorStream(true).start();
    String text = new String(vm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Said(vm.waitFor(), text);
  }

  private static String java() {
    return image.resolve(Path.of("bin", "java")).toString();
  }

  @Test
  void checkSaysThatThereIsNoModule() throws Exception {
    Said said = run(java(), "check");
    assertEquals(Main.OK, said.status(), said.text());
    assertTrue(said.text().contains("vector, no module "), said.text());
    assertTrue(said.text().contains("no vector backend: " + NONE), said.text());
    assertTrue(said.text().contains("All agree, and it is the published"), said.text());
    assertFalse(said.text().contains("--add-modules"), said.text());
  }

  /** By the image itself, and by this JDK that is told to run forks in the image. */
  @Test
  void forksRunScalarCode() throws Exception {
    String line =
        "LossBenchmark.squaredError$ -p shape=100x10 -wi 1 -w 10ms -i 1 -r 10ms --rounds 1"
            + " --synthetic --out ";
    String here = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Said own = run(java(), (line + folder.resolve("own")).split(" "));
    String jvm = " -p implementation=best -jvm " + java();
    Said other = run(here, (line + folder.resolve("other") + jvm).split(" "));
    assertTrue(own.text().contains("Benchmarks in a round: 3."), own.text()); // and no read probe
    assertRanScalarCode(own, folder.resolve("own"));
    assertRanScalarCode(other, folder.resolve("other"));
  }

  private static void assertRanScalarCode(Said said, Path into) throws IOException {
    assertEquals(Main.OK, said.status(), said.text());
    assertTrue(said.text().contains("this JDK has no module jdk.incubator.vector"), said.text());
    String report = Files.readString(into.resolve(RunFiles.REPORT));
    assertTrue(report.contains("**No vectors**: this JDK has no module"), report);
    assertTrue(report.contains("| `best` is | scalar |"), report);
    assertFalse(report.contains(ModuleVm.FLAG), report);
  }

  /** Who asks for vectors all the same is told why there are none. */
  @Test
  void aForkThatNeedsVectorsFails() throws Exception {
    String line =
        "LossBenchmark.squaredError$ -p implementation=vector -p shape=100x10 -wi 1 -w 10ms -i 1"
            + " -r 10ms --rounds 1 --synthetic --out "
            + folder.resolve("vector");
    Said said = run(java(), line.split(" "));
    assertEquals(Main.FAILED, said.status(), said.text());
    assertTrue(said.text().contains("no vector backend: " + NONE), said.text());
  }

  @Test
  void trainDoesWithoutVectors() throws Exception {
    String digits = SmallMnist.in(folder).toString();
    Said said =
        run(
            java(),
            List.of("train", "--iterations", "1", "--mnist", digits, "--out", folder + "/train")
                .toArray(new String[0]));
    assertEquals(Main.OK, said.status(), said.text());
    assertTrue(said.text().contains("runs on its scalar backend: " + NONE), said.text());
  }
}

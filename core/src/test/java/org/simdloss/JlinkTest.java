package org.simdloss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.simdloss.FreshVm.LIBRARY;
import static org.simdloss.FreshVm.MODULE;
import static org.simdloss.FreshVm.PROGRAMS;
import static org.simdloss.FreshVmTest.LOSS;
import static org.simdloss.FreshVmTest.VECTOR;

import app.FreshVmMain;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.simdloss.FreshVm.Run;

/** The library in images that jlink makes of this JDK, with the vector module and without. */
@EnabledIfSystemProperty(
    named = "simdloss.test.expect",
    matches = "vector-512",
    disabledReason = "starts VMs of its own; once is enough")
class JlinkTest {
  private static final Path JMODS = Path.of(System.getProperty("java.home"), "jmods");

  private static ToolProvider jlink;

  @TempDir private static Path folder;

  @BeforeAll
  static void makeAnImageWithoutTheVectorModule() {
    Optional<ToolProvider> tool = ToolProvider.findFirst("jlink");
    assumeTrue(tool.isPresent(), "this JDK has no jlink");
    jlink = tool.get();
    StringWriter said = new StringWriter();
    int status = link(said, "no-vectors", "--add-modules", "java.base");
    // Since JDK 24 some can do without.
    assumeTrue(status == 0 || Files.exists(JMODS), "this JDK has nothing to make an image of");
    assertEquals(0, status, said.toString());
  }

  private static int link(StringWriter said, String name, String... options) {
    List<String> args = new ArrayList<>(List.of(options));
    args.addAll(List.of("--output", folder.resolve(name).toString()));
    PrintWriter writer = new PrintWriter(said);
    return jlink.run(writer, writer, args.toArray(new String[0]));
  }

  /** Makes an image in the folder, and returns where it is. */
  private static Path link(String name, String... options) {
    StringWriter said = new StringWriter();
    assertEquals(0, link(said, name, options), said.toString());
    return folder.resolve(name);
  }

  private static Run runOnClassPath(Path image, String... flags) {
    return FreshVm.run(
        image, FreshVm.onClassPath(List.of(flags), LIBRARY, PROGRAMS), FreshVmMain.class.getName());
  }

  /** A module that requires the vector module has it, so that nobody needs a flag. */
  @Test
  void anApplicationOfModules() throws IOException {
    Path application = compileApplication();
    Path image =
        link(
            "module-path",
            "--module-path",
            application + File.pathSeparator + LIBRARY,
            "--add-modules",
            "application");
    Run run =
        FreshVm.run(
            image,
            List.of("-Dsimdloss.backend=vector", "-m"),
            "application/" + FreshVmMain.class.getName());
    assertEquals(List.of(VECTOR + LOSS, VECTOR + LOSS), run.out(), run.err());
    assertFalse(run.err().contains("simdloss"), run.err());
  }

  private static Path compileApplication() throws IOException {
    Path descriptor = folder.resolve("module-info.java");
    Files.writeString(
        descriptor, "module application { requires org.simdloss; requires " + MODULE + "; }");
    Path classes = folder.resolve("application");
    Path programs = Path.of("src", "test", "java", "app");
    assertEquals(
        0,
        ToolProvider.findFirst("javac")
            .orElseThrow()
            .run(
                System.out,
                System.err,
                "-d",
                classes.toString(),
                "--module-path",
                LIBRARY.toString(),
                descriptor.toString(),
                programs.resolve("FreshVmMain.java").toString(),
                programs.resolve("FirstUse.java").toString()));
    return classes;
  }

  /** The flag is in the image. JDK 17 wants the space before it. */
  @Test
  void anApplicationOnTheClassPath() {
    Path image =
        link("class-path", "--add-modules", MODULE, "--add-options= --add-modules=" + MODULE);
    for (String property : List.of("-Da=b", "-Dsimdloss.backend=vector")) {
      Run run = runOnClassPath(image, property);
      assertEquals(List.of(VECTOR + LOSS, VECTOR + LOSS), run.out(), run.err());
      assertFalse(run.err().contains("simdloss"), run.err());
    }
  }

  /** As a JDK will be, once the module has been one of an incubator long enough. */
  @Test
  void withoutTheVectorModule() {
    Path image = folder.resolve("no-vectors");
    Run flagged = runOnClassPath(image, "--add-modules", MODULE);
    assertTrue(flagged.status() != 0, "the VM starts with the flag");
    String none =
        "this JDK, or jlink image, has no module " + MODULE + " (results are the same without it)";
    Run best = runOnClassPath(image);
    assertEquals(List.of("scalar" + LOSS, "scalar" + LOSS), best.out(), best.err());
    assertTrue(best.err().contains("simdloss runs on its scalar backend: " + none), best.err());
    assertFalse(best.err().contains("--add-modules"), best.err());
    Run vector = runOnClassPath(image, "-Dsimdloss.backend=vector");
    String refused = "refused: no vector backend: " + none;
    assertEquals(List.of(refused, refused), vector.out(), vector.err());
  }
}

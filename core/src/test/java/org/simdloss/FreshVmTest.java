package org.simdloss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.simdloss.FreshVm.MODULE;

import app.FirstUse;
import app.FreshVmMain;
import app.OtherLayerMain;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import jdk.incubator.vector.VectorShape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;
import org.simdloss.FreshVm.Run;

/** What a user's VM chooses and says, for the flags a user may give it. */
@EnabledIfSystemProperty(
    named = "simdloss.test.expect",
    matches = "vector-512",
    disabledReason = "starts VMs of its own; once is enough")
class FreshVmTest {
  /** What the programs print: the backend where there are vectors, and the loss's bits. */
  static final String VECTOR =
      "vector-" + Math.min(512, VectorShape.preferredShape().vectorBitSize());

  static final String LOSS = " 0x1.26961820a78fbp-2";

  private static final String COMPILED_BY_C2 =
      "[ \\d]+ [ %sbn!]* 4 +org\\.simdloss\\.internal\\.kernel\\.VectorKernels::";

  private static Run onClassPath(String... flags) {
    return run(FreshVm.onClassPath(List.of(flags), FreshVm.LIBRARY, FreshVm.PROGRAMS));
  }

  private static Run onModulePath(String modules, String... flags) {
    List<String> all = new ArrayList<>(List.of(flags));
    all.addAll(List.of("-p", FreshVm.LIBRARY.toString(), "--add-modules", modules));
    return run(FreshVm.onClassPath(all, FreshVm.PROGRAMS));
  }

  private static Run run(List<String> flags) {
    return FreshVm.run(flags, FreshVmMain.class);
  }

  private static void assertBoth(String expected, Run run) {
    assertEquals(List.of(expected, expected), run.out(), run.err());
  }

  private static void assertWarnedOnce(String cause, Run run) {
    String warning = "simdloss runs on its scalar backend: " + cause;
    assertTrue(run.err().contains(warning), run.err());
    assertEquals(run.err().indexOf(warning), run.err().lastIndexOf(warning), run.err());
  }

  private static void assertSilent(Run run) {
    assertTrue(!run.err().contains("simdloss"), run.err());
  }

  @Test
  void withTheModule() {
    for (Run run :
        List.of(
            onClassPath("--add-modules", MODULE),
            onModulePath("org.simdloss," + MODULE),
            onClassPath("--add-modules", MODULE, "-Dsimdloss.backend=vector"))) {
      assertBoth(VECTOR + LOSS, run);
      assertSilent(run);
    }
  }

  @Test
  void withoutTheModule() {
    for (Run run : List.of(onClassPath(), onModulePath("org.simdloss"))) {
      assertBoth("scalar" + LOSS, run);
      assertWarnedOnce(
          "the module jdk.incubator.vector is not loaded; start the VM with --add-modules"
              + " jdk.incubator.vector (results are the same without it);"
              + " -Dsimdloss.backend=scalar silences this warning",
          run);
    }
  }

  @Test
  void scalarByChoiceIsSilent() {
    Run run = onClassPath("-Dsimdloss.backend=scalar");
    assertBoth("scalar" + LOSS, run);
    assertSilent(run);
  }

  /** Nothing falls back where scalar code was asked for, whatever the property says. */
  @Test
  void aLossOnTheScalarBackendIsSilent() {
    for (String property : List.of("-Da=b", "-Dsimdloss.backend=vector")) {
      Run run =
          FreshVm.run(
              FreshVm.onClassPath(List.of(property), FreshVm.LIBRARY, FreshVm.PROGRAMS),
              FirstUse.class,
              "scalar");
      assertEquals(List.of(LOSS.strip()), run.out(), run.err());
      assertSilent(run);
    }
  }

  /** It lets nobody read the properties that the library would like to read. */
  @Test
  @EnabledForJreRange(max = JRE.JAVA_23, disabledReason = "later JDKs have no security manager")
  void underASecurityManager() {
    for (List<String> flags :
        List.of(
            List.of("-Djava.security.manager"),
            List.of("-Djava.security.manager", "--add-modules", MODULE))) {
      Run run =
          FreshVm.run(
              FreshVm.onClassPath(flags, FreshVm.LIBRARY, FreshVm.PROGRAMS), FirstUse.class);
      assertEquals(1, run.out().size(), run.err());
      assertTrue(run.out().get(0).endsWith(LOSS), run.out().get(0));
    }
  }

  @Test
  void theModuleInAnotherLayer() {
    Run run =
        FreshVm.run(
            FreshVm.onClassPath(List.of(), FreshVm.PROGRAMS),
            OtherLayerMain.class,
            FreshVm.LIBRARY.toString());
    assertEquals(2, run.out().size(), run.err());
    assertTrue(
        run.out()
            .get(0)
            .startsWith(
                "no vector backend: the module jdk.incubator.vector is not in the boot layer"),
        run.out().get(0));
    assertEquals("scalar", run.out().get(1));
  }

  @Test
  void vectorsWithoutAFusedMultiplyAddAreRefused() {
    for (String flag : List.of("-XX:-UseFMA", "-XX:UseAVX=0")) {
      Run run = onClassPath("--add-modules", MODULE, flag, "-Dsimdloss.backend=vector");
      assertBoth(
          "refused: no vector backend: the CPU, or the VM's flags, have no fused multiply-add,"
              + " without which vectors are slower than scalar code; Backend.scalar() gives the"
              + " same results",
          run);
    }
  }

  @Test
  void vectorsThatCanNotBeHad() {
    assertBoth(
        "refused: no vector backend: the module jdk.incubator.vector is not loaded; start the VM"
            + " with --add-modules jdk.incubator.vector (results are the same without it)",
        onClassPath("-Dsimdloss.backend=vector"));
  }

  @Test
  void aWishThatIsNone() {
    assertBoth(
        "refused: system property simdloss.backend is 'gpu'; allowed: scalar, vector",
        onClassPath("-Dsimdloss.backend=gpu"));
  }

  @Test
  void whereVectorsWouldBeSlow() {
    Run interpreted = onClassPath("--add-modules", MODULE, "-Xint");
    assertBoth("scalar" + LOSS, interpreted);
    assertWarnedOnce("the VM only interprets (-Xint)", interpreted);
    if (Runtime.version().feature() <= 26) { // later ones do not say that they have C1 only
      Run c1 = onClassPath("--add-modules", MODULE, "-XX:TieredStopAtLevel=1");
      assertBoth("scalar" + LOSS, c1);
      assertWarnedOnce("the VM compiles with C1 only (-XX:TieredStopAtLevel=1)", c1);
    }
    Run noFma = onClassPath("--add-modules", MODULE, "-XX:-UseFMA");
    assertBoth("scalar" + LOSS, noFma);
    assertWarnedOnce("the CPU, or the VM's flags, have no fused multiply-add", noFma);
    Run wanted = onClassPath("--add-modules", MODULE, "-Xint", "-Dsimdloss.backend=vector");
    assertBoth(VECTOR + LOSS, wanted);
  }

  /**
   * Beyond a number of nodes C2 inlines no more. Where that hits a method of the Vector API its
   * vectors are objects, and the kernel is slow and allocates: the kernel must be made smaller. (To
   * leave a method of ours a call is no harm, since none passes vectors.)
   */
  @Test
  void noVectorIsBeyondWhatTheCompilerInlines() {
    int most = VectorShape.preferredShape().vectorBitSize() / Byte.SIZE;
    for (int bytes :
        IntStream.of(64, 32, 16).map(each -> Math.min(each, most)).distinct().toArray()) {
      Run run =
          onClassPath(
              "--add-modules",
              MODULE,
              "-XX:MaxVectorSize=" + bytes,
              "-Xbatch", // or the program ends before the compiler does
              "-XX:+UnlockDiagnosticVMOptions",
              "-XX:+PrintCompilation",
              "-XX:+PrintInlining",
              "-DwarmUp=vector");
      for (String kernel :
          List.of("addSquares", "addTimesLn", "expIfWithinLimit", "writeHotBits")) {
        assertTrue(
            run.out().stream().anyMatch(line -> line.matches(COMPILED_BY_C2 + kernel + " .*")),
            () -> kernel + " was not compiled, at " + bytes + " bytes");
      }
      List<String> cut =
          run.out().stream()
              .filter(line -> line.contains("NodeCountInliningCutoff"))
              .filter(line -> line.contains("jdk.incubator") || line.contains("jdk.internal"))
              .toList();
      assertEquals(List.of(), cut);
    }
  }

  /**
   * Vector kernels of another make, found before the library's own, that fail or lie only when they
   * run: those of a VM whose module is not what it was.
   */
  @Test
  void vectorsThatTurnOutWrongWhenUsed(@TempDir Path others) throws IOException {
    for (String fault :
        List.of(
            "throw new NoSuchMethodError(\"gone\");",
            "throw new IllegalArgumentException(\"odd\");",
            "return right instanceof Double x ? (Object) (x + 1) : right;")) {
      compileVectorKernels(fault, others);
      Run run =
          run(
              FreshVm.onClassPath(
                  List.of("--add-modules", MODULE, "-DwarmUp=best"),
                  others,
                  FreshVm.LIBRARY,
                  FreshVm.PROGRAMS));
      assertBoth("scalar" + LOSS, run);
      boolean lies = fault.startsWith("return");
      assertWarnedOnce(
          lies ? "the VM's vectors give wrong results" : "the module " + MODULE + " of this VM",
          run);
    }
  }

  private void compileVectorKernels(String fault, Path into) throws IOException {
    Path source = into.resolve("VectorKernels.java");
    java.nio.file.Files.writeString(
        source,
        """
        package org.simdloss.internal.kernel;
        public final class VectorKernels {
          public static Kernels create() {
            return (Kernels) java.lang.reflect.Proxy.newProxyInstance(
                Kernels.class.getClassLoader(),
                new Class<?>[] {Kernels.class},
                (proxy, method, args) -> {
                  Object right = method.invoke(ScalarKernels.INSTANCE, args);
                  if (method.getName().equals("name")) {
                    return right;
                  }
                  %s
                });
          }
        }
        """
            .formatted(fault));
    int failed =
        javax.tools.ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-d",
                into.toString(),
                "-cp",
                FreshVm.LIBRARY.toString(),
                source.toString());
    assertEquals(0, failed);
  }
}

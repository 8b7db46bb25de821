package org.simdloss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.simdloss.FreshVm.MODULE;

import app.GoldenMain;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.simdloss.FreshVm.Run;

/**
 * The bits on record, {@code golden.txt}: {@link GoldenMain} computes them again, on every backend
 * of this VM, and in VMs that are unlike it.
 */
class GoldenTest {
  private static List<String> golden() {
    try (InputStream file = GoldenMain.class.getResourceAsStream("/golden.txt")) {
      return new String(file.readAllBytes(), StandardCharsets.US_ASCII).lines().toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** The best backend may already have gone over to vectors here; in a fresh VM it has not. */
  static Stream<Backend> backends() {
    return Stream.concat(
        TestData.backends().stream(), Stream.of(Backend.best(), Backend.best().parallel()));
  }

  @ParameterizedTest
  @MethodSource("backends")
  void everyBackendGivesTheBitsOnRecord(Backend backend) {
    assertGolden(GoldenMain.lines(backend));
  }

  @Tag("warm-up")
  @Test
  void theBestBackendGivesTheBitsOnRecordOnceItIsWarm() {
    assertGolden(GoldenMain.lines(Backend.best().warmUp()));
  }

  @ParameterizedTest(name = "{1} in a fresh VM, {0}")
  @CsvSource({
    "'', best",
    "'', vector parallel",
    "-XX:TieredStopAtLevel=1, scalar",
    "-XX:TieredStopAtLevel=1, vector",
    "-XX:-UseFMA, scalar",
    "-Xint, scalar"
  })
  @EnabledIfSystemProperty(
      named = "simdloss.test.expect",
      matches = "vector-512",
      disabledReason = "starts VMs of its own; once is enough")
  void aFreshVmGivesTheBitsOnRecord(String flag, String backend) {
    assertGoldenInFreshVm(flag, backend);
  }

  /** Where lanes are a loop in Java, and that interpreted. */
  @Tag("proof")
  @ParameterizedTest(name = "{1} in a fresh VM, {0}")
  @CsvSource({"-Xint, vector"})
  @EnabledIfSystemProperty(
      named = "simdloss.test.expect",
      matches = "vector-512",
      disabledReason = "starts VMs of its own; once is enough")
  void aFreshVmWithSlowVectorsGivesTheBitsOnRecord(String flag, String backend) {
    assertGoldenInFreshVm(flag, backend);
  }

  private static void assertGoldenInFreshVm(String flag, String backend) {
    List<String> flags = new ArrayList<>(List.of("--add-modules", MODULE));
    if (!flag.isEmpty()) {
      flags.add(flag);
    }
    Run run =
        FreshVm.run(
            FreshVm.onClassPath(flags, FreshVm.LIBRARY, FreshVm.PROGRAMS),
            GoldenMain.class,
            backend);
    assertEquals(0, run.status(), run.err());
    assertGolden(run.out());
  }

  static void assertGolden(List<String> lines) {
    List<String> golden = golden();
    assertEquals(
        "",
        IntStream.range(0, Math.min(golden.size(), lines.size()))
            .filter(i -> !golden.get(i).equals(lines.get(i)))
            .limit(5)
            .mapToObj(i -> "line " + (i + 1) + ": " + lines.get(i) + ", not " + golden.get(i))
            .collect(Collectors.joining("\n")));
    assertEquals(golden.size(), lines.size(), "lines");
  }
}

package org.simdloss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.simdloss.internal.backend.Switches;

/** Whatever loss is added is prepared, tested and measured as the others are. */
class EveryLossTest {
  private static final Path TESTS = Path.of("src", "test", "java");
  private static final Path BENCH =
      Path.of("..", "bench", "src", "main", "java", "org", "simdloss", "bench");

  static Stream<Class<?>> losses() {
    return Stream.concat(
            Arrays.stream(Loss.class.getPermittedSubclasses()),
            Arrays.stream(Objective.class.getPermittedSubclasses()))
        .filter(each -> each != Objective.class);
  }

  /** The list that preparing, comparing and warming up go through. */
  @ParameterizedTest
  @MethodSource("losses")
  void isPreparedForVectors(Class<?> loss) {
    String works = loss.getSimpleName() + "'s ";
    List<String> all = Switches.ofAllLosses().stream().map(Object::toString).toList();
    assertTrue(all.stream().anyMatch(each -> each.startsWith(works)), all::toString);
  }

  @ParameterizedTest
  @MethodSource("losses")
  void hasItsOwnSwitches(Class<?> loss) {
    List<Switches> all =
        TestData.losses().stream()
            .filter(loss::isInstance)
            .map(each -> each.evaluator().plain().switches())
            .distinct()
            .toList();
    assertEquals(1, all.size());
    assertTrue(Switches.CLASSES.contains(all.get(0)));
    assertTrue(
        all.get(0).all().get(0).toString().startsWith(loss.getSimpleName() + "'s "),
        all.get(0).all()::toString);
  }

  @ParameterizedTest
  @MethodSource("losses")
  void isAmongTheArithmeticsOfTheTests(Class<?> loss) {
    assertTrue(TestData.arithmetics().stream().anyMatch(loss::isInstance));
  }

  @ParameterizedTest
  @MethodSource("losses")
  void hasGoldenValues(Class<?> loss) throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("src", "test", "resources", "golden.txt"))) {
      assertTrue(lines.anyMatch(line -> line.startsWith(loss.getSimpleName() + ".")));
    }
  }

  static Stream<Path> sources() {
    return Stream.of(
        TESTS.resolve("org/simdloss/AllocationTest.java"),
        TESTS.resolve("org/simdloss/AccuracyTest.java"),
        TESTS.resolve("org/simdloss/GradientTest.java"),
        TESTS.resolve("org/simdloss/InputTest.java"),
        TESTS.resolve("org/simdloss/NumPyTest.java"),
        TESTS.resolve("app/SettledMain.java"),
        BENCH.resolve("command/Fingerprint.java"),
        BENCH.resolve("LibraryLosses.java"));
  }

  /** Tests of accuracy, derivatives, odd inputs and allocation; the fingerprint; a benchmark. */
  @ParameterizedTest
  @MethodSource("sources")
  void isCalledIn(Path source) throws IOException {
    String text = Files.readString(source);
    List<String> missing =
        losses().map(Class::getSimpleName).filter(loss -> !text.contains(loss + ".")).toList();
    assertEquals(List.of(), missing);
  }
}

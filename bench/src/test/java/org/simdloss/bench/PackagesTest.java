package org.simdloss.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the packages' own pages say: what each may use; and that none is too large to know. */
class PackagesTest {
  private static final Path BENCH = Path.of("src", "main", "java", "org", "simdloss", "bench");

  private static final String BENCHMARKS = "";

  /** Each uses those before it alone. */
  private static final List<String> ORDER =
      List.of(
          "cli",
          "chart",
          "digits",
          "data",
          "train",
          "losses",
          BENCHMARKS,
          "plan",
          "statistics",
          "report",
          "run",
          "command");

  private static final int MOST_CLASSES = 16;

  private static final Pattern USE =
      Pattern.compile("(?<!\\{@link )\\borg\\.simdloss\\.bench\\.(?:([a-z]\\w*)\\.)?[A-Z*]\\w*");

  private static List<Path> sources(String name) throws IOException {
    try (Stream<Path> files = Files.list(BENCH.resolve(name))) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !file.endsWith("package-info.java"))
          .sorted()
          .toList();
    }
  }

  @Test
  void everyPackageIsInTheOrder() throws IOException {
    try (Stream<Path> all = Files.walk(BENCH)) {
      List<String> found =
          all.filter(Files::isDirectory).map(each -> BENCH.relativize(each).toString()).toList();
      assertEquals(ORDER.stream().sorted().toList(), found.stream().sorted().toList());
    }
  }

  @Test
  void aPackageUsesThoseBeforeItAlone() throws IOException {
    List<String> wrong = new ArrayList<>();
    for (String name : ORDER) {
      for (Path source : sources(name)) {
        Matcher uses = USE.matcher(Files.readString(source));
        while (uses.find()) {
          String used = uses.group(1) == null ? BENCHMARKS : uses.group(1);
          if (ORDER.indexOf(used) > ORDER.indexOf(name)) {
            wrong.add(source.getFileName() + " uses " + uses.group());
          }
        }
      }
    }
    assertEquals(List.of(), wrong);
  }

  @Test
  void aPackageIsSmallAndSaysWhatIsInIt() throws IOException {
    for (String name : ORDER) {
      assertTrue(sources(name).size() <= MOST_CLASSES, name);
      assertTrue(Files.exists(BENCH.resolve(name).resolve("package-info.java")), name);
    }
  }
}

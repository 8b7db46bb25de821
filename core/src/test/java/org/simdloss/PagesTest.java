package org.simdloss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.esotericsoftware.kryo.Kryo;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The README and the pages under docs: their programs are compiled and run as they stand there, and
 * print what the page says; what they name is there.
 */
@Tag("any-width")
class PagesTest {
  private static final Path ROOT = Path.of("..");

  private static final int README_WORDS = 900;

  /** A block of Java, the class in it if it is a program, and the output that may follow. */
  private static final Pattern JAVA =
      Pattern.compile("```java\n(.*?)```\n(?:\n```text\n(.*?)```)?", Pattern.DOTALL);

  private static final Pattern CLASS = Pattern.compile("public class (\\w+)");

  /** A link to a file, perhaps to a heading in it. */
  private static final Pattern LINK = Pattern.compile("]\\(([^)#]*)(?:#([^)]*))?\\)");

  private static final Pattern CALL = Pattern.compile("\\b([A-Z]\\w+)\\.([a-z]\\w*)\\(");

  /** The README, and the pages. */
  static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>(List.of(ROOT.resolve("README.md")));
    try (Stream<Path> files = Files.list(ROOT.resolve("docs"))) {
      files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(pages::add);
    }
    return pages;
  }

  /** Each program: where it is, its name, its text, and what it prints, or null. */
  static Stream<Arguments> programs() throws IOException {
    List<Arguments> programs = new ArrayList<>();
    for (Path page : pages()) {
      Matcher block = JAVA.matcher(Files.readString(page));
      while (block.find()) {
        Matcher name = CLASS.matcher(block.group(1));
        assertTrue(name.find(), () -> page + " has Java that is no program:\n" + block.group(1));
        programs.add(
            Arguments.of(page.getFileName(), name.group(1), block.group(1), block.group(2)));
      }
    }
    return programs.stream();
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("programs")
  void aProgramPrintsWhatItSays(
      Path page, String name, String program, String expected, @TempDir Path folder)
      throws Exception {
    Path source = folder.resolve(name + ".java");
    Files.writeString(source, program);
    String libraries = locationOf(Batch.class) + File.pathSeparator + locationOf(Kryo.class);
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(null, said, said, "-cp", libraries, "-d", folder.toString(), source.toString());
    assertEquals(0, status, said::toString);

    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream systemOut = System.out;
    Locale locale = Locale.getDefault();
    try (URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
      System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
      Locale.setDefault(Locale.ROOT);
      loader.loadClass(name).getMethod("main", String[].class).invoke(null, (Object) new String[0]);
    } finally {
      System.setOut(systemOut);
      Locale.setDefault(locale);
    }
    if (expected != null) {
      assertEquals(
          expected.lines().toList(), printed.toString(StandardCharsets.UTF_8).lines().toList());
    }
  }

  private static String locationOf(Class<?> type) throws Exception {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
  }

  @Test
  void theReadmeIsShort() throws IOException {
    String prose = withoutCode(Files.readString(ROOT.resolve("README.md")));
    long words =
        prose
            .lines()
            .flatMap(line -> Arrays.stream(line.split("\\s+")))
            .filter(word -> word.codePoints().anyMatch(Character::isLetterOrDigit))
            .count();
    assertTrue(
        words <= README_WORDS,
        () -> "README.md has " + words + " words outside of code; allowed: " + README_WORDS);
  }

  @Test
  void theReadmeHasTheTwoCommands() throws IOException {
    List<String> lines = Files.readString(ROOT.resolve("README.md")).lines().toList();
    assertTrue(
        lines.contains("mvn -q -DskipTests package && java -jar bench/target/bench.jar"),
        lines::toString);
    assertTrue(lines.contains("mvn verify"), lines::toString);
  }

  @Test
  void theReadmeNamesTheVersionThatIsBuilt() throws IOException {
    Pattern version = Pattern.compile("simdloss(?:-parent)?</artifactId>\\s*<version>([^<]*)<");
    assertEquals(
        first(version, Files.readString(ROOT.resolve("pom.xml"))),
        first(version, Files.readString(ROOT.resolve("README.md"))));
  }

  private static String first(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    assertTrue(matcher.find(), pattern::pattern);
    return matcher.group(1);
  }

  @Test
  void linksLeadSomewhere() throws IOException {
    List<Path> pages = new ArrayList<>(pages());
    pages.add(ROOT.resolve("CONTRIBUTING.md"));
    List<String> broken = new ArrayList<>();
    int links = 0;
    for (Path page : pages) {
      Matcher link = LINK.matcher(withoutCode(Files.readString(page)));
      while (link.find()) {
        links++;
        Path target = link.group(1).isEmpty() ? page : page.resolveSibling(link.group(1));
        boolean isThere = Files.exists(target);
        if (!isThere || link.group(2) != null && !headings(target).contains(link.group(2))) {
          broken.add(page + ": " + link.group());
        }
      }
    }
    assertEquals(List.of(), broken);
    assertTrue(links > pages.size(), "links that were found: " + links);
  }

  /** Of a page, as links name them. */
  private static Set<String> headings(Path page) throws IOException {
    return withoutCode(Files.readString(page))
        .lines()
        .filter(line -> line.startsWith("#"))
        .map(line -> line.replaceFirst("#+ ", "").toLowerCase(Locale.ROOT))
        .map(title -> title.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
        .collect(Collectors.toSet());
  }

  /** In VMs that give it. */
  @Test
  void theWarningIsTheOneThatIsGiven() throws IOException {
    assumeTrue(ModuleLayer.boot().findModule(FreshVm.MODULE).isEmpty());
    String page = Files.readString(ROOT.resolve("docs/turn-vectors-on.md"));
    String message =
        assertThrows(IllegalStateException.class, Backend::vector)
            .getMessage()
            .replace("no vector backend", "simdloss runs on its scalar backend");
    assertTrue(page.contains("WARNING: " + message), message);
  }

  /** Calls that prose and tables name: Batch.of(...), and so on. */
  @Test
  void whatIsCalledIsThere() throws IOException {
    List<String> missing = new ArrayList<>();
    int calls = 0;
    for (Path page : pages()) {
      for (MatchResult call : CALL.matcher(Files.readString(page)).results().toList()) {
        Class<?> type = publicClass(call.group(1));
        if (type != null) {
          calls++;
          if (Arrays.stream(type.getMethods())
              .map(Method::getName)
              .noneMatch(call.group(2)::equals)) {
            missing.add(page + ": " + call.group());
          }
        }
      }
    }
    assertEquals(List.of(), missing);
    assertTrue(calls > 20, "calls that were found: " + calls);
  }

  /** Null if the library has none of this name. */
  private static Class<?> publicClass(String name) {
    for (String prefix : List.of("org.simdloss.", "org.simdloss.mnist.")) {
      try {
        return Class.forName(prefix + name);
      } catch (ClassNotFoundException e) {
        // perhaps in the next package, perhaps not ours
      }
    }
    return null;
  }

  private static String withoutCode(String page) {
    return page.replaceAll("(?s)```.*?```", "");
  }
}

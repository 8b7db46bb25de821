package org.simdloss;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The README's programs are compiled and run as they stand there, and print what it says. */
@Tag("any-width")
class ReadmeTest {
  private static String readme() throws IOException {
    return Files.readString(Path.of("..", "README.md"));
  }

  /** Each program, its name and the output that follows it. */
  static Stream<Arguments> programs() throws IOException {
    List<Arguments> programs = new ArrayList<>();
    Matcher matcher =
        Pattern.compile(
                "```java\n((?:(?!```).)*?public class (\\w+).*?)```\n\n```text\n(.*?)```",
                Pattern.DOTALL)
            .matcher(readme());
    while (matcher.find()) {
      programs.add(Arguments.of(matcher.group(2), matcher.group(1), matcher.group(3)));
    }
    assertEquals(2, programs.size());
    return programs.stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("programs")
  void aProgramPrintsWhatItSays(String name, String program, String expected, @TempDir Path folder)
      throws Exception {
    Path source = folder.resolve(name + ".java");
    Files.writeString(source, program);
    String library =
        Path.of(Batch.class.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(null, said, said, "-cp", library, "-d", folder.toString(), source.toString());
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
    assertEquals(
        expected.lines().toList(), printed.toString(StandardCharsets.UTF_8).lines().toList());
  }
}

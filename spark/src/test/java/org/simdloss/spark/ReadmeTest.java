package org.simdloss.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program and the queries of the README run as they stand there. */
class ReadmeTest {
  private static Matcher find(String regex) throws IOException {
    Matcher matcher =
        Pattern.compile(regex, Pattern.DOTALL).matcher(Files.readString(Path.of("README.md")));
    assertTrue(matcher.find(), regex);
    return matcher;
  }

  @Test
  void theProgramPrintsWhatItSays(@TempDir Path folder) throws Exception {
    LocalSpark.session();
    Matcher block = find("```java\n(.*?)```\n\n```text\n(.*?)```");
    Path source = Files.writeString(folder.resolve("Example.java"), block.group(1));
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                said,
                said,
                "-proc:none",
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                folder.toString(),
                source.toString());
    assertEquals(0, status, said::toString);
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    try (URLClassLoader loader =
        new URLClassLoader(
            new URL[] {folder.toUri().toURL()}, Thread.currentThread().getContextClassLoader())) {
      PrintStream to = new PrintStream(printed, true, StandardCharsets.UTF_8);
      // Scala's Console has kept the stream that was there when it was loaded.
      scala.Console.withOut(
          to,
          () -> {
            try {
              return loader
                  .loadClass("Example")
                  .getMethod("main", String[].class)
                  .invoke(null, (Object) new String[0]);
            } catch (ReflectiveOperationException e) {
              throw new IllegalStateException(e);
            }
          });
    }
    assertEquals(block.group(2).strip(), printed.toString(StandardCharsets.UTF_8).strip());
  }

  @Test
  void theQueryThatTellsWhatRuns() throws IOException {
    SparkSession spark = LocalSpark.session();
    assertEquals(1, spark.sql(find("```sql\n(.*?)```").group(1)).count());
  }

  @Test
  void theVersionIsTheOneThatIsBuilt() throws IOException {
    String version = find("<version>(.*?)</version>").group(1);
    assertTrue(Files.readString(Path.of("pom.xml")).contains("<version>" + version + "</version>"));
    find("simdloss-spark_2\\.13-" + Pattern.quote(version) + "\\.jar");
  }
}

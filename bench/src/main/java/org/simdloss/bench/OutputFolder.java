package org.simdloss.bench;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;

/** Where a run's files are written: each of them whole, or as it was before. */
final class OutputFolder {
  static final String JSON = "jmh.json";
  static final String REPORT = "report.md";

  private final Path path;

  /**
   * Makes the folder if need be.
   *
   * @throws UsageException if nothing can be written there
   */
  OutputFolder(Path path) {
    this.path = path;
    try {
      Files.createDirectories(path);
      Files.delete(Files.createTempFile(path, "try", null));
    } catch (IOException e) {
      throw new UsageException("--out is " + path + ", and nothing can be written there: " + e);
    }
  }

  void write(Collection<RunResult> results, String report) throws IOException {
    write(JSON, format(results, ResultFormatType.JSON));
    write(REPORT, report.getBytes(StandardCharsets.UTF_8));
  }

  static byte[] format(Collection<RunResult> results, ResultFormatType type) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, false, StandardCharsets.UTF_8);
    ResultFormatFactory.getInstance(type, out).writeOut(results);
    out.flush();
    return bytes.toByteArray();
  }

  private void write(String name, byte[] content) throws IOException {
    Path written = Files.write(path.resolve(name + ".part"), content);
    Files.move(written, path.resolve(name), StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public String toString() {
    return path.toString();
  }
}

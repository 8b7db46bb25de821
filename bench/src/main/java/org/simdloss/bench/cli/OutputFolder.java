package org.simdloss.bench.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Where a run's files are written: each of them whole, or as it was before. */
public final class OutputFolder {
  private final Path path;

  /**
   * Makes the folder if need be.
   *
   * @throws UsageException if nothing can be written there
   */
  public OutputFolder(Path path) {
    this.path = path;
    try {
      Files.createDirectories(path);
      Files.delete(Files.createTempFile(path, "try", null));
    } catch (IOException e) {
      throw new UsageException("--out is " + path + ", and nothing can be written there: " + e);
    }
  }

  /** Where files go if the user says nothing: a new folder, named by the time and by what it is. */
  public static Path dated(String what) {
    String date =
        LocalDateTime.now().format(DateTimeFormatter.ofPattern("yyyy-MM-dd-HHmmss", Locale.ROOT));
    return Path.of("results", date + what);
  }

  /**
   * @param name below the folder; folders in it are made
   */
  public void write(String name, byte[] content) throws IOException {
    Files.createDirectories(path.resolve(name).getParent());
    Path part = path.resolve(name + ".part");
    try {
      Files.write(part, content);
      Files.move(part, path.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      Files.deleteIfExists(part); // so that a disk that is full has its room again
      throw e;
    }
  }

  public void write(String name, String content) throws IOException {
    write(name, content.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public String toString() {
    return path.toString();
  }
}

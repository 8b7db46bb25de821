package org.simdloss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import app.ApiMain;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The public API is the one on record, so that nobody changes it without knowing. */
@Tag("any-width")
class ApiTest {
  private static final Path RECORD = Path.of("src", "test", "resources", "api.txt");

  @Test
  void theApiIsTheOneOnRecord() throws Exception {
    List<String> recorded = named(Files.readAllLines(RECORD));
    List<String> found = named(ApiMain.lines());
    List<String> changes = new ArrayList<>();
    recorded.stream()
        .filter(each -> !found.contains(each))
        .forEach(each -> changes.add("- " + each));
    found.stream()
        .filter(each -> !recorded.contains(each))
        .forEach(each -> changes.add("+ " + each));
    assertEquals(
        List.of(),
        changes,
        () ->
            "The public API is not that of src/test/resources/api.txt.\n"
                + String.join("\n", changes)
                + "\nIf this is meant: app.ApiMain says how the file is rewritten;"
                + " CHANGELOG.md gets a line.\n");
  }

  @Test
  void noSignatureNamesAnInternalClass() throws Exception {
    List<String> lines = ApiMain.lines();
    assertTrue(lines.size() > 100, () -> "only " + lines);
    assertEquals(
        List.of(), lines.stream().filter(each -> each.contains("org.simdloss.internal")).toList());
  }

  /** Each member with its class before it. */
  private static List<String> named(List<String> lines) {
    List<String> named = new ArrayList<>();
    String type = "";
    for (String line : lines) {
      if (line.startsWith("  ")) {
        named.add(type + ": " + line.strip());
      } else {
        type = line.replaceAll("^.*?\\b(?:class|interface|enum|record) ([\\w.$]+).*", "$1");
        named.add(line);
      }
    }
    return named;
  }
}

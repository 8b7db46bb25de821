package org.simdloss.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.simdloss.bench.plan.Workload;

/** The script that measures Python's libraries, as far as it can be judged without Python. */
class PeersTest {
  private static final Path SCRIPT = Path.of("src", "python", "peers.py");

  private static final Pattern LOSSES = Pattern.compile("(?s)\nLOSSES = \\{\n(.*?)\n}\n");

  private static final Pattern NAME = Pattern.compile("(?m)^ {4}\"(\\w+)\": ");

  @Test
  void measuresEveryLossOfTheReport() throws Exception {
    MatchResult losses = LOSSES.matcher(Files.readString(SCRIPT)).results().findFirst().get();
    assertEquals(
        Arrays.stream(Workload.values()).map(Workload::method).sorted().toList(),
        NAME.matcher(losses.group(1)).results().map(each -> each.group(1)).sorted().toList());
  }
}

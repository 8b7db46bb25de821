package org.simdloss.bench.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

class ArgumentsTest {
  @Test
  void oneDashIsForJmhWhateverItsValueLooksLike() {
    CommandSpec spec = CommandSpec.create();
    spec.addOption(OptionSpec.builder("--quick").build());
    spec.addOption(OptionSpec.builder("--out").type(String.class).build());
    String line = "--quick squared -i 3 --out -dir -jvmArgs --add-modules=x -l --what -e check";
    Arguments arguments = Arguments.split(line.split(" "), spec);
    assertEquals(List.of("--quick", "--out", "-dir", "--what"), arguments.ours());
    assertEquals(
        List.of("squared", "-i", "3", "-jvmArgs", "--add-modules=x", "-l", "-e", "check"),
        arguments.jmh());
  }
}

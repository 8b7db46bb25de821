package org.simdloss.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The workflows run elsewhere; here, each of their commands exists, and each action is pinned. */
class WorkflowsTest {
  private static final Path ROOT = Path.of("..");
  private static final Path WORKFLOWS = ROOT.resolve(Path.of(".github", "workflows"));
  private static final Pattern ACTION = Pattern.compile("[\\w.-]+/[\\w./-]+@[0-9a-f]{40}");
  private static final Set<String> PHASES = Set.of("compile", "test", "package", "verify");

  /** Options of Maven, and properties of its plugins, that no pom of ours names. */
  private static final Set<String> KNOWN =
      Set.of("-B", "-ntp", "-DskipTests", "-Dspotless.check.skip");

  @Test
  void everyStepIsACallOfWhatIsHere() throws IOException {
    List<String> wrong = new ArrayList<>();
    int commands = 0;
    for (Map<?, ?> step : steps()) {
      if (step.get("run") instanceof String command) {
        commands++;
        wrong.addAll(missing(command.strip()));
      }
    }
    assertTrue(commands >= 5, "only so many commands: " + commands);
    assertEquals(List.of(), wrong);
  }

  @Test
  void everyActionIsPinnedByACommit() throws IOException {
    List<String> wrong = new ArrayList<>();
    int actions = 0;
    for (Map<?, ?> step : steps()) {
      if (step.get("uses") instanceof String action) {
        actions++;
        if (!ACTION.matcher(action).matches()) {
          wrong.add(action);
        }
      }
    }
    assertTrue(actions >= 5, "only so many actions: " + actions);
    assertEquals(List.of(), wrong);
  }

  @Test
  void whatIsNotHereIsMissed() throws IOException {
    assertEquals(List.of(".ci/none is no program here"), missing(".ci/none"));
    assertEquals(List.of("mvn: no profile none"), missing("mvn -Pnone verify"));
    assertEquals(
        List.of("mvn: no property none.such in a pom"), missing("mvn -Dnone.such=1 verify"));
    assertEquals(List.of("mvn: no module none"), missing("mvn -pl none verify"));
    assertEquals(List.of("mvn: no phase frobnicate"), missing("mvn frobnicate"));
    assertEquals(List.of("more than one command: a && b"), missing("a && b"));
    assertEquals(List.of(".ci/release has no command none"), missing(".ci/release none"));
  }

  /** What is not here of all that a command names. */
  private static List<String> missing(String command) throws IOException {
    if (command.matches("(?s).*(?:\\n|&&|\\|\\||;|\\|).*")) {
      return List.of("more than one command: " + command);
    }
    String[] words = command.split("\\s+");
    if (words[0].equals("mvn")) {
      return missingOfMaven(words);
    }
    Path program = ROOT.resolve(words[0]);
    if (!words[0].startsWith(".ci/")
        || !Files.isRegularFile(program)
        || !Files.isExecutable(program)) {
      return List.of(words[0] + " is no program here");
    }
    if (words.length > 1
        && !Pattern.compile("(?m)^  " + Pattern.quote(words[1]) + "\\)")
            .matcher(Files.readString(program))
            .find()) {
      return List.of(words[0] + " has no command " + words[1]);
    }
    return List.of();
  }

  private static List<String> missingOfMaven(String[] words) throws IOException {
    String poms = poms();
    List<String> missing = new ArrayList<>();
    for (int i = 1; i < words.length; i++) {
      String word = words[i];
      if (KNOWN.contains(word)) {
        continue;
      }
      if (word.startsWith("-P")) {
        for (String profile : word.substring(2).split(",")) {
          if (!poms.contains("<id>" + profile + "</id>")) {
            missing.add("mvn: no profile " + profile);
          }
        }
      } else if (word.startsWith("-D")) {
        String property = word.substring(2).replaceAll("=.*", "");
        if (!poms.contains("${" + property + "}") && !poms.contains("<" + property + ">")) {
          missing.add("mvn: no property " + property + " in a pom");
        }
      } else if (word.equals("-pl")) {
        for (String module : words[++i].split(",")) {
          if (!Files.isRegularFile(ROOT.resolve(module).resolve("pom.xml"))) {
            missing.add("mvn: no module " + module);
          }
        }
      } else if (!PHASES.contains(word)) {
        missing.add("mvn: no phase " + word);
      }
    }
    return missing;
  }

  private static String poms() throws IOException {
    StringBuilder text = new StringBuilder();
    for (String module : List.of("", "core", "bench", "spark", "examples")) {
      text.append(Files.readString(ROOT.resolve(module).resolve("pom.xml")));
    }
    return text.toString();
  }

  private static List<Map<?, ?>> steps() throws IOException {
    List<Map<?, ?>> steps = new ArrayList<>();
    Set<String> files = new TreeSet<>();
    try (Stream<Path> all = Files.list(WORKFLOWS)) {
      for (Path file : (Iterable<Path>) all.sorted()::iterator) {
        files.add(file.getFileName().toString());
        Object workflow =
            new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(file));
        for (Object job : ((Map<?, ?>) ((Map<?, ?>) workflow).get("jobs")).values()) {
          for (Object step : (List<?>) ((Map<?, ?>) job).get("steps")) {
            steps.add((Map<?, ?>) step);
          }
        }
      }
    }
    assertEquals(Set.of("build.yml", "release.yml"), files);
    return steps;
  }
}

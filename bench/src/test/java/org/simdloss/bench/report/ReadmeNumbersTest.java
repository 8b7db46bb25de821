package org.simdloss.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.simdloss.bench.plan.Workload;
import org.simdloss.bench.statistics.ColdSummary;
import org.simdloss.bench.statistics.Numbers;
import org.simdloss.bench.statistics.OptionsSummary;
import org.simdloss.bench.statistics.Run;
import org.simdloss.bench.statistics.StepSummary;
import org.simdloss.bench.statistics.Summary;
import org.simdloss.bench.statistics.WorstSummary;

/** The README's numbers are those of the committed runs: whoever changes one changes the other. */
class ReadmeNumbersTest {
  private static final Path ROOT = Path.of("..");

  /** By the JDK's feature version. */
  private static Map<Integer, Run> runs() throws IOException {
    return runs("jdk");
  }

  /** Those whose folders' names begin so. */
  private static Map<Integer, Run> runs(String name) throws IOException {
    Map<Integer, Run> runs = new TreeMap<>();
    for (int jdk : new int[] {17, 25}) {
      runs.put(jdk, Run.read(ROOT.resolve("results").resolve(name + jdk)));
    }
    return runs;
  }

  private static void assertInReadme(String expected) throws IOException {
    String readme = Files.readString(ROOT.resolve("README.md"));
    assertTrue(readme.contains(expected), () -> "the README should have\n\n" + expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"jdk", "two-classes-jdk", "data-forms-jdk"})
  void theRunsAreOfTheseJdksAndComplete(String name) throws Exception {
    for (Map.Entry<Integer, Run> run : runs(name).entrySet()) {
      String jdk = run.getValue().facts().get("JDK");
      assertTrue(jdk.startsWith(run.getKey() + "."), jdk);
      assertEquals(List.of("Complete: 5 rounds."), run.getValue().status());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"jdk", "two-classes-jdk"})
  void theTableOfLossesIsTheRuns(String name) throws Exception {
    Map<Integer, List<Headline.Row>> rows = new TreeMap<>();
    for (Map.Entry<Integer, Run> run : runs(name).entrySet()) {
      rows.put(run.getKey(), Headline.rows(Summary.of(run.getValue().forks())));
    }
    StringBuilder table = new StringBuilder();
    List<String> columns = new ArrayList<>(Headline.COLUMNS);
    columns.add(2, "JDK");
    Report.row(table, columns.toArray(new String[0]));
    table.append(Headline.ALIGNMENT.replaceFirst("--:", "---|--:")).append('\n');
    for (int i = 0; i < rows.get(17).size(); i++) {
      for (int jdk : rows.keySet()) {
        List<String> cells = new ArrayList<>(rows.get(jdk).get(i).cells());
        cells.add(2, Integer.toString(jdk));
        Report.row(table, cells.toArray(new String[0]));
      }
    }
    assertInReadme(table.toString());
  }

  @Test
  void theTableOfBuffersAndDoublesIsTheRuns() throws Exception {
    Map<Integer, List<OptionsSummary.Line>> lines = new TreeMap<>();
    for (Map.Entry<Integer, Run> run : runs("data-forms-jdk").entrySet()) {
      lines.put(run.getKey(), OptionsSummary.of(run.getValue().forks()).lines());
    }
    StringBuilder table = new StringBuilder();
    Report.row(table, "loss", "operands", "JDK", "ns/call", "× float arrays", "B/op");
    table.append("|---|---|---|--:|:--|--:|\n");
    for (int i = 0; i < lines.get(17).size(); i++) {
      for (int jdk : lines.keySet()) {
        OptionsSummary.Line line = lines.get(jdk).get(i);
        Report.row(
            table,
            line.workload().shortTitle(),
            line.option(),
            Integer.toString(jdk),
            Numbers.nanos(line.nanos().estimate()),
            Numbers.ratio(line.ofPlain()),
            Numbers.bytes(line.bytesPerCall()));
      }
    }
    assertInReadme(table.toString());
  }

  @Test
  void theTableOfFirstCallsIsTheRuns() throws Exception {
    StringBuilder table = new StringBuilder();
    Report.row(
        table,
        "loss",
        "JDK",
        "first call, ms: best",
        "vector",
        "scalar",
        "first 100, ms: best",
        "vector",
        "scalar");
    table.append("|---|---|--:|--:|--:|--:|--:|--:|\n");
    Map<Integer, Run> runs = runs();
    for (Workload workload :
        List.of(
            Workload.SQUARED_ERROR,
            Workload.CROSS_ENTROPY_TARGETS,
            Workload.SOFTMAX_LABELS_GRADIENT)) {
      for (Map.Entry<Integer, Run> run : runs.entrySet()) {
        ColdSummary.Group group =
            ColdSummary.of(run.getValue().forks()).groups().stream()
                .filter(each -> each.workload() == workload)
                .findFirst()
                .orElseThrow();
        List<String> cells = new ArrayList<>();
        cells.add(workload.shortTitle());
        cells.add(Integer.toString(run.getKey()));
        List<String> names = List.of("best", "vector", "scalar");
        names.forEach(name -> cells.add(Numbers.millis(line(group, name).first().estimate())));
        names.forEach(name -> cells.add(Numbers.millis(line(group, name).all().estimate())));
        Report.row(table, cells.toArray(new String[0]));
      }
    }
    assertInReadme(table.toString());
  }

  /** Medians of fresh VMs. */
  @Test
  void theTableOfLongestCallsIsTheRuns() throws Exception {
    StringBuilder table = new StringBuilder();
    for (Workload workload : Workload.values()) {
      for (Map.Entry<Integer, Run> run : runs().entrySet()) {
        Map<String, WorstSummary.Line> lines =
            WorstSummary.of(run.getValue().forks()).lines().stream()
                .filter(each -> each.workload() == workload)
                .collect(Collectors.toMap(WorstSummary.Line::name, each -> each));
        if (lines.isEmpty()) {
          continue; // of this loss they are not measured
        }
        List<String> cells = new ArrayList<>();
        cells.add(workload.shortTitle());
        cells.add(Integer.toString(run.getKey()));
        List<String> names = List.of("best", "vector", "scalar");
        names.forEach(name -> cells.add(Numbers.millis(lines.get(name).largest().median())));
        names.forEach(name -> cells.add(Numbers.micros(lines.get(name).p999().median())));
        Report.row(table, cells.toArray(new String[0]));
      }
    }
    assertInReadme(table.toString());
  }

  private static ColdSummary.Line line(ColdSummary.Group group, String name) {
    return group.lines().stream()
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void theSharesOfATrainingStepAreTheRuns() throws Exception {
    for (Map.Entry<Integer, Run> run : runs().entrySet()) {
      StepSummary steps = StepSummary.of(run.getValue().forks());
      assertInReadme(
          share(steps, "textbook")
              + "% with the textbook loop and "
              + share(steps, "best")
              + "% with the default backend on JDK "
              + run.getKey());
    }
  }

  private static String share(StepSummary steps, String name) {
    StepSummary.Line line =
        steps.lines().stream().filter(each -> each.name().equals(name)).findFirst().orElseThrow();
    return Numbers.ratio(100 * line.lossShare().estimate());
  }

  @Test
  void thePictureIsThere() throws Exception {
    String picture = "results/jdk25/charts/speedup.svg";
    assertInReadme("(" + picture + ")");
    assertTrue(Files.exists(ROOT.resolve(picture)));
  }
}

package org.simdloss.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.simdloss.bench.plan.Workload;
import org.simdloss.bench.statistics.ColdSummary;
import org.simdloss.bench.statistics.Numbers;
import org.simdloss.bench.statistics.OptionsSummary;
import org.simdloss.bench.statistics.Run;
import org.simdloss.bench.statistics.Settled;
import org.simdloss.bench.statistics.StepSummary;
import org.simdloss.bench.statistics.Summary;
import org.simdloss.bench.statistics.WorstSummary;

/**
 * The numbers of the README and of docs/performance.md are those of the committed runs: whoever
 * changes one changes the other.
 */
class PagesNumbersTest {
  private static final Path ROOT = Path.of("..");

  private static final String README = "README.md";

  private static final String PERFORMANCE = "docs/performance.md";

  /** Of which there are committed runs. */
  private static final List<String> NAMES = List.of("jdk", "two-classes-jdk", "data-forms-jdk");

  /** What a program measures first: plain, with logarithms, and from logits. */
  private static final List<Workload> FIRST_CALLS =
      List.of(
          Workload.SQUARED_ERROR, Workload.CROSS_ENTROPY_TARGETS, Workload.SOFTMAX_LABELS_GRADIENT);

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

  /** However its lines are broken. */
  private static void assertIn(String page, String expected) throws IOException {
    String text = Files.readString(ROOT.resolve(page));
    assertTrue(
        onOneLine(text).contains(onOneLine(expected)), () -> page + " should have\n\n" + expected);
  }

  private static String onOneLine(String text) {
    return text.replaceAll("\\s+", " ");
  }

  @ParameterizedTest
  @FieldSource("NAMES")
  void theRunsAreOfTheseJdksAndComplete(String name) throws Exception {
    for (Map.Entry<Integer, Run> run : runs(name).entrySet()) {
      String jdk = run.getValue().facts().get("JDK");
      assertTrue(jdk.startsWith(run.getKey() + "."), jdk);
      assertEquals(List.of("Complete: 5 rounds."), run.getValue().status());
      String machine =
          run.getValue().facts().get("CPU")
              + " with vectors of "
              + run.getValue().facts().get("`best` is").replace("vector-", "")
              + " bits";
      assertIn(README, machine);
      assertIn(PERFORMANCE, machine);
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
    assertIn(PERFORMANCE, table.toString());
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
    assertIn(PERFORMANCE, table.toString());
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
    for (Workload workload : FIRST_CALLS) {
      for (Map.Entry<Integer, Run> run : runs.entrySet()) {
        ColdSummary.Group group = coldStarts(run.getValue(), workload);
        List<String> cells = new ArrayList<>();
        cells.add(workload.shortTitle());
        cells.add(Integer.toString(run.getKey()));
        List<String> names = List.of("best", "vector", "scalar");
        names.forEach(name -> cells.add(Numbers.millis(line(group, name).first().estimate())));
        names.forEach(name -> cells.add(Numbers.millis(line(group, name).all().estimate())));
        Report.row(table, cells.toArray(new String[0]));
      }
    }
    assertIn(PERFORMANCE, table.toString());
  }

  private static ColdSummary.Group coldStarts(Run run, Workload workload) {
    return ColdSummary.of(run.forks()).groups().stream()
        .filter(each -> each.workload() == workload)
        .findFirst()
        .orElseThrow();
  }

  /** What the page says of that table, in ratios. */
  @Test
  void theRatiosOfFirstCallsAreTheRuns() throws Exception {
    DoubleSummaryStatistics firstOfVector = new DoubleSummaryStatistics();
    DoubleSummaryStatistics allOfVector = new DoubleSummaryStatistics();
    DoubleSummaryStatistics allOfBest = new DoubleSummaryStatistics();
    for (Workload workload : FIRST_CALLS) {
      for (Run run : runs().values()) {
        ColdSummary.Group group = coldStarts(run, workload);
        ColdSummary.Line best = line(group, "best");
        ColdSummary.Line vector = line(group, "vector");
        firstOfVector.accept(vector.first().estimate() / best.first().estimate());
        allOfVector.accept(vector.all().estimate() / best.all().estimate());
        allOfBest.accept(best.all().estimate() / line(group, "scalar").all().estimate());
      }
    }
    assertIn(
        PERFORMANCE,
        "Its first hundred calls take at most "
            + Numbers.ratio(allOfBest.getMax())
            + " times as long as those of plain loops.");
    assertIn(
        PERFORMANCE,
        "Vectors alone take "
            + range(firstOfVector)
            + " times as long as the default for the first call, and "
            + range(allOfVector)
            + " times for the first hundred.");
  }

  private static String range(DoubleSummaryStatistics values) {
    return Numbers.ratio(values.getMin()) + " to " + Numbers.ratio(values.getMax());
  }

  @Test
  void whenTheDefaultGoesOverIsTheRuns() throws Exception {
    DoubleSummaryStatistics seconds = new DoubleSummaryStatistics();
    for (String name : NAMES) {
      for (Run run : runs(name).values()) {
        Settled settled = Settled.of(run.forks());
        assertEquals(0, settled.scalar()); // as the page says
        seconds.accept(settled.least());
        seconds.accept(settled.most());
      }
    }
    assertIn(
        PERFORMANCE,
        String.format(
            Locale.ROOT,
            "In these runs that was after %.1f to %.1f seconds of calls.",
            seconds.getMin(),
            seconds.getMax()));
  }

  /** Six rows of the tables of losses, of one JDK, with fewer columns. */
  @Test
  void theReadmesTableIsTheRuns() throws Exception {
    StringBuilder table = new StringBuilder();
    Report.row(
        table,
        "loss",
        "rows × columns",
        "simdloss, ns",
        "plain Java, ns",
        "times faster",
        "bytes allocated");
    table.append("|---|---|--:|--:|:--|--:|\n");
    List<Headline.Row> rows = new ArrayList<>();
    for (String name : List.of("jdk", "two-classes-jdk")) {
      rows.addAll(Headline.rows(Summary.of(runs(name).get(25).forks())));
    }
    for (String loss :
        List.of(
            "squared error, 60000 × 10",
            "cross-entropy, labels, 60000 × 10",
            "cross-entropy, loss and gradient, labels, 60000 × 10",
            "softmax cross-entropy, labels, 128 × 1000",
            "softmax, loss and gradient, labels, 60000 × 10",
            "sigmoid, loss and gradient, 1000000 × 1")) {
      List<String> cells =
          rows.stream()
              .map(Headline.Row::cells)
              .filter(each -> loss.equals(each.get(0) + ", " + each.get(1)))
              .findFirst()
              .orElseThrow();
      Report.row(table, IntStream.of(0, 1, 2, 4, 5, 7).mapToObj(cells::get).toArray(String[]::new));
    }
    assertIn(README, table.toString());
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
    assertIn(PERFORMANCE, table.toString());
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
      assertIn(
          PERFORMANCE,
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
    assertIn(README, "(" + picture + ")");
    assertIn(PERFORMANCE, "(../" + picture + ")");
    assertTrue(Files.exists(ROOT.resolve(picture)));
  }
}

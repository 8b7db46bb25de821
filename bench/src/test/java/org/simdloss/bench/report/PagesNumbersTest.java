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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.simdloss.bench.Implementation;
import org.simdloss.bench.plan.Workload;
import org.simdloss.bench.statistics.ColdSummary;
import org.simdloss.bench.statistics.Numbers;
import org.simdloss.bench.statistics.OptionsSummary;
import org.simdloss.bench.statistics.PeerSummary;
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
  private static final List<String> NAMES = List.of("jdk", "data-forms-jdk", "peers-jdk");

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
      assertIn(PERFORMANCE, machine);
      if (name.equals("peers-jdk")) {
        assertIn(README, machine);
      }
    }
  }

  @Test
  void theTableOfLossesIsTheRuns() throws Exception {
    Map<Integer, List<Headline.Row>> rows = new TreeMap<>();
    for (Map.Entry<Integer, Run> run : runs().entrySet()) {
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

  @Test
  void theTableOfOthersIsTheRuns() throws Exception {
    Map<Integer, PeerSummary> peers = new TreeMap<>();
    for (Map.Entry<Integer, Run> run : runs("peers-jdk").entrySet()) {
      peers.put(run.getKey(), PeerSummary.of(run.getValue().forks()));
    }
    List<Implementation> others = peers.get(17).others();
    List<String> columns = new ArrayList<>(List.of("loss", "rows × columns", "JDK", "best, ns"));
    others.forEach(other -> columns.add(other.toString()));
    StringBuilder table = new StringBuilder();
    Report.row(table, columns.toArray(new String[0]));
    table.append("|---|---|---|--:").append("|:--".repeat(others.size())).append("|\n");
    for (int i = 0; i < peers.get(17).rows().size(); i++) {
      for (int jdk : peers.keySet()) {
        PeerSummary.Row row = peers.get(jdk).rows().get(i);
        List<String> cells = new ArrayList<>();
        cells.add(row.workload().shortTitle());
        cells.add(row.shape().heading("×"));
        cells.add(Integer.toString(jdk));
        cells.add(Numbers.nanos(row.best().estimate()));
        others.forEach(other -> cells.add(Report.cell(row.cells().get(other))));
        Report.row(table, cells.toArray(new String[0]));
      }
    }
    assertIn(PERFORMANCE, table.toString());
  }

  /** What the page says of a label that is out of range. */
  @Test
  void aWrongLabelIsReadByLoopsAndRefusedByOthers() throws Exception {
    for (Run run : runs("peers-jdk").values()) {
      Map<String, String> given =
          run.inputs().get("softmaxLabels").get("a label is 10, of 10 columns");
      assertEquals("IndexOutOfBoundsException", given.get("best"));
      assertEquals("EngineException", given.get("djl"));
      for (String loop : List.of("textbook", "vector-loop")) {
        assertTrue(Double.parseDouble(given.get(loop)) > 0, loop);
      }
    }
    assertIn(
        PERFORMANCE,
        "For a label that is out of range `textbook` and `vector-loop` take the next row's prediction;");
  }

  /** Six rows of that table, of one JDK and one thread, with versions. */
  @Test
  void theReadmesTableIsTheRuns() throws Exception {
    Run run = runs("peers-jdk").get(25);
    StringBuilder table = new StringBuilder();
    Report.row(
        table,
        "loss",
        "rows × columns",
        "simdloss, ns",
        "plain Java",
        "Vector API loop",
        "DJL on PyTorch",
        "DJL, with the copy");
    table.append("|---|---|--:|:--|:--|:--|:--|\n");
    List<PeerSummary.Row> rows = PeerSummary.of(run.forks()).rows();
    for (String loss :
        List.of(
            "squared error, 60000 × 10",
            "cross-entropy, labels, 60000 × 10",
            "softmax cross-entropy, labels, 100 × 10",
            "softmax cross-entropy, labels, 60000 × 10",
            "softmax, loss and gradient, labels, 64 × 32000",
            "sigmoid, loss and gradient, 1000000 × 1")) {
      PeerSummary.Row row =
          rows.stream()
              .filter(
                  each ->
                      loss.equals(each.workload().shortTitle() + ", " + each.shape().heading("×")))
              .findFirst()
              .orElseThrow();
      List<String> cells = new ArrayList<>();
      cells.add(row.workload().shortTitle());
      cells.add(row.shape().heading("×"));
      cells.add(Numbers.nanos(row.best().estimate()));
      for (Implementation other :
          List.of(
              Implementation.TEXTBOOK,
              Implementation.VECTOR_LOOP,
              Implementation.DJL,
              Implementation.DJL_COPY)) {
        cells.add(Report.cell(row.cells().get(other)));
      }
      Report.row(table, cells.toArray(new String[0]));
    }
    assertIn(README, table.toString());
    String djl = run.facts().get("`djl` is").replace(", 1 thread", "");
    assertIn(README, djl);
    assertIn(PERFORMANCE, djl);
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
  void thePicturesAreThere() throws Exception {
    String picture = "results/jdk25/charts/speedup.svg";
    assertIn(PERFORMANCE, "(../" + picture + ")");
    assertTrue(Files.exists(ROOT.resolve(picture)));
    String beside = "results/peers-jdk25/charts/speedup.svg";
    assertIn(README, "(" + beside + ")");
    assertIn(PERFORMANCE, "(../" + beside + ")");
    assertTrue(Files.exists(ROOT.resolve(beside)));
  }
}

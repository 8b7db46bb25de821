package org.simdloss.bench.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.AverageTimeResult;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.ResultRole;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.ScalarResult;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.IterationType;
import org.openjdk.jmh.runner.WorkloadParams;
import org.openjdk.jmh.runner.options.TimeValue;
import org.simdloss.bench.AllocationProfiler;
import org.simdloss.bench.Implementation;
import org.simdloss.bench.Settling;
import org.simdloss.bench.ValueProfiler;
import org.simdloss.bench.WorstCallProfiler;
import org.simdloss.bench.data.Shape;
import org.simdloss.bench.plan.Case;
import org.simdloss.bench.plan.Probe;
import org.simdloss.bench.plan.Timing;
import org.simdloss.bench.plan.Workload;
import org.simdloss.bench.report.Headline;
import org.simdloss.bench.report.Pictures;
import org.simdloss.bench.report.Report;
import org.simdloss.bench.report.Table;
import org.simdloss.bench.statistics.ColdSummary;
import org.simdloss.bench.statistics.Numbers;
import org.simdloss.bench.statistics.OptionsSummary;
import org.simdloss.bench.statistics.PeerSummary;
import org.simdloss.bench.statistics.Run;
import org.simdloss.bench.statistics.Settled;
import org.simdloss.bench.statistics.Summary;
import org.simdloss.bench.statistics.ThreadsSummary;
import org.simdloss.bench.statistics.WorstSummary;

/** Made-up forks, merged and reported. */
public class ResultsTest {
  private static final Shape SHAPE = new Shape(100, 10);

  private static final List<Case> CASES =
      List.of(
          Case.of(Workload.SQUARED_ERROR, Implementation.VECTOR, SHAPE),
          Case.of(Workload.SQUARED_ERROR, Implementation.SCALAR, SHAPE),
          Case.of(Workload.SQUARED_ERROR, Implementation.TEXTBOOK, SHAPE),
          Case.of(Probe.BOTH, SHAPE));

  private static final double[][] NANOS = {
    {100, 104, 98}, {810, 800, 800}, {800, 820, 790}, {50, 51, 49.5}
  };

  private static Results results(int rounds) {
    Results results = new Results();
    for (int round = 1; round <= rounds; round++) {
      for (int i = 0; i < CASES.size(); i++) {
        results.add(CASES.get(i), round, fork(CASES.get(i), NANOS[i][round - 1]));
      }
    }
    return results;
  }

  /** A fork of two iterations, 1% below and above the mean. */
  public static BenchmarkResult fork(Case one, double nanos) {
    return fork(one, nanos * 0.99, nanos * 1.01);
  }

  /** A fork of these iterations, each of which a profiler has added the same numbers to. */
  public static BenchmarkResult fork(Case one, Map<String, Double> added, double... nanos) {
    BenchmarkResult fork = fork(one, nanos);
    for (IterationResult iteration : fork.getIterationResults()) {
      added.forEach(
          (name, value) ->
              iteration.addResult(new ScalarResult(name, value, "", AggregationPolicy.AVG)));
    }
    return new BenchmarkResult(fork.getParams(), fork.getIterationResults());
  }

  /** A fork of these iterations. */
  public static BenchmarkResult fork(Case one, double... nanos) {
    TimeValue time = TimeValue.milliseconds(10);
    IterationParams measurement =
        new IterationParams(IterationType.MEASUREMENT, nanos.length, time, 1);
    WorkloadParams workload = new WorkloadParams();
    one.params().forEach((key, value) -> workload.put(key, value, 0));
    BenchmarkParams params =
        new BenchmarkParams(
            one.benchmark(),
            one.benchmark(),
            true,
            1,
            new int[] {1},
            List.of(),
            1,
            0,
            new IterationParams(IterationType.WARMUP, 1, time, 1),
            measurement,
            one.timing().mode(),
            workload,
            TimeUnit.NANOSECONDS,
            1,
            "java",
            List.of("-Xmx1g"),
            "17",
            "VM",
            "17+1",
            "1.37",
            time);
    return new BenchmarkResult(
        params,
        Arrays.stream(nanos).mapToObj(each -> iteration(params, measurement, each)).toList());
  }

  private static IterationResult iteration(
      BenchmarkParams params, IterationParams measurement, double nanos) {
    IterationResult iteration = new IterationResult(params, measurement, null);
    iteration.addResult(
        new AverageTimeResult(
            ResultRole.PRIMARY, "time", 1000, Math.round(1000 * nanos), TimeUnit.NANOSECONDS));
    return iteration;
  }

  public static String report(Results results) {
    return Report.of(new Run(Map.of(), List.of(), results.forks()), Pictures.none());
  }

  @Test
  void roundsBecomeForks() {
    Results results = results(3);
    assertEquals(CASES.size(), results.merged().size());
    for (RunResult merged : results.merged()) {
      assertEquals(3, merged.getParams().getForks());
      assertEquals(3, merged.getBenchmarkResults().size());
      assertEquals("100x10", merged.getParams().getParam("shape"));
      assertEquals(6, merged.getPrimaryResult().getSampleCount());
    }
    String json = new String(results.format(ResultFormatType.JSON), StandardCharsets.UTF_8);
    assertEquals(CASES.size(), json.split("\"forks\" : 3,", -1).length - 1, json);
  }

  @Test
  void theSummaryComparesWithLoopAndProbe() {
    Summary.Group group = Summary.of(results(3).forks()).groups().get(0);
    assertEquals(
        List.of("vector", "scalar", "textbook", "read probe"),
        group.lines().stream().map(Summary.Line::name).toList());
    Summary.Line vector = group.lines().get(0);
    assertEquals(302 / 3.0, vector.nanos().estimate(), 1e-9);
    assertEquals(8, vector.speedup().estimate(), 0.1);
    assertTrue(vector.speedup().low() > 7 && vector.speedup().high() < 9);
    assertEquals(150.5 / 302, vector.ofProbe(), 1e-9);
    assertEquals(1000 / (302 / 3.0), vector.elementsPerSecond() / 1e9, 1e-9);
    assertEquals(8000 / (302 / 3.0), vector.bytesPerSecond() / 1e9, 1e-9);
    assertEquals(104 / 98.0, vector.spread(), 1e-9);
  }

  @Test
  void parallelIsComparedWithTheProbeOnAllThreads() {
    Shape shape = new Shape(60_000, 10);
    List<Case> cases =
        List.of(
            Case.of(Workload.SQUARED_ERROR, Implementation.VECTOR, shape),
            Case.of(Workload.SQUARED_ERROR, Implementation.PARALLEL, shape),
            Case.of(Probe.BOTH, shape),
            Case.of(Probe.BOTH_PARALLEL, shape));
    double[] nanos = {100_000, 60_000, 90_000, 48_000};
    Results results = new Results();
    for (int i = 0; i < nanos.length; i++) {
      results.add(cases.get(i), 1, fork(cases.get(i), nanos[i]));
    }
    Summary summary = Summary.of(results.forks());
    List<Summary.Line> lines = summary.groups().get(0).lines();
    assertEquals(
        List.of("0.900", "0.800", "1.00", "1.00"),
        lines.stream().map(line -> Numbers.ratio(line.ofProbe())).toList());
    assertEquals("read probe, " + Implementation.THREADS + " threads", lines.get(3).name());
    String table = Table.of(summary);
    assertTrue(table.contains("  probe, " + Implementation.THREADS + " threads "), table);
    assertTrue(table.lines().allMatch(line -> line.length() <= 100), table);
    // Of the losses that were not asked for nothing is said.
    assertEquals(1, summary.groups().size());
  }

  private static Map<String, Double> settled(boolean vectors, double seconds) {
    return Map.of(Settling.VECTORS, vectors ? 1.0 : 0.0, Settling.SECONDS, seconds);
  }

  /** The defaults of two losses; of the second one a fork of two has not settled. */
  private static Results withBest() {
    Case good = Case.of(Workload.SQUARED_ERROR, Implementation.BEST, SHAPE);
    Case bad = Case.of(Workload.CROSS_ENTROPY_LABELS, Implementation.BEST, SHAPE);
    Results results = results(2);
    results.add(good, 1, fork(good, settled(true, 0.5), 99, 101));
    results.add(good, 2, fork(good, settled(true, 1.25), 99, 101));
    results.add(bad, 1, fork(bad, settled(true, 2), 49, 51));
    results.add(bad, 2, fork(bad, settled(false, 10), 149, 151));
    return results;
  }

  @Test
  void aForkInWhichBestIsStillScalarIsMarked() {
    Settled settled = Settled.of(withBest().forks());
    assertEquals(4, settled.forks());
    assertEquals(1, settled.scalar());
    assertEquals(
        List.of(
            "best had gone over to vectors in 3 of 4 forks, after 0.5 to 2.0 s of calls.",
            "best was still scalar in 1 of 4 forks, marked *:"
                + " crossEntropyLabels, best, 100x10 (1 of 2)."),
        settled.said());
    assertEquals(List.of(), Settled.of(results(2).forks()).said(), "best was not measured");
    String report = report(withBest());
    assertTrue(report.contains("| 100 × 10 | best | 100 |"), report);
    assertTrue(report.contains("| 100 × 10 | best * | 100 |"), report);
    assertTrue(report.contains("`best` was still scalar in 1 of 4 forks"), report);
    String table = Table.of(Summary.of(withBest().forks()));
    assertTrue(table.contains("  best *  ") && table.contains("  best    "), table);
  }

  @Test
  void theHeadlineBeginsWithBest() {
    Shape shape = new Shape(60_000, 10);
    Results results = new Results();
    Map<Implementation, Double> nanos =
        Map.of(
            Implementation.BEST, 100.0,
            Implementation.VECTOR, 200.0,
            Implementation.TEXTBOOK, 800.0);
    nanos.forEach(
        (implementation, time) -> {
          Case one = Case.of(Workload.SQUARED_ERROR, implementation, shape);
          results.add(
              one,
              1,
              implementation == Implementation.BEST
                  ? fork(one, settled(false, 10), time)
                  : fork(one, time, time));
        });
    assertEquals(
        List.of("squared error", "60000 × 10", "100 *", "200", "800", "8.00", "-", "-"),
        Headline.rows(Summary.of(results.forks())).get(0).cells());
  }

  @Test
  void worstCallsAreOfTheMedianVmAndTheWorst() {
    Case one =
        Case.of(Timing.WORST_CALL, Workload.SOFTMAX_LABELS_GRADIENT, Implementation.BEST, SHAPE);
    Results results = new Results();
    double[] largest = {20e6, 200e6, 18e6};
    for (int i = 0; i < largest.length; i++) {
      Map<String, Double> longest =
          Map.of(WorstCallProfiler.LARGEST, largest[i], WorstCallProfiler.P999, 1e3 * (7 + i));
      results.add(one, i + 1, fork(one, longest, 1e9));
    }
    WorstSummary.Line line = WorstSummary.of(results.forks()).lines().get(0);
    assertEquals(20e6, line.largest().median());
    assertEquals(200e6, line.largest().worst());
    assertEquals(8e3, line.p999().median());
    assertEquals(9e3, line.p999().worst());
    assertEquals(3, line.vms());
    String report = report(results);
    assertTrue(report.contains("| 100 × 10 | best | 20.0 | 200 | 8.00 | 9.00 | 3 |"), report);
    String table = Table.of(WorstSummary.of(results.forks()));
    assertTrue(table.contains("Longest of the first 100,000 calls: Softmax"), table);
    assertTrue(table.lines().allMatch(each -> each.length() <= 100), table);
    assertEquals(List.of(), Summary.of(results.forks()).groups(), "it is no mean time");
    assertEquals(List.of(), ColdSummary.of(results.forks()).groups());
  }

  @Test
  void manyThreadsAreComparedWithOneByTheirThroughput() {
    Case one = Case.of(Workload.SOFTMAX_LABELS, Implementation.BEST, SHAPE);
    Case many = Case.of(Timing.MANY_THREADS, Workload.SOFTMAX_LABELS, Implementation.BEST, SHAPE);
    Results results = new Results();
    for (int round = 1; round <= 2; round++) {
      results.add(one, round, fork(one, 1000, 1000));
      results.add(many, round, fork(many, Map.of(AllocationProfiler.METRIC, 0.0), 8000, 8000));
    }
    ThreadsSummary.Line line = ThreadsSummary.of(results.forks()).lines().get(0);
    assertEquals(2e6, line.callsPerSecond().estimate(), 1, "of 16 threads, each 8 µs a call");
    assertEquals(2, line.ofOneThread().estimate(), 1e-9);
    assertEquals(0, line.bytesPerCall());
    String report = report(results);
    assertTrue(report.contains("## 16 threads, one loss"), report);
    assertTrue(
        report.contains("| 100 × 10 | best | 2,000,000 ± 0 | 2.00 (2.00-2.00) | 0 |"), report);
    String table = Table.of(ThreadsSummary.of(results.forks()));
    assertTrue(table.lines().allMatch(each -> each.length() <= 100), table);
  }

  @Test
  void whatOptionsCostIsByTheSameLossWithoutThem() {
    Results results = new Results();
    Case plain = Case.of(Workload.SOFTMAX_LABELS, Implementation.BEST, SHAPE);
    Case with = Case.of(Timing.SMOOTHING, Workload.SOFTMAX_LABELS, Implementation.BEST, SHAPE);
    for (int round = 1; round <= 2; round++) {
      results.add(plain, round, fork(plain, Map.of(AllocationProfiler.METRIC, 0.0), 1000, 1000));
      results.add(with, round, fork(with, Map.of(AllocationProfiler.METRIC, 0.0), 1250, 1250));
    }
    OptionsSummary.Line line = OptionsSummary.of(results.forks()).lines().get(0);
    assertEquals("smoothing", line.option());
    assertEquals(1250, line.nanos().estimate(), 1e-9);
    assertEquals(1.25, line.ofPlain().estimate(), 1e-9);
    String report = report(results);
    assertTrue(report.contains("## What options cost"), report);
    assertTrue(
        report.contains("| 100 × 10 | smoothing | best | 1,250 | 1.25 (1.25-1.25) | 0 |"), report);
    String table = Table.of(OptionsSummary.of(results.forks()));
    assertTrue(table.contains("smoothing: Softmax cross-entropy"), table);
    assertTrue(table.lines().allMatch(each -> each.length() <= 100), table);
  }

  @Test
  void aGradientIsBytesThatTheLossWritesAndTheProbeDoesNot() {
    Shape shape = new Shape(100, 10);
    assertEquals(8000, Workload.SQUARED_ERROR.bytes(shape));
    assertEquals(12000, Workload.SQUARED_ERROR_GRADIENT.bytes(shape));
    assertEquals(8000, Probe.BOTH.bytes(shape));
    assertEquals(4400, Workload.SOFTMAX_LABELS.bytes(shape));
    assertEquals(8400, Workload.SOFTMAX_LABELS_GRADIENT.bytes(shape));
    assertEquals(800, Workload.CROSS_ENTROPY_LABELS.bytes(shape));
    assertEquals(4800, Workload.CROSS_ENTROPY_LABELS_GRADIENT.bytes(shape));
  }

  @Test
  void aDifferenceThatIsNoneIsCalledSo() {
    String table = Table.of(Summary.of(results(3).forks()));
    assertTrue(table.contains("no difference"), table);
    assertTrue(table.lines().allMatch(line -> line.length() <= 100), table);
    assertTrue(table.chars().allMatch(c -> c < 128), table);
  }

  @Test
  void theForksSpreadIsShownWhereThereAreSeveral() {
    String several = Table.of(Summary.of(results(3).forks()));
    assertTrue(several.lines().anyMatch(line -> line.endsWith("max/min")), several);
    assertTrue(several.lines().anyMatch(line -> line.endsWith("1.06")), several);
    String one = Table.of(Summary.of(results(1).forks()));
    assertTrue(
        one.lines().filter(line -> !line.isEmpty()).skip(2).allMatch(line -> line.endsWith(" -")),
        one);
    Results results = results(3);
    String report = report(results);
    assertTrue(report.contains("| B/op | max/min fork |"), report);
    assertTrue(report.contains("| - | 1.06 |"), report);
  }

  @Test
  void oneRoundHasNoIntervalOfARatio() {
    Summary.Line vector = Summary.of(results(1).forks()).groups().get(0).lines().get(0);
    assertEquals("8.00", Numbers.ratio(vector.speedup()));
    assertTrue(vector.error() > 0, "the error within the fork");
  }

  @Test
  void stridedIsComparedWithContiguousWhereBothWereMeasured() {
    Shape padded = new Shape(100, 10, 16);
    List<Case> strided =
        List.of(
            Case.of(Workload.SQUARED_ERROR, Implementation.TEXTBOOK, padded),
            Case.of(Workload.SQUARED_ERROR, Implementation.VECTOR, padded),
            Case.of(Workload.CROSS_ENTROPY_LABELS, Implementation.VECTOR, padded));
    Results results = results(2);
    for (Case one : strided) {
      results.add(one, 1, fork(one, 125));
      results.add(one, 2, fork(one, 130));
    }
    List<Case> all = Stream.of(CASES, strided).flatMap(List::stream).toList();
    Summary summary = Summary.of(results.forks());
    assertEquals(1, summary.strided().size(), summary.strided().toString());
    Summary.Strided line = summary.strided().get(0);
    assertEquals(Implementation.VECTOR, line.implementation());
    assertEquals(padded, line.shape());
    assertEquals(0.8, line.ofContiguous().estimate(), 1e-4);
    assertTrue(line.ofContiguous().isKnown());
    String table = Table.of(summary);
    assertTrue(table.contains("Squared error, half sum, 100 x 10, rows 16 apart"), table);
    assertTrue(table.contains("Squared error, half sum, 100x10/16, vector"), table);
    assertTrue(table.lines().allMatch(each -> each.length() <= 100), table);
    String report = report(results);
    assertTrue(report.contains("| 100 × 10, rows 16 apart | vector |"), report);
    assertTrue(
        report.contains("| Squared error, half sum | 100 × 10, rows 16 apart | vector | 0.8"),
        report);
    assertEquals(List.of(), Summary.of(results(2).forks()).strided());
  }

  @Test
  void theReportShowsTheDefaultBesideOthers() {
    Results results = new Results();
    Map<Implementation, double[]> nanosAndValues =
        Map.of(
            Implementation.BEST, new double[] {100, 2},
            Implementation.TEXTBOOK, new double[] {500, 2},
            Implementation.VECTOR_LOOP, new double[] {80, 2.0001},
            Implementation.DJL, new double[] {3000, 2.001},
            Implementation.DJL_COPY, new double[] {4000, Double.NaN});
    nanosAndValues.forEach(
        (implementation, each) -> {
          Case one = Case.of(Workload.SQUARED_ERROR, implementation, SHAPE);
          Map<String, Double> value = Map.of(ValueProfiler.METRIC, each[1]);
          results.add(one, 1, fork(one, value, each[0]));
        });
    PeerSummary peers = PeerSummary.of(results.forks());
    assertEquals(
        List.of(
            Implementation.TEXTBOOK,
            Implementation.VECTOR_LOOP,
            Implementation.DJL,
            Implementation.DJL_COPY),
        peers.others());
    Map<String, Map<String, Map<String, String>>> inputs =
        Map.of("squaredError", Map.of("a prediction is NaN", Map.of("djl", "NaN", "best", "1.0")));
    String report =
        Report.of(new Run(Map.of(), List.of(), inputs, results.forks()), Pictures.none());
    String columns = "|  | rows × columns | best, ns | textbook | vector-loop | djl | djl-copy |";
    assertTrue(report.contains(columns), report);
    assertTrue(
        report.contains(
            "| squared error | 100 × 10 | 100 | 5.00 | 0.800 | differs: 2.001 | differs: NaN |"),
        report);
    assertTrue(report.contains("|  | input | best | djl |"), report);
    assertTrue(report.contains("| squared error | a prediction is NaN | 1.0 | NaN |"), report);
    assertFalse(report(results(2)).contains("Beside others"), "of a run without peers");
  }

  @Test
  void theReportSaysWhatWasMeasuredOnWhat() {
    Results results = results(2);
    String report =
        Report.of(
            new Run(Map.of("Seed", "1"), List.of("**Partial**: 2 of 3 rounds."), results.forks()),
            Pictures.none());
    assertTrue(report.contains("**Partial**"), report);
    assertTrue(report.contains("| Seed | 1 |"), report);
    assertTrue(report.contains("## Squared error, half sum\n"), report);
    assertTrue(report.contains("| 100 × 10 | vector |"), report);
    assertFalse(report.contains("Cold start"), report);
  }
}

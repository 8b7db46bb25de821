package org.simdloss.bench.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.simdloss.bench.ColdStart;
import org.simdloss.bench.Implementation;
import org.simdloss.bench.cli.OutputFolder;
import org.simdloss.bench.cli.UsageException;
import org.simdloss.bench.command.Bench;
import org.simdloss.bench.command.Main;
import org.simdloss.bench.data.Shape;
import org.simdloss.bench.plan.Case;
import org.simdloss.bench.plan.Probe;
import org.simdloss.bench.plan.Timing;
import org.simdloss.bench.plan.Workload;
import org.simdloss.bench.run.Results;
import org.simdloss.bench.run.ResultsTest;
import org.simdloss.bench.statistics.Noise;
import org.simdloss.bench.statistics.Run;
import org.simdloss.bench.statistics.Summary;

/** A run's files: what is written is what is read, and what is no run is refused. */
class RunTest {
  @TempDir private Path folder;

  /** Of each kind of case one or more, of three rounds. */
  private static Results results() {
    Results results = new Results();
    List<Case> cases = new ArrayList<>();
    for (String shape : List.of("1x10", "100x10", "60000x10", "60000x10/16", "128x1000")) {
      for (Workload workload : List.of(Workload.SQUARED_ERROR, Workload.SOFTMAX_LABELS)) {
        for (Implementation implementation : Implementation.values()) {
          if (implementation.isHere() && implementation.isItself(Shape.parse(shape))) {
            cases.add(Case.of(workload, implementation, Shape.parse(shape)));
          }
        }
      }
      cases.add(Case.of(Probe.BOTH, Shape.parse(shape)));
    }
    for (int i = 0; i < cases.size(); i++) {
      for (int round = 1; round <= 3; round++) {
        double nanos = 1000.0 / 7 * (i + 1) + round;
        results.add(cases.get(i), round, ResultsTest.fork(cases.get(i), nanos, nanos + 1));
      }
    }
    for (Implementation implementation : List.of(Implementation.SCALAR, Implementation.VECTOR)) {
      Case cold =
          Case.of(
              Timing.COLD_START, Workload.SQUARED_ERROR, implementation, Shape.parse("60000x10"));
      double[] calls = new double[ColdStart.CALLS];
      for (int i = 0; i < calls.length; i++) {
        calls[i] = 1e6 / (i + 1);
      }
      results.add(cold, 1, ResultsTest.fork(cold, calls));
    }
    return results;
  }

  private Run write(Results results) throws Exception {
    OutputFolder out = new OutputFolder(folder);
    Run run =
        new Run(
            Map.of("CPU", "any | \"one\" <b>"), List.of("Complete: 3 rounds."), results.forks());
    out.write(Run.JMH_FILE, results.format(ResultFormatType.JSON));
    new RunFiles(out).write(run, true);
    return run;
  }

  @Test
  void whatIsWrittenIsRead() throws Exception {
    Run written = write(results());
    Run read = Run.read(folder);
    assertEquals(written.facts(), read.facts());
    assertEquals(written.status(), read.status());
    assertEquals(written.forks().cases(), read.forks().cases());
    for (Case each : written.forks().cases()) {
      List<double[]> before = List.copyOf(written.forks().iterationNanos(each).values());
      List<double[]> after = List.copyOf(read.forks().iterationNanos(each).values());
      assertEquals(before.size(), after.size());
      for (int fork = 0; fork < before.size(); fork++) {
        assertArrayEquals(before.get(fork), after.get(fork), 1e-3, each.toString());
      }
    }
    assertEquals(
        Headline.rows(Summary.of(written.forks())), Headline.rows(Summary.of(read.forks())));
  }

  @Test
  void theReportShowsEveryPictureAndThePageHasThemInside() throws Exception {
    write(results());
    String report = Files.readString(folder.resolve(RunFiles.REPORT));
    String page = Files.readString(folder.resolve(RunFiles.PAGE));
    try (Stream<Path> charts = Files.list(folder.resolve(Pictures.FOLDER))) {
      List<String> names = charts.map(file -> file.getFileName().toString()).sorted().toList();
      assertEquals(
          List.of(
              "cold-squaredError.svg",
              "probe.svg",
              "scaling-softmaxLabels.svg",
              "scaling-squaredError.svg",
              "speedup-softmaxLabels.svg",
              "speedup-squaredError.svg",
              "speedup.svg"),
          names);
      names.forEach(name -> assertTrue(report.contains("(charts/" + name + ")"), name));
      assertEquals(names.size(), page.split("<svg", -1).length - 1);
    }
    assertTrue(page.contains("any | &quot;one&quot; &lt;b&gt;"), "facts are no HTML");
    assertFalse(page.contains("<script") || page.contains("<img"), "all in one file, no script");
    assertTrue(page.contains("<td>60000 × 10, rows 16 apart</td>"), page);
  }

  @Test
  void theReportCanBeMadeAgain() throws Exception {
    write(results());
    String before = Files.readString(folder.resolve(RunFiles.PAGE));
    Files.delete(folder.resolve(RunFiles.PAGE));
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
    String[] command = {"report", folder.toString()};
    assertEquals(Main.OK, Main.run(command, nowhere, nowhere));
    assertEquals(before, Files.readString(folder.resolve(RunFiles.PAGE)));
    command[1] = folder.resolve("none").toString();
    assertEquals(Main.WRONG_USE, Main.run(command, nowhere, nowhere));
  }

  /**
   * As of a disk that is full: what was there stays, and what could not be written is not there.
   */
  @Test
  void aFileThatCanNotBeWrittenLeavesNothingBehind() throws Exception {
    OutputFolder out = new OutputFolder(folder);
    out.write("file", "before");
    Files.createDirectories(folder.resolve("file.part/in the way"));
    assertThrows(IOException.class, () -> out.write("file", "after"));
    assertEquals("before", Files.readString(folder.resolve("file")));
  }

  @Test
  void aNoisyRunSaysSo() {
    Results results = new Results();
    Case one = Case.of(Workload.SQUARED_ERROR, Implementation.VECTOR, Shape.parse("100x10"));
    results.add(one, 1, ResultsTest.fork(one, 100.0));
    assertTrue(ResultsTest.report(results).contains("**One round**: nothing tells"));
    results.add(one, 2, ResultsTest.fork(one, 129.0));
    assertEquals(List.of(), Noise.of(Summary.of(results.forks())));
    results.add(one, 3, ResultsTest.fork(one, 131.0));
    String report = ResultsTest.report(results);
    assertTrue(report.contains("**Noisy**: in 1 of 1 benchmarks"), report);
    assertTrue(report.contains("squared error, vector, 100x10"), report);
  }

  @Test
  void aProbeThatWasDisturbedIsTold() {
    Results results = new Results();
    Shape shape = Shape.parse("100x10");
    Case probe = Case.of(Probe.BOTH, shape);
    for (int round = 1; round <= 2; round++) {
      results.add(probe, round, ResultsTest.fork(probe, 100.0));
      for (Implementation each : Implementation.values()) {
        Case one = Case.of(Workload.SQUARED_ERROR, each, shape);
        // parallel may be faster than a loop on one thread
        double nanos = each == Implementation.PARALLEL ? 50 : 101;
        results.add(one, round, ResultsTest.fork(one, nanos));
      }
    }
    assertEquals(List.of(), Noise.of(Summary.of(results.forks())));
    Case best = Case.of(Workload.SQUARED_ERROR, Implementation.BEST, shape);
    results.add(best, 1, ResultsTest.fork(best, 80.0));
    results.add(best, 2, ResultsTest.fork(best, 80.0));
    List<Noise> noise = Noise.of(Summary.of(results.forks()));
    assertEquals(1, noise.size());
    String said = noise.get(0).toString();
    assertTrue(said.startsWith("Read probe disturbed: in 1 of 3 benchmarks"), said);
    assertTrue(said.contains("1.25 times (squared error, best, 100x10)"), said);
  }

  @Test
  void buildsThatAreKnownToBeBadAreNamed() {
    for (String bad : new String[] {"25", "25-ea", "25.0.1", "25.0.2+10"}) {
      Noise said = Noise.ofJdk(Runtime.Version.parse(bad));
      assertTrue(said.toString().contains("JDK-8377811"), bad);
    }
    for (String good : new String[] {"17.0.2", "21.0.13.0.3+1", "25.0.3+9-LTS", "26", "28-ea"}) {
      assertNull(Noise.ofJdk(Runtime.Version.parse(good)), good);
    }
  }

  @Test
  void aLoadedMachineIsTold() {
    assertNull(Noise.ofLoad(0.3, 1.9, 2), "the run itself keeps one core busy, or two");
    assertNull(Noise.ofLoad(Double.NaN, Double.NaN, 2), "not known");
    String before = Noise.ofLoad(18, 18.2, 2).toString();
    assertTrue(before.startsWith("Loaded machine: "), before);
    assertTrue(before.contains("18.0 threads wanted to run on 2 cores before the run"), before);
    String after = Noise.ofLoad(0.1, 9, 2).toString();
    assertTrue(after.contains("9.0 threads wanted to run on 2 cores at its end"), after);
  }

  @Test
  void whatIsNoRunIsRefusedInALine() throws Exception {
    assertRefused("is not there");
    for (String foreign :
        List.of(
            "",
            "{}",
            "[1]",
            "[{}]",
            "not JSON",
            "[{\"benchmark\": \"org.simdloss.bench.LossBenchmark.squaredError\"}]",
            "[{\"benchmark\": \"org.simdloss.bench.LossBenchmark.squaredError\","
                + " \"params\": {\"shape\": \"1\"}, \"primaryMetric\": {}}]",
            "[{\"benchmark\": \"org.simdloss.bench.LossBenchmark.squaredError\","
                + " \"params\": {\"shape\": \"1x1\"}, \"primaryMetric\":"
                + " {\"scoreUnit\": \"ops/s\", \"rawData\": [[1]]}}]")) {
      Files.writeString(folder.resolve(Run.JMH_FILE), foreign);
      assertRefused("is no file that a run has written");
    }
    Files.writeString(
        folder.resolve(Run.JMH_FILE), "[{\"benchmark\": \"com.example.Other.method\"}]");
    assertRefused("none of these benchmarks");
    Files.write(folder.resolve(Run.JMH_FILE), results().format(ResultFormatType.JSON));
    assertEquals(Map.of(), Run.read(folder).facts(), "JMH's file is enough");
    Files.writeString(folder.resolve(Run.RUN_FILE), "[]");
    assertRefused("run.json is no file that a run has written");
  }

  @Test
  void whatPythonHasMeasuredIsInTheReport(@TempDir Path other) throws Exception {
    write(results());
    Path python = other.resolve("measured.json");
    Files.writeString(
        python,
        """
        {"facts": {"NumPy": "2.4.6"}, "results": [
         {"benchmark": "org.simdloss.bench.LossBenchmark.squaredError",
          "params": {"implementation": "numpy", "shape": "60000x10"},
          "primaryMetric": {"scoreUnit": "ns/op", "rawData": [[90000, 91000], [92000, 93000]]},
          "secondaryMetrics": {"value": {"rawData": [[7.5], [7.5]]}}}]}
        """);
    Bench bench = new Bench();
    assertEquals(
        Main.OK,
        bench.run("report", folder.toString(), "--python", python.toString()),
        bench.err());
    String report = Files.readString(folder.resolve(RunFiles.REPORT));
    assertTrue(report.contains("| NumPy | 2.4.6 |"), report);
    assertTrue(report.contains("|  | numpy | 91,500 |"), report);
    assertTrue(report.contains("peers.py"), report);
    assertEquals("2.4.6", Run.read(folder).facts().get("NumPy"), "it is kept in the folder");

    Files.writeString(python, "{\"facts\": {}, \"results\": [1]}");
    byte[] kept = Files.readAllBytes(folder.resolve(Run.PYTHON_FILE));
    assertEquals(
        Main.WRONG_USE, bench.run("report", folder.toString(), "--python", python.toString()));
    assertTrue(bench.err().contains("python.json is no file"), bench.err());
    assertArrayEquals(kept, Files.readAllBytes(folder.resolve(Run.PYTHON_FILE)));
    assertEquals(Main.WRONG_USE, bench.run("report", folder.toString(), "--python", "none.json"));
    assertTrue(bench.err().contains("--python is none.json, which is not there"), bench.err());
  }

  private void assertRefused(String why) {
    UsageException refused = assertThrows(UsageException.class, () -> Run.read(folder));
    assertTrue(refused.getMessage().contains(why), refused.getMessage());
    assertEquals(1, refused.getMessage().lines().count(), refused.getMessage());
  }
}

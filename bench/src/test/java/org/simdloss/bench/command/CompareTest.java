package org.simdloss.bench.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.simdloss.bench.Implementation;
import org.simdloss.bench.cli.OutputFolder;
import org.simdloss.bench.data.Shape;
import org.simdloss.bench.plan.Case;
import org.simdloss.bench.plan.Probe;
import org.simdloss.bench.plan.Workload;
import org.simdloss.bench.run.Results;
import org.simdloss.bench.run.ResultsTest;
import org.simdloss.bench.statistics.Comparison;
import org.simdloss.bench.statistics.Comparison.Verdict;
import org.simdloss.bench.statistics.Run;

class CompareTest {
  private static final int BENCHMARKS = 100;

  @TempDir private Path folder;
  private final Bench bench = new Bench();

  private static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (int rows = 1; rows <= BENCHMARKS; rows++) {
      cases.add(Case.of(Workload.SQUARED_ERROR, Implementation.VECTOR, new Shape(rows, 10)));
    }
    return cases;
  }

  /**
   * Times that vary by 5% from fork to fork; of the first benchmark they are so many times as long.
   */
  private static Results results(long seed, double ofFirst, int rounds) {
    Random random = new Random(seed);
    Results results = new Results();
    for (Case each : cases()) {
      double nanos = 1000 * each.shape().rows() * (each.shape().rows() == 1 ? ofFirst : 1);
      for (int round = 1; round <= rounds; round++) {
        double noise = Math.exp(0.05 * random.nextGaussian());
        results.add(each, round, ResultsTest.fork(each, nanos * noise));
      }
    }
    return results;
  }

  private static Run run(Results results, String jdk) {
    return new Run(Map.of("JDK", jdk), List.of(), results.forks());
  }

  private String written(String name, Results results, String jdk) throws Exception {
    OutputFolder out = new OutputFolder(folder.resolve(name));
    out.write(Run.JMH_FILE, results.format(ResultFormatType.JSON));
    out.write(Run.RUN_FILE, run(results, jdk).toJson());
    return out.toString();
  }

  /** With a test at 5% for each of the 100 benchmarks five would be said to have changed. */
  @Test
  void twoRunsOfTheSameAreNotSaidToHaveChanged() {
    int changed = 0;
    for (long seed = 0; seed < 20; seed++) {
      Comparison same =
          Comparison.of(run(results(seed, 1, 5), "17"), run(results(seed + 1000, 1, 5), "17"));
      changed += same.count(Verdict.SAME) + same.count(Verdict.NOT_SHOWN) == BENCHMARKS ? 0 : 1;
      assertEquals(Map.of(), same.differences());
    }
    assertTrue(changed <= 3, changed + " of 20 pairs");
  }

  @Test
  void whatSlowedIsNamed() {
    Comparison slower = Comparison.of(run(results(1, 1, 5), "17"), run(results(2, 1.5, 5), "25"));
    Comparison.Line first = slower.lines().get(0);
    assertEquals(Verdict.SLOWER, first.verdict());
    assertTrue(first.ratio().contains(1.5), first.toString());
    assertEquals(1, slower.count(Verdict.SLOWER));
    assertTrue(slower.isSlowerBy(0.05));
    assertTrue(!slower.isSlowerBy(0.8));
    assertEquals(Map.of("JDK", "17 / 25"), slower.differences());
    Comparison faster = Comparison.of(run(results(2, 1.5, 5), "25"), run(results(1, 1, 5), "17"));
    assertEquals(Verdict.FASTER, faster.lines().get(0).verdict());
    assertEquals(first.p(), faster.lines().get(0).p(), 1e-12);
    assertTrue(!faster.isSlowerBy(0));
  }

  @Test
  void forksWithoutVarianceAreEqualOrNot() {
    Case one = cases().get(0);
    Results same = new Results();
    Results other = new Results();
    for (int round = 1; round <= 2; round++) {
      same.add(one, round, ResultsTest.fork(one, 100.0));
      other.add(one, round, ResultsTest.fork(one, 101.0));
    }
    assertEquals(
        Verdict.SAME, Comparison.of(run(same, ""), run(same, "")).lines().get(0).verdict());
    assertEquals(
        Verdict.SLOWER, Comparison.of(run(same, ""), run(other, "")).lines().get(0).verdict());
  }

  private static Run run(Case one, double... nanos) {
    Results results = new Results();
    for (int round = 1; round <= nanos.length; round++) {
      results.add(one, round, ResultsTest.fork(one, nanos[round - 1]));
    }
    return run(results, "");
  }

  private static Comparison.Line line(Comparison comparison) {
    assertEquals(1, comparison.lines().size());
    return comparison.lines().get(0);
  }

  /** Half of the old forks took three times as long as the rest: the means say little. */
  @Test
  void ofForksThatDifferTooMuchNothingIsShown() {
    Case one = cases().get(0);
    Comparison comparison =
        Comparison.of(
            run(one, 452_000, 1_390_000, 455_000, 1_403_000, 860_000),
            run(one, 455_000, 457_000, 459_000, 452_000, 458_000));
    Comparison.Line line = line(comparison);
    assertEquals(Verdict.NOT_SHOWN, line.verdict(), line.toString());
    assertTrue(line.p() > 0.05, line.toString());
    assertTrue(line.said().startsWith("not shown, between 0.2"), line.said());
    assertEquals(0, line.within());
    assertFalse(comparison.isSlowerBy(0));
  }

  /** The whole interval must be within so much, on either side. */
  @Test
  void whatIsTheSameIsSaidToBeWithinSoMuch() {
    Case one = cases().get(0);
    double[] old = {1000, 1002, 998, 1001, 999};
    for (double[] factorAndPercent : new double[][] {{1, 1}, {1.015, 2}, {0.985, 2}, {1.04, 5}}) {
      double[] wide = new double[5];
      for (int i = 0; i < wide.length; i++) {
        wide[i] = old[i] * factorAndPercent[0];
      }
      Comparison.Line line = line(Comparison.of(run(one, old), run(one, wide)));
      assertEquals((int) factorAndPercent[1], line.within(), line.toString());
      assertEquals(
          factorAndPercent[0] == 1
              ? "the same within 1%"
              : factorAndPercent[0] > 1 ? "slower" : "faster",
          line.said());
    }
    double[] few = {1000, 1040, 960};
    assertEquals("the same within 10%", line(Comparison.of(run(one, few), run(one, few))).said());
  }

  /** They are not the library's. */
  @Test
  void textbookLoopsAndProbesDoNotDecide() throws Exception {
    Shape shape = new Shape(1, 10);
    for (Case one :
        List.of(
            Case.of(Probe.BOTH, shape),
            Case.of(Workload.SQUARED_ERROR, Implementation.TEXTBOOK, shape))) {
      Comparison comparison = Comparison.of(run(one, 1000, 1001, 1002), run(one, 2000, 2001, 2002));
      assertEquals(Verdict.SLOWER, line(comparison).verdict());
      assertFalse(comparison.isSlowerBy(0));
    }
    for (Implementation each : Implementation.values()) {
      Case one = Case.of(Workload.SQUARED_ERROR, each, shape);
      Comparison comparison = Comparison.of(run(one, 1000, 1001, 1002), run(one, 2000, 2001, 2002));
      assertEquals(each.isLibrary(), comparison.isSlowerBy(0.9), each.toString());
    }
  }

  @Test
  void oneForkIsTooFew() {
    Comparison few = Comparison.of(run(results(1, 1, 1), ""), run(results(2, 9, 5), ""));
    assertEquals(BENCHMARKS, few.count(Verdict.UNKNOWN));
    assertTrue(!few.isSlowerBy(0));
  }

  @Test
  void theCommandWritesATableAndAPictureAndItsExitCodeTells() throws Exception {
    String old = written("old", results(1, 1, 5), "17");
    String now = written("now", results(2, 1.5, 5), "25");
    String to = folder.resolve("out").toString();
    assertEquals(1, bench.run("compare", old, now, "--out", to), bench.err());
    String said = bench.out();
    assertTrue(said.contains("Different: JDK: 17 / 25"), said);
    assertTrue(said.contains("\nslower\n"), said);
    assertTrue(said.contains("  squaredError, vector, 1x10  "), said);
    assertTrue(said.contains("Of the benchmarks: 1 slower, "), said);
    assertTrue(said.lines().allMatch(line -> line.length() <= 100 || line.contains("/")), said);
    assertTrue(said.lines().allMatch(line -> line.equals(line.stripTrailing())), said);
    String page = Files.readString(Path.of(to, Compare.PAGE));
    assertTrue(page.contains("<svg") && page.contains("<td>slower</td>"), page);
    assertEquals(0, bench.run("compare", old, now, "--out", to, "--limit", "90"));
    assertEquals(0, bench.run("compare", old, old, "--out", to));
    String last = bench.out().substring(bench.out().lastIndexOf("Of the benchmarks"));
    assertTrue(last.contains(" the same within 10%"), last);
    assertTrue(last.contains(" not shown"), last);
    assertFalse(last.contains("slower") || last.contains("faster"), last);
  }

  @Test
  void wrongUseIsALine() throws Exception {
    String old = written("old", results(1, 1, 2), "17");
    Results probes = new Results();
    Case probe = Case.of(Probe.BOTH, new Shape(1, 10));
    probes.add(probe, 1, ResultsTest.fork(probe, 1.0));
    String other = written("other", probes, "17");
    assertWrong("Missing required parameter", "compare", old);
    assertWrong("jmh.json is not there", "compare", old, folder.resolve("none").toString());
    assertWrong("no benchmark in common", "compare", old, other);
    assertWrong("--limit is -1.0", "compare", old, old, "--limit", "-1");
    assertWrong("limit", "compare", old, old, "--limit", "x");
    assertWrong("nothing can be written", "compare", old, old, "--out", old + "/jmh.json");
  }

  private void assertWrong(String why, String... args) {
    Bench bench = new Bench();
    assertEquals(2, bench.run(args));
    String said = bench.err();
    assertEquals(1, said.lines().count(), said);
    assertTrue(said.contains(why), said);
  }
}

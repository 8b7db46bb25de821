package org.simdloss.bench.statistics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.simdloss.bench.ColdStart;
import org.simdloss.bench.Implementation;
import org.simdloss.bench.data.Shape;
import org.simdloss.bench.plan.Case;
import org.simdloss.bench.plan.Timing;
import org.simdloss.bench.plan.Workload;
import org.simdloss.bench.report.Table;
import org.simdloss.bench.run.Results;
import org.simdloss.bench.run.ResultsTest;

/** Made-up cold starts. */
class ColdSummaryTest {
  private static final double MILLI = 1e6;

  private static final List<Implementation> IMPLEMENTATIONS =
      List.of(Implementation.BEST, Implementation.VECTOR, Implementation.SCALAR);

  private static final List<Case> CASES =
      IMPLEMENTATIONS.stream().map(ColdSummaryTest::cold).toList();

  private static Case cold(Implementation implementation) {
    return Case.of(
        Timing.COLD_START, Workload.SQUARED_ERROR, implementation, new Shape(60_000, 10));
  }

  /** The first call, then nine of 10, then 90 of 1, in milliseconds. */
  private static double[] calls(double first) {
    double[] calls = new double[ColdStart.CALLS];
    Arrays.fill(calls, MILLI);
    Arrays.fill(calls, 0, 10, 10 * MILLI);
    calls[0] = first * MILLI;
    return calls;
  }

  private static Results results(int rounds) {
    Results results = new Results();
    for (int round = 1; round <= rounds; round++) {
      // The whole machine is slower in each further round.
      results.add(CASES.get(0), round, ResultsTest.fork(CASES.get(0), calls(60 * round)));
      results.add(CASES.get(1), round, ResultsTest.fork(CASES.get(1), calls(80 * round)));
      results.add(CASES.get(2), round, ResultsTest.fork(CASES.get(2), calls(20 * round)));
    }
    return results;
  }

  @Test
  void firstCallsAreComparedWithinTheirRound() {
    ColdSummary summary = ColdSummary.of(results(2).forks());
    List<ColdSummary.Line> lines = summary.groups().get(0).lines();
    assertEquals(
        List.of("best", "vector", "scalar"), lines.stream().map(ColdSummary.Line::name).toList());
    ColdSummary.Line best = lines.get(0);
    assertEquals(90 * MILLI, best.first().estimate(), 1);
    assertTrue(best.first().isKnown());
    assertEquals(10 * MILLI, best.tenth().estimate(), 1);
    assertEquals((90 + 9 * 10 + 90) * MILLI, best.all().estimate(), 100);
    assertEquals(11, best.steadyFrom().estimate());
    assertEquals("3.00 (3.00-3.00)", Numbers.ratio(best.firstOfScalar()));
    // The better one is scalar: 200 and 220 ms.
    assertEquals(Math.sqrt(240 / 200.0 * 300 / 220.0), best.allOfBetter().estimate(), 1e-6);
  }

  @Test
  void whatWasNotMeasuredIsNotCompared() {
    Results results = new Results();
    results.add(CASES.get(1), 1, ResultsTest.fork(CASES.get(1), calls(80)));
    ColdSummary.Line vector = ColdSummary.of(results.forks()).groups().get(0).lines().get(0);
    assertNull(vector.firstOfScalar());
    assertNull(vector.allOfBetter());
  }

  @Test
  void coldStartsAreNoSteadyState() {
    assertEquals(List.of(), Summary.of(results(2).forks()).groups());
    Case steady = Case.of(Workload.SQUARED_ERROR, Implementation.SCALAR, new Shape(60_000, 10));
    Results results = new Results();
    results.add(steady, 1, ResultsTest.fork(steady, 100.0));
    assertEquals(List.of(), ColdSummary.of(results.forks()).groups());
  }

  @Test
  void callsAreSteadyWhereTheyStayAsFastAsTheLast() {
    assertEquals(11, ColdSummary.steadyFrom(calls(1)), "the first is fast by chance");
    double[] calls = calls(20);
    calls[50] = 30 * MILLI;
    calls[52] = 30 * MILLI;
    assertEquals(11, ColdSummary.steadyFrom(calls), "two calls were interrupted");
    calls[51] = 30 * MILLI;
    assertEquals(54, ColdSummary.steadyFrom(calls), "three in a row are no interruption");
    double[] same = new double[ColdStart.CALLS];
    Arrays.fill(same, MILLI);
    assertEquals(1, ColdSummary.steadyFrom(same));
    same[0] = 2 * MILLI;
    assertEquals(2, ColdSummary.steadyFrom(same));
  }

  @Test
  void reportAndTableHaveALineForEach() {
    Results results = results(2);
    ColdSummary cold = ColdSummary.of(results.forks());
    String report = ResultsTest.report(results);
    assertTrue(
        report.contains(
            "| Squared error, half sum | 60000 × 10 | best | 90.0 ± 381 | 10.0 ± 0.000 |"),
        report);
    assertTrue(report.contains("| 11 ± 0 | 3.00 (3.00-3.00) |"), report);
    String table = Table.of(cold);
    assertTrue(table.contains("Cold start: Squared error, half sum, 60000 x 10"), table);
    assertTrue(table.lines().allMatch(line -> line.length() <= 100), table);
    assertTrue(table.chars().allMatch(c -> c < 128), table);
  }
}

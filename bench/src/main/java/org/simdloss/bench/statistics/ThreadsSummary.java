package org.simdloss.bench.statistics;

import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.simdloss.bench.ManyThreads;
import org.simdloss.bench.data.Shape;
import org.simdloss.bench.plan.Case;
import org.simdloss.bench.plan.Timing;
import org.simdloss.bench.plan.Workload;

/** What the measurements say of many threads that share a loss, as far as they go. */
public record ThreadsSummary(List<Line> lines) {
  /**
   * @param callsPerSecond of all threads together, over the forks
   * @param ofOneThread their throughput by that of one thread; null if that was not measured
   */
  public record Line(
      Workload workload,
      Shape shape,
      String name,
      Interval callsPerSecond,
      Interval ofOneThread,
      double bytesPerCall) {}

  public static ThreadsSummary of(Forks forks) {
    return new ThreadsSummary(
        forks.ofLosses(Timing.MANY_THREADS).stream().map(each -> line(each, forks)).toList());
  }

  private static Line line(Forks.OfLoss many, Forks forks) {
    NavigableMap<Integer, Double> between = new TreeMap<>();
    forks
        .nanos(many.measured())
        .forEach((round, nanos) -> between.put(round, nanos / ManyThreads.THREADS));
    return new Line(
        many.workload(),
        many.shape(),
        Settled.marked(forks, many),
        Interval.ofMean(between.values().stream().mapToDouble(nanos -> 1e9 / nanos).toArray()),
        Summary.ratio(
            forks.nanos(Case.of(many.workload(), many.implementation(), many.shape())), between),
        forks.bytesPerCall(many.measured()));
  }
}

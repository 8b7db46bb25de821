package org.simdloss.bench.statistics;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.simdloss.bench.Implementation;
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
    NavigableSet<Shape> shapes = new TreeSet<>();
    forks.cases().forEach(one -> shapes.add(one.shape()));
    List<Line> lines = new ArrayList<>();
    for (Workload workload : Workload.values()) {
      for (Shape shape : shapes) {
        for (Implementation implementation : Implementation.values()) {
          Case many = Case.of(Timing.MANY_THREADS, workload, implementation, shape);
          NavigableMap<Integer, Double> between = new TreeMap<>();
          forks
              .nanos(many)
              .forEach((round, nanos) -> between.put(round, nanos / ManyThreads.THREADS));
          if (!between.isEmpty()) {
            lines.add(
                new Line(
                    workload,
                    shape,
                    Settled.scalarForks(forks, many) > 0
                        ? implementation + Summary.SCALAR_MARK
                        : implementation.toString(),
                    Interval.ofMean(
                        between.values().stream().mapToDouble(nanos -> 1e9 / nanos).toArray()),
                    Summary.ratio(forks.nanos(Case.of(workload, implementation, shape)), between),
                    forks.bytesPerCall(many)));
          }
        }
      }
    }
    return new ThreadsSummary(lines);
  }
}

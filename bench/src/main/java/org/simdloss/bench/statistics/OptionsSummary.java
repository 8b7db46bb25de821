package org.simdloss.bench.statistics;

import java.util.ArrayList;
import java.util.List;
import org.simdloss.bench.data.Shape;
import org.simdloss.bench.plan.Case;
import org.simdloss.bench.plan.Timing;
import org.simdloss.bench.plan.Workload;

/** What the measurements say of losses with options, as far as they go. */
public record OptionsSummary(List<Line> lines) {
  /**
   * @param option in words
   * @param ofPlain the time by that of the loss without the option; null if that was not measured
   */
  public record Line(
      Workload workload,
      Shape shape,
      String option,
      String name,
      Interval nanos,
      Interval ofPlain,
      double bytesPerCall) {}

  public static OptionsSummary of(Forks forks) {
    List<Line> lines = new ArrayList<>();
    for (Timing timing : Timing.OPTIONS) {
      forks.ofLosses(timing).forEach(each -> lines.add(line(timing, each, forks)));
    }
    return new OptionsSummary(lines);
  }

  private static Line line(Timing timing, Forks.OfLoss with, Forks forks) {
    return new Line(
        with.workload(),
        with.shape(),
        timing.words(),
        Settled.marked(forks, with),
        Interval.ofMean(Summary.values(forks.nanos(with.measured()))),
        Summary.ratio(
            forks.nanos(with.measured()),
            forks.nanos(Case.of(with.workload(), with.implementation(), with.shape()))),
        forks.bytesPerCall(with.measured()));
  }
}

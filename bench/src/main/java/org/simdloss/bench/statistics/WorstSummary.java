package org.simdloss.bench.statistics;

import java.util.ArrayList;
import java.util.List;
import org.apache.commons.math3.stat.StatUtils;
import org.simdloss.bench.WorstCallProfiler;
import org.simdloss.bench.data.Shape;
import org.simdloss.bench.plan.Timing;
import org.simdloss.bench.plan.Workload;

/** What the measurements say of the longest of a fresh VM's first calls, as far as they go. */
public record WorstSummary(List<Line> lines) {
  /**
   * Times are in nanoseconds.
   *
   * @param largest the longest call
   * @param p999 what 99.9% of the calls did not exceed
   * @param vms how many fresh VMs there were
   */
  public record Line(
      Workload workload, Shape shape, String name, OverVms largest, OverVms p999, int vms) {}

  /** The median of fresh VMs, and the worst of them. */
  public record OverVms(double median, double worst) {
    private static OverVms of(double[] values) {
      return new OverVms(StatUtils.percentile(values, 50), StatUtils.max(values));
    }
  }

  public static WorstSummary of(Forks forks) {
    List<Line> lines = new ArrayList<>();
    for (Forks.OfLoss each : forks.ofLosses(Timing.WORST_CALL)) {
      double[] largest = values(forks, each, WorstCallProfiler.LARGEST);
      if (largest.length > 0) {
        lines.add(
            new Line(
                each.workload(),
                each.shape(),
                each.implementation().toString(),
                OverVms.of(largest),
                OverVms.of(values(forks, each, WorstCallProfiler.P999)),
                largest.length));
      }
    }
    return new WorstSummary(lines);
  }

  private static double[] values(Forks forks, Forks.OfLoss of, String metric) {
    return Summary.values(forks.secondary(of.measured(), metric));
  }
}

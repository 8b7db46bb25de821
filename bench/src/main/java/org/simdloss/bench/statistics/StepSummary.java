package org.simdloss.bench.statistics;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import org.simdloss.bench.Implementation;
import org.simdloss.bench.LossShareProfiler;
import org.simdloss.bench.plan.Case;
import org.simdloss.bench.plan.Coverage;
import org.simdloss.bench.plan.Timing;
import org.simdloss.bench.plan.Workload;

/** What the measurements say of training steps, as far as they go. */
public record StepSummary(List<Line> lines) {
  /**
   * @param nanos of one step, over the forks
   * @param speedup the step's time with the textbook loop by this one's; null if unknown
   * @param lossShare the part of a step's time that goes to the loss and its gradient
   */
  public record Line(String name, Interval nanos, Interval speedup, Interval lossShare) {}

  public static StepSummary of(Forks forks) {
    NavigableMap<Integer, Double> textbook = forks.nanos(step(Implementation.TEXTBOOK));
    List<Line> lines = new ArrayList<>();
    for (Implementation implementation : Implementation.values()) {
      Case one = step(implementation);
      NavigableMap<Integer, Double> nanos = forks.nanos(one);
      if (!nanos.isEmpty()) {
        lines.add(
            new Line(
                implementation.toString(),
                Interval.ofMean(Summary.values(nanos)),
                Summary.ratio(textbook, nanos),
                Interval.ofMean(Summary.values(forks.secondary(one, LossShareProfiler.METRIC)))));
      }
    }
    return new StepSummary(lines);
  }

  private static Case step(Implementation implementation) {
    return Case.of(
        Timing.TRAINING_STEP,
        Workload.SOFTMAX_LABELS_GRADIENT,
        implementation,
        Coverage.TRAINING_STEP);
  }
}

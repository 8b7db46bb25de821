package org.simdloss.bench;

import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/** The share of a {@link TrainingStep} that goes to the loss and its gradient. */
public final class LossShareProfiler implements InternalProfiler {
  public static final String METRIC = "loss.share";

  @Override
  public String getDescription() {
    return "The loss's share of a training step";
  }

  @Override
  public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
    TrainingStep.resetClocks();
  }

  @Override
  public Collection<? extends Result<?>> afterIteration(
      BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
    return List.of(
        new ScalarResult(METRIC, TrainingStep.lossShare(), "of the step", AggregationPolicy.AVG));
  }
}

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

/**
 * The value of the loss of the first batch, by which a report sees whether two compute the same.
 */
public final class ValueProfiler implements InternalProfiler {
  public static final String METRIC = "value";

  /** Of this fork; null if its benchmark keeps none. */
  private static Double value;

  static void keep(double loss) {
    value = loss;
  }

  @Override
  public String getDescription() {
    return "The value of the loss of the first batch";
  }

  @Override
  public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {}

  @Override
  public Collection<? extends Result<?>> afterIteration(
      BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
    return value == null
        ? List.of()
        : List.of(new ScalarResult(METRIC, value, "loss", AggregationPolicy.AVG));
  }
}

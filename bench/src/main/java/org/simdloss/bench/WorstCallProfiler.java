package org.simdloss.bench;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.apache.commons.math3.stat.StatUtils;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/** The longest of the calls of a {@link WorstCall}, and the time that 99.9% do not exceed. */
public final class WorstCallProfiler implements InternalProfiler {
  public static final String LARGEST = "call.largest";
  public static final String P999 = "call.p99.9";

  @Override
  public String getDescription() {
    return "The longest of the calls";
  }

  @Override
  public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
    Arrays.fill(WorstCall.NANOS, 0);
  }

  @Override
  public Collection<? extends Result<?>> afterIteration(
      BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
    return List.of(
        new ScalarResult(LARGEST, StatUtils.max(WorstCall.NANOS), "ns", AggregationPolicy.AVG),
        new ScalarResult(
            P999, StatUtils.percentile(WorstCall.NANOS, 99.9), "ns", AggregationPolicy.AVG));
  }
}

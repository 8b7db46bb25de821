package org.simdloss.bench.statistics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.simdloss.bench.AllocationProfiler;
import org.simdloss.bench.Implementation;
import org.simdloss.bench.data.Shape;
import org.simdloss.bench.plan.Case;
import org.simdloss.bench.plan.Timing;
import org.simdloss.bench.plan.Workload;

/** What forks have measured, by case and round: all that a report is made of. */
public final class Forks {
  /**
   * One fork.
   *
   * @param nanos the mean time of a call in each iteration, in the order in which they were run
   * @param secondary what profilers have added, by its name: a number for each iteration
   */
  public record Fork(double[] nanos, Map<String, double[]> secondary) {
    double meanNanos() {
      return mean(nanos);
    }
  }

  private final Map<Case, NavigableMap<Integer, Fork>> forks = new LinkedHashMap<>();

  public void add(Case measured, int round, Fork fork) {
    forks.computeIfAbsent(measured, key -> new TreeMap<>()).put(round, fork);
  }

  public boolean isEmpty() {
    return forks.isEmpty();
  }

  /** Those of which there is a fork. */
  public Set<Case> cases() {
    return Collections.unmodifiableSet(forks.keySet());
  }

  /** A case of a loss, and what it is made of. */
  record OfLoss(Workload workload, Shape shape, Implementation implementation, Case measured) {}

  /** Those of a timing of which there is a fork: by loss, by shape and by implementation. */
  List<OfLoss> ofLosses(Timing timing) {
    NavigableSet<Shape> shapes = new TreeSet<>();
    cases().forEach(one -> shapes.add(one.shape()));
    List<OfLoss> all = new ArrayList<>();
    for (Workload workload : Workload.values()) {
      for (Shape shape : shapes) {
        for (Implementation implementation : Implementation.values()) {
          Case one = Case.of(timing, workload, implementation, shape);
          if (forks.containsKey(one)) {
            all.add(new OfLoss(workload, shape, implementation, one));
          }
        }
      }
    }
    return all;
  }

  /** Each round's time of one call in nanoseconds; empty if the case was not measured. */
  NavigableMap<Integer, Double> nanos(Case measured) {
    return map(measured, Fork::meanNanos);
  }

  /** The same of each iteration, in the order in which they were run. */
  public NavigableMap<Integer, double[]> iterationNanos(Case measured) {
    return map(measured, Fork::nanos);
  }

  /** Each round's mean of what a profiler has added; of rounds that have it. */
  NavigableMap<Integer, Double> secondary(Case measured, String metric) {
    NavigableMap<Integer, Double> values = new TreeMap<>();
    of(measured)
        .forEach(
            (round, fork) -> {
              double[] each = fork.secondary().get(metric);
              if (each != null) {
                values.put(round, mean(each));
              }
            });
    return values;
  }

  /** Allocated bytes a call, on average; NaN if unknown. */
  double bytesPerCall(Case measured) {
    return secondary(measured, AllocationProfiler.METRIC).values().stream()
        .mapToDouble(Double::doubleValue)
        .average()
        .orElse(Double.NaN);
  }

  private <T> NavigableMap<Integer, T> map(Case measured, Function<Fork, T> value) {
    NavigableMap<Integer, T> values = new TreeMap<>();
    of(measured).forEach((round, fork) -> values.put(round, value.apply(fork)));
    return values;
  }

  private NavigableMap<Integer, Fork> of(Case measured) {
    return forks.getOrDefault(measured, new TreeMap<>());
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElse(Double.NaN);
  }
}

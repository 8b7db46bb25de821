package org.simdloss.bench;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.WorkloadParams;

/** The forks that were measured, by case and round. */
final class Results {
  private final Map<Case, NavigableMap<Integer, BenchmarkResult>> forks = new LinkedHashMap<>();

  void add(Case measured, int round, BenchmarkResult fork) {
    if (!fork.getParams().getBenchmark().equals(measured.benchmark())) {
      throw new IllegalStateException(
          "a fork for " + measured + " measured " + fork.getParams().getBenchmark());
    }
    forks.computeIfAbsent(measured, key -> new TreeMap<>()).put(round, fork);
  }

  boolean isEmpty() {
    return forks.isEmpty();
  }

  /** Each round's time of one call in nanoseconds; empty if the case was not measured. */
  NavigableMap<Integer, Double> nanos(Case measured) {
    NavigableMap<Integer, Double> nanos = new TreeMap<>();
    for (Map.Entry<Integer, BenchmarkResult> fork : forksOf(measured).entrySet()) {
      nanos.put(fork.getKey(), nanos(fork.getValue().getPrimaryResult(), fork.getValue()));
    }
    return nanos;
  }

  /** The same of each iteration, in the order in which they were run. */
  NavigableMap<Integer, double[]> iterationNanos(Case measured) {
    NavigableMap<Integer, double[]> nanos = new TreeMap<>();
    for (Map.Entry<Integer, BenchmarkResult> entry : forksOf(measured).entrySet()) {
      BenchmarkResult fork = entry.getValue();
      nanos.put(
          entry.getKey(),
          fork.getIterationResults().stream()
              .mapToDouble(iteration -> nanos(iteration.getPrimaryResult(), fork))
              .toArray());
    }
    return nanos;
  }

  private static double nanos(Result<?> result, BenchmarkResult fork) {
    return result.getScore() * fork.getParams().getTimeUnit().toNanos(1);
  }

  /** Each round's mean of what a profiler has added. */
  NavigableMap<Integer, Double> secondary(Case measured, String metric) {
    NavigableMap<Integer, Double> values = new TreeMap<>();
    for (Map.Entry<Integer, BenchmarkResult> fork : forksOf(measured).entrySet()) {
      fork.getValue().getIterationResults().stream()
          .map(iteration -> iteration.getSecondaryResults().get(metric))
          .filter(Objects::nonNull)
          .mapToDouble(Result::getScore)
          .average()
          .ifPresent(mean -> values.put(fork.getKey(), mean));
    }
    return values;
  }

  /** Allocated bytes a call, on average; NaN if unknown. */
  double bytesPerCall(Case measured) {
    return secondary(measured, AllocationProfiler.METRIC).values().stream()
        .mapToDouble(Double::doubleValue)
        .average()
        .orElse(Double.NaN);
  }

  /** What JMH's files hold: a result for each case, with a fork for each round. */
  Collection<RunResult> merged() {
    List<RunResult> merged = new ArrayList<>();
    for (NavigableMap<Integer, BenchmarkResult> rounds : forks.values()) {
      BenchmarkParams one = rounds.firstEntry().getValue().getParams();
      merged.add(new RunResult(withForks(one, rounds.size()), rounds.values()));
    }
    return merged;
  }

  /** The same as one of JMH's files. */
  byte[] format(ResultFormatType type) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, false, StandardCharsets.UTF_8);
    ResultFormatFactory.getInstance(type, out).writeOut(merged());
    out.flush();
    return bytes.toByteArray();
  }

  /**
   * JMH's parameters are immutable, so those of a fork are copied: with another count, and with the
   * VM's name in place of its path, which says nothing to a reader elsewhere.
   */
  private static BenchmarkParams withForks(BenchmarkParams one, int count) {
    WorkloadParams params = new WorkloadParams();
    int order = 0;
    for (String key : one.getParamsKeys()) {
      params.put(key, one.getParam(key), order++);
    }
    return new BenchmarkParams(
        one.getBenchmark(),
        one.generatedBenchmark(),
        one.shouldSynchIterations(),
        one.getThreads(),
        one.getThreadGroups(),
        one.getThreadGroupLabels(),
        count,
        one.getWarmupForks(),
        one.getWarmup(),
        one.getMeasurement(),
        one.getMode(),
        params,
        one.getTimeUnit(),
        one.getOpsPerInvocation(),
        Path.of(one.getJvm()).getFileName().toString(),
        one.getJvmArgs(),
        one.getJdkVersion(),
        one.getVmName(),
        one.getVmVersion(),
        one.getJmhVersion(),
        one.getTimeout());
  }

  private NavigableMap<Integer, BenchmarkResult> forksOf(Case measured) {
    return forks.getOrDefault(measured, new TreeMap<>());
  }
}

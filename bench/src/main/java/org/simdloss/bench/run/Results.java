package org.simdloss.bench.run;

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
import org.simdloss.bench.plan.Case;
import org.simdloss.bench.statistics.Forks;

/** JMH's results of the forks, for its own file formats; and what they have measured. */
public final class Results {
  private final Map<Case, NavigableMap<Integer, BenchmarkResult>> results = new LinkedHashMap<>();
  private final Forks forks = new Forks();

  public void add(Case measured, int round, BenchmarkResult fork) {
    if (!fork.getParams().getBenchmark().equals(measured.benchmark())) {
      throw new IllegalStateException(
          "a fork for " + measured + " measured " + fork.getParams().getBenchmark());
    }
    results.computeIfAbsent(measured, key -> new TreeMap<>()).put(round, fork);
    forks.add(measured, round, measured(fork));
  }

  private static Forks.Fork measured(BenchmarkResult fork) {
    double unit = fork.getParams().getTimeUnit().toNanos(1);
    Map<String, double[]> secondary = new TreeMap<>();
    for (String metric : fork.getSecondaryResults().keySet()) {
      secondary.put(
          metric,
          fork.getIterationResults().stream()
              .map(iteration -> iteration.getSecondaryResults().get(metric))
              .filter(Objects::nonNull)
              .mapToDouble(Result::getScore)
              .toArray());
    }
    return new Forks.Fork(
        fork.getIterationResults().stream()
            .mapToDouble(iteration -> iteration.getPrimaryResult().getScore() * unit)
            .toArray(),
        secondary);
  }

  boolean isEmpty() {
    return results.isEmpty();
  }

  public Forks forks() {
    return forks;
  }

  /** What JMH's files hold: a result for each case, with a fork for each round. */
  Collection<RunResult> merged() {
    List<RunResult> merged = new ArrayList<>();
    for (NavigableMap<Integer, BenchmarkResult> rounds : results.values()) {
      BenchmarkParams one = rounds.firstEntry().getValue().getParams();
      merged.add(new RunResult(withForks(one, rounds.size()), rounds.values()));
    }
    return merged;
  }

  /** The same as one of JMH's files. */
  public byte[] format(ResultFormatType type) {
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
}

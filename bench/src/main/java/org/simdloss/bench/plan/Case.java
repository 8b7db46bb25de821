package org.simdloss.bench.plan;

import java.util.Map;
import org.simdloss.bench.Implementation;
import org.simdloss.bench.data.Shape;

/**
 * One thing to measure: a benchmark with a value for each of its parameters.
 *
 * @param timing how its calls are timed
 * @param benchmark JMH's name of it
 */
public record Case(Timing timing, String benchmark, Map<String, String> params) {
  static final String IMPLEMENTATION = "implementation";
  static final String SHAPE = "shape";

  public Case {
    params = Map.copyOf(params);
  }

  public static Case of(Workload workload, Implementation implementation, Shape shape) {
    return of(Timing.STEADY_STATE, workload, implementation, shape);
  }

  public static Case of(
      Timing timing, Workload workload, Implementation implementation, Shape shape) {
    return new Case(
        timing,
        workload.benchmark(timing),
        Map.of(IMPLEMENTATION, implementation.toString(), SHAPE, shape.toString()));
  }

  public static Case of(Probe probe, Shape shape) {
    return new Case(Timing.STEADY_STATE, probe.benchmark(), Map.of(SHAPE, shape.toString()));
  }

  public Shape shape() {
    return Shape.parse(params.get(SHAPE));
  }

  /** Whether it is the library that is measured: no textbook loop, no probe. */
  public boolean isLibrary() {
    Implementation implementation = implementation();
    return implementation != null && implementation.isLibrary();
  }

  /** Null of a probe. */
  public Implementation implementation() {
    String name = params.get(IMPLEMENTATION);
    return name == null ? null : Implementation.of(name);
  }

  /** For a progress line: {@code squaredError, vector, 1000x10}. */
  @Override
  public String toString() {
    String implementation = params.get(IMPLEMENTATION);
    String method = benchmark.substring(benchmark.lastIndexOf('.') + 1);
    String name = implementation != null ? method + ", " + implementation : "read probe, " + method;
    return timing.prefix() + name + ", " + shape();
  }
}

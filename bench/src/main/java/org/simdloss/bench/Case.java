package org.simdloss.bench;

import java.util.Map;

/**
 * One thing to measure: a benchmark with a value for each of its parameters.
 *
 * @param benchmark JMH's name of it
 */
record Case(String benchmark, Map<String, String> params) {
  static final String IMPLEMENTATION = "implementation";
  static final String ROWS = "rows";

  Case {
    params = Map.copyOf(params);
  }

  static Case of(Workload workload, Implementation implementation, int rows) {
    return new Case(
        workload.benchmark(),
        Map.of(IMPLEMENTATION, implementation.toString(), ROWS, Integer.toString(rows)));
  }

  static Case probeOf(Workload workload, int rows) {
    return new Case(workload.probe(), Map.of(ROWS, Integer.toString(rows)));
  }

  int rows() {
    return Integer.parseInt(params.get(ROWS));
  }

  /** For a progress line: {@code squaredError, vector, 1000 rows}. */
  @Override
  public String toString() {
    String implementation = params.get(IMPLEMENTATION);
    String name =
        implementation != null
            ? benchmark.substring(benchmark.lastIndexOf('.') + 1) + ", " + implementation
            : "read probe, " + benchmark.substring(benchmark.lastIndexOf('.') + 1);
    return name + ", " + rows() + " rows";
  }
}

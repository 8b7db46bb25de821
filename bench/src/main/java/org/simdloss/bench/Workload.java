package org.simdloss.bench;

/** What is measured: a loss with one kind of targets, and the probe that reads the same. */
enum Workload {
  SQUARED_ERROR("squaredError", "Squared error, half sum", "both", Coverage.SQUARED_ERROR),
  CROSS_ENTROPY_TARGETS(
      "crossEntropyTargets", "Cross-entropy, any targets, mean", "both", Coverage.CROSS_ENTROPY),
  CROSS_ENTROPY_ONE_HOT(
      "crossEntropyOneHot", "Cross-entropy, one-hot targets, mean", "both", Coverage.CROSS_ENTROPY),
  CROSS_ENTROPY_LABELS(
      "crossEntropyLabels", "Cross-entropy, labels, mean", "labels", Coverage.CROSS_ENTROPY);

  private final String method;
  private final String title;
  private final String probe;
  private final Coverage coverage;

  Workload(String method, String title, String probe, Coverage coverage) {
    this.method = method;
    this.title = title;
    this.probe = probe;
    this.coverage = coverage;
  }

  /** JMH's name of the benchmark. */
  String benchmark() {
    return LossBenchmark.class.getName() + "." + method;
  }

  /** JMH's name of the benchmark that reads what this one must read. */
  String probe() {
    return ReadProbe.class.getName() + "." + probe;
  }

  String title() {
    return title;
  }

  Coverage coverage() {
    return coverage;
  }

  /** How many predictions one call must read, with a target to each. */
  double elements(Shape shape) {
    return this == CROSS_ENTROPY_LABELS ? shape.rows() : shape.elements();
  }

  /** How many bytes one call must read: predictions and targets, or labels. */
  double bytes(Shape shape) {
    return elements(shape) * (Float.BYTES + Float.BYTES);
  }
}

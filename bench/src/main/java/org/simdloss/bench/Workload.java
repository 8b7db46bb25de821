package org.simdloss.bench;

/** What is measured: a loss with one kind of targets, and the probe that reads the same. */
enum Workload {
  SQUARED_ERROR("squaredError", "Squared error, half sum", "both"),
  CROSS_ENTROPY_TARGETS("crossEntropyTargets", "Cross-entropy, any targets, mean", "both"),
  CROSS_ENTROPY_ONE_HOT("crossEntropyOneHot", "Cross-entropy, one-hot targets, mean", "both"),
  CROSS_ENTROPY_LABELS("crossEntropyLabels", "Cross-entropy, labels, mean", "labels");

  private final String method;
  private final String title;
  private final String probe;

  Workload(String method, String title, String probe) {
    this.method = method;
    this.title = title;
    this.probe = probe;
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

  /** How many predictions one call must read, with a target to each. */
  double elements(int rows, int cols) {
    return this == CROSS_ENTROPY_LABELS ? rows : (double) rows * cols;
  }

  /** How many bytes one call must read: predictions and targets, or labels. */
  double bytes(int rows, int cols) {
    return elements(rows, cols) * (Float.BYTES + Float.BYTES);
  }
}

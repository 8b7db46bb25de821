package org.simdloss.bench;

/** What a loss must read at least: the loop of {@link ReadProbe} that reads it and nothing else. */
enum Probe {
  /** Every prediction and every target. */
  BOTH("both"),

  /** The labels, and of each row of predictions the labelled element. */
  LABELS("labels"),

  /** Every logit, and the labels. */
  LOGITS("logits");

  private final String method;

  Probe(String method) {
    this.method = method;
  }

  /** JMH's name of the benchmark. */
  String benchmark() {
    return ReadProbe.class.getName() + "." + method;
  }

  /** How many predictions are read. */
  double elements(Shape shape) {
    return this == LABELS ? shape.rows() : shape.elements();
  }

  /** How many bytes are read: of predictions, and of a target to each or of a label to each row. */
  double bytes(Shape shape) {
    double targets = this == BOTH ? shape.elements() : shape.rows();
    return (elements(shape) + targets) * Float.BYTES;
  }
}

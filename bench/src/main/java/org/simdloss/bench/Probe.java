package org.simdloss.bench;

import java.util.function.ToDoubleFunction;

/** What a loss must read at least: the loop of {@link ReadProbe} that reads it and nothing else. */
enum Probe {
  /** Every prediction and every target. */
  BOTH("both", Shape::elements, Shape::elements),

  /** The same, on all threads. */
  BOTH_PARALLEL("bothParallel", Shape::elements, Shape::elements),

  /** The labels, and of each row of predictions the labelled element. */
  LABELS("labels", Shape::rows, Shape::rows),

  /** Every logit, and the labels. */
  LOGITS("logits", Shape::elements, Shape::rows);

  static final String TITLE = "read probe";

  /** Those of the common pool, and the caller. */
  static final int THREADS = Runtime.getRuntime().availableProcessors();

  /** With less to read, several threads are no faster than one. */
  private static final double LEAST_PARALLEL_BYTES = 1e6;

  private final String method;
  private final ToDoubleFunction<Shape> predictions;
  private final ToDoubleFunction<Shape> targets;

  Probe(String method, ToDoubleFunction<Shape> predictions, ToDoubleFunction<Shape> targets) {
    this.method = method;
    this.predictions = predictions;
    this.targets = targets;
  }

  /** JMH's name of the benchmark. */
  String benchmark() {
    return ReadProbe.class.getName() + "." + method;
  }

  /** What reads the same on all threads; this one itself if there is none, or no use in it. */
  Probe parallel(Shape shape) {
    return this == BOTH && bytes(shape) >= LEAST_PARALLEL_BYTES ? BOTH_PARALLEL : this;
  }

  /** As a report's lines say. */
  String title() {
    return this == BOTH_PARALLEL ? TITLE + ", " + THREADS + " threads" : TITLE;
  }

  /** How many predictions are read. */
  double elements(Shape shape) {
    return predictions.applyAsDouble(shape);
  }

  /** How many bytes are read: of predictions, and of a target to each or of a label to each row. */
  double bytes(Shape shape) {
    return (elements(shape) + targets.applyAsDouble(shape)) * Float.BYTES;
  }
}

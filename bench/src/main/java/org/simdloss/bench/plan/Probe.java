package org.simdloss.bench.plan;

import java.util.function.ToDoubleFunction;
import org.simdloss.bench.Implementation;
import org.simdloss.bench.ReadProbe;
import org.simdloss.bench.data.Shape;

/** What a loss must read at least: the loop of {@link ReadProbe} that reads it and nothing else. */
public enum Probe {
  /** Every prediction and every target. */
  BOTH("both", Shape::elements, Shape::elements),

  /** The same, on all threads. */
  BOTH_PARALLEL("bothParallel", Shape::elements, Shape::elements),

  /** The labels, and of each row of predictions the labelled element. */
  LABELS("labels", Shape::rows, Shape::rows),

  /** Every logit, and the labels. */
  LOGITS("logits", Shape::elements, Shape::rows);

  public static final String TITLE = "read probe";

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
  public String benchmark() {
    return ReadProbe.class.getName() + "." + method;
  }

  /** What reads the same on all threads; this one itself if there is none, or no use in it. */
  Probe parallel(Shape shape) {
    return this == BOTH && bytes(shape) >= LEAST_PARALLEL_BYTES ? BOTH_PARALLEL : this;
  }

  /** As a report's lines say. */
  public String title() {
    return this == BOTH_PARALLEL ? TITLE + ", " + Implementation.THREADS + " threads" : TITLE;
  }

  /** How many predictions are read. */
  double elements(Shape shape) {
    return predictions.applyAsDouble(shape);
  }

  /** How many bytes are read: of predictions, and of a target to each or of a label to each row. */
  public double bytes(Shape shape) {
    return (elements(shape) + targets.applyAsDouble(shape)) * Float.BYTES;
  }
}

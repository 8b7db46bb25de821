package org.simdloss.bench.plan;

import java.util.Arrays;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.simdloss.bench.Implementation;
import org.simdloss.bench.data.Shape;

/** What is measured: a loss with one kind of targets, and with its gradient or without. */
public enum Workload {
  SQUARED_ERROR(
      "squaredError",
      "Squared error, half sum",
      "squared error",
      Probe.BOTH,
      Output.LOSS,
      Coverage.SQUARED_ERROR),
  CROSS_ENTROPY_TARGETS(
      "crossEntropyTargets",
      "Cross-entropy, any targets, mean",
      "cross-entropy, any targets",
      Probe.BOTH,
      Output.LOSS,
      Coverage.CROSS_ENTROPY_TARGETS),
  CROSS_ENTROPY_ONE_HOT(
      "crossEntropyOneHot",
      "Cross-entropy, one-hot targets, mean",
      "cross-entropy, one-hot",
      Probe.BOTH,
      Output.LOSS,
      Coverage.CROSS_ENTROPY),
  CROSS_ENTROPY_LABELS(
      "crossEntropyLabels",
      "Cross-entropy, labels, mean",
      "cross-entropy, labels",
      Probe.LABELS,
      Output.LOSS,
      Coverage.CROSS_ENTROPY),
  SOFTMAX_LABELS(
      "softmaxLabels",
      "Softmax cross-entropy from logits, labels, mean",
      "softmax cross-entropy, labels",
      Probe.LOGITS,
      Output.LOSS,
      Coverage.SOFTMAX),
  SOFTMAX_TARGETS(
      "softmaxTargets",
      "Softmax cross-entropy from logits, any targets, mean",
      "softmax cross-entropy, any targets",
      Probe.BOTH,
      Output.LOSS,
      Coverage.SOFTMAX_TARGETS),
  SOFTMAX_LABELS_GRADIENT(
      "softmaxLabelsGradient",
      "Softmax cross-entropy, loss and gradient, labels, mean",
      "softmax, loss and gradient, labels",
      Probe.LOGITS,
      Output.GRADIENT,
      Coverage.SOFTMAX_GRADIENT),
  SQUARED_ERROR_GRADIENT(
      "squaredErrorGradient",
      "Squared error, loss and gradient, half sum",
      "squared error, loss and gradient",
      Probe.BOTH,
      Output.GRADIENT,
      Coverage.GRADIENT),
  CROSS_ENTROPY_TARGETS_GRADIENT(
      "crossEntropyTargetsGradient",
      "Cross-entropy, loss and gradient, any targets, mean",
      "cross-entropy, loss and gradient, any targets",
      Probe.BOTH,
      Output.GRADIENT,
      Coverage.GRADIENT),
  CROSS_ENTROPY_LABELS_GRADIENT(
      "crossEntropyLabelsGradient",
      "Cross-entropy, loss and gradient, labels, mean",
      "cross-entropy, loss and gradient, labels",
      Probe.LABELS,
      Output.GRADIENT,
      Coverage.GRADIENT),
  SIGMOID(
      "sigmoid",
      "Sigmoid cross-entropy from logits, targets 0 and 1, mean",
      "sigmoid cross-entropy",
      Probe.BOTH,
      Output.LOSS,
      Coverage.TWO_CLASSES),
  SIGMOID_GRADIENT(
      "sigmoidGradient",
      "Sigmoid cross-entropy, loss and gradient, targets 0 and 1, mean",
      "sigmoid, loss and gradient",
      Probe.BOTH,
      Output.GRADIENT,
      Coverage.TWO_CLASSES_GRADIENT),
  BINARY(
      "binary",
      "Binary cross-entropy, targets 0 and 1, mean",
      "binary cross-entropy",
      Probe.BOTH,
      Output.LOSS,
      Coverage.TWO_CLASSES),
  BINARY_GRADIENT(
      "binaryGradient",
      "Binary cross-entropy, loss and gradient, targets 0 and 1, mean",
      "binary, loss and gradient",
      Probe.BOTH,
      Output.GRADIENT,
      Coverage.TWO_CLASSES_GRADIENT),
  SOFTMAX_LABELS_HESSIAN(
      "softmaxLabelsHessian",
      "Softmax cross-entropy, loss, gradient and Hessian, labels, sum",
      "softmax, loss, gradient and Hessian, labels",
      Probe.LOGITS,
      Output.HESSIAN,
      Coverage.SOFTMAX_HESSIAN);

  private final String method;
  private final String title;
  private final String name;
  private final Probe probe;
  private final Output output;
  private final Coverage coverage;

  Workload(
      String method, String title, String name, Probe probe, Output output, Coverage coverage) {
    this.method = method;
    this.title = title;
    this.name = name;
    this.probe = probe;
    this.output = output;
    this.coverage = coverage;
  }

  /** The {@link #shortTitle} of the one of that {@link #method}; the name itself if it is none. */
  public static String named(String method) {
    return Arrays.stream(values())
        .filter(each -> each.method.equals(method))
        .map(Workload::shortTitle)
        .findFirst()
        .orElse(method);
  }

  /** JMH's name of the benchmark; not every workload has one of each timing. */
  public String benchmark(Timing timing) {
    return timing.benchmark(method);
  }

  /** For a heading. */
  public String title() {
    return title;
  }

  /** For a table of many. */
  public String shortTitle() {
    return name;
  }

  /** As in the names of benchmarks and of files. */
  public String method() {
    return method;
  }

  /** What reads the same, on as many threads as the implementation. */
  public Probe probe(Implementation implementation, Shape shape) {
    return implementation.isParallel() ? probe.parallel(shape) : probe;
  }

  /** What implementations are compared with: one probe, or another one for those on all threads. */
  public Set<Probe> probes(Collection<Implementation> implementations, Shape shape) {
    return implementations.stream()
        .map(each -> probe(each, shape))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  public Coverage coverage() {
    return coverage;
  }

  /** How many predictions one call must read. */
  public double elements(Shape shape) {
    return probe.elements(shape);
  }

  /** How many bytes one call must read and write. */
  public double bytes(Shape shape) {
    return probe.bytes(shape) + (double) output.ordinal() * shape.elements() * Float.BYTES;
  }

  /** What is computed; each writes one array more than the one before. */
  private enum Output {
    LOSS,
    GRADIENT,
    HESSIAN
  }
}

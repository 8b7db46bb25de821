package org.simdloss.spark.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.simdloss.BinaryCrossEntropy;
import org.simdloss.CrossEntropy;
import org.simdloss.Loss;
import org.simdloss.SigmoidCrossEntropy;
import org.simdloss.SoftmaxCrossEntropy;
import org.simdloss.SquaredError;

/** The functions: what SQL calls them, what they say of themselves, and what each computes. */
public enum LossFunction {
  /** {@link CrossEntropy}. */
  CROSS_ENTROPY(
      true,
      "probability",
      "label",
      "the cross-entropy of predicted probabilities, -ln(probability[label] + 1e-7)",
      "delta - what is added before the logarithm, 1e-7 by default.",
      "clip - in place of delta: probabilities are brought to clip .. 1 - clip.",
      "ignoring - rows with this label count nowhere.",
      "smoothing - targets become (1 - smoothing) * target + smoothing / classes.") {
    @Override
    Loss loss(Options options) {
      CrossEntropy loss = isSum(options) ? CrossEntropy.sum() : CrossEntropy.mean();
      loss = options.number("delta", loss, CrossEntropy::delta);
      loss = options.number("clip", loss, CrossEntropy::clip);
      loss = options.label("ignoring", loss, CrossEntropy::ignoring);
      return options.number("smoothing", loss, CrossEntropy::smoothing);
    }
  },
  /** {@link SoftmaxCrossEntropy}. */
  SOFTMAX_CROSS_ENTROPY(
      true,
      "logits",
      "label",
      "the cross-entropy of logits' softmax, ln(sum(exp(logits))) - logits[label]",
      "ignoring - rows with this label count nowhere.",
      "smoothing - targets become (1 - smoothing) * target + smoothing / classes.") {
    @Override
    Loss loss(Options options) {
      SoftmaxCrossEntropy loss =
          isSum(options) ? SoftmaxCrossEntropy.sum() : SoftmaxCrossEntropy.mean();
      loss = options.label("ignoring", loss, SoftmaxCrossEntropy::ignoring);
      return options.number("smoothing", loss, SoftmaxCrossEntropy::smoothing);
    }
  },
  /** {@link SquaredError}. */
  SQUARED_ERROR(
      false,
      "prediction",
      "target",
      "the squared error over all elements, (prediction - target)^2") {
    @Override
    String[] reductions() {
      return new String[] {"mse", "halfSum", "halfSumOverRows"};
    }

    @Override
    Loss loss(Options options) {
      return switch (reduction(options)) {
        case "halfSum" -> SquaredError.halfSum();
        case "halfSumOverRows" -> SquaredError.halfSumOverRows();
        default -> SquaredError.mse();
      };
    }
  },
  /** {@link BinaryCrossEntropy}. */
  BINARY_CROSS_ENTROPY(
      false,
      "probability",
      "target",
      "the cross-entropy of two classes, from the probability that the target is 1",
      "delta - what is added before the logarithm, 1e-7 by default.",
      "clip - in place of delta: probabilities are brought to clip .. 1 - clip.") {
    @Override
    Loss loss(Options options) {
      BinaryCrossEntropy loss =
          isSum(options) ? BinaryCrossEntropy.sum() : BinaryCrossEntropy.mean();
      loss = options.number("delta", loss, BinaryCrossEntropy::delta);
      return options.number("clip", loss, BinaryCrossEntropy::clip);
    }
  },
  /** {@link SigmoidCrossEntropy}. */
  SIGMOID_CROSS_ENTROPY(
      false,
      "logit",
      "target",
      "the cross-entropy of two classes, from the logit of the target's being 1",
      "positiveWeight - how many times targets of 1 count.") {
    @Override
    Loss loss(Options options) {
      SigmoidCrossEntropy loss =
          isSum(options) ? SigmoidCrossEntropy.sum() : SigmoidCrossEntropy.mean();
      return options.number("positiveWeight", loss, SigmoidCrossEntropy::positiveWeight);
    }
  };

  private static final String[] MEAN_OR_SUM = {"mean", "sum"};

  /** Whether a row is an array and its class, and not two numbers or two arrays. */
  final boolean ofClasses;

  private final String prediction;
  private final String target;
  private final String what;
  private final String[] options;

  LossFunction(
      boolean ofClasses, String prediction, String target, String what, String... options) {
    this.ofClasses = ofClasses;
    this.prediction = prediction;
    this.target = target;
    this.what = what;
    this.options = options;
  }

  /** The loss that has these options; it asks for all those that this function knows. */
  abstract Loss loss(Options options);

  /** What the option of that name can be; first the default. */
  String[] reductions() {
    return MEAN_OR_SUM;
  }

  final String reduction(Options options) {
    return options.choice("reduction", reductions());
  }

  /** Whether the result is a sum, which is not divided. */
  final boolean isSum(Options options) {
    return reduction(options).toLowerCase(Locale.ROOT).endsWith("sum");
  }

  /** What SQL calls it. */
  public String sqlName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What its first argument is called. */
  public String prediction() {
    return prediction;
  }

  /** What its second argument is called. */
  public String target() {
    return target;
  }

  /** How it is called, with its own name for each argument. */
  String signature(String name) {
    return name + "(" + prediction + ", " + target + "[, weight][, options])";
  }

  /** What {@code DESCRIBE FUNCTION} prints. */
  public String usage() {
    return signature("_FUNC_")
        + " - Returns the mean over all rows of "
        + what
        + ". The bits of the result depend on the rows alone, and not on their order or partitions."
        + " Rows with a null are left out.";
  }

  /** What {@code DESCRIBE FUNCTION EXTENDED} prints of the arguments. */
  public String arguments() {
    List<String> lines = new ArrayList<>();
    if (ofClasses) {
      lines.add(prediction + " - a value a class: array<float>, array<double> or an ML vector.");
      lines.add(
          target + " - the class's index, a whole number from 0; or a target for each class.");
    } else {
      lines.add(prediction + " - a number, array<float>, array<double> or an ML vector.");
      lines.add(target + " - a number, or as many numbers.");
    }
    lines.add("weight - how many times the row counts: a number, 0 or more. 1 by default.");
    lines.add(
        "options - a map, such as map('reduction', '" + reductions()[1] + "'), of these names:");
    lines.add("reduction - one of " + String.join(", ", reductions()) + "; the first by default.");
    lines.addAll(List.of(options));
    StringBuilder text = new StringBuilder("\n    Arguments:\n");
    lines.forEach(line -> text.append("      * ").append(line).append('\n'));
    return text.append("  ").toString();
  }
}

package org.simdloss;

import static java.util.Objects.requireNonNull;

import java.io.InvalidObjectException;
import java.io.Serializable;
import java.util.Arrays;

/**
 * What is serialized of a loss: the calls that make it. Whoever reads it makes them, so that a
 * stream can hold nothing that they refuse; and an option of a later version, which is a call that
 * this one does not have, is refused and not left out.
 *
 * @param loss the method that makes it, such as {@code CrossEntropy.mean}
 * @param options the options' methods, in the order of the calls
 * @param values their arguments
 */
record LossForm(String loss, String[] options, double[] values, Backend backend)
    implements Serializable {
  private static final long serialVersionUID = 1;

  /** A loss without options. */
  LossForm(String loss, Backend backend) {
    this(loss, new String[0], new double[0], backend);
  }

  /** The same with one more option. */
  LossForm with(String option, double value) {
    int count = options.length;
    String[] moreOptions = Arrays.copyOf(options, count + 1);
    double[] moreValues = Arrays.copyOf(values, count + 1);
    moreOptions[count] = option;
    moreValues[count] = value;
    return new LossForm(loss, moreOptions, moreValues, backend);
  }

  private Object readResolve() throws InvalidObjectException {
    try {
      return made();
    } catch (IllegalArgumentException | NullPointerException e) {
      throw invalid(e);
    }
  }

  private Loss made() {
    Loss made = start(requireNonNull(loss, "loss"));
    if (requireNonNull(options, "options").length != requireNonNull(values, "values").length) {
      throw new IllegalArgumentException(
          "values has " + values.length + " elements; allowed: " + options.length);
    }
    for (int i = 0; i < options.length; i++) {
      made = made.with(requireNonNull(options[i], "option"), values[i]);
    }
    return made.on(backend);
  }

  private static Loss start(String loss) {
    return switch (loss) {
      case "SquaredError.halfSum" -> SquaredError.halfSum();
      case "SquaredError.halfSumOverRows" -> SquaredError.halfSumOverRows();
      case "SquaredError.mse" -> SquaredError.mse();
      case "CrossEntropy.sum" -> CrossEntropy.sum();
      case "CrossEntropy.mean" -> CrossEntropy.mean();
      case "SoftmaxCrossEntropy.sum" -> SoftmaxCrossEntropy.sum();
      case "SoftmaxCrossEntropy.mean" -> SoftmaxCrossEntropy.mean();
      case "BinaryCrossEntropy.sum" -> BinaryCrossEntropy.sum();
      case "BinaryCrossEntropy.mean" -> BinaryCrossEntropy.mean();
      case "SigmoidCrossEntropy.sum" -> SigmoidCrossEntropy.sum();
      case "SigmoidCrossEntropy.mean" -> SigmoidCrossEntropy.mean();
      default ->
          throw new IllegalArgumentException(
              "loss is '" + loss + "'; allowed: the losses of this version of simdloss");
    };
  }

  /** A label, as an option's value. */
  static int label(double value) {
    if (value != (int) value) {
      throw new IllegalArgumentException("label is " + value + "; allowed: any int");
    }
    return (int) value;
  }

  /** That a stream holds what can not have been written. */
  static InvalidObjectException invalid(RuntimeException reason) {
    InvalidObjectException invalid = new InvalidObjectException(reason.getMessage());
    invalid.initCause(reason);
    return invalid;
  }
}

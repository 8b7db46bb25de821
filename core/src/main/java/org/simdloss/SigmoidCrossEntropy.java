package org.simdloss;

import static java.util.Objects.requireNonNull;

import org.simdloss.internal.backend.Switches;
import org.simdloss.internal.call.Divisor;
import org.simdloss.internal.call.Evaluator;
import org.simdloss.internal.loss.SigmoidCrossEntropyBlocks;

/**
 * The cross-entropy error of two classes from logits x, −Σ (p · t · ln σ(x) + (1 − t) · ln σ(−x)),
 * in nats, where σ(x) = 1 / (1 + e^−x). PyTorch calls it {@code BCEWithLogitsLoss}, XGBoost {@code
 * binary:logistic}.
 *
 * <p>In the methods' parameters y are the logits. Each element is a question of its own, whether
 * there is one column or many; p is the weight of the positive class, by default 1. Targets are
 * values of the logits' shape, mostly from 0 to 1, and computed as they are if not; or, for one
 * column, labels 0 and 1. {@link Targets#argmax} is refused.
 *
 * <p>It is max(x, 0) − x · t + ln(1 + e^−|x|) where p is 1, and never overflows. Its gradient is
 * then σ(x) − t, computed without a difference where t is 0 or 1; its second derivative σ(x) ·
 * σ(−x).
 *
 * <p><b>What some inputs give.</b> A part whose coefficient is 0 (t = 0, or 1 − t = 0) adds exactly
 * 0: so x = +∞ gives 0 for t = 1, and +∞ for any other t; x = −∞ gives 0 for t = 0, and +∞ for any
 * other. NaN gives NaN. Products p · t · |x|, and sums of 30 of them, that pass 3.4e38 give
 * infinity.
 *
 * <p><b>Accuracy.</b> With u = 2^-24, and targets from 0 to 1, {@link #perRow} of one column and
 * each of a row's terms are within 10 u of themselves, plus 2^-148: small losses too are good to
 * their last digits. A sum is within 45 u of itself. With other targets these hold relative to the
 * sum of the sizes of all parts. {@link #sigmoid} is within 4 u of itself plus 2^-148; a gradient
 * within 8 u · (p · |t| · σ(−x) + |1 − t| · σ(x)), a second derivative within 10 u of itself where
 * t is from 0 to 1, both plus 2^-140 before the division. A row's weight adds 2 u to each.
 */
public final class SigmoidCrossEntropy extends Objective {
  private static final long serialVersionUID = 1;

  private static volatile SigmoidCrossEntropy sum;
  private static volatile SigmoidCrossEntropy mean;

  private final float positiveWeight;

  private SigmoidCrossEntropy(Divisor divisor, float positiveWeight, Backend backend) {
    super(
        new Evaluator.Form(
            new SigmoidCrossEntropyBlocks(false, 1, backend.firstKernels()),
            Switches.SIGMOID_CROSS_ENTROPY),
        new Evaluator.Form(
            new SigmoidCrossEntropyBlocks(true, positiveWeight, backend.firstKernels()),
            Switches.WEIGHTED_SIGMOID_CROSS_ENTROPY),
        positiveWeight != 1,
        1,
        divisor,
        backend);
    this.positiveWeight = positiveWeight;
  }

  /** −Σ (t · ln σ(x) + (1 − t) · ln σ(−x)). */
  public static SigmoidCrossEntropy sum() {
    SigmoidCrossEntropy known = sum;
    if (known == null) {
      known = new SigmoidCrossEntropy(Divisor.NONE, 1, Backend.best());
      sum = known;
    }
    return known;
  }

  /** −Σ (t · ln σ(x) + (1 − t) · ln σ(−x)) / (rows · cols), the mean over all elements. */
  public static SigmoidCrossEntropy mean() {
    SigmoidCrossEntropy known = mean;
    if (known == null) {
      known = new SigmoidCrossEntropy(Divisor.ELEMENTS, 1, Backend.best());
      mean = known;
    }
    return known;
  }

  /**
   * The same loss, in which the positive class counts p times. A mean is divided by the elements
   * all the same. PyTorch calls it {@code pos_weight}, XGBoost {@code scale_pos_weight}.
   *
   * @param weight p, rounded to {@code float}: above 0 and finite, such as the number of negative
   *     rows by that of positive ones
   * @throws IllegalArgumentException if it is anything else
   */
  public SigmoidCrossEntropy positiveWeight(double weight) {
    float rounded = (float) weight;
    if (!(rounded > 0 && rounded <= Float.MAX_VALUE)) {
      throw new IllegalArgumentException(
          "weight is " + weight + "; allowed: above 0 and finite, as a float");
    }
    return new SigmoidCrossEntropy(evaluator().divisor(), rounded, backend());
  }

  /**
   * σ(x) = 1 / (1 + e^−x) of each element: the probabilities that the logits stand for.
   *
   * @param logits rows × cols
   * @param into where they are written; of the same shape. It may be exactly the logits' view of an
   *     array, and then replaces them; it may not overlap them in any other way. Padding is not
   *     written.
   * @throws NullPointerException if an argument is null
   * @throws IllegalArgumentException if the shapes differ, or {@code into} overlaps the logits
   */
  public void sigmoid(Batch logits, Batch into) {
    writeProbabilities(logits, into);
  }

  @Override
  public SigmoidCrossEntropy on(Backend backend) {
    return new SigmoidCrossEntropy(
        evaluator().divisor(), positiveWeight, requireNonNull(backend, "backend"));
  }

  @Override
  LossForm form() {
    return new LossForm("SigmoidCrossEntropy." + reduction(), backend())
        .with("positiveWeight", positiveWeight);
  }

  @Override
  SigmoidCrossEntropy with(String option, double value) {
    return switch (option) {
      case "positiveWeight" -> positiveWeight(value);
      default -> throw noOption(option);
    };
  }

  /** For example {@code SigmoidCrossEntropy.mean on vector-512}. */
  @Override
  public String toString() {
    String weight = positiveWeight != 1 ? ".positiveWeight(" + positiveWeight + ")" : "";
    return "SigmoidCrossEntropy." + reduction() + weight + " on " + backend();
  }
}

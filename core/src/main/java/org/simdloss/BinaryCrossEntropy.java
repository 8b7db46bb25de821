package org.simdloss;

import static java.util.Objects.requireNonNull;

import org.simdloss.internal.backend.Switches;
import org.simdloss.internal.call.Divisor;
import org.simdloss.internal.call.Evaluator;
import org.simdloss.internal.loss.BinaryCrossEntropyBlocks;

/**
 * The cross-entropy error of two classes from predicted probabilities, −Σ (t · ln(y + δ) + (1 − t)
 * · ln(1 − y + δ)), in nats. PyTorch calls it {@code BCELoss}, scikit-learn {@code log_loss}.
 *
 * <p>Each element is a question of its own, whether there is one column or many: y is the
 * probability that the answer is yes, and t whether it is. Targets are values of the predictions'
 * shape, mostly from 0 to 1, and computed as they are if not; or, for one column, labels 0 and 1.
 * {@link Targets#argmax} is refused. Where logits are at hand, {@link SigmoidCrossEntropy} loses
 * less.
 *
 * <p>δ, by default 1e-7, keeps the logarithm of a probability of 0 finite; {@link #clip} clips
 * predictions in its place. (PyTorch does not let a logarithm fall below −100; this does not.)
 *
 * <p><b>What some inputs give.</b> A part whose coefficient is 0 (t = 0, or 1 − t = 0) adds exactly
 * 0, whatever y is. Otherwise y + δ = 0 gives +∞; y + δ &lt; 0, or NaN, gives NaN; y = +∞ gives −∞;
 * and the same of 1 − y + δ. Nothing is clamped: with δ, y = t = 1 gives the tiny negative number
 * that the formula gives.
 *
 * <p><b>Accuracy.</b> With u = 2^-24, y from 0 to 1 and targets too: each logarithm is within 4 u
 * of itself, so that small losses are good to their last digits (where δ is above 0.01, within 4 u
 * · (1 + |ln v|)); and a sum within 45 u · Σ (t · |ln(y + δ)| + (1 − t) · |ln(1 − y + δ)|). Where
 * all targets are 0 or 1, and rows have no weights, sums are mostly good to within 2^-30 of
 * themselves: numbers are multiplied in {@code double}. Gradients, (1 − t) / (1 − y + δ) − t / (y +
 * δ), are within 6 u of the sum of both parts' sizes. δ is rounded to {@code float}. A row's weight
 * adds 2 u to each.
 */
public final class BinaryCrossEntropy extends Loss {
  private static final long serialVersionUID = 1;

  private static final double DEFAULT_DELTA = 1e-7;

  private static volatile BinaryCrossEntropy sum;
  private static volatile BinaryCrossEntropy mean;

  private final double delta;

  /** 0 where predictions are not clipped. */
  private final double clip;

  private BinaryCrossEntropy(Divisor divisor, double delta, double clip, Backend backend) {
    super(
        new Evaluator.Form(
            new BinaryCrossEntropyBlocks(false, delta, clip, backend.firstKernels()),
            Switches.BINARY_CROSS_ENTROPY),
        new Evaluator.Form(
            new BinaryCrossEntropyBlocks(true, delta, clip, backend.firstKernels()),
            Switches.WEIGHTED_BINARY_CROSS_ENTROPY),
        false,
        -1,
        divisor,
        backend);
    this.delta = delta;
    this.clip = clip;
  }

  /** −Σ (t · ln(y + δ) + (1 − t) · ln(1 − y + δ)). */
  public static BinaryCrossEntropy sum() {
    BinaryCrossEntropy known = sum;
    if (known == null) {
      known = new BinaryCrossEntropy(Divisor.NONE, DEFAULT_DELTA, 0, Backend.best());
      sum = known;
    }
    return known;
  }

  /** −Σ (t · ln(y + δ) + (1 − t) · ln(1 − y + δ)) / (rows · cols), the mean over all elements. */
  public static BinaryCrossEntropy mean() {
    BinaryCrossEntropy known = mean;
    if (known == null) {
      known = new BinaryCrossEntropy(Divisor.ELEMENTS, DEFAULT_DELTA, 0, Backend.best());
      mean = known;
    }
    return known;
  }

  /**
   * The same loss with another δ.
   *
   * @param delta 0, or from {@link Float#MIN_NORMAL} (1.18e-38) to 1; it is rounded to {@code
   *     float}
   * @throws IllegalArgumentException if it is anything else
   */
  public BinaryCrossEntropy delta(double delta) {
    CrossEntropy.checkDelta(delta);
    // -0.0 is taken for 0.0
    return new BinaryCrossEntropy(evaluator().divisor(), delta + 0.0, 0, backend());
  }

  /**
   * The same loss, with both logarithms' numbers clipped in place of δ: to from ε to 1 − ε. It is
   * what scikit-learn's {@code log_loss} computed, and Spark MLlib's {@code logLoss} does.
   *
   * <p>The derivative is 0 where y is outside. A NaN stays NaN. Both bounds are rounded to {@code
   * float}, and the upper one then may be 1. The later of {@link #delta} and this counts.
   *
   * @param epsilon above 0 and below ½, such as 1e-15; not below {@link Float#MIN_NORMAL}
   * @throws IllegalArgumentException if it is anything else
   */
  public BinaryCrossEntropy clip(double epsilon) {
    CrossEntropy.checkClip(epsilon);
    return new BinaryCrossEntropy(evaluator().divisor(), 0, epsilon, backend());
  }

  @Override
  public BinaryCrossEntropy on(Backend backend) {
    return new BinaryCrossEntropy(
        evaluator().divisor(), delta, clip, requireNonNull(backend, "backend"));
  }

  @Override
  LossForm form() {
    LossForm form = new LossForm("BinaryCrossEntropy." + reduction(), backend());
    return clip > 0 ? form.with("clip", clip) : form.with("delta", delta);
  }

  @Override
  BinaryCrossEntropy with(String option, double value) {
    return switch (option) {
      case "clip" -> clip(value);
      case "delta" -> delta(value);
      default -> throw noOption(option);
    };
  }

  /** For example {@code BinaryCrossEntropy.mean(delta=1.0E-7) on vector-512}. */
  @Override
  public String toString() {
    String bounds = clip > 0 ? "clip=" + clip : "delta=" + delta;
    return "BinaryCrossEntropy." + reduction() + "(" + bounds + ") on " + backend();
  }
}

package org.simdloss;

import static java.util.Objects.requireNonNull;

import org.simdloss.internal.backend.Switches;
import org.simdloss.internal.block.TargetOptions;
import org.simdloss.internal.call.Divisor;
import org.simdloss.internal.call.Evaluator;
import org.simdloss.internal.loss.CrossEntropyBlocks;
import org.simdloss.internal.loss.WeightedCrossEntropyBlocks;

/**
 * The cross-entropy error of predicted probabilities, −Σ t · ln(y + δ), in nats; divide by ln 2 for
 * bits.
 *
 * <p>δ, by default 1e-7, keeps the logarithm of a probability of 0 finite. With labels, and with
 * one-hot rows, only the labelled element of a row counts: −Σ ln(y[r, label] + δ). The book's
 * {@code cross_entropy_error(y, t)} is {@link #sum()} in its first form, and {@link #mean()} of
 * {@link Targets#labels(int[])} or {@link Targets#argmax} in its batch form. {@link #clip} clips
 * predictions in place of δ; {@link #ignoring} and {@link #smoothing} are about targets.
 *
 * <p>Nothing is clamped or renormalised: y = 1 gives the tiny negative number that the formula
 * gives, and rows that are no distributions are computed as they are.
 *
 * <p><b>What some inputs give</b>, where t is not 0: y + δ = 0 gives +∞; y + δ &lt; 0, or NaN,
 * gives NaN; y = +∞ gives −∞. A target of exactly ±0 adds nothing, whatever y is there. (NumPy
 * gives NaN for 0 · ln NaN.)
 *
 * <p><b>Accuracy.</b> With labels and one-hot targets, within 1e-12 · Σ |ln v| + rows · 2^-52 of
 * the exact value, v = y + δ. With any others, within 40 · 2^-24 · Σ |t| · (1 + |ln v|). {@link
 * #perRow} takes a {@code float} logarithm of at most 0.84 ulp for each element, of y + δ in {@code
 * float}. Gradients, −t / v, take v in {@code float} too, with labels as well. With weights w and
 * smoothed targets t', within 45 · 2^-24 · Σ w · |t'| · (1 + |ln v|).
 */
public final class CrossEntropy extends Loss {
  private static final long serialVersionUID = 1;

  private static final double DEFAULT_DELTA = 1e-7;

  private static volatile CrossEntropy sum;
  private static volatile CrossEntropy mean;

  private final double delta;

  /** 0 where predictions are not clipped. */
  private final double clip;

  private final transient TargetOptions options;

  private CrossEntropy(
      Divisor divisor, double delta, double clip, TargetOptions options, Backend backend) {
    super(
        new Evaluator.Form(
            new CrossEntropyBlocks(delta, backend.firstKernels()), Switches.CROSS_ENTROPY),
        new Evaluator.Form(
            new WeightedCrossEntropyBlocks(delta, clip, options, backend.firstKernels()),
            Switches.WEIGHTED_CROSS_ENTROPY),
        clip > 0 || options.areSet(),
        -1,
        divisor,
        backend);
    this.delta = delta;
    this.clip = clip;
    this.options = options;
  }

  /** −Σ t · ln(y + δ). */
  public static CrossEntropy sum() {
    CrossEntropy known = sum;
    if (known == null) {
      known = new CrossEntropy(Divisor.NONE, DEFAULT_DELTA, 0, TargetOptions.NONE, Backend.best());
      sum = known;
    }
    return known;
  }

  /** −Σ t · ln(y + δ) / rows. */
  public static CrossEntropy mean() {
    CrossEntropy known = mean;
    if (known == null) {
      known = new CrossEntropy(Divisor.ROWS, DEFAULT_DELTA, 0, TargetOptions.NONE, Backend.best());
      mean = known;
    }
    return known;
  }

  /**
   * The same loss with another δ.
   *
   * @param delta 0, or from {@link Float#MIN_NORMAL} (1.18e-38) to 1: below, it would be lost in
   *     the {@code float} sum y + δ
   * @throws IllegalArgumentException if it is anything else
   */
  public CrossEntropy delta(double delta) {
    checkDelta(delta);
    // -0.0 is taken for 0.0
    return new CrossEntropy(evaluator().divisor(), delta + 0.0, 0, options, backend());
  }

  static void checkDelta(double delta) {
    if (!(delta == 0 || (delta >= Float.MIN_NORMAL && delta <= 1))) {
      throw new IllegalArgumentException(
          "delta is " + delta + "; allowed: 0, or from " + (double) Float.MIN_NORMAL + " to 1");
    }
  }

  /**
   * The same loss, with predictions clipped in place of δ: v = min(max(y, ε), 1 − ε), and −Σ t · ln
   * v. It is what Spark MLlib's {@code logLoss} computes.
   *
   * <p>The derivative is 0 where y is outside. A NaN stays NaN. With labels and one-hot rows ε is a
   * {@code double}; with other targets, in {@link #perRow} and in gradients it is rounded to {@code
   * float}, and the upper bound then may be 1. The later of {@link #delta} and this counts.
   *
   * @param epsilon above 0 and below ½, such as 1e-15; not below {@link Float#MIN_NORMAL}
   * @throws IllegalArgumentException if it is anything else
   */
  public CrossEntropy clip(double epsilon) {
    checkClip(epsilon);
    return new CrossEntropy(evaluator().divisor(), 0, epsilon, options, backend());
  }

  static void checkClip(double epsilon) {
    if (!(epsilon >= Float.MIN_NORMAL && epsilon < 0.5)) {
      throw new IllegalArgumentException(
          "epsilon is "
              + epsilon
              + "; allowed: from "
              + (double) Float.MIN_NORMAL
              + " to below 0.5");
    }
  }

  /**
   * The same loss, in which rows with a label count nowhere: neither in the loss nor in a mean's
   * divisor; their derivatives and their losses of {@link #perRow} are 0, and their predictions are
   * not read. {@link LossSum#rows()} counts them.
   *
   * @param label any number, such as −100, whether it is a column or not. Other targets than labels
   *     are refused when the loss is called.
   */
  public CrossEntropy ignoring(int label) {
    return new CrossEntropy(evaluator().divisor(), delta, clip, options.ignoring(label), backend());
  }

  /**
   * The same loss of smoothed targets, (1 − ε) · t + ε / cols: every class gets its share. Labels
   * and {@link Targets#argmax} stand for one-hot rows, which are smoothed.
   *
   * @param epsilon from 0, which changes nothing, to 1
   * @throws IllegalArgumentException if it is anything else
   */
  public CrossEntropy smoothing(double epsilon) {
    return new CrossEntropy(
        evaluator().divisor(), delta, clip, options.smoothing(epsilon), backend());
  }

  @Override
  public CrossEntropy on(Backend backend) {
    return new CrossEntropy(
        evaluator().divisor(), delta, clip, options, requireNonNull(backend, "backend"));
  }

  @Override
  LossForm form() {
    LossForm form = new LossForm("CrossEntropy." + reduction(), backend());
    form = clip > 0 ? form.with("clip", clip) : form.with("delta", delta);
    if (options.ignores()) {
      form = form.with("ignoring", options.ignored());
    }
    return form.with("smoothing", options.smoothing());
  }

  @Override
  CrossEntropy with(String option, double value) {
    return switch (option) {
      case "clip" -> clip(value);
      case "delta" -> delta(value);
      case "ignoring" -> ignoring(LossForm.label(value));
      case "smoothing" -> smoothing(value);
      default -> throw noOption(option);
    };
  }

  /** For example {@code CrossEntropy.mean(delta=1.0E-7) on vector-512}. */
  @Override
  public String toString() {
    String bounds = clip > 0 ? "clip=" + clip : "delta=" + delta;
    return "CrossEntropy." + reduction() + "(" + bounds + ")" + options + " on " + backend();
  }
}

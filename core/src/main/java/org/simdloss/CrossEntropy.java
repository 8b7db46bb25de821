package org.simdloss;

import static java.util.Objects.requireNonNull;

import org.simdloss.internal.backend.Switches;
import org.simdloss.internal.call.Divisor;
import org.simdloss.internal.loss.CrossEntropyBlocks;

/**
 * The cross-entropy error of predicted probabilities, −Σ t · ln(y + δ), in nats; divide by ln 2 for
 * bits.
 *
 * <p>δ, by default 1e-7, keeps the logarithm of a probability of 0 finite. With labels, and with
 * one-hot rows, only the labelled element of a row counts: −Σ ln(y[r, label] + δ). The book's
 * {@code cross_entropy_error(y, t)} is {@link #sum()} in its first form, and {@link #mean()} of
 * {@link Targets#labels(int[])} or {@link Targets#argmax} in its batch form.
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
 * float}. Gradients, −t / v, take v in {@code float} too, with labels as well.
 */
public final class CrossEntropy extends Loss {
  private static final double DEFAULT_DELTA = 1e-7;

  private static volatile CrossEntropy sum;
  private static volatile CrossEntropy mean;

  private final double delta;

  private CrossEntropy(Divisor divisor, double delta, Backend backend) {
    super(
        new CrossEntropyBlocks(delta, backend.firstKernels()),
        Switches.CROSS_ENTROPY,
        -1,
        divisor,
        backend);
    this.delta = delta;
  }

  /** −Σ t · ln(y + δ). */
  public static CrossEntropy sum() {
    CrossEntropy known = sum;
    if (known == null) {
      known = new CrossEntropy(Divisor.NONE, DEFAULT_DELTA, Backend.best());
      sum = known;
    }
    return known;
  }

  /** −Σ t · ln(y + δ) / rows. */
  public static CrossEntropy mean() {
    CrossEntropy known = mean;
    if (known == null) {
      known = new CrossEntropy(Divisor.ROWS, DEFAULT_DELTA, Backend.best());
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
    if (!(delta == 0 || (delta >= Float.MIN_NORMAL && delta <= 1))) {
      throw new IllegalArgumentException(
          "delta is " + delta + "; allowed: 0, or from " + (double) Float.MIN_NORMAL + " to 1");
    }
    // -0.0 is taken for 0.0
    return new CrossEntropy(evaluator().divisor(), delta + 0.0, backend());
  }

  @Override
  public CrossEntropy on(Backend backend) {
    return new CrossEntropy(evaluator().divisor(), delta, requireNonNull(backend, "backend"));
  }

  /** For example {@code CrossEntropy.mean(delta=1.0E-7) on vector-512}. */
  @Override
  public String toString() {
    String name = evaluator().divisor() == Divisor.NONE ? "sum" : "mean";
    return "CrossEntropy." + name + "(delta=" + delta + ") on " + backend();
  }
}

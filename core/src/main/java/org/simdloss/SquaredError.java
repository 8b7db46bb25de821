package org.simdloss;

import static java.util.Objects.requireNonNull;

import org.simdloss.internal.backend.Switches;
import org.simdloss.internal.call.Divisor;
import org.simdloss.internal.call.Evaluator;
import org.simdloss.internal.loss.SquaredErrorBlocks;
import org.simdloss.internal.loss.WeightedSquaredErrorBlocks;

/**
 * The squared error, Σ (y − t)², in one of three scales.
 *
 * <p>The book's {@code sum_squares_error(y, t)} is {@link #halfSum()}. Labels as targets stand for
 * one-hot rows.
 *
 * <p><b>Accuracy.</b> Within 40 · 2^-24 of the exact value, whatever the size of the batch. Squares
 * are {@code float}, and so are sums of up to 120 of them: a difference of 1.85e19 or more gives
 * infinity, many of 1.6e18 or more may, and one below 2.6e-23 counts as 0 or, up to 1.1e-19, loses
 * digits.
 *
 * <p>With weights, within 45 · 2^-24.
 *
 * <p>The second derivative is the same for each element: 1 of the half sum, 1 / rows of that over
 * rows, 2 / (rows · cols) of the mean, each times the row's weight.
 *
 * <p>NaN anywhere gives NaN; an infinite difference gives infinity.
 */
public final class SquaredError extends Objective {
  private static final long serialVersionUID = 1;

  private static volatile SquaredError halfSum;
  private static volatile SquaredError halfSumOverRows;
  private static volatile SquaredError mse;

  private final String name;

  private SquaredError(String name, double scale, Divisor divisor, Backend backend) {
    super(
        new Evaluator.Form(
            SquaredErrorBlocks.INSTANCE.on(backend.firstKernels()), Switches.SQUARED_ERROR),
        new Evaluator.Form(
            WeightedSquaredErrorBlocks.INSTANCE.on(backend.firstKernels()),
            Switches.WEIGHTED_SQUARED_ERROR),
        false,
        scale,
        divisor,
        backend);
    this.name = name;
  }

  /** ½ Σ (y − t)². */
  public static SquaredError halfSum() {
    SquaredError known = halfSum;
    if (known == null) {
      known = new SquaredError("halfSum", 0.5, Divisor.NONE, Backend.best());
      halfSum = known;
    }
    return known;
  }

  /** ½ Σ (y − t)² / rows. */
  public static SquaredError halfSumOverRows() {
    SquaredError known = halfSumOverRows;
    if (known == null) {
      known = new SquaredError("halfSumOverRows", 0.5, Divisor.ROWS, Backend.best());
      halfSumOverRows = known;
    }
    return known;
  }

  /** Σ (y − t)² / (rows · cols), the mean squared error; of a row, Σ (y − t)² / cols. */
  public static SquaredError mse() {
    SquaredError known = mse;
    if (known == null) {
      known = new SquaredError("mse", 1, Divisor.ELEMENTS, Backend.best());
      mse = known;
    }
    return known;
  }

  @Override
  public SquaredError on(Backend backend) {
    return new SquaredError(
        name, evaluator().scale(), evaluator().divisor(), requireNonNull(backend, "backend"));
  }

  @Override
  LossForm form() {
    return new LossForm("SquaredError." + name, backend());
  }

  @Override
  SquaredError with(String option, double value) {
    throw noOption(option);
  }

  /** For example {@code SquaredError.mse on vector-512}. */
  @Override
  public String toString() {
    return "SquaredError." + name + " on " + backend();
  }
}

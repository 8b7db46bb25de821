package org.simdloss;

import static java.util.Objects.requireNonNull;

import org.simdloss.internal.block.Output;
import org.simdloss.internal.block.Workspace;
import org.simdloss.internal.block.Workspaces;
import org.simdloss.internal.call.Divisor;
import org.simdloss.internal.call.Evaluator;

/**
 * A loss that gradient boosting can take as its objective: it has second derivatives too.
 *
 * <p>XGBoost, LightGBM and their like ask an objective for the gradient of every prediction, and
 * for the diagonal of the Hessian. They want those of an undivided loss, such as {@link
 * SoftmaxCrossEntropy#sum()}: a mean divides both by the number of rows, which makes leaves too
 * small, and regularisation too strong.
 */
public abstract sealed class Objective extends Loss
    permits SquaredError, SoftmaxCrossEntropy, SigmoidCrossEntropy {
  private static final long serialVersionUID = 1;

  Objective(
      Evaluator.Form plain,
      Evaluator.Form weighted,
      boolean hasOptions,
      double scale,
      Divisor divisor,
      Backend backend) {
    super(plain, weighted, hasOptions, scale, divisor, backend);
  }

  /**
   * The loss of a batch and its derivatives, the same bits as {@link #lossAndGradient(Batch,
   * Targets, Batch)}, and its second derivatives with respect to each prediction, divided as the
   * loss is: the diagonal of the Hessian. What is beside the diagonal, as softmax has it, is not
   * computed.
   *
   * @param y the predictions
   * @param t the targets, of as many rows, and columns if they are values
   * @param gradient where the derivative with respect to each element of y is written; of y's
   *     shape. It may be exactly y's or t's view of an array, and then replaces it; it may not
   *     overlap them in any other way. Padding is not written.
   * @param hessian where the second derivatives are written, likewise; it may not overlap the
   *     gradient
   * @throws IllegalArgumentException also if {@code gradient} or {@code hessian} has another shape,
   *     or overlaps y, t or the other
   */
  public final double lossGradientHessian(Batch y, Targets t, Batch gradient, Batch hessian) {
    check(y, t);
    check(y, gradient, hessian);
    return run(y, t, gradient, hessian);
  }

  /**
   * {@link #lossGradientHessian(Batch, Targets, Batch, Batch)} of {@link Targets#labels(int[])}.
   */
  public final double lossGradientHessian(Batch y, int[] labels, Batch gradient, Batch hessian) {
    return lossGradientHessian(y, Targets.labels(labels), gradient, hessian);
  }

  /** {@link #lossGradientHessian(Batch, Targets, Batch, Batch)} of {@link Targets#of(Batch)}. */
  public final double lossGradientHessian(Batch y, Batch t, Batch gradient, Batch hessian) {
    return lossGradientHessian(y, Targets.of(requireNonNull(t, "t")), gradient, hessian);
  }

  private double run(Batch y, Targets t, Batch gradient, Batch hessian) {
    Workspace work = Workspaces.take(Output.HESSIAN);
    return run(y, t, work, gradient.asOutput(work), hessian.asHessian(work), null);
  }

  private static void check(Batch y, Batch gradient, Batch hessian) {
    requireNonNull(gradient, "gradient");
    requireNonNull(hessian, "hessian");
    if (y.differs(gradient, hessian)) { // one branch: this is inlined everywhere
      refuse(y, gradient, hessian);
    }
  }

  private static void refuse(Batch y, Batch gradient, Batch hessian) {
    gradient.check("gradient", y, "y");
    hessian.check("hessian", y, "y");
  }
}

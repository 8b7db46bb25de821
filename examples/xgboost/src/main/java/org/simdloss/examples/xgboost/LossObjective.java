package org.simdloss.examples.xgboost;

import java.util.List;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.IObjective;
import ml.dmlc.xgboost4j.java.XGBoostError;
import org.simdloss.Batch;
import org.simdloss.Objective;
import org.simdloss.Targets;

/**
 * Hands XGBoost's predictions to a loss, and the loss's derivatives to XGBoost.
 *
 * <p>The arrays that it returns are its own, and the next round writes to them again: XGBoost has
 * read them by then. So an object serves one training at a time.
 */
abstract class LossObjective implements IObjective {
  private static final long serialVersionUID = 1;

  /**
   * What XGBoost's own objectives have at least for a second derivative, so that no leaf divides by
   * 0. Here it bounds them after the weights, as in {@code multi:softprob}.
   */
  private static final float LEAST_HESSIAN = 1e-16f;

  /** The predictions first, and their gradient after them. */
  private transient float[] gradient;

  private transient float[] hessian;

  @Override
  public final List<float[]> getGradient(float[][] margins, DMatrix data) {
    int rows = margins.length;
    int cols = margins[0].length;
    if (gradient == null || gradient.length != rows * cols) {
      gradient = new float[rows * cols];
      hessian = new float[rows * cols];
    }
    for (int r = 0; r < rows; r++) {
      System.arraycopy(margins[r], 0, gradient, r * cols, cols);
    }
    Batch y = Batch.of(gradient, rows, cols);
    loss().lossGradientHessian(y, targets(data), y, Batch.of(hessian, rows, cols));
    float factor = hessianFactor();
    for (int i = 0; i < hessian.length; i++) {
      hessian[i] = Math.max(factor * hessian[i], LEAST_HESSIAN);
    }
    return List.of(gradient, hessian);
  }

  private Targets targets(DMatrix data) {
    try {
      Targets targets = targets(data.getLabel());
      float[] weights = data.getWeight();
      return weights.length == 0 ? targets : targets.weighted(weights);
    } catch (XGBoostError e) {
      throw new IllegalStateException("XGBoost does not say its labels and weights", e);
    }
  }

  /** The loss, undivided: XGBoost's regularisation counts rows. */
  abstract Objective loss();

  /** XGBoost's labels as the loss has them. */
  abstract Targets targets(float[] labels);

  /** How many times the loss's second derivative XGBoost wants. */
  abstract float hessianFactor();
}

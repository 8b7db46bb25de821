package org.simdloss.examples.xgboost;

import org.simdloss.Objective;
import org.simdloss.SoftmaxCrossEntropy;
import org.simdloss.Targets;

/**
 * The objective {@code multi:softprob}: the cross-entropy error of the softmax of the predictions.
 *
 * <p>The parameter {@code num_class} says how many predictions a row has; labels are from 0 on, and
 * below it. Weights of the {@code DMatrix} count. The arrays that it returns are written to again
 * in the next round, so an object serves one training at a time.
 */
public final class SoftmaxObjective extends LossObjective {
  private static final long serialVersionUID = 1;

  private transient int[] classes;

  @Override
  Objective loss() {
    return SoftmaxCrossEntropy.sum();
  }

  @Override
  Targets targets(float[] labels) {
    if (classes == null || classes.length != labels.length) {
      classes = new int[labels.length];
    }
    for (int r = 0; r < labels.length; r++) {
      classes[r] = (int) labels[r];
      if (classes[r] != labels[r]) {
        throw new IllegalArgumentException(
            "row " + r + " has the label " + labels[r] + "; allowed: whole numbers");
      }
    }
    return Targets.labels(classes);
  }

  /**
   * XGBoost doubles p · (1 − p), the diagonal of the Hessian. As a matrix, twice the diagonal is
   * never less than the whole Hessian, which XGBoost has no use for.
   */
  @Override
  float hessianFactor() {
    return 2;
  }
}

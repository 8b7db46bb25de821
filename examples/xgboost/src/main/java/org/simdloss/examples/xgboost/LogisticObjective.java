package org.simdloss.examples.xgboost;

import org.simdloss.Batch;
import org.simdloss.Objective;
import org.simdloss.SigmoidCrossEntropy;
import org.simdloss.Targets;

/**
 * The objective {@code binary:logistic}: the cross-entropy error of the sigmoid of the predictions.
 *
 * <p>Labels are from 0 to 1, and may lie between. Weights of the {@code DMatrix} count. The arrays
 * that it returns are written to again in the next round, so an object serves one training at a
 * time.
 */
public final class LogisticObjective extends LossObjective {
  private static final long serialVersionUID = 1;

  @Override
  Objective loss() {
    return SigmoidCrossEntropy.sum();
  }

  @Override
  Targets targets(float[] labels) {
    return Targets.of(Batch.of(labels, labels.length, 1));
  }

  @Override
  float hessianFactor() {
    return 1;
  }
}

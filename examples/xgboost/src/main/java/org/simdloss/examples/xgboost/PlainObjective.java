package org.simdloss.examples.xgboost;

import java.util.List;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.IObjective;
import ml.dmlc.xgboost4j.java.XGBoostError;

/**
 * The same two objectives in plain loops, as one writes them without a library: what ours are timed
 * against. They keep their arrays too, so that the arithmetic makes the difference.
 */
enum PlainObjective implements IObjective {
  SOFTMAX {
    @Override
    void derive(float[] margins, float label, float weight, int at) {
      float max = margins[0];
      for (float margin : margins) {
        max = Math.max(max, margin);
      }
      float sum = 0;
      for (int c = 0; c < margins.length; c++) {
        float power = (float) Math.exp(margins[c] - max);
        gradient[at + c] = power;
        sum += power;
      }
      for (int c = 0; c < margins.length; c++) {
        float p = gradient[at + c] / sum;
        gradient[at + c] = weight * (c == label ? p - 1 : p);
        hessian[at + c] = Math.max(2 * p * (1 - p) * weight, LEAST_HESSIAN);
      }
    }
  },

  LOGISTIC {
    @Override
    void derive(float[] margins, float label, float weight, int at) {
      float p = (float) (1 / (1 + Math.exp(-margins[0])));
      gradient[at] = weight * (p - label);
      hessian[at] = Math.max(p * (1 - p) * weight, LEAST_HESSIAN);
    }
  };

  private static final float LEAST_HESSIAN = 1e-16f;

  transient float[] gradient = {};
  transient float[] hessian = {};

  @Override
  public List<float[]> getGradient(float[][] margins, DMatrix data) {
    int cols = margins[0].length;
    if (gradient.length != margins.length * cols) {
      gradient = new float[margins.length * cols];
      hessian = new float[margins.length * cols];
    }
    try {
      float[] labels = data.getLabel();
      float[] weights = data.getWeight();
      for (int r = 0; r < margins.length; r++) {
        derive(margins[r], labels[r], weights.length == 0 ? 1 : weights[r], r * cols);
      }
    } catch (XGBoostError e) {
      throw new IllegalStateException(e);
    }
    return List.of(gradient, hessian);
  }

  /** Writes the derivatives of one row, the first of them to {@code at}. */
  abstract void derive(float[] margins, float label, float weight, int at);
}

package org.simdloss.examples.xgboost;

import java.util.HashMap;
import java.util.Map;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.IObjective;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;
import org.simdloss.Batch;
import org.simdloss.Loss;
import org.simdloss.SigmoidCrossEntropy;
import org.simdloss.SoftmaxCrossEntropy;
import org.simdloss.Targets;
import org.simdloss.bench.digits.Digits;

/**
 * Something to learn from drawn digits, and what both sides need for it: XGBoost's own objective
 * and ours.
 *
 * @param builtIn the name of XGBoost's own objective
 * @param baseScore where training begins, as XGBoost's own objective has it; ours begins at 0,
 *     which is the same. XGBoost would estimate it, for its own objectives alone
 * @param outputs how many predictions a row has
 * @param mean the log loss
 */
record Problem(
    String builtIn,
    double baseScore,
    int outputs,
    DMatrix data,
    Targets targets,
    LossObjective ours,
    PlainObjective plain,
    Loss mean) {
  private static final long SEED = 20161;

  /** Which of the ten digits it is. */
  static Problem ofTen(int count, float[] weights) throws XGBoostError {
    Digits digits = Digits.draw(SEED, 0, count);
    return new Problem(
        "multi:softprob",
        0,
        10,
        matrix(digits.x(), digits.t(), weights),
        weighted(Targets.labels(digits.t()), weights),
        new SoftmaxObjective(),
        PlainObjective.SOFTMAX,
        SoftmaxCrossEntropy.mean());
  }

  /** Whether it is odd. */
  static Problem ofTwo(int count, float[] weights) throws XGBoostError {
    Digits digits = Digits.draw(SEED, 0, count);
    int[] odd = digits.t();
    for (int r = 0; r < count; r++) {
      odd[r] %= 2;
    }
    return new Problem(
        "binary:logistic",
        0.5,
        1,
        matrix(digits.x(), odd, weights),
        weighted(Targets.labels(odd), weights),
        new LogisticObjective(),
        PlainObjective.LOGISTIC,
        SigmoidCrossEntropy.mean());
  }

  private static DMatrix matrix(Batch x, int[] labels, float[] weights) throws XGBoostError {
    DMatrix matrix = new DMatrix(x.data(), x.rows(), x.cols(), Float.NaN);
    float[] values = new float[labels.length];
    for (int r = 0; r < labels.length; r++) {
      values[r] = labels[r];
    }
    matrix.setLabel(values);
    if (weights != null) {
      matrix.setWeight(weights);
    }
    return matrix;
  }

  private static Targets weighted(Targets targets, float[] weights) {
    return weights == null ? targets : targets.weighted(weights);
  }

  /** Trains with our objective, from the beginning if {@code booster} is null. */
  Booster train(Booster booster, int rounds) throws XGBoostError {
    return train(booster, rounds, parameters(), ours);
  }

  /** Trains with XGBoost's own objective, likewise. */
  Booster trainBuiltIn(Booster booster, int rounds) throws XGBoostError {
    Map<String, Object> parameters = parameters();
    parameters.put("objective", builtIn);
    parameters.put("base_score", baseScore);
    return train(booster, rounds, parameters, null);
  }

  private Booster train(Booster booster, int rounds, Map<String, Object> parameters, IObjective own)
      throws XGBoostError {
    return XGBoost.train(data, parameters, rounds, Map.of(), null, own, null, 0, booster);
  }

  private Map<String, Object> parameters() {
    Map<String, Object> parameters = new HashMap<>();
    parameters.put("base_score", 0);
    parameters.put("max_depth", 4);
    parameters.put("nthread", 1);
    if (outputs > 1) {
      parameters.put("num_class", outputs);
    }
    return parameters;
  }

  /** The log loss of what a booster says of the digits that it was trained on. */
  double logLoss(Booster booster) throws XGBoostError {
    return mean.loss(Batch.copyOf(booster.predict(data, true)), targets);
  }
}

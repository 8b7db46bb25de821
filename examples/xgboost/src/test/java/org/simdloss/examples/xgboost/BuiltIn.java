package org.simdloss.examples.xgboost;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;

/**
 * Reads the derivatives of XGBoost's own objectives, which no method tells, from the trees that it
 * grows on a single row: such a tree is one leaf, whose cover is the second derivative h, and whose
 * value is −g / h. So g is read to two roundings, and h is exact.
 */
final class BuiltIn {
  private static final Pattern LEAF =
      Pattern.compile("\"leaf\": ([^ ,}]+) *, *\"cover\": ([^ ,}]+)");

  private BuiltIn() {}

  /**
   * The derivatives of one row.
   *
   * @param margins the row's predictions
   * @param weight the row's weight, or NaN if the data is to have none
   * @return g, h of each prediction
   */
  static double[][] derivatives(String objective, float[] margins, float label, float weight)
      throws XGBoostError {
    DMatrix row = new DMatrix(new float[1], 1, 1, Float.NaN);
    row.setLabel(new float[] {label});
    if (!Float.isNaN(weight)) {
      row.setWeight(new float[] {weight});
    }
    Map<String, Object> parameters = new HashMap<>();
    parameters.put("objective", objective);
    parameters.put("eta", 1);
    parameters.put("lambda", 0);
    parameters.put("min_child_weight", 0);
    parameters.put("nthread", 1);
    if (margins.length > 1) {
      parameters.put("num_class", margins.length);
      parameters.put("base_score", Arrays.toString(margins)); // the one way to several a row
    } else {
      parameters.put("base_score", 0.5); // or it would be estimated, though it is not used
      row.setBaseMargin(margins);
    }
    Booster booster = XGBoost.train(row, parameters, 1, Map.of(), null, null);
    String[] trees = booster.getModelDump("", true, "json");
    booster.dispose();
    row.dispose();
    assertEquals(margins.length, trees.length);
    return Arrays.stream(trees).map(BuiltIn::derivatives).toArray(double[][]::new);
  }

  private static double[] derivatives(String tree) {
    MatchResult leaf = LEAF.matcher(tree).results().findFirst().orElseThrow();
    double hessian = Float.parseFloat(leaf.group(2));
    return new double[] {-Float.parseFloat(leaf.group(1)) * hessian, hessian};
  }
}

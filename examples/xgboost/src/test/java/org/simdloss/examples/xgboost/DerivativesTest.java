package org.simdloss.examples.xgboost;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Random;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.IObjective;
import ml.dmlc.xgboost4j.java.XGBoostError;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Our derivatives are those of XGBoost's own objectives, but for rounding. */
class DerivativesTest {
  private static final int ROWS = 100;

  /**
   * Of each weighted probability; of a label's, of the weight: XGBoost takes p − 1 of a p that is
   * rounded, and ours do not.
   */
  private static final int ULPS = 8;

  /** As the least second derivative may be weighted, or not. */
  private static final double LEAST = 1.1e-16;

  private final Random random = new Random(1);

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void softmax(boolean weighted) throws XGBoostError {
    check("multi:softprob", new SoftmaxObjective(), 10, weighted);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void logistic(boolean weighted) throws XGBoostError {
    check("binary:logistic", new LogisticObjective(), 1, weighted);
  }

  /** What ours are timed against computes the same. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void plainLoops(boolean weighted) throws XGBoostError {
    check("multi:softprob", PlainObjective.SOFTMAX, 10, weighted);
    check("binary:logistic", PlainObjective.LOGISTIC, 1, weighted);
  }

  private void check(String builtIn, IObjective objective, int cols, boolean weighted)
      throws XGBoostError {
    float[][] margins = new float[ROWS][cols];
    float[] labels = new float[ROWS];
    float[] weights = new float[ROWS];
    for (int r = 0; r < ROWS; r++) {
      for (int c = 0; c < cols; c++) {
        margins[r][c] = (random.nextInt(2049) - 1024) / 64f; // the same as its text, up to ±16
      }
      labels[r] = random.nextInt(Math.max(2, cols));
      weights[r] = r % 10 == 0 ? 0 : 4 * random.nextFloat();
    }
    DMatrix data = new DMatrix(new float[ROWS], ROWS, 1, Float.NaN);
    data.setLabel(labels);
    if (weighted) {
      data.setWeight(weights);
    }
    List<float[]> ours = objective.getGradient(margins, data);
    for (int r = 0; r < ROWS; r++) {
      double[][] expected =
          BuiltIn.derivatives(builtIn, margins[r], labels[r], weighted ? weights[r] : Float.NaN);
      for (int c = 0; c < cols; c++) {
        boolean isLabel = labels[r] == (cols == 1 ? 1 : c);
        double size = isLabel ? 1 : probability(margins[r], c);
        double tolerance = ULPS * Math.ulp((float) size) * (weighted ? weights[r] : 1);
        String where = "row " + r + ", column " + c;
        assertEquals(expected[c][0], ours.get(0)[r * cols + c], tolerance + LEAST, where);
        assertEquals(expected[c][1], ours.get(1)[r * cols + c], tolerance + LEAST, where);
      }
    }
  }

  private static double probability(float[] margins, int c) {
    double sum = margins.length == 1 ? 1 : 0;
    for (float margin : margins) {
      sum += Math.exp(margin);
    }
    return Math.exp(margins[c]) / sum;
  }
}

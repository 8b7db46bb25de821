package org.simdloss.examples.xgboost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import ml.dmlc.xgboost4j.java.XGBoostError;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ten rounds with our objectives learn what ten with XGBoost's own learn. */
class TrainingTest {
  private static final int DIGITS = 1000;
  private static final int ROUNDS = 10;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void ofTen(boolean weighted) throws XGBoostError {
    check(Problem.ofTen(DIGITS, weights(weighted)), Math.log(10));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void ofTwo(boolean weighted) throws XGBoostError {
    check(Problem.ofTwo(DIGITS, weights(weighted)), Math.log(2));
  }

  private static float[] weights(boolean weighted) {
    if (!weighted) {
      return null;
    }
    Random random = new Random(1);
    float[] weights = new float[DIGITS];
    for (int r = 0; r < DIGITS; r++) {
      weights[r] = r % 10 == 0 ? 0 : 4 * random.nextFloat();
    }
    return weights;
  }

  private static void check(Problem problem, double atFirst) throws XGBoostError {
    double expected = problem.logLoss(problem.trainBuiltIn(null, ROUNDS));
    double actual = problem.logLoss(problem.train(null, ROUNDS));
    assertEquals(expected, actual, 1e-5 * expected);
    assertTrue(actual < atFirst / 2, () -> "learnt nothing: " + actual);
  }
}

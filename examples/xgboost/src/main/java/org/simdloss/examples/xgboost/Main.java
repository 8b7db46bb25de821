package org.simdloss.examples.xgboost;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.IObjective;
import ml.dmlc.xgboost4j.java.XGBoostError;

/**
 * Trains XGBoost on drawn digits for ten rounds, with our objectives and with its own. It prints
 * both log losses, and what a round of our objective takes beside a plain loop.
 */
public final class Main {
  private static final int DIGITS = 10_000;
  private static final int ROUNDS = 10;

  /** So many calls are timed, after as many that are not. */
  private static final int CALLS = 500;

  private static final String HEADER =
      """
                                  log loss              relative    objective, ms    whole
      objective        outputs   ours        built-in    difference   ours   plain   round, ms
      """;

  private Main() {}

  /** Takes no arguments. */
  public static void main(String[] args) throws XGBoostError {
    print("%,d drawn digits of 28 × 28 pixels, %d rounds%n%n", DIGITS, ROUNDS);
    List<String> table = new ArrayList<>();
    for (Problem each : List.of(Problem.ofTen(DIGITS, null), Problem.ofTwo(DIGITS, null))) {
      table.add(line(each));
    }
    print(HEADER);
    table.forEach(System.out::println);
  }

  /** Trains, and then times the objective on what the last round predicts. */
  private static String line(Problem problem) throws XGBoostError {
    Booster ours = null;
    Booster builtIn = null;
    double[] rounds = new double[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      long start = System.nanoTime();
      ours = problem.train(ours, 1);
      rounds[round] = millisSince(start);
      builtIn = problem.trainBuiltIn(builtIn, 1);
      print(
          "%-15s  round %2d  log loss %.6f, built-in %.6f%n",
          problem.builtIn(), round + 1, problem.logLoss(ours), problem.logLoss(builtIn));
    }
    print("%n");
    double loss = problem.logLoss(ours);
    double expected = problem.logLoss(builtIn);
    double[] millis = millis(problem, ours.predict(problem.data(), true));
    return String.format(
        Locale.ROOT,
        "%-15s  %7d   %.8f  %.8f  %10.1e  %5.3f   %5.3f   %9.0f",
        problem.builtIn(),
        problem.outputs(),
        loss,
        expected,
        Math.abs(loss - expected) / expected,
        millis[0],
        millis[1],
        median(rounds));
  }

  /** What a call of ours takes, and of the plain loop: medians of calls by turns. */
  private static double[] millis(Problem problem, float[][] margins) {
    problem.ours().loss().warmUp(); // or vectors would come after some seconds of calls
    List<IObjective> objectives = List.of(problem.ours(), problem.plain());
    double[][] times = new double[objectives.size()][CALLS];
    for (int call = -CALLS; call < CALLS; call++) {
      for (int i = 0; i < objectives.size(); i++) {
        double time = millis(objectives.get(i), margins, problem.data());
        if (call >= 0) {
          times[i][call] = time;
        }
      }
    }
    return Arrays.stream(times).mapToDouble(Main::median).toArray();
  }

  private static double millis(IObjective objective, float[][] margins, DMatrix data) {
    long start = System.nanoTime();
    objective.getGradient(margins, data);
    return millisSince(start);
  }

  private static double millisSince(long start) {
    return (System.nanoTime() - start) / 1e6;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static void print(String format, Object... arguments) {
    System.out.printf(Locale.ROOT, format, arguments);
  }
}

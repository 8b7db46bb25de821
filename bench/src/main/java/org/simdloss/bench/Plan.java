package org.simdloss.bench;

import java.util.List;
import java.util.function.Function;

/**
 * How much is measured.
 *
 * @param column where a workload's coverage has this plan's shapes
 * @param leastRounds the rounds that are run however long they take
 * @param rounds the rounds that are run, no more and no less; 0 if time decides
 * @param minutes no further round is begun that would end later than this
 * @param shortIterations whether iterations are shorter than the benchmarks say
 */
record Plan(
    Function<Coverage, List<Shape>> column,
    int leastRounds,
    int rounds,
    double minutes,
    boolean shortIterations) {
  static final Plan QUICK = new Plan(Coverage::quick, 1, 1, 0, true);
  static final Plan DEFAULT = new Plan(Coverage::byDefault, 1, 0, 5, false);
  static final Plan FULL = new Plan(Coverage::full, 5, 0, 0, false);
  static final Plan HEADLINE = new Plan(Coverage::headline, 5, 0, 0, false);

  Plan withRounds(int number) {
    return new Plan(column, number, number, 0, shortIterations);
  }

  Plan withMinutes(double limit) {
    return new Plan(column, leastRounds, 0, limit, shortIterations);
  }

  /** The shapes that a workload is measured at, if the user names none. */
  List<Shape> shapes(Workload workload) {
    return column.apply(workload.coverage());
  }

  /**
   * How many rounds there will be.
   *
   * @param done complete rounds
   * @param seconds since the start, at the end of the last complete round
   * @param roundSeconds what one round takes
   */
  int expectedRounds(int done, double seconds, double roundSeconds) {
    if (rounds > 0) {
      return rounds;
    }
    int further = (int) Math.max(0, (minutes * 60 - seconds) / roundSeconds);
    return Math.max(leastRounds, done + further);
  }
}

package org.simdloss.bench;

import java.util.List;

/**
 * How much is measured.
 *
 * @param rows the batch sizes
 * @param leastRounds the rounds that are run however long they take
 * @param rounds the rounds that are run, no more and no less; 0 if time decides
 * @param minutes no further round is begun that would end later than this
 * @param shortIterations whether iterations are shorter than the benchmarks say
 */
record Plan(
    List<Integer> rows, int leastRounds, int rounds, double minutes, boolean shortIterations) {
  static final Plan QUICK = new Plan(List.of(1000, 60000), 1, 1, 0, true);
  static final Plan DEFAULT = new Plan(List.of(100, 1000, 60000), 1, 0, 5, false);
  static final Plan FULL = new Plan(List.of(1, 10, 100, 1000, 10000, 60000), 5, 0, 0, false);

  Plan withRounds(int number) {
    return new Plan(rows, number, number, 0, shortIterations);
  }

  Plan withMinutes(double limit) {
    return new Plan(rows, leastRounds, 0, limit, shortIterations);
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

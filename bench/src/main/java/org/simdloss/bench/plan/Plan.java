package org.simdloss.bench.plan;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.simdloss.bench.Implementation;
import org.simdloss.bench.data.Shape;

/**
 * How much is measured.
 *
 * @param columns where a workload's coverage has this plan's shapes, by what is timed
 * @param leastRounds the rounds that are run however long they take
 * @param rounds the rounds that are run, no more and no less; 0 if time decides
 * @param minutes no further round is begun that would end later than this
 * @param shortIterations whether iterations are shorter than the benchmarks say
 * @param peers whether the library is compared with what users would take instead, and not with
 *     itself on other backends
 */
public record Plan(
    Map<Timing, Function<Coverage, List<Shape>>> columns,
    int leastRounds,
    int rounds,
    double minutes,
    boolean shortIterations,
    boolean peers) {
  private static final List<Implementation> BESIDE_PEERS =
      List.of(
          Implementation.BEST,
          Implementation.TEXTBOOK,
          Implementation.VECTOR_LOOP,
          Implementation.VECTOR_LOOP_THREADS,
          Implementation.DJL,
          Implementation.DJL_THREADS,
          Implementation.DJL_COPY);

  public static final Plan QUICK = new Plan(steady(Coverage::quick), 1, 1, 0, true, false);
  public static final Plan DEFAULT = new Plan(steady(Coverage::byDefault), 1, 0, 5, false, false);
  public static final Plan FULL =
      new Plan(
          Map.of(
              Timing.STEADY_STATE, Coverage::full,
              Timing.COLD_START, Coverage::coldStart,
              Timing.WORST_CALL, Coverage::worstCall,
              Timing.TRAINING_STEP, Coverage::trainingStep,
              Timing.ROW_WEIGHTS, Coverage::options,
              Timing.SMOOTHING, Coverage::options,
              Timing.IGNORED_LABEL, Coverage::options,
              Timing.DIRECT_BUFFERS, Coverage::options,
              Timing.DOUBLES, Coverage::options,
              Timing.MANY_THREADS, Coverage::manyThreads),
          5,
          0,
          0,
          false,
          false);

  /** What docs/performance.md shows. */
  public static final Plan HEADLINE =
      new Plan(
          Map.of(
              Timing.STEADY_STATE, Coverage::headline,
              Timing.COLD_START, Coverage::coldStart,
              Timing.WORST_CALL, Coverage::worstCall,
              Timing.TRAINING_STEP, Coverage::trainingStep),
          5,
          0,
          0,
          false,
          false);

  public static final Plan COLD =
      new Plan(
          Map.of(Timing.COLD_START, Coverage::coldStart, Timing.WORST_CALL, Coverage::worstCall),
          5,
          0,
          0,
          false,
          false);

  /** What docs/performance.md shows beside others. */
  public static final Plan PEERS = new Plan(steady(Coverage::peers), 5, 0, 0, false, true);

  private static Map<Timing, Function<Coverage, List<Shape>>> steady(
      Function<Coverage, List<Shape>> column) {
    return Map.of(Timing.STEADY_STATE, column);
  }

  public Plan withRounds(int number) {
    return new Plan(columns, number, number, 0, shortIterations, peers);
  }

  public Plan withMinutes(double limit) {
    return new Plan(columns, leastRounds, 0, limit, shortIterations, peers);
  }

  /** What is timed. */
  Set<Timing> timings() {
    return new TreeSet<>(columns.keySet());
  }

  /** The shapes that a workload is measured at, if the user names none. */
  List<Shape> shapes(Timing timing, Workload workload) {
    return columns.get(timing).apply(workload.coverage());
  }

  /** What is compared, if the user names nothing: as far as this jar has it. */
  List<Implementation> implementations(Timing timing) {
    return peers
        ? BESIDE_PEERS.stream().filter(Implementation::isHere).toList()
        : timing.implementations();
  }

  /**
   * How many rounds there will be.
   *
   * @param done complete rounds
   * @param seconds since the start, at the end of the last complete round
   * @param roundSeconds what one round takes
   */
  public int expectedRounds(int done, double seconds, double roundSeconds) {
    if (rounds > 0) {
      return rounds;
    }
    int further = (int) Math.max(0, (minutes * 60 - seconds) / roundSeconds);
    return Math.max(leastRounds, done + further);
  }
}

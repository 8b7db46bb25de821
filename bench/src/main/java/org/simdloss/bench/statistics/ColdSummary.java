package org.simdloss.bench.statistics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.simdloss.bench.Implementation;
import org.simdloss.bench.data.Shape;
import org.simdloss.bench.plan.Case;
import org.simdloss.bench.plan.Timing;
import org.simdloss.bench.plan.Workload;

/** What the measurements say of a fresh VM's first calls, as far as they go. */
public record ColdSummary(List<Group> groups) {
  /** Of calls as few as these the median is taken, so that one that is interrupted is no matter. */
  private static final int WINDOW = 5;

  /** So many calls at the end are taken for steady. */
  private static final int STEADY = 20;

  private static final double TOLERANCE = 1.5;

  /** The implementations of one loss at one shape. */
  public record Group(Workload workload, Shape shape, List<Line> lines) {}

  /**
   * Times are in nanoseconds, over the forks.
   *
   * @param all of all calls together
   * @param steadyFrom the number of the call from which on they are as fast as the last ones
   * @param firstOfScalar the first call's time by that of scalar's; null if it was not measured
   * @param allOfBetter all calls' time by that of the better of scalar and vector; null if these
   *     were not measured
   */
  public record Line(
      String name,
      Interval first,
      Interval tenth,
      Interval all,
      Interval steadyFrom,
      Interval firstOfScalar,
      Interval allOfBetter) {}

  public static ColdSummary of(Forks forks) {
    List<Group> groups = new ArrayList<>();
    Group last = null;
    for (Forks.OfLoss each : forks.ofLosses(Timing.COLD_START)) {
      if (last == null
          || last.workload() != each.workload()
          || !last.shape().equals(each.shape())) {
        last = new Group(each.workload(), each.shape(), new ArrayList<>());
        groups.add(last);
      }
      last.lines().add(line(each.workload(), each.implementation(), each.shape(), forks));
    }
    return new ColdSummary(groups);
  }

  private static NavigableMap<Integer, double[]> calls(
      Workload workload, Implementation implementation, Shape shape, Forks forks) {
    return forks.iterationNanos(Case.of(Timing.COLD_START, workload, implementation, shape));
  }

  private static Line line(
      Workload workload, Implementation implementation, Shape shape, Forks forks) {
    NavigableMap<Integer, double[]> calls = calls(workload, implementation, shape, forks);
    NavigableMap<Integer, double[]> scalar = calls(workload, Implementation.SCALAR, shape, forks);
    NavigableMap<Integer, double[]> vector = calls(workload, Implementation.VECTOR, shape, forks);
    return new Line(
        implementation.toString(),
        mean(calls, each -> each[0]),
        mean(calls, each -> each[9]),
        mean(calls, ColdSummary::all),
        mean(calls, ColdSummary::steadyFrom),
        Summary.ratio(map(calls, each -> each[0]), map(scalar, each -> each[0])),
        Summary.ratio(map(calls, ColdSummary::all), better(scalar, vector)));
  }

  private static Interval mean(
      NavigableMap<Integer, double[]> calls, ToDoubleFunction<double[]> value) {
    return Interval.ofMean(Summary.values(map(calls, value)));
  }

  private static NavigableMap<Integer, Double> map(
      NavigableMap<Integer, double[]> calls, ToDoubleFunction<double[]> value) {
    NavigableMap<Integer, Double> values = new TreeMap<>();
    calls.forEach((round, each) -> values.put(round, value.applyAsDouble(each)));
    return values;
  }

  /** The one that is better over all rounds: the better of each round would be luck in part. */
  private static NavigableMap<Integer, Double> better(
      NavigableMap<Integer, double[]> scalar, NavigableMap<Integer, double[]> vector) {
    NavigableMap<Integer, Double> ofScalar = map(scalar, ColdSummary::all);
    NavigableMap<Integer, Double> ofVector = map(vector, ColdSummary::all);
    Interval ratio = Summary.ratio(ofVector, ofScalar);
    return ratio == null ? new TreeMap<>() : ratio.estimate() < 1 ? ofVector : ofScalar;
  }

  private static double all(double[] calls) {
    return Arrays.stream(calls).sum();
  }

  /**
   * The number of the first call, from 1 on, that takes at most 1.5 times the median of the last 20
   * calls, if from it on the median of any five in a row does so too. The last five are taken to.
   */
  static int steadyFrom(double[] calls) {
    double limit = TOLERANCE * median(calls, calls.length - STEADY, calls.length);
    int at = calls.length - WINDOW;
    while (at > 0 && median(calls, at - 1, at - 1 + WINDOW) <= limit) {
      at--;
    }
    while (at < calls.length - 1 && calls[at] > limit) {
      at++;
    }
    return at + 1;
  }

  private static double median(double[] values, int from, int to) {
    double[] sorted = Arrays.copyOfRange(values, from, to);
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}

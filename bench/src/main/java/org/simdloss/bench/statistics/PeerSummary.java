package org.simdloss.bench.statistics;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.simdloss.bench.Implementation;
import org.simdloss.bench.ValueProfiler;
import org.simdloss.bench.data.Shape;
import org.simdloss.bench.plan.Case;
import org.simdloss.bench.plan.Workload;

/**
 * The library's default beside the textbook loop and what else others would take.
 *
 * @param others that were measured beside it
 */
public record PeerSummary(List<Implementation> others, List<Row> rows) {
  /** What sums of {@code float}s may be off by, as a share of a loss. */
  static final double PRECISION = 1e-4;

  /** One loss at one shape. */
  public record Row(
      Workload workload, Shape shape, Interval best, Map<Implementation, Cell> cells) {}

  /**
   * @param ofBest its time by that of the default
   * @param value the loss of the first batch; NaN if it is not known
   * @param differs whether that is not the library's
   */
  public record Cell(Interval ofBest, double value, boolean differs) {}

  /** No rows if no peer was measured beside the default. */
  public static PeerSummary of(Forks forks) {
    NavigableSet<Shape> shapes = new TreeSet<>();
    forks.cases().forEach(one -> shapes.add(one.shape()));
    NavigableSet<Implementation> others = new TreeSet<>();
    List<Row> rows = new ArrayList<>();
    for (Workload workload : Workload.values()) {
      for (Shape shape : shapes) {
        Row row = row(workload, shape, forks);
        if (row.cells().keySet().stream().anyMatch(Implementation::isPeer)) {
          others.addAll(row.cells().keySet());
          rows.add(row);
        }
      }
    }
    return new PeerSummary(List.copyOf(others), rows);
  }

  private static Row row(Workload workload, Shape shape, Forks forks) {
    Case best = Case.of(workload, Implementation.BEST, shape);
    Map<Implementation, Cell> cells = new EnumMap<>(Implementation.class);
    for (Implementation other : Implementation.values()) {
      Case one = Case.of(workload, other, shape);
      Interval ofBest = Summary.ratio(forks.nanos(one), forks.nanos(best));
      if (!other.isLibrary() && ofBest != null) {
        double value = value(forks, one);
        cells.put(other, new Cell(ofBest, value, differ(value, value(forks, best))));
      }
    }
    return new Row(workload, shape, Interval.ofMean(Summary.values(forks.nanos(best))), cells);
  }

  private static double value(Forks forks, Case one) {
    return forks.secondary(one, ValueProfiler.METRIC).values().stream()
        .findFirst()
        .orElse(Double.NaN);
  }

  private static boolean differ(double value, double expected) {
    return !(Math.abs(value - expected) <= PRECISION * Math.abs(expected))
        && !Double.isNaN(expected);
  }
}

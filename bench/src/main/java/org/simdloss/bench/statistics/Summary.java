package org.simdloss.bench.statistics;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import org.simdloss.bench.Implementation;
import org.simdloss.bench.data.Shape;
import org.simdloss.bench.plan.Case;
import org.simdloss.bench.plan.Probe;
import org.simdloss.bench.plan.Workload;

/**
 * What the measurements say, as far as they go.
 *
 * @param strided the comparisons of strided batches with contiguous ones, if there are any
 * @param rounds the most rounds that any case has
 */
public record Summary(List<Group> groups, List<Strided> strided, int rounds) {
  /** After the name of what should have gone over to vectors, and had not. */
  public static final String SCALAR_MARK = " *";

  /** The implementations of one loss at one shape, and their probes at the end. */
  public record Group(Workload workload, Shape shape, List<Line> lines) {
    /** Null if it was not measured. */
    public Line line(Implementation implementation) {
      return line(implementation.toString());
    }

    public Line line(String name) {
      return lines.stream().filter(each -> each.name().equals(name)).findFirst().orElse(null);
    }
  }

  /**
   * @param nanos of one call, over the forks
   * @param error half the 95% interval: over the forks, or over the iterations where there is one
   * @param speedup the textbook loop's time by this one's; null if it was not measured
   * @param ofProbe its probe's time by this one's; NaN if that was not measured
   * @param spread the slowest fork's time by the fastest one's
   * @param isScalarStill whether it is best's, and some fork had not gone over to vectors
   */
  public record Line(
      String name,
      Interval nanos,
      double error,
      Interval speedup,
      double ofProbe,
      double elementsPerSecond,
      double bytesPerSecond,
      double bytesPerCall,
      double spread,
      boolean isScalarStill) {
    /** The name, with a mark where best had not gone over to vectors. */
    public String marked() {
      return isScalarStill ? name + SCALAR_MARK : name;
    }
  }

  /**
   * The library on a batch with padding after its rows.
   *
   * @param ofContiguous the time of the same batch without padding by this one's
   */
  public record Strided(
      Workload workload, Shape shape, Implementation implementation, Interval ofContiguous) {}

  public static Summary of(Forks forks) {
    NavigableSet<Shape> shapes = new TreeSet<>();
    int rounds = 0;
    for (Case one : forks.cases()) {
      shapes.add(one.shape());
      rounds = Math.max(rounds, forks.nanos(one).size());
    }
    List<Group> groups = new ArrayList<>();
    for (Workload workload : Workload.values()) {
      for (Shape shape : shapes) {
        List<Line> lines = lines(workload, shape, forks);
        if (!lines.isEmpty()) {
          groups.add(new Group(workload, shape, lines));
        }
      }
    }
    // A probe is for several losses; of those that were not asked for it says nothing.
    if (!groups.stream().allMatch(Summary::isProbeAlone)) {
      groups.removeIf(Summary::isProbeAlone);
    }
    return new Summary(groups, strided(shapes, forks), rounds);
  }

  /** Of those that were measured both ways. Others than the library never are. */
  private static List<Strided> strided(Set<Shape> shapes, Forks forks) {
    List<Strided> strided = new ArrayList<>();
    for (Workload workload : Workload.values()) {
      for (Shape shape : shapes.stream().filter(Shape::isStrided).toList()) {
        for (Implementation implementation : Implementation.ofLibrary()) {
          Interval ratio =
              ratio(
                  forks.nanos(Case.of(workload, implementation, shape.contiguous())),
                  forks.nanos(Case.of(workload, implementation, shape)));
          if (ratio != null) {
            strided.add(new Strided(workload, shape, implementation, ratio));
          }
        }
      }
    }
    return strided;
  }

  private static boolean isProbeAlone(Group group) {
    return group.lines().stream().allMatch(line -> line.name().startsWith(Probe.TITLE));
  }

  private static List<Line> lines(Workload workload, Shape shape, Forks forks) {
    List<Line> lines = new ArrayList<>();
    for (Implementation implementation : Implementation.values()) {
      Case one = Case.of(workload, implementation, shape);
      if (!forks.nanos(one).isEmpty()) {
        Probe probe = workload.probe(implementation, shape);
        String name = implementation.toString();
        lines.add(line(name, one, workload, probe, workload.bytes(shape), forks));
      }
    }
    for (Probe probe : workload.probes(List.of(Implementation.values()), shape)) {
      Case one = Case.of(probe, shape);
      if (!forks.nanos(one).isEmpty()) {
        lines.add(line(probe.title(), one, workload, probe, probe.bytes(shape), forks));
      }
    }
    return lines;
  }

  private static Line line(
      String name, Case one, Workload workload, Probe probe, double bytes, Forks forks) {
    NavigableMap<Integer, Double> nanos = forks.nanos(one);
    NavigableMap<Integer, Double> textbook =
        forks.nanos(Case.of(workload, Implementation.TEXTBOOK, one.shape()));
    NavigableMap<Integer, Double> reading = forks.nanos(Case.of(probe, one.shape()));
    Interval mean = Interval.ofMean(values(nanos));
    double error =
        mean.isKnown()
            ? mean.error()
            : Interval.ofMean(forks.iterationNanos(one).firstEntry().getValue()).error();
    double seconds = mean.estimate() / 1e9;
    return new Line(
        name,
        mean,
        error,
        ratio(textbook, nanos),
        Interval.ofMean(values(reading)).estimate() / mean.estimate(),
        workload.elements(one.shape()) / seconds,
        bytes / seconds,
        forks.bytesPerCall(one),
        Collections.max(nanos.values()) / Collections.min(nanos.values()),
        Settled.scalarForks(forks, one) > 0);
  }

  /** Over the rounds that have both; null if there is none. */
  static Interval ratio(
      NavigableMap<Integer, Double> numerators, NavigableMap<Integer, Double> denominators) {
    NavigableSet<Integer> rounds = new TreeSet<>(numerators.keySet());
    rounds.retainAll(denominators.keySet());
    return rounds.isEmpty()
        ? null
        : Interval.ofRatio(
            rounds.stream().mapToDouble(numerators::get).toArray(),
            rounds.stream().mapToDouble(denominators::get).toArray());
  }

  static double[] values(NavigableMap<Integer, Double> map) {
    return map.values().stream().mapToDouble(Double::doubleValue).toArray();
  }
}

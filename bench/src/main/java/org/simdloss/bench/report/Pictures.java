package org.simdloss.bench.report;

import static java.util.Map.entry;

import java.awt.Color;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.function.Function;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.internal.chartpart.Chart;
import org.simdloss.bench.ColdStart;
import org.simdloss.bench.Implementation;
import org.simdloss.bench.chart.Charts;
import org.simdloss.bench.plan.Case;
import org.simdloss.bench.plan.Probe;
import org.simdloss.bench.plan.Timing;
import org.simdloss.bench.plan.Workload;
import org.simdloss.bench.statistics.ColdSummary;
import org.simdloss.bench.statistics.Forks;
import org.simdloss.bench.statistics.Interval;
import org.simdloss.bench.statistics.Run;
import org.simdloss.bench.statistics.Summary;

/**
 * The pictures of a run, and where they belong.
 *
 * @param files by name, what a file holds
 * @param places by the name of a place in the report, the files that it shows, and what they show
 */
public record Pictures(Map<String, String> files, Map<String, Map<String, String>> places) {
  static final String OVERVIEW = "overview";
  static final String COLD = "cold";

  static final String FOLDER = "charts";

  private static final int WIDTH = 560;

  /** Of those that take the whole of a page. */
  public static final int WIDE = 2 * WIDTH;

  private static final int HEIGHT = 320;
  private static final int COLUMNS = 10;

  private static final Map<String, Color> COLOURS =
      Map.ofEntries(
          entry(Implementation.TEXTBOOK.toString(), Charts.GREY),
          entry(Implementation.SCALAR.toString(), Charts.ORANGE),
          entry(Implementation.VECTOR.toString(), Charts.BLUE),
          entry(Implementation.PARALLEL.toString(), Charts.GREEN),
          entry(Implementation.BEST.toString(), Charts.PURPLE),
          entry(Implementation.VECTOR_LOOP.toString(), Charts.BLUE),
          entry(Implementation.VECTOR_LOOP_THREADS.toString(), Charts.GREEN),
          entry(Implementation.DJL.toString(), Charts.ORANGE),
          entry(Implementation.DJL_THREADS.toString(), Charts.YELLOW),
          entry(Implementation.DJL_COPY.toString(), Charts.PINK));

  /** Those that make sense of what was measured; none where this VM can not draw. */
  static Pictures of(Run run) {
    if (!Charts.canDraw()) {
      return none();
    }
    Pictures pictures = new Pictures(new LinkedHashMap<>(), new LinkedHashMap<>());
    Summary summary = Summary.of(run.forks());
    pictures.overview(summary);
    for (Workload workload : Workload.values()) {
      List<Summary.Group> groups =
          summary.groups().stream()
              .filter(group -> group.workload() == workload && !group.shape().isStrided())
              .toList();
      pictures.speedups(workload, groups);
      pictures.scaling(workload, groups);
    }
    for (ColdSummary.Group group : ColdSummary.of(run.forks()).groups()) {
      pictures.coldStart(group, run.forks());
    }
    return pictures;
  }

  public static Pictures none() {
    return new Pictures(Map.of(), Map.of());
  }

  /** The pictures of a place, as Markdown. */
  void append(StringBuilder page, String place) {
    places
        .getOrDefault(place, Map.of())
        .forEach(
            (file, alt) -> page.append("![").append(alt).append("](").append(file).append(")\n"));
    if (places.containsKey(place)) {
      page.append('\n');
    }
  }

  private void add(String place, String name, String alt, Chart<?, ?> chart) {
    String file = FOLDER + "/" + name + ".svg";
    files.put(file, Charts.svg(List.of(chart)));
    places.computeIfAbsent(place, key -> new LinkedHashMap<>()).put(file, alt);
  }

  /** Each loss at its largest batch of ten columns: how much faster, and how near to the limit. */
  private void overview(Summary summary) {
    Map<Workload, Summary.Group> largest = new LinkedHashMap<>();
    for (Summary.Group group : summary.groups()) {
      if (group.shape().cols() == COLUMNS && !group.shape().isStrided()) {
        largest.put(group.workload(), group); // they come in the order of their rows
      }
    }
    List<Summary.Group> groups = List.copyOf(largest.values());
    Function<Summary.Group, String> name = group -> initials(group.workload().shortTitle());
    bars(
        OVERVIEW,
        "speedup",
        "Speed-up over the textbook loop, " + rows(groups),
        "times faster",
        groups,
        name,
        Summary.Line::speedup);
    bars(
        OVERVIEW,
        "probe",
        "Share of the speed of reading, " + rows(groups),
        "1 is the machine's limit",
        groups,
        name,
        line -> new Interval(line.ofProbe(), Double.NaN, Double.NaN));
  }

  /** As the book calls them, so that ten stand beside each other. */
  private static String initials(String loss) {
    return loss.replace("cross-entropy", "CEE")
        .replace("squared error", "SSE")
        .replace(", loss and gradient", " + gradient")
        .replace(", loss, gradient and Hessian", " + Hessian");
  }

  private static String rows(List<Summary.Group> groups) {
    List<String> shapes =
        groups.stream().map(group -> group.shape().heading("×")).distinct().toList();
    return String.join(" and ", shapes);
  }

  private void speedups(Workload workload, List<Summary.Group> groups) {
    bars(
        workload.method(),
        "speedup-" + workload.method(),
        "Speed-up over the textbook loop, " + initials(workload.shortTitle()),
        "times faster",
        groups,
        group -> group.shape().heading("×").replace(" ", ""),
        Summary.Line::speedup);
  }

  /** A bar of each implementation but the textbook loop, for each group that has any. */
  private void bars(
      String place,
      String name,
      String title,
      String unit,
      List<Summary.Group> groups,
      Function<Summary.Group, String> label,
      Function<Summary.Line, Interval> value) {
    CategoryChart chart = Charts.bars(place.equals(OVERVIEW) ? WIDE : WIDTH, HEIGHT, title, unit);
    if (place.equals(OVERVIEW)) {
      Charts.slantLabels(chart);
    }
    double highest = 0;
    for (Implementation implementation :
        EnumSet.complementOf(EnumSet.of(Implementation.TEXTBOOK))) {
      List<Interval> intervals = new ArrayList<>();
      for (Summary.Group group : groups) {
        Summary.Line line = group.line(implementation);
        Interval interval = line == null ? null : value.apply(line);
        intervals.add(interval == null || Double.isNaN(interval.estimate()) ? null : interval);
      }
      if (intervals.stream().anyMatch(each -> each != null)) {
        Charts.add(
            chart,
            implementation.toString(),
            COLOURS.get(implementation.toString()),
            groups.stream().map(label).toList(),
            intervals.stream()
                .map(each -> each == null ? Double.valueOf(0) : each.estimate())
                .toList(),
            errors(intervals));
        highest =
            Math.max(highest, intervals.stream().mapToDouble(Pictures::highest).max().orElse(0));
      }
    }
    if (!chart.getSeriesMap().isEmpty()) {
      chart.getStyler().setYAxisMax(highest * 1.05);
      add(place, name, title, chart);
    }
  }

  /** Null if none is known: then no bar has any. */
  private static List<Double> errors(List<Interval> intervals) {
    return intervals.stream().noneMatch(each -> each != null && each.isKnown())
        ? null
        : intervals.stream()
            .map(each -> each == null || !each.isKnown() ? Double.valueOf(0) : each.error())
            .toList();
  }

  /** What a chart must show: an interval of twice its estimate tells no more than one of all. */
  private static double highest(Interval interval) {
    return interval == null
        ? 0
        : interval.isKnown()
            ? Math.min(interval.estimate() + interval.error(), 1.5 * interval.estimate())
            : interval.estimate();
  }

  /** Time for each element, by the number of rows. */
  private void scaling(Workload workload, List<Summary.Group> all) {
    List<Summary.Group> groups =
        all.stream().filter(group -> group.shape().cols() == COLUMNS).toList();
    if (groups.size() < 3) {
      return;
    }
    XYChart chart =
        Charts.lines(
            WIDTH,
            HEIGHT,
            "Time for each element, " + initials(workload.shortTitle()),
            "rows of " + COLUMNS,
            "ns/element");
    Charts.logarithmic(chart);
    Set<String> names = new LinkedHashSet<>();
    groups.forEach(group -> group.lines().forEach(line -> names.add(line.name())));
    for (String name : names) {
      List<Summary.Group> having =
          groups.stream().filter(group -> group.line(name) != null).toList();
      Charts.add(
          chart,
          name.replace(Probe.TITLE, "probe"),
          COLOURS.getOrDefault(name, name.equals(Probe.TITLE) ? Charts.PINK : Charts.YELLOW),
          having.stream().mapToDouble(group -> group.shape().rows()).toArray(),
          having.stream()
              .mapToDouble(group -> group.line(name).nanos().estimate() / group.shape().elements())
              .toArray(),
          0);
    }
    add(
        workload.method(),
        "scaling-" + workload.method(),
        "Time for each element by the number of rows, of " + COLUMNS + ", " + workload.shortTitle(),
        chart);
  }

  /** Each call's time, from a VM's first call on. */
  private void coldStart(ColdSummary.Group group, Forks forks) {
    XYChart chart = Charts.lines(WIDTH, HEIGHT, group.workload().shortTitle(), "call", "ms");
    Charts.logarithmic(chart);
    for (ColdSummary.Line line : group.lines()) {
      NavigableMap<Integer, double[]> calls =
          forks.iterationNanos(
              Case.of(
                  Timing.COLD_START,
                  group.workload(),
                  Implementation.of(line.name()),
                  group.shape()));
      double[] millis = new double[ColdStart.CALLS];
      calls.values().forEach(each -> Arrays.setAll(millis, i -> millis[i] + each[i] / 1e6));
      double[] numbers = new double[millis.length];
      Arrays.setAll(numbers, i -> i + 1);
      Arrays.setAll(millis, i -> millis[i] / calls.size());
      Charts.add(chart, line.name(), COLOURS.get(line.name()), numbers, millis, 0);
    }
    add(
        COLD,
        "cold-" + group.workload().method(),
        "The first calls of " + group.workload().shortTitle(),
        chart);
  }
}

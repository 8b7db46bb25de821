package org.simdloss.bench.report;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.simdloss.bench.Implementation;
import org.simdloss.bench.ManyThreads;
import org.simdloss.bench.WorstCall;
import org.simdloss.bench.plan.Probe;
import org.simdloss.bench.statistics.ColdSummary;
import org.simdloss.bench.statistics.Interval;
import org.simdloss.bench.statistics.Numbers;
import org.simdloss.bench.statistics.OptionsSummary;
import org.simdloss.bench.statistics.StepSummary;
import org.simdloss.bench.statistics.Summary;
import org.simdloss.bench.statistics.ThreadsSummary;
import org.simdloss.bench.statistics.WorstSummary;

/** The summary for a terminal: plain ASCII, at most 100 columns. */
public final class Table {
  private static final String FORMAT = "  %-19s %11s %9s %-20s %13s %5s %7s %7s%n";

  private static final String COLD_FORMAT = "  %-8s %12s %9s %9s %11s  %-21s %s%n";

  private static final String STEP_FORMAT = "  %-8s %12s  %-26s %s%n";

  private static final String WORST_FORMAT = "  %-8s %16s %10s %18s %10s %8s%n";

  private static final String RATIO_FORMAT = "  %-8s %14s  %-22s %s%n";

  private Table() {}

  public static String of(Summary summary) {
    StringBuilder text = new StringBuilder();
    for (Summary.Group group : summary.groups()) {
      text.append(
          String.format(
              Locale.ROOT, "%n%s, %s%n", group.workload().title(), group.shape().heading("x")));
      text.append(
          String.format(
              Locale.ROOT,
              FORMAT,
              "",
              "ns/call",
              "error",
              "x textbook",
              "of read speed",
              "GB/s",
              "B/op",
              "max/min"));
      for (Summary.Line line : group.lines()) {
        text.append(
            String.format(
                Locale.ROOT,
                FORMAT,
                line.marked().replace(Probe.TITLE + ",", "probe,"),
                Numbers.nanos(line.nanos().estimate()),
                Numbers.nanos(line.error()),
                speedup(line),
                Numbers.ratio(line.ofProbe()),
                Numbers.giga(line.bytesPerSecond()),
                Numbers.bytes(line.bytesPerCall()),
                spread(line)));
      }
    }
    return text.append(strided(summary.strided())).toString();
  }

  private static String strided(List<Summary.Strided> lines) {
    StringBuilder text =
        new StringBuilder(lines.isEmpty() ? "" : "\nStrided, of contiguous speed\n");
    for (Summary.Strided line : lines) {
      String name = line.workload().title() + ", " + line.shape() + ", " + line.implementation();
      text.append(
          String.format(Locale.ROOT, "  %-74s %s%n", name, Numbers.ratio(line.ofContiguous())));
    }
    return text.toString();
  }

  public static String of(ColdSummary summary) {
    StringBuilder text = new StringBuilder();
    for (ColdSummary.Group group : summary.groups()) {
      text.append(
          String.format(
              Locale.ROOT,
              "%nCold start: %s, %s%n",
              group.workload().title(),
              group.shape().heading("x")));
      text.append(
          String.format(
              Locale.ROOT,
              COLD_FORMAT,
              "",
              "1st call, ms",
              "10th, ms",
              "100, ms",
              "steady from",
              "1st/scalar's",
              "100/the better's"));
      for (ColdSummary.Line line : group.lines()) {
        text.append(
            String.format(
                Locale.ROOT,
                COLD_FORMAT,
                line.name(),
                Numbers.millis(line.first().estimate()),
                Numbers.millis(line.tenth().estimate()),
                Numbers.millis(line.all().estimate()),
                Numbers.whole(line.steadyFrom().estimate()),
                Numbers.ratio(line.firstOfScalar()),
                Numbers.ratio(line.allOfBetter())));
      }
    }
    return text.toString();
  }

  /** A heading wherever it is another one than before, and a line below it for each. */
  private static <T> String lines(
      List<T> lines, Function<T, String> heading, Function<T, String> line) {
    StringBuilder text = new StringBuilder();
    String last = "";
    for (T each : lines) {
      String own = heading.apply(each);
      text.append(own.equals(last) ? "" : own).append(line.apply(each));
      last = own;
    }
    return text.toString();
  }

  public static String of(WorstSummary summary) {
    return lines(
        summary.lines(),
        line ->
            String.format(
                Locale.ROOT,
                "%nLongest of the first %,d calls: %s, %s%n" + WORST_FORMAT,
                WorstCall.CALLS,
                line.workload().title(),
                line.shape().heading("x"),
                "",
                "largest, ms: med",
                "worst VM",
                "p99.9, us: med",
                "worst VM",
                "VMs"),
        line ->
            String.format(
                Locale.ROOT,
                WORST_FORMAT,
                line.name(),
                Numbers.millis(line.largest().median()),
                Numbers.millis(line.largest().worst()),
                Numbers.micros(line.p999().median()),
                Numbers.micros(line.p999().worst()),
                line.vms()));
  }

  public static String of(OptionsSummary summary) {
    return lines(
        summary.lines(),
        line ->
            String.format(
                Locale.ROOT,
                "%n%s: %s, %s%n" + RATIO_FORMAT,
                line.option(),
                line.workload().title(),
                line.shape().heading("x"),
                "",
                "ns/call",
                "x without",
                "B/op"),
        line ->
            String.format(
                Locale.ROOT,
                RATIO_FORMAT,
                line.name(),
                Numbers.nanos(line.nanos().estimate()),
                Numbers.ratio(line.ofPlain()),
                Numbers.bytes(line.bytesPerCall())));
  }

  public static String of(ThreadsSummary summary) {
    return lines(
        summary.lines(),
        line ->
            String.format(
                Locale.ROOT,
                "%n%d threads, one loss: %s, %s%n" + RATIO_FORMAT,
                ManyThreads.THREADS,
                line.workload().title(),
                line.shape().heading("x"),
                "",
                "calls/s",
                "x one thread",
                "B/op"),
        line ->
            String.format(
                Locale.ROOT,
                RATIO_FORMAT,
                line.name(),
                Numbers.whole(line.callsPerSecond().estimate()),
                Numbers.ratio(line.ofOneThread()),
                Numbers.bytes(line.bytesPerCall())));
  }

  public static String of(StepSummary summary) {
    StringBuilder text =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "%nTraining step%n" + STEP_FORMAT,
                "",
                "ns/step",
                "x textbook",
                "the loss's share, %"));
    for (StepSummary.Line line : summary.lines()) {
      text.append(
          String.format(
              Locale.ROOT,
              STEP_FORMAT,
              line.name(),
              Numbers.nanos(line.nanos().estimate()),
              isTextbook(line.name()) ? "1" : speedup(line.speedup()),
              Numbers.percent(line.lossShare())));
    }
    return text.toString();
  }

  /** With one round there is nothing to compare. */
  static String spread(Summary.Line line) {
    return line.nanos().isKnown() ? Numbers.ratio(line.spread()) : Numbers.UNKNOWN;
  }

  private static String speedup(Summary.Line line) {
    return isTextbook(line.name()) ? "1" : speedup(line.speedup());
  }

  private static String speedup(Interval speedup) {
    return speedup != null && speedup.contains(1)
        ? Numbers.ratio(speedup.estimate()) + ", no difference"
        : Numbers.ratio(speedup);
  }

  static boolean isTextbook(String name) {
    return name.equals(Implementation.TEXTBOOK.toString());
  }
}

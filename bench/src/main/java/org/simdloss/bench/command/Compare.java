package org.simdloss.bench.command;

import java.awt.Color;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.knowm.xchart.XYChart;
import org.simdloss.bench.chart.Charts;
import org.simdloss.bench.cli.OutputFolder;
import org.simdloss.bench.cli.Paint;
import org.simdloss.bench.cli.UsageException;
import org.simdloss.bench.report.HtmlPage;
import org.simdloss.bench.report.Pictures;
import org.simdloss.bench.report.Report;
import org.simdloss.bench.statistics.Comparison;
import org.simdloss.bench.statistics.Comparison.Line;
import org.simdloss.bench.statistics.Comparison.Verdict;
import org.simdloss.bench.statistics.Numbers;
import org.simdloss.bench.statistics.Run;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What became faster or slower between two runs. */
@Command(
    name = "compare",
    description = {
      "Says of each benchmark whether it became faster or slower from one run to another (Welch's"
          + " t-test of the forks' times, with Holm's correction for the number of benchmarks), or"
          + " is the same within 1, 2, 5 or 10%% (the whole 95%% interval of the ratio is), or that"
          + " neither is shown.",
      "Exit code 1 if the library slowed by more than the limit in some benchmark. Textbook loops and"
          + " read probes do not count."
    },
    separator = " ",
    sortOptions = false,
    usageHelpWidth = 100)
final class Compare implements Callable<Integer> {
  static final String PAGE = "compare.html";
  static final String TEXT = "compare.md";
  private static final String PICTURE = "compare.svg";

  private static final String FORMAT = "  %-55s %11s %11s  %s%n";

  @Parameters(index = "0", paramLabel = "OLD", description = "The folder of a run.")
  private Path old;

  @Parameters(index = "1", paramLabel = "NEW", description = "The folder of a later one.")
  private Path now;

  @Option(
      names = "--limit",
      paramLabel = "PERCENT",
      defaultValue = "5",
      description = "How much slower a benchmark may be; by default 5.")
  private double limit;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where the page goes; by default results/<date>-compare.")
  private Path out;

  @Option(names = "--help", usageHelp = true, description = "Print this help.")
  private boolean help;

  private final PrintStream stdout;

  Compare(PrintStream stdout) {
    this.stdout = stdout;
  }

  @Override
  public Integer call() throws IOException {
    if (!(limit >= 0 && limit <= 1000)) {
      throw new UsageException("--limit is " + limit + "; allowed: 0 to 1000, in percent");
    }
    Comparison comparison = Comparison.of(Run.read(old), Run.read(now));
    if (comparison.lines().isEmpty()) {
      throw new UsageException(old + " and " + now + " have no benchmark in common");
    }
    OutputFolder folder = new OutputFolder(out != null ? out : OutputFolder.dated("-compare"));
    boolean slower = comparison.isSlowerBy(limit / 100);
    stdout.print(Paint.ofThisTerminal().table(text(comparison)));
    stdout.println(summary(comparison));
    if (slower) {
      stdout.printf(
          Locale.ROOT,
          "The library slowed by more than %s%% in some benchmark.%n",
          Numbers.ratio(limit));
    }
    String svg = Charts.svg(List.of(chart(comparison)));
    String markdown = markdown(comparison);
    folder.write(PICTURE, svg);
    folder.write(TEXT, markdown);
    folder.write(PAGE, HtmlPage.of("simdloss: two runs", markdown, Map.of(PICTURE, svg)));
    stdout.println("Written to " + folder + ": " + String.join(", ", PAGE, TEXT, PICTURE));
    return slower ? Main.FAILED : Main.OK;
  }

  /** What changed first; of that best first; and what changed most before the rest. */
  private static List<Line> sorted(Comparison comparison) {
    return comparison.lines().stream()
        .sorted(
            Comparator.comparing(Line::verdict)
                .thenComparing(Line::within)
                .thenComparing(
                    line -> line.benchmark().implementation(),
                    Comparator.nullsLast(Comparator.naturalOrder()))
                .thenComparing(line -> -Math.abs(Math.log(line.ratio().estimate()))))
        .toList();
  }

  /**
   * What lines have in common; each of those of which nothing is shown has an interval of its own.
   */
  private static String heading(Line line) {
    return line.verdict() == Verdict.NOT_SHOWN ? "not shown, between" : line.said();
  }

  /** At most 100 columns. */
  private static String text(Comparison comparison) {
    StringBuilder text = new StringBuilder();
    comparison
        .differences()
        .forEach(
            (name, values) ->
                text.append("Different: ")
                    .append(name)
                    .append(": ")
                    .append(values)
                    .append(System.lineSeparator()));
    String heading = "";
    for (Line line : sorted(comparison)) {
      if (!heading(line).equals(heading)) {
        heading = heading(line);
        text.append(
            String.format(
                Locale.ROOT, "%n%s%n" + FORMAT, heading, "", "old, ns", "new, ns", "new/old"));
      }
      text.append(
          String.format(
              Locale.ROOT,
              FORMAT,
              line.benchmark(),
              Numbers.nanos(line.oldNanos()),
              Numbers.nanos(line.newNanos()),
              line.verdict() == Verdict.NOT_SHOWN
                  ? Numbers.ratio(line.ratio().low()) + " and " + Numbers.ratio(line.ratio().high())
                  : Numbers.ratio(line.ratio().estimate())));
    }
    return text.append(System.lineSeparator()).toString();
  }

  private static String summary(Comparison comparison) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (Line line : sorted(comparison)) {
      String said = line.verdict() == Verdict.NOT_SHOWN ? line.verdict().toString() : line.said();
      counts.merge(said, 1, Integer::sum);
    }
    List<String> parts = new ArrayList<>();
    counts.forEach((said, count) -> parts.add(count + " " + said));
    if (!comparison.onlyOld().isEmpty()) {
      parts.add(comparison.onlyOld().size() + " in the old run alone");
    }
    if (!comparison.onlyNew().isEmpty()) {
      parts.add(comparison.onlyNew().size() + " in the new one alone");
    }
    return "Of the benchmarks: " + String.join(", ", parts) + ".";
  }

  private String markdown(Comparison comparison) {
    StringBuilder page = new StringBuilder("# Two runs\n\n");
    page.append("`").append(old.getFileName()).append("` and then `").append(now.getFileName());
    page.append("`. ").append(summary(comparison)).append("\n\n");
    page.append("![The new time by the old one, of each benchmark](").append(PICTURE).append(")\n");
    if (!comparison.differences().isEmpty()) {
      page.append("\n## What else differs\n\n| | old / new |\n|---|---|\n");
      comparison.differences().forEach((name, values) -> Report.row(page, name, values));
    }
    page.append("\n## Benchmarks\n\n");
    Report.row(page, "", "benchmark", "old, ns", "new, ns", "new/old (95%)", "p");
    page.append("|---|---|--:|--:|:--|--:|\n");
    for (Line line : sorted(comparison)) {
      Report.row(
          page,
          line.said(),
          line.benchmark().toString(),
          Numbers.nanos(line.oldNanos()),
          Numbers.nanos(line.newNanos()),
          Numbers.ratio(line.ratio()),
          Numbers.ratio(line.p()));
    }
    page.append(
        """

        **Slower** and **faster**: Welch's t-test of the logarithms of the forks' mean times, with
        Holm's p-values: if nothing has changed, the chance that any benchmark is said to have is 5%.
        **The same within** some percent: the whole 95% interval of the ratio is. **Not shown**: neither
        a difference nor that there is none, since the forks differ too much; the ratio is between the
        two numbers. That these are on one side of 1 is not enough: of 100 benchmarks that have not
        changed it is so of about five. A cold start's time is the mean of its first 100 calls, that of the longest calls
        the sum of all 100,000.
        """);
    return page.toString();
  }

  /** Each benchmark a point, in the order of their ratios. */
  private static XYChart chart(Comparison comparison) {
    XYChart chart =
        Charts.lines(
            Pictures.WIDE, 420, "The new time by the old one, and 95% intervals", "benchmarks", "");
    List<Line> byRatio =
        comparison.lines().stream()
            .sorted(Comparator.comparingDouble(line -> line.ratio().estimate()))
            .toList();
    Map<Verdict, Color> colours =
        Map.of(
            Verdict.SLOWER, Charts.PINK,
            Verdict.FASTER, Charts.GREEN,
            Verdict.SAME, Charts.BLUE,
            Verdict.NOT_SHOWN, Charts.YELLOW,
            Verdict.UNKNOWN, Charts.GREY);
    for (Verdict verdict : Verdict.values()) {
      List<Line> lines = byRatio.stream().filter(line -> line.verdict() == verdict).toList();
      if (!lines.isEmpty()) {
        Charts.addPoints(
            chart,
            verdict.toString(),
            colours.get(verdict),
            lines.stream().mapToDouble(line -> byRatio.indexOf(line) + 1).toArray(),
            lines.stream().mapToDouble(line -> line.ratio().estimate()).toArray(),
            lines.stream()
                .mapToDouble(line -> line.ratio().isKnown() ? line.ratio().error() : 0)
                .toArray());
      }
    }
    return chart;
  }
}

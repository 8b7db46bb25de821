package org.simdloss.bench;

import java.awt.Color;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.knowm.xchart.XYChart;
import org.simdloss.bench.Comparison.Line;
import org.simdloss.bench.Comparison.Verdict;
import org.simdloss.bench.chart.Charts;
import org.simdloss.bench.cli.OutputFolder;
import org.simdloss.bench.cli.Paint;
import org.simdloss.bench.cli.UsageException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What became faster or slower between two runs. */
@Command(
    name = "compare",
    description = {
      "Says what became faster, slower, or did not change from one run to another: Welch's t-test of"
          + " the forks' times, with Holm's correction for the number of benchmarks.",
      "Exit code 1 if something slowed by more than the limit."
    },
    separator = " ",
    sortOptions = false,
    usageHelpWidth = 100)
final class Compare implements Callable<Integer> {
  static final String PAGE = "compare.html";
  static final String TEXT = "compare.md";
  private static final String PICTURE = "compare.svg";

  private static final String FORMAT = "%-13s %-46s %11s %11s  %s%n";

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
      stdout.printf(Locale.ROOT, "Some slowed by more than %s%%.%n", Numbers.ratio(limit));
    }
    String svg = Charts.svg(List.of(chart(comparison)));
    String markdown = markdown(comparison);
    folder.write(PICTURE, svg);
    folder.write(TEXT, markdown);
    folder.write(PAGE, HtmlPage.of("simdloss: two runs", markdown, Map.of(PICTURE, svg)));
    stdout.println("Written to " + folder + ": " + String.join(", ", PAGE, TEXT, PICTURE));
    return slower ? Main.FAILED : Main.OK;
  }

  /** What changed first, and what changed most before the rest. */
  private static List<Line> sorted(Comparison comparison) {
    return comparison.lines().stream()
        .sorted(
            Comparator.comparing(Line::verdict)
                .thenComparing(line -> -Math.abs(Math.log(line.ratio().estimate()))))
        .toList();
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
    text.append(String.format(Locale.ROOT, "%n" + FORMAT, "", "", "old, ns", "new, ns", "new/old"));
    for (Line line : sorted(comparison)) {
      text.append(
          String.format(
              Locale.ROOT,
              FORMAT,
              line.verdict(),
              line.benchmark(),
              Numbers.nanos(line.oldNanos()),
              Numbers.nanos(line.newNanos()),
              Numbers.ratio(line.ratio().estimate())));
    }
    return text.append(System.lineSeparator()).toString();
  }

  private static String summary(Comparison comparison) {
    List<String> parts = new ArrayList<>();
    for (Verdict verdict : Verdict.values()) {
      if (comparison.count(verdict) > 0) {
        parts.add(comparison.count(verdict) + " " + verdict);
      }
    }
    if (!comparison.onlyOld().isEmpty()) {
      parts.add(comparison.onlyOld().size() + " in the old run alone");
    }
    if (!comparison.onlyNew().isEmpty()) {
      parts.add(comparison.onlyNew().size() + " in the new one alone");
    }
    boolean same = comparison.count(Verdict.SAME) == comparison.lines().size();
    return (same ? "No change: " : "Of the benchmarks: ") + String.join(", ", parts) + ".";
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
          line.verdict().toString(),
          line.benchmark().toString(),
          Numbers.nanos(line.oldNanos()),
          Numbers.nanos(line.newNanos()),
          Numbers.ratio(line.ratio()),
          Numbers.ratio(line.p()));
    }
    page.append(
        "\nWelch's t-test of the logarithms of the forks' mean times, with Holm's p-values: if");
    page.append(
        " nothing has changed, the chance that any benchmark is said to have is 5%. A cold");
    page.append(" start's time is the mean of its first 100 calls.\n");
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

package org.simdloss.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.simdloss.bench.Implementation;
import org.simdloss.bench.ManyThreads;
import org.simdloss.bench.chart.Charts;
import org.simdloss.bench.plan.Workload;
import org.simdloss.bench.statistics.ColdSummary;
import org.simdloss.bench.statistics.Interval;
import org.simdloss.bench.statistics.Noise;
import org.simdloss.bench.statistics.Numbers;
import org.simdloss.bench.statistics.OptionsSummary;
import org.simdloss.bench.statistics.PeerSummary;
import org.simdloss.bench.statistics.Run;
import org.simdloss.bench.statistics.Settled;
import org.simdloss.bench.statistics.StepSummary;
import org.simdloss.bench.statistics.Summary;
import org.simdloss.bench.statistics.ThreadsSummary;
import org.simdloss.bench.statistics.WorstSummary;

/** The summary as a Markdown page that says by itself how its numbers came about. */
public final class Report {
  private static final String HOW_TO_READ =
      """
      ## How to read it

      - A **round** is one fresh VM (fork) for each benchmark, one after the other.
      - The textbook loop is the formula as a person writes it: plain loops, `double` sums, `Math.log`
        and `Math.exp`. These two are not equally fast on every JDK, so look at the times as well as
        at the ratios.
      """;

  private static final String STEADY_STATE =
      """
      - **best** is the library's default. Before it is measured a fork calls it on the data to be
        measured until it has gone over from scalar code to vectors, for 10 s at most. A line of
        `best` that is marked with * has forks that had not gone over by then, or not when an
        iteration ended; the top of the page names them.
      - Labels are random. Calls of a small batch go through many batches in turn, 600,000 elements in
        all (600 batches of 100 × 10, 60 of 1000 × 10, one of 60000 × 10), so that the CPU's branch
        predictor does not learn them; the read probe does the same.
      - **ns/call**: the mean time of one call, over the rounds.
      - **± 95%**: half the confidence interval (Student's t) over the forks. With one round it is over
        the iterations of its only fork, which does not show how forks differ.
      - **× textbook**: the textbook loop's time divided by this one's, so more is better: the
        geometric mean over the rounds, each compared with the loop of the same round, and its 95%
        interval. With one round there is no interval. "No difference" means that the interval
        includes 1.
      - **of read speed**: the read probe's time divided by this one's. The read probe is a loop that
        only reads, on one thread, what the loss must read; 1.00 would be a loss that computes in no
        time. The probe writes nothing, so a loss that also writes a gradient is further from it. If
        all targets are read, and they and the predictions are 1 MB or more, there is a probe on
        several threads, and `parallel` is compared with that. Elsewhere it is compared with the probe
        on one thread, and can be above 1.
      - **Gelem/s**, **GB/s**: predictions (or logits) that the call must read; the bytes of these, of
        targets, and of the gradient that it writes. Cross-entropy with labels reads one prediction
        and one label a row. The probe's own GB/s are of what it reads.
      - **B/op**: bytes allocated by a call, without the kilobyte an iteration that is JMH's own.
      - **max/min fork**: the slowest fork's mean time divided by the fastest one's: how far a single
        run of a VM can be off. With one round there is none.
      - **Rows 16 apart**: padding follows each row, which the library neither reads nor writes. The
        textbook loop and the probe run on the same rows without padding. **Of contiguous** is the
        library's own time without padding divided by its time with it, in the same round: below 1,
        padding makes it slower.
      - `parallel` stays on the calling thread where a batch is small.
      """;

  private static final String COLD_START =
      """
      - **Cold start**: each of the first 100 calls in a fresh VM, timed by itself, in milliseconds;
        the means over the rounds, and half their 95% intervals. The first call loads the library's
        classes, chooses the backend and makes the loss. Between two calls JMH does its own work,
        and the VM's compilers go on.
      - **Steady from**: the number of the first call that takes at most 1.5 times the median of the
        last 20 calls, if from it on the median of any five in a row does so too.
      - **1st / scalar's**: the first call's time divided by that of `scalar` in the same round, so
        less is better: the geometric mean over the rounds, and its 95% interval.
      - **100 / the better's**: the same of the 100 calls together, divided by those of `scalar` or
        `vector`, whichever takes less over all rounds.
      """;

  private static final String WORST_CALL =
      """
      - **Longest calls**: each of the first 100,000 calls in a fresh VM is timed by itself, the clock's
        20 ns included; calls go through 600 batches. **Largest** is the longest of them, **p99.9** the
        time that all but 100 of them did not exceed. Of several VMs the median is shown, and the worst.
      """;

  private static final String OPTIONS =
      """
      - **What options cost**: a loss with row weights (random, from 0 to 2), with smoothing of 0.1, or
        with an ignored label that one row in ten has; or whose operands are in direct buffers, or are
        doubles. **× without** is its time divided by that of the same loss of float arrays without the
        option in the same round, so less is better.
      """;

  private static final String MANY_THREADS =
      """
      - **Many threads**: 16 threads call one loss object at the same time, each on batches of its own.
        **calls/s** are those of all threads together, **× one thread** is that throughput divided by
        that of one thread in the same round.
      """;

  private static final String BESIDE_OTHERS =
      """
      - **Beside others**: the time of each divided by that of `best` in the same round, so more is
        better for `best`, and its 95% interval. A cell says "differs", and the value, where the loss
        of the first batch is not the library's to a ten-thousandth. `vector-loop` is a loop of the
        Vector API as a good engineer writes it in an hour: `float` sums in any order, and no checks.
        `djl` computes on arrays that were made before, and keeps a gradient in its own; `djl-copy`
        makes its arrays of `float[]` in each call, and copies a gradient back. Names that end in
        `-threads` use all cores, the others one.
      - **Special inputs** are changes of a batch of 100 × 10, at the label of row 50; `best` is asked as
        it stands after its calls.
      """;

  private static final String OF_PYTHON =
      """
      - Libraries of Python were measured by `peers.py`, on the same arrays, in a run of their own; a
        round of theirs is compared with the round of the same number.
      """;

  private static final String TRAINING_STEP =
      """
      - **Training step**: a mini-batch of 100 drawn digits is gathered, goes forward through a network
        of 784, 50 and 10 units, and the weights follow the gradient; matrix products are plain loops.
        **The loss's share** is the part of that time in which the loss and its gradient are computed.
      """;

  private static final List<String> WORST_COLUMNS =
      List.of(
          "",
          "rows × columns",
          "",
          "largest, ms: median",
          "worst VM",
          "p99.9, µs: median",
          "worst VM",
          "VMs");

  private static final String WORST_ALIGNMENT = "|---|---|---|--:|--:|--:|--:|--:|";

  private Report() {}

  /**
   * @param pictures the names of those that stand beside the page, and below which heading
   */
  public static String of(Run run, Pictures pictures) {
    Summary summary = Summary.of(run.forks());
    ColdSummary cold = ColdSummary.of(run.forks());
    StepSummary steps = StepSummary.of(run.forks());
    WorstSummary worst = WorstSummary.of(run.forks());
    ThreadsSummary threads = ThreadsSummary.of(run.forks());
    OptionsSummary options = OptionsSummary.of(run.forks());
    StringBuilder page = new StringBuilder("# simdloss benchmark report\n\n");
    for (String line : run.status()) {
      page.append(line).append("\n\n");
    }
    for (Noise noise : Noise.of(summary)) {
      page.append(noise.markdown()).append("\n\n");
    }
    for (String line : Settled.of(run.forks()).said()) {
      page.append(line.replaceFirst("^best", "`best`")).append("\n\n");
    }
    if (pictures.files().isEmpty() && !Charts.canDraw()) {
      page.append("There are no pictures: this Java has no fonts to draw them with.\n\n");
    }
    PeerSummary peers = PeerSummary.of(run.forks());
    glance(page, run.facts(), summary, pictures, peers.rows().isEmpty());
    append(page, peers);
    appendInputs(page, run.inputs());
    for (Workload workload : Workload.values()) {
      append(page, workload, summary, pictures);
    }
    append(page, summary.strided());
    append(page, options);
    append(page, threads);
    append(page, cold, pictures);
    append(page, worst);
    append(page, steps);
    page.append("\n## How it was measured\n\n| | |\n|---|---|\n");
    run.facts().forEach((name, value) -> row(page, name, value));
    page.append('\n').append(HOW_TO_READ);
    page.append(summary.groups().isEmpty() ? "" : STEADY_STATE);
    page.append(peers.rows().isEmpty() ? "" : BESIDE_OTHERS);
    page.append(peers.others().stream().anyMatch(Implementation::isOfPython) ? OF_PYTHON : "");
    page.append(options.lines().isEmpty() ? "" : OPTIONS);
    page.append(threads.lines().isEmpty() ? "" : MANY_THREADS);
    page.append(cold.groups().isEmpty() ? "" : COLD_START);
    page.append(worst.lines().isEmpty() ? "" : WORST_CALL);
    page.append(steps.lines().isEmpty() ? "" : TRAINING_STEP);
    return page.toString();
  }

  /**
   * What a reader wants to know first: on what, and how much faster.
   *
   * @param table whether there is one: where another follows that has the same and more, there is
   *     not
   */
  private static void glance(
      StringBuilder page,
      Map<String, String> facts,
      Summary summary,
      Pictures pictures,
      boolean table) {
    String vectors = facts.containsKey("`vector` is") ? "`vector` is" : "`best` is";
    // Of each as much as stands before a comma.
    String on =
        Stream.of("CPU", "JDK", vectors)
            .filter(facts::containsKey)
            .map(name -> (name.equals("JDK") ? "JDK " : "") + facts.get(name).split(",")[0])
            .collect(Collectors.joining(", "));
    if (!on.isEmpty()) {
      page.append("On ").append(on).append(".\n\n");
    }
    List<Headline.Row> rows = Headline.rows(summary);
    if (rows.isEmpty()) {
      return;
    }
    page.append("## At a glance\n\n");
    pictures.append(page, Pictures.OVERVIEW);
    if (!table) {
      return;
    }
    row(page, Headline.COLUMNS.toArray(new String[0]));
    page.append(Headline.ALIGNMENT).append('\n');
    rows.forEach(each -> row(page, each.cells().toArray(new String[0])));
  }

  private static void append(StringBuilder page, PeerSummary peers) {
    if (peers.rows().isEmpty()) {
      return;
    }
    page.append("\n## Beside others\n\nHow many times as long as `best` each takes.\n\n");
    List<String> columns = new ArrayList<>(List.of("", "rows × columns", "best, ns"));
    peers.others().forEach(other -> columns.add(other.toString()));
    row(page, columns.toArray(new String[0]));
    page.append("|---|---|--:").append("|:--".repeat(peers.others().size())).append("|\n");
    for (PeerSummary.Row each : peers.rows()) {
      List<String> cells = new ArrayList<>();
      cells.add(each.workload().shortTitle());
      cells.add(each.shape().heading("×"));
      cells.add(Numbers.nanos(each.best().estimate()));
      peers.others().forEach(other -> cells.add(cell(each.cells().get(other))));
      row(page, cells.toArray(new String[0]));
    }
  }

  /** Empty of what was not measured. */
  public static String cell(PeerSummary.Cell cell) {
    if (cell == null) {
      return "";
    }
    return cell.differs() ? "differs: " + cell.value() : Numbers.ratio(cell.ofBest());
  }

  private static void appendInputs(
      StringBuilder page, Map<String, Map<String, Map<String, String>>> inputs) {
    if (inputs.isEmpty()) {
      return;
    }
    List<String> names =
        inputs.values().stream()
            .flatMap(ofLoss -> ofLoss.values().stream())
            .flatMap(ofInput -> ofInput.keySet().stream())
            .map(Implementation::of)
            .distinct()
            .sorted()
            .map(Implementation::toString)
            .toList();
    page.append("\n### What they give for special inputs\n\n");
    List<String> columns = new ArrayList<>(List.of("", "input"));
    columns.addAll(names);
    row(page, columns.toArray(new String[0]));
    page.append("|---|---").append("|:--".repeat(names.size())).append("|\n");
    inputs.forEach(
        (loss, ofLoss) ->
            ofLoss.forEach(
                (input, values) -> {
                  List<String> cells = new ArrayList<>(List.of(Workload.named(loss), input));
                  names.forEach(name -> cells.add(values.getOrDefault(name, "")));
                  row(page, cells.toArray(new String[0]));
                }));
  }

  private static void append(
      StringBuilder page, Workload workload, Summary summary, Pictures pictures) {
    List<Summary.Group> groups =
        summary.groups().stream().filter(group -> group.workload() == workload).toList();
    if (groups.isEmpty()) {
      return;
    }
    page.append(String.format(Locale.ROOT, "\n## %s\n\n", workload.title()));
    pictures.append(page, workload.method());
    row(
        page,
        "rows × columns",
        "",
        "ns/call",
        "± 95%",
        "× textbook",
        "of read speed",
        "Gelem/s",
        "GB/s",
        "B/op",
        "max/min fork");
    page.append("|---|---|--:|--:|:--|--:|--:|--:|--:|--:|\n");
    for (Summary.Group group : groups) {
      String shape = group.shape().heading("×");
      for (Summary.Line line : group.lines()) {
        row(
            page,
            shape,
            line.marked(),
            Numbers.nanos(line.nanos().estimate()),
            Numbers.nanos(line.error()),
            speedup(line),
            Numbers.ratio(line.ofProbe()),
            Numbers.giga(line.elementsPerSecond()),
            Numbers.giga(line.bytesPerSecond()),
            Numbers.bytes(line.bytesPerCall()),
            Table.spread(line));
        shape = ""; // once for its lines
      }
    }
  }

  private static void append(StringBuilder page, List<Summary.Strided> strided) {
    if (strided.isEmpty()) {
      return;
    }
    page.append("\n## Strided, of contiguous speed\n\n");
    row(page, "", "rows × columns", "", "of contiguous");
    page.append("|---|---|---|:--|\n");
    for (Summary.Strided line : strided) {
      row(
          page,
          line.workload().title(),
          line.shape().heading("×"),
          line.implementation().toString(),
          ratio(line.ofContiguous()));
    }
  }

  private static void append(StringBuilder page, ColdSummary cold, Pictures pictures) {
    if (cold.groups().isEmpty()) {
      return;
    }
    page.append("\n## Cold start\n\n");
    pictures.append(page, Pictures.COLD);
    row(
        page,
        "",
        "rows × columns",
        "",
        "1st call, ms",
        "10th call, ms",
        "100 calls, ms",
        "steady from",
        "1st / scalar's",
        "100 / the better's");
    page.append("|---|---|---|--:|--:|--:|--:|:--|:--|\n");
    for (ColdSummary.Group group : cold.groups()) {
      for (ColdSummary.Line line : group.lines()) {
        row(
            page,
            group.workload().title(),
            group.shape().heading("×"),
            line.name(),
            Numbers.millis(line.first()),
            Numbers.millis(line.tenth()),
            Numbers.millis(line.all()),
            Numbers.whole(line.steadyFrom()),
            Numbers.ratio(line.firstOfScalar()),
            Numbers.ratio(line.allOfBetter()));
      }
    }
  }

  private static void append(StringBuilder page, WorstSummary worst) {
    if (worst.lines().isEmpty()) {
      return;
    }
    page.append("\n## Longest of the first 100,000 calls\n\n");
    row(page, WORST_COLUMNS.toArray(new String[0]));
    page.append(WORST_ALIGNMENT).append('\n');
    for (WorstSummary.Line line : worst.lines()) {
      row(
          page,
          line.workload().title(),
          line.shape().heading("×"),
          line.name(),
          Numbers.millis(line.largest().median()),
          Numbers.millis(line.largest().worst()),
          Numbers.micros(line.p999().median()),
          Numbers.micros(line.p999().worst()),
          Integer.toString(line.vms()));
    }
  }

  private static void append(StringBuilder page, OptionsSummary options) {
    if (options.lines().isEmpty()) {
      return;
    }
    page.append("\n## What options cost\n\n");
    row(page, "", "rows × columns", "", "", "ns/call", "× without", "B/op");
    page.append("|---|---|---|---|--:|:--|--:|\n");
    for (OptionsSummary.Line line : options.lines()) {
      row(
          page,
          line.workload().title(),
          line.shape().heading("×"),
          line.option(),
          line.name(),
          Numbers.nanos(line.nanos().estimate()),
          Numbers.ratio(line.ofPlain()),
          Numbers.bytes(line.bytesPerCall()));
    }
  }

  private static void append(StringBuilder page, ThreadsSummary threads) {
    if (threads.lines().isEmpty()) {
      return;
    }
    page.append("\n## ").append(ManyThreads.THREADS).append(" threads, one loss\n\n");
    row(page, "", "rows × columns", "", "calls/s", "× one thread", "B/op");
    page.append("|---|---|---|--:|:--|--:|\n");
    for (ThreadsSummary.Line line : threads.lines()) {
      row(
          page,
          line.workload().title(),
          line.shape().heading("×"),
          line.name(),
          Numbers.whole(line.callsPerSecond()),
          Numbers.ratio(line.ofOneThread()),
          Numbers.bytes(line.bytesPerCall()));
    }
  }

  private static void append(StringBuilder page, StepSummary steps) {
    if (steps.lines().isEmpty()) {
      return;
    }
    page.append("\n## Training step\n\n");
    row(page, "", "ns/step", "× textbook", "the loss's share, %");
    page.append("|---|--:|:--|:--|\n");
    for (StepSummary.Line line : steps.lines()) {
      row(
          page,
          line.name(),
          Numbers.nanos(line.nanos().estimate()),
          Table.isTextbook(line.name()) ? "1" : ratio(line.speedup()),
          Numbers.percent(line.lossShare()));
    }
  }

  private static String speedup(Summary.Line line) {
    if (Table.isTextbook(line.name())) {
      return "1";
    }
    return ratio(line.speedup());
  }

  static String ratio(Interval ratio) {
    boolean same = ratio != null && ratio.contains(1);
    return Numbers.ratio(ratio) + (same ? ", no difference" : "");
  }

  public static void row(StringBuilder page, String... cells) {
    for (String cell : cells) {
      page.append("| ").append(cell.replace("|", "\\|")).append(' ');
    }
    page.append("|\n");
  }
}

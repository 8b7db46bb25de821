package org.simdloss.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.RunResult;

/** The summary as a Markdown page that says by itself how its numbers came about. */
final class Report {
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
      - **ns/call**: the mean time of one call, over the rounds.
      - **± 95%**: half the confidence interval (Student's t) over the forks; with one round, over
        the iterations of its only fork, which says nothing of how forks differ.
      - **× textbook**: the textbook loop's time by this one's, so more is better: the geometric mean
        over the rounds, each compared with the loop of the same round, and its 95% interval. With
        one round there is no interval. "No difference" means that the interval includes 1.
      - **Of probe**: the read probe's time by this one's. The probe only reads, on one thread, what
        the loss must read; 1.00 would be a loss that computes in no time. It writes nothing, so a
        loss that writes a gradient too is further from it. Where there is a probe on several threads,
        which is where all targets are read and they and the predictions are 1 MB or more, `parallel`
        is compared with that one; elsewhere with one thread's, so that it can be above 1.
      - **Gelem/s**, **GB/s**: predictions (or logits) that the call must read; the bytes of these, of
        targets, and of the gradient that it writes. Cross-entropy with labels reads one prediction
        and one label a row. The probe's own GB/s are of what it reads.
      - **B/op**: bytes allocated by a call, without the kilobyte an iteration that is JMH's own.
      - **Slowest/fastest fork**: the mean time in the slowest fork by that in the fastest one: how far
        a single run of a VM can be off. With one round there is none.
      - **Rows 16 apart**: padding follows each row, which the library neither reads nor writes. The
        textbook loop and the probe run on the same rows without padding. **Of contiguous** is the
        library's own time without padding by its time with it, in the same round: below 1, padding
        makes it slower.
      - `parallel` stays on the calling thread where a batch is small.
      """;

  private static final String COLD_START =
      """
      - **Cold start**: each of the first 100 calls in a fresh VM, timed by itself, in milliseconds;
        the means over the rounds, and half their 95% intervals. The first call loads the library's
        classes, chooses the backend and makes the loss. Between two calls JMH does its own work,
        while the VM's compilers go on with theirs.
      - **Steady from**: the number of the first call that takes at most 1.5 times the median of the
        last 20 calls, if from it on the median of any five in a row does so too.
      - **1st, of scalar's**: the first call's time by that of `scalar` in the same round, so less is
        better: the geometric mean over the rounds, and its 95% interval.
      - **100, of the better**: the same of the 100 calls together, by those of `scalar` or `vector`,
        whichever takes less over all rounds.
      """;

  private static final String TRAINING_STEP =
      """
      - **Training step**: a mini-batch of 100 drawn digits is gathered, goes forward through a network
        of 784, 50 and 10 units, and the weights follow the gradient; matrix products are plain loops.
        **The loss's share** is the part of that time in which the loss and its gradient are computed.
      """;

  private Report() {}

  /**
   * @param run what is to be said of the run as a whole, by name
   * @param status whether the run is complete, and what failed
   */
  static String of(
      Map<String, String> run,
      List<String> status,
      Map<String, Set<String>> backends,
      Results results,
      Summary summary,
      ColdSummary cold) {
    StringBuilder page = new StringBuilder("# simdloss benchmark report\n\n");
    for (String line : status) {
      page.append(line).append("\n\n");
    }
    page.append("| | |\n|---|---|\n");
    facts(run, backends, results).forEach((name, value) -> row(page, name, value));
    for (Summary.Group group : summary.groups()) {
      append(page, group);
    }
    append(page, summary.strided());
    append(page, cold);
    StepSummary steps = StepSummary.of(results);
    append(page, steps);
    page.append('\n').append(HOW_TO_READ);
    page.append(summary.groups().isEmpty() ? "" : STEADY_STATE);
    page.append(cold.groups().isEmpty() ? "" : COLD_START);
    page.append(steps.lines().isEmpty() ? "" : TRAINING_STEP);
    return page.toString();
  }

  private static Map<String, String> facts(
      Map<String, String> run, Map<String, Set<String>> backends, Results results) {
    Map<String, String> facts = new LinkedHashMap<>(Machine.facts());
    results.merged().stream()
        .findFirst()
        .map(RunResult::getParams)
        .ifPresent(params -> vm(facts, params));
    backends.forEach((name, said) -> facts.put("`" + name + "` is", String.join("; ", said)));
    facts.putAll(run);
    return facts;
  }

  private static void vm(Map<String, String> facts, BenchmarkParams params) {
    facts.put(
        "JDK", params.getJdkVersion() + ", " + params.getVmName() + ", " + params.getVmVersion());
    facts.put("VM flags", "`" + String.join(" ", params.getJvmArgs()) + "`");
    facts.put("JMH", params.getJmhVersion());
    facts.put("Warm-up", params.getWarmup().getCount() + " × " + params.getWarmup().getTime());
    facts.put(
        "Measured", params.getMeasurement().getCount() + " × " + params.getMeasurement().getTime());
  }

  private static void append(StringBuilder page, Summary.Group group) {
    page.append(
        String.format(
            Locale.ROOT, "\n## %s, %s\n\n", group.workload().title(), group.shape().heading("×")));
    row(
        page,
        "",
        "ns/call",
        "± 95%",
        "× textbook",
        "of probe",
        "Gelem/s",
        "GB/s",
        "B/op",
        "slowest/fastest fork");
    page.append("|---|--:|--:|:--|--:|--:|--:|--:|--:|\n");
    for (Summary.Line line : group.lines()) {
      row(
          page,
          line.name(),
          Numbers.nanos(line.nanos().estimate()),
          Numbers.nanos(line.error()),
          speedup(line),
          Numbers.ratio(line.ofProbe()),
          Numbers.giga(line.elementsPerSecond()),
          Numbers.giga(line.bytesPerSecond()),
          Numbers.bytes(line.bytesPerCall()),
          Table.spread(line));
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

  private static void append(StringBuilder page, ColdSummary cold) {
    if (cold.groups().isEmpty()) {
      return;
    }
    page.append("\n## Cold start\n\n");
    row(
        page,
        "",
        "rows × columns",
        "",
        "1st call, ms",
        "10th call, ms",
        "100 calls, ms",
        "steady from",
        "1st, of scalar's",
        "100, of the better");
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

  private static String ratio(Interval ratio) {
    boolean same = ratio != null && ratio.contains(1);
    return Numbers.ratio(ratio) + (same ? ", no difference" : "");
  }

  private static void row(StringBuilder page, String... cells) {
    for (String cell : cells) {
      page.append("| ").append(cell.replace("|", "\\|")).append(' ');
    }
    page.append("|\n");
  }
}

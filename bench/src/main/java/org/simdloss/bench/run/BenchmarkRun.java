package org.simdloss.bench.run;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.BenchmarkException;
import org.openjdk.jmh.runner.NoBenchmarksException;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.simdloss.bench.ForkBackend;
import org.simdloss.bench.cli.ModuleVm;
import org.simdloss.bench.cli.OutputFolder;
import org.simdloss.bench.cli.Progress;
import org.simdloss.bench.cli.UsageException;
import org.simdloss.bench.losses.SpecialInputs;
import org.simdloss.bench.plan.Case;
import org.simdloss.bench.plan.Plan;
import org.simdloss.bench.plan.Timing;
import org.simdloss.bench.report.RunFiles;
import org.simdloss.bench.statistics.Noise;
import org.simdloss.bench.statistics.Numbers;
import org.simdloss.bench.statistics.Run;

/**
 * Runs rounds: one fork of every case, then again, until the plan is done. The files are rewritten
 * as it goes, so that a run can be interrupted at any time and what it measured is there.
 */
public final class BenchmarkRun {
  private static final double SECONDS_BETWEEN_WRITES = 10;

  private static final long STOPPING_MILLIS = 500;

  /** What a fork takes besides its iterations; a guess, until the first ones have been timed. */
  private static final double FORK_SECONDS = 0.6;

  /** Calls before the first iteration: of the best backend, more than of the others. */
  private static final double PRIMING_SECONDS = 0.9;

  private final Plan plan;
  private final Options jmh;
  private final List<Case> cases;
  private final Path predictions;
  private final OutputFolder folder;
  private final Map<String, String> facts;
  private final Progress progress;
  private final PrintStream err;

  private final Results results = new Results();
  private final ForkBackend backends = new ForkBackend();
  private final SpecialInputs inputs = new SpecialInputs();
  private final List<String> failures = new ArrayList<>();
  private final long start = System.nanoTime();
  private int forksRun;
  private int roundsDone;
  private int roundsExpected;
  private boolean ended;

  /** Whether all is done; else who stops it wants what there is. */
  private volatile boolean done;

  /** Whether nothing is to be written any more. */
  private boolean closed;

  /** Why the last write failed; null if it did not. */
  private String writeProblem;

  private final double loadBefore = Machine.load();
  private String lastFailure = "";

  /**
   * @param predictions the file that benchmarks take predictions from; null for random ones
   */
  public BenchmarkRun(
      Plan plan,
      Options jmh,
      List<Case> cases,
      Path predictions,
      OutputFolder folder,
      Map<String, String> facts,
      Progress progress,
      PrintStream err) {
    this.plan = plan;
    this.jmh = jmh;
    this.cases = cases;
    this.predictions = predictions;
    this.folder = folder;
    this.facts = facts;
    this.progress = progress;
    this.err = err;
  }

  /**
   * Runs all rounds; what a fork that fails has printed is shown, and the next one is run.
   *
   * @throws UsageException if JMH refuses the options
   */
  public void run() throws IOException {
    prepareUserFiles();
    noise().forEach(noise -> err.println("bench: " + noise));
    Runtime.getRuntime().addShutdownHook(new Thread(this::writeWhenStopped));
    try {
      runRounds();
    } finally {
      done = true;
    }
  }

  private void runRounds() throws IOException {
    double lastWrite = 0;
    roundsExpected = plan.expectedRounds(0, 0, secondsPerFork() * cases.size());
    do {
      for (int i = 0; i < cases.size(); i++) {
        runFork(cases.get(i), i);
        if (ended || seconds() - lastWrite > SECONDS_BETWEEN_WRITES) {
          write(i + 1, ended);
          lastWrite = seconds();
        }
        if (ended) {
          return;
        }
      }
      roundsDone++;
      roundsExpected = plan.expectedRounds(roundsDone, seconds(), secondsPerFork() * cases.size());
      write(0, true);
    } while (roundsDone < roundsExpected);
    progress.clear();
    writeUserFile();
  }

  private void runFork(Case one, int index) throws IOException {
    Runnable show =
        () ->
            progress.show(
                String.format(
                    Locale.ROOT,
                    "round %d of %d, %d of %d: %s, %s left",
                    roundsDone + 1,
                    roundsExpected,
                    index + 1,
                    cases.size(),
                    one,
                    Progress.minutes(secondsLeft())));
    show.run();
    boolean verbose = jmh.verbosity().orElse(VerboseMode.NORMAL) == VerboseMode.EXTRA;
    ForkOutput output = new ForkOutput(verbose ? VerboseMode.EXTRA : VerboseMode.NORMAL, show);
    Collection<RunResult> fork = measure(one, output);
    if (fork.isEmpty() && isStopping()) {
      return; // it did not fail: the user has ended it too
    }
    forksRun++;
    backends.read(output.kept());
    inputs.read(output.kept());
    for (RunResult result : fork) {
      result.getBenchmarkResults().forEach(each -> results.add(one, roundsDone + 1, each));
    }
    if (fork.isEmpty()) {
      failures.add(one + ", round " + (roundsDone + 1));
    }
    if (verbose) {
      err.println(output.kept());
    } else if (fork.isEmpty()) {
      progress.clear();
      err.println("FAILED: " + one);
      String said = output.ofFork();
      err.println(said.equals(lastFailure) ? "(as above)" : said);
      lastFailure = said;
    }
    if (jmh.getOutput().hasValue()) {
      Files.writeString(Path.of(jmh.getOutput().get()), output.kept(), StandardOpenOption.APPEND);
    }
  }

  /** A user's Ctrl-C reaches the fork and this VM, in any order. */
  private synchronized boolean isStopping() {
    try {
      wait(STOPPING_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return closed;
  }

  /** Empty if the fork failed. */
  private Collection<RunResult> measure(Case one, ForkOutput output) {
    PrintStream systemOut = System.out;
    PrintStream systemErr = System.err;
    // JMH copies what a fork prints to these two, past its own output format.
    System.setOut(output.stream());
    System.setErr(output.stream());
    try {
      return new Runner(new ForkOptions(jmh, plan, one, predictions), output).run();
    } catch (RunnerException e) {
      if (!(e.getCause() instanceof BenchmarkException)) {
        throw refused(e);
      }
      ended = true; // by JMH's -foe
      return List.of();
    } catch (RuntimeException e) {
      if (jmh.getJvm().hasValue()) {
        throw new UsageException("-jvm is " + jmh.getJvm().get() + ", which does not run");
      }
      throw e;
    } finally {
      System.setOut(systemOut);
      System.setErr(systemErr);
    }
  }

  /**
   * Makes sure that no other run of JMH is on: it has a lock, which it takes before it looks what
   * there is to run.
   *
   * @throws UsageException if another has it
   */
  public static void checkThatNoOtherIsOn() {
    try {
      new Runner(new OptionsBuilder().include("^$").verbosity(VerboseMode.SILENT).build()).run();
    } catch (NoBenchmarksException e) {
      return; // as it should be
    } catch (RunnerException e) {
      throw refused(e);
    }
  }

  private static RuntimeException refused(RunnerException e) {
    return new UsageException(
        "JMH says: " + e.getMessage().lines().findFirst().orElse("JMH failed"));
  }

  /**
   * Of what there is. Who has it on a disk that is full loses what is written last, and nothing
   * that was there before; it is tried again with the next write.
   *
   * @param of forks of a round that is not complete; 0 if the last one is
   * @param whole whether pictures are drawn too, which takes a while
   */
  private synchronized void write(int of, boolean whole) {
    if (results.isEmpty() || closed) {
      return;
    }
    try {
      folder.write(Run.JMH_FILE, results.format(ResultFormatType.JSON));
      new RunFiles(folder)
          .write(new Run(facts(), status(of), inputs.said(), results.forks()), whole);
      writeProblem = null;
    } catch (IOException | RuntimeException e) { // of a page that fails no measurement is lost
      if (!e.toString().equals(writeProblem)) {
        progress.clear();
        err.println("bench: " + folder + " can not be written: " + e + "; measuring goes on");
      }
      writeProblem = e.toString();
    }
  }

  /** When the user stops it, what was measured is written, and nothing after that. */
  private void writeWhenStopped() {
    if (!done) {
      write(forksRun % cases.size(), true);
      synchronized (this) {
        closed = true;
      }
    }
  }

  private Map<String, String> facts() {
    Map<String, String> all = new LinkedHashMap<>(Machine.facts());
    results.merged().stream()
        .findFirst()
        .map(RunResult::getParams)
        .ifPresent(params -> addVm(all, params));
    backends.said().forEach((name, what) -> all.put("`" + name + "` is", String.join("; ", what)));
    all.put(
        "Load, before and after", Numbers.ratio(loadBefore) + ", " + Numbers.ratio(Machine.load()));
    all.putAll(facts);
    return all;
  }

  private static void addVm(Map<String, String> facts, BenchmarkParams params) {
    facts.put(
        "JDK", params.getJdkVersion() + ", " + params.getVmName() + ", " + params.getVmVersion());
    facts.put("VM flags", "`" + String.join(" ", params.getJvmArgs()) + "`");
    facts.put("JMH", params.getJmhVersion());
    facts.put("Warm-up", params.getWarmup().getCount() + " × " + params.getWarmup().getTime());
    facts.put(
        "Measured", params.getMeasurement().getCount() + " × " + params.getMeasurement().getTime());
  }

  private List<String> status(int of) {
    List<String> status = new ArrayList<>();
    noise().forEach(noise -> status.add(noise.markdown()));
    if (of > 0) {
      status.add(
          String.format(
              Locale.ROOT,
              "**Partial**: round %d has %d of its %d benchmarks.",
              roundsDone + 1,
              of,
              cases.size()));
    } else if (roundsDone < roundsExpected) {
      status.add("**Partial**: " + roundsDone + " of " + roundsExpected + " rounds.");
    } else {
      status.add("Complete: " + roundsDone + (roundsDone == 1 ? " round." : " rounds."));
    }
    for (String failure : failures) {
      status.add("**Failed**: " + failure + ".");
    }
    return status;
  }

  /** What is to be said of the machine, and of the JDK once that is known. */
  public List<Noise> noise() {
    List<Noise> all = new ArrayList<>();
    boolean isOurs = cases.stream().anyMatch(one -> one.timing() == Timing.MANY_THREADS);
    all.add(Noise.ofLoad(loadBefore, isOurs ? Double.NaN : Machine.load(), Machine.cores()));
    if (!ModuleVm.isPossible(jmh.getJvm().orElse(null))) {
      all.add(Noise.ofNoModule(ModuleVm.MODULE));
    }
    results.merged().stream()
        .findFirst()
        .map(result -> Runtime.Version.parse(result.getParams().getJdkVersion()))
        .ifPresent(version -> all.add(Noise.ofJdk(version)));
    all.removeIf(Objects::isNull);
    return all;
  }

  /** The files that JMH's -o, -rf and -rff ask for hold all rounds, and so are written here. */
  private void prepareUserFiles() {
    try {
      if (jmh.getOutput().hasValue()) {
        Files.writeString(Path.of(jmh.getOutput().get()), "");
      }
      if (userFile() != null) {
        Files.writeString(userFile(), "");
      }
    } catch (IOException e) {
      throw new UsageException("-o or -rff names a file that can not be written: " + e);
    }
  }

  private void writeUserFile() throws IOException {
    if (userFile() != null) {
      Files.write(userFile(), results.format(userFormat()));
    }
  }

  private Path userFile() {
    boolean wanted = jmh.getResult().hasValue() || jmh.getResultFormat().hasValue();
    String name = "jmh-result." + userFormat().toString().toLowerCase(Locale.ROOT);
    return wanted ? Path.of(jmh.getResult().orElse(name)) : null;
  }

  private ResultFormatType userFormat() {
    return jmh.getResultFormat().orElse(ResultFormatType.CSV);
  }

  private double secondsLeft() {
    int forks = Math.max(1, roundsExpected) * cases.size();
    return (forks - forksRun) * secondsPerFork();
  }

  private double secondsPerFork() {
    if (forksRun > 0) {
      return seconds() / forksRun;
    }
    double iterations = plan.shortIterations() ? 0.6 : 0.7;
    return FORK_SECONDS + PRIMING_SECONDS + iterations;
  }

  private double seconds() {
    return (System.nanoTime() - start) / 1e9;
  }

  /** What was measured, as far as it goes. */
  public Run result() {
    return new Run(facts(), status(0), inputs.said(), results.forks());
  }

  /** Null if all is written. */
  public String writeProblem() {
    return writeProblem;
  }

  int rounds() {
    return roundsDone;
  }

  public List<String> failures() {
    return failures;
  }
}

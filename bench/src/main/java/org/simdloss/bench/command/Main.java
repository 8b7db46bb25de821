package org.simdloss.bench.command;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.jar.Manifest;
import org.openjdk.jmh.profile.ProfilerException;
import org.openjdk.jmh.profile.ProfilerFactory;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.ProfilerConfig;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.simdloss.bench.Implementation;
import org.simdloss.bench.cli.OutputFolder;
import org.simdloss.bench.cli.Paint;
import org.simdloss.bench.cli.Progress;
import org.simdloss.bench.cli.UsageException;
import org.simdloss.bench.data.SeededBatch;
import org.simdloss.bench.losses.Peer;
import org.simdloss.bench.plan.Case;
import org.simdloss.bench.plan.Plan;
import org.simdloss.bench.plan.Selection;
import org.simdloss.bench.report.RunFiles;
import org.simdloss.bench.report.Table;
import org.simdloss.bench.run.BenchmarkRun;
import org.simdloss.bench.statistics.ColdSummary;
import org.simdloss.bench.statistics.Noise;
import org.simdloss.bench.statistics.OptionsSummary;
import org.simdloss.bench.statistics.Run;
import org.simdloss.bench.statistics.Settled;
import org.simdloss.bench.statistics.StepSummary;
import org.simdloss.bench.statistics.Summary;
import org.simdloss.bench.statistics.ThreadsSummary;
import org.simdloss.bench.statistics.WorstSummary;
import org.simdloss.bench.train.PredictionFile;
import org.simdloss.bench.train.Train;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line of bench.jar. */
@Command(
    name = "java -jar bench.jar",
    customSynopsis = {
      "java -jar bench.jar [--quick | --full | --headline | --cold | --peers]",
      "                    [--rounds N | --time MINUTES] [--out DIR] [JMH options] [benchmarks...]",
      "java -jar bench.jar check | train | compare OLD NEW | report DIR | arrays FILE"
    },
    description = {
      "%nMeasures how fast the losses are, next to the same formulas as plain loops (the textbook"
          + " loops) and to a loop that only reads the same data (the read probe). Options with two"
          + " dashes are its own. Options with one dash are JMH's, and -h lists them. Other words are"
          + " regular expressions that choose benchmarks, and -l lists these.%n",
      "-p implementation=best,scalar measures these two only. There are best (the default backend,"
          + " once it has gone over to vectors), vector, scalar, parallel, textbook, and those of --peers,"
          + " of which this jar always has vector-loop and vector-loop-threads. Without this option the"
          + " first five are measured, but parallel only where a batch has "
          + Implementation.LEAST_PARALLEL_ELEMENTS
          + " elements or more: below that it is the same as vector. In cold starts there is no"
          + " parallel.%n",
      "-p shape=1000x10,60000x10 measures batches of these rows x columns. A third number is the"
          + " distance between the rows, for rows with padding: 60000x10/16. Without this option"
          + " each loss has its own shapes: 100x10, 1000x10 and 60000x10; for softmax 1000x10,"
          + " 60000x10, 128x1000 and 64x32000; for gradients, but softmax's, and for softmax with any"
          + " targets, 60000x10. --full has more.%n",
      "Examples:%n",
      "  java -jar bench.jar --quick",
      "  java -jar bench.jar --rounds 5 -p shape=1000x10 OneHot",
      "  java -jar bench.jar --rounds 5 -p implementation=best,vector-loop,textbook squaredError$",
      "  java -jar bench.jar --full --out results/new -jvm /path/to/java",
      "  java -jar bench.jar compare results/old results/new --limit 10",
      "  java -jar bench.jar train --mnist data",
      "%nA command (check, train, compare, report, arrays) must be the first word.%n"
    },
    subcommands = Check.class,
    versionProvider = Main.Version.class,
    usageHelpWidth = 100,
    sortOptions = false,
    separator = " ")
public final class Main implements Callable<Integer> {
  public static final int OK = 0;
  static final int FAILED = 1;
  public static final int WRONG_USE = 2;

  /** JMH's options that only print something. */
  private static final Set<String> JMH_PRINTS = Set.of("-h", "-l", "-lp", "-lprof", "-lrf");

  /** Of a run's facts those that are printed above the table. */
  private static final List<String> SAID_FIRST =
      List.of("CPU", "Cores", "JDK", "`vector` is", "`best` is", "Load, before and after");

  @Option(names = "--quick", description = "One round of the losses at 60000x10, about a minute.")
  private boolean quick;

  @Option(
      names = "--full",
      description =
          "Five rounds of everything: more shapes, 16 threads that share a loss, cold starts, the"
              + " longest calls and training steps; about 50 minutes.")
  private boolean full;

  @Option(
      names = "--headline",
      description =
          "Five rounds of what docs/performance.md shows: losses at 60000x10, for softmax also 1000x10,"
              + " 128x1000 and 64x32000; cold starts, the longest calls and training steps; about half an"
              + " hour.")
  private boolean headline;

  @Option(
      names = "--cold",
      description =
          "Five rounds of cold starts only, some minutes: each of the first 100 calls in a new VM, at"
              + " 60000x10, and the longest of the first 100,000, at 100x10. JMH's options of"
              + " iterations and warm-up do not apply to them.")
  private boolean cold;

  @Option(
      names = "--peers",
      description =
          "Five rounds of the losses beside what others would take, about half an hour: the textbook"
              + " loop, a plain loop of the Vector API (vector-loop), and in bench-peers.jar, which"
              + " mvn -Ppeers makes, DJL on PyTorch (djl, and djl-copy with arrays that each call"
              + " makes); vector-loop-threads and djl-threads use all cores. Numbers of Python"
              + " (numpy, pytorch, pytorch-threads, jax) can be added by the command report.")
  private boolean peers;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description =
          "The number of rounds. In a round each benchmark runs once, in a new VM (a fork). JMH's -f N"
              + " means the same.")
  private Integer rounds;

  @Option(
      names = "--time",
      paramLabel = "MINUTES",
      description =
          "As many rounds as fit into this time, at least one. Without --rounds, --time and a plan"
              + " from above it is 5 minutes.")
  private Double minutes;

  @Option(
      names = "--synthetic",
      description =
          "Use random numbers as predictions. Without this option, batches of 10 columns have the"
              + " predictions of a small network on generated images of digits. The images and the"
              + " network are made once, in some seconds, and kept in results/data.")
  private boolean synthetic;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "The folder for the files; by default results/<date>-jdk<N>.")
  private Path out;

  @Option(names = "--help", usageHelp = true, description = "Print this help.")
  private boolean help;

  @Option(names = "--version", versionHelp = true, description = "Print the version.")
  private boolean version;

  private final String[] args;
  private final PrintStream stdout;
  private final PrintStream stderr;
  private List<String> jmhArgs = List.of();
  private CommandLine commandLine;

  private Main(String[] args, PrintStream stdout, PrintStream stderr) {
    this.args = args;
    this.stdout = stdout;
    this.stderr = stderr;
  }

  public static void main(String[] args) {
    System.exit(run(args, System.out, System.err));
  }

  /** Returns the exit code. */
  public static int run(String[] args, PrintStream stdout, PrintStream stderr) {
    Main main = new Main(args, stdout, stderr);
    CommandLine commandLine =
        new CommandLine(main)
            .addSubcommand(new Compare(stdout))
            .addSubcommand(new Render(stdout))
            .addSubcommand(new ArrayFile(stdout, stderr))
            .addSubcommand(new Train(Main.class, rest(args), stdout, stderr))
            .setOut(new PrintWriter(stdout, true))
            .setErr(new PrintWriter(stderr, true))
            .setParameterExceptionHandler((e, rest) -> complain(stderr, e.getMessage()))
            .setExecutionExceptionHandler(
                (e, command, result) -> {
                  if (e instanceof UsageException) {
                    return complain(stderr, e.getMessage());
                  }
                  throw e;
                });
    if (args.length > 0 && commandLine.getSubcommands().containsKey(args[0])) {
      return commandLine.execute(args);
    }
    Arguments arguments = Arguments.split(args, commandLine.getCommandSpec());
    main.jmhArgs = arguments.jmh();
    main.commandLine = commandLine;
    return commandLine.execute(arguments.ours().toArray(new String[0]));
  }

  private static List<String> rest(String[] args) {
    return List.of(args).subList(Math.min(1, args.length), args.length);
  }

  private static int complain(PrintStream stderr, String message) {
    stderr.println("bench: " + message.lines().findFirst().orElse("") + " (--help tells more)");
    return WRONG_USE;
  }

  @Override
  public Integer call() throws IOException {
    CommandLineOptions jmh = jmhOptions();
    if (jmhArgs.stream().anyMatch(JMH_PRINTS::contains)) {
      org.openjdk.jmh.Main.main(jmhArgs.toArray(new String[0]));
      return OK;
    }
    Plan plan = plan(jmh.getForkCount().orElse(null));
    Selection.checkParameterNames(jmhArgs);
    checkProfilers(jmh);
    List<Case> cases = cases(jmh, plan);
    BenchmarkRun.checkThatNoOtherIsOn();
    OutputFolder folder = new OutputFolder(out != null ? out : defaultFolder(jmh));
    return measure(plan, jmh, cases, folder);
  }

  private CommandLineOptions jmhOptions() {
    try {
      return new CommandLineOptions(jmhArgs.toArray(new String[0]));
    } catch (CommandLineOptionException e) {
      throw new UsageException("JMH says: " + e.getMessage());
    }
  }

  /**
   * @param forks JMH's -f, or null
   */
  private Plan plan(Integer forks) {
    List<Plan> given = new ArrayList<>();
    given.addAll(quick ? List.of(Plan.QUICK) : List.of());
    given.addAll(full ? List.of(Plan.FULL) : List.of());
    given.addAll(headline ? List.of(Plan.HEADLINE) : List.of());
    given.addAll(cold ? List.of(Plan.COLD) : List.of());
    given.addAll(peers ? List.of(Plan.PEERS) : List.of());
    if (given.size() > 1) {
      throw new UsageException(
          "of --quick, --full, --headline, --cold and --peers several are given; allowed: one");
    }
    if (rounds != null && rounds < 1) {
      throw new UsageException("--rounds is " + rounds + "; allowed: 1 or more");
    }
    if (forks != null && forks < 1) {
      throw new UsageException("-f is " + forks + "; allowed: 1 or more, since a round is a fork");
    }
    if (minutes != null && !(minutes > 0 && minutes < 1e6)) {
      throw new UsageException("--time is " + minutes + "; allowed: more than 0, in minutes");
    }
    int limits = (rounds != null ? 1 : 0) + (forks != null ? 1 : 0) + (minutes != null ? 1 : 0);
    if (limits > 1) {
      throw new UsageException("of --rounds, -f and --time several are given; allowed: one");
    }
    Plan plan = given.isEmpty() ? Plan.DEFAULT : given.get(0);
    if (minutes != null) {
      return plan.withMinutes(minutes);
    }
    Integer number = rounds != null ? rounds : forks;
    return number != null ? plan.withRounds(number) : plan;
  }

  /** Of a first word that selects nothing, and is like a command's name, says that. */
  private List<Case> cases(CommandLineOptions jmh, Plan plan) {
    try {
      return Selection.cases(jmh, plan);
    } catch (UsageException e) {
      String word = args.length > 0 ? args[0] : "-";
      List<String> alike =
          word.startsWith("-")
              ? List.of()
              : new UnmatchedArgumentException(commandLine, List.of(word))
                  .getSuggestions().stream()
                      .filter(each -> each.charAt(0) == word.charAt(0)) // others are unlike it
                      .toList();
      throw alike.isEmpty()
          ? e
          : new UsageException(
              "'"
                  + word
                  + "' is no command and selects no benchmark; did you mean "
                  + alike.get(0)
                  + "?");
    }
  }

  private static void checkProfilers(CommandLineOptions jmh) {
    for (ProfilerConfig profiler : jmh.getProfilers()) {
      try {
        ProfilerFactory.getProfilerOrException(profiler);
      } catch (ProfilerException e) {
        throw new UsageException(
            "-prof is " + profiler.getKlass() + ", which can not be had here; -lprof lists them");
      }
    }
  }

  private static Path defaultFolder(CommandLineOptions jmh) {
    // Of another VM the version is not known yet.
    return OutputFolder.dated(jmh.getJvm().hasValue() ? "" : "-jdk" + Runtime.version().feature());
  }

  private int measure(Plan plan, CommandLineOptions jmh, List<Case> cases, OutputFolder folder)
      throws IOException {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("Library", "simdloss " + Version.number() + ", commit " + Version.commit());
    facts.put("Seed", Long.toString(SeededBatch.SEED));
    facts.put(
        "Predictions",
        synthetic
            ? "random"
            : "of a network trained on drawn digits, where there are 10 columns; else random");
    facts.put("Date", LocalDateTime.now().truncatedTo(ChronoUnit.SECONDS).toString());
    facts.put("Command", "`java -jar " + jar() + " " + String.join(" ", args) + "`");
    boolean silent = jmh.verbosity().orElse(VerboseMode.NORMAL) == VerboseMode.SILENT;
    Progress progress = new Progress(stderr, Progress.onTerminal(), silent);
    Path predictions = synthetic ? null : predictions(progress);
    if (!silent) {
      stderr.println(
          "Benchmarks in a round: "
              + cases.size()
              + ". Files, rewritten as it goes, are in "
              + folder
              + ".");
      if (plan.peers() && !Implementation.DJL.isHere()) {
        stderr.println("DJL is left out: this jar does not have it; " + Peer.WHERE + ".");
      }
    }
    BenchmarkRun run =
        new BenchmarkRun(plan, jmh, cases, predictions, folder, facts, progress, stderr);
    run.run();
    print(run, folder);
    return run.failures().isEmpty() && run.writeProblem() == null ? OK : FAILED;
  }

  /** The name of the one that runs. */
  private static String jar() {
    boolean peers = System.getProperty("java.class.path").endsWith("bench-peers.jar");
    return peers ? "bench-peers.jar" : "bench.jar";
  }

  /** The file with the predictions that forks read. */
  static Path predictions(Progress progress) {
    try {
      return PredictionFile.get(progress);
    } catch (IOException e) {
      throw new UsageException("no predictions can be made: " + e + "; --synthetic needs no files");
    }
  }

  private void print(BenchmarkRun run, OutputFolder folder) {
    Paint paint = Paint.ofThisTerminal();
    Run result = run.result();
    for (String name : SAID_FIRST) {
      if (result.facts().containsKey(name)) {
        stdout.println(name.replace("`", "") + ": " + result.facts().get(name));
      }
    }
    Summary summary = Summary.of(result.forks());
    ColdSummary cold = ColdSummary.of(result.forks());
    run.noise().forEach(noise -> warn(paint, noise.toString()));
    for (Noise noise : Noise.of(summary)) {
      warn(paint, noise.toString());
    }
    if (!summary.groups().isEmpty()) {
      stdout.print(paint.table(Table.of(summary)));
      stdout.println();
      stdout.println(
          summary.rounds() < 2
              ? "error: half the 95% confidence interval, within the only fork."
              : "error: half the 95% confidence interval, over "
                  + summary.rounds()
                  + " forks. In brackets: the ratio's 95% interval.");
      stdout.println("x textbook: the textbook loop's time divided by this one's.");
      stdout.println(
          "of read speed: the time of a loop that only reads the same data, divided by this one's.");
      stdout.println(
          "               parallel is compared with such a loop on all threads, where there is one.");
      if (summary.rounds() > 1) {
        stdout.println("max/min: the slowest fork's time divided by the fastest one's.");
      }
    }
    stdout.print(paint.table(Table.of(OptionsSummary.of(result.forks()))));
    stdout.print(paint.table(Table.of(ThreadsSummary.of(result.forks()))));
    if (!cold.groups().isEmpty()) {
      stdout.print(paint.table(Table.of(cold)));
      stdout.println();
      stdout.println(
          "1st/scalar's: the first call's time divided by that of scalar, and its 95% interval.");
      stdout.println(
          "100/the better's: the time of 100 calls divided by that of scalar or vector, whichever"
              + " is less.");
      stdout.println("Of both, less is better.");
    }
    stdout.print(paint.table(Table.of(WorstSummary.of(result.forks()))));
    StepSummary steps = StepSummary.of(result.forks());
    if (!steps.lines().isEmpty()) {
      stdout.print(paint.table(Table.of(steps)));
    }
    Settled settled = Settled.of(result.forks());
    settled.said().forEach(line -> stdout.print(wrapped(line)));
    if (run.writeProblem() != null) {
      stdout.println(
          paint.failure("FAILED: " + folder + " can not be written: " + run.writeProblem()));
    } else if (!result.forks().isEmpty()) {
      stdout.println(
          "Written to "
              + folder
              + ": "
              + String.join(", ", RunFiles.PAGE, RunFiles.REPORT, Run.JMH_FILE, Run.RUN_FILE));
    }
    for (String failure : run.failures()) {
      stdout.println(paint.failure("FAILED: " + failure));
    }
  }

  private void warn(Paint paint, String text) {
    stdout.print(paint.warning(wrapped(text)));
  }

  private static String wrapped(String text) {
    return text.replaceAll("(.{1,99})(?: |$)", "$1%n".formatted());
  }

  /** As the jar's manifest says. */
  static final class Version implements CommandLine.IVersionProvider {
    /** The commit that it was built of; {@code -dirty} if files had been changed. */
    static String commit() {
      try (InputStream manifest = Main.class.getResourceAsStream("/META-INF/MANIFEST.MF")) {
        String commit =
            new Manifest(manifest).getMainAttributes().getValue("Implementation-Commit");
        // Built from sources without their history, the name of a property stands there.
        return commit == null || commit.startsWith("$") ? "unknown" : commit;
      } catch (IOException e) {
        return "unknown";
      }
    }

    static String number() {
      String number = Main.class.getPackage().getImplementationVersion();
      return number != null ? number : "(unpackaged)";
    }

    @Override
    public String[] getVersion() {
      return new String[] {"simdloss bench " + number()};
    }
  }
}

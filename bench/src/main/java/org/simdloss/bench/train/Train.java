package org.simdloss.bench.train;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.simdloss.Backend;
import org.simdloss.bench.chart.Charts;
import org.simdloss.bench.cli.ModuleVm;
import org.simdloss.bench.cli.OutputFolder;
import org.simdloss.bench.cli.Progress;
import org.simdloss.bench.cli.UsageException;
import org.simdloss.bench.digits.DigitFiles;
import org.simdloss.mnist.IdxFormatException;
import org.simdloss.mnist.Mnist;
import org.simdloss.mnist.Samples;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What the book shows: read MNIST, draw mini-batches, compute the loss, follow its gradient, and
 * see why it is the loss and not the accuracy that one descends.
 */
@Command(
    name = "train",
    description = {
      "Trains two networks on digits, and shows how their loss falls and their accuracy rises.",
      "It is the same to the last bit at every run."
    },
    separator = " ",
    sortOptions = false,
    usageHelpWidth = 100)
public final class Train implements Callable<Integer> {
  static final String PICTURE = "training.svg";
  static final String PAGE = "training.md";

  /** In which the VM that has the module learns whether a person watches. */
  private static final String TERMINAL = "simdloss.bench.terminal";

  @Option(
      names = "--mnist",
      paramLabel = "DIR",
      description =
          "A folder with MNIST's four files, plain or gzip. Without this option images of digits are"
              + " generated, once, and kept in results/data.")
  private Path mnist;

  @Option(
      names = "--iterations",
      paramLabel = "N",
      defaultValue = "10000",
      description =
          "The number of mini-batches, of 100 images each, that each network learns from; by default"
              + " 10000.")
  private int iterations;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "The folder for the picture and the table; by default results/<date>-train.")
  private Path out;

  @Option(names = "--help", usageHelp = true, description = "Print this help.")
  private boolean help;

  private final PrintStream stdout;
  private final PrintStream stderr;
  private final Class<?> main;
  private final List<String> args;

  /**
   * @param main the class whose main method takes this command, in a VM of its own
   * @param args the words after {@code train}
   */
  public Train(Class<?> main, List<String> args, PrintStream stdout, PrintStream stderr) {
    this.main = main;
    this.args = args;
    this.stdout = stdout;
    this.stderr = stderr;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (iterations < 1) {
      throw new UsageException("--iterations is " + iterations + "; allowed: 1 or more");
    }
    return ModuleVm.isThis() || !ModuleVm.isPossible() ? train() : trainInModuleVm();
  }

  /** Passes on all that it prints, but what the VM says of the module. */
  private int trainInModuleVm() throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of("train"));
    words.addAll(args);
    ProcessBuilder builder = ModuleVm.of(main, words);
    builder.command().add(1, "-D" + TERMINAL + "=" + Progress.onTerminal());
    return ModuleVm.run(builder, stdout, stderr);
  }

  private int train() throws IOException {
    String terminal = System.getProperty(TERMINAL);
    Progress progress =
        new Progress(
            stderr,
            terminal != null ? Boolean.parseBoolean(terminal) : Progress.onTerminal(),
            false);
    Path data = mnist != null ? mnist : digits(progress);
    progress.show("reading " + data);
    long start = System.nanoTime();
    Samples train = read(data, true);
    Samples test = read(data, false);
    double seconds = (System.nanoTime() - start) / 1e9;
    progress.clear();
    if (train.size() == 0 || test.size() == 0 || train.x().cols() != test.x().cols()) {
      throw new UsageException(
          data
              + " has "
              + train.images()
              + " to train on and "
              + test.images()
              + " for tests; allowed: 1 or more of each, of one size");
    }
    // Only now: who names data that is not there finds no empty folder.
    OutputFolder folder = new OutputFolder(out != null ? out : OutputFolder.dated("-train"));
    stdout.printf(
        Locale.ROOT,
        "Training %s%nTest     %s%nread from %s in %.2f s%n",
        train,
        test,
        data,
        seconds);
    List<Training> trainings =
        List.of(
            new Training(
                "softmax regression", train.x(), train.labels(), iterations, Backend.best()),
            new Training(
                "two-layer network",
                train.x(),
                train.labels(),
                iterations,
                Backend.best(),
                Training.HIDDEN));
    for (Training training : trainings) {
      run(training, train, test, progress);
    }
    OneWeight moved = OneWeight.of(trainings.get(0), test.x(), test.labels());
    TrainingPage page = new TrainingPage(trainings, moved);
    stdout.print(page.text());
    if (Charts.canDraw()) {
      folder.write(PICTURE, TrainingPicture.svg(trainings, moved));
    }
    folder.write(PAGE, page.markdown(data, train, test));
    stdout.println(
        "Written to "
            + folder
            + ": "
            + (Charts.canDraw() ? PICTURE + ", " : "(no picture: this Java has no fonts) ")
            + PAGE);
    return 0;
  }

  private static Path digits(Progress progress) {
    try {
      return DigitFiles.in(DigitFiles.ROOT, progress);
    } catch (IOException e) {
      throw new UsageException("digits can not be kept: " + e + "; --mnist needs none");
    }
  }

  private static Samples read(Path folder, boolean training) throws IOException {
    try {
      Mnist reader = Mnist.normalized();
      return training ? reader.train(folder) : reader.test(folder);
    } catch (NoSuchFileException | IdxFormatException e) {
      throw new UsageException(e.getMessage());
    }
  }

  private void run(Training training, Samples train, Samples test, Progress progress) {
    int perEpoch = Math.max(1, train.size() / Training.BATCH);
    training.endEpoch(0, test.x(), test.labels());
    long start = System.nanoTime();
    for (int i = 0; i < iterations; i++) {
      double loss = training.step(i);
      int done = i + 1;
      if (done % perEpoch == 0 || done == iterations) {
        training.endEpoch(done, test.x(), test.labels());
      }
      double left = (System.nanoTime() - start) / 1e9 / done * (iterations - done);
      progress.show(
          String.format(
              Locale.ROOT,
              "%s: iteration %d of %d, loss %.4f, test accuracy %.4f, %s left",
              training.name(),
              done,
              iterations,
              loss,
              training.accuracy(),
              Progress.minutes(left)));
    }
    progress.clear();
  }
}

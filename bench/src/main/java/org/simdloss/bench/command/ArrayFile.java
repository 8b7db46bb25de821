package org.simdloss.bench.command;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.simdloss.bench.cli.Progress;
import org.simdloss.bench.cli.UsageException;
import org.simdloss.bench.data.Npz;
import org.simdloss.bench.data.Predictions;
import org.simdloss.bench.data.SeededBatch;
import org.simdloss.bench.data.Shape;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The batches that benchmarks measure on, in a file that other languages' libraries can read. */
@Command(
    name = "arrays",
    description =
        "Writes the batches that are measured into a file that NumPy reads (.npz), so that libraries"
            + " of Python can be measured on the same numbers.",
    separator = " ",
    sortOptions = false,
    usageHelpWidth = 100)
final class ArrayFile implements Callable<Integer> {
  @Parameters(paramLabel = "FILE", description = "The file; one that is there is replaced.")
  private Path file;

  @Option(
      names = "--shapes",
      paramLabel = "SHAPE",
      split = ",",
      defaultValue = "100x10,60000x10,64x32000,1000000x1",
      description = "Rows x columns, with commas between; by default ${DEFAULT-VALUE}.")
  private List<String> shapes;

  @Option(
      names = "--synthetic",
      description = "Random numbers as predictions, as a run with this option has them.")
  private boolean synthetic;

  @Option(names = "--help", usageHelp = true, description = "Print this help.")
  private boolean help;

  private final PrintStream stdout;
  private final PrintStream stderr;

  ArrayFile(PrintStream stdout, PrintStream stderr) {
    this.stdout = stdout;
    this.stderr = stderr;
  }

  @Override
  public Integer call() {
    Set<Shape> chosen = shapes();
    if (Files.isDirectory(file)) {
      throw new UsageException("FILE is " + file + ", a folder; allowed: a file's name");
    }
    Progress progress = new Progress(stderr, Progress.onTerminal(), false);
    try {
      write(chosen, progress);
      progress.clear();
      stdout.printf("Written to %s: %s, %,d bytes%n", file, chosen, Files.size(file));
    } catch (IOException e) {
      throw new UsageException("FILE is " + file + ", and it can not be written: " + e);
    }
    return Main.OK;
  }

  private Set<Shape> shapes() {
    Set<Shape> chosen = new LinkedHashSet<>();
    for (String text : shapes) {
      try {
        chosen.add(Shape.parse(text));
      } catch (IllegalArgumentException e) {
        throw new UsageException("of --shapes a " + e.getMessage());
      }
    }
    for (Shape shape : chosen) {
      if (shape.isStrided()) {
        throw new UsageException(
            "of --shapes a shape is " + shape + "; allowed: rows without padding");
      }
    }
    return chosen;
  }

  /** Whole, or as it was before. The part is opened first: only then is a network trained. */
  private void write(Set<Shape> chosen, Progress progress) throws IOException {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    try {
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(part));
          Npz npz = new Npz(out)) {
        Predictions predictions = synthetic ? null : Predictions.read(Main.predictions(progress));
        for (Shape shape : chosen) {
          progress.show("writing batches of " + shape);
          npz.add(shape, SeededBatch.several(shape, predictions));
        }
      }
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }
}

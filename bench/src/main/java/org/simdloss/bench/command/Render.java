package org.simdloss.bench.command;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.simdloss.bench.cli.OutputFolder;
import org.simdloss.bench.cli.Paint;
import org.simdloss.bench.cli.UsageException;
import org.simdloss.bench.report.RunFiles;
import org.simdloss.bench.report.Table;
import org.simdloss.bench.statistics.Run;
import org.simdloss.bench.statistics.Summary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The report and the pictures of a run, made again of what it measured. */
@Command(
    name = "report",
    description = "Makes the report and the pictures of a run again, of its jmh.json and run.json.",
    separator = " ",
    usageHelpWidth = 100)
final class Render implements Callable<Integer> {
  @Parameters(paramLabel = "DIR", description = "The folder of a run.")
  private Path folder;

  @Option(
      names = "--python",
      paramLabel = "FILE",
      description =
          "What peers.py has measured, for the page; it is kept in the folder as python.json.")
  private Path python;

  @Option(names = "--help", usageHelp = true, description = "Print this help.")
  private boolean help;

  private final PrintStream stdout;

  Render(PrintStream stdout) {
    this.stdout = stdout;
  }

  /** The run, with what a file has of Python; the folder is as it was if that is none. */
  private Run with(OutputFolder files, Path file) throws IOException {
    Path kept = folder.resolve(Run.PYTHON_FILE);
    byte[] before = Files.exists(kept) ? Files.readAllBytes(kept) : null;
    try {
      files.write(Run.PYTHON_FILE, Files.readAllBytes(file));
      return Run.read(folder);
    } catch (NoSuchFileException e) {
      throw new UsageException("--python is " + file + ", which is not there");
    } catch (UsageException e) {
      if (before == null) {
        Files.delete(kept);
      } else {
        files.write(Run.PYTHON_FILE, before);
      }
      throw e;
    }
  }

  @Override
  public Integer call() throws IOException {
    Run run = Run.read(folder);
    OutputFolder files = new OutputFolder(folder);
    if (python != null) {
      run = with(files, python);
    }
    stdout.print(Paint.ofThisTerminal().table(Table.of(Summary.of(run.forks()))));
    new RunFiles(files).write(run, true);
    stdout.println("Written to " + files + ": " + RunFiles.PAGE + ", " + RunFiles.REPORT);
    return Main.OK;
  }
}

package org.simdloss.bench.run;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Keeps what JMH and a fork have to say, in case the fork fails, and tells of each iteration. */
final class ForkOutput implements OutputFormat {
  private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
  private final PrintStream stream = new PrintStream(kept, true, StandardCharsets.UTF_8);
  private final OutputFormat text;
  private final Runnable onIteration;

  ForkOutput(VerboseMode verbosity, Runnable onIteration) {
    this.text = OutputFormatFactory.createFormatInstance(stream, verbosity);
    this.onIteration = onIteration;
  }

  /** Keeps what is printed to it, in its place among the rest. */
  PrintStream stream() {
    return stream;
  }

  String kept() {
    return kept.toString(StandardCharsets.UTF_8);
  }

  /** Of what was kept, that between JMH's words before the fork and after it. */
  String ofFork() {
    String all = kept();
    int from = all.indexOf("# Fork: ");
    int to = all.indexOf("# Run complete", Math.max(0, from));
    return all.substring(Math.max(0, from), to < 0 ? all.length() : to).strip();
  }

  @Override
  public void iteration(BenchmarkParams benchmark, IterationParams params, int iteration) {
    onIteration.run();
    text.iteration(benchmark, params, iteration);
  }

  @Override
  public void iterationResult(
      BenchmarkParams benchmark, IterationParams params, int iteration, IterationResult result) {
    text.iterationResult(benchmark, params, iteration, result);
  }

  @Override
  public void startBenchmark(BenchmarkParams benchmark) {
    text.startBenchmark(benchmark);
  }

  @Override
  public void endBenchmark(BenchmarkResult result) {
    text.endBenchmark(result);
  }

  @Override
  public void startRun() {
    text.startRun();
  }

  @Override
  public void endRun(Collection<RunResult> results) {
    text.endRun(results);
  }

  @Override
  public void print(String s) {
    text.print(s);
  }

  @Override
  public void println(String s) {
    text.println(s);
  }

  @Override
  public void flush() {
    text.flush();
  }

  @Override
  public void close() {
    text.flush();
  }

  @Override
  public void verbosePrintln(String s) {
    text.verbosePrintln(s);
  }

  @Override
  public void write(int b) {
    text.write(b);
  }

  @Override
  public void write(byte[] b) throws IOException {
    text.write(b);
  }
}

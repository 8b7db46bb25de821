package org.simdloss.bench.command;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.simdloss.Backend;
import org.simdloss.bench.cli.ModuleVm;
import org.simdloss.bench.statistics.Noise;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Computes the fingerprint on every backend that this machine has.
 *
 * <p>A VM started as {@code java -jar bench.jar check} has no vectors; it starts another that has
 * the module, and the same flags otherwise. If it has the module already, or its JDK has none, it
 * does all by itself.
 */
@Command(
    name = "check",
    description = "Computes every loss on every backend, and says whether the bits are right.",
    separator = " ",
    usageHelpWidth = 100)
final class Check implements Callable<Integer> {
  private static final String FINGERPRINT = "fingerprint ";

  @Option(names = "--help", usageHelp = true, description = "Print this help.")
  private boolean help;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException, InterruptedException {
    List<String> found = new ArrayList<>();
    boolean isAlone = ModuleVm.isThis() || !ModuleVm.isPossible();
    for (String line : lines(isAlone)) {
      print(line, found);
    }
    boolean ended = isAlone || runChild(found);
    boolean agree = found.stream().distinct().count() == 1;
    boolean published = agree && found.get(0).equals(Fingerprint.PUBLISHED);
    print(
        !ended
            ? "FAILED: the VM with the vector module did not end well."
            : published
                ? "All agree, and it is the published fingerprint."
                : agree
                    ? "All agree, but the published fingerprint is " + Fingerprint.PUBLISHED + "."
                    : "FAILED: they differ; the published one is " + Fingerprint.PUBLISHED + ".",
        found);
    Noise build = Noise.ofJdk(Runtime.version());
    if (build != null) {
      print(build.toString(), found);
    }
    return ended && published ? Main.OK : Main.FAILED;
  }

  /** What the VM with the module runs. */
  public static void main(String[] args) {
    lines(true).forEach(System.out::println);
  }

  private static Iterable<String> lines(boolean vectors) {
    // Losses ask for the best backend before they are given another: no need to warn of that.
    System.setProperty("simdloss.backend", "scalar");
    List<String> lines = new ArrayList<>();
    String remark = ModuleVm.isThis() ? "" : ", no module";
    lines.add(line(Backend::scalar, "scalar", remark));
    lines.add(line(() -> Backend.scalar().parallel(), "scalar parallel", remark));
    if (vectors) {
      lines.add(line(Backend::vector, "vector", remark));
      lines.add(line(() -> Backend.vector().parallel(), "vector parallel", remark));
    }
    return lines;
  }

  private static String line(Supplier<Backend> backend, String name, String remark) {
    String result;
    try {
      Backend found = backend.get();
      name = found.toString();
      result = FINGERPRINT + Fingerprint.of(found);
    } catch (IllegalStateException e) {
      result = e.getMessage();
    }
    return String.format(
        Locale.ROOT, "%-27s JDK %-10s %s", name + remark, Runtime.version().feature(), result);
  }

  private void print(String line, List<String> found) {
    spec.commandLine().getOut().println(line);
    int at = line.lastIndexOf(FINGERPRINT);
    if (at >= 0 && !line.endsWith(".")) {
      found.add(line.substring(at + FINGERPRINT.length()).strip());
    }
  }

  /** False if it failed. */
  private boolean runChild(List<String> found) throws IOException, InterruptedException {
    Process child = ModuleVm.of(Check.class, List.of()).redirectErrorStream(true).start();
    try (BufferedReader reader = child.inputReader()) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (!line.startsWith(ModuleVm.WARNING)) {
          print(line, found);
        }
      }
    }
    return child.waitFor() == Main.OK;
  }
}

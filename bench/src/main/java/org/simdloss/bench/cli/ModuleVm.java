package org.simdloss.bench.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.module.ModuleFinder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A VM that has the vector module, with this one's flags and class path otherwise: who starts
 * {@code java -jar bench.jar} has to know of no flag.
 */
public final class ModuleVm {
  public static final String MODULE = "jdk.incubator.vector";

  /** A VM whose JDK does not have the module does not start with it. */
  public static final String FLAG = "--add-modules=" + MODULE;

  /** What JDKs say of incubating modules: no news to who asked for one. */
  public static final String WARNING = "WARNING: Using incubator modules";

  /** By the path of a JDK's {@code java}, whether that JDK has the module. */
  private static final Map<String, Boolean> OTHERS = new ConcurrentHashMap<>();

  private ModuleVm() {}

  /** Whether this VM is one already. */
  public static boolean isThis() {
    return ModuleLayer.boot().findModule(MODULE).isPresent();
  }

  /** Whether this VM's JDK has the module. */
  public static boolean isPossible() {
    return ModuleFinder.ofSystem().find(MODULE).isPresent();
  }

  /**
   * Whether a JDK has the module; another's VM is asked for it, once.
   *
   * @param java the path of its launcher, or null for this VM's JDK; of one that does not run it is
   *     assumed, and who starts it then is told
   */
  public static boolean isPossible(String java) {
    return java == null ? isPossible() : OTHERS.computeIfAbsent(java, ModuleVm::describesModule);
  }

  private static boolean describesModule(String java) {
    try {
      Process vm =
          new ProcessBuilder(java, "--describe-module", MODULE)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      return vm.waitFor() == 0;
    } catch (IOException e) {
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  /** Not started yet. */
  public static ProcessBuilder of(Class<?> main, List<String> args) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.add(FLAG);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(main.getName());
    command.addAll(args);
    return new ProcessBuilder(command);
  }

  /**
   * Starts it, passes on what it prints as it comes, but for the warning; returns its exit code.
   */
  public static int run(ProcessBuilder builder, PrintStream stdout, PrintStream stderr)
      throws IOException, InterruptedException {
    Process vm = builder.redirectInput(ProcessBuilder.Redirect.INHERIT).start();
    Thread errors =
        new Thread(
            () -> {
              passOnFirstLine(vm.getErrorStream(), stderr);
              passOn(vm.getErrorStream(), stderr);
            });
    errors.start();
    passOn(vm.getInputStream(), stdout);
    errors.join();
    return vm.waitFor();
  }

  /** The warning is the first line, if it is any. */
  private static void passOnFirstLine(InputStream from, PrintStream to) {
    try {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      for (int next = from.read(); next >= 0; next = from.read()) {
        line.write(next);
        if (next == '\n') {
          break;
        }
      }
      if (!line.toString(StandardCharsets.UTF_8).startsWith(WARNING)) {
        to.write(line.toByteArray());
        to.flush();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** In pieces as they come: a progress line has no end. */
  private static void passOn(InputStream from, PrintStream to) {
    try {
      byte[] piece = new byte[1 << 13];
      for (int n = from.read(piece); n >= 0; n = from.read(piece)) {
        to.write(piece, 0, n);
        to.flush();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

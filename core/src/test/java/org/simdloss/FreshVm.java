package org.simdloss;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Runs programs in VMs of their own, of the JDK that runs the tests. */
final class FreshVm {
  static final String MODULE = "jdk.incubator.vector";

  static final Path LIBRARY = classes(Backend.class);
  static final Path PROGRAMS = classes(app.FreshVmMain.class);

  private FreshVm() {}

  /** What a program printed. */
  record Run(int status, List<String> out, String err) {}

  static Run run(List<String> flags, Class<?> program, String... args) {
    return run(Path.of(System.getProperty("java.home")), flags, program.getName(), args);
  }

  /** The same in a VM of another JDK, or image of one. */
  static Run run(Path home, List<String> flags, String program, String... args) {
    List<String> command = new ArrayList<>();
    command.add(home.resolve(Path.of("bin", "java")).toString());
    command.addAll(flags);
    command.add(program);
    command.addAll(List.of(args));
    try {
      Path err = Files.createTempFile("simdloss", ".err");
      Process process = new ProcessBuilder(command).redirectError(err.toFile()).start();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int status = process.waitFor();
      String errors = Files.readString(err);
      Files.delete(err);
      return new Run(status, out.lines().toList(), errors);
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** The flags, and these folders as the class path. */
  static List<String> onClassPath(List<String> flags, Path... folders) {
    List<String> all = new ArrayList<>(flags);
    all.add("-cp");
    all.add(
        Arrays.stream(folders)
            .map(Path::toString)
            .collect(Collectors.joining(System.getProperty("path.separator"))));
    return all;
  }

  private static Path classes(Class<?> of) {
    try {
      return Path.of(of.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }
}

package org.simdloss.bench.plan;

import java.io.OutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.simdloss.bench.Implementation;
import org.simdloss.bench.cli.ModuleVm;
import org.simdloss.bench.cli.UsageException;
import org.simdloss.bench.data.Shape;
import org.simdloss.bench.losses.Peer;

/** Which cases a round has, by JMH's options, and in which order. */
public final class Selection {
  private Selection() {}

  /**
   * The cases of one round. Those of the same shape and loss follow each other, so that the two
   * sides of a ratio are measured as close in time as can be. Of a JDK without the vector module
   * there are none that can not be had there, but those that the user names.
   */
  public static List<Case> cases(Options jmh, Plan plan) {
    Set<String> names = find(jmh);
    Set<Case> cases = new LinkedHashSet<>();
    for (Timing timing : timings(jmh, plan)) {
      workloadsByShape(jmh, plan, timing)
          .forEach(
              (shape, workloads) ->
                  workloads.forEach(
                      workload ->
                          cases(jmh, plan, timing, workload, shape).stream()
                              .filter(one -> names.contains(one.benchmark()))
                              .forEach(cases::add)));
    }
    if (cases.isEmpty()) {
      throw new UsageException(
          "the plan has nothing that matches "
              + String.join(" ", jmh.getIncludes())
              + "; -p shape=... names shapes, and --cold and --full measure cold starts");
    }
    return List.copyOf(cases);
  }

  private static List<Case> cases(
      Options jmh, Plan plan, Timing timing, Workload workload, Shape shape) {
    List<Case> cases = new ArrayList<>();
    boolean vectors = ModuleVm.isPossible(jmh.getJvm().orElse(null));
    Set<Implementation> implementations = implementations(jmh, plan, timing, shape, vectors);
    for (Implementation implementation : implementations) {
      cases.add(Case.of(timing, workload, implementation, shape));
    }
    if (timing == Timing.STEADY_STATE && vectors && !plan.peers()) {
      workload.probes(implementations, shape).forEach(probe -> cases.add(Case.of(probe, shape)));
    }
    return cases;
  }

  /** The plan's, or those of them that the user wants by JMH's -bm. */
  private static Set<Timing> timings(Options jmh, Plan plan) {
    Set<Timing> timings = plan.timings();
    List<Mode> allowed = timings.stream().map(Timing::mode).toList();
    for (Mode mode : jmh.getBenchModes()) {
      if (!allowed.contains(mode)) {
        throw new UsageException(
            "-bm is "
                + mode.shortLabel()
                + "; allowed: "
                + allowed.stream().map(Mode::shortLabel).collect(Collectors.joining(", ")));
      }
    }
    if (!jmh.getBenchModes().isEmpty()) {
      timings.removeIf(timing -> !jmh.getBenchModes().contains(timing.mode()));
    }
    return timings;
  }

  private static Set<String> find(Options jmh) {
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
    Set<String> names = new TreeSet<>();
    try {
      for (BenchmarkListEntry entry :
          BenchmarkList.defaultList()
              .find(
                  OutputFormatFactory.createFormatInstance(nowhere, VerboseMode.SILENT),
                  jmh.getIncludes(),
                  jmh.getExcludes())) {
        names.add(entry.getUsername());
      }
    } catch (PatternSyntaxException e) {
      throw new UsageException(
          "'" + e.getPattern() + "' is no regular expression: " + e.getDescription());
    }
    if (names.isEmpty()) {
      throw new UsageException(
          "no benchmark matches "
              + String.join(" ", jmh.getIncludes())
              + (jmh.getExcludes().isEmpty()
                  ? ""
                  : " without " + String.join(" ", jmh.getExcludes()))
              + "; -l lists them");
    }
    return names;
  }

  /** The user's shapes are measured of every workload, a plan's of those that it has them for. */
  private static Map<Shape, Set<Workload>> workloadsByShape(Options jmh, Plan plan, Timing timing) {
    List<Shape> chosen = values(jmh, Case.SHAPE, Shape::parse);
    Map<Shape, Set<Workload>> workloads = new TreeMap<>();
    for (Workload workload : Workload.values()) {
      for (Shape shape : chosen.isEmpty() ? plan.shapes(timing, workload) : chosen) {
        workloads.computeIfAbsent(shape, key -> new TreeSet<>()).add(workload);
      }
    }
    return workloads;
  }

  /** The user's, whatever they are; by default those that differ from each other. */
  private static Set<Implementation> implementations(
      Options jmh, Plan plan, Timing timing, Shape shape, boolean vectors) {
    List<Implementation> chosen = values(jmh, Case.IMPLEMENTATION, Implementation::of);
    for (Implementation each : chosen) {
      if (!each.isHere()) {
        throw new UsageException(
            "-p implementation is "
                + each
                + (each.isOfPython()
                    ? ", which bench/src/python/peers.py measures"
                    : ", which this jar does not have; " + Peer.WHERE));
      }
    }
    return new TreeSet<>(
        !chosen.isEmpty()
            ? chosen
            : plan.implementations(timing).stream()
                .filter(each -> each.isItself(shape))
                .filter(each -> vectors || !each.needsVectors())
                .toList());
  }

  /** What the user gives for a parameter; empty if nothing. */
  private static <T> List<T> values(Options jmh, String name, Function<String, T> parse) {
    try {
      return jmh.getParameter(name).orElse(List.of()).stream().map(parse).toList();
    } catch (IllegalArgumentException e) {
      throw new UsageException("-p " + e.getMessage());
    }
  }

  /** JMH ignores a parameter that no benchmark has, and so hides a typing error; this does not. */
  public static void checkParameterNames(List<String> jmhArgs) {
    for (int i = 0; i + 1 < jmhArgs.size(); i++) {
      if (jmhArgs.get(i).equals("-p")) {
        String name = jmhArgs.get(i + 1).split("=", 2)[0];
        if (!name.equals(Case.SHAPE) && !name.equals(Case.IMPLEMENTATION)) {
          throw new UsageException(
              "-p names " + name + "; allowed: " + Case.IMPLEMENTATION + ", " + Case.SHAPE);
        }
      }
    }
  }
}

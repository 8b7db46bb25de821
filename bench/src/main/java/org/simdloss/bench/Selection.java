package org.simdloss.bench;

import java.io.OutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.PatternSyntaxException;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Which cases a round has, by JMH's options, and in which order. */
final class Selection {
  private static final int MAX_ROWS = 10_000_000;

  private Selection() {}

  /**
   * The cases of one round. Those of the same size and loss follow each other, so that the two
   * sides of a ratio are measured as close in time as can be.
   */
  static List<Case> cases(Options jmh, Plan plan) {
    for (Mode mode : jmh.getBenchModes()) {
      if (mode != Mode.AverageTime) {
        throw new UsageException("-bm is " + mode.shortLabel() + "; allowed: avgt");
      }
    }
    Set<String> names = find(jmh);
    List<Case> cases = new ArrayList<>();
    for (int rows : rows(jmh, plan)) {
      Set<Case> ofSize = new LinkedHashSet<>();
      for (Workload workload : Workload.values()) {
        if (names.contains(workload.benchmark())) {
          for (Implementation implementation : implementations(jmh)) {
            ofSize.add(Case.of(workload, implementation, rows));
          }
        }
        if (names.contains(workload.probe())) {
          ofSize.add(Case.probeOf(workload, rows));
        }
      }
      cases.addAll(ofSize);
    }
    return cases;
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

  private static Set<Integer> rows(Options jmh, Plan plan) {
    Set<Integer> rows = new TreeSet<>();
    if (!jmh.getParameter(Case.ROWS).hasValue()) {
      rows.addAll(plan.rows());
      return rows;
    }
    for (String value : jmh.getParameter(Case.ROWS).get()) {
      int number = value.matches("\\d{1,9}") ? Integer.parseInt(value) : 0;
      if (number < 1 || number > MAX_ROWS) {
        throw new UsageException("-p rows is " + value + "; allowed: 1 to " + MAX_ROWS);
      }
      rows.add(number);
    }
    return rows;
  }

  private static Set<Implementation> implementations(Options jmh) {
    Collection<String> names = jmh.getParameter(Case.IMPLEMENTATION).orElse(List.of());
    Set<Implementation> chosen = new TreeSet<>();
    for (String name : names) {
      try {
        chosen.add(Implementation.of(name));
      } catch (IllegalArgumentException e) {
        throw new UsageException("-p " + e.getMessage());
      }
    }
    if (chosen.isEmpty()) {
      chosen.addAll(Arrays.asList(Implementation.values()));
    }
    return chosen;
  }

  /** JMH ignores a parameter that no benchmark has; a slip of the pen should not go unseen. */
  static void checkParameterNames(List<String> jmhArgs) {
    for (int i = 0; i + 1 < jmhArgs.size(); i++) {
      if (jmhArgs.get(i).equals("-p")) {
        String name = jmhArgs.get(i + 1).split("=", 2)[0];
        if (!name.equals(Case.ROWS) && !name.equals(Case.IMPLEMENTATION)) {
          throw new UsageException(
              "-p names " + name + "; allowed: " + Case.IMPLEMENTATION + ", " + Case.ROWS);
        }
      }
    }
  }
}

package org.simdloss.bench.statistics;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.simdloss.bench.Implementation;

/**
 * A reason why a run's numbers are to be trusted less, which a reader should know before anything
 * else.
 *
 * @param label a word or two
 * @param text sentences
 */
public record Noise(String label, String text) {
  /** On an idle machine a slowest fork is within a tenth of the fastest. */
  static final double LIMIT = 1.3;

  /** A share of the read probe's speed that is above 1 by more than rounding. */
  private static final double ABOVE_ONE = 1.02;

  /** All that there is to say; nothing if the run was quiet. */
  public static List<Noise> of(Summary summary) {
    List<Noise> said = new ArrayList<>();
    if (summary.rounds() == 1) {
      said.add(
          new Noise(
              "One round",
              "nothing tells a difference from noise, and ratios have no interval; --rounds 5"
                  + " measures both."));
    }
    spread(summary, said);
    probes(summary, said);
    return said;
  }

  /** Of forks that are far apart. */
  private static void spread(Summary summary, List<Noise> said) {
    int all = 0;
    int noisy = 0;
    double most = 0;
    String where = "";
    for (Summary.Group group : summary.groups()) {
      for (Summary.Line line : group.lines()) {
        if (line.nanos().isKnown()) {
          all++;
          noisy += line.spread() > LIMIT ? 1 : 0;
          if (line.spread() > most) {
            most = line.spread();
            where = where(group, line);
          }
        }
      }
    }
    if (noisy > 0) {
      said.add(
          new Noise(
              "Noisy",
              String.format(
                  Locale.ROOT,
                  "in %d of %d benchmarks the slowest fork took more than %.1f times the fastest"
                      + " one's time, at most %.2f times (%s). The machine was busy with something"
                      + " else, or a VM compiled the code badly; the intervals tell what the numbers"
                      + " are good for.",
                  noisy,
                  all,
                  LIMIT,
                  most,
                  where)));
    }
  }

  /** Of probes that took longer than a loss that reads the same. */
  private static void probes(Summary summary, List<Noise> said) {
    int all = 0;
    int above = 0;
    double most = 0;
    String where = "";
    for (Summary.Group group : summary.groups()) {
      for (Implementation implementation :
          List.of(Implementation.BEST, Implementation.VECTOR, Implementation.SCALAR)) {
        Summary.Line line = group.line(implementation);
        if (line != null && !Double.isNaN(line.ofProbe())) {
          all++;
          above += line.ofProbe() > ABOVE_ONE ? 1 : 0;
          if (line.ofProbe() > most) {
            most = line.ofProbe();
            where = where(group, line);
          }
        }
      }
    }
    if (above > 0) {
      said.add(
          new Noise(
              "Read probe disturbed",
              String.format(
                  Locale.ROOT,
                  "in %d of %d benchmarks a loss seems faster than a loop that only reads, at most"
                      + " %.2f times (%s). It can not be: something held up the read probe there, and"
                      + " the share of its speed says nothing.",
                  above,
                  all,
                  most,
                  where)));
    }
  }

  /**
   * Of a machine that was not idle; null if it was, or if that is not known.
   *
   * @param before the number of threads that wanted to run, on average over the last minute, when
   *     the run began; NaN if unknown
   * @param after the same when it ended, of which two may be its own
   */
  public static Noise ofLoad(double before, double after, int cores) {
    boolean wasLoaded = before >= cores;
    if (!wasLoaded && !(after >= 2.0 * cores + 1)) {
      return null;
    }
    return new Noise(
        "Loaded machine",
        String.format(
            Locale.ROOT,
            "other programs kept it busy: %.1f threads wanted to run on %d cores %s. The times are"
                + " too long, and differences mean little.",
            wasLoaded ? before : after,
            cores,
            wasLoaded ? "before the run" : "at its end"));
  }

  /** Of a build that is known to be bad; null of any other. */
  public static Noise ofJdk(Runtime.Version jdk) {
    if (jdk.feature() != 25 || jdk.interim() != 0 || jdk.update() > 2) {
      return null;
    }
    return new Noise(
        "JDK " + jdk.feature() + "." + jdk.interim() + "." + jdk.update(),
        "a build that is known to be bad: JDK-8377811 is in 25.0.0 to 25.0.2. Take 25.0.3 or a"
            + " later one.");
  }

  /** Of a JDK that has no module of vectors. */
  public static Noise ofNoModule(String module) {
    return new Noise(
        "No vectors",
        "this JDK has no module "
            + module
            + ", so the library runs on its scalar backend, and there is no read probe.");
  }

  private static String where(Summary.Group group, Summary.Line line) {
    return group.workload().shortTitle() + ", " + line.name() + ", " + group.shape();
  }

  /** For a page. */
  public String markdown() {
    return "**" + label + "**: " + text;
  }

  /** For a terminal. */
  @Override
  public String toString() {
    return label + ": " + text;
  }
}

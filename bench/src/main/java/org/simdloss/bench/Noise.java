package org.simdloss.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Whether a run is to be trusted: how far its forks are apart. */
final class Noise {
  /** On an idle machine a slowest fork is within a tenth of the fastest. */
  static final double LIMIT = 1.3;

  private Noise() {}

  /** What a reader should be told before anything else; nothing if the run was quiet. */
  static List<String> of(Summary summary) {
    List<String> said = new ArrayList<>();
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
            where = group.workload().shortTitle() + ", " + line.name() + ", " + group.shape();
          }
        }
      }
    }
    if (noisy > 0) {
      said.add(
          String.format(
              Locale.ROOT,
              "in %d of %d benchmarks the slowest fork took more than %.1f times the fastest one's"
                  + " time, at most %.2f times (%s). The machine was busy with something else, or a"
                  + " VM compiled the code badly; the intervals tell what the numbers are good for.",
              noisy,
              all,
              LIMIT,
              most,
              where));
    }
    return said;
  }
}

package org.simdloss.bench.statistics;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import org.simdloss.bench.Settling;
import org.simdloss.bench.plan.Case;

/**
 * Whether the best backend used vectors where it was measured.
 *
 * @param forks that measured it once it had settled
 * @param scalar how many of them had not gone over to vectors
 * @param least seconds of calls after which one had
 * @param most such seconds, of all that had
 * @param where the benchmarks of those that had not
 */
public record Settled(int forks, int scalar, double least, double most, List<String> where) {
  private static final int NAMED = 5;

  public static Settled of(Forks forks) {
    int all = 0;
    int scalar = 0;
    double least = Double.MAX_VALUE;
    double most = 0;
    List<String> where = new ArrayList<>();
    for (Case one : forks.cases()) {
      NavigableMap<Integer, Double> vectors = forks.secondary(one, Settling.VECTORS);
      NavigableMap<Integer, Double> seconds = forks.secondary(one, Settling.SECONDS);
      for (Integer round : vectors.keySet()) {
        if (vectors.get(round) == 1) {
          least = Math.min(least, seconds.getOrDefault(round, Double.MAX_VALUE));
          most = Math.max(most, seconds.getOrDefault(round, 0.0));
        }
      }
      int still = scalarForks(forks, one);
      all += vectors.size();
      scalar += still;
      if (still > 0) {
        where.add(one + " (" + still + " of " + vectors.size() + ")");
      }
    }
    return new Settled(all, scalar, least, most, where);
  }

  /** How many forks of a benchmark had not gone over to vectors when an iteration ended. */
  static int scalarForks(Forks forks, Case one) {
    return (int)
        forks.secondary(one, Settling.VECTORS).values().stream().filter(each -> each < 1).count();
  }

  /** What computed a loss, with a mark where some forks had not gone over. */
  static String marked(Forks forks, Forks.OfLoss of) {
    String name = of.implementation().toString();
    return scalarForks(forks, of.measured()) > 0 ? name + Summary.SCALAR_MARK : name;
  }

  /** One sentence for each fact, for a line of a report; none if best was not measured so. */
  public List<String> said() {
    List<String> said = new ArrayList<>();
    if (forks > scalar) {
      said.add(
          String.format(
              Locale.ROOT,
              "best had gone over to vectors in %d of %d forks, after %.1f to %.1f s of calls.",
              forks - scalar,
              forks,
              least,
              most));
    }
    if (scalar > 0) {
      int more = where.size() - NAMED;
      said.add(
          String.format(
              Locale.ROOT,
              "best was still scalar in %d of %d forks, marked *: %s%s.",
              scalar,
              forks,
              String.join("; ", where.subList(0, Math.min(NAMED, where.size()))),
              more > 0 ? "; and " + more + " more" : ""));
    }
    return said;
  }
}

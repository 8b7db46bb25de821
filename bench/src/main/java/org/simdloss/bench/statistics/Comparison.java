package org.simdloss.bench.statistics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.StatUtils;
import org.apache.commons.math3.stat.inference.TTest;
import org.simdloss.bench.plan.Case;

/**
 * What became faster or slower from one run to another, by benchmark.
 *
 * <p>Of each benchmark, Welch's t-test compares the logarithms of the forks' mean times: forks are
 * independent of each other where iterations of one are not, and the two runs may vary unequally.
 * Since many benchmarks are tested at once, the p-values are Holm's: if nothing has changed, the
 * chance that any is said to have is 5%. That a difference is not significant does not show that
 * there is none: a benchmark is said to be the same within some percent only if the whole interval
 * of its ratio is (a test of equivalence), and otherwise nothing is shown.
 *
 * @param lines those that both runs have
 * @param onlyOld the benchmarks that the new run lacks
 * @param onlyNew those that the old one lacks
 * @param differences what else differs, by name: a fact of the old run, and of the new one
 */
public record Comparison(
    List<Line> lines, List<Case> onlyOld, List<Case> onlyNew, Map<String, String> differences) {
  private static final double SIGNIFICANCE = 0.05;
  private static final double CONFIDENCE = 0.95;

  /** What makes times incomparable, or explains why they differ. */
  private static final List<String> FACTS =
      List.of(
          "Library",
          "CPU",
          "Cores",
          "Caches",
          "Memory",
          "OS",
          "JDK",
          "VM flags",
          "JMH",
          "Warm-up",
          "Measured",
          "Predictions",
          "Seed",
          "`vector` is",
          "`parallel` is",
          "`best` is");

  /** What two times may differ by, in percent, and be called the same within that. */
  private static final int[] SAME_WITHIN = {1, 2, 5, 10};

  public enum Verdict {
    SLOWER("slower"),
    FASTER("faster"),

    /** Neither that times differ, nor that they are about the same. */
    NOT_SHOWN("not shown"),
    SAME("the same"),
    UNKNOWN("too few forks");

    private final String text;

    Verdict(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /**
   * @param oldNanos the mean over the forks, as {@code newNanos}
   * @param ratio the new time by the old one: of the geometric means, with its 95% interval
   * @param p Holm's; NaN if there are too few forks
   * @param within the percent that the times are the same within; 0 if they are not
   */
  public record Line(
      Case benchmark,
      double oldNanos,
      double newNanos,
      Interval ratio,
      double p,
      Verdict verdict,
      int within) {
    /** For a reader: {@code slower}, {@code the same within 2%}. */
    public String said() {
      switch (verdict) {
        case SAME:
          return verdict + " within " + within + "%";
        case NOT_SHOWN:
          return verdict
              + ", between "
              + Numbers.ratio(ratio.low())
              + " and "
              + Numbers.ratio(ratio.high());
        default:
          return verdict.toString();
      }
    }
  }

  public static Comparison of(Run before, Run after) {
    List<Case> both =
        before.forks().cases().stream().filter(after.forks().cases()::contains).toList();
    List<Line> tested = new ArrayList<>();
    for (Case each : both) {
      double[] old = Summary.values(before.forks().nanos(each));
      double[] now = Summary.values(after.forks().nanos(each));
      tested.add(
          new Line(
              each,
              StatUtils.mean(old),
              StatUtils.mean(now),
              ratio(logs(old), logs(now)),
              p(logs(old), logs(now)),
              Verdict.UNKNOWN,
              0));
    }
    return new Comparison(
        judged(tested),
        before.forks().cases().stream().filter(each -> !both.contains(each)).toList(),
        after.forks().cases().stream().filter(each -> !both.contains(each)).toList(),
        differences(before.facts(), after.facts()));
  }

  private static double[] logs(double[] values) {
    return Arrays.stream(values).map(Math::log).toArray();
  }

  private static double p(double[] old, double[] now) {
    if (old.length < 2 || now.length < 2) {
      return Double.NaN;
    }
    double p = new TTest().tTest(old, now);
    // Without any variance: equal, or as different as can be.
    return Double.isNaN(p) ? (old[0] == now[0] ? 1 : 0) : p;
  }

  private static Interval ratio(double[] old, double[] now) {
    double difference = StatUtils.mean(now) - StatUtils.mean(old);
    if (old.length < 2 || now.length < 2) {
      return new Interval(Math.exp(difference), Double.NaN, Double.NaN);
    }
    double a = squaredError(old);
    double b = squaredError(now);
    double half = 0;
    if (a + b > 0) {
      double freedom = (a + b) * (a + b) / (a * a / (old.length - 1) + b * b / (now.length - 1));
      half =
          new TDistribution(freedom).inverseCumulativeProbability((1 + CONFIDENCE) / 2)
              * Math.sqrt(a + b);
    }
    return new Interval(
        Math.exp(difference), Math.exp(difference - half), Math.exp(difference + half));
  }

  /** Of the mean. */
  private static double squaredError(double[] values) {
    return StatUtils.variance(values) / values.length;
  }

  /** In the same order, with p-values that are Holm's, and a verdict each. */
  private static List<Line> judged(List<Line> tested) {
    List<Line> byP =
        tested.stream()
            .filter(line -> !Double.isNaN(line.p()))
            .sorted(Comparator.comparingDouble(Line::p))
            .toList();
    Map<Case, Double> adjusted = new LinkedHashMap<>();
    double greatest = 0;
    for (int i = 0; i < byP.size(); i++) {
      greatest = Math.max(greatest, Math.min(1, (byP.size() - i) * byP.get(i).p()));
      adjusted.put(byP.get(i).benchmark(), greatest);
    }
    return tested.stream()
        .map(line -> judged(line, adjusted.getOrDefault(line.benchmark(), Double.NaN)))
        .toList();
  }

  private static Line judged(Line line, double p) {
    int within = within(line.ratio());
    Verdict verdict =
        Double.isNaN(p)
            ? Verdict.UNKNOWN
            : p < SIGNIFICANCE
                ? line.ratio().estimate() > 1 ? Verdict.SLOWER : Verdict.FASTER
                : within > 0 ? Verdict.SAME : Verdict.NOT_SHOWN;
    return new Line(
        line.benchmark(), line.oldNanos(), line.newNanos(), line.ratio(), p, verdict, within);
  }

  /** The least percent by which neither time is longer than the other, of the whole interval. */
  private static int within(Interval ratio) {
    for (int percent : SAME_WITHIN) {
      double most = 1 + percent / 100.0;
      if (ratio.low() >= 1 / most && ratio.high() <= most) {
        return percent;
      }
    }
    return 0;
  }

  private static Map<String, String> differences(
      Map<String, String> before, Map<String, String> after) {
    Map<String, String> differences = new LinkedHashMap<>();
    for (String name : FACTS) {
      if (!Objects.equals(before.get(name), after.get(name))) {
        differences.put(
            name,
            before.getOrDefault(name, "not said") + " / " + after.getOrDefault(name, "not said"));
      }
    }
    return differences;
  }

  public long count(Verdict verdict) {
    return lines.stream().filter(line -> line.verdict() == verdict).count();
  }

  /**
   * Whether the library has slowed in any benchmark, and by more than so much of its time. Textbook
   * loops and read probes are not the library's.
   */
  public boolean isSlowerBy(double part) {
    return lines.stream()
        .filter(line -> line.benchmark().isLibrary())
        .anyMatch(line -> line.verdict() == Verdict.SLOWER && line.ratio().estimate() > 1 + part);
  }
}

package org.simdloss.bench;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleSupplier;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;
import org.simdloss.Backend;
import org.simdloss.internal.backend.Switch;
import org.simdloss.internal.backend.Switches;
import org.simdloss.internal.kernel.Kernels;

/**
 * Brings the best backend to where a program has it after some seconds: by calls, of which it
 * learns that vectors are faster. What it then goes on to prepare on another thread, for other
 * shapes, takes some time more, and is waited for too. A profiler tells with each iteration whether
 * vectors are in use.
 */
public final class Settling implements InternalProfiler {
  /** 1 if vectors were in use when the iteration had ended, else 0. */
  public static final String VECTORS = "best.vectors";

  /** The time of the calls until then, or until no more were made. */
  public static final String SECONDS = "best.seconds";

  private static final long MOST_NANOS = 10_000_000_000L;
  private static final long NANOS_BETWEEN_LOOKS = 1_000_000;

  /** Of this fork; NaN if it does not measure the best backend. */
  private static double seconds = Double.NaN;

  /**
   * Calls until the best backend has decided for vectors and prepares nothing any more, or can not
   * have any, for ten seconds at most, and prints what came of it. Returns the sum of the results,
   * so that no call is optimised away.
   */
  static double byCalling(DoubleSupplier call) {
    long start = System.nanoTime();
    long looked = start;
    double sum = 0;
    seconds = Double.NaN;
    boolean done = false;
    while (!done) {
      sum += call.getAsDouble();
      long now = System.nanoTime();
      if (now - looked >= NANOS_BETWEEN_LOOKS) {
        looked = now;
        done = now - start >= MOST_NANOS || staysScalar();
        if (Double.isNaN(seconds) && (done || usesVectors())) {
          seconds = (now - start) / 1e9;
        }
        done |= usesVectors() && !prepares();
      }
    }
    System.out.printf(
        Locale.ROOT,
        "best: %s after %.1f s of calls%n",
        usesVectors() ? "vectors" : "still scalar",
        seconds);
    return sum;
  }

  /** Whether this VM can have no vectors, which a loss has found out. */
  private static boolean staysScalar() {
    return Backend.best().toString().equals(Backend.scalar().toString());
  }

  /** Whether works that use vectors are still prepared for other calls than have come so far. */
  private static boolean prepares() {
    return Switches.ofAllLosses().stream().anyMatch(Switch::isUnfinished);
  }

  /** Whether all works that were called use vectors for good. */
  static boolean usesVectors() {
    boolean any = false;
    for (Switch each : Switches.ofAllLosses()) {
      Kernels kernels = each.kernels();
      boolean vectors = kernels != null && kernels.name().startsWith("vector");
      if (each.isUsed() && !vectors) {
        return false;
      }
      any |= vectors;
    }
    return any;
  }

  @Override
  public String getDescription() {
    return "Whether the best backend uses vectors";
  }

  @Override
  public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {}

  @Override
  public Collection<? extends Result<?>> afterIteration(
      BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
    return Double.isNaN(seconds)
        ? List.of()
        : List.of(
            new ScalarResult(VECTORS, usesVectors() ? 1 : 0, "yes", AggregationPolicy.AVG),
            new ScalarResult(SECONDS, seconds, "s", AggregationPolicy.AVG));
  }
}

package org.simdloss.bench.report;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.simdloss.bench.AllocationProfiler;
import org.simdloss.bench.ColdStart;
import org.simdloss.bench.Implementation;
import org.simdloss.bench.LossShareProfiler;
import org.simdloss.bench.Settling;
import org.simdloss.bench.WorstCallProfiler;
import org.simdloss.bench.data.Shape;
import org.simdloss.bench.plan.Case;
import org.simdloss.bench.plan.Coverage;
import org.simdloss.bench.plan.Probe;
import org.simdloss.bench.plan.Timing;
import org.simdloss.bench.plan.Workload;
import org.simdloss.bench.statistics.Forks;
import org.simdloss.bench.statistics.Run;

/** A run with something in all places of a report, of which nothing was measured. */
final class MadeUpRun {
  private static final int ROUNDS = 3;
  private static final int ITERATIONS = 4;

  private static final List<Shape> SHAPES =
      Stream.of("1x10", "10x10", "100x10", "1000x10", "10000x10", "60000x10", "128x1000")
          .map(Shape::parse)
          .toList();

  private static final Shape STRIDED = Shape.parse("60000x10/16");

  /** Of an element, by implementation. */
  private static final Map<Implementation, Double> NANOS =
      Map.of(
          Implementation.TEXTBOOK, 8.0,
          Implementation.SCALAR, 3.1,
          Implementation.VECTOR, 0.41,
          Implementation.PARALLEL, 0.22,
          Implementation.BEST, 0.42);

  private static final double PROBE_NANOS = 0.2;

  private MadeUpRun() {}

  static Run run() {
    Forks forks = new Forks();
    for (int round = 1; round <= ROUNDS; round++) {
      for (Workload workload : Workload.values()) {
        steady(forks, round, workload);
      }
      for (Probe probe : Probe.values()) {
        for (Shape shape : SHAPES) {
          forks.add(
              Case.of(probe, shape), round, iterations(round, 5 + PROBE_NANOS * shape.elements()));
        }
      }
      for (Workload workload :
          List.of(
              Workload.SQUARED_ERROR,
              Workload.CROSS_ENTROPY_TARGETS,
              Workload.SOFTMAX_LABELS_GRADIENT)) {
        cold(forks, round, workload);
        worst(forks, round, workload);
      }
      steps(forks, round);
      manyThreads(forks, round);
    }
    return new Run(
        facts(), List.of("**Partial**: 3 of 5 rounds. `--rounds 5` was asked for."), forks);
  }

  private static void steady(Forks forks, int round, Workload workload) {
    for (Implementation implementation : Timing.STEADY_STATE.implementations()) {
      for (Shape shape : SHAPES) {
        double nanos = 20 + NANOS.get(implementation) * shape.elements();
        Forks.Fork fork = iterations(round, nanos);
        forks.add(
            Case.of(workload, implementation, shape),
            round,
            implementation == Implementation.BEST ? settled(fork, shape) : fork);
      }
    }
    double nanos = 1.3 * NANOS.get(Implementation.VECTOR) * STRIDED.elements();
    forks.add(Case.of(workload, Implementation.VECTOR, STRIDED), round, iterations(round, nanos));
  }

  /** All but the smallest batches go over to vectors. */
  private static Forks.Fork settled(Forks.Fork fork, Shape shape) {
    Map<String, double[]> secondary = new HashMap<>(fork.secondary());
    boolean vectors = !shape.equals(SHAPES.get(0));
    double[] yes = new double[ITERATIONS];
    Arrays.fill(yes, vectors ? 1 : 0);
    secondary.put(Settling.VECTORS, yes);
    secondary.put(Settling.SECONDS, each(vectors ? 1.3 : 10));
    return new Forks.Fork(fork.nanos(), secondary);
  }

  private static void worst(Forks forks, int round, Workload workload) {
    for (Implementation implementation : Timing.WORST_CALL.implementations()) {
      forks.add(
          Case.of(Timing.WORST_CALL, workload, implementation, Shape.parse("100x10")),
          round,
          new Forks.Fork(
              new double[] {1e9},
              Map.of(
                  WorstCallProfiler.LARGEST, new double[] {2e7 * round},
                  WorstCallProfiler.P999, new double[] {5e3 * round})));
    }
  }

  private static void manyThreads(Forks forks, int round) {
    for (Workload workload : List.of(Workload.CROSS_ENTROPY_LABELS, Workload.SOFTMAX_LABELS)) {
      Case one =
          Case.of(Timing.MANY_THREADS, workload, Implementation.BEST, Shape.parse("1000x10"));
      forks.add(one, round, iterations(round, 1e5));
    }
  }

  private static void cold(Forks forks, int round, Workload workload) {
    for (Implementation implementation : Timing.COLD_START.implementations()) {
      double last = 1e5 * NANOS.get(implementation);
      double[] calls = new double[ColdStart.CALLS];
      Arrays.setAll(calls, i -> last * (1 + 0.01 * round) * (1 + 50.0 / (1 + i * i)));
      forks.add(
          Case.of(Timing.COLD_START, workload, implementation, Shape.parse("60000x10")),
          round,
          new Forks.Fork(calls, Map.of()));
    }
  }

  private static void steps(Forks forks, int round) {
    for (Implementation implementation : Timing.TRAINING_STEP.implementations()) {
      double loss = 1000 * NANOS.get(implementation);
      double step = 4e6 + loss;
      forks.add(
          Case.of(
              Timing.TRAINING_STEP,
              Workload.SOFTMAX_LABELS_GRADIENT,
              implementation,
              Coverage.TRAINING_STEP),
          round,
          new Forks.Fork(
              iterations(round, step).nanos(),
              Map.of(LossShareProfiler.METRIC, each(loss / step * (1 + 0.01 * round)))));
    }
  }

  /** Forks differ by so much that the report calls the run noisy. */
  private static Forks.Fork iterations(int round, double nanos) {
    return new Forks.Fork(
        each(nanos * (1 + 0.2 * (round - 1))), Map.of(AllocationProfiler.METRIC, each(0)));
  }

  private static double[] each(double value) {
    double[] iterations = new double[ITERATIONS];
    Arrays.setAll(iterations, i -> value * (1 + 0.001 * i));
    return iterations;
  }

  /** As long as such things are, and with what Markdown and HTML could take for their own. */
  private static Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("CPU", "A Processor(R) with a <Long> & Winding Name @ 2.80GHz");
    facts.put("JDK", "17.0.1, OpenJDK 64-Bit Server VM, 17.0.1+1-Distribution-1build1");
    facts.put("`vector` is", "vector-512");
    facts.put(
        "VM flags",
        "`-Xmx1g --add-modules=jdk.incubator.vector"
            + " -XX:MaxVectorSize=64".repeat(8)
            + " -Dapplication.folder="
            + "a/very/long/path/".repeat(12)
            + "`");
    facts.put(
        "Command",
        "`java -jar bench.jar --rounds 5 -p shape=1x10 LossBenchmark.(crossEntropy|both)$`");
    return facts;
  }
}

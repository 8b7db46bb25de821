package org.simdloss.bench.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.TimeValue;
import org.simdloss.bench.ColdStart;
import org.simdloss.bench.Implementation;
import org.simdloss.bench.LossBenchmark;
import org.simdloss.bench.ManyThreads;
import org.simdloss.bench.cli.ModuleVm;
import org.simdloss.bench.cli.UsageException;
import org.simdloss.bench.data.Shape;
import org.simdloss.bench.losses.SpecialInputs;
import org.simdloss.bench.plan.Case;
import org.simdloss.bench.plan.Plan;
import org.simdloss.bench.plan.Selection;
import org.simdloss.bench.plan.Timing;
import org.simdloss.bench.plan.Workload;

class OptionsTest {
  private static final Case ONE =
      Case.of(Workload.SQUARED_ERROR, Implementation.VECTOR, new Shape(100, 10));

  private static Options jmh(String line) throws Exception {
    return new CommandLineOptions(line.isEmpty() ? new String[0] : line.split(" "));
  }

  @Test
  void theVectorModuleIsPutBack() throws Exception {
    Options fork =
        new ForkOptions(
            jmh("-jvmArgsPrepend -Xmx1g -jvmArgsAppend -Da=b"), Plan.DEFAULT, ONE, null);
    assertEquals(List.of(ModuleVm.FLAG, "-Xmx1g"), new ArrayList<>(fork.getJvmArgsPrepend().get()));
    assertEquals(List.of("-Da=b"), new ArrayList<>(fork.getJvmArgsAppend().get()));
    assertFalse(fork.getJvmArgs().hasValue());
  }

  @Test
  void allocationIsMeasuredBesideTheUsersProfilers() throws Exception {
    assertEquals(3, new ForkOptions(jmh(""), Plan.DEFAULT, ONE, null).getProfilers().size());
    assertEquals(
        4, new ForkOptions(jmh("-prof gc"), Plan.DEFAULT, ONE, null).getProfilers().size());
  }

  @Test
  void aColdStartIsOneCallAtATimeWithoutAnythingBeside() throws Exception {
    Case cold =
        Case.of(Timing.COLD_START, Workload.SQUARED_ERROR, Implementation.BEST, new Shape(100, 10));
    Options fork = new ForkOptions(jmh("-wi 3 -i 7 -bs 10 -w 1s -r 1s"), Plan.FULL, cold, null);
    assertEquals(List.of(Mode.SingleShotTime), new ArrayList<>(fork.getBenchModes()));
    assertEquals(0, fork.getWarmupIterations().get());
    assertEquals(ColdStart.CALLS, fork.getMeasurementIterations().get());
    assertEquals(1, fork.getMeasurementBatchSize().get());
    assertEquals(List.of(), fork.getProfilers());
  }

  @Test
  void coldStartsAreSelectedByNameAndImplementation() throws Exception {
    assertEquals(
        List.of(
            "cold start, softmaxLabels, best, 60000x10",
            "cold start, softmaxLabels, vector, 60000x10",
            "cold start, softmaxLabels, scalar, 60000x10",
            "cold start, softmaxLabels, textbook, 60000x10"),
        names("softmaxLabels$", Plan.COLD));
    assertEquals(
        List.of("cold start, squaredError, parallel, 7x10"),
        names("ColdStart.squaredError -p implementation=parallel -p shape=7x10 -bm ss", Plan.COLD));
    assertEquals(
        List.of("squaredError, vector, 7x10"),
        names("squaredError$ -p implementation=vector -p shape=7x10 -bm avgt", Plan.FULL));
    assertEquals(
        List.of("squaredError, best, 7x10"),
        names("squaredError$ -p implementation=best -p shape=7x10", Plan.DEFAULT));
  }

  private static List<String> names(String line, Plan plan) throws Exception {
    return Selection.cases(jmh(line), plan).stream().map(Case::toString).toList();
  }

  @Test
  void theWorstCallsAreOneLoopInOneFreshVm() throws Exception {
    List<Case> cases = Selection.cases(jmh("WorstCall.softmaxLabelsGradient"), Plan.COLD);
    assertEquals(
        List.of(
            "worst call, softmaxLabelsGradient, best, 100x10",
            "worst call, softmaxLabelsGradient, vector, 100x10",
            "worst call, softmaxLabelsGradient, scalar, 100x10"),
        cases.stream().map(Case::toString).toList());
    Options fork = new ForkOptions(jmh("-wi 3 -i 7 -bs 10"), Plan.FULL, cases.get(0), null);
    assertEquals(List.of(Mode.SingleShotTime), new ArrayList<>(fork.getBenchModes()));
    assertEquals(0, fork.getWarmupIterations().get());
    assertEquals(1, fork.getMeasurementIterations().get());
    assertEquals(1, fork.getMeasurementBatchSize().get());
  }

  @Test
  void manyThreadsShareALossInTheFullPlan() throws Exception {
    List<Case> cases = Selection.cases(jmh("ManyThreads"), Plan.FULL);
    assertEquals(
        List.of(
            "many threads, crossEntropyLabels, best, 1000x10",
            "many threads, softmaxLabels, best, 1000x10"),
        cases.stream().map(Case::toString).toList());
    Options fork = new ForkOptions(jmh(""), Plan.FULL, cases.get(0), null);
    assertEquals(ManyThreads.THREADS, fork.getThreads().get());
  }

  @Test
  void whatOptionsCostIsInTheFullPlan() throws Exception {
    List<Case> cases = Selection.cases(jmh("OptionBenchmark"), Plan.FULL);
    assertEquals(
        List.of(
            "row weights, crossEntropyTargetsWeighted, best, 60000x10",
            "row weights, crossEntropyLabelsWeighted, best, 60000x10",
            "row weights, softmaxLabelsWeighted, best, 60000x10",
            "row weights, softmaxLabelsGradientWeighted, best, 60000x10",
            "smoothing, crossEntropyTargetsSmoothed, best, 60000x10",
            "smoothing, crossEntropyLabelsSmoothed, best, 60000x10",
            "smoothing, softmaxLabelsSmoothed, best, 60000x10",
            "smoothing, softmaxLabelsGradientSmoothed, best, 60000x10",
            "ignored label, crossEntropyLabelsIgnoring, best, 60000x10",
            "ignored label, softmaxLabelsIgnoring, best, 60000x10",
            "ignored label, softmaxLabelsGradientIgnoring, best, 60000x10"),
        cases.stream().map(Case::toString).toList());
    cases = Selection.cases(jmh("OperandBenchmark"), Plan.FULL);
    assertEquals(
        List.of(
            "direct buffers, squaredErrorBuffers, best, 60000x10",
            "direct buffers, softmaxLabelsBuffers, best, 60000x10",
            "doubles, squaredErrorDoubles, best, 60000x10",
            "doubles, softmaxLabelsDoubles, best, 60000x10"),
        cases.stream().map(Case::toString).toList());
  }

  /** Without the profile's libraries, which are not on this class path. */
  @Test
  void thePlanOfPeersComparesTheDefaultWithOthersAlone() throws Exception {
    String all = names("softmaxLabels$", Plan.PEERS).stream().collect(Collectors.joining("; "));
    for (String expected :
        List.of(
            "softmaxLabels, best, 100x10",
            "softmaxLabels, textbook, 60000x10",
            "softmaxLabels, vector-loop, 100x10",
            "softmaxLabels, vector-loop-threads, 60000x10",
            "softmaxLabels, vector-loop, 64x32000")) {
      assertTrue(all.contains(expected), all);
    }
    for (String none : List.of("scalar", "softmaxLabels, vector,", "parallel", "probe", "cold")) {
      assertFalse(all.contains(none), all);
    }
    assertFalse(all.contains("vector-loop-threads, 100x10"), all);
    for (Workload workload : Workload.values()) {
      String benchmark = workload.benchmark(Timing.STEADY_STATE) + "$";
      assertFalse(names(benchmark, Plan.PEERS).isEmpty(), benchmark);
    }
    Options fork = new ForkOptions(jmh(""), Plan.PEERS, ONE, null);
    assertTrue(fork.getJvmArgsPrepend().get().contains("-D" + SpecialInputs.PROPERTY + "=true"));
  }

  @Test
  void aPeerThatIsNotInTheJarIsRefused() {
    UsageException refused =
        assertThrows(UsageException.class, () -> names("-p implementation=numpy", Plan.DEFAULT));
    assertTrue(refused.getMessage().contains("numpy, which bench/src/python/peers.py"));
  }

  @Test
  void aForkIsOfItsCaseAloneWhateverTheUsersPattern() throws Exception {
    Options fork = new ForkOptions(jmh("OneHot|Labels squared"), Plan.DEFAULT, ONE, null);
    assertEquals(
        List.of("^\\Q" + LossBenchmark.class.getName() + ".squaredError\\E$"), fork.getIncludes());
  }

  @Test
  void aForkMeasuresOneCaseWithTheUsersTimes() throws Exception {
    Options fork = new ForkOptions(jmh("squared -f 7 -r 3s -rff x -o y"), Plan.QUICK, ONE, null);
    assertEquals(1, fork.getForkCount().get());
    assertEquals(List.of("100x10"), new ArrayList<>(fork.getParameter("shape").get()));
    assertEquals(List.of("vector"), new ArrayList<>(fork.getParameter("implementation").get()));
    assertEquals(TimeValue.seconds(3), fork.getMeasurementTime().get());
    assertFalse(fork.getResult().hasValue());
    assertFalse(fork.getOutput().hasValue());
  }

  @Test
  void aRoundPutsWhatIsComparedSideBySide() throws Exception {
    List<Case> cases = Selection.cases(jmh(""), Plan.DEFAULT);
    assertEquals(cases.size(), cases.stream().distinct().count());
    assertEquals(
        List.of(
            "sigmoid, best, 1000000x1",
            "sigmoid, vector, 1000000x1",
            "sigmoid, scalar, 1000000x1",
            "sigmoid, parallel, 1000000x1",
            "sigmoid, textbook, 1000000x1",
            "read probe, both, 1000000x1"),
        cases.stream().limit(6).map(Case::toString).toList());
    assertEquals(
        List.of("crossEntropyOneHot, vector, 7x10"),
        Selection.cases(jmh("OneHot -p shape=7x10 -p implementation=vector"), Plan.DEFAULT).stream()
            .map(Case::toString)
            .toList());
  }

  @Test
  void parallelIsMeasuredWhereItIsAnotherThanVectorOrAskedFor() throws Exception {
    assertEquals(
        List.of("squaredError, parallel, 60000x10"),
        names("squaredError$", Plan.DEFAULT).stream().filter(e -> e.contains("parallel")).toList());
    assertEquals(
        List.of("squaredError, parallel, 100x10"),
        names("squaredError$ -p implementation=parallel -p shape=100x10", Plan.DEFAULT));
  }

  @Test
  void parallelHasAProbeOfItsOwnWhereThereIsMuchToRead() throws Exception {
    assertEquals(
        List.of(
            "squaredError, vector, 60000x10",
            "squaredError, parallel, 60000x10",
            "read probe, both, 60000x10",
            "read probe, bothParallel, 60000x10"),
        names(
                "squaredError$ ReadProbe -p implementation=vector,parallel -p shape=60000x10",
                Plan.QUICK)
            .stream()
            .filter(each -> each.startsWith("sq") || each.contains("both"))
            .toList());
    assertEquals(List.of(), probesOnAllThreads("implementation=vector,best -p shape=60000x10"));
    assertEquals(List.of(), probesOnAllThreads("implementation=parallel -p shape=1000x10"));
  }

  private static List<String> probesOnAllThreads(String parameters) throws Exception {
    return names("ReadProbe -p " + parameters, Plan.QUICK).stream()
        .filter(each -> each.contains("bothParallel"))
        .toList();
  }

  @Test
  void aRoundOfEachPlanHasSoManyForks() throws Exception {
    List<Integer> forks = new ArrayList<>();
    for (Plan plan : List.of(Plan.QUICK, Plan.DEFAULT, Plan.FULL, Plan.COLD, Plan.HEADLINE)) {
      forks.add(Selection.cases(jmh(""), plan).size());
    }
    assertEquals(List.of(34, 125, 322, 33, 149), forks);
  }

  @Test
  void eachWorkloadHasItsShapes() throws Exception {
    List<String> shapes =
        Selection.cases(jmh("LossBenchmark -p implementation=vector"), Plan.FULL).stream()
            .filter(each -> each.shape().elements() > 600_000)
            .map(Case::toString)
            .toList();
    assertEquals(
        List.of(
            "sigmoid, vector, 1000000x1",
            "sigmoidGradient, vector, 1000000x1",
            "binary, vector, 1000000x1",
            "binaryGradient, vector, 1000000x1",
            "squaredError, vector, 60000x784",
            "softmaxLabels, vector, 64x32000",
            "softmaxLabelsGradient, vector, 64x32000"),
        shapes);
  }

  @Test
  void theUsersShapesAreOfEveryWorkload() throws Exception {
    assertEquals(
        List.of("crossEntropyLabels, vector, 7x10", "crossEntropyLabels, vector, 5x300"),
        Selection.cases(
                jmh("crossEntropyLabels$ -p shape=5×300,7x10,7x10 -p implementation=vector"),
                Plan.QUICK)
            .stream()
            .map(Case::toString)
            .toList());
  }

  @Test
  void roundsAreByNumberOrByTime() {
    assertEquals(2, Plan.DEFAULT.expectedRounds(0, 0, 140));
    assertEquals(2, Plan.DEFAULT.expectedRounds(1, 140, 140));
    assertEquals(1, Plan.DEFAULT.expectedRounds(1, 400, 400));
    assertEquals(1, Plan.QUICK.expectedRounds(0, 0, 10));
    assertEquals(5, Plan.FULL.expectedRounds(1, 1000, 1000));
    assertEquals(3, Plan.QUICK.withRounds(3).expectedRounds(1, 60, 60));
    assertEquals(10, Plan.FULL.withMinutes(100).expectedRounds(1, 600, 600));
  }
}

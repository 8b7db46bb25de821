package org.simdloss.bench;

import static java.util.Map.entry;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.simdloss.Backend;
import org.simdloss.SquaredError;
import org.simdloss.bench.data.SeededBatch;
import org.simdloss.bench.data.Shape;
import org.simdloss.bench.plan.Probe;
import org.simdloss.bench.plan.Timing;
import org.simdloss.bench.plan.Workload;

/** Every benchmark computes what its name says, in every implementation. */
class BenchmarkBodiesTest {
  private static final List<Shape> SHAPES =
      Stream.of("1x10", "7x10", "193x10", "7001x10", "3x1000", "2x5000", "3000x1")
          .map(Shape::parse)
          .toList();

  private static final double TOLERANCE = 40 * 0x1p-24;

  /** A peer's terms and its sums are of type {@code float}. */
  private static final double PEER_TOLERANCE = 16 * TOLERANCE;

  /** In arrays of their own: of the same code, that which copies shows whether they are right. */
  private static final Set<Implementation> KEEP_THEIR_GRADIENTS =
      Set.of(Implementation.DJL, Implementation.DJL_THREADS);

  private static final float UNWRITTEN = 17;

  private static final Map<Shape, SeededBatch.Several> BATCHES = new HashMap<>();

  /** The same, but not the same arrays: if a benchmark wrote to them, the references would tell. */
  private static final Map<Shape, SeededBatch.Several> MEASURED = new HashMap<>();

  /** What a benchmark should return, and the sum of its terms' magnitudes. */
  private record Reference(double value, double magnitude) {}

  private static final Map<String, ToReference> REFERENCES =
      Map.ofEntries(
          entry("squaredError", BenchmarkBodiesTest::squaredError),
          entry("crossEntropyTargets", BenchmarkBodiesTest::crossEntropyTargets),
          entry("crossEntropyOneHot", BenchmarkBodiesTest::crossEntropyLabels),
          entry("crossEntropyLabels", BenchmarkBodiesTest::crossEntropyLabels),
          entry("softmaxLabels", BenchmarkBodiesTest::softmaxLabels),
          entry("softmaxTargets", BenchmarkBodiesTest::softmaxTargets),
          entry("softmaxLabelsGradient", BenchmarkBodiesTest::softmaxLabels),
          entry("squaredErrorGradient", BenchmarkBodiesTest::squaredError),
          entry("crossEntropyTargetsGradient", BenchmarkBodiesTest::crossEntropyTargets),
          entry("crossEntropyLabelsGradient", BenchmarkBodiesTest::crossEntropyLabels),
          entry("sigmoid", BenchmarkBodiesTest::sigmoid),
          entry("sigmoidGradient", BenchmarkBodiesTest::sigmoid),
          entry("binary", BenchmarkBodiesTest::binary),
          entry("binaryGradient", BenchmarkBodiesTest::binary),
          entry("softmaxLabelsHessian", BenchmarkBodiesTest::softmaxLabelsSum),
          entry("both", BenchmarkBodiesTest::both),
          entry("bothParallel", BenchmarkBodiesTest::both),
          entry("labels", data -> sum(data, i -> label(data, i) * data.y[i])),
          entry(
              "logits", data -> sum(data, i -> data.logits[i] + label(data, i) * (i % data.cols))));

  private static final Map<String, ToGradient> GRADIENTS =
      Map.of(
          "softmaxLabelsGradient", BenchmarkBodiesTest::softmaxLabelsGradient,
          "squaredErrorGradient", BenchmarkBodiesTest::squaredErrorGradient,
          "crossEntropyTargetsGradient", BenchmarkBodiesTest::crossEntropyTargetsGradient,
          "crossEntropyLabelsGradient", BenchmarkBodiesTest::crossEntropyLabelsGradient,
          "sigmoidGradient", BenchmarkBodiesTest::sigmoidGradient,
          "binaryGradient", BenchmarkBodiesTest::binaryGradient,
          "softmaxLabelsHessian", BenchmarkBodiesTest::softmaxLabelsSumGradient);

  private static final Map<String, ToGradient> HESSIANS =
      Map.of("softmaxLabelsHessian", BenchmarkBodiesTest::softmaxHessian);

  private interface ToReference {
    Reference of(SeededBatch data);
  }

  private interface ToGradient {
    Gradient of(SeededBatch data);
  }

  private interface Term {
    double at(int i);
  }

  /** What each element should be, and the sum of its terms' magnitudes. */
  private record Gradient(Term value, Term magnitude) {}

  static Stream<Arguments> lossBodies() {
    return benchmarks(LossBenchmark.class)
        .flatMap(
            method ->
                measured()
                    .flatMap(
                        implementation ->
                            SHAPES.stream()
                                .filter(shape -> shape.cols() > 1 || isOfTwoClasses(method))
                                .map(shape -> Arguments.of(method, implementation, shape))));
  }

  /** What these benchmarks can measure. */
  private static Stream<Implementation> measured() {
    return Arrays.stream(Implementation.values()).filter(Implementation::isHere);
  }

  private static boolean isOfTwoClasses(Method method) {
    return method.getName().startsWith("sigmoid") || method.getName().startsWith("binary");
  }

  static Stream<Method> benchmarks(Class<?> type) {
    return Arrays.stream(type.getMethods())
        .filter(method -> method.isAnnotationPresent(Benchmark.class));
  }

  @ParameterizedTest
  @MethodSource("lossBodies")
  void aLossBodyComputesItsLoss(Method method, Implementation implementation, Shape shape)
      throws ReflectiveOperationException {
    LossBenchmark state = new LossBenchmark();
    state.implementation = implementation.toString();
    state.shape = shape.toString();
    state.setUp(method.getName(), BenchmarkBodiesTest::measured);
    Arrays.fill(state.gradient, UNWRITTEN);
    Arrays.fill(state.hessian, UNWRITTEN);
    double loss = (Double) method.invoke(state);
    SeededBatch.Several batches = batches(shape);
    double tolerance = implementation.isPeer() ? PEER_TOLERANCE : TOLERANCE;
    check(method, shape, batches.next(), loss, tolerance);
    if (!KEEP_THEIR_GRADIENTS.contains(implementation)) {
      checkGradient(GRADIENTS, method, shape, state.gradient, tolerance);
      checkGradient(HESSIANS, method, shape, state.hessian, tolerance);
    }
    int count = SeededBatch.count(shape);
    check(method, shape, batches.next(), (Double) method.invoke(state), tolerance);
    for (int i = 2; i < count && count < 100; i++) {
      method.invoke(state);
    }
    if (count < 100 && !implementation.isPeer()) {
      assertEquals(loss, method.invoke(state), "of the first batch again, which is as it was");
    }
  }

  /** Those that a benchmark has, from the first one on. */
  private static SeededBatch.Several batches(Shape shape) {
    return BATCHES.computeIfAbsent(shape, SeededBatch::several).from(0);
  }

  private static SeededBatch.Several measured(Shape shape) {
    return MEASURED.computeIfAbsent(shape, SeededBatch::several).from(0);
  }

  @ParameterizedTest
  @MethodSource("strided")
  void paddingChangesNothing(Method method, Implementation implementation, Shape shape)
      throws ReflectiveOperationException {
    LossBenchmark contiguous = new LossBenchmark();
    contiguous.implementation = implementation.toString();
    contiguous.shape = shape.contiguous().toString();
    contiguous.setUp(method.getName(), BenchmarkBodiesTest::measured);
    LossBenchmark strided = new LossBenchmark();
    strided.implementation = implementation.toString();
    strided.shape = shape.toString();
    strided.setUp(method.getName(), BenchmarkBodiesTest::measured);
    Arrays.fill(strided.gradient, UNWRITTEN);
    Arrays.fill(contiguous.gradient, UNWRITTEN);
    assertEquals(method.invoke(contiguous), method.invoke(strided));
    if (!implementation.isLibrary()) {
      assertArrayEquals(contiguous.gradient, strided.gradient);
      return;
    }
    assertEquals(shape.rows() * shape.stride(), strided.gradient.length);
    for (int i = 0; i < strided.gradient.length; i++) {
      int c = i % shape.stride();
      float expected =
          c < shape.cols() ? contiguous.gradient[i / shape.stride() * shape.cols() + c] : UNWRITTEN;
      assertEquals(expected, strided.gradient[i], "gradient[" + i + "]");
    }
  }

  static Stream<Arguments> strided() {
    return benchmarks(LossBenchmark.class)
        .flatMap(
            method ->
                measured()
                    .filter(each -> !each.isPeer())
                    .flatMap(
                        implementation ->
                            Stream.of("193x10/16", "7001x10/11", "3x300/400")
                                .map(Shape::parse)
                                .map(shape -> Arguments.of(method, implementation, shape))));
  }

  @ParameterizedTest
  @MethodSource("coldBodies")
  void aColdStartComputesItsLoss(Method method, Implementation implementation, Shape shape)
      throws ReflectiveOperationException {
    ColdStart state = new ColdStart();
    state.implementation = implementation.toString();
    state.shape = shape.toString();
    state.setUp();
    Arrays.fill(state.gradient, UNWRITTEN);
    check(method, shape, new SeededBatch(shape), (Double) method.invoke(state), TOLERANCE);
    if (!shape.isStrided()) {
      checkGradient(GRADIENTS, method, shape, state.gradient, TOLERANCE);
    }
  }

  static Stream<Arguments> coldBodies() {
    return benchmarks(ColdStart.class)
        .flatMap(
            method ->
                measured()
                    .filter(each -> !each.isPeer())
                    .flatMap(
                        implementation ->
                            Stream.of("193x10", "193x10/16")
                                .map(Shape::parse)
                                .map(shape -> Arguments.of(method, implementation, shape))));
  }

  /** What the set-up loads, the first call would find loaded. */
  @Test
  void aColdStartsSetUpLoadsNothingOfTheLibrary() throws Exception {
    try (RecordingLoader loader = new RecordingLoader()) {
      Class<?> type = loader.loadClass(ColdStart.class.getName());
      Object state = type.getConstructor().newInstance();
      set(state, "implementation", Implementation.BEST.toString());
      set(state, "shape", "7x10");
      type.getMethod("setUp").invoke(state);
      assertEquals(List.of(), loader.ofLibrary);
      type.getMethod("squaredError").invoke(state);
      assertTrue(loader.ofLibrary.contains(Backend.class.getName()), "the loader records nothing");
    }
  }

  private static void set(Object state, String field, String value) throws Exception {
    Field declared = state.getClass().getDeclaredField(field);
    declared.setAccessible(true);
    declared.set(state, value);
  }

  /** Loads everything anew but the JDK, and records what is of the library. */
  private static final class RecordingLoader extends URLClassLoader {
    final List<String> ofLibrary = new ArrayList<>();

    RecordingLoader() throws MalformedURLException {
      super(classPath(), ClassLoader.getPlatformClassLoader());
    }

    private static URL[] classPath() throws MalformedURLException {
      List<URL> urls = new ArrayList<>();
      for (String path : System.getProperty("java.class.path").split(File.pathSeparator)) {
        urls.add(new File(path).toURI().toURL());
      }
      return urls.toArray(new URL[0]);
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      if (name.startsWith("org.simdloss.") && !name.startsWith("org.simdloss.bench.")) {
        ofLibrary.add(name);
      }
      return super.findClass(name);
    }
  }

  @Test
  void aProbeReadsEverythingThatItShould() throws ReflectiveOperationException {
    List<Method> probes = benchmarks(ReadProbe.class).toList();
    assertEquals(Probe.values().length, probes.size());
    for (Method probe : probes) {
      for (Shape shape : SHAPES) {
        ReadProbe state = new ReadProbe();
        state.shape = shape.toString();
        state.setUp();
        SeededBatch.Several batches = batches(shape);
        for (int i = 0; i < 2; i++) {
          check(probe, shape, batches.next(), (Float) probe.invoke(state), TOLERANCE);
        }
      }
    }
  }

  private static void check(
      Method method, Shape shape, SeededBatch batch, double actual, double tolerance) {
    ToReference reference = REFERENCES.get(method.getName());
    assertNotNull(reference, "no reference for " + method);
    Reference expected = reference.of(batch);
    // The probes' lanes are plain float sums, whose bound grows with their length.
    double terms =
        method.getDeclaringClass() == ReadProbe.class ? Math.max(1, shape.elements() / 1000) : 1;
    assertEquals(
        expected.value,
        actual,
        tolerance * terms * expected.magnitude,
        method.getName() + " of " + shape);
  }

  private static void checkGradient(
      Map<String, ToGradient> references,
      Method method,
      Shape shape,
      float[] actual,
      double tolerance) {
    Gradient unwritten = new Gradient(i -> UNWRITTEN, i -> 0);
    Gradient expected =
        references.getOrDefault(method.getName(), data -> unwritten).of(batches(shape).next());
    for (int i = 0; i < actual.length; i++) {
      int at = i;
      assertEquals(
          expected.value.at(i),
          actual[i],
          tolerance * expected.magnitude.at(i) + Double.MIN_VALUE,
          () -> method.getName() + " of " + shape + ", [" + at + "]");
    }
  }

  @Test
  void theParameterNamesWhatARoundCompares() throws ReflectiveOperationException {
    String[] names =
        LossBenchmark.class.getDeclaredField("implementation").getAnnotation(Param.class).value();
    assertEquals(Timing.STEADY_STATE.implementations().toString(), List.of(names).toString());
    String[] cold =
        ColdStart.class.getDeclaredField("implementation").getAnnotation(Param.class).value();
    assertEquals(Timing.COLD_START.implementations().toString(), List.of(cold).toString());
    String[] worst =
        WorstCall.class.getDeclaredField("implementation").getAnnotation(Param.class).value();
    assertEquals(Timing.WORST_CALL.implementations().toString(), List.of(worst).toString());
  }

  @Test
  void everyWorkloadIsABenchmarkAndHasAProbe() {
    List<String> losses = benchmarks(LossBenchmark.class).map(BenchmarkBodiesTest::name).toList();
    List<String> probes = benchmarks(ReadProbe.class).map(BenchmarkBodiesTest::name).toList();
    for (Workload workload : Workload.values()) {
      assertTrue(losses.contains(workload.benchmark(Timing.STEADY_STATE)), workload.toString());
      for (Implementation implementation : Implementation.values()) {
        String probe = workload.probe(implementation, Shape.parse("60000x10")).benchmark();
        assertTrue(probes.contains(probe), probe);
      }
    }
    assertEquals(losses.size(), Workload.values().length);
    List<String> ofWorkloads =
        Stream.of(Workload.values()).map(each -> each.benchmark(Timing.COLD_START)).toList();
    assertTrue(
        benchmarks(ColdStart.class).map(BenchmarkBodiesTest::name).allMatch(ofWorkloads::contains));
  }

  private static String name(Method method) {
    return method.getDeclaringClass().getName() + "." + method.getName();
  }

  @Test
  void anImplementationRefusesAnotherBackendsName() {
    SquaredError scalar = SquaredError.mse().on(Backend.scalar());
    assertEquals("scalar", Implementation.SCALAR.resolved(scalar));
    assertThrows(IllegalStateException.class, () -> Implementation.VECTOR.resolved(scalar));
    assertThrows(IllegalStateException.class, () -> Implementation.PARALLEL.resolved(scalar));
    SquaredError parallel = SquaredError.mse().on(Backend.scalar().parallel());
    assertThrows(IllegalStateException.class, () -> Implementation.SCALAR.resolved(parallel));
    assertThrows(IllegalStateException.class, () -> Implementation.PARALLEL.resolved(parallel));
    SquaredError vector = SquaredError.mse().on(Backend.vector());
    assertEquals(Backend.vector().toString(), Implementation.VECTOR.resolved(vector));
    assertThrows(IllegalStateException.class, () -> Implementation.PARALLEL.resolved(vector));
    assertEquals(Backend.vector().toString(), Implementation.BEST.resolved(vector));
    assertEquals("scalar", Implementation.BEST.resolved(scalar));
    assertThrows(IllegalStateException.class, () -> Implementation.BEST.resolved(parallel));
  }

  private static Reference both(SeededBatch data) {
    return sum(data, i -> (double) data.y[i] + data.soft[i]);
  }

  private static Reference squaredError(SeededBatch data) {
    return sum(data, i -> Math.pow((double) data.y[i] - data.soft[i], 2) / 2);
  }

  private static Reference crossEntropyLabels(SeededBatch data) {
    return sum(data, i -> -label(data, i) * Math.log(data.y[i] + 1e-7) / data.rows);
  }

  private static Reference crossEntropyTargets(SeededBatch data) {
    Reference sum = sum(data, i -> -data.soft[i] * Math.log(data.y[i] + 1e-7) / data.rows);
    // Each term may be off by its target's size, however small its logarithm is.
    return new Reference(sum.value, sum.magnitude + 1);
  }

  private static Reference softmaxLabels(SeededBatch data) {
    return softmax(data, i -> label(data, i));
  }

  private static Reference softmaxTargets(SeededBatch data) {
    return softmax(data, i -> data.soft[i]);
  }

  private static Reference softmax(SeededBatch data, Term t) {
    double[] logSums = logSums(data);
    Reference logSum = sum(data, i -> t.at(i) * logSums[i / data.cols] / data.rows);
    Reference logit = sum(data, i -> t.at(i) * data.logits[i] / data.rows);
    return new Reference(logSum.value - logit.value, 1 + logSum.magnitude + logit.magnitude);
  }

  /** Of each row, ln Σ exp(x): these logits are small, so nothing overflows. */
  private static double[] logSums(SeededBatch data) {
    double[] sums = new double[data.rows];
    for (int i = 0; i < data.logits.length; i++) {
      sums[i / data.cols] += Math.exp(data.logits[i]);
    }
    return Arrays.stream(sums).map(Math::log).toArray();
  }

  private static Gradient softmaxLabelsGradient(SeededBatch data) {
    double[] logSums = logSums(data);
    Term softmax = i -> Math.exp(data.logits[i] - logSums[i / data.cols]);
    return new Gradient(
        i -> (softmax.at(i) - label(data, i)) / data.rows,
        i -> (softmax.at(i) + label(data, i)) / data.rows);
  }

  private static Reference softmaxLabelsSum(SeededBatch data) {
    Reference mean = softmaxLabels(data);
    return new Reference(mean.value * data.rows, mean.magnitude * data.rows);
  }

  private static Gradient softmaxLabelsSumGradient(SeededBatch data) {
    Gradient mean = softmaxLabelsGradient(data);
    return new Gradient(i -> mean.value.at(i) * data.rows, i -> mean.magnitude.at(i) * data.rows);
  }

  private static Gradient softmaxHessian(SeededBatch data) {
    double[] logSums = logSums(data);
    Term softmax = i -> Math.exp(data.logits[i] - logSums[i / data.cols]);
    return new Gradient(i -> softmax.at(i) * (1 - softmax.at(i)), i -> softmax.at(i));
  }

  private static double softplus(double x) {
    return Math.log1p(Math.exp(x));
  }

  /** Targets are 0 or 1; terms are 0 or more. */
  private static Reference sigmoid(SeededBatch data) {
    return sum(
        data,
        i -> softplus((1 - 2 * data.oneHot[i]) * (double) data.logits[i]) / data.oneHot.length);
  }

  private static Gradient sigmoidGradient(SeededBatch data) {
    return gradient(
        i -> (1 / (1 + Math.exp(-(double) data.logits[i])) - data.oneHot[i]) / data.oneHot.length);
  }

  private static Reference binary(SeededBatch data) {
    return sum(
        data,
        i ->
            -Math.log((data.oneHot[i] == 1 ? data.y[i] : 1 - (double) data.y[i]) + 1e-7)
                / data.oneHot.length);
  }

  private static Gradient binaryGradient(SeededBatch data) {
    return gradient(
        i ->
            (data.oneHot[i] == 1 ? -1 / (data.y[i] + 1e-7) : 1 / (1 - (double) data.y[i] + 1e-7))
                / data.oneHot.length);
  }

  private static Gradient squaredErrorGradient(SeededBatch data) {
    return gradient(i -> (double) data.y[i] - data.soft[i]);
  }

  private static Gradient crossEntropyTargetsGradient(SeededBatch data) {
    return gradient(i -> -data.soft[i] / (data.y[i] + 1e-7) / data.rows);
  }

  private static Gradient crossEntropyLabelsGradient(SeededBatch data) {
    return gradient(i -> -label(data, i) / (data.y[i] + 1e-7) / data.rows);
  }

  private static Gradient gradient(Term value) {
    return new Gradient(value, i -> Math.abs(value.at(i)));
  }

  /** 1 where the element is its row's label, else 0. */
  private static int label(SeededBatch data, int i) {
    return data.labels[i / data.cols] == i % data.cols ? 1 : 0;
  }

  private static Reference sum(SeededBatch data, Term term) {
    ToDoubleFunction<Boolean> total =
        absolute -> {
          double sum = 0;
          for (int i = 0; i < data.y.length; i++) {
            sum += absolute ? Math.abs(term.at(i)) : term.at(i);
          }
          return sum;
        };
    return new Reference(total.applyAsDouble(false), total.applyAsDouble(true));
  }
}

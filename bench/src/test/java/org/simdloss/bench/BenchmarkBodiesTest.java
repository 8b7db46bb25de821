package org.simdloss.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
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

/** Every benchmark computes what its name says, in every implementation. */
class BenchmarkBodiesTest {
  private static final List<Shape> SHAPES =
      Stream.of("1x10", "7x10", "193x10", "7001x10", "3x1000", "2x5000").map(Shape::parse).toList();

  private static final double TOLERANCE = 40 * 0x1p-24;

  /** What a benchmark should return, and the sum of its terms' magnitudes. */
  private record Reference(double value, double magnitude) {}

  private static final Map<String, ToReference> REFERENCES =
      Map.of(
          "squaredError", BenchmarkBodiesTest::squaredError,
          "crossEntropyLabels", BenchmarkBodiesTest::crossEntropyLabels,
          "crossEntropyOneHot", BenchmarkBodiesTest::crossEntropyLabels,
          "crossEntropyTargets", BenchmarkBodiesTest::crossEntropyTargets,
          "both", data -> sum(data, i -> (double) data.y[i] + data.soft[i]),
          "labels", data -> sum(data, i -> isLabel(data, i) ? data.y[i] : 0));

  private interface ToReference {
    Reference of(SeededBatch data);
  }

  private interface Term {
    double at(int i);
  }

  static Stream<Arguments> lossBodies() throws ReflectiveOperationException {
    String[] implementations =
        LossBenchmark.class.getDeclaredField("implementation").getAnnotation(Param.class).value();
    return benchmarks(LossBenchmark.class)
        .flatMap(
            method ->
                Arrays.stream(implementations)
                    .flatMap(
                        implementation ->
                            SHAPES.stream()
                                .map(shape -> Arguments.of(method, implementation, shape))));
  }

  static Stream<Method> benchmarks(Class<?> type) {
    return Arrays.stream(type.getMethods())
        .filter(method -> method.isAnnotationPresent(Benchmark.class));
  }

  @ParameterizedTest
  @MethodSource("lossBodies")
  void aLossBodyComputesItsLoss(Method method, String implementation, Shape shape)
      throws ReflectiveOperationException {
    LossBenchmark state = new LossBenchmark();
    state.implementation = implementation;
    state.shape = shape.toString();
    state.setUp();
    check(method, shape, (Double) method.invoke(state));
  }

  @Test
  void aProbeReadsEverythingThatItShould() throws ReflectiveOperationException {
    List<Method> probes = benchmarks(ReadProbe.class).toList();
    assertEquals(2, probes.size());
    for (Method probe : probes) {
      for (Shape shape : SHAPES) {
        ReadProbe state = new ReadProbe();
        state.shape = shape.toString();
        state.setUp();
        check(probe, shape, (Float) probe.invoke(state));
      }
    }
  }

  private static void check(Method method, Shape shape, double actual) {
    ToReference reference = REFERENCES.get(method.getName());
    assertNotNull(reference, "no reference for " + method);
    Reference expected = reference.of(new SeededBatch(shape));
    // The probes' lanes are plain float sums, whose bound grows with their length.
    double terms =
        method.getDeclaringClass() == ReadProbe.class ? Math.max(1, shape.elements() / 1000) : 1;
    assertEquals(
        expected.value,
        actual,
        TOLERANCE * terms * expected.magnitude,
        method.getName() + " of " + shape);
  }

  @Test
  void theParameterNamesEveryImplementation() throws ReflectiveOperationException {
    String[] names =
        LossBenchmark.class.getDeclaredField("implementation").getAnnotation(Param.class).value();
    assertEquals(Implementation.names(), String.join(", ", names));
  }

  @Test
  void everyWorkloadIsABenchmarkAndHasAProbe() {
    List<String> losses = benchmarks(LossBenchmark.class).map(BenchmarkBodiesTest::name).toList();
    List<String> probes = benchmarks(ReadProbe.class).map(BenchmarkBodiesTest::name).toList();
    for (Workload workload : Workload.values()) {
      assertTrue(losses.contains(workload.benchmark()), workload.benchmark());
      assertTrue(probes.contains(workload.probe()), workload.probe());
    }
    assertEquals(losses.size(), Workload.values().length);
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
  }

  private static Reference squaredError(SeededBatch data) {
    return sum(data, i -> Math.pow((double) data.y[i] - data.soft[i], 2) / 2);
  }

  private static Reference crossEntropyLabels(SeededBatch data) {
    return sum(data, i -> isLabel(data, i) ? -Math.log(data.y[i] + 1e-7) / data.rows : 0);
  }

  private static Reference crossEntropyTargets(SeededBatch data) {
    Reference sum = sum(data, i -> -data.soft[i] * Math.log(data.y[i] + 1e-7) / data.rows);
    // Each term may be off by its target's size, however small its logarithm is.
    return new Reference(sum.value, sum.magnitude + 1);
  }

  private static boolean isLabel(SeededBatch data, int i) {
    return data.labels[i / data.cols] == i % data.cols;
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

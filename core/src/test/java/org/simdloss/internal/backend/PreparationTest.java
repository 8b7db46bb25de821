package org.simdloss.internal.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.simdloss.Backend;
import org.simdloss.CrossEntropy;
import org.simdloss.internal.kernel.Kernels;
import org.simdloss.internal.kernel.Lanes;
import org.simdloss.internal.kernel.ScalarKernels;

class PreparationTest {
  static Stream<Method> loops() {
    return Arrays.stream(Kernels.class.getMethods())
        .filter(method -> !method.getName().equals("name"));
  }

  /** Of each loop one result that is slightly wrong, or one element that is. */
  @ParameterizedTest
  @MethodSource("loops")
  void someWorkFindsAWrongLoop(Method loop) {
    Kernels wrong =
        kernels(
            (proxy, method, args) ->
                method.equals(loop) ? wrong(method, args) : right(method, args));
    List<String> faults =
        Switches.ofAllLosses().stream()
            .map(each -> new Preparation(each.work(), wrong, RealVm.INSTANCE).compare())
            .filter(Objects::nonNull)
            .toList();
    assertTrue(!faults.isEmpty(), loop.getName());
  }

  @Test
  void noWorkFindsAFaultInScalarCode() {
    for (Switch each : Switches.ofAllLosses()) {
      assertNull(
          new Preparation(each.work(), ScalarKernels.INSTANCE, RealVm.INSTANCE).compare(),
          each::toString);
    }
  }

  /** Rows as wide as a caller's leave any number of elements over, whatever the kernel's step. */
  @Test
  void wideRowsHaveAllRemainders() {
    Switch softmax =
        Switches.SOFTMAX_CROSS_ENTROPY.all().stream()
            .filter(each -> each.work().form() == Work.Form.VALUES)
            .findFirst()
            .orElseThrow();
    Set<Integer> remainders = new TreeSet<>();
    Kernels recording =
        kernels(
            (proxy, method, args) -> {
              if (method.getName().equals("sum")) {
                remainders.add((Integer) args[2] % Lanes.COUNT);
              }
              return right(method, args);
            });
    Preparation preparation = new Preparation(softmax.work(), recording, RealVm.INSTANCE);
    preparation.beLike(softmax.work().losses().get(0), 1000, false, false);
    for (int i = 0; i < 2_000; i++) {
      assertNull(preparation.run(0));
    }
    assertEquals(Lanes.COUNT, remainders.size(), remainders::toString);
  }

  private static Kernels kernels(InvocationHandler handler) {
    return (Kernels)
        Proxy.newProxyInstance(
            Kernels.class.getClassLoader(), new Class<?>[] {Kernels.class}, handler);
  }

  private static Object right(Method method, Object[] args) throws IllegalAccessException {
    try {
      return method.invoke(ScalarKernels.INSTANCE, args);
    } catch (InvocationTargetException e) {
      throw new AssertionError(e);
    }
  }

  private static Object wrong(Method method, Object[] args) throws IllegalAccessException {
    Object right = right(method, args);
    if (right instanceof Double x) {
      return x + Math.max(1e-3, Math.abs(x) * 1e-3);
    }
    if (right instanceof Float x) {
      return Math.nextUp(x);
    }
    if (right instanceof Boolean x) {
      return !x;
    }
    if (right instanceof Integer x) {
      return (x + 1) % (Integer) args[args.length - 1];
    }
    int last = args.length - 1;
    while (!(args[last] instanceof float[])) {
      last--;
    }
    float[] out = (float[]) args[last];
    int at = last + 1 < args.length && args[last + 1] instanceof Integer given ? given : 0;
    out[at] = Math.nextUp(out[at]);
    return right;
  }

  /**
   * The works that there are: five losses, with options and weights or without, of three outputs
   * or, of objectives, four, and of three forms of targets or, of two classes, two; and the
   * probabilities of the two that take logits.
   */
  @Test
  void everyWorkHasASwitch() {
    List<String> names = Switches.ofAllLosses().stream().map(Switch::toString).toList();
    assertEquals(96, names.size());
    assertEquals(96, names.stream().distinct().count());
    assertTrue(names.contains("CrossEntropy's row losses, argmax"), names::toString);
    assertTrue(names.contains("SoftmaxCrossEntropy's probabilities, no targets"), names::toString);
  }

  /** No exact number: what decides is time, and on some machine a work may gain nothing. */
  @Test
  void warmingUpMovesWorkToVectorsWhereThereAreAny() {
    CrossEntropy.mean().warmUp();
    assertMoved(Switches.CROSS_ENTROPY.all());
    Backend backend = Backend.best();
    assertSame(backend, backend.warmUp());
    assertMoved(Switches.CLASSES.stream().flatMap(each -> each.all().stream()).toList());
  }

  private static void assertMoved(List<Switch> all) {
    boolean scalar = System.getProperty("simdloss.test.expect").equals("scalar");
    Kernels expected = scalar ? ScalarKernels.INSTANCE : Probe.vectorKernels();
    List<Switch> others = all.stream().filter(each -> each.kernels() != expected).toList();
    System.out.println(others.size() + " of " + all.size() + " works have not moved: " + others);
    assertTrue(others.size() <= (scalar ? 0 : all.size() / 3), others::toString);
  }
}

package org.simdloss.internal;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.simdloss.Backend;

class BestKernelsTest {
  private static final int[] LENGTHS = {1, 15, 16, 17, 63, 64, 65, 98, 300, 1919, 1920};

  /** Each method of the one must go to the same method of the others, with the same arguments. */
  @ParameterizedTest
  @EnumSource(Kernel.class)
  void eachLoopGoesToItsLikeBeforeAndAfterItMoves(Kernel kernel) {
    assertSame(kernel);
    BestKernels.prepare();
    assertSame(kernel);
  }

  private static void assertSame(Kernel kernel) {
    for (int n : LENGTHS) {
      assertTrue(
          Drill.agree(kernel, ScalarKernels.INSTANCE, BestKernels.INSTANCE, n), kernel + " " + n);
    }
  }

  /** No exact number: on some machine a loop may gain nothing by vectors. */
  @Test
  void mostLoopsMoveWhereThereAreVectors() {
    boolean vectors = !System.getProperty("simdloss.test.expect").equals("scalar");
    int moved = BestKernels.prepare();
    System.out.println(moved + " of " + Kernel.values().length + " kernels have moved to vectors");
    assertTrue(vectors ? moved > Kernel.values().length / 2 : moved == 0, moved + " moved");
  }

  @Test
  void warmingUpReturnsTheBackend() {
    Backend backend = Backend.best();
    org.junit.jupiter.api.Assertions.assertSame(backend, backend.warmUp());
  }

  /** Of each kernel one result that is slightly wrong, or one element that is. */
  @ParameterizedTest
  @EnumSource(Kernel.class)
  void aDrillFindsAWrongKernel(Kernel kernel) {
    Kernels wrong =
        (Kernels)
            Proxy.newProxyInstance(
                Kernels.class.getClassLoader(),
                new Class<?>[] {Kernels.class},
                (proxy, method, args) -> wrong(method, args));
    assertFalse(Drill.agree(kernel, ScalarKernels.INSTANCE, wrong, 98), kernel.toString());
  }

  private static Object wrong(Method method, Object[] args) throws IllegalAccessException {
    Object right;
    try {
      right = method.invoke(ScalarKernels.INSTANCE, args);
    } catch (InvocationTargetException e) {
      throw new AssertionError(e);
    }
    if (right instanceof Double x) {
      return Math.nextUp(x);
    }
    if (right instanceof Float x) {
      return Math.nextUp(x);
    }
    if (right instanceof Boolean x) {
      return !x;
    }
    int last = args.length - 1;
    while (!(args[last] instanceof float[])) {
      last--;
    }
    float[] out = (float[]) args[last];
    int at = (Integer) args[last + 1];
    out[at + 12] = Math.nextUp(out[at + 12]);
    return right;
  }
}

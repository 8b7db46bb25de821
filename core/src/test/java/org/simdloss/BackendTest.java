package org.simdloss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import jdk.incubator.vector.VectorShape;
import org.junit.jupiter.api.Test;

class BackendTest {
  /**
   * The build says what each VM of its test runs must choose; a machine with narrower vectors
   * chooses its own width, but never another kind of backend.
   */
  @Test
  void theBestBackendIsTheExpectedOne() {
    String expected = System.getProperty("simdloss.test.expect");
    if (expected.startsWith("vector-")) {
      int most = Integer.parseInt(expected.substring("vector-".length()));
      expected = "vector-" + Math.min(most, VectorShape.preferredShape().vectorBitSize());
      assertEquals(expected, Backend.vector().toString());
    } else {
      IllegalStateException e = assertThrows(IllegalStateException.class, Backend::vector);
      assertEquals(
          "no vector backend: the module jdk.incubator.vector is not loaded; start the VM with"
              + " --add-modules jdk.incubator.vector"
              + " (results are the same without it)",
          e.getMessage());
    }
    assertEquals(expected, Backend.best().toString());
    assertEquals("SquaredError.mse on " + expected, SquaredError.mse().toString());
    assertEquals("CrossEntropy.sum(delta=1.0E-7) on " + expected, CrossEntropy.sum().toString());
  }

  @Test
  void saysWhatItIs() {
    assertEquals("scalar", Backend.scalar().toString());
    assertEquals("scalar parallel", Backend.scalar().parallel().parallel().toString());
    assertSame(Backend.best(), Backend.best());
    assertEquals(
        "SquaredError.halfSumOverRows on scalar",
        SquaredError.halfSumOverRows().on(Backend.scalar()).toString());
    assertEquals(
        "CrossEntropy.mean(delta=0.01) on scalar",
        CrossEntropy.mean().on(Backend.scalar()).delta(0.01).toString());
  }

  @Test
  void aLossIsMadeOnce() {
    assertSame(SquaredError.halfSum(), SquaredError.halfSum());
    assertSame(SquaredError.halfSumOverRows(), SquaredError.halfSumOverRows());
    assertSame(SquaredError.mse(), SquaredError.mse());
    assertSame(CrossEntropy.sum(), CrossEntropy.sum());
    assertSame(CrossEntropy.mean(), CrossEntropy.mean());
    assertSame(SoftmaxCrossEntropy.sum(), SoftmaxCrossEntropy.sum());
    assertSame(SoftmaxCrossEntropy.mean(), SoftmaxCrossEntropy.mean());
  }
}

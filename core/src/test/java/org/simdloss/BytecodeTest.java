package org.simdloss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.simdloss.internal.block.Workspace;
import org.simdloss.internal.block.Workspaces;
import org.simdloss.internal.call.Evaluator;
import org.simdloss.internal.kernel.VectorKernels;

/**
 * Sizes that zero allocation rests on. {@link Evaluator#run} says why a batch made for a call is
 * never allocated: each step from the public method to it is short enough to be inlined whatever
 * the compiler knows of it ({@code -XX:MaxInlineSize}), and it is too long to be inlined however
 * often it is called ({@code -XX:FreqInlineSize}).
 */
class BytecodeTest {
  private static final int MAX_INLINE_SIZE = 35;
  private static final int FREQ_INLINE_SIZE = 325;

  /** Methods that are handed a batch, targets or a workspace, and are on the way to a loss. */
  private static final Map<Class<?>, List<String>> STEPS =
      Map.of(
          Loss.class,
          List.of("loss(", "lossAndGradient(", "perRow(", "addTo(", "run(", "check("),
          SoftmaxCrossEntropy.class,
          List.of("softmax(", "check(", "run(", "withoutTargets("),
          Batch.class,
          List.of(
              "of(",
              "row(",
              "slice(",
              "part(",
              "asPredictions(",
              "asOutput(",
              "check(",
              "rows(",
              "cols(",
              "data(",
              "offset(",
              "stride("),
          Targets.class,
          List.of("of(", "labels(", "argmax(", "slice(", "part(", "asTargets(", "check(", "rows("),
          Workspace.class,
          List.of("setPredictions(", "setTargets(", "setOutput(", "set("),
          Workspaces.class,
          List.of("take(Output)"));

  @Test
  void stepsToALossAreInlinedWhateverTheirProfile() {
    Map<String, Integer> tooLong = new TreeMap<>();
    STEPS.forEach(
        (type, names) -> {
          Map<String, Integer> sizes = Bytecode.sizes(type);
          for (String name : names) {
            assertTrue(
                sizes.keySet().stream().anyMatch(each -> each.startsWith(name)),
                () -> "no " + name + " in " + sizes);
            sizes.forEach(
                (method, size) -> {
                  if (method.startsWith(name) && size > MAX_INLINE_SIZE) {
                    tooLong.put(type.getSimpleName() + "." + method, size);
                  }
                });
          }
        });
    assertEquals(Map.of(), tooLong);
  }

  @Test
  void whatComputesALossIsNeverInlined() {
    Bytecode.sizes(Evaluator.class)
        .forEach(
            (method, size) ->
                assertTrue(
                    !method.startsWith("run(") || size > FREQ_INLINE_SIZE, method + ": " + size));
  }

  /** The exponentials' loop is compiled by itself: within its caller JDK 17 boxed vectors. */
  @Test
  void theLoopOfExponentialsIsNeverInlined() {
    Bytecode.sizes(VectorKernels.class)
        .forEach(
            (method, size) ->
                assertTrue(
                    !method.startsWith("expIfWithinLimit(") || size > FREQ_INLINE_SIZE,
                    method + ": " + size));
  }
}

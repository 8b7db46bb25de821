package org.simdloss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.simdloss.internal.block.Workspace;
import org.simdloss.internal.block.Workspaces;
import org.simdloss.internal.call.Evaluator;
import org.simdloss.internal.kernel.VectorKernels;
import org.simdloss.internal.loss.RowSums;

/**
 * Sizes that zero allocation rests on. {@link Evaluator#run} says why a batch made for a call is
 * never allocated: each step from the public method to it is short enough to be inlined in a call
 * that the compiler does not know to be hot ({@code -XX:MaxInlineSize}), and it is too long to be
 * inlined however hot a call is ({@code -XX:FreqInlineSize}).
 */
@Tag("any-width")
class BytecodeTest {
  private static final int MAX_INLINE_SIZE = 35;
  private static final int FREQ_INLINE_SIZE = 325;

  /** Methods that are handed a batch, targets or a workspace, and are on the way to a loss. */
  private static final Map<Class<?>, List<String>> STEPS =
      Map.of(
          Loss.class,
          List.of(
              "loss(",
              "lossAndGradient(",
              "perRow(",
              "addTo(",
              "addRowsTo(",
              "add(",
              "run(",
              "writeProbabilities(",
              "withoutTargets(",
              "check("),
          Objective.class,
          List.of("lossGradientHessian(", "run(", "check("),
          SoftmaxCrossEntropy.class,
          List.of("softmax("),
          SigmoidCrossEntropy.class,
          List.of("sigmoid("),
          Batch.class,
          List.of(
              "of(",
              "row(",
              "slice(",
              "part(",
              "at(",
              "view(",
              "checkShape(",
              "asPredictions(",
              "asOutput(",
              "asHessian(",
              "differs(",
              "difference(",
              "check(",
              "rows(",
              "cols(",
              "data(",
              "offset(",
              "stride("),
          Targets.class,
          List.of(
              "of(",
              "labels(",
              "argmax(",
              "weighted(",
              "slice(",
              "part(",
              "asTargets(",
              "check(",
              "checkWeights(",
              "rows("),
          Workspace.class,
          List.of("setPredictions(", "setTargets(", "setOutput(", "set("),
          Workspaces.class,
          List.of("take(Output)"));

  @Test
  void stepsToALossAreInlinedWhereverTheyAreNotRare() {
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

  /** Evaluator.run and the loops, each of which says why where it stands. */
  @Test
  void whatIsCompiledByItselfIsNeverInlined() {
    Map<Class<?>, List<String>> alone =
        Map.of(
            Evaluator.class,
            List.of("run("),
            VectorKernels.class,
            List.of(
                "expIfWithinLimit(",
                "expIfWithinLimitOrMasked(",
                "scaledExp(",
                "multiply(",
                "multiplySides(",
                "oneSidedTerms(",
                "expOfMinusSize("),
            RowSums.class,
            List.of("addTen("));
    alone.forEach(
        (type, names) -> {
          Map<String, Integer> sizes = Bytecode.sizes(type);
          for (String name : names) {
            int least =
                sizes.keySet().stream()
                    .filter(each -> each.startsWith(name))
                    .mapToInt(sizes::get)
                    .min()
                    .orElseThrow(() -> new AssertionError("no " + name + " in " + sizes));
            assertTrue(least > FREQ_INLINE_SIZE, type.getSimpleName() + "." + name + ": " + least);
          }
        });
  }
}

package org.simdloss.internal.backend;

import java.util.ArrayList;
import java.util.List;
import org.simdloss.internal.block.BlockLoss;
import org.simdloss.internal.block.Output;
import org.simdloss.internal.kernel.ScalarKernels;
import org.simdloss.internal.loss.CrossEntropyBlocks;
import org.simdloss.internal.loss.SoftmaxCrossEntropyBlocks;
import org.simdloss.internal.loss.SquaredErrorBlocks;

/**
 * The switches of one class of losses: one for each output and form of targets, for the whole VM,
 * so that a loss made for a single call goes on where the one before it was.
 */
public final class Switches {
  private static final int FORMS = Work.Form.values().length;

  public static final Switches SQUARED_ERROR =
      new Switches("SquaredError", SquaredErrorBlocks.INSTANCE);

  public static final Switches CROSS_ENTROPY =
      new Switches(
          "CrossEntropy",
          new CrossEntropyBlocks(1e-7, ScalarKernels.INSTANCE),
          new CrossEntropyBlocks(0, ScalarKernels.INSTANCE));

  public static final Switches SOFTMAX_CROSS_ENTROPY =
      new Switches("SoftmaxCrossEntropy", SoftmaxCrossEntropyBlocks.INSTANCE);

  /** Of every class of losses there is. */
  public static final List<Switches> CLASSES =
      List.of(SQUARED_ERROR, CROSS_ENTROPY, SOFTMAX_CROSS_ENTROPY);

  private static final List<Switch> ALL =
      CLASSES.stream().flatMap(each -> each.all.stream()).toList();

  private final Switch[] byWork = new Switch[Output.values().length * FORMS];

  private final List<Switch> all;

  /**
   * @param name of the class
   * @param losses of the class, one for each of its paths
   */
  Switches(String name, BlockLoss... losses) {
    List<Switch> made = new ArrayList<>();
    for (Output output : losses[0].outputs()) {
      for (Work.Form form : forms(output)) {
        String of = name + "'s " + output.result + ", " + form;
        Switch work = new Switch(new Work(of, List.of(losses), output, form));
        byWork[index(output, form)] = work;
        made.add(work);
      }
    }
    all = List.copyOf(made);
  }

  private static Work.Form[] forms(Output output) {
    return output == Output.PROBABILITIES
        ? new Work.Form[] {Work.Form.NONE}
        : new Work.Form[] {Work.Form.LABELS, Work.Form.VALUES, Work.Form.ARGMAX};
  }

  private static int index(Output output, Work.Form form) {
    return output.ordinal() * FORMS + form.ordinal();
  }

  /** The switch of a call; that of a loss and that of what it adds to a sum are the same. */
  public Switch of(Output output, float[] t, int[] labels, boolean argmax) {
    Work.Form form =
        labels != null
            ? Work.Form.LABELS
            : t == null ? Work.Form.NONE : argmax ? Work.Form.ARGMAX : Work.Form.VALUES;
    return byWork[index(output == Output.TOTAL ? Output.LOSS : output, form)];
  }

  /** Every switch of the class. */
  public List<Switch> all() {
    return all;
  }

  /** Every switch there is. */
  public static List<Switch> ofAllLosses() {
    return ALL;
  }
}

package org.simdloss.internal.backend;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.simdloss.internal.block.BlockLoss;
import org.simdloss.internal.block.Output;
import org.simdloss.internal.block.TargetOptions;
import org.simdloss.internal.kernel.ScalarKernels;
import org.simdloss.internal.loss.BinaryCrossEntropyBlocks;
import org.simdloss.internal.loss.CrossEntropyBlocks;
import org.simdloss.internal.loss.SigmoidCrossEntropyBlocks;
import org.simdloss.internal.loss.SoftmaxCrossEntropyBlocks;
import org.simdloss.internal.loss.SquaredErrorBlocks;
import org.simdloss.internal.loss.WeightedCrossEntropyBlocks;
import org.simdloss.internal.loss.WeightedSoftmaxCrossEntropyBlocks;
import org.simdloss.internal.loss.WeightedSquaredErrorBlocks;

/**
 * The switches of one class of losses: one for each output and form of targets, for the whole VM,
 * so that a loss made for a single call goes on where the one before it was.
 */
public final class Switches {
  private static final int FORMS = Work.Form.values().length;

  public static final Switches SQUARED_ERROR =
      new Switches("SquaredError", false, SquaredErrorBlocks.INSTANCE);

  public static final Switches CROSS_ENTROPY =
      new Switches(
          "CrossEntropy",
          false,
          new CrossEntropyBlocks(1e-7, ScalarKernels.INSTANCE),
          new CrossEntropyBlocks(0, ScalarKernels.INSTANCE));

  public static final Switches SOFTMAX_CROSS_ENTROPY =
      new Switches("SoftmaxCrossEntropy", false, SoftmaxCrossEntropyBlocks.INSTANCE);

  public static final Switches BINARY_CROSS_ENTROPY =
      new Switches("BinaryCrossEntropy", false, binary(false, 1e-7, 0), binary(false, 0, 0));

  public static final Switches SIGMOID_CROSS_ENTROPY =
      new Switches("SigmoidCrossEntropy", false, sigmoid(false, 1));

  private static final TargetOptions SMOOTHED = TargetOptions.NONE.smoothing(0.1);

  /** Of losses with options, and of calls with weights. */
  public static final Switches WEIGHTED_SQUARED_ERROR =
      new Switches("weighted SquaredError", true, WeightedSquaredErrorBlocks.INSTANCE);

  public static final Switches WEIGHTED_CROSS_ENTROPY =
      new Switches(
          "weighted CrossEntropy",
          true,
          weighted(1e-7, 0, TargetOptions.NONE),
          weighted(0, 0.1, TargetOptions.NONE),
          weighted(1e-7, 0.1, SMOOTHED),
          weighted(0, 0, TargetOptions.NONE.ignoring(1)),
          weighted(1e-7, 0, SMOOTHED.ignoring(1)));

  public static final Switches WEIGHTED_SOFTMAX_CROSS_ENTROPY =
      new Switches(
          "weighted SoftmaxCrossEntropy",
          true,
          weighted(TargetOptions.NONE),
          weighted(SMOOTHED),
          weighted(SMOOTHED.ignoring(1)));

  public static final Switches WEIGHTED_BINARY_CROSS_ENTROPY =
      new Switches(
          "weighted BinaryCrossEntropy", true, binary(true, 1e-7, 0), binary(true, 0, 0.1));

  public static final Switches WEIGHTED_SIGMOID_CROSS_ENTROPY =
      new Switches("weighted SigmoidCrossEntropy", true, sigmoid(true, 3));

  /** Of every class of losses there is, without options and weights. */
  public static final List<Switches> CLASSES =
      List.of(
          SQUARED_ERROR,
          CROSS_ENTROPY,
          BINARY_CROSS_ENTROPY,
          SOFTMAX_CROSS_ENTROPY,
          SIGMOID_CROSS_ENTROPY);

  /** Of the same with them. */
  public static final List<Switches> WEIGHTED =
      List.of(
          WEIGHTED_SQUARED_ERROR,
          WEIGHTED_CROSS_ENTROPY,
          WEIGHTED_BINARY_CROSS_ENTROPY,
          WEIGHTED_SOFTMAX_CROSS_ENTROPY,
          WEIGHTED_SIGMOID_CROSS_ENTROPY);

  private static final List<Switch> ALL =
      Stream.concat(CLASSES.stream(), WEIGHTED.stream())
          .flatMap(each -> each.all.stream())
          .toList();

  private final Switch[] byWork = new Switch[Output.values().length * FORMS];

  private final List<Switch> all;

  /**
   * @param name of the class
   * @param mayHaveWeights whether calls' rows may have weights
   * @param losses of the class, one for each of its paths
   */
  Switches(String name, boolean mayHaveWeights, BlockLoss... losses) {
    List<Switch> made = new ArrayList<>();
    for (Output output : losses[0].outputs()) {
      for (Work.Form form : forms(output, losses[0])) {
        String of = name + "'s " + output.result + ", " + form;
        List<BlockLoss> able = new ArrayList<>(); // no stream, whose lambdas take time to link
        for (BlockLoss loss : losses) {
          if (form == Work.Form.LABELS || !loss.options().ignores()) {
            able.add(loss);
          }
        }
        Switch work = new Switch(new Work(of, List.copyOf(able), output, form, mayHaveWeights));
        byWork[index(output, form)] = work;
        made.add(work);
      }
    }
    all = List.copyOf(made);
  }

  private static BlockLoss weighted(double delta, double clip, TargetOptions options) {
    return new WeightedCrossEntropyBlocks(delta, clip, options, ScalarKernels.INSTANCE);
  }

  private static BlockLoss weighted(TargetOptions options) {
    return new WeightedSoftmaxCrossEntropyBlocks(options, ScalarKernels.INSTANCE);
  }

  private static BlockLoss binary(boolean weighted, double delta, double clip) {
    return new BinaryCrossEntropyBlocks(weighted, delta, clip, ScalarKernels.INSTANCE);
  }

  private static BlockLoss sigmoid(boolean weighted, float positiveWeight) {
    return new SigmoidCrossEntropyBlocks(weighted, positiveWeight, ScalarKernels.INSTANCE);
  }

  private static Work.Form[] forms(Output output, BlockLoss loss) {
    return output == Output.PROBABILITIES
        ? new Work.Form[] {Work.Form.NONE}
        : loss.takesArgmax()
            ? new Work.Form[] {Work.Form.LABELS, Work.Form.VALUES, Work.Form.ARGMAX}
            : new Work.Form[] {Work.Form.LABELS, Work.Form.VALUES};
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
    return byWork[index(output.kind(), form)];
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

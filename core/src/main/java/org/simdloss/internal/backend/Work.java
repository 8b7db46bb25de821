package org.simdloss.internal.backend;

import java.util.List;
import org.simdloss.internal.block.BlockLoss;
import org.simdloss.internal.block.Output;

/**
 * A kind of work: all calls of a class of losses for one output and one form of targets.
 *
 * @param losses losses of the class, one for each of its paths
 * @param name for a person to read, such as {@code SoftmaxCrossEntropy's gradient, labels}
 * @param mayHaveWeights whether a call's rows may have weights
 */
public record Work(
    String name, List<BlockLoss> losses, Output output, Form form, boolean mayHaveWeights) {
  /** The form in which a call's targets are declared. */
  public enum Form {
    LABELS("labels"),
    VALUES("values"),
    ARGMAX("argmax"),
    NONE("no targets");

    private final String words;

    Form(String words) {
      this.words = words;
    }

    @Override
    public String toString() {
      return words;
    }
  }
}

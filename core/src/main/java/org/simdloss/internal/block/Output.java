package org.simdloss.internal.block;

/** What a call of a loss is for, and what its arguments are called in messages. */
public enum Output {
  /** The loss: scale · sum / divisor. */
  LOSS("loss", null, "y"),
  /** Scale · sum, for a sum over several batches. */
  TOTAL("loss", null, "y"),
  /** The loss, and its derivative with respect to each prediction. */
  GRADIENT("gradient", "gradient", "y"),
  /** The loss of each row. */
  ROW_LOSSES("row losses", "losses", "y"),
  /** The softmax of each row of logits, which is the gradient where there are no targets. */
  PROBABILITIES("probabilities", "into", "logits");

  /** What is computed, in words. */
  public final String result;

  private final String output;
  public final String input;

  Output(String result, String output, String input) {
    this.result = result;
    this.output = output;
    this.input = input;
  }

  /** Whether the batch's divisor counts. */
  public boolean isDivided() {
    return this == LOSS || this == GRADIENT;
  }

  /** The columns that are written of each row. */
  public int cols(int cols) {
    return this == ROW_LOSSES ? 1 : cols;
  }

  @Override
  public String toString() {
    return output;
  }
}

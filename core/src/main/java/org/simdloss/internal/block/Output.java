package org.simdloss.internal.block;

/** What a call of a loss is for, and what its arguments are called in messages. */
public enum Output {
  /** The loss: scale · sum / divisor. */
  LOSS("loss", null, "y"),
  /** Scale · sum, for a sum over several batches. */
  TOTAL("loss", null, "y"),
  /** The same of each row by itself. */
  ROW_TOTALS("loss of each row for a sum", null, "y"),
  /** Scale · sum, for a sum over several batches, and what {@link #GRADIENT} says. */
  TOTAL_AND_GRADIENT("gradient", "gradient", "y"),
  /** The loss, and its derivative with respect to each prediction. */
  GRADIENT("gradient", "gradient", "y"),
  /** The same, and the second derivatives: the diagonal of the Hessian. */
  HESSIAN("gradient and Hessian", "gradient", "y"),
  /** The loss of each row. */
  ROW_LOSSES("row losses", "losses", "y"),
  /** What the logits stand for, which is the gradient where there are no targets. */
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
    return this == LOSS || hasGradient();
  }

  /** Whether there is a gradient to write. */
  public boolean hasGradient() {
    return this == GRADIENT || this == TOTAL_AND_GRADIENT || this == HESSIAN;
  }

  /** Whether a batch is added to a sum over several. */
  public boolean isTotal() {
    return this == TOTAL || this == TOTAL_AND_GRADIENT;
  }

  /** The output of which this one is a kind: what is prepared for that serves it too. */
  public Output kind() {
    return this == TOTAL || this == ROW_TOTALS
        ? LOSS
        : this == TOTAL_AND_GRADIENT ? GRADIENT : this;
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

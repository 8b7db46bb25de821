package org.simdloss.internal.block;

/**
 * What a loss makes of its targets before it looks at them.
 *
 * @param ignores whether rows of one label count nowhere
 * @param ignored that label; it need not be a column
 * @param smoothing ε: a target t becomes (1 − ε) · t + ε / cols
 */
public record TargetOptions(boolean ignores, int ignored, double smoothing) {
  public static final TargetOptions NONE = new TargetOptions(false, 0, 0);

  /** Whether any is set. A record's own equality would link method handles, for 30 ms. */
  public boolean areSet() {
    return ignores || smoothing > 0;
  }

  public TargetOptions ignoring(int label) {
    return new TargetOptions(true, label, smoothing);
  }

  /**
   * @throws IllegalArgumentException unless it is from 0 to 1
   */
  public TargetOptions smoothing(double epsilon) {
    if (!(epsilon >= 0 && epsilon <= 1)) {
      throw new IllegalArgumentException("epsilon is " + epsilon + "; allowed: 0 to 1");
    }
    return new TargetOptions(ignores, ignored, epsilon + 0.0);
  }

  /** Whether a row counts nowhere, because of its label. */
  boolean ignores(int label) {
    return ignores && label == ignored;
  }

  /** For example {@code .ignoring(-100).smoothing(0.1)}; empty if there are none. */
  @Override
  public String toString() {
    return (ignores ? ".ignoring(" + ignored + ")" : "")
        + (smoothing > 0 ? ".smoothing(" + smoothing + ")" : "");
  }
}

package org.simdloss;

import static org.simdloss.TestData.U;

/** A row's softmax as it should be, and the losses that come of it. */
final class ExactSoftmax {
  private final float[] x;
  private final int at;
  private final double max;

  /** ln Σ e^(x − max). */
  private final double ln;

  /** 0 if all logits are within ±64 or −∞, otherwise their maximum. */
  private final double shift;

  ExactSoftmax(float[] x, int at, int cols) {
    this.x = x;
    this.at = at;
    int best = at;
    boolean withinLimit = cols > 1;
    for (int i = at; i < at + cols; i++) {
      best = x[i] > x[best] ? i : best;
      withinLimit &= Math.abs(x[i]) <= 64 || x[i] == Float.NEGATIVE_INFINITY;
    }
    int top = best;
    max = x[top];
    shift = withinLimit ? 0 : max;
    // Without the greatest, which is 1, so that nothing is lost where the others are small.
    Exact others =
        Exact.sum(at, at + cols, (i, sum) -> sum.add(i == top ? 0 : StrictMath.exp(x[i] - max)));
    ln = StrictMath.log1p(others.value());
  }

  double probability(int c) {
    return StrictMath.exp(x[at + c] - max - ln);
  }

  /** |d|, where d is the logit less what is subtracted from it, which may be 0. */
  private double size(int c) {
    return Math.abs(x[at + c] - shift);
  }

  /** |ln Σ e^d|. */
  private double sizeOfLn() {
    return Math.abs(ln + (max - shift));
  }

  /** |d|; 0 where nothing is subtracted, and so nothing is lost. */
  double distance(int c) {
    return shift == 0 ? 0 : size(c);
  }

  void addLabel(int label, Exact sum) {
    addLoss(1, label, sum);
    sum.allow(U * (40 + distance(label)));
  }

  void addLabelOfRow(int label, Exact sum) {
    addLoss(1, label, sum);
    sum.allow(U * (40 + 2 * size(label) + 3 * sizeOfLn()));
  }

  void addTargets(float[] t, int cols, Exact sum) {
    sum.add(
        Exact.sum(
            0,
            cols,
            (c, row) -> {
              if (t[at + c] != 0) {
                addLoss(t[at + c], c, row);
                row.allow(40 * U * Math.abs(t[at + c]) * (1 + sizeOfLn() + size(c)));
              }
            }));
  }

  /** t · (ln Σ e^x − x). */
  private void addLoss(float t, int c, Exact sum) {
    sum.addProduct(t, ln);
    sum.addProduct(t, max, -x[at + c]);
  }
}

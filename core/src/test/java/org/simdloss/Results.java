package org.simdloss;

import static org.simdloss.TestData.bits;
import static org.simdloss.TestData.hex;

import java.util.Arrays;

/**
 * All that a loss computes of a batch: its bits, and hashes of arrays' bits, with NaN as one value.
 * The softmax's is 0 of other losses.
 */
record Results(String loss, String withGradient, int rows, int gradient, int sum, int softmax) {
  static Results of(Loss loss, Batch y, Targets t) {
    Batch out = MiniBatch.zeros(y.rows(), y.cols());
    float[] rows = new float[y.rows()];
    loss.perRow(y, t, rows);
    LossSum sum = new LossSum();
    loss.addTo(sum, y, t);
    String withGradient = hex(loss.lossAndGradient(y, t, out));
    int gradient = hash(out.data());
    int softmax = 0;
    if (loss instanceof SoftmaxCrossEntropy of) {
      of.softmax(y, out);
      softmax = hash(out.data());
    }
    return new Results(
        hex(loss.loss(y, t)),
        withGradient,
        hash(rows),
        gradient,
        Arrays.hashCode(sum.toBytes()),
        softmax);
  }

  private static int hash(float[] values) {
    return Arrays.hashCode(bits(values, values.length));
  }
}

package org.simdloss;

import java.util.Arrays;
import java.util.List;
import org.simdloss.internal.BestKernels;

/** Computes every loss of every kind of batch, often enough for the compiler to be through. */
final class WarmUp {
  /** The compiler acts on 5000 calls of a method. */
  private static final int TIMES = 1500;

  private WarmUp() {}

  static void run(Backend backend) {
    if (backend.kernels() == BestKernels.INSTANCE) {
      BestKernels.prepare();
    }
    List<Loss> losses =
        List.of(
            SquaredError.halfSum().on(backend),
            CrossEntropy.mean().on(backend),
            SoftmaxCrossEntropy.mean().on(backend));
    for (int i = 0; i < TIMES; i++) {
      // Of some columns, of a row that is larger than a block, and of rows that lie apart.
      int rows = i % 50 + 1;
      run(losses, rows, 10, 10);
      run(losses, rows % 4 + 1, 100, 101);
      if (i % 16 == 0) {
        run(losses, 2, 2000, 2000);
      }
    }
  }

  private static void run(List<Loss> losses, int rows, int cols, int stride) {
    float[] data = new float[rows * stride];
    Arrays.fill(data, 0.1f);
    float[] ones = new float[rows * stride];
    int[] labels = new int[rows];
    for (int r = 0; r < rows; r++) {
      labels[r] = r % cols;
      ones[r * stride + r % cols] = 1;
    }
    Batch y = Batch.of(data, 0, rows, cols, stride);
    Batch hot = Batch.of(ones, 0, rows, cols, stride);
    Batch gradient = Batch.of(new float[rows * stride], 0, rows, cols, stride);
    float[] rowLosses = new float[rows];
    List<Targets> targets =
        List.of(Targets.labels(labels), Targets.of(y), Targets.of(hot), Targets.argmax(hot));
    for (Loss loss : losses) {
      for (Targets t : targets) {
        loss.loss(y, t);
        loss.lossAndGradient(y, t, gradient);
        loss.perRow(y, t, rowLosses);
      }
    }
  }
}

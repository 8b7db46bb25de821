package org.simdloss.bench.losses;

import java.util.function.ToDoubleFunction;
import org.simdloss.bench.data.SeededBatch;
import org.simdloss.bench.data.Shape;

/** The losses that a benchmark measures, as one implementation computes them. */
public interface Losses {
  /**
   * A loss as a function of the batch.
   *
   * @param loss the benchmark's name, such as {@code squaredError}
   * @param shape of the batches that the function will get
   * @param gradient where it goes, {@link Shape#length} elements, if the loss has one
   * @param hessian the same of its Hessian
   * @throws IllegalArgumentException if there is no such loss
   */
  ToDoubleFunction<SeededBatch> body(String loss, Shape shape, float[] gradient, float[] hessian);

  /** What computes it, with its version, for a report. */
  String description();

  /** For a loss that no implementation has. */
  static IllegalArgumentException unknown(String loss) {
    return new IllegalArgumentException("no loss is measured by " + loss);
  }
}

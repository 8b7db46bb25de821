package org.simdloss.bench;

import java.util.List;
import java.util.function.ToDoubleFunction;
import org.simdloss.Backend;
import org.simdloss.Batch;
import org.simdloss.BinaryCrossEntropy;
import org.simdloss.CrossEntropy;
import org.simdloss.Loss;
import org.simdloss.SigmoidCrossEntropy;
import org.simdloss.SoftmaxCrossEntropy;
import org.simdloss.SquaredError;
import org.simdloss.Targets;
import org.simdloss.bench.data.SeededBatch;
import org.simdloss.bench.data.Shape;
import org.simdloss.bench.losses.Losses;

/**
 * The library's, on one backend. Each call makes its {@code Batch} and {@code Targets} anew, as a
 * caller does who has arrays: that is part of the time, and B/op shows whether it is free.
 */
final class LibraryLosses implements Losses {
  private final Implementation implementation;
  private final SquaredError halfSum;
  private final CrossEntropy mean;
  private final SoftmaxCrossEntropy softmax;
  private final SoftmaxCrossEntropy softmaxSum;
  private final SigmoidCrossEntropy ofLogits;
  private final BinaryCrossEntropy ofProbabilities;

  LibraryLosses(Implementation implementation) {
    this.implementation = implementation;
    Backend backend = implementation.backend();
    halfSum = SquaredError.halfSum().on(backend);
    mean = CrossEntropy.mean().on(backend);
    softmax = SoftmaxCrossEntropy.mean().on(backend);
    softmaxSum = SoftmaxCrossEntropy.sum().on(backend);
    ofLogits = SigmoidCrossEntropy.mean().on(backend);
    ofProbabilities = BinaryCrossEntropy.mean().on(backend);
  }

  @Override
  public ToDoubleFunction<SeededBatch> body(
      String loss, Shape shape, float[] gradient, float[] hessian) {
    int rows = shape.rows();
    int cols = shape.cols();
    int stride = shape.stride();
    return switch (loss) {
      case "squaredError" ->
          batch ->
              halfSum.loss(
                  Batch.of(batch.y, 0, rows, cols, stride),
                  Targets.of(Batch.of(batch.soft, 0, rows, cols, stride)));
      case "crossEntropyTargets" ->
          batch ->
              mean.loss(
                  Batch.of(batch.y, 0, rows, cols, stride),
                  Targets.of(Batch.of(batch.soft, 0, rows, cols, stride)));
      case "crossEntropyOneHot" ->
          batch ->
              mean.loss(
                  Batch.of(batch.y, 0, rows, cols, stride),
                  Targets.of(Batch.of(batch.oneHot, 0, rows, cols, stride)));
      case "crossEntropyLabels" ->
          batch ->
              mean.loss(Batch.of(batch.y, 0, rows, cols, stride), Targets.labels(batch.labels));
      case "softmaxLabels" ->
          batch ->
              softmax.loss(
                  Batch.of(batch.logits, 0, rows, cols, stride), Targets.labels(batch.labels));
      case "softmaxTargets" ->
          batch ->
              softmax.loss(
                  Batch.of(batch.logits, 0, rows, cols, stride),
                  Targets.of(Batch.of(batch.soft, 0, rows, cols, stride)));
      case "softmaxLabelsGradient" ->
          batch ->
              softmax.lossAndGradient(
                  Batch.of(batch.logits, 0, rows, cols, stride),
                  Targets.labels(batch.labels),
                  Batch.of(gradient, 0, rows, cols, stride));
      case "squaredErrorGradient" ->
          batch ->
              halfSum.lossAndGradient(
                  Batch.of(batch.y, 0, rows, cols, stride),
                  Targets.of(Batch.of(batch.soft, 0, rows, cols, stride)),
                  Batch.of(gradient, 0, rows, cols, stride));
      case "crossEntropyTargetsGradient" ->
          batch ->
              mean.lossAndGradient(
                  Batch.of(batch.y, 0, rows, cols, stride),
                  Targets.of(Batch.of(batch.soft, 0, rows, cols, stride)),
                  Batch.of(gradient, 0, rows, cols, stride));
      case "crossEntropyLabelsGradient" ->
          batch ->
              mean.lossAndGradient(
                  Batch.of(batch.y, 0, rows, cols, stride),
                  Targets.labels(batch.labels),
                  Batch.of(gradient, 0, rows, cols, stride));
      case "softmaxLabelsHessian" ->
          batch ->
              softmaxSum.lossGradientHessian(
                  Batch.of(batch.logits, 0, rows, cols, stride),
                  Targets.labels(batch.labels),
                  Batch.of(gradient, 0, rows, cols, stride),
                  Batch.of(hessian, 0, rows, cols, stride));
      case "sigmoid" ->
          batch ->
              ofLogits.loss(
                  Batch.of(batch.logits, 0, rows, cols, stride),
                  Targets.of(Batch.of(batch.oneHot, 0, rows, cols, stride)));
      case "sigmoidGradient" ->
          batch ->
              ofLogits.lossAndGradient(
                  Batch.of(batch.logits, 0, rows, cols, stride),
                  Targets.of(Batch.of(batch.oneHot, 0, rows, cols, stride)),
                  Batch.of(gradient, 0, rows, cols, stride));
      case "binary" ->
          batch ->
              ofProbabilities.loss(
                  Batch.of(batch.y, 0, rows, cols, stride),
                  Targets.of(Batch.of(batch.oneHot, 0, rows, cols, stride)));
      case "binaryGradient" ->
          batch ->
              ofProbabilities.lossAndGradient(
                  Batch.of(batch.y, 0, rows, cols, stride),
                  Targets.of(Batch.of(batch.oneHot, 0, rows, cols, stride)),
                  Batch.of(gradient, 0, rows, cols, stride));
      default -> throw Losses.unknown(loss);
    };
  }

  @Override
  public String description() {
    String resolved = "";
    for (Loss loss : List.of(halfSum, mean, softmax)) {
      resolved = implementation.resolved(loss);
    }
    return resolved;
  }
}

package org.simdloss.bench.djl;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.GradientCollector;
import ai.djl.training.loss.Loss;
import ai.djl.training.loss.SoftmaxCrossEntropyLoss;
import java.nio.file.Path;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.simdloss.bench.data.SeededBatch;
import org.simdloss.bench.data.Shape;
import org.simdloss.bench.losses.Losses;

/**
 * The losses as users of DJL write them: its own {@link Loss} where it has one of the same formula,
 * else its arrays' operations; gradients by PyTorch's automatic differentiation. Everything that a
 * call makes is closed at its end.
 */
final class DjlLosses implements Losses {
  private static final float DELTA = 1e-7f;

  private final int threads;
  private final boolean copies;

  /** Arrays that are made once, of those that hold the same elements. */
  private final Map<Object, NDArray> made = new IdentityHashMap<>();

  private NDManager manager;

  private interface Formula {
    NDArray loss(NDArray predictions, NDArray targets);
  }

  /**
   * @param copies whether each call makes its arrays of {@code float[]}, and writes a gradient
   *     there
   */
  DjlLosses(int threads, boolean copies) {
    this.threads = threads;
    this.copies = copies;
  }

  @Override
  public String description() {
    Engine engine = engine();
    return "DJL "
        + Engine.getDjlVersion()
        + " on "
        + engine.getEngineName()
        + " "
        + engine.getVersion()
        + (threads == 1 ? ", 1 thread" : ", " + threads + " threads")
        + (copies ? ", arrays copied in each call" : "");
  }

  /** It must find everything in the jar, and takes the number of threads when it is loaded. */
  private Engine engine() {
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.setProperty("DJL_CACHE_DIR", Path.of("results", "data", "djl").toString());
    System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(threads));
    System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
    return Engine.getEngine("PyTorch");
  }

  @Override
  public ToDoubleFunction<SeededBatch> body(
      String loss, Shape shape, float[] gradient, float[] hessian) {
    manager = engine().newBaseManager(Device.cpu());
    int rows = shape.rows();
    Function<SeededBatch, float[]> y = batch -> batch.y;
    Function<SeededBatch, float[]> logits = batch -> batch.logits;
    Function<SeededBatch, Object> soft = batch -> batch.soft;
    Function<SeededBatch, Object> oneHot = batch -> batch.oneHot;
    Function<SeededBatch, Object> labels = batch -> batch.labels;
    Formula squaredError = (p, t) -> p.sub(t).square().sum().mul(0.5f);
    Formula targets = (p, t) -> p.add(DELTA).log().mul(t).sum().div(-rows);
    Formula ofLabels = (p, t) -> p.gather(t.expandDims(1), 1).add(DELTA).log().mean().neg();
    Formula softmax = ofDjl(Loss.softmaxCrossEntropyLoss());
    Formula softmaxTargets = ofDjl(new SoftmaxCrossEntropyLoss("loss", 1, -1, false, true));
    Formula sigmoid = ofDjl(Loss.sigmoidBinaryCrossEntropyLoss());
    Formula binary =
        (p, t) ->
            t.mul(p.add(DELTA).log())
                .add(t.neg().add(1).mul(p.neg().add(1).add(DELTA).log()))
                .mean()
                .neg();
    return switch (loss) {
      case "squaredError" -> value(shape, y, soft, squaredError);
      case "crossEntropyTargets" -> value(shape, y, soft, targets);
      case "crossEntropyOneHot" -> value(shape, y, oneHot, targets);
      case "crossEntropyLabels" -> value(shape, y, labels, ofLabels);
      case "softmaxLabels" -> value(shape, logits, labels, softmax);
      case "softmaxTargets" -> value(shape, logits, soft, softmaxTargets);
      case "sigmoid" -> value(shape, logits, oneHot, sigmoid);
      case "binary" -> value(shape, y, oneHot, binary);
      case "softmaxLabelsGradient" -> gradient(shape, logits, labels, softmax, gradient);
      case "squaredErrorGradient" -> gradient(shape, y, soft, squaredError, gradient);
      case "crossEntropyTargetsGradient" -> gradient(shape, y, soft, targets, gradient);
      case "crossEntropyLabelsGradient" -> gradient(shape, y, labels, ofLabels, gradient);
      case "sigmoidGradient" -> gradient(shape, logits, oneHot, sigmoid, gradient);
      case "binaryGradient" -> gradient(shape, y, oneHot, binary, gradient);
      case "softmaxLabelsHessian" -> softmaxHessian(shape, gradient, hessian);
      default -> throw Losses.unknown(loss);
    };
  }

  private static Formula ofDjl(Loss loss) {
    return (p, t) -> loss.evaluate(new NDList(t), new NDList(p));
  }

  private ToDoubleFunction<SeededBatch> value(
      Shape shape,
      Function<SeededBatch, float[]> predictions,
      Function<SeededBatch, Object> targets,
      Formula formula) {
    return batch -> {
      try (NDScope scope = new NDScope()) {
        scope.suppressNotUsedWarning();
        NDArray p = array(predictions.apply(batch), shape);
        return formula.loss(p, array(targets.apply(batch), shape)).getFloat();
      }
    };
  }

  private ToDoubleFunction<SeededBatch> gradient(
      Shape shape,
      Function<SeededBatch, float[]> predictions,
      Function<SeededBatch, Object> targets,
      Formula formula,
      float[] gradient) {
    return batch -> {
      try (NDScope scope = new NDScope()) {
        scope.suppressNotUsedWarning();
        // Of the same elements, and new, or gradients of all calls would be added up.
        NDArray p = array(predictions.apply(batch), shape).stopGradient();
        p.setRequiresGradient(true);
        NDArray t = array(targets.apply(batch), shape);
        NDArray loss;
        try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
          loss = formula.loss(p, t);
          collector.backward(loss);
        }
        copy(p.getGradient(), gradient);
        return loss.getFloat();
      }
    };
  }

  /** By the formulas, since a Hessian is not what automatic differentiation is for. */
  private ToDoubleFunction<SeededBatch> softmaxHessian(
      Shape shape, float[] gradient, float[] hessian) {
    return batch -> {
      try (NDScope scope = new NDScope()) {
        scope.suppressNotUsedWarning();
        NDArray x = array(batch.logits, shape);
        NDArray labels = array(batch.labels, shape);
        NDArray logs = x.logSoftmax(1);
        NDArray p = logs.exp();
        copy(p.sub(labels.oneHot(shape.cols())), gradient);
        copy(p.mul(p.neg().add(1)), hessian);
        return logs.gather(labels.expandDims(1), 1).sum().neg().getFloat();
      }
    };
  }

  private void copy(NDArray from, float[] to) {
    if (copies) {
      System.arraycopy(from.toFloatArray(), 0, to, 0, to.length);
    }
  }

  /** Made for this call, or once for all. */
  private NDArray array(Object values, Shape shape) {
    return copies ? make(values, shape) : made.computeIfAbsent(values, of -> keep(of, shape));
  }

  private NDArray keep(Object values, Shape shape) {
    NDArray array = make(values, shape);
    NDScope.unregister(array);
    return array;
  }

  private NDArray make(Object values, Shape shape) {
    if (values instanceof float[] elements) {
      return manager.create(elements, new ai.djl.ndarray.types.Shape(shape.rows(), shape.cols()));
    }
    return manager.create((int[]) values).toType(DataType.INT64, false);
  }
}

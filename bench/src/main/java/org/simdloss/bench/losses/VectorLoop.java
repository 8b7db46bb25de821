package org.simdloss.bench.losses;

import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.simdloss.bench.data.SeededBatch;
import org.simdloss.bench.data.Shape;

/**
 * The losses as a good engineer writes them with the Vector API in an hour: {@code float} sums in
 * any order, four of them where a loop is long, the API's own {@code EXP} and {@code LOG}, masks
 * for what is left at the end, and no check of any argument. Beside it the library shows what its
 * promises cost: exact sums, the same bits everywhere, and checks.
 *
 * <p>It knows no stride. Several threads each compute a part of the rows.
 */
public final class VectorLoop implements Losses {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final float DELTA = 1e-7f;

  private final int threads;

  /** The sum of the losses of some rows. */
  private interface Rows {
    double sum(SeededBatch batch, int from, int to);
  }

  public VectorLoop(int threads) {
    this.threads = threads;
  }

  @Override
  public String description() {
    return "a plain loop of " + SPECIES.vectorBitSize() + "-bit vectors" + threads(threads);
  }

  private static String threads(int threads) {
    return threads == 1 ? "" : ", " + threads + " threads";
  }

  @Override
  public ToDoubleFunction<SeededBatch> body(
      String loss, Shape shape, float[] gradient, float[] hessian) {
    int rows = shape.rows();
    int cols = shape.cols();
    double ofMean = 1.0 / rows;
    float scale = (float) ofMean;
    return switch (loss) {
      case "squaredError" ->
          body(rows, 0.5, (b, from, to) -> squaredError(b.y, b.soft, from * cols, to * cols));
      case "crossEntropyTargets" ->
          body(rows, -ofMean, (b, from, to) -> targets(b.y, b.soft, from * cols, to * cols));
      case "crossEntropyOneHot" ->
          body(rows, -ofMean, (b, from, to) -> targets(b.y, b.oneHot, from * cols, to * cols));
      case "crossEntropyLabels" ->
          body(rows, -ofMean, (b, from, to) -> labels(b.y, b.labels, cols, from, to));
      case "softmaxLabels" ->
          body(rows, ofMean, (b, from, to) -> softmax(b.logits, b.labels, cols, from, to));
      case "softmaxTargets" ->
          body(rows, ofMean, (b, from, to) -> softmaxTargets(b.logits, b.soft, cols, from, to));
      case "softmaxLabelsGradient" ->
          body(
              rows,
              ofMean,
              (b, from, to) ->
                  softmaxGradient(b.logits, b.labels, gradient, null, scale, cols, from, to));
      case "squaredErrorGradient" ->
          body(
              rows,
              0.5,
              (b, from, to) -> squaredErrorGradient(b.y, b.soft, gradient, from * cols, to * cols));
      case "crossEntropyTargetsGradient" ->
          body(
              rows,
              -ofMean,
              (b, from, to) ->
                  targetsGradient(b.y, b.soft, gradient, scale, from * cols, to * cols));
      case "crossEntropyLabelsGradient" ->
          body(
              rows,
              -ofMean,
              (b, from, to) -> labelsGradient(b.y, b.labels, gradient, scale, cols, from, to));
      case "sigmoid" ->
          body(
              rows,
              ofMean / cols,
              (b, from, to) -> sigmoid(b.logits, b.oneHot, from * cols, to * cols));
      case "sigmoidGradient" ->
          body(
              rows,
              ofMean / cols,
              (b, from, to) ->
                  sigmoidGradient(
                      b.logits, b.oneHot, gradient, scale / cols, from * cols, to * cols));
      case "binary" ->
          body(
              rows, -ofMean / cols, (b, from, to) -> binary(b.y, b.oneHot, from * cols, to * cols));
      case "binaryGradient" ->
          body(
              rows,
              -ofMean / cols,
              (b, from, to) ->
                  binaryGradient(b.y, b.oneHot, gradient, scale / cols, from * cols, to * cols));
      case "softmaxLabelsHessian" ->
          body(
              rows,
              1,
              (b, from, to) ->
                  softmaxGradient(b.logits, b.labels, gradient, hessian, 1, cols, from, to));
      default -> throw Losses.unknown(loss);
    };
  }

  private ToDoubleFunction<SeededBatch> body(int rows, double factor, Rows loss) {
    if (threads == 1) {
      return batch -> factor * loss.sum(batch, 0, rows);
    }
    return batch ->
        factor
            * IntStream.range(0, threads)
                .parallel()
                .mapToDouble(part -> loss.sum(batch, part(rows, part), part(rows, part + 1)))
                .sum();
  }

  private int part(int rows, int number) {
    return (int) ((long) rows * number / threads);
  }

  private static FloatVector load(float[] values, int i) {
    return FloatVector.fromArray(SPECIES, values, i);
  }

  private static FloatVector load(float[] values, int i, VectorMask<Float> mask) {
    return FloatVector.fromArray(SPECIES, values, i, mask);
  }

  private static FloatVector zero() {
    return FloatVector.zero(SPECIES);
  }

  private static float sum(FloatVector a, FloatVector b, FloatVector c, FloatVector d) {
    return a.add(b).add(c.add(d)).reduceLanes(VectorOperators.ADD);
  }

  private static double squaredError(float[] y, float[] t, int from, int to) {
    FloatVector a = zero();
    FloatVector b = zero();
    FloatVector c = zero();
    FloatVector d = zero();
    int i = from;
    for (; i <= to - 4 * LANES; i += 4 * LANES) {
      FloatVector ofA = load(y, i).sub(load(t, i));
      FloatVector ofB = load(y, i + LANES).sub(load(t, i + LANES));
      FloatVector ofC = load(y, i + 2 * LANES).sub(load(t, i + 2 * LANES));
      FloatVector ofD = load(y, i + 3 * LANES).sub(load(t, i + 3 * LANES));
      a = ofA.fma(ofA, a);
      b = ofB.fma(ofB, b);
      c = ofC.fma(ofC, c);
      d = ofD.fma(ofD, d);
    }
    FloatVector rest = zero();
    for (; i < to; i += LANES) {
      VectorMask<Float> mask = SPECIES.indexInRange(i, to);
      FloatVector difference = load(y, i, mask).sub(load(t, i, mask));
      rest = difference.fma(difference, rest);
    }
    return sum(a, b, c, d) + rest.reduceLanes(VectorOperators.ADD);
  }

  private static double squaredErrorGradient(float[] y, float[] t, float[] g, int from, int to) {
    FloatVector a = zero();
    FloatVector b = zero();
    FloatVector c = zero();
    FloatVector d = zero();
    int i = from;
    for (; i <= to - 4 * LANES; i += 4 * LANES) {
      FloatVector ofA = load(y, i).sub(load(t, i));
      FloatVector ofB = load(y, i + LANES).sub(load(t, i + LANES));
      FloatVector ofC = load(y, i + 2 * LANES).sub(load(t, i + 2 * LANES));
      FloatVector ofD = load(y, i + 3 * LANES).sub(load(t, i + 3 * LANES));
      ofA.intoArray(g, i);
      ofB.intoArray(g, i + LANES);
      ofC.intoArray(g, i + 2 * LANES);
      ofD.intoArray(g, i + 3 * LANES);
      a = ofA.fma(ofA, a);
      b = ofB.fma(ofB, b);
      c = ofC.fma(ofC, c);
      d = ofD.fma(ofD, d);
    }
    FloatVector rest = zero();
    for (; i < to; i += LANES) {
      VectorMask<Float> mask = SPECIES.indexInRange(i, to);
      FloatVector difference = load(y, i, mask).sub(load(t, i, mask));
      difference.intoArray(g, i, mask);
      rest = difference.fma(difference, rest);
    }
    return sum(a, b, c, d) + rest.reduceLanes(VectorOperators.ADD);
  }

  private static FloatVector log(FloatVector y) {
    return y.add(DELTA).lanewise(VectorOperators.LOG);
  }

  /** Σ t · ln(y + 1e-7). */
  private static double targets(float[] y, float[] t, int from, int to) {
    FloatVector a = zero();
    FloatVector b = zero();
    FloatVector c = zero();
    FloatVector d = zero();
    int i = from;
    for (; i <= to - 4 * LANES; i += 4 * LANES) {
      a = log(load(y, i)).fma(load(t, i), a);
      b = log(load(y, i + LANES)).fma(load(t, i + LANES), b);
      c = log(load(y, i + 2 * LANES)).fma(load(t, i + 2 * LANES), c);
      d = log(load(y, i + 3 * LANES)).fma(load(t, i + 3 * LANES), d);
    }
    FloatVector rest = zero();
    for (; i < to; i += LANES) {
      VectorMask<Float> mask = SPECIES.indexInRange(i, to);
      rest = log(load(y, i, mask)).fma(load(t, i, mask), rest);
    }
    return sum(a, b, c, d) + rest.reduceLanes(VectorOperators.ADD);
  }

  private static double targetsGradient(
      float[] y, float[] t, float[] g, float scale, int from, int to) {
    FloatVector a = zero();
    int i = from;
    for (; i <= to - LANES; i += LANES) {
      FloatVector v = load(y, i).add(DELTA);
      FloatVector target = load(t, i);
      target.mul(-scale).div(v).intoArray(g, i);
      a = v.lanewise(VectorOperators.LOG).fma(target, a);
    }
    FloatVector rest = zero();
    for (; i < to; i += LANES) {
      VectorMask<Float> mask = SPECIES.indexInRange(i, to);
      FloatVector v = load(y, i, mask).add(DELTA);
      FloatVector target = load(t, i, mask);
      target.mul(-scale).div(v).intoArray(g, i, mask);
      rest = v.lanewise(VectorOperators.LOG).fma(target, rest);
    }
    return a.reduceLanes(VectorOperators.ADD) + rest.reduceLanes(VectorOperators.ADD);
  }

  /** Σ ln(y[r, label] + 1e-7), of as many rows at once as there are lanes. */
  private static double labels(float[] y, int[] labels, int cols, int from, int to) {
    int[] at = new int[LANES];
    FloatVector a = zero();
    int r = from;
    for (; r <= to - LANES; r += LANES) {
      for (int lane = 0; lane < LANES; lane++) {
        at[lane] = lane * cols + labels[r + lane];
      }
      a = a.add(log(FloatVector.fromArray(SPECIES, y, r * cols, at, 0)));
    }
    double sum = a.reduceLanes(VectorOperators.ADD);
    for (; r < to; r++) {
      sum += Math.log(y[r * cols + labels[r]] + DELTA);
    }
    return sum;
  }

  private static double labelsGradient(
      float[] y, int[] labels, float[] g, float scale, int cols, int from, int to) {
    Arrays.fill(g, from * cols, to * cols, 0);
    for (int r = from; r < to; r++) {
      int i = r * cols + labels[r];
      g[i] = -scale / (y[i] + DELTA);
    }
    return labels(y, labels, cols, from, to);
  }

  private static FloatVector exp(FloatVector x, float max) {
    return x.sub(max).lanewise(VectorOperators.EXP);
  }

  /** The lanes of what is left of a row after whole vectors. */
  private static VectorMask<Float> tail(int cols) {
    return SPECIES.indexInRange(0, cols - SPECIES.loopBound(cols));
  }

  /**
   * What is left of a row after whole vectors, and −∞, which is no maximum, and whose exponential
   * is 0. A whole vector is loaded, where the array has one: of a load with a mask JDK 17 makes
   * objects.
   *
   * @param room as many elements as there are lanes
   */
  private static FloatVector rest(
      float[] x, int row, int cols, VectorMask<Float> tail, float[] room) {
    int whole = SPECIES.loopBound(cols);
    float[] from = x;
    int at = row + whole;
    if (at > x.length - LANES) {
      System.arraycopy(x, at, room, 0, cols - whole);
      from = room;
      at = 0;
    }
    return FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY).blend(load(from, at), tail);
  }

  private static float max(float[] x, int row, int cols, FloatVector rest) {
    FloatVector max = rest;
    for (int c = 0; c < SPECIES.loopBound(cols); c += LANES) {
      max = max.max(load(x, row + c));
    }
    return max.reduceLanes(VectorOperators.MAX);
  }

  /** Σ exp(x − max). */
  private static float sumOfExps(float[] x, float max, int row, int cols, FloatVector rest) {
    FloatVector a = zero();
    FloatVector b = exp(rest, max);
    int whole = SPECIES.loopBound(cols);
    int c = 0;
    for (; c <= whole - 2 * LANES; c += 2 * LANES) {
      a = a.add(exp(load(x, row + c), max));
      b = b.add(exp(load(x, row + c + LANES), max));
    }
    for (; c < whole; c += LANES) {
      a = a.add(exp(load(x, row + c), max));
    }
    return a.add(b).reduceLanes(VectorOperators.ADD);
  }

  private static double softmax(float[] x, int[] labels, int cols, int from, int to) {
    VectorMask<Float> tail = tail(cols);
    float[] room = new float[LANES];
    double sum = 0;
    for (int r = from; r < to; r++) {
      int row = r * cols;
      FloatVector rest = rest(x, row, cols, tail, room);
      float max = max(x, row, cols, rest);
      float exps = sumOfExps(x, max, row, cols, rest);
      sum += (float) Math.log(exps) + max - x[row + labels[r]];
    }
    return sum;
  }

  private static double softmaxTargets(float[] x, float[] t, int cols, int from, int to) {
    VectorMask<Float> tail = tail(cols);
    float[] room = new float[LANES];
    int whole = SPECIES.loopBound(cols);
    double sum = 0;
    for (int r = from; r < to; r++) {
      int row = r * cols;
      FloatVector rest = rest(x, row, cols, tail, room);
      float max = max(x, row, cols, rest);
      float logSum = (float) Math.log(sumOfExps(x, max, row, cols, rest)) + max;
      FloatVector a = zero();
      for (int c = 0; c < whole; c += LANES) {
        a = load(x, row + c).neg().add(logSum).fma(load(t, row + c), a);
      }
      float ofRow = a.reduceLanes(VectorOperators.ADD);
      for (int c = whole; c < cols; c++) {
        ofRow += t[row + c] * (logSum - x[row + c]);
      }
      sum += ofRow;
    }
    return sum;
  }

  /**
   * @param h null if no Hessian is wanted
   */
  private static double softmaxGradient(
      float[] x, int[] labels, float[] g, float[] h, float scale, int cols, int from, int to) {
    VectorMask<Float> tail = tail(cols);
    float[] room = new float[LANES];
    int whole = SPECIES.loopBound(cols);
    double sum = 0;
    for (int r = from; r < to; r++) {
      int row = r * cols;
      FloatVector rest = rest(x, row, cols, tail, room);
      float max = max(x, row, cols, rest);
      FloatVector ofRest = exp(rest, max);
      FloatVector a = zero();
      for (int c = 0; c < whole; c += LANES) {
        FloatVector e = exp(load(x, row + c), max);
        e.intoArray(g, row + c);
        a = a.add(e);
      }
      float exps = a.add(ofRest).reduceLanes(VectorOperators.ADD);
      float factor = scale / exps;
      for (int c = 0; c < whole; c += LANES) {
        FloatVector p = load(g, row + c).mul(factor);
        p.intoArray(g, row + c);
        if (h != null) {
          p.mul(p.neg().add(1)).intoArray(h, row + c);
        }
      }
      ofRest.mul(factor).intoArray(room, 0);
      System.arraycopy(room, 0, g, row + whole, cols - whole);
      if (h != null) {
        for (int c = whole; c < cols; c++) {
          h[row + c] = g[row + c] * (1 - g[row + c]);
        }
      }
      g[row + labels[r]] -= scale;
      sum += (float) Math.log(exps) + max - x[row + labels[r]];
    }
    return sum;
  }

  /** max(x, 0) − x · t + ln(1 + exp(−|x|)). */
  private static FloatVector sigmoidLoss(FloatVector x, FloatVector t) {
    return x.max(0)
        .sub(x.mul(t))
        .add(x.abs().neg().lanewise(VectorOperators.EXP).lanewise(VectorOperators.LOG1P));
  }

  private static double sigmoid(float[] x, float[] t, int from, int to) {
    FloatVector a = zero();
    FloatVector b = zero();
    FloatVector c = zero();
    FloatVector d = zero();
    int i = from;
    for (; i <= to - 4 * LANES; i += 4 * LANES) {
      a = a.add(sigmoidLoss(load(x, i), load(t, i)));
      b = b.add(sigmoidLoss(load(x, i + LANES), load(t, i + LANES)));
      c = c.add(sigmoidLoss(load(x, i + 2 * LANES), load(t, i + 2 * LANES)));
      d = d.add(sigmoidLoss(load(x, i + 3 * LANES), load(t, i + 3 * LANES)));
    }
    FloatVector rest = zero();
    for (; i < to; i += LANES) {
      VectorMask<Float> mask = SPECIES.indexInRange(i, to);
      rest = rest.add(sigmoidLoss(load(x, i, mask), load(t, i, mask)), mask);
    }
    return sum(a, b, c, d) + rest.reduceLanes(VectorOperators.ADD);
  }

  /** (σ(x) − t) · scale. */
  private static FloatVector sigmoidSlope(FloatVector x, FloatVector t, float scale) {
    FloatVector one = FloatVector.broadcast(SPECIES, 1);
    return one.div(x.neg().lanewise(VectorOperators.EXP).add(1)).sub(t).mul(scale);
  }

  private static double sigmoidGradient(
      float[] x, float[] t, float[] g, float scale, int from, int to) {
    FloatVector a = zero();
    int i = from;
    for (; i <= to - LANES; i += LANES) {
      a = a.add(sigmoidLoss(load(x, i), load(t, i)));
      sigmoidSlope(load(x, i), load(t, i), scale).intoArray(g, i);
    }
    FloatVector rest = zero();
    for (; i < to; i += LANES) {
      VectorMask<Float> mask = SPECIES.indexInRange(i, to);
      rest = rest.add(sigmoidLoss(load(x, i, mask), load(t, i, mask)), mask);
      sigmoidSlope(load(x, i, mask), load(t, i, mask), scale).intoArray(g, i, mask);
    }
    return a.reduceLanes(VectorOperators.ADD) + rest.reduceLanes(VectorOperators.ADD);
  }

  /** t · ln(y + 1e-7) + (1 − t) · ln(1 − y + 1e-7). */
  private static FloatVector binaryLoss(FloatVector y, FloatVector t) {
    return log(y).mul(t).add(log(y.neg().add(1)).mul(t.neg().add(1)));
  }

  private static double binary(float[] y, float[] t, int from, int to) {
    FloatVector a = zero();
    FloatVector b = zero();
    FloatVector c = zero();
    FloatVector d = zero();
    int i = from;
    for (; i <= to - 4 * LANES; i += 4 * LANES) {
      a = a.add(binaryLoss(load(y, i), load(t, i)));
      b = b.add(binaryLoss(load(y, i + LANES), load(t, i + LANES)));
      c = c.add(binaryLoss(load(y, i + 2 * LANES), load(t, i + 2 * LANES)));
      d = d.add(binaryLoss(load(y, i + 3 * LANES), load(t, i + 3 * LANES)));
    }
    FloatVector rest = zero();
    for (; i < to; i += LANES) {
      VectorMask<Float> mask = SPECIES.indexInRange(i, to);
      rest = rest.add(binaryLoss(load(y, i, mask), load(t, i, mask)), mask);
    }
    return sum(a, b, c, d) + rest.reduceLanes(VectorOperators.ADD);
  }

  /** ((1 − t) / (1 − y + 1e-7) − t / (y + 1e-7)) · scale. */
  private static FloatVector binarySlope(FloatVector y, FloatVector t, float scale) {
    FloatVector other = y.neg().add(1).add(DELTA);
    return t.neg().add(1).div(other).sub(t.div(y.add(DELTA))).mul(scale);
  }

  private static double binaryGradient(
      float[] y, float[] t, float[] g, float scale, int from, int to) {
    FloatVector a = zero();
    int i = from;
    for (; i <= to - LANES; i += LANES) {
      a = a.add(binaryLoss(load(y, i), load(t, i)));
      binarySlope(load(y, i), load(t, i), scale).intoArray(g, i);
    }
    FloatVector rest = zero();
    for (; i < to; i += LANES) {
      VectorMask<Float> mask = SPECIES.indexInRange(i, to);
      rest = rest.add(binaryLoss(load(y, i, mask), load(t, i, mask)), mask);
      binarySlope(load(y, i, mask), load(t, i, mask), scale).intoArray(g, i, mask);
    }
    return a.reduceLanes(VectorOperators.ADD) + rest.reduceLanes(VectorOperators.ADD);
  }
}

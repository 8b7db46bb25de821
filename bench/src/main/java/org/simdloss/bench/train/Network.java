package org.simdloss.bench.train;

import java.util.Random;
import org.simdloss.Batch;

/**
 * Dense layers, with a ReLU between each two: of two sizes it is softmax regression. It computes
 * logits, and follows the gradient that a loss has of them.
 *
 * <p>Plain {@code float} loops, which give the same bits on every machine. Matrix products are not
 * what this library is for; they only skip the zeros that digits are made of.
 */
final class Network {
  private static final double FIRST_WEIGHTS = 0.1;

  private final int[] sizes;

  /** By layer: inputs × outputs, row-major. */
  private final float[][] weights;

  private final float[][] biases;

  /**
   * By layer, of the last forward pass: its inputs, rows × inputs. The first one is the caller's.
   */
  private final float[][] inputs;

  /** By layer, the loss's gradient of its outputs. */
  private final float[][] gradients;

  /**
   * @param sizes the inputs, those of hidden layers, and the classes
   */
  Network(long seed, int... sizes) {
    this.sizes = sizes.clone();
    int layers = sizes.length - 1;
    weights = new float[layers][];
    biases = new float[layers][];
    inputs = new float[layers][];
    gradients = new float[layers][];
    Random random = new Random(seed);
    for (int layer = 0; layer < layers; layer++) {
      weights[layer] = new float[sizes[layer] * sizes[layer + 1]];
      biases[layer] = new float[sizes[layer + 1]];
      for (int i = 0; i < weights[layer].length; i++) {
        weights[layer][i] = (float) (random.nextGaussian() * FIRST_WEIGHTS);
      }
    }
  }

  int layers() {
    return weights.length;
  }

  /** Inputs × outputs, row-major; the array itself. */
  float[] weights(int layer) {
    return weights[layer];
  }

  float[] biases(int layer) {
    return biases[layer];
  }

  /**
   * Writes what the network says of some samples.
   *
   * @param x rows × inputs
   * @param logits rows × classes; both without padding
   */
  void forward(Batch x, Batch logits) {
    int rows = x.rows();
    float[] in = x.data();
    int from = x.offset();
    for (int layer = 0; layer < weights.length; layer++) {
      boolean last = layer == weights.length - 1;
      if (!last
          && (inputs[layer + 1] == null || inputs[layer + 1].length < rows * sizes[layer + 1])) {
        inputs[layer + 1] = new float[rows * sizes[layer + 1]];
      }
      float[] out = last ? logits.data() : inputs[layer + 1];
      int to = last ? logits.offset() : 0;
      forward(layer, in, from, rows, out, to);
      if (!last) {
        relu(out, rows * sizes[layer + 1]);
      }
      in = out;
      from = to;
    }
  }

  private void forward(int layer, float[] in, int from, int rows, float[] out, int to) {
    int m = sizes[layer];
    int n = sizes[layer + 1];
    for (int r = 0; r < rows; r++) {
      System.arraycopy(biases[layer], 0, out, to + r * n, n);
      for (int k = 0; k < m; k++) {
        float value = in[from + r * m + k];
        if (value != 0) {
          addTimes(value, weights[layer], k * n, out, to + r * n, n);
        }
      }
    }
  }

  private static void relu(float[] values, int n) {
    for (int i = 0; i < n; i++) {
      values[i] = Math.max(0, values[i]);
    }
  }

  /**
   * Takes a step down the gradient.
   *
   * @param x what {@link #forward} had last
   * @param gradient the loss's, of the logits
   */
  void descend(Batch x, Batch gradient, float rate) {
    int rows = x.rows();
    float[] g = gradient.data();
    int gFrom = gradient.offset();
    for (int layer = weights.length - 1; layer >= 0; layer--) {
      float[] in = layer == 0 ? x.data() : inputs[layer];
      int from = layer == 0 ? x.offset() : 0;
      float[] ofInputs = layer == 0 ? null : gradientOfInputs(layer, rows, g, gFrom);
      descend(layer, in, from, rows, g, gFrom, rate);
      g = ofInputs;
      gFrom = 0;
    }
  }

  /** Before the weights change. Of a ReLU that let nothing through it is 0. */
  private float[] gradientOfInputs(int layer, int rows, float[] g, int gFrom) {
    int m = sizes[layer];
    int n = sizes[layer + 1];
    float[] of = gradients[layer];
    if (of == null || of.length < rows * m) {
      of = gradients[layer] = new float[rows * m];
    }
    for (int r = 0; r < rows; r++) {
      for (int k = 0; k < m; k++) {
        float sum = 0;
        if (inputs[layer][r * m + k] > 0) {
          for (int j = 0; j < n; j++) {
            sum += g[gFrom + r * n + j] * weights[layer][k * n + j];
          }
        }
        of[r * m + k] = sum;
      }
    }
    return of;
  }

  private void descend(
      int layer, float[] in, int from, int rows, float[] g, int gFrom, float rate) {
    int m = sizes[layer];
    int n = sizes[layer + 1];
    for (int r = 0; r < rows; r++) {
      for (int k = 0; k < m; k++) {
        float value = in[from + r * m + k];
        if (value != 0) {
          addTimes(-rate * value, g, gFrom + r * n, weights[layer], k * n, n);
        }
      }
      addTimes(-rate, g, gFrom + r * n, biases[layer], 0, n);
    }
  }

  /** y += a · x. */
  private static void addTimes(float a, float[] x, int xFrom, float[] y, int yFrom, int n) {
    for (int j = 0; j < n; j++) {
      y[yFrom + j] += a * x[xFrom + j];
    }
  }
}

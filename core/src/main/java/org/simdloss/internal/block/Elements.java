package org.simdloss.internal.block;

import java.nio.FloatBuffer;
import org.simdloss.internal.kernel.ScalarKernels;

/**
 * The elements of an operand, whatever holds them: a {@code float[]}, a {@link FloatBuffer}, which
 * is read at absolute places alone, or a {@code double[]}, whose elements are rounded to {@code
 * float} as they are read.
 */
public final class Elements {
  private Elements() {}

  public static float get(Object data, int at) {
    if (data instanceof float[] floats) {
      return floats[at];
    }
    return data instanceof FloatBuffer buffer ? buffer.get(at) : (float) ((double[]) data)[at];
  }

  /** Copies n elements. */
  public static void read(Object data, int at, int n, float[] into, int to) {
    if (data instanceof double[] doubles) {
      round(doubles, at, n, into, to);
    } else if (data instanceof FloatBuffer buffer) {
      buffer.get(at, into, to, n);
    } else {
      System.arraycopy(data, at, into, to, n);
    }
  }

  /**
   * Not in vectors of ours: their conversion is to another kind of {@code float} vector, half as
   * wide. Once there are two kinds in a VM, C2 of JDK 17 allocates vectors in unrelated loops.
   */
  private static void round(double[] x, int at, int n, float[] into, int to) {
    for (int i = 0; i < n; i++) {
      into[to + i] = (float) x[at + i];
    }
  }

  /** Where, counted from {@code at}, the first maximum of n ≥ 1 is; a NaN is above all. */
  public static int argmax(Object data, int at, int n) {
    if (data instanceof float[] floats) {
      return ScalarKernels.INSTANCE.argmax(floats, at, n);
    }
    int first = 0;
    float max = get(data, at);
    for (int i = 1; i < n && max == max; i++) {
      float x = get(data, at + i);
      if (!(x <= max)) {
        first = i;
        max = x;
      }
    }
    return first;
  }
}

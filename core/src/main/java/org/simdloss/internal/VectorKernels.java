package org.simdloss.internal;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The kernels in the Vector API, one source for every width from 128 to 512 bits.
 *
 * <p>Each loop leaves less than one vector of elements to the scalar kernels.
 *
 * <p>What shapes this class: a species is {@code static final}, since in a field loops run 10 to
 * 100 times slower; no masks in loops, which JDK 17 compiles badly; one logarithm a loop, since
 * beyond C2's {@code NodeCountInliningCutoff} helpers are no longer inlined, and their vectors are
 * boxed.
 */
final class VectorKernels implements Kernels {
  private static final VectorSpecies<Float> FLOATS =
      VectorSpecies.of(
          float.class,
          VectorShape.forBitSize(Math.min(512, VectorShape.preferredShape().vectorBitSize())));

  private static final VectorSpecies<Integer> INTS = FLOATS.withLanes(int.class);

  /** Lanes of one vector. */
  private static final int WIDTH = FLOATS.length();

  private static final int ONE_BITS = Float.floatToRawIntBits(1);

  /** 1, 2, 4, ... */
  private static final IntVector LANE_BITS =
      IntVector.broadcast(INTS, 1).lanewise(VectorOperators.LSHL, IntVector.zero(INTS).addIndex(1));

  private static final ScalarKernels SCALAR = ScalarKernels.INSTANCE;

  private VectorKernels() {}

  /** Null if vectors have fewer than 128 bits. */
  static Kernels create() {
    return FLOATS.vectorBitSize() < 128 ? null : new VectorKernels();
  }

  @Override
  public String name() {
    return "vector-" + FLOATS.vectorBitSize();
  }

  @Override
  public double sumSquares(float[] y, int yAt, float[] t, int tAt, int n, float[] scratch) {
    // Four vectors hold all 64 lanes if they are of 512 bits. Narrower ones hold a part of them,
    // and go over the block again for the others.
    for (int lane = 0; lane < Lanes.COUNT; lane += 4 * WIDTH) {
      addSquares(y, yAt, t, tAt, lane, n, scratch);
    }
    int done = n - n % WIDTH;
    ScalarKernels.addSquares(y, yAt + done, t, tAt + done, done % Lanes.COUNT, n - done, scratch);
    return fold(scratch);
  }

  /** Stores the sums of four vectors of lanes from {@code lane} on. */
  private static void addSquares(
      float[] y, int yAt, float[] t, int tAt, int lane, int n, float[] scratch) {
    FloatVector a0 = FloatVector.zero(FLOATS);
    FloatVector a1 = FloatVector.zero(FLOATS);
    FloatVector a2 = FloatVector.zero(FLOATS);
    FloatVector a3 = FloatVector.zero(FLOATS);
    int i = lane;
    for (; i + 4 * WIDTH <= n; i += Lanes.COUNT) {
      FloatVector d0 =
          FloatVector.fromArray(FLOATS, y, yAt + i).sub(FloatVector.fromArray(FLOATS, t, tAt + i));
      FloatVector d1 =
          FloatVector.fromArray(FLOATS, y, yAt + i + WIDTH)
              .sub(FloatVector.fromArray(FLOATS, t, tAt + i + WIDTH));
      FloatVector d2 =
          FloatVector.fromArray(FLOATS, y, yAt + i + 2 * WIDTH)
              .sub(FloatVector.fromArray(FLOATS, t, tAt + i + 2 * WIDTH));
      FloatVector d3 =
          FloatVector.fromArray(FLOATS, y, yAt + i + 3 * WIDTH)
              .sub(FloatVector.fromArray(FLOATS, t, tAt + i + 3 * WIDTH));
      a0 = d0.fma(d0, a0);
      a1 = d1.fma(d1, a1);
      a2 = d2.fma(d2, a2);
      a3 = d3.fma(d3, a3);
    }
    if (i + WIDTH <= n) {
      FloatVector d =
          FloatVector.fromArray(FLOATS, y, yAt + i).sub(FloatVector.fromArray(FLOATS, t, tAt + i));
      a0 = d.fma(d, a0);
    }
    if (i + 2 * WIDTH <= n) {
      FloatVector d =
          FloatVector.fromArray(FLOATS, y, yAt + i + WIDTH)
              .sub(FloatVector.fromArray(FLOATS, t, tAt + i + WIDTH));
      a1 = d.fma(d, a1);
    }
    if (i + 3 * WIDTH <= n) {
      FloatVector d =
          FloatVector.fromArray(FLOATS, y, yAt + i + 2 * WIDTH)
              .sub(FloatVector.fromArray(FLOATS, t, tAt + i + 2 * WIDTH));
      a2 = d.fma(d, a2);
    }
    a0.intoArray(scratch, Workspace.LANES + lane);
    a1.intoArray(scratch, Workspace.LANES + lane + WIDTH);
    a2.intoArray(scratch, Workspace.LANES + lane + 2 * WIDTH);
    a3.intoArray(scratch, Workspace.LANES + lane + 3 * WIDTH);
  }

  /** {@link Lanes#fold}, 64 to 16 in vectors. */
  private static double fold(float[] scratch) {
    for (int j = Workspace.LANES; j < Workspace.LANES + Lanes.FOLDED; j += WIDTH) {
      FloatVector a =
          FloatVector.fromArray(FLOATS, scratch, j)
              .add(FloatVector.fromArray(FLOATS, scratch, j + 16));
      FloatVector b =
          FloatVector.fromArray(FLOATS, scratch, j + 32)
              .add(FloatVector.fromArray(FLOATS, scratch, j + 48));
      a.add(b).intoArray(scratch, j);
    }
    return Lanes.sumFolded(scratch, Workspace.LANES);
  }

  @Override
  public double sumTimesLn(
      float[] y, int yAt, float delta, float[] t, int tAt, int n, float[] scratch) {
    if (!addTimesLn(y, yAt, delta, t, tAt, n, scratch)) {
      return SCALAR.sumTimesLn(y, yAt, delta, t, tAt, n, scratch);
    }
    int done = n - n % WIDTH;
    ScalarKernels.addTimesLn(
        y, yAt + done, delta, t, tAt + done, done % Lanes.COUNT, n - done, scratch);
    return fold(scratch);
  }

  /**
   * Adds t · ln(y + delta) to the lanes; false if the sum is of no use, since some y + delta is not
   * positive, normal and finite.
   *
   * <p>Where all are, every logarithm is finite, and a target of 0 adds nothing without a mask. The
   * lanes stay in memory: that way one logarithm in the loop serves all 64.
   */
  private static boolean addTimesLn(
      float[] y, int yAt, float delta, float[] t, int tAt, int n, float[] scratch) {
    Arrays.fill(scratch, Workspace.LANES, Workspace.LANES + Lanes.COUNT, 0);
    IntVector least = IntVector.broadcast(INTS, Ln.LEAST_NORMAL);
    IntVector most = IntVector.broadcast(INTS, Ln.LEAST_NORMAL);
    for (int i = 0; i <= n - WIDTH; i += WIDTH) {
      IntVector v = FloatVector.fromArray(FLOATS, y, yAt + i).add(delta).reinterpretAsInts();
      least = least.min(v);
      most = most.max(v);
      IntVector bits = v.sub(Ln.SPLIT);
      FloatVector k =
          bits.lanewise(VectorOperators.ASHR, 23)
              .add(Ln.INT_MAGIC_BITS)
              .reinterpretAsFloats()
              .sub(Ln.INT_MAGIC);
      FloatVector f = bits.and(Ln.MANTISSA).add(Ln.SPLIT).reinterpretAsFloats().sub(1);
      FloatVector q =
          FloatVector.broadcast(FLOATS, Ln.Q8)
              .fma(f, FloatVector.broadcast(FLOATS, Ln.Q7))
              .fma(f, FloatVector.broadcast(FLOATS, Ln.Q6))
              .fma(f, FloatVector.broadcast(FLOATS, Ln.Q5))
              .fma(f, FloatVector.broadcast(FLOATS, Ln.Q4))
              .fma(f, FloatVector.broadcast(FLOATS, Ln.Q3))
              .fma(f, FloatVector.broadcast(FLOATS, Ln.Q2))
              .fma(f, FloatVector.broadcast(FLOATS, Ln.Q1))
              .fma(f, FloatVector.broadcast(FLOATS, Ln.Q0));
      FloatVector low = q.fma(f.mul(f), k.mul(Ln.LN2_LOW));
      FloatVector ln = k.fma(FloatVector.broadcast(FLOATS, Ln.LN2_HIGH), f.add(low));
      int lane = Workspace.LANES + i % Lanes.COUNT;
      ln.fma(
              FloatVector.fromArray(FLOATS, t, tAt + i),
              FloatVector.fromArray(FLOATS, scratch, lane))
          .intoArray(scratch, lane);
    }
    return least.reduceLanes(VectorOperators.MIN) >= Ln.LEAST_NORMAL
        && most.reduceLanes(VectorOperators.MAX) <= Ln.GREATEST_FINITE;
  }

  /** Whether y + delta is positive, normal and finite throughout. */
  private static boolean areNormal(float[] y, int yAt, float delta, int n) {
    IntVector least = IntVector.broadcast(INTS, Ln.LEAST_NORMAL);
    IntVector most = IntVector.broadcast(INTS, Ln.LEAST_NORMAL);
    int i = 0;
    for (; i <= n - WIDTH; i += WIDTH) {
      IntVector bits = FloatVector.fromArray(FLOATS, y, yAt + i).add(delta).reinterpretAsInts();
      least = least.min(bits);
      most = most.max(bits);
    }
    boolean normal =
        least.reduceLanes(VectorOperators.MIN) >= Ln.LEAST_NORMAL
            && most.reduceLanes(VectorOperators.MAX) <= Ln.GREATEST_FINITE;
    for (; i < n; i++) {
      normal &= Ln.isNormal(y[yAt + i] + delta);
    }
    return normal;
  }

  @Override
  public void ln(float[] y, int yAt, float delta, int n, float[] out, int outAt) {
    int done = areNormal(y, yAt, delta, n) ? n - n % WIDTH : 0;
    for (int i = 0; i < done; i += WIDTH) {
      // The same logarithm as in addTimesLn.
      IntVector v = FloatVector.fromArray(FLOATS, y, yAt + i).add(delta).reinterpretAsInts();
      IntVector bits = v.sub(Ln.SPLIT);
      FloatVector k =
          bits.lanewise(VectorOperators.ASHR, 23)
              .add(Ln.INT_MAGIC_BITS)
              .reinterpretAsFloats()
              .sub(Ln.INT_MAGIC);
      FloatVector f = bits.and(Ln.MANTISSA).add(Ln.SPLIT).reinterpretAsFloats().sub(1);
      FloatVector q =
          FloatVector.broadcast(FLOATS, Ln.Q8)
              .fma(f, FloatVector.broadcast(FLOATS, Ln.Q7))
              .fma(f, FloatVector.broadcast(FLOATS, Ln.Q6))
              .fma(f, FloatVector.broadcast(FLOATS, Ln.Q5))
              .fma(f, FloatVector.broadcast(FLOATS, Ln.Q4))
              .fma(f, FloatVector.broadcast(FLOATS, Ln.Q3))
              .fma(f, FloatVector.broadcast(FLOATS, Ln.Q2))
              .fma(f, FloatVector.broadcast(FLOATS, Ln.Q1))
              .fma(f, FloatVector.broadcast(FLOATS, Ln.Q0));
      FloatVector low = q.fma(f.mul(f), k.mul(Ln.LN2_LOW));
      FloatVector ln = k.fma(FloatVector.broadcast(FLOATS, Ln.LN2_HIGH), f.add(low));
      ln.intoArray(out, outAt + i);
    }
    SCALAR.ln(y, yAt + done, delta, n - done, out, outAt + done);
  }

  @Override
  public void timesLn(
      float[] y, int yAt, float delta, float[] t, int tAt, int n, float[] out, int outAt) {
    if (!areNormal(y, yAt, delta, n)) {
      SCALAR.timesLn(y, yAt, delta, t, tAt, n, out, outAt);
      return;
    }
    ln(y, yAt, delta, n, out, outAt);
    for (int i = 0; i < n; i++) {
      // Adding 0 makes +0 of the -0 that a target of 0 gives; the compiler makes vectors of this.
      out[outAt + i] = t[tAt + i] * out[outAt + i] + 0f;
    }
  }

  @Override
  public void squares(float[] y, int yAt, float[] t, int tAt, int n, float[] out, int outAt) {
    int done = n - n % WIDTH;
    for (int i = 0; i < done; i += WIDTH) {
      FloatVector d =
          FloatVector.fromArray(FLOATS, y, yAt + i).sub(FloatVector.fromArray(FLOATS, t, tAt + i));
      d.mul(d).intoArray(out, outAt + i);
    }
    SCALAR.squares(y, yAt + done, t, tAt + done, n - done, out, outAt + done);
  }

  @Override
  public boolean hotColumns(float[] t, int at, int rows, int cols, int[] columns) {
    int n = rows * cols;
    int done = n - n % Integer.SIZE;
    int row = 0;
    int rowFrom = 0;
    IntVector odd = IntVector.zero(INTS);
    for (int i = 0; i < done; i += Integer.SIZE) {
      // A bit for each of 32 elements. Of +0 and 1.0, only 1.0 has bit 29 set; masks and their
      // toLong would say the same, but are slow on JDK 17.
      IntVector hots = IntVector.zero(INTS);
      for (int part = 0; part < Integer.SIZE; part += WIDTH) {
        IntVector bits = FloatVector.fromArray(FLOATS, t, at + i + part).reinterpretAsInts();
        IntVector hot = bits.lanewise(VectorOperators.LSHL, 2).lanewise(VectorOperators.ASHR, 31);
        odd = odd.or(hot.and(ONE_BITS).lanewise(VectorOperators.XOR, bits));
        hots = hots.or(hot.and(LANE_BITS.lanewise(VectorOperators.LSHL, part)));
      }
      // The k-th hot element must lie in row k.
      for (int left = hots.reduceLanes(VectorOperators.OR); left != 0; left &= left - 1) {
        int column = i + Integer.numberOfTrailingZeros(left) - rowFrom;
        if (column < 0 || column >= cols) {
          return false;
        }
        columns[row++] = column;
        rowFrom += cols;
      }
    }
    if (odd.reduceLanes(VectorOperators.OR) != 0) {
      // Something other than +0 and 1.0: -0 may be among it, which is no obstacle.
      return SCALAR.hotColumns(t, at, rows, cols, columns);
    }
    for (int i = done; i < n; i++) {
      float target = t[at + i];
      if (target != 0) {
        int column = i - rowFrom;
        if (target != 1 || column < 0 || column >= cols) {
          return false;
        }
        columns[row++] = column;
        rowFrom += cols;
      }
    }
    return row == rows;
  }
}

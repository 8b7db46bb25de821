package org.simdloss.internal.kernel;

import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import org.simdloss.internal.math.Exp;
import org.simdloss.internal.math.Ln;

/**
 * The kernels in the Vector API, one source for every width from 128 to 512 bits.
 *
 * <p>Each loop leaves less than one vector of elements to the scalar kernels; those of exponentials
 * do so only where there is no vector that ends with them.
 *
 * <p>What shapes this class: a species is {@code static final}, since in a field loops run 10 to
 * 100 times slower; no masks in loops, which JDK 17 compiles badly; one logarithm a loop, since
 * beyond C2's {@code NodeCountInliningCutoff} helpers are no longer inlined, and their vectors are
 * boxed. What a loop accumulates is an argument of operations and never their receiver: C2 would
 * have to know its class from the profile of the Vector API's own methods, and where that is not
 * there yet, it boxes the accumulators in each step.
 *
 * <p>Bodies are written out wherever they are used. C2 inlines a helper only where it is called
 * often enough: one for the difference of two vectors boxed a vector in each call on JDK 25, where
 * it stood for the last few elements. (The Vector API's own methods are inlined in any case.)
 */
public final class VectorKernels implements Kernels {
  private static final VectorSpecies<Float> FLOATS =
      VectorSpecies.of(
          float.class,
          VectorShape.forBitSize(Math.min(512, VectorShape.preferredShape().vectorBitSize())));

  private static final VectorSpecies<Integer> INTS = FLOATS.withLanes(int.class);

  private static final VectorSpecies<Long> LONGS = FLOATS.withLanes(long.class);

  private static final VectorSpecies<Double> DOUBLES = FLOATS.withLanes(double.class);

  /** Lanes of one vector of floats. */
  private static final int WIDTH = FLOATS.length();

  private static final int EXP_LIMIT_BITS = ScalarKernels.EXP_LIMIT_BITS;

  private static final int MASKED_BITS = ScalarKernels.MASKED_BITS;

  private static final int ONE_BITS = Ln.ONE;

  private static final int INFINITY_BITS = Float.floatToRawIntBits(Float.POSITIVE_INFINITY);

  /** Of the greatest size that {@link #expOfMinusSize} must tell from those above it. */
  private static final int GREATEST_SIZE_BITS = Float.floatToRawIntBits(-Exp.LEAST);

  private static final int NAN_BITS = Float.floatToRawIntBits(Float.NaN);

  private static final long LOW_HALF = 0xffffffffL;

  private static final long HIGH_HALF = ~LOW_HALF;

  /** From the exponent's bias in a float to that in a double, at its place in the latter. */
  private static final long WIDER_BIAS = (1023 - 127L) << 52;

  /** How much the fraction of a double is longer than that of a float. */
  private static final int WIDER_FRACTION = 52 - 23;

  private static final int NOT_HOT = -1;

  /** A sum with this, or more, is the same whatever number below 2^-125 is added. */
  private static final double ABSORBING = 0x1p-60;

  /** 1, 2, 4, ... */
  private static final IntVector LANE_BITS =
      IntVector.broadcast(INTS, 1).lanewise(VectorOperators.LSHL, IntVector.zero(INTS).addIndex(1));

  /** The bits that follow these. */
  private static final IntVector NEXT_LANE_BITS = LANE_BITS.lanewise(VectorOperators.LSHL, WIDTH);

  /** As many lanes of all bits 1 as a vector has, and then as many of all bits 0. */
  private static final int[] LANES_KEPT = new int[2 * WIDTH];

  static {
    Arrays.fill(LANES_KEPT, 0, WIDTH, -1);
  }

  /** Rows of one or two vectors each, which are looked at together. */
  private static final int ROWS_TOGETHER = 16;

  private static final ScalarKernels SCALAR = ScalarKernels.INSTANCE;

  private VectorKernels() {}

  /** Null if vectors have fewer than 128 bits. */
  public static Kernels create() {
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
    a0.intoArray(scratch, Block.LANES + lane);
    a1.intoArray(scratch, Block.LANES + lane + WIDTH);
    a2.intoArray(scratch, Block.LANES + lane + 2 * WIDTH);
    a3.intoArray(scratch, Block.LANES + lane + 3 * WIDTH);
  }

  /** {@link Lanes#fold}, 64 to 16 in vectors. */
  private static double fold(float[] scratch) {
    for (int j = Block.LANES; j < Block.LANES + Lanes.FOLDED; j += WIDTH) {
      FloatVector a =
          FloatVector.fromArray(FLOATS, scratch, j)
              .add(FloatVector.fromArray(FLOATS, scratch, j + 16));
      FloatVector b =
          FloatVector.fromArray(FLOATS, scratch, j + 32)
              .add(FloatVector.fromArray(FLOATS, scratch, j + 48));
      a.add(b).intoArray(scratch, j);
    }
    return Lanes.sumFolded(scratch, Block.LANES);
  }

  @Override
  public double sumTimesLn(
      float[] y, int yAt, float delta, float[] t, int tAt, int n, float[] scratch) {
    if (!addTimesLn(y, yAt, delta, t, tAt, n, scratch)) {
      return sumTimesLnOfAny(y, yAt, delta, t, tAt, n, scratch);
    }
    int done = n - n % WIDTH;
    ScalarKernels.addTimesLn(
        y, yAt + done, delta, t, tAt + done, done % Lanes.COUNT, n - done, scratch);
    return fold(scratch);
  }

  private double sumTimesLnOfAny(
      float[] y, int yAt, float delta, float[] t, int tAt, int n, float[] scratch) {
    ln(y, yAt, delta, n, scratch, Block.TERMS);
    return sumProducts(scratch, Block.TERMS, t, tAt, n, scratch);
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
    Arrays.fill(scratch, Block.LANES, Block.LANES + Lanes.COUNT, 0);
    IntVector least = IntVector.broadcast(INTS, Ln.LEAST_NORMAL);
    IntVector most = IntVector.broadcast(INTS, Ln.LEAST_NORMAL);
    for (int i = 0; i <= n - WIDTH; i += WIDTH) {
      IntVector v = FloatVector.fromArray(FLOATS, y, yAt + i).add(delta).reinterpretAsInts();
      least = v.min(least);
      most = v.max(most);
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
      int lane = Block.LANES + i % Lanes.COUNT;
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
      least = bits.min(least);
      most = bits.max(most);
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
    int done = n - n % WIDTH;
    if (areNormal(y, yAt, delta, done)) {
      lnOfNormal(y, yAt, delta, done, out, outAt);
    } else {
      lnOfAny(y, yAt, delta, done, out, outAt);
    }
    SCALAR.ln(y, yAt + done, delta, n - done, out, outAt + done);
  }

  /** The same logarithm as in {@link #addTimesLn}. */
  private static void lnOfNormal(float[] y, int yAt, float delta, int n, float[] out, int outAt) {
    for (int i = 0; i < n; i += WIDTH) {
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
      k.fma(FloatVector.broadcast(FLOATS, Ln.LN2_HIGH), f.add(low)).intoArray(out, outAt + i);
    }
  }

  /**
   * The same for any numbers, as {@link Ln#of}. What is there in place of a logarithm, where there
   * is none, is added to a logarithm that means nothing: −∞ at 0, NaN below, and otherwise the
   * infinity or the NaN itself.
   */
  private static void lnOfAny(float[] y, int yAt, float delta, int n, float[] out, int outAt) {
    for (int i = 0; i < n; i += WIDTH) {
      FloatVector x = FloatVector.fromArray(FLOATS, y, yAt + i).add(delta);
      IntVector v = x.reinterpretAsInts();
      IntVector size = v.and(Integer.MAX_VALUE);
      // Each of these is a vector of masks: all bits 1 where it holds, and otherwise 0.
      IntVector small = size.sub(Ln.LEAST_NORMAL).lanewise(VectorOperators.ASHR, 31);
      IntVector zero = size.sub(1).lanewise(VectorOperators.ASHR, 31);
      IntVector huge = size.sub(Ln.GREATEST_FINITE + 1).lanewise(VectorOperators.ASHR, 31).not();
      IntVector below = v.lanewise(VectorOperators.ASHR, 31);
      FloatVector none =
          huge.and(v)
              .or(below.and(NAN_BITS))
              .and(zero.not())
              .or(zero.and(MASKED_BITS))
              .reinterpretAsFloats();
      // Subnormals are scaled up.
      IntVector bits =
          x.mul(0x1p23f).reinterpretAsInts().and(small).or(v.and(small.not())).sub(Ln.SPLIT);
      FloatVector k =
          bits.lanewise(VectorOperators.ASHR, 23)
              .sub(small.and(23))
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
      k.fma(FloatVector.broadcast(FLOATS, Ln.LN2_HIGH), f.add(low))
          .add(none)
          .intoArray(out, outAt + i);
    }
  }

  @Override
  public void timesLn(
      float[] y, int yAt, float delta, float[] t, int tAt, int n, float[] out, int outAt) {
    ln(y, yAt, delta, n, out, outAt);
    int done = n - n % WIDTH;
    for (int i = 0; i < done; i += WIDTH) {
      FloatVector target = FloatVector.fromArray(FLOATS, t, tAt + i);
      // All bits 0 where the target is, all 1 elsewhere.
      IntVector kept =
          target
              .reinterpretAsInts()
              .and(Integer.MAX_VALUE)
              .add(Integer.MAX_VALUE)
              .lanewise(VectorOperators.ASHR, 31);
      FloatVector.fromArray(FLOATS, out, outAt + i)
          .reinterpretAsInts()
          .and(kept)
          .reinterpretAsFloats()
          .mul(target)
          .add(0) // makes +0 of -0
          .intoArray(out, outAt + i);
    }
    for (int i = done; i < n; i++) {
      float target = t[tAt + i];
      out[outAt + i] = target != 0 ? target * out[outAt + i] + 0f : 0;
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

  // The compiler makes vectors of such loops by itself, but on JDK 17 not where the arrays' offsets
  // differ, and then they take five times as long.

  @Override
  public void differences(
      float[] y, int yAt, float[] t, int tAt, float factor, int n, float[] out, int outAt) {
    int done = n - n % WIDTH;
    for (int i = 0; i < done; i += WIDTH) {
      FloatVector.fromArray(FLOATS, y, yAt + i)
          .sub(FloatVector.fromArray(FLOATS, t, tAt + i))
          .mul(factor)
          .add(0)
          .intoArray(out, outAt + i);
    }
    SCALAR.differences(y, yAt + done, t, tAt + done, factor, n - done, out, outAt + done);
  }

  @Override
  public double sumSquaresAndDifferences(
      float[] y,
      int yAt,
      float[] t,
      int tAt,
      float factor,
      int n,
      float[] out,
      int outAt,
      float[] scratch) {
    for (int lane = 0; lane < Lanes.COUNT; lane += 4 * WIDTH) {
      addSquaresAndWriteDifferences(y, yAt, t, tAt, factor, lane, n, out, outAt, scratch);
    }
    int done = n - n % WIDTH;
    ScalarKernels.addSquares(y, yAt + done, t, tAt + done, done % Lanes.COUNT, n - done, scratch);
    SCALAR.differences(y, yAt + done, t, tAt + done, factor, n - done, out, outAt + done);
    return fold(scratch);
  }

  /** {@link #addSquares}, and the differences of the same elements. */
  private static void addSquaresAndWriteDifferences(
      float[] y,
      int yAt,
      float[] t,
      int tAt,
      float factor,
      int lane,
      int n,
      float[] out,
      int outAt,
      float[] scratch) {
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
      d0.mul(factor).add(0).intoArray(out, outAt + i);
      d1.mul(factor).add(0).intoArray(out, outAt + i + WIDTH);
      d2.mul(factor).add(0).intoArray(out, outAt + i + 2 * WIDTH);
      d3.mul(factor).add(0).intoArray(out, outAt + i + 3 * WIDTH);
    }
    a0.intoArray(scratch, Block.LANES + lane);
    a1.intoArray(scratch, Block.LANES + lane + WIDTH);
    a2.intoArray(scratch, Block.LANES + lane + 2 * WIDTH);
    a3.intoArray(scratch, Block.LANES + lane + 3 * WIDTH);
    for (int at = Block.LANES + lane; i + WIDTH <= n; i += WIDTH, at += WIDTH) {
      FloatVector d =
          FloatVector.fromArray(FLOATS, y, yAt + i).sub(FloatVector.fromArray(FLOATS, t, tAt + i));
      d.fma(d, FloatVector.fromArray(FLOATS, scratch, at)).intoArray(scratch, at);
      d.mul(factor).add(0).intoArray(out, outAt + i);
    }
  }

  @Override
  public void quotients(
      float[] y,
      int yAt,
      float delta,
      float[] t,
      int tAt,
      float factor,
      int n,
      float[] out,
      int outAt) {
    if (areNormal(y, yAt, delta, n)) {
      quotientsOfNormal(y, yAt, delta, t, tAt, factor, n, out, outAt);
    } else {
      quotientsOfAny(y, yAt, delta, t, tAt, factor, n, out, outAt);
    }
  }

  /** Group by group, of which most may be normal. */
  private static void quotientsOfAny(
      float[] y,
      int yAt,
      float delta,
      float[] t,
      int tAt,
      float factor,
      int n,
      float[] out,
      int outAt) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      int count = Math.min(Lanes.COUNT, n - i);
      if (areNormal(y, yAt + i, delta, count)) {
        quotientsOfNormal(y, yAt + i, delta, t, tAt + i, factor, count, out, outAt + i);
      } else {
        SCALAR.quotients(y, yAt + i, delta, t, tAt + i, factor, count, out, outAt + i);
      }
    }
  }

  @Override
  public double sumTimesLnAndQuotients(
      float[] y,
      int yAt,
      float delta,
      float[] t,
      int tAt,
      float factor,
      int n,
      float[] out,
      int outAt,
      float[] scratch) {
    if (!areNormal(y, yAt, delta, n)) {
      double sum = sumTimesLnOfAny(y, yAt, delta, t, tAt, n, scratch);
      quotientsOfAny(y, yAt, delta, t, tAt, factor, n, out, outAt);
      return sum;
    }
    addTimesLnAndWriteQuotients(y, yAt, delta, t, tAt, factor, n, out, outAt, scratch);
    int done = n - n % WIDTH;
    int lane = done % Lanes.COUNT;
    ScalarKernels.addTimesLn(y, yAt + done, delta, t, tAt + done, lane, n - done, scratch);
    ScalarKernels.quotientsOfNormal(
        y, yAt + done, delta, t, tAt + done, factor, n - done, out, outAt + done);
    return fold(scratch);
  }

  /** What both need, at once: while the divider is busy, logarithms are computed. */
  private static void addTimesLnAndWriteQuotients(
      float[] y,
      int yAt,
      float delta,
      float[] t,
      int tAt,
      float factor,
      int n,
      float[] out,
      int outAt,
      float[] scratch) {
    Arrays.fill(scratch, Block.LANES, Block.LANES + Lanes.COUNT, 0);
    for (int i = 0; i <= n - WIDTH; i += WIDTH) {
      FloatVector v = FloatVector.fromArray(FLOATS, y, yAt + i).add(delta);
      FloatVector target = FloatVector.fromArray(FLOATS, t, tAt + i);
      IntVector bits = v.reinterpretAsInts().sub(Ln.SPLIT);
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
      int lane = Block.LANES + i % Lanes.COUNT;
      ln.fma(target, FloatVector.fromArray(FLOATS, scratch, lane)).intoArray(scratch, lane);
      FloatVector.broadcast(FLOATS, factor).div(v).mul(target).add(0).intoArray(out, outAt + i);
    }
  }

  private static void quotientsOfNormal(
      float[] y,
      int yAt,
      float delta,
      float[] t,
      int tAt,
      float factor,
      int n,
      float[] out,
      int outAt) {
    int done = n - n % WIDTH;
    for (int i = 0; i < done; i += WIDTH) {
      FloatVector.broadcast(FLOATS, factor)
          .div(FloatVector.fromArray(FLOATS, y, yAt + i).add(delta))
          .mul(FloatVector.fromArray(FLOATS, t, tAt + i))
          .add(0)
          .intoArray(out, outAt + i);
    }
    ScalarKernels.quotientsOfNormal(
        y, yAt + done, delta, t, tAt + done, factor, n - done, out, outAt + done);
  }

  @Override
  public void clip(float[] x, int at, float least, float most, int n, float[] out, int outAt) {
    int done = n - n % WIDTH;
    for (int i = 0; i < done; i += WIDTH) {
      FloatVector.fromArray(FLOATS, x, at + i).max(least).min(most).intoArray(out, outAt + i);
    }
    SCALAR.clip(x, at + done, least, most, n - done, out, outAt + done);
  }

  @Override
  public void clip(float[] x, float[] beside, float least, float most, int n) {
    int leastBits = Float.floatToRawIntBits(least);
    int mostBits = Float.floatToRawIntBits(most);
    int done = n - n % WIDTH;
    for (int i = 0; i < done; i += WIDTH) {
      IntVector bits = FloatVector.fromArray(FLOATS, x, i).reinterpretAsInts();
      // Vectors of masks, all bits 1 where it holds. Of numbers that are not negative the order is
      // that of their bits.
      IntVector low = bits.or(bits.sub(leastBits)).lanewise(VectorOperators.ASHR, 31);
      IntVector high =
          IntVector.broadcast(INTS, mostBits).sub(bits).lanewise(VectorOperators.ASHR, 31);
      IntVector number =
          bits.and(Integer.MAX_VALUE).sub(INFINITY_BITS + 1).lanewise(VectorOperators.ASHR, 31);
      IntVector below = low.and(number);
      IntVector above = high.and(low.not()).and(number);
      IntVector inside = below.or(above).not();
      FloatVector.fromArray(FLOATS, beside, i)
          .reinterpretAsInts()
          .and(inside)
          .reinterpretAsFloats()
          .intoArray(beside, i);
      bits.and(inside)
          .or(below.and(leastBits))
          .or(above.and(mostBits))
          .reinterpretAsFloats()
          .intoArray(x, i);
    }
    ScalarKernels.clip(x, beside, least, most, done, n);
  }

  @Override
  public void subtractProducts(
      float[] x, int xAt, float[] t, int tAt, float factor, int n, float[] out, int outAt) {
    int done = n - n % WIDTH;
    for (int i = 0; i < done; i += WIDTH) {
      FloatVector.fromArray(FLOATS, x, xAt + i)
          .sub(FloatVector.fromArray(FLOATS, t, tAt + i).mul(factor))
          .add(0)
          .intoArray(out, outAt + i);
    }
    SCALAR.subtractProducts(x, xAt + done, t, tAt + done, factor, n - done, out, outAt + done);
  }

  @Override
  public boolean hotColumns(
      float[] t, int at, int rows, int cols, int[] columns, int columnsAt, long[] hotBits) {
    // Targets that are not one-hot mostly show it at once.
    if (!ScalarKernels.mayBeHot(t, at, Math.min(cols, Lanes.COUNT))) {
      return false;
    }
    int n = rows * cols;
    if (n < Long.SIZE) {
      return SCALAR.hotColumns(t, at, rows, cols, columns, columnsAt, hotBits);
    }
    if (cols > OneHotBits.NARROW) {
      return writeWideColumns(t, at, rows, cols, columns, columnsAt, hotBits);
    }
    int rowsPerWord = OneHotBits.rowsPerWord(cols);
    int words = writeWords(t, at, n, rowsPerWord * cols, hotBits);
    if (words == NOT_HOT) {
      return false;
    }
    int done = words * rowsPerWord;
    return OneHotBits.writeColumns(hotBits, words, rowsPerWord, cols, columns, columnsAt)
        && OneHotBits.writeLastColumns(
            hotBits[words], rows - done, cols, columns, columnsAt + done);
  }

  @Override
  public boolean hotValues(
      float[] t,
      int tAt,
      float[] y,
      int yAt,
      int rows,
      int cols,
      float[] values,
      int valuesAt,
      long[] hotBits) {
    if (!ScalarKernels.mayBeHot(t, tAt, cols)) {
      return false;
    }
    int n = rows * cols;
    if (n < Long.SIZE) {
      return SCALAR.hotValues(t, tAt, y, yAt, rows, cols, values, valuesAt, hotBits);
    }
    int rowsPerWord = OneHotBits.rowsPerWord(cols);
    int words = writeWords(t, tAt, n, rowsPerWord * cols, hotBits);
    if (words == NOT_HOT) {
      return false;
    }
    int done = words * rowsPerWord;
    return OneHotBits.writeValues(hotBits, words, rowsPerWord, cols, y, yAt, values, valuesAt)
        && OneHotBits.writeLastValues(
            hotBits[words], rows - done, cols, y, yAt + done * cols, values, valuesAt + done);
  }

  /**
   * Writes the words of whole rows, and behind them the bits of the last 64 elements; returns how
   * many words come before that, fewer by one than there may be, or {@link #NOT_HOT}, if an element
   * is neither ±0 nor 1.0.
   */
  private static int writeWords(float[] t, int at, int n, int step, long[] hotBits) {
    int words = (n - Long.SIZE) / step + 1;
    int odd = 0;
    for (int i = 0; i < Long.SIZE; i += 4 * WIDTH) {
      odd |= writeHotBits(t, at + i, i, words, step, hotBits, 0);
      odd |= writeHotBits(t, at + n - Long.SIZE + i, i, 1, step, hotBits, words);
    }
    boolean areHot =
        odd == 0
            || odd == Integer.MIN_VALUE
                && OneHotBits.areOnes(t, at, words, step, hotBits, 0)
                && OneHotBits.areOnes(t, at + n - Long.SIZE, 1, Long.SIZE, hotBits, words);
    return areHot ? words : NOT_HOT;
  }

  /**
   * Writes four vectors' bits, 1 where an element is 1.0, to each word from bit {@code shift} on,
   * which is 0 at first; returns the bits in which any of them is neither +0 nor 1.0.
   */
  private static int writeHotBits(
      float[] t, int at, int shift, int words, int step, long[] hotBits, int hotBitsAt) {
    IntVector odd = IntVector.zero(INTS);
    for (int w = 0, i = at; w < words; w++, i += step) {
      IntVector bits0 = FloatVector.fromArray(FLOATS, t, i).reinterpretAsInts();
      IntVector bits1 = FloatVector.fromArray(FLOATS, t, i + WIDTH).reinterpretAsInts();
      IntVector bits2 = FloatVector.fromArray(FLOATS, t, i + 2 * WIDTH).reinterpretAsInts();
      IntVector bits3 = FloatVector.fromArray(FLOATS, t, i + 3 * WIDTH).reinterpretAsInts();
      // Of +0 and 1.0, only 1.0 has bit 29 set. Masks and their toLong would say the same, but are
      // slow on JDK 17.
      IntVector hot0 = bits0.lanewise(VectorOperators.LSHL, 2).lanewise(VectorOperators.ASHR, 31);
      IntVector hot1 = bits1.lanewise(VectorOperators.LSHL, 2).lanewise(VectorOperators.ASHR, 31);
      IntVector hot2 = bits2.lanewise(VectorOperators.LSHL, 2).lanewise(VectorOperators.ASHR, 31);
      IntVector hot3 = bits3.lanewise(VectorOperators.LSHL, 2).lanewise(VectorOperators.ASHR, 31);
      odd =
          hot0.and(ONE_BITS)
              .lanewise(VectorOperators.XOR, bits0)
              .or(hot1.and(ONE_BITS).lanewise(VectorOperators.XOR, bits1))
              .or(hot2.and(ONE_BITS).lanewise(VectorOperators.XOR, bits2))
              .or(hot3.and(ONE_BITS).lanewise(VectorOperators.XOR, bits3))
              .or(odd);
      LongVector low = hot0.and(LANE_BITS).or(hot1.and(NEXT_LANE_BITS)).reinterpretAsLongs();
      LongVector high = hot2.and(LANE_BITS).or(hot3.and(NEXT_LANE_BITS)).reinterpretAsLongs();
      // Both halves of a long hold bits of the same int.
      LongVector lowBits = low.or(low.lanewise(VectorOperators.LSHR, 32)).and(LOW_HALF);
      LongVector highBits = high.or(high.lanewise(VectorOperators.LSHR, 32)).and(LOW_HALF);
      long bits =
          lowBits
              .or(highBits.lanewise(VectorOperators.LSHL, 2 * WIDTH))
              .reduceLanes(VectorOperators.OR);
      hotBits[hotBitsAt + w] = shift == 0 ? bits : hotBits[hotBitsAt + w] | bits << shift;
    }
    return odd.reduceLanes(VectorOperators.OR);
  }

  /** One word after the other, whose bits are many elements apart. */
  private static boolean writeWideColumns(
      float[] t, int at, int rows, int cols, int[] columns, int columnsAt, long[] hotBits) {
    int n = rows * cols;
    int row = 0;
    for (int from = 0; n - from > 0; from += Block.ELEMENTS) {
      int size = Math.min(Block.ELEMENTS, n - from);
      int words = size / Long.SIZE;
      int odd = 0;
      for (int i = 0; i < Long.SIZE; i += 4 * WIDTH) {
        odd |= writeHotBits(t, at + from + i, i, words, Long.SIZE, hotBits, 0);
      }
      hotBits[words] = 0;
      for (int i = words * Long.SIZE; i < size; i++) {
        int bits = Float.floatToRawIntBits(t[at + from + i]);
        odd |= bits == ONE_BITS ? 0 : bits;
        hotBits[words] |= (bits >>> 29 & 1L) << i;
      }
      boolean mayBeHot =
          odd == 0
              || odd == Integer.MIN_VALUE
                  && OneHotBits.areOnes(t, at + from, words + 1, Long.SIZE, hotBits, 0);
      if (!mayBeHot) {
        return false;
      }
      for (int i = 0; i < size; i += Long.SIZE) {
        for (long bits = hotBits[i / Long.SIZE]; bits != 0; bits &= bits - 1) {
          // The k-th hot element must lie in row k.
          int column = from + i + Long.numberOfTrailingZeros(bits) - row * cols;
          if (row == rows || column < 0 || column >= cols) {
            return false;
          }
          columns[columnsAt + row++] = column;
        }
      }
    }
    return row == rows;
  }

  @Override
  public boolean areWithinLimitOrMasked(float[] x, int at, int n) {
    IntVector most = IntVector.zero(INTS);
    int i = 0;
    for (; i <= n - WIDTH; i += WIDTH) {
      IntVector bits = FloatVector.fromArray(FLOATS, x, at + i).reinterpretAsInts();
      IntVector beyond = bits.sub(MASKED_BITS);
      IntVector kept =
          IntVector.zero(INTS).sub(beyond).or(beyond).lanewise(VectorOperators.ASHR, 31);
      // Without their signs, floats are in the order of their bits, and NaN is above infinity.
      most = bits.and(kept).and(Integer.MAX_VALUE).max(most);
    }
    return most.reduceLanes(VectorOperators.MAX) <= EXP_LIMIT_BITS
        && SCALAR.areWithinLimitOrMasked(x, at + i, n - i);
  }

  /** Most rows need none, and many rows together show it sooner than one after the other. */
  @Override
  public void shifts(float[] x, int at, int rows, int cols, float[] shifts) {
    int whole = wholeRows(rows, cols);
    for (int r = 0; r < whole; r += ROWS_TOGETHER) {
      int count = Math.min(ROWS_TOGETHER, whole - r);
      int from = at + r * cols;
      // Where rows before these were shifted, one by one is what is left in any case.
      boolean mayBeZero = r == 0 || shifts[r - 1] == 0 || shifts[r - ROWS_TOGETHER] == 0;
      if (mayBeZero && areWithinLimitOrMasked(x, from, count * cols)) {
        Arrays.fill(shifts, r, r + count, 0);
      } else if (cols <= WIDTH) {
        writeShiftsOfOne(x, from, r, r + count, cols, shifts);
      } else {
        writeShiftsOfTwo(x, from, r, r + count, cols, shifts);
      }
    }
    ScalarKernels.shifts(x, at + whole * cols, whole, rows, cols, shifts);
  }

  /**
   * How many of the rows may be read and written as one vector each, which spills over into the
   * next ones, or as two, which overlap; none if they are wider.
   */
  private static int wholeRows(int rows, int cols) {
    if (cols > WIDTH) {
      return cols <= 2 * WIDTH ? rows : 0;
    }
    return Math.max(0, rows - (WIDTH + cols - 1) / cols); // the spill stays inside
  }

  /** All bits 1 in the lanes of a row of at most one vector, all 0 in those behind it. */
  private static IntVector lanesOf(int cols) {
    return IntVector.fromArray(INTS, LANES_KEPT, WIDTH - cols);
  }

  /** One vector a row, which spills over into the next ones. */
  private static void writeShiftsOfOne(
      float[] x, int at, int row, int end, int cols, float[] shifts) {
    IntVector kept = lanesOf(cols);
    IntVector least = kept.not().and(Integer.MIN_VALUE);
    for (int r = row, i = at; r < end; r++, i += cols) {
      IntVector a = FloatVector.fromArray(FLOATS, x, i).reinterpretAsInts();
      // In the order that the method below explains.
      int max =
          a.lanewise(VectorOperators.ASHR, 31)
              .and(Integer.MAX_VALUE)
              .lanewise(VectorOperators.XOR, a)
              .and(kept)
              .or(least)
              .reduceLanes(VectorOperators.MAX);
      if (max > EXP_LIMIT_BITS) {
        shifts[r] = Float.intBitsToFloat(max);
        continue;
      }
      IntVector beyond = a.sub(MASKED_BITS);
      int most =
          IntVector.zero(INTS)
              .sub(beyond)
              .or(beyond)
              .lanewise(VectorOperators.ASHR, 31)
              .and(a)
              .and(Integer.MAX_VALUE)
              .and(kept)
              .reduceLanes(VectorOperators.MAX);
      shifts[r] = ScalarKernels.shift(most, max);
    }
  }

  /** Two vectors a row, which overlap. */
  private static void writeShiftsOfTwo(
      float[] x, int at, int row, int end, int cols, float[] shifts) {
    int last = cols - WIDTH;
    for (int r = row, i = at; r < end; r++, i += cols) {
      IntVector a = FloatVector.fromArray(FLOATS, x, i).reinterpretAsInts();
      IntVector b = FloatVector.fromArray(FLOATS, x, i + last).reinterpretAsInts();
      // Floats are in the order of their bits where negative ones have all but the sign turned
      // over, and without their signs as they are. To the latter masked ones are 0.
      int max =
          a.lanewise(VectorOperators.ASHR, 31)
              .and(Integer.MAX_VALUE)
              .lanewise(VectorOperators.XOR, a)
              .max(
                  b.lanewise(VectorOperators.ASHR, 31)
                      .and(Integer.MAX_VALUE)
                      .lanewise(VectorOperators.XOR, b))
              .reduceLanes(VectorOperators.MAX);
      if (max > EXP_LIMIT_BITS) {
        shifts[r] = Float.intBitsToFloat(max);
        continue;
      }
      IntVector beyondA = a.sub(MASKED_BITS);
      IntVector beyondB = b.sub(MASKED_BITS);
      int most =
          IntVector.zero(INTS)
              .sub(beyondA)
              .or(beyondA)
              .lanewise(VectorOperators.ASHR, 31)
              .and(a)
              .and(Integer.MAX_VALUE)
              .max(
                  IntVector.zero(INTS)
                      .sub(beyondB)
                      .or(beyondB)
                      .lanewise(VectorOperators.ASHR, 31)
                      .and(b)
                      .and(Integer.MAX_VALUE))
              .reduceLanes(VectorOperators.MAX);
      shifts[r] = ScalarKernels.shift(most, max);
    }
  }

  @Override
  public void subtractShifts(
      float[] x, int at, int rows, int cols, float[] shifts, float[] out, int outAt) {
    if (cols == 1) {
      differences(x, at, shifts, 0, 1, rows, out, outAt);
      return;
    }
    int whole = wholeRows(rows, cols);
    if (cols <= WIDTH) {
      subtractFromRowsOfOne(x, at, whole, cols, shifts, out, outAt);
    } else {
      subtractFromRowsOfTwo(x, at, whole, cols, shifts, out, outAt);
    }
    int done = whole * cols;
    ScalarKernels.subtractShifts(x, at + done, whole, rows, cols, shifts, out, outAt + done);
  }

  /** One vector a row; what spills over stays as it is, since it may not have been read yet. */
  private static void subtractFromRowsOfOne(
      float[] x, int at, int rows, int cols, float[] shifts, float[] out, int outAt) {
    IntVector kept = lanesOf(cols);
    for (int r = 0, i = 0; r < rows; r++, i += cols) {
      FloatVector shift =
          FloatVector.broadcast(FLOATS, shifts[r])
              .reinterpretAsInts()
              .and(kept)
              .reinterpretAsFloats();
      FloatVector.fromArray(FLOATS, x, at + i).sub(shift).intoArray(out, outAt + i);
    }
  }

  /** Two vectors a row, which overlap: both are read before one is written. */
  private static void subtractFromRowsOfTwo(
      float[] x, int at, int rows, int cols, float[] shifts, float[] out, int outAt) {
    int last = cols - WIDTH;
    for (int r = 0, i = 0; r < rows; r++, i += cols) {
      FloatVector a = FloatVector.fromArray(FLOATS, x, at + i).sub(shifts[r]);
      FloatVector b = FloatVector.fromArray(FLOATS, x, at + i + last).sub(shifts[r]);
      a.intoArray(out, outAt + i);
      b.intoArray(out, outAt + i + last);
    }
  }

  @Override
  public float max(float[] x, int at, int n) {
    FloatVector max0 = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
    FloatVector max1 = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
    int i = 0;
    for (; i <= n - 2 * WIDTH; i += 2 * WIDTH) {
      max0 = FloatVector.fromArray(FLOATS, x, at + i).max(max0);
      max1 = FloatVector.fromArray(FLOATS, x, at + i + WIDTH).max(max1);
    }
    return Math.max(max0.max(max1).reduceLanes(VectorOperators.MAX), SCALAR.max(x, at + i, n - i));
  }

  /** Of a wide row the maximum is found first, and then where it is. */
  @Override
  public int argmax(float[] x, int at, int n) {
    if (n < Lanes.COUNT) {
      return SCALAR.argmax(x, at, n);
    }
    float max = max(x, at, n);
    int i = 0;
    while (i < n - 1 && !(x[at + i] == max) && (max == max || x[at + i] == x[at + i])) {
      i++;
    }
    return i;
  }

  /**
   * Where 2^k is neither subnormal nor infinite, k may be added to the exponent.
   *
   * <p>What is left over after whole vectors is the end of one more, which computes some
   * exponentials once more: a scalar one takes as long as a vector of them.
   *
   * <p>Of more than 325 bytecodes, and so never inlined: where C2 made one method of this loop and
   * of its callers', JDK 17 boxed two vectors a step in every other VM, and took three times as
   * long.
   */
  @Override
  public boolean expIfWithinLimit(float[] x, int xAt, int n, float[] out, int outAt) {
    IntVector most = IntVector.zero(INTS);
    int i = 0;
    for (; i <= n - WIDTH; i += WIDTH) {
      FloatVector v = FloatVector.fromArray(FLOATS, x, xAt + i);
      most = v.reinterpretAsInts().and(Integer.MAX_VALUE).max(most);
      FloatVector rounded =
          v.fma(
              FloatVector.broadcast(FLOATS, Exp.LOG2_E),
              FloatVector.broadcast(FLOATS, Ln.INT_MAGIC));
      FloatVector k = rounded.sub(Ln.INT_MAGIC);
      FloatVector r =
          k.fma(
              FloatVector.broadcast(FLOATS, Exp.MINUS_LN2_LOW),
              k.fma(FloatVector.broadcast(FLOATS, Exp.MINUS_LN2_HIGH), v));
      FloatVector p =
          FloatVector.broadcast(FLOATS, Exp.P6)
              .fma(r, FloatVector.broadcast(FLOATS, Exp.P5))
              .fma(r, FloatVector.broadcast(FLOATS, Exp.P4))
              .fma(r, FloatVector.broadcast(FLOATS, Exp.P3))
              .fma(r, FloatVector.broadcast(FLOATS, Exp.P2))
              .fma(r, FloatVector.broadcast(FLOATS, 1))
              .fma(r, FloatVector.broadcast(FLOATS, 1));
      p.reinterpretAsInts()
          .add(rounded.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
          .reinterpretAsFloats()
          .intoArray(out, outAt + i);
    }
    boolean withinLimit = most.reduceLanes(VectorOperators.MAX) <= EXP_LIMIT_BITS;
    if (i < n && n > WIDTH) {
      int last = n - WIDTH;
      return withinLimit & expIfWithinLimit(x, xAt + last, WIDTH, out, outAt + last);
    }
    for (; i < n; i++) {
      float v = x[xAt + i];
      withinLimit &= Math.abs(v) <= EXP_LIMIT;
      out[outAt + i] = Exp.of(v);
    }
    return withinLimit;
  }

  /** The same loop, for whose length the same holds; a masked x is taken to be 0. */
  @Override
  public boolean expIfWithinLimitOrMasked(float[] x, int xAt, int n, float[] out, int outAt) {
    IntVector most = IntVector.zero(INTS);
    int i = 0;
    for (; i <= n - WIDTH; i += WIDTH) {
      IntVector bits = FloatVector.fromArray(FLOATS, x, xAt + i).reinterpretAsInts();
      // All bits 0 where x is −∞, all 1 elsewhere: there the number or its negative is negative.
      IntVector beyond = bits.sub(MASKED_BITS);
      IntVector kept =
          IntVector.zero(INTS).sub(beyond).or(beyond).lanewise(VectorOperators.ASHR, 31);
      IntVector keptBits = bits.and(kept);
      FloatVector v = keptBits.reinterpretAsFloats();
      most = keptBits.and(Integer.MAX_VALUE).max(most);
      FloatVector rounded =
          v.fma(
              FloatVector.broadcast(FLOATS, Exp.LOG2_E),
              FloatVector.broadcast(FLOATS, Ln.INT_MAGIC));
      FloatVector k = rounded.sub(Ln.INT_MAGIC);
      FloatVector r =
          k.fma(
              FloatVector.broadcast(FLOATS, Exp.MINUS_LN2_LOW),
              k.fma(FloatVector.broadcast(FLOATS, Exp.MINUS_LN2_HIGH), v));
      FloatVector p =
          FloatVector.broadcast(FLOATS, Exp.P6)
              .fma(r, FloatVector.broadcast(FLOATS, Exp.P5))
              .fma(r, FloatVector.broadcast(FLOATS, Exp.P4))
              .fma(r, FloatVector.broadcast(FLOATS, Exp.P3))
              .fma(r, FloatVector.broadcast(FLOATS, Exp.P2))
              .fma(r, FloatVector.broadcast(FLOATS, 1))
              .fma(r, FloatVector.broadcast(FLOATS, 1));
      p.reinterpretAsInts()
          .add(rounded.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
          .and(kept)
          .reinterpretAsFloats()
          .intoArray(out, outAt + i);
    }
    boolean withinLimit = most.reduceLanes(VectorOperators.MAX) <= EXP_LIMIT_BITS;
    if (i < n && n > WIDTH) {
      int last = n - WIDTH;
      return withinLimit & expIfWithinLimitOrMasked(x, xAt + last, WIDTH, out, outAt + last);
    }
    for (; i < n; i++) {
      float v = x[xAt + i];
      withinLimit &= ScalarKernels.isWithinLimitOrMasked(v);
      out[outAt + i] = Exp.of(v);
    }
    return withinLimit;
  }

  /**
   * The loop of {@link #expIfWithinLimit}, for whose length the same holds: inlined it took 1.4
   * times as long on JDK 17.
   */
  @Override
  public void scaledExp(
      float[] x, int xAt, int n, float first, float second, float[] out, int outAt) {
    int i = 0;
    for (; i <= n - WIDTH; i += WIDTH) {
      FloatVector v = FloatVector.fromArray(FLOATS, x, xAt + i);
      FloatVector rounded =
          v.fma(
              FloatVector.broadcast(FLOATS, Exp.LOG2_E),
              FloatVector.broadcast(FLOATS, Ln.INT_MAGIC));
      FloatVector k = rounded.sub(Ln.INT_MAGIC);
      FloatVector r =
          k.fma(
              FloatVector.broadcast(FLOATS, Exp.MINUS_LN2_LOW),
              k.fma(FloatVector.broadcast(FLOATS, Exp.MINUS_LN2_HIGH), v));
      FloatVector p =
          FloatVector.broadcast(FLOATS, Exp.P6)
              .fma(r, FloatVector.broadcast(FLOATS, Exp.P5))
              .fma(r, FloatVector.broadcast(FLOATS, Exp.P4))
              .fma(r, FloatVector.broadcast(FLOATS, Exp.P3))
              .fma(r, FloatVector.broadcast(FLOATS, Exp.P2))
              .fma(r, FloatVector.broadcast(FLOATS, 1))
              .fma(r, FloatVector.broadcast(FLOATS, 1));
      p.reinterpretAsInts()
          .add(rounded.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
          .reinterpretAsFloats()
          .mul(FloatVector.broadcast(FLOATS, first))
          .mul(FloatVector.broadcast(FLOATS, second))
          .intoArray(out, outAt + i);
    }
    if (i < n && n > WIDTH && x != out) {
      int last = n - WIDTH;
      scaledExp(x, xAt + last, WIDTH, first, second, out, outAt + last);
      return;
    }
    for (; i < n; i++) {
      out[outAt + i] = Exp.of(x[xAt + i]) * first * second;
    }
  }

  @Override
  public void exp(float[] x, int xAt, int n, boolean withinLimit, float[] out, int outAt) {
    if (withinLimit) {
      expIfWithinLimit(x, xAt, n, out, outAt);
      return;
    }
    int done = n - n % WIDTH;
    expBeyondLimit(x, xAt, done, out, outAt);
    SCALAR.exp(x, xAt + done, n - done, false, out, outAt + done);
  }

  /**
   * The same. The power of 2 is 32 too high at first: within the range of a normal float for every
   * x here, so that a subnormal result is rounded once, as in {@link Exp#of}.
   */
  private static void expBeyondLimit(float[] x, int xAt, int n, float[] out, int outAt) {
    for (int i = 0; i < n; i += WIDTH) {
      FloatVector v = FloatVector.fromArray(FLOATS, x, xAt + i).max(Exp.LEAST);
      FloatVector rounded =
          v.fma(
              FloatVector.broadcast(FLOATS, Exp.LOG2_E),
              FloatVector.broadcast(FLOATS, Ln.INT_MAGIC));
      FloatVector k = rounded.sub(Ln.INT_MAGIC);
      FloatVector r =
          k.fma(
              FloatVector.broadcast(FLOATS, Exp.MINUS_LN2_LOW),
              k.fma(FloatVector.broadcast(FLOATS, Exp.MINUS_LN2_HIGH), v));
      FloatVector p =
          FloatVector.broadcast(FLOATS, Exp.P6)
              .fma(r, FloatVector.broadcast(FLOATS, Exp.P5))
              .fma(r, FloatVector.broadcast(FLOATS, Exp.P4))
              .fma(r, FloatVector.broadcast(FLOATS, Exp.P3))
              .fma(r, FloatVector.broadcast(FLOATS, Exp.P2))
              .fma(r, FloatVector.broadcast(FLOATS, 1))
              .fma(r, FloatVector.broadcast(FLOATS, 1));
      p.reinterpretAsInts()
          .add(rounded.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
          .add(32 << 23)
          .reinterpretAsFloats()
          // Adds 0, or the NaN whose bits were changed above.
          .fma(FloatVector.broadcast(FLOATS, 0x1p-32f), v.sub(v))
          .intoArray(out, outAt + i);
    }
  }

  @Override
  public double sum(float[] x, int at, int n, float[] scratch) {
    for (int lane = 0; lane < Lanes.COUNT; lane += 4 * WIDTH) {
      add(x, at, lane, n, scratch);
    }
    int done = n - n % WIDTH;
    ScalarKernels.add(x, at + done, done % Lanes.COUNT, n - done, scratch);
    return fold(scratch);
  }

  /** Stores the sums of four vectors of lanes from {@code lane} on. */
  private static void add(float[] x, int at, int lane, int n, float[] scratch) {
    FloatVector a0 = FloatVector.zero(FLOATS);
    FloatVector a1 = FloatVector.zero(FLOATS);
    FloatVector a2 = FloatVector.zero(FLOATS);
    FloatVector a3 = FloatVector.zero(FLOATS);
    int i = lane;
    for (; i + 4 * WIDTH <= n; i += Lanes.COUNT) {
      a0 = FloatVector.fromArray(FLOATS, x, at + i).add(a0);
      a1 = FloatVector.fromArray(FLOATS, x, at + i + WIDTH).add(a1);
      a2 = FloatVector.fromArray(FLOATS, x, at + i + 2 * WIDTH).add(a2);
      a3 = FloatVector.fromArray(FLOATS, x, at + i + 3 * WIDTH).add(a3);
    }
    if (i + WIDTH <= n) {
      a0 = FloatVector.fromArray(FLOATS, x, at + i).add(a0);
    }
    if (i + 2 * WIDTH <= n) {
      a1 = FloatVector.fromArray(FLOATS, x, at + i + WIDTH).add(a1);
    }
    if (i + 3 * WIDTH <= n) {
      a2 = FloatVector.fromArray(FLOATS, x, at + i + 2 * WIDTH).add(a2);
    }
    a0.intoArray(scratch, Block.LANES + lane);
    a1.intoArray(scratch, Block.LANES + lane + WIDTH);
    a2.intoArray(scratch, Block.LANES + lane + 2 * WIDTH);
    a3.intoArray(scratch, Block.LANES + lane + 3 * WIDTH);
  }

  @Override
  public double sumLn(float[] x, int n, float[] scratch) {
    if (n == 1) {
      return Products.lnOfOneNormal(x[0]);
    }
    Arrays.fill(scratch, Block.LANES, Block.LANES + Lanes.COUNT, 1);
    IntVector least = IntVector.broadcast(INTS, Ln.LEAST_NORMAL);
    IntVector most = IntVector.broadcast(INTS, Ln.LEAST_NORMAL);
    FloatVector exponents = FloatVector.zero(FLOATS);
    int done = n - n % WIDTH;
    for (int i = 0; i < done; i += WIDTH) {
      IntVector bits = FloatVector.fromArray(FLOATS, x, i).reinterpretAsInts();
      least = bits.min(least);
      most = bits.max(most);
      // Small whole numbers: their sums are exact.
      exponents =
          bits.lanewise(VectorOperators.ASHR, 23)
              .add(Ln.INT_MAGIC_BITS - Ln.BIAS)
              .reinterpretAsFloats()
              .sub(Ln.INT_MAGIC)
              .add(exponents);
      int lane = Block.LANES + i % Lanes.COUNT;
      bits.and(Ln.MANTISSA)
          .or(Ln.ONE)
          .reinterpretAsFloats()
          .mul(FloatVector.fromArray(FLOATS, scratch, lane))
          .intoArray(scratch, lane);
    }
    boolean normal =
        least.reduceLanes(VectorOperators.MIN) >= Ln.LEAST_NORMAL
            && most.reduceLanes(VectorOperators.MAX) <= Ln.GREATEST_FINITE;
    long sum = 0;
    for (int i = done; i < n; i++) {
      normal &= Ln.isNormal(x[i]);
      sum += Ln.exponent(x[i]);
      scratch[Block.LANES + i % Lanes.COUNT] *= Ln.mantissa(x[i]);
    }
    if (!normal) {
      return Double.NaN;
    }
    Lanes.foldProduct(scratch, Block.LANES);
    int room = Block.LANES + Lanes.FOLDED;
    exponents.intoArray(scratch, room);
    for (int i = room; i < room + WIDTH; i++) {
      sum += (long) scratch[i];
    }
    return Lanes.lnOfFoldedProduct(scratch, Block.LANES, sum);
  }

  @Override
  public double lnOfProduct(float[] x, int at, int n, double delta, double[] lanes) {
    double product = 1;
    long exponent = 0;
    double others = 0;
    for (int from = at; from < at + n; from += Products.GROUP) {
      int end = Math.min(at + n, from + Products.GROUP);
      long bits = 0;
      if (delta >= ABSORBING || areNormal(x, from, 0, end - from)) {
        for (int lane = 0; lane < Products.LANES; lane += WIDTH) {
          bits |= multiply(x, from + lane, end, delta, lanes, lane);
        }
        int done = (end - from) / WIDTH * WIDTH;
        bits |= ScalarKernels.multiplyLast(x, from + done, end, done, delta, lanes);
      } else {
        bits = ScalarKernels.multiplyGroup(x, from, end, delta, lanes);
      }
      if (Products.areExact(lanes, bits)) {
        product *= Products.mantissa(lanes);
        exponent += Products.exponent(lanes);
      } else {
        others += ScalarKernels.lnOfOddProduct(x, from, end, delta, lanes);
      }
    }
    return Ln.of(product, exponent) + others;
  }

  /**
   * Stores the products of one vector of every 16 factors; returns the union of the factors' bits.
   *
   * <p>Two steps at a time make it longer than C2 inlines, for the reason given at {@link
   * #expIfWithinLimit}.
   *
   * <p>Two floats in a {@code long} become doubles by bits alone. A positive, normal one is exact;
   * 0 and subnormals become numbers below 2^-126, which {@link #ABSORBING} swallows as it would
   * have swallowed them; all others become 2 or more, which {@link Products#areExact} refuses.
   */
  private static long multiply(float[] x, int at, int end, double delta, double[] lanes, int lane) {
    DoubleVector evens = DoubleVector.broadcast(DOUBLES, 1);
    DoubleVector odds = DoubleVector.broadcast(DOUBLES, 1);
    LongVector all = LongVector.zero(LONGS);
    int i = at;
    for (; i <= end - WIDTH - Products.LANES; i += 2 * Products.LANES) {
      LongVector two = FloatVector.fromArray(FLOATS, x, i).reinterpretAsInts().reinterpretAsLongs();
      LongVector next =
          FloatVector.fromArray(FLOATS, x, i + Products.LANES)
              .reinterpretAsInts()
              .reinterpretAsLongs();
      DoubleVector even =
          two.and(LOW_HALF)
              .lanewise(VectorOperators.LSHL, WIDER_FRACTION)
              .add(WIDER_BIAS)
              .reinterpretAsDoubles()
              .add(delta);
      DoubleVector odd =
          two.lanewise(VectorOperators.LSHR, 32)
              .lanewise(VectorOperators.LSHL, WIDER_FRACTION)
              .add(WIDER_BIAS)
              .reinterpretAsDoubles()
              .add(delta);
      DoubleVector nextEven =
          next.and(LOW_HALF)
              .lanewise(VectorOperators.LSHL, WIDER_FRACTION)
              .add(WIDER_BIAS)
              .reinterpretAsDoubles()
              .add(delta);
      DoubleVector nextOdd =
          next.lanewise(VectorOperators.LSHR, 32)
              .lanewise(VectorOperators.LSHL, WIDER_FRACTION)
              .add(WIDER_BIAS)
              .reinterpretAsDoubles()
              .add(delta);
      all =
          even.reinterpretAsLongs()
              .or(odd.reinterpretAsLongs())
              .or(nextEven.reinterpretAsLongs())
              .or(nextOdd.reinterpretAsLongs())
              .or(all);
      evens = even.mul(evens).mul(nextEven);
      odds = odd.mul(odds).mul(nextOdd);
    }
    if (i <= end - WIDTH) {
      LongVector two = FloatVector.fromArray(FLOATS, x, i).reinterpretAsInts().reinterpretAsLongs();
      DoubleVector even =
          two.and(LOW_HALF)
              .lanewise(VectorOperators.LSHL, WIDER_FRACTION)
              .add(WIDER_BIAS)
              .reinterpretAsDoubles()
              .add(delta);
      DoubleVector odd =
          two.lanewise(VectorOperators.LSHR, 32)
              .lanewise(VectorOperators.LSHL, WIDER_FRACTION)
              .add(WIDER_BIAS)
              .reinterpretAsDoubles()
              .add(delta);
      all = even.reinterpretAsLongs().or(odd.reinterpretAsLongs()).or(all);
      evens = even.mul(evens);
      odds = odd.mul(odds);
    }
    evens.intoArray(lanes, lane / 2);
    odds.intoArray(lanes, Products.ODD + lane / 2);
    return all.reduceLanes(VectorOperators.OR);
  }

  @Override
  public double sumProducts(float[] x, int xAt, float[] t, int tAt, int n, float[] scratch) {
    for (int lane = 0; lane < Lanes.COUNT; lane += 2 * WIDTH) {
      addProducts(x, xAt, t, tAt, lane, n, scratch);
    }
    int done = n - n % WIDTH;
    ScalarKernels.addProducts(x, xAt + done, t, tAt + done, done % Lanes.COUNT, n - done, scratch);
    return fold(scratch);
  }

  /** Stores the sums of two vectors of lanes from {@code lane} on. */
  private static void addProducts(
      float[] x, int xAt, float[] t, int tAt, int lane, int n, float[] scratch) {
    FloatVector a0 = FloatVector.zero(FLOATS);
    FloatVector a1 = FloatVector.zero(FLOATS);
    int i = lane;
    for (; i + 2 * WIDTH <= n; i += Lanes.COUNT) {
      FloatVector t0 = FloatVector.fromArray(FLOATS, t, tAt + i);
      FloatVector t1 = FloatVector.fromArray(FLOATS, t, tAt + i + WIDTH);
      // All bits 0 where the target is, all 1 elsewhere: masks would say the same, slower.
      IntVector kept0 =
          t0.reinterpretAsInts()
              .and(Integer.MAX_VALUE)
              .add(Integer.MAX_VALUE)
              .lanewise(VectorOperators.ASHR, 31);
      IntVector kept1 =
          t1.reinterpretAsInts()
              .and(Integer.MAX_VALUE)
              .add(Integer.MAX_VALUE)
              .lanewise(VectorOperators.ASHR, 31);
      a0 =
          FloatVector.fromArray(FLOATS, x, xAt + i)
              .reinterpretAsInts()
              .and(kept0)
              .reinterpretAsFloats()
              .fma(t0, a0);
      a1 =
          FloatVector.fromArray(FLOATS, x, xAt + i + WIDTH)
              .reinterpretAsInts()
              .and(kept1)
              .reinterpretAsFloats()
              .fma(t1, a1);
    }
    if (i + WIDTH <= n) {
      FloatVector t0 = FloatVector.fromArray(FLOATS, t, tAt + i);
      IntVector kept0 =
          t0.reinterpretAsInts()
              .and(Integer.MAX_VALUE)
              .add(Integer.MAX_VALUE)
              .lanewise(VectorOperators.ASHR, 31);
      a0 =
          FloatVector.fromArray(FLOATS, x, xAt + i)
              .reinterpretAsInts()
              .and(kept0)
              .reinterpretAsFloats()
              .fma(t0, a0);
    }
    a0.intoArray(scratch, Block.LANES + lane);
    a1.intoArray(scratch, Block.LANES + lane + WIDTH);
  }

  /** A row's last vector spills over into the rows that are still to come. */
  @Override
  public void scaleRows(
      float[] x,
      int at,
      int rows,
      int cols,
      float[] first,
      float[] second,
      float[] out,
      int outAt) {
    int r = cols == 1 ? rows - rows % WIDTH : wholeRows(rows, cols);
    if (cols == 1) {
      scaleElements(x, at, r, first, second, out, outAt);
    } else if (cols <= WIDTH) {
      scaleNarrowRows(x, at, r, cols, first, second, out, outAt);
    } else {
      scaleRowsOfTwo(x, at, r, cols, first, second, out, outAt);
    }
    for (; r < rows; r++) {
      float firstFactor = first[r];
      float secondFactor = second[r];
      int end = (r + 1) * cols;
      int i = r * cols;
      for (; i <= end - WIDTH; i += WIDTH) {
        FloatVector.fromArray(FLOATS, x, at + i)
            .mul(firstFactor)
            .mul(secondFactor)
            .intoArray(out, outAt + i);
      }
      for (; i < end; i++) {
        out[outAt + i] = x[at + i] * firstFactor * secondFactor;
      }
    }
  }

  /** Rows of one column. */
  private static void scaleElements(
      float[] x, int at, int rows, float[] first, float[] second, float[] out, int outAt) {
    for (int r = 0; r < rows; r += WIDTH) {
      FloatVector.fromArray(FLOATS, x, at + r)
          .mul(FloatVector.fromArray(FLOATS, first, r))
          .mul(FloatVector.fromArray(FLOATS, second, r))
          .intoArray(out, outAt + r);
    }
  }

  /** One vector a row: a loop within the row would take longer than its work. */
  private static void scaleNarrowRows(
      float[] x,
      int at,
      int rows,
      int cols,
      float[] first,
      float[] second,
      float[] out,
      int outAt) {
    for (int r = 0, i = 0; r < rows; r++, i += cols) {
      FloatVector.fromArray(FLOATS, x, at + i)
          .mul(first[r])
          .mul(second[r])
          .intoArray(out, outAt + i);
    }
  }

  /** Two vectors a row, which overlap: both are read before one is written. */
  private static void scaleRowsOfTwo(
      float[] x,
      int at,
      int rows,
      int cols,
      float[] first,
      float[] second,
      float[] out,
      int outAt) {
    int last = cols - WIDTH;
    for (int r = 0, i = 0; r < rows; r++, i += cols) {
      FloatVector a = FloatVector.fromArray(FLOATS, x, at + i).mul(first[r]).mul(second[r]);
      FloatVector b = FloatVector.fromArray(FLOATS, x, at + i + last).mul(first[r]).mul(second[r]);
      a.intoArray(out, outAt + i);
      b.intoArray(out, outAt + i + last);
    }
  }

  /** A loop within a row, as scalar code has it too; rows of two vectors have one of their own. */
  @Override
  public void scaleRowsWithVariances(
      float[] x,
      int at,
      int rows,
      int cols,
      float[] first,
      float[] second,
      float[] out,
      int outAt,
      float[] variances,
      int variancesAt) {
    int r = wholeRows(rows, cols);
    if (cols <= WIDTH) {
      scaleNarrowRowsWithVariances(
          x, at, r, cols, first, second, out, outAt, variances, variancesAt);
    } else {
      scaleRowsOfTwoWithVariances(
          x, at, r, cols, first, second, out, outAt, variances, variancesAt);
    }
    for (; r < rows; r++) {
      float firstFactor = first[r];
      float secondFactor = second[r];
      int end = (r + 1) * cols;
      int i = r * cols;
      for (; i <= end - WIDTH; i += WIDTH) {
        FloatVector p = FloatVector.fromArray(FLOATS, x, at + i).mul(firstFactor);
        p.mul(secondFactor).intoArray(out, outAt + i);
        FloatVector.broadcast(FLOATS, 1)
            .sub(p)
            .mul(p)
            .mul(secondFactor)
            .add(0)
            .intoArray(variances, variancesAt + i);
      }
      for (; i < end; i++) {
        float p = x[at + i] * firstFactor;
        out[outAt + i] = p * secondFactor;
        variances[variancesAt + i] = p * (1 - p) * secondFactor + 0f;
      }
    }
  }

  /** As {@link #scaleNarrowRows}. */
  private static void scaleNarrowRowsWithVariances(
      float[] x,
      int at,
      int rows,
      int cols,
      float[] first,
      float[] second,
      float[] out,
      int outAt,
      float[] variances,
      int variancesAt) {
    for (int r = 0, i = 0; r < rows; r++, i += cols) {
      FloatVector p = FloatVector.fromArray(FLOATS, x, at + i).mul(first[r]);
      p.mul(second[r]).intoArray(out, outAt + i);
      FloatVector.broadcast(FLOATS, 1)
          .sub(p)
          .mul(p)
          .mul(second[r])
          .add(0)
          .intoArray(variances, variancesAt + i);
    }
  }

  /** As {@link #scaleRowsOfTwo}. */
  private static void scaleRowsOfTwoWithVariances(
      float[] x,
      int at,
      int rows,
      int cols,
      float[] first,
      float[] second,
      float[] out,
      int outAt,
      float[] variances,
      int variancesAt) {
    int last = cols - WIDTH;
    for (int r = 0, i = 0; r < rows; r++, i += cols) {
      FloatVector p = FloatVector.fromArray(FLOATS, x, at + i).mul(first[r]);
      FloatVector q = FloatVector.fromArray(FLOATS, x, at + i + last).mul(first[r]);
      FloatVector a = FloatVector.broadcast(FLOATS, 1).sub(p).mul(p).mul(second[r]).add(0);
      FloatVector b = FloatVector.broadcast(FLOATS, 1).sub(q).mul(q).mul(second[r]).add(0);
      p.mul(second[r]).intoArray(out, outAt + i);
      q.mul(second[r]).intoArray(out, outAt + i + last);
      a.intoArray(variances, variancesAt + i);
      b.intoArray(variances, variancesAt + i + last);
    }
  }

  /**
   * The power of 2 is 64 too high at first, so that it is never subnormal, and a subnormal result
   * is rounded once. For its length see {@link #expIfWithinLimit}.
   */
  @Override
  public void expOfMinusSize(float[] x, int xAt, int n, float[] out) {
    int done = n - n % WIDTH;
    IntVector most = IntVector.zero(INTS);
    for (int i = 0; i < done; i += WIDTH) {
      IntVector size =
          FloatVector.fromArray(FLOATS, x, xAt + i).reinterpretAsInts().and(Integer.MAX_VALUE);
      most = size.max(most);
      FloatVector v = size.min(GREATEST_SIZE_BITS).or(Integer.MIN_VALUE).reinterpretAsFloats();
      FloatVector rounded =
          v.fma(
              FloatVector.broadcast(FLOATS, Exp.LOG2_E),
              FloatVector.broadcast(FLOATS, Ln.INT_MAGIC));
      FloatVector k = rounded.sub(Ln.INT_MAGIC);
      FloatVector r =
          k.fma(
              FloatVector.broadcast(FLOATS, Exp.MINUS_LN2_LOW),
              k.fma(FloatVector.broadcast(FLOATS, Exp.MINUS_LN2_HIGH), v));
      FloatVector p =
          FloatVector.broadcast(FLOATS, Exp.P6)
              .fma(r, FloatVector.broadcast(FLOATS, Exp.P5))
              .fma(r, FloatVector.broadcast(FLOATS, Exp.P4))
              .fma(r, FloatVector.broadcast(FLOATS, Exp.P3))
              .fma(r, FloatVector.broadcast(FLOATS, Exp.P2))
              .fma(r, FloatVector.broadcast(FLOATS, 1))
              .fma(r, FloatVector.broadcast(FLOATS, 1));
      p.reinterpretAsInts()
          .add(rounded.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
          .add(64 << 23)
          .reinterpretAsFloats()
          .mul(0x1p-64f)
          .intoArray(out, i);
    }
    if (most.reduceLanes(VectorOperators.MAX) > INFINITY_BITS) { // a NaN was taken for 104
      for (int i = 0; i < done; i++) {
        out[i] += x[xAt + i] == x[xAt + i] ? 0 : Float.NaN;
      }
    }
    ScalarKernels.expOfMinusSize(x, xAt + done, done, n - done, out);
  }

  @Override
  public void sigmoids(float[] x, int xAt, float[] e, int n, float[] out, int outAt) {
    int done = n - n % WIDTH;
    for (int i = 0; i < done; i += WIDTH) {
      FloatVector size = FloatVector.fromArray(FLOATS, e, i);
      IntVector below =
          FloatVector.fromArray(FLOATS, x, xAt + i)
              .reinterpretAsInts()
              .lanewise(VectorOperators.ASHR, 31);
      FloatVector upper =
          size.reinterpretAsInts().and(below).or(below.not().and(ONE_BITS)).reinterpretAsFloats();
      FloatVector.broadcast(FLOATS, 1).div(size.add(1)).mul(upper).intoArray(out, outAt + i);
    }
    ScalarKernels.sigmoids(x, xAt + done, e, done, n - done, out, outAt + done);
  }

  @Override
  public void sigmoidTerms(
      float[] x,
      int xAt,
      float[] e,
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      int n,
      float[] out,
      int outAt) {
    int done = n - n % WIDTH;
    for (int i = 0; i < done; i += WIDTH) {
      FloatVector size = FloatVector.fromArray(FLOATS, e, i);
      FloatVector ln =
          FloatVector.broadcast(FLOATS, Ln.A8)
              .fma(size, FloatVector.broadcast(FLOATS, Ln.A7))
              .fma(size, FloatVector.broadcast(FLOATS, Ln.A6))
              .fma(size, FloatVector.broadcast(FLOATS, Ln.A5))
              .fma(size, FloatVector.broadcast(FLOATS, Ln.A4))
              .fma(size, FloatVector.broadcast(FLOATS, Ln.A3))
              .fma(size, FloatVector.broadcast(FLOATS, Ln.A2))
              .fma(size, FloatVector.broadcast(FLOATS, Ln.A1))
              .fma(size, FloatVector.broadcast(FLOATS, Ln.A0))
              .fma(size.mul(size), size);
      IntVector bits = FloatVector.fromArray(FLOATS, x, xAt + i).reinterpretAsInts();
      IntVector below = bits.lanewise(VectorOperators.ASHR, 31);
      FloatVector ofA = FloatVector.fromArray(FLOATS, a, aAt + i);
      FloatVector ofB = FloatVector.fromArray(FLOATS, b, bAt + i);
      IntVector c = ofA.reinterpretAsInts().and(below).or(ofB.reinterpretAsInts().and(below.not()));
      // All bits 0 where the coefficient is, all 1 elsewhere.
      IntVector kept =
          c.and(Integer.MAX_VALUE).add(Integer.MAX_VALUE).lanewise(VectorOperators.ASHR, 31);
      FloatVector linear =
          bits.and(Integer.MAX_VALUE).and(kept).reinterpretAsFloats().mul(c.reinterpretAsFloats());
      ofA.add(ofB).fma(ln, linear).intoArray(out, outAt + i);
    }
    ScalarKernels.sigmoidTerms(
        x, xAt + done, e, done, a, aAt + done, b, bAt + done, n - done, out, outAt + done);
  }

  @Override
  public void sigmoidGradients(
      float[] x,
      int xAt,
      float[] e,
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      float factor,
      int n,
      float[] out,
      int outAt) {
    int done = n - n % WIDTH;
    for (int i = 0; i < done; i += WIDTH) {
      FloatVector size = FloatVector.fromArray(FLOATS, e, i);
      IntVector sizeBits = size.reinterpretAsInts();
      IntVector below =
          FloatVector.fromArray(FLOATS, x, xAt + i)
              .reinterpretAsInts()
              .lanewise(VectorOperators.ASHR, 31);
      IntVector above = below.not();
      FloatVector up =
          sizeBits
              .and(below)
              .or(above.and(ONE_BITS))
              .reinterpretAsFloats()
              .mul(FloatVector.fromArray(FLOATS, b, bAt + i));
      FloatVector down =
          sizeBits
              .and(above)
              .or(below.and(ONE_BITS))
              .reinterpretAsFloats()
              .mul(FloatVector.fromArray(FLOATS, a, aAt + i));
      FloatVector.broadcast(FLOATS, 1)
          .div(size.add(1))
          .mul(up.sub(down))
          .mul(factor)
          .add(0)
          .intoArray(out, outAt + i);
    }
    ScalarKernels.sigmoidGradients(
        x, xAt + done, e, done, a, aAt + done, b, bAt + done, factor, n - done, out, outAt + done);
  }

  @Override
  public void sigmoidHessians(
      float[] e,
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      float factor,
      int n,
      float[] out,
      int outAt) {
    int done = n - n % WIDTH;
    for (int i = 0; i < done; i += WIDTH) {
      FloatVector size = FloatVector.fromArray(FLOATS, e, i);
      FloatVector q = FloatVector.broadcast(FLOATS, 1).div(size.add(1));
      FloatVector both =
          FloatVector.fromArray(FLOATS, a, aAt + i).add(FloatVector.fromArray(FLOATS, b, bAt + i));
      size.mul(q.mul(q)).mul(both).mul(factor).add(0).intoArray(out, outAt + i);
    }
    ScalarKernels.sigmoidHessians(
        e, done, a, aAt + done, b, bAt + done, factor, n - done, out, outAt + done);
  }

  @Override
  public void valuesOf(int[] labels, int at, int n, float[] out, int outAt) {
    int done = n - n % WIDTH;
    for (int i = 0; i < done; i += WIDTH) {
      IntVector.zero(INTS)
          .sub(IntVector.fromArray(INTS, labels, at + i))
          .and(ONE_BITS)
          .reinterpretAsFloats()
          .intoArray(out, outAt + i);
    }
    SCALAR.valuesOf(labels, at + done, n - done, out, outAt + done);
  }

  @Override
  public boolean areSides(float[] y, int yAt, float delta, float[] t, int tAt, int n) {
    IntVector odd = IntVector.zero(INTS);
    IntVector outside = IntVector.zero(INTS);
    IntVector least = IntVector.broadcast(INTS, Ln.LEAST_NORMAL);
    int done = n - n % WIDTH;
    for (int i = 0; i < done; i += WIDTH) {
      FloatVector target = FloatVector.fromArray(FLOATS, t, tAt + i);
      FloatVector no = FloatVector.broadcast(FLOATS, 1).sub(target);
      odd = target.mul(no).reinterpretAsInts().or(odd);
      FloatVector probability = FloatVector.fromArray(FLOATS, y, yAt + i);
      IntVector bits = probability.reinterpretAsInts();
      outside = IntVector.broadcast(INTS, ONE_BITS).sub(bits).or(bits).or(outside);
      least =
          no.sub(probability)
              .reinterpretAsInts()
              .and(Integer.MAX_VALUE)
              .reinterpretAsFloats()
              .add(delta)
              .reinterpretAsInts()
              .min(least);
    }
    return (odd.reduceLanes(VectorOperators.OR) & Integer.MAX_VALUE) == 0
        && outside.reduceLanes(VectorOperators.OR) >= 0
        && least.reduceLanes(VectorOperators.MIN) >= Ln.LEAST_NORMAL
        && SCALAR.areSides(y, yAt + done, delta, t, tAt + done, n - done);
  }

  @Override
  public double lnOfSides(
      float[] y, int yAt, double delta, float[] t, int tAt, int n, double[] lanes) {
    double product = 1;
    long exponent = 0;
    for (int from = 0; from < n; from += Products.GROUP) {
      int end = Math.min(n, from + Products.GROUP);
      if (delta >= ABSORBING || areNormal(y, yAt + from, 0, end - from)) {
        for (int lane = 0; lane < Products.LANES; lane += WIDTH) {
          multiplySides(y, yAt, delta, t, tAt, from + lane, end, lanes, lane);
        }
        int done = from + (end - from) / WIDTH * WIDTH;
        ScalarKernels.multiplySides(y, yAt, delta, t, tAt, from, done, end, lanes);
      } else {
        Arrays.fill(lanes, 1);
        ScalarKernels.multiplySides(y, yAt, delta, t, tAt, from, from, end, lanes);
      }
      exponent += ScalarKernels.exponentOfSides(y, yAt, delta, t, tAt, from, end, lanes);
      product *= Products.mantissa(lanes);
    }
    return Ln.of(product, exponent);
  }

  /**
   * Stores the products of one vector of every 16 factors, |1 − t − y| + delta; as {@link
   * #multiply} does.
   */
  private static void multiplySides(
      float[] y,
      int yAt,
      double delta,
      float[] t,
      int tAt,
      int from,
      int end,
      double[] lanes,
      int lane) {
    DoubleVector evens = DoubleVector.broadcast(DOUBLES, 1);
    DoubleVector odds = DoubleVector.broadcast(DOUBLES, 1);
    int i = from;
    for (; i <= end - WIDTH - Products.LANES; i += 2 * Products.LANES) {
      LongVector two =
          FloatVector.fromArray(FLOATS, y, yAt + i).reinterpretAsInts().reinterpretAsLongs();
      LongVector next =
          FloatVector.fromArray(FLOATS, y, yAt + i + Products.LANES)
              .reinterpretAsInts()
              .reinterpretAsLongs();
      IntVector no =
          FloatVector.broadcast(FLOATS, 1)
              .sub(FloatVector.fromArray(FLOATS, t, tAt + i))
              .reinterpretAsInts();
      IntVector nextNo =
          FloatVector.broadcast(FLOATS, 1)
              .sub(FloatVector.fromArray(FLOATS, t, tAt + i + Products.LANES))
              .reinterpretAsInts();
      // The upper half of a double of 1 or 0.
      LongVector ones = no.lanewise(VectorOperators.LSHR, 3).or(no).reinterpretAsLongs();
      LongVector nextOnes =
          nextNo.lanewise(VectorOperators.LSHR, 3).or(nextNo).reinterpretAsLongs();
      evens =
          ones.lanewise(VectorOperators.LSHL, 32)
              .reinterpretAsDoubles()
              .sub(
                  two.and(LOW_HALF)
                      .lanewise(VectorOperators.LSHL, WIDER_FRACTION)
                      .add(WIDER_BIAS)
                      .reinterpretAsDoubles())
              .reinterpretAsLongs()
              .and(Long.MAX_VALUE)
              .reinterpretAsDoubles()
              .add(delta)
              .mul(evens);
      odds =
          ones.and(HIGH_HALF)
              .reinterpretAsDoubles()
              .sub(
                  two.lanewise(VectorOperators.LSHR, 32)
                      .lanewise(VectorOperators.LSHL, WIDER_FRACTION)
                      .add(WIDER_BIAS)
                      .reinterpretAsDoubles())
              .reinterpretAsLongs()
              .and(Long.MAX_VALUE)
              .reinterpretAsDoubles()
              .add(delta)
              .mul(odds);
      evens =
          nextOnes
              .lanewise(VectorOperators.LSHL, 32)
              .reinterpretAsDoubles()
              .sub(
                  next.and(LOW_HALF)
                      .lanewise(VectorOperators.LSHL, WIDER_FRACTION)
                      .add(WIDER_BIAS)
                      .reinterpretAsDoubles())
              .reinterpretAsLongs()
              .and(Long.MAX_VALUE)
              .reinterpretAsDoubles()
              .add(delta)
              .mul(evens);
      odds =
          nextOnes
              .and(HIGH_HALF)
              .reinterpretAsDoubles()
              .sub(
                  next.lanewise(VectorOperators.LSHR, 32)
                      .lanewise(VectorOperators.LSHL, WIDER_FRACTION)
                      .add(WIDER_BIAS)
                      .reinterpretAsDoubles())
              .reinterpretAsLongs()
              .and(Long.MAX_VALUE)
              .reinterpretAsDoubles()
              .add(delta)
              .mul(odds);
    }
    if (i <= end - WIDTH) {
      LongVector two =
          FloatVector.fromArray(FLOATS, y, yAt + i).reinterpretAsInts().reinterpretAsLongs();
      IntVector no =
          FloatVector.broadcast(FLOATS, 1)
              .sub(FloatVector.fromArray(FLOATS, t, tAt + i))
              .reinterpretAsInts();
      LongVector ones = no.lanewise(VectorOperators.LSHR, 3).or(no).reinterpretAsLongs();
      evens =
          ones.lanewise(VectorOperators.LSHL, 32)
              .reinterpretAsDoubles()
              .sub(
                  two.and(LOW_HALF)
                      .lanewise(VectorOperators.LSHL, WIDER_FRACTION)
                      .add(WIDER_BIAS)
                      .reinterpretAsDoubles())
              .reinterpretAsLongs()
              .and(Long.MAX_VALUE)
              .reinterpretAsDoubles()
              .add(delta)
              .mul(evens);
      odds =
          ones.and(HIGH_HALF)
              .reinterpretAsDoubles()
              .sub(
                  two.lanewise(VectorOperators.LSHR, 32)
                      .lanewise(VectorOperators.LSHL, WIDER_FRACTION)
                      .add(WIDER_BIAS)
                      .reinterpretAsDoubles())
              .reinterpretAsLongs()
              .and(Long.MAX_VALUE)
              .reinterpretAsDoubles()
              .add(delta)
              .mul(odds);
    }
    evens.intoArray(lanes, lane / 2);
    odds.intoArray(lanes, Products.ODD + lane / 2);
  }

  @Override
  public void sideQuotients(
      float[] y,
      int yAt,
      float delta,
      float[] t,
      int tAt,
      float factor,
      int n,
      float[] out,
      int outAt) {
    int done = n - n % WIDTH;
    for (int i = 0; i < done; i += WIDTH) {
      FloatVector target = FloatVector.fromArray(FLOATS, t, tAt + i);
      FloatVector no = FloatVector.broadcast(FLOATS, 1).sub(target);
      FloatVector v =
          no.sub(FloatVector.fromArray(FLOATS, y, yAt + i))
              .reinterpretAsInts()
              .and(Integer.MAX_VALUE)
              .reinterpretAsFloats()
              .add(delta);
      FloatVector.broadcast(FLOATS, factor).div(v).mul(target.sub(no)).intoArray(out, outAt + i);
    }
    SCALAR.sideQuotients(y, yAt + done, delta, t, tAt + done, factor, n - done, out, outAt + done);
  }

  /** For its length see {@link #expIfWithinLimit}. */
  @Override
  public boolean oneSidedTerms(
      float[] y,
      int yAt,
      float delta,
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      int n,
      float[] out,
      int outAt) {
    IntVector odd = IntVector.zero(INTS);
    IntVector least = IntVector.broadcast(INTS, Ln.LEAST_NORMAL);
    IntVector most = IntVector.broadcast(INTS, Ln.LEAST_NORMAL);
    int i = 0;
    for (; i <= n - WIDTH; i += WIDTH) {
      FloatVector ofA = FloatVector.fromArray(FLOATS, a, aAt + i);
      FloatVector ofB = FloatVector.fromArray(FLOATS, b, bAt + i);
      // All bits 0 where b is, all 1 elsewhere.
      IntVector second =
          ofB.reinterpretAsInts()
              .and(Integer.MAX_VALUE)
              .add(Integer.MAX_VALUE)
              .lanewise(VectorOperators.ASHR, 31);
      odd = ofA.reinterpretAsInts().and(second).or(odd);
      // 0 + y, or 1 + −y.
      FloatVector from = second.and(ONE_BITS).reinterpretAsFloats();
      FloatVector signed =
          second
              .and(Integer.MIN_VALUE)
              .lanewise(
                  VectorOperators.XOR,
                  FloatVector.fromArray(FLOATS, y, yAt + i).reinterpretAsInts())
              .reinterpretAsFloats();
      FloatVector of = from.add(signed);
      FloatVector v = of.add(delta);
      least = v.reinterpretAsInts().min(least);
      most = v.reinterpretAsInts().max(most);
      FloatVector lost = of.sub(v).add(delta).add(from.sub(of).add(signed));
      IntVector bits = v.reinterpretAsInts().sub(Ln.SPLIT);
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
      FloatVector small = q.fma(f.mul(f), k.mul(Ln.LN2_LOW));
      k.fma(FloatVector.broadcast(FLOATS, Ln.LN2_HIGH), f.add(small))
          .add(lost)
          .mul(ofA.add(ofB)) // one of them is 0
          .intoArray(out, outAt + i);
    }
    return (odd.reduceLanes(VectorOperators.OR) & Integer.MAX_VALUE) == 0
        && least.reduceLanes(VectorOperators.MIN) >= Ln.LEAST_NORMAL
        && most.reduceLanes(VectorOperators.MAX) <= Ln.GREATEST_FINITE
        && SCALAR.oneSidedTerms(y, yAt + i, delta, a, aAt + i, b, bAt + i, n - i, out, outAt + i);
  }

  @Override
  public void oneSidedGradients(
      float[] y,
      int yAt,
      float delta,
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      float factor,
      int n,
      float[] out,
      int outAt) {
    int done = n - n % WIDTH;
    for (int i = 0; i < done; i += WIDTH) {
      FloatVector ofB = FloatVector.fromArray(FLOATS, b, bAt + i);
      // All bits 0 where b is, all 1 elsewhere.
      IntVector second =
          ofB.reinterpretAsInts()
              .and(Integer.MAX_VALUE)
              .add(Integer.MAX_VALUE)
              .lanewise(VectorOperators.ASHR, 31);
      // 0 + y, or 1 + −y.
      FloatVector signed =
          second
              .and(Integer.MIN_VALUE)
              .lanewise(
                  VectorOperators.XOR,
                  FloatVector.fromArray(FLOATS, y, yAt + i).reinterpretAsInts())
              .reinterpretAsFloats();
      FloatVector v = second.and(ONE_BITS).reinterpretAsFloats().add(signed).add(delta);
      FloatVector.broadcast(FLOATS, factor)
          .div(v)
          .mul(FloatVector.fromArray(FLOATS, a, aAt + i).sub(ofB))
          .add(0)
          .intoArray(out, outAt + i);
    }
    SCALAR.oneSidedGradients(
        y, yAt + done, delta, a, aAt + done, b, bAt + done, factor, n - done, out, outAt + done);
  }

  @Override
  public void complements(float[] y, int yAt, int n, float[] low, float[] out) {
    int done = n - n % WIDTH;
    for (int i = 0; i < done; i += WIDTH) {
      FloatVector probability = FloatVector.fromArray(FLOATS, y, yAt + i);
      FloatVector complement = FloatVector.broadcast(FLOATS, 1).sub(probability);
      FloatVector.broadcast(FLOATS, 1).sub(complement).sub(probability).intoArray(low, i);
      complement.intoArray(out, i);
    }
    ScalarKernels.complements(y, yAt + done, done, n - done, low, out);
  }

  @Override
  public void timesLnOfSum(
      float[] x,
      float[] low,
      float delta,
      float[] coefficients,
      int coefficientsAt,
      int n,
      float[] out,
      int outAt) {
    int done = n - n % WIDTH;
    if (!timesLnOfNormalSum(x, low, 0, delta, coefficients, coefficientsAt, done, out, outAt)) {
      for (int i = 0; i < done; i += Lanes.COUNT) {
        int count = Math.min(Lanes.COUNT, done - i);
        if (!timesLnOfNormalSum(
            x, low, i, delta, coefficients, coefficientsAt + i, count, out, outAt + i)) {
          ScalarKernels.timesLnOfSum(
              x, low, i, delta, coefficients, coefficientsAt + i, count, out, outAt + i);
        }
      }
    }
    ScalarKernels.timesLnOfSum(
        x, low, done, delta, coefficients, coefficientsAt + done, n - done, out, outAt + done);
  }

  /** False if some x + delta is not positive, normal and finite. */
  private static boolean timesLnOfNormalSum(
      float[] x,
      float[] low,
      int at,
      float delta,
      float[] coefficients,
      int coefficientsAt,
      int n,
      float[] out,
      int outAt) {
    IntVector least = IntVector.broadcast(INTS, Ln.LEAST_NORMAL);
    IntVector most = IntVector.broadcast(INTS, Ln.LEAST_NORMAL);
    for (int i = 0; i < n; i += WIDTH) {
      FloatVector of = FloatVector.fromArray(FLOATS, x, at + i);
      FloatVector v = of.add(delta);
      least = v.reinterpretAsInts().min(least);
      most = v.reinterpretAsInts().max(most);
      FloatVector lost = of.sub(v).add(delta).add(FloatVector.fromArray(FLOATS, low, at + i));
      IntVector bits = v.reinterpretAsInts().sub(Ln.SPLIT);
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
      FloatVector small = q.fma(f.mul(f), k.mul(Ln.LN2_LOW));
      k.fma(FloatVector.broadcast(FLOATS, Ln.LN2_HIGH), f.add(small))
          .add(lost)
          .mul(FloatVector.fromArray(FLOATS, coefficients, coefficientsAt + i))
          .intoArray(out, outAt + i);
    }
    return least.reduceLanes(VectorOperators.MIN) >= Ln.LEAST_NORMAL
        && most.reduceLanes(VectorOperators.MAX) <= Ln.GREATEST_FINITE;
  }

  /** A few elements are copied sooner than the general copy is called. */
  @Override
  public void copyRows(
      float[] x, int at, int stride, int rows, int cols, float[] out, int outAt, int outStride) {
    int done = 0;
    if (cols > WIDTH && cols <= 2 * WIDTH) {
      done = rows;
      copyRowsOfTwo(x, at, stride, rows, cols, out, outAt, outStride);
    } else if (cols <= WIDTH && outStride == cols) {
      done = Math.min(wholeVectors(x.length - at, stride), wholeVectors(rows * cols, cols));
      copyNarrowRows(x, at, stride, done, cols, out, outAt);
    }
    SCALAR.copyRows(
        x, at + done * stride, stride, rows - done, cols, out, outAt + done * outStride, outStride);
  }

  /** How many vectors, each {@code stride} after the one before, lie inside of n elements. */
  private static int wholeVectors(int n, int stride) {
    return n < WIDTH ? 0 : (n - WIDTH) / stride + 1;
  }

  /** One vector a row, which spills over into the rows that are still to come. */
  private static void copyNarrowRows(
      float[] x, int at, int stride, int rows, int cols, float[] out, int outAt) {
    for (int r = 0; r < rows; r++) {
      FloatVector.fromArray(FLOATS, x, at + r * stride).intoArray(out, outAt + r * cols);
    }
  }

  /** Two vectors a row, which overlap. */
  private static void copyRowsOfTwo(
      float[] x, int at, int stride, int rows, int cols, float[] out, int outAt, int outStride) {
    int second = cols - WIDTH;
    for (int r = 0, from = at, to = outAt; r < rows; r++, from += stride, to += outStride) {
      FloatVector first = FloatVector.fromArray(FLOATS, x, from);
      FloatVector last = FloatVector.fromArray(FLOATS, x, from + second);
      first.intoArray(out, to);
      last.intoArray(out, to + second);
    }
  }
}

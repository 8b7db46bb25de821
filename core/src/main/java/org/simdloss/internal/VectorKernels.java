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

  private static final int TAME_BITS = Float.floatToRawIntBits(TAME);

  private static final int ONE_BITS = Ln.ONE;

  /** 1, 2, 4, ... */
  private static final IntVector LANE_BITS =
      IntVector.broadcast(INTS, 1).lanewise(VectorOperators.LSHL, IntVector.zero(INTS).addIndex(1));

  /** The bits that follow these. */
  private static final IntVector NEXT_LANE_BITS = LANE_BITS.lanewise(VectorOperators.LSHL, WIDTH);

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

  @Override
  public boolean areNormal(float[] y, int yAt, float delta, int n) {
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
    int done = n - n % WIDTH;
    for (int i = 0; i < done; i += WIDTH) {
      FloatVector.fromArray(FLOATS, out, outAt + i)
          .mul(FloatVector.fromArray(FLOATS, t, tAt + i))
          .add(0) // makes +0 of the -0 that a target of 0 gives
          .intoArray(out, outAt + i);
    }
    for (int i = done; i < n; i++) {
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
    int done = n - n % WIDTH;
    for (int i = 0; i < done; i += WIDTH) {
      FloatVector.fromArray(FLOATS, t, tAt + i)
          .mul(factor)
          .div(FloatVector.fromArray(FLOATS, y, yAt + i).add(delta))
          .add(0)
          .intoArray(out, outAt + i);
    }
    SCALAR.quotients(y, yAt + done, delta, t, tAt + done, factor, n - done, out, outAt + done);
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

  /**
   * Two passes, without a branch that depends on where the ones are: such a branch is mispredicted
   * every other time, and took longer than all the rest.
   */
  @Override
  public boolean hotColumns(float[] t, int at, int rows, int cols, int[] columns, long[] hotBits) {
    // Targets that are not one-hot mostly show it at once.
    if (!ScalarKernels.mayBeHot(t, at, Math.min(cols, Lanes.COUNT))) {
      return false;
    }
    int n = rows * cols;
    int row = 0;
    for (int from = 0; n - from > 0; from += Blocks.ELEMENTS) {
      int size = Math.min(Blocks.ELEMENTS, n - from);
      if (!writeHotBits(t, at + from, size, hotBits)) {
        // Something other than +0 and 1.0: -0 may be among it, which is no obstacle.
        return SCALAR.hotColumns(t, at, rows, cols, columns, hotBits);
      }
      if (4 * cols <= Long.SIZE) {
        return writeNarrowColumns(rows, cols, columns, hotBits);
      }
      for (int i = 0; i < size; i += Long.SIZE) {
        for (long bits = hotBits[i / Long.SIZE]; bits != 0; bits &= bits - 1) {
          // The k-th hot element must lie in row k.
          int column = from + i + Long.numberOfTrailingZeros(bits) - row * cols;
          if (column < 0 || column >= cols) {
            return false;
          }
          columns[row++] = column;
        }
      }
    }
    return row == rows;
  }

  /** Writes a bit for each element, 1 where it is 1.0; false if one is neither +0 nor 1.0. */
  private static boolean writeHotBits(float[] t, int at, int n, long[] hotBits) {
    Arrays.fill(hotBits, 0);
    IntVector odd = IntVector.zero(INTS);
    int i = 0;
    for (; i <= n - 2 * WIDTH; i += 2 * WIDTH) {
      // Of +0 and 1.0, only 1.0 has bit 29 set. Masks and their toLong would say the same, but are
      // slow on JDK 17.
      IntVector bits0 = FloatVector.fromArray(FLOATS, t, at + i).reinterpretAsInts();
      IntVector bits1 = FloatVector.fromArray(FLOATS, t, at + i + WIDTH).reinterpretAsInts();
      IntVector hot0 = bits0.lanewise(VectorOperators.LSHL, 2).lanewise(VectorOperators.ASHR, 31);
      IntVector hot1 = bits1.lanewise(VectorOperators.LSHL, 2).lanewise(VectorOperators.ASHR, 31);
      odd =
          odd.or(hot0.and(ONE_BITS).lanewise(VectorOperators.XOR, bits0))
              .or(hot1.and(ONE_BITS).lanewise(VectorOperators.XOR, bits1));
      int hot = hot0.and(LANE_BITS).or(hot1.and(NEXT_LANE_BITS)).reduceLanes(VectorOperators.OR);
      hotBits[i / Long.SIZE] |= (hot & 0xffffffffL) << i;
    }
    boolean known = odd.reduceLanes(VectorOperators.OR) == 0;
    for (; i < n; i++) {
      int bits = Float.floatToRawIntBits(t[at + i]);
      known &= bits == 0 || bits == ONE_BITS;
      hotBits[i / Long.SIZE] |= (bits >>> 29 & 1L) << i;
    }
    return known;
  }

  /** Writes the columns of rows of at most 16 columns; false if a row has not one bit exactly. */
  private static boolean writeNarrowColumns(int rows, int cols, int[] columns, long[] hotBits) {
    long mask = (1L << cols) - 1;
    long wrong = 0;
    int r = 0;
    int at = 0;
    for (; r <= rows - 4; r += 4, at += 4 * cols) {
      // The bits of four rows are in one word or in two; Java takes shifts by the last six bits.
      long bits = hotBits[at >>> 6] >>> at | hotBits[(at >>> 6) + 1] << 1 << ~at;
      long row0 = bits & mask;
      long row1 = bits >>> cols & mask;
      long row2 = bits >>> 2 * cols & mask;
      long row3 = bits >>> 3 * cols & mask;
      // Other than 0 if a row has two bits, negative if it has none.
      wrong |= row0 & row0 - 1 | row1 & row1 - 1 | row2 & row2 - 1 | row3 & row3 - 1;
      wrong |= (row0 - 1 | row1 - 1 | row2 - 1 | row3 - 1) & Long.MIN_VALUE;
      columns[r] = Long.numberOfTrailingZeros(row0);
      columns[r + 1] = Long.numberOfTrailingZeros(row1);
      columns[r + 2] = Long.numberOfTrailingZeros(row2);
      columns[r + 3] = Long.numberOfTrailingZeros(row3);
    }
    for (; r < rows; r++, at += cols) {
      long row = (hotBits[at >>> 6] >>> at | hotBits[(at >>> 6) + 1] << 1 << ~at) & mask;
      wrong |= row & row - 1 | row - 1 & Long.MIN_VALUE;
      columns[r] = Long.numberOfTrailingZeros(row);
    }
    return wrong == 0;
  }

  @Override
  public boolean areTame(float[] x, int at, int n) {
    IntVector most = IntVector.zero(INTS);
    int i = 0;
    for (; i <= n - WIDTH; i += WIDTH) {
      // Without their signs, floats are in the order of their bits, and NaN is above infinity.
      most =
          most.max(
              FloatVector.fromArray(FLOATS, x, at + i).reinterpretAsInts().and(Integer.MAX_VALUE));
    }
    return most.reduceLanes(VectorOperators.MAX) <= TAME_BITS && SCALAR.areTame(x, at + i, n - i);
  }

  @Override
  public float max(float[] x, int at, int n) {
    FloatVector max0 = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
    FloatVector max1 = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
    int i = 0;
    for (; i <= n - 2 * WIDTH; i += 2 * WIDTH) {
      max0 = max0.max(FloatVector.fromArray(FLOATS, x, at + i));
      max1 = max1.max(FloatVector.fromArray(FLOATS, x, at + i + WIDTH));
    }
    return Math.max(max0.max(max1).reduceLanes(VectorOperators.MAX), SCALAR.max(x, at + i, n - i));
  }

  @Override
  public boolean expIfTame(float[] x, int xAt, int n, float[] out, int outAt) {
    int done = n - n % WIDTH;
    return expTame(x, xAt, done, out, outAt)
        && SCALAR.expIfTame(x, xAt + done, n - done, out, outAt + done);
  }

  @Override
  public void exp(float[] x, int xAt, int n, boolean tame, float[] out, int outAt) {
    int done = n - n % WIDTH;
    if (tame) {
      expTame(x, xAt, done, out, outAt);
    } else {
      expWild(x, xAt, done, out, outAt);
    }
    SCALAR.exp(x, xAt + done, n - done, tame, out, outAt + done);
  }

  /**
   * Where 2^k is neither subnormal nor infinite, k may be added to the exponent. False if some x is
   * not tame: what was written is of no use then.
   */
  private static boolean expTame(float[] x, int xAt, int n, float[] out, int outAt) {
    IntVector most = IntVector.zero(INTS);
    for (int i = 0; i < n; i += WIDTH) {
      FloatVector v = FloatVector.fromArray(FLOATS, x, xAt + i);
      most = most.max(v.reinterpretAsInts().and(Integer.MAX_VALUE));
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
    return most.reduceLanes(VectorOperators.MAX) <= TAME_BITS;
  }

  /** The same, with 2^k in two halves, as {@link Exp#of}. */
  private static void expWild(float[] x, int xAt, int n, float[] out, int outAt) {
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
      // Of a NaN these are some powers of 2; NaN times them stays NaN.
      IntVector exponent = rounded.reinterpretAsInts().sub(Ln.INT_MAGIC_BITS);
      IntVector half = exponent.lanewise(VectorOperators.ASHR, 1);
      IntVector rest = exponent.sub(half);
      p.mul(half.lanewise(VectorOperators.LSHL, 23).add(Ln.ONE).reinterpretAsFloats())
          .mul(rest.lanewise(VectorOperators.LSHL, 23).add(Ln.ONE).reinterpretAsFloats())
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
      a0 = a0.add(FloatVector.fromArray(FLOATS, x, at + i));
      a1 = a1.add(FloatVector.fromArray(FLOATS, x, at + i + WIDTH));
      a2 = a2.add(FloatVector.fromArray(FLOATS, x, at + i + 2 * WIDTH));
      a3 = a3.add(FloatVector.fromArray(FLOATS, x, at + i + 3 * WIDTH));
    }
    if (i + WIDTH <= n) {
      a0 = a0.add(FloatVector.fromArray(FLOATS, x, at + i));
    }
    if (i + 2 * WIDTH <= n) {
      a1 = a1.add(FloatVector.fromArray(FLOATS, x, at + i + WIDTH));
    }
    if (i + 3 * WIDTH <= n) {
      a2 = a2.add(FloatVector.fromArray(FLOATS, x, at + i + 2 * WIDTH));
    }
    a0.intoArray(scratch, Workspace.LANES + lane);
    a1.intoArray(scratch, Workspace.LANES + lane + WIDTH);
    a2.intoArray(scratch, Workspace.LANES + lane + 2 * WIDTH);
    a3.intoArray(scratch, Workspace.LANES + lane + 3 * WIDTH);
  }

  @Override
  public double sumLn(float[] x, int n, float[] scratch) {
    Arrays.fill(scratch, Workspace.LANES, Workspace.LANES + Lanes.COUNT, 1);
    IntVector least = IntVector.broadcast(INTS, Ln.LEAST_NORMAL);
    IntVector most = IntVector.broadcast(INTS, Ln.LEAST_NORMAL);
    FloatVector exponents = FloatVector.zero(FLOATS);
    int done = n - n % WIDTH;
    for (int i = 0; i < done; i += WIDTH) {
      IntVector bits = FloatVector.fromArray(FLOATS, x, i).reinterpretAsInts();
      least = least.min(bits);
      most = most.max(bits);
      // Small whole numbers: their sums are exact.
      exponents =
          exponents.add(
              bits.lanewise(VectorOperators.ASHR, 23)
                  .add(Ln.INT_MAGIC_BITS - Ln.BIAS)
                  .reinterpretAsFloats()
                  .sub(Ln.INT_MAGIC));
      int lane = Workspace.LANES + i % Lanes.COUNT;
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
      scratch[Workspace.LANES + i % Lanes.COUNT] *= Ln.mantissa(x[i]);
    }
    if (!normal) {
      return Double.NaN;
    }
    Lanes.foldProduct(scratch, Workspace.LANES);
    int room = Workspace.LANES + Lanes.FOLDED;
    exponents.intoArray(scratch, room);
    for (int i = room; i < room + WIDTH; i++) {
      sum += (long) scratch[i];
    }
    return Lanes.lnOfFoldedProduct(scratch, Workspace.LANES, sum);
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
    a0.intoArray(scratch, Workspace.LANES + lane);
    a1.intoArray(scratch, Workspace.LANES + lane + WIDTH);
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
    int r = 0;
    if (cols <= WIDTH) {
      r = Math.max(0, rows - (WIDTH + cols - 1) / cols); // their spill stays inside
      scaleNarrowRows(x, at, r, cols, first, second, out, outAt);
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
}

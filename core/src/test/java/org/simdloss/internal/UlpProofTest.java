package org.simdloss.internal;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * ln and exp of every float, all 2^32 of them: how far they are from the exact value, and that the
 * vector kernels give the same bits.
 *
 * <p>{@code mvn -Pproof test -pl core} runs it.
 */
@Tag("proof")
class UlpProofTest {
  /** What the Javadoc of {@link Ln} states, in ulps. */
  static final double LN_BOUND = 0.84;

  /** What the Javadoc of {@link Exp} states. */
  static final double EXP_BOUND = 0.86;

  /** StrictMath is within an ulp of double, which is 2^-29 of an ulp of float. */
  private static final double REFERENCE_ERROR = 0x1p-29;

  /**
   * Floats whose bits follow each other. They are whole vectors, so that a kernel leaves none to
   * scalar code; and the normal floats, which some kernels treat apart, are whole blocks.
   */
  private static final int BLOCK = 1 << 11;

  private static final int BLOCKS = 1 << (Integer.SIZE - 11);

  /** Every float is in one of these. */
  private static IntStream firstBitsOfBlocks() {
    return IntStream.range(0, BLOCKS).parallel().map(block -> block * BLOCK);
  }

  @Test
  void lnIsWithinItsBound() {
    assertWithin(LN_BOUND, "ln", UlpProofTest::ulpsOfLn);
  }

  @Test
  void expIsWithinItsBound() {
    assertWithin(EXP_BOUND, "exp", UlpProofTest::ulpsOfExp);
  }

  private static double ulpsOfLn(float x) {
    float ln = Ln.of(x);
    if (x > 0 && x < Float.POSITIVE_INFINITY) {
      return ulps(ln, StrictMath.log(x));
    }
    return noneIfSame(ln, x == 0 ? Float.NEGATIVE_INFINITY : x > 0 ? x : Float.NaN);
  }

  private static double ulpsOfExp(float x) {
    float exp = Exp.of(x);
    if (Math.abs(x) < 0x1p-26) {
      return noneIfSame(exp, 1); // the nearest float: the one below is 2^-24 away
    }
    if (x > -104 && x < 89) {
      double exact = StrictMath.exp(x);
      float nearest = (float) exact;
      return nearest <= Float.MAX_VALUE ? ulps(exp, exact) : noneIfSame(exp, nearest);
    }
    // e^-104 is nearer to 0 than to the least float, and e^89 is above the greatest.
    return noneIfSame(exp, x < 0 ? 0 : x > 0 ? Float.POSITIVE_INFINITY : Float.NaN);
  }

  private static double noneIfSame(float computed, float expected) {
    return Float.compare(computed, expected) == 0 ? 0 : Double.POSITIVE_INFINITY;
  }

  /**
   * Of |computed − exact|. An ulp is that of the floats around the exact value, 2^-149 at least.
   */
  private static double ulps(float computed, double exact) {
    double power = Double.longBitsToDouble(Double.doubleToRawLongBits(exact) & 0x7ff0000000000000L);
    double ulps = Math.abs(computed - exact) / Math.max(power * 0x1p-23, Float.MIN_VALUE);
    return ulps >= 0 ? ulps : Double.POSITIVE_INFINITY; // NaN would not be seen to be wrong
  }

  private interface Error {
    double ulps(float x);
  }

  private record Worst(double ulps, float at) {
    static Worst of(Worst a, Worst b) {
      return b.ulps > a.ulps ? b : a;
    }
  }

  private static void assertWithin(double bound, String name, Error error) {
    Worst worst =
        firstBitsOfBlocks()
            .mapToObj(first -> worstOfBlock(first, error))
            .reduce(new Worst(0, 0), Worst::of);
    String found =
        String.format("%s: worst %.6f ulp at %s", name, worst.ulps, Float.toHexString(worst.at));
    System.out.println(found);
    assertTrue(worst.ulps + REFERENCE_ERROR <= Math.min(1, bound), found + ", not " + bound);
  }

  private static Worst worstOfBlock(int first, Error error) {
    double worst = 0;
    float at = 0;
    for (int i = 0; i < BLOCK; i++) {
      float x = Float.intBitsToFloat(first + i);
      double ulps = error.ulps(x);
      if (ulps > worst) {
        worst = ulps;
        at = x;
      }
    }
    return new Worst(worst, at);
  }

  @Test
  void vectorKernelsGiveTheBitsOfLn() {
    Kernels vector = Probe.vectorKernels();
    float[] ones = new float[BLOCK];
    Arrays.fill(ones, 1);
    firstBitsOfBlocks()
        .forEach(
            first -> {
              float[] x = new float[BLOCK];
              float[] expected = new float[BLOCK];
              for (int i = 0; i < BLOCK; i++) {
                x[i] = Float.intBitsToFloat(first + i);
                expected[i] = Ln.of(x[i]);
              }
              float[] out = new float[BLOCK];
              vector.ln(x, 0, 0, BLOCK, out, 0);
              assertSameBits("ln", x, expected, out);
              vector.timesLn(x, 0, 0, ones, 0, BLOCK, out, 0);
              assertSameBits("timesLn", x, expected, out);
              sumTimesLn(vector, x, ones, out);
              assertSameBits("sumTimesLn", x, expected, out);
            });
  }

  /**
   * The logarithms in the sums of {@link Kernels#sumTimesLn}: of 64 elements each lane has one, and
   * after the call still has it, but for the first 16 lanes, to which the others were folded.
   */
  private static void sumTimesLn(Kernels vector, float[] x, float[] ones, float[] out) {
    int n = Lanes.COUNT - Lanes.FOLDED;
    float[] y = Arrays.copyOf(ones, Lanes.COUNT);
    float[] scratch = new float[Workspace.LANES + Lanes.COUNT];
    for (int i = 0; i < BLOCK; i += n) {
      int from = Math.min(i, BLOCK - n);
      System.arraycopy(x, from, y, Lanes.FOLDED, n);
      vector.sumTimesLn(y, 0, 0, ones, 0, Lanes.COUNT, scratch);
      System.arraycopy(scratch, Workspace.LANES + Lanes.FOLDED, out, from, n);
    }
  }

  @Test
  void vectorKernelsGiveTheBitsOfExp() {
    Kernels vector = Probe.vectorKernels();
    firstBitsOfBlocks()
        .forEach(
            first -> {
              float[] x = new float[BLOCK];
              float[] expected = new float[BLOCK];
              for (int i = 0; i < BLOCK; i++) {
                float any = Float.intBitsToFloat(first + i);
                x[i] = any > Kernels.TAME ? Kernels.TAME : any;
                expected[i] = Exp.of(x[i]);
              }
              float[] out = new float[BLOCK];
              vector.exp(x, 0, BLOCK, false, out, 0);
              assertSameBits("exp", x, expected, out);
            });
  }

  @Test
  void vectorKernelsGiveTheBitsOfExpWhereLogitsAreTame() {
    Kernels vector = Probe.vectorKernels();
    firstBitsOfBlocks()
        .forEach(
            first -> {
              float[] x = new float[BLOCK];
              float[] expected = new float[BLOCK];
              for (int i = 0; i < BLOCK; i++) {
                float any = Float.intBitsToFloat(first + i);
                x[i] = Math.abs(any) <= Kernels.TAME ? any : Kernels.TAME;
                expected[i] = Exp.of(x[i]);
              }
              float[] out = new float[BLOCK];
              assertTrue(vector.expIfTame(x, 0, BLOCK, out, 0));
              assertSameBits("expIfTame", x, expected, out);
              Arrays.fill(out, -1);
              vector.exp(x, 0, BLOCK, true, out, 0);
              assertSameBits("exp of tame logits", x, expected, out);
            });
  }

  private static void assertSameBits(String kernel, float[] x, float[] expected, float[] out) {
    int i = Arrays.mismatch(expected, out); // NaN is one value to it, and +0 is not -0
    if (i >= 0) {
      String values = "%s of %s gives %s, not %s";
      fail(
          String.format(
              values,
              kernel,
              Float.toHexString(x[i]),
              Float.toHexString(out[i]),
              Float.toHexString(expected[i])));
    }
  }
}

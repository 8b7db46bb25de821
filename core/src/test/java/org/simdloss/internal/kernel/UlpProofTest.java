package org.simdloss.internal.kernel;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.Arrays;
import java.util.function.IntFunction;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.simdloss.internal.backend.Probe;
import org.simdloss.internal.math.Exp;
import org.simdloss.internal.math.Ln;

/**
 * ln and exp of every float, all 2^32 of them, and ln(1 + e) of those from 0 to 1: how far they are
 * from the exact value, and that the vector kernels give the same bits.
 *
 * <p>{@code mvn -Pproof test -pl core} runs it.
 */
@Tag("proof")
public class UlpProofTest {
  /** What the Javadoc of {@link Ln} states, in ulps. */
  public static final double LN_BOUND = 0.84;

  /** What the Javadoc of {@link Exp} states. */
  public static final double EXP_BOUND = 0.86;

  /** What the Javadoc of {@link Ln#ofOnePlus} states. */
  public static final double LN_OF_ONE_PLUS_BOUND = 1.17;

  /**
   * The reference is within two ulps of double, which is 2^-28 of an ulp of float; but next to 1,
   * where ln is small, the difference of two logarithms is within 2^-18.
   */
  private static final double REFERENCE_ERROR = 0x1p-18;

  /**
   * Floats whose bits follow each other. They are whole vectors, so that a kernel leaves none to
   * scalar code; and the normal floats, which some kernels treat apart, are whole blocks.
   */
  private static final int BLOCK = 1 << 11;

  private static final int BLOCKS = 1 << (Integer.SIZE - 11);

  /** 1/k!, from k = 8 down to 1. */
  private static final double[] EXP_TERMS =
      IntStream.rangeClosed(1, 8)
          .map(i -> 9 - i)
          .mapToDouble(k -> 1.0 / IntStream.rangeClosed(1, k).reduce(1, (f, i) -> f * i))
          .toArray();

  @Test
  void lnIsWithinItsBoundAndTheSameInVectors() {
    Kernels vector = Probe.vectorKernels();
    assertWithin(LN_BOUND, "ln", first -> ln(first, vector));
  }

  @Test
  void expIsWithinItsBoundAndTheSameInVectors() {
    Kernels vector = Probe.vectorKernels();
    assertWithin(EXP_BOUND, "exp", first -> exp(first, vector));
  }

  @Test
  void lnOfOnePlusIsWithinItsBoundAndTheSameInVectors() {
    Kernels vector = Probe.vectorKernels();
    assertWithin(LN_OF_ONE_PLUS_BOUND, "ln(1 + e)", first -> lnOfOnePlus(first, vector));
  }

  /** Of floats that are not from 0 to 1 there is nothing to compare; 1 stands for them. */
  private static Worst lnOfOnePlus(int first, Kernels vector) {
    if (first < 0 || first > Ln.ONE) {
      return new Worst(0, 0);
    }
    float[] e = new float[BLOCK];
    float[] expected = new float[BLOCK];
    float[] zeros = new float[BLOCK];
    float[] ones = new float[BLOCK];
    float[] out = new float[BLOCK];
    Arrays.fill(ones, 1);
    for (int i = 0; i < BLOCK; i++) {
      e[i] = Math.min(1, Float.intBitsToFloat(first + i));
      expected[i] = Ln.ofOnePlus(e[i]);
    }
    vector.sigmoidTerms(zeros, 0, e, ones, 0, zeros, 0, BLOCK, out, 0);
    assertSameBits("sigmoidTerms", e, expected, out);
    double lnOfFirst = StrictMath.log1p(e[0]);
    return worst(e, each -> ulps(expected[each], lnOfOnePlus(e[each], e[0], lnOfFirst)));
  }

  /** The worst of a block, all of which the vector kernels compute too. */
  private static Worst ln(int first, Kernels vector) {
    float[] x = new float[BLOCK];
    float[] expected = new float[BLOCK];
    float[] ones = new float[BLOCK];
    float[] out = new float[BLOCK];
    for (int i = 0; i < BLOCK; i++) {
      x[i] = Float.intBitsToFloat(first + i);
      expected[i] = Ln.of(x[i]);
      ones[i] = 1;
    }
    vector.ln(x, 0, 0, BLOCK, out, 0);
    assertSameBits("ln", x, expected, out);
    vector.timesLn(x, 0, 0, ones, 0, BLOCK, out, 0);
    assertSameBits("timesLn", x, expected, out);
    float[] zeros = new float[BLOCK];
    vector.timesLnOfSum(x, zeros, 0, ones, 0, BLOCK, out, 0);
    assertSameBits("timesLnOfSum", x, expected, out);
    if (vector.oneSidedTerms(x, 0, 0, ones, 0, zeros, 0, BLOCK, out, 0)) {
      assertSameBits("oneSidedTerms", x, expected, out);
    } else {
      assertFalse(Ln.isNormal(x[0]) && Ln.isNormal(x[BLOCK - 1]), "refused by oneSidedTerms");
    }
    sumTimesLn(vector, x, ones, out);
    assertSameBits("sumTimesLn", x, expected, out);
    double lnOfFirst = StrictMath.log(x[0]);
    boolean near = x[0] >= Float.MIN_NORMAL;
    Worst worst = worst(x, each -> ulpsOfLn(x[each], expected[each], x[0], lnOfFirst, near));
    // Beside a number that has no logarithm all are computed in another way.
    int odd = first >>> 11 & 7;
    x[odd] = 0;
    expected[odd] = Float.NEGATIVE_INFINITY;
    vector.ln(x, 0, 0, BLOCK, out, 0);
    assertSameBits("ln beside ln 0", x, expected, out);
    return worst;
  }

  /** The same. Above 64 the kernels promise nothing, and are not asked. */
  private static Worst exp(int first, Kernels vector) {
    float[] x = new float[BLOCK];
    float[] expected = new float[BLOCK];
    float[] out = new float[BLOCK];
    for (int i = 0; i < BLOCK; i++) {
      x[i] = Float.intBitsToFloat(first + i);
      expected[i] = Exp.of(x[i]);
    }
    double expOfFirst = StrictMath.exp(x[0]);
    vector.expOfMinusSize(x, 0, BLOCK, out);
    for (int i = 0; i < BLOCK; i++) {
      if (Float.compare(out[i], Exp.of(-Math.abs(x[i]))) != 0) {
        fail("expOfMinusSize of " + x[i] + " gives " + out[i]);
      }
    }
    Worst worst = worst(x, each -> ulpsOfExp(x[each], expected[each], x[0], expOfFirst));
    clamp(x, expected, any -> any > Kernels.EXP_LIMIT);
    vector.exp(x, 0, BLOCK, false, out, 0);
    assertSameBits("exp", x, expected, out);
    if (Math.abs(x[0])
        <= Kernels.EXP_LIMIT) { // of a block that begins above no float is within the limit
      clamp(x, expected, any -> !(Math.abs(any) <= Kernels.EXP_LIMIT));
      assertTrue(vector.expIfWithinLimit(x, 0, BLOCK, out, 0));
      assertSameBits("expIfWithinLimit", x, expected, out);
      Arrays.fill(out, -1);
      vector.exp(x, 0, BLOCK, true, out, 0);
      assertSameBits("exp of logits within the limit", x, expected, out);
      Arrays.fill(out, -1);
      vector.scaledExp(x, 0, BLOCK, 1, 1, out, 0);
      assertSameBits("scaledExp", x, expected, out);
      for (int i = first & 7; i < BLOCK; i += 13) {
        x[i] = Float.NEGATIVE_INFINITY;
        expected[i] = 0;
      }
      assertTrue(vector.expIfWithinLimitOrMasked(x, 0, BLOCK, out, 0));
      assertSameBits("exp of masked logits", x, expected, out);
    }
    return worst;
  }

  private interface Chosen {
    boolean is(float x);
  }

  private static void clamp(float[] x, float[] expected, Chosen chosen) {
    for (int i = 0; i < BLOCK; i++) {
      if (chosen.is(x[i])) {
        x[i] = Kernels.EXP_LIMIT;
        expected[i] = Exp.of(Kernels.EXP_LIMIT);
      }
    }
  }

  /**
   * StrictMath takes long: ln x = ln x₀ + ln(1 + d), where x₀ is the first of a block of normal
   * floats, so that d is 2^-12 at most, and four terms of its series are enough.
   */
  private static double ulpsOfLn(float x, float ln, float first, double lnOfFirst, boolean near) {
    if (x > 0 && x < Float.POSITIVE_INFINITY) {
      double d = ((double) x - first) / first;
      double exact = near ? lnOfFirst + lnOfOnePlus(d) : StrictMath.log(x);
      return ulps(ln, exact);
    }
    return noneIfSame(ln, x == 0 ? Float.NEGATIVE_INFINITY : x > 0 ? x : Float.NaN);
  }

  /** Likewise: ln(1 + e) = ln(1 + e₀) + ln(1 + d), where d is 2^-12 at most. */
  private static double lnOfOnePlus(float e, float first, double lnOfFirst) {
    return lnOfFirst + lnOfOnePlus(((double) e - first) / (1.0 + first));
  }

  private static double lnOfOnePlus(double d) {
    return d * (1 + d * (-1.0 / 2 + d * (1.0 / 3 + d * (-1.0 / 4))));
  }

  /** Likewise: e^x = e^x₀ · e^d, where d is 2^-6 at most, and eight terms are enough. */
  private static double ulpsOfExp(float x, float exp, float first, double expOfFirst) {
    if (Math.abs(x) < 0x1p-26) {
      return noneIfSame(exp, 1); // the nearest float: the one below is 2^-24 away
    }
    if (x > -104 && x < 89) {
      double d = (double) x - first;
      double ofD = 0;
      for (double term : EXP_TERMS) {
        ofD = (ofD + term) * d;
      }
      double exact = expOfFirst + expOfFirst * ofD;
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

  private record Worst(double ulps, float at) {
    static Worst of(Worst a, Worst b) {
      return b.ulps > a.ulps ? b : a;
    }
  }

  private static void assertWithin(double bound, String name, IntFunction<Worst> worstOfBlock) {
    Worst worst =
        IntStream.range(0, BLOCKS)
            .parallel()
            .map(block -> block * BLOCK)
            .mapToObj(worstOfBlock)
            .reduce(new Worst(0, 0), Worst::of);
    String found =
        String.format("%s: worst %.6f ulp at %s", name, worst.ulps, Float.toHexString(worst.at));
    System.out.println(found);
    assertTrue(worst.ulps + REFERENCE_ERROR <= bound, found + ", not " + bound);
  }

  private static Worst worst(float[] x, IntToDoubleFunction ulps) {
    double worst = 0;
    float at = 0;
    for (int i = 0; i < BLOCK; i++) {
      double each = ulps.applyAsDouble(i);
      if (each > worst) {
        worst = each;
        at = x[i];
      }
    }
    return new Worst(worst, at);
  }

  /**
   * The logarithms in the sums of {@link Kernels#sumTimesLn}: of 64 elements each lane has one, and
   * after the call still has it, but for the first 16 lanes, to which the others were folded.
   */
  private static void sumTimesLn(Kernels vector, float[] x, float[] ones, float[] out) {
    int n = Lanes.COUNT - Lanes.FOLDED;
    float[] y = Arrays.copyOf(ones, Lanes.COUNT);
    float[] scratch = new float[Block.SCRATCH];
    for (int i = 0; i < BLOCK; i += n) {
      int from = Math.min(i, BLOCK - n);
      System.arraycopy(x, from, y, Lanes.FOLDED, n);
      vector.sumTimesLn(y, 0, 0, ones, 0, Lanes.COUNT, scratch);
      System.arraycopy(scratch, Block.LANES + Lanes.FOLDED, out, from, n);
    }
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

package org.simdloss.internal.kernel;

/**
 * What a machine must be able to do to compute losses: a handful of loops over contiguous elements,
 * a block or two of them.
 *
 * <p>Every implementation returns the same bits. Arguments are not checked; {@code scratch} is as
 * {@link Block} says.
 */
public interface Kernels {
  /**
   * The greatest logit whose exponential may be taken as it is. A million of them, e^64 each, are
   * far from infinity, and the least, e^-64, is far from the subnormals.
   */
  float EXP_LIMIT = 64;

  /** For example {@code vector-512}. */
  String name();

  /** Σ (y − t)². */
  double sumSquares(float[] y, int yAt, float[] t, int tAt, int n, float[] scratch);

  /** Σ t · ln(y + delta), where a t of ±0 adds nothing, whatever y is. */
  double sumTimesLn(float[] y, int yAt, float delta, float[] t, int tAt, int n, float[] scratch);

  /** out = (y − t)²; {@code out} may be y. */
  void squares(float[] y, int yAt, float[] t, int tAt, int n, float[] out, int outAt);

  /** out = (y − t) · factor, never −0; {@code out} may be y or t. */
  void differences(
      float[] y, int yAt, float[] t, int tAt, float factor, int n, float[] out, int outAt);

  /** {@link #sumSquares}, and {@link #differences} of the same: one loop may do both. */
  default double sumSquaresAndDifferences(
      float[] y,
      int yAt,
      float[] t,
      int tAt,
      float factor,
      int n,
      float[] out,
      int outAt,
      float[] scratch) {
    double sum = sumSquares(y, yAt, t, tAt, n, scratch);
    differences(y, yAt, t, tAt, factor, n, out, outAt);
    return sum;
  }

  /**
   * out = factor / (y + delta) · t, never −0; 0 where t is ±0, and NaN where y + delta is below 0.
   * {@code out} may be y or t. The other order would lose digits of a small t · factor.
   */
  void quotients(
      float[] y,
      int yAt,
      float delta,
      float[] t,
      int tAt,
      float factor,
      int n,
      float[] out,
      int outAt);

  /** {@link #sumTimesLn}, and {@link #quotients} of the same, likewise. */
  default double sumTimesLnAndQuotients(
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
    double sum = sumTimesLn(y, yAt, delta, t, tAt, n, scratch);
    quotients(y, yAt, delta, t, tAt, factor, n, out, outAt);
    return sum;
  }

  /**
   * out = x, but not below {@code least} nor above {@code most}, which are positive; NaN stays NaN.
   */
  void clip(float[] x, int at, float least, float most, int n, float[] out, int outAt);

  /** The same in x's own place, and 0 beside each x that was outside of the bounds. */
  void clip(float[] x, float[] beside, float least, float most, int n);

  /** out = x − t · factor, never −0; {@code out} may be x or t. */
  void subtractProducts(
      float[] x, int xAt, float[] t, int tAt, float factor, int n, float[] out, int outAt);

  /** out = t · ln(y + delta), +0 where t is ±0; {@code out} may be y. */
  void timesLn(float[] y, int yAt, float delta, float[] t, int tAt, int n, float[] out, int outAt);

  /** out = ln(y + delta); {@code out} may be y. */
  void ln(float[] y, int yAt, float delta, int n, float[] out, int outAt);

  /**
   * Writes the column of each row's 1.0, if every row has one and otherwise zeros; false if not,
   * and then {@code columns} holds nothing of use. Rows of at most {@link OneHotBits#NARROW}
   * columns are no more than two blocks.
   *
   * @param hotBits of {@link OneHotBits#WORDS}
   */
  boolean hotColumns(
      float[] t, int at, int rows, int cols, int[] columns, int columnsAt, long[] hotBits);

  /**
   * Writes the y beside each row's 1.0, if every row has one and otherwise zeros; false if not, and
   * then {@code values} holds nothing of use. Rows are of at most {@link OneHotBits#NARROW}
   * columns, and no more than two blocks.
   *
   * @param hotBits of {@link OneHotBits#WORDS}
   */
  boolean hotValues(
      float[] t,
      int tAt,
      float[] y,
      int yAt,
      int rows,
      int cols,
      float[] values,
      int valuesAt,
      long[] hotBits);

  /** Whether |x| is at most {@link #EXP_LIMIT}, or x −∞, as the logits of masked classes are. */
  boolean areWithinLimitOrMasked(float[] x, int at, int n);

  /**
   * Writes what is subtracted from each row's logits: 0 where {@link #areWithinLimitOrMasked},
   * otherwise the greatest; NaN if one is.
   */
  void shifts(float[] x, int at, int rows, int cols, float[] shifts);

  /** out = x − the shift of x's row; {@code out} may be x. */
  void subtractShifts(
      float[] x, int at, int rows, int cols, float[] shifts, float[] out, int outAt);

  /** The greatest; NaN if one is. */
  float max(float[] x, int at, int n);

  /** Where, counted from {@code at}, the first maximum of n ≥ 1 is; a NaN is above all. */
  int argmax(float[] x, int at, int n);

  /**
   * out = e^x, if |x| is at most {@link #EXP_LIMIT} throughout; false if not, and then {@code out}
   * holds nothing of use. {@code out} is not x.
   */
  boolean expIfWithinLimit(float[] x, int xAt, int n, float[] out, int outAt);

  /** The same, if {@link #areWithinLimitOrMasked}: e^−∞ is 0. */
  boolean expIfWithinLimitOrMasked(float[] x, int xAt, int n, float[] out, int outAt);

  /**
   * out = e^x, where no x is above {@link #EXP_LIMIT}, and some may be NaN.
   *
   * @param withinLimit whether |x| is at most {@link #EXP_LIMIT} throughout; if it is not, {@code
   *     out} may be x
   */
  void exp(float[] x, int xAt, int n, boolean withinLimit, float[] out, int outAt);

  /** out = e^x · first · second, where |x| is at most {@link #EXP_LIMIT}; {@code out} may be x. */
  void scaledExp(float[] x, int xAt, int n, float first, float second, float[] out, int outAt);

  /** Σ x. */
  double sum(float[] x, int at, int n, float[] scratch);

  /** Σ ln x = ln Π x, where every x is positive, normal and finite, or NaN. */
  double sumLn(float[] x, int n, float[] scratch);

  /**
   * Σ ln(x + delta) = ln Π (x + delta), in {@code double}, of any x.
   *
   * @param lanes of {@link Products#LANES}
   */
  double lnOfProduct(float[] x, int at, int n, double delta, double[] lanes);

  /** Σ t · x, where a t of ±0 adds nothing, whatever x is. */
  double sumProducts(float[] x, int xAt, float[] t, int tAt, int n, float[] scratch);

  /**
   * out = x · (the first factor of x's row) · (the second). The two do not overlap. Within the n =
   * rows · cols elements of {@code out}, those not yet reached may hold anything meanwhile.
   */
  void scaleRows(
      float[] x, int at, int rows, int cols, float[] first, float[] second, float[] out, int outAt);

  /**
   * {@link #scaleRows}, and variances = p · (1 − p) · (the second factor of x's row), where p = x ·
   * (the first). None of the three arrays' parts overlap.
   */
  void scaleRowsWithVariances(
      float[] x,
      int at,
      int rows,
      int cols,
      float[] first,
      float[] second,
      float[] out,
      int outAt,
      float[] variances,
      int variancesAt);

  /** out = e^−|x|; {@code out} is not x. */
  void expOfMinusSize(float[] x, int xAt, int n, float[] out);

  /** out = σ(x) = 1 / (1 + e^−x), where e = e^−|x|; {@code out} may be any of them. */
  void sigmoids(float[] x, int xAt, float[] e, int n, float[] out, int outAt);

  /**
   * out = a · ln(1 + e^−x) + b · ln(1 + e^x), where e = e^−|x|, and an a or b of ±0 has no part in
   * it unless both are; {@code out} may be any of them.
   */
  void sigmoidTerms(
      float[] x,
      int xAt,
      float[] e,
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      int n,
      float[] out,
      int outAt);

  /** out = (b · σ(x) − a · σ(−x)) · factor, never −0, likewise: the derivatives of these terms. */
  void sigmoidGradients(
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
      int outAt);

  /** out = (a + b) · σ(x) · σ(−x) · factor, likewise: their second derivatives. */
  void sigmoidHessians(
      float[] e,
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      float factor,
      int n,
      float[] out,
      int outAt);

  /** out = 1 for a label of 1, and 0 for one of 0. */
  void valuesOf(int[] labels, int at, int n, float[] out, int outAt);

  /**
   * Whether each t is ±0 or 1, each y from +0 to 1, and the number that a logarithm is taken of
   * positive and normal: y + delta where t is 1, and 1 − y + delta where it is 0.
   */
  boolean areSides(float[] y, int yAt, float delta, float[] t, int tAt, int n);

  /**
   * Σ ln v, v being these numbers in {@code double}, where {@link #areSides}.
   *
   * @param lanes of {@link Products#LANES}
   */
  double lnOfSides(float[] y, int yAt, double delta, float[] t, int tAt, int n, double[] lanes);

  /** out = ±factor / v, + where t is 1, likewise: the derivatives; {@code out} may be y or t. */
  void sideQuotients(
      float[] y,
      int yAt,
      float delta,
      float[] t,
      int tAt,
      float factor,
      int n,
      float[] out,
      int outAt);

  /**
   * out = a · ln(y + delta) where b is ±0, and b · ln(1 − y + delta) elsewhere, a or b being ±0
   * there; false if neither is, or a number is not positive, normal and finite: and then {@code
   * out}, which is none of the others, holds nothing of use.
   *
   * <p>The logarithm is good to some ulps of itself, also beside 1: what is lost in its number is
   * added to it.
   */
  boolean oneSidedTerms(
      float[] y,
      int yAt,
      float delta,
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      int n,
      float[] out,
      int outAt);

  /**
   * out = (a − b) · (factor / v), never −0, where v = y + delta where b is ±0, and 1 − y + delta
   * elsewhere; once {@link #oneSidedTerms} was true. {@code out} may be any of the others.
   */
  void oneSidedGradients(
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
      int outAt);

  /** out = 1 − y, and what that has lost by its rounding. */
  void complements(float[] y, int yAt, int n, float[] low, float[] out);

  /**
   * out = coefficient · ln(x + low + delta), +0 where the coefficient is ±0; with the logarithm of
   * {@link #oneSidedTerms}. {@code out} is none of the others.
   *
   * @param low what is lost in x, below its last bit
   */
  void timesLnOfSum(
      float[] x,
      float[] low,
      float delta,
      float[] coefficients,
      int coefficientsAt,
      int n,
      float[] out,
      int outAt);

  /** Copies rows from where they are one stride apart to where they are another; or none. */
  void copyRows(
      float[] x, int at, int stride, int rows, int cols, float[] out, int outAt, int outStride);
}

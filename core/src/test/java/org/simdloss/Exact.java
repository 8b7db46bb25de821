package org.simdloss;

/**
 * A sum as it should be, and how far a loss may be from it: the oracle of the accuracy tests.
 *
 * <p>Sums are of two doubles, added up in pairs of halves, and lose less than 2^-90 of the terms'
 * magnitudes. Differences, products and y + δ are exact, whatever the exponents. So what is left is
 * the rounding of a term's {@code StrictMath.log}, or that of {@code StrictMath.exp}: 2^-53 of it.
 */
final class Exact {
  /** Adds the term of an index, and what it allows as an error. */
  interface Terms {
    void add(int i, Exact sum);
  }

  private static final int RUN = 4096;

  private double high;
  private double low;

  /** The sum of what is infinite or NaN: if there is any, nothing else counts. */
  private double notFinite;

  private double bound;

  static Exact sum(int from, int to, Terms terms) {
    if (to - from > RUN) {
      int middle = (from + to) >>> 1;
      Exact sum = sum(from, middle, terms);
      sum.add(sum(middle, to, terms));
      return sum;
    }
    Exact sum = new Exact();
    for (int i = from; i < to; i++) {
      terms.add(i, sum);
    }
    return sum;
  }

  /** Σ (y − t)² of elements, within 40 u of each. */
  static Exact squaredError(float[] y, float[] t, int from, int to) {
    return sum(
        from,
        to,
        (i, sum) -> {
          double d = (double) y[i] - t[i];
          double rest = rest(y[i], -t[i], d);
          sum.addProduct(d, d);
          sum.add(2 * d * rest);
          sum.add(rest * rest);
          sum.allow(40 * TestData.U * d * d);
        });
  }

  /** −Σ t · ln(y + δ) of elements, within 40 u of each one's |t| · (1 + |ln v|). */
  static Exact crossEntropy(float[] y, float[] t, double delta, int from, int to) {
    return sum(
        from,
        to,
        (i, sum) -> {
          if (t[i] != 0) {
            double ln;
            if (y[i] < 0) {
              // What is left of y and δ, which cancel, is what floats leave.
              ln = StrictMath.log(y[i] + (float) delta);
              sum.addProduct(-t[i], ln);
            } else {
              ln = sum.addTimesLn(-t[i], y[i], delta);
            }
            sum.allow(40 * TestData.U * Math.abs(t[i]) * (1 + Math.abs(ln)));
          }
        });
  }

  /** −Σ ln(y + δ) of rows' labels, within 1e-12 |ln v| + 2^-52 of each. */
  static Exact crossEntropy(Batch y, int[] labels, double delta) {
    return sum(
        0,
        y.rows(),
        (r, sum) -> {
          double ln = sum.addTimesLn(-1, y.get(r, labels[r]), delta);
          sum.allow(1e-12 * Math.abs(ln) + 0x1p-52);
        });
  }

  /** a + b − (a + b rounded). */
  private static double rest(double a, double b, double rounded) {
    double c = rounded - a;
    return (a - (rounded - c)) + (b - c);
  }

  void add(double x) {
    if (!(Math.abs(x) <= Double.MAX_VALUE)) {
      notFinite += x;
      return;
    }
    double next = high + x;
    double rest = rest(high, x, next) + low;
    high = next + rest;
    low = rest - (high - next);
  }

  void add(Exact other) {
    add(other.high);
    add(other.low);
    notFinite += other.notFinite;
    bound += other.bound;
  }

  void addProduct(double a, double b) {
    double product = a * b;
    add(product);
    if (Math.abs(product) <= Double.MAX_VALUE) {
      add(Math.fma(a, b, -product));
    }
  }

  /** Adds a · (b + c). */
  void addProduct(double a, double b, double c) {
    double second = b + c;
    addProduct(a, second);
    if (Math.abs(second) <= Double.MAX_VALUE) {
      addProduct(a, rest(b, c, second));
    }
  }

  /** Adds t · ln(y + δ), and returns the logarithm. */
  private double addTimesLn(double t, double y, double delta) {
    double v = y + delta;
    double ln = StrictMath.log(v);
    addProduct(t, ln);
    if (Math.abs(ln) <= Double.MAX_VALUE) {
      addProduct(t, rest(y, delta, v) / v);
    }
    return ln;
  }

  void allow(double error) {
    bound += error;
  }

  double value() {
    return notFinite == 0 ? high + low : notFinite;
  }

  /** How far a result may be from it. */
  double bound() {
    return bound;
  }

  /** How far a result is from it; infinitely if one of them is NaN or infinite and not both. */
  double error(double result) {
    if (notFinite != 0) {
      return Double.compare(notFinite, result) == 0 ? 0 : Double.POSITIVE_INFINITY;
    }
    double error = Math.abs((result - high) - low);
    return error <= Double.MAX_VALUE ? error : Double.POSITIVE_INFINITY;
  }

  boolean allows(double result) {
    return error(result) <= (notFinite != 0 ? 0 : bound);
  }

  @Override
  public String toString() {
    return value() + " within " + bound;
  }
}

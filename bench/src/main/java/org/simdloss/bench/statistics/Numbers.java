package org.simdloss.bench.statistics;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;
import java.util.function.DoubleFunction;

/** Numbers as tables show them, the same in every locale; a dash for what is not known. */
public final class Numbers {
  public static final String UNKNOWN = "-";

  private Numbers() {}

  public static String nanos(double value) {
    return Double.isNaN(value)
        ? UNKNOWN
        : String.format(Locale.ROOT, value < 100 ? "%.1f" : "%,.0f", value);
  }

  /** Three digits, two below 0.1, or all before the point; what is tiny as a power of ten. */
  public static String ratio(double value) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      return UNKNOWN;
    }
    if (value > 0 && value < 1e-4) {
      return String.format(Locale.ROOT, "%.1e", value);
    }
    if (value > 0 && value < 0.1) {
      return new BigDecimal(value).round(new MathContext(2)).toPlainString();
    }
    String format = value < 1 ? "%.3f" : value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%,.0f";
    return String.format(Locale.ROOT, format, value);
  }

  /** With its interval, if there is one: {@code 7.68 (7.41-7.95)}. */
  public static String ratio(Interval interval) {
    if (interval == null) {
      return UNKNOWN;
    }
    String estimate = ratio(interval.estimate());
    return interval.isKnown()
        ? estimate + " (" + ratio(interval.low()) + "-" + ratio(interval.high()) + ")"
        : estimate;
  }

  /** Nanoseconds in milliseconds. */
  public static String millis(double nanos) {
    return ratio(nanos / 1e6);
  }

  /** Nanoseconds in microseconds. */
  public static String micros(double nanos) {
    return ratio(nanos / 1e3);
  }

  /** With half its interval, if there is one: {@code 43.2 ± 1.31}. */
  public static String millis(Interval nanos) {
    return withError(nanos, Numbers::millis);
  }

  /** A share, with half its interval, if there is one: {@code 1.23 ± 0.12}. */
  public static String percent(Interval share) {
    return withError(share, value -> ratio(100 * value));
  }

  public static String whole(double value) {
    return String.format(Locale.ROOT, "%,.0f", value);
  }

  public static String whole(Interval interval) {
    return withError(interval, Numbers::whole);
  }

  private static String withError(Interval interval, DoubleFunction<String> format) {
    String estimate = format.apply(interval.estimate());
    return interval.isKnown() ? estimate + " ± " + format.apply(interval.error()) : estimate;
  }

  /** In units of 1e9. */
  public static String giga(double value) {
    return ratio(value / 1e9);
  }

  /** Bytes a call; what is below half a byte is the harness's own. */
  public static String bytes(double value) {
    return Double.isNaN(value) ? UNKNOWN : String.format(Locale.ROOT, "%,d", Math.round(value));
  }
}

package org.simdloss.bench.statistics;

import org.apache.commons.math3.distribution.TDistribution;

/**
 * An estimate and its 95% confidence interval by Student's t; the bounds are NaN where there is one
 * sample only, and so nothing to judge by.
 */
public record Interval(double estimate, double low, double high) {
  private static final double CONFIDENCE = 0.95;

  /** The mean of some samples. */
  static Interval ofMean(double[] samples) {
    int n = samples.length;
    double sum = 0;
    for (double sample : samples) {
      sum += sample;
    }
    double mean = sum / n;
    if (n < 2) {
      return new Interval(mean, Double.NaN, Double.NaN);
    }
    double squares = 0;
    for (double sample : samples) {
      squares += (sample - mean) * (sample - mean);
    }
    double t = new TDistribution(n - 1).inverseCumulativeProbability((1 + CONFIDENCE) / 2);
    double half = t * Math.sqrt(squares / (n - 1) / n);
    return new Interval(mean, mean - half, mean + half);
  }

  /**
   * The ratio of times that were measured in pairs: the geometric mean of the pairs' ratios, since
   * a ratio and its inverse should be judged alike.
   */
  static Interval ofRatio(double[] numerators, double[] denominators) {
    double[] logs = new double[numerators.length];
    for (int i = 0; i < logs.length; i++) {
      logs[i] = Math.log(numerators[i] / denominators[i]);
    }
    Interval log = ofMean(logs);
    return new Interval(Math.exp(log.estimate), Math.exp(log.low), Math.exp(log.high));
  }

  public boolean isKnown() {
    return !Double.isNaN(low);
  }

  /** Half the interval's width. */
  public double error() {
    return (high - low) / 2;
  }

  public boolean contains(double value) {
    return low <= value && value <= high;
  }
}

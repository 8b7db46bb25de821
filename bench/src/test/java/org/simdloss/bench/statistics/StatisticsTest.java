package org.simdloss.bench.statistics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.simdloss.bench.cli.Progress;

class StatisticsTest {
  @Test
  void aMeanHasStudentsInterval() {
    Interval mean = Interval.ofMean(new double[] {9, 10, 11});
    assertEquals(10, mean.estimate());
    // t for 2 degrees of freedom is 4.3027.
    assertEquals(4.3027 / Math.sqrt(3), mean.error(), 1e-4);
    assertTrue(mean.contains(10));
    assertFalse(mean.contains(13));
  }

  @Test
  void oneSampleHasNoInterval() {
    Interval mean = Interval.ofMean(new double[] {3});
    assertEquals(3, mean.estimate());
    assertFalse(mean.isKnown());
    assertFalse(mean.contains(3));
    assertEquals("3.00", Numbers.ratio(mean));
  }

  @Test
  void aRatioIsOfPairs() {
    // The machine was twice as slow in the second round: times differ, the ratio does not.
    Interval ratio = Interval.ofRatio(new double[] {80, 160}, new double[] {10, 20});
    assertEquals(8, ratio.estimate(), 1e-12);
    assertEquals(8, ratio.low(), 1e-9);
    assertEquals(8, ratio.high(), 1e-9);
    Interval same = Interval.ofRatio(new double[] {10, 11, 10}, new double[] {11, 10, 10});
    assertTrue(same.contains(1));
    Interval inverse = Interval.ofRatio(new double[] {11, 10, 10}, new double[] {10, 11, 10});
    assertEquals(1 / same.low(), inverse.high(), 1e-12);
  }

  @Test
  void aRatioIsOverTheRoundsThatHaveBoth() {
    TreeMap<Integer, Double> numerators = new TreeMap<>(Map.of(1, 100.0, 2, 50.0, 3, 70.0));
    TreeMap<Integer, Double> denominators = new TreeMap<>(Map.of(2, 5.0));
    assertEquals(10, Summary.ratio(numerators, denominators).estimate(), 1e-12);
    assertNull(Summary.ratio(numerators, new TreeMap<>()));
  }

  @Test
  void numbersAreShort() {
    assertEquals("55.1", Numbers.nanos(55.12));
    assertEquals("5,000,000", Numbers.nanos(5e6));
    assertEquals("-", Numbers.nanos(Double.NaN));
    assertEquals("7.68", Numbers.ratio(7.684));
    assertEquals("12.3", Numbers.ratio(12.34));
    assertEquals("1,234", Numbers.ratio(1234.4));
    assertEquals("0.0043", Numbers.ratio(0.00431));
    assertEquals("7.68 (7.41-7.95)", Numbers.ratio(new Interval(7.68, 7.41, 7.95)));
    assertEquals("0", Numbers.bytes(0.2));
    assertEquals("4.1e-18", Numbers.ratio(4.06e-18));
    assertEquals("1:05", Progress.minutes(65.2));
  }
}

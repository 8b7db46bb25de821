package org.simdloss.internal;

/** What a batch's loss may be added to, in place of being returned. */
@FunctionalInterface
public interface Total {
  /**
   * @param sum the loss before any division
   * @param weight what it would be divided by
   */
  void add(double sum, double weight, long rows);
}

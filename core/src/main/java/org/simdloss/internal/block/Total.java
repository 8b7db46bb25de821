package org.simdloss.internal.block;

/** What a batch's loss may be added to, in place of being returned. */
@FunctionalInterface
public interface Total {
  /**
   * Where the loss is returned. A null would do, but as long as this interface is not loaded C2
   * does not inline a method that has it in its signature, and so a call would allocate its
   * batches.
   */
  Total NONE = (sum, weight, rows) -> {};

  /**
   * @param sum the loss before any division
   * @param weight what it would be divided by
   */
  void add(double sum, double weight, long rows);
}

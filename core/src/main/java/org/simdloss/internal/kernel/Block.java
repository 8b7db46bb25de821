package org.simdloss.internal.kernel;

/** The size of a block, and the scratch array that its kernels work in. */
public final class Block {
  /**
   * The most elements of a block. Small enough that two blocks and their results stay in a
   * first-level cache of 32 KiB; divisible by 64 lanes and, with no rows left over, by most small
   * column counts: 1 to 6, 8, 10, 12, 15, 16, 20, 24, 30, 32. A block of ten columns has 192 rows.
   */
  public static final int ELEMENTS = 1920;

  /** Where in the scratch a block of predictions may be gathered. */
  public static final int Y = 0;

  /** Where in the scratch a block of targets may be gathered. */
  public static final int T = ELEMENTS;

  /** Where in the scratch the 64 lanes are. */
  public static final int LANES = 2 * ELEMENTS;

  /** Where in the scratch a third block has room. */
  public static final int TERMS = LANES + Lanes.COUNT;

  /** The length of the scratch: below 24 KiB, of which kernels mostly use 16. */
  public static final int SCRATCH = TERMS + ELEMENTS;

  private Block() {}
}

package org.simdloss.internal.kernel;

import java.util.Arrays;

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

  /** Where in the scratch a fourth block has room. */
  public static final int RESULTS = TERMS + ELEMENTS;

  /** The length of the scratch: below 32 KiB, of which kernels mostly use 16. */
  public static final int SCRATCH = RESULTS + ELEMENTS;

  /** As many ones as a block has elements, to be read alone. */
  public static final float[] ONES = new float[ELEMENTS];

  static {
    Arrays.fill(ONES, 1);
  }

  private Block() {}
}

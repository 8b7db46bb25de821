package org.simdloss.internal.backend;

/**
 * Whether the calling thread's stack, and the heap, have room for more than a loss: for loading
 * classes, for a warning, for handing work to another thread.
 *
 * <p>A class whose initialiser meets a {@link StackOverflowError} or an {@link OutOfMemoryError} is
 * broken until the VM ends, be it one of ours, of the JDK's or of the application's logger. So
 * whatever may load a class asks here first. A caller whose stack or heap is nearly full gets his
 * loss, and all else waits for a better call.
 */
public final class Headroom {
  /**
   * Calls of {@link #descend}. Each takes some 180 bytes if it is compiled, and 480 if not, so all
   * together 50 KiB at least: twice what was measured for loading the vector classes and running
   * every kernel, or for a first warning, on JDK 17 and 25. They take 10 µs.
   */
  private static final int LEVELS = 280;

  /** As many make 18 KiB. To hand work to a pool that is not running yet takes 10. */
  private static final int HAND_OVER_LEVELS = 100;

  /** Arrays of 64 KiB, which no collector treats as large ones. */
  private static final int ARRAYS = 32;

  private static volatile Object kept;

  private Headroom() {}

  /** Whether there is room on the stack. It loads nothing, locks nothing and allocates nothing. */
  public static boolean onStack() {
    return onStack(LEVELS);
  }

  /** Whether the stack has room enough to hand work to a pool. */
  public static boolean toHandOver() {
    return onStack(HAND_OVER_LEVELS);
  }

  private static boolean onStack(int levels) {
    try {
      return descend(levels, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16) != 0;
    } catch (VirtualMachineError e) { // a full heap has no room for the other error
      return false;
    }
  }

  /** Whether there is room on the heap too. To find a full one costs a garbage collection. */
  public static boolean onStackAndHeap() {
    if (!onStack()) {
      return false;
    }
    try {
      allocate();
      return true;
    } catch (OutOfMemoryError e) {
      return false;
    }
  }

  /**
   * Throws what a caller would have met later, when it would have broken something.
   *
   * @throws StackOverflowError if the stack has no room
   * @throws OutOfMemoryError if the heap has none
   */
  public static void demand() {
    descend(LEVELS, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16);
    allocate();
  }

  private static void allocate() {
    byte[][] arrays = new byte[ARRAYS][];
    for (int i = 0; i < ARRAYS; i++) {
      arrays[i] = new byte[1 << 16];
    }
    kept = arrays; // so that the compiler can not do without them
    kept = null;
  }

  /**
   * Calls itself. All its numbers are needed after the call, so that each of them has its place on
   * the stack; and it is too long, at more than 325 bytecodes, for one call to be made part of
   * another.
   */
  private static long descend(
      int levels,
      long a,
      long b,
      long c,
      long d,
      long e,
      long f,
      long g,
      long h,
      long i,
      long j,
      long k,
      long l,
      long m,
      long n,
      long o,
      long p) {
    if (levels == 0) {
      return 1;
    }
    long below =
        descend(
            levels - 1,
            a + 1,
            b ^ a,
            c + b,
            d ^ c,
            e + d,
            f ^ e,
            g + f,
            h ^ g,
            i + h,
            j ^ i,
            k + j,
            l ^ k,
            m + l,
            n ^ m,
            o + n,
            p ^ o);
    long sum = below * 31 + a;
    sum = (sum ^ b) * 31 + (sum >>> 3);
    sum = (sum ^ c) * 31 + (sum >>> 3);
    sum = (sum ^ d) * 31 + (sum >>> 3);
    sum = (sum ^ e) * 31 + (sum >>> 3);
    sum = (sum ^ f) * 31 + (sum >>> 3);
    sum = (sum ^ g) * 31 + (sum >>> 3);
    sum = (sum ^ h) * 31 + (sum >>> 3);
    sum = (sum ^ i) * 31 + (sum >>> 3);
    sum = (sum ^ j) * 31 + (sum >>> 3);
    sum = (sum ^ k) * 31 + (sum >>> 3);
    sum = (sum ^ l) * 31 + (sum >>> 3);
    sum = (sum ^ m) * 31 + (sum >>> 3);
    sum = (sum ^ n) * 31 + (sum >>> 3);
    sum = (sum ^ o) * 31 + (sum >>> 3);
    sum = (sum ^ p) * 31 + (sum >>> 3);
    sum = (sum ^ a) * 31 + (sum >>> 5);
    sum = (sum ^ d) * 31 + (sum >>> 5);
    sum = (sum ^ h) * 31 + (sum >>> 5);
    sum = (sum ^ l) * 31 + (sum >>> 5);
    return sum | 1;
  }
}

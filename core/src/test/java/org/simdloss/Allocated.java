package org.simdloss;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** What code allocates that makes no objects in the source, and so need not be compiled first. */
public final class Allocated {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Allocated() {}

  /** The bytes of one call, once its classes are loaded: the least of a few. */
  public static long bytes(Runnable call) {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      call.run();
      least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
    }
    return least;
  }
}

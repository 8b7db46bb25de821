package org.simdloss.internal;

import java.util.concurrent.locks.ReentrantLock;

/**
 * For one kernel of the best backend: scalar code for now, or vector code for good.
 *
 * <p>Vector code is hundreds of times slower than scalar code until the compiler has been through
 * with it, and getting there has its price: the incubator's classes are loaded, and each kernel
 * must run some thousand times. A short program is better off without. So a kernel rents before it
 * buys: it runs in scalar code, and of the time that this costs a quarter goes into preparing
 * vector code, beside the work, on the thread that did the work. Once a block takes less time in
 * vectors, or as good as no more, and has the same bits, the kernel moves over and stays.
 *
 * <p>So a program takes about 1.25 times as long as its scalar self at most, however short it is;
 * and as each kernel moves by itself, what is needed for the first time after hours is slow scalar
 * code at first, and not hundreds of times slower vector code. (Scalar code in any case where the
 * compiler makes nothing of vectors, which no property of the VM would tell.)
 *
 * <p>Threads share the counts without synchronising: one that is lost does no harm.
 */
final class Choice {
  /** Of the time spent in scalar code, the part that may be spent on preparing vector code. */
  private static final int PART = 4;

  /** What loading the vector classes takes, in nanoseconds, before it is known. */
  private static final long LOADING = 175_000_000;

  /** A kernel that has cost less does not matter. */
  private static final long LEAST_RENT = 20_000_000;

  /** At most about so long a calling thread is kept from its work at a time. */
  private static final long STEP = 1_000_000;

  /** The compiler acts on 5000 calls. */
  private static final int DRILLS = 5_500;

  /** What is run again if vectors are not the faster ones yet. */
  private static final int MORE_DRILLS = 1_000;

  /** Fewer elements than this are not timed: that would take longer than the work. */
  private static final int TIMED = 256;

  /** Elements that no kernel is through with in less than a nanosecond. */
  private static final int PER_NANO = 8;

  private static final long NEVER = Long.MAX_VALUE;

  private static final ReentrantLock LOCK = new ReentrantLock();

  /**
   * Nanoseconds in which a thread at least was in scalar code, and which went into preparing vector
   * code: several threads at once do not pay more rent, since one alone would be held up for it.
   */
  private static long rent;

  private static long paid;

  /** When rent was last paid. */
  private static long lastEnd;

  private final Kernel kernel;

  /** Where the kernel has moved to; null before. */
  Kernels vector;

  private long ownRent;

  /** What this kernel's rent must come to before the next step. */
  private long nextRent = LEAST_RENT;

  private int drills;

  Choice(Kernel kernel) {
    this.kernel = kernel;
  }

  /** When a run of n elements begins; 0 if it is not to be timed. */
  long start(int n) {
    return n < TIMED || nextRent == NEVER ? 0 : System.nanoTime();
  }

  /** Counts a run in scalar code. */
  void end(long start, int n) {
    if (start == 0) {
      pay(n / PER_NANO);
    } else {
      long now = System.nanoTime();
      pay(Math.min(now - start, now - lastEnd));
      lastEnd = now;
    }
  }

  private void pay(long nanos) {
    ownRent += nanos;
    rent += nanos;
    if (ownRent >= nextRent) {
      long price = Probe.areVectorsLoaded() ? STEP : LOADING;
      if (rent / PART - paid >= price && LOCK.tryLock()) {
        try {
          step();
        } finally {
          LOCK.unlock();
        }
      }
    }
  }

  /** Makes the kernel move if it can within some nanoseconds; whether it has. */
  boolean prepare(long patience) {
    long start = System.nanoTime();
    LOCK.lock();
    try {
      while (vector == null && nextRent != NEVER && System.nanoTime() - start < patience) {
        step();
      }
      return vector != null;
    } finally {
      LOCK.unlock();
    }
  }

  private void step() {
    long start = System.nanoTime();
    try {
      Kernels candidate = Probe.vectorKernelsOrNull();
      if (candidate == null) {
        nextRent = NEVER;
      } else if (drills < DRILLS) {
        Drill drill = new Drill(candidate);
        while (drills < DRILLS && System.nanoTime() - start < STEP) {
          drill.run(kernel, drills++);
        }
      } else if (8 * Drill.nanos(kernel, candidate)
          > 9 * Drill.nanos(kernel, ScalarKernels.INSTANCE)) {
        drills -= MORE_DRILLS;
        // The compiler may not be through yet, or it may never be.
        nextRent = ownRent + Math.max(10 * STEP, ownRent / 32);
      } else if (Drill.agree(kernel, ScalarKernels.INSTANCE, candidate)) {
        vector = candidate;
      } else {
        BestKernels.stayScalar(Probe.wrongBits(candidate));
      }
    } catch (LinkageError | RuntimeException | VirtualMachineError e) {
      // A VM's module may lack what a kernel needs when it first runs; and this is no place for a
      // caller to learn that its stack or its heap is nearly full.
      BestKernels.stayScalar(Probe.doesNotFit(e));
    } finally {
      paid += System.nanoTime() - start;
    }
  }

  void stayScalar() {
    vector = null;
    nextRent = NEVER;
  }
}

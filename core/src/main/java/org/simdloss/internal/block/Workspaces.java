package org.simdloss.internal.block;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The workspaces that are not in use.
 *
 * <p>They are in a small pool and not in a {@code ThreadLocal}: nothing is kept for each of a
 * million virtual threads, and no thread keeps this library's class loader alive. The pool never
 * blocks. A thread takes the workspace of its own slot, or, if that is in use, of the next slot
 * that has one. Each slot gets its workspace when it is first needed, so as many threads as there
 * are slots come to allocate nothing. A call of one thread more makes a workspace of its own.
 */
public final class Workspaces {
  /** Slots are a cache line apart. */
  private static final int APART = 16;

  /** More than most programs have threads: preempted threads keep their workspaces. */
  static final int SLOTS =
      Integer.highestOneBit(
          Math.max(32, Math.min(64, 8 * Runtime.getRuntime().availableProcessors())));

  /** A slot is null while its workspace is in use, or not made yet. */
  private static final AtomicReferenceArray<Workspace> POOL =
      new AtomicReferenceArray<>(SLOTS * APART);

  /** A bit for each slot whose workspace has been made. */
  private static final AtomicLong MADE = new AtomicLong();

  private Workspaces() {}

  /** A workspace to be filled in, and given back with {@link Workspace#release}. */
  public static Workspace take() {
    int slot = (int) Thread.currentThread().getId() & SLOTS - 1;
    Workspace work = POOL.getAndSet(slot * APART, null);
    return work != null ? work : takeOther(slot);
  }

  /** The same, for a call that computes so much. */
  public static Workspace take(Output output) {
    Workspace work = take();
    work.set(output);
    return work;
  }

  /** The slot's workspace if it has not been made, or else the next one that is not in use. */
  private static Workspace takeOther(int first) {
    for (int i = 0; i < SLOTS; i++) {
      int slot = first + i & SLOTS - 1;
      if (POOL.getPlain(slot * APART) != null) {
        Workspace work = POOL.getAndSet(slot * APART, null);
        if (work != null) {
          return work;
        }
      }
      long made = MADE.get();
      if ((made >>> slot & 1) == 0 && MADE.compareAndSet(made, made | 1L << slot)) {
        return new Workspace(slot);
      }
    }
    // There are more calls than slots, or a call has met the end of its stack, and its workspace is
    // lost. Any slot will do, but not always the same one: the lost one's among them.
    return new Workspace((int) System.nanoTime() >>> 6 & SLOTS - 1);
  }

  /** Where two workspaces have the same slot, the later one stays and the other goes. */
  static void giveBack(Workspace work, int slot) {
    POOL.setRelease(slot * APART, work);
  }
}

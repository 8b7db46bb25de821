package org.simdloss.internal;

import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Prepares vectors beside the callers' work, one work at a time: about a millisecond at a time on
 * the common pool, which has a stack of its own and holds up no caller.
 *
 * <p>Where the pool has no worker, or none in time, as on a machine with many busy threads, the
 * thread of a later caller does it, if its stack has room.
 */
final class Background extends ForkJoinTask<Void> {
  private static final long serialVersionUID = 1;

  /** After so long, in nanoseconds, a caller no longer waits for the pool. */
  private static final long PATIENCE = 10_000_000;

  private static final int IDLE = 0;
  private static final int CHOSEN = 1;
  private static final int WAITING = 2;
  private static final int RUNNING = 3;

  private static final AtomicInteger STATE = new AtomicInteger(IDLE);

  /** It is there before it is needed, and never done: it may be handed over any number of times. */
  private static final Background TASK = new Background();

  /** Whether a pool holds the task. */
  private static volatile boolean isHandedOver;

  /** Whether the pool's classes are loaded, which takes room on the heap too. */
  private static volatile boolean isPoolLoaded;

  /** What is to be prepared, and since when; both are written before WAITING, and read after. */
  private static Switch next;

  private static long since;

  private Background() {}

  /** Has a work prepared, unless another one is. */
  static void offer(Switch work) {
    int state = STATE.get();
    if (state == IDLE) {
      if (!(isPoolLoaded ? Headroom.toHandOver() : Headroom.onStackAndHeap())) {
        work.putOff();
      } else if (STATE.compareAndSet(IDLE, CHOSEN)) {
        next = work;
        since = System.nanoTime();
        STATE.set(WAITING);
        handOver();
      }
    } else if (state == WAITING
        && System.nanoTime() - since > PATIENCE
        && Headroom.onStack()
        && STATE.compareAndSet(WAITING, RUNNING)) {
      try {
        next.prepare();
      } finally {
        STATE.set(IDLE);
      }
    }
  }

  /** Has all works that are in vectors rehearsed to the end. */
  static void offerToFinish() {
    if (Headroom.toHandOver()) {
      handOver();
    }
  }

  private static void handOver() {
    if (!isHandedOver) {
      isHandedOver = true;
      try {
        ForkJoinPool.commonPool().execute(TASK);
        isPoolLoaded = true;
      } catch (RuntimeException | Error e) { // the pool is at its end, or the heap: a caller may
        isHandedOver = false;
      }
    }
  }

  /** Some steps on a worker's thread, as long as no other task waits for one. */
  @Override
  protected boolean exec() {
    isHandedOver = false;
    if (STATE.compareAndSet(WAITING, RUNNING)) {
      try {
        do {
          next.prepare();
        } while (next.isDue() && !next.isPrepared() && !getPool().hasQueuedSubmissions());
      } catch (RuntimeException | Error e) {
        next.putOff(); // nobody is here to be told
      } finally {
        STATE.set(IDLE);
      }
    }
    for (Switch each : Switches.ofAllLosses()) {
      finish(each);
    }
    return false;
  }

  /** Lets other tasks go first. */
  private static void finish(Switch work) {
    while (work.isUnfinished() && STATE.compareAndSet(IDLE, RUNNING)) {
      try {
        if (work.isUnfinished()) {
          work.finish();
        }
      } finally {
        STATE.set(IDLE);
      }
      ForkJoinTask<?> other;
      while ((other = pollSubmission()) != null && other != TASK) {
        other.quietlyInvoke();
      }
    }
  }

  /** Keeps all others from preparing, until {@link #giveBack}. */
  static void take() {
    while (!STATE.compareAndSet(IDLE, RUNNING) && !STATE.compareAndSet(WAITING, RUNNING)) {
      LockSupport.parkNanos(100_000);
    }
  }

  static void giveBack() {
    STATE.set(IDLE);
  }

  @Override
  public Void getRawResult() {
    return null;
  }

  @Override
  protected void setRawResult(Void value) {}
}

package org.simdloss.internal.backend;

import java.util.List;
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
public final class Background extends ForkJoinTask<Void> {
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
  public static void offer(Switch work) {
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

  /** Has all works that are in vectors prepared to the end. */
  public static void offerToFinish() {
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

  /** On a worker's thread: all that there is to do. */
  @Override
  protected boolean exec() {
    isHandedOver = false;
    List<Switch> all = Switches.ofAllLosses();
    boolean isMore = true;
    while (isMore) {
      boolean isOffered = STATE.compareAndSet(WAITING, RUNNING);
      if (!isOffered && !STATE.compareAndSet(IDLE, RUNNING)) {
        break; // another thread prepares, or will hand this over in a moment
      }
      try {
        if (isOffered) {
          prepare(next);
        } else {
          isMore = step(all);
        }
      } finally {
        STATE.set(IDLE);
      }
      ForkJoinTask<?> other = pollSubmission();
      if (other == TASK) { // which is on already
        isHandedOver = false;
        isMore = true;
      } else if (other != null) {
        runBefore(other, isMore);
        break;
      }
    }
    return false;
  }

  /**
   * Has the worker run a task that waits for one, and then go on with this, if it must. The task is
   * not invoked here: that would wait for its end, which a part of a parallel stream never has by
   * itself, and the worker would be lost.
   */
  private void runBefore(ForkJoinTask<?> other, boolean isMore) {
    if (isMore) {
      isHandedOver = true;
      fork();
    }
    other.fork(); // the last of a worker's own tasks is its next
  }

  /**
   * Prepares the first work that is due, or, if none is, goes on with one that is in vectors; false
   * if there is nothing to do. Before it does the latter, a work that still waits may use twice as
   * much.
   */
  private static boolean step(List<Switch> all) {
    Switch due = firstDue(all, Switch.PART);
    if (due != null) {
      prepare(due);
      return true;
    }
    for (Switch each : all) {
      if (each.isUnfinished()) {
        due = firstDue(all, Switch.PART / 2);
        if (due != null) {
          prepare(due);
        } else {
          each.finish();
        }
        return true;
      }
    }
    return false;
  }

  private static Switch firstDue(List<Switch> all, int part) {
    Switch due = null;
    for (Switch each : all) {
      if (each.isDue(part) && !each.isPrepared() && (due == null || each.isBefore(due))) {
        due = each;
      }
    }
    return due;
  }

  private static void prepare(Switch work) {
    try {
      work.prepare();
    } catch (RuntimeException | Error e) {
      work.putOff(); // nobody is here to be told
    }
  }

  /** Keeps all others from preparing, until {@link #giveBack}. */
  public static void take() {
    while (!STATE.compareAndSet(IDLE, RUNNING) && !STATE.compareAndSet(WAITING, RUNNING)) {
      LockSupport.parkNanos(100_000);
    }
  }

  public static void giveBack() {
    STATE.set(IDLE);
  }

  @Override
  public Void getRawResult() {
    return null;
  }

  @Override
  protected void setRawResult(Void value) {}
}

package org.simdloss.internal.call;

import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.simdloss.internal.backend.Headroom;
import org.simdloss.internal.block.BlockLoss;
import org.simdloss.internal.block.Output;
import org.simdloss.internal.block.Workspace;
import org.simdloss.internal.kernel.ScalarKernels;

/** Shares a batch's blocks out among threads. */
public final class Parallel {
  /**
   * Work that takes less, in nanoseconds, stays on the calling thread: to wake a worker takes 30 to
   * 90 µs, and the caller may have to be woken too.
   */
  private static final long LEAST_NANOS = 300_000;

  /** How much longer scalar code takes than vectors, or less. */
  private static final int SCALAR_NANOS = 4;

  /**
   * Shares of the work a thread. Threads take one after the other, as they get to it: a worker that
   * was asleep begins some 30 µs late, and one that is interrupted ends late.
   */
  private static final int SHARES_PER_THREAD = 16;

  private final BlockLoss loss;
  private final Workspace work;
  private final float[] y;
  private final float[] t;
  private final int[] labels;
  private final float[] out;

  /** Where blocks' sums go; null where each row has its own. */
  private final double[] sums;

  private final int first;
  private final int blocks;
  private final int threads;
  private final int shares;
  private final Thread caller = Thread.currentThread();
  private final AtomicInteger taken = new AtomicInteger();

  /** Threads that are at work, which may write to {@link #out}. */
  private final AtomicInteger working = new AtomicInteger();

  /** Whether one of them has failed, so that none takes another share. */
  private volatile boolean failed;

  private Parallel(
      BlockLoss loss, Workspace work, float[] y, float[] t, int[] labels, float[] out) {
    this.loss = loss;
    this.work = work;
    this.y = y;
    this.t = t;
    this.labels = labels;
    this.out = out;
    first = work.firstBlock;
    blocks = work.endBlock - first;
    sums = work.output() == Output.ROW_LOSSES ? null : new double[blocks];
    ForkJoinPool pool = ForkJoinTask.getPool();
    int most = pool != null ? pool.getParallelism() : ForkJoinPool.getCommonPoolParallelism() + 1;
    shares = (int) Math.min(blocks, (long) SHARES_PER_THREAD * most);
    threads = Math.min(most, shares);
  }

  /** Whether several threads are worth it, and the caller's stack has room to call them. */
  static boolean pays(BlockLoss loss, Output output, int rows, int cols, boolean labelled) {
    long nanos = loss.nanos(rows, cols, output, labelled);
    return (loss.kernels() == ScalarKernels.INSTANCE ? SCALAR_NANOS * nanos : nanos) >= LEAST_NANOS
        && Headroom.toHandOver();
  }

  /**
   * Computes the blocks that the workspace names on the pool that the caller stands in, or else on
   * the common one. Their sums are added here, in order, as they would be without threads.
   */
  static void run(BlockLoss loss, Workspace work, float[] y, float[] t, int[] labels, float[] out) {
    Parallel all = new Parallel(loss, work, y, t, labels, out);
    all.run();
    if (all.sums != null) {
      for (double sum : all.sums) {
        work.total.add(sum);
      }
    }
  }

  /** Before a failure is thrown, all threads have stopped writing. */
  private void run() {
    try {
      IntStream.range(0, threads).parallel().forEach(thread -> runShares());
    } catch (RuntimeException | Error e) {
      failed = true;
      while (working.get() != 0) {
        Thread.onSpinWait();
      }
      throw e;
    }
  }

  /** Computes shares until none is left. */
  private void runShares() {
    working.incrementAndGet(); // before failed is read: the caller reads them the other way round
    try {
      // The caller's thread may be several of these, one after the other.
      Workspace own = Thread.currentThread() == caller ? work : work.fork();
      int share;
      while (!failed && (share = taken.getAndIncrement()) < shares) {
        int end = (int) ((share + 1L) * blocks / shares);
        for (int b = (int) ((long) share * blocks / shares); b < end; b++) {
          if (sums == null) {
            loss.perRow(first + b, own, y, t, labels, out);
          } else {
            sums[b] = loss.sum(first + b, own, y, t, labels, out);
          }
        }
      }
      if (own != work) {
        own.release();
      }
    } catch (RuntimeException | Error e) {
      failed = true;
      throw e;
    } finally {
      working.decrementAndGet();
    }
  }
}

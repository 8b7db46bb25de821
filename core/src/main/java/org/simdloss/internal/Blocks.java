package org.simdloss.internal;

import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** How a batch is cut into blocks, and blocks are shared out among threads. */
final class Blocks {
  /**
   * The size of a block. Small enough that two of them and their results stay in a first-level
   * cache of 32 KiB; divisible by 64 lanes and, with no rows left over, by most small column
   * counts: 1 to 6, 8, 10, 12, 15, 16, 20, 24, 30, 32. Of ten columns it holds 192 rows.
   */
  static final int ELEMENTS = 1920;

  /** Fewer elements stay on the calling thread: handing over costs more than it gains. */
  private static final int LEAST_PARALLEL = 30 * ELEMENTS;

  /**
   * Shares of the work a thread. Threads take one after the other, as they get to it: a worker that
   * was asleep begins some 30 µs late, and one that is interrupted ends late.
   */
  private static final int SHARES_PER_THREAD = 16;

  private Blocks() {}

  /** Rows in a block of whole rows; 1 where a row is larger than a block. */
  static int rowsPerBlock(int cols) {
    return Math.max(1, ELEMENTS / cols);
  }

  /** Where the block of whole rows that begins at a row ends. */
  static int endRow(int row, int rows, int cols) {
    return row + Math.min(rows - row, rowsPerBlock(cols)); // in this order it can not overflow
  }

  /** Blocks of whole rows. */
  static int rowBlocks(int rows, int cols) {
    return ceilDiv(rows, rowsPerBlock(cols));
  }

  /** Whether several threads are worth it. */
  static boolean areParallel(int blocks, int rows, int cols) {
    return blocks > 1 && (long) rows * cols >= LEAST_PARALLEL;
  }

  static int ceilDiv(int x, int y) {
    return x / y + (x % y == 0 ? 0 : 1);
  }

  /**
   * Computes the blocks on the pool that the caller stands in, or else on the common one. Their
   * sums are added here, in order, as they would be without threads.
   */
  static void inParallel(
      int blocks,
      BlockLoss loss,
      Kernels kernels,
      Workspace work,
      float[] y,
      float[] t,
      int[] labels,
      double scale,
      float[] out,
      boolean perRow) {
    ForkJoinPool pool = ForkJoinTask.getPool();
    int threads =
        pool != null ? pool.getParallelism() : ForkJoinPool.getCommonPoolParallelism() + 1;
    int shares = (int) Math.min(blocks, (long) SHARES_PER_THREAD * threads);
    double[] sums = perRow ? null : new double[blocks];
    AtomicInteger taken = new AtomicInteger();
    Thread caller = Thread.currentThread();
    IntStream.range(0, Math.min(threads, shares))
        .parallel()
        .forEach(
            thread -> {
              // The caller's thread may be several of these, one after the other.
              Workspace own = Thread.currentThread() == caller ? work : work.fork();
              int share;
              while ((share = taken.getAndIncrement()) < shares) {
                int end = (int) ((share + 1L) * blocks / shares);
                for (int b = (int) ((long) share * blocks / shares); b < end; b++) {
                  if (perRow) {
                    loss.perRow(b, kernels, own, y, t, labels, scale, out);
                  } else {
                    sums[b] = loss.sum(b, kernels, own, y, t, labels, out);
                  }
                }
              }
              if (own != work) {
                own.release();
              }
            });
    if (!perRow) {
      for (double sum : sums) {
        work.total.add(sum);
      }
    }
  }
}

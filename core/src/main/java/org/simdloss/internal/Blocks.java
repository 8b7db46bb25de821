package org.simdloss.internal;

import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.stream.IntStream;

/** Cuts a batch into blocks, computes them here or in parallel, and adds them up in order. */
public final class Blocks {
  /**
   * The size of a block. Small enough that two of them and their results stay in a first-level
   * cache of 32 KiB; divisible by 64 lanes and, with no rows left over, by most small column
   * counts: 1 to 6, 8, 10, 12, 15, 16, 20, 24, 30, 32. Of ten columns it holds 192 rows.
   */
  static final int ELEMENTS = 1920;

  /** Fewer blocks than this stay on the calling thread: handing over costs more than it gains. */
  private static final int LEAST_PARALLEL = 32;

  /** Shares of the work a thread, so that a thread that is late does not hold up the rest. */
  private static final int TASKS_PER_THREAD = 4;

  private Blocks() {}

  /** Rows in a block of whole rows; 1 where a row is larger than a block. */
  static int rowsPerBlock(int cols) {
    return Math.max(1, ELEMENTS / cols);
  }

  /** Blocks of whole rows. */
  static int rowBlocks(int rows, int cols) {
    return ceilDiv(rows, rowsPerBlock(cols));
  }

  static int ceilDiv(int x, int y) {
    return x / y + (x % y == 0 ? 0 : 1);
  }

  /** The loss's sum over all rows. */
  public static double sum(
      BlockLoss loss,
      Kernels kernels,
      boolean parallel,
      Workspace work,
      float[] y,
      float[] t,
      int[] labels) {
    int blocks = loss.blocks(work.rows, work.cols);
    work.total.clear();
    if (parallel && blocks >= LEAST_PARALLEL) {
      double[] sums = new double[blocks];
      inParallel(
          blocks, work, (block, own) -> sums[block] = loss.sum(block, kernels, own, y, t, labels));
      for (double sum : sums) {
        work.total.add(sum);
      }
    } else {
      for (int b = 0; b < blocks; b++) {
        work.total.add(loss.sum(b, kernels, work, y, t, labels));
      }
    }
    return work.total.value();
  }

  /** Writes {@code losses[r] = scale · sum over row r}. */
  public static void perRow(
      BlockLoss loss,
      Kernels kernels,
      boolean parallel,
      Workspace work,
      float[] y,
      float[] t,
      int[] labels,
      double scale,
      float[] losses) {
    int blocks = rowBlocks(work.rows, work.cols);
    if (parallel && blocks >= LEAST_PARALLEL) {
      inParallel(
          blocks,
          work,
          (block, own) -> loss.perRow(block, kernels, own, y, t, labels, scale, losses));
    } else {
      for (int b = 0; b < blocks; b++) {
        loss.perRow(b, kernels, work, y, t, labels, scale, losses);
      }
    }
  }

  private interface BlockTask {
    void run(int block, Workspace own);
  }

  /** Runs the blocks on the pool that the caller stands in, or else on the common one. */
  private static void inParallel(int blocks, Workspace work, BlockTask task) {
    ForkJoinPool pool = ForkJoinTask.getPool();
    int threads =
        pool != null ? pool.getParallelism() : ForkJoinPool.getCommonPoolParallelism() + 1;
    int shares = (int) Math.min(blocks, (long) TASKS_PER_THREAD * threads);
    IntStream.range(0, shares)
        .parallel()
        .forEach(
            share -> {
              Workspace own = work.fork();
              int end = (int) ((share + 1L) * blocks / shares);
              for (int b = (int) ((long) share * blocks / shares); b < end; b++) {
                task.run(b, own);
              }
              own.release();
            });
  }
}

package org.simdloss.internal.backend;

import java.util.concurrent.atomic.AtomicLong;
import org.simdloss.internal.block.BlockLoss;
import org.simdloss.internal.block.Blocks;
import org.simdloss.internal.block.Workspace;
import org.simdloss.internal.kernel.Kernels;

/**
 * Compares scalar code and vectors on a caller's own calls.
 *
 * <p>Blocks, or whole calls where they are small, go to the two sides in turns: scalar, vector,
 * vector, scalar. Each is computed once, by one side, so that it matters not if a result takes the
 * place of an operand. A turn is as many of them as take {@value #TURN} ns. The first ones do not
 * count. Noise only adds to a time, and so it is the lower quartiles that are compared.
 */
public final class Trial {
  /** Nanoseconds of a turn. */
  public static final long TURN = 20_000;

  /** Turns of each side before the ones that count. */
  private static final int WARM_UP = 2;

  /** Turns of each side that count. */
  public static final int TURNS = 24;

  /** Blocks that are timed together. */
  private static final int BLOCKS = 4;

  /** Vectors that take so many times as long as scalar code are not compiled. */
  private static final int HOPELESS = 16;

  /** Vectors that take no more than this part of scalar code's time are used. */
  private static final double ENOUGH = 1.05;

  private final Switch.Vm vm;
  private final Kernels vector;

  /** A call that is in it for longer than this, in nanoseconds, did not come to its end. */
  private static final long LOST = 60_000_000_000L;

  /** When the call that is in it entered, never 0; 0 if none is. */
  private final AtomicLong entered = new AtomicLong();

  /** Nanoseconds by the element of each turn. */
  private final double[] scalarTimes = new double[TURNS];

  private final double[] vectorTimes = new double[TURNS];

  /** The turns of both sides that are over. */
  private int turns;

  /** The time and the elements of the present turn. */
  private long nanos;

  private double size;

  /** Of scalar code's last turn. */
  private double lastScalar;

  private boolean over;
  private boolean won;

  Trial(Switch.Vm vm, Kernels vector) {
    this.vm = vm;
    this.vector = vector;
  }

  /** Whether the calling thread may be in it, until it leaves. */
  public boolean enter() {
    long since = entered.get();
    long now = vm.nanoTime() | 1;
    return (since == 0 || now - since > LOST) && entered.compareAndSet(since, now);
  }

  public void leave() {
    entered.set(0);
  }

  public boolean isOver() {
    return over;
  }

  public boolean isWon() {
    return won;
  }

  public Kernels vector() {
    return vector;
  }

  /**
   * Computes a call's blocks, or those that come before the end of the trial; the workspace then
   * names those that are left.
   */
  public void run(BlockLoss loss, Workspace work, float[] y, float[] t, int[] labels, float[] out) {
    int count = work.endBlock;
    double sizeOfOne =
        ((double) work.rows * work.cols + Switch.OVERHEAD_ELEMENTS) / Math.max(1, count);
    int done = 0;
    while (done < count && !over) {
      int end = Math.min(count, done + BLOCKS);
      work.setBlocks(done, end);
      BlockLoss side = loss.on(isVectorsTurn() ? vector : vm.scalarKernels());
      long start = vm.nanoTime();
      Blocks.run(side, work, y, t, labels, out);
      count(vm.nanoTime() - start, sizeOfOne * (end - done));
      done = end;
    }
    work.setBlocks(done, count);
  }

  private boolean isVectorsTurn() {
    int turn = turns % 4;
    return turn == 1 || turn == 2;
  }

  /** Counts what one side did. */
  private void count(long took, double elements) {
    nanos += took;
    size += elements;
    double time = nanos / size;
    boolean isVector = isVectorsTurn();
    if (isVector && nanos >= TURN && time > HOPELESS * lastScalar) {
      over = true;
    } else if (nanos >= TURN) {
      int i = turns / 2 - WARM_UP;
      if (i >= 0) {
        (isVector ? vectorTimes : scalarTimes)[i] = time;
      }
      lastScalar = isVector ? lastScalar : time;
      nanos = 0;
      size = 0;
      turns++;
      if (turns == 2 * (WARM_UP + TURNS)) {
        over = true;
        won = lowerQuartile(vectorTimes) <= ENOUGH * lowerQuartile(scalarTimes);
      }
    }
  }

  /** Without a library's sort, whose classes may not have been loaded. */
  private static double lowerQuartile(double[] times) {
    for (int i = 1; i < times.length; i++) {
      double time = times[i];
      int j = i;
      for (; j > 0 && times[j - 1] > time; j--) {
        times[j] = times[j - 1];
      }
      times[j] = time;
    }
    return times[times.length / 4];
  }
}

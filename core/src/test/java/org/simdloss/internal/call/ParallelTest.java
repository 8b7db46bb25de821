package org.simdloss.internal.call;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.RepeatedTest;
import org.simdloss.internal.block.BlockLoss;
import org.simdloss.internal.block.Output;
import org.simdloss.internal.block.Workspace;
import org.simdloss.internal.block.Workspaces;
import org.simdloss.internal.kernel.Kernels;
import org.simdloss.internal.kernel.ScalarKernels;

class ParallelTest {
  /** Each block takes a while to write one element; one of them fails. */
  private static final class Failing extends BlockLoss {
    private final int badBlock;
    private final AtomicInteger writes = new AtomicInteger();

    Failing(int badBlock) {
      super(ScalarKernels.INSTANCE);
      this.badBlock = badBlock;
    }

    @Override
    public BlockLoss bind(Kernels by) {
      throw new AssertionError();
    }

    @Override
    public int blocks(int rows, int cols) {
      return rows;
    }

    @Override
    public double sum(
        int block, Workspace work, float[] y, float[] t, int[] labels, float[] gradient) {
      if (block == badBlock) {
        throw new IllegalStateException("block " + block);
      }
      long end = System.nanoTime() + 100_000;
      while (System.nanoTime() < end) {
        Thread.onSpinWait();
      }
      writes.incrementAndGet();
      return 0;
    }

    @Override
    public void perRow(
        int block, Workspace work, float[] y, float[] t, int[] labels, float[] losses) {}

    @Override
    public long nanos(int rows, int cols, Output output, boolean labelled) {
      return Long.MAX_VALUE / 8;
    }
  }

  @RepeatedTest(20)
  void aCallThatThrowsHasStoppedWriting() throws Exception {
    ForkJoinPool pool = new ForkJoinPool(4);
    try {
      Failing loss = new Failing(37);
      int atThrow =
          pool.submit(
                  () -> {
                    Workspace work = Workspaces.take(Output.LOSS);
                    work.setPredictions(0, 400, 1, 1);
                    work.setTargets(0, 1, false);
                    work.begin(1, 1);
                    work.setBlocks(0, 400);
                    assertThrows(
                        IllegalStateException.class,
                        () -> Parallel.run(loss, work, null, null, null, null));
                    return loss.writes.get();
                  })
              .get();
      Thread.sleep(2);
      assertEquals(atThrow, loss.writes.get());
    } finally {
      pool.shutdown();
    }
  }
}

package org.simdloss.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.RepeatedTest;

class ParallelTest {
  /** Each block takes a while to write one element; one of them fails. */
  private record Failing(int badBlock, AtomicInteger writes) implements BlockLoss {
    @Override
    public int blocks(int rows, int cols) {
      return rows;
    }

    @Override
    public double sum(
        int block,
        Kernels kernels,
        Workspace work,
        float[] y,
        float[] t,
        int[] labels,
        float[] gradient) {
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
        int block,
        Kernels kernels,
        Workspace work,
        float[] y,
        float[] t,
        int[] labels,
        double scale,
        float[] losses) {}

    @Override
    public Switches switches() {
      return null;
    }

    @Override
    public long nanos(int rows, int cols, Output output, boolean labelled) {
      return Long.MAX_VALUE / 8;
    }
  }

  @RepeatedTest(20)
  void aCallThatThrowsHasStoppedWriting() throws Exception {
    ForkJoinPool pool = new ForkJoinPool(4);
    try {
      AtomicInteger writes = new AtomicInteger();
      Failing loss = new Failing(37, writes);
      int atThrow =
          pool.submit(
                  () -> {
                    Workspace work = Workspaces.take();
                    work.setPredictions(0, 400, 1, 1);
                    work.setTargets(0, 1, false);
                    work.begin(1);
                    Kernels scalar = ScalarKernels.INSTANCE;
                    assertThrows(
                        IllegalStateException.class,
                        () ->
                            Parallel.run(
                                0, 400, loss, scalar, work, null, null, null, 1, null, false));
                    return writes.get();
                  })
              .get();
      Thread.sleep(2);
      assertEquals(atThrow, writes.get());
    } finally {
      pool.shutdown();
    }
  }
}

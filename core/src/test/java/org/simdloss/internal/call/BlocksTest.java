package org.simdloss.internal.call;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;
import org.simdloss.internal.block.BlockLoss;
import org.simdloss.internal.block.Blocks;
import org.simdloss.internal.block.Output;
import org.simdloss.internal.block.Workspace;
import org.simdloss.internal.block.Workspaces;
import org.simdloss.internal.kernel.Kernels;
import org.simdloss.internal.kernel.ScalarKernels;
import org.simdloss.internal.loss.CrossEntropyBlocks;
import org.simdloss.internal.loss.SoftmaxCrossEntropyBlocks;
import org.simdloss.internal.loss.SquaredErrorBlocks;

class BlocksTest {
  private static final int COLS = 10;

  /** 53 blocks. */
  private static final int ROWS = 10_001;

  @Test
  void wholeRows() {
    assertEquals(192, Blocks.rowsPerBlock(10));
    assertEquals(1, Blocks.rowsPerBlock(1921));
    assertEquals(313, Blocks.rowBlocks(60_000, 10));
    assertEquals(192, Blocks.endRow(0, 60_000, 10));
    assertEquals(60_000, Blocks.endRow(312 * 192, 60_000, 10));
  }

  /** Of the cross-entropy: rows that share a logarithm. */
  @Test
  void rowsOfACrossEntropyBlock() {
    assertEquals(1920, CrossEntropyBlocks.rowsPerBlock(1));
    assertEquals(384, CrossEntropyBlocks.rowsPerBlock(10));
    assertEquals(64, CrossEntropyBlocks.rowsPerBlock(60));
    assertEquals(64, CrossEntropyBlocks.rowsPerBlock(1920));
    assertEquals(32, CrossEntropyBlocks.rowsPerBlock(1921));
    assertEquals(157, new CrossEntropyBlocks(0, ScalarKernels.INSTANCE).blocks(60_000, 10));
    assertEquals(2, new CrossEntropyBlocks(0, ScalarKernels.INSTANCE).blocks(128, 1000));
  }

  /** From about 300 µs on, which scalar code takes sooner. */
  @Test
  void workThatTakesLongGoesParallel() {
    Kernels vector = null; // any that is not the scalar one
    Kernels scalar = ScalarKernels.INSTANCE;
    BlockLoss squared = SquaredErrorBlocks.INSTANCE.bind(vector);
    BlockLoss entropy = new CrossEntropyBlocks(0, vector);
    BlockLoss scalarEntropy = new CrossEntropyBlocks(0, scalar);
    BlockLoss softmax = SoftmaxCrossEntropyBlocks.INSTANCE.bind(vector);
    assertFalse(Parallel.pays(squared, Output.LOSS, 60_000, 10, false));
    assertTrue(Parallel.pays(squared, Output.LOSS, 60_000, 784, false));
    assertFalse(Parallel.pays(entropy, Output.LOSS, 60_000, 10, true));
    assertFalse(Parallel.pays(scalarEntropy, Output.LOSS, 60_000, 10, true));
    assertTrue(Parallel.pays(scalarEntropy, Output.LOSS, 60_000, 10, false));
    assertTrue(Parallel.pays(softmax, Output.GRADIENT, 60_000, 10, true));
    assertFalse(Parallel.pays(softmax, Output.GRADIENT, 6_000, 10, true));
    assertTrue(Parallel.pays(softmax, Output.LOSS, 1, Integer.MAX_VALUE, false));
  }

  /** A form of a loss is made once. */
  @Test
  void aLossBoundToOtherKernelsIsKept() {
    BlockLoss loss = new CrossEntropyBlocks(0, ScalarKernels.INSTANCE);
    BlockLoss other = loss.on(ScalarKernels.TWIN);
    assertSame(ScalarKernels.TWIN, other.kernels());
    assertSame(other, loss.on(ScalarKernels.TWIN));
    assertSame(loss, loss.on(ScalarKernels.INSTANCE));
  }

  /** 1 a block; and how the blocks came to be computed. */
  private static final class Recorder extends BlockLoss {
    private final Set<Integer> computed = ConcurrentHashMap.newKeySet();
    private final Set<Workspace> workspaces = ConcurrentHashMap.newKeySet();

    /** In order each block finds the sum of those before it, on threads all find 0. */
    private volatile boolean inOrder = true;

    /** The call's own, which serves the thread that calls. */
    private Workspace own;

    Recorder() {
      super(ScalarKernels.INSTANCE);
    }

    @Override
    public BlockLoss bind(Kernels by) {
      throw new AssertionError();
    }

    @Override
    public int blocks(int rows, int cols) {
      return Blocks.rowBlocks(rows, cols);
    }

    @Override
    public double sum(
        int block, Workspace work, float[] y, float[] t, int[] labels, float[] gradient) {
      if (work.total.value() != block) {
        inOrder = false;
      }
      workspaces.add(work);
      assertTrue(computed.add(block), "block " + block + " again");
      return 1;
    }

    @Override
    public void perRow(
        int block, Workspace work, float[] y, float[] t, int[] labels, float[] losses) {
      throw new AssertionError();
    }

    @Override
    public long nanos(int rows, int cols, Output output, boolean labelled) {
      return rows == ROWS ? 75_000 : 74_999; // scalar code may take four times as long
    }
  }

  /** A call that stands in a pool of so many threads. */
  private static Recorder call(
      int threads, boolean parallel, int rows, boolean argmax, float[] t, float[] out) {
    Recorder recorder = new Recorder();
    Evaluator.Form form = new Evaluator.Form(recorder, null);
    Evaluator evaluator = new Evaluator(form, form, false, 1, Divisor.NONE, false, parallel);
    ForkJoinPool pool = new ForkJoinPool(threads);
    try {
      double sum = pool.submit(() -> call(recorder, evaluator, rows, argmax, t, out)).join();
      assertEquals(Blocks.rowBlocks(rows, COLS), sum);
      assertEquals(Blocks.rowBlocks(rows, COLS), recorder.computed.size());
    } finally {
      pool.shutdown();
    }
    return recorder;
  }

  private static double call(
      Recorder recorder, Evaluator evaluator, int rows, boolean argmax, float[] t, float[] out) {
    Workspace work = Workspaces.take(out == null ? Output.LOSS : Output.GRADIENT);
    recorder.own = work;
    work.setPredictions(0, rows, COLS, COLS);
    work.setTargets(0, COLS, argmax);
    work.setOutput(0, COLS);
    return evaluator.run(work, new float[0], t, null, null, out, null, null);
  }

  @Test
  void onlyLargeBatchesOfParallelLossesAreShared() {
    float[] t = new float[0];
    assertTrue(call(4, false, ROWS, false, t, null).inOrder);
    assertTrue(call(4, true, 1000, false, t, null).inOrder);
    assertFalse(call(4, true, ROWS, false, t, null).inOrder);
  }

  /** A row's maximum may lie in a block that another thread has overwritten. */
  @Test
  void aGradientInThePlaceOfArgmaxTargetsIsNotShared() {
    float[] t = new float[0];
    assertTrue(call(4, true, ROWS, true, t, t).inOrder);
    assertFalse(call(4, true, ROWS, false, t, t).inOrder);
    assertFalse(call(4, true, ROWS, true, t, new float[0]).inOrder);
    assertFalse(call(4, true, ROWS, true, t, null).inOrder);
  }

  @Test
  void everyBlockIsComputedOnceByAnyNumberOfThreads() {
    for (int threads : new int[] {1, 2, 3, 40}) {
      Recorder recorder = call(threads, true, ROWS, false, new float[0], null);
      assertFalse(recorder.inOrder);
      assertTrue(recorder.workspaces.size() <= threads);
      assertTrue(threads > 1 || recorder.workspaces.contains(recorder.own));
    }
  }

  /** The last block of a batch as large as an array can be. */
  @Test
  void theLastBlockDoesNotOverflow() {
    int rows = Integer.MAX_VALUE - 7;
    int last = (Blocks.rowBlocks(rows, 1) - 1) * Blocks.rowsPerBlock(1);
    assertEquals(rows, Blocks.endRow(last, rows, 1));
  }
}

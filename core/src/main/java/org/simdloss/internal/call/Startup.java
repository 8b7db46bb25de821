package org.simdloss.internal.call;

import org.simdloss.internal.backend.Background;
import org.simdloss.internal.backend.Headroom;
import org.simdloss.internal.backend.OptimizingCompiler;
import org.simdloss.internal.backend.Probe;
import org.simdloss.internal.backend.RealVm;
import org.simdloss.internal.backend.Switch;
import org.simdloss.internal.backend.Switches;
import org.simdloss.internal.backend.Trial;
import org.simdloss.internal.backend.Work;
import org.simdloss.internal.block.BlockLoss;
import org.simdloss.internal.block.Blocks;
import org.simdloss.internal.block.ClassLabels;
import org.simdloss.internal.block.Output;
import org.simdloss.internal.block.Rows;
import org.simdloss.internal.block.TargetOptions;
import org.simdloss.internal.block.TargetRows;
import org.simdloss.internal.block.Total;
import org.simdloss.internal.block.WeightedRows;
import org.simdloss.internal.block.Workspace;
import org.simdloss.internal.block.Workspaces;
import org.simdloss.internal.kernel.Block;
import org.simdloss.internal.kernel.Lanes;
import org.simdloss.internal.kernel.OneHotBits;
import org.simdloss.internal.kernel.Products;
import org.simdloss.internal.kernel.ScalarKernels;
import org.simdloss.internal.loss.BinaryCrossEntropyBlocks;
import org.simdloss.internal.loss.CrossEntropyBlocks;
import org.simdloss.internal.loss.RowSums;
import org.simdloss.internal.loss.SigmoidCrossEntropyBlocks;
import org.simdloss.internal.loss.SoftmaxCrossEntropyBlocks;
import org.simdloss.internal.loss.SquaredErrorBlocks;
import org.simdloss.internal.loss.WeightedCrossEntropyBlocks;
import org.simdloss.internal.loss.WeightedSoftmaxCrossEntropyBlocks;
import org.simdloss.internal.loss.WeightedSquaredErrorBlocks;
import org.simdloss.internal.math.CompensatedSum;
import org.simdloss.internal.math.Exp;
import org.simdloss.internal.math.Fma;
import org.simdloss.internal.math.Ln;

/**
 * Loads and initialises all that a call in scalar code needs, before the first loss is made: where
 * there is no room for that, nothing has begun, and it can be had later.
 */
public final class Startup {
  private static volatile boolean done;

  private Startup() {}

  /**
   * @throws StackOverflowError if the caller's stack has no room
   * @throws OutOfMemoryError if the heap has none
   */
  public static void run() {
    if (!done) {
      Headroom.demand();
      Class<?>[] all = {
        Background.class,
        BinaryCrossEntropyBlocks.class,
        Block.class,
        BlockLoss.class,
        Blocks.class,
        ClassLabels.class,
        CompensatedSum.class,
        CrossEntropyBlocks.class,
        Divisor.class,
        Evaluator.class,
        Exp.class,
        Fma.class,
        OneHotBits.class,
        Lanes.class,
        Ln.class,
        OptimizingCompiler.class,
        Output.class,
        Parallel.class,
        Probe.class,
        Products.class,
        RealVm.class,
        Rows.class,
        RowSums.class,
        ScalarKernels.class,
        SigmoidCrossEntropyBlocks.class,
        SoftmaxCrossEntropyBlocks.class,
        SoftmaxCrossEntropyBlocks.State.class,
        SquaredErrorBlocks.class,
        TargetOptions.class,
        WeightedCrossEntropyBlocks.class,
        WeightedRows.class,
        WeightedSoftmaxCrossEntropyBlocks.class,
        WeightedSquaredErrorBlocks.class,
        Switch.class,
        Switches.class,
        TargetRows.class,
        Total.class,
        Trial.class,
        Work.Form.class,
        Workspace.class,
        Workspaces.class
      };
      for (Class<?> each : all) {
        initialize(each);
      }
      done = true;
    }
  }

  private static void initialize(Class<?> type) {
    try {
      Class.forName(type.getName(), true, type.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e); // it is there
    }
  }
}

package org.simdloss.internal;

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
        Blocks.class,
        Call.class,
        Call.Divisor.class,
        ClassLabels.class,
        CompensatedSum.class,
        CrossEntropyBlocks.class,
        Exp.class,
        Fma.class,
        HotBits.class,
        Lanes.class,
        Ln.class,
        OptimizingCompiler.class,
        Output.class,
        Parallel.class,
        Probe.class,
        Products.class,
        RealVm.class,
        Recipe.class,
        RowSums.class,
        ScalarKernels.class,
        SoftmaxCrossEntropyBlocks.class,
        SquaredErrorBlocks.class,
        Switch.class,
        Switches.class,
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

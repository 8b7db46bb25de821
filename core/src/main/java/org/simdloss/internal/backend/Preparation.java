package org.simdloss.internal.backend;

import java.util.Arrays;
import java.util.Random;
import org.simdloss.internal.block.BlockLoss;
import org.simdloss.internal.block.Blocks;
import org.simdloss.internal.block.Output;
import org.simdloss.internal.block.Workspace;
import org.simdloss.internal.block.Workspaces;
import org.simdloss.internal.kernel.Block;
import org.simdloss.internal.kernel.Kernels;
import org.simdloss.internal.kernel.Lanes;

/**
 * Runs one kind of work in vectors, on operands of its own, until the compiler is through with it;
 * and in scalar code too, to compare what they give and how long they take.
 *
 * <p>A branch that the compiler has never seen taken is left out of what it makes of a method. The
 * first odd length or odd value would then throw the whole method back to the interpreter, where
 * vectors are hundreds of times slower. So there is everything here that a caller may bring: all
 * lengths, narrow and wide rows and rows that lie apart, values that leave the fast paths. What is
 * like the caller's calls comes first, so that these need not wait for the rest. Labels and values
 * are random, from one seed, so that no branch predictor learns them.
 */
public final class Preparation {
  /**
   * Cases like the caller's, with ordinary values. The compiler acts on 5,000 calls of a method, or
   * on 15,000 calls and steps of its loops.
   */
  private static final int ORDINARY = 5_500;

  /**
   * The same and those with odd values. Were they left for later, they would throw loops that the
   * caller uses by then back to the interpreter: a call of 1 µs took 500 µs for half a second. They
   * are not the first, since they do the same to the caller's scalar code.
   */
  private static final int ENOUGH_ALIKE = ORDINARY + 5_000;

  /** Cases of every kind: some loops are called in every other one alone. */
  public static final int ENOUGH = 10_000;

  /** Before this no case is large: what is not compiled takes microseconds for each vector. */
  private static final int FIRST = 4_500;

  /** Most elements of a case whose time counts. */
  private static final int TIMED_ELEMENTS = 800;

  /** Two blocks, and a little. */
  private static final int LARGE_ELEMENTS = 2 * Block.ELEMENTS + 100;

  /** Of a row that is larger than a block. */
  private static final int LONG_ROW = Block.ELEMENTS + 500;

  /** One in so many cases is compared. */
  private static final int COMPARED = 16;

  /** Cases whose times tell whether vectors are compiled. */
  private static final int TIMED = 32;

  /** Cases between two looks at the times. */
  private static final int BETWEEN_TIMES = 500;

  /**
   * Vectors that take no more than so many times as long as scalar code are compiled: with some odd
   * values they are not the faster ones.
   */
  private static final double READY = 1.5;

  /** What takes longer than this, in nanoseconds, need not be timed to its end. */
  private static final long SLOW = 2_000_000;

  /** Cases that are compared before vectors are used where nothing is prepared. */
  private static final int COMPARED_AT_ONCE = 16;

  private static final int[] COLUMNS = {
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10, 10, 10, 10, 12, 15, 16, 17, 20, 31, 32, 33, 50, 63, 64, 65,
    100, 130, 257
  };

  /** Values that are out of the ordinary: as probabilities, as logits and as targets. */
  private static final float[] ODD = {
    -104,
    64,
    -90,
    -0f,
    Float.NEGATIVE_INFINITY,
    -64.5f,
    1e-40f,
    Float.NaN,
    -1e30f,
    1,
    0,
    2,
    70,
    1e30f,
    Float.POSITIVE_INFINITY
  };

  /** From so many columns on a row is added up by vectors. */
  private static final int WIDE = Lanes.COUNT;

  private static final int POOL = 1 << 13;

  private static final long SEED = 20161;

  private final Work work;
  private final Kernels kernels;
  private final Switch.Vm vm;
  private final Random random = new Random(SEED);

  /**
   * Predictions that are as they should be, that have an odd value now and then, or many; and the
   * first again, or logits of which one in eight is masked.
   */
  private final float[][] predictions;

  /** Targets likewise. */
  private final float[][] targets;

  private final boolean isOfLogits;

  /** One-hot rows of a case, or what looks like them. */
  private final float[] hot = new float[2 * LARGE_ELEMENTS];

  private final int[] labels = new int[2 * LARGE_ELEMENTS];

  /** Weights of rows, one in four of them 0; null where rows have none. */
  private final float[] weights;

  private final float[] out = new float[2 * LARGE_ELEMENTS];
  private final float[] scalarOut = new float[2 * LARGE_ELEMENTS];

  /** Second derivatives; null where they are not wanted. */
  private final float[] hessian;

  private final float[] scalarHessian;

  // A case.
  private BlockLoss loss;
  private int rows;
  private int cols;
  private float[] y;
  private int yAt;
  private int yStride;
  private float[] t;
  private int tAt;
  private int tStride;
  private int outStride;
  private boolean isWeighted;

  // What the caller's calls are like.
  private BlockLoss callersLoss;
  private int callersCols = 10;
  private boolean areCallersRowsApart;
  private boolean areCallersTargetsHot;

  /** Whether cases are of every kind, and no longer like the caller's. */
  private boolean isOfEveryKind;

  private int cases;
  private int nextTimes = ENOUGH_ALIKE;

  /**
   * @param kernels what is prepared; null for calls of the best backend alone
   */
  public Preparation(Work work, Kernels kernels, Switch.Vm vm) {
    this(work, kernels, vm, null);
  }

  /**
   * @param other whose made-up values this may share, if they are of the same kind; null if there
   *     is none
   */
  Preparation(Work work, Kernels kernels, Switch.Vm vm, Preparation other) {
    this.work = work;
    this.kernels = kernels;
    this.vm = vm;
    isOfLogits = work.losses().get(0).takesLogits();
    boolean isLike = other != null && other.isOfLogits == isOfLogits;
    predictions = isLike ? other.predictions : predictions();
    targets = isLike ? other.targets : targets();
    boolean hasHessian = work.output() == Output.HESSIAN;
    hessian = hasHessian ? new float[2 * LARGE_ELEMENTS] : null;
    scalarHessian = hasHessian ? new float[2 * LARGE_ELEMENTS] : null;
    weights = work.mayHaveWeights() ? new float[2 * LARGE_ELEMENTS] : null;
    for (int i = 0; weights != null && i < weights.length; i++) {
      weights[i] = Math.max(0, 2 * random.nextFloat() - 0.5f);
    }
  }

  private float[][] predictions() {
    float[][] all = new float[4][POOL + LARGE_ELEMENTS];
    for (int kind = 0; kind < all.length; kind++) {
      for (int i = 0; i < all[kind].length; i++) {
        float even = random.nextFloat();
        boolean masked = kind == 3 && isOfLogits && random.nextInt(8) == 0;
        all[kind][i] =
            isOdd(kind)
                ? odd()
                : masked ? Float.NEGATIVE_INFINITY : isOfLogits ? 8 * even - 4 : even;
      }
    }
    return all;
  }

  private float[][] targets() {
    float[][] all = new float[3][POOL + LARGE_ELEMENTS];
    for (int kind = 0; kind < all.length; kind++) {
      for (int i = 0; i < all[kind].length; i++) {
        all[kind][i] = isOdd(kind) ? odd() : random.nextFloat();
      }
    }
    return all;
  }

  private boolean isOdd(int kind) {
    return kind == 1 && random.nextInt(500) == 0 || kind == 2 && random.nextInt(4) == 0;
  }

  private float odd() {
    return ODD[random.nextInt(ODD.length)];
  }

  public Kernels kernels() {
    return kernels;
  }

  /** Goes on until a time; what is wrong, or null. */
  public String run(long until) {
    do {
      String fault = runOne();
      if (fault != null) {
        return fault;
      }
    } while (vm.nanoTime() < until);
    return null;
  }

  private String runOne() {
    setAnyShape();
    setOperands();
    if (cases++ % COMPARED == 0) {
      return isSame() ? null : Probe.wrongBits(kernels, work);
    }
    call(kernels, out, hessian);
    return null;
  }

  /**
   * Makes cases like the caller's calls: what these need is compiled first, and nothing that they
   * have not met yet throws their scalar code back to the interpreter.
   */
  public void beLike(BlockLoss loss, int cols, boolean rowsApart, boolean hot) {
    callersLoss = loss;
    callersCols = cols;
    areCallersRowsApart = rowsApart;
    areCallersTargetsHot = hot;
  }

  /** Makes cases of every kind from now on. */
  public void beOfEveryKind() {
    if (!isOfEveryKind) {
      isOfEveryKind = true;
      cases = 0;
      nextTimes = ENOUGH;
    }
  }

  /** Whether all that the compiler must see has been run. */
  public boolean isDone() {
    return isOfEveryKind && cases >= ENOUGH;
  }

  /** Compares some cases; what is wrong, or null. */
  public String compare() {
    beOfEveryKind();
    for (int i = 0; i < COMPARED_AT_ONCE; i++) {
      setAnyShape();
      setOperands();
      if (!isSame()) {
        return Probe.wrongBits(kernels, work);
      }
    }
    if (isOfLogits && work.output() == Output.GRADIENT && work.form() == Work.Form.LABELS) {
      // Softmax cross-entropy's has a loop that smaller rows do not have, for ordinary logits.
      setLongRow();
      setOperands();
      y = predictions[0];
      return isSame() ? null : Probe.wrongBits(kernels, work);
    }
    return null;
  }

  /** Whether vectors and scalar code give the same for the present case; a NaN may be any. */
  private boolean isSame() {
    Arrays.fill(out, 0, rows * outStride, 0);
    Arrays.fill(scalarOut, 0, rows * outStride, 0);
    double result = call(kernels, out, hessian);
    double scalar = call(vm.scalarKernelsOfPreparation(), scalarOut, scalarHessian);
    return Double.compare(result, scalar) == 0
        && Arrays.equals(out, 0, rows * outStride, scalarOut, 0, rows * outStride)
        && (hessian == null
            || Arrays.equals(hessian, 0, rows * cols, scalarHessian, 0, rows * cols));
  }

  /** Whether vectors are about as fast as they will be. */
  public boolean isReady() {
    if (cases < nextTimes) {
      return false;
    }
    nextTimes = cases + BETWEEN_TIMES;
    long vectorNanos = 0;
    long scalarNanos = 0;
    for (int i = 0; i < TIMED && (vectorNanos < SLOW || vectorNanos < 8 * scalarNanos); i++) {
      setShape(1 + random.nextInt(TIMED_ELEMENTS));
      setOperands();
      vectorNanos += nanos(kernels);
      scalarNanos += nanos(vm.scalarKernelsOfPreparation());
    }
    return vectorNanos <= READY * scalarNanos;
  }

  /** The lesser time of two runs of the present case. */
  private long nanos(Kernels by) {
    long start = vm.nanoTime();
    call(by, out, hessian);
    long between = vm.nanoTime();
    call(by, out, hessian);
    return Math.min(between - start, vm.nanoTime() - between);
  }

  /** A call with made-up operands, which ends with the workspace given back. */
  @FunctionalInterface
  public interface Caller {
    double run(BlockLoss loss, Workspace work, float[] y, float[] t, int[] labels, float[] out);
  }

  /** Has a case called as a user calls a loss. */
  public void call(Caller caller) {
    beOfEveryKind();
    setShape(1 + random.nextInt(LARGE_ELEMENTS));
    setOperands();
    caller.run(loss, workspace(hessian), y, t, labels(), out(out));
  }

  private boolean areValuesOdd() {
    return isOfEveryKind || cases >= ORDINARY;
  }

  /** Operands of a shape that has been set; where values may be odd, three of four have some. */
  private void setOperands() {
    loss =
        isOfEveryKind || callersLoss == null
            ? work.losses().get(random.nextInt(work.losses().size()))
            : callersLoss;
    y = predictions[areValuesOdd() ? random.nextInt(predictions.length) : 0];
    yAt = random.nextInt(POOL);
    yStride = stride();
    switch (work.form()) {
      case LABELS:
        t = null;
        tAt = random.nextInt(16);
        tStride = 1;
        for (int r = tAt; r < tAt + rows; r++) {
          labels[r] = random.nextInt(work.losses().get(0).classes(cols));
        }
        break;
      case NONE:
        t = null;
        tAt = 0;
        tStride = 0;
        break;
      default:
        tStride = stride();
        if (isOfEveryKind ? random.nextInt(8) < 5 : areCallersTargetsHot) {
          tAt = random.nextInt(16);
          setHot();
        } else {
          t = targets[areValuesOdd() ? random.nextInt(3) : 0];
          tAt = random.nextInt(POOL);
        }
    }
    isWeighted = work.mayHaveWeights() && random.nextBoolean();
    outStride = work.output() == Output.ROW_LOSSES ? 1 : stride();
  }

  /**
   * Mostly some vectors or less, since the compiler counts calls; some rows that are wide, or of
   * more than one word of one-hot bits; and some blocks, since it also looks at how long loops are.
   * With fewer vectors, half as many, it acted sooner, but knew too little of the Vector API's own
   * methods then, and boxed vectors.
   */
  private void setAnyShape() {
    int size = random.nextInt(128);
    if (size < 112) {
      setShape(1 + random.nextInt(24));
    } else if (size < 126 || cases < FIRST) {
      setShape(64 + random.nextInt(32));
    } else if (size == 126 && (isOfEveryKind || callersCols <= Block.ELEMENTS)) {
      setShape(LARGE_ELEMENTS - random.nextInt(LARGE_ELEMENTS / 2));
    } else if (!isOfEveryKind && callersCols <= Block.ELEMENTS) {
      setShape(TIMED_ELEMENTS);
    } else {
      setLongRow();
    }
  }

  /** A row that is larger than a block, for which a loss may have loops of its own. */
  private void setLongRow() {
    int elements = Block.ELEMENTS + 1 + random.nextInt(LONG_ROW - Block.ELEMENTS);
    cols = elements;
    fitColumns();
    rows = elements / cols;
  }

  private void setShape(int elements) {
    if (isOfEveryKind) {
      cols = Math.min(elements, COLUMNS[random.nextInt(COLUMNS.length)]);
    } else {
      // Of wide rows it matters that they are, and that all numbers of elements are left over after
      // whole steps of the lanes: a new one sends vectors back to the interpreter in the trial.
      cols = callersCols < WIDE ? callersCols : WIDE + random.nextInt(WIDE);
    }
    fitColumns();
    rows = Math.max(1, elements / cols);
  }

  /** Makes the columns some for which there can be labels. */
  private void fitColumns() {
    BlockLoss any = work.losses().get(0);
    if (work.form() == Work.Form.LABELS && any.classes(cols) == 0) {
      cols = any.classes(1) > 0 ? 1 : 2;
    }
  }

  /** Half of the batches have rows that lie apart, of the caller's all or none. */
  private int stride() {
    boolean apart = isOfEveryKind ? random.nextInt(2) == 0 : areCallersRowsApart;
    return apart && (long) rows * (cols + 5) <= LARGE_ELEMENTS
        ? cols + 1 + random.nextInt(5)
        : cols;
  }

  /**
   * Rows with a 1 at random, of which a few odd ones have something else: a −0, two ones, none. For
   * losses of two classes any element is 0 or 1.
   */
  private void setHot() {
    t = hot;
    Arrays.fill(hot, tAt, tAt + rows * tStride, 0);
    boolean areTwoClasses = work.losses().get(0).classes(1) == 2;
    for (int r = 0; r < rows; r++) {
      int at = tAt + r * tStride;
      hot[at + random.nextInt(cols)] = 1;
      for (int c = 0; areTwoClasses && c < cols; c++) {
        hot[at + c] = random.nextInt(2);
      }
    }
    int row = tAt + random.nextInt(rows) * tStride;
    switch (areValuesOdd() ? random.nextInt(16) : -1) {
      case 0:
        int zero = row + random.nextInt(cols);
        hot[zero] = hot[zero] == 0 ? -0f : 1;
        break;
      case 1:
        hot[row + random.nextInt(cols)] = 1;
        break;
      case 2:
        hot[row + random.nextInt(cols)] = random.nextInt(2) / 2f;
        break;
      default:
        break;
    }
  }

  /** The present case. */
  private double call(Kernels by, float[] results, float[] secondResults) {
    BlockLoss bound = loss.bind(by);
    Workspace workspace = workspace(secondResults);
    workspace.begin(1, 1);
    workspace.setBlocks(0, Blocks.count(bound, workspace));
    Blocks.run(bound, workspace, y, t, labels(), out(results));
    double sum = workspace.total.value();
    workspace.release();
    return sum;
  }

  /** A workspace that knows where the present case's operands are. */
  private Workspace workspace(float[] secondResults) {
    Workspace workspace = Workspaces.take(work.output());
    workspace.setPredictions(yAt, rows, cols, yStride);
    workspace.setTargets(tAt, tStride, work.form() == Work.Form.ARGMAX);
    workspace.setWeights(isWeighted ? weights : null, isWeighted ? yAt % 16 : 0);
    workspace.setOutput(0, outStride);
    workspace.setHessian(secondResults, 0, cols);
    return workspace;
  }

  private int[] labels() {
    return work.form() == Work.Form.LABELS ? labels : null;
  }

  private float[] out(float[] results) {
    return work.output() == Output.LOSS ? null : results;
  }
}

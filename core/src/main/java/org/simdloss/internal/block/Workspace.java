package org.simdloss.internal.block;

import org.simdloss.internal.kernel.Block;
import org.simdloss.internal.kernel.Products;
import org.simdloss.internal.math.CompensatedSum;

/**
 * The state of one call, but for its arrays: its shape, its operands, what is computed of which
 * blocks, and room to work in.
 *
 * <p>A {@code Batch} is taken apart at the public edge, so that one made for the call is never
 * allocated: its numbers come here, its array is handed on as an argument ({@link Rows} says why).
 * For the same reason {@link #output} is kept as a number.
 *
 * <p>Each thread that computes blocks of a call has a workspace of its own. What it was used for
 * before is forgotten at {@link #begin}.
 */
public final class Workspace {
  private static final Output[] OUTPUTS = Output.values();

  /** The shape of the batch. */
  public int rows;

  public int cols;

  /** The operands. */
  public final Rows y = new Rows(this);

  public final TargetRows t = new TargetRows(this);
  public final Rows out = new Rows(this);

  /** Where second derivatives go, whose array is {@link #hessian}. */
  public final Rows second = new Rows(this);

  /** Null if they are not wanted. */
  public float[] hessian;

  /** A weight for each row, from {@link #weightsAt} on; null if all are 1. */
  public float[] weights;

  public int weightsAt;

  /** False if it is known that none of them is 0. */
  public boolean mayHaveZeroWeights;

  private WeightedRows weighted;

  /** The {@link Total} that each row is added to by itself; null if none is. */
  private long[] rowTotals;

  private double rowWeight;

  /** Rows without a gap in {@link #scratch}. */
  final Rows packed = new Rows(this);

  /** The ordinal of the {@link Output}. */
  private int output;

  /** What a row's sum is multiplied by. */
  public double scale;

  /** What a gradient is multiplied by: the loss's scale, divided by its divisor. */
  public float factor;

  /** The blocks to be computed next: from this one up to, not including, {@link #endBlock}. */
  public int firstBlock;

  public int endBlock;

  /** The sum of the blocks. */
  public final CompensatedSum total = new CompensatedSum();

  /** Room for a block of predictions, a block of targets, and the lanes, as {@link Block} says. */
  public final float[] scratch = new float[Block.SCRATCH];

  /** Values for each row of a block. There are many rows only where there are few columns. */
  public final float[] rowSums = new float[Block.ELEMENTS];

  public final float[] rowTargets = new float[Block.ELEMENTS];
  public final float[] rowTerms = new float[Block.ELEMENTS];

  /** The lanes of a product. */
  public final double[] products = new double[Products.LANES];

  /**
   * What a class of losses keeps from one of its steps to the next; it makes it when it finds none
   * of its own. One class has such state. A second one needs a field of its own, or the two would
   * make a new one each time they take turns.
   */
  public Object lossState;

  /** Whether each element of the block has one coefficient at most that is not 0. */
  public boolean isOneSided;

  private final int slot;

  /** The state of a generator that says which short calls are timed. */
  private int sample = 1;

  Workspace(int slot) {
    this.slot = slot;
  }

  /** Whether it is one call's turn of 32: at random, or calls that take turns would miss theirs. */
  public boolean isSampled() {
    sample = sample * 1_664_525 + 1_013_904_223;
    return sample >>> 27 == 0;
  }

  void set(Output asked) {
    output = asked.ordinal();
  }

  /** The shape of the batch, and where its predictions are. */
  public void setPredictions(int at, int rows, int cols, int stride) {
    this.rows = rows;
    this.cols = cols;
    y.set(at, stride);
  }

  /** Where the targets are, and whether they stand for the label at each row's maximum. */
  public void setTargets(int at, int stride, boolean argmax) {
    t.set(at, stride, argmax);
  }

  /** Where the rows' weights are; null if there are none. */
  public void setWeights(float[] array, int at) {
    weights = array;
    weightsAt = at;
    mayHaveZeroWeights = true;
  }

  /** One row's weight: 1 if it has none of its own, and 0 if its label is ignored. */
  public float weight(int[] labels, TargetOptions options, int row) {
    boolean ignored = labels != null && options.ignores(labels[t.row(row)]);
    return ignored ? 0 : weights == null ? 1 : weights[weightsAt + row];
  }

  /** Whether results that go to the weights' array have an element in common with them. */
  public boolean overlapsWeights(Rows results) {
    int end = results.row(rows - 1) + output().cols(cols);
    return rows > 0 && results.at() < weightsAt + rows && weightsAt < end;
  }

  /** What the rows are with their weights; made when it is first needed. */
  public WeightedRows weighted() {
    WeightedRows known = weighted;
    if (known == null) {
      known = new WeightedRows(this);
      weighted = known;
    }
    return known;
  }

  /**
   * Where rows' totals go.
   *
   * @param to a {@link Total}
   * @param weight of a row that has none of its own
   */
  public void setRowTotals(long[] to, double weight) {
    rowTotals = to;
    rowWeight = weight;
  }

  /** Makes one row the whole of the batch, and its sum that of no blocks. */
  void beginRow(int row) {
    y.set(y.row(row), y.stride());
    t.set(t.row(row), t.stride());
    weightsAt += row;
    rows = 1;
    t.begin();
    total.clear();
  }

  /**
   * Adds a row whose sum is known.
   *
   * @param weight its own; or, since weights add up exactly, those of all of a block's rows for one
   *     of them, and 0 for the others
   */
  public void addRow(double sum, double weight) {
    Total.add(rowTotals, scale * sum + 0.0, weight * rowWeight, 1);
  }

  /** Hands the row's total on, and makes the batch what it was, of so many rows. */
  void endRow(int row, int allRows, double weight) {
    y.set(y.row(-row), y.stride());
    t.set(t.row(-row), t.stride());
    weightsAt -= row;
    rows = allRows;
    addRow(total.value(), weight);
  }

  /** Where a row's results go. */
  public void setOutput(int at, int stride) {
    out.set(at, stride);
  }

  /** Where its second derivatives go. */
  public void setHessian(float[] array, int at, int stride) {
    hessian = array;
    second.set(at, stride);
  }

  /** What the call computes. */
  public Output output() {
    return OUTPUTS[output];
  }

  /** Begins to compute; the sum is that of no blocks. */
  public void begin(double scale, double divisor) {
    this.scale = scale;
    this.factor = (float) (scale / divisor);
    t.begin();
    total.clear();
  }

  /** The blocks to be computed next. */
  public void setBlocks(int first, int end) {
    firstBlock = first;
    endBlock = end;
  }

  /** Another workspace for the same call. */
  public Workspace fork() {
    Workspace work = Workspaces.take();
    work.rows = rows;
    work.cols = cols;
    work.y.set(y);
    work.t.set(t);
    work.out.set(out);
    work.second.set(second);
    work.hessian = hessian;
    work.setWeights(weights, weightsAt);
    work.mayHaveZeroWeights = mayHaveZeroWeights;
    work.output = output;
    work.begin(scale, 1);
    work.factor = factor;
    return work;
  }

  /** Ends the call. */
  public void release() {
    y.close();
    t.close();
    hessian = null;
    weights = null; // or they would keep the caller's memory alive
    rowTotals = null;
    Workspaces.giveBack(this, slot);
  }
}

package org.simdloss.internal.block;

import org.simdloss.internal.kernel.Kernels;

/**
 * A loss, block by block: what is summed over a batch, and over each row; bound to the kernels that
 * compute it.
 *
 * <p>{@code t} is null where the targets are labels, {@code labels} where they are values, both
 * where there are none. All else of a call is in its workspace.
 */
public abstract class BlockLoss {
  protected final Kernels kernels;

  /** The same loss in other kernels, once it has been asked for: a race makes an equal one. */
  private BlockLoss other;

  protected BlockLoss(Kernels kernels) {
    this.kernels = kernels;
  }

  public final Kernels kernels() {
    return kernels;
  }

  /** The same loss, bound to other kernels: made at the first call, and kept. */
  public final BlockLoss on(Kernels by) {
    if (by == kernels) {
      return this;
    }
    BlockLoss known = other;
    if (known == null || known.kernels != by) {
      known = bind(by);
      other = known;
    }
    return known;
  }

  /** A new loss that is the same, bound to other kernels. */
  public abstract BlockLoss bind(Kernels by);

  /** What it makes of its targets. */
  public TargetOptions options() {
    return TargetOptions.NONE;
  }

  /** How many classes labels can name where predictions have so many columns; 0 if none. */
  public int classes(int cols) {
    return cols;
  }

  /** Whether targets may stand for the label at each row's maximum. */
  public boolean takesArgmax() {
    return true;
  }

  /** Whether it does not take targets of such a form, whatever their values. */
  public final boolean refuses(boolean labelled, boolean argmax, int cols) {
    return labelled ? classes(cols) == 0 : argmax && !takesArgmax();
  }

  /** What to say of targets that it does not take. */
  public String refusal(boolean labelled) {
    throw new AssertionError("it takes all");
  }

  /** What can be asked for. */
  public Output[] outputs() {
    return new Output[] {Output.LOSS, Output.GRADIENT, Output.ROW_LOSSES};
  }

  /** Whether predictions are logits, and no probabilities. */
  public boolean takesLogits() {
    return false;
  }

  /**
   * About how long the vector kernels need for a batch in the first-level cache, so that a caller
   * can tell whether several threads pay.
   *
   * @param labelled whether the targets are labels
   */
  public abstract long nanos(int rows, int cols, Output output, boolean labelled);

  /** How many blocks {@link #sum} has. */
  public abstract int blocks(int rows, int cols);

  /**
   * The sum over one block.
   *
   * @param gradient where {@link Workspace#factor} times the derivatives of that sum are written,
   *     once the block has been read; it may be y or t. Null if they are not wanted.
   */
  public abstract double sum(
      int block, Workspace work, float[] y, float[] t, int[] labels, float[] gradient);

  /**
   * Adds each row of one block of whole rows to what {@link Workspace#setRowTotals} has said: as if
   * it were a batch of its own, to the same bits.
   */
  final void addRows(int block, Workspace work, float[] y, float[] t, int[] labels) {
    if (addRowsTogether(block, work, y, t, labels)) {
      return;
    }
    int rows = work.rows;
    int row = block * Blocks.rowsPerBlock(work.cols);
    int end = Blocks.endRow(row, rows, work.cols);
    for (; row < end; row++) {
      work.beginRow(row);
      int blocks = blocks(1, work.cols);
      for (int b = 0; b < blocks; b++) {
        work.total.add(sum(b, work, y, t, labels, null));
      }
      work.endRow(row, rows, work.weight(labels, options(), 0));
    }
  }

  /**
   * The same by {@link Workspace#addRow}, where a block's rows can be computed together to the bits
   * that each has alone; false if they can not, and then nothing is added.
   */
  protected boolean addRowsTogether(int block, Workspace work, float[] y, float[] t, int[] labels) {
    return false;
  }

  /**
   * {@code losses[r] = } {@link Workspace#scale} · sum over row r, for all rows of one block of
   * whole rows.
   */
  public abstract void perRow(
      int block, Workspace work, float[] y, float[] t, int[] labels, float[] losses);
}

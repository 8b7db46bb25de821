package org.simdloss.mnist;

import org.simdloss.Batch;

/**
 * Images of the same size, as {@code float}s: four bytes a pixel, in one array.
 *
 * <p>The array is the caller's to change, through {@link #batch()}; all the rest is immutable.
 */
public final class Images {
  private final int rows;
  private final int cols;
  private final Batch batch;

  Images(float[] pixels, int count, int rows, int cols) {
    this.rows = rows;
    this.cols = cols;
    batch = Batch.of(pixels, count, rows * cols);
  }

  /** How many images there are, 0 or more. */
  public int count() {
    return batch.rows();
  }

  /** The height of an image in pixels, 1 or more. */
  public int rows() {
    return rows;
  }

  /** The width of an image in pixels, 1 or more. */
  public int cols() {
    return cols;
  }

  /**
   * The pixels, count × rows·cols: an image a row, from its top left pixel on, line after line. It
   * is the same batch at each call, and nothing is copied.
   */
  public Batch batch() {
    return batch;
  }

  /** {count, rows·cols}, for example {60000, 784}: the book's {@code x_train.shape}. */
  public int[] shape() {
    return new int[] {count(), batch.cols()};
  }

  /**
   * {count, 1, rows, cols}, for example {60000, 1, 28, 28}: the book's shape with {@code
   * flatten=False}, whose 1 is the number of channels. The memory is the same: pixel (r, c) of
   * image n is element n · rows · cols + r · cols + c of {@code batch().data()}.
   */
  public int[] unflattenedShape() {
    return new int[] {count(), 1, rows, cols};
  }

  /** For example {@code Images 60000×1×28×28}. */
  @Override
  public String toString() {
    return "Images " + count() + "×1×" + rows + "×" + cols;
  }
}

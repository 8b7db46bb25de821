package org.simdloss.mnist;

import org.simdloss.Batch;
import org.simdloss.Labels;

/**
 * Images and the label of each: the book's {@code (x_train, t_train)} or {@code (x_test, t_test)}.
 *
 * <p>The arrays are the caller's to change; all the rest is immutable.
 */
public final class Samples {
  private final Images images;
  private final int[] labels;
  private final int classes;

  Samples(Images images, int[] labels, int classes) {
    this.images = images;
    this.labels = labels;
    this.classes = classes;
  }

  /** The images, with their height and width. */
  public Images images() {
    return images;
  }

  /** The images' pixels, an image a row: {@code images().batch()}. */
  public Batch x() {
    return images.batch();
  }

  /** The label of each row of {@link #x()}, from 0 to classes − 1. The array itself, not a copy. */
  public int[] labels() {
    return labels;
  }

  /**
   * The labels as one-hot rows, size × classes: the book's {@code one_hot_label=True}. Made at the
   * call, of what {@link #labels()} holds then; four bytes an element, 2.4 MB for MNIST.
   *
   * @throws IndexOutOfBoundsException if the caller has put a label into the array that is no class
   * @throws IllegalArgumentException if size × classes are too many for an array
   */
  public Batch oneHot() {
    return Labels.oneHot(labels, classes);
  }

  /** How many samples there are, 0 or more. */
  public int size() {
    return labels.length;
  }

  /** The shapes as NumPy writes them, for example {@code Samples x (60000, 784), t (60000,)}. */
  @Override
  public String toString() {
    return "Samples x (" + size() + ", " + x().cols() + "), t (" + size() + ",)";
  }
}

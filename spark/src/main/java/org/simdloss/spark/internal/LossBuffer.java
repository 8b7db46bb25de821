package org.simdloss.spark.internal;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.spark.sql.catalyst.InternalRow;
import org.simdloss.Batch;
import org.simdloss.LossSum;
import org.simdloss.Targets;

/**
 * What is known of a group's rows: an exact sum of losses, and some rows that it does not have yet.
 * These are computed together, since a loss costs less a row in a batch of many. As a row's loss
 * does not depend on its batch, nor the sum on any order, the result depends on the rows alone.
 */
final class LossBuffer {
  /** How many elements are computed together: as many as stay in the nearest cache. */
  private static final int ELEMENTS = 2048;

  /** A group may have a single row: it begins with room for few, and doubles. */
  private static final int FIRST_ROWS = 2;

  /** Rows that take no more bytes are handed on as they are, since a sum takes more. */
  private static final int MOST_BYTES_OF_ROWS = 512;

  /** A size that no row has: what is read by it is not written anywhere. */
  private static final int HAS_NONE = -2;

  private final RowForm form;

  /** Null as long as no loss has been computed: groups of few rows need none. */
  private LossSum sum;

  /** The size of all rows; 0 as long as there is none. */
  private int cols;

  /** How many rows the sum does not have yet. */
  private int rows;

  /** For how many there is room. */
  private int room;

  private float[] predictions = {};

  /** What the targets are, and the weights; the ones that the form does not have are empty. */
  private float[] targets = {};

  private int[] labels = {};
  private float[] weights = {};

  LossBuffer(RowForm form) {
    this.form = form;
  }

  /**
   * Adds a row without nulls.
   *
   * @throws IllegalArgumentException if it is no row that the function allows, with its values
   */
  void add(InternalRow row) {
    if (cols == 0) {
      cols = form.predictions().read(row, predictions, 0, HAS_NONE);
    }
    if (rows == room && cols != 0) {
      makeRoom();
    }
    int size = form.predictions().read(row, predictions, rows * cols, cols);
    if (size != cols || size == 0) {
      throw badSize(form.function().prediction(), size, "as in other rows", row);
    }
    if (form.labels() != null) {
      labels[rows] = label(row);
    } else {
      readTargets(row);
    }
    if (form.weights() != null) {
      weights[rows] = weight(row);
    }
    rows++;
  }

  private void readTargets(InternalRow row) {
    int size = form.targets().read(row, targets, rows * cols, cols);
    if (size != cols) {
      throw badSize(
          form.function().target(), size, "as " + form.function().prediction() + " has", row);
    }
  }

  private IllegalArgumentException badSize(String name, int size, String as, InternalRow row) {
    return form.bad(
        name
            + (size == InputColumn.HAS_NULL
                ? " has a null element"
                : " has "
                    + size
                    + " elements; allowed: "
                    + (size == 0 ? "1 or more" : cols + ", " + as)),
        row);
  }

  private void makeRoom() {
    int most = Math.max(1, ELEMENTS / cols);
    if (rows == most) {
      compute();
      return;
    }
    room = Math.min(most, Math.max(FIRST_ROWS, 2 * rows));
    predictions = Arrays.copyOf(predictions, room * cols);
    if (form.labels() != null) {
      labels = Arrays.copyOf(labels, room);
    } else {
      targets = Arrays.copyOf(targets, room * cols);
    }
    if (form.weights() != null) {
      weights = Arrays.copyOf(weights, room);
    }
  }

  private int label(InternalRow row) {
    double label = form.labels().value(row);
    int index = (int) label;
    if ((index == label && index >= 0 && index < cols) || label == form.ignored()) {
      return index;
    }
    throw form.bad(
        form.function().target()
            + " is "
            + form.labels().describe(row)
            + "; allowed: whole numbers from 0 to "
            + (cols - 1)
            + (form.ignored() == form.ignored() ? ", and " + (int) form.ignored() : ""),
        row);
  }

  private float weight(InternalRow row) {
    float weight = (float) form.weights().value(row);
    if (!(weight >= 0 && weight <= Float.MAX_VALUE)) {
      throw form.bad(
          "weight is " + form.weights().describe(row) + "; allowed: finite floats, 0 or more", row);
    }
    return weight;
  }

  /** Brings all rows into the sum. */
  private void compute() {
    if (rows == 0) {
      return;
    }
    Targets t =
        form.labels() != null ? Targets.labels(labels, 0, rows) : Targets.of(batch(targets));
    form.loss()
        .addRowsTo(sum(), batch(predictions), form.weights() != null ? t.weighted(weights) : t);
    rows = 0;
  }

  private LossSum sum() {
    if (sum == null) {
      sum = new LossSum();
    }
    return sum;
  }

  private Batch batch(float[] elements) {
    return Batch.of(elements, 0, rows, cols, cols);
  }

  /** Adds all rows of another one. */
  void merge(LossBuffer other) {
    if (other.cols == 0) {
      return;
    }
    if (cols != 0 && cols != other.cols) {
      throw new IllegalArgumentException(
          form.function().sqlName()
              + ": "
              + form.function().prediction()
              + " has "
              + cols
              + " elements in some rows, and "
              + other.cols
              + " in others; allowed: as many in all rows");
    }
    cols = other.cols;
    for (int r = 0; r < other.rows; r++) {
      copyRow(other, r);
    }
    if (other.sum != null) {
      sum().merge(other.sum);
    }
  }

  private void copyRow(LossBuffer from, int r) {
    if (rows == room) {
      makeRoom();
    }
    System.arraycopy(from.predictions, r * cols, predictions, rows * cols, cols);
    if (form.labels() != null) {
      labels[rows] = from.labels[r];
    } else {
      System.arraycopy(from.targets, r * cols, targets, rows * cols, cols);
    }
    if (form.weights() != null) {
      weights[rows] = from.weights[r];
    }
    rows++;
  }

  /** The loss of all rows; null if there are none. */
  Double result() {
    compute();
    return sum == null ? null : (Double) (form.isSum() ? sum.sum() : sum.mean());
  }

  /** What {@link #fromBytes} reads: the size of rows, and either few of them or the sum of all. */
  byte[] toBytes() {
    int size = rows * bytesOfRow(cols);
    if (sum != null || size > MOST_BYTES_OF_ROWS) {
      compute();
      byte[] bytes = sum.toBytes();
      return ByteBuffer.allocate(2 * Integer.BYTES + bytes.length)
          .putInt(cols)
          .putInt(0)
          .put(bytes)
          .array();
    }
    ByteBuffer to = ByteBuffer.allocate(2 * Integer.BYTES + size).putInt(cols).putInt(rows);
    for (int r = 0; r < rows; r++) {
      putFloats(to, predictions, r);
      if (form.labels() != null) {
        to.putInt(labels[r]);
      } else {
        putFloats(to, targets, r);
      }
      if (form.weights() != null) {
        to.putFloat(weights[r]);
      }
    }
    return to.array();
  }

  private int bytesOfRow(int cols) {
    int floats = form.labels() != null ? cols + 1 : 2 * cols;
    return Float.BYTES * (form.weights() != null ? floats + 1 : floats);
  }

  private void putFloats(ByteBuffer to, float[] elements, int row) {
    for (int i = row * cols; i < (row + 1) * cols; i++) {
      // By bits, so that a NaN stays the one that it is.
      to.putInt(Float.floatToRawIntBits(elements[i]));
    }
  }

  /** A buffer from its {@link #toBytes}. */
  static LossBuffer fromBytes(RowForm form, byte[] bytes) {
    LossBuffer buffer = new LossBuffer(form);
    ByteBuffer from = ByteBuffer.wrap(bytes);
    buffer.cols = from.getInt();
    int rows = from.getInt();
    if (rows == 0 && from.hasRemaining()) {
      buffer.sum = LossSum.fromBytes(Arrays.copyOfRange(bytes, from.position(), bytes.length));
    }
    for (int r = 0; r < rows; r++) {
      buffer.getRow(from);
    }
    return buffer;
  }

  private void getRow(ByteBuffer from) {
    if (rows == room) {
      makeRoom();
    }
    getFloats(from, predictions);
    if (form.labels() != null) {
      labels[rows] = from.getInt();
    } else {
      getFloats(from, targets);
    }
    if (form.weights() != null) {
      weights[rows] = from.getFloat();
    }
    rows++;
  }

  private void getFloats(ByteBuffer from, float[] elements) {
    for (int i = rows * cols; i < (rows + 1) * cols; i++) {
      elements[i] = Float.intBitsToFloat(from.getInt());
    }
  }
}

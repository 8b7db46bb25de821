package org.simdloss.spark.internal;

import org.apache.spark.sql.catalyst.InternalRow;
import org.simdloss.Loss;

/**
 * What the rows of one call are, and what is computed of them.
 *
 * @param function which one is called
 * @param loss what is computed
 * @param isSum whether the result is a sum, and not a mean
 * @param ignored the label that is ignored, or NaN
 * @param predictions the first column
 * @param targets the second one, if it has values; or null
 * @param labels the second one, if it has labels; or null
 * @param weights the third one; or null
 */
record RowForm(
    LossFunction function,
    Loss loss,
    boolean isSum,
    double ignored,
    InputColumn predictions,
    InputColumn targets,
    InputColumn.Numbers labels,
    InputColumn.Numbers weights) {

  /** Whether the row is left out. */
  boolean hasNull(InternalRow row) {
    return predictions.isNull(row)
        || (labels != null ? labels : targets).isNull(row)
        || (weights != null && weights.isNull(row));
  }

  /** That a row is not allowed. */
  IllegalArgumentException bad(String what, InternalRow row) {
    return new IllegalArgumentException(
        function.sqlName()
            + ": "
            + what
            + ". The row: "
            + function.prediction()
            + " "
            + predictions.describe(row)
            + ", "
            + function.target()
            + " "
            + (labels != null ? labels : targets).describe(row)
            + (weights != null ? ", weight " + weights.describe(row) : ""));
  }
}

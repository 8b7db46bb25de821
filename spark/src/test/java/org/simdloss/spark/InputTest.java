package org.simdloss.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Nulls, no rows, NaN, and what is refused, before a query runs and in its rows. */
class InputTest {
  private static SparkSession spark;

  @BeforeAll
  static void register() {
    spark = LocalSpark.session();
    LossFunctions.register(spark);
  }

  private static Row row(String function, String rows) {
    return spark.sql("SELECT " + function + " FROM VALUES " + rows + " AS t(y, t, w)").head();
  }

  @Test
  void aNullInAColumnLeavesTheRowOut() {
    String good = "(array(0.5f, 0.5f), 0, 2)";
    double expected = row("cross_entropy(y, t, w)", good).getDouble(0);
    for (String nulls :
        new String[] {
          "(cast(null as array<float>), 1, 1)",
          "(array(0.1f, 0.9f), cast(null as int), 1)",
          "(array(0.1f, 0.9f), 0, cast(null as int))"
        }) {
      assertEquals(
          expected, row("cross_entropy(y, t, w)", good + ", " + nulls).getDouble(0), nulls);
      assertTrue(row("cross_entropy(y, t, w)", nulls).isNullAt(0), nulls);
    }
  }

  @Test
  void noRowsGiveNull() {
    Dataset<Row> none =
        spark.sql(
            "SELECT cross_entropy(y, t), squared_error(t, t), cross_entropy(y, t, map('reduction',"
                + " 'sum')) FROM VALUES (array(1f), 0) AS t(y, t) WHERE t > 0");
    for (int i = 0; i < 3; i++) {
      assertTrue(none.head().isNullAt(i));
    }
  }

  @Test
  void nanIsAResult() {
    assertTrue(
        Double.isNaN(row("cross_entropy(y, t)", "(array(float('NaN'), 1f), 0, 1)").getDouble(0)));
    assertTrue(
        Double.isNaN(row("cross_entropy(y, t, w)", "(array(1f, 1f), 0, 0)").getDouble(0)),
        "all weights are 0");
    assertEquals(
        Double.POSITIVE_INFINITY,
        row("cross_entropy(y, t, map('delta', 0))", "(array(0f, 1f), 0, 1)").getDouble(0));
  }

  @Test
  void predictionsOfWeight0AreNotRead() {
    assertEquals(
        row("cross_entropy(y, t, w)", "(array(0.5f, 0.5f), 0, 1)").getDouble(0),
        row("cross_entropy(y, t, w)", "(array(0.5f, 0.5f), 0, 1), (array(float('NaN'), 1f), 0, 0)")
            .getDouble(0));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          cross_entropy(y, t) | (array(0.5f, 0.25f), 2, 1) | cross_entropy: label is 2; allowed: whole numbers from 0 to 1. The row: probability [0.5,0.25], label 2
          cross_entropy(y, t) | (array(0.5f, 0.25f), -1, 1) | label is -1; allowed: whole numbers from 0 to 1
          cross_entropy(y, t) | (array(0.5f, 0.25f), 0.5, 1) | label is 0.5; allowed: whole numbers from 0 to 1
          cross_entropy(y, t) | (array(0.5f, 0.25f), double('NaN'), 1) | label is NaN; allowed: whole numbers from 0 to 1
          cross_entropy(y, t) | (array(0.5f, 0.25f), 4294967296L, 1) | label is 4294967296; allowed: whole numbers from 0 to 1
          cross_entropy(y, t, map('ignoring', -100)) | (array(0.5f, 0.25f), -99, 1) | label is -99; allowed: whole numbers from 0 to 1, and -100
          cross_entropy(y, t) | (array(0.5f, null), 0, 1) | probability has a null element. The row: probability [0.5,null], label 0
          softmax_cross_entropy(y, t) | (array(0.5d, null), 0, 1) | logits has a null element. The row: logits [0.5,null], label 0
          cross_entropy(y, t) | (slice(array(1f), 1, 0), 0, 1) | probability has 0 elements; allowed: 1 or more
          cross_entropy(y, t) | (array(1f), 0, 1), (array(1f, 2f), 0, 1) | cross_entropy: probability has
          cross_entropy(y, t) | (array(1f, 2f), array(1f), 1) | label has 1 elements; allowed: 2, as probability has
          squared_error(y, t) | (array(1f, 2f), array(1f, null), 1) | target has a null element
          cross_entropy(y, t, w) | (array(1f), 0, -1) | weight is -1; allowed: finite floats, 0 or more. The row: probability [1.0], label 0, weight -1
          cross_entropy(y, t, w) | (array(1f), 0, double('Infinity')) | weight is Infinity
          cross_entropy(y, t, w) | (array(1f), 0, 1e300d) | weight is 1.0E300
          cross_entropy(y, t, w) | (array(1f), 0, double('NaN')) | weight is NaN
          """)
  void aRowThatIsNotAllowedFailsTheJob(String function, String rows, String message) {
    Exception failure = assertThrows(Exception.class, () -> row(function, rows));
    assertTrue(all(failure).contains(message), () -> all(failure));
    assertTrue(all(failure).contains("IllegalArgumentException"), () -> all(failure));
  }

  /** Its messages, and those of its causes. */
  private static String all(Throwable failure) {
    return failure == null ? "" : failure + "\n" + all(failure.getCause());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          cross_entropy(y) | the number of columns is 1; allowed: 2 or 3, as in cross_entropy(probability, label[, weight][, options])
          cross_entropy() | the number of columns is 0; allowed: 2 or 3
          cross_entropy(y, t, w, w) | the number of columns is 4; allowed: 2 or 3
          cross_entropy(t, t) | probability has the type INT; allowed: ARRAY<FLOAT>, ARRAY<DOUBLE> or a vector of Spark ML
          cross_entropy(array('a'), t) | probability has the type ARRAY<STRING>
          cross_entropy(array(1), t) | probability has the type ARRAY<INT>
          cross_entropy(y, 'a') | label has the type STRING; allowed: a whole number, ARRAY<FLOAT>, ARRAY<DOUBLE> or a vector of Spark ML
          squared_error(y, t) | target has the type INT; allowed: ARRAY<FLOAT>, ARRAY<DOUBLE> or a vector of Spark ML, as prediction is
          squared_error(t, y) | target has the type ARRAY<FLOAT>; allowed: a number, as prediction is
          cross_entropy(y, t, y) | weight has the type ARRAY<FLOAT>; allowed: a number
          cross_entropy(y, t, map('clipp', 1)) | option 'clipp' is unknown; allowed: reduction, delta, clip, ignoring, smoothing
          squared_error(y, y, map('clip', 1)) | option 'clip' is unknown; allowed: reduction
          cross_entropy(y, t, map('clip', 'a')) | option 'clip' is 'a'; allowed: a number
          cross_entropy(y, t, map('clip', 1)) | epsilon is 1.0
          cross_entropy(y, t, map('ignoring', 1.5)) | option 'ignoring' is '1.5'; allowed: any int
          cross_entropy(y, t, map('reduction', 'none')) | option 'reduction' is 'none'; allowed: mean, sum
          cross_entropy(y, y, map('ignoring', 1)) | option 'ignoring' is there, but label has the type ARRAY<FLOAT>; allowed: labels, which are numbers
          cross_entropy(y, t, map('clip', t)) | allowed: a constant map
          cross_entropy(y, t, map('clip', 1e-3, 'CLIP', 1e-3)) | option 'clip' is there twice
          cross_entropy(y, t, map('clip', null)) | option 'clip' is null; allowed: no nulls
          """)
  void argumentsThatAreNotAllowedAreRefusedBeforeTheQueryRuns(String function, String message) {
    Exception failure =
        assertThrows(
            org.apache.spark.sql.AnalysisException.class,
            () -> spark.sql("SELECT " + function + " FROM VALUES (array(1f), 0, 1) AS t(y, t, w)"));
    assertTrue(failure.getMessage().contains(message), failure::getMessage);
  }
}

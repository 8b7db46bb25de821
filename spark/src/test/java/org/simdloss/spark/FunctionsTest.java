package org.simdloss.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.map;
import static org.apache.spark.sql.functions.transform;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.simdloss.spark.LossFunctions.binary_cross_entropy;
import static org.simdloss.spark.LossFunctions.cross_entropy;
import static org.simdloss.spark.LossFunctions.sigmoid_cross_entropy;
import static org.simdloss.spark.LossFunctions.softmax_cross_entropy;
import static org.simdloss.spark.LossFunctions.squared_error;

import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.simdloss.Batch;
import org.simdloss.BinaryCrossEntropy;
import org.simdloss.CrossEntropy;
import org.simdloss.Loss;
import org.simdloss.LossSum;
import org.simdloss.SigmoidCrossEntropy;
import org.simdloss.SoftmaxCrossEntropy;
import org.simdloss.SquaredError;
import org.simdloss.Targets;

/** Every function, type of column and option: the bits that the library gives. */
class FunctionsTest {
  private static final TestRows ROWS = TestRows.random(1, 1000);
  private static Dataset<Row> data;

  @BeforeAll
  static void read() {
    SparkSession spark = LocalSpark.session();
    LossFunctions.register(spark);
    data = ROWS.dataset(spark).cache();
  }

  private static void check(LossSum expected, Column actual) {
    assertEquals(expected.mean(), data.agg(actual).head().getDouble(0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"floats", "doubles", "vector", "sparse"})
  void allFormsOfArrays(String form) {
    Batch y = ROWS.predictions();
    Column prediction = col(form);
    Column target = col("t" + form);
    Targets labels = ROWS.targetsOfLabels();
    check(TestRows.sum(CrossEntropy.mean(), y, labels), cross_entropy(prediction, col("int")));
    check(TestRows.sum(CrossEntropy.mean(), y, ROWS.targets()), cross_entropy(prediction, target));
    check(
        TestRows.sum(SoftmaxCrossEntropy.mean(), y, labels),
        softmax_cross_entropy(prediction, col("int")));
    check(
        TestRows.sum(SoftmaxCrossEntropy.mean(), y, ROWS.targets()),
        softmax_cross_entropy(prediction, target));
    check(TestRows.sum(SquaredError.mse(), y, ROWS.targets()), squared_error(prediction, target));
    check(
        TestRows.sum(BinaryCrossEntropy.mean(), y, ROWS.targets()),
        binary_cross_entropy(prediction, target));
    check(
        TestRows.sum(SigmoidCrossEntropy.mean(), y, ROWS.targets()),
        sigmoid_cross_entropy(prediction, target));
  }

  @ParameterizedTest
  @ValueSource(strings = {"byte", "short", "int", "long", "float", "double", "decimal"})
  void allTypesOfLabels(String type) {
    check(
        TestRows.sum(CrossEntropy.mean(), ROWS.predictions(), ROWS.targetsOfLabels()),
        cross_entropy(col("floats"), col(type)));
  }

  @ParameterizedTest
  @CsvSource({"number,tnumber", "number,byte", "number,long", "number,decimal"})
  void plainNumbers(String prediction, String target) {
    Batch y = Batch.of(ROWS.y(), 0, ROWS.rows(), 1, ROWS.cols());
    float[] values = new float[ROWS.rows()];
    for (int r = 0; r < values.length; r++) {
      values[r] = target.equals("tnumber") ? ROWS.t()[r * ROWS.cols()] : ROWS.labels()[r];
    }
    Targets t = Targets.of(Batch.of(values, values.length, 1));
    check(TestRows.sum(SquaredError.mse(), y, t), squared_error(col(prediction), col(target)));
    check(
        TestRows.sum(BinaryCrossEntropy.mean(), y, t),
        binary_cross_entropy(col(prediction), col(target)));
    check(
        TestRows.sum(SigmoidCrossEntropy.mean(), y, t),
        sigmoid_cross_entropy(col(prediction), col(target)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"w", "wDouble"})
  void weights(String weight) {
    Batch y = ROWS.predictions();
    check(
        TestRows.sum(CrossEntropy.mean(), y, ROWS.targetsOfLabels().weighted(ROWS.weights())),
        cross_entropy(col("floats"), col("int"), col(weight)));
    check(
        TestRows.sum(SquaredError.mse(), y, ROWS.targets().weighted(ROWS.weights())),
        squared_error(col("floats"), col("tfloats"), col(weight)));
  }

  private static void checkOption(String name, Object value, Loss loss, String function) {
    boolean ofClasses = function.endsWith("cross_entropy") && !function.matches("(binary|sig).*");
    Targets targets = ofClasses ? ROWS.targetsOfLabels() : ROWS.targets();
    LossSum expected = TestRows.sum(loss, ROWS.predictions(), targets);
    String target = ofClasses ? "int" : "tfloats";
    for (String weight : new String[] {"", ", w"}) {
      String call = function + "(floats, " + target + weight + ", map('" + name + "', ";
      if (!weight.isEmpty()) {
        expected = TestRows.sum(loss, ROWS.predictions(), targets.weighted(ROWS.weights()));
      }
      for (String text : new String[] {value + "))", "'" + value + "'))"}) {
        boolean isSum = value.toString().toLowerCase().endsWith("sum");
        if (isSum && !text.startsWith("'")) {
          continue;
        }
        assertEquals(
            isSum ? expected.sum() : expected.mean(),
            data.selectExpr(call + text).head().getDouble(0),
            call + text);
      }
    }
  }

  @Test
  void options() {
    checkOption("delta", 1e-3, CrossEntropy.mean().delta(1e-3), "cross_entropy");
    checkOption("clip", 1e-15, CrossEntropy.mean().clip(1e-15), "cross_entropy");
    checkOption("ignoring", 3, CrossEntropy.mean().ignoring(3), "cross_entropy");
    checkOption("smoothing", 0.1, CrossEntropy.mean().smoothing(0.1), "cross_entropy");
    checkOption("ReDuction", "SUM", CrossEntropy.sum(), "cross_entropy");
    checkOption(
        "ignoring", -100, SoftmaxCrossEntropy.mean().ignoring(-100), "softmax_cross_entropy");
    checkOption("ignoring", 3, SoftmaxCrossEntropy.mean().ignoring(3), "softmax_cross_entropy");
    checkOption(
        "smoothing", 0.1, SoftmaxCrossEntropy.mean().smoothing(0.1), "softmax_cross_entropy");
    checkOption("reduction", "sum", SoftmaxCrossEntropy.sum(), "softmax_cross_entropy");
    checkOption("reduction", "halfSum", SquaredError.halfSum(), "squared_error");
    checkOption("delta", 1e-3, BinaryCrossEntropy.mean().delta(1e-3), "binary_cross_entropy");
    checkOption("clip", 1e-3, BinaryCrossEntropy.mean().clip(1e-3), "binary_cross_entropy");
    checkOption("reduction", "sum", BinaryCrossEntropy.sum(), "binary_cross_entropy");
    checkOption(
        "positiveWeight", 3, SigmoidCrossEntropy.mean().positiveWeight(3), "sigmoid_cross_entropy");
    checkOption("reduction", "sum", SigmoidCrossEntropy.sum(), "sigmoid_cross_entropy");
  }

  @Test
  void severalOptionsAsAColumn() {
    check(
        TestRows.sum(
            CrossEntropy.mean().clip(1e-15).ignoring(3),
            ROWS.predictions(),
            ROWS.targetsOfLabels()),
        cross_entropy(
            col("floats"), col("int"), map(lit("clip"), lit(1e-15), lit("ignoring"), lit(3))));
  }

  @Test
  void halfSumOverRows() {
    check(
        TestRows.sum(SquaredError.halfSumOverRows(), ROWS.predictions(), ROWS.targets()),
        squared_error(
            col("floats"), col("tfloats"), map(lit("reduction"), lit("halfSumOverRows"))));
  }

  @Test
  void argumentsMayBeComputed() {
    check(
        TestRows.sum(CrossEntropy.mean(), ROWS.predictions(), ROWS.targetsOfLabels()),
        cross_entropy(
            transform(col("doubles"), x -> x.plus(1).minus(1).cast("float").plus(0).cast("float")),
            col("long").plus(1).minus(1)));
  }

  @Test
  void theLogLossOfMLlib() {
    Dataset<Row> normalized =
        data.selectExpr(
                "transform(doubles, x -> cast(x / aggregate(doubles, 0D, (a, b) -> a + b) as float))"
                    + " as p",
                "double",
                "w")
            .withColumn("vector", org.apache.spark.ml.functions.array_to_vector(col("p")));
    MulticlassClassificationEvaluator evaluator =
        new MulticlassClassificationEvaluator()
            .setMetricName("logLoss")
            .setProbabilityCol("vector")
            .setPredictionCol("double")
            .setLabelCol("double");
    Column clip = map(lit("clip"), lit(1e-15));
    double plain = evaluator.evaluate(normalized);
    double ours = normalized.agg(cross_entropy(col("p"), col("double"), clip)).head().getDouble(0);
    assertTrue(Math.abs(ours - plain) <= 1e-12 * plain, ours + ", MLlib " + plain);
    double weighted = evaluator.setWeightCol("w").evaluate(normalized);
    ours =
        normalized.agg(cross_entropy(col("p"), col("double"), col("w"), clip)).head().getDouble(0);
    // Weighted rows take logarithms in float.
    assertTrue(Math.abs(ours - weighted) <= 1e-7 * weighted, ours + ", MLlib " + weighted);
    assertTrue(plain != weighted);
  }
}

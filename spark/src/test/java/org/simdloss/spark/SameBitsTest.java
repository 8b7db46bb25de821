package org.simdloss.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.countDistinct;
import static org.apache.spark.sql.functions.rand;
import static org.apache.spark.sql.functions.udf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.simdloss.spark.LossFunctions.cross_entropy;
import static org.simdloss.spark.LossFunctions.softmax_cross_entropy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.simdloss.Batch;
import org.simdloss.LossSum;
import org.simdloss.SoftmaxCrossEntropy;
import org.simdloss.Targets;

/** However rows are spread, ordered, grouped and tried again: the bits of one call in one VM. */
class SameBitsTest {
  private static final TestRows ROWS = TestRows.random(2, 5000);
  private static final double EXPECTED =
      TestRows.sum(SoftmaxCrossEntropy.mean(), ROWS.predictions(), ROWS.targetsOfLabels()).mean();

  private static SparkSession spark;
  private static Dataset<Row> data;

  @BeforeAll
  static void read() {
    spark = LocalSpark.session();
    data = ROWS.dataset(spark).select("id", "floats", "int", "double").cache();
  }

  private static double loss(Dataset<Row> rows) {
    return rows.agg(softmax_cross_entropy(col("floats"), col("int"))).head().getDouble(0);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 200})
  void anyNumberOfPartitions(int partitions) {
    assertEquals(EXPECTED, loss(data.repartition(partitions)));
    assertEquals(EXPECTED, loss(data.coalesce(partitions)));
    assertEquals(EXPECTED, loss(data.repartitionByRange(partitions, col("int"))));
  }

  @Test
  void anyOrder() {
    assertEquals(EXPECTED, loss(data.orderBy(rand(3))));
    assertEquals(EXPECTED, loss(data.orderBy(col("id").desc())));
    assertEquals(EXPECTED, loss(data.repartition(7, rand(4)).sortWithinPartitions("floats")));
  }

  /** A distinct count makes Spark merge partial results twice. */
  @Test
  void aggregationInMoreSteps() {
    Row row =
        data.repartition(7)
            .agg(softmax_cross_entropy(col("floats"), col("int")), countDistinct(col("id")))
            .head();
    assertEquals(EXPECTED, row.getDouble(0));
    assertEquals(ROWS.rows(), row.getLong(1));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 128, 100_000})
  void groups(int sortedPastSoMany) {
    spark.conf().set("spark.sql.objectHashAggregate.sortBased.fallbackThreshold", sortedPastSoMany);
    List<Row> groups =
        data.repartition(5, rand(5))
            .groupBy(col("id").mod(1000).as("group"))
            .agg(softmax_cross_entropy(col("floats"), col("int")).as("loss"))
            .collectAsList();
    assertEquals(1000, groups.size());
    for (Row row : groups) {
      int group = row.getInt(0);
      LossSum sum = new LossSum();
      for (int r = group; r < ROWS.rows(); r += 1000) {
        addRow(sum, r);
      }
      assertEquals(sum.mean(), row.getDouble(1), () -> "group " + group);
    }
  }

  private static void addRow(LossSum sum, int r) {
    SoftmaxCrossEntropy.mean()
        .addRowsTo(sum, ROWS.predictions().slice(r, r + 1), ROWS.targetsOfLabels().slice(r, r + 1));
  }

  @Test
  void windows() {
    List<Row> running =
        data.filter(col("id").lt(300))
            .select(
                col("id"),
                softmax_cross_entropy(col("floats"), col("int"))
                    .over(Window.orderBy("id").rowsBetween(Window.unboundedPreceding(), 0)),
                softmax_cross_entropy(col("floats"), col("int"))
                    .over(Window.orderBy("id").rowsBetween(-2, 0)))
            .collectAsList();
    running.sort(Comparator.comparing(row -> row.getInt(0)));
    LossSum all = new LossSum();
    for (Row row : running) {
      int r = row.getInt(0);
      addRow(all, r);
      LossSum three = new LossSum();
      for (int i = Math.max(0, r - 2); i <= r; i++) {
        addRow(three, i);
      }
      assertEquals(all.mean(), row.getDouble(1), () -> "rows 0 to " + r);
      assertEquals(three.mean(), row.getDouble(2), () -> "three rows to " + r);
    }
  }

  @Test
  void rollup() {
    List<Row> rows =
        data.rollup("int")
            .agg(softmax_cross_entropy(col("floats"), col("double")))
            .filter(col("int").isNull())
            .collectAsList();
    assertEquals(1, rows.size());
    assertEquals(EXPECTED, rows.get(0).getDouble(1));
  }

  /** A task that fails after some of its rows is run again, and adds none of them twice. */
  @Test
  void tasksThatFailAtFirst() {
    UserDefinedFunction failing =
        udf(
            (UDF1<Integer, Integer>)
                id -> {
                  if (id % 500 == 499 && TaskContext.get().attemptNumber() == 0) {
                    throw new IllegalStateException("the first attempt fails here");
                  }
                  return id;
                },
            DataTypes.IntegerType);
    Dataset<Row> rows =
        data.repartition(4).withColumn("checked", failing.apply(col("id"))).filter("checked >= 0");
    assertEquals(EXPECTED, loss(rows));
  }

  @Test
  void wideRowsAndManyRows() {
    for (int cols : new int[] {1, 5000}) {
      float[] y = new float[3 * cols];
      for (int i = 0; i < y.length; i++) {
        y[i] = (float) Math.sin(i);
      }
      LossSum sum =
          TestRows.sum(
              SoftmaxCrossEntropy.mean(),
              Batch.of(y, 3, cols),
              Targets.labels(new int[] {0, cols - 1, cols / 2}));
      List<Row> rows = new ArrayList<>();
      for (int r = 0; r < 3; r++) {
        rows.add(
            RowFactory.create(
                Arrays.copyOfRange(y, r * cols, (r + 1) * cols),
                new int[] {0, cols - 1, cols / 2}[r]));
      }
      Dataset<Row> wide =
          spark.createDataFrame(
              rows,
              new StructType()
                  .add("floats", DataTypes.createArrayType(DataTypes.FloatType))
                  .add("int", DataTypes.IntegerType));
      assertEquals(sum.mean(), loss(wide));
    }
  }

  @Test
  void twoFunctionsAndTheSameTwice() {
    Row row =
        data.agg(
                softmax_cross_entropy(col("floats"), col("int")),
                cross_entropy(col("floats"), col("int")),
                softmax_cross_entropy(col("floats"), col("int")))
            .head();
    assertEquals(EXPECTED, row.getDouble(0));
    assertTrue(row.getDouble(1) != EXPECTED);
    assertEquals(EXPECTED, row.getDouble(2));
  }
}

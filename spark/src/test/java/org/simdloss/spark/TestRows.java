package org.simdloss.spark;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.simdloss.Batch;
import org.simdloss.Loss;
import org.simdloss.LossSum;
import org.simdloss.Targets;

/** Random rows in all forms that a column can have, and what the library gives for them. */
record TestRows(int rows, int cols, float[] y, float[] t, int[] labels, float[] weights) {
  static final int COLS = 7;

  /** Of {@code rows} rows; y and t are within 0 and 1. */
  static TestRows random(long seed, int rows) {
    Random random = new Random(seed);
    float[] y = new float[rows * COLS];
    float[] t = new float[rows * COLS];
    int[] labels = new int[rows];
    float[] weights = new float[rows];
    for (int i = 0; i < y.length; i++) {
      y[i] = random.nextFloat();
      t[i] = random.nextFloat();
    }
    for (int r = 0; r < rows; r++) {
      labels[r] = random.nextInt(COLS);
      weights[r] = r % 11 == 0 ? 0 : random.nextFloat();
    }
    return new TestRows(rows, COLS, y, t, labels, weights);
  }

  Batch predictions() {
    return Batch.of(y, rows, cols);
  }

  Targets targets() {
    return Targets.of(Batch.of(t, rows, cols));
  }

  Targets targetsOfLabels() {
    return Targets.labels(labels);
  }

  /** The exact sum of all rows' losses, in this VM. */
  static LossSum sum(Loss loss, Batch y, Targets t) {
    LossSum sum = new LossSum();
    loss.addRowsTo(sum, y, t);
    return sum;
  }

  /**
   * The columns {@code id}, {@code floats}, {@code doubles}, {@code vector}, {@code sparse}, {@code
   * number} of the predictions (the first of a row), the same of the targets with {@code t} before
   * the name, {@code label} as each type of number, {@code w} and {@code wDouble}.
   */
  Dataset<Row> dataset(SparkSession spark) {
    List<Row> all = new ArrayList<>();
    for (int r = 0; r < rows; r++) {
      List<Object> row = new ArrayList<>();
      row.add(r);
      addForms(row, Arrays.copyOfRange(y, r * cols, (r + 1) * cols));
      addForms(row, Arrays.copyOfRange(t, r * cols, (r + 1) * cols));
      int label = labels[r];
      row.addAll(
          List.of(
              (byte) label,
              (short) label,
              label,
              (long) label,
              (float) label,
              (double) label,
              new java.math.BigDecimal(label)));
      row.add(weights[r]);
      row.add((double) weights[r]);
      all.add(RowFactory.create(row.toArray()));
    }
    return spark.createDataFrame(all, schema());
  }

  private static void addForms(List<Object> row, float[] values) {
    double[] doubles = IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
    row.add(values);
    row.add(doubles);
    row.add(Vectors.dense(doubles));
    row.add(Vectors.dense(doubles).toSparse());
    row.add(values[0]);
  }

  private static StructType schema() {
    StructType schema = new StructType().add("id", DataTypes.IntegerType);
    for (String prefix : new String[] {"", "t"}) {
      schema =
          schema
              .add(prefix + "floats", DataTypes.createArrayType(DataTypes.FloatType))
              .add(prefix + "doubles", DataTypes.createArrayType(DataTypes.DoubleType))
              .add(prefix + "vector", SQLDataTypes.VectorType())
              .add(prefix + "sparse", SQLDataTypes.VectorType())
              .add(prefix + "number", DataTypes.FloatType);
    }
    return schema
        .add("byte", DataTypes.ByteType)
        .add("short", DataTypes.ShortType)
        .add("int", DataTypes.IntegerType)
        .add("long", DataTypes.LongType)
        .add("float", DataTypes.FloatType)
        .add("double", DataTypes.DoubleType)
        .add("decimal", DataTypes.createDecimalType(5, 0))
        .add("w", DataTypes.FloatType)
        .add("wDouble", DataTypes.DoubleType);
  }
}

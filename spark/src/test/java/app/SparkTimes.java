package app;

import static org.apache.spark.sql.functions.aggregate;
import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.element_at;
import static org.apache.spark.sql.functions.exp;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.ln;
import static org.simdloss.spark.LossFunctions.cross_entropy;
import static org.simdloss.spark.LossFunctions.softmax_cross_entropy;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.functions;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;

/**
 * How fast the functions are, beside what one would use without them: MLlib's evaluator, and a
 * query of Spark's own functions. Each fork is a fresh VM on two cores, with 2 million cached rows
 * of 10 random floats, where all take turns.
 *
 * <pre>
 * java @spark/vm.options -cp "core/target/classes:spark/target/classes:spark/target/test-classes:spark/target/home/jars/*" app.SparkTimes 5
 * </pre>
 */
public final class SparkTimes {
  private static final int ROWS = 2_000_000;
  private static final int COLS = 10;
  private static final int[] GROUPS = {1000, 1_000_000};
  private static final int WARM_UP = 6;
  private static final int ROUNDS = 8;

  private SparkTimes() {}

  /**
   * @param args the number of forks; or {@code fork}, in one of them
   */
  public static void main(String[] args) throws Exception {
    if (args.length == 1 && args[0].equals("fork")) {
      fork();
    } else {
      report(args.length == 0 ? 5 : Integer.parseInt(args[0]));
    }
  }

  private static void fork() {
    SparkSession spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", false)
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.sql.shuffle.partitions", 2)
            .getOrCreate();
    Dataset<Row> rows = rows(spark);
    Map<String, Supplier<Double>> queries = queries(rows);
    for (int round = 0; round < WARM_UP + ROUNDS; round++) {
      for (Map.Entry<String, Supplier<Double>> query : queries.entrySet()) {
        long start = System.nanoTime();
        double value = query.getValue().get();
        long took = System.nanoTime() - start;
        if (round == 0) {
          System.err.printf("%s = %s%n", query.getKey(), value);
        }
        if (round >= WARM_UP) {
          System.out.printf("%s\t%d%n", query.getKey(), took);
        }
      }
    }
    Totals totals = new Totals();
    spark.sparkContext().addSparkListener(totals);
    for (int groups : GROUPS) {
      Column group = col("id").mod(groups).as("group");
      Supplier<Double> losses =
          () ->
              rows.groupBy(group)
                  .agg(softmax_cross_entropy(col("logits"), col("label")).as("loss"))
                  .agg(avg("loss"))
                  .head()
                  .getDouble(0);
      Supplier<Double> averages =
          () ->
              rows.groupBy(group).agg(avg("label").as("mean")).agg(avg("mean")).head().getDouble(0);
      for (int round = 0; round < 3; round++) {
        long start = System.nanoTime();
        losses.get();
        long took = System.nanoTime() - start;
        System.out.printf("%,d groups, softmax_cross_entropy\t%d%n", groups, took);
        start = System.nanoTime();
        averages.get();
        took = System.nanoTime() - start;
        System.out.printf("%,d groups, avg of the labels\t%d%n", groups, took);
      }
      totals.clear(spark);
      losses.get();
      totals.print(spark, groups);
    }
    spark.stop();
  }

  /** What the tasks of queries say of memory and shuffles. */
  private static final class Totals extends SparkListener {
    private long shuffled;
    private long peak;
    private long spilled;

    @Override
    public synchronized void onTaskEnd(SparkListenerTaskEnd end) {
      shuffled += end.taskMetrics().shuffleWriteMetrics().bytesWritten();
      peak = Math.max(peak, end.taskMetrics().peakExecutionMemory());
      spilled += end.taskMetrics().diskBytesSpilled();
    }

    private void clear(SparkSession spark) {
      wait(spark);
      synchronized (this) {
        shuffled = 0;
        peak = 0;
        spilled = 0;
      }
    }

    private static void wait(SparkSession spark) {
      try {
        spark.sparkContext().listenerBus().waitUntilEmpty();
      } catch (TimeoutException e) {
        throw new IllegalStateException(e);
      }
    }

    private void print(SparkSession spark, int groups) {
      wait(spark);
      synchronized (this) {
        System.err.printf(
            "%,d groups: %.1f MB shuffled, %.1f MB in a task at most, %.1f MB spilled%n",
            groups, shuffled / 1e6, peak / 1e6, spilled / 1e6);
      }
    }
  }

  private static Dataset<Row> rows(SparkSession spark) {
    String logits =
        IntStream.range(0, COLS)
            .mapToObj(c -> "cast(randn(" + c + ") * 3 as float)")
            .collect(Collectors.joining(", ", "array(", ")"));
    Dataset<Row> rows =
        spark
            .range(0, ROWS, 1, 4)
            .selectExpr(
                "id", "cast(rand(99) * " + COLS + " as int) as label", logits + " as logits")
            .withColumn("e", expr("transform(logits, x -> exp(cast(x as double)))"))
            .withColumn("total", expr("aggregate(e, 0D, (a, x) -> a + x)"))
            .withColumn("probability", expr("transform(e, x -> cast(x / total as float))"))
            .withColumn("vector", functions.array_to_vector(col("probability")))
            .withColumn("labelAsDouble", expr("cast(label as double)"))
            .withColumn("predicted", expr("cast(array_position(e, array_max(e)) - 1 as double)"))
            .drop("e", "total")
            .persist(StorageLevel.MEMORY_ONLY());
    rows.count();
    return rows;
  }

  private static Map<String, Supplier<Double>> queries(Dataset<Row> rows) {
    Column label = col("label");
    MulticlassClassificationEvaluator mllib =
        new MulticlassClassificationEvaluator()
            .setMetricName("logLoss")
            .setProbabilityCol("vector")
            .setLabelCol("labelAsDouble")
            .setPredictionCol("predicted");
    Column logit = element_at(col("logits"), label.plus(1));
    Column unrolled =
        IntStream.range(0, COLS)
            .mapToObj(c -> exp(col("logits").getItem(c)))
            .reduce(Column::plus)
            .orElseThrow();
    Column higherOrder =
        aggregate(col("logits"), lit(0.0), (sum, x) -> sum.plus(exp(x.cast("double"))));
    Map<String, Supplier<Double>> queries = new LinkedHashMap<>();
    queries.put("cross_entropy", value(rows, cross_entropy(col("probability"), label)));
    queries.put("MLlib's logLoss", () -> mllib.evaluate(rows));
    queries.put("softmax_cross_entropy", value(rows, softmax_cross_entropy(col("logits"), label)));
    queries.put("Spark's functions, unrolled", value(rows, avg(ln(unrolled).minus(logit))));
    queries.put("Spark's functions, higher-order", value(rows, avg(ln(higherOrder).minus(logit))));
    queries.put("Spark's avg(logits[0])", value(rows, avg(col("logits").getItem(0))));
    return queries;
  }

  private static Supplier<Double> value(Dataset<Row> rows, Column column) {
    return () -> rows.agg(column).head().getDouble(0);
  }

  /** Runs the forks, and prints what their times say. */
  private static void report(int forks) throws IOException, InterruptedException {
    Map<String, List<Double>> times = new LinkedHashMap<>();
    for (int i = 1; i <= forks; i++) {
      System.err.printf("fork %d of %d%n", i, forks);
      Map<String, SummaryStatistics> fork = new LinkedHashMap<>();
      Process process = start();
      try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
        lines
            .lines()
            .forEach(
                line -> {
                  String[] parts = line.split("\t");
                  fork.computeIfAbsent(parts[0], name -> new SummaryStatistics())
                      .addValue(Double.parseDouble(parts[1]));
                });
      }
      if (process.waitFor() != 0) {
        throw new IOException("a fork ended with " + process.exitValue());
      }
      fork.forEach(
          (name, all) -> times.computeIfAbsent(name, key -> new ArrayList<>()).add(all.getMean()));
    }
    System.out.printf(
        "JDK %s, local[2], %,d cached rows of %d, %d forks%n",
        Runtime.version(), ROWS, COLS, forks);
    times.forEach(
        (name, all) ->
            System.out.printf(
                "%-32s %6.0f ms (forks %.0f to %.0f), %5.1f million rows/s%n",
                name,
                mean(all) / 1e6,
                all.stream().mapToDouble(t -> t).min().orElseThrow() / 1e6,
                all.stream().mapToDouble(t -> t).max().orElseThrow() / 1e6,
                ROWS / mean(all) * 1e3));
    ratio(times, "MLlib's logLoss", "cross_entropy");
    ratio(times, "Spark's functions, unrolled", "softmax_cross_entropy");
    ratio(times, "Spark's functions, higher-order", "softmax_cross_entropy");
  }

  private static Process start() throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(
        List.of(
            "-Xmx6g",
            "-cp",
            System.getProperty("java.class.path"),
            SparkTimes.class.getName(),
            "fork"));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(v -> v).average().orElseThrow();
  }

  /**
   * How many times as long the slower one takes: the geometric mean over forks, and its 95%
   * interval.
   */
  private static void ratio(Map<String, List<Double>> times, String slow, String fast) {
    SummaryStatistics logs = new SummaryStatistics();
    for (int i = 0; i < times.get(slow).size(); i++) {
      logs.addValue(Math.log(times.get(slow).get(i) / times.get(fast).get(i)));
    }
    double error =
        logs.getN() < 2
            ? Double.NaN
            : new TDistribution(logs.getN() - 1).inverseCumulativeProbability(0.975)
                * logs.getStandardDeviation()
                / Math.sqrt(logs.getN());
    System.out.printf(
        "%s / %s: %.2f (%.2f to %.2f)%n",
        slow,
        fast,
        Math.exp(logs.getMean()),
        Math.exp(logs.getMean() - error),
        Math.exp(logs.getMean() + error));
  }
}

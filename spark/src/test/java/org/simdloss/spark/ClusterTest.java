package org.simdloss.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.rand;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.simdloss.spark.LossFunctions.softmax_cross_entropy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.simdloss.SoftmaxCrossEntropy;

/**
 * A standalone cluster on this machine: a master, two workers, and their executors, each a process
 * of its own. The workers start the executors as Spark does everywhere, with its own flags; the
 * jars come from the driver.
 */
@Tag("cluster")
class ClusterTest {
  private static final String HOST = "127.0.0.1";
  private static final int WORKERS = 2;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final TestRows ROWS = TestRows.random(3, 3000);
  private static final double EXPECTED =
      TestRows.sum(SoftmaxCrossEntropy.mean(), ROWS.predictions(), ROWS.targetsOfLabels()).mean();

  private static final List<Process> PROCESSES = new ArrayList<>();
  private static SparkSession spark;
  private static Dataset<Row> data;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
      port = socket.getLocalPort();
    }
    String master = "spark://" + HOST + ":" + port;
    run("master", "org.apache.spark.deploy.master.Master", "--port", String.valueOf(port));
    for (int i = 1; i <= WORKERS; i++) {
      run(
          "worker-" + i,
          "org.apache.spark.deploy.worker.Worker",
          "--cores",
          "1",
          "--memory",
          "1g",
          "--work-dir",
          folder().resolve("work-" + i).toString(),
          master);
    }
    spark =
        LocalSpark.start(master, LossExtensions.class.getName())
            .config("spark.jars", System.getProperty("spark.test.jars"))
            .config("spark.executor.cores", 1)
            .config("spark.executor.memory", "512m")
            .config("spark.speculation", true)
            .config("spark.speculation.multiplier", 1.1)
            .config("spark.speculation.quantile", 0.1)
            .config("spark.speculation.interval", "10ms")
            .getOrCreate();
    waitFor("executors", () -> executors() == WORKERS);
    data = ROWS.dataset(spark).select("id", "floats", "int").repartition(8).cache();
  }

  /** A process of Spark's own, with what it says in a file. */
  private static void run(String name, String main, String... arguments) throws IOException {
    Path home = folder();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + Path.of("vm.options").toAbsolutePath());
    command.addAll(List.of("-Xmx512m", "-cp", home.resolve("jars") + "/*", main));
    command.addAll(List.of("--host", HOST, "--webui-port", "0"));
    Collections.addAll(command, arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(home.resolve(name + ".log").toFile());
    builder.environment().put("SPARK_HOME", home.toString());
    builder.environment().put("SPARK_SCALA_VERSION", "2.13");
    builder.environment().put("SPARK_LOCAL_IP", HOST);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    // Whatever flags the tests have, executors must not get them from here.
    builder.environment().remove("JDK_JAVA_OPTIONS");
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    PROCESSES.add(builder.start());
  }

  private static Path folder() throws IOException {
    return Files.createDirectories(Path.of(System.getProperty("spark.test.home")));
  }

  @AfterAll
  static void stop() throws InterruptedException {
    if (spark != null) {
      spark.stop();
    }
    Collections.reverse(PROCESSES);
    for (Process process : PROCESSES) {
      process.destroy();
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    }
  }

  private static int executors() {
    // The driver is one of them.
    return spark.sparkContext().statusTracker().getExecutorInfos().length - 1;
  }

  private static void waitFor(String what, BooleanSupplier there) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!there.getAsBoolean()) {
      assertTrue(System.nanoTime() < end, () -> "no " + what + " after " + PATIENCE);
      Thread.sleep(100);
    }
  }

  /** What a static method gives in each of the executors. */
  private static Set<String> inExecutors(String type, String method) {
    Set<String> results = new TreeSet<>();
    for (Row row :
        spark
            .range(0, 16, 1, 16)
            .filter("coalesce(java_method('java.lang.Thread', 'sleep', 50L), '') <> 'x'")
            .selectExpr("java_method('" + type + "', '" + method + "')")
            .collectAsList()) {
      results.add(row.getString(0));
    }
    return results;
  }

  private static Set<String> pids() {
    return inExecutors("java.lang.ProcessHandle", "current");
  }

  private static double loss(Dataset<Row> rows) {
    return rows.agg(softmax_cross_entropy(col("floats"), col("int"))).head().getDouble(0);
  }

  @Test
  void executorsAreProcessesOfTheirOwnAndUseVectorsWithoutAFlag() {
    Set<String> pids = pids();
    assertEquals(WORKERS, pids.size(), pids::toString);
    assertTrue(!pids.contains(String.valueOf(ProcessHandle.current().pid())), pids::toString);
    for (String backend : inExecutors("org.simdloss.Backend", "best")) {
      assertTrue(backend.contains("vector"), backend);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 200})
  void theBitsOfOneVm(int partitions) {
    assertEquals(EXPECTED, loss(data.repartition(partitions, rand(partitions))));
  }

  @Test
  void sql() {
    data.createOrReplaceTempView("data");
    assertEquals(
        EXPECTED,
        spark.sql("SELECT softmax_cross_entropy(floats, int) FROM data").head().getDouble(0));
  }

  /** Its cached rows, its part of a shuffle and its running tasks are lost, and nothing else. */
  @Test
  void anExecutorThatIsKilled() throws Exception {
    assertEquals(EXPECTED, loss(data));
    Dataset<Row> slow =
        data.repartition(100)
            .filter("coalesce(java_method('java.lang.Thread', 'sleep', 1L), '') <> 'x'");
    String victim = pids().iterator().next();
    CompletableFuture<Double> running = CompletableFuture.supplyAsync(() -> loss(slow));
    Thread.sleep(1000);
    assertTrue(!running.isDone(), "too early to kill an executor");
    assertTrue(ProcessHandle.of(Long.parseLong(victim)).orElseThrow().destroyForcibly());
    assertEquals(EXPECTED, running.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
    waitFor("new executor", () -> executors() == WORKERS);
    assertTrue(!pids().contains(victim));
    assertEquals(EXPECTED, loss(data));
  }
}

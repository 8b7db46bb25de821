package org.simdloss.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.launcher.JavaModuleOptions;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.SparkSessionExtensions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The functions in SQL, what they say of themselves, and the flags that a VM needs. */
class SqlTest {
  private static final String CALL = "SELECT cross_entropy(array(0.5f, 0.5f), 1)";

  @Test
  void aSessionKnowsThemOnceItIsTold() {
    SparkSession spark = LocalSpark.session();
    assertThrows(AnalysisException.class, () -> spark.sql(CALL));
    LossFunctions.register(spark);
    assertEquals(0.693147, spark.sql(CALL).head().getDouble(0), 1e-6);
    assertThrows(AnalysisException.class, () -> spark.newSession().sql(CALL));
    LossFunctions.register(spark);
    assertEquals(0.693147, spark.sql(CALL).head().getDouble(0), 1e-6, "once more");
  }

  @Test
  void nullIsRefused() {
    assertEquals(
        "spark",
        assertThrows(NullPointerException.class, () -> LossFunctions.register(null)).getMessage());
  }

  @Test
  void anExtensionTellsAllSessions() {
    SparkSession running = LocalSpark.session();
    SparkSessionExtensions extensions = new SparkSessionExtensions();
    new LossExtensions().apply(extensions);
    extensions.registerFunctions(
        ((org.apache.spark.sql.classic.SparkSession) running).sessionState().functionRegistry());
    assertEquals(0.693147, running.sql(CALL).head().getDouble(0), 1e-6);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cross_entropy",
        "softmax_cross_entropy",
        "squared_error",
        "binary_cross_entropy",
        "sigmoid_cross_entropy"
      })
  void describeFunction(String name) {
    SparkSession spark = LocalSpark.session();
    LossFunctions.register(spark);
    String text =
        spark.sql("DESCRIBE FUNCTION EXTENDED " + name).collectAsList().stream()
            .map(row -> row.getString(0))
            .collect(Collectors.joining("\n"));
    assertTrue(text.contains("Function: " + name), text);
    assertTrue(text.contains("Usage: " + name + "("), text);
    assertTrue(text.contains("[, weight][, options])"), text);
    assertTrue(text.contains("reduction - one of"), text);
    assertTrue(text.contains("Since: "), text);
  }

  @Test
  void plansShowTheCall() {
    SparkSession spark = LocalSpark.session();
    LossFunctions.register(spark);
    String plan =
        spark
            .sql("SELECT cross_entropy(y, t) FROM VALUES (array(1f), 0) AS t(y, t)")
            .queryExecution()
            .optimizedPlan()
            .toString();
    assertTrue(plan.matches("(?s).*cross_entropy\\(y#\\d+, t#\\d+\\) AS.*"), plan);
  }

  /** Without a log: what runs in the VMs that compute. */
  @Test
  void sqlTellsWhichBackendRuns() {
    String backend =
        LocalSpark.session()
            .sql("SELECT java_method('org.simdloss.Backend', 'best')")
            .head()
            .getString(0);
    assertTrue(backend.contains("vector"), backend);
  }

  @Test
  void theFlagsAreThoseThatSparkItselfPasses() throws IOException {
    List<String> ours = Files.readAllLines(Path.of("vm.options"));
    assertEquals(List.of(JavaModuleOptions.defaultModuleOptions().split(" ")), ours);
    assertTrue(ours.contains("--add-modules=jdk.incubator.vector"));
  }
}

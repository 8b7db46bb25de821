package org.simdloss.bench.statistics;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.simdloss.bench.cli.UsageException;
import org.simdloss.bench.plan.Case;
import org.simdloss.bench.plan.Timing;

/**
 * A run as its folder has it: what was measured, and how that came about.
 *
 * @param facts what is to be said of it as a whole, by name
 * @param status whether it is complete, and what failed
 * @param inputs what implementations gave for special inputs: by loss, input and implementation
 */
public record Run(
    Map<String, String> facts,
    List<String> status,
    Map<String, Map<String, Map<String, String>>> inputs,
    Forks forks) {
  /** JMH's own file. */
  public static final String JMH_FILE = "jmh.json";

  /** Ours, with the facts and the status. */
  public static final String RUN_FILE = "run.json";

  /** Of libraries of Python, by {@code peers.py}; a folder may have it. */
  public static final String PYTHON_FILE = "python.json";

  /** What a JSON file of JMH says of a time's unit, in nanoseconds. */
  private static final Map<String, Double> UNITS =
      Map.of("ns/op", 1.0, "us/op", 1e3, "ms/op", 1e6, "s/op", 1e9);

  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  /** The content of {@link #RUN_FILE}. */
  private record Said(
      Map<String, String> facts,
      List<String> status,
      Map<String, Map<String, Map<String, String>>> inputs) {}

  /** Of a run that tried no special inputs. */
  public Run(Map<String, String> facts, List<String> status, Forks forks) {
    this(facts, status, Map.of(), forks);
  }

  public String toJson() {
    return GSON.toJson(new Said(facts, status, inputs.isEmpty() ? null : inputs)) + "\n";
  }

  /**
   * Reads a folder. Of a run whose forks have failed in part, the n-th fork is taken for the n-th
   * round's.
   *
   * @throws UsageException if it is no run's folder, in one line that names the file
   */
  public static Run read(Path folder) throws IOException {
    Path jmh = folder.resolve(JMH_FILE);
    Path said = folder.resolve(RUN_FILE);
    Path python = folder.resolve(PYTHON_FILE);
    if (!Files.exists(jmh)) {
      throw new UsageException(jmh + " is not there; allowed: a folder that a run has written");
    }
    Forks forks = new Forks();
    parse(jmh, results -> addAll(forks, results.getAsJsonArray()));
    Map<String, String> factsOfPython = new LinkedHashMap<>();
    if (Files.exists(python)) {
      parse(python, file -> addPython(forks, factsOfPython, file.getAsJsonObject()));
    }
    if (forks.isEmpty()) {
      throw new UsageException(jmh + " has none of these benchmarks");
    }
    try {
      Said read =
          Files.exists(said)
              ? GSON.fromJson(Files.readString(said), Said.class)
              : new Said(Map.of(), List.of(), null);
      Map<String, String> facts = new LinkedHashMap<>(read.facts());
      facts.putAll(factsOfPython);
      return new Run(
          facts,
          List.copyOf(read.status()),
          read.inputs() == null ? Map.of() : read.inputs(),
          forks);
    } catch (JsonParseException | NullPointerException | IOException e) {
      throw foreign(said, e);
    }
  }

  /** Hands a file's content over; of whatever is wrong with it the user is told its name. */
  private static void parse(Path file, Consumer<JsonElement> content) {
    try {
      content.accept(JsonParser.parseString(Files.readString(file)));
    } catch (JsonParseException
        | IllegalStateException
        | IllegalArgumentException
        | NullPointerException
        | UnsupportedOperationException
        | IOException e) {
      throw foreign(file, e);
    }
  }

  private static void addAll(Forks forks, JsonArray results) {
    results.forEach(each -> add(forks, each.getAsJsonObject()));
  }

  private static void addPython(Forks forks, Map<String, String> facts, JsonObject python) {
    addAll(forks, python.getAsJsonArray("results"));
    python
        .getAsJsonObject("facts")
        .entrySet()
        .forEach(fact -> facts.put(fact.getKey(), fact.getValue().getAsString()));
  }

  private static UsageException foreign(Path file, Exception e) {
    String why = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    return new UsageException(file + " is no file that a run has written: " + why);
  }

  /** A result of another program's is left out. */
  private static void add(Forks forks, JsonObject result) {
    String benchmark = result.get("benchmark").getAsString();
    Timing timing = Timing.ofBenchmark(benchmark);
    if (timing == null) {
      return;
    }
    Map<String, String> params = new TreeMap<>();
    result
        .getAsJsonObject("params")
        .entrySet()
        .forEach(param -> params.put(param.getKey(), param.getValue().getAsString()));
    Case measured = new Case(timing, benchmark, params);
    measured.shape(); // refuses what is none
    JsonObject primary = result.getAsJsonObject("primaryMetric");
    String unit = primary.get("scoreUnit").getAsString();
    if (!UNITS.containsKey(unit)) {
      throw new IllegalArgumentException("the unit " + unit + " is no time of a call");
    }
    double[][] nanos = rawData(primary, UNITS.get(unit));
    Map<String, double[][]> secondary = new TreeMap<>();
    result
        .getAsJsonObject("secondaryMetrics")
        .entrySet()
        .forEach(
            metric ->
                secondary.put(metric.getKey(), rawData(metric.getValue().getAsJsonObject(), 1)));
    for (int fork = 0; fork < nanos.length; fork++) {
      Map<String, double[]> ofFork = new TreeMap<>();
      for (Map.Entry<String, double[][]> metric : secondary.entrySet()) {
        if (fork < metric.getValue().length) {
          ofFork.put(metric.getKey(), metric.getValue()[fork]);
        }
      }
      forks.add(measured, fork + 1, new Forks.Fork(nanos[fork], ofFork));
    }
  }

  /** Of each fork the iterations. */
  private static double[][] rawData(JsonObject metric, double unit) {
    double[][] data = GSON.fromJson(metric.get("rawData"), double[][].class);
    for (double[] fork : data) {
      for (int i = 0; i < fork.length; i++) {
        fork[i] *= unit;
      }
    }
    return data;
  }
}

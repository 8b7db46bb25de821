package org.simdloss.bench.losses;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.simdloss.bench.data.SeededBatch;
import org.simdloss.bench.data.Shape;

/**
 * What an implementation gives for inputs on which implementations differ: each fork of a run
 * beside peers tries them, and prints what came of it.
 */
public final class SpecialInputs {
  /** The system property by which a fork is told to. */
  public static final String PROPERTY = "simdloss.bench.inputs";

  /** Of a mini-batch only: the values depend on no shape. */
  private static final Shape SHAPE = new Shape(100, 10);

  private static final Set<String> LOSSES =
      Set.of("squaredError", "crossEntropyTargets", "softmaxLabels");

  private static final int ROW = 50;

  private static final Pattern LINE =
      Pattern.compile("input: (\\S+), (\\S+), (.+?): (.+)$", Pattern.MULTILINE);

  /** By loss, by input and by implementation; more than one value if forks differed. */
  private final Map<String, Map<String, Map<String, String>>> said = new TreeMap<>();

  /** Called once in each fork, before anything is compiled. */
  public static double beforeCompilation(Losses losses, String loss) {
    return isWanted(loss) ? value(losses, loss, batch -> {}) : Double.NaN;
  }

  /**
   * Called once in each fork, at the end of its set-up.
   *
   * @param before what {@link #beforeCompilation} has returned
   */
  public static void announce(String implementation, Losses losses, String loss, double before) {
    if (!isWanted(loss)) {
      return;
    }
    double usual = value(losses, loss, batch -> {});
    Map<String, String> inputs = new LinkedHashMap<>();
    inputs.put("the same rows, before the code is compiled", bits(usual, before));
    inputs.put(
        "the same rows in reverse order", bits(usual, value(losses, loss, SpecialInputs::reverse)));
    inputs.put("a prediction is NaN", text(losses, loss, batch -> set(batch, Float.NaN)));
    inputs.put("a prediction is 1e20", text(losses, loss, batch -> set(batch, 1e20f)));
    if (loss.equals("softmaxLabels")) {
      inputs.put(
          "a label is 10, of 10 columns", text(losses, loss, batch -> batch.labels[ROW] = 10));
    }
    inputs.forEach(
        (input, value) ->
            System.out.println(
                "input: " + implementation + ", " + loss + ", " + input + ": " + value));
  }

  private static boolean isWanted(String loss) {
    return Boolean.getBoolean(PROPERTY) && LOSSES.contains(loss);
  }

  private static String bits(double usual, double other) {
    return Double.compare(usual, other) == 0 ? "same bits" : "other bits";
  }

  private static String text(Losses losses, String loss, Consumer<SeededBatch> change) {
    try {
      return String.format(Locale.ROOT, "%.7g", value(losses, loss, change));
    } catch (RuntimeException e) {
      return e.getClass().getSimpleName();
    }
  }

  /** Of a batch of its own: an implementation may keep what it has made of another one. */
  private static double value(Losses losses, String loss, Consumer<SeededBatch> change) {
    SeededBatch batch = new SeededBatch(SHAPE);
    change.accept(batch);
    ToDoubleFunction<SeededBatch> body =
        losses.body(loss, SHAPE, new float[SHAPE.length()], new float[SHAPE.length()]);
    return body.applyAsDouble(batch);
  }

  /** One of each array, at the label of its row: {@code logits} and {@code y} are predictions. */
  private static void set(SeededBatch batch, float value) {
    int i = ROW * SHAPE.cols() + batch.labels[ROW];
    batch.logits[i] = value;
    batch.y[i] = value;
  }

  private static void reverse(SeededBatch batch) {
    for (float[] each : new float[][] {batch.logits, batch.y, batch.soft, batch.oneHot}) {
      for (int r = 0; r < SHAPE.rows() / 2; r++) {
        for (int c = 0; c < SHAPE.cols(); c++) {
          int i = r * SHAPE.cols() + c;
          int j = (SHAPE.rows() - 1 - r) * SHAPE.cols() + c;
          float swapped = each[i];
          each[i] = each[j];
          each[j] = swapped;
        }
      }
    }
    for (int r = 0; r < SHAPE.rows() / 2; r++) {
      int label = batch.labels[r];
      batch.labels[r] = batch.labels[SHAPE.rows() - 1 - r];
      batch.labels[SHAPE.rows() - 1 - r] = label;
    }
  }

  public void read(String forkOutput) {
    Matcher line = LINE.matcher(forkOutput);
    while (line.find()) {
      said.computeIfAbsent(line.group(2), loss -> new LinkedHashMap<>())
          .computeIfAbsent(line.group(3), input -> new LinkedHashMap<>())
          .merge(line.group(1), line.group(4).strip(), SpecialInputs::both);
    }
  }

  private static String both(String one, String other) {
    return List.of(one.split(" or ")).contains(other) ? one : one + " or " + other;
  }

  /** By loss, by input and by implementation. */
  public Map<String, Map<String, Map<String, String>>> said() {
    return said;
  }
}

package app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.DoubleSupplier;
import org.simdloss.Backend;
import org.simdloss.Batch;
import org.simdloss.BinaryCrossEntropy;
import org.simdloss.CrossEntropy;
import org.simdloss.Loss;
import org.simdloss.SigmoidCrossEntropy;
import org.simdloss.SoftmaxCrossEntropy;
import org.simdloss.SquaredError;
import org.simdloss.Targets;
import org.simdloss.internal.backend.Switch;
import org.simdloss.internal.backend.Switches;
import org.simdloss.internal.kernel.Kernels;

/**
 * What the default backend costs beside vectors, once a program has run for some seconds: of each
 * work and shape, the median time of a call in the last second, of a fresh VM a side; and which
 * works have not gone over to vectors by then.
 *
 * <p>Arguments, all of which may be left out: seconds, shapes, works. Labels and values are random,
 * and calls go through 60,000 rows of batches, so that no branch predictor learns them. The shape
 * {@code turns} is four losses that take turns on batches of 1 to 1000 rows of 10 columns.
 */
public final class SettledMain {
  private static final String SHAPES = "100x10,1000x10,60000x10,128x1000,turns";

  private static final String TURNS = "turns";

  private static final List<String> WORKS =
      List.of(
          "squared",
          "any",
          "onehot",
          "argmax",
          "labels",
          "softmax",
          "softmax-soft",
          "softmax-onehot",
          "squared-gradient",
          "any-gradient",
          "onehot-gradient",
          "labels-gradient",
          "softmax-gradient",
          "softmax-soft-gradient",
          "squared-rows",
          "any-rows",
          "labels-rows",
          "softmax-rows",
          "sigmoid",
          "sigmoid-gradient",
          "sigmoid-rows",
          "binary",
          "binary-soft",
          "binary-gradient");

  private static final List<String> THAT_TAKE_TURNS =
      List.of("squared", "labels", "softmax-gradient", "any-gradient");

  private static final int ROWS = 60_000;

  /** At most so many elements, whatever the shape. */
  private static final int ELEMENTS = 40_000_000;

  private static volatile double sink;

  private SettledMain() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    if (args.length == 4) {
      System.out.println(measure(args[0], args[1], args[2], Double.parseDouble(args[3])));
      return;
    }
    String seconds = args.length > 0 ? args[0] : "4";
    String[] shapes = (args.length > 1 ? args[1] : SHAPES).split(",");
    List<String> works = args.length > 2 ? List.of(args[2].split(",")) : WORKS;
    System.out.printf("%-22s %-10s %12s %12s %8s%n", "work", "shape", "best, ns", "vector, ns", "");
    double logs = 0;
    int count = 0;
    for (String shape : shapes) {
      for (String work : shape.equals(TURNS) ? List.of(TURNS) : works) {
        String[] best = inFreshVm(work, shape, "best", seconds);
        String[] vector = inFreshVm(work, shape, "vector", seconds);
        double ratio = Double.parseDouble(best[0]) / Double.parseDouble(vector[0]);
        System.out.printf(
            Locale.ROOT,
            "%-22s %-10s %12s %12s %8.2f %s%n",
            work,
            shape,
            best[0],
            vector[0],
            ratio,
            best.length > 1 ? "scalar still: " + best[1] : "");
        logs += Math.log(ratio);
        count++;
      }
    }
    System.out.printf(Locale.ROOT, "geometric mean %.3f%n", Math.exp(logs / count));
  }

  private static String[] inFreshVm(String work, String shape, String backend, String seconds)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--add-modules", "jdk.incubator.vector"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(SettledMain.class.getName());
    command.addAll(List.of(work, shape, backend, seconds));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(command + " failed");
    }
    return out.strip().split("\t");
  }

  /** The time of a call, and after a tab what has run, and is scalar still. */
  private static String measure(String work, String shape, String name, double seconds) {
    Backend backend = name.equals("best") ? Backend.best() : Backend.vector();
    DoubleSupplier[] calls =
        shape.equals(TURNS) ? turns(backend) : calls(work, shape.split("x"), backend);
    double nanos = nanos(calls, seconds);
    StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%.0f", nanos));
    if (name.equals("best")) {
      List<String> scalar = new ArrayList<>();
      for (Switch each : Switches.ofAllLosses()) {
        Kernels kernels = each.kernels();
        if (each.isUsed() && (kernels == null || kernels.name().equals("scalar"))) {
          scalar.add(each.toString());
        }
      }
      line.append(scalar.isEmpty() ? "" : "\t" + String.join("; ", scalar));
    }
    return line.toString();
  }

  /** Of a call in the last second, the median over some ten milliseconds. */
  private static double nanos(DoubleSupplier[] calls, double seconds) {
    List<Double> last = new ArrayList<>();
    long start = System.nanoTime();
    int next = 0;
    int n = 1;
    double at = 0;
    while (at <= seconds) {
      long from = System.nanoTime();
      double sum = 0;
      for (int i = 0; i < n; i++) {
        sum += calls[next].getAsDouble();
        next = next + 1 < calls.length ? next + 1 : 0;
      }
      sink += sum;
      long now = System.nanoTime();
      at = (now - start) / 1e9;
      if (at > seconds - 1) {
        last.add((now - from) / (double) n);
      }
      if (now - from < 20_000_000) {
        n = Math.min(2 * n, 1 << 22);
      } else if (now - from > 80_000_000) {
        n = Math.max(1, n / 2);
      }
    }
    last.sort(null);
    return last.get(last.size() / 2);
  }

  private static DoubleSupplier[] calls(String work, String[] shape, Backend backend) {
    int rows = Integer.parseInt(shape[0]);
    int cols = Integer.parseInt(shape[1]);
    int batches = Math.max(1, Math.min(ROWS / rows, ELEMENTS / (rows * cols)));
    DoubleSupplier[] calls = new DoubleSupplier[batches];
    for (int i = 0; i < batches; i++) {
      calls[i] = call(work, rows, cols, backend, i);
    }
    return calls;
  }

  private static DoubleSupplier[] turns(Backend backend) {
    Random random = new Random(11);
    List<DoubleSupplier> calls = new ArrayList<>();
    for (int rows = 0, i = 0; rows < ROWS; i++) {
      int size = 1 + random.nextInt(1000);
      String work = THAT_TAKE_TURNS.get(i % THAT_TAKE_TURNS.size());
      calls.add(call(work, size, 10, backend, i));
      rows += size;
    }
    return calls.toArray(DoubleSupplier[]::new);
  }

  private static DoubleSupplier call(String work, int rows, int cols, Backend backend, int seed) {
    Random random = new Random(7 + seed);
    int n = rows * cols;
    float[] logits = new float[n];
    float[] soft = new float[n];
    float[] hot = new float[n];
    int[] labels = random.ints(rows, 0, cols).toArray();
    for (int i = 0; i < n; i++) {
      logits[i] = (float) (3 * random.nextGaussian());
      soft[i] = random.nextFloat() * 2 / cols;
    }
    for (int r = 0; r < rows; r++) {
      hot[r * cols + labels[r]] = 1;
    }
    float[] y = logits.clone();
    Loss loss = CrossEntropy.mean().on(backend);
    boolean isBinary = work.startsWith("binary");
    if (isBinary || work.startsWith("sigmoid")) { // targets are 0 and 1 in any order
      for (int i = 0; i < n; i++) {
        hot[i] = random.nextInt(2);
        soft[i] = random.nextFloat();
      }
    }
    if (isBinary) {
      SigmoidCrossEntropy.mean()
          .on(Backend.scalar())
          .sigmoid(Batch.of(logits, rows, cols), Batch.of(y, rows, cols));
      loss = BinaryCrossEntropy.mean().on(backend);
    } else if (work.startsWith("sigmoid")) {
      loss = SigmoidCrossEntropy.mean().on(backend);
    } else if (work.startsWith("softmax")) {
      loss = SoftmaxCrossEntropy.mean().on(backend);
    } else {
      SoftmaxCrossEntropy.mean()
          .on(Backend.scalar())
          .softmax(Batch.of(logits, rows, cols), Batch.of(y, rows, cols));
      if (work.startsWith("squared")) {
        loss = SquaredError.halfSum().on(backend);
      }
    }
    float[] t = isHot(work) ? hot : isSoft(work) ? soft : null;
    boolean argmax = work.equals("argmax");
    if (work.endsWith("-gradient")) {
      return gradient(loss, y, t, labels, new float[n], rows, cols);
    }
    return work.endsWith("-rows")
        ? rowLosses(loss, y, t, labels, new float[rows], rows, cols)
        : loss(loss, y, t, labels, argmax, rows, cols);
  }

  private static boolean isHot(String work) {
    boolean isTwoClasses = work.startsWith("sigmoid") || work.startsWith("binary");
    return work.contains("onehot")
        || work.startsWith("squared")
        || work.equals("argmax")
        || isTwoClasses && !work.contains("soft");
  }

  private static boolean isSoft(String work) {
    return work.startsWith("any") || work.contains("soft-") || work.endsWith("-soft");
  }

  private static DoubleSupplier loss(
      Loss loss, float[] y, float[] t, int[] labels, boolean argmax, int rows, int cols) {
    if (argmax) {
      return () -> loss.loss(Batch.of(y, rows, cols), Targets.argmax(Batch.of(t, rows, cols)));
    }
    return t == null
        ? () -> loss.loss(Batch.of(y, rows, cols), labels)
        : () -> loss.loss(Batch.of(y, rows, cols), Batch.of(t, rows, cols));
  }

  private static DoubleSupplier gradient(
      Loss loss, float[] y, float[] t, int[] labels, float[] into, int rows, int cols) {
    return t == null
        ? () -> loss.lossAndGradient(Batch.of(y, rows, cols), labels, Batch.of(into, rows, cols))
        : () ->
            loss.lossAndGradient(
                Batch.of(y, rows, cols), Batch.of(t, rows, cols), Batch.of(into, rows, cols));
  }

  private static DoubleSupplier rowLosses(
      Loss loss, float[] y, float[] t, int[] labels, float[] into, int rows, int cols) {
    return () -> {
      if (t == null) {
        loss.perRow(Batch.of(y, rows, cols), labels, into);
      } else {
        loss.perRow(Batch.of(y, rows, cols), Batch.of(t, rows, cols), into);
      }
      return into[0];
    };
  }
}

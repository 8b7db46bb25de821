package app;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.simdloss.Backend;
import org.simdloss.Batch;
import org.simdloss.BinaryCrossEntropy;
import org.simdloss.CrossEntropy;
import org.simdloss.Labels;
import org.simdloss.Loss;
import org.simdloss.LossSum;
import org.simdloss.MiniBatch;
import org.simdloss.Objective;
import org.simdloss.SigmoidCrossEntropy;
import org.simdloss.SoftmaxCrossEntropy;
import org.simdloss.SquaredError;
import org.simdloss.Targets;

/**
 * Computes everything that the library computes, of made-up batches, and prints the bits: on any
 * machine, VM and backend the lines of {@code golden.txt}. It needs no more than the two folders of
 * classes, and little enough work for a VM that interprets vectors.
 *
 * <p>The argument is a backend: scalar, vector or best, with {@code " parallel"} behind it if on
 * several threads; a second one, {@code warm}, has its loops compiled first. After {@code mvn
 * test-compile} the file is rewritten, from {@code core}, by
 *
 * <pre>java -cp target/classes:target/test-classes app.GoldenMain scalar \
 *     &gt; src/test/resources/golden.txt</pre>
 */
public final class GoldenMain {
  private static final String FIRST_LINE =
      "# loss, targets, shape, values = loss, perRow, gradient, LossSum; or what, of what = bits";

  private static final List<SquaredError> SQUARED_ERRORS =
      List.of(SquaredError.halfSum(), SquaredError.halfSumOverRows(), SquaredError.mse());
  private static final List<CrossEntropy> CROSS_ENTROPIES =
      List.of(
          CrossEntropy.sum(),
          CrossEntropy.mean(),
          CrossEntropy.mean().delta(0),
          CrossEntropy.sum().delta(0.01));

  /** An odd number: each comes with weights and without. */
  private static final List<Loss> OPTIONS =
      List.of(
          SquaredError.mse(),
          CrossEntropy.mean(),
          CrossEntropy.mean().ignoring(0),
          CrossEntropy.sum().smoothing(0.1),
          CrossEntropy.mean().clip(0.01),
          CrossEntropy.sum().clip(0.1).smoothing(0.2).ignoring(1),
          SoftmaxCrossEntropy.mean(),
          SoftmaxCrossEntropy.sum().smoothing(0.1),
          SoftmaxCrossEntropy.mean().smoothing(0.1).ignoring(0));

  private static final List<BinaryCrossEntropy> BINARIES =
      List.of(
          BinaryCrossEntropy.sum(),
          BinaryCrossEntropy.mean(),
          BinaryCrossEntropy.mean().delta(0),
          BinaryCrossEntropy.sum().clip(0.1));

  private static final List<SigmoidCrossEntropy> SIGMOIDS =
      List.of(
          SigmoidCrossEntropy.sum(),
          SigmoidCrossEntropy.mean(),
          SigmoidCrossEntropy.sum().positiveWeight(3));

  private static final List<SoftmaxCrossEntropy> SOFTMAXES =
      List.of(SoftmaxCrossEntropy.sum(), SoftmaxCrossEntropy.mean());

  private final Backend backend;
  private final List<String> lines = new ArrayList<>(List.of(FIRST_LINE));

  private GoldenMain(Backend backend) {
    this.backend = backend;
  }

  public static void main(String[] args) {
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.US_ASCII);
    Backend backend = backend(args[0]);
    if (List.of(args).contains("warm")) {
      backend.warmUp();
    }
    for (String line : lines(backend)) {
      out.print(line + "\n"); // the same bytes on every system
    }
    out.flush();
  }

  private static Backend backend(String name) {
    return switch (name) {
      case "scalar" -> Backend.scalar();
      case "vector" -> Backend.vector();
      case "best" -> Backend.best();
      case "scalar parallel" -> Backend.scalar().parallel();
      case "vector parallel" -> Backend.vector().parallel();
      case "best parallel" -> Backend.best().parallel();
      default -> throw new IllegalArgumentException("no backend: " + name);
    };
  }

  /** The lines of {@code golden.txt}, as this backend computes them. */
  public static List<String> lines(Backend backend) {
    GoldenMain golden = new GoldenMain(backend);
    List<Shape> shapes = shapes();
    for (int i = 0; i < shapes.size(); i++) {
      golden.addLosses(shapes.get(i), i);
    }
    golden.addLarge(new Shape(5761, 10, 0, 0));
    golden.addLabels();
    golden.addMiniBatches();
    return golden.lines;
  }

  /** A batch's shape and its place in an array. */
  private record Shape(int rows, int cols, int offset, int padding) {
    int stride() {
      return cols + padding;
    }

    Batch of(float[] data) {
      // Of rows that lie apart, a part of a larger batch.
      return padding == 0
          ? Batch.of(data, offset, rows, cols, cols)
          : Batch.of(data, offset, rows + 2, cols, stride()).slice(1, rows + 1);
    }

    Batch of(Random random, Values values) {
      float[] data = new float[offset + (rows + 2) * stride()];
      for (int i = 0; i < data.length; i++) {
        data[i] = values.next(random);
      }
      return of(data);
    }

    /** Room for results, of 7s, so that one in the padding shows. */
    Batch room() {
      float[] data = new float[offset + (rows + 2) * stride()];
      Arrays.fill(data, 7);
      return of(data);
    }

    @Override
    public String toString() {
      return rows + "x" + cols + (padding == 0 ? "" : "/" + stride()) + "+" + offset;
    }
  }

  /** Kinds of values, each made by operations that have one result on every VM. */
  private enum Values {
    PROBABILITIES,
    /** Those that need care and leave a loss finite. */
    EDGES(0f, -0f, Float.MIN_VALUE, 1e-40f, Float.MIN_NORMAL, 0x1.fffffep-1f, 1f, 2f, 1e4f),
    /** From the least denormal to 1, each exponent as often. */
    SIZES,
    HOSTILE(0f, -0f, 1e-40f, -1e-40f, -1f, -1e-7f, 3e38f, 1f / 0, -1f / 0, 0f / 0),
    LOGITS(
        64f, 64.00001f, -64f, -64.00001f, 88f, -87f, -100f, -104f, -1e3f, 1e30f, -1e30f, -1f / 0);

    private final float[] special;

    Values(float... special) {
      this.special = special;
    }

    float next(Random random) {
      if (special.length > 0 && random.nextInt(30) == 0) {
        return special[random.nextInt(special.length)];
      }
      return switch (this) {
        case SIZES -> Float.intBitsToFloat(random.nextInt(0x3f80_0000));
        case LOGITS -> (random.nextInt(1 << 20) - (1 << 19)) * 0x1p-16f;
        default -> random.nextFloat();
      };
    }
  }

  /**
   * Around everything that the arithmetic cuts at: 16 and 64 lanes, 32 and 64 columns, groups of
   * 512 rows, blocks of 1920 and 3840 elements and of 16 and 1920 rows.
   */
  private static List<Shape> shapes() {
    List<Shape> shapes = new ArrayList<>();
    int[][] sizes = {
      {1, 1}, {1, 2}, {2, 1}, {1, 3}, {3, 4}, {7, 5}, {5, 8}, {1, 15}, {1, 16}, {1, 17}, {16, 1},
      {17, 10}, {6, 31}, {5, 32}, {4, 33}, {1, 63}, {1, 64}, {1, 65}, {3, 63}, {3, 64}, {3, 65},
      {64, 2}, {65, 3}, {2, 127}, {11, 13}, {100, 10}, {511, 1}, {512, 1}, {513, 1}, {1025, 2},
      {191, 10}, {192, 10}, {193, 10}, {1, 1919}, {1, 1920}, {1, 1921}, {2, 1921}, {383, 10},
      {384, 10}, {385, 10}, {1, 3841}, {1919, 1}, {1920, 1}, {1921, 1}, {17, 230},
    };
    for (int[] size : sizes) {
      int i = shapes.size();
      int padding = i % 2 * (1 + i % 6);
      shapes.add(new Shape(size[0], size[1], i % 3, padding));
    }
    return shapes;
  }

  /** Every kind of targets, each with one loss of each arithmetic, in turn. */
  private void addLosses(Shape shape, int turn) {
    Values values = values(shape, turn);
    Values logitValues = turn % 8 < 4 ? Values.LOGITS : values;
    Random random = new Random(turn);
    Batch y = shape.of(random, values);
    Batch logits = shape.of(random, logitValues);
    Batch any = shape.of(random, values);
    int[] labels = random.ints(shape.rows + 2, 0, shape.cols).toArray();
    Batch hot = shape.room();
    Labels.oneHot(Arrays.copyOfRange(labels, 1, shape.rows + 1), hot);
    Batch nearlyHot = shape.room();
    System.arraycopy(hot.data(), 0, nearlyHot.data(), 0, hot.data().length);
    nearlyHot.data()[hot.offset() + shape.rows / 2 * hot.stride()] = 0.25f;
    Map<String, Targets> targets = new LinkedHashMap<>();
    targets.put("labels", Targets.labels(labels, 1, shape.rows));
    targets.put("any", Targets.of(any));
    targets.put("argmax", Targets.argmax(any));
    targets.put("one-hot", Targets.of(hot));
    targets.put("nearly one-hot", Targets.of(nearlyHot));
    // Interpreted vectors take 0.1 ms an element: large batches get three of the targets, in turn.
    boolean all = shape.rows * shape.cols <= 1000;
    int i = turn + turn / 5;
    for (Map.Entry<String, Targets> named : targets.entrySet()) {
      String of = ", " + named.getKey() + ", " + shape + ", ";
      Targets t = named.getValue();
      boolean isRefused = shape.cols == 1 && named.getKey().equals("labels");
      if ((all || i % 5 == 0) && !isRefused) {
        addLoss(SQUARED_ERRORS.get(i % 3), of + values, shape, y, t);
      }
      if (all || i % 5 == 1) {
        addLoss(CROSS_ENTROPIES.get(i % 4), of + values, shape, y, t);
      }
      if (all || i % 5 == 2) {
        addLoss(SOFTMAXES.get(i % 2), of + logitValues, shape, logits, t);
      }
      i++;
    }
    addBinary(turn, shape, values, y, logitValues, logits, any);
    addOptions(turn, shape, values, y, logits, labels, any);
    Batch softmax = shape.room();
    SOFTMAXES.get(turn % 2).on(backend).softmax(logits, softmax);
    add("softmax, " + shape + ", " + logitValues, hash(softmax.data()));
  }

  /**
   * The losses of two classes, of values between 0 and 1, of 0 and 1, and with weights, in turn.
   */
  private void addBinary(
      int turn, Shape shape, Values values, Batch y, Values logitValues, Batch logits, Batch any) {
    Random random = new Random(2000 + turn);
    int[] answers = random.ints(shape.rows + 2, 0, 2).toArray();
    float[] weights = weights(random, shape.rows);
    Batch hard = shape.room();
    for (int i = 0; i < hard.data().length; i++) {
      hard.data()[i] = random.nextInt(2);
    }
    Targets t =
        shape.cols == 1
            ? Targets.labels(answers, 1, shape.rows)
            : Targets.of(turn % 2 == 0 ? hard : any);
    String of = shape.cols == 1 ? ", labels, " : turn % 2 == 0 ? ", hard, " : ", any, ";
    if (turn % 3 == 0) {
      t = t.weighted(weights);
      of = ", weighted" + of;
    }
    BinaryCrossEntropy binary = BINARIES.get(turn % 4);
    addLoss(binary, of + shape + ", " + values, shape, y, t);
    SigmoidCrossEntropy sigmoid = SIGMOIDS.get(turn / 2 % 3);
    addLoss(sigmoid, of + shape + ", " + logitValues, shape, logits, t);
    LossSum rows = new LossSum();
    sigmoid.on(backend).addRowsTo(rows, logits, t);
    binary.on(backend).addRowsTo(rows, y, t);
    add("both" + of + shape + ", " + logitValues + ", row by row", hash(rows));
    Batch probabilities = shape.room();
    SIGMOIDS.get(turn % 3).on(backend).sigmoid(logits, probabilities);
    add("sigmoid, " + shape + ", " + logitValues, hash(probabilities.data()));
  }

  /** One in four of them is 0. */
  private static float[] weights(Random random, int rows) {
    float[] weights = new float[rows];
    for (int r = 0; r < rows; r++) {
      weights[r] = Math.max(0, 2 * random.nextFloat() - 0.5f);
    }
    return weights;
  }

  /** A loss with options or weights, in turn. */
  private void addOptions(
      int turn, Shape shape, Values values, Batch y, Batch logits, int[] labels, Batch any) {
    float[] weights = weights(new Random(1000 + turn), shape.rows);
    Loss loss = OPTIONS.get(turn % OPTIONS.size());
    Targets t = Targets.labels(labels, 1, shape.rows);
    if (loss instanceof SquaredError) {
      t = Targets.of(any);
    }
    boolean isSoftmax = loss instanceof SoftmaxCrossEntropy;
    String of =
        ", " + (loss instanceof SquaredError ? "any" : "labels") + ", " + shape + ", " + values;
    if (turn % 2 == 0) {
      addLoss(loss, of, shape, isSoftmax ? logits : y, t);
    } else {
      addLoss(loss, ", weighted" + of, shape, isSoftmax ? logits : y, t.weighted(weights));
    }
    LossSum rows = new LossSum();
    loss.on(backend).addRowsTo(rows, isSoftmax ? logits : y, t.weighted(weights));
    add(name(loss) + ", weighted" + of + ", row by row", hash(rows));
  }

  private static Values values(Shape shape, int turn) {
    Values values = Values.values()[turn % 4];
    // In wide rows of hostile values there is always a NaN, and no other result.
    return values == Values.HOSTILE && shape.cols > 64 ? Values.EDGES : values;
  }

  private void addLoss(Loss loss, String of, Shape shape, Batch y, Targets t) {
    Loss on = loss.on(backend);
    double alone = on.loss(y, t);
    Batch gradient = shape.room();
    double both = on.lossAndGradient(y, t, gradient);
    if (Double.compare(alone, both) != 0) {
      throw new AssertionError(on + " is " + alone + ", and with its gradient " + both);
    }
    if (on instanceof Objective objective) {
      Batch hessian = shape.room();
      Batch same = shape.room();
      objective.lossGradientHessian(y, t, same, hessian);
      add("Hessian, " + name(loss) + of, hash(same.data()), hash(hessian.data()));
    }
    float[] rows = new float[shape.rows];
    on.perRow(y, t, rows);
    LossSum sum = new LossSum();
    int half = shape.rows / 2;
    on.addTo(sum, y.slice(half, shape.rows), t.slice(half, shape.rows));
    on.addTo(sum, y.slice(0, half), t.slice(0, half));
    add(
        name(loss) + of,
        Double.doubleToLongBits(alone),
        hash(rows),
        hash(gradient.data()),
        hash(sum));
  }

  /** Enough elements for several threads, and not of everything. */
  private void addLarge(Shape shape) {
    Random random = new Random(shape.rows);
    Batch y = shape.of(random, Values.PROBABILITIES);
    Targets any = Targets.of(shape.of(random, Values.PROBABILITIES));
    int[] labels = random.ints(shape.rows, 0, shape.cols).toArray();
    Loss half = SquaredError.halfSum().on(backend);
    add("SquaredError.halfSum, any, " + shape, Double.doubleToLongBits(half.loss(y, any)));
    Loss mean = CrossEntropy.mean().on(backend);
    add("CrossEntropy.mean, labels, " + shape, Double.doubleToLongBits(mean.loss(y, labels)));
    float[] rows = new float[shape.rows];
    half.perRow(y, any, rows);
    add("SquaredError.halfSum of rows, any, " + shape, hash(rows));
  }

  private void addLabels() {
    for (Values values : Values.values()) {
      Shape shape = new Shape(37, 5, 2, 3);
      Random random = new Random(values.ordinal());
      Batch y = shape.of(random, values);
      Batch t = shape.of(random, values);
      String of = ", " + shape + ", " + values;
      int[] labels = Labels.argmax(t);
      add("argmax" + of, hash(labels));
      add("oneHot" + of, hash(Labels.oneHot(labels, 5).data()));
      add(
          "accuracy" + of,
          Double.doubleToLongBits(Labels.accuracy(y, labels)),
          Double.doubleToLongBits(Labels.accuracy(y, t)),
          Double.doubleToLongBits(Labels.accuracy(y, Targets.argmax(t))));
    }
  }

  private void addMiniBatches() {
    Random random = new Random(7);
    int[] pick = MiniBatch.choice(random, 37, 101);
    add("choice, 101 of 37", hash(pick));
    add("choice, 3x4x5 of 60000", hash(MiniBatch.choice(random, 60_000, 3, 4, 5)));
    add("choiceWithoutReplacement, 9 of 60000", hash(pickOnce(random, 60_000, 9)));
    add("choiceWithoutReplacement, 30 of 37", hash(pickOnce(random, 37, 30)));
    add("permutation, 37", hash(MiniBatch.permutation(random, 37)));
    Batch source = new Shape(37, 5, 2, 3).of(random, Values.EDGES);
    add("gather, 101 of 37x5/8+2", hash(MiniBatch.gather(source, pick).data()));
    int[] labels = random.ints(37, 0, 10).toArray();
    add("gather, 101 of 37 labels", hash(MiniBatch.gather(labels, pick)));
  }

  private static int[] pickOnce(Random random, int n, int size) {
    return MiniBatch.choiceWithoutReplacement(random, n, size);
  }

  /** What the loss is called, without its backend. */
  private static String name(Loss loss) {
    String name = loss.toString();
    return name.substring(0, name.indexOf(" on "));
  }

  private void add(String name, long... bits) {
    StringBuilder line = new StringBuilder(name).append(" =");
    for (long x : bits) {
      line.append(' ').append(Long.toHexString(x));
    }
    lines.add(line.toString());
  }

  private static long hash(float[] values) {
    int[] bits = new int[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToIntBits(values[i]); // NaN is one value
    }
    return hash(bits);
  }

  private static long hash(LossSum sum) {
    byte[] bytes = sum.toBytes();
    int[] all = new int[bytes.length + 4];
    for (int i = 0; i < bytes.length; i++) {
      all[i] = bytes[i];
    }
    long total = Double.doubleToLongBits(sum.sum());
    long mean = Double.doubleToLongBits(sum.mean());
    all[bytes.length] = (int) (total >>> 32);
    all[bytes.length + 1] = (int) total;
    all[bytes.length + 2] = (int) (mean >>> 32);
    all[bytes.length + 3] = (int) mean;
    return hash(all);
  }

  /** FNV-1a, an int at a time. */
  private static long hash(int[] values) {
    long hash = 0xcbf2_9ce4_8422_2325L;
    for (int x : values) {
      hash = (hash ^ x) * 0x100_0000_01b3L;
    }
    return hash;
  }
}

package org.simdloss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.simdloss.TestData.U;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.simdloss.TestData.Shape;
import org.simdloss.TestData.Values;

/**
 * Row weights, ignored labels, smoothing and clipping, alone and together, against their formulas
 * in {@code double}.
 */
class OptionsTest {
  private static final int IGNORED = -100;

  /** Of the size of a result's terms. */
  private static final double BOUND = 45 * U;

  /** Where the weights begin. */
  private static final int AT = 5;

  /** What a loss is set to, for the formulas. */
  private record Case(Loss loss, double delta, double clip, double smoothing, boolean ignores) {
    Case on(Backend backend) {
      return new Case(loss.on(backend), delta, clip, smoothing, ignores);
    }

    boolean isMean() {
      return loss.toString().contains("mean") || isMse() || loss.toString().contains("OverRows");
    }

    boolean isMse() {
      return loss.toString().contains("mse");
    }

    /**
     * A row's loss, before any weight, and the size of its terms, to which the bound is relative.
     */
    double[] row(double[] y, double[] t) {
      int cols = y.length;
      double loss = 0;
      double size = 0;
      double[] smooth = new double[cols];
      for (int c = 0; c < cols; c++) {
        smooth[c] = (1 - smoothing) * t[c] + smoothing / cols;
      }
      if (loss() instanceof SquaredError) {
        for (int c = 0; c < cols; c++) {
          loss += (y[c] - t[c]) * (y[c] - t[c]) * scale();
        }
        return new double[] {loss, loss};
      }
      if (loss() instanceof CrossEntropy) {
        for (int c = 0; c < cols; c++) {
          if (smooth[c] != 0) {
            double ln = Math.log(v(y[c]));
            loss -= smooth[c] * ln;
            size += Math.abs(smooth[c]) * (1 + Math.abs(ln));
          }
        }
        return new double[] {loss, size};
      }
      double max = Arrays.stream(y).max().orElseThrow();
      double z = Arrays.stream(y).map(x -> Math.exp(x - max)).sum();
      for (int c = 0; c < cols; c++) {
        if (smooth[c] != 0) {
          loss += smooth[c] * (Math.log(z) + max - y[c]);
          size += Math.abs(smooth[c]) * (2 + Math.abs(Math.log(z)) + 2 * Math.abs(y[c]) + max);
        }
      }
      return new double[] {loss, size};
    }

    private double scale() {
      return loss().evaluator().scale();
    }

    private double v(double y) {
      return clip > 0 ? Math.min(Math.max(y, clip), 1 - clip) : y + delta;
    }

    /** The derivatives of a row's loss, and their size. */
    double[][] derivatives(double[] y, double[] t) {
      int cols = y.length;
      double[] d = new double[cols];
      double[] size = new double[cols];
      double max = Arrays.stream(y).max().orElseThrow();
      double z = Arrays.stream(y).map(x -> Math.exp(x - max)).sum();
      double targets = (1 - smoothing) * Arrays.stream(t).sum() + smoothing;
      double all = (1 - smoothing) * Arrays.stream(t).map(Math::abs).sum() + smoothing;
      for (int c = 0; c < cols; c++) {
        double smooth = (1 - smoothing) * t[c] + smoothing / cols;
        if (loss() instanceof SquaredError) {
          d[c] = 2 * scale() * (y[c] - t[c]);
          size[c] = 2 * scale() * (Math.abs(y[c]) + Math.abs(t[c]));
        } else if (loss() instanceof CrossEntropy) {
          boolean outside = clip > 0 && (y[c] < (float) clip || y[c] > (float) (1 - clip));
          d[c] = outside ? 0 : -smooth / (clip > 0 ? y[c] : y[c] + delta);
          size[c] = Math.abs(d[c]);
        } else {
          double p = Math.exp(y[c] - max) / z;
          d[c] = p * targets - smooth;
          size[c] = p * all * (8 + Math.abs(y[c])) + Math.abs(smooth);
        }
      }
      return new double[][] {d, size};
    }
  }

  /** All options of each loss, alone and together. */
  private static List<Case> cases() {
    List<Case> all = new ArrayList<>();
    all.add(new Case(SquaredError.halfSum(), 0, 0, 0, false));
    all.add(new Case(SquaredError.halfSumOverRows(), 0, 0, 0, false));
    all.add(new Case(SquaredError.mse(), 0, 0, 0, false));
    for (double epsilon : new double[] {0, 0.1, 1}) {
      CrossEntropy loss = CrossEntropy.sum().smoothing(epsilon);
      all.add(new Case(loss, 1e-7, 0, epsilon, false));
      all.add(new Case(loss.clip(0.2), 0, 0.2, epsilon, false));
      loss = CrossEntropy.mean().smoothing(epsilon).ignoring(IGNORED);
      all.add(new Case(loss, 1e-7, 0, epsilon, true));
      all.add(new Case(loss.clip(1e-15), 0, 1e-15, epsilon, true));
      SoftmaxCrossEntropy softmax = SoftmaxCrossEntropy.mean().smoothing(epsilon);
      all.add(new Case(softmax, 0, 0, epsilon, false));
      softmax = SoftmaxCrossEntropy.sum().smoothing(epsilon).ignoring(IGNORED);
      all.add(new Case(softmax, 0, 0, epsilon, true));
    }
    all.add(new Case(CrossEntropy.mean(), 1e-7, 0, 0, false));
    all.add(new Case(SoftmaxCrossEntropy.sum(), 0, 0, 0, false));
    return all;
  }

  /** Of a large shape every fourth: a combination is not what it is there for. */
  private static List<Case> cases(Shape shape) {
    List<Case> all = cases();
    int step = shape.rows() * shape.cols() > 10_000 ? 4 : 1;
    return IntStream.range(0, all.size()).filter(i -> i % step == 0).mapToObj(all::get).toList();
  }

  static Stream<Shape> shapes() {
    Random random = new Random(19);
    return Stream.of(
        new Shape(1, 10, 0, 0),
        new Shape(7, 1, 0, 0),
        new Shape(5, 3, 1, 2),
        new Shape(401, 10, 3, 3),
        new Shape(40, 16, 0, 0),
        new Shape(67, 63, 0, 1),
        new Shape(31, 64, 0, 0),
        new Shape(15, 130, 2, 5),
        new Shape(3, 1921, 0, 0),
        new Shape(33, 1930, 1, 7),
        any(random),
        any(random),
        any(random));
  }

  /** Those that take little time. */
  static Stream<Shape> small() {
    return shapes().filter(each -> each.rows() * each.cols() <= 4_500);
  }

  private static Shape any(Random random) {
    int cols = 1 + random.nextInt(150);
    int rows = 1 + random.nextInt(1500 / cols);
    return new Shape(rows, cols, random.nextInt(4), random.nextInt(4));
  }

  /** Operands of a shape: one row in eight has weight 0, or an ignored label, or both. */
  private static final class Operands {
    final Shape shape;
    final Batch y;
    final Batch logits;
    final Batch dense;
    final int[] labels;
    final Batch hot;
    final float[] weights;
    final int[] someIgnored;

    Operands(Shape shape) {
      this.shape = shape;
      Random random = new Random(shape.rows() * 31 + shape.cols());
      y = shape.batch(random, Values.PROBABILITIES);
      logits = shape.batch(random, Values.PROBABILITIES);
      for (int i = 0; i < logits.data().length; i++) {
        logits.data()[i] = 12 * logits.data()[i] - 6;
      }
      dense = shape.batch(random, Values.PROBABILITIES);
      labels = shape.labels(random);
      hot = TestData.oneHot(shape, labels);
      weights = new float[shape.rows() + AT];
      for (int i = 0; i < weights.length; i++) {
        weights[i] = random.nextInt(8) == 0 ? 0 : 3 * random.nextFloat();
      }
      someIgnored = labels.clone();
      for (int r = 0; r < labels.length; r++) {
        someIgnored[r] = random.nextInt(8) == 0 ? IGNORED : labels[r];
      }
    }

    Batch y(Case of) {
      return of.loss instanceof SoftmaxCrossEntropy ? logits : y;
    }

    List<Given> targets(Case of) {
      List<Given> all = new ArrayList<>();
      for (float[] w : new float[][] {null, weights}) {
        if (of.ignores) {
          all.add(given(Targets.labels(someIgnored), w, r -> hot(someIgnored[r])));
        } else {
          boolean isRefused = TestData.isRefused(of.loss, Targets.labels(labels), shape.cols());
          Targets first = isRefused ? Targets.of(hot) : Targets.labels(labels);
          all.add(given(first, w, r -> hot(labels[r])));
          all.add(given(Targets.of(hot), w, r -> hot(labels[r])));
          all.add(given(Targets.argmax(hot), w, r -> hot(labels[r])));
          all.add(given(Targets.of(dense), w, r -> row(dense, r)));
          all.add(given(Targets.argmax(dense), w, r -> hot(dense.argmax(r))));
        }
      }
      return all;
    }

    private Given given(Targets t, float[] w, IntFunction<double[]> values) {
      return new Given(w == null ? t : t.weighted(w, AT), w, values);
    }

    double[] row(Batch batch, int row) {
      double[] values = new double[shape.cols()];
      for (int c = 0; c < values.length; c++) {
        values[c] = batch.get(row, c);
      }
      return values;
    }

    private double[] hot(int label) {
      double[] values = new double[shape.cols()];
      values[label == IGNORED ? 0 : label] = 1;
      return values;
    }
  }

  /** Targets, the weights that they have or null, and the same as values for the formulas. */
  private record Given(Targets targets, float[] weights, IntFunction<double[]> values) {
    double weight(int row) {
      boolean ignored = targets.labels() != null && targets.labels()[row] == IGNORED;
      return ignored ? 0 : weights == null ? 1 : weights[AT + row];
    }
  }

  @Tag("any-width") // on the scalar backend
  @ParameterizedTest
  @MethodSource("shapes")
  void lossesRowsAndDerivativesAreThoseOfTheFormulas(Shape shape) {
    Operands operands = new Operands(shape);
    for (Case of : cases(shape)) {
      Case each = of.on(Backend.scalar());
      for (Given t : operands.targets(each)) {
        check(operands, each, t);
      }
    }
  }

  /** The worst error, as a part of its bound. */
  private static final class Worst {
    private double part;

    void assertWithin(double expected, double actual, double bound, String what) {
      assertEquals(expected, actual, bound, what);
      if (bound > 0 && actual == actual) {
        part = Math.max(part, Math.abs(actual - expected) / bound);
      }
    }
  }

  /** By loss and result. */
  private static final Map<String, Worst> WORST = new TreeMap<>();

  private static Worst worst(Case of, String result) {
    String name = of.loss.getClass().getSimpleName() + "'s " + result;
    return WORST.computeIfAbsent(name, any -> new Worst());
  }

  @AfterAll
  static void printTheWorst() {
    WORST.forEach(
        (name, worst) -> System.out.printf("%s: at worst %.3f of the bound%n", name, worst.part));
  }

  private static void check(Operands operands, Case of, Given given) {
    Targets t = given.targets;
    String what = of.loss + ", " + t + ", " + operands.shape;
    Batch y = operands.y(of);
    int rows = operands.shape.rows();
    int cols = operands.shape.cols();
    double sum = 0;
    double size = 0;
    double divisor = 0;
    float[] losses = new float[rows];
    of.loss.perRow(y, t, losses);
    Worst worst = worst(of, "row losses");
    for (int r = 0; r < rows; r++) {
      double weight = given.weight(r);
      double[] row = of.row(operands.row(y, r), given.values.apply(r));
      sum += weight * row[0];
      size += weight * row[1];
      divisor += weight;
      double own = weight / (of.isMse() ? cols : 1);
      worst.assertWithin(own * row[0], losses[r], BOUND * own * row[1] + 1e-37, what);
    }
    divisor = of.isMse() ? divisor * cols : divisor;
    double by = of.isMean() ? divisor : 1;
    double loss = of.loss.loss(y, t);
    worst(of, "losses").assertWithin(sum / by, loss, by == 0 ? 0 : BOUND * size / by, what);
    Batch gradient = TestData.room(operands.shape);
    assertEquals(loss, of.loss.lossAndGradient(y, t, gradient), 0.0, what);
    worst = worst(of, "gradients");
    for (int r = 0; r < rows; r++) {
      double factor = by == 0 ? 0 : given.weight(r) / by;
      double[][] d = of.derivatives(operands.row(y, r), given.values.apply(r));
      for (int c = 0; c < cols; c++) {
        double bound = BOUND * factor * d[1][c] + 1e-37;
        worst.assertWithin(factor * d[0][c], gradient.get(r, c), bound, what);
        assertTrue(Float.floatToRawIntBits(gradient.get(r, c)) != Integer.MIN_VALUE, what);
      }
    }
    LossSum total = new LossSum();
    of.loss.addTo(total, y, t);
    assertEquals(sum, total.sum(), BOUND * size, what);
    assertEquals(divisor, total.weight(), 1e-12 * divisor, what);
    assertEquals(rows, total.rows());
  }

  /** All that a loss gives for some operands, as bits. */
  private static List<Object> results(Loss loss, Batch y, Targets t) {
    float[] losses = new float[y.rows()];
    loss.perRow(y, t, losses);
    Batch gradient = TestData.room(new Shape(y.rows(), y.cols(), 0, 1));
    LossSum sum = new LossSum();
    loss.addTo(sum, y, t);
    return List.of(
        TestData.hex(loss.loss(y, t)),
        TestData.hex(loss.lossAndGradient(y, t, gradient)),
        Arrays.hashCode(TestData.bits(gradient.data(), gradient.data().length)),
        Arrays.hashCode(TestData.bits(losses, losses.length)),
        sum.toString());
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void allBackendsGiveTheSameBits(Shape shape) {
    Operands operands = new Operands(shape);
    for (Case of : cases(shape)) {
      Batch y = operands.y(of);
      for (Given given : operands.targets(of)) {
        List<Object> expected = results(of.loss.on(Backend.scalar()), y, given.targets);
        for (Backend backend : TestData.backends()) {
          Loss loss = of.loss.on(backend);
          assertEquals(
              expected, results(loss, y, given.targets), () -> loss + ", " + given.targets);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("small")
  void labelsOneHotRowsAndArgmaxAgree(Shape shape) {
    Operands operands = new Operands(shape);
    for (Case of : cases(shape)) {
      if (!of.ignores) {
        Batch y = operands.y(of);
        for (int weighted = 0; weighted < 10; weighted += 5) {
          List<Given> all = operands.targets(of).subList(weighted, weighted + 3);
          List<Object> expected = results(of.loss, y, all.get(0).targets);
          assertEquals(expected, results(of.loss, y, all.get(1).targets), of::toString);
          assertEquals(expected, results(of.loss, y, all.get(2).targets), of::toString);
        }
      }
    }
  }

  /** Sums are not divided, and so a row's derivatives are the same in every batch. */
  @ParameterizedTest
  @MethodSource("small")
  void aRowDependsOnNoOther(Shape shape) {
    Operands operands = new Operands(shape);
    for (Case of : cases(shape)) {
      if (!of.isMean()) {
        Batch y = operands.y(of);
        for (Given given : operands.targets(of)) {
          checkRowsAlone(of.loss, y, given.targets);
        }
      }
    }
  }

  private static void checkRowsAlone(Loss loss, Batch y, Targets t) {
    int rows = y.rows();
    float[] losses = new float[rows];
    loss.perRow(y, t, losses);
    Batch gradient = MiniBatch.zeros(rows, y.cols());
    loss.lossAndGradient(y, t, gradient);
    float[] alone = new float[1];
    Batch row = MiniBatch.zeros(1, y.cols());
    for (int r = 0; r < rows; r++) {
      String what = loss + ", " + t + ", row " + r;
      loss.perRow(y.slice(r, r + 1), t.slice(r, r + 1), alone);
      assertEquals(losses[r], alone[0], what);
      loss.lossAndGradient(y.slice(r, r + 1), t.slice(r, r + 1), row);
      for (int c = 0; c < y.cols(); c++) {
        assertEquals(gradient.get(r, c), row.get(0, c), what);
      }
    }
  }

  /** Neither a NaN nor an infinity, of predictions or of targets. */
  @ParameterizedTest
  @MethodSource("small")
  void nothingOfARowWithoutWeightGetsOut(Shape shape) {
    Operands operands = new Operands(shape);
    float[] odd = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, -1, 1e30f};
    for (Case of : cases(shape)) {
      for (Given given : operands.targets(of)) {
        Batch y = TestData.copy(operands.y(of));
        List<Object> expected = results(of.loss, y, given.targets);
        boolean areDense = given.targets.toString().contains("of ");
        Batch t = TestData.copy(operands.dense);
        for (int r = 0; r < shape.rows(); r++) {
          for (int c = 0; given.weight(r) == 0 && c < shape.cols(); c++) {
            y.data()[y.offset() + r * y.stride() + c] = odd[(r + c) % odd.length];
            t.data()[t.offset() + r * t.stride() + c] = odd[c % odd.length];
          }
        }
        assertEquals(expected, results(of.loss, y, given.targets), () -> of + ", " + given.targets);
        if (areDense && given.values.apply(0)[0] == operands.dense.get(0, 0)) {
          Targets odder = Targets.of(t);
          odder = given.weights == null ? odder : odder.weighted(given.weights, AT);
          assertEquals(expected, results(of.loss, y, odder), () -> of + ", " + given.targets);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("small")
  void aGradientMayTakeThePlaceOfPredictionsOrTargets(Shape shape) {
    Operands operands = new Operands(shape);
    for (Case of : cases(shape)) {
      for (Given given : operands.targets(of)) {
        Batch y = operands.y(of);
        Batch gradient = TestData.copy(y);
        double loss = of.loss.lossAndGradient(y, given.targets, gradient);
        Batch inPlace = TestData.copy(y);
        assertEquals(loss, of.loss.lossAndGradient(inPlace, given.targets, inPlace));
        assertArrayEquals(gradient.data(), inPlace.data(), () -> of + ", " + given.targets);
        if (given.targets.toString().startsWith("Targets.of")) {
          boolean isHot = given.values.apply(0)[0] == operands.hot.get(0, 0);
          Batch values = TestData.copy(isHot ? operands.hot : operands.dense);
          Targets t = Targets.of(values);
          of.loss.lossAndGradient(
              y, given.weights == null ? t : t.weighted(given.weights, AT), values);
          for (int r = 0; r < shape.rows(); r++) {
            for (int c = 0; c < shape.cols(); c++) {
              assertEquals(gradient.get(r, c), values.get(r, c), () -> of + ", " + given.targets);
            }
          }
        }
      }
    }
  }

  /** What {@code addTo} of each row alone would add; and the gradient beside the sum. */
  @ParameterizedTest
  @MethodSource("small")
  void sumsOverRowsAndSumsWithGradients(Shape shape) {
    Operands operands = new Operands(shape);
    for (Case of : cases(shape)) {
      Batch y = operands.y(of);
      for (Given given : operands.targets(of)) {
        Targets t = given.targets;
        String what = of.loss + ", " + t;
        LossSum alone = new LossSum();
        for (int r = 0; r < shape.rows(); r++) {
          of.loss.addTo(alone, y.slice(r, r + 1), t.slice(r, r + 1));
        }
        for (Backend backend : TestData.backends()) {
          LossSum rows = new LossSum();
          of.loss.on(backend).addRowsTo(rows, y, t);
          assertArrayEquals(alone.toBytes(), rows.toBytes(), what + ", " + backend);
        }
        LossSum whole = new LossSum();
        of.loss.addTo(whole, y, t);
        LossSum beside = new LossSum();
        Batch gradient = TestData.room(shape);
        of.loss.addTo(beside, y, t, gradient);
        assertArrayEquals(whole.toBytes(), beside.toBytes(), what);
        Batch expected = TestData.room(shape);
        of.loss.lossAndGradient(y, t, expected);
        assertArrayEquals(expected.data(), gradient.data(), what);
      }
    }
  }

  /** Where rows are computed together to the bits that each has alone, whatever is in them. */
  @Test
  void sumsOverRowsOfAnyValues() {
    for (int cols = 1; cols <= 18; cols++) {
      Shape shape = new Shape(70, cols, cols % 3, cols % 2);
      Random random = new Random(cols);
      int[] labels = shape.labels(random);
      Batch mixed = TestData.oneHot(shape, labels);
      for (int r = 0; r < shape.rows(); r += 3) {
        mixed.data()[mixed.offset() + r * mixed.stride()] = 0.25f;
      }
      for (Values values : Values.values()) {
        Batch y = shape.batch(random, values);
        Batch any = shape.batch(random, values);
        for (Loss loss : TestData.losses()) {
          for (Targets t :
              List.of(
                  Targets.labels(labels),
                  Targets.of(any),
                  Targets.argmax(any),
                  Targets.of(mixed))) {
            checkRowsAdded(loss, y, t);
          }
        }
      }
    }
  }

  private static void checkRowsAdded(Loss loss, Batch y, Targets t) {
    if (TestData.isRefused(loss, t, y.cols())) {
      return;
    }
    // Row by row, since a NaN would hide all others.
    for (int r = 0; r < y.rows(); r += 7) {
      LossSum alone = new LossSum();
      loss.addTo(alone, y.slice(r, r + 1), t.slice(r, r + 1));
      for (Backend backend : TestData.oneThreaded()) {
        LossSum sum = new LossSum();
        loss.on(backend).addRowsTo(sum, y.slice(r, r + 1), t.slice(r, r + 1));
        assertArrayEquals(alone.toBytes(), sum.toBytes(), () -> loss + ", " + t + " on " + backend);
      }
    }
  }

  @Test
  void noRowsAddAndWriteNothing() {
    for (Loss loss : TestData.lossesOfClasses()) {
      Batch none = two.slice(1, 1);
      LossSum sum = new LossSum();
      float[] gradient = {7, 7};
      loss.addTo(sum, none, new int[0], Batch.of(gradient, 0, 0, 2, 2));
      loss.addTo(sum, none, none, Batch.of(gradient, 0, 0, 2, 2));
      loss.addRowsTo(sum, none, new int[0]);
      loss.addRowsTo(sum, none, none);
      assertEquals(0, sum.rows());
      assertArrayEquals(new float[] {7, 7}, gradient);
    }
  }

  private final Batch two = Batch.of(new float[] {0.9f, 0.1f, 0.3f, 0.7f, 0.5f, 0.5f}, 3, 2);

  @Test
  void aMeanIsDividedByTheWeights() {
    int[] labels = {0, 1, 1};
    float[] weights = {2, 0, 0.5f};
    double expected = -(2 * Math.log(0.9f + 1e-7) + 0.5 * Math.log(0.5 + 1e-7)) / 2.5;
    Targets t = Targets.labels(labels).weighted(weights);
    assertEquals(expected, CrossEntropy.mean().loss(two, t), 1e-7);
    LossSum sum = new LossSum();
    CrossEntropy.mean().addTo(sum, two.slice(0, 1), t.slice(0, 1));
    CrossEntropy.mean().addTo(sum, two.slice(1, 3), t.slice(1, 3));
    assertEquals(2.5, sum.weight());
    assertEquals(3, sum.rows());
    assertEquals(expected, sum.mean(), 1e-7);
  }

  /** Its documentation: weight[y] of each row, divided by their sum. */
  @Test
  void weightsOfClassesAreAsInPyTorch() {
    Batch x = Batch.of(new float[] {1, 2, 3, 1, 0, -1}, 2, 3);
    float[] classWeights = {0.5f, 1, 2};
    int[] labels = {2, 0};
    float[] weights = {classWeights[2], classWeights[0]};
    double first = Math.log(Math.exp(1) + Math.exp(2) + Math.exp(3)) - 3;
    double second = Math.log(Math.exp(1) + 1 + Math.exp(-1)) - 1;
    assertEquals(
        (2 * first + 0.5 * second) / 2.5,
        SoftmaxCrossEntropy.mean().loss(x, Targets.labels(labels).weighted(weights)),
        1e-6);
  }

  /** Its documentation: (1 − ε) of the label's loss, and ε / classes of each class's. */
  @Test
  void smoothingIsAsInPyTorch() {
    Batch x = Batch.of(new float[] {1, 2, 3}, 1, 3);
    double ln = Math.log(Math.exp(1) + Math.exp(2) + Math.exp(3));
    double expected = 0.9 * (ln - 3) + 0.1 / 3 * (3 * ln - 6);
    int[] labels = {2};
    assertEquals(expected, SoftmaxCrossEntropy.mean().smoothing(0.1).loss(x, labels), 1e-6);
  }

  @Test
  void withSmoothingAClassThatCanNotBeHasALoss() {
    Batch x = Batch.of(new float[] {1, Float.NEGATIVE_INFINITY, 3}, 1, 3);
    int[] labels = {2};
    double infinity = Double.POSITIVE_INFINITY;
    assertEquals(infinity, SoftmaxCrossEntropy.mean().smoothing(0.1).loss(x, labels));
  }

  /** Its logLoss: −w · ln max(min(p, 1 − ε), ε) of the label's probability. */
  @Test
  void clippingIsAsInSpark() {
    Batch y = Batch.of(new float[] {0, 1, 1, 0, 0.25f, 0.75f}, 3, 2);
    int[] labels = {0, 0, 1};
    double expected = -(Math.log(1e-15) + Math.log(1 - 1e-15) + Math.log(0.75)) / 3;
    assertEquals(expected, CrossEntropy.mean().clip(1e-15).loss(y, labels), 1e-12 * expected);
    Targets hot = Targets.of(Labels.oneHot(labels, 2));
    assertEquals(expected, CrossEntropy.mean().clip(1e-15).loss(y, hot), 1e-12 * expected);
  }

  @Test
  void whatIsClippedHasNoDerivative() {
    Batch y = Batch.of(new float[] {0.1f, 0.2f, 0.8f, 0.9f, Float.NaN}, 5, 1);
    Batch gradient = MiniBatch.zeros(5, 1);
    CrossEntropy.sum().clip(0.2f).lossAndGradient(y, new int[5], gradient);
    assertArrayEquals(new float[] {0, -1 / 0.2f, -1 / 0.8f, 0, Float.NaN}, gradient.data(), 1e-6f);
  }

  @Test
  void theLaterOfDeltaAndClipCounts() {
    int[] labels = {0, 1, 1};
    double plain = CrossEntropy.sum().delta(0.1).loss(two, labels);
    assertEquals(plain, CrossEntropy.sum().clip(0.3).delta(0.1).loss(two, labels));
    double clipped = CrossEntropy.sum().clip(0.3).loss(two, labels);
    assertEquals(clipped, CrossEntropy.sum().delta(0.1).clip(0.3).loss(two, labels));
  }

  @Test
  void whereAllWeightsAreZeroAMeanIsNaNAndItsDerivativesAreZero() {
    for (Loss loss : TestData.lossesOfClasses()) {
      Targets t = Targets.labels(new int[3]).weighted(new float[] {0, -0f, 0});
      Batch gradient = Batch.of(new float[] {7, 7, 7, 7, 7, 7}, 3, 2);
      double expected =
          loss.toString().contains("um ") || loss.toString().contains("sum") ? 0 : Double.NaN;
      assertEquals(expected, loss.lossAndGradient(two, t, gradient), loss.toString());
      assertArrayEquals(new float[6], gradient.data());
      LossSum sum = new LossSum();
      loss.addTo(sum, two, t);
      assertEquals(3, sum.rows());
      assertEquals(Double.NaN, sum.mean());
    }
  }

  /** However a data set is cut, and whatever the weights are. */
  @Test
  void theSumOfWeightsIsExact() {
    Random random = new Random(3);
    int rows = 1000;
    float[] weights = new float[rows];
    for (int r = 0; r < rows; r++) {
      weights[r] = Values.ANY_SIZE.next(random);
    }
    Batch y = new Shape(rows, 3, 0, 0).batch(random, Values.PROBABILITIES);
    Targets t = Targets.labels(new int[rows]).weighted(weights);
    for (Loss loss : List.of(CrossEntropy.mean(), SquaredError.mse())) {
      LossSum whole = new LossSum();
      loss.addTo(whole, y, t);
      LossSum parts = new LossSum();
      for (int r = 0; r < rows; r += 90) {
        int end = Math.min(rows, r + 90);
        loss.addTo(parts, y.slice(r, end), t.slice(r, end));
      }
      assertEquals(whole.weight(), parts.weight());
    }
  }

  @Test
  void accuracyWeighs() {
    Targets t = Targets.labels(new int[] {0, 0, 1}).weighted(new float[] {2, 1, 1});
    assertEquals(0.5, Labels.accuracy(two, t));
    assertEquals(0.0, Labels.accuracy(two.slice(1, 3), t.slice(1, 3)));
  }

  private static void assertRefused(String message, Runnable call) {
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, call::run);
    assertEquals(message, e.getMessage());
  }

  @Test
  void wrongWeightsAreNamed() {
    Targets t = Targets.labels(new int[3]);
    assertRefused(
        "rowWeights has 2 elements; allowed: one for each of 3 rows, from offset 0 on, which is 0 or"
            + " more",
        () -> t.weighted(new float[2]));
    float[] gradient = new float[6];
    for (float wrong : new float[] {-1, Float.NaN, Float.POSITIVE_INFINITY}) {
      Targets weighted = t.weighted(new float[] {9, 1, wrong, 1}, 1);
      String message = "weight " + wrong + " of row 1; allowed: finite, 0 or more";
      assertRefused(message, () -> CrossEntropy.mean().loss(two, weighted));
      assertRefused(message, () -> Labels.accuracy(two, weighted));
      assertRefused(
          message,
          () -> SquaredError.mse().lossAndGradient(two, weighted, Batch.of(gradient, 3, 2)));
    }
    assertArrayEquals(new float[6], gradient);
  }

  @Test
  void resultsMayNotTakeThePlaceOfWeights() {
    float[] both = {1, 1, 1, 1, 1, 1, 1};
    Targets t = Targets.labels(new int[3]).weighted(both, 4);
    assertRefused(
        "gradient overlaps the weights, at offset 4",
        () -> CrossEntropy.mean().lossAndGradient(two, t, Batch.of(both, 0, 3, 2, 2)));
    Targets first = Targets.labels(new int[3]).weighted(both);
    assertRefused(
        "losses overlaps the weights, at offset 0",
        () -> CrossEntropy.mean().perRow(two, first, both));
    CrossEntropy.mean().perRow(two, t, both); // before them
  }

  @Test
  void anIgnoredLabelNeedNotBeAColumnAndOthersMust() {
    CrossEntropy loss = CrossEntropy.mean().ignoring(IGNORED);
    int[] labels = {0, IGNORED, 2};
    IndexOutOfBoundsException e =
        assertThrows(IndexOutOfBoundsException.class, () -> loss.loss(two, labels));
    assertEquals("label 2 of row 2; allowed: 0 to 1, and -100, which is ignored", e.getMessage());
    labels[2] = IGNORED;
    double one = CrossEntropy.mean().loss(two.slice(0, 1), new int[1]);
    assertEquals(one, loss.loss(two, labels), 1e-15);
    String message = "ignoring(-100) is for targets that are labels; these are values";
    assertRefused(message, () -> loss.loss(two, two));
    assertRefused(message, () -> loss.loss(two, Targets.argmax(two)));
  }

  @Test
  void optionsOutOfRangeAreNamed() {
    assertRefused(
        "epsilon is 1.5; allowed: 0 to 1", () -> SoftmaxCrossEntropy.sum().smoothing(1.5));
    assertRefused(
        "epsilon is NaN; allowed: 0 to 1", () -> CrossEntropy.sum().smoothing(Double.NaN));
    assertRefused(
        "epsilon is 0.5; allowed: from 1.1754943508222875E-38 to below 0.5",
        () -> CrossEntropy.sum().clip(0.5));
  }

  @Tag("warm-up")
  @Test
  void warmingUpALossWithOptions() {
    CrossEntropy.mean().ignoring(IGNORED).warmUp();
    SoftmaxCrossEntropy.mean().smoothing(0.1).on(Backend.scalar()).warmUp();
    assertEquals(0, SoftmaxCrossEntropy.sum().ignoring(0).loss(two, new int[3]));
  }

  @Test
  void aLossNamesItsOptions() {
    String text = CrossEntropy.mean().clip(1e-15).ignoring(-1).smoothing(0.1).toString();
    assertTrue(
        text.startsWith("CrossEntropy.mean(clip=1.0E-15).ignoring(-1).smoothing(0.1) on "), text);
    text = SoftmaxCrossEntropy.sum().smoothing(0.2).toString();
    assertTrue(text.startsWith("SoftmaxCrossEntropy.sum.smoothing(0.2) on "), text);
  }
}

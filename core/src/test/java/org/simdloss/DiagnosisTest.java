package org.simdloss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.simdloss.TestData.Shape;
import org.simdloss.TestData.Values;

@Tag("any-width")
class DiagnosisTest {
  private static final float NAN = Float.NaN;
  private static final float INF = Float.POSITIVE_INFINITY;

  private static final Loss CE = CrossEntropy.mean();
  private static final Loss SOFTMAX = SoftmaxCrossEntropy.mean();
  private static final Loss BINARY = BinaryCrossEntropy.mean();
  private static final Loss SIGMOID = SigmoidCrossEntropy.mean();
  private static final Loss SQUARED = SquaredError.mse();

  private static final Batch PROBABILITIES = rows(new float[][] {{.1f, .2f, .7f}, {.5f, .3f, .2f}});
  private static final Batch LOGITS = rows(new float[][] {{-1, 2, .5f}, {3, -4, 0}});
  private static final Batch HOT = rows(new float[][] {{0, 0, 1}, {1, 0, 0}});

  /** In the middle of an array, with odd values in its gaps. */
  private static Batch rows(float[][] values) {
    int cols = values[0].length;
    float[] data = new float[2 + values.length * (cols + 1)];
    Arrays.fill(data, NAN);
    for (int r = 0; r < values.length; r++) {
      System.arraycopy(values[r], 0, data, 2 + r * (cols + 1), cols);
    }
    return Batch.of(data, 2, values.length, cols, cols + 1);
  }

  /** Values of one column. */
  private static Batch column(float... values) {
    return Batch.of(values, values.length, 1);
  }

  private static void finds(Loss loss, Batch y, Targets t, String... expected) {
    assertEquals(List.of(expected), loss.diagnose(y, t));
  }

  private static void finds(Loss loss, Batch y, Batch t, String... expected) {
    finds(loss, y, Targets.of(t), expected);
    assertEquals(List.of(expected), loss.diagnose(y, t));
  }

  private static void finds(Loss loss, Batch y, int[] labels, String... expected) {
    finds(loss, y, Targets.labels(labels), expected);
    assertEquals(List.of(expected), loss.diagnose(y, labels));
    int[] longer = new int[labels.length + 3];
    Arrays.fill(longer, 77);
    System.arraycopy(labels, 0, longer, 2, labels.length);
    finds(loss, y, Targets.labels(longer, 2, labels.length), expected);
  }

  // What is not finite

  @Test
  void predictionsThatAreNotFinite() {
    String all = ": look at what computed it; Targets.weighted with a weight of 0 leaves out a row";
    Batch y = rows(new float[][] {{.1f, .2f, .7f}, {.5f, NAN, .2f}, {INF, -INF, .5f}});
    int[] labels = {0, 1, 2};
    for (Loss loss : List.of(CE, SOFTMAX.on(Backend.scalar()), SQUARED)) {
      // to softmax the -Infinity is a class that can not be
      int count = loss instanceof SoftmaxCrossEntropy ? 2 : 3;
      String first = "y is NaN at row 1, column 1 (the first of " + count + ")" + all;
      assertEquals(first, loss.diagnose(y, labels).get(0), loss::toString);
      assertEquals(first, loss.diagnose(y, Labels.oneHot(labels, 3)).get(0), loss::toString);
      assertTrue(Double.isNaN(loss.loss(y, labels)), loss::toString);
    }
    finds(CE, y, labels, "y is NaN at row 1, column 1 (the first of 3)" + all);
    finds(
        CE,
        y.slice(2, 3),
        new int[] {2},
        "y is Infinity at row 0, column 0 (the first of 2)" + all);
    finds(BINARY, column(.5f, .2f, NAN), new int[] {1, 0, 1}, "y is NaN at row 2, column 0" + all);
    finds(SIGMOID, column(-5, INF), new int[] {1, 1}, "y is Infinity at row 1, column 0" + all);
    finds(SQUARED, column(-5, -INF), column(1, 1), "y is -Infinity at row 1, column 0" + all);
  }

  @Test
  void classesThatCanNotBe() {
    String all =
        ", a class that can not be: its target must be 0, without smoothing, and another class of"
            + " its row must be left";
    Batch y = rows(new float[][] {{1, -INF, 2}, {-INF, 3, 0}});
    finds(SOFTMAX, y, new int[] {0, 1});
    finds(SOFTMAX, y, Labels.oneHot(new int[] {0, 1}, 3));
    finds(SOFTMAX, y, Targets.argmax(Labels.oneHot(new int[] {0, 1}, 3)));
    finds(SOFTMAX, y, new int[] {0, 0}, "y is -Infinity at row 1, column 0" + all);
    finds(
        SOFTMAX, y, Labels.oneHot(new int[] {1, 1}, 3), "y is -Infinity at row 0, column 1" + all);
    finds(
        SOFTMAX,
        y,
        Targets.argmax(Labels.oneHot(new int[] {1, 1}, 3)),
        "y is -Infinity at row 0, column 1" + all);
    finds(
        SoftmaxCrossEntropy.mean().smoothing(0.1),
        y,
        new int[] {0, 1},
        "y is -Infinity at row 0, column 1 (the first of 2)" + all);
    Batch none = rows(new float[][] {{1, 2, 3}, {-INF, -INF, -INF}});
    finds(
        SOFTMAX,
        none,
        rows(new float[][] {{1, 0, 0}, {0, 0, 0}}),
        "y is -Infinity at row 1, column 0" + all,
        "t sums to 0.0 in row 1, and a distribution to 1: Targets.weighted takes the weight of a"
            + " row, which may be 0");
    finds(SIGMOID, column(2, -INF), new int[] {1, 0});
    finds(SIGMOID, column(2, -INF), new int[] {0, 1}, "y is -Infinity at row 1, column 0" + all);
  }

  @Test
  void targetsThatAreNotFinite() {
    String all =
        ": look at what it was read from; Targets.weighted with a weight of 0 leaves out a row";
    Batch t = rows(new float[][] {{0, 0, 1}, {1, INF, NAN}});
    String two = "t is Infinity at row 1, column 1 (the first of 2)" + all;
    finds(CE, PROBABILITIES, t, two);
    finds(SOFTMAX, LOGITS, t, two);
    finds(SQUARED, LOGITS, t, two);
    finds(BINARY, PROBABILITIES, t, two);
    finds(SIGMOID, LOGITS, t, two);
    finds(CE, PROBABILITIES, Targets.argmax(t), "t is NaN at row 1, column 2" + all);
  }

  @Test
  void squaresThatOverflow() {
    Batch t = column(0, 0, 1e19f);
    Batch y = column(1, 1.84e19f, -1e19f);
    String found =
        "y - t is -2.0E19 at row 2, column 0, and its square passes 3.4e38, the largest float:"
            + " scale y and t down";
    finds(SQUARED, y, t, found);
    finds(SQUARED, y.slice(0, 2), t.slice(0, 2));
    assertEquals(INF, SQUARED.loss(y, t));
    finds(
        SQUARED,
        Batch.row(new float[] {1.85e19f, 0}),
        new int[] {1},
        "y - t is 1.85E19 at row 0, column 0, and its square passes 3.4e38, the largest float:"
            + " scale y and t down");
  }

  // Predictions of another kind

  @Test
  void rowsThatDoNotSumToOne() {
    Batch y = rows(new float[][] {{.1f, .2f, .7f}, {.5f, .3f, .7f}, {0, .25f, .25f}});
    finds(
        CE,
        y,
        new int[] {0, 1, 2},
        "y sums to 1.5 in row 1 (the first of 2), and a distribution to 1: divide a row by its sum;"
            + " SoftmaxCrossEntropy takes logits, and BinaryCrossEntropy a probability by itself in"
            + " each column");
    finds(BINARY, y, Labels.oneHot(new int[] {0, 1, 2}, 3));
    finds(CE, column(.5f, .3f), new int[] {0, 0});
    finds(CE, rows(new float[][] {{.333f, .333f, .333f}}), new int[] {0});
  }

  @Test
  void percentages() {
    String all = ": these look like percentages, and a probability is from 0 to 1: divide by 100";
    Batch y = rows(new float[][] {{.5f, 20, 79.5f}, {0, 100, 0}});
    finds(CE, y, new int[] {1, 2}, "y is 20.0 at row 0, column 1 (the first of 3)" + all);
    assertTrue(CE.loss(y, new int[] {1, 1}) < 0);
    finds(
        BINARY,
        column(.5f, 20, 80),
        new int[] {0, 0, 1},
        "y is 20.0 at row 1, column 0 (the first of 2)" + all);
    finds(
        CE,
        rows(new float[][] {{.2f, .2f, .6f}, {20, 20, 60}, {1, 0, 0}}),
        new int[] {0, 1, 2},
        "y is 20.0 at row 1, column 0 (the first of 3), and a probability is from 0 to 1: look at"
            + " what computed it; CrossEntropy.clip(1e-15) clips it");
  }

  @Test
  void logitsWhereProbabilitiesBelong() {
    finds(
        CE,
        LOGITS,
        new int[] {1, 1},
        "y is -1.0 at row 0, column 0 (the first of 4): these look like logits, and"
            + " SoftmaxCrossEntropy takes them as they are");
    assertTrue(Double.isNaN(CE.loss(LOGITS, new int[] {1, 1})));
    assertTrue(CE.loss(LOGITS, new int[] {1, 0}) < 0);
    finds(
        BINARY,
        column(.5f, 3, .2f, -1),
        new int[] {1, 1, 0, 0},
        "y is 3.0 at row 1, column 0 (the first of 2): these look like logits, and"
            + " SigmoidCrossEntropy takes them as they are");
  }

  /** A single one is no logit. */
  @Test
  void oneValueThatIsNoProbability() {
    Batch y = rows(new float[][] {{.1f, .2f, .7f}, {.5f, .3f, .2f}, {1.1f, -.1f, 0}});
    String all =
        ", and a probability is from 0 to 1: look at what computed it; CrossEntropy.clip(1e-15)"
            + " clips it";
    finds(CE, y, new int[] {0, 1, 2}, "y is 1.1 at row 2, column 0 (the first of 2)" + all);
    y.data()[y.offset()] = -.2f;
    finds(CE, y, new int[] {0, 1, 2}, "y is -0.2 at row 0, column 0 (the first of 3)" + all);
    finds(
        BINARY,
        column(.1f, .2f, .3f, .4f, -.5f),
        new int[5],
        "y is -0.5 at row 4, column 0, and a probability is from 0 to 1: look at what computed it;"
            + " BinaryCrossEntropy.clip(1e-15) clips it");
    // what rounding makes of 1
    finds(CE, rows(new float[][] {{1.000001f, 0}, {.5f, .5f}}), new int[] {0, 1});
  }

  @Test
  void probabilitiesWhereLogitsBelong() {
    finds(
        SOFTMAX,
        PROBABILITIES,
        new int[] {0, 1},
        "y is 0.1 at row 0, column 0, and all of it is from 0 to 1, each row with a sum of 1: these"
            + " look like probabilities, which CrossEntropy takes as they are, and"
            + " SoftmaxCrossEntropy takes logits");
    finds(SOFTMAX, rows(new float[][] {{.1f, .2f, .7f}, {.5f, .3f, .3f}}), new int[] {0, 1});
    finds(SOFTMAX, rows(new float[][] {{.1f, .2f, .7f}, {1.5f, -.3f, -.2f}}), new int[] {0, 1});
    String binary =
        "y is 0.5 at row 0, column 0, and all of it is from 0 to 1: these look like probabilities,"
            + " which BinaryCrossEntropy takes as they are, and SigmoidCrossEntropy takes logits";
    Batch y = column(.5f, .1f, .9f, .7f, .3f, .2f, .6f, .8f);
    finds(SIGMOID, y, new int[] {1, 0, 1, 1, 0, 0, 1, 1}, binary);
    Batch several = Batch.of(y.data(), 2, 4);
    finds(SIGMOID, several, Batch.of(new float[8], 2, 4), binary);
    finds(SOFTMAX, several, new int[] {0, 1});
    finds(
        SOFTMAX,
        y,
        new int[8],
        "y is 0.5 at row 0, column 0, and all of it is from 0 to 1: these look like probabilities,"
            + " which CrossEntropy takes as they are, and SoftmaxCrossEntropy takes logits");
    assertSays("look like prob", SOFTMAX.diagnose(rows(new float[][] {{0, 1}}), new int[] {0}));
    assertSays("y is NaN", SOFTMAX.diagnose(rows(new float[][] {{NAN, .3f, .6f}}), new int[] {0}));
    // too few to tell; and those of a network that has learnt nothing
    finds(SIGMOID, y.slice(0, 7), new int[] {1, 0, 1, 1, 0, 0, 1});
    finds(SIGMOID, column(new float[100]), new int[100]);
    finds(SOFTMAX, rows(new float[][] {{.5f, .5f}, {.5f, .5f}}), new int[] {0, 1});
  }

  @Test
  void predictionsAndTargetsSwapped() {
    finds(
        CE,
        HOT,
        PROBABILITIES,
        "y is one-hot rows, as targets are, and t is 0.1 at row 0, column 0, as predictions are:"
            + " they seem to be swapped, and CrossEntropy takes (y, t), predictions first");
    finds(
        SOFTMAX,
        HOT,
        Targets.argmax(LOGITS),
        "y is one-hot rows, as targets are, and t is -1.0 at row 0, column 0, as predictions are:"
            + " they seem to be swapped, and SoftmaxCrossEntropy takes (y, t), predictions first");
    finds(
        BINARY,
        column(0, 1, 1),
        column(0, .7f, .9f),
        "y is 0 or 1 everywhere, as targets are, and t is 0.7 at row 1, column 0, as predictions"
            + " are: they seem to be swapped, and BinaryCrossEntropy takes (y, t), predictions"
            + " first");
    finds(
        SIGMOID,
        column(0, 1),
        column(-3, 2),
        "y is 0 or 1 everywhere, as targets are, and t is -3.0 at row 0, column 0, as predictions"
            + " are: they seem to be swapped, and SigmoidCrossEntropy takes (y, t), predictions"
            + " first");
    // one row of probabilities is enough
    finds(CE, rows(new float[][] {{0, 1}, {.5f, .5f}}), rows(new float[][] {{.3f, .7f}, {0, 1}}));
    finds(SQUARED, HOT, PROBABILITIES);
  }

  // Labels

  @Test
  void labelsThatBeginAtOne() {
    Batch y = rows(new float[][] {{.1f, .2f, .7f}, {.5f, .3f, .2f}, {.5f, .3f, .2f}});
    String all = ": labels begin at 0, and these seem to begin at 1: Targets.labels of label - 1";
    String three = "label 3 of row 1; allowed: 0 to 2" + all;
    finds(CE, y, new int[] {1, 3, 2}, three);
    finds(SQUARED, y, new int[] {1, 3, 2}, three);
    finds(
        CrossEntropy.mean().ignoring(0),
        y,
        new int[] {0, 3, 2},
        "label 3 of row 1; allowed: 0 to 2, and 0, which is ignored" + all);
    // the label of a row that does not count is no sign of it
    finds(CE, y, Targets.labels(new int[] {0, 3, 2}).weighted(new float[] {0, 1, 1}), three);
    finds(
        CE,
        y,
        new int[] {0, 3, 2},
        "label 3 of row 1; allowed: 0 to 2: a label is the column of its class, and y has 3 of"
            + " them");
    // nor is there any where none counts
    finds(
        CrossEntropy.sum(),
        y,
        Targets.labels(new int[] {1, 3, 2}).weighted(new float[3]),
        "label 3 of row 1; allowed: 0 to 2: a label is the column of its class, and y has 3 of"
            + " them");
    finds(BINARY, column(.5f, .3f), new int[] {1, 2}, "label 2 of row 1; allowed: 0 to 1" + all);
    finds(SIGMOID, column(5, -3), new int[] {2, 1}, "label 2 of row 0; allowed: 0 to 1" + all);
  }

  /** Nothing is refused, and the loss is of the wrong classes. */
  @Test
  void labelsThatBeginAtOneInRange() {
    Batch y = Batch.of(new float[300], 100, 3);
    Arrays.fill(y.data(), 1 / 3f);
    int[] labels = new int[100];
    Arrays.fill(labels, 1);
    finds(CE, y, labels);
    labels[70] = 2;
    String found =
        " rows is 0, and each of 1 to 2 occurs: labels begin at 0, and if these begin at 1,"
            + " Targets.labels of label - 1";
    finds(CE, y, labels, "no label of 100" + found);
    finds(CE, y.slice(42, 72), Targets.labels(labels).slice(42, 72), "no label of 30" + found);
    finds(CE, y.slice(43, 72), Targets.labels(labels).slice(43, 72));
    finds(CrossEntropy.mean().ignoring(0), y, labels);
    finds(CrossEntropy.mean().ignoring(-1), y, labels, "no label of 100" + found);
    labels[99] = 0;
    finds(CE, y, labels);
    // all of one class
    Batch two = Batch.of(new float[200], 100, 2);
    Arrays.fill(two.data(), .5f);
    Arrays.fill(labels, 1);
    finds(CE, two, labels);
  }

  @Test
  void labelsThatAreNoColumns() {
    String signs = ": these labels seem to be -1 and 1: Targets.labels of (label + 1) / 2";
    String outside = "label -1 of row 1; allowed: 0 to 1";
    int[] labels = {1, -1};
    finds(BINARY, column(.5f, .3f), labels, outside + signs);
    finds(SIGMOID, column(5, -3), labels, outside + signs);
    finds(SOFTMAX, rows(new float[][] {{5, -3}, {2, 1}}), labels, outside + signs);
    finds(
        SOFTMAX,
        LOGITS,
        new int[] {0, -100},
        "label -100 of row 1; allowed: 0 to 2: SoftmaxCrossEntropy.ignoring(-100) leaves out rows"
            + " with that label");
    finds(
        CE,
        PROBABILITIES,
        Targets.labels(new int[] {0, -1}).weighted(new float[] {1, 0}),
        "label -1 of row 1; allowed: 0 to 2: CrossEntropy.ignoring(-1) leaves out rows with that"
            + " label");
    finds(
        BINARY,
        column(.5f, .3f),
        new int[] {0, 7},
        "label 7 of row 1; allowed: 0 to 1: a label is the column of its class, and y has 1 of"
            + " them");
    finds(
        CE,
        column(.5f, .3f),
        new int[] {0, 1},
        "label 1 of row 1; allowed: 0 to 0: one column is one class, and BinaryCrossEntropy takes"
            + " labels 0 and 1 of it");
    finds(
        SOFTMAX,
        column(5, -3),
        new int[] {1, 1},
        "label 1 of row 0; allowed: 0 to 0: one column is one class, and SigmoidCrossEntropy takes"
            + " labels 0 and 1 of it");
  }

  // Target values

  @Test
  void targetsThatAreNoDistributions() {
    String weight = ": Targets.weighted takes the weight of a row, which may be 0";
    for (Loss loss : List.of(CE, SOFTMAX)) {
      boolean isSoftmax = loss == SOFTMAX;
      Batch y = isSoftmax ? LOGITS : PROBABILITIES;
      String binary = isSoftmax ? "SigmoidCrossEntropy" : "BinaryCrossEntropy";
      finds(
          loss,
          y,
          rows(new float[][] {{0, .5f, .5f}, {.25f, 0, .5f}}),
          "t sums to 0.75 in row 1, and a distribution to 1" + weight);
      finds(
          loss,
          y,
          rows(new float[][] {{0, 0, 0}, {0, 0, 0}}),
          "t sums to 0.0 in row 0 (the first of 2), and a distribution to 1" + weight);
      finds(
          loss,
          y,
          rows(new float[][] {{0, 1, 0}, {1, 0, 1}}),
          "t sums to 2.0 in row 1, and a distribution to 1: "
              + binary
              + " takes several classes of a row");
      finds(
          loss,
          y,
          rows(new float[][] {{0, 1, 0}, {0, 3, 0}}),
          "t is 3.0 at row 1, column 1; allowed: 0 to 1: Targets.weighted takes weights of rows,"
              + " and SquaredError any values");
      finds(
          loss,
          y,
          rows(new float[][] {{0, 1, 0}, {2, -1, 0}}),
          "t is 2.0 at row 1, column 0 (the first of 2); allowed: 0 to 1: SquaredError takes any"
              + " values");
      finds(
          loss,
          y,
          rows(new float[][] {{0, 100, 0}, {.5f, 69.5f, 30}}),
          "t is 100.0 at row 0, column 1 (the first of 3); allowed: 0 to 1: these look like"
              + " percentages: divide by 100");
      finds(
          loss,
          isSoftmax ? column(-1, 2) : column(.5f, .3f),
          column(1, 0),
          "t sums to 0.0 in row 1, and a distribution to 1: one column is one class, and "
              + binary
              + " takes 0 and 1 of it");
    }
    finds(SQUARED, LOGITS, rows(new float[][] {{-7, 100, 0}, {50, 1, 1}}));
  }

  @Test
  void targetsOfTwoClasses() {
    for (Loss loss : List.of(BINARY, SIGMOID)) {
      Batch y = loss == SIGMOID ? column(-2, 3) : column(.5f, .3f);
      finds(
          loss,
          y,
          column(1, -1),
          "t is -1.0 at row 1, column 0; allowed: 0 to 1: these seem to be -1 and 1: Targets.of (t +"
              + " 1) / 2");
      finds(
          loss,
          y,
          column(2, 1),
          "t is 2.0 at row 0, column 0; allowed: 0 to 1: these seem to begin at 1: Targets.of t -"
              + " 1");
      finds(
          loss,
          y,
          column(0, 2),
          "t is 2.0 at row 1, column 0; allowed: 0 to 1: Targets.weighted takes weights of rows, and"
              + " SquaredError any values");
      finds(
          loss,
          y,
          column(0, 70),
          "t is 70.0 at row 1, column 0; allowed: 0 to 1: these look like percentages: divide by"
              + " 100");
      finds(loss, y, column(.2f, .9f));
    }
  }

  // What is refused, and what does not count

  @Test
  void whatTheLossRefusesIsAFinding() {
    Targets t = Targets.labels(new int[] {0, 1});
    finds(
        CE,
        PROBABILITIES,
        t.weighted(new float[] {1, -2}),
        "weight -2.0 of row 1; allowed: finite, 0 or more; a weight of 0 leaves a row out");
    finds(
        SQUARED,
        LOGITS,
        t.weighted(new float[] {9, NAN, INF}, 1),
        "weight NaN of row 0; allowed: finite, 0 or more; a weight of 0 leaves a row out");
    finds(
        CrossEntropy.mean().ignoring(-100),
        PROBABILITIES,
        HOT,
        "ignoring(-100) is for targets that are labels, and these are values: Targets.weighted with"
            + " a weight of 0 leaves out a row of values");
    finds(
        SQUARED,
        column(1, 2),
        t,
        "y has one column, where label 0 would stand for a target of 1; a squared error of values"
            + " takes Targets.of(Batch)");
    finds(
        BINARY,
        PROBABILITIES,
        t,
        "a loss of two classes takes labels, 0 and 1, for one column; for several it takes values,"
            + " as in Targets.of(Batch)");
    finds(
        SIGMOID,
        LOGITS,
        Targets.argmax(HOT),
        "a loss of two classes takes values, or labels 0 and 1, and no Targets.argmax");
    Batch none = Batch.of(new float[0], 0, 3);
    String noRows = "y has 0 rows; a mean needs 1 or more, and ";
    finds(CE, none, none, noRows + "CrossEntropy.sum() gives 0");
    finds(SQUARED, none, none, noRows + "SquaredError.halfSum() gives 0");
    finds(CrossEntropy.sum(), none, none);
    finds(SigmoidCrossEntropy.sum(), none, none);
  }

  @Test
  void rowsThatCountNowhereAreNotLookedAt() {
    Batch y = rows(new float[][] {{NAN, 5, -3}, {.1f, .2f, .7f}, {INF, .9f, .9f}});
    Batch odd = rows(new float[][] {{NAN, 5, -3}, {0, 0, 1}, {INF, 7, 7}});
    float[] middle = {0, 2, -0f};
    finds(CE, y, Targets.of(odd).weighted(middle));
    finds(CE, y, Targets.labels(new int[] {0, 2, 1}).weighted(middle));
    finds(CE, y.slice(0, 2), Targets.of(odd).weighted(middle).slice(0, 2));
    finds(CrossEntropy.mean().ignoring(-1), y, new int[] {-1, 2, -1});
    finds(SQUARED, y, Targets.of(odd).weighted(middle));

    String nothing =
        "none of 3 rows counts, by weights of 0 or an ignored label, and a mean of nothing is NaN: ";
    Targets weightless = Targets.of(odd).weighted(new float[3]);
    finds(CE, y, weightless, nothing + "CrossEntropy.sum() gives 0");
    finds(SQUARED, y, weightless, nothing + "SquaredError.halfSum() gives 0");
    finds(
        SoftmaxCrossEntropy.mean().ignoring(1),
        y,
        new int[] {1, 1, 1},
        nothing + "SoftmaxCrossEntropy.sum() gives 0");
    assertTrue(Double.isNaN(CE.loss(y, weightless)));
    finds(CrossEntropy.sum(), y, weightless);
  }

  // Where nothing is odd but the loss

  @Test
  void lossesThatAreOddByThemselves() {
    Batch y = rows(new float[][] {{0, .5f, .5f}, {1, 0, 0}});
    String clip =
        ": with delta the logarithm of a probability near 1 is above 0, and CrossEntropy.clip(1e-15) has"
            + " none above 0";
    int[] hit = {1, 0};
    finds(CE, y, hit);
    Batch second = y.slice(1, 2);
    double least = CE.loss(second, new int[] {0});
    assertEquals(-1e-7, least, 1e-12);
    finds(
        CE,
        second,
        new int[] {0},
        "the loss is " + least + ", first in row 0 (" + least + ")" + clip);
    finds(CrossEntropy.mean().clip(1e-15), second, new int[] {0});
    finds(CrossEntropy.mean().delta(0), second, new int[] {0});

    finds(
        CrossEntropy.mean().delta(0),
        y,
        new int[] {1, 1},
        "the loss is Infinity, first in row 1 (Infinity): without delta the logarithm of a"
            + " probability of 0 is infinite, and large weights make it so;"
            + " CrossEntropy.delta(1e-7) or clip(1e-15) keeps it finite");
    Batch large = Batch.of(new float[400], 40, 10);
    Arrays.fill(large.data(), 1.8e19f);
    finds(
        SQUARED,
        large,
        Batch.of(new float[400], 40, 10),
        "the loss is Infinity: products or sums pass 3.4e38, the largest"
            + " float: scale y or the weights down");
  }

  /** Whatever the loss can not compute, or computes to be no loss, has a reason in words. */
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void everyOddLossHasAFinding(long seed) {
    Random random = new Random(seed);
    int odd = 0;
    for (int i = 0; i < 500; i++) {
      int cols = 1 + random.nextInt(4);
      Shape shape = new Shape(random.nextInt(6), cols, random.nextInt(3), random.nextInt(3));
      Batch y = shape.batch(random, any(random));
      Targets t = anyTargets(random, shape);
      for (Loss loss : all()) {
        List<String> findings = loss.diagnose(y, t);
        boolean isPlausible;
        try {
          double result = loss.loss(y, t);
          isPlausible = result >= 0 && result < INF;
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
          isPlausible = false;
        }
        odd += isPlausible ? 0 : 1;
        assertTrue(isPlausible || !findings.isEmpty(), () -> loss + " of " + y + " and " + t);
      }
    }
    assertTrue(odd > 2_000, "odd " + odd);
  }

  private static Values any(Random random) {
    return Values.values()[random.nextInt(Values.values().length)];
  }

  private static Targets anyTargets(Random random, Shape shape) {
    Targets t =
        switch (random.nextInt(4)) {
          case 0 -> Targets.of(shape.batch(random, any(random)));
          case 1 -> Targets.argmax(shape.batch(random, any(random)));
          case 2 -> Targets.of(TestData.oneHot(shape, shape.labels(random)));
          default -> Targets.labels(random.ints(shape.rows(), -1, shape.cols() + 1).toArray());
        };
    if (random.nextBoolean()) {
      return t;
    }
    float[] weights = new float[shape.rows() + 1];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = random.nextInt(3) == 0 ? Values.HOSTILE.next(random) : random.nextInt(3);
    }
    return t.weighted(weights, 1);
  }

  // What is right

  private static List<Loss> all() {
    return List.of(
        CE,
        CrossEntropy.sum().delta(1e-9),
        CrossEntropy.mean().delta(0),
        CrossEntropy.mean().clip(1e-15).smoothing(0.1),
        CrossEntropy.mean().ignoring(-1),
        SOFTMAX,
        SoftmaxCrossEntropy.sum().smoothing(0.1).ignoring(-1),
        BINARY,
        BinaryCrossEntropy.sum().clip(1e-15),
        SIGMOID,
        SigmoidCrossEntropy.sum().positiveWeight(3),
        SQUARED,
        SquaredError.halfSum(),
        SquaredError.halfSumOverRows());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("org.simdloss.TestData#shapes")
  void nothingIsFoundInWhatIsRight(Shape shape) {
    if (shape.rows() * shape.cols() > 5_000) {
      return; // they take long, and are nothing else
    }
    Random random = new Random(31);
    Batch logits = shape.batch(random, Values.PROBABILITIES);
    Batch answers = shape.batch(random, Values.PROBABILITIES);
    Batch regressands = shape.batch(random, Values.PROBABILITIES);
    for (int i = 0; i < logits.data().length; i++) {
      logits.data()[i] = (float) (3 * random.nextGaussian());
      answers.data()[i] = random.nextInt(2);
      regressands.data()[i] = (float) (50 * random.nextGaussian());
    }
    Batch probabilities = TestData.room(shape);
    SoftmaxCrossEntropy.mean().softmax(logits, probabilities);
    Batch sigmoids = TestData.room(shape);
    SigmoidCrossEntropy.mean().sigmoid(logits, sigmoids);
    Batch others = TestData.room(shape);
    SoftmaxCrossEntropy.mean().softmax(regressands, others);
    int[] labels = shape.labels(random);
    float[] weights = new float[shape.rows()];
    for (int r = 0; r < shape.rows(); r++) {
      weights[r] = r == 0 ? 0.5f : random.nextInt(3);
    }

    boolean isOne = shape.cols() == 1;
    for (Loss loss : all()) {
      boolean isBinary = loss instanceof BinaryCrossEntropy || loss instanceof SigmoidCrossEntropy;
      boolean takesLogits = loss instanceof Objective;
      Batch y = takesLogits ? logits : isBinary || isOne ? sigmoids : probabilities;
      boolean isIgnoring = loss.toString().contains("ignoring");
      List<Targets> targets =
          loss instanceof SquaredError
              ? List.of(Targets.of(regressands), Targets.of(others))
              : isBinary
                  ? List.of(Targets.of(answers), Targets.of(others))
                  : isIgnoring
                      ? List.of(Targets.labels(labels))
                      : List.of(
                          Targets.labels(labels),
                          Targets.of(TestData.oneHot(shape, labels)),
                          Targets.argmax(regressands),
                          Targets.of(others));
      for (Targets t : targets) {
        finds(loss, y, t);
        finds(loss, y, t.weighted(weights));
        finds(loss, y.slice(0, 1), t.weighted(weights).slice(0, 1));
      }
      if (isBinary && isOne) {
        finds(loss, y, random.ints(shape.rows(), 0, 2).toArray());
      }
      if (isIgnoring) {
        int[] some = labels.clone();
        for (int r = 1; r < shape.rows(); r += 3) {
          some[r] = -1;
        }
        finds(loss, y, some);
      }
    }
  }

  /** As docs/semantics.md says in "Why is it NaN, or negative?". */
  @Test
  void theTableOfSymptoms() {
    Batch y = column(-1, -2);
    assertTrue(SIGMOID.loss(y, column(-1, -1)) < 0);
    assertTrue(BINARY.loss(column(.9f, .9f), column(2, 2)) < 0);
    assertSays("(t + 1) / 2", SIGMOID.diagnose(y, column(-1, -1)));
    finds(SIGMOID, y, column(0, 0));

    Batch hundred = rows(new float[][] {{20, 80}, {60, 40}});
    assertTrue(CE.loss(hundred, new int[] {1, 0}) < 0);
    assertSays("divide by 100", CE.diagnose(hundred, new int[] {1, 0}));
    finds(CE, rows(new float[][] {{.2f, .8f}, {.6f, .4f}}), new int[] {1, 0});
    Batch logits = rows(new float[][] {{-2, 3}, {4, 1}});
    assertTrue(CE.loss(logits, new int[] {1, 0}) < 0);
    assertTrue(Double.isNaN(CE.loss(logits, new int[] {0, 0})));
    assertSays("SoftmaxCrossEntropy takes them", CE.diagnose(logits, new int[] {1, 0}));
    finds(SOFTMAX, logits, new int[] {1, 0});
    finds(SOFTMAX, logits, new int[] {0, 0});

    Batch sure = rows(new float[][] {{0, 1}, {1, 0}});
    assertEquals(-1e-7, CE.loss(sure, new int[] {1, 0}), 1e-12);
    assertEquals(0, CrossEntropy.mean().clip(1e-15).loss(sure, new int[] {1, 0}), 1e-14);
    assertSays("clip(1e-15)", CE.diagnose(sure, new int[] {1, 0}));

    Batch three = Batch.of(new float[120], 40, 3);
    int[] right = new int[40];
    int[] wrong = new int[40];
    for (int r = 0; r < 40; r++) {
      right[r] = r % 2;
      wrong[r] = right[r] + 1;
      three.data()[r * 3 + right[r]] = .9f;
      three.data()[r * 3 + wrong[r]] = .1f;
    }
    assertEquals(-Math.log(.9), CE.loss(three, right), 1e-6);
    assertTrue(CE.loss(three, wrong) > 2);
    assertSays("Targets.labels of label - 1", CE.diagnose(three, wrong));
    finds(CE, three, right);

    Batch twice = TestData.room(new Shape(2, 2, 0, 0));
    SoftmaxCrossEntropy.mean().softmax(logits, twice);
    int[] labels = {1, 0};
    assertTrue(SOFTMAX.loss(twice, labels) > 5 * SOFTMAX.loss(logits, labels));
    assertEquals(CE.loss(twice, labels), SOFTMAX.loss(logits, labels), 1e-5);
    assertSays("CrossEntropy takes as they are", SOFTMAX.diagnose(twice, labels));

    assertTrue(CE.loss(sure, twice) > 0);
    assertSays("swapped", CE.diagnose(sure, twice));

    Batch nan = rows(new float[][] {{.5f, NAN}, {.5f, .5f}});
    assertTrue(Double.isNaN(CE.loss(nan, labels)));
    assertSays("row 0, column 1", CE.diagnose(nan, labels));
    for (float[] row : new float[][] {{-INF, -INF}, {INF, 1}, {NAN, 1}}) {
      assertTrue(Double.isNaN(SOFTMAX.loss(Batch.row(row), new int[] {0})));
      assertSays("row 0, column 0", SOFTMAX.diagnose(Batch.row(row), new int[] {0}));
    }
    Targets nothing = Targets.labels(labels).weighted(new float[2]);
    assertTrue(Double.isNaN(CE.loss(sure, nothing)));
    assertSays("a mean of nothing is NaN", CE.diagnose(sure, nothing));
    assertEquals(0, CrossEntropy.sum().loss(sure, nothing));
  }

  private static void assertSays(String words, List<String> findings) {
    assertEquals(1, findings.size(), findings::toString);
    assertTrue(findings.get(0).contains(words), findings::toString);
  }

  @Test
  void findingsCanNotBeChanged() {
    List<String> findings = CE.diagnose(LOGITS, new int[] {0, 1});
    assertFalse(findings.isEmpty());
    assertThrowsExactly(UnsupportedOperationException.class, findings::clear);
  }

  @Test
  void nullsAndShapesAreRefusedAsByTheLoss() {
    Batch y = PROBABILITIES;
    refused(NullPointerException.class, "y", () -> CE.diagnose(null, HOT));
    refused(NullPointerException.class, "y", () -> CE.diagnose(null, new int[2]));
    refused(NullPointerException.class, "t", () -> CE.diagnose(y, (Batch) null));
    refused(NullPointerException.class, "t", () -> CE.diagnose(y, (Targets) null));
    refused(NullPointerException.class, "labels", () -> CE.diagnose(y, (int[]) null));
    for (Loss loss : all()) {
      refused(
          IllegalArgumentException.class,
          "y is 2×3, but t has 4 labels: slice(fromRow, toRow), or Targets.labels(labels, offset,"
              + " rows), takes a part",
          () -> loss.diagnose(y, new int[4]));
      refused(
          IllegalArgumentException.class,
          "y is 2×3, but t is 3×2",
          () -> loss.diagnose(y, Batch.of(new float[6], 3, 2)));
    }
  }

  private static void refused(Class<? extends Exception> type, String message, Executable call) {
    assertEquals(message, assertThrowsExactly(type, call).getMessage());
  }
}

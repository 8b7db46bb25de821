package org.simdloss;

import java.util.ArrayList;
import java.util.List;
import org.simdloss.internal.block.BlockLoss;
import org.simdloss.internal.block.ClassLabels;
import org.simdloss.internal.block.TargetOptions;
import org.simdloss.internal.block.WeightedRows;
import org.simdloss.internal.call.Divisor;

/**
 * What seems to be wrong with a batch, in words: see {@link Loss#diagnose(Batch, Targets)}.
 *
 * <p>One pass reads what counts; what it has seen then says what predictions and targets look like.
 * If nothing is found, the loss itself is asked.
 */
final class Diagnosis {
  /** How far a sum of 1 may be off, since numbers may be written with three digits. */
  private static final double TOLERANCE = 0.01;

  /** What is above 1 by no more than this was rounded. */
  private static final float ONE = 1.00001f;

  /** Percentages of one column have a value above this, which few logits have. */
  private static final float LARGE = 20;

  /** So many logits of a normal distribution are hardly ever all from 0 to 1. */
  private static final int ENOUGH = 8;

  /** So many times more rows than classes hardly ever leave out one class. */
  private static final int MANY = 10;

  private final Loss loss;
  private final Batch y;
  private final Targets t;
  private final int rows;
  private final int cols;

  /** Null where the targets are labels. */
  private final Batch values;

  /** Null where the targets are values. */
  private final int[] labels;

  private final BlockLoss form;
  private final TargetOptions options;

  private final String name;
  private final boolean isSquared;

  /** Whether each element is a question of its own. */
  private final boolean isBinary;

  private final boolean takesLogits;

  /** Whether a row of predictions is a distribution, if they are probabilities. */
  private final boolean hasClasses;

  private final Look ofY = new Look();
  private final Look ofT = new Look();
  private final Place overflow = new Place();
  private int counted;

  private final List<String> findings = new ArrayList<>();

  private Diagnosis(Loss loss, Batch y, Targets t) {
    this.loss = loss;
    this.y = y;
    this.t = t;
    rows = y.rows();
    cols = y.cols();
    values = t.values();
    labels = t.labels();
    form = loss.evaluator().form().loss();
    options = form.options();
    name = loss.getClass().getSimpleName();
    isSquared = loss instanceof SquaredError;
    isBinary = loss instanceof BinaryCrossEntropy || loss instanceof SigmoidCrossEntropy;
    takesLogits = form.takesLogits();
    hasClasses = !isSquared && !isBinary && cols > 1;
  }

  /** Of operands whose shapes have been checked. */
  static List<String> of(Loss loss, Batch y, Targets t) {
    Diagnosis diagnosis = new Diagnosis(loss, y, t);
    diagnosis.run();
    return List.copyOf(diagnosis.findings);
  }

  private void run() {
    if (addRefusals()) {
      return;
    }
    addWeights();
    if (labels != null) {
      addLabels();
    }
    for (int r = 0; r < rows; r++) {
      if (counts(r)) {
        counted++;
        readRow(r);
      }
    }
    if (counted == 0 && isMean()) {
      findings.add(
          "none of "
              + rows
              + " rows counts, by weights of 0 or an ignored label, and a mean of nothing is NaN: "
              + undivided()
              + " gives 0");
    }
    addNotFinite();
    if (!addSwapped()) {
      addPredictions();
      addTargets();
    }
    if (overflow.count > 0) {
      findings.add(
          "y - t is "
              + overflow
              + ", and its square passes 3.4e38, the largest float: scale y and t down");
    }
    if (findings.isEmpty()) {
      addResult();
    }
  }

  private String undivided() {
    return name + (isSquared ? ".halfSum()" : ".sum()");
  }

  private boolean isMean() {
    return loss.evaluator().divisor() != Divisor.NONE;
  }

  private boolean counts(int r) {
    return !isIgnored(r) && weight(r) != 0;
  }

  private float weight(int r) {
    return t.weights == null ? 1 : t.weights[t.weightsAt + r];
  }

  private boolean isIgnored(int r) {
    return labels != null && options.ignores() && label(r) == options.ignored();
  }

  private int label(int r) {
    return labels[t.offset + r];
  }

  /** What the loss refuses whatever the values are; then nothing else is looked at. */
  private boolean addRefusals() {
    if (form.refuses(labels != null, t.isArgmax(), cols)) {
      findings.add(form.refusal(labels != null));
    }
    if (options.ignores() && labels == null) {
      findings.add(
          "ignoring("
              + options.ignored()
              + ") is for targets that are labels, and these are values: Targets.weighted with a"
              + " weight of 0 leaves out a row of values");
    }
    if (rows == 0 && isMean()) {
      findings.add("y has 0 rows; a mean needs 1 or more, and " + undivided() + " gives 0");
    }
    return !findings.isEmpty();
  }

  private void addWeights() {
    for (int r = 0; r < rows; r++) {
      if (!WeightedRows.isValid(weight(r))) {
        findings.add(
            WeightedRows.badWeight(weight(r), r).getMessage() + "; a weight of 0 leaves a row out");
        return;
      }
    }
  }

  /** Labels must be classes also where weights are 0, but only the others say what they are. */
  private void addLabels() {
    int classes = form.classes(cols);
    int first = -1;
    int judged = 0;
    boolean beginAtOne = true;
    boolean areSigns = true;
    boolean areAnswers = true;
    boolean[] seen = new boolean[classes + 1];
    for (int r = 0; r < rows; r++) {
      int label = label(r);
      if (first < 0 && (label < 0 || label >= classes) && !isIgnored(r)) {
        first = r;
      }
      if (counts(r)) {
        judged++;
        beginAtOne &= label >= 1 && label <= classes;
        areSigns &= label == -1 || label == 1;
        areAnswers &= label == 0 || label == 1;
        seen[Math.max(0, Math.min(label, classes))] = true;
      }
    }
    if (first >= 0) {
      String found = ClassLabels.outside(label(first), first, classes, options);
      if (judged > 0 && areAnswers && cols == 1) {
        found += ": one column is one class, and " + binaryTwin() + " takes labels 0 and 1 of it";
      } else if (judged > 0 && beginAtOne) {
        found += ": labels begin at 0, and these seem to begin at 1: Targets.labels of label - 1";
      } else if (judged > 0 && areSigns && classes == 2) {
        found += ": these labels seem to be -1 and 1: Targets.labels of (label + 1) / 2";
      } else if (label(first) < 0 && !isBinary && !isSquared) {
        found += ": " + name + ".ignoring(" + label(first) + ") leaves out rows with that label";
      } else {
        found += ": a label is the column of its class, and y has " + cols + " of them";
      }
      findings.add(found);
    } else if (beginAtOne
        && classes > 2
        && judged >= (long) MANY * classes
        && !(options.ignores() && options.ignored() == 0)
        && areAllSeen(seen, classes)) {
      findings.add(
          "no label of "
              + judged
              + " rows is 0, and each of 1 to "
              + (classes - 1)
              + " occurs: labels begin at 0, and if these begin at 1, Targets.labels of label - 1");
    }
  }

  private static boolean areAllSeen(boolean[] seen, int classes) {
    for (int label = 1; label < classes; label++) {
      if (!seen[label]) {
        return false;
      }
    }
    return true;
  }

  private void readRow(int r) {
    int hot = labels != null ? label(r) : t.isArgmax() ? values.argmax(r) : -1;
    int masked = 0;
    for (int c = 0; c < cols; c++) {
      float prediction = y.get(r, c);
      float target = target(r, c, hot);
      // A class that can not be.
      boolean isMasked =
          takesLogits
              && prediction == Float.NEGATIVE_INFINITY
              && target == 0
              && options.smoothing() == 0;
      masked += isMasked ? 1 : 0;
      ofY.add(r, c, prediction, isMasked);
      if (values != null) {
        float value = values.get(r, c);
        ofT.add(r, c, value, t.isArgmax() && !Float.isNaN(value));
      }
      float difference = prediction - target;
      if (isSquared
          && Float.isInfinite(difference * difference)
          && Float.isFinite(prediction)
          && Float.isFinite(target)) {
        overflow.add(r, c, (double) prediction - target);
      }
    }
    if (masked == cols && !isBinary) {
      ofY.notFinite.add(r, 0, Double.NEGATIVE_INFINITY);
    }
    ofY.endRow(r);
    ofT.endRow(r);
  }

  /**
   * @param hot the column of the row's label, or that label itself where there are two classes
   */
  private float target(int r, int c, int hot) {
    if (labels != null && isBinary) {
      return hot;
    }
    return labels == null && !t.isArgmax() ? values.get(r, c) : c == hot ? 1 : 0;
  }

  private void addNotFinite() {
    if (ofY.notFinite.count > 0) {
      findings.add(
          "y is "
              + ofY.notFinite
              + (takesLogits && ofY.notFinite.value == Double.NEGATIVE_INFINITY
                  ? ", a class that can not be: its target must be 0, without smoothing, and another"
                      + " class of its row must be left"
                  : ": look at what computed it; Targets.weighted with a weight of 0 leaves out a"
                      + " row"));
    }
    if (ofT.notFinite.count > 0) {
      findings.add(
          "t is "
              + ofT.notFinite
              + ": look at what it was read from; Targets.weighted with a weight of 0 leaves out a"
              + " row");
    }
  }

  /** Predictions that are as exact as targets, where targets are not. */
  private boolean addSwapped() {
    boolean isExact =
        hasClasses
            ? ofY.oneHotRows == counted
            : ofY.between.count == 0 && ofY.min == 0 && ofY.max == 1 && ofY.notFinite.count == 0;
    if (isSquared || values == null || counted == 0 || !isExact || ofT.between.count == 0) {
      return false;
    }
    findings.add(
        "y is "
            + (hasClasses ? "one-hot rows" : "0 or 1 everywhere")
            + ", as targets are, and t is "
            + ofT.between.first()
            + ", as predictions are: they seem to be swapped, and "
            + name
            + " takes (y, t), predictions first");
    return true;
  }

  private void addPredictions() {
    if (takesLogits) {
      addLogits();
    } else if (!isSquared) {
      addProbabilities();
    }
  }

  /** Of a loss that takes logits. */
  private void addLogits() {
    boolean areSums = cols > 1 && ofY.finiteRows > 0 && ofY.sums1 == ofY.finiteRows;
    boolean areMany = (isBinary || cols == 1) && ofY.elements >= ENOUGH;
    if (ofY.min >= 0 && ofY.max <= ONE && ofY.min < ofY.max && (areSums || areMany)) {
      findings.add(
          "y is "
              + ofY.any.first()
              + ", and all of it is from 0 to 1"
              + (areSums ? ", each row with a sum of 1" : "")
              + ": these look like probabilities, which "
              + twin()
              + " takes as they are, and "
              + name
              + " takes logits");
    }
  }

  /** Of a loss that takes probabilities. */
  private void addProbabilities() {
    Place outside = ofY.outside;
    if (outside.count == 0) {
      if (hasClasses && ofY.sumsNot1.count > 0) {
        findings.add(
            "y sums to "
                + ofY.sumsNot1
                + ", and a distribution to 1: divide a row by its sum; SoftmaxCrossEntropy takes"
                + " logits, and BinaryCrossEntropy a probability by itself in each column");
      }
    } else if (isPercentages(ofY)) {
      findings.add(
          "y is "
              + outside
              + ": these look like percentages, and a probability is from 0 to 1:"
              + " divide by 100");
    } else if (hasClasses ? 2L * ofY.sums1 <= ofY.finiteRows : 4L * outside.count >= ofY.elements) {
      findings.add(
          "y is "
              + outside
              + ": these look like logits, and "
              + twin()
              + " takes them as they are");
    } else {
      findings.add(
          "y is "
              + outside
              + ", and a probability is from 0 to 1: look at what computed it; "
              + name
              + ".clip(1e-15) clips it");
    }
  }

  private boolean isPercentages(Look look) {
    return look.min >= 0
        && look.max <= 101
        && (hasClasses ? look.finiteRows > 0 && look.sums100 == look.finiteRows : look.max > LARGE);
  }

  private void addTargets() {
    if (values == null || t.isArgmax() || isSquared) {
      return;
    }
    Place outside = ofT.outside;
    if (outside.count > 0) {
      findings.add("t is " + outside + "; allowed: 0 to 1" + hintOutside());
    } else if (!isBinary && ofT.sumsNot1.count > 0) {
      findings.add("t sums to " + ofT.sumsNot1 + ", and a distribution to 1" + hintSum());
    }
  }

  /** What may have been meant by targets that are not from 0 to 1. */
  private String hintOutside() {
    if (isBinary && ofT.elements == ofT.ones + ofT.minusOnes) {
      return ": these seem to be -1 and 1: Targets.of (t + 1) / 2";
    }
    if (isBinary && ofT.elements == ofT.ones + ofT.twos) {
      return ": these seem to begin at 1: Targets.of t - 1";
    }
    if (isPercentages(ofT)) {
      return ": these look like percentages: divide by 100";
    }
    return ofT.min < 0
        ? ": SquaredError takes any values"
        : ": Targets.weighted takes weights of rows, and SquaredError any values";
  }

  /** What may have been meant by targets that are from 0 to 1, in rows that do not sum to 1. */
  private String hintSum() {
    if (cols == 1) {
      return ": one column is one class, and " + binaryTwin() + " takes 0 and 1 of it";
    }
    return ofT.between.count == 0 && ofT.sumsNot1.value > 1
        ? ": " + binaryTwin() + " takes several classes of a row"
        : ": Targets.weighted takes the weight of a row, which may be 0";
  }

  /** The loss that takes logits for probabilities, or probabilities for logits. */
  private String twin() {
    return isBinary
        ? takesLogits ? "BinaryCrossEntropy" : "SigmoidCrossEntropy"
        : takesLogits ? "CrossEntropy" : "SoftmaxCrossEntropy";
  }

  /** The loss that takes the same predictions, but two classes. */
  private String binaryTwin() {
    return takesLogits ? "SigmoidCrossEntropy" : "BinaryCrossEntropy";
  }

  /** Nothing is odd by itself, and the loss is. */
  private void addResult() {
    double result = loss.loss(y, t);
    if (isPlausible(result)) {
      return;
    }
    String where = "";
    for (int r = 0; r < rows && where.isEmpty(); r++) {
      if (counts(r)) {
        double own = loss.loss(y.slice(r, r + 1), t.slice(r, r + 1));
        boolean isSuch = !isPlausible(own) && (own < 0) == (result < 0);
        where = isSuch ? ", first in row " + r + " (" + own + ")" : "";
      }
    }
    findings.add("the loss is " + result + where + ": " + because(result < 0));
  }

  private String because(boolean isNegative) {
    if (isSquared || takesLogits) {
      return isNegative
          ? "that is rounding, and counts as 0"
          : "products or sums pass 3.4e38, the largest float: scale y or the weights down";
    }
    return isNegative
        ? "with delta the logarithm of a probability near 1 is above 0, and "
            + name
            + ".clip(1e-15) has none above 0"
        : "without delta the logarithm of a probability of 0 is infinite, and large weights make"
            + " it so; "
            + name
            + ".delta(1e-7) or clip(1e-15) keeps it finite";
  }

  private static boolean isPlausible(double result) {
    return result >= 0 && result <= Double.MAX_VALUE;
  }

  /** What was found first, where, and how often. */
  private static final class Place {
    int count;
    double value;
    private int row;
    private int col;

    /**
     * @param c −1 if it is the whole row's
     */
    void add(int r, int c, double found) {
      if (count == 0) {
        value = found;
        row = r;
        col = c;
      }
      count++;
    }

    /** For example {@code NaN at row 3, column 1}, or {@code 0.5 in row 3}. */
    String first() {
      return (float) value + (col < 0 ? " in row " + row : " at row " + row + ", column " + col);
    }

    /** The same, and how many there are. */
    @Override
    public String toString() {
      return first() + (count > 1 ? " (the first of " + count + ")" : "");
    }
  }

  /** What values look like; those that are not finite count for {@link #min} and max alone. */
  private static final class Look {
    final Place any = new Place();
    final Place notFinite = new Place();

    /** Not from 0 to 1. */
    final Place outside = new Place();

    /** Neither 0 nor 1. */
    final Place between = new Place();

    /** Sums of rows that are from 0 to 1, but do not sum to 1. */
    final Place sumsNot1 = new Place();

    float min = Float.POSITIVE_INFINITY;
    float max = Float.NEGATIVE_INFINITY;
    int elements;
    int ones;
    int minusOnes;
    int twos;
    int finiteRows;
    int oneHotRows;
    int sums1;
    int sums100;

    private double sum;

    /** What these were before the row. */
    private int outsideBefore;

    private int betweenBefore;
    private int onesBefore;

    /**
     * @param isMeant whether it may be what it is, though it is not finite
     */
    void add(int r, int c, float value, boolean isMeant) {
      min = value < min ? value : min;
      max = value > max ? value : max;
      sum += value;
      if (!Float.isFinite(value)) {
        if (!isMeant) {
          notFinite.add(r, c, value);
        }
        return;
      }
      any.add(r, c, value);
      elements++;
      ones += value == 1 ? 1 : 0;
      minusOnes += value == -1 ? 1 : 0;
      twos += value == 2 ? 1 : 0;
      if (value < 0 || value > ONE) {
        outside.add(r, c, value);
      }
      if (value != 0 && value != 1) {
        between.add(r, c, value);
      }
    }

    void endRow(int r) {
      if (!Double.isNaN(sum) && !Double.isInfinite(sum)) {
        finiteRows++;
        boolean is1 = Math.abs(sum - 1) <= TOLERANCE;
        sums1 += is1 ? 1 : 0;
        sums100 += Math.abs(sum - 100) <= 100 * TOLERANCE ? 1 : 0;
        if (!is1 && outside.count == outsideBefore) {
          sumsNot1.add(r, -1, sum);
        }
        oneHotRows += between.count == betweenBefore && ones - onesBefore == 1 ? 1 : 0;
      }
      sum = 0;
      outsideBefore = outside.count;
      betweenBefore = between.count;
      onesBefore = ones;
    }
  }
}

package org.simdloss;

import static java.util.Objects.requireNonNull;

import org.simdloss.internal.backend.Switches;
import org.simdloss.internal.block.TargetOptions;
import org.simdloss.internal.call.Divisor;
import org.simdloss.internal.call.Evaluator;
import org.simdloss.internal.loss.SoftmaxCrossEntropyBlocks;
import org.simdloss.internal.loss.WeightedSoftmaxCrossEntropyBlocks;

/**
 * The cross-entropy error of the softmax of logits x, −Σ t · ln softmax(x) = Σ t · (ln Σ e^x − x),
 * in nats; divide by ln 2 for bits.
 *
 * <p>In the methods' parameters y are the logits: the scores of a network's last layer, before any
 * softmax. Of a label it is ln Σ e^x − x[label]. This is {@link CrossEntropy} with δ = 0 of {@link
 * #softmax}, in one pass, and without what is lost in between: no probability is too small for its
 * logarithm. No room of rows × cols is taken.
 *
 * <p>Its gradient is softmax(x) · Σt − t, where Σt, a row's sum of targets, is 1 for labels and
 * distributions.
 *
 * <p><b>What some inputs give.</b> A row's maximum is subtracted before anything is exponentiated,
 * unless all of the row lies between −64 and 64, but for −∞, where that is not needed; so logits of
 * any size up to 1.7e38 give a finite loss. A logit of −∞ is a class that can not be: its softmax
 * is 0, its loss as a label +∞, and a target of exactly ±0 there adds nothing. A row with NaN or
 * +∞, or of −∞ alone, gives NaN. One column gives 0. A loss that is nearly 0 may be rounded to a
 * negative one. With any targets, products t · d, and sums of 120 of them, that pass 3.4e38 give
 * infinity, or NaN.
 *
 * <p><b>Accuracy.</b> With u = 2^-24, and d the row's logits less what is subtracted from them, 0
 * or the maximum: labels and one-hot targets within u · Σ (40 + |d|) over the labelled logits,
 * without |d| in rows where nothing is subtracted; any other targets within 40 u · Σ |t| · (1 + |ln
 * Σ e^d| + |d|). A softmax p, and so a label's gradient before 1 is subtracted, within u · (40 +
 * |d|) · p + 2^-126; a gradient of any other targets within u · ((40 + |d|) · p · Σ |t| + 2 |t|), Σ
 * over the row, plus 2^-126 · max(1, Σ |t|): where targets of both signs cancel, Σ t loses digits.
 * A second derivative, p · (1 − p) · Σt, is within u · (90 + 2 |d|) · p · Σ |t|, plus 2^-125 ·
 * max(1, Σ |t|): 1 − p loses digits where p is near 1. {@link #perRow} takes a {@code float}
 * logarithm: of a label within u · (40 + 2 |d| + 3 |ln Σ e^d|). With weights w and smoothed targets
 * t', and m the row's maximum, a loss is within 45 u · Σ w · |t'| · (2 + |ln Σ e^(x − m)| + 2 |x| +
 * |m|), and a gradient within 45 u · w · (p · Σ |t'| · (8 + |x|) + |t'|).
 */
public final class SoftmaxCrossEntropy extends Objective {
  private static final long serialVersionUID = 1;

  private static volatile SoftmaxCrossEntropy sum;
  private static volatile SoftmaxCrossEntropy mean;

  private final transient TargetOptions options;

  private SoftmaxCrossEntropy(Divisor divisor, TargetOptions options, Backend backend) {
    super(
        new Evaluator.Form(
            SoftmaxCrossEntropyBlocks.INSTANCE.on(backend.firstKernels()),
            Switches.SOFTMAX_CROSS_ENTROPY),
        new Evaluator.Form(
            new WeightedSoftmaxCrossEntropyBlocks(options, backend.firstKernels()),
            Switches.WEIGHTED_SOFTMAX_CROSS_ENTROPY),
        options.areSet(),
        1,
        divisor,
        backend);
    this.options = options;
  }

  /** Σ t · (ln Σ e^x − x). */
  public static SoftmaxCrossEntropy sum() {
    SoftmaxCrossEntropy known = sum;
    if (known == null) {
      known = new SoftmaxCrossEntropy(Divisor.NONE, TargetOptions.NONE, Backend.best());
      sum = known;
    }
    return known;
  }

  /** Σ t · (ln Σ e^x − x) / rows. */
  public static SoftmaxCrossEntropy mean() {
    SoftmaxCrossEntropy known = mean;
    if (known == null) {
      known = new SoftmaxCrossEntropy(Divisor.ROWS, TargetOptions.NONE, Backend.best());
      mean = known;
    }
    return known;
  }

  /**
   * e^x / Σ e^x of each row: the probabilities that the logits stand for. The same of a sum as of a
   * mean.
   *
   * @param logits rows × cols
   * @param into where they are written; of the same shape. It may be exactly the logits' view of an
   *     array, and then replaces them; it may not overlap them in any other way. Padding is not
   *     written.
   * @throws NullPointerException if an argument is null
   * @throws IllegalArgumentException if the shapes differ, or {@code into} overlaps the logits
   */
  public void softmax(Batch logits, Batch into) {
    writeProbabilities(logits, into);
  }

  /**
   * The same loss, in which rows with a label count nowhere: neither in the loss nor in a mean's
   * divisor; their derivatives and their losses of {@link #perRow} are 0, and their logits are not
   * read. {@link LossSum#rows()} counts them. PyTorch calls it {@code ignore_index}.
   *
   * @param label any number, such as −100, whether it is a column or not. Other targets than labels
   *     are refused when the loss is called.
   */
  public SoftmaxCrossEntropy ignoring(int label) {
    return new SoftmaxCrossEntropy(evaluator().divisor(), options.ignoring(label), backend());
  }

  /**
   * The same loss of smoothed targets, (1 − ε) · t + ε / cols: every class gets its share, so that
   * a logit of −∞ gives a loss of +∞. Labels and {@link Targets#argmax} stand for one-hot rows,
   * which are smoothed. PyTorch calls it {@code label_smoothing}.
   *
   * @param epsilon from 0, which changes nothing, to 1
   * @throws IllegalArgumentException if it is anything else
   */
  public SoftmaxCrossEntropy smoothing(double epsilon) {
    return new SoftmaxCrossEntropy(evaluator().divisor(), options.smoothing(epsilon), backend());
  }

  @Override
  public SoftmaxCrossEntropy on(Backend backend) {
    return new SoftmaxCrossEntropy(
        evaluator().divisor(), options, requireNonNull(backend, "backend"));
  }

  @Override
  LossForm form() {
    LossForm form = new LossForm("SoftmaxCrossEntropy." + reduction(), backend());
    if (options.ignores()) {
      form = form.with("ignoring", options.ignored());
    }
    return form.with("smoothing", options.smoothing());
  }

  @Override
  SoftmaxCrossEntropy with(String option, double value) {
    return switch (option) {
      case "ignoring" -> ignoring(LossForm.label(value));
      case "smoothing" -> smoothing(value);
      default -> throw noOption(option);
    };
  }

  /** For example {@code SoftmaxCrossEntropy.mean on vector-512}. */
  @Override
  public String toString() {
    return "SoftmaxCrossEntropy." + reduction() + options + " on " + backend();
  }
}

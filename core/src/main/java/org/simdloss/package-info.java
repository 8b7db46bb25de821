/**
 * Losses over batches, and their gradients: the squared error and the cross-entropy error of
 * chapter 4 of <i>Deep Learning from Scratch 1</i> ("the book" here), for rows of {@code float}s;
 * and what is needed to train with them.
 *
 * <pre>{@code
 * Batch y = Batch.of(probabilities, rows, 10); // a view of a float[], not a copy
 * double loss = CrossEntropy.mean().loss(y, labels); // int[] labels: a class index a row
 * SoftmaxCrossEntropy.mean().lossAndGradient(logits, labels, logits); // in place
 * }</pre>
 *
 * <h2>Definitions</h2>
 *
 * <table class="striped">
 * <caption>The book's functions, and where they are here</caption>
 * <thead>
 * <tr><th>the book</th><th>formula</th><th>here</th></tr>
 * </thead>
 * <tbody>
 * <tr><td>{@code sum_squares_error(y, t)}</td><td>½ Σ (y − t)²</td>
 *     <td>{@link org.simdloss.SquaredError#halfSum()}</td></tr>
 * <tr><td>{@code cross_entropy_error(y, t)}, first form</td><td>−Σ t · ln(y + δ)</td>
 *     <td>{@link org.simdloss.CrossEntropy#sum()}</td></tr>
 * <tr><td>its batch form, labels</td><td>−(1/rows) Σ ln(y[r, t[r]] + δ)</td>
 *     <td>{@link org.simdloss.CrossEntropy#mean()} of {@code int[]} labels</td></tr>
 * <tr><td>its batch form, one-hot</td><td>the same, of each row's argmax</td>
 *     <td>{@link org.simdloss.CrossEntropy#mean()} of {@link org.simdloss.Targets#argmax}</td></tr>
 * <tr><td>{@code softmax(x)}, and the cross-entropy of it</td><td>Σ t · (ln Σ e^x − x)</td>
 *     <td>{@link org.simdloss.SoftmaxCrossEntropy}</td></tr>
 * <tr><td>(two classes, from probabilities)</td>
 *     <td>−Σ (t · ln(y + δ) + (1 − t) · ln(1 − y + δ))</td>
 *     <td>{@link org.simdloss.BinaryCrossEntropy}</td></tr>
 * <tr><td>(two classes, from logits)</td><td>−Σ (t · ln σ(x) + (1 − t) · ln σ(−x))</td>
 *     <td>{@link org.simdloss.SigmoidCrossEntropy}</td></tr>
 * <tr><td>{@code np.random.choice(n, size)}, {@code x[mask]}</td><td></td>
 *     <td>{@link org.simdloss.MiniBatch}</td></tr>
 * <tr><td>{@code argmax(axis=1)}, one-hot, accuracy</td><td></td>
 *     <td>{@link org.simdloss.Labels}</td></tr>
 * <tr><td>{@code y.ndim == 1}</td><td>a batch of one row</td>
 *     <td>{@link org.simdloss.Batch#row}</td></tr>
 * </tbody>
 * </table>
 *
 * <p>δ is 1e-7 unless another is chosen. ln is the natural logarithm, so losses are in nats; divide
 * by ln 2 for bits. A loss falls to 0 as the prediction reaches its target, and a mean does not
 * depend on the batch's size.
 *
 * <p>Gradients are the true derivatives of these, divided as the loss is: y − t (of the half sum),
 * −t / (y + δ), and softmax(x) · Σt − t with Σt the row's. A {@link org.simdloss.LossSum} takes the
 * losses of many batches, and gives one mean. An {@link org.simdloss.Objective} has second
 * derivatives too.
 *
 * <h2>Shapes</h2>
 *
 * Predictions are rows × columns, a sample a row, in a {@link org.simdloss.Batch}: an array (or a
 * {@code FloatBuffer}, or {@code double}s, which are rounded to {@code float} as they are read), an
 * offset, and a stride between rows. {@link org.simdloss.Targets} are a label for each row, or a
 * value for each element. Nothing is ever copied that the caller could see, and padding between
 * rows is neither read nor written.
 *
 * <h2>Bits</h2>
 *
 * The same call gives the same bits: scalar or vector, whatever the vectors' width, on any number
 * of threads, JDK, machine, and at the first call as at the millionth. A row's loss in {@code
 * perRow}, its softmax, and its gradient before the division, depend on that row, the options and
 * the number of columns alone. Labels, the one-hot rows that they stand for, and {@code
 * Targets.argmax} of such rows give the same bits; so do padded and contiguous rows, whatever holds
 * the elements, and {@code loss} and {@code lossAndGradient}. Not promised to be equal: {@code
 * loss}, and a sum over {@code perRow}.
 *
 * <p>A NaN that is returned, or written by {@code perRow}, is {@link java.lang.Double#NaN} or
 * {@link java.lang.Float#NaN} itself; in a gradient or a softmax it may be any NaN. The default
 * floating-point environment is assumed (no flush to zero).
 *
 * <h2>Accuracy</h2>
 *
 * Against the exact value of the definition on the {@code float} inputs, with u = 2^-24 and v = y +
 * δ:
 *
 * <ul>
 *   <li>cross-entropy of labels and one-hot targets: 1e-12 · Σ |ln v| + rows · 2^-52;
 *   <li>cross-entropy of any other targets: 40 u · Σ |t| · (1 + |ln v|), v rounded to {@code
 *       float};
 *   <li>squared error: 40 u · Σ (y − t)²;
 *   <li>{@code perRow}: as the last two, and 2^-149 where a row's loss is below 2^-126, the least
 *       normal {@code float}. With labels, one {@code float} logarithm of at most 0.84 ulp, of v.
 * </ul>
 *
 * And for gradients, 4 u of each of the squared error's, and 5 u of each of the cross-entropy's
 * with v rounded to {@code float}. What comes from logits is good to what {@link
 * org.simdloss.SoftmaxCrossEntropy} and {@link org.simdloss.SigmoidCrossEntropy} state, and a
 * binary cross-entropy to what {@link org.simdloss.BinaryCrossEntropy} does.
 *
 * <p>Inside the range of {@code float}, as the table below says. None of them grows with the batch.
 *
 * <h2>What each input gets</h2>
 *
 * v is y + δ. With labels and one-hot targets {@code loss} takes it in {@code double}; with any
 * other targets, in {@code perRow} and in gradients, it is rounded to {@code float}, and so is δ:
 * there y = 1 gives −1.2e-7, and what is said of y + δ is said of the rounded one.
 *
 * <table class="striped">
 * <caption>Inputs and results</caption>
 * <thead>
 * <tr><th>input</th><th>result</th></tr>
 * </thead>
 * <tbody>
 * <tr><td>shapes that differ; a view outside its array; rows · cols past {@code int}; a negative
 *     size; no column</td>
 *     <td>{@code IllegalArgumentException} that names both, where it is made if it can be known
 *     there</td></tr>
 * <tr><td>a label &lt; 0 or ≥ cols</td>
 *     <td>{@code IndexOutOfBoundsException} that names the first such row, its label and the range,
 *     before anything is written</td></tr>
 * <tr><td>losses of two classes: labels of several columns, or {@code argmax}</td>
 *     <td>{@code IllegalArgumentException}: they take values, or labels 0 and 1 of one column</td></tr>
 * <tr><td>losses of two classes: a target of exactly 0 or 1</td>
 *     <td>the other part adds exactly +0.0, whatever y is</td></tr>
 * <tr><td>sigmoid cross-entropy of logits of any size</td>
 *     <td>the limit: 0 where it is right, its size, or +∞, where it is wrong</td></tr>
 * <tr><td>null</td><td>{@code NullPointerException} that names the argument</td></tr>
 * <tr><td>no rows</td><td>a sum is 0.0; a mean throws {@code IllegalArgumentException}</td></tr>
 * <tr><td>y = 0</td><td>−ln δ; +∞ if δ = 0</td></tr>
 * <tr><td>y = 1</td><td>the tiny negative number that the formula gives: −1.0e-7 for δ = 1e-7</td></tr>
 * <tr><td>NaN where t is not 0; y + δ &lt; 0</td><td>NaN, never hidden or clipped</td></tr>
 * <tr><td>y = +∞ at the label</td><td>−∞</td></tr>
 * <tr><td>cross-entropy, a target of exactly ±0</td>
 *     <td>adds exactly +0.0, whatever y is there, and has a gradient of +0.0; NumPy gives NaN for 0 ·
 *     ln NaN, on purpose we do not</td></tr>
 * <tr><td>cross-entropy's gradient −t / (y + δ) where y + δ = 0; y + δ &lt; 0 or NaN; y = +∞</td>
 *     <td>∓∞; NaN; 0</td></tr>
 * <tr><td>cross-entropy's gradient where y + δ is 1e33 or more</td>
 *     <td>1 / (rows · (y + δ)) loses digits below 1.2e-38</td></tr>
 * <tr><td>logits ±1e30, all equal, one column, −∞ for a class that can not be</td>
 *     <td>finite, and right; −∞ has a softmax of 0, and a loss of +∞ where it is the label</td></tr>
 * <tr><td>logits with NaN or +∞, or a row of −∞ alone</td><td>NaN for that row</td></tr>
 * <tr><td>any targets, where terms t · ln v, or sums of 120 of them, pass 3.4e38</td>
 *     <td>infinity, or NaN if they have both signs: they are {@code float}; terms below 1.2e-38 lose
 *     digits</td></tr>
 * <tr><td>a loss of nothing but zeros</td><td>+0.0</td></tr>
 * <tr><td>squared error with |y − t| ≥ 1.85e19 (1.6e18 if there are many), or below 2.6e-23</td>
 *     <td>+∞, or 0: squares, and sums of 120 of them, are {@code float}</td></tr>
 * <tr><td>y that is no distribution</td><td>computed as given: nothing is renormalised</td></tr>
 * <tr><td>a result that goes to a batch of a {@code FloatBuffer} or a {@code double[]}</td>
 *     <td>{@code IllegalArgumentException}; a result that shares memory with a buffer that is read:
 *     nobody checks it</td></tr>
 * <tr><td>a {@code FloatBuffer} whose limit has fallen since the batch was made</td>
 *     <td>{@code IllegalArgumentException}</td></tr>
 * <tr><td>a gradient, a softmax or gathered rows into the array of an input</td>
 *     <td>allowed where it is exactly the input's view, and then replaces it; refused if the two
 *     overlap in any other way, gaps included; padding is never written</td></tr>
 * <tr><td>{@code perRow} into the array of an input</td>
 *     <td>likewise: allowed where row r's loss takes the place of all of row r (one column, no
 *     offset)</td></tr>
 * </tbody>
 * </table>
 */
package org.simdloss;

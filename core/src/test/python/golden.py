#!/usr/bin/env python3
"""What the book's functions give in NumPy, for NumPyTest to compare the library with.

    python3 core/src/test/python/golden.py > core/src/test/resources/org/simdloss/numpy.txt
    python3 core/src/test/python/golden.py --check core/src/test/resources/org/simdloss/numpy.txt

Needs Python 3 and NumPy (Debian: python3-numpy). The functions are those of chapter 4 of "Deep
Learning from Scratch 1", as it defines them; the inputs are float32 numbers, and all arithmetic is
float64. --check compares what this NumPy gives with what a file says: the order of
np.sum, and the last digit of np.log and np.exp, differ between versions and machines, so the two
agree to about 1e-15 of the terms, not in all bits.

A line is a case:

    form rowsxcols y t = results [but results]

y and t are numbers, [0.1,0.5,...], row after row, or kind@seed: one draw for each element, or for
each row, from the generator in draws(), mapped by KINDS, ROW_KINDS or label. Draws are integers below
2^24, and all that is done to them is exact. "-" is no t. "but" stands before what the library gives
where it differs from NumPy on purpose: a number, or the name of an exception.

A result is a float64 in hexadecimal, and after a | the size that the library's error bound is a
multiple of; see the form in NumPyTest. Without one the result is exact. Where there are more than
24 results for rows or elements, 24 of them are given, spread evenly from the first to the last.
Gradients of labels are followed by their elements at the labels, one for each row, or 24.
"""

import sys

import numpy as np

# ---- The book's functions ----


def sum_squares_error(y, t):
    return 0.5 * np.sum((y - t) ** 2)


def first_form(y, t, delta=1e-7):
    return -np.sum(t * np.log(y + delta))


def first_form_of_a_batch(y, t, delta=1e-7):
    if y.ndim == 1:
        t = t.reshape(1, t.size)
        y = y.reshape(1, y.size)
    return -np.sum(t * np.log(y + delta)) / y.shape[0]


def batch_form(y, t, delta=1e-7):
    if y.ndim == 1:
        t = t.reshape(1, t.size)
        y = y.reshape(1, y.size)
    if t.size == y.size:
        t = t.argmax(axis=1)
    batch_size = y.shape[0]
    return -np.sum(np.log(y[np.arange(batch_size), t] + delta)) / batch_size


def softmax(x):
    x = x - np.max(x, axis=1, keepdims=True)
    return np.exp(x) / np.sum(np.exp(x), axis=1, keepdims=True)


def accuracy(y, t):
    if t.ndim != 1:
        t = np.argmax(t, axis=1)
    return np.sum(np.argmax(y, axis=1) == t) / float(y.shape[0])


# ---- Inputs ----

KINDS = {
    "unit": lambda k: k / 2**24,
    "ends": lambda k: np.where(k % 4 < 2, k % 4, k / 2**24),  # many a 0, many a 1
    "near1": lambda k: 1 + (k % 65 - 32) / 2**23,
    "wide": lambda k: k / 2**20,  # up to 16
    "tiny": lambda k: k / 2**48,  # below the book's delta
    "signed": lambda k: (k - 2**23) / 2**23,
    "logit4": lambda k: (k - 2**23) / 2**21,
    "logit64": lambda k: (k - 2**23) / 2**17,
    "whole100": lambda k: k % 201 - 100,
    "whole1e4": lambda k: k % 20001 - 10000,
    "quarters": lambda k: k % 5 / 4,
    "ties": lambda k: k % 4,
    "nans": lambda k: np.where(k % 16 == 5, np.nan, k // 16 % 4),
}
ROW_KINDS = {"hot": 1, "two": 2}  # so many ones, at draw % cols, that may meet


def draws(seed, n):
    result = np.empty(n, dtype=np.int64)
    state = seed
    for i in range(n):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        result[i] = state >> 40
    return result


class Given:
    """Numbers, and how a line says them."""

    def __init__(self, text, values):
        self.text = text
        self.values = values


def number(x):
    """A float32 as Java reads it."""
    text = str(np.float32(x))
    return {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}.get(text, text)


def given(rows):
    values = np.array(np.array(rows, dtype=np.float32), dtype=np.float64)
    return Given("[" + ",".join(number(x) for x in values.flat) + "]", values)


def given_labels(labels):
    return Given(
        "[" + ",".join(str(label) for label in labels) + "]", np.array(labels, dtype=np.int64)
    )


seeds = 0


def seeded(kind, rows, cols):
    global seeds
    seeds += 1
    if kind == "label":
        values = draws(seeds, rows) % cols
    elif kind in ROW_KINDS:
        ones = ROW_KINDS[kind]
        values = np.zeros((rows, cols))
        for i, k in enumerate(draws(seeds, rows * ones)):
            values[i // ones, k % cols] = 1
    else:
        values = KINDS[kind](draws(seeds, rows * cols)).reshape(rows, cols).astype(np.float64)
        exact = values.astype(np.float32).astype(np.float64)
        assert np.array_equal(values[values == values], exact[values == values])
    return Given(kind + "@" + str(seeds), values)


# ---- Results ----

MOST = 24


def result(value, size=0.0):
    if isinstance(value, str):
        return value
    value = float(value)
    if value != value:
        return "NaN"
    if value in (np.inf, -np.inf):
        return "Infinity" if value > 0 else "-Infinity"
    return value.hex() + ("" if size == 0 else "|%.4g" % size)


def spread(values, sizes):
    """Pairs of some elements and their sizes."""
    values, sizes = np.ravel(values), np.ravel(sizes)
    count = min(len(values), MOST)
    at = [i * (len(values) - 1) // max(count - 1, 1) for i in range(count)]
    return [(values[i], sizes[i]) for i in at]


def spread_and_picked(values, sizes, t):
    """The same, and then some of those at the labels."""
    return spread(values, sizes) + spread(picked(values, t), picked(sizes, t))


lines = []


def case(form, y, t, results, but=None):
    """Results are pairs of a value and a size, or names."""

    def text(results):
        return " ".join(result(*(r if isinstance(r, tuple) else (r,))) for r in results)

    y_values = y.values
    rows, cols = (1, y_values.size) if y_values.ndim == 1 else y_values.shape
    lines.append(
        "%s %dx%d %s %s = %s%s"
        % (
            form,
            rows,
            cols,
            y.text,
            "-" if t is None else t.text,
            text(results),
            "" if but is None else " but " + text(but),
        )
    )


# ---- The forms. Each has a twin in NumPyTest. ----


def squared(y, t, but=None):
    of = sum_squares_error(y.values, t.values)
    over_rows = of / (1 if y.values.ndim == 1 else len(y.values))
    mse = np.mean((y.values - t.values) ** 2)
    case("squared", y, t, [(of, of), (over_rows, over_rows), (mse, mse)], but)


def squared_rows(y, t):
    rows = 0.5 * np.sum((y.values - t.values) ** 2, axis=1)
    case("squared-rows", y, t, spread(rows, rows))


def squared_gradient(y, t):
    g = y.values - t.values
    case("squared-gradient", y, t, spread(g, np.abs(g)))


def name(form, delta):
    return form if delta == 1e-7 else "%s(%s)" % (form, delta)


def any_sizes(y, t, delta):
    return np.abs(t) * (1 + np.abs(np.log(y + delta)))


def targets(y, t, delta=1e-7, but=None):
    size = np.sum(any_sizes(y.values, t.values, delta))
    rows = 1 if y.values.ndim == 1 else len(y.values)
    both = [
        (first_form(y.values, t.values, delta), size),
        (first_form_of_a_batch(y.values, t.values, delta), size / rows),
    ]
    case(name("targets", delta), y, t, both, but)


def targets_rows(y, t):
    rows = -np.sum(t.values * np.log(y.values + 1e-7), axis=1)
    case("targets-rows", y, t, spread(rows, np.sum(any_sizes(y.values, t.values, 1e-7), axis=1)))


def targets_gradient(y, t, delta=1e-7):
    """Here 0 where t is, and NaN where the loss is NaN, the logarithm of a negative number."""
    v = y.values + delta
    g = -t.values / v / len(v)
    ours = np.where(t.values == 0, 0, np.where(v < 0, np.nan, g))
    same = np.array_equal(np.isnan(g), np.isnan(ours))
    but = None if same else spread(ours, np.abs(ours))
    case(name("targets-gradient", delta), y, t, spread(g, np.abs(g)), but)


def label_size(picked, delta):
    """Of the bound 1e-12 times the logarithms' sizes, and 2^-52 a row."""
    return np.sum(np.abs(np.log(picked + delta)) + 2.0**-52 / 1e-12)


def picked(y, t):
    y = y.reshape(-1, y.shape[-1])
    return y[np.arange(len(y)), np.ravel(t)]


def one_hot(y, t):
    """By the first form, which takes them as any targets."""
    size = label_size(picked(y.values, t.values.argmax(axis=1)), 1e-7)
    both = [
        (first_form(y.values, t.values), size),
        (first_form_of_a_batch(y.values, t.values), size / len(y.values)),
    ]
    case("one-hot", y, t, both)


def labels(y, t, delta=1e-7, but=None):
    size = label_size(picked(y.values, t.values), delta) / np.size(t.values)
    case(name("labels", delta), y, t, [(batch_form(y.values, t.values, delta), size)], but)


def labels_rows(y, t):
    rows = -np.log(picked(y.values, t.values) + 1e-7)
    case("labels-rows", y, t, spread(rows, 1 + np.abs(rows)))


def eye(t, cols):
    return np.eye(cols)[t]


def labels_gradient(y, t):
    g = -eye(t.values, y.values.shape[1]) / (y.values + 1e-7) / len(y.values)
    case("labels-gradient", y, t, spread_and_picked(g, np.abs(g), t.values))


def argmax_targets(y, t):
    of = batch_form(y.values, t.values)
    size = label_size(picked(y.values, np.argmax(t.values, axis=-1)), 1e-7)
    case("argmax-targets", y, t, [(of, size / np.size(np.argmax(t.values, axis=-1)))])


def moved(x):
    """Logits less what the library's bounds take for subtracted, and that."""
    most = np.max(x, axis=1, keepdims=True)
    shift = np.where(np.all(np.abs(x) <= 64, axis=1, keepdims=True), 0, most)
    return x - shift, shift


def softmax_sizes(x):
    p = softmax(x)
    d = np.where(p == 0, 0, moved(x)[0])
    return (40 + np.abs(d)) * p


def softmax_of(x):
    case("softmax", x, None, spread(softmax(x.values), softmax_sizes(x.values)))


def ln_of_sums(x):
    most = np.max(x, axis=1, keepdims=True)
    return most + np.log(np.sum(np.exp(x - most), axis=1, keepdims=True))


def softmax_labels(x, t):
    """Where e^x is 0 in float64 the book's way ends; ln(sum of e^x) - x is the same, and does not."""
    rows = len(x.values)
    of = batch_form(softmax(x.values), t.values, 0) if x.values.shape[1] > 1 else 0.0
    d, shift = moved(x.values)
    size = np.sum(40 + np.where(shift[:, 0] == 0, 0, np.abs(picked(d, t.values)))) / rows
    stable = np.sum(ln_of_sums(x.values)[:, 0] - picked(x.values, t.values)) / rows
    but = None if np.isfinite(of) or not np.isfinite(stable) else [(stable, size)]
    case("softmax-labels", x, t, [(of, size)], but)


def softmax_targets(x, t):
    rows = len(x.values)
    of = first_form_of_a_batch(softmax(x.values), t.values, 0)
    d, shift = moved(x.values)
    ln = ln_of_sums(x.values)
    used = t.values != 0
    sizes = np.abs(t.values) * (1 + np.abs(ln - shift) + np.abs(d))
    size = np.sum(sizes[used]) / rows
    stable = np.sum((t.values * (ln - x.values))[used]) / rows
    but = None if np.isfinite(of) or not np.isfinite(stable) else [(stable, size)]
    case("softmax-targets", x, t, [(of, size)], but)


def softmax_then_labels(x, t):
    """The book's network: softmax, and cross_entropy_error of it, which adds delta."""
    p = softmax(x.values)
    of = picked(p, t.values) + 1e-7
    sizes = picked(softmax_sizes(x.values), t.values) / of + np.abs(np.log(of)) + 1
    value = -np.sum(np.log(of)) / len(p) if p.shape[1] == 1 else batch_form(p, t.values)
    case("softmax-then-labels", x, t, [(value, np.sum(sizes) / len(p))])


def softmax_gradient(x, t):
    """(y - t) / batch_size, where a row's targets add up to 1."""
    is_labels = t.values.ndim == 1
    values = eye(t.values, x.values.shape[1]) if is_labels else t.values
    of_row = np.sum(values, axis=1, keepdims=True)
    size_of_row = np.sum(np.abs(values), axis=1, keepdims=True)
    p = softmax(x.values)
    g = (p * of_row - values) / len(p)
    sizes = (softmax_sizes(x.values) * size_of_row + 2 * np.abs(values)) / len(p)
    if is_labels:
        case("softmax-labels-gradient", x, t, spread_and_picked(g, sizes, t.values))
    else:
        case("softmax-targets-gradient", x, t, spread(g, sizes))


def argmax(y):
    columns = np.argmax(y.values, axis=1)
    case("argmax", y, None, spread(columns, 0 * columns))


def accuracy_of(y, t, but=None):
    form = "accuracy-of-labels" if t.values.ndim == 1 else "accuracy-of-rows"
    share = accuracy(y.values, t.values)
    if but is None:  # to the library a row with NaN is wrong
        labels = t.values if t.values.ndim == 1 else np.argmax(t.values, axis=1)
        hits = (np.argmax(y.values, axis=1) == labels) & ~np.isnan(y.values).any(axis=1)
        own = np.sum(hits) / float(y.values.shape[0])
        but = None if own == share else [own]
    case(form, y, t, [share], but)


def one_hot_rows(y, t, but=None):
    """y gives the shape alone."""
    rows = eye(t.values, y.values.shape[1])
    case("one-hot-rows", y, t, spread(rows, 0 * rows), but)


def binary(y, t):
    """Of probabilities; delta is a float32. A coefficient of 0 adds nothing."""
    delta = np.float64(np.float32(1e-7))
    of_one = np.where(t.values == 0, 0, t.values * np.log(y.values + delta))
    of_zero = np.where(t.values == 1, 0, (1 - t.values) * np.log(1 - y.values + delta))
    rows = -np.sum(of_one + of_zero, axis=1)
    size = np.sum(np.abs(of_one) + np.abs(of_zero), axis=1)
    n = t.values.size
    both = [(np.sum(rows), np.sum(size)), (np.sum(rows) / n, np.sum(size) / n)]
    case("binary", y, t, both + spread(rows, size))


def sigmoid(x, t):
    """Of logits; the second derivatives behind the derivatives."""
    plus = np.logaddexp(0, x.values)
    minus = np.logaddexp(0, -x.values)
    p, q = np.exp(-minus), np.exp(-plus)
    rows = np.sum(t.values * minus + (1 - t.values) * plus, axis=1)
    total = np.sum(rows)
    case("sigmoid", x, t, [(total, total), (total / t.values.size,) * 2] + spread(rows, rows))
    g = (1 - t.values) * p - t.values * q
    size = (1 - t.values) * p + t.values * q
    case("sigmoid-gradient", x, t, spread(g, size) + spread(p * q, p * q))


# ---- The cases ----

SHAPES = [(1, 1), (1, 10), (2, 3), (100, 10), (7, 13), (33, 100), (3, 1000)]


def book():
    """The book's own numbers: 0.0975 and 0.5975, 0.5108 and 2.3025."""
    t = given([0, 0, 1, 0, 0, 0, 0, 0, 0, 0])
    for y in [
        given([0.1, 0.05, 0.6, 0, 0.05, 0.1, 0, 0.1, 0, 0]),
        given([0.1, 0.05, 0.1, 0, 0.05, 0.1, 0, 0.6, 0, 0]),
    ]:
        squared(y, t)
        targets(y, t)
        argmax_targets(y, t)
        labels(y, given_labels([2]))


def of_one_sample():
    """y.ndim == 1."""
    for n in [1, 2, 10, 100, 1000]:
        for kind, target in [("unit", "hot"), ("ends", "two"), ("wide", "unit")]:
            y = seeded(kind, 1, n)
            y.values = y.values[0]
            t = seeded(target, 1, n)
            t.values = t.values[0]
            argmax_targets(y, t)
            if target == "unit":
                squared(y, t)
                targets(y, t)
                labels(y, seeded("label", 1, n))


def of_shape(rows, cols):
    def new(kind):
        return seeded(kind, rows, cols)

    for y, t in [("unit", "hot"), ("unit", "unit"), ("wide", "signed"), ("logit64", "ties")]:
        squared(new(y), new(t))
    for y, t in [("unit", "hot"), ("logit64", "signed")]:
        squared_rows(new(y), new(t))
        squared_gradient(new(y), new(t))

    several = [("unit", "unit"), ("ends", "quarters"), ("wide", "signed"), ("near1", "signed")]
    for y, t in several + [("tiny", "quarters")]:
        targets(new(y), new(t))
    for y in ["unit", "ends"] if cols > 1 else []:
        targets(new(y), new("two"))
    for y, t in several:
        targets_rows(new(y), new(t))
    for y, t in several[:2]:
        targets_gradient(new(y), new(t))
    targets(new("unit"), new("unit"), delta=0.01)
    targets(new("wide"), new("unit"), delta=0)

    for y in ["unit", "ends", "wide", "near1", "tiny"]:
        argmax_targets(new(y), new("hot"))
        if cols > 1:  # for labels of one column see differences()
            labels(new(y), new("label"))
    for y, t in [("unit", "two"), ("ends", "ties"), ("wide", "nans"), ("near1", "unit")]:
        argmax_targets(new(y), new(t))
    for y in ["unit", "ends", "near1"]:
        one_hot(new(y), new("hot"))
        labels_rows(new(y), new("label"))
    for y in ["unit", "ends"]:
        labels_gradient(new(y), new("label"))
    if cols > 1:
        labels(new("unit"), new("label"), delta=0.01)
        labels(new("wide"), new("label"), delta=0)

    for kind in ["logit4", "logit64", "whole100", "whole1e4", "unit"]:
        x = new(kind)
        softmax_of(x)
        softmax_labels(x, new("label"))
        softmax_targets(x, new("hot" if kind.startswith("whole") else "quarters"))
    for kind in ["logit4", "whole100", "whole1e4"]:
        softmax_then_labels(new(kind), new("label"))
    softmax_targets(new("whole100"), new("quarters"))
    for kind, t in [("logit4", "label"), ("whole100", "label"), ("logit64", "quarters"), ("whole1e4", "hot")]:
        softmax_gradient(new(kind), new(t))

    for kind in ["unit", "ties", "nans"]:
        argmax(new(kind))
        accuracy_of(new(kind), new("label"))
        accuracy_of(new(kind), new("nans"))
    accuracy_of(new("whole100"), new("hot"))
    one_hot_rows(new("unit"), new("label"))


def odd_numbers():
    """At the label, and among soft targets: zeros, ones, NaN, infinities, negatives."""
    nan, inf = np.nan, np.inf
    for odd in [0.0, -0.0, 1.0, 1.5, -0.5, nan, inf, -inf, 3e38, 1e-40]:
        y = given([[0.25, odd, 0.5], [0.5, 0.25, 0.25]])
        for delta in [1e-7, 0]:
            labels(y, given_labels([1, 2]), delta)
            targets(y, given([[0.25, 0.5, 0.25], [0.5, 0.125, 1]]), delta)
        argmax_targets(y, given([[0, 1, 1], [nan, inf, nan]]))
        labels_rows(y, given_labels([1, 2]))
        targets_gradient(y, given([[0.25, 0.5, 0.25], [0.5, 0.125, 1]]))
        squared(y, given([[0.25, 0.5, 0.25], [0.5, 0.125, 1]]), squares_of(odd))
        accuracy_of(y, given_labels([1, 0]))
    nothing = given([[0, 0, 0]])
    for form in [targets, targets_rows, targets_gradient, squared_rows]:
        form(nothing, nothing)
    labels(given([[0.5, 1, 0.5]]), given_labels([1]), delta=0)
    y = given([[0.25, 0.5, 0.75]])
    squared(y, y)
    argmax(given([[2, 3, 3], [5, 5, 5], [0, -0.0, 0], [-0.0, 0, 0]]))
    argmax(given([[1, nan, 3], [inf, nan, nan], [nan, inf, nan], [1, 2, nan], [-inf, -inf, -3]]))
    x = [[100, -100, 0], [1e4, -1e4, 0], [-1e4, -1e4, -1e4], [1e30, -1e30, 0], [-inf, 2, 3], [5, 5, 5]]
    for row in x + [[1, nan, 2], [1, inf, 2], [-inf, -inf, -inf]]:
        logits = given([row, [1, 2, 3]])
        softmax_of(logits)
        softmax_targets(logits, given([[0.25, 0.5, 0.25], [0, 1, 0]]))
        for label in range(3):
            softmax_labels(logits, given_labels([label, 0]))
    softmax_of(given(x))


def two_classes(rows, cols):
    def new(kind):
        return seeded(kind, rows, cols)

    for y, t in [("unit", "hot"), ("unit", "unit"), ("ends", "quarters"), ("tiny", "two")]:
        binary(new(y), new(t))
    for x, t in [("logit4", "hot"), ("logit64", "unit"), ("whole100", "quarters"), ("whole1e4", "two")]:
        sigmoid(new(x), new(t))


def squares_of(odd):
    """Squares are float here."""
    return ["Infinity"] * 3 if odd == 3e38 else None


def differences():
    """Where the library differs from NumPy on purpose."""
    nan, inf = np.nan, np.inf
    # 0 · ln NaN, and what else is no number: a target of 0 adds nothing here.
    t = given([[0, 1, 0], [0.5, 0, 0.5]])
    for odd in [nan, inf, -0.5, -inf]:
        y = given([[odd, 0.5, 0.25], [0.25, odd, 0.5]])
        used = t.values != 0
        terms = -t.values[used] * np.log(y.values[used] + 1e-7)
        of, size = np.sum(terms), np.sum(any_sizes(y.values[used], t.values[used], 1e-7))
        targets(y, t, but=[(of, size), (of / 2, size / 2)])
        targets_gradient(y, t)
    # delta = 0, and a probability of 0 that is not wanted: 0 · -inf
    y = given([[0, 1, 0], [0.5, 0, 0.5]])
    of = -np.sum(t.values[used] * np.log(y.values[used]))
    size = np.sum(any_sizes(y.values[used], t.values[used], 0))
    targets(y, t, delta=0, but=[(of, size), (of / 2, size / 2)])
    targets_gradient(y, t, delta=0)  # 0/0
    # Negative labels count from the end in NumPy; a label past the end is refused by both.
    y = given([[0.25, 0.5, 0.25], [0.5, 0.125, 0.375]])
    for bad in [[0, -1], [-3, 2]]:
        labels(y, given_labels(bad), but=["IndexOutOfBoundsException"])
        accuracy_of(y, given_labels(bad), but=["IndexOutOfBoundsException"])
        one_hot_rows(y, given_labels(bad), but=["IndexOutOfBoundsException"])
    for bad in [[0, 3], [-4, 2]]:
        t = given_labels(bad)
        case("labels", y, t, [raised(batch_form, y, t)], ["IndexOutOfBoundsException"])
    # One column: as many labels as elements, so the book takes the labels for one-hot rows.
    y = given([[0.25], [0.5], [0.75]])
    t = given_labels([0, 0, 0])
    mean = (-np.sum(np.log(y.values + 1e-7)) / 3, label_size(y.values, 1e-7) / 3)
    case("labels", y, t, [raised(batch_form, y, t)], [mean])
    # The mean of nothing
    y = Given("[]", np.zeros((0, 3)))
    t = Given("[]", np.zeros(0, dtype=np.int64))
    case("argmax-targets", y, y, [batch_form(y.values, y.values)], ["IllegalArgumentException"])
    case("accuracy-of-labels", y, t, [accuracy(y.values, t.values)], ["IllegalArgumentException"])
    # Squares that float can not hold
    zero = given([[0, 0]])
    squared(given([[2e19, 1]]), zero, ["Infinity"] * 3)
    squared(given([[1e-23, -1e-23]]), zero, [0.0] * 3)
    # A class that can not be, and is not wanted
    softmax_targets(given([[-inf, 1, 2], [1, 2, 3]]), given([[0, 1, 0], [0, 0.5, 0.5]]))


def raised(function, y, t):
    try:
        function(y.values, t.values)
    except Exception as e:
        return type(e).__name__
    raise AssertionError("nothing raised")


def check(path):
    """The largest difference from a file's results, in parts of the sizes."""
    with open(path, encoding="utf-8") as file:
        theirs = [line.rstrip("\n") for line in file if not line.startswith("#")]
    assert len(theirs) == len(lines), "%d cases, but %d in %s" % (len(lines), len(theirs), path)
    worst, where, same = 0.0, "", 0
    for mine, other in zip(lines, theirs):
        same += mine == other
        before, mine_results = mine.split(" = ")
        assert before == other.split(" = ")[0], "inputs differ:\n%s\n%s" % (mine, other)
        pairs = list(zip(mine_results.split(), other.split(" = ")[1].split()))
        assert len(mine_results.split()) == len(pairs) == len(other.split(" = ")[1].split())
        for a, b in pairs:
            if "0x" not in a or "0x" not in b:
                assert a == b, "results differ:\n%s\n%s" % (mine, other)
                continue
            x, y = (float.fromhex(s.split("|")[0]) for s in (a, b))
            size = float(a.split("|")[1]) if "|" in a else max(abs(x), 1)
            if abs(x - y) / size > worst:
                worst, where = abs(x - y) / size, before
    print("%d cases, %d the same in all bits; largest difference" % (len(lines), same), end=" ")
    print("%.2g of its size, in %s" % (worst, where or "none"))
    return worst < 1e-13


def main(arguments):
    with np.errstate(all="ignore"):
        book()
        of_one_sample()
        for rows, cols in SHAPES:
            of_shape(rows, cols)
        odd_numbers()
        differences()
        for rows, cols in SHAPES + [(100, 1)]:
            two_classes(rows, cols)
    if len(arguments) == 2 and arguments[0] == "--check":
        return 0 if check(arguments[1]) else 1
    if arguments:
        print(__doc__)
        return 2
    print("# Written by golden.py, which says how to read it, with NumPy %s:" % np.__version__)
    print("# python3 core/src/test/python/golden.py > core/src/test/resources/org/simdloss/numpy.txt")
    print("\n".join(lines))
    return 0


sys.exit(main(sys.argv[1:]))

#!/usr/bin/env python3
"""Measures Python's libraries on the batches that bench.jar measures on.

    java -jar bench/target/bench.jar arrays arrays.npz
    python3 bench/src/python/peers.py arrays.npz --out python.json

Needs Python 3.8 or later and NumPy; PyTorch and JAX are measured too if this Python has them. Each
loss is written as the library's users write it, on float32 arrays that are made before the timing.
Losses have the names of the benchmarks in org.simdloss.bench.LossBenchmark, and the formulas of
org.simdloss.bench.Textbook. One differs: PyTorch's binary cross-entropy has no 1e-7 in its logarithms,
but takes none for less than -100.

numpy, pytorch and jax run on one thread, pytorch-threads on all cores. A measurement is a fork: a
fresh process, which warms up 3 times for 0.1 s, and then measures 4 times for 0.1 s. Each call takes the
next batch in turn. In a round each loss of each library runs once.

The file has what was measured in JMH's form, and the value that each loss has for the first batch.
It is rewritten after every round.
"""

import argparse
import importlib.util
import itertools
import json
import math
import os
import platform
import statistics
import subprocess
import sys
import time
import zipfile

WARM_UPS = 3
ITERATIONS = 4
SECONDS = 0.1

DELTA = 1e-7

# ---- What is measured ----

# Of each loss the arrays that it takes, as the benchmarks do.
LOSSES = {
    "squaredError": ("y", "soft"),
    "crossEntropyTargets": ("y", "soft"),
    "crossEntropyOneHot": ("y", "oneHot"),
    "crossEntropyLabels": ("y", "labels"),
    "softmaxLabels": ("logits", "labels"),
    "softmaxTargets": ("logits", "soft"),
    "softmaxLabelsGradient": ("logits", "labels"),
    "squaredErrorGradient": ("y", "soft"),
    "crossEntropyTargetsGradient": ("y", "soft"),
    "crossEntropyLabelsGradient": ("y", "labels"),
    "softmaxLabelsHessian": ("logits", "labels"),
    "sigmoid": ("logits", "oneHot"),
    "sigmoidGradient": ("logits", "oneHot"),
    "binary": ("y", "oneHot"),
    "binaryGradient": ("y", "oneHot"),
}

TWO_CLASSES = ("sigmoid", "sigmoidGradient", "binary", "binaryGradient")
WIDE = ("softmaxLabels", "softmaxLabelsGradient")


def losses_of(cols):
    if cols == 1:
        return TWO_CLASSES
    if cols >= 1000:
        return WIDE
    return [each for each in LOSSES if each not in TWO_CLASSES]


# ---- The libraries ----
#
# Each function imports its library. It returns the library's version, a function that makes an array
# of NumPy's one of the library's, and the losses by name. (The losses are the local names that LOSSES
# has.) A loss returns its value, or a tuple that begins with it.


def with_numpy():
    import numpy as np

    # Gradients are divided by a float: NumPy before 2 makes float64 of float32 / 1000000.

    def squaredError(y, t):
        return 0.5 * np.sum((y - t) ** 2)

    def crossEntropyTargets(y, t):
        return -np.sum(t * np.log(y + DELTA)) / y.shape[0]

    def crossEntropyLabels(y, labels):
        n = y.shape[0]
        return -np.sum(np.log(y[np.arange(n), labels] + DELTA)) / n

    def crossEntropyOneHot(y, t):
        return crossEntropyLabels(y, t.argmax(axis=1))

    def softmaxLabels(x, labels):
        z = x - np.max(x, axis=1, keepdims=True)
        log_sums = np.log(np.sum(np.exp(z), axis=1))
        return np.mean(log_sums - z[np.arange(x.shape[0]), labels])

    def softmaxTargets(x, t):
        z = x - np.max(x, axis=1, keepdims=True)
        log_sums = np.log(np.sum(np.exp(z), axis=1, keepdims=True))
        return np.sum(t * (log_sums - z)) / x.shape[0]

    def softmax_and_losses(x, labels):
        z = x - np.max(x, axis=1, keepdims=True)
        exps = np.exp(z)
        sums = np.sum(exps, axis=1, keepdims=True)
        return exps / sums, np.log(sums[:, 0]) - z[np.arange(x.shape[0]), labels]

    def softmaxLabelsGradient(x, labels):
        n = x.shape[0]
        gradient, losses = softmax_and_losses(x, labels)
        gradient[np.arange(n), labels] -= 1
        gradient /= float(n)
        return np.mean(losses), gradient

    def softmaxLabelsHessian(x, labels):
        gradient, losses = softmax_and_losses(x, labels)
        hessian = gradient * (1 - gradient)
        gradient[np.arange(x.shape[0]), labels] -= 1
        return np.sum(losses), gradient, hessian

    def squaredErrorGradient(y, t):
        gradient = y - t
        return 0.5 * np.sum(gradient**2), gradient

    def crossEntropyTargetsGradient(y, t):
        n = y.shape[0]
        v = y + DELTA
        return -np.sum(t * np.log(v)) / n, -t / v / float(n)

    def crossEntropyLabelsGradient(y, labels):
        n = y.shape[0]
        rows = np.arange(n)
        v = y[rows, labels] + DELTA
        gradient = np.zeros_like(y)
        gradient[rows, labels] = -1 / v / float(n)
        return -np.sum(np.log(v)) / n, gradient

    def sigmoid(x, t):
        return np.mean(np.maximum(x, 0) - x * t + np.log1p(np.exp(-np.abs(x))))

    def sigmoidGradient(x, t):
        return sigmoid(x, t), (1 / (1 + np.exp(-x)) - t) / float(x.size)

    def binary(y, t):
        return -np.mean(t * np.log(y + DELTA) + (1 - t) * np.log(1 - y + DELTA))

    def binaryGradient(y, t):
        gradient = ((1 - t) / (1 - y + DELTA) - t / (y + DELTA)) / float(y.size)
        return binary(y, t), gradient

    def convert(array, name, differentiated):
        return array.astype(np.intp) if name == "labels" else array

    losses = {name: each for name, each in locals().items() if name in LOSSES}
    return np.__version__, convert, losses


def with_pytorch():
    import torch
    import torch.nn.functional as F

    def convert(array, name, differentiated):
        tensor = torch.from_numpy(array)
        return tensor.long() if name == "labels" else tensor.requires_grad_(differentiated)

    def squaredError(y, t):
        return 0.5 * F.mse_loss(y, t, reduction="sum")

    def crossEntropyTargets(y, t):
        return -torch.sum(t * torch.log(y + DELTA)) / y.shape[0]

    def crossEntropyLabels(y, labels):
        return -torch.mean(torch.log(y.gather(1, labels.unsqueeze(1)) + DELTA))

    def crossEntropyOneHot(y, t):
        return crossEntropyLabels(y, t.argmax(dim=1))

    softmaxLabels = F.cross_entropy
    softmaxTargets = F.cross_entropy  # targets of floats are probabilities
    sigmoid = F.binary_cross_entropy_with_logits
    binary = F.binary_cross_entropy

    def with_gradient(loss):
        def call(x, t):
            x.grad = None
            value = loss(x, t)
            value.backward()
            return value, x.grad

        return call

    softmaxLabelsGradient = with_gradient(softmaxLabels)
    squaredErrorGradient = with_gradient(squaredError)
    crossEntropyTargetsGradient = with_gradient(crossEntropyTargets)
    crossEntropyLabelsGradient = with_gradient(crossEntropyLabels)
    sigmoidGradient = with_gradient(sigmoid)
    binaryGradient = with_gradient(binary)

    softmax_sum = with_gradient(lambda x, labels: F.cross_entropy(x, labels, reduction="sum"))

    def softmaxLabelsHessian(x, labels):
        value, gradient = softmax_sum(x, labels)
        p = torch.softmax(x.detach(), dim=1)
        return value, gradient, p * (1 - p)

    losses = {name: each for name, each in locals().items() if name in LOSSES}
    return torch.__version__, convert, losses


def with_jax():
    import jax
    import jax.numpy as jnp

    def squaredError(y, t):
        return 0.5 * jnp.sum((y - t) ** 2)

    def crossEntropyTargets(y, t):
        return -jnp.sum(t * jnp.log(y + DELTA)) / y.shape[0]

    def at_labels(x, labels):
        return jnp.take_along_axis(x, labels[:, None], axis=1)[:, 0]

    def crossEntropyLabels(y, labels):
        return -jnp.mean(jnp.log(at_labels(y, labels) + DELTA))

    def crossEntropyOneHot(y, t):
        return crossEntropyLabels(y, jnp.argmax(t, axis=1))

    def softmax_losses(x, labels):
        return jax.nn.logsumexp(x, axis=1) - at_labels(x, labels)

    def softmaxLabels(x, labels):
        return jnp.mean(softmax_losses(x, labels))

    def softmaxTargets(x, t):
        return -jnp.sum(t * jax.nn.log_softmax(x, axis=1)) / x.shape[0]

    def sigmoid(x, t):
        return jnp.mean(jax.nn.softplus(x) - x * t)

    def binary(y, t):
        return -jnp.mean(t * jnp.log(y + DELTA) + (1 - t) * jnp.log(1 - y + DELTA))

    softmaxLabelsGradient = jax.value_and_grad(softmaxLabels)
    squaredErrorGradient = jax.value_and_grad(squaredError)
    crossEntropyTargetsGradient = jax.value_and_grad(crossEntropyTargets)
    crossEntropyLabelsGradient = jax.value_and_grad(crossEntropyLabels)
    sigmoidGradient = jax.value_and_grad(sigmoid)
    binaryGradient = jax.value_and_grad(binary)

    softmax_sum = jax.value_and_grad(lambda x, labels: jnp.sum(softmax_losses(x, labels)))

    def softmaxLabelsHessian(x, labels):
        value, gradient = softmax_sum(x, labels)
        p = jax.nn.softmax(x, axis=1)
        return value, gradient, p * (1 - p)

    def compiled(loss):
        loss = jax.jit(loss)
        return lambda x, t: jax.block_until_ready(loss(x, t))

    losses = {name: compiled(each) for name, each in locals().items() if name in LOSSES}
    return jax.__version__, lambda array, name, differentiated: jnp.asarray(array), losses


# Of each implementation the module that it needs, the library's name, the function that imports it,
# and whether it takes all cores.
IMPLEMENTATIONS = {
    "numpy": ("numpy", "NumPy", with_numpy, False),
    "pytorch": ("torch", "PyTorch", with_pytorch, False),
    "pytorch-threads": ("torch", "PyTorch", with_pytorch, True),
    "jax": ("jax", "JAX", with_jax, False),
}


def cores():
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


# ---- A fork ----


def environment(implementation):
    """What a fork's process is told before it imports its library."""
    told = dict(os.environ)
    threads = cores() if IMPLEMENTATIONS[implementation][3] else 1
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        told[name] = str(threads)
    told["JAX_PLATFORMS"] = "cpu"
    if not hasattr(os, "sched_setaffinity"):
        told["XLA_FLAGS"] = told.get("XLA_FLAGS", "") + " --xla_cpu_multi_thread_eigen=false"
    return told


def fork(file, implementation, loss, shape):
    """Measures one loss. Returns the nanoseconds of a call in each iteration, and the value of the
    first batch."""
    if implementation == "jax" and hasattr(os, "sched_setaffinity"):
        # JAX has no setting for its number of threads: it takes as many as it may use cores.
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    _, convert, losses = IMPLEMENTATIONS[implementation][2]()
    import numpy as np

    differentiated = loss.endswith(("Gradient", "Hessian"))
    with np.load(file) as arrays:
        x, t = (
            [convert(each, name, differentiated and i == 0) for each in arrays[f"{shape}/{name}"]]
            for i, name in enumerate(LOSSES[loss])
        )
    batches = list(zip(x, t))
    call = losses[loss]
    result = call(*batches[0])
    value = float(result[0] if isinstance(result, tuple) else result)

    turns = itertools.cycle(batches)
    at_once = 1  # so many calls between two looks at the clock
    for _ in range(WARM_UPS):
        _, calls = iteration(call, turns, at_once)
        at_once = max(1, calls // 100)
    nanos = [iteration(call, turns, at_once)[0] for _ in range(ITERATIONS)]
    return nanos, value


def iteration(call, turns, at_once):
    """Calls for a while. Returns the nanoseconds of a call, and how many there were."""
    calls = 0
    start = time.perf_counter_ns()
    end = start + SECONDS * 1e9
    now = start
    while now < end:
        for _ in range(at_once):
            call(*next(turns))
        calls += at_once
        now = time.perf_counter_ns()
    return (now - start) / calls, calls


# ---- A run ----


class Unusable(Exception):
    """Wrong use, in one line."""


class Progress:
    """What runs: one line, rewritten in place on a terminal; elsewhere a new line every few
    seconds."""

    def __init__(self):
        self.terminal = sys.stderr.isatty()
        self.shown = 0
        self.last = -math.inf

    def show(self, line):
        if self.terminal:
            print("\r" + line[:79].ljust(self.shown), end="", file=sys.stderr, flush=True)
            self.shown = len(line[:79])
        elif time.monotonic() - self.last > 5:
            print(line, file=sys.stderr, flush=True)
            self.last = time.monotonic()

    def clear(self):
        if self.shown:
            print("\r" + " " * self.shown + "\r", end="", file=sys.stderr, flush=True)
            self.shown = 0


def child(options, *words):
    """Runs a fork in a process of its own; returns what it says, or raises RuntimeError."""
    command = [sys.executable, os.path.abspath(__file__), options.file, "--fork", ",".join(words)]
    done = subprocess.run(command, env=environment(words[0]), capture_output=True, text=True)
    if done.returncode != 0:
        said = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        raise RuntimeError(said[-1])
    return json.loads(done.stdout.splitlines()[-1])


def shapes_in(file):
    """Of each shape in the file its number of columns."""
    try:
        with zipfile.ZipFile(file) as entries:
            names = {name.split("/")[0] for name in entries.namelist() if name.endswith("/y.npy")}
        shapes = {name: int(name.split("x")[1]) for name in names}
    except FileNotFoundError:
        raise Unusable(f"FILE is {file}, which is not there; bench.jar's arrays writes it") from None
    except (OSError, zipfile.BadZipFile, ValueError, IndexError) as e:
        raise Unusable(f"FILE is {file}, which bench.jar's arrays has not written: {e}") from None
    if not shapes:
        raise Unusable(f"FILE is {file}, which has no batches; allowed: what bench.jar's arrays writes")
    return dict(sorted(shapes.items(), key=lambda each: (each[1], int(each[0].split("x")[0]))))


def chosen(what, text, allowed):
    """Those of the allowed that a list with commas names; all if there is none."""
    names = text.split(",") if text is not None else list(allowed)
    for name in names:
        if name not in allowed:
            raise Unusable(f"of --{what} one is {name}; allowed: {', '.join(allowed)}")
    return [each for each in allowed if each in names]


def libraries(options, facts):
    """The implementations that can be measured; their versions go into the facts."""
    names = chosen("implementations", options.implementations, IMPLEMENTATIONS)
    here = [each for each in names if importlib.util.find_spec(IMPLEMENTATIONS[each][0])]
    if options.implementations is None and cores() == 1:
        here = [each for each in here if not IMPLEMENTATIONS[each][3]]
    usable = []
    for name in here:
        try:
            facts[IMPLEMENTATIONS[name][1]] = child(options, name)["version"]
            usable.append(name)
        except RuntimeError as e:
            print(f"peers.py: {name} is left out, it can not be imported: {e}", file=sys.stderr)
    if not usable:
        raise Unusable(f"none of {', '.join(names)} can be imported by {sys.executable}")
    return usable


def error(samples):
    """Half the 95% interval of their mean, by Student's t; NaN of one."""
    if len(samples) < 2:
        return math.nan
    t = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228)
    freedom = len(samples) - 1
    factor = t[freedom - 1] if freedom <= len(t) else 1.96 + 2.37 / freedom + 2.8 / freedom**2
    return factor * statistics.stdev(samples) / math.sqrt(len(samples))


def summary(forks):
    """The mean of the forks' means, and its error."""
    means = [statistics.fmean(nanos) for nanos, _ in forks]
    return statistics.fmean(means), error(means)


def result(case, forks):
    """As in a file of JMH's, where each fork has its iterations."""
    loss, shape, implementation = case
    mean, half = summary(forks)
    return {
        "benchmark": "org.simdloss.bench.LossBenchmark." + loss,
        "mode": "avgt",
        "forks": len(forks),
        "params": {"implementation": implementation, "shape": shape},
        "primaryMetric": {
            "score": mean,
            "scoreError": half if half == half else "NaN",
            "scoreUnit": "ns/op",
            "rawData": [nanos for nanos, _ in forks],
        },
        "secondaryMetrics": {
            "value": {"scoreUnit": "", "rawData": [[value] for _, value in forks]}
        },
    }


def write(file, facts, measured):
    """Whole, or as it was before."""
    results = [result(case, forks) for case, forks in measured.items() if forks]
    with open(file + ".part", "w", encoding="utf-8") as part:
        json.dump({"facts": facts, "results": results}, part, indent=2)
        part.write("\n")
    os.replace(file + ".part", file)


def nanos_text(value):
    return "-" if value != value else f"{value:.1f}" if value < 100 else f"{value:,.0f}"


def table(measured):
    lines = [("loss", "shape", "implementation", "ns/call", "±", "value")]
    for (loss, shape, implementation), forks in measured.items():
        if forks:
            mean, half = summary(forks)
            value = f"{forks[0][1]:.9g}"
            lines.append(
                (loss, shape, implementation, nanos_text(mean), nanos_text(half), value)
            )
    widths = [max(len(line[i]) for line in lines) for i in range(6)]
    text = []
    for line in lines:
        left = [each.ljust(width) for each, width in zip(line[:3], widths[:3])]
        right = [each.rjust(width) for each, width in zip(line[3:], widths[3:])]
        text.append("  ".join(left + right))
    return "\n".join(text)


def measure(options):
    if importlib.util.find_spec("numpy") is None:
        raise Unusable(f"{sys.executable} has no NumPy, which reads FILE")
    if options.forks < 1:
        raise Unusable(f"--forks is {options.forks}; allowed: 1 or more")
    shapes = shapes_in(options.file)
    wanted = chosen("losses", options.losses, LOSSES)
    facts = {}
    usable = libraries(options, facts)
    facts["Python"] = platform.python_version()
    print(", ".join(f"{name} {version}" for name, version in facts.items()))
    measured = {
        (loss, shape, implementation): []
        for loss in wanted
        for shape, cols in shapes.items()
        if loss in losses_of(cols)
        for implementation in usable
    }
    if not measured:
        raise Unusable(f"none of {', '.join(wanted)} is measured at {', '.join(shapes)}")
    try:
        write(options.out, facts, measured)
    except OSError as e:
        raise Unusable(f"--out is {options.out}, and it can not be written: {e}") from None

    failures = {}
    progress = Progress()
    start = time.monotonic()
    done = 0
    for number in range(1, options.forks + 1):
        for case in [each for each in measured if each not in failures]:
            line = f"round {number} of {options.forks}: {' '.join(case)}"
            if done:
                left = (time.monotonic() - start) / done * (len(measured) * options.forks - done)
                line += f", {int(left) // 60}:{int(left) % 60:02d} left"
            progress.show(line)
            loss, shape, implementation = case
            try:
                said = child(options, implementation, loss, shape)
                measured[case].append((said["nanos"], said["value"]))
            except RuntimeError as e:
                failures[case] = str(e)
            done += 1
        write(options.out, facts, measured)
    progress.clear()
    print(table(measured))
    print("Written to " + options.out)
    for case, why in failures.items():
        print(f"FAILED: {' '.join(case)}: {why}")
    return 1 if failures else 0


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", metavar="FILE", help="what java -jar bench.jar arrays FILE wrote")
    parser.add_argument("--out", metavar="JSON", default="python.json", help="python.json by default")
    parser.add_argument("--forks", metavar="N", type=int, default=5, help="rounds, 5 by default")
    parser.add_argument(
        "--implementations", metavar="NAMES", help=f"some of {','.join(IMPLEMENTATIONS)}"
    )
    parser.add_argument("--losses", metavar="NAMES", help="some of the losses, with commas between")
    parser.add_argument("--fork", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.fork:
        words = options.fork.split(",")
        if len(words) == 1:
            said = {"version": IMPLEMENTATIONS[words[0]][2]()[0]}
        else:
            nanos, value = fork(options.file, *words)
            said = {"nanos": nanos, "value": value}
        print(json.dumps(said))
        return 0
    try:
        return measure(options)
    except Unusable as e:
        print(f"peers.py: {e}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\npeers.py: stopped", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())

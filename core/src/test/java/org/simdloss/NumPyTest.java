package org.simdloss;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.simdloss.TestData.U;
import static org.simdloss.TestData.hex;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The book's functions, as NumPy computes them: {@code src/test/python/golden.py} wrote {@code
 * numpy.txt}, and says how to read it.
 *
 * <p>NumPy's last digits depend on its version and the machine, so results are compared within the
 * bounds that the package's description and {@link SoftmaxCrossEntropy} state, and not by bits.
 */
class NumPyTest {
  private static final List<Case> CASES = read();

  /**
   * What a line computes, at least how many lines of it there are, and the bound: {@code factor} of
   * the size that stands in the file, and {@code floor}.
   */
  private enum Form {
    SQUARED(45, 40 * U, 0) {
      @Override
      double[] of(Case c, Backend backend) {
        return new double[] {
          SquaredError.halfSum().on(backend).loss(c.y, c.values()),
          SquaredError.halfSumOverRows().on(backend).loss(c.y, c.values()),
          SquaredError.mse().on(backend).loss(c.y, c.values())
        };
      }
    },
    SQUARED_ROWS(14, 40 * U, 0x1p-149) {
      @Override
      double[] of(Case c, Backend backend) {
        return c.perRow(SquaredError.halfSum().on(backend), Targets.of(c.values()));
      }
    },
    SQUARED_GRADIENT(14, 4 * U, 0) {
      @Override
      double[] of(Case c, Backend backend) {
        return c.gradient(SquaredError.halfSum().on(backend), Targets.of(c.values()));
      }
    },
    TARGETS(90, 40 * U, 0) {
      @Override
      double[] of(Case c, Backend backend) {
        return c.sumAndMean(backend);
      }
    },
    TARGETS_ROWS(25, 40 * U, 0x1p-149) {
      @Override
      double[] of(Case c, Backend backend) {
        return c.perRow(c.mean(backend), Targets.of(c.values()));
      }
    },
    /** 5 u, of v rounded to float; that is within 2 u of v. */
    TARGETS_GRADIENT(25, 7 * U, 0x1p-149) {
      @Override
      double[] of(Case c, Backend backend) {
        return c.gradient(c.mean(backend), Targets.of(c.values()));
      }
    },
    /** The size has the rows · 2^-52 in it. */
    ONE_HOT(20, 1e-12, 0) {
      @Override
      double[] of(Case c, Backend backend) {
        return c.sumAndMean(backend);
      }
    },
    LABELS(75, 1e-12, 0) {
      @Override
      double[] of(Case c, Backend backend) {
        return new double[] {c.mean(backend).loss(c.y, c.labels())};
      }
    },
    /** 1 ulp of the logarithm, of v rounded to float, which is within 2 u. */
    LABELS_ROWS(30, 2 * U, 0) {
      @Override
      double[] of(Case c, Backend backend) {
        return c.perRow(c.mean(backend), Targets.labels(c.labels()));
      }
    },
    LABELS_GRADIENT(14, 7 * U, 0) {
      @Override
      double[] of(Case c, Backend backend) {
        return c.gradientOfLabels(c.mean(backend));
      }
    },
    ARGMAX_TARGETS(90, 1e-12, 0) {
      @Override
      double[] of(Case c, Backend backend) {
        return new double[] {c.mean(backend).loss(c.y, Targets.argmax(c.values()))};
      }
    },
    SOFTMAX(45, U, 0x1p-126) {
      @Override
      double[] of(Case c, Backend backend) {
        return c.elements(c.softmax(backend));
      }
    },
    SOFTMAX_LABELS(60, U, 0) {
      @Override
      double[] of(Case c, Backend backend) {
        return new double[] {SoftmaxCrossEntropy.mean().on(backend).loss(c.y, c.labels())};
      }
    },
    SOFTMAX_TARGETS(50, 40 * U, 0) {
      @Override
      double[] of(Case c, Backend backend) {
        return new double[] {SoftmaxCrossEntropy.mean().on(backend).loss(c.y, c.values())};
      }
    },
    SOFTMAX_THEN_LABELS(20, U, 0) {
      @Override
      double[] of(Case c, Backend backend) {
        return new double[] {c.mean(backend).loss(c.softmax(backend), c.labels())};
      }
    },
    SOFTMAX_LABELS_GRADIENT(14, U, 0x1p-126) {
      @Override
      double[] of(Case c, Backend backend) {
        return c.gradientOfLabels(SoftmaxCrossEntropy.mean().on(backend));
      }
    },
    SOFTMAX_TARGETS_GRADIENT(14, U, 0x1p-126) {
      @Override
      double[] of(Case c, Backend backend) {
        return c.gradient(SoftmaxCrossEntropy.mean().on(backend), Targets.of(c.values()));
      }
    },
    BINARY(30, 45 * U, 0x1p-148) {
      @Override
      double[] of(Case c, Backend backend) {
        return c.everyLoss(
            BinaryCrossEntropy.sum().on(backend), BinaryCrossEntropy.mean().on(backend));
      }
    },
    SIGMOID(30, 45 * U, 0x1p-148) {
      @Override
      double[] of(Case c, Backend backend) {
        return c.everyLoss(
            SigmoidCrossEntropy.sum().on(backend), SigmoidCrossEntropy.mean().on(backend));
      }
    },
    SIGMOID_GRADIENT(30, 10 * U, 0x1p-140) {
      @Override
      double[] of(Case c, Backend backend) {
        Batch gradient = MiniBatch.zeros(c.y.rows(), c.y.cols());
        Batch hessian = MiniBatch.zeros(c.y.rows(), c.y.cols());
        SigmoidCrossEntropy.sum()
            .on(backend)
            .lossGradientHessian(c.y, c.values(), gradient, hessian);
        return DoubleStream.concat(
                Arrays.stream(c.elements(gradient)), Arrays.stream(c.elements(hessian)))
            .toArray();
      }
    },
    ARGMAX(20, 0, 0) {
      @Override
      double[] of(Case c, Backend backend) {
        return Arrays.stream(c.spread(c.y.rows()))
            .mapToDouble(r -> Labels.argmax(c.y)[r])
            .toArray();
      }
    },
    ACCURACY_OF_LABELS(30, 0, 0) {
      @Override
      double[] of(Case c, Backend backend) {
        return new double[] {Labels.accuracy(c.y, c.labels())};
      }
    },
    ACCURACY_OF_ROWS(25, 0, 0) {
      @Override
      double[] of(Case c, Backend backend) {
        return new double[] {Labels.accuracy(c.y, c.values())};
      }
    },
    ONE_HOT_ROWS(9, 0, 0) {
      @Override
      double[] of(Case c, Backend backend) {
        return c.elements(Labels.oneHot(c.labels(), c.y.cols()));
      }
    };

    final int atLeast;
    final double factor;
    final double floor;

    Form(int atLeast, double factor, double floor) {
      this.atLeast = atLeast;
      this.factor = factor;
      this.floor = floor;
    }

    abstract double[] of(Case c, Backend backend);
  }

  /** A line of the file. */
  private static final class Case {
    private final String title;
    private final String t;

    /** Null for the default. */
    private final Double delta;

    /** What NumPy gives, and what the library does: the same, unless it differs on purpose. */
    final List<String> numpy;

    final List<String> expected;

    final Form form;
    final Batch y;

    Case(String line) {
      String[] sides = line.split(" = ");
      String[] inputs = sides[0].split(" ");
      String[] results = sides[1].split(" but ");
      String[] name = inputs[0].split("[()]");
      String[] shape = inputs[1].split("x");
      title = sides[0];
      t = inputs[3];
      numpy = List.of(results[0].split(" "));
      expected = List.of(results[results.length - 1].split(" "));
      form = Form.valueOf(name[0].toUpperCase(Locale.ROOT).replace('-', '_'));
      delta = name.length > 1 ? Double.valueOf(name[1]) : null;
      y = batch(inputs[2], Integer.parseInt(shape[0]), Integer.parseInt(shape[1]));
    }

    boolean differs() {
      return !numpy.equals(expected);
    }

    Batch values() {
      return batch(t, y.rows(), y.cols());
    }

    int[] labels() {
      if (t.startsWith("[")) {
        return Arrays.stream(numbers(t)).mapToInt(Integer::parseInt).toArray();
      }
      long[] draws = draws(t, y.rows());
      return Arrays.stream(draws).mapToInt(k -> (int) (k % y.cols())).toArray();
    }

    CrossEntropy mean(Backend backend) {
      return with(CrossEntropy.mean(), backend);
    }

    private CrossEntropy with(CrossEntropy loss, Backend backend) {
      return (delta == null ? loss : loss.delta(delta)).on(backend);
    }

    double[] sumAndMean(Backend backend) {
      CrossEntropy sum = with(CrossEntropy.sum(), backend);
      return new double[] {sum.loss(y, values()), mean(backend).loss(y, values())};
    }

    /** A sum, a mean, and the losses of the rows. */
    double[] everyLoss(Loss sum, Loss mean) {
      double[] both = {sum.loss(y, values()), mean.loss(y, values())};
      double[] rows = perRow(sum, Targets.of(values()));
      return DoubleStream.concat(Arrays.stream(both), Arrays.stream(rows)).toArray();
    }

    double[] perRow(Loss loss, Targets targets) {
      float[] losses = new float[y.rows()];
      loss.perRow(y, targets, losses);
      return elements(Batch.of(losses, y.rows(), 1));
    }

    double[] gradient(Loss loss, Targets targets) {
      Batch gradient = MiniBatch.zeros(y.rows(), y.cols());
      loss.lossAndGradient(y, targets, gradient);
      return elements(gradient);
    }

    /** And then its elements at the labels. */
    double[] gradientOfLabels(Loss loss) {
      int[] labels = labels();
      Batch gradient = MiniBatch.zeros(y.rows(), y.cols());
      loss.lossAndGradient(y, labels, gradient);
      IntStream rows = Arrays.stream(spread(y.rows()));
      return DoubleStream.concat(
              Arrays.stream(elements(gradient)), rows.mapToDouble(r -> gradient.get(r, labels[r])))
          .toArray();
    }

    Batch softmax(Backend backend) {
      Batch softmax = MiniBatch.zeros(y.rows(), y.cols());
      SoftmaxCrossEntropy.mean().on(backend).softmax(y, softmax);
      return softmax;
    }

    /** The elements that the file has. */
    double[] elements(Batch batch) {
      int[] places = spread(batch.data().length);
      return Arrays.stream(places).mapToDouble(i -> batch.data()[i]).toArray();
    }

    /** At most 24 of n indices, from the first to the last. */
    int[] spread(int n) {
      int count = Math.min(n, 24);
      int[] places = new int[count];
      for (int i = 0; i < count; i++) {
        places[i] = i * (n - 1) / Math.max(count - 1, 1);
      }
      return places;
    }

    @Override
    public String toString() {
      return title.length() < 70 ? title : title.substring(0, 66) + " ...";
    }
  }

  private static String[] numbers(String list) {
    return list.equals("[]") ? new String[0] : list.substring(1, list.length() - 1).split(",");
  }

  /** The first numbers of the sequence that the file says by kind@seed, below 2^24. */
  private static long[] draws(String input, int n) {
    long state = Long.parseLong(input.substring(input.indexOf('@') + 1));
    long[] draws = new long[n];
    for (int i = 0; i < n; i++) {
      state = state * 6364136223846793005L + 1442695040888963407L;
      draws[i] = state >>> 40;
    }
    return draws;
  }

  private static Batch batch(String input, int rows, int cols) {
    float[] data = new float[rows * cols];
    String kind = input.substring(0, Math.max(input.indexOf('@'), 0));
    if (input.startsWith("[")) {
      String[] numbers = numbers(input);
      assertEquals(data.length, numbers.length, input);
      for (int i = 0; i < data.length; i++) {
        data[i] = Float.parseFloat(numbers[i]);
      }
    } else if (kind.equals("hot") || kind.equals("two")) {
      int ones = kind.equals("two") ? 2 : 1;
      long[] draws = draws(input, rows * ones);
      for (int i = 0; i < draws.length; i++) {
        data[i / ones * cols + (int) (draws[i] % cols)] = 1;
      }
    } else {
      long[] draws = draws(input, data.length);
      for (int i = 0; i < data.length; i++) {
        data[i] = element(kind, (int) draws[i]);
      }
    }
    return Batch.of(data, rows, cols);
  }

  /** As KINDS in golden.py. All of this is exact. */
  private static float element(String kind, int k) {
    return switch (kind) {
      case "unit" -> k * 0x1p-24f;
      case "ends" -> k % 4 < 2 ? k % 4 : k * 0x1p-24f;
      case "near1" -> 1 + (k % 65 - 32) * 0x1p-23f;
      case "wide" -> k * 0x1p-20f;
      case "tiny" -> k * 0x1p-48f;
      case "signed" -> (k - (1 << 23)) * 0x1p-23f;
      case "logit4" -> (k - (1 << 23)) * 0x1p-21f;
      case "logit64" -> (k - (1 << 23)) * 0x1p-17f;
      case "whole100" -> k % 201 - 100;
      case "whole1e4" -> k % 20001 - 10000;
      case "quarters" -> k % 5 / 4f;
      case "ties" -> k % 4;
      case "nans" -> k % 16 == 5 ? Float.NaN : k / 16 % 4;
      default -> throw new IllegalArgumentException(kind);
    };
  }

  private static List<Case> read() {
    try (InputStream file = NumPyTest.class.getResourceAsStream("numpy.txt")) {
      String text = new String(file.readAllBytes(), StandardCharsets.US_ASCII);
      return text.lines().filter(line -> !line.startsWith("#")).map(Case::new).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Stream<Case> agreements() {
    return CASES.stream().filter(c -> !c.differs());
  }

  static Stream<Case> differences() {
    return CASES.stream().filter(Case::differs);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("agreements")
  void givesWhatNumPyGives(Case c) {
    for (Backend backend : TestData.backends()) {
      assertGives(c.expected, c, backend);
    }
  }

  /**
   * Zero targets add nothing, negative labels and means of nothing are refused, squares are float,
   * a softmax that is 0 has a logarithm, and a prediction with NaN is wrong.
   */
  @ParameterizedTest(name = "{0}")
  @MethodSource("differences")
  void differsFromNumPyOnPurpose(Case c) {
    for (Backend backend : TestData.backends()) {
      if (c.expected.get(0).endsWith("Exception")) {
        Exception e =
            assertThrows(Exception.class, () -> c.form.of(c, backend), c + " on " + backend);
        assertEquals(c.expected.get(0), e.getClass().getSimpleName());
      } else {
        assertGives(c.expected, c, backend);
      }
    }
  }

  private static void assertGives(List<String> expected, Case c, Backend backend) {
    double[] actual = c.form.of(c, backend);
    assertEquals(expected.size(), actual.length, "results");
    for (int i = 0; i < actual.length; i++) {
      String[] parts = expected.get(i).split("\\|");
      double value = Double.parseDouble(parts[0]);
      int result = i;
      Supplier<String> message = () -> c + ", result " + result + " on " + backend;
      if (parts.length == 1) {
        assertEquals(hex(value + 0.0), hex(actual[i]), message); // never -0
      } else {
        double bound = c.form.factor * Double.parseDouble(parts[1]) + c.form.floor;
        assertEquals(value, actual[i], bound, message);
      }
    }
  }

  @Test
  void noFormIsMissing() {
    Map<Form, Long> counts = CASES.stream().collect(groupingBy(c -> c.form, counting()));
    for (Form form : Form.values()) {
      long count = counts.getOrDefault(form, 0L);
      assertTrue(count >= form.atLeast, () -> form + " has " + count + " cases");
    }
    assertTrue(differences().count() >= 40, "differences");
  }

  /** So the file's functions are the book's. */
  @Test
  void theFileBeginsWithTheSourcesNumbers() {
    double[] printed = {
      0.09750000000000003, 0.510825457099338, 0.510825457099338, 0.510825457099338,
      0.5975, 2.302584092994546, 2.302584092994546, 2.302584092994546
    };
    for (int i = 0; i < printed.length; i++) {
      double value = Double.parseDouble(CASES.get(i).numpy.get(0).split("\\|")[0]);
      assertEquals(printed[i], value, 1e-7, CASES.get(i)::toString);
    }
  }
}

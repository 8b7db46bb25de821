package org.simdloss.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;
import org.simdloss.bench.data.SeededBatch;
import org.simdloss.bench.data.Shape;

/** That the bodies of the benchmarks of options and of operands compute what their names say. */
class OptionBodiesTest {
  private static final Shape SHAPE = new Shape(60, 10);

  private final SeededBatch batch = new SeededBatch(SHAPE);

  private static double result(String name) {
    OptionBenchmark benchmark = new OptionBenchmark();
    DoubleSupplier body = benchmark.body(name, Implementation.SCALAR);
    benchmark.use(SHAPE);
    return body.getAsDouble();
  }

  private static double ofOperands(String name) {
    OperandBenchmark benchmark = new OperandBenchmark();
    DoubleSupplier body = benchmark.body(name, Implementation.SCALAR);
    benchmark.use(SHAPE);
    return body.getAsDouble();
  }

  private double ln(int row, int col) {
    return -Math.log(batch.y[row * 10 + col] + 1e-7);
  }

  @Test
  void rowsHaveWeights() {
    Random random = new Random(60);
    double labels = 0;
    double values = 0;
    double weights = 0;
    for (int r = 0; r < 60; r++) {
      double weight = 2 * random.nextFloat();
      weights += weight;
      labels += weight * ln(r, batch.labels[r]);
      for (int c = 0; c < 10; c++) {
        values += weight * batch.soft[r * 10 + c] * ln(r, c);
      }
    }
    assertEquals(labels / weights, result("crossEntropyLabelsWeighted"), 1e-5);
    assertEquals(labels / weights, result("softmaxLabelsWeighted"), 1e-5);
    assertEquals(labels / weights, result("softmaxLabelsGradientWeighted"), 1e-5);
    assertEquals(values / weights, result("crossEntropyTargetsWeighted"), 1e-5);
  }

  @Test
  void operandsAreInBuffersAndInDoubles() {
    double labels = 0;
    double squares = 0;
    for (int r = 0; r < 60; r++) {
      labels += ln(r, batch.labels[r]);
      for (int c = 0; c < 10; c++) {
        double difference = (double) batch.y[r * 10 + c] - batch.soft[r * 10 + c];
        squares += difference * difference;
      }
    }
    for (String form : new String[] {"Buffers", "Doubles"}) {
      assertEquals(squares / 2, ofOperands("squaredError" + form), 1e-5 * squares);
      assertEquals(labels / 60, ofOperands("softmaxLabels" + form), 1e-5);
    }
  }

  @Test
  void targetsAreSmoothed() {
    double labels = 0;
    double values = 0;
    for (int r = 0; r < 60; r++) {
      labels += 0.9 * ln(r, batch.labels[r]);
      for (int c = 0; c < 10; c++) {
        labels += 0.01 * ln(r, c);
        values += (0.9 * batch.soft[r * 10 + c] + 0.01) * ln(r, c);
      }
    }
    assertEquals(labels / 60, result("crossEntropyLabelsSmoothed"), 1e-5);
    assertEquals(labels / 60, result("softmaxLabelsSmoothed"), 1e-5);
    assertEquals(labels / 60, result("softmaxLabelsGradientSmoothed"), 1e-5);
    assertEquals(values / 60, result("crossEntropyTargetsSmoothed"), 1e-5);
  }

  @Test
  void aLabelIsIgnored() {
    double sum = 0;
    int kept = 0;
    for (int r = 0; r < 60; r++) {
      if (batch.labels[r] != 0) {
        sum += ln(r, batch.labels[r]);
        kept++;
      }
    }
    assertEquals(sum / kept, result("crossEntropyLabelsIgnoring"), 1e-5);
    assertEquals(sum / kept, result("softmaxLabelsIgnoring"), 1e-5);
    assertEquals(sum / kept, result("softmaxLabelsGradientIgnoring"), 1e-5);
  }
}

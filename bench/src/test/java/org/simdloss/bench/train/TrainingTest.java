package org.simdloss.bench.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.simdloss.Backend;
import org.simdloss.Batch;
import org.simdloss.SoftmaxCrossEntropy;
import org.simdloss.Targets;
import org.simdloss.bench.digits.Digits;

class TrainingTest {
  private static final Digits DIGITS = Digits.draw(11, 0, 1000);

  private static Training training(Backend backend, int... hidden) {
    return new Training("", DIGITS.x(), DIGITS.t(), 150, backend, hidden);
  }

  /** And of any JDK and machine: whoever runs this test has these bits. */
  @Test
  void theWeightsAreTheSameOnEveryBackend() {
    for (Backend backend : List.of(Backend.scalar(), Backend.vector(), Backend.best().parallel())) {
      Training regression = training(backend);
      Training network = training(backend, 20);
      for (int i = 0; i < 50; i++) {
        regression.step(i);
        network.step(i);
      }
      assertEquals("91848a3463db28d4", regression.fingerprint(), backend.toString());
      assertEquals("82341d598eacc1a3", network.fingerprint(), backend.toString());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 30})
  void theLossFallsAndTheAccuracyRises(int hidden) {
    Training training = hidden == 0 ? training(Backend.best()) : training(Backend.best(), hidden);
    training.endEpoch(0, DIGITS.x(), DIGITS.t());
    for (int i = 0; i < 150; i++) {
      training.step(i);
    }
    training.endEpoch(75, DIGITS.x(), DIGITS.t());
    training.endEpoch(150, DIGITS.x(), DIGITS.t());
    List<Training.Epoch> epochs = training.epochs();
    assertTrue(epochs.get(2).loss() < epochs.get(1).loss(), epochs.toString());
    assertTrue(epochs.get(2).testAccuracy() > 0.7, epochs.toString());
    assertTrue(epochs.get(0).testAccuracy() < 0.3, epochs.toString());
  }

  /**
   * A step moves each parameter by the rate times the loss's derivative, as differences tell it.
   */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aStepGoesDownTheGradient(boolean hiddenLayer) {
    int[] sizes = hiddenLayer ? new int[] {6, 5, 4} : new int[] {6, 4};
    Network network = new Network(3, sizes);
    Random random = new Random(4);
    Batch x = Batch.of(new float[3 * 6], 3, 6);
    for (int i = 0; i < x.data().length; i++) {
      x.data()[i] = i % 5 == 0 ? 0 : random.nextFloat();
    }
    int[] labels = {2, 0, 3};
    Batch logits = Batch.of(new float[3 * 4], 3, 4);
    Batch gradient = Batch.of(new float[3 * 4], 3, 4);
    for (int layer = 0; layer < network.layers(); layer++) {
      for (boolean bias : new boolean[] {false, true}) {
        float[] parameters = bias ? network.biases(layer) : network.weights(layer);
        for (int i = 0; i < parameters.length; i++) {
          float before = parameters[i];
          double difference = 0x1p-8;
          parameters[i] = (float) (before + difference);
          double above = loss(network, x, logits, labels);
          parameters[i] = (float) (before - difference);
          double below = loss(network, x, logits, labels);
          parameters[i] = before;
          Network stepped = new Network(3, sizes);
          stepped.forward(x, logits);
          SoftmaxCrossEntropy.mean().lossAndGradient(logits, Targets.labels(labels), gradient);
          stepped.descend(x, gradient, 1);
          float after = (bias ? stepped.biases(layer) : stepped.weights(layer))[i];
          double derivative = (above - below) / (2 * difference);
          assertEquals(derivative, before - after, 1e-4, layer + ", " + bias + ", " + i);
        }
      }
    }
  }

  private static double loss(Network network, Batch x, Batch logits, int[] labels) {
    network.forward(x, logits);
    return SoftmaxCrossEntropy.mean().loss(logits, labels);
  }

  @Test
  void asOneWeightMovesTheAccuracyHasFewValuesAndTheLossMany() {
    Training training = training(Backend.best());
    for (int i = 0; i < 150; i++) {
      training.step(i);
    }
    String before = training.fingerprint();
    OneWeight moved = OneWeight.of(training, DIGITS.x(), DIGITS.t());
    assertEquals(before, training.fingerprint(), "the weight is put back");
    assertEquals(moved.changes().length, moved.distinctLosses());
    assertTrue(moved.distinctAccuracies() > 3, "it does change");
    assertTrue(moved.distinctAccuracies() < moved.changes().length / 4, "but in steps");
  }
}

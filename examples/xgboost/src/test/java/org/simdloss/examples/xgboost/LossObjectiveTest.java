package org.simdloss.examples.xgboost;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.stream.Stream;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoostError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What our objectives are beside their numbers. */
class LossObjectiveTest {
  private static final float[][] MARGINS = {{0.5f}, {-2}};

  static Stream<LossObjective> objectives() {
    return Stream.of(new SoftmaxObjective(), new LogisticObjective());
  }

  @ParameterizedTest
  @MethodSource("objectives")
  void keepsItsArrays(LossObjective objective) throws XGBoostError {
    List<float[]> first = objective.getGradient(MARGINS, data(0, 0));
    List<float[]> second = objective.getGradient(MARGINS, data(0, 0));
    assertSame(first.get(0), second.get(0));
    assertSame(first.get(1), second.get(1));
    List<float[]> longer = objective.getGradient(new float[3][1], data(0, 0, 0));
    assertEquals(3, longer.get(0).length);
    assertEquals(3, longer.get(1).length);
  }

  @ParameterizedTest
  @MethodSource("objectives")
  void isSerializable(LossObjective objective) throws Exception {
    List<float[]> expected = objective.getGradient(MARGINS, data(0, 0));
    List<float[]> actual = copy(objective).getGradient(MARGINS, data(0, 0));
    assertArrayEquals(expected.get(0), actual.get(0));
    assertArrayEquals(expected.get(1), actual.get(1));
  }

  private static LossObjective copy(LossObjective objective)
      throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(objective);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (LossObjective) in.readObject();
    }
  }

  @Test
  void refusesLabelsThatAreNoClasses() throws XGBoostError {
    SoftmaxObjective softmax = new SoftmaxObjective();
    DMatrix between = data(0, 0.5f);
    Exception e =
        assertThrows(
            IllegalArgumentException.class, () -> softmax.getGradient(new float[2][3], between));
    assertEquals("row 1 has the label 0.5; allowed: whole numbers", e.getMessage());
    DMatrix tooLarge = data(0, 3);
    assertThrows(
        IndexOutOfBoundsException.class, () -> softmax.getGradient(new float[2][3], tooLarge));
  }

  private static DMatrix data(float... labels) throws XGBoostError {
    DMatrix data = new DMatrix(new float[labels.length], labels.length, 1, Float.NaN);
    data.setLabel(labels);
    return data;
  }
}

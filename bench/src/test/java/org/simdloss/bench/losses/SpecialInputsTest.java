package org.simdloss.bench.losses;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SpecialInputsTest {
  private static String announced(String implementation, Losses losses, String loss) {
    PrintStream before = System.out;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    System.setProperty(SpecialInputs.PROPERTY, "true");
    try {
      double first = SpecialInputs.beforeCompilation(losses, loss);
      SpecialInputs.announce(implementation, losses, loss, first);
    } finally {
      System.clearProperty(SpecialInputs.PROPERTY);
      System.setOut(before);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void whatAForkPrintsIsRead() {
    SpecialInputs inputs = new SpecialInputs();
    inputs.read(announced("textbook", new Textbook(), "softmaxLabels"));
    inputs.read(announced("vector-loop", new VectorLoop(1), "softmaxLabels"));
    Map<String, Map<String, String>> softmax = inputs.said().get("softmaxLabels");
    assertEquals(
        List.of(
            "the same rows, before the code is compiled",
            "the same rows in reverse order",
            "a prediction is NaN",
            "a prediction is 1e20",
            "a label is 10, of 10 columns"),
        List.copyOf(softmax.keySet()));
    assertEquals(
        Map.of("textbook", "NaN", "vector-loop", "NaN"), softmax.get("a prediction is NaN"));
    String label = softmax.get("a label is 10, of 10 columns").get("textbook");
    assertTrue(Double.parseDouble(label) > 0, "a plain loop reads the next row: " + label);
  }

  @Test
  void aSumOfFloatsOverflowsAndOneOfDoublesDoesNot() {
    SpecialInputs inputs = new SpecialInputs();
    inputs.read(announced("textbook", new Textbook(), "squaredError"));
    inputs.read(announced("vector-loop", new VectorLoop(1), "squaredError"));
    Map<String, String> large = inputs.said().get("squaredError").get("a prediction is 1e20");
    assertEquals("Infinity", large.get("vector-loop"));
    assertEquals("5.000000e+39", large.get("textbook"));
  }

  @Test
  void forksThatDifferAreBothTold() {
    SpecialInputs inputs = new SpecialInputs();
    inputs.read(
        "input: djl, squaredError, x: same bits\ninput: djl, squaredError, x: other bits\n");
    inputs.read("input: djl, squaredError, x: same bits\n");
    assertEquals("same bits or other bits", inputs.said().get("squaredError").get("x").get("djl"));
  }

  @Test
  void nothingIsTriedUnlessAskedFor() {
    assertTrue(
        Double.isNaN(SpecialInputs.beforeCompilation(new Textbook(), "squaredError")),
        "without the property");
    assertEquals("", announced("textbook", new Textbook(), "crossEntropyOneHot"));
  }
}

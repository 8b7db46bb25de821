package org.simdloss.bench.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShapeTest {
  @ParameterizedTest
  @ValueSource(strings = {"1x1", "60000x10", "60000x10/16", "2000x256/272"})
  void isWrittenAsItIsRead(String text) {
    assertEquals(text, Shape.parse(text).toString());
  }

  @Test
  void aStrideOfTheColumnsIsNone() {
    assertEquals(new Shape(7, 10), Shape.parse("7×10/10"));
    assertFalse(Shape.parse("7x10/10").isStrided());
    assertTrue(Shape.parse("7x10/11").isStrided());
    assertEquals(Shape.parse("7x10"), Shape.parse("7x10/11").contiguous());
    assertEquals(70, Shape.parse("7x10/11").elements());
    assertEquals(77, Shape.parse("7x10/11").length());
  }

  @ParameterizedTest
  @ValueSource(strings = {"7x10/", "7x10/9", "7x10/x", "7/10", "1000000x10/1000", "7x10/999999999"})
  void anotherStrideIsRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> Shape.parse(text));
  }

  @Test
  void contiguousComesBeforeStrided() {
    assertEquals(
        List.of("9x10", "9x10/12", "9x10/16", "10x10", "1x11"),
        Stream.of("1x11", "9x10/16", "10x10", "9x10", "9x10/12")
            .map(Shape::parse)
            .sorted()
            .map(Shape::toString)
            .toList());
  }

  @Test
  void headingsAreInWords() {
    assertEquals("60000 × 10", Shape.parse("60000x10").heading("×"));
    assertEquals("60000 x 10, rows 16 apart", Shape.parse("60000x10/16").heading("x"));
  }
}

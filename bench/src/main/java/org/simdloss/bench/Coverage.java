package org.simdloss.bench;

import java.util.List;
import java.util.stream.Stream;

/** The shapes that a workload is measured at, by plan: a row for each kind of workload. */
record Coverage(List<Shape> quick, List<Shape> byDefault, List<Shape> full, List<Shape> headline) {
  private static final String SIZES = "1x10 10x10 100x10 1000x10 10000x10 60000x10";

  static final Coverage CROSS_ENTROPY =
      of("1000x10 60000x10", "100x10 1000x10 60000x10", SIZES, "60000x10");

  static final Coverage SQUARED_ERROR =
      of("1000x10 60000x10", "100x10 1000x10 60000x10", SIZES + " 60000x784", "60000x10");

  private static Coverage of(String quick, String byDefault, String full, String headline) {
    return new Coverage(shapes(quick), shapes(byDefault), shapes(full), shapes(headline));
  }

  private static List<Shape> shapes(String text) {
    return Stream.of(text.split(" ")).map(Shape::parse).toList();
  }
}

package org.simdloss.bench.plan;

import java.util.List;
import java.util.stream.Stream;
import org.simdloss.bench.data.Shape;

/**
 * The shapes that a workload is measured at, by plan: a row for each kind of workload. Who adds to
 * {@code byDefault} keeps a round of all workloads within five minutes.
 */
public record Coverage(
    List<Shape> quick,
    List<Shape> byDefault,
    List<Shape> full,
    List<Shape> headline,
    List<Shape> peers) {
  private static final String NONE = "";
  private static final String LARGE = "60000x10";
  private static final String BATCH_AND_LARGE = "100x10 60000x10";
  private static final String BATCH_LARGE_AND_WIDE = BATCH_AND_LARGE + " 64x32000";
  private static final String SMALL_AND_LARGE = "1000x10 60000x10";
  private static final String UP_TO_LARGE = "1x10 100x10 1000x10 10000x10 60000x10";
  private static final String WIDE = " 128x1000 64x32000";
  private static final String COLUMN = "1000000x1";
  private static final String STRIDED = " 60000x10/16";

  static final Coverage SQUARED_ERROR =
      of(LARGE, BATCH_AND_LARGE, UP_TO_LARGE + STRIDED + " 60000x784", LARGE, BATCH_AND_LARGE);

  static final Coverage CROSS_ENTROPY_TARGETS =
      of(LARGE, BATCH_AND_LARGE, UP_TO_LARGE + STRIDED, LARGE, BATCH_AND_LARGE);

  static final Coverage CROSS_ENTROPY =
      of(LARGE, "100x10 " + SMALL_AND_LARGE, UP_TO_LARGE, LARGE, BATCH_AND_LARGE);

  static final Coverage SOFTMAX =
      of(
          LARGE,
          SMALL_AND_LARGE + WIDE,
          UP_TO_LARGE + WIDE,
          SMALL_AND_LARGE + WIDE,
          BATCH_LARGE_AND_WIDE);

  static final Coverage SOFTMAX_TARGETS = of(NONE, LARGE, SMALL_AND_LARGE, LARGE, LARGE);

  static final Coverage SOFTMAX_GRADIENT =
      of(
          LARGE,
          SMALL_AND_LARGE + WIDE,
          "100x10 " + SMALL_AND_LARGE + WIDE,
          SMALL_AND_LARGE + WIDE,
          BATCH_LARGE_AND_WIDE);

  static final Coverage GRADIENT = of(NONE, LARGE, BATCH_AND_LARGE, LARGE, LARGE);

  static final Coverage TWO_CLASSES = of(NONE, COLUMN, "100x10 1000x1 " + COLUMN, COLUMN, COLUMN);

  static final Coverage TWO_CLASSES_GRADIENT = of(NONE, NONE, "1000x1 " + COLUMN, COLUMN, COLUMN);

  static final Coverage SOFTMAX_HESSIAN = of(NONE, NONE, LARGE, LARGE, LARGE);

  public static final Shape TRAINING_STEP = Shape.parse("100x10");

  private static final List<Shape> COLD_START = shapes(LARGE);
  private static final List<Shape> WORST_CALL = shapes("100x10");
  private static final List<Shape> MANY_THREADS = shapes("1000x10");
  private static final List<Shape> OPTIONS = shapes(LARGE);

  /** One size, the same for every workload whose cold start is measured. */
  List<Shape> coldStart() {
    return COLD_START;
  }

  /** That of a mini-batch. */
  List<Shape> worstCall() {
    return WORST_CALL;
  }

  /** The same for every loss that many threads share. */
  List<Shape> manyThreads() {
    return MANY_THREADS;
  }

  /** One size, where nothing else than the work counts. */
  List<Shape> options() {
    return OPTIONS;
  }

  /** One size too: that of a mini-batch. */
  List<Shape> trainingStep() {
    return List.of(TRAINING_STEP);
  }

  private static Coverage of(
      String quick, String byDefault, String full, String headline, String peers) {
    return new Coverage(
        shapes(quick), shapes(byDefault), shapes(full), shapes(headline), shapes(peers));
  }

  private static List<Shape> shapes(String text) {
    return text.equals(NONE) ? List.of() : Stream.of(text.split(" ")).map(Shape::parse).toList();
  }
}

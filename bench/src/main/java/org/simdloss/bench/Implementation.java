package org.simdloss.bench;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.simdloss.Backend;
import org.simdloss.bench.data.Shape;

/**
 * What computes a loss in a benchmark: the library on one backend, or the textbook loop. What users
 * run comes first, in every table.
 */
public enum Implementation {
  /** The default: what the library chooses by itself. */
  BEST,
  VECTOR,
  SCALAR,
  PARALLEL,
  TEXTBOOK;

  /**
   * Those that compute what is parallel: the common pool's, and the caller. A report asks for it in
   * a VM without the vector module, where {@link ReadProbe} can not be initialised.
   */
  public static final int THREADS = Runtime.getRuntime().availableProcessors();

  /** Of a batch of fewer the library keeps every work on the calling thread. */
  public static final int LEAST_PARALLEL_ELEMENTS = 57_600;

  /**
   * The one of that name, as in the benchmarks' parameter.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Implementation of(String name) {
    for (Implementation each : values()) {
      if (each.toString().equals(name)) {
        return each;
      }
    }
    throw new IllegalArgumentException("implementation is " + name + "; allowed: " + names());
  }

  /** Whether it is another one than the rest there: on a small batch {@code parallel} is vector. */
  public boolean isItself(Shape shape) {
    return this != PARALLEL || shape.elements() >= LEAST_PARALLEL_ELEMENTS;
  }

  /** Whether it computes in vectors or not at all. */
  public boolean needsVectors() {
    return this == VECTOR || this == PARALLEL;
  }

  static String names() {
    return Arrays.stream(values()).map(Implementation::toString).collect(Collectors.joining(", "));
  }

  /**
   * The backend that the library is to compute on; null for the textbook loop.
   *
   * @throws IllegalStateException if this VM does not have it
   */
  Backend backend() {
    switch (this) {
      case SCALAR:
        return Backend.scalar();
      case VECTOR:
        return Backend.vector();
      case PARALLEL:
        return Backend.vector().parallel();
      case BEST:
        return Backend.best();
      default:
        return null;
    }
  }

  /**
   * What a loss on {@link #backend()} really runs on, taken from the loss's own description.
   *
   * @throws IllegalStateException if it is not what this implementation's name says: no number is
   *     better than one under the wrong name
   */
  String resolved(Object loss) {
    if (this == TEXTBOOK) {
      return "plain loops";
    }
    String description = loss.toString();
    String backend = description.substring(description.lastIndexOf(" on ") + " on ".length());
    if (!backend.matches(pattern())) {
      throw new IllegalStateException(
          "implementation " + this + " resolved to " + backend + "; allowed: " + pattern());
    }
    return this == PARALLEL ? backend + ", " + THREADS + " threads" : backend;
  }

  private String pattern() {
    switch (this) {
      case SCALAR:
        return "scalar";
      case BEST:
        return "scalar|vector-\\d+";
      case VECTOR:
        return "vector-\\d+";
      default:
        return "vector-\\d+ parallel";
    }
  }

  /** Whether it is the library's: all but the textbook loop. */
  public boolean isLibrary() {
    return this != TEXTBOOK;
  }

  /** As in the benchmarks' parameter. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

package org.simdloss.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.simdloss.Backend;
import org.simdloss.bench.data.Shape;
import org.simdloss.bench.losses.Peer;
import org.simdloss.bench.losses.Textbook;

/**
 * What computes a loss in a benchmark: the library on one backend, the textbook loop, or a peer:
 * what a user would take instead. What users run comes first, in every table.
 */
public enum Implementation {
  /** The default: what the library chooses by itself. */
  BEST,
  VECTOR,
  SCALAR,
  PARALLEL,
  TEXTBOOK,

  /** A loop of the Vector API, as a good engineer writes it in an hour. */
  VECTOR_LOOP,
  VECTOR_LOOP_THREADS,

  /** DJL's arrays on PyTorch, which are made before. */
  DJL,
  DJL_THREADS,

  /** The same, with arrays that each call makes of a {@code float[]}. */
  DJL_COPY,

  // Of Python, whose numbers come from a file.
  NUMPY,
  PYTORCH,
  PYTORCH_THREADS,
  JAX;

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

  /**
   * Whether it is another one than the rest there: on a small batch {@code parallel} is vector, and
   * threads are of no use to a peer.
   */
  public boolean isItself(Shape shape) {
    return !isParallel() || shape.elements() >= LEAST_PARALLEL_ELEMENTS;
  }

  /** Whether it computes on all threads. */
  public boolean isParallel() {
    return this == PARALLEL || name().endsWith("_THREADS");
  }

  /** Whether it computes in Java's vectors or not at all. */
  public boolean needsVectors() {
    return this == VECTOR || this == PARALLEL || this == VECTOR_LOOP || this == VECTOR_LOOP_THREADS;
  }

  /** Whether this jar has what it needs, besides vectors. */
  public boolean isHere() {
    return switch (this) {
      case BEST, VECTOR, SCALAR, PARALLEL, TEXTBOOK, VECTOR_LOOP, VECTOR_LOOP_THREADS -> true;
      default -> Peer.find(toString()).isPresent();
    };
  }

  static String names() {
    return Arrays.stream(values()).map(Implementation::toString).collect(Collectors.joining(", "));
  }

  /**
   * The backend that the library is to compute on; null if it is not the library's.
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
      return new Textbook().description();
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

  /** The library's. */
  public static List<Implementation> ofLibrary() {
    return Arrays.stream(values()).filter(Implementation::isLibrary).toList();
  }

  /** Whether it is the library's: neither the textbook loop nor a peer. */
  public boolean isLibrary() {
    return compareTo(TEXTBOOK) < 0;
  }

  /** Whether it is measured by a program of its own, and not in a VM. */
  public boolean isOfPython() {
    return compareTo(NUMPY) >= 0;
  }

  /** Whether it is neither the library's nor the textbook loop. */
  public boolean isPeer() {
    return compareTo(TEXTBOOK) > 0;
  }

  /** As in the benchmarks' parameter. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}

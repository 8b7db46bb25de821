package org.simdloss;

import org.simdloss.internal.Kernels;
import org.simdloss.internal.Probe;
import org.simdloss.internal.ScalarKernels;

/**
 * What computes a loss: plain Java or the Vector API, on the calling thread or on several.
 *
 * <p>Whichever it is, the result has the same bits. Choose for speed alone, or do not choose:
 * {@link #best()} is the default of every loss.
 *
 * <p>Immutable and safe to share between threads. {@link #scalar()} and {@link #vector()} allocate
 * nothing once compiled.
 */
public final class Backend {
  private static final Backend SCALAR = new Backend(ScalarKernels.INSTANCE, false);

  // Set at the first call; a race sets an equal one. Not by a class initialiser, whose exception
  // would reach the caller as an Error, and only once.
  private static volatile Backend best;
  private static volatile Backend vector;

  private final Kernels kernels;
  private final boolean parallel;

  private Backend(Kernels kernels, boolean parallel) {
    this.kernels = kernels;
    this.parallel = parallel;
  }

  /**
   * The fastest: it begins in plain Java, and goes over to the Vector API where that can be had, as
   * soon as a program has computed enough for that to pay.
   *
   * <p>Vector code is slow until it has been compiled, and so a short program runs faster without.
   * Each loop of the library counts what it costs in plain Java, and of that time a quarter at most
   * is spent on preparing the same loop in vectors, on the threads that call; once it is the faster
   * one it is used from then on. The bits are the same before and after. {@link #warmUp()} prepares
   * all at once.
   *
   * <p>Where vectors can not be had, a warning through {@link System.Logger} says why, and what
   * would mend it, once, and it is {@link #scalar()}. The system property {@code simdloss.backend},
   * {@code scalar} or {@code vector}, overrides the choice.
   *
   * @throws IllegalStateException if the property asks for {@code vector} and it can not be had, or
   *     is neither of the two
   */
  public static Backend best() {
    Backend known = best;
    if (known == null) {
      known = new Backend(Probe.bestKernels(), false);
      best = known;
    }
    return known;
  }

  /** Plain Java, on any machine. */
  public static Backend scalar() {
    return SCALAR;
  }

  /**
   * The Vector API, in vectors as wide as the machine's, of at most 512 bits.
   *
   * @throws IllegalStateException if it can not be had: the message says why, and what would mend
   *     it
   */
  public static Backend vector() {
    Backend known = vector;
    if (known == null) {
      known = new Backend(Probe.vectorKernels(), false);
      vector = known;
    }
    return known;
  }

  /**
   * The same, for large batches on several threads: those of the {@link
   * java.util.concurrent.ForkJoinPool} that the caller runs in, or else of the common pool. Small
   * batches stay on the calling thread. The library starts no threads of its own. A parallel call
   * allocates some 2 kilobytes, and 8 bytes for each 1920 elements.
   */
  public Backend parallel() {
    return parallel ? this : new Backend(kernels, true);
  }

  /**
   * Computes made-up losses of every kind until the code is compiled, so that no later call has to
   * wait for that; of {@link #best()}, until it has gone over to vectors wherever it will.
   *
   * <p>It takes some seconds of the calling thread's time, and it is never needed.
   *
   * @return this
   */
  public Backend warmUp() {
    WarmUp.run(this);
    return this;
  }

  Kernels kernels() {
    return kernels;
  }

  boolean isParallel() {
    return parallel;
  }

  /**
   * For example {@code vector-512} or {@code scalar parallel}; of {@link #best()}, what it goes
   * over to.
   */
  @Override
  public String toString() {
    return kernels.name() + (parallel ? " parallel" : "");
  }
}

package org.simdloss;

import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import org.simdloss.internal.backend.Probe;
import org.simdloss.internal.backend.Switches;
import org.simdloss.internal.call.Startup;
import org.simdloss.internal.call.WarmUp;
import org.simdloss.internal.kernel.Kernels;
import org.simdloss.internal.kernel.ScalarKernels;

/**
 * What computes a loss: plain Java or the Vector API, on the calling thread or on several.
 *
 * <p>Whichever it is, the result has the same bits. Choose for speed alone, or do not choose:
 * {@link #best()} is the default of every loss.
 *
 * <p><b>Serialization.</b> Java serialization writes which one it is, and not what it found on this
 * machine: {@link #best()} comes back as the best of the machine that reads it, and {@link
 * #vector()} as its vectors. Where those can not be had, reading is an {@link
 * InvalidObjectException} with the message that {@link #vector()} has.
 *
 * <p>Immutable and safe to share between threads. {@link #scalar()}, {@link #vector()} and {@link
 * #best()} allocate nothing once compiled.
 */
public final class Backend implements Serializable {
  private static final long serialVersionUID = 1;

  // Set at the first call; a race sets an equal one. Not by a class initialiser: an exception in it
  // would reach the caller as an Error, and only once, and one that meets the end of the stack
  // would break this class.
  private static volatile Backend best;
  private static volatile Backend scalar;
  private static volatile Backend vector;

  /** Null for the best. */
  private final transient Kernels kernels;

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
   * So each kind of work (the class of the loss, what is asked of it, and the form of its targets)
   * is timed. Once it has cost 20 ms, or 150 if it is the first, vectors are prepared for it on
   * made-up operands, for half of the time that it costs at most; then the two are compared on the
   * program's own calls, and the faster one is used from then on, by every loss of that kind. If
   * vectors are not the faster ones they are tried again later. The bits are the same throughout.
   * {@link #warmUp()} prepares all at once, {@link Loss#warmUp()} one loss.
   *
   * <p><b>What runs where.</b> The library starts no thread. It prepares on the common {@link
   * java.util.concurrent.ForkJoinPool}, about a millisecond at a time; loading the vector classes
   * takes a fifth of a second, once. Where that pool has no thread, or none within 10 ms, the
   * thread of a call prepares when its result is there. A call whose stack or heap is nearly full
   * prepares nothing.
   *
   * <p>Where vectors can not be had, it is {@link #scalar()}, and the first call says why, and what
   * would mend it, in a warning through {@link System.Logger}. The system property {@code
   * simdloss.backend}, {@code scalar} or {@code vector}, overrides the choice; without vectors, or
   * if it is neither of the two, calls throw {@link IllegalStateException}.
   */
  public static Backend best() {
    Backend known = best;
    if (known == null) {
      Startup.run();
      known = new Backend(null, false);
      best = known;
    }
    return known;
  }

  /** Plain Java, on any machine. */
  public static Backend scalar() {
    Backend known = scalar;
    if (known == null) {
      Startup.run();
      known = new Backend(ScalarKernels.INSTANCE, false);
      scalar = known;
    }
    return known;
  }

  /**
   * The Vector API, in vectors as wide as the machine's, of at most 512 bits.
   *
   * @throws IllegalStateException if it can not be had, or if the machine has no fused
   *     multiply-add: the message says why, and what would mend it
   * @throws StackOverflowError if the stack is too nearly full to load it; later it may be had
   * @throws OutOfMemoryError likewise of the heap
   */
  public static Backend vector() {
    Backend known = vector;
    if (known == null) {
      Startup.run();
      known = new Backend(Probe.vectorKernels(), false);
      vector = known;
    }
    return known;
  }

  /**
   * The same, for large batches on several threads: those of the {@link
   * java.util.concurrent.ForkJoinPool} that the caller runs in, or else of the common pool. Batches
   * that take less than about 300 µs stay on the calling thread. The library starts no threads of
   * its own. A parallel call allocates some 2 kilobytes, and 8 bytes for each 1920 elements. One
   * that throws has stopped writing before it throws.
   */
  public Backend parallel() {
    return parallel ? this : new Backend(kernels, true);
  }

  /**
   * Computes made-up losses of every kind until the code is compiled, so that no later call has to
   * wait for that; of {@link #best()}, until every kind of work has gone over to vectors. If some
   * has not after many attempts, a warning names it.
   *
   * <p>It takes some seconds of the calling thread's time, more on a busy machine, and it is never
   * needed. {@link Loss#warmUp()} does the same for one loss.
   *
   * @return this
   */
  public Backend warmUp() {
    WarmUp.run(kernels, Switches.CLASSES);
    return this;
  }

  /** Null for the best. */
  Kernels kernels() {
    return kernels;
  }

  boolean isBest() {
    return kernels == null;
  }

  /** What computes a loss, or begins to. */
  Kernels firstKernels() {
    return kernels != null ? kernels : ScalarKernels.INSTANCE;
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
    String name = kernels != null ? kernels.name() : Probe.bestName();
    return name + (parallel ? " parallel" : "");
  }

  private Object writeReplace() {
    String name = isBest() ? "best" : kernels == ScalarKernels.INSTANCE ? "scalar" : "vector";
    return new Form(name, parallel);
  }

  private void readObject(ObjectInputStream in) throws InvalidObjectException {
    throw new InvalidObjectException("a backend is written as its name, not as its fields");
  }

  /** What is serialized: which one it is, by the name of its method. */
  record Form(String name, boolean parallel) implements Serializable {
    private static final long serialVersionUID = 1;

    private Object readResolve() throws InvalidObjectException {
      try {
        Backend named = named();
        return parallel ? named.parallel() : named;
      } catch (IllegalArgumentException | IllegalStateException e) {
        throw LossForm.invalid(e);
      }
    }

    private Backend named() {
      return switch (String.valueOf(name)) {
        case "best" -> best();
        case "scalar" -> scalar();
        case "vector" -> vector();
        default ->
            throw new IllegalArgumentException(
                "backend is '" + name + "'; allowed: best, scalar, vector");
      };
    }
  }
}

package org.simdloss.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Prepares work at once, on the calling thread. */
public final class WarmUp {
  /** For all work, in nanoseconds of preparing; a part of it is enough. Waits do not count. */
  private static final long PATIENCE = 10_000_000_000L;

  /** A pause for the compiler, in nanoseconds, when there is nothing more that it must see. */
  private static final long PAUSE = 1_000_000;

  private WarmUp() {}

  /**
   * @param kernels null for the best backend
   * @throws IllegalStateException if the user asks for what can not be had
   */
  public static void run(Kernels kernels, List<Switch> all) {
    Headroom.demand();
    Kernels fixed = kernels != null ? kernels : Probe.bestKernels();
    if (fixed != null) {
      all.forEach(each -> rehearse(each.work(), fixed));
      return;
    }
    List<String> scalar = new ArrayList<>();
    long patience = PATIENCE;
    for (Switch each : all) {
      patience -= prepare(each, patience);
      if (each.kernels() == null) {
        scalar.add(each.toString());
      }
    }
    if (!scalar.isEmpty()) {
      Probe.warn(
          "warmUp() has left on the scalar backend, for now, what is not faster in vectors, or not"
              + " compiled yet: "
              + String.join("; ", scalar));
    }
  }

  private static void rehearse(Work work, Kernels kernels) {
    Rehearsal rehearsal = new Rehearsal(work, kernels, RealVm.INSTANCE);
    rehearsal.beOfEveryKind();
    while (!rehearsal.isDone()) {
      rehearsal.run(0);
    }
  }

  /** Makes a work go over to vectors, if it does; the time that this took, waits aside. */
  private static long prepare(Switch work, long patience) {
    long before = work.paid();
    long pauses = 0;
    Background.take();
    try {
      Rehearsal calls = null;
      while (work.kernels() == null && work.paid() - before + pauses < patience) {
        if (!work.isPrepared()) {
          if (work.isRehearsed()) {
            LockSupport.parkNanos(PAUSE);
            pauses += PAUSE;
          }
          work.hurry();
        } else {
          calls = calls == null ? new Rehearsal(work.work(), null, RealVm.INSTANCE) : calls;
          calls.callBest();
        }
      }
    } finally {
      Background.giveBack();
    }
    return work.paid() - before + pauses;
  }
}

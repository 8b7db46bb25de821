package org.simdloss.internal.call;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.simdloss.internal.backend.Background;
import org.simdloss.internal.backend.Headroom;
import org.simdloss.internal.backend.Preparation;
import org.simdloss.internal.backend.Probe;
import org.simdloss.internal.backend.RealVm;
import org.simdloss.internal.backend.Switch;
import org.simdloss.internal.backend.Switches;
import org.simdloss.internal.backend.Work;
import org.simdloss.internal.block.BlockLoss;
import org.simdloss.internal.kernel.Kernels;

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
  public static void run(Kernels kernels, List<Switches> all) {
    Headroom.demand();
    Kernels fixed = kernels != null ? kernels : Probe.bestKernels();
    if (fixed != null) {
      all.forEach(of -> of.all().forEach(each -> prepareFully(each.work(), fixed)));
      return;
    }
    List<String> scalar = new ArrayList<>();
    long patience = PATIENCE;
    for (Switches of : all) {
      for (Switch each : of.all()) {
        patience -= prepare(of, each, patience);
        if (each.kernels() == null) {
          scalar.add(each.toString());
        }
      }
    }
    if (!scalar.isEmpty()) {
      Probe.warn(
          "warmUp() has left on the scalar backend, for now, what is not faster in vectors, or not"
              + " compiled yet: "
              + String.join("; ", scalar));
    }
  }

  private static void prepareFully(Work work, Kernels kernels) {
    Preparation preparation = new Preparation(work, kernels, RealVm.INSTANCE);
    preparation.beOfEveryKind();
    while (!preparation.isDone()) {
      preparation.run(0);
    }
  }

  private static Evaluator evaluator(BlockLoss loss, Switches of, boolean mayHaveWeights) {
    Evaluator.Form form = new Evaluator.Form(loss, of);
    return new Evaluator(form, form, mayHaveWeights, 1, Divisor.NONE, true, false);
  }

  /** Makes a work go over to vectors, if it does; the time that this took, waits aside. */
  private static long prepare(Switches of, Switch work, long patience) {
    long before = work.paid();
    long pauses = 0;
    Background.take();
    try {
      Preparation calls = null;
      while (work.kernels() == null && work.paid() - before + pauses < patience) {
        if (!work.isPrepared()) {
          if (work.isFullyPrepared()) {
            LockSupport.parkNanos(PAUSE);
            pauses += PAUSE;
          }
          work.hurry();
        } else {
          calls = calls == null ? new Preparation(work.work(), null, RealVm.INSTANCE) : calls;
          calls.call(
              (loss, workspace, y, t, labels, out) ->
                  evaluator(loss, of, work.work().mayHaveWeights())
                      .run(
                          workspace,
                          y,
                          t,
                          labels,
                          workspace.weights,
                          out,
                          workspace.hessian,
                          null));
        }
      }
    } finally {
      Background.giveBack();
    }
    return work.paid() - before + pauses;
  }
}

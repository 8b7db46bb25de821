package org.simdloss.internal.backend;

import org.simdloss.internal.kernel.Kernels;

/** The VM as it is. */
public final class RealVm implements Switch.Vm {
  public static final RealVm INSTANCE = new RealVm();

  private RealVm() {}

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public Kernels kernels() {
    return Probe.bestKernels();
  }

  @Override
  public Kernels vectorKernels() {
    return Probe.vectorKernelsOrNull();
  }

  @Override
  public void stayScalar(String reason) {
    Probe.stayScalar(reason);
  }

  @Override
  public boolean hasRoom() {
    return Headroom.onStackAndHeap();
  }

  @Override
  public long costOfAll(Switch one) {
    long cost = 0;
    for (Switch each : Switches.ofAllLosses()) {
      cost += each.cost();
    }
    return cost;
  }

  @Override
  public boolean isLoaded() {
    return Probe.areVectorsLoaded();
  }

  @Override
  public boolean optimizes() {
    return OptimizingCompiler.isSeen();
  }

  @Override
  public void offer(Switch work) {
    Background.offer(work);
  }

  @Override
  public void offerToFinish() {
    Background.offerToFinish();
  }
}

package org.simdloss.internal.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CountedCompleter;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.simdloss.internal.block.Output;
import org.simdloss.internal.kernel.Kernels;
import org.simdloss.internal.loss.SquaredErrorBlocks;

/** Who prepares. The time limits end a test that would never end, and say nothing of speed. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BackgroundTest {
  /** Tells which thread asks for vectors, of which there are none. */
  private static final class Asked implements Switch.Vm {
    volatile Thread by;
    Runnable during = () -> {};

    @Override
    public long nanoTime() {
      return System.nanoTime();
    }

    @Override
    public Kernels kernels() {
      return null;
    }

    @Override
    public Kernels vectorKernels() {
      during.run();
      by = Thread.currentThread();
      return null;
    }

    @Override
    public void stayScalar(String reason) {}

    @Override
    public boolean hasRoom() {
      return true;
    }

    @Override
    public boolean isLoaded() {
      return true;
    }

    @Override
    public boolean optimizes() {
      return true;
    }

    @Override
    public void offer(Switch work) {}

    @Override
    public void offerToFinish() {}
  }

  private final Asked vm = new Asked();
  private final Switch work =
      new Switch(
          new Work(
              "work", List.of(SquaredErrorBlocks.INSTANCE), Output.LOSS, Work.Form.VALUES, false),
          vm);

  private void offerUntilPrepared() throws InterruptedException {
    while (vm.by == null) {
      Background.offer(work);
      Thread.sleep(1);
    }
  }

  @Test
  void aWorkIsPreparedOnTheCommonPoolOrByTheCaller() throws InterruptedException {
    offerUntilPrepared();
    Thread caller = Thread.currentThread();
    assertTrue(vm.by == caller || vm.by.getName().contains("commonPool"), vm.by.getName());
  }

  @Test
  void whereThePoolHasNoThreadTheCallerPrepares() throws InterruptedException {
    int threads = ForkJoinPool.getCommonPoolParallelism();
    CountDownLatch busy = new CountDownLatch(threads);
    CountDownLatch done = new CountDownLatch(1);
    for (int i = 0; i < threads; i++) {
      ForkJoinPool.commonPool()
          .execute(
              () -> {
                busy.countDown();
                try {
                  done.await();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              });
    }
    busy.await();
    try {
      offerUntilPrepared();
      assertEquals(Thread.currentThread(), vm.by);
    } finally {
      done.countDown();
    }
  }

  @Test
  void aThreadThatPreparesAtOnceKeepsTheOthersOut() throws InterruptedException {
    Background.take();
    try {
      for (int i = 0; i < 30; i++) {
        Background.offer(work);
        Thread.sleep(1);
      }
      assertEquals(null, vm.by);
    } finally {
      Background.giveBack();
    }
    offerUntilPrepared();
  }

  /** A part of a parallel stream has no end of its own: who waits for that is lost to the pool. */
  @Test
  void aWorkerRunsOtherTasksAndGoesOn() throws InterruptedException {
    CountDownLatch ran = new CountDownLatch(1);
    CountedCompleter<Void> stream =
        new CountedCompleter<>() {
          @Override
          public void compute() {}
        };
    stream.addToPendingCount(1);
    CountedCompleter<Void> part =
        new CountedCompleter<>(stream) {
          @Override
          public void compute() {
            ran.countDown();
            propagateCompletion();
          }
        };
    // By another thread, or it would be the worker's own.
    vm.during = () -> submit(part);
    offerUntilPrepared();
    ran.await();
    while (isAnyWorkerInBackground()) { // until the test times out
      Thread.sleep(1);
    }
  }

  private static void submit(ForkJoinTask<?> task) {
    Thread submitter = new Thread(() -> ForkJoinPool.commonPool().execute(task));
    submitter.start();
    try {
      submitter.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static boolean isAnyWorkerInBackground() {
    return Thread.getAllStackTraces().entrySet().stream()
        .filter(each -> each.getKey().getName().contains("commonPool"))
        .flatMap(each -> Arrays.stream(each.getValue()))
        .anyMatch(frame -> frame.getClassName().equals(Background.class.getName()));
  }

  /** In all VMs of the tests C2 comes to compile a loop that does nothing. */
  @Test
  void theCompilerOfThisVmOptimizes() throws InterruptedException {
    while (!OptimizingCompiler.isSeen()) {
      Thread.sleep(1);
    }
    assertTrue(RealVm.INSTANCE.optimizes());
  }
}

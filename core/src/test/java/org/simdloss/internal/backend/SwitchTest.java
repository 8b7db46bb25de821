package org.simdloss.internal.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.simdloss.internal.block.Output;
import org.simdloss.internal.block.Workspace;
import org.simdloss.internal.block.Workspaces;
import org.simdloss.internal.kernel.Block;
import org.simdloss.internal.kernel.Kernels;
import org.simdloss.internal.kernel.ScalarKernels;
import org.simdloss.internal.loss.SquaredErrorBlocks;

/** The rules of going over to vectors, in a VM whose clock, kernels and room the test sets. */
@Tag("any-width")
class SwitchTest {
  private static final long LARGE = Switch.SHORT;

  private static final Work WORK =
      new Work(
          "squared error",
          List.of(SquaredErrorBlocks.INSTANCE),
          Output.LOSS,
          Work.Form.VALUES,
          false);

  /** Time passes in kernels alone. */
  private static final class TestVm implements Switch.Vm {
    long now = 1;
    long scalarNanos = 1_000;
    long vectorNanos = 100;
    boolean hasVectors = true;
    boolean hasRoom = true;
    boolean optimizes = true;
    boolean isLoaded = true;
    long costOfOthers;

    /** What vectors add to each result. */
    double error;

    /** What they throw. */
    Error failure;

    final List<String> reasons = new ArrayList<>();
    int loads;
    int offers;
    int toFinish;

    private final Kernels scalar = kernels(false);
    private final Kernels vector = kernels(true);

    private Kernels kernels(boolean isVector) {
      return (Kernels)
          Proxy.newProxyInstance(
              Kernels.class.getClassLoader(),
              new Class<?>[] {Kernels.class},
              (proxy, method, args) -> run(isVector, method, args));
    }

    private Object run(boolean isVector, Method method, Object[] args) throws Throwable {
      now += isVector ? vectorNanos : scalarNanos;
      if (isVector && failure != null) {
        throw failure;
      }
      try {
        Object right = method.invoke(ScalarKernels.INSTANCE, args);
        return isVector && right instanceof Double sum ? (Object) (sum + error) : right;
      } catch (InvocationTargetException e) {
        throw e.getCause();
      }
    }

    @Override
    public long nanoTime() {
      return now;
    }

    @Override
    public Kernels scalarKernels() {
      return scalar;
    }

    @Override
    public Kernels scalarKernelsOfPreparation() {
      return scalar;
    }

    @Override
    public Kernels kernels() {
      return null;
    }

    @Override
    public Kernels vectorKernels() {
      loads++;
      return hasVectors ? vector : null;
    }

    @Override
    public void stayScalar(String reason) {
      reasons.add(reason);
    }

    @Override
    public boolean hasRoom() {
      return hasRoom;
    }

    @Override
    public long costOfAll(Switch one) {
      return one.cost() + costOfOthers;
    }

    @Override
    public boolean isLoaded() {
      return isLoaded;
    }

    @Override
    public boolean optimizes() {
      return optimizes;
    }

    @Override
    public void offer(Switch work) {
      offers++;
    }

    @Override
    public void offerToFinish() {
      toFinish++;
    }
  }

  private final TestVm vm = new TestVm();
  private final Switch work = new Switch(WORK, vm);
  private final Workspace workspace = Workspaces.take(Output.LOSS);

  /** A call of so many nanoseconds. */
  private void call(long nanos, long elements) {
    workspace.setPredictions(0, (int) elements / 10, 10, 10);
    workspace.setTargets(0, 10, false);
    long start = work.start(elements, workspace, SquaredErrorBlocks.INSTANCE, null);
    vm.now += nanos;
    work.end(start, elements);
  }

  /** Calls that have cost so much, in milliseconds, by then. */
  private void cost(int millis) {
    for (int i = 0; i < millis; i++) {
      call(1_000_000, LARGE);
    }
  }

  /** Prepares as often as it is due. */
  private int prepare() {
    int steps = 0;
    while (work.isDue() && !work.isPrepared() && vm.reasons.isEmpty()) {
      work.prepare();
      steps++;
    }
    return steps;
  }

  /** One call within a trial, of so many blocks; the sides that they went to, by their times. */
  private int tryCall(int blocks) {
    Trial trial = work.enterTrial();
    assertNotNull(trial);
    // All rows are the same one.
    workspace.setPredictions(0, blocks, Block.ELEMENTS, 0);
    workspace.setTargets(0, 0, false);
    workspace.begin(1, 1);
    workspace.setBlocks(0, blocks);
    float[] y = new float[Block.ELEMENTS];
    trial.run(SquaredErrorBlocks.INSTANCE, workspace, y, y, null, null);
    work.leaveTrial(trial);
    return workspace.firstBlock;
  }

  private void untilATrialBegins() {
    for (int i = 0; i < 10_000 && !work.isPrepared(); i++) {
      cost(10);
      prepare();
    }
    assertTrue(work.isPrepared());
    assertNull(work.kernels());
  }

  @Test
  void nothingIsPreparedBeforeAWorkHasCost20Milliseconds() {
    cost(19);
    assertEquals(0, vm.offers);
    cost(1);
    assertEquals(1, vm.offers);
    assertEquals(0, vm.loads);
  }

  @Test
  void nothingIsLoadedBeforeAllWorksHaveCost150Milliseconds() {
    vm.isLoaded = false;
    cost(100);
    assertEquals(1, prepare());
    cost(49);
    assertEquals(1, prepare());
    assertEquals(0, vm.loads);
    cost(5);
    prepare();
    assertEquals(1, vm.loads);
  }

  @Test
  void theCostOfOtherWorksCountsForLoading() {
    vm.isLoaded = false;
    vm.costOfOthers = 120_000_000;
    cost(29);
    assertEquals(1, prepare());
    assertEquals(0, vm.loads);
    cost(5);
    prepare();
    assertEquals(1, vm.loads);
  }

  @Test
  void whatHasBeenBegunIsPreparedBeforeWhatCostsMore() {
    Switch other = new Switch(WORK, vm);
    cost(30);
    assertTrue(work.isBefore(other));
    assertFalse(other.isBefore(work));
    other.hurry(); // which also makes it one of every kind
    assertTrue(work.isBefore(other));
    assertFalse(other.isBefore(work));
    Switch begun = new Switch(WORK, vm);
    long start = begun.start(LARGE, workspace, SquaredErrorBlocks.INSTANCE, null);
    vm.now += 1_000;
    begun.end(start, LARGE);
    begun.prepare();
    assertTrue(begun.paid() > 0, begun.paid() + " ns");
    assertTrue(begun.cost() < work.cost());
    assertTrue(begun.isBefore(work));
    assertFalse(work.isBefore(begun));
  }

  @Test
  void halfOfTheCostIsPreparedAtMost() {
    vm.vectorNanos = 3 * vm.scalarNanos; // not ready for a trial
    cost(90);
    assertTrue(work.paid() == 0);
    prepare();
    assertTrue(work.paid() > 43_000_000 && work.paid() <= 46_000_000, work.paid() + " ns");
    cost(30);
    prepare();
    assertTrue(work.paid() > 58_000_000 && work.paid() <= 61_000_000, work.paid() + " ns");
  }

  /** A step that is held up is not paid for in full. */
  @Test
  void whatPreparingWaitsDoesNotCount() {
    vm.vectorNanos = 50_000_000;
    cost(30);
    work.prepare();
    assertEquals(2 * Switch.STEP, work.paid());
  }

  @Test
  void whatACallWaitsDoesNotCount() {
    call(1_000, LARGE);
    for (int i = 0; i < 1_000; i++) {
      call(1_000_000_000, LARGE); // counts as 8 µs
    }
    assertEquals(0, vm.offers);
    for (int i = 0; i < 1_500; i++) {
      call(8_000, LARGE);
    }
    assertTrue(vm.offers > 0 && vm.offers <= 2, vm.offers + " offers");
  }

  @Test
  void ofShortCallsOneIn32IsTimed() {
    int timed = 0;
    workspace.setPredictions(0, 1, 10, 10);
    for (int i = 0; i < 32_000; i++) {
      timed += work.start(10, workspace, SquaredErrorBlocks.INSTANCE, null) != 0 ? 1 : 0;
    }
    assertTrue(timed > 900 && timed < 1_100, timed + " of 32,000");
    int calls = 0;
    while (vm.offers == 0) {
      call(1_000, 10);
      calls++;
    }
    assertTrue(calls > 15_000 && calls < 25_000, "20 ms after " + calls + " calls of 1 µs");
  }

  @Test
  void whereNothingOptimizesNothingIsLoaded() {
    vm.optimizes = false;
    cost(10_000);
    int steps = prepare();
    for (int i = 0; i < 100; i++) {
      cost(100);
      steps += prepare();
    }
    assertEquals(0, vm.loads);
    assertTrue(steps > 5 && steps < 50, steps + " looks for a compiler in 20 seconds");
    vm.optimizes = true;
    cost(2_000);
    prepare();
    assertEquals(1, vm.loads);
  }

  @Test
  void whereThereIsNoRoomItIsTriedAgainWhenTheCostHasDoubled() {
    vm.hasRoom = false;
    cost(30);
    assertEquals(1, prepare());
    vm.hasRoom = true;
    cost(29);
    assertEquals(0, prepare());
    assertEquals(0, vm.loads);
    cost(1);
    assertTrue(prepare() > 0);
    assertEquals(1, vm.loads);
  }

  @Test
  void anErrorOfTheMomentIsTriedAgainLater() {
    vm.failure = new StackOverflowError();
    cost(30);
    assertEquals(1, prepare());
    vm.failure = null;
    assertEquals(List.of(), vm.reasons);
    untilATrialBegins();
  }

  @Test
  void withoutVectorsNothingMoreIsDone() {
    vm.hasVectors = false;
    cost(30);
    work.prepare();
    assertFalse(work.isPrepared()); // the VM settles all work, and says why
    assertEquals(1, vm.loads);
  }

  @Test
  void wrongBitsKeepAllWorkScalar() {
    vm.error = 1e-3;
    cost(30);
    work.prepare();
    assertEquals("the VM's vectors give wrong results (scalar, squared error)", vm.reasons.get(0));
  }

  @Test
  void vectorsThatDoNotFitKeepAllWorkScalar() {
    vm.failure = new NoSuchMethodError("gone");
    cost(30);
    work.prepare();
    assertTrue(vm.reasons.get(0).contains("does not fit: java.lang.NoSuchMethodError: gone"));
    vm.reasons.clear();
    vm.failure = new NoClassDefFoundError("Could not initialize class X");
    work.prepare();
    assertTrue(vm.reasons.get(0).contains("could not be initialised"), vm.reasons.get(0));
  }

  @Test
  void thereIsNoTrialBeforeVectorsAreCompiled() {
    vm.vectorNanos = 3 * vm.scalarNanos;
    cost(10_000);
    prepare();
    assertFalse(work.isPrepared());
    vm.vectorNanos = vm.scalarNanos / 3;
    untilATrialBegins();
  }

  @Test
  void vectorsThatWinATrialAreUsedForGood() {
    untilATrialBegins();
    int blocks = tryCall(100_000);
    assertSame(vm.vector, work.kernels());
    assertNull(work.enterTrial());
    // Two warm-up turns and 24 of each side; 4 blocks of 1 µs make 20 µs in 5 times.
    assertTrue(blocks > 26 * 20 && blocks < 100_000, blocks + " blocks");
    int offers = vm.offers;
    cost(1_000);
    assertEquals(offers, vm.offers);
  }

  @Test
  void whatTheCallsHaveNotShownIsPreparedAfterwards() {
    untilATrialBegins();
    tryCall(100_000);
    assertEquals(1, vm.toFinish);
    assertTrue(work.isUnfinished());
    int steps = 0;
    while (work.isUnfinished()) {
      work.finish();
      steps++;
    }
    assertTrue(steps > 0);
    assertSame(vm.vector, work.kernels());
    assertEquals(List.of(), vm.reasons);
  }

  @Test
  void wrongBitsThatAreFoundAfterwardsKeepAllWorkScalar() {
    untilATrialBegins();
    tryCall(100_000);
    vm.error = 1e-3;
    work.finish();
    assertTrue(vm.reasons.get(0).contains("wrong results"), vm.reasons.get(0));
  }

  @Test
  void smallCallsAreTriedOneAfterTheOther() {
    untilATrialBegins();
    int calls = 0;
    while (work.kernels() == null) {
      assertEquals(1, tryCall(1));
      calls++;
    }
    assertTrue(calls > 26 * 20, calls + " calls");
  }

  @Test
  void vectorsThatLoseATrialAreTriedAgain() {
    untilATrialBegins();
    vm.vectorNanos = vm.scalarNanos * 11 / 10;
    tryCall(100_000);
    assertNull(work.kernels());
    assertFalse(work.isPrepared());
    vm.vectorNanos = vm.scalarNanos * 104 / 100;
    untilATrialBegins();
    tryCall(100_000);
    assertSame(vm.vector, work.kernels());
  }

  @Test
  void hopelessVectorsEndATrialAtOnce() {
    untilATrialBegins();
    vm.vectorNanos = 100 * vm.scalarNanos;
    int blocks = tryCall(100_000);
    assertNull(work.kernels());
    assertTrue(blocks <= 28, blocks + " blocks"); // a turn of scalar code, and one time of vectors
  }

  @Test
  void oneCallAtATimeIsInATrial() {
    untilATrialBegins();
    Trial trial = work.enterTrial();
    assertNotNull(trial);
    assertNull(work.enterTrial());
    work.leaveTrial(trial);
    assertSame(trial, work.enterTrial());
    assertNull(work.enterTrial());
    vm.now += 70_000_000_000L; // the caller's stack had no room to say that it leaves
    assertSame(trial, work.enterTrial());
  }
}

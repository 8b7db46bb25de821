package org.simdloss.internal.backend;

import org.simdloss.internal.block.BlockLoss;
import org.simdloss.internal.block.Workspace;
import org.simdloss.internal.kernel.Kernels;
import org.simdloss.internal.kernel.ScalarKernels;

/**
 * Decides, for one kind of work of the best backend, when it goes over from scalar code to vectors.
 *
 * <p>Vector code is hundreds of times slower than scalar code until C2 has compiled it, and getting
 * there has its price: classes are loaded, and every loop must run some thousand times. A short
 * program is better off without. So a work begins in scalar code, and its calls are timed. Once
 * they have cost {@value #LEAST_COST} ns, and all works' {@value #LOADING_COST} if the vector
 * classes are still to be loaded, a {@link Preparation} prepares work like the calls in vectors, on
 * operands of its own, for half of the time that the calls take at most. When vectors are about as
 * fast there as scalar code, a {@link Trial} compares both on the calls themselves. If vectors win,
 * the work uses them from then on, and nothing is counted or timed any more; other shapes and kinds
 * of targets are then prepared too. If not, every kind of call is prepared, and there is another
 * trial each time that the cost has grown by a sixteenth.
 *
 * <p>The bits are the same in both, so a change in the midst of calls does no harm. Threads add to
 * the counts without synchronising: a number that is lost does no harm either. Preparing is done by
 * one thread at a time ({@link Background}), and so is a trial, call by call.
 *
 * <p>Nothing here loads a class, locks, logs or allocates on a caller's thread, unless {@link
 * Headroom} has shown that there is room.
 */
public final class Switch {
  /** What a work must have cost, in nanoseconds, before anything is prepared for it. */
  public static final long LEAST_COST = 20_000_000;

  /**
   * What all works must have cost before the vector classes are loaded: a program that is younger
   * is still being compiled itself, and would lose the compiler's time. With 20 ms in place of this
   * the first hundred calls took 1.8 times as long as scalar ones, with vectors no sooner.
   */
  public static final long LOADING_COST = 150_000_000;

  /** At most about so long, in nanoseconds, is prepared at a time. */
  public static final long STEP = 1_000_000;

  /** Of the cost, the part that may go into preparing. */
  static final int PART = 2;

  /** One in so many calls is timed, if calls are short. */
  public static final int SAMPLED = 32;

  /** Of fewer elements than this a call is short: to time it would take as long as some. */
  public static final long SHORT = 1 << 14;

  /** A call takes as long as so many elements, even if it has none. */
  public static final int OVERHEAD_ELEMENTS = 64;

  /** What takes so many times as long as the fastest call, by the element, was waiting. */
  private static final int WAITING = 8;

  /** What a switch needs of the VM; a test has its own. */
  public interface Vm {
    long nanoTime();

    /** What vectors are compared with in trials. */
    default Kernels scalarKernels() {
      return ScalarKernels.INSTANCE;
    }

    /** What vectors are compared with while vectors are prepared. */
    default Kernels scalarKernelsOfPreparation() {
      return ScalarKernels.TWIN;
    }

    /**
     * What the best backend uses for all work: null as long as that is open, and each work has its
     * own switch.
     *
     * @throws IllegalStateException if the user asks for what can not be had
     */
    Kernels kernels();

    /** The vector kernels; null if they can not be had, and then it has been said. */
    Kernels vectorKernels();

    /** Keeps all work in scalar code for good, and says why. */
    void stayScalar(String reason);

    boolean hasRoom();

    /** What the calls of all works have cost. */
    default long costOfAll(Switch one) {
      return one.cost();
    }

    /** Whether the vector classes are loaded. */
    boolean isLoaded();

    /**
     * Whether the VM is known to have a compiler that optimises, without which vectors are slow.
     */
    boolean optimizes();

    /** Calls {@link #finish} soon, as often as it takes, or not at all. */
    void offerToFinish();

    /** Calls {@link #prepare} soon, on this thread or another, or not at all. */
    void offer(Switch work);
  }

  private final Work work;
  private final Vm vm;

  /** What the work uses for good; null as long as that is open. */
  private volatile Kernels kernels;

  /** The comparison that is on; null if none is. */
  private volatile Trial trial;

  /** What the calls have cost in scalar code, and what has gone into preparing, in nanoseconds. */
  private long cost;

  private long paid;

  /** What the cost must come to before anything else is done. */
  private long nextCost = LEAST_COST;

  /** What it must come to before the next trial. */
  private long nextTrial;

  /** Whether every kind of call is to be prepared, as it is once vectors have lost a trial. */
  private boolean isEveryKindDue;

  /** Of the fastest call, by the element. */
  private double leastNanos = Double.MAX_VALUE;

  /** Null as long as nothing is prepared, and once nothing is left to be. */
  private Preparation preparation;

  /** Whether vectors are in use, and are yet to be prepared on what the calls have not shown. */
  private volatile boolean isUnfinished;

  // What a call that was timed is like.
  private BlockLoss loss;
  private int cols;
  private boolean areRowsApart;
  private boolean areTargetsHot;

  Switch(Work work) {
    this(work, RealVm.INSTANCE);
  }

  Switch(Work work, Vm vm) {
    this.work = work;
    this.vm = vm;
  }

  public Work work() {
    return work;
  }

  /** For example {@code SoftmaxCrossEntropy's gradient, labels}. */
  @Override
  public String toString() {
    return work.name();
  }

  /** What the work uses for good; null as long as that is open. */
  public Kernels kernels() {
    return kernels;
  }

  /** The form of a loss that a call is to use; null as long as that is open. */
  public BlockLoss form(BlockLoss ofLoss) {
    Kernels known = kernels;
    return known == null ? null : ofLoss.on(known);
  }

  /**
   * The same, where it may be decided by this; null if it stays open.
   *
   * @throws IllegalStateException if the user asks for what can not be had
   */
  public BlockLoss decide(BlockLoss ofLoss) {
    Kernels known = vm.kernels();
    if (known == null) {
      return null;
    }
    settle(known);
    return ofLoss.on(known);
  }

  /** Uses the same kernels from now on. */
  public void settle(Kernels known) {
    kernels = known;
    trial = null;
    preparation = null;
    isUnfinished = false;
  }

  /**
   * When a call of so many elements begins; 0 if it is not to be timed.
   *
   * @param t target values, or null
   */
  public long start(long elements, Workspace workspace, BlockLoss ofLoss, float[] t) {
    if (elements < SHORT && !workspace.isSampled()) {
      return 0;
    }
    loss = ofLoss;
    cols = workspace.cols;
    areRowsApart = !workspace.y.areAdjacent() || t != null && !workspace.t.areAdjacent();
    areTargetsHot = t != null && elements > 0 && workspace.t.mayBeHot(t);
    return vm.nanoTime();
  }

  /** Counts a call, whose result is there. */
  public void end(long start, long elements) {
    if (start != 0) {
      count(vm.nanoTime() - start, elements, elements < SHORT ? SAMPLED : 1);
    }
  }

  private void count(long nanos, long elements, int calls) {
    double size = elements + OVERHEAD_ELEMENTS;
    leastNanos = Math.min(leastNanos, Math.max(1, nanos) / size);
    cost += calls * Math.min(nanos, (long) (WAITING * leastNanos * size));
    if (isDue() && kernels == null && trial == null) {
      vm.offer(this);
    }
  }

  /** Whether it is time to prepare. */
  public boolean isDue() {
    return isDue(PART);
  }

  /** Whether it would be, if so much of the cost might go into preparing: 1 is all, 2 is half. */
  boolean isDue(int part) {
    return cost >= nextCost && cost / part - paid >= STEP;
  }

  /**
   * Whether it is prepared before another one that is due too. The compiler is what they wait for,
   * so what has been begun is ended first. What has lost a trial comes last.
   */
  boolean isBefore(Switch other) {
    if (isEveryKindDue != other.isEveryKindDue) {
      return other.isEveryKindDue;
    }
    return paid != other.paid ? paid > other.paid : cost > other.cost;
  }

  /** There is no room now for what would be due: it is put off until the cost has doubled. */
  public void putOff() {
    nextCost = Math.max(LEAST_COST, 2 * cost);
  }

  /** Whether a call has been timed. */
  public boolean isUsed() {
    return cost > 0;
  }

  /** Whether there is nothing to prepare any more, or not until a trial is over. */
  public boolean isPrepared() {
    return kernels != null || trial != null;
  }

  /**
   * Prepares for about {@link #STEP}, or, the first time, until the vector classes are loaded. Only
   * one thread at a time may call it.
   */
  public void prepare() {
    long start = vm.nanoTime();
    try {
      if (preparation == null) {
        if (!vm.isLoaded() && vm.costOfAll(this) < LOADING_COST) {
          nextCost = cost + LEAST_COST / 4;
          return;
        }
        if (!vm.optimizes()) {
          nextCost = cost + Math.max(LEAST_COST / 4, cost / 16);
          return;
        }
        if (!vm.hasRoom()) {
          putOff();
          return;
        }
        Kernels vector = vm.vectorKernels();
        if (vector == null) {
          return;
        }
        preparation = new Preparation(work, vector, vm);
        start = vm.nanoTime(); // what is done once, for all work, is not paid for by this one
      }
      if (isEveryKindDue) {
        preparation.beOfEveryKind(); // the calls may have values that are out of the ordinary
      }
      preparation.beLike(loss, cols, areRowsApart, areTargetsHot);
      String fault = preparation.run(start + STEP);
      if (fault != null) {
        vm.stayScalar(fault);
      } else if (cost >= nextTrial && preparation.isReady()) {
        trial = new Trial(vm, preparation.kernels());
      }
    } catch (VirtualMachineError e) {
      putOff(); // the thread's stack, or the heap, is nearly full: a matter of the moment
    } catch (LinkageError | RuntimeException e) {
      vm.stayScalar(Probe.doesNotFit(e));
    } finally {
      paid += Math.min(vm.nanoTime() - start, 2 * STEP);
    }
  }

  /** The trial that a call is to be part of; null if there is none, or another call is in it. */
  public Trial enterTrial() {
    Trial current = trial;
    return current != null && current.enter() ? current : null;
  }

  /** Ends a call's part of a trial. */
  public void leaveTrial(Trial current) {
    Preparation own = preparation; // null if all work has been settled meanwhile
    if (current.isOver() && trial == current && own != null) {
      if (current.isWon()) {
        isUnfinished = !own.isDone();
        kernels = current.vector();
        trial = null;
        if (isUnfinished) {
          vm.offerToFinish();
        }
      } else {
        nextTrial = cost + Math.max(LEAST_COST, cost / 16);
        isEveryKindDue = true;
        trial = null;
      }
    }
    current.leave();
  }

  /** What the calls have cost so far, in nanoseconds, waits aside. */
  long cost() {
    return cost;
  }

  /** What preparing has cost so far, in nanoseconds, waits aside. */
  public long paid() {
    return paid;
  }

  /** Prepares for every kind of call, whatever the calls have cost. */
  public void hurry() {
    cost = Math.max(cost, LOADING_COST);
    nextTrial = 0;
    isEveryKindDue = true;
    prepare();
  }

  /** Whether all that the compiler must see has been run. */
  public boolean isFullyPrepared() {
    return preparation != null && preparation.isDone();
  }

  /** Whether vectors are in use, and are yet to be prepared on what the calls have not shown. */
  public boolean isUnfinished() {
    return isUnfinished;
  }

  /** Goes on to prepare that, for about {@link #STEP}. Only one thread at a time may call it. */
  public void finish() {
    try {
      preparation.beOfEveryKind();
      String fault = preparation.run(vm.nanoTime() + STEP);
      if (fault != null) {
        vm.stayScalar(fault);
      } else if (preparation.isDone()) {
        isUnfinished = false;
        preparation = null;
      }
    } catch (VirtualMachineError e) {
      isUnfinished = false; // a later call will have it compiled
      preparation = null;
    } catch (LinkageError | RuntimeException e) {
      vm.stayScalar(Probe.doesNotFit(e));
    }
  }
}

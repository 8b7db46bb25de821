package org.simdloss.internal.backend;

import java.lang.System.Logger.Level;
import java.lang.module.ModuleFinder;
import java.util.Optional;
import org.simdloss.internal.kernel.Kernels;
import org.simdloss.internal.kernel.ScalarKernels;
import org.simdloss.internal.kernel.VectorKernels;
import org.simdloss.internal.math.Fma;

/**
 * Finds out, once, whether this VM can run the vector kernels and whether that is worth it.
 *
 * <p>It asks for facts and not for version numbers, so that a JDK of the future is not shut out. A
 * fact that can not be had is taken to be favourable: the bits are the same either way.
 *
 * <p>Loading the vector kernels takes longer than many a program, so the best backend puts it off,
 * and asks at first only for what is known without. Whatever loads a class, or logs, is begun only
 * where {@link Headroom} has shown room for it.
 */
public final class Probe {
  private static final String MODULE = "jdk.incubator.vector";
  private static final String FLAG = "--add-modules " + MODULE;
  private static final String PROPERTY = "simdloss.backend";
  private static final String RESULTS_ARE_THE_SAME = " (results are the same without it)";

  /** The vector kernels, or null if they are not loaded. */
  private static volatile Kernels kernels;

  /** Why they can not be had; null if they can, as far as is known. */
  private static volatile String obstacle;

  /** Whether they have been compared with the scalar ones. */
  private static volatile boolean compared;

  /** Whether the best backend has one kind of kernels for all work, or every work its switch. */
  private static volatile boolean decided;

  /** The one kind; null if every work has its switch. */
  private static volatile Kernels best;

  /**
   * Calls of the best backend before that is decided, and the one that tries next: where there is
   * no room to decide, one after twice as many.
   */
  private static int calls;

  private static int nextAttempt;

  /** Whether the reason for the scalar backend has been given. */
  private static boolean warned;

  private Probe() {}

  /**
   * The vector kernels.
   *
   * @throws IllegalStateException if they can not be had
   * @throws StackOverflowError if the stack has no room to load them; later they may be had
   * @throws OutOfMemoryError likewise of the heap
   */
  public static Kernels vectorKernels() {
    if (!compared && obstacle == null) {
      Headroom.demand();
      compare();
    }
    if (obstacle != null) {
      throw new IllegalStateException("no vector backend: " + obstacle);
    }
    return kernels;
  }

  /** The same, not compared yet; null if they can not be had, and then it says why. */
  public static Kernels vectorKernelsOrNull() {
    load();
    if (obstacle != null) {
      stayScalar(obstacle);
      return null;
    }
    return kernels;
  }

  /**
   * What the best backend uses for all work; null as long as that is open. The first call says why
   * they are scalar, if that was not asked for.
   *
   * @throws IllegalStateException if the system property asks for what can not be had
   */
  public static Kernels bestKernels() {
    return decided ? best : decide();
  }

  private static Kernels decide() {
    if (calls++ < nextAttempt) {
      return null;
    }
    if (!Headroom.onStackAndHeap()) {
      nextAttempt = 2 * calls;
      return null;
    }
    String wish = property(PROPERTY);
    switch (wish) {
      case "vector":
        best = vectorKernels();
        break;
      case "scalar":
        best = ScalarKernels.INSTANCE;
        break;
      case "":
        String reason = bestObstacle();
        if (reason != null) {
          stayScalar(reason);
        }
        break;
      default:
        throw new IllegalStateException(
            "system property " + PROPERTY + " is '" + wish + "'; allowed: scalar, vector");
    }
    decided = true;
    return best;
  }

  /** What the best backend goes over to, by name; it loads the vector kernels, and says nothing. */
  public static String bestName() {
    Kernels known = best;
    if (known != null) {
      return known.name();
    }
    switch (property(PROPERTY)) {
      case "vector":
        return vectorName();
      case "":
        return decided || bestObstacle() == null ? vectorName() : ScalarKernels.INSTANCE.name();
      default:
        return ScalarKernels.INSTANCE.name();
    }
  }

  private static String vectorName() {
    if (kernels == null && obstacle == null) {
      Headroom.demand();
      load();
    }
    return (obstacle == null ? kernels : ScalarKernels.INSTANCE).name();
  }

  /** What is not set, or may not be read, is empty. */
  private static String property(String name) {
    try {
      return System.getProperty(name, "");
    } catch (SecurityException e) {
      return "";
    }
  }

  /** What speaks against vectors as the best backend; null if nothing is known to. */
  private static String bestObstacle() {
    // HotSpot names its mode here, and so far nothing else does without the management modules.
    // That it compiles with C1 up to a tier of 2 or 3, and from JDK 27 on that it does so up to 1,
    // shows in no property; then vector code will be measured, and be found too slow.
    String mode = property("java.vm.info");
    if (mode.contains("interpreted mode")) {
      return "the VM only interprets (-Xint); without that flag it would use vectors";
    }
    if (mode.contains("emulated-client")) {
      return "the VM compiles with C1 only (-XX:TieredStopAtLevel=1), which makes no vector code;"
          + " without that flag it would use vectors";
    }
    return obstacle != null ? obstacle : vectorObstacle();
  }

  /** Why the vector kernels can not be had, as far as that is known without them; or null. */
  private static String vectorObstacle() {
    if (!Fma.HARDWARE) {
      return "the CPU, or the VM's flags, have no fused multiply-add, without which vectors are"
          + " slower than scalar code; Backend.scalar() gives the same results";
    }
    if (ModuleLayer.boot().findModule(MODULE).isPresent()) {
      return null;
    }
    if (!isModuleInThisJdk()) { // with the flag this VM would not start
      return "this JDK, or jlink image, has no module " + MODULE + RESULTS_ARE_THE_SAME;
    }
    ModuleLayer own = Probe.class.getModule().getLayer();
    if (own != null && own.findModule(MODULE).isPresent()) {
      return "the module "
          + MODULE
          + " is not in the boot layer, but in another, where the VM makes no vector code of it;"
          + " start the VM with "
          + FLAG
          + RESULTS_ARE_THE_SAME;
    }
    return "the module "
        + MODULE
        + " is not loaded; start the VM with "
        + FLAG
        + RESULTS_ARE_THE_SAME;
  }

  /** It loads classes of the JDK's, so that it wants room for that. */
  private static boolean isModuleInThisJdk() {
    Headroom.demand();
    try {
      return ModuleFinder.ofSystem().find(MODULE).isPresent();
    } catch (SecurityException e) {
      return true;
    }
  }

  public static boolean areVectorsLoaded() {
    return kernels != null;
  }

  private static synchronized void load() {
    if (kernels != null || obstacle != null) {
      return;
    }
    String reason = vectorObstacle();
    if (reason == null) {
      Optional<Module> module = ModuleLayer.boot().findModule(MODULE);
      // On the class path this does nothing, and nothing is needed.
      Probe.class.getModule().addReads(module.get());
      try {
        Kernels found = VectorKernels.create();
        if (found != null) {
          kernels = found;
          return;
        }
        reason = "vectors have fewer than 128 bits on this machine";
      } catch (LinkageError | UnsupportedOperationException e) {
        reason = doesNotFit(e);
      }
    }
    obstacle = reason;
  }

  /** Compares the kernels on a little of everything. */
  private static synchronized void compare() {
    load();
    if (compared || obstacle != null) {
      return;
    }
    try {
      String fault = null;
      Preparation last = null; // its values are made once for all works of a kind
      for (Switch each : Switches.ofAllLosses()) {
        if (fault == null) {
          last = new Preparation(each.work(), kernels, RealVm.INSTANCE, last);
          fault = last.compare();
        }
      }
      obstacle = fault;
      compared = fault == null;
    } catch (LinkageError | RuntimeException e) {
      obstacle = doesNotFit(e);
    }
  }

  public static String doesNotFit(Throwable e) {
    return isBroken(e)
        ? "a class that vectors need could not be initialised, and that lasts until the VM ends: "
            + rootOf(e)
        : "the module " + MODULE + " of this VM does not fit: " + e;
  }

  /** Whether an initialiser failed, as one does in which the stack or the heap is exhausted. */
  private static boolean isBroken(Throwable e) {
    return e instanceof ExceptionInInitializerError
        || e instanceof NoClassDefFoundError
            && String.valueOf(e.getMessage()).contains("Could not initialize");
  }

  private static Throwable rootOf(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }

  public static String wrongBits(Kernels found, Work work) {
    return "the VM's vectors give wrong results (" + found.name() + ", " + work.name() + ")";
  }

  /** Keeps all work of the best backend in scalar code for good, and says why. */
  public static void stayScalar(String reason) {
    best = ScalarKernels.INSTANCE;
    decided = true;
    for (Switch each : Switches.ofAllLosses()) {
      each.settle(ScalarKernels.INSTANCE);
    }
    warn(
        "simdloss runs on its scalar backend: "
            + reason
            + "; -D"
            + PROPERTY
            + "=scalar silences this warning");
  }

  /** Gives one warning in all. */
  public static void warn(String message) {
    synchronized (Probe.class) {
      if (warned) {
        return;
      }
      warned = true;
    }
    System.getLogger("org.simdloss").log(Level.WARNING, message);
  }
}

package org.simdloss.internal;

import java.lang.System.Logger.Level;
import java.util.Optional;

/**
 * Finds out, once, whether this VM can run the vector kernels and whether that is worth it.
 *
 * <p>It asks for facts and not for version numbers, so that a JDK of the future is not shut out. A
 * fact that can not be had is taken to be favourable: the bits are the same either way.
 *
 * <p>Loading the vector kernels takes longer than many a program, so the best backend puts it off,
 * and asks at first only for what is known without.
 */
public final class Probe {
  private static final String MODULE = "jdk.incubator.vector";
  private static final String FLAG = "--add-modules " + MODULE;
  private static final String PROPERTY = "simdloss.backend";

  /** The vector kernels, or null if they can not be had. */
  private static Kernels kernels;

  /** Why they can not be had; null if they can. */
  private static String obstacle;

  private static volatile boolean loaded;
  private static boolean tried;

  /** Whether the reason for the scalar backend has been given. */
  private static boolean warned;

  private Probe() {}

  /**
   * The vector kernels.
   *
   * @throws IllegalStateException if they can not be had
   */
  public static synchronized Kernels vectorKernels() {
    load();
    if (!tried) {
      tried = true;
      if (kernels != null) {
        obstacle = faults(kernels);
      }
    }
    if (obstacle != null) {
      throw new IllegalStateException("no vector backend: " + obstacle);
    }
    return kernels;
  }

  /** The same, not tried yet; null if they can not be had, and then it says why. */
  static synchronized Kernels vectorKernelsOrNull() {
    load();
    if (obstacle != null) {
      warn(obstacle);
      return null;
    }
    return kernels;
  }

  /**
   * The kernels of the best backend. Says why they are scalar, if that was not asked for.
   *
   * @throws IllegalStateException if the system property asks for what can not be had
   */
  public static synchronized Kernels bestKernels() {
    String wish = System.getProperty(PROPERTY, "");
    switch (wish) {
      case "vector":
        return vectorKernels();
      case "scalar":
        return ScalarKernels.INSTANCE;
      case "":
        break;
      default:
        throw new IllegalStateException(
            "system property " + PROPERTY + " is '" + wish + "'; allowed: scalar, vector");
    }
    String reason = notWorthIt();
    if (reason == null && ModuleLayer.boot().findModule(MODULE).isEmpty()) {
      reason = noModule();
    }
    if (reason == null) {
      return BestKernels.INSTANCE;
    }
    warn(reason);
    return ScalarKernels.INSTANCE;
  }

  /**
   * What would make vector code slower than scalar code in this VM; null if nothing is known to.
   */
  private static String notWorthIt() {
    // HotSpot names its mode here, and so far nothing else does without the management modules.
    // That it compiles with C1 up to a tier of 2 or 3 shows in no property; then vector code will
    // be measured, and be found too slow.
    String mode = System.getProperty("java.vm.info", "");
    if (mode.contains("interpreted mode")) {
      return "the VM only interprets (-Xint); without that flag it would use vectors";
    }
    if (mode.contains("emulated-client")) {
      return "the VM compiles with C1 only (-XX:TieredStopAtLevel=1), which makes no vector code;"
          + " without that flag it would use vectors";
    }
    return Fma.HARDWARE ? null : "the CPU, or the VM's flags, have no fused multiply-add";
  }

  /** Whether the time that this takes has been spent. */
  static boolean areVectorsLoaded() {
    return loaded;
  }

  private static void load() {
    if (loaded) {
      return;
    }
    loaded = true;
    Optional<Module> module = ModuleLayer.boot().findModule(MODULE);
    if (module.isEmpty()) {
      obstacle = noModule();
      return;
    }
    // On the class path this does nothing, and nothing is needed.
    Probe.class.getModule().addReads(module.get());
    try {
      kernels = VectorKernels.create();
      if (kernels == null) {
        obstacle = "vectors have fewer than 128 bits on this machine";
      }
    } catch (LinkageError | UnsupportedOperationException e) {
      obstacle = doesNotFit(e);
    }
  }

  /** What is wrong with kernels, each loop tried on a little of everything; null if nothing is. */
  private static String faults(Kernels found) {
    try {
      for (Kernel kernel : Kernel.values()) {
        if (!Drill.agree(kernel, ScalarKernels.INSTANCE, found, Drill.FEW)) {
          return wrongBits(found);
        }
      }
      return null;
    } catch (LinkageError | UnsupportedOperationException e) {
      return doesNotFit(e);
    }
  }

  private static String noModule() {
    return "the module " + MODULE + " is not loaded; start the VM with " + FLAG;
  }

  static String doesNotFit(Throwable e) {
    return "the module " + MODULE + " of this VM does not fit: " + e;
  }

  static String wrongBits(Kernels found) {
    return "the VM's vectors give wrong results (" + found.name() + ")";
  }

  static synchronized void warn(String reason) {
    if (!warned) {
      warned = true;
      System.getLogger("org.simdloss")
          .log(Level.WARNING, "simdloss runs on its scalar backend: " + reason);
    }
  }
}

package org.simdloss.internal;

import java.lang.System.Logger.Level;
import java.util.Arrays;
import java.util.Optional;

/**
 * Finds out, once, whether this VM can run the vector kernels and whether that is worth it.
 *
 * <p>It asks for facts and not for version numbers, so that a JDK of the future is not shut out. A
 * fact that can not be had is taken to be favourable: the bits are the same either way.
 */
public final class Probe {
  private static final String MODULE = "jdk.incubator.vector";
  private static final String FLAG = "--add-modules " + MODULE;
  private static final String PROPERTY = "simdloss.backend";

  /** The vector kernels, or null if they can not be had. */
  private static Kernels kernels;

  /** Why they can not be had; null if they can. */
  private static String obstacle;

  private static boolean done;

  /** Whether the reason for the scalar backend has been given. */
  private static boolean warned;

  private Probe() {}

  /**
   * The vector kernels.
   *
   * @throws IllegalStateException if they can not be had
   */
  public static synchronized Kernels vectorKernels() {
    look();
    if (kernels == null) {
      throw new IllegalStateException("no vector backend: " + obstacle);
    }
    return kernels;
  }

  /**
   * Whether the best backend is the vector one. Says why not, if that was not asked for.
   *
   * @throws IllegalStateException if the system property has a value that it may not have
   */
  public static synchronized boolean chooseVector() {
    String wish = System.getProperty(PROPERTY, "");
    switch (wish) {
      case "vector":
        return true;
      case "scalar":
        return false;
      case "":
        break;
      default:
        throw new IllegalStateException(
            "system property " + PROPERTY + " is '" + wish + "'; allowed: scalar, vector");
    }
    String reason = notWorthIt();
    if (reason == null) {
      look();
      reason = obstacle;
    }
    if (reason != null && !warned) {
      warned = true;
      System.getLogger("org.simdloss")
          .log(Level.WARNING, "simdloss runs on its scalar backend: " + reason);
    }
    return reason == null;
  }

  /**
   * What would make vector code slower than scalar code in this VM; null if nothing is known to.
   */
  private static String notWorthIt() {
    // HotSpot names its mode here, and so far nothing else does without the management modules;
    // that it compiles with C1 up to a tier of 2 or 3 can not be seen.
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

  private static void look() {
    if (done) {
      return;
    }
    done = true;
    Optional<Module> module = ModuleLayer.boot().findModule(MODULE);
    if (module.isEmpty()) {
      obstacle = "the module " + MODULE + " is not loaded; start the VM with " + FLAG;
      return;
    }
    // On the class path this does nothing, and nothing is needed.
    Probe.class.getModule().addReads(module.get());
    try {
      Kernels found = VectorKernels.create();
      if (found == null) {
        obstacle = "vectors have fewer than 128 bits on this machine";
      } else if (!agrees(found)) {
        obstacle = "the VM's vectors give wrong results (" + found.name() + ")";
      } else {
        kernels = found;
      }
    } catch (LinkageError | UnsupportedOperationException e) {
      obstacle = "the module " + MODULE + " of this VM does not fit: " + e;
    }
  }

  /** Whether both kernels give the same, each loop on a little of everything. */
  private static boolean agrees(Kernels found) {
    Kernels scalar = ScalarKernels.INSTANCE;
    int n = Lanes.COUNT + 37;
    float[] y = new float[n];
    float[] t = new float[n];
    for (int i = 0; i < n; i++) {
      y[i] = (i + 1) / 128f;
      t[i] = i % 7 / 4f;
    }
    float[] hot = new float[n * 10];
    for (int r = 0; r < n; r++) {
      hot[r * 10 + r * 7 % 10] = 1;
    }
    float[] room = new float[Workspace.LANES + Lanes.COUNT];
    float[][] out = new float[2][3 * n];
    int[][] columns = new int[2][n];
    boolean[] isHot = new boolean[2];
    for (int k = 0; k < 2; k++) {
      Kernels each = k == 0 ? scalar : found;
      each.ln(y, 0, 0, n, out[k], 0);
      each.squares(y, 0, t, 0, n, out[k], n);
      each.timesLn(y, 0, 0, t, 0, n, out[k], 2 * n);
      isHot[k] = each.hotColumns(hot, 0, n, 10, columns[k], new long[Blocks.ELEMENTS / 64 + 1]);
    }
    return isHot[0]
        && isHot[1]
        && Arrays.equals(columns[0], columns[1])
        && Arrays.equals(out[0], out[1])
        && same(scalar.sumSquares(y, 0, t, 0, n, room), found.sumSquares(y, 0, t, 0, n, room))
        && same(
            scalar.sumTimesLn(y, 0, 0, t, 0, n, room), found.sumTimesLn(y, 0, 0, t, 0, n, room));
  }

  private static boolean same(double a, double b) {
    return Double.doubleToLongBits(a) == Double.doubleToLongBits(b);
  }
}

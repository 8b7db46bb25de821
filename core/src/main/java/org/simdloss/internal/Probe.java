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

  /** Logits that are not tame. */
  private static final float[] WILD = {
    -104, 64, -90, -0f, Float.NEGATIVE_INFINITY, -64.5f, 1e-40f, Float.NaN, -1e30f
  };

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
    float[] expected = answers(ScalarKernels.INSTANCE);
    return Arrays.equals(expected, answers(found));
  }

  /** What the kernels make of some numbers: of each loop, its results one after the other. */
  private static float[] answers(Kernels kernels) {
    int cols = 7;
    int rows = 14;
    int n = rows * cols;
    float[] y = new float[n];
    float[] t = new float[n];
    float[] hot = new float[n];
    float[] wild = new float[n];
    for (int i = 0; i < n; i++) {
      y[i] = (i + 1) / 128f;
      t[i] = i % 5 / 4f;
      hot[i] = i % cols == i / cols % cols ? 1 : 0;
      wild[i] = WILD[i % WILD.length];
    }
    float[] room = new float[Workspace.LANES + Lanes.COUNT];
    int[] columns = new int[rows];
    long[] hotBits = new long[HotBits.WORDS];
    float[] hotValues = new float[rows];
    boolean isHot =
        kernels.hotColumns(hot, 0, rows, cols, columns, 0, hotBits)
            && kernels.hotValues(hot, 0, y, 0, rows, cols, hotValues, 0, hotBits);
    float[] wide = new float[n];
    wide[n / 3] = 1;
    wide[n - 2] = 1;
    int[] wideColumns = new int[2];
    boolean isWideHot = kernels.hotColumns(wide, 0, 2, n / 2, wideColumns, 0, hotBits);
    double[] products = new double[Products.LANES];
    boolean isTame = kernels.areTame(y, 0, n) && kernels.areNormal(y, 0, 0, n);
    double[] sums = {
      kernels.sumSquares(y, 0, t, 0, n, room),
      kernels.sumTimesLn(y, 0, 0, t, 0, n, room),
      kernels.sum(y, 0, n, room),
      kernels.sumLn(y, n, room),
      kernels.sumProducts(y, 0, t, 0, n, room),
      kernels.max(y, 0, n),
      kernels.max(wild, 0, n),
      kernels.sumProducts(wild, 0, hot, 0, n, room),
      kernels.areTame(wild, 0, n) || kernels.areNormal(wild, 0, 0, n) ? 1 : 0,
      kernels.lnOfProduct(y, n - 1, 1e-7, products),
      kernels.lnOfProduct(wild, n, 0.5, products),
      isHot && isTame ? columns[rows - 1] : -1,
      hotValues[0],
      hotValues[rows - 1],
      isWideHot ? wideColumns[0] : -1,
      wideColumns[1]
    };
    float[] out = new float[10 * n + 2 * sums.length];
    kernels.squares(y, 0, t, 0, n, out, 0);
    kernels.timesLn(y, 0, 0, t, 0, n, out, n);
    kernels.ln(y, 0, 0, n, out, 2 * n);
    kernels.exp(y, 0, n, true, out, 3 * n);
    kernels.exp(y, 0, n, false, out, 4 * n);
    kernels.differences(y, 0, t, 0, 3, n, out, 5 * n);
    kernels.quotients(y, 0, 0, t, 0, 3, n, out, 6 * n);
    kernels.subtractProducts(y, 0, t, 0, 3, n, out, 7 * n);
    kernels.scaleRows(y, 0, rows, cols, t, y, out, 8 * n);
    kernels.exp(wild, 0, n, false, out, 9 * n);
    for (int i = 0; i < sums.length; i++) {
      // In two halves, which hold most of its bits.
      out[10 * n + 2 * i] = (float) sums[i];
      out[10 * n + 2 * i + 1] = (float) (sums[i] - (float) sums[i]);
    }
    return out;
  }
}

package org.simdloss.internal;

import java.util.Arrays;

/**
 * Runs single kernels on made-up blocks, so that what they compute can be compared, and so that the
 * compiler gets to see all that they do.
 *
 * <p>A branch that the compiler has never seen taken is left out of what it makes of a method. The
 * first odd length or odd value would then throw the whole method back to the interpreter, where a
 * kernel in vectors is hundreds of times slower. So there is a little of everything here.
 */
final class Drill {
  private static final int MOST = Blocks.ELEMENTS;

  /** Some vectors, of any width, and some elements more. */
  static final int FEW = 98;

  /** What takes longer than this, in nanoseconds, is not compiled. */
  private static final long SLOW = 100_000;

  /** Narrow rows of one word, narrow rows, and wide ones. */
  private static final int[] COLUMNS = {7, 20, 100};

  /** Values that are out of the ordinary; as logits they are not tame. */
  private static final float[] WILD = {
    -104, 64, -90, -0f, Float.NEGATIVE_INFINITY, -64.5f, 1e-40f, Float.NaN, -1e30f
  };

  private final Kernels kernels;
  private final float[] y = new float[MOST];
  private final float[] t = new float[MOST];
  private final float[] wild = new float[MOST];
  private final float[] hot = new float[MOST];
  private final float[] out = new float[MOST];
  private final float[] room = new float[Workspace.LANES + Lanes.COUNT];
  private final int[] columns = new int[MOST];
  private final long[] hotBits = new long[HotBits.WORDS];
  private final double[] lanes = new double[Products.LANES];

  Drill(Kernels kernels) {
    this.kernels = kernels;
    for (int i = 0; i < MOST; i++) {
      y[i] = (i % 127 + 1) / 128f;
      t[i] = i % 5 / 4f;
      wild[i] = WILD[i % WILD.length];
    }
  }

  /** Whether both give the same, for a few vectors and for a block. */
  static boolean agree(Kernel kernel, Kernels one, Kernels other) {
    return agree(kernel, one, other, FEW) && agree(kernel, one, other, MOST - 1);
  }

  /** Whether both give the same for n elements, in order and out of it. */
  static boolean agree(Kernel kernel, Kernels one, Kernels other, int n) {
    Drill a = new Drill(one);
    Drill b = new Drill(other);
    boolean agree = true;
    for (int variant = 0; variant < 2 * COLUMNS.length; variant++) {
      agree &= Double.compare(a.run(kernel, n, variant), b.run(kernel, n, variant)) == 0;
      agree &= Arrays.equals(a.out, b.out) && Arrays.equals(a.columns, b.columns);
    }
    return agree;
  }

  /** The least time of some for a block. */
  static long nanos(Kernel kernel, Kernels kernels) {
    Drill drill = new Drill(kernels);
    long least = SLOW;
    for (int i = 0; i < 5 && least <= SLOW; i++) {
      long start = System.nanoTime();
      drill.run(kernel, MOST - 1, 0);
      long nanos = System.nanoTime() - start;
      least = i == 0 ? nanos : Math.min(least, nanos);
    }
    return least;
  }

  /**
   * The i-th of many runs: mostly of a few elements, since the compiler counts calls, some of a few
   * vectors, and later, when that no longer takes long, whole blocks, since it also looks at how
   * long loops are.
   */
  void run(Kernel kernel, int i) {
    if (i > 1024 && i % 128 == 0) {
      run(kernel, MOST - i / 128 % 64, i / 128 % COLUMNS.length);
    } else if (i % 8 == 0) {
      run(kernel, i / 8 % 80 + 1, i / 8 % (2 * COLUMNS.length));
    } else {
      run(kernel, i % 15 + 1, i % COLUMNS.length);
    }
  }

  /**
   * @param variant below 3 for values in good order, else below 6
   * @return what the kernel returns, as a number, or 0 if it writes to {@link #out}
   */
  private double run(Kernel kernel, int n, int variant) {
    boolean good = variant < COLUMNS.length;
    float[] x = good ? y : wild;
    int cols = Math.min(n, COLUMNS[variant % COLUMNS.length]);
    if (kernel == Kernel.HOT_VALUES) {
      cols = Math.min(cols, HotBits.NARROW);
    }
    int rows = n / cols;
    switch (kernel) {
      case SUM_SQUARES:
        return kernels.sumSquares(x, 0, t, 0, n, room);
      case SUM_TIMES_LN:
        return kernels.sumTimesLn(x, 0, 1e-7f, t, 0, n, room);
      case SQUARES:
        kernels.squares(x, 0, t, 0, n, out, 0);
        return 0;
      case DIFFERENCES:
        kernels.differences(x, 0, t, 0, 3, n, out, 0);
        return 0;
      case QUOTIENTS:
        kernels.quotients(x, 0, 1e-7f, t, 0, 3, n, out, 0);
        return 0;
      case SUBTRACT_PRODUCTS:
        kernels.subtractProducts(x, 0, t, 0, 3, n, out, 0);
        return 0;
      case TIMES_LN:
        kernels.timesLn(x, 0, 1e-7f, t, 0, n, out, 0);
        return 0;
      case ARE_NORMAL:
        return kernels.areNormal(x, 0, 0, n) ? 1 : 0;
      case LN:
        kernels.ln(x, 0, 0, n, out, 0);
        return 0;
      case HOT_COLUMNS:
        writeHot(rows, cols, good ? 0 : n);
        return kernels.hotColumns(hot, 0, rows, cols, columns, 0, hotBits) ? 1 : forgetResults();
      case HOT_VALUES:
        writeHot(rows, cols, good ? 0 : n);
        return kernels.hotValues(hot, 0, y, 0, rows, cols, out, 0, hotBits) ? 1 : forgetResults();
      case ARE_TAME:
        return kernels.areTame(x, 0, n) ? 1 : 0;
      case MAX:
        return kernels.max(x, 0, n);
      case EXP_IF_TAME:
        return kernels.expIfTame(x, 0, n, out, 0) ? 1 : forgetResults();
      case EXP_TAME:
        kernels.exp(y, 0, n, true, out, 0);
        return 0;
      case EXP_WILD:
        kernels.exp(x, 0, n, false, out, 0);
        return 0;
      case SUM:
        return kernels.sum(x, 0, n, room);
      case SUM_LN:
        return kernels.sumLn(x, n, room);
      case LN_OF_PRODUCT:
        return kernels.lnOfProduct(x, n, variant % 2 == 0 ? 1e-7 : 0, lanes);
      case SUM_PRODUCTS:
        return kernels.sumProducts(x, 0, t, 0, n, room);
      case SCALE_ROWS:
        kernels.scaleRows(y, 0, rows, cols, t, x, out, 0);
        return 0;
      case COPY_ROWS:
        int less = Math.max(1, cols - 1);
        if (good) {
          kernels.copyRows(y, 0, cols, rows, less, out, 0, less);
        } else {
          kernels.copyRows(y, 0, less, rows, less, out, 0, cols);
        }
        return 0;
      default:
        throw new AssertionError(kernel);
    }
  }

  /**
   * One-hot rows. Of the ways in which they may be out of order one is tried, by {@code spoilt} if
   * it is not 0: a −0, which is no obstacle, a row of two ones, a row of none, another value.
   */
  private void writeHot(int rows, int cols, int spoilt) {
    Arrays.fill(hot, 0, rows * cols, 0);
    for (int r = 0; r < rows; r++) {
      hot[r * cols + r % cols] = 1;
    }
    int last = (rows - 1) * cols + (rows - 1) % cols;
    int beside = (rows - 1) * cols + rows % cols;
    if (spoilt > 0 && spoilt % 4 == 0) {
      hot[beside] = beside == last ? 1 : -0f;
    } else if (spoilt > 0) {
      hot[spoilt % 4 == 1 ? beside : last] = spoilt % 4 == 1 ? 1 : spoilt % 4 == 2 ? 0 : 0.5f;
    }
  }

  /** Where a kernel returns false, it leaves behind what it likes. */
  private double forgetResults() {
    Arrays.fill(columns, 0);
    Arrays.fill(out, 0);
    return 0;
  }
}

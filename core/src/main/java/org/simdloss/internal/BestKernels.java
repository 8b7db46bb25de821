package org.simdloss.internal;

/**
 * The kernels of the best backend: each in scalar code, until its {@link Choice} is for vectors.
 */
public final class BestKernels implements Kernels {
  public static final BestKernels INSTANCE = new BestKernels();

  private static final ScalarKernels SCALAR = ScalarKernels.INSTANCE;

  /** With all kernels, and with each, in nanoseconds. Most need a tenth of it. */
  private static final long PATIENCE = 10_000_000_000L;

  private static final long PATIENCE_WITH_ONE = 2_000_000_000;

  private static final Choice SUM_SQUARES = new Choice(Kernel.SUM_SQUARES);
  private static final Choice SUM_TIMES_LN = new Choice(Kernel.SUM_TIMES_LN);
  private static final Choice SQUARES = new Choice(Kernel.SQUARES);
  private static final Choice DIFFERENCES = new Choice(Kernel.DIFFERENCES);
  private static final Choice QUOTIENTS = new Choice(Kernel.QUOTIENTS);
  private static final Choice SUBTRACT_PRODUCTS = new Choice(Kernel.SUBTRACT_PRODUCTS);
  private static final Choice TIMES_LN = new Choice(Kernel.TIMES_LN);
  private static final Choice ARE_NORMAL = new Choice(Kernel.ARE_NORMAL);
  private static final Choice LN = new Choice(Kernel.LN);
  private static final Choice HOT_COLUMNS = new Choice(Kernel.HOT_COLUMNS);
  private static final Choice HOT_VALUES = new Choice(Kernel.HOT_VALUES);
  private static final Choice ARE_TAME = new Choice(Kernel.ARE_TAME);
  private static final Choice MAX = new Choice(Kernel.MAX);
  private static final Choice EXP_IF_TAME = new Choice(Kernel.EXP_IF_TAME);
  private static final Choice EXP_TAME = new Choice(Kernel.EXP_TAME);
  private static final Choice EXP_WILD = new Choice(Kernel.EXP_WILD);
  private static final Choice SUM = new Choice(Kernel.SUM);
  private static final Choice SUM_LN = new Choice(Kernel.SUM_LN);
  private static final Choice LN_OF_PRODUCT = new Choice(Kernel.LN_OF_PRODUCT);
  private static final Choice SUM_PRODUCTS = new Choice(Kernel.SUM_PRODUCTS);
  private static final Choice SCALE_ROWS = new Choice(Kernel.SCALE_ROWS);
  private static final Choice COPY_ROWS = new Choice(Kernel.COPY_ROWS);

  private static final Choice[] ALL = {
    SUM_SQUARES,
    SUM_TIMES_LN,
    SQUARES,
    DIFFERENCES,
    QUOTIENTS,
    SUBTRACT_PRODUCTS,
    TIMES_LN,
    ARE_NORMAL,
    LN,
    HOT_COLUMNS,
    HOT_VALUES,
    ARE_TAME,
    MAX,
    EXP_IF_TAME,
    EXP_TAME,
    EXP_WILD,
    SUM,
    SUM_LN,
    LN_OF_PRODUCT,
    SUM_PRODUCTS,
    SCALE_ROWS,
    COPY_ROWS
  };

  /** Whether something was found that speaks against vectors. */
  private static volatile boolean isScalar;

  private BestKernels() {}

  /** Of the vector kernels; of the scalar ones if those can not be had. It loads them. */
  @Override
  public String name() {
    Kernels vector = isScalar ? null : Probe.vectorKernelsOrNull();
    return (vector != null ? vector : SCALAR).name();
  }

  /** Moves all kernels that gain by it to vectors; how many have moved. */
  public static int prepare() {
    long start = System.nanoTime();
    int moved = 0;
    for (Choice choice : ALL) {
      long left = PATIENCE - (System.nanoTime() - start);
      if (choice.prepare(Math.min(left, PATIENCE_WITH_ONE))) {
        moved++;
      }
    }
    return moved;
  }

  /** Moves all kernels back, for good. */
  static void stayScalar(String reason) {
    isScalar = true;
    for (Choice choice : ALL) {
      choice.stayScalar();
    }
    Probe.warn(reason);
  }

  @Override
  public double sumSquares(float[] y, int yAt, float[] t, int tAt, int n, float[] scratch) {
    Kernels vector = SUM_SQUARES.vector;
    if (vector != null) {
      return vector.sumSquares(y, yAt, t, tAt, n, scratch);
    }
    long start = SUM_SQUARES.start(n);
    double result = SCALAR.sumSquares(y, yAt, t, tAt, n, scratch);
    SUM_SQUARES.end(start, n);
    return result;
  }

  @Override
  public double sumTimesLn(
      float[] y, int yAt, float delta, float[] t, int tAt, int n, float[] scratch) {
    Kernels vector = SUM_TIMES_LN.vector;
    if (vector != null) {
      return vector.sumTimesLn(y, yAt, delta, t, tAt, n, scratch);
    }
    long start = SUM_TIMES_LN.start(n);
    double result = SCALAR.sumTimesLn(y, yAt, delta, t, tAt, n, scratch);
    SUM_TIMES_LN.end(start, n);
    return result;
  }

  @Override
  public void squares(float[] y, int yAt, float[] t, int tAt, int n, float[] out, int outAt) {
    Kernels vector = SQUARES.vector;
    if (vector != null) {
      vector.squares(y, yAt, t, tAt, n, out, outAt);
      return;
    }
    long start = SQUARES.start(n);
    SCALAR.squares(y, yAt, t, tAt, n, out, outAt);
    SQUARES.end(start, n);
  }

  @Override
  public void differences(
      float[] y, int yAt, float[] t, int tAt, float factor, int n, float[] out, int outAt) {
    Kernels vector = DIFFERENCES.vector;
    if (vector != null) {
      vector.differences(y, yAt, t, tAt, factor, n, out, outAt);
      return;
    }
    long start = DIFFERENCES.start(n);
    SCALAR.differences(y, yAt, t, tAt, factor, n, out, outAt);
    DIFFERENCES.end(start, n);
  }

  @Override
  public void quotients(
      float[] y,
      int yAt,
      float delta,
      float[] t,
      int tAt,
      float factor,
      int n,
      float[] out,
      int outAt) {
    Kernels vector = QUOTIENTS.vector;
    if (vector != null) {
      vector.quotients(y, yAt, delta, t, tAt, factor, n, out, outAt);
      return;
    }
    long start = QUOTIENTS.start(n);
    SCALAR.quotients(y, yAt, delta, t, tAt, factor, n, out, outAt);
    QUOTIENTS.end(start, n);
  }

  @Override
  public void subtractProducts(
      float[] x, int xAt, float[] t, int tAt, float factor, int n, float[] out, int outAt) {
    Kernels vector = SUBTRACT_PRODUCTS.vector;
    if (vector != null) {
      vector.subtractProducts(x, xAt, t, tAt, factor, n, out, outAt);
      return;
    }
    long start = SUBTRACT_PRODUCTS.start(n);
    SCALAR.subtractProducts(x, xAt, t, tAt, factor, n, out, outAt);
    SUBTRACT_PRODUCTS.end(start, n);
  }

  @Override
  public void timesLn(
      float[] y, int yAt, float delta, float[] t, int tAt, int n, float[] out, int outAt) {
    Kernels vector = TIMES_LN.vector;
    if (vector != null) {
      vector.timesLn(y, yAt, delta, t, tAt, n, out, outAt);
      return;
    }
    long start = TIMES_LN.start(n);
    SCALAR.timesLn(y, yAt, delta, t, tAt, n, out, outAt);
    TIMES_LN.end(start, n);
  }

  @Override
  public boolean areNormal(float[] y, int yAt, float delta, int n) {
    Kernels vector = ARE_NORMAL.vector;
    if (vector != null) {
      return vector.areNormal(y, yAt, delta, n);
    }
    long start = ARE_NORMAL.start(n);
    boolean result = SCALAR.areNormal(y, yAt, delta, n);
    ARE_NORMAL.end(start, n);
    return result;
  }

  @Override
  public void ln(float[] y, int yAt, float delta, int n, float[] out, int outAt) {
    Kernels vector = LN.vector;
    if (vector != null) {
      vector.ln(y, yAt, delta, n, out, outAt);
      return;
    }
    long start = LN.start(n);
    SCALAR.ln(y, yAt, delta, n, out, outAt);
    LN.end(start, n);
  }

  @Override
  public boolean hotColumns(
      float[] t, int at, int rows, int cols, int[] columns, int columnsAt, long[] hotBits) {
    Kernels vector = HOT_COLUMNS.vector;
    if (vector != null) {
      return vector.hotColumns(t, at, rows, cols, columns, columnsAt, hotBits);
    }
    long start = HOT_COLUMNS.start(rows * cols);
    boolean result = SCALAR.hotColumns(t, at, rows, cols, columns, columnsAt, hotBits);
    if (result) { // or it may have taken no time at all
      HOT_COLUMNS.end(start, rows * cols);
    }
    return result;
  }

  @Override
  public boolean hotValues(
      float[] t,
      int tAt,
      float[] y,
      int yAt,
      int rows,
      int cols,
      float[] values,
      int valuesAt,
      long[] hotBits) {
    Kernels vector = HOT_VALUES.vector;
    if (vector != null) {
      return vector.hotValues(t, tAt, y, yAt, rows, cols, values, valuesAt, hotBits);
    }
    long start = HOT_VALUES.start(rows * cols);
    boolean result = SCALAR.hotValues(t, tAt, y, yAt, rows, cols, values, valuesAt, hotBits);
    if (result) {
      HOT_VALUES.end(start, rows * cols);
    }
    return result;
  }

  @Override
  public boolean areTame(float[] x, int at, int n) {
    Kernels vector = ARE_TAME.vector;
    if (vector != null) {
      return vector.areTame(x, at, n);
    }
    long start = ARE_TAME.start(n);
    boolean result = SCALAR.areTame(x, at, n);
    ARE_TAME.end(start, n);
    return result;
  }

  @Override
  public float max(float[] x, int at, int n) {
    Kernels vector = MAX.vector;
    if (vector != null) {
      return vector.max(x, at, n);
    }
    long start = MAX.start(n);
    float result = SCALAR.max(x, at, n);
    MAX.end(start, n);
    return result;
  }

  @Override
  public boolean expIfTame(float[] x, int xAt, int n, float[] out, int outAt) {
    Kernels vector = EXP_IF_TAME.vector;
    if (vector != null) {
      return vector.expIfTame(x, xAt, n, out, outAt);
    }
    long start = EXP_IF_TAME.start(n);
    boolean result = SCALAR.expIfTame(x, xAt, n, out, outAt);
    EXP_IF_TAME.end(start, n);
    return result;
  }

  @Override
  public void exp(float[] x, int xAt, int n, boolean tame, float[] out, int outAt) {
    Choice choice = tame ? EXP_TAME : EXP_WILD;
    Kernels vector = choice.vector;
    if (vector != null) {
      vector.exp(x, xAt, n, tame, out, outAt);
      return;
    }
    long start = choice.start(n);
    SCALAR.exp(x, xAt, n, tame, out, outAt);
    choice.end(start, n);
  }

  @Override
  public double sum(float[] x, int at, int n, float[] scratch) {
    Kernels vector = SUM.vector;
    if (vector != null) {
      return vector.sum(x, at, n, scratch);
    }
    long start = SUM.start(n);
    double result = SCALAR.sum(x, at, n, scratch);
    SUM.end(start, n);
    return result;
  }

  @Override
  public double sumLn(float[] x, int n, float[] scratch) {
    Kernels vector = SUM_LN.vector;
    if (vector != null) {
      return vector.sumLn(x, n, scratch);
    }
    long start = SUM_LN.start(n);
    double result = SCALAR.sumLn(x, n, scratch);
    SUM_LN.end(start, n);
    return result;
  }

  @Override
  public double lnOfProduct(float[] x, int n, double delta, double[] lanes) {
    Kernels vector = LN_OF_PRODUCT.vector;
    if (vector != null) {
      return vector.lnOfProduct(x, n, delta, lanes);
    }
    long start = LN_OF_PRODUCT.start(n);
    double result = SCALAR.lnOfProduct(x, n, delta, lanes);
    LN_OF_PRODUCT.end(start, n);
    return result;
  }

  @Override
  public double sumProducts(float[] x, int xAt, float[] t, int tAt, int n, float[] scratch) {
    Kernels vector = SUM_PRODUCTS.vector;
    if (vector != null) {
      return vector.sumProducts(x, xAt, t, tAt, n, scratch);
    }
    long start = SUM_PRODUCTS.start(n);
    double result = SCALAR.sumProducts(x, xAt, t, tAt, n, scratch);
    SUM_PRODUCTS.end(start, n);
    return result;
  }

  @Override
  public void scaleRows(
      float[] x,
      int at,
      int rows,
      int cols,
      float[] first,
      float[] second,
      float[] out,
      int outAt) {
    Kernels vector = SCALE_ROWS.vector;
    if (vector != null) {
      vector.scaleRows(x, at, rows, cols, first, second, out, outAt);
      return;
    }
    long start = SCALE_ROWS.start(rows * cols);
    SCALAR.scaleRows(x, at, rows, cols, first, second, out, outAt);
    SCALE_ROWS.end(start, rows * cols);
  }

  @Override
  public void copyRows(
      float[] x, int at, int stride, int rows, int cols, float[] out, int outAt, int outStride) {
    Kernels vector = COPY_ROWS.vector;
    if (vector != null) {
      vector.copyRows(x, at, stride, rows, cols, out, outAt, outStride);
      return;
    }
    long start = COPY_ROWS.start(rows * cols);
    SCALAR.copyRows(x, at, stride, rows, cols, out, outAt, outStride);
    COPY_ROWS.end(start, rows * cols);
  }
}

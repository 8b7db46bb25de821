package org.simdloss.internal;

/**
 * The kernels of the best backend: each in scalar code, until its {@link Choice} is for vectors.
 */
public final class BestKernels implements Kernels {
  public static final BestKernels INSTANCE = new BestKernels();

  private static final ScalarKernels SCALAR = ScalarKernels.INSTANCE;

  /** For each kernel, in nanoseconds. Most take a tenth of it. */
  private static final long PATIENCE = 2_000_000_000;

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

  private BestKernels() {}

  /** Of the vector kernels; of the scalar ones if those can not be had. It loads them. */
  @Override
  public String name() {
    return (Vectors.KERNELS != null ? Vectors.KERNELS : SCALAR).name();
  }

  /** Moves all kernels that gain by it to vectors; how many have moved. */
  public static int prepare() {
    int moved = 0;
    for (Choice choice : ALL) {
      if (choice.prepare(PATIENCE)) {
        moved++;
      }
    }
    return moved;
  }

  @Override
  public double sumSquares(float[] y, int yAt, float[] t, int tAt, int n, float[] scratch) {
    if (SUM_SQUARES.isVector) {
      return Vectors.KERNELS.sumSquares(y, yAt, t, tAt, n, scratch);
    }
    long start = SUM_SQUARES.start(n);
    double result = SCALAR.sumSquares(y, yAt, t, tAt, n, scratch);
    SUM_SQUARES.end(start, n);
    return result;
  }

  @Override
  public double sumTimesLn(
      float[] y, int yAt, float delta, float[] t, int tAt, int n, float[] scratch) {
    if (SUM_TIMES_LN.isVector) {
      return Vectors.KERNELS.sumTimesLn(y, yAt, delta, t, tAt, n, scratch);
    }
    long start = SUM_TIMES_LN.start(n);
    double result = SCALAR.sumTimesLn(y, yAt, delta, t, tAt, n, scratch);
    SUM_TIMES_LN.end(start, n);
    return result;
  }

  @Override
  public void squares(float[] y, int yAt, float[] t, int tAt, int n, float[] out, int outAt) {
    if (SQUARES.isVector) {
      Vectors.KERNELS.squares(y, yAt, t, tAt, n, out, outAt);
      return;
    }
    long start = SQUARES.start(n);
    SCALAR.squares(y, yAt, t, tAt, n, out, outAt);
    SQUARES.end(start, n);
  }

  @Override
  public void differences(
      float[] y, int yAt, float[] t, int tAt, float factor, int n, float[] out, int outAt) {
    if (DIFFERENCES.isVector) {
      Vectors.KERNELS.differences(y, yAt, t, tAt, factor, n, out, outAt);
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
    if (QUOTIENTS.isVector) {
      Vectors.KERNELS.quotients(y, yAt, delta, t, tAt, factor, n, out, outAt);
      return;
    }
    long start = QUOTIENTS.start(n);
    SCALAR.quotients(y, yAt, delta, t, tAt, factor, n, out, outAt);
    QUOTIENTS.end(start, n);
  }

  @Override
  public void subtractProducts(
      float[] x, int xAt, float[] t, int tAt, float factor, int n, float[] out, int outAt) {
    if (SUBTRACT_PRODUCTS.isVector) {
      Vectors.KERNELS.subtractProducts(x, xAt, t, tAt, factor, n, out, outAt);
      return;
    }
    long start = SUBTRACT_PRODUCTS.start(n);
    SCALAR.subtractProducts(x, xAt, t, tAt, factor, n, out, outAt);
    SUBTRACT_PRODUCTS.end(start, n);
  }

  @Override
  public void timesLn(
      float[] y, int yAt, float delta, float[] t, int tAt, int n, float[] out, int outAt) {
    if (TIMES_LN.isVector) {
      Vectors.KERNELS.timesLn(y, yAt, delta, t, tAt, n, out, outAt);
      return;
    }
    long start = TIMES_LN.start(n);
    SCALAR.timesLn(y, yAt, delta, t, tAt, n, out, outAt);
    TIMES_LN.end(start, n);
  }

  @Override
  public boolean areNormal(float[] y, int yAt, float delta, int n) {
    if (ARE_NORMAL.isVector) {
      return Vectors.KERNELS.areNormal(y, yAt, delta, n);
    }
    long start = ARE_NORMAL.start(n);
    boolean result = SCALAR.areNormal(y, yAt, delta, n);
    ARE_NORMAL.end(start, n);
    return result;
  }

  @Override
  public void ln(float[] y, int yAt, float delta, int n, float[] out, int outAt) {
    if (LN.isVector) {
      Vectors.KERNELS.ln(y, yAt, delta, n, out, outAt);
      return;
    }
    long start = LN.start(n);
    SCALAR.ln(y, yAt, delta, n, out, outAt);
    LN.end(start, n);
  }

  @Override
  public boolean hotColumns(
      float[] t, int at, int rows, int cols, int[] columns, int columnsAt, long[] hotBits) {
    if (HOT_COLUMNS.isVector) {
      return Vectors.KERNELS.hotColumns(t, at, rows, cols, columns, columnsAt, hotBits);
    }
    long start = HOT_COLUMNS.start(rows * cols);
    boolean result = SCALAR.hotColumns(t, at, rows, cols, columns, columnsAt, hotBits);
    HOT_COLUMNS.end(start, rows * cols);
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
    if (HOT_VALUES.isVector) {
      return Vectors.KERNELS.hotValues(t, tAt, y, yAt, rows, cols, values, valuesAt, hotBits);
    }
    long start = HOT_VALUES.start(rows * cols);
    boolean result = SCALAR.hotValues(t, tAt, y, yAt, rows, cols, values, valuesAt, hotBits);
    HOT_VALUES.end(start, rows * cols);
    return result;
  }

  @Override
  public boolean areTame(float[] x, int at, int n) {
    if (ARE_TAME.isVector) {
      return Vectors.KERNELS.areTame(x, at, n);
    }
    long start = ARE_TAME.start(n);
    boolean result = SCALAR.areTame(x, at, n);
    ARE_TAME.end(start, n);
    return result;
  }

  @Override
  public float max(float[] x, int at, int n) {
    if (MAX.isVector) {
      return Vectors.KERNELS.max(x, at, n);
    }
    long start = MAX.start(n);
    float result = SCALAR.max(x, at, n);
    MAX.end(start, n);
    return result;
  }

  @Override
  public boolean expIfTame(float[] x, int xAt, int n, float[] out, int outAt) {
    if (EXP_IF_TAME.isVector) {
      return Vectors.KERNELS.expIfTame(x, xAt, n, out, outAt);
    }
    long start = EXP_IF_TAME.start(n);
    boolean result = SCALAR.expIfTame(x, xAt, n, out, outAt);
    EXP_IF_TAME.end(start, n);
    return result;
  }

  @Override
  public void exp(float[] x, int xAt, int n, boolean tame, float[] out, int outAt) {
    Choice choice = tame ? EXP_TAME : EXP_WILD;
    if (choice.isVector) {
      Vectors.KERNELS.exp(x, xAt, n, tame, out, outAt);
      return;
    }
    long start = choice.start(n);
    SCALAR.exp(x, xAt, n, tame, out, outAt);
    choice.end(start, n);
  }

  @Override
  public double sum(float[] x, int at, int n, float[] scratch) {
    if (SUM.isVector) {
      return Vectors.KERNELS.sum(x, at, n, scratch);
    }
    long start = SUM.start(n);
    double result = SCALAR.sum(x, at, n, scratch);
    SUM.end(start, n);
    return result;
  }

  @Override
  public double sumLn(float[] x, int n, float[] scratch) {
    if (SUM_LN.isVector) {
      return Vectors.KERNELS.sumLn(x, n, scratch);
    }
    long start = SUM_LN.start(n);
    double result = SCALAR.sumLn(x, n, scratch);
    SUM_LN.end(start, n);
    return result;
  }

  @Override
  public double lnOfProduct(float[] x, int n, double delta, double[] lanes) {
    if (LN_OF_PRODUCT.isVector) {
      return Vectors.KERNELS.lnOfProduct(x, n, delta, lanes);
    }
    long start = LN_OF_PRODUCT.start(n);
    double result = SCALAR.lnOfProduct(x, n, delta, lanes);
    LN_OF_PRODUCT.end(start, n);
    return result;
  }

  @Override
  public double sumProducts(float[] x, int xAt, float[] t, int tAt, int n, float[] scratch) {
    if (SUM_PRODUCTS.isVector) {
      return Vectors.KERNELS.sumProducts(x, xAt, t, tAt, n, scratch);
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
    if (SCALE_ROWS.isVector) {
      Vectors.KERNELS.scaleRows(x, at, rows, cols, first, second, out, outAt);
      return;
    }
    long start = SCALE_ROWS.start(rows * cols);
    SCALAR.scaleRows(x, at, rows, cols, first, second, out, outAt);
    SCALE_ROWS.end(start, rows * cols);
  }

  @Override
  public void copyRows(
      float[] x, int at, int stride, int rows, int cols, float[] out, int outAt, int outStride) {
    if (COPY_ROWS.isVector) {
      Vectors.KERNELS.copyRows(x, at, stride, rows, cols, out, outAt, outStride);
      return;
    }
    long start = COPY_ROWS.start(rows * cols);
    SCALAR.copyRows(x, at, stride, rows, cols, out, outAt, outStride);
    COPY_ROWS.end(start, rows * cols);
  }

  /** A class of its own, so that the vector kernels are loaded when they are first asked for. */
  static final class Vectors {
    /** Null if they can not be had. */
    static final Kernels KERNELS = Probe.vectorKernelsOrNull();

    private Vectors() {}
  }
}

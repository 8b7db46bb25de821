package org.simdloss.internal;

/**
 * What a machine must be able to do to compute losses: a handful of loops over at most one block of
 * contiguous elements.
 *
 * <p>Every implementation returns the same bits. Arguments are not checked; {@code scratch} is
 * {@link Workspace#floats}.
 */
public interface Kernels {
  /** For example {@code vector-512}. */
  String name();

  /** Σ (y − t)². */
  double sumSquares(float[] y, int yAt, float[] t, int tAt, int n, float[] scratch);

  /** Σ t · ln(y + delta), where a t of ±0 adds nothing, whatever y is. */
  double sumTimesLn(float[] y, int yAt, float delta, float[] t, int tAt, int n, float[] scratch);

  /** out = (y − t)²; {@code out} may be y. */
  void squares(float[] y, int yAt, float[] t, int tAt, int n, float[] out, int outAt);

  /** out = t · ln(y + delta), +0 where t is ±0; {@code out} may be y. */
  void timesLn(float[] y, int yAt, float delta, float[] t, int tAt, int n, float[] out, int outAt);

  /** out = ln(y + delta); {@code out} may be y. */
  void ln(float[] y, int yAt, float delta, int n, float[] out, int outAt);

  /**
   * Writes the column of each row's 1.0, if every row has one and otherwise zeros; false if not,
   * and then {@code columns} holds nothing of use. The rows are a block, or one that is larger.
   *
   * @param hotBits {@link Workspace#hotBits}
   */
  boolean hotColumns(float[] t, int at, int rows, int cols, int[] columns, long[] hotBits);
}

package org.simdloss.internal;

/** Each loop of {@link Kernels}, where it is an object to speak of; an exponential has two. */
enum Kernel {
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
}

/**
 * The losses of simdloss for Apache Spark 4, as aggregate functions of columns and of SQL. Begin
 * with {@link org.simdloss.spark.LossFunctions}.
 */
package org.simdloss.spark;

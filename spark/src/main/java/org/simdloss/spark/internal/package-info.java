/**
 * How the functions do it; no part of the API. {@link org.simdloss.spark.internal.LossFunction} has
 * one constant for each, {@link org.simdloss.spark.internal.LossAggregate} is what Spark calls, and
 * {@code LossBuffer} is what it knows of a group. {@code InputColumn} reads columns, {@code
 * Options} the map of options.
 */
package org.simdloss.spark.internal;

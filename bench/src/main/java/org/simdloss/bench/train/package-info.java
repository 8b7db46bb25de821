/**
 * The command {@code train}: a network that learns digits by mini-batches, as in the book, and the
 * page and the picture of how it went. The benchmarks take from here a step to time, and
 * predictions to measure on. Uses {@code digits}, {@code chart}, {@code data} and {@code cli}.
 * Begin with {@link org.simdloss.bench.train.Training}.
 */
package org.simdloss.bench.train;

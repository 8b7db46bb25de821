/**
 * What computes the losses that a benchmark measures, but for the library: the textbook loops, a
 * loop that a good engineer writes with the Vector API in an hour, and the libraries that the
 * profile {@code peers} adds.
 */
package org.simdloss.bench.losses;

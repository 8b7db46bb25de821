/**
 * What forks have measured, as it is kept in files, and what follows from it: means, intervals,
 * ratios, comparisons of two runs, and warnings of noise. Uses {@code plan} and what is below; it
 * measures nothing, and writes no page. Begin with {@link org.simdloss.bench.statistics.Forks},
 * then {@link org.simdloss.bench.statistics.Summary}.
 */
package org.simdloss.bench.statistics;

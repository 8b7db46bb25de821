/**
 * Charts as SVG, in one style. Uses nothing else of this module, and knows nothing of benchmarks.
 * Begin with {@link org.simdloss.bench.chart.Charts}.
 */
package org.simdloss.bench.chart;

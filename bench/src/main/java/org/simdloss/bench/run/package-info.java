/**
 * How a run goes: rounds of forks with JMH, one after the other, their results, their failures, and
 * the machine that they ran on. Files are rewritten as it goes. Uses {@code plan}, {@code
 * statistics}, {@code report} and what is below. Begin with {@link
 * org.simdloss.bench.run.BenchmarkRun}.
 */
package org.simdloss.bench.run;

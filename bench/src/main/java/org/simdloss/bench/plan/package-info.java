/**
 * Which benchmarks a round has: what is measured, how it is timed, at which shapes, and what the
 * user chose of it. Uses the benchmarks and {@code data}; it runs nothing. Begin with {@link
 * org.simdloss.bench.plan.Case}, one thing to measure, then {@link
 * org.simdloss.bench.plan.Workload}. To add a shape, see {@link org.simdloss.bench.plan.Coverage}.
 */
package org.simdloss.bench.plan;

/**
 * What a fork measures: JMH's benchmarks, how the library computes in them, and the profilers that
 * add to JMH's results. The benchmarks' full names are data in {@code results}, so they stay.
 *
 * <p>Uses {@code losses}, {@code data}, {@code train} and {@code cli}. It knows nothing of cases,
 * rounds or reports. Begin with {@link org.simdloss.bench.LossBenchmark}, and with {@link
 * org.simdloss.bench.Implementation} for what is compared.
 *
 * <h2>Packages</h2>
 *
 * Each uses those above it alone; a test says so.
 *
 * <ol>
 *   <li>{@link org.simdloss.bench.cli}: what all commands share
 *   <li>{@link org.simdloss.bench.chart}: charts as SVG
 *   <li>{@link org.simdloss.bench.digits}: digits that are drawn
 *   <li>{@link org.simdloss.bench.data}: the batches that are measured
 *   <li>{@link org.simdloss.bench.train}: the command {@code train} and its network
 *   <li>{@link org.simdloss.bench.losses}: what the library is measured beside
 *   <li>this one: the benchmarks
 *   <li>{@link org.simdloss.bench.plan}: which benchmarks a round has
 *   <li>{@link org.simdloss.bench.statistics}: what was measured, and what follows from it
 *   <li>{@link org.simdloss.bench.report}: tables, pictures and pages
 *   <li>{@link org.simdloss.bench.run}: how a run goes
 *   <li>{@link org.simdloss.bench.command}: the command line
 * </ol>
 *
 * <p>To follow a run, begin with {@link org.simdloss.bench.command.Main}.
 */
package org.simdloss.bench;

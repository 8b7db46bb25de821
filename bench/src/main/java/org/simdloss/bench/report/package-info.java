/**
 * What people read: tables for a terminal, the Markdown and HTML pages of a run, and its pictures.
 * All of it is made of a {@link org.simdloss.bench.statistics.Run}, so it can be made again later.
 * Uses {@code statistics}, {@code chart} and what is below. Begin with {@link
 * org.simdloss.bench.report.RunFiles}, then {@link org.simdloss.bench.report.Report}.
 */
package org.simdloss.bench.report;

package org.simdloss.internal;

/**
 * What a loss is: scale · (the blocks' sum) / divisor; and who computes it, on how many threads.
 *
 * @param kernels null for the best backend, which decides for each kind of work
 */
public record Recipe(
    BlockLoss loss, double scale, Call.Divisor divisor, Kernels kernels, boolean parallel) {}

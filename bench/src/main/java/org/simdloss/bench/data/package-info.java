/**
 * What losses are measured on: the shape of a batch, seeded batches with their targets, and a
 * trained network's predictions. It calls nothing of the library, since a cold start must be the
 * first to load that; and it uses nothing else of this module. Begin with {@link
 * org.simdloss.bench.data.SeededBatch}.
 */
package org.simdloss.bench.data;

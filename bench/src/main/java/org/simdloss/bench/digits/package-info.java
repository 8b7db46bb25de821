/**
 * Images of digits that are drawn, the same on every machine, and their files in MNIST's format.
 * Uses {@code cli} for the progress line. Begin with {@link org.simdloss.bench.digits.Digits}.
 */
package org.simdloss.bench.digits;

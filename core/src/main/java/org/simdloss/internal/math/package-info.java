/**
 * Numbers: the logarithm and the exponential as fixed sequences of IEEE operations, the fused
 * multiply-add on machines that have none, and sums that lose nothing. Uses nothing else of this
 * library. Begin with {@link org.simdloss.internal.math.Ln}.
 */
package org.simdloss.internal.math;

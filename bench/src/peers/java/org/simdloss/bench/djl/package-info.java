/** The losses as users of DJL compute them, on PyTorch. */
package org.simdloss.bench.djl;

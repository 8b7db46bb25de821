/**
 * What the library is measured beside, and how each of these computes a loss: a loop that a good
 * engineer writes with the Vector API in an hour, and libraries that only the profile {@code peers}
 * has.
 */
package org.simdloss.bench.peer;

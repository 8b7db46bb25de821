/**
 * A call of a loss, from its checked shapes to its result: refusing what is wrong, on one thread or
 * several, and what loads or prepares all of it beforehand. On top of all other internals, and used
 * by the public API. Begin with {@link org.simdloss.internal.call.Evaluator}.
 */
package org.simdloss.internal.call;

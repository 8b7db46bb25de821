/**
 * The command line of bench.jar: which words and options there are, and what each starts. May use
 * all other packages; none uses it. Begin with {@link org.simdloss.bench.command.Main}, the class
 * that the jar's manifest names.
 */
package org.simdloss.bench.command;

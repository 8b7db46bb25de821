/**
 * What all commands share: a folder for files, a progress line, colour on a terminal, a VM with the
 * vector module, and the exception for wrong use. Uses nothing else of this module. Begin with
 * {@link org.simdloss.bench.cli.ModuleVm}.
 */
package org.simdloss.bench.cli;

/** A run: the processor wires it, the coordinator hands out batches, workers do the work, results are added up. */
@NullMarked
package dev.millrace.processing;

import org.jspecify.annotations.NullMarked;

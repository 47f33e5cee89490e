/** A run: {@code ProductionProcessor} goes through its phases, and its options and its summary are here. */
@NullMarked
package dev.millrace.processing;

import org.jspecify.annotations.NullMarked;

/** The pool of a run: a coordinator that reads and hands out, workers that map and give to their sinks, and the wish to stop. */
@NullMarked
package dev.millrace.workers;

import org.jspecify.annotations.NullMarked;

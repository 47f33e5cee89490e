/** Benchmarks: measured side by side in one run, never part of the tests. */
@NullMarked
package dev.millrace.bench;

import org.jspecify.annotations.NullMarked;

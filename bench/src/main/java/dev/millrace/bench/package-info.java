/** Benchmarks: measured side by side in one run, never part of the tests. And, as the last module, what a build did not run. */
@NullMarked
package dev.millrace.bench;

import org.jspecify.annotations.NullMarked;

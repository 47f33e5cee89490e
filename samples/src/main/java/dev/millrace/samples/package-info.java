/** Invented loan applications for demos, tests and benchmarks: the same seed gives the same documents. */
@NullMarked
package dev.millrace.samples;

import org.jspecify.annotations.NullMarked;

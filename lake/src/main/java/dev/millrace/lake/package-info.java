/**
 * Files of a lake: a run whose rows become Parquet, CSV or JSON lines in a directory, exactly once, and the directory as a database that
 * can be read. {@code Lake} is the way in.
 */
@NullMarked
package dev.millrace.lake;

import org.jspecify.annotations.NullMarked;

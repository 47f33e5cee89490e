/** Databases and streams that fail where a test wants them to. */
@NullMarked
package dev.millrace.kit.faults;

import org.jspecify.annotations.NullMarked;

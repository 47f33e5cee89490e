/** Projected record to typed rows per table. In memory, no SQL. */
@NullMarked
package dev.millrace.mapping;

import org.jspecify.annotations.NullMarked;

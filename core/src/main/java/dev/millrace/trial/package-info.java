/** A contract tried on samples, without a database: what is wrong, what stays empty, and what was probably meant. */
@NullMarked
package dev.millrace.trial;

import org.jspecify.annotations.NullMarked;

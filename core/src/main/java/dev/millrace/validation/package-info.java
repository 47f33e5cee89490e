/** The checks that a document must pass before it is mapped. In memory, no SQL. */
@NullMarked
package dev.millrace.validation;

import org.jspecify.annotations.NullMarked;

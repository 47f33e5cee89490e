/** A document and what can become of it: the words that every later stage shares. */
@NullMarked
package dev.millrace.document;

import org.jspecify.annotations.NullMarked;

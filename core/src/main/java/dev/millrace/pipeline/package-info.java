/** A document's way in memory, from its text to its rows or to the reason why it has none. Knows no database. */
@NullMarked
package dev.millrace.pipeline;

import org.jspecify.annotations.NullMarked;

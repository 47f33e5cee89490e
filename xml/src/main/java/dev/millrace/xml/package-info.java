/** Bytes to the projected record: only the nodes that a contract can reach are kept, the rest is skipped but still checked. In memory, no SQL. */
@NullMarked
package dev.millrace.xml;

import org.jspecify.annotations.NullMarked;

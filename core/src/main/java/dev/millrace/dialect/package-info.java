/** What differs between databases: names, types, statements, bulk loaders and the meaning of their faults. */
@NullMarked
package dev.millrace.dialect;

import org.jspecify.annotations.NullMarked;

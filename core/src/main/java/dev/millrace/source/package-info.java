/** Where documents come from: a database table or query, files, directories. */
@NullMarked
package dev.millrace.source;

import org.jspecify.annotations.NullMarked;

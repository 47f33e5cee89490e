/** Where documents come from: a database table or query, files, archives, standard input. */
@NullMarked
package dev.millrace.source;

import org.jspecify.annotations.NullMarked;

/** Documents from a table or a query. */
@NullMarked
package dev.millrace.source.jdbc;

import org.jspecify.annotations.NullMarked;

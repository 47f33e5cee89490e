/**
 * What Millrace asks of a database, as tests: a dialect extends {@link dev.millrace.kit.LoadingKit},
 * {@link dev.millrace.kit.SourceKit} and {@link dev.millrace.kit.ValuesKit} and says where its database is.
 */
@NullMarked
package dev.millrace.kit;

import org.jspecify.annotations.NullMarked;

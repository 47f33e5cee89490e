/**
 * What Millrace asks of a database, as tests: a dialect extends {@link dev.millrace.kit.LoadingKit},
 * {@link dev.millrace.kit.SourceKit}, {@link dev.millrace.kit.ValuesKit}, {@link dev.millrace.kit.TextKit}, {@link dev.millrace.kit.CommentsKit}
 * and {@link dev.millrace.kit.VerificationKit} and says where its database is.
 */
@NullMarked
package dev.millrace.kit;

import org.jspecify.annotations.NullMarked;

/**
 * What differs between databases: names, types, statements, bulk loaders and the meaning of their faults. A new database is
 * a {@link dev.millrace.dialect.Dialect}, a line in META-INF/services for {@link dev.millrace.dialect.Dialects} to find, and a subclass of the
 * dialect tests.
 */
@org.jspecify.annotations.NullMarked
package dev.millrace.dialect;

/** PostgreSQL: its statements, COPY in its binary format, and foreign keys that need no check. */
@org.jspecify.annotations.NullMarked
package dev.millrace.dialect.postgresql;

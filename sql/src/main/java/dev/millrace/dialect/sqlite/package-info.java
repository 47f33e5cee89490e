/** SQLite: its statements, and inserts of many rows each. */
@org.jspecify.annotations.NullMarked
package dev.millrace.dialect.sqlite;

/** DuckDB: its statements, and its appender. */
@org.jspecify.annotations.NullMarked
package dev.millrace.dialect.duckdb;

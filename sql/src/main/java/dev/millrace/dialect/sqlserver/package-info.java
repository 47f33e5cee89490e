/** SQL Server: its statements, its driver's bulk copy, and the words of its faults. */
@org.jspecify.annotations.NullMarked
package dev.millrace.dialect.sqlserver;

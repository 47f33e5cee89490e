/** H2: its statements, and what keeps its files whole. */
@org.jspecify.annotations.NullMarked
package dev.millrace.dialect.h2;

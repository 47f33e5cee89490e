/**
 * Tables: documents of any Dataset, or of files, become one typed Dataset for each table of a contract. The way through: {@link
 * dev.millrace.spark.tables.SparkTables} is what a program holds; {@code Outcomes} maps within a task; {@code RowWriter} puts a row into
 * Spark's form; {@code MillraceSource} is the same as a source of {@code spark.read()}.
 */
@NullMarked
package dev.millrace.spark.tables;

import org.jspecify.annotations.NullMarked;

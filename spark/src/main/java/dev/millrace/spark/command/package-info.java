/** The program for spark-submit. */
@NullMarked
package dev.millrace.spark.command;

import org.jspecify.annotations.NullMarked;

/** The same contract on Apache Spark. No type of Spark is known anywhere else. */
@NullMarked
package dev.millrace.spark;

import org.jspecify.annotations.NullMarked;

/** Loading on a cluster: a run whose parts are tasks of Spark. */
@NullMarked
package dev.millrace.spark.load;

import org.jspecify.annotations.NullMarked;

package dev.millrace.spark.tables;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.min_by;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Adds up what the tasks have counted of each path. It is counted in rows, and not in accumulators, so that a task that is tried again counts once. */
final class CoverageRows {

    private static final String STRUCTURE = "structure";

    private CoverageRows() {}

    static Dataset<Row> together(Dataset<Row> ofTasks) {
        // An element that was empty for one task may hold something for another, which makes it structure for all.
        // Names that are not told
        // apart are several paths of one text.
        Column several = col("path").endsWith("*");
        Column apart =
                when(col("kind").equalTo("element").and(not(several)), lit("")).otherwise(col("state"));
        Column structure = sum(when(col("state").equalTo(STRUCTURE), lit(1)).otherwise(lit(0)))
                .gt(0);
        Column known = count("documents").equalTo(count(lit(1)));
        return ofTasks.groupBy(col("path"), col("kind"), apart.as("apart"))
                .agg(
                        when(structure, lit(STRUCTURE)).otherwise(min("state")).as("state"),
                        when(known, sum("documents")).as("documents"),
                        coalesce(sum("occurrences"), lit(0L)).as("occurrences"),
                        when(not(structure), min_by(col("first"), col("first_number")))
                                .as("first"))
                .select("path", "kind", "state", "documents", "occurrences", "first");
    }
}

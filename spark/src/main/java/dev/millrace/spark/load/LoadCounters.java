package dev.millrace.spark.load;

import dev.millrace.processing.PartResult;
import java.io.Serializable;
import java.util.Arrays;
import org.apache.spark.SparkContext;
import org.apache.spark.util.LongAccumulator;

/** What a stage has loaded, on Spark's own pages. Spark counts each partition once: what its successful try says. */
final class LoadCounters implements Serializable {

    private static final long serialVersionUID = 1L;

    private final LongAccumulator loaded;
    private final LongAccumulator rejected;
    private final LongAccumulator skipped;
    private final LongAccumulator rows;
    private final LongAccumulator bytes;

    LoadCounters(SparkContext context) {
        loaded = context.longAccumulator("documents loaded");
        rejected = context.longAccumulator("documents rejected");
        skipped = context.longAccumulator("documents skipped");
        rows = context.longAccumulator("rows loaded");
        bytes = context.longAccumulator("bytes of XML");
    }

    void add(PartResult part) {
        loaded.add(part.loaded());
        rejected.add(part.rejected());
        skipped.add(part.skips().total());
        rows.add(Arrays.stream(part.rows()).sum());
        bytes.add(part.bytes());
    }
}

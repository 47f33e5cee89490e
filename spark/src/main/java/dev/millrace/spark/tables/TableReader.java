package dev.millrace.spark.tables;

import dev.millrace.contract.MappingContract;
import dev.millrace.document.Fault;
import dev.millrace.mapping.Row;
import dev.millrace.pipeline.Outcome;
import dev.millrace.pipeline.Outcome.Mapped;
import dev.millrace.pipeline.Outcome.Rejected;
import dev.millrace.spark.Documents;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.metric.CustomTaskMetric;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.jspecify.annotations.Nullable;

/** Reads the rows of one table of the documents of a partition. */
final class TableReader implements PartitionReader<InternalRow> {

    /**
     * Some files.
     *
     * @param rows what the files are to {@code reading}
     */
    record Partition(List<org.apache.spark.sql.Row> rows, Documents.Reading reading) implements InputPartition {}

    private final Outcomes outcomes;
    private final RowWriter writer;
    private final int table;
    private final int rejects;
    private final boolean failing;
    private Iterator<@Nullable Object[]> rows = Collections.emptyIterator();
    private @Nullable Object[] row = {};
    private long mapped;
    private long rejected;

    /**
     * @param columns the places of those that are asked for
     * @param failing whether a reject is a failure
     */
    TableReader(MappingTask task, Partition partition, int table, int[] columns, boolean failing, boolean times) {
        MappingContract contract = task.compiled();
        this.table = table;
        this.rejects = Chunks.rejects(contract);
        this.failing = failing;
        writer = new RowWriter(TableForm.all(contract).get(table).columns(), columns, times);
        outcomes = task.outcomes(contract, partition.reading(), partition.rows().iterator(), null);
    }

    @Override
    public boolean next() {
        while (!rows.hasNext()) {
            if (!outcomes.hasNext()) {
                return false;
            }
            rows = rows(outcomes.next());
        }
        row = rows.next();
        return true;
    }

    private Iterator<@Nullable Object[]> rows(Outcome outcome) {
        if (outcome instanceof Mapped document) {
            mapped++;
            return table == rejects
                    ? Collections.emptyIterator()
                    : document.rows().get(table).stream().map(Row::values).iterator();
        }
        if (outcome instanceof Rejected document) {
            rejected++;
            if (failing) {
                throw new IllegalStateException(sentence(document));
            }
            return table == rejects
                    ? List.<@Nullable Object[]>of(Chunks.rejectRow(document)).iterator()
                    : Collections.emptyIterator();
        }
        return Collections.emptyIterator();
    }

    private static String sentence(Rejected document) {
        Fault fault = document.fault();
        return "document " + document.key() + " of " + document.source().sourceName()
                + (fault.location() == null ? "" : ":" + fault.location()) + " is rejected – "
                + fault.code().word() + ": "
                + fault.message()
                + "; option rejects = ignore leaves such documents out, and table rejects lists all of them";
    }

    @Override
    public InternalRow get() {
        return writer.write(row);
    }

    @Override
    public CustomTaskMetric[] currentMetricsValues() {
        return new CustomTaskMetric[] {
            new DocumentMetrics.OfTask(DocumentMetrics.Mapped.NAME, mapped),
            new DocumentMetrics.OfTask(DocumentMetrics.Rejected.NAME, rejected)
        };
    }

    /** The source is closed with the task. */
    @Override
    public void close() {}
}

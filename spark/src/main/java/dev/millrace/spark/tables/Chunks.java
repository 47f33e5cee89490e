package dev.millrace.spark.tables;

import dev.millrace.contract.MappingContract;
import dev.millrace.coverage.Coverage;
import dev.millrace.coverage.CoverageReport;
import dev.millrace.coverage.FirstMet;
import dev.millrace.document.Fault;
import dev.millrace.document.Location;
import dev.millrace.mapping.Row;
import dev.millrace.pipeline.Outcome;
import dev.millrace.pipeline.Outcome.Mapped;
import dev.millrace.pipeline.Outcome.Rejected;
import dev.millrace.spark.Documents;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The rows that the documents of a task become, of all tables from one parse of each document. Memory is that of the largest document. */
final class Chunks implements Iterator<Chunk> {

    /** Bytes from which on a table's rows are handed out; a few hundred rows, so that what is around them costs nothing. */
    private static final int FULL = 1 << 18;
    /** The same for the rows of all tables together, of which a contract may have many. */
    private static final int FULL_TOGETHER = 1 << 24;

    private final Outcomes outcomes;
    private final @Nullable Coverage coverage;
    private final int tables;
    private final RowWriter[] writers;
    private final Chunk.Builder[] builders;
    private final boolean[] wanted;
    private final Deque<Chunk> ready = new ArrayDeque<>();
    private final long[] counts = new long[3];
    private boolean ended;

    /**
     * @param rows what the documents are read from
     * @param wanted the places of the tables whose rows are asked for
     * @param times as in {@link SparkTypes#of}
     * @param covers whether paths are counted
     */
    Chunks(
            MappingTask task,
            Documents.Reading reading,
            Iterator<org.apache.spark.sql.Row> rows,
            int[] wanted,
            boolean times,
            boolean covers) {
        MappingContract contract = task.compiled();
        List<TableForm> forms = TableForm.all(contract);
        tables = contract.tables().size();
        coverage = covers ? new Coverage(contract) : null;
        outcomes = task.outcomes(contract, reading, rows, coverage);
        this.wanted = new boolean[forms.size()];
        for (int table : wanted) {
            this.wanted[table] = true;
        }
        writers = new RowWriter[forms.size()];
        builders = new Chunk.Builder[forms.size()];
        for (int t = 0; t < forms.size(); t++) {
            int columns = forms.get(t).columns().size();
            writers[t] = new RowWriter(
                    forms.get(t).columns(), IntStream.range(0, columns).toArray(), times);
            builders[t] = new Chunk.Builder(t, columns);
        }
    }

    /** The place of the rejects among the tables. */
    static int rejects(MappingContract contract) {
        return contract.tables().size();
    }

    /** The place of the coverage. */
    static int coverage(MappingContract contract) {
        return rejects(contract) + 1;
    }

    /** The place of the counts. */
    static int counts(MappingContract contract) {
        return rejects(contract) + 2;
    }

    @Override
    public boolean hasNext() {
        while (ready.isEmpty() && !ended) {
            if (outcomes.hasNext()) {
                take(outcomes.next());
                flush();
            } else {
                end();
            }
        }
        return !ready.isEmpty();
    }

    @Override
    public Chunk next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return ready.remove();
    }

    private void take(Outcome outcome) {
        if (outcome instanceof Mapped mapped) {
            int[] before =
                    IntStream.range(0, tables).map(t -> builders[t].length()).toArray();
            try {
                for (int t = 0; t < tables; t++) {
                    for (Row row : mapped.rows().get(t)) {
                        add(t, row.values());
                    }
                }
                counts[0]++;
            } catch (OutOfMemoryError e) {
                // All rows of a document, or none.
                for (int t = 0; t < tables; t++) {
                    builders[t].cut(before[t]);
                }
                reject(mapped.rejected(Fault.outOfMemory()));
            }
        } else if (outcome instanceof Rejected rejected) {
            reject(rejected);
        } else {
            counts[2]++;
        }
    }

    private void reject(Rejected rejected) {
        counts[1]++;
        add(tables, rejectRow(rejected));
    }

    private void add(int table, @Nullable Object[] values) {
        if (wanted[table]) {
            builders[table].add(writers[table].write(values));
        }
    }

    private void flush() {
        long together = 0;
        for (Chunk.Builder builder : builders) {
            together += builder.length();
        }
        for (Chunk.Builder builder : builders) {
            if (builder.length() >= FULL || together >= FULL_TOGETHER && builder.length() > 0) {
                ready.add(builder.take());
            }
        }
    }

    private void end() {
        ended = true;
        if (coverage != null) {
            coverage.report().paths().forEach(path -> add(tables + 1, coverageRow(path)));
        }
        add(tables + 2, new Object[] {counts[0], counts[1], counts[2]});
        for (Chunk.Builder builder : builders) {
            if (builder.length() > 0) {
                ready.add(builder.take());
            }
        }
    }

    /** A reject as a row of the rejects. */
    static @Nullable Object[] rejectRow(Rejected rejected) {
        Fault fault = rejected.fault();
        Location place = fault.location();
        return new @Nullable Object[] {
            rejected.key(),
            rejected.source().sourceName(),
            fault.code().stage().label(),
            fault.code().word(),
            fault.table(),
            fault.column(),
            fault.path(),
            place == null ? null : place.line(),
            place == null ? null : place.column(),
            fault.message()
        };
    }

    private static @Nullable Object[] coverageRow(CoverageReport.Path path) {
        FirstMet first = path.first();
        return new @Nullable Object[] {
            path.path(),
            path.kind().name().toLowerCase(Locale.ROOT),
            path.state().name().toLowerCase(Locale.ROOT),
            path.documents().isPresent() ? (Long) path.documents().getAsLong() : null,
            path.occurrences(),
            first == null ? null : first.document() + (first.location() == null ? "" : ":" + first.location()),
            first == null ? null : (Long) first.number()
        };
    }
}

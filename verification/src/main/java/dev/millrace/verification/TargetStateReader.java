package dev.millrace.verification;

import dev.millrace.contract.MappingContract;
import dev.millrace.database.TargetException;
import dev.millrace.database.TargetReader;
import dev.millrace.dialect.Database;
import dev.millrace.verification.VerificationReport.Rows;
import dev.millrace.workers.Progress;
import dev.millrace.workers.Stop;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.apiguardian.api.API;

/**
 * Reads every row of a contract's tables and adds up their hashes, as a {@linkplain Verifier verification} does of its target. One
 * connection, and memory that does not grow with the tables. {@link #stop} may be called by any thread, the rest by one.
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class TargetStateReader {

    private final MappingContract contract;
    private final Database database;
    private final Stop stop = new Stop();

    public TargetStateReader(MappingContract contract, Database database) {
        this.contract = contract;
        this.database = database;
    }

    /**
     * @param expectedRows how many there should be, the ledger's documents counted as rows, for the progress
     * @param onStart is given the look at the progress, in rows
     * @throws TargetException when the target cannot be read, lacks a table or holds no ledger
     * @throws VerificationException when it was stopped
     */
    public TargetState read(OptionalLong expectedRows, Consumer<Progress> onStart)
            throws TargetException, VerificationException {
        try {
            return stop.await("millrace-checksums", () -> readAll(expectedRows, onStart));
        } catch (ExecutionException e) {
            if (stop.isAsked()) {
                throw new VerificationException("stopped before the end: " + stop.reason(), e.getCause());
            }
            Stop.rethrow(e, TargetException.class);
            throw new IllegalStateException(e);
        }
    }

    /** The same, with nobody to look at the progress. */
    public TargetState read() throws TargetException, VerificationException {
        return read(OptionalLong.empty(), progress -> {});
    }

    /** Asks for the end: {@link #read} then throws a {@link VerificationException} soon, whatever it waits for. */
    public void stop() {
        stop.ask("stopped on request");
    }

    private TargetState readAll(OptionalLong expectedRows, Consumer<Progress> onStart) throws TargetException {
        try (TargetReader target = TargetReader.open(database, contract, stop)) {
            List<ComparedTable> tables = ComparedTables.of(target);
            List<TableSums> sums = new ArrayList<>();
            tables.forEach(table -> sums.add(new TableSums(1)));
            onStart.accept(
                    new RowsRead(() -> sums.stream().mapToLong(TableSums::rows).sum(), expectedRows));
            CanonicalRow row = new CanonicalRow();
            ComparedTables.read(target, tables, (table, values) -> {
                row.encode(table, values);
                row.hash();
                sums.get(table.index()).add(0, row.high(), row.low());
            });
            int log = tables.size() - 1;
            List<TargetState.Table> read = new ArrayList<>();
            for (ComparedTable table : tables.subList(0, log)) {
                read.add(new TargetState.Table(table.name(), rows(sums.get(table.index())), table.excluded()));
            }
            return new TargetState(rows(sums.get(log)), read);
        }
    }

    private static Rows rows(TableSums sums) {
        TableSums.Total total = sums.total();
        return new Rows(total.rows(), total.checksum());
    }
}

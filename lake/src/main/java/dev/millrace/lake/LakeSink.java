package dev.millrace.lake;

import dev.millrace.contract.TableMapping.OnDuplicate;
import dev.millrace.database.Load;
import dev.millrace.database.LoadClock;
import dev.millrace.database.LoadClock.Part;
import dev.millrace.database.MigrationEngine;
import dev.millrace.database.PendingDocument;
import dev.millrace.dialect.BulkLoader;
import dev.millrace.pipeline.Outcome;
import dev.millrace.sink.Sink;
import dev.millrace.sink.SinkException;
import dev.millrace.sink.SinkResult;
import java.io.IOException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The sink of one worker: loads batches into tables in memory, by the engine that loads databases, so that a document is skipped,
 * rejected or taken as there; and writes what has gathered as one {@link Group}. Nothing of a group counts before it is committed.
 */
final class LakeSink implements Sink<PendingDocument> {
    /** Results of batches are held in the heap until a group is published, also where all are skipped and no rows gather. */
    private static final int MOST_BATCHES = 500;

    private final Publisher publisher;
    private final KnownDocuments known;
    private final LakeDatabase staging;
    private final Load load;
    private final MigrationEngine engine;
    private final LoadClock clock;
    private final int worker;
    private final long mostBytes;
    private final String log = LakeDatabase.LEDGER.log().qualified(LakeDatabase.DUCK_DB);
    private final BulkLoader foreign;
    /** When the engine has written the last entries of its log, in microseconds. */
    private long lastStamp = Long.MIN_VALUE;

    /** Batches since the first that has something for the next group; their results wait for it. */
    private int unpublished;

    private boolean closed;

    /**
     * @param staging with the tables of the contract and of the ledger
     * @param load into it
     * @param mostBytes of memory and temporary files, from which on a group is written
     */
    LakeSink(
            Publisher publisher,
            KnownDocuments known,
            LakeDatabase staging,
            Load load,
            MigrationEngine engine,
            LoadClock clock,
            int worker,
            long mostBytes)
            throws SQLException {
        this.publisher = publisher;
        this.known = known;
        this.staging = staging;
        this.load = load;
        this.engine = engine;
        this.clock = clock;
        this.worker = worker;
        this.mostBytes = mostBytes;
        this.foreign = LakeDatabase.DUCK_DB.loader(staging.root(), LakeDatabase.LEDGER.log(), OnDuplicate.REJECT);
    }

    @Override
    public PendingDocument prepare(Outcome outcome) {
        return engine.prepare(outcome);
    }

    @Override
    public SinkResult accept(List<PendingDocument> batch) throws SinkException {
        Set<String> keys = new HashSet<>();
        Set<String> former = new HashSet<>();
        for (PendingDocument document : batch) {
            keys.add(document.key());
            former.addAll(document.formerKeys());
        }
        try {
            List<@Nullable Object[]> entries = known.take(keys, former);
            List<String> written = List.of();
            SinkResult result;
            boolean hasRemoved;
            try {
                add(entries);
                result = engine.accept(batch);
                hasRemoved = removeUnchanged(entries);
                written = written();
            } finally {
                known.giveBack(keys, written, worker);
            }
            if (unpublished > 0 || hasRemoved || !written.isEmpty()) {
                unpublished++;
            }
            if (unpublished >= MOST_BATCHES || unpublished > 0 && bytes() > mostBytes) {
                publish();
            }
            return result;
        } catch (SQLException e) {
            throw broken(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw SinkException.stopped(e);
        }
    }

    @Override
    public boolean isKept() {
        return unpublished == 0;
    }

    @Override
    public void commit() throws SinkException {
        if (!isKept()) {
            publish();
        }
    }

    /** Has the engine find what is known of the batch's documents in the ledger beside the tables. */
    private void add(List<@Nullable Object[]> entries) throws SQLException {
        Set<String> staged = entries.isEmpty() ? Set.of() : staged(entries);
        for (@Nullable Object[] entry : entries) {
            if (!staged.contains(String.valueOf(entry[KnownDocuments.KEY]))) {
                foreign.write(entry);
            }
        }
        foreign.commit();
        if (!entries.isEmpty()) {
            staging.execute("CREATE OR REPLACE TEMPORARY TABLE known AS SELECT document_key, run_id, attempt FROM "
                    + log + " WHERE run_id <> " + LakeDatabase.literal(publisher.runId()) + " OR attempt = 0");
        }
    }

    /** Those of the entries' keys that the engine finds anyway: their documents are not published yet. */
    private Set<String> staged(List<@Nullable Object[]> entries) throws SQLException {
        Set<String> staged = new HashSet<>();
        try (PreparedStatement statement = staging.root()
                .prepareStatement("SELECT document_key FROM " + log
                        + " WHERE document_key IN (SELECT unnest(CAST(? AS varchar[])))")) {
            Object[] keys =
                    entries.stream().map(entry -> entry[KnownDocuments.KEY]).toArray();
            statement.setArray(1, staging.root().createArrayOf("VARCHAR", keys));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    staged.add(rows.getString(1));
                }
            }
        }
        return staged;
    }

    /** Takes out again what the engine has left as it was, and notes what it has deleted without another entry in its place. */
    private boolean removeUnchanged(List<@Nullable Object[]> entries) throws SQLException {
        if (entries.isEmpty()) {
            return false;
        }
        long gone =
                staging.update("INSERT INTO removed SELECT document_key FROM known k WHERE NOT EXISTS (SELECT 1 FROM "
                        + log + " l WHERE l.document_key = k.document_key)");
        staging.execute("DELETE FROM " + log + " WHERE run_id <> " + LakeDatabase.literal(publisher.runId())
                + " OR attempt = 0");
        return gone > 0;
    }

    /** The keys that the engine has written into its log since it was last asked. */
    private List<String> written() throws SQLException {
        List<String> written = new ArrayList<>();
        try (Statement statement = staging.root().createStatement();
                ResultSet rows = statement.executeQuery("SELECT document_key, epoch_us(finished_at) FROM " + log
                        + " WHERE epoch_us(finished_at) > " + lastStamp)) {
            while (rows.next()) {
                written.add(rows.getString(1));
                lastStamp = Math.max(lastStamp, rows.getLong(2));
            }
        }
        return written;
    }

    private long bytes() throws SQLException {
        try (Statement statement = staging.root().createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT sum(memory_usage_bytes + temporary_storage_bytes) FROM duckdb_memory()")) {
            return row.next() ? row.getLong(1) : 0;
        }
    }

    private void publish() throws SinkException {
        long start = System.nanoTime();
        try {
            publisher.publish(staging, worker);
            unpublished = 0;
        } catch (SQLException e) {
            throw broken(e);
        } catch (IOException e) {
            throw new SinkException(
                    publisher.directory().shown() + " – files cannot be written: " + LakeDirectory.reason(e), e);
        } catch (OutOfMemoryError e) {
            // The batch is taken in: it must not be given a second time.
            throw new SinkException(
                    publisher.directory().shown() + " – files cannot be written: memory has run out", e);
        }
        clock.add(Part.COMMIT, System.nanoTime() - start);
    }

    private SinkException broken(SQLException fault) {
        return new SinkException(
                publisher.directory().shown() + " – the load broke: "
                        + load.target().database().reason(fault, publisher.showValues()),
                fault);
    }

    @Override
    public Map<String, String> paths() {
        Map<String, String> paths = new LinkedHashMap<>();
        engine.paths()
                .forEach((table, path) -> paths.put(table, publisher.format().word()));
        return paths;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            engine.close();
            load.close();
            staging.close();
        }
    }
}

package dev.millrace.verification;

import dev.millrace.contract.MappingContract;
import dev.millrace.database.TargetException;
import dev.millrace.database.TargetReader;
import dev.millrace.database.TargetReader.LogEntry;
import dev.millrace.mapping.Row;
import dev.millrace.pipeline.Outcome;
import dev.millrace.pipeline.Outcome.Mapped;
import dev.millrace.pipeline.Outcome.Rejected;
import dev.millrace.pipeline.Outcome.Unselected;
import dev.millrace.sink.Sink;
import dev.millrace.sink.SinkException;
import dev.millrace.sink.SinkResult;
import dev.millrace.workers.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * One reading of both sides: adds every row to the sums of its table, and gives the rows of the buckets that are asked for to a
 * sorter for each side.
 */
final class ReadingPass implements AutoCloseable {

    /** What can become of a document of the source. */
    enum Finding {
        COMPARED,
        UNMAPPABLE,
        REJECTED,
        /** Rejected, and the rows of an older text stay. */
        KEPT,
        NOT_LOADED,
        DUPLICATE,
        /** Not for the contract, whatever the log holds. */
        UNSELECTED
    }

    private static final byte[] UNKNOWN = {};

    private final List<ComparedTable> tables;
    private final ComparedTable log;
    private final LoadedDocuments documents;
    private final List<@Nullable BitSet> collected;
    private final int buckets;
    private final Side expected;
    private final Side found;
    /** The keys of documents whose rows of an older text are expected. */
    private final Set<String> kept = ConcurrentHashMap.newKeySet();

    private final AtomicLongArray findings = new AtomicLongArray(Finding.values().length);

    /** What one of the two sides has. */
    private static final class Side {
        private final List<TableSums> sums = new ArrayList<>();
        private final RowSorter sorter;

        Side(int tables, int buckets, long sortBytes) {
            for (int i = 0; i < tables; i++) {
                sums.add(new TableSums(buckets));
            }
            sorter = new RowSorter(sortBytes);
        }

        long rows() {
            long rows = 0;
            for (TableSums table : sums) {
                rows += table.rows();
            }
            return rows;
        }
    }

    /**
     * @param tables those of the contract, and the log's behind them
     * @param collected for each table the buckets whose rows are sorted, or null for none
     * @param buckets a power of two
     * @param sortBytes memory for each side's sorter
     */
    ReadingPass(
            List<ComparedTable> tables,
            LoadedDocuments documents,
            List<@Nullable BitSet> collected,
            int buckets,
            long sortBytes) {
        this.tables = tables;
        this.log = tables.get(tables.size() - 1);
        this.documents = documents;
        this.collected = collected;
        this.buckets = buckets;
        this.expected = new Side(tables.size(), buckets, sortBytes);
        this.found = new Side(tables.size(), buckets, sortBytes);
    }

    /** What a worker hands its documents to. It takes in all that were mapped, whatever it finds of them. */
    Sink<?> comparer(TargetReader target, MappingContract contract) {
        return new Comparer(target, contract);
    }

    /** Reads the target's side. */
    void read(TargetReader target) throws TargetException {
        CanonicalRow row = new CanonicalRow();
        ComparedTables.read(target, tables, (table, values) -> add(found, table, row, values, UNKNOWN));
    }

    /** How far {@link #read} is, which begins now; it expects the rows that the source gave. */
    Progress progress() {
        return new RowsRead(found::rows, OptionalLong.of(expected.rows()));
    }

    TableSums expected(int table) {
        return expected.sums.get(table);
    }

    TableSums found(int table) {
        return found.sums.get(table);
    }

    long count(Finding finding) {
        return findings.get(finding.ordinal());
    }

    /** Merges what was collected. */
    void merge(RowMerge.GroupSink groups) throws IOException, VerificationException {
        new RowMerge(tables).run(expected.sorter.sorted(), found.sorter.sorted(), groups);
    }

    @Override
    public void close() {
        expected.sorter.close();
        found.sorter.close();
    }

    private void add(Side side, ComparedTable table, CanonicalRow row, @Nullable Object[] values, byte[] documentKey) {
        row.encode(table, values);
        row.hash();
        int bucket = row.bucket(buckets);
        side.sums.get(table.index()).add(bucket, row.high(), row.low());
        BitSet wanted = collected.get(table.index());
        if (wanted != null && wanted.get(bucket)) {
            try {
                side.sorter.add(SortedRow.write(table.index(), row, documentKey));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** The end of a worker's way: rows become sums. */
    private final class Comparer implements Sink<Outcome> {
        private final TargetReader target;
        private final int contractTables;
        /** By table, the columns with the document's key. */
        private final List<Set<Integer>> keyColumns = new ArrayList<>();

        private final CanonicalRow row = new CanonicalRow();
        private final @Nullable Object[] entry = new Object[2];

        Comparer(TargetReader target, MappingContract contract) {
            this.target = target;
            this.contractTables = contract.tables().size();
            contract.tables().forEach(table -> keyColumns.add(ComparedTable.ofDocumentKey(contract, table)));
        }

        @Override
        public Outcome prepare(Outcome outcome) {
            return outcome;
        }

        @Override
        public SinkResult accept(List<Outcome> batch) throws SinkException {
            try {
                return compare(batch);
            } catch (SQLException e) {
                throw new SinkException("the ledger cannot be read: " + e.getMessage(), e);
            }
        }

        private SinkResult compare(List<Outcome> batch) throws SQLException {
            List<String> keys = new ArrayList<>(batch.size());
            Map<String, String> asOnlyRecords = new HashMap<>();
            for (Outcome document : batch) {
                addKeys(document.key(), document.formerKeys(), keys, asOnlyRecords);
            }
            List<String> asked = new ArrayList<>(keys);
            asked.addAll(asOnlyRecords.values());
            Map<String, LogEntry> known = target.find(asked);
            keys.replaceAll(key -> {
                String asOnlyRecord = asOnlyRecords.get(key);
                return asOnlyRecord != null && !known.containsKey(key) && known.containsKey(asOnlyRecord)
                        ? asOnlyRecord
                        : key;
            });
            for (int i = 0; i < batch.size(); i++) {
                String key = keys.get(i);
                if (batch.get(i) instanceof Rejected document) {
                    if (count(key, document, known.get(key), Finding.UNMAPPABLE) == Finding.UNMAPPABLE) {
                        documents.example(
                                LoadedDocuments.UNMAPPABLE,
                                key + " (" + document.fault().code().word() + ")");
                    }
                } else if (batch.get(i) instanceof Mapped document
                        && count(key, document, known.get(key), Finding.COMPARED) == Finding.COMPARED) {
                    add(key, document);
                } else if (batch.get(i) instanceof Unselected) {
                    findings.incrementAndGet(Finding.UNSELECTED.ordinal());
                }
            }
            return SinkResult.ofAll(batch, new long[contractTables]);
        }

        @Override
        public void close() {
            // The target's reader is everybody's.
        }

        private void addKeys(
                String key, List<String> formerKeys, List<String> keys, Map<String, String> asOnlyRecords) {
            String logKey = TargetReader.logKey(key);
            keys.add(logKey);
            String asOnlyRecord = TargetReader.logKeyAsOnlyRecord(key, formerKeys);
            if (asOnlyRecord != null) {
                asOnlyRecords.put(logKey, asOnlyRecord);
            }
        }

        private Finding count(String key, Outcome document, @Nullable LogEntry known, Finding ifLoaded)
                throws SQLException {
            Finding finding;
            if (known == null) {
                finding = Finding.NOT_LOADED;
            } else if (!known.loaded()) {
                finding = known.kept() ? Finding.KEPT : Finding.REJECTED;
                if (known.kept() && kept.add(key)) {
                    addKept(key);
                }
            } else if (!documents.means(key, document.contentHash())) {
                finding = Finding.DUPLICATE;
            } else {
                finding = ifLoaded;
                entry[0] = key;
                entry[1] = document.contentHash();
                ReadingPass.this.add(expected, log, row, entry, UNKNOWN);
            }
            findings.incrementAndGet(finding.ordinal());
            return finding;
        }

        /** Nobody can map the older text again: its rows are expected as they are. */
        private void addKept(String key) throws SQLException {
            byte[] keyBytes = key.getBytes(StandardCharsets.UTF_8);
            documents.example(LoadedDocuments.KEPT, key);
            target.readKept(
                    key, (table, values) -> ReadingPass.this.add(expected, tables.get(table), row, values, keyBytes));
        }

        private void add(String key, Mapped document) {
            byte[] keyBytes = key.getBytes(StandardCharsets.UTF_8);
            boolean underOtherKey = !key.equals(TargetReader.logKey(document.key()));
            for (int t = 0; t < contractTables; t++) {
                ComparedTable table = tables.get(t);
                List<Row> rows = document.rows().get(t);
                for (int r = 0; r < rows.size(); r++) {
                    @Nullable Object[] values = rows.get(r).values();
                    ReadingPass.this.add(
                            expected, table, row, underOtherKey ? withKey(t, values, key) : values, keyBytes);
                }
            }
        }

        /** A row as it was when the document had another key. */
        private @Nullable Object[] withKey(int table, @Nullable Object[] values, String key) {
            @Nullable Object[] before = values.clone();
            for (int column : keyColumns.get(table)) {
                before[column] = key;
            }
            return before;
        }
    }
}

package dev.millrace.trial;

import dev.millrace.contract.MappingContract;
import dev.millrace.contract.TableMapping;
import dev.millrace.contract.TableMapping.OnDuplicate;
import dev.millrace.document.Fault;
import dev.millrace.document.FaultCode;
import dev.millrace.document.Reject;
import dev.millrace.mapping.CellCounts;
import dev.millrace.mapping.Row;
import dev.millrace.pipeline.DocumentPipeline.Examined;
import dev.millrace.pipeline.Outcome.Mapped;
import dev.millrace.pipeline.Outcome.Unselected;
import dev.millrace.summary.PathSummary;
import dev.millrace.trial.TrialReport.Column;
import dev.millrace.trial.TrialReport.Empty;
import dev.millrace.trial.TrialReport.Faults;
import dev.millrace.trial.TrialReport.Table;
import dev.millrace.xml.PathObserver;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Collects what samples say of a contract, in bounded memory whatever their number. Several can each take some of the samples, and become
 * one by {@link #add(Trial)}: what that says does not depend on who has taken which. Not thread-safe.
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Trial {

    /** Keys that are kept, of all tables together; few enough for a small memory, of which a key with its document takes some 100 bytes. */
    private static final int MOST_KEYS = 1 << 20;

    private static final int MEMORY_OF_KEY = 4_096;

    /** The place of a record among all: its document's number, and its own within that in the lower bits. */
    private static final int RECORD_BITS = 24;

    private static final int MOST_RECORDS = (1 << RECORD_BITS) - 1;

    /** Where a fault is, and which. The contract bounds how many there are. */
    private record Place(@Nullable String table, @Nullable String column, FaultCode code) {}

    private static final class Count {
        Reject first;
        long firstRecord;
        /** Among the faults of that record. */
        int firstFault;

        long faults;
        long documents;

        Count(Reject first, long record, int fault) {
            this.first = first;
            firstRecord = record;
            firstFault = fault;
        }

        boolean isAfter(long record, int fault) {
            return record < firstRecord || record == firstRecord && fault < firstFault;
        }

        void add(Count other) {
            faults += other.faults;
            documents += other.documents;
            if (isAfter(other.firstRecord, other.firstFault)) {
                first = other.first;
                firstRecord = other.firstRecord;
                firstFault = other.firstFault;
            }
        }
    }

    private final MappingContract contract;
    private final CellCounts cells;
    private final SampleObserver observer;
    private final long[] rows;
    /** By table; null where the contract does not reject repeated keys. */
    private final List<@Nullable RepeatedKeys> keys = new ArrayList<>();

    private final Map<Place, Count> faults = new HashMap<>();
    private long documents;
    private long mapped;
    /** Documents that came as far as the mapper. */
    private long withRows;

    private long rejected;
    private long unselected;

    public Trial(MappingContract contract) {
        this(contract, mostKeys(), PathSummary.MOST_PATHS);
    }

    /**
     * @param mostKeys that are kept, of all tables together
     * @param mostPaths distinct ones that the samples may have, or else nobody says which name was meant
     */
    Trial(MappingContract contract, int mostKeys, int mostPaths) {
        this.contract = contract;
        this.cells = new CellCounts(contract);
        this.observer = new SampleObserver(mostPaths);
        this.rows = new long[contract.tables().size()];
        int ofTable = mostKeys
                / (int) Math.max(
                        1,
                        contract.tables().stream()
                                .filter(Trial::looksForRepeated)
                                .count());
        contract.tables().forEach(table -> keys.add(looksForRepeated(table) ? new RepeatedKeys(ofTable) : null));
    }

    private static int mostKeys() {
        return (int) Math.min(MOST_KEYS, Runtime.getRuntime().maxMemory() / MEMORY_OF_KEY);
    }

    private static boolean looksForRepeated(TableMapping table) {
        return table.onDuplicate() == OnDuplicate.REJECT;
    }

    /** Has to be told of the samples while they are parsed, so that the report can say which names they have. */
    @API(status = API.Status.INTERNAL)
    public PathObserver observer() {
        return observer;
    }

    /** Takes in what was found of a sample, which comes behind those that were taken in before. */
    public void add(Examined sample) {
        add(documents, List.of(sample));
    }

    /**
     * Takes in what was found of a document.
     *
     * @param number which of all documents it is
     * @param records one for each of its records, in their order
     */
    public void add(long number, List<Examined> records) {
        documents = Math.max(documents, number + 1);
        int record = 0;
        for (Examined sample : records) {
            add(number << RECORD_BITS | Math.min(record++, MOST_RECORDS), sample);
        }
    }

    private void add(long record, Examined sample) {
        if (sample.outcome() instanceof Unselected) {
            unselected++;
            return;
        }
        if (sample.outcome() instanceof Mapped) {
            mapped++;
        } else {
            rejected++;
        }
        String document = sample.outcome().key();
        Set<Place> places = new HashSet<>();
        int index = 0;
        for (Fault fault : sample.faults()) {
            Place place = new Place(fault.table(), fault.column(), fault.code());
            Count count = faults.get(place);
            if (count == null) {
                count = new Count(new Reject(document, fault), record, index);
                faults.put(place, count);
            } else if (count.isAfter(record, index)) {
                count.first = new Reject(document, fault);
                count.firstRecord = record;
                count.firstFault = index;
            }
            count.faults++;
            count.documents += places.add(place) ? 1 : 0;
            index++;
        }
        if (!sample.rows().isEmpty()) {
            withRows++;
            cells.add(sample.rows());
            contract.tables()
                    .forEach(table ->
                            addKeys(record, document, table, sample.rows().get(table.index())));
        }
    }

    private void addKeys(long record, String document, TableMapping table, List<Row> its) {
        rows[table.index()] += its.size();
        RepeatedKeys known = keys.get(table.index());
        if (known != null) {
            its.forEach(row -> known.add(row, table.key(), record, document));
        }
    }

    /** Takes in what another has, of the same contract and other documents of the same numbering; that one is not to be used any more. */
    public void add(Trial other) {
        cells.add(other.cells);
        for (int t = 0; t < rows.length; t++) {
            rows[t] += other.rows[t];
            RepeatedKeys mine = keys.get(t);
            RepeatedKeys its = other.keys.get(t);
            if (mine != null && its != null) {
                mine.add(its);
            }
        }
        other.faults.forEach((place, count) -> faults.merge(place, count, (one, more) -> {
            one.add(more);
            return one;
        }));
        observer.add(other.observer);
        documents = Math.max(documents, other.documents);
        mapped += other.mapped;
        withRows += other.withRows;
        rejected += other.rejected;
        unselected += other.unselected;
    }

    /** What the samples so far say. */
    public TrialReport report() {
        List<Faults> told = new ArrayList<>();
        faults.entrySet().stream()
                .sorted(Comparator.comparingLong((Map.Entry<Place, Count> each) -> -each.getValue().documents)
                        .thenComparingLong(each -> each.getValue().firstRecord)
                        .thenComparingInt(each -> each.getValue().firstFault))
                .forEach(each -> {
                    Place place = each.getKey();
                    Count count = each.getValue();
                    told.add(new Faults(
                            place.table, place.column, place.code, count.faults, count.documents, count.first));
                });
        PathSummary summary = observer.summary();
        SampleNames names = new SampleNames(summary == null ? new PathSummary() : summary, contract.document());
        PathHints hints = new PathHints(contract, names, summary != null);
        List<Table> tables = new ArrayList<>();
        List<Empty> empty = new ArrayList<>();
        for (TableMapping table : contract.tables()) {
            tables.add(table(table));
            if (withRows > 0) {
                addEmpty(table, hints, empty);
            }
        }
        boolean findsNothing =
                !empty.isEmpty() || faults.keySet().stream().anyMatch(place -> place.code == FaultCode.NO_RECORD);
        return new TrialReport(
                mapped,
                rejected,
                unselected,
                told,
                tables,
                empty,
                findsNothing && summary != null ? names.namespacesApart() : List.of(),
                summary != null);
    }

    private Table table(TableMapping table) {
        int t = table.index();
        List<Column> columns = new ArrayList<>();
        for (int c = 0; c < table.columns().size(); c++) {
            columns.add(new Column(table.columns().get(c).name(), cells.filled(t, c), cells.changes(t, c)));
        }
        RepeatedKeys known = keys.get(t);
        return known == null
                ? new Table(table.name(), rows[t], columns, 0, List.of(), 1)
                : new Table(table.name(), rows[t], columns, known.rows(), known.first(), known.oneIn());
    }

    private void addEmpty(TableMapping table, PathHints all, List<Empty> empty) {
        int t = table.index();
        boolean parentHasRows = table.parent() < 0 || rows[table.parent()] > 0;
        if (rows[t] == 0) {
            if (faults.keySet().stream().anyMatch(place -> table.name().equals(place.table))) {
                // It has rows, and their keys are at fault.
                addMissingKeys(table, all, empty);
                return;
            }
            if (parentHasRows) {
                empty.add(new Empty(table.name(), null, false, all.ofRows(table)));
            } else {
                empty.add(new Empty(table.name(), null, false, List.of("its parent has no row")));
            }
            return;
        }
        for (int c = 0; c < table.columns().size(); c++) {
            List<String> hints = all.ofColumn(table, c);
            String name = table.columns().get(c).name();
            if (hints != null && cells.given(t, c) == 0 && !hasFault(table.name(), name)) {
                empty.add(new Empty(table.name(), name, cells.filled(t, c) > 0, hints));
            }
        }
    }

    /** Key columns for which a path finds nothing, where a name may be why. */
    private void addMissingKeys(TableMapping table, PathHints all, List<Empty> empty) {
        for (int c : table.key()) {
            String name = table.columns().get(c).name();
            List<String> hints = all.ofColumn(table, c);
            boolean isMissing = faults.keySet().stream()
                    .anyMatch(place -> place.code == FaultCode.REQUIRED
                            && table.name().equals(place.table)
                            && name.equals(place.column));
            if (isMissing && hints != null && !hints.isEmpty()) {
                empty.add(new Empty(table.name(), name, false, hints));
            }
        }
    }

    /** Whether a column has values, which are at fault. */
    private boolean hasFault(String table, String column) {
        return faults.keySet().stream()
                .anyMatch(place ->
                        place.code != FaultCode.REQUIRED && table.equals(place.table) && column.equals(place.column));
    }
}

package dev.millrace.trial;

import dev.millrace.contract.ColumnMapping;
import dev.millrace.contract.MappingContract;
import dev.millrace.contract.TableMapping;
import dev.millrace.contract.TableMapping.OnDuplicate;
import dev.millrace.contract.TableMapping.RowSet;
import dev.millrace.document.Fault;
import dev.millrace.document.FaultCode;
import dev.millrace.document.Reject;
import dev.millrace.mapping.CellCounts;
import dev.millrace.mapping.Row;
import dev.millrace.pipeline.DocumentPipeline.Examined;
import dev.millrace.pipeline.Outcome.Mapped;
import dev.millrace.pipeline.Outcome.Unselected;
import dev.millrace.trial.TrialReport.Column;
import dev.millrace.trial.TrialReport.Empty;
import dev.millrace.trial.TrialReport.Faults;
import dev.millrace.trial.TrialReport.Table;
import dev.millrace.xml.PathObserver;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Collects what samples say of a contract. Keeps the keys of all rows, so it is for samples, not for millions of documents. Not
 * thread-safe.
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Trial {

    /** Where a fault is, and which. */
    private record Place(@Nullable String table, @Nullable String column, FaultCode code) {}

    private static final class Count {
        final Reject first;
        long faults;
        long documents;

        Count(Reject first) {
            this.first = first;
        }
    }

    private final MappingContract contract;
    private final CellCounts cells;
    private final SampleNames names;
    private final long[] rows;
    private final long[] repeated;
    private final List<List<String>> firstRepeated = new ArrayList<>();
    /** By table: the document of each key. */
    private final List<Map<List<@Nullable Object>, String>> keys = new ArrayList<>();

    private final Map<Place, Count> faults = new LinkedHashMap<>();
    private long mapped;
    /** Documents that came as far as the mapper. */
    private long withRows;

    private long rejected;
    private long unselected;

    public Trial(MappingContract contract) {
        this.contract = contract;
        this.cells = new CellCounts(contract);
        this.names = new SampleNames(
                contract.document().namespaces(), contract.document().ignoreNameCase());
        int tables = contract.tables().size();
        this.rows = new long[tables];
        this.repeated = new long[tables];
        for (int t = 0; t < tables; t++) {
            keys.add(new HashMap<>());
            firstRepeated.add(List.of());
        }
    }

    /** Has to be told of the samples while they are parsed, so that the report can say which names they have. */
    @API(status = API.Status.INTERNAL)
    public PathObserver observer() {
        return names;
    }

    /** Takes in what was found of a sample. */
    public void add(Examined sample) {
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
        for (Fault fault : sample.faults()) {
            Place place = new Place(fault.table(), fault.column(), fault.code());
            Count count = faults.computeIfAbsent(place, unseen -> new Count(new Reject(document, fault)));
            count.faults++;
            count.documents += places.add(place) ? 1 : 0;
        }
        if (!sample.rows().isEmpty()) {
            withRows++;
            cells.add(sample.rows());
            contract.tables()
                    .forEach(table -> addKeys(document, table, sample.rows().get(table.index())));
        }
    }

    private void addKeys(String document, TableMapping table, List<Row> its) {
        int t = table.index();
        rows[t] += its.size();
        if (table.onDuplicate() != OnDuplicate.REJECT) {
            return;
        }
        for (Row row : its) {
            @Nullable
            Object[] key = table.key().stream().map(c -> row.values()[c]).toArray();
            String other = keys.get(t).putIfAbsent(Arrays.asList(key), document);
            if (other != null && !other.equals(document)) {
                repeated[t]++;
                if (firstRepeated.get(t).isEmpty()) {
                    firstRepeated.set(t, List.of(other, document));
                }
            }
        }
    }

    /** What the samples so far say. */
    public TrialReport report() {
        List<Faults> told = new ArrayList<>();
        faults.forEach((place, count) -> told.add(
                new Faults(place.table, place.column, place.code, count.faults, count.documents, count.first)));
        told.sort(Comparator.comparingLong(Faults::documents).reversed());
        List<Table> tables = new ArrayList<>();
        List<Empty> empty = new ArrayList<>();
        for (TableMapping table : contract.tables()) {
            tables.add(table(table));
            if (withRows > 0) {
                addEmpty(table, empty);
            }
        }
        boolean findsNothing =
                !empty.isEmpty() || faults.keySet().stream().anyMatch(place -> place.code == FaultCode.NO_RECORD);
        return new TrialReport(
                mapped, rejected, unselected, told, tables, empty, findsNothing ? names.namespacesApart() : List.of());
    }

    private Table table(TableMapping table) {
        int t = table.index();
        List<Column> columns = new ArrayList<>();
        for (int c = 0; c < table.columns().size(); c++) {
            columns.add(new Column(table.columns().get(c).name(), cells.filled(t, c), cells.changes(t, c)));
        }
        return new Table(table.name(), rows[t], columns, repeated[t], firstRepeated.get(t));
    }

    private void addEmpty(TableMapping table, List<Empty> empty) {
        int t = table.index();
        boolean parentHasRows = table.parent() < 0 || rows[table.parent()] > 0;
        if (rows[t] == 0) {
            if (faults.keySet().stream().anyMatch(place -> table.name().equals(place.table))) {
                // It has rows, and their keys are at fault.
                addMissingKeys(table, empty);
                return;
            }
            if (parentHasRows) {
                Set<String> hints = new LinkedHashSet<>();
                for (RowSet set : table.rows().sets()) {
                    if (set.rows() != null) {
                        hints.addAll(names.hints(set.rows().text()));
                    }
                }
                empty.add(new Empty(table.name(), null, false, List.copyOf(hints)));
            } else {
                empty.add(new Empty(table.name(), null, false, List.of("its parent has no row")));
            }
            return;
        }
        for (int c = 0; c < table.columns().size(); c++) {
            List<String> hints = hints(table, c);
            String name = table.columns().get(c).name();
            if (hints != null && cells.given(t, c) == 0 && !hasFault(table.name(), name)) {
                empty.add(new Empty(table.name(), name, cells.filled(t, c) > 0, hints));
            }
        }
    }

    /** Key columns for which a path finds nothing, where a name may be why. */
    private void addMissingKeys(TableMapping table, List<Empty> empty) {
        for (int c : table.key()) {
            String name = table.columns().get(c).name();
            List<String> hints = hints(table, c);
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

    /** Null for a column without a path. */
    private @Nullable List<String> hints(TableMapping table, int column) {
        Set<String> hints = new LinkedHashSet<>();
        boolean hasPath = false;
        for (RowSet set : table.rows().sets()) {
            ColumnMapping mapping = set.columns().get(column);
            if (mapping != null && mapping.source() instanceof ColumnMapping.Path path) {
                hasPath = true;
                hints.addAll(names.hints(path.expression().text()));
            }
        }
        return hasPath ? List.copyOf(hints) : null;
    }
}

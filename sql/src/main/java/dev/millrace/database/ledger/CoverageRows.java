package dev.millrace.database.ledger;

import dev.millrace.coverage.CoverageReport;
import dev.millrace.coverage.FirstMet;
import dev.millrace.coverage.PathKind;
import dev.millrace.coverage.SettledCoverage;
import dev.millrace.dialect.Dialect;
import dev.millrace.document.Location;
import dev.millrace.document.Sha256;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the ledger keeps of the coverage of a contract's documents, over all runs: the rows of {@link LedgerTables#coverage}. Each row is a path, a
 * count of a table's items, a condition of a table's rows, or a run whose documents are counted; a run's numbers are added in the transaction that writes its end. Holds only
 * the place of the table.
 */
public final class CoverageRows {

    /** Rows of a contract, beside those of runs and tables: names that are data must not fill the ledger. */
    public static final int MOST_ROWS = 50_000;

    private static final int ROWS_AT_ONCE = 500;
    private static final Map<String, PathKind> KINDS = kinds();

    /** What a row counts, beside a {@link PathKind}. */
    private enum Count {
        /** Documents of a run; occurrences are what has no row, as there are too many. */
        RUN,
        ITEMS,
        SKIP_EMPTY,
        DISTINCT,
        /** What a {@link KeptCondition} has left out. */
        CONDITION,
        /** Records of which it is not known what conditions left out. */
        CONDITIONS_UNTOLD;

        String word() {
            return CoverageRows.word(this);
        }
    }

    /**
     * A row that is to be added.
     *
     * @param path a path, or the name of a table, or a condition of one, or a run
     * @param documents empty where nobody knows
     */
    private record Addition(
            String kind,
            String path,
            OptionalLong documents,
            long occurrences,
            @Nullable FirstMet first) {

        String hash() {
            return HexFormat.of().formatHex(Sha256.of(kind + ' ' + path));
        }
    }

    /**
     * All that is kept of a contract.
     *
     * @param runs the runs whose documents are counted, in the order of their ids, so by the second of their start; at least one
     */
    public record Kept(SettledCoverage coverage, List<String> runs) {}

    private final Dialect dialect;
    private final String table;

    /** @param table {@link LedgerTables#coverage} as it is in the database, qualified and quoted */
    public CoverageRows(Dialect dialect, String table) {
        this.dialect = dialect;
        this.table = table;
    }

    /**
     * Adds what was counted in a run, in the transaction of the caller.
     *
     * @throws SQLException as for a row that is there already when another run has added the same path meanwhile: then all of the transaction
     *     can be tried again
     */
    public void add(Connection connection, String contract, String runId, SettledCoverage counted) throws SQLException {
        Set<String> known = known(connection, contract);
        // In one order, so that two runs that end at a time do not wait for each other.
        SortedMap<String, Addition> there = new TreeMap<>();
        NavigableMap<String, Addition> missingPaths = new TreeMap<>();
        // As many as the contract has tables and conditions.
        SortedMap<String, Addition> missing = new TreeMap<>();
        for (Addition addition : additions(counted)) {
            String hash = addition.hash();
            (known.contains(hash) ? there : KINDS.containsKey(addition.kind) ? missingPaths : missing)
                    .put(hash, addition);
        }
        long beyond = counted.beyond();
        int room = Math.max(0, MOST_ROWS - known.size());
        while (missingPaths.size() > room) {
            beyond += missingPaths.pollLastEntry().getValue().occurrences;
        }
        missing.putAll(missingPaths);
        update(connection, contract, runId, there);
        insert(connection, contract, runId, missing);
        Addition run = new Addition(Count.RUN.word(), runId, OptionalLong.of(counted.documents()), beyond, null);
        insert(connection, contract, runId, Map.of(run.hash(), run));
    }

    private static List<Addition> additions(SettledCoverage counted) {
        List<Addition> additions = new ArrayList<>();
        for (SettledCoverage.Path path : counted.paths()) {
            additions.add(new Addition(
                    word(path.kind()),
                    LedgerTables.storable(path.path()),
                    path.documents(),
                    path.occurrences(),
                    path.first()));
        }
        for (SettledCoverage.Table items : counted.tables()) {
            addCount(additions, Count.ITEMS, items.name(), items.items());
            addCount(additions, Count.SKIP_EMPTY, items.name(), items.empty());
            addCount(additions, Count.DISTINCT, items.name(), items.duplicates());
            addCount(additions, Count.CONDITIONS_UNTOLD, items.name(), items.untold());
            for (CoverageReport.Condition condition : items.conditions()) {
                KeptCondition kept = new KeptCondition(items.name(), condition.set(), condition.text());
                addCount(additions, Count.CONDITION, LedgerTables.storable(kept.written()), condition.leftOut());
            }
        }
        return additions;
    }

    private static void addCount(List<Addition> additions, Count kind, String name, long count) {
        if (count > 0) {
            additions.add(new Addition(kind.word(), name, OptionalLong.empty(), count, null));
        }
    }

    /** The hashes of a contract's rows, without those of runs. */
    private Set<String> known(Connection connection, String contract) throws SQLException {
        Set<String> known = new HashSet<>();
        try (PreparedStatement select = prepare(
                connection,
                "SELECT [row_hash] FROM [] WHERE [contract_name] = ? AND [kind] <> '" + Count.RUN.word() + "'")) {
            select.setString(1, contract);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    known.add(rows.getString(1));
                }
            }
        }
        return known;
    }

    private void update(Connection connection, String contract, String runId, Map<String, Addition> additions)
            throws SQLException {
        String sql = "UPDATE [] SET [occurrences] = [occurrences] + ?, [documents] = [documents] + ?, [last_run_id] = ?"
                + " WHERE [contract_name] = ? AND [row_hash] = ?";
        try (PreparedStatement update = prepare(connection, sql)) {
            int waiting = 0;
            for (Map.Entry<String, Addition> entry : additions.entrySet()) {
                Addition addition = entry.getValue();
                update.setLong(1, addition.occurrences);
                // Where nobody knows, nobody knows the sum.
                set(update, 2, addition.documents);
                update.setString(3, runId);
                update.setString(4, contract);
                update.setString(5, entry.getKey());
                waiting = send(update, waiting);
            }
            flush(update, waiting);
        }
    }

    private void insert(Connection connection, String contract, String runId, Map<String, Addition> additions)
            throws SQLException {
        String sql = "INSERT INTO [] ([occurrences], [documents], [first_number], [first_line], [first_column],"
                + " [contract_name], [row_hash], [kind], [first_run_id], [last_run_id], [path], [first_document])"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
        try (PreparedStatement insert = prepare(connection, sql)) {
            int waiting = 0;
            for (Map.Entry<String, Addition> entry : additions.entrySet()) {
                Addition addition = entry.getValue();
                FirstMet first = addition.first;
                Location place = first == null ? null : first.location();
                insert.setLong(1, addition.occurrences);
                set(insert, 2, addition.documents);
                set(insert, 3, first == null ? OptionalLong.empty() : OptionalLong.of(first.number()));
                setInt(insert, 4, place == null ? null : place.line());
                setInt(insert, 5, place == null ? null : place.column());
                insert.setString(6, contract);
                insert.setString(7, entry.getKey());
                insert.setString(8, addition.kind);
                insert.setString(9, runId);
                insert.setString(10, runId);
                insert.setString(11, addition.path);
                insert.setString(12, first == null ? null : LedgerTables.storable(first.document()));
                waiting = send(insert, waiting);
            }
            flush(insert, waiting);
        }
    }

    private static void set(PreparedStatement statement, int parameter, OptionalLong number) throws SQLException {
        if (number.isPresent()) {
            statement.setLong(parameter, number.getAsLong());
        } else {
            statement.setNull(parameter, Types.BIGINT);
        }
    }

    private static void setInt(PreparedStatement statement, int parameter, @Nullable Integer number)
            throws SQLException {
        if (number == null) {
            statement.setNull(parameter, Types.INTEGER);
        } else {
            statement.setInt(parameter, number);
        }
    }

    /** @return how many rows wait to be sent */
    private static int send(PreparedStatement statement, int waiting) throws SQLException {
        statement.addBatch();
        if (waiting + 1 < ROWS_AT_ONCE) {
            return waiting + 1;
        }
        statement.executeBatch();
        return 0;
    }

    private static void flush(PreparedStatement statement, int waiting) throws SQLException {
        if (waiting > 0) {
            statement.executeBatch();
        }
    }

    /** All that is kept of a contract; null if there is nothing. */
    public @Nullable Kept read(Connection connection, String contract) throws SQLException {
        List<Row> rows = new ArrayList<>();
        String sql =
                "SELECT [kind], [path], [documents], [occurrences], [first_run_id], [first_number], [first_document],"
                        + " [first_line], [first_column] FROM [] WHERE [contract_name] = ?";
        try (PreparedStatement select = prepare(connection, sql)) {
            select.setString(1, contract);
            try (ResultSet found = select.executeQuery()) {
                while (found.next()) {
                    rows.add(row(found));
                }
            }
        }
        rows.sort(Comparator.comparing(Row::run)
                .thenComparing(row -> row.first == null ? Long.MAX_VALUE : row.first.number())
                .thenComparing(Row::path)
                .thenComparing(Row::kind));
        return kept(rows);
    }

    /** A row of the table. */
    private record Row(
            String kind,
            String path,
            OptionalLong documents,
            long occurrences,
            String run,
            @Nullable FirstMet first) {}

    private static Row row(ResultSet rows) throws SQLException {
        long documents = rows.getLong(3);
        OptionalLong known = rows.wasNull() ? OptionalLong.empty() : OptionalLong.of(documents);
        String document = rows.getString(7);
        long number = rows.getLong(6);
        int line = rows.getInt(8);
        int column = rows.getInt(9);
        return new Row(
                rows.getString(1),
                rows.getString(2),
                known,
                rows.getLong(4),
                rows.getString(5),
                document == null
                        ? null
                        : new FirstMet(number, document, line < 1 ? null : new Location(line, Math.max(1, column))));
    }

    private static @Nullable Kept kept(List<Row> rows) throws SQLException {
        List<String> runs = new ArrayList<>();
        List<SettledCoverage.Path> paths = new ArrayList<>();
        Map<String, Map<String, Long>> items = new LinkedHashMap<>();
        Map<String, List<CoverageReport.Condition>> conditions = new HashMap<>();
        long documents = 0;
        long beyond = 0;
        for (Row row : rows) {
            if (row.kind.equals(Count.RUN.word())) {
                runs.add(row.path);
                documents += row.documents.orElse(0);
                beyond += row.occurrences;
                continue;
            }
            if (row.kind.equals(Count.CONDITION.word())) {
                KeptCondition condition = KeptCondition.read(row.path);
                items.computeIfAbsent(condition.table(), unseen -> new HashMap<>());
                conditions
                        .computeIfAbsent(condition.table(), unseen -> new ArrayList<>())
                        .add(new CoverageReport.Condition(condition.set(), condition.text(), row.occurrences));
                continue;
            }
            PathKind kind = KINDS.get(row.kind);
            if (kind == null) {
                items.computeIfAbsent(row.path, unseen -> new HashMap<>()).put(row.kind, row.occurrences);
                continue;
            }
            // In the order of all runs: the number is one of its own run.
            FirstMet first =
                    row.first == null ? null : new FirstMet(paths.size(), row.first.document(), row.first.location());
            paths.add(new SettledCoverage.Path(row.path, kind, row.documents, row.occurrences, first));
        }
        if (runs.isEmpty()) {
            return null;
        }
        List<SettledCoverage.Table> tables = new ArrayList<>();
        items.forEach((name, counts) -> tables.add(new SettledCoverage.Table(
                name,
                counts.getOrDefault(Count.ITEMS.word(), 0L),
                counts.getOrDefault(Count.SKIP_EMPTY.word(), 0L),
                counts.getOrDefault(Count.DISTINCT.word(), 0L),
                conditions.getOrDefault(name, List.of()),
                counts.getOrDefault(Count.CONDITIONS_UNTOLD.word(), 0L))));
        return new Kept(new SettledCoverage(documents, beyond, paths, tables), runs);
    }

    private static Map<String, PathKind> kinds() {
        Map<String, PathKind> kinds = new HashMap<>();
        for (PathKind kind : PathKind.values()) {
            kinds.put(word(kind), kind);
        }
        return kinds;
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private PreparedStatement prepare(Connection connection, String sql) throws SQLException {
        return connection.prepareStatement(LedgerTables.statement(dialect, table, sql));
    }
}

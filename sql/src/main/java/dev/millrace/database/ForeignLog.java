package dev.millrace.database;

import dev.millrace.contract.LedgerNames;
import dev.millrace.dialect.Database;
import dev.millrace.dialect.Dialect;
import dev.millrace.dialect.TableFinder;
import dev.millrace.dialect.TableName;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The log of the system that Millrace replaces: a row for each try to load a document, with the source's key in {@code app_id} and the result in
 * {@code status}. Of several rows the last one counts, by {@code log_id} or, where there is none, by {@code processing_time}. Millrace never
 * writes into it. Immutable.
 */
final class ForeignLog {
    private static final String KEY = "app_id";
    private static final String STATUS = "status";
    private static final List<String> ORDERS = List.of("log_id", "processing_time");

    /** What the status says of a document that was loaded. */
    private static final String SUCCESS = "success";

    /** A key with more digits than this is in no column of numbers. */
    private static final int MOST_DIGITS = 40;

    /** How the log's keys compare with the source's. */
    private enum KeyKind {
        NUMBER,
        TEXT,
        /** Padded with blanks, which the source's keys may not have. */
        PADDED_TEXT
    }

    private final Database database;
    private final String name;
    private final String table;
    private final String key;
    private final KeyKind kind;
    private final String status;
    /** Null where no column says which row is the last. */
    private final @Nullable String order;

    private ForeignLog(
            Database database,
            String name,
            String table,
            String key,
            KeyKind kind,
            String status,
            @Nullable String order) {
        this.database = database;
        this.name = name;
        this.table = table;
        this.key = key;
        this.kind = kind;
        this.status = status;
        this.order = order;
    }

    /** Whether a table can be such a log. */
    static boolean isLog(List<TableFinder.Column> columns) {
        return TableFinder.column(columns, KEY).isPresent()
                && TableFinder.column(columns, STATUS).isPresent();
    }

    /**
     * Finds the log.
     *
     * @param wanted its name, with or without its schema; null for {@code processing_log}
     * @param schema where to look first if no name is given; null for the connection's own
     * @throws TargetException when it does not exist, or is no such log
     */
    static ForeignLog find(Connection connection, Database database, @Nullable String wanted, @Nullable String schema)
            throws SQLException, TargetException {
        TableFinder finder = new TableFinder(connection);
        Optional<TableName> found = wanted == null ? finder.find(schema, LedgerNames.LOG) : finder.find(wanted);
        if (found.isEmpty() && wanted == null) {
            found = finder.find(null, LedgerNames.LOG);
        }
        String asked = wanted == null ? LedgerNames.LOG : wanted;
        List<TableName> several = finder.several(asked);
        if (found.isEmpty() && !several.isEmpty()) {
            throw refusal("table " + asked
                    + " – is in several schemas, and in none that is the connection's own – name one with --log: "
                    + several.stream()
                            .map(one -> one.schema() + "." + one.name())
                            .collect(Collectors.joining(", ")));
        }
        if (found.isEmpty()) {
            throw refusal(
                    database.displayUrl() + " – has no table " + asked
                            + " – name the log of the original with --log TABLE, and its database with --log-url URL if it is another");
        }
        List<TableFinder.Column> columns = finder.columns(found.get());
        if (!isLog(columns)) {
            boolean own = TableFinder.column(columns, "document_key").isPresent();
            throw refusal("table " + asked + " – "
                    + (own ? "is a ledger of Millrace's own" : "has no columns " + KEY + " and " + STATUS)
                    + " – name the log of the original with --log TABLE");
        }
        TableFinder.Column key = TableFinder.column(columns, KEY).orElseThrow();
        Dialect dialect = database.dialect();
        String order = null;
        for (String candidate : ORDERS) {
            if (order == null) {
                order = TableFinder.column(columns, candidate)
                        .map(column -> dialect.quote(column.name()))
                        .orElse(null);
            }
        }
        TableName table = found.get();
        return new ForeignLog(
                database,
                (table.schema() == null ? "" : table.schema() + ".") + table.name(),
                dialect.qualified(table.schema(), table.name()),
                dialect.quote(key.name()),
                kind(key, asked),
                dialect.quote(TableFinder.column(columns, STATUS).orElseThrow().name()),
                order);
    }

    private static KeyKind kind(TableFinder.Column key, String table) throws TargetException {
        return switch (key.type()) {
            case Types.TINYINT, Types.SMALLINT, Types.INTEGER, Types.BIGINT, Types.NUMERIC, Types.DECIMAL ->
                KeyKind.NUMBER;
            case Types.VARCHAR, Types.LONGVARCHAR, Types.NVARCHAR, Types.LONGNVARCHAR -> KeyKind.TEXT;
            case Types.CHAR, Types.NCHAR -> KeyKind.PADDED_TEXT;
            default ->
                throw refusal("table " + table + ", column " + key.name() + " – is of type " + key.typeName()
                        + "; expected numbers or texts, as the source has them for keys");
        };
    }

    private static TargetException refusal(String message) {
        return new TargetException(message, true, null);
    }

    /** The log's name, for people. */
    String name() {
        return name;
    }

    Database database() {
        return database;
    }

    /**
     * What the log says of some documents.
     *
     * @param keys as the source has them
     * @return by key, whether the document was loaded; those that the log does not know are absent
     */
    Map<String, Boolean> among(Connection connection, List<String> keys) throws SQLException {
        Map<Object, String> wanted = new HashMap<>();
        for (String text : keys) {
            Object value = comparable(text);
            if (value != null) {
                wanted.put(value, text);
            }
        }
        List<Object> values = new ArrayList<>(wanted.keySet());
        Map<String, Boolean> found = new HashMap<>();
        int atOnce = database.dialect().keysAtOnce();
        for (int from = 0; from < values.size(); from += atOnce) {
            List<Object> chunk = values.subList(from, Math.min(values.size(), from + atOnce));
            String select = "SELECT " + key + ", " + status + " FROM " + table + " WHERE " + key + " IN ("
                    + String.join(", ", Collections.nCopies(chunk.size(), "?")) + ")"
                    + (order == null ? "" : " ORDER BY " + order);
            try (PreparedStatement statement = connection.prepareStatement(select)) {
                for (int i = 0; i < chunk.size(); i++) {
                    bind(statement, i + 1, chunk.get(i));
                }
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        String source = wanted.get(comparable(rows.getString(1)));
                        if (source != null) {
                            boolean loaded = isSuccess(rows.getString(2));
                            // If it is not known which row is the last, one that says loaded counts.
                            found.merge(source, loaded, (before, now) -> order == null ? before || now : now);
                        }
                    }
                }
            }
        }
        return found;
    }

    private static boolean isSuccess(@Nullable String status) {
        return status != null && status.strip().toLowerCase(Locale.ROOT).equals(SUCCESS);
    }

    /** A key in a form that is equal for log and source; null for a key that the log's column cannot hold. */
    private @Nullable Object comparable(@Nullable String key) {
        if (key == null || kind == KeyKind.TEXT) {
            return key;
        }
        return kind == KeyKind.NUMBER ? number(key) : key.stripTrailing();
    }

    /** The same form for equal numbers; null for a text that is no number, or that no column can hold. */
    private static @Nullable BigDecimal number(String text) {
        try {
            BigDecimal number = new BigDecimal(text.strip());
            // Otherwise 1e999999999 would be written with all its digits.
            return number.precision() > MOST_DIGITS || Math.abs((long) number.scale()) > MOST_DIGITS
                    ? null
                    : number.stripTrailingZeros();
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static void bind(PreparedStatement statement, int parameter, Object value) throws SQLException {
        if (value instanceof BigDecimal number) {
            // As a whole number where it is one, so that an index over whole numbers can be used.
            if (number.scale() <= 0 && number.precision() - number.scale() <= 18) {
                statement.setLong(parameter, number.longValueExact());
            } else {
                statement.setBigDecimal(parameter, number);
            }
        } else {
            statement.setString(parameter, (String) value);
        }
    }

    /** How many documents are in the log. */
    long documents(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT COUNT(*) FROM (SELECT DISTINCT " + key + " FROM "
                        + table + " WHERE " + key + " IS NOT NULL) d")) {
            return rows.next() ? rows.getLong(1) : 0;
        }
    }
}

package dev.millrace.dialect;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Looks names up in the database's catalog. It looks for the exact name first, then for a single one that differs only in case, since
 * databases change the case of names without quotes.
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class TableFinder {
    private static final String[] KINDS = {
        "TABLE",
        "BASE TABLE",
        "PARTITIONED TABLE",
        "VIEW",
        "MATERIALIZED VIEW",
        "FOREIGN TABLE",
        "LOCAL TEMPORARY",
        "SYNONYM"
    };

    private final DatabaseMetaData catalog;
    private final @Nullable String database;
    private final @Nullable String currentSchema;

    /**
     * A column of the catalog.
     *
     * @param type of {@link java.sql.Types}
     * @param typeName the database's word
     * @param size characters of a text, digits of a number; 0 where a number may have any
     * @param digits fraction digits
     * @param declared the driver's name for the type, where {@code typeName} is a name that the dialect has given it
     * @param numbered whether the database numbers its rows: IDENTITY, AUTO_INCREMENT, serial
     * @param defaultValue what a row that does not name it gets, as the catalog writes it; null for nothing, and for numbered columns
     * @param computed whether the database makes its values of others, so that none can be given; see {@link #computed}
     */
    public record Column(
            String name,
            int type,
            String typeName,
            int size,
            int digits,
            String declared,
            boolean nullable,
            boolean numbered,
            @Nullable String defaultValue,
            boolean computed) {
        /** The same column of another type. */
        public Column as(String otherType, int otherSize, int otherDigits) {
            return new Column(
                    name,
                    type,
                    otherType,
                    otherSize,
                    otherDigits,
                    declared,
                    nullable,
                    numbered,
                    defaultValue,
                    computed);
        }

        /** The same column with its type in words, such as {@code numeric(5,1)} or {@code timestamp(3) without time zone}. */
        public Column as(String words) {
            Matcher sized = SIZED.matcher(words);
            if (!sized.matches()) {
                boolean time = words.startsWith("time");
                return as(words, 0, time ? USUAL_FRACTION_DIGITS : 0);
            }
            String word = sized.group(1) + sized.group(4);
            int first = Integer.parseInt(sized.group(2));
            int second = sized.group(3) == null ? 0 : Integer.parseInt(sized.group(3));
            return word.startsWith("time") ? as(word, 0, first) : as(word, first, second);
        }

        /** The same column, whose values are the database's own. */
        public Column asComputed() {
            return new Column(name, type, typeName, size, digits, declared, nullable, numbered, defaultValue, true);
        }

        /** Whether a row can be inserted without it. */
        public boolean optional() {
            return nullable || numbered || defaultValue != null || computed;
        }
    }

    /** The name of a type, its one or two numbers, and the words after them. */
    private static final Pattern SIZED = Pattern.compile("([\\w ]+)\\((\\d{1,9})(?:, ?(-?\\d{1,9}))?\\)([\\w ]*)");

    private static final Pattern NOTHING = Pattern.compile("[\\s(]*NULL[\\s)]*", Pattern.CASE_INSENSITIVE);

    private static final int USUAL_FRACTION_DIGITS = 6;

    /** In the catalog's order, each once, whatever kinds a driver lists it under. */
    private final Set<TableName> tables = new LinkedHashSet<>();

    private final Set<TableName> views = new HashSet<>();

    /** Reads the names of all tables once. Tables that are created later need another finder. */
    public TableFinder(Connection connection) throws SQLException {
        this.catalog = connection.getMetaData();
        this.database = connection.getCatalog();
        this.currentSchema = connection.getSchema();
        try (ResultSet rows = catalog.getTables(database, null, null, KINDS)) {
            while (rows.next()) {
                TableName table = new TableName(rows.getString("TABLE_SCHEM"), rows.getString("TABLE_NAME"));
                tables.add(table);
                String kind = rows.getString("TABLE_TYPE");
                if (kind != null && kind.endsWith("VIEW")) {
                    views.add(table);
                }
            }
        }
    }

    /** The schema of a name; empty if there is none. */
    public Optional<String> schema(String name) throws SQLException {
        List<String> schemas = new ArrayList<>();
        try (ResultSet rows = catalog.getSchemas()) {
            while (rows.next()) {
                schemas.add(rows.getString("TABLE_SCHEM"));
            }
        }
        return pick(schemas, name, schema -> schema);
    }

    /** {@code schema.table} or {@code table}, either of them in double quotes if it holds a dot. */
    public Optional<TableName> find(String text) {
        int dot = text.lastIndexOf('.');
        if (text.endsWith("\"")) {
            int opening = text.lastIndexOf('"', text.length() - 2);
            dot = opening > 0 && text.charAt(opening - 1) == '.' ? opening - 1 : -1;
        }
        return dot < 0 ? find(null, bare(text)) : find(bare(text.substring(0, dot)), bare(text.substring(dot + 1)));
    }

    /**
     * A table, unless there are several that the name can mean: see {@link #several}.
     *
     * @param schema null for the connection's own schema, and then for the only schema that has such a table
     */
    public Optional<TableName> find(@Nullable String schema, String table) {
        List<TableName> all = tables.stream()
                .filter(name -> name.name().equalsIgnoreCase(table))
                .toList();
        if (schema == null) {
            String own = currentSchema;
            List<TableName> near = all.stream()
                    .filter(name -> own == null || own.equals(name.schema()))
                    .toList();
            Optional<TableName> found = pick(near, table, TableName::name);
            return found.isPresent() ? found : pick(all, table, TableName::name);
        }
        List<TableName> exact =
                all.stream().filter(name -> schema.equals(name.schema())).toList();
        List<TableName> near = exact.isEmpty()
                ? all.stream()
                        .filter(name -> schema.equalsIgnoreCase(name.schema()))
                        .toList()
                : exact;
        return pick(near, table, TableName::name);
    }

    /**
     * The tables of a name without a schema that {@link #find(String)} does not find because it can mean each of them: none of them is in
     * the connection's own schema, and taking one of them would perhaps be taking the wrong one. Empty where the name is clear, or means
     * none.
     */
    public List<TableName> several(String table) {
        if (find(table).isPresent()) {
            return List.of();
        }
        List<TableName> all = tables.stream()
                .filter(name -> name.name().equalsIgnoreCase(bare(table)))
                .toList();
        return all.size() > 1 ? all : List.of();
    }

    /** Whether the table is a view. */
    public boolean isView(TableName table) {
        return views.contains(table);
    }

    /** All tables whose names end with a text, in whatever case, in the order of schemas and names. */
    public List<TableName> namesEndingIn(String end) {
        return tables.stream()
                .filter(table ->
                        table.name().regionMatches(true, table.name().length() - end.length(), end, 0, end.length()))
                .sorted(Comparator.comparing((TableName table) -> Objects.requireNonNullElse(table.schema(), ""))
                        .thenComparing(TableName::name))
                .toList();
    }

    /** The table's columns in order. */
    public List<Column> columns(TableName table) throws SQLException {
        List<Column> columns = columns(table, pattern(table.schema()), pattern(table.name()));
        // Some servers do not understand an escaped name. Unescaped, the pattern matches the name itself, too.
        return columns.isEmpty() ? columns(table, table.schema(), table.name()) : columns;
    }

    /** The table's columns in order, with everything that dialect and catalog know about them. */
    public List<Column> columns(Catalog dialect, TableName table) throws SQLException {
        Set<String> computed = computed(dialect, table);
        Map<String, String> words = new HashMap<>();
        Optional<String> select = dialect.columnTypes();
        if (select.isPresent()) {
            try (PreparedStatement statement = catalog.getConnection().prepareStatement(select.get())) {
                statement.setString(1, table.schema());
                statement.setString(2, table.name());
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        words.put(rows.getString(1), rows.getString(2));
                    }
                }
            }
        }
        List<Column> columns = new ArrayList<>();
        for (Column column : columns(table)) {
            String type = words.get(column.name());
            Column described = type == null ? dialect.described(column) : column.as(type);
            columns.add(computed.contains(column.name()) ? described.asComputed() : described);
        }
        return columns;
    }

    /** The columns of the table's primary key, in no particular order; empty if it has none. */
    public List<String> primaryKey(TableName table) throws SQLException {
        List<String> columns = new ArrayList<>();
        try (ResultSet rows = catalog.getPrimaryKeys(database, table.schema(), table.name())) {
            while (rows.next()) {
                columns.add(rows.getString("COLUMN_NAME"));
            }
        }
        return columns;
    }

    /** The tables that a table's foreign keys refer to. */
    public Set<TableName> referredTo(TableName table) throws SQLException {
        Set<TableName> referredTo = new HashSet<>();
        try (ResultSet rows = catalog.getImportedKeys(database, table.schema(), table.name())) {
            while (rows.next()) {
                referredTo.add(new TableName(rows.getString("PKTABLE_SCHEM"), rows.getString("PKTABLE_NAME")));
            }
        }
        return referredTo;
    }

    /** The columns of each unique index that covers all rows. */
    public Set<Set<String>> uniqueKeys(Catalog dialect, TableName table) throws SQLException {
        Map<String, Set<String>> columns = new HashMap<>();
        Optional<String> select = dialect.uniqueKeys();
        if (select.isEmpty()) {
            try (ResultSet rows = catalog.getIndexInfo(database, table.schema(), table.name(), true, true)) {
                Set<String> partial = new HashSet<>();
                while (rows.next()) {
                    collect(rows, columns);
                    if (rows.getString("FILTER_CONDITION") != null) {
                        partial.add(String.valueOf(rows.getString("INDEX_NAME")));
                    }
                }
                columns.keySet().removeAll(partial);
            }
            return Set.copyOf(columns.values());
        }
        try (PreparedStatement statement = catalog.getConnection().prepareStatement(select.get())) {
            statement.setString(1, table.schema());
            statement.setString(2, table.name());
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    collect(rows, columns);
                }
            }
        }
        return Set.copyOf(columns.values());
    }

    /** The names of computed columns about which the driver does not say so. */
    private Set<String> computed(Catalog dialect, TableName table) throws SQLException {
        Set<String> computed = new HashSet<>();
        Optional<String> select = dialect.computedColumns();
        if (select.isPresent()) {
            try (PreparedStatement statement = catalog.getConnection().prepareStatement(select.get())) {
                statement.setString(1, table.schema());
                statement.setString(2, table.name());
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        computed.add(rows.getString(1));
                    }
                }
            }
        }
        return computed;
    }

    private static void collect(ResultSet rows, Map<String, Set<String>> columns) throws SQLException {
        String index = rows.getString("INDEX_NAME");
        String column = rows.getString("COLUMN_NAME");
        if (index != null && column != null) {
            columns.computeIfAbsent(index, name -> new HashSet<>()).add(column);
        }
    }

    /** The column with exactly this name, or the only one that differs in case. */
    public static Optional<Column> column(List<Column> columns, String name) {
        return pick(columns, name, Column::name);
    }

    private List<Column> columns(TableName table, @Nullable String schemaPattern, @Nullable String namePattern)
            throws SQLException {
        List<Column> columns = new ArrayList<>();
        try (ResultSet rows = catalog.getColumns(database, schemaPattern, namePattern, null)) {
            while (rows.next()) {
                if (!table.name().equalsIgnoreCase(rows.getString("TABLE_NAME"))) {
                    continue;
                }
                boolean nullable = rows.getInt("NULLABLE") != DatabaseMetaData.columnNoNulls;
                boolean numbered = "YES".equals(rows.getString("IS_AUTOINCREMENT"));
                boolean generated = "YES".equals(rows.getString("IS_GENERATEDCOLUMN"));
                String type = String.valueOf(rows.getString("TYPE_NAME"));
                columns.add(new Column(
                        rows.getString("COLUMN_NAME"),
                        rows.getInt("DATA_TYPE"),
                        type,
                        rows.getInt("COLUMN_SIZE"),
                        rows.getInt("DECIMAL_DIGITS"),
                        type,
                        nullable,
                        numbered,
                        numbered ? null : defaultValue(rows.getString("COLUMN_DEF")),
                        generated && !numbered));
            }
        }
        return columns;
    }

    /** Some drivers give the text NULL if there is no default. */
    private static @Nullable String defaultValue(@Nullable String written) {
        return written == null || NOTHING.matcher(written).matches() ? null : written;
    }

    private static <T> Optional<T> pick(List<T> candidates, String name, Function<T, String> naming) {
        List<T> exact = new ArrayList<>();
        List<T> near = new ArrayList<>();
        for (T candidate : candidates) {
            if (naming.apply(candidate).equals(name)) {
                exact.add(candidate);
            } else if (naming.apply(candidate).equalsIgnoreCase(name)) {
                near.add(candidate);
            }
        }
        List<T> found = exact.isEmpty() ? near : exact;
        return found.size() == 1 ? Optional.of(found.get(0)) : Optional.empty();
    }

    private @Nullable String pattern(@Nullable String name) throws SQLException {
        if (name == null) {
            return null;
        }
        String escape = catalog.getSearchStringEscape();
        return name.replace(escape, escape + escape).replace("_", escape + "_").replace("%", escape + "%");
    }

    private static String bare(String name) {
        return name.length() > 1 && name.startsWith("\"") && name.endsWith("\"")
                ? name.substring(1, name.length() - 1).replace("\"\"", "\"")
                : name;
    }
}

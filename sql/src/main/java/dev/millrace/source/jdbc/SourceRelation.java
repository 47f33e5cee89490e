package dev.millrace.source.jdbc;

import dev.millrace.contract.LedgerNames;
import dev.millrace.dialect.Dialect;
import dev.millrace.dialect.TableFinder;
import dev.millrace.dialect.TableName;
import dev.millrace.source.SourceException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The table or query to read, after its names were found in the catalog and its columns checked.
 *
 * @param from for a FROM clause, without an alias
 * @param name for people
 * @param table whether it is a table or view, not a query
 * @param key the key column
 * @param xmlColumn the name of the XML column, as the catalog writes it
 * @param xmlType of {@link Types}, as {@link Dialect#documentType} gives it
 * @param unique whether a primary key or unique index ensures that no key occurs twice
 * @param nullableKey whether a key may be NULL
 */
record SourceRelation(
        String from,
        String name,
        boolean table,
        KeyColumn key,
        String xmlColumn,
        int xmlType,
        boolean unique,
        boolean nullableKey) {

    private static final Set<Integer> NO_XML = Set.of(
            Types.BIT,
            Types.BOOLEAN,
            Types.TINYINT,
            Types.SMALLINT,
            Types.INTEGER,
            Types.BIGINT,
            Types.REAL,
            Types.FLOAT,
            Types.DOUBLE,
            Types.NUMERIC,
            Types.DECIMAL,
            Types.DATE,
            Types.TIME,
            Types.TIMESTAMP,
            Types.ARRAY,
            Types.TIME_WITH_TIMEZONE,
            Types.TIMESTAMP_WITH_TIMEZONE);

    private static final Set<Integer> BINARY = Set.of(Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY, Types.BLOB);

    private static final int NAMES_SHOWN = 8;

    /** @throws SourceException when a name is wrong, or a column cannot be what it is said to be */
    static SourceRelation find(Connection connection, Dialect dialect, JdbcSource.Selection selection)
            throws SQLException, SourceException {
        String query = selection.query();
        if (query != null) {
            String from = "(" + query.strip().replaceAll("[;\\s]+$", "") + "\n)";
            return of(connection, dialect, selection, from, "the query", null);
        }
        String wanted = selection.table();
        if (wanted == null) {
            throw SourceException.usage(
                    "no table to read from – give --from-table or --from-query, or 'source: { table: … }' in the contract");
        }
        TableFinder finder = new TableFinder(connection);
        TableName table = finder.find(wanted).orElse(null);
        List<TableName> several = finder.several(wanted);
        if (!several.isEmpty()) {
            throw SourceException.usage(
                    "table " + wanted + " – is in several schemas, and in none that is the connection's own; name"
                            + " one with --from-table: "
                            + several.stream()
                                    .map(one -> one.schema() + "." + one.name())
                                    .collect(Collectors.joining(", ")));
        }
        if (table == null) {
            throw SourceException.usage("table " + wanted + " – not found"
                    + (mayBeHidden(connection, dialect, wanted)
                            ? ", or the user has no right on it and may not see it (then have SELECT granted)"
                            : "")
                    + "; " + tables(connection, wanted));
        }
        return of(connection, dialect, selection, dialect.qualified(table.schema(), table.name()), wanted, table);
    }

    private static boolean mayBeHidden(Connection connection, Dialect dialect, String table) {
        int dot = table.lastIndexOf('.');
        String name = dialect.qualified(dot < 0 ? null : table.substring(0, dot), table.substring(dot + 1));
        try (PreparedStatement nothing = connection.prepareStatement("SELECT 1 FROM " + name + " WHERE 1 = 0")) {
            nothing.executeQuery().close();
            return false;
        } catch (SQLException e) {
            return dialect.isLackOfPrivilege(e);
        }
    }

    /** Whether documents are read as bytes in their own encoding, and not as text. */
    boolean isBinary() {
        return BINARY.contains(xmlType);
    }

    private static SourceRelation of(
            Connection connection,
            Dialect dialect,
            JdbcSource.Selection selection,
            String from,
            String name,
            @Nullable TableName table)
            throws SQLException, SourceException {
        SourceRelation relation;
        String select = "SELECT q.* FROM " + from + " q WHERE 1 = 0";
        try (PreparedStatement nothing = connection.prepareStatement(select);
                ResultSet result = nothing.executeQuery()) {
            ResultSetMetaData columns = result.getMetaData();
            int key = column(columns, selection.keyColumn(), "--key-column", name);
            int xml = column(columns, selection.xmlColumn(), "--xml-column", name);
            int xmlType = columns.getColumnType(xml);
            // Where values have their types, what is no plain column is said to be a number.
            boolean unknown = dialect.typesValues() && xmlType == Types.NUMERIC;
            if (NO_XML.contains(xmlType) && !unknown) {
                throw SourceException.usage("column " + columns.getColumnLabel(xml) + " of " + name + " – is of type "
                        + columns.getColumnTypeName(xml)
                        + ", which holds no XML; expected a text, xml or binary column;"
                        + " name another one with --xml-column");
            }
            String keyName = columns.getColumnLabel(key);
            String keyType = columns.getColumnTypeName(key);
            Optional<String> unfit = dialect.refusesKey(connection, keyName, columns.getColumnType(key), keyType);
            if (unfit.isPresent()) {
                throw SourceException.usage("column " + keyName + " of " + name + " – is of type " + keyType
                        + ", by which documents cannot be known: " + unfit.get());
            }
            String placeholder = dialect.keyParameter(connection, select, keyName, keyType);
            relation = new SourceRelation(
                    from,
                    name,
                    table != null,
                    KeyColumn.of(keyName, columns.getColumnType(key), keyType, dialect, placeholder),
                    columns.getColumnLabel(xml),
                    xmlType,
                    false,
                    table == null || columns.isNullable(key) != ResultSetMetaData.columnNoNulls);
        }
        // Only now, as some drivers have one result open at a time.
        int xmlType = dialect.documentType(connection, relation.xmlType);
        boolean unique = table != null && isUnique(connection, dialect, table, relation.key.name());
        return new SourceRelation(
                relation.from,
                relation.name,
                relation.table,
                relation.key,
                relation.xmlColumn,
                xmlType,
                unique,
                relation.nullableKey);
    }

    /** The number of a column: of exactly this name, else of the only one that differs in case. */
    private static int column(ResultSetMetaData columns, String wanted, String option, String name)
            throws SQLException, SourceException {
        List<String> names = new ArrayList<>();
        int near = 0;
        int nearCount = 0;
        for (int i = 1; i <= columns.getColumnCount(); i++) {
            String label = columns.getColumnLabel(i);
            if (label.equals(wanted)) {
                return i;
            }
            if (label.equalsIgnoreCase(wanted)) {
                near = i;
                nearCount++;
            }
            names.add(label);
        }
        if (nearCount == 1) {
            return near;
        }
        throw SourceException.usage("column " + wanted + " of " + name + " – not found; it has the columns "
                + String.join(", ", names) + "; name one of them with " + option);
    }

    private static boolean isUnique(Connection connection, Dialect dialect, TableName table, String key)
            throws SQLException {
        TableFinder finder = new TableFinder(connection);
        return finder.primaryKey(table).equals(List.of(key))
                || finder.uniqueKeys(dialect, table).contains(Set.of(key));
    }

    /** The tables there are, those whose names share most with the wanted one first. */
    private static String tables(Connection connection, String wanted) throws SQLException {
        String bare = wanted.substring(wanted.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        List<String> names = new ArrayList<>();
        try (ResultSet rows = connection
                .getMetaData()
                .getTables(connection.getCatalog(), null, "%", new String[] {"TABLE", "BASE TABLE", "VIEW"})) {
            while (rows.next()) {
                String schema = rows.getString("TABLE_SCHEM");
                boolean systems = schema != null
                        && (schema.equalsIgnoreCase("information_schema")
                                || schema.startsWith("pg_")
                                || schema.equals("sys"));
                String table = rows.getString("TABLE_NAME");
                if (!systems && !isOfLedger(table)) {
                    names.add((schema == null ? "" : schema + ".") + table);
                }
            }
        }
        if (names.isEmpty()) {
            return "the database shows no tables to this user; check the database's name and the user's rights";
        }
        names.sort((a, b) -> Integer.compare(likeness(b, bare), likeness(a, bare)));
        return "there is " + String.join(", ", names.subList(0, Math.min(names.size(), NAMES_SHOWN)))
                + (names.size() > NAMES_SHOWN ? " and " + (names.size() - NAMES_SHOWN) + " more" : "")
                + "; name one of them with --from-table";
    }

    /** Nobody looks for documents there, whatever the names of the ledger begin with. */
    private static boolean isOfLedger(String table) {
        String folded = table.toLowerCase(Locale.ROOT);
        return LedgerNames.TABLES.stream().anyMatch(folded::endsWith);
    }

    /** How many pairs of neighbouring letters of a name are in the wanted one too. */
    private static int likeness(String qualified, String wanted) {
        String name = qualified.substring(qualified.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        int shared = 0;
        for (int i = 0; i + 2 <= name.length(); i++) {
            shared += wanted.contains(name.substring(i, i + 2)) ? 1 : 0;
        }
        return shared;
    }
}

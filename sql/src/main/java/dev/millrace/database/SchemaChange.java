package dev.millrace.database;

import dev.millrace.contract.ColumnLimits.Numbers;
import dev.millrace.contract.ColumnLimits.Text;
import dev.millrace.contract.MappingContract;
import dev.millrace.contract.NarrowColumn;
import dev.millrace.contract.SqlType;
import dev.millrace.contract.TableMapping.OnDuplicate;
import dev.millrace.database.ExistingTable.Difference;
import dev.millrace.database.ExistingTable.Differing;
import dev.millrace.dialect.ColumnRange;
import dev.millrace.dialect.Database;
import dev.millrace.dialect.Dialect;
import dev.millrace.dialect.TableDefinition;
import dev.millrace.dialect.TableDefinition.Column;
import dev.millrace.dialect.TableDefinition.Columns;
import dev.millrace.dialect.TableFinder;
import dev.millrace.dialect.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What makes a table that is there fit a contract: a statement, or where no statement does it in place, why. Immutable.
 *
 * @param kind which of these it is
 * @param statement whole, without a semicolon; null where there is none
 * @param words what to know of it, on one line; "" for nothing. Without a statement: what is in the way, or what stays
 */
public record SchemaChange(Kind kind, @Nullable String statement, String words) {

    /** What it is. */
    public enum Kind {
        /** To be executed. */
        STATEMENT,
        /** What no statement does in place: why, and what to do. */
        IMPOSSIBLE,
        /** What stays as it is, though the contract has it no more. */
        NOTE
    }

    static SchemaChange of(String statement) {
        return of(statement, "");
    }

    static SchemaChange of(String statement, String words) {
        return new SchemaChange(Kind.STATEMENT, statement, words);
    }

    static SchemaChange impossible(String words) {
        return new SchemaChange(Kind.IMPOSSIBLE, null, words);
    }

    static SchemaChange note(String words) {
        return new SchemaChange(Kind.NOTE, null, words);
    }

    /**
     * Compares the tables of a database with a contract, as {@link Target#check} does; changes nothing.
     *
     * @return in an order in which the statements can be executed; empty where the tables fit
     * @throws TargetException when the database cannot be reached, or cannot hold what the contract wants
     */
    public static List<SchemaChange> between(Database database, MappingContract contract) throws TargetException {
        return between(database, Renames.NONE, contract);
    }

    /**
     * The same for tables that may be those of an older contract: what has another name in the new one is renamed, where the table or
     * column of the old name is there and that of the new name is not.
     *
     * @param before the older contract; neither it nor {@code after} is null
     * @return in an order in which the statements can be executed; empty where the tables fit
     * @throws TargetException when the database cannot be reached, or cannot hold what the contract wants
     */
    public static List<SchemaChange> between(Database database, MappingContract before, MappingContract after)
            throws TargetException {
        return between(database, Renames.of(before, after), after);
    }

    /**
     * What makes the tables of one contract those of another, without a database: from the tables as Millrace creates them for the first
     * to what a run of the second needs.
     *
     * @param dialect of the database; not null
     * @param before the contract that the tables were created for; not null
     * @param after the contract that is to be run; not null
     * @return in an order in which the statements can be executed; empty where nothing is to be done; immutable
     * @throws IllegalArgumentException with a message for the user when the database cannot hold a type of one of the contracts, or two
     *     of its names become one there
     */
    public static List<SchemaChange> between(Dialect dialect, MappingContract before, MappingContract after) {
        return new ContractTables(dialect, before, after).changes();
    }

    private static List<SchemaChange> between(Database database, Renames renames, MappingContract contract)
            throws TargetException {
        try (Connection connection = Connections.open(database)) {
            return TargetSchema.changes(connection, database, renames, contract);
        } catch (SQLException e) {
            throw TargetException.broken(database, "cannot be compared with the contract", e);
        }
    }

    /** Of one table that is there. */
    static List<SchemaChange> of(
            Dialect dialect,
            TableFinder finder,
            TableName found,
            TableDefinition wanted,
            boolean keyIsPending,
            OnDuplicate onDuplicate)
            throws SQLException {
        List<Difference> differences = new ArrayList<>();
        List<@Nullable NarrowColumn> narrow =
                new ArrayList<>(Collections.nCopies(wanted.columns().size(), (NarrowColumn) null));
        ExistingTable.check(
                dialect,
                finder,
                found,
                wanted,
                keyIsPending,
                onDuplicate,
                narrow,
                new ArrayList<>(),
                new ArrayList<>(),
                differences);
        Set<String> key = new HashSet<>(finder.primaryKey(found));
        // Also those that the contract does not have are in the way of other types.
        List<Columns> unique = new ArrayList<>(wanted.unique());
        finder.uniqueKeys(dialect, found).forEach(columns -> unique.add(new Columns("", List.copyOf(columns))));
        TableDefinition table = new TableDefinition(
                found.schema(),
                found.name(),
                wanted.columns(),
                wanted.key(),
                unique,
                wanted.foreignKeys(),
                wanted.indexes());
        List<SchemaChange> changes = new ArrayList<>();
        Map<String, Set<Difference>> byColumn = new LinkedHashMap<>();
        for (Difference difference : differences) {
            TableFinder.Column there = difference.there();
            if (there == null) {
                changes.add(added(dialect, table, required(difference.wanted())));
            } else if (difference.differing() == Differing.OTHER) {
                changes.add(impossible(difference.words()));
            } else {
                byColumn.computeIfAbsent(there.name(), name -> new LinkedHashSet<>())
                        .add(difference);
            }
        }
        for (Set<Difference> ofColumn : byColumn.values()) {
            changes.addAll(changed(dialect, table, key, ofColumn));
        }
        otherKey(dialect, finder, found, wanted, key).ifPresent(words -> changes.add(impossible(words)));
        return changes;
    }

    /** @param table as it is to be, under its present name */
    static SchemaChange added(Dialect dialect, TableDefinition table, Column column) {
        if (table.key().columns().contains(column.name())) {
            return impossible("table " + table.name() + " – has no column " + column.name()
                    + ", which is in the contract's key, and rows that are there have no value for it – "
                    + makeAllAnew());
        }
        Column optional = new Column(column.name(), column.type(), true, column.binaryText());
        return of(
                dialect.addColumn(table, optional),
                column.nullable()
                        ? ""
                        : "table " + table.name() + " – column " + column.name()
                                + " is 'required' in the contract; it may be NULL for the rows that are there,"
                                + " until they are reloaded");
    }

    /**
     * The comments of columns that were added.
     *
     * @param table as it is to be, under the name and the schema that it has by then
     * @param isAdded whether a column, by its new name, was not there
     */
    static List<SchemaChange> comments(Dialect dialect, TableDefinition table, Predicate<String> isAdded) {
        return table.columns().stream()
                .filter(column -> isAdded.test(column.name()))
                .filter(column -> table.comments().columns().containsKey(column.name()))
                .flatMap(column -> dialect
                        .changeComment(
                                table,
                                new Column(column.name(), column.type(), true, column.binaryText()),
                                table.comments().columns().get(column.name()))
                        .stream())
                .map(SchemaChange::of)
                .toList();
    }

    private static List<SchemaChange> changed(
            Dialect dialect, TableDefinition table, Set<String> key, Set<Difference> differences) {
        Difference first = differences.iterator().next();
        TableFinder.Column there = Objects.requireNonNull(first.there());
        boolean freed = differences.stream().anyMatch(each -> each.differing() == Differing.NOT_NULL);
        boolean retyped = differences.stream().anyMatch(each -> each.differing() == Differing.TYPE);
        if (freed && key.contains(there.name())) {
            return List.of(impossible("table " + table.name() + ", column " + there.name()
                    + " – is in the table's primary key, and the contract may give it no value – " + makeAllAnew()));
        }
        Optional<SqlType> type = retyped
                ? Optional.of(required(first.wanted()).type()).filter(wanted -> widens(dialect, there, wanted))
                : ownType(dialect, there);
        if (type.isEmpty()) {
            return List.of(impossible(first.words() + "; "
                    + (retyped
                            ? "values that are there may not go into such a column – "
                            : "a statement that changes it would have to repeat what else it is – ")
                    + makeAnew()));
        }
        boolean binary = first.wanted() != null && first.wanted().binaryText();
        Column column = new Column(there.name(), type.get(), freed || there.nullable(), binary);
        List<String> statements = dialect.changeColumn(table, column, retyped, freed);
        return statements.isEmpty()
                ? List.of(impossible(
                        first.words() + "; " + dialect.name() + " cannot change that in place – " + makeAnew()))
                : statements.stream()
                        .map(statement -> of(
                                statement, dialect.redefinesColumns() ? notRepeated(table.name(), there.name()) : ""))
                        .toList();
    }

    /** Of what the catalog does not say by itself. */
    static String notRepeated(String table, String column) {
        return "table " + table + ", column " + column
                + " – the statement repeats its type and whether it may be NULL, nothing else: if the column has a comment, a CHECK"
                + " or ON UPDATE, add it, or it may be lost";
    }

    /** The type that a column has, if it can be repeated where that is needed. */
    private static Optional<SqlType> ownType(Dialect dialect, TableFinder.Column there) {
        if (!dialect.redefinesColumns()) {
            return Optional.of(SqlType.TEXT);
        }
        return dialect.range(there)
                .filter(range -> range.limits() == null && isWhollyKnown(dialect, there))
                .map(ColumnRange::closest);
    }

    /** Whether nothing of a column is lost where it is defined anew, as far as the catalog tells; see {@link #notRepeated}. */
    private static boolean isWhollyKnown(Dialect dialect, TableFinder.Column there) {
        return !dialect.redefinesColumns() || there.defaultValue() == null && !there.numbered();
    }

    /** Whether every value that a column can hold is one of a type. */
    private static boolean widens(Dialect dialect, TableFinder.Column there, SqlType wanted) {
        ColumnRange range = dialect.range(there).orElse(null);
        return range != null && isWhollyKnown(dialect, there) && widens(range, wanted);
    }

    /** Whether every value of a range is one of a type, and becomes it by itself. */
    static boolean widens(ColumnRange range, SqlType wanted) {
        SqlType own = range.closest();
        return switch (wanted.kind()) {
            case SMALLINT, INTEGER, BIGINT ->
                isNumber(own) && range.fractionDigits() == 0 && holds(ColumnRange.wholeNumbers(wanted.kind()), range);
            case DECIMAL ->
                isNumber(own)
                        && range.fractionDigits() <= wanted.scale()
                        && holds(ColumnRange.decimals(wanted.precision() - wanted.scale(), wanted.scale()), range);
            case DOUBLE -> own.kind() == SqlType.Kind.REAL;
            case CHAR -> own.kind() == SqlType.Kind.CHAR && own.length() <= wanted.length() && isPlainText(range);
            case VARCHAR -> own.kind() == SqlType.Kind.VARCHAR && own.length() <= wanted.length() && isPlainText(range);
            case TEXT -> own.kind() == SqlType.Kind.VARCHAR && isPlainText(range);
            case TIME, TIMESTAMP, TIMESTAMPTZ ->
                own.kind() == wanted.kind() && own.precision() <= wanted.precision() && range.limits() == null;
            case BOOLEAN, REAL, DATE, UUID, BYTES, XML -> false;
        };
    }

    private static boolean isNumber(SqlType type) {
        return switch (type.kind()) {
            case SMALLINT, INTEGER, BIGINT, DECIMAL -> true;
            default -> false;
        };
    }

    private static boolean holds(Numbers wanted, ColumnRange range) {
        Numbers own = range.numbers();
        return own != null
                && wanted.least().compareTo(own.least()) <= 0
                && wanted.most().compareTo(own.most()) >= 0;
    }

    /** Whether it is no list of words. */
    private static boolean isPlainText(ColumnRange range) {
        return range.limits() == null || range.limits() instanceof Text;
    }

    /** Not where the table has a key of its own beside the contract's columns, as tables with numbered rows have. */
    private static Optional<String> otherKey(
            Dialect dialect, TableFinder finder, TableName found, TableDefinition wanted, Set<String> key)
            throws SQLException {
        Set<String> names = new HashSet<>();
        List<TableFinder.Column> there = finder.columns(found);
        for (String column : wanted.key().columns()) {
            TableFinder.column(there, column).ifPresent(match -> names.add(match.name()));
        }
        Set<String> filled = new HashSet<>();
        for (Column column : wanted.columns()) {
            TableFinder.column(there, column.name()).ifPresent(match -> filled.add(match.name()));
        }
        if (names.size() < wanted.key().columns().size()
                || key.isEmpty()
                || key.equals(names)
                || !filled.containsAll(key)
                || finder.uniqueKeys(dialect, found).contains(names)) {
            return Optional.empty();
        }
        return Optional.of("table " + found.name() + " – has the primary key (" + String.join(", ", key)
                + "), and the contract's is (" + String.join(", ", names) + ") – " + makeAllAnew());
    }

    static String makeAnew() {
        return "drop the table and those below it, and load again with --create-tables --on-existing reload";
    }

    /** Rows are found by the keys of the top-level tables that the ledger has, unless no table has any. */
    static String makeAllAnew() {
        return "drop all tables of the contract, and load again with --create-tables --on-existing reload";
    }

    private static Column required(@Nullable Column column) {
        return Objects.requireNonNull(column, "a column of the contract");
    }
}

package dev.millrace.database;

import dev.millrace.contract.ColumnLimits.Grid;
import dev.millrace.contract.ColumnLimits.Times;
import dev.millrace.contract.NarrowColumn;
import dev.millrace.contract.SqlType;
import dev.millrace.contract.SqlType.Kind;
import dev.millrace.contract.TableMapping.OnDuplicate;
import dev.millrace.dialect.Dialect;
import dev.millrace.dialect.TableDefinition;
import dev.millrace.dialect.TableDefinition.Columns;
import dev.millrace.dialect.TableFinder;
import dev.millrace.dialect.TableName;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Compares an existing table with the contract. */
final class ExistingTable {
    /** Drivers give a size of at least this for a text column without a limit. */
    private static final int UNLIMITED = 1_000_000_000;

    private ExistingTable() {}

    /** What a column differs in. */
    enum Differing {
        /** It is not there. */
        MISSING,
        /** It is of a type that does not go with the contract's, or holds less. */
        TYPE,
        /** It is NOT NULL, and the contract may give it no value. */
        NOT_NULL,
        /** It takes no values, or not all that the contract gives. */
        OTHER
    }

    /**
     * A difference that a statement might settle.
     *
     * @param wanted null for a column that the contract does not have
     * @param there null where it is missing
     * @param words what {@link #check} says of it
     */
    record Difference(
            Differing differing,
            TableDefinition.@Nullable Column wanted,
            TableFinder.@Nullable Column there,
            String words) {}

    /**
     * Adds a problem for each difference that a run cannot work with, and returns the table with the catalog's names.
     *
     * @param keyIsPending whether its primary key is built after its rows
     * @param narrow has an element for each wanted column; set for columns that hold less than the wanted type
     * @param differences is added to: the differences one by one
     */
    static TableDefinition check(
            Dialect dialect,
            TableFinder finder,
            TableName found,
            TableDefinition wanted,
            boolean keyIsPending,
            OnDuplicate onDuplicate,
            List<@Nullable NarrowColumn> narrow,
            List<String> problems,
            List<String> warnings,
            List<Difference> differences)
            throws SQLException {
        List<TableFinder.Column> actual = finder.columns(dialect, found);
        List<TableDefinition.Column> columns = new ArrayList<>();
        Map<String, String> names = new HashMap<>();
        Set<String> filled = new HashSet<>();
        String table = "table " + found.name();
        for (int i = 0; i < wanted.columns().size(); i++) {
            TableDefinition.Column column = wanted.columns().get(i);
            Optional<TableFinder.Column> match = TableFinder.column(actual, column.name());
            if (match.isEmpty()) {
                String missing =
                        table + " – has no column " + column.name() + " – add it as " + dialect.typeName(column.type());
                problems.add(missing);
                differences.add(new Difference(Differing.MISSING, column, null, missing));
                continue;
            }
            TableFinder.Column there = match.get();
            String where = table + ", column " + there.name() + " – ";
            String words = describe(dialect, there);
            filled.add(there.name());
            names.put(column.name(), there.name());
            if (there.computed()) {
                String computed = where
                        + "is computed by the database, which takes no value for it – take it out of the" + " contract";
                problems.add(computed);
                differences.add(new Difference(Differing.OTHER, column, there, computed));
                continue;
            }
            ColumnFit fit = ColumnFit.of(dialect, column.type(), there).orElse(null);
            if (fit == null) {
                String unfit =
                        where + "is " + words + ", which does not go with " + column.type() + advice(dialect, there);
                problems.add(unfit);
                differences.add(new Difference(Differing.TYPE, column, there, unfit));
                continue;
            }
            columns.add(new TableDefinition.Column(
                    there.name(), fit.type(), column.nullable(), column.binaryText(), there.numbered()));
            if (there.numbered()) {
                int before = problems.size();
                checkNumbers(dialect, found, wanted, column, there, onDuplicate, problems, warnings);
                problems.subList(before, problems.size())
                        .forEach(problem -> differences.add(new Difference(Differing.OTHER, column, there, problem)));
            }
            if (!fit.isWhole(column.type())) {
                narrow.set(i, new NarrowColumn(column.type(), fit.type(), fit.limits(), words));
                differences.add(new Difference(
                        Differing.TYPE,
                        column,
                        there,
                        where + "is " + words + ", which does not hold every " + column.type()));
            }
            if (column.nullable() && !there.nullable()) {
                String required = where
                        + "is NOT NULL but not 'required' in the contract: documents without a value will be rejected";
                warnings.add(required);
                differences.add(new Difference(Differing.NOT_NULL, column, there, required));
            }
            if (isLimited(dialect, column.type(), there)) {
                warnings.add(where + "is " + words + ", which holds " + there.size() + " characters for sure, and "
                        + column.type() + " more: documents with more than it holds will be rejected");
            }
            dialect.changesValues(there).ifPresent(what -> warnings.add(where + what));
            if (isClosest(dialect, column.type(), there)) {
                continue;
            }
            if (!fit.isWhole(column.type())) {
                warnings.add(where + "is " + words + ", which does not hold every " + column.type()
                        + ": what it does not hold exactly is rejected, unless a policy of the column in the contract says"
                        + " otherwise");
            }
            if (pads(dialect, column.type(), there)) {
                warnings.add(where + "is " + words + ", which fills a " + column.type()
                        + " up with blanks, and does not tell them from a text's own: for texts as they"
                        + " are, make the column varchar(n)");
            }
        }
        for (TableFinder.Column there : actual) {
            if (!there.optional() && !filled.contains(there.name())) {
                String unfilled = table + ", column " + there.name()
                        + " – is NOT NULL without a default, and the contract does not fill it – add it to the contract or give it"
                        + " a default";
                problems.add(unfilled);
                differences.add(new Difference(Differing.NOT_NULL, null, there, unfilled));
            }
        }
        Set<String> key = new HashSet<>(finder.primaryKey(found));
        if (key.isEmpty() && !keyIsPending) {
            warnings.add(table + " – has no primary key: the database will not notice rows that are there twice");
        }
        Columns keyThere = new Columns(
                wanted.key().name(),
                wanted.key().columns().stream()
                        .map(name -> names.getOrDefault(name, name))
                        .toList());
        return new TableDefinition(found.schema(), found.name(), columns, keyThere, List.of(), List.of(), List.of());
    }

    /**
     * Adds a problem unless the database keeps a table's key unique.
     *
     * @param table as {@link #check} returned it
     * @param reason what the key is needed for
     */
    static void checkKey(
            Dialect dialect, TableFinder finder, TableDefinition table, String reason, List<String> problems)
            throws SQLException {
        Set<String> key = Set.copyOf(table.key().columns());
        TableName name = new TableName(table.schema(), table.name());
        if (!key.equals(Set.copyOf(finder.primaryKey(name)))
                && !finder.uniqueKeys(dialect, name).contains(key)) {
            problems.add("table " + table.name() + " – has no primary or unique key on ("
                    + String.join(", ", table.key().columns()) + ") alone, and " + reason
                    + " – add that key, or have the table created with --create-tables");
        }
    }

    /** Checks a column that the database would number. */
    private static void checkNumbers(
            Dialect dialect,
            TableName table,
            TableDefinition wanted,
            TableDefinition.Column column,
            TableFinder.Column there,
            OnDuplicate onDuplicate,
            List<String> problems,
            List<String> warnings) {
        String where = "table " + table.name() + ", column " + there.name() + " – is numbered by the database, ";
        if (column.nullable()) {
            problems.add(
                    where + "which gives a row without a value one – make the column 'required' in the contract, or"
                            + " take it out of it");
        } else if (onDuplicate == OnDuplicate.UPDATE && !wanted.key().columns().contains(column.name())) {
            problems.add(where + "and rows that are there keep their numbers – take the column out of the contract, or"
                    + " 'on-duplicate: update'");
        }
        dialect.reseed(table, there.name())
                .ifPresent(statement -> warnings.add(where + "whose next numbers do not follow those that the contract"
                        + " gives: before others insert rows without one, execute " + statement));
    }

    /** Whether no other type of a contract is closer to a column. */
    private static boolean isClosest(Dialect dialect, SqlType wanted, TableFinder.Column there) {
        return ExistingColumn.closest(dialect, there).filter(wanted::equals).isPresent();
    }

    private static String advice(Dialect dialect, TableFinder.Column there) {
        return ExistingColumn.closest(dialect, there)
                .map(type -> " – make it " + type + " in the contract, or change the column")
                .orElse(" – change the column, or take it out of the contract");
    }

    /** Whether a column pads a text of variable length with blanks. */
    private static boolean pads(Dialect dialect, SqlType wanted, TableFinder.Column there) {
        return wanted.kind() == Kind.VARCHAR && kind(dialect, there) == Kind.CHAR;
    }

    /** Whether a column of large texts has a limit that only the database knows in characters. */
    private static boolean isLimited(Dialect dialect, SqlType wanted, TableFinder.Column there) {
        boolean text = wanted.isCharacters() || wanted.kind() == Kind.XML;
        return text
                && kind(dialect, there) == Kind.TEXT
                && there.size() > 0
                && there.size() < UNLIMITED
                && (wanted.length() == 0 || wanted.length() > there.size());
    }

    private static @Nullable Kind kind(Dialect dialect, TableFinder.Column there) {
        return dialect.range(there).map(range -> range.closest().kind()).orElse(null);
    }

    /** The database's name for a column's type, with its sizes. */
    static String describe(Dialect dialect, TableFinder.Column there) {
        Kind kind = kind(dialect, there);
        String word = there.typeName().toLowerCase(Locale.ROOT);
        boolean sized = there.size() > 0 && there.size() < UNLIMITED && !word.contains("(");
        if (sized && (kind == Kind.CHAR || kind == Kind.VARCHAR || kind == Kind.BYTES)) {
            return word + "(" + there.size() + ")";
        }
        if (sized && (word.equals("decimal") || word.equals("numeric"))) {
            return word + "(" + there.size() + "," + there.digits() + ")";
        }
        boolean hasDigits = kind == Kind.TIME || kind == Kind.TIMESTAMP || kind == Kind.TIMESTAMPTZ;
        boolean hasSteps = dialect.range(there)
                .filter(range -> range.limits() instanceof Times times && times.grid() != Grid.DIGITS)
                .isPresent();
        return hasDigits && !hasSteps ? word + " with " + there.digits() + " fraction digits" : word;
    }
}

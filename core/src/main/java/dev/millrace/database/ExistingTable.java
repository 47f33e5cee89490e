package dev.millrace.database;

import dev.millrace.contract.SqlType;
import dev.millrace.contract.SqlType.Kind;
import dev.millrace.dialect.Dialect;
import dev.millrace.dialect.TableDefinition;
import dev.millrace.dialect.TableDefinition.Columns;
import dev.millrace.dialect.TableFinder;
import dev.millrace.dialect.TableName;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Compares a table that is there with what the contract wants of it. */
final class ExistingTable {
    /** What databases call the types. */
    private static final Map<String, Kind> WORDS = words();

    /** A text column without a limit says so with numbers like these. */
    private static final int UNLIMITED = 1_000_000_000;

    private static final int SMALLINT_DIGITS = 5;
    private static final int INTEGER_DIGITS = 10;
    private static final int BIGINT_DIGITS = 19;
    private static final int UUID_LENGTH = 36;

    private ExistingTable() {}

    /**
     * Adds what does not fit, and returns the table under the names that the catalog has for it and its columns.
     *
     * @param keyIsPending whether its primary key comes after its rows
     */
    static TableDefinition check(
            Dialect dialect,
            TableFinder finder,
            TableName found,
            TableDefinition wanted,
            boolean keyIsPending,
            List<String> problems,
            List<String> warnings)
            throws SQLException {
        List<TableFinder.Column> actual = finder.columns(dialect, found);
        List<TableDefinition.Column> columns = new ArrayList<>();
        Map<String, String> names = new HashMap<>();
        Set<String> filled = new HashSet<>();
        String table = "table " + found.name();
        for (TableDefinition.Column column : wanted.columns()) {
            Optional<TableFinder.Column> match = TableFinder.column(actual, column.name());
            if (match.isEmpty()) {
                problems.add(table + " – has no column " + column.name() + " – add it as "
                        + dialect.typeName(column.type()));
                continue;
            }
            TableFinder.Column there = match.get();
            filled.add(there.name());
            names.put(column.name(), there.name());
            columns.add(
                    new TableDefinition.Column(there.name(), column.type(), column.nullable(), column.binaryText()));
            if (there.computed()) {
                problems.add(
                        table + ", column " + there.name() + " – is computed by the database, which takes no value for"
                                + " it – take it out of the contract");
            } else if (!fits(dialect, column.type(), there)) {
                problems.add(
                        table + ", column " + there.name() + " – is " + describe(there) + ", which does not hold every "
                                + column.type() + " – widen the column or change the contract");
            } else if (column.nullable() && !there.nullable()) {
                warnings.add(
                        table + ", column " + there.name()
                                + " – is NOT NULL but not 'required' in the contract: documents without a value will be rejected");
            } else if (pads(column.type(), there)) {
                warnings.add(table + ", column " + there.name() + " – is " + describe(there) + ", which fills a "
                        + column.type() + " up with blanks, and does not tell them from a text's own: for texts as they"
                        + " are, make the column varchar(n)");
            } else if (isLimited(dialect, column.type(), there)) {
                warnings.add(table + ", column " + there.name() + " – is " + describe(there) + ", which holds "
                        + there.size() + (column.type().kind() == Kind.BYTES ? " bytes" : " characters")
                        + " for sure and " + column.type()
                        + " any number: documents with more than it holds will be rejected");
            }
        }
        for (TableFinder.Column there : actual) {
            if (!there.optional() && !filled.contains(there.name())) {
                problems.add(table + ", column " + there.name()
                        + " – is NOT NULL without a default, and the contract does not fill it – add it to the contract or give it"
                        + " a default");
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

    /** Whether a column can hold every value of a type unchanged. */
    private static boolean fits(Dialect dialect, SqlType wanted, TableFinder.Column there) {
        Kind kind = isOwn(dialect, wanted, there) ? wanted.kind() : kind(there);
        if (kind == null) {
            return false;
        }
        switch (wanted.kind()) {
            case SMALLINT:
                return kind == Kind.SMALLINT
                        || kind == Kind.INTEGER
                        || kind == Kind.BIGINT
                        || holds(there, kind, SMALLINT_DIGITS, 0);
            case INTEGER:
                return kind == Kind.INTEGER || kind == Kind.BIGINT || holds(there, kind, INTEGER_DIGITS, 0);
            case BIGINT:
                return kind == Kind.BIGINT || holds(there, kind, BIGINT_DIGITS, 0);
            case DECIMAL:
                boolean whole = wanted.scale() == 0;
                return (whole && kind == Kind.INTEGER && wanted.precision() < INTEGER_DIGITS)
                        || (whole && kind == Kind.BIGINT && wanted.precision() < BIGINT_DIGITS)
                        || holds(there, kind, wanted.precision() - wanted.scale(), wanted.scale());
            case REAL:
                return kind == Kind.REAL || kind == Kind.DOUBLE;
            case CHAR:
            case VARCHAR:
                boolean roomy = there.size() >= wanted.length();
                return (kind == Kind.TEXT && (there.size() <= 0 || roomy))
                        || ((kind == Kind.CHAR || kind == Kind.VARCHAR) && roomy);
            case TEXT:
                return kind == Kind.TEXT || (kind == Kind.VARCHAR && there.size() >= UNLIMITED);
            case XML:
                return kind == Kind.XML || kind == Kind.TEXT || (kind == Kind.VARCHAR && there.size() >= UNLIMITED);
            case TIME:
            case TIMESTAMP:
            case TIMESTAMPTZ:
                return kind == wanted.kind() && there.digits() >= wanted.precision();
            default:
                return kind == wanted.kind();
        }
    }

    /** Whether it is what the dialect would create, where a database has no type of that kind and takes another's. */
    private static boolean isOwn(Dialect dialect, SqlType wanted, TableFinder.Column there) {
        if (wanted.kind() != Kind.TIMESTAMPTZ && wanted.kind() != Kind.UUID) {
            return false;
        }
        String own = word(dialect.typeName(wanted));
        return own.equals(word(there.typeName())) && (kind(there) != Kind.CHAR || there.size() >= UUID_LENGTH);
    }

    /** Whether a column gives a text of variable length back with blanks behind it. */
    private static boolean pads(SqlType wanted, TableFinder.Column there) {
        return wanted.kind() == Kind.VARCHAR && kind(there) == Kind.CHAR;
    }

    /** Whether a column of large texts or bytes has a limit, which the contract's type has not. */
    private static boolean isLimited(Dialect dialect, SqlType wanted, TableFinder.Column there) {
        Kind kind = wanted.kind();
        return (kind == Kind.TEXT || kind == Kind.XML || kind == Kind.BYTES)
                && !isOwn(dialect, wanted, there)
                && there.size() > 0
                && there.size() < UNLIMITED;
    }

    private static boolean holds(TableFinder.Column there, Kind kind, int wholeDigits, int scale) {
        boolean unlimited = there.size() == 0;
        return kind == Kind.DECIMAL
                && (unlimited || (there.digits() >= scale && there.size() - there.digits() >= wholeDigits));
    }

    private static @Nullable Kind kind(TableFinder.Column there) {
        Kind kind = WORDS.get(word(there.typeName()));
        // A float is a double here and a real there.
        return kind == Kind.DOUBLE && there.type() == Types.REAL ? Kind.REAL : kind;
    }

    private static String word(String typeName) {
        return typeName.toLowerCase(Locale.ROOT).replaceAll("\\(.*?\\)", "").strip();
    }

    static String describe(TableFinder.Column there) {
        Kind kind = kind(there);
        String word = there.typeName().toLowerCase(Locale.ROOT);
        if (kind == Kind.CHAR || kind == Kind.VARCHAR) {
            return word + "(" + there.size() + ")";
        }
        if (kind == Kind.DECIMAL) {
            return word + "(" + there.size() + "," + there.digits() + ")";
        }
        return kind == Kind.TIME || kind == Kind.TIMESTAMP || kind == Kind.TIMESTAMPTZ
                ? word + " with " + there.digits() + " fraction digits"
                : word;
    }

    private static Map<String, Kind> words() {
        Map<String, Kind> words = new HashMap<>();
        put(words, Kind.BOOLEAN, "boolean", "bool", "bit");
        put(words, Kind.SMALLINT, "smallint", "int2", "smallserial");
        put(words, Kind.INTEGER, "integer", "int", "int4", "serial");
        put(words, Kind.BIGINT, "bigint", "int8", "bigserial");
        put(words, Kind.DECIMAL, "decimal", "numeric");
        put(words, Kind.REAL, "real", "float4");
        put(words, Kind.DOUBLE, "double precision", "double", "float8", "float");
        put(words, Kind.CHAR, "char", "character", "bpchar", "nchar");
        put(words, Kind.VARCHAR, "varchar", "character varying", "nvarchar", "varchar2");
        put(words, Kind.TEXT, "text", "clob", "character large object", "longtext", "ntext");
        put(words, Kind.DATE, "date");
        put(words, Kind.TIME, "time", "time without time zone");
        put(words, Kind.TIMESTAMP, "timestamp", "timestamp without time zone", "datetime", "datetime2");
        put(words, Kind.TIMESTAMPTZ, "timestamptz", "timestamp with time zone", "datetimeoffset");
        put(words, Kind.UUID, "uuid", "uniqueidentifier");
        put(words, Kind.BYTES, "bytea", "blob", "binary large object", "binary varying", "varbinary", "longblob");
        put(words, Kind.XML, "xml");
        return Map.copyOf(words);
    }

    private static void put(Map<String, Kind> words, Kind kind, String... names) {
        for (String name : names) {
            words.put(name, kind);
        }
    }
}

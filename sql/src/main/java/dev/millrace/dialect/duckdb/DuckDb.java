package dev.millrace.dialect.duckdb;

import dev.millrace.contract.ColumnLimits.Numbers;
import dev.millrace.contract.SqlType;
import dev.millrace.contract.SqlType.Kind;
import dev.millrace.contract.TableMapping.OnDuplicate;
import dev.millrace.dialect.BulkLoader;
import dev.millrace.dialect.ColumnRange;
import dev.millrace.dialect.DatabaseFile;
import dev.millrace.dialect.Dialect;
import dev.millrace.dialect.DriverProperties;
import dev.millrace.dialect.DriverProperties.Quoting;
import dev.millrace.dialect.Meaning;
import dev.millrace.dialect.Refusal;
import dev.millrace.dialect.RefusedValueException;
import dev.millrace.dialect.SqlFault;
import dev.millrace.dialect.SqlStates;
import dev.millrace.dialect.StandardDdl;
import dev.millrace.dialect.StandardValues;
import dev.millrace.dialect.TableDefinition;
import dev.millrace.dialect.TableFinder;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** DuckDB: runs in this process, keeps its data in a file, and is loaded through its appender. */
public final class DuckDb implements Dialect {
    private static final Set<Capability> CAPABILITIES = EnumSet.of(Capability.SCHEMAS, Capability.NOT_FINITE_NUMBERS);
    /** The driver names the indexes and not their columns. */
    private static final String UNIQUE_KEYS = """
            SELECT name AS INDEX_NAME,
                   CASE WHEN starts_with(col, '"') THEN replace(col[2:-2], '""', '"') ELSE col END AS COLUMN_NAME
            FROM (SELECT schema_name, table_name, constraint_name AS name,
                         unnest([format('"{}"', replace(c, '"', '""')) for c in constraint_column_names]) AS col
                  FROM duckdb_constraints()
                  WHERE database_name = current_database() AND constraint_type = 'UNIQUE'
                  UNION ALL
                  SELECT schema_name, table_name, index_name, unnest(CAST(expressions AS varchar[]))
                  FROM duckdb_indexes()
                  WHERE database_name = current_database() AND is_unique)
            WHERE schema_name = ? AND table_name = ?
            """;

    private static final String COMPUTED_COLUMNS = """
            SELECT column_name FROM information_schema.columns
            WHERE table_catalog = current_database() AND is_generated = 'ALWAYS' AND table_schema = ? AND table_name = ?
            """;
    /**
     * Settings for how an instant is written as text, which by default depends on the machine's zone, and for the order of rows. Keys of
     * documents are such texts, and pages follow each other in this order.
     */
    private static final Map<String, String> SETTINGS = new LinkedHashMap<>();

    static {
        SETTINGS.put("TimeZone", "UTC");
        SETTINGS.put("Calendar", "gregorian");
        SETTINGS.put("default_order", "ASC");
        SETTINGS.put("default_null_order", "NULLS LAST");
    }

    private static final String PREFIX = "jdbc:duckdb:";
    private static final String CLOUD = "md:";
    /** DuckDB has no limit, but other programs that use the names do. */
    private static final int NAME_CHARACTERS = 256;

    private static final int FRACTION_DIGITS = 6;
    /** How many digits 9 a hugeint can hold. */
    private static final int HUGEINT_DIGITS = 38;

    /** The size in the catalog of a text without a limit. */
    private static final int UNLIMITED = Integer.MAX_VALUE;
    /** The catalog's name for REAL. In other databases it means 8 bytes. */
    private static final String FOUR_BYTES = "FLOAT";
    /** A text of bits. In other databases the name means a boolean. */
    private static final String BITS = "BIT";

    /** What a statement or an appender writes before the text about a refused row. */
    private static final Pattern PLACE = Pattern.compile("(?:(Constraint Error)|Failed to append): ");

    /** A key that is in the table, and one that is among the rows of the same transaction. */
    private static final List<String> DUPLICATES =
            List.of("Duplicate key ", "PRIMARY KEY or UNIQUE constraint violation: duplicate key ");

    private static final String NO_PARENT = "Violates foreign key constraint";
    private static final List<String> CONSTRAINTS =
            List.of("NOT NULL constraint failed: ", "CHECK constraint failed on table ");
    private static final Pattern NOT_NULL = Pattern.compile("NOT NULL constraint failed: [^.]*\\.(.*)");
    /** With the values that a type does not hold; the appender notices before it sends a row. */
    private static final List<String> VALUES =
            List.of("Conversion Error: ", "Out of Range Error: ", "Invalid Input Error: ", "Mismatch Type Error: ");

    /** What the appender says before it sends a row: of a value, and otherwise of the table. */
    private static final String APPENDER = "Appender error";

    private static final Pattern APPENDED_VALUE = Pattern.compile(
            APPENDER + ", catalog: '.*?', message: (?:invalid ENUM value|invalid decimal |unsupported number of days"
                    + "|Specified BigInteger value)",
            Pattern.DOTALL);

    private static final List<String> OF_THE_DATABASE = List.of(
            "IO Error: ",
            "Out of Memory Error: ",
            "FATAL Error: ",
            "Serialization Error: ",
            "Catalog Error: ",
            "Binder Error: ",
            "Parser Error: ",
            "Permission Error: ",
            APPENDER);

    private static final String TRANSACTION = "TransactionContext Error: ";
    private static final Pattern HOLDER = Pattern.compile("Conflicting lock is held in .*?\\(PID (\\d+)\\)");

    /** The driver refuses unknown properties. */
    private static final DriverProperties PROPERTIES =
            DriverProperties.of(';', ';', Quoting.NONE, DriverProperties::ignoringCase, List::of);

    @Override
    public String name() {
        return "duckdb";
    }

    @Override
    public Set<Capability> capabilities() {
        return CAPABILITIES;
    }

    @Override
    public boolean accepts(String url) {
        return url.startsWith(PREFIX);
    }

    @Override
    public Optional<String> refusesUrl(String url) {
        return DatabaseFile.inMemory(place(url)) ? Optional.of(DatabaseFile.VANISHES) : Optional.empty();
    }

    @Override
    public String driver() {
        return "org.duckdb.DuckDBDriver";
    }

    @Override
    public Optional<String> driverModule() {
        return Optional.of("org.duckdb:duckdb_jdbc");
    }

    @Override
    public Optional<String> identity(String url) {
        String place = place(url);
        return Optional.of(place.startsWith(CLOUD) ? place : DatabaseFile.identity(place));
    }

    @Override
    public Optional<Path> newFile(String url) {
        return DatabaseFile.newFile(place(url));
    }

    @Override
    public DriverProperties driverProperties() {
        return PROPERTIES;
    }

    @Override
    public Properties connectionProperties() {
        Properties properties = new Properties();
        // Results are streamed instead of being kept in memory as a whole. All connections of a process need the same
        // setting.
        properties.setProperty("jdbc_stream_results", "true");
        return properties;
    }

    @Override
    public boolean takesLogin() {
        return false;
    }

    @Override
    public Optional<String> connectionRefused(SQLException fault) {
        String message = message(fault);
        Matcher holder = HOLDER.matcher(message);
        if (holder.find()) {
            return Optional.of("another process (" + holder.group(1)
                    + ") has the file open, and DuckDB lets one process at a time – wait until it has closed it");
        }
        if (isHeld(message)) {
            return Optional.of(
                    "another process has the file open, and DuckDB lets one process at a time – wait until it has"
                            + " closed it");
        }
        return message.contains("not a valid DuckDB database file")
                ? Optional.of("the file is no DuckDB database – name another one")
                : DatabaseFile.refused(message);
    }

    @Override
    public List<String> sessionSettings(Connection connection, Purpose purpose) {
        return SETTINGS.entrySet().stream()
                .map(setting -> "SET SESSION " + setting.getKey() + " = '" + setting.getValue() + "'")
                .toList();
    }

    @Override
    public List<String> undoSettings(Connection connection, Purpose purpose) throws SQLException {
        List<String> undo = new ArrayList<>();
        for (String name : SETTINGS.keySet()) {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SELECT current_setting('" + name + "')")) {
                if (row.next()) {
                    undo.add("SET SESSION " + name + " = '" + row.getString(1).replace("'", "''") + "'");
                }
            }
        }
        return undo;
    }

    @Override
    public int nameLimit() {
        return NAME_CHARACTERS;
    }

    @Override
    public String typeName(SqlType type) {
        return switch (type.kind()) {
            // DuckDB accepts a length, but ignores it.
            case CHAR, VARCHAR, TEXT, XML -> "varchar";
            case TIME -> "time" + checkedFraction(type);
            case TIMESTAMP -> "timestamp" + checkedFraction(type);
            case TIMESTAMPTZ -> "timestamp with time zone" + checkedFraction(type);
            case BYTES -> "blob";
            case BOOLEAN, SMALLINT, INTEGER, BIGINT, DECIMAL, REAL, DOUBLE, DATE, UUID -> type.toString();
        };
    }

    /** Nothing: the type holds microseconds always. */
    private static String checkedFraction(SqlType type) {
        if (type.precision() > FRACTION_DIGITS) {
            throw new IllegalArgumentException(type + ": duckdb keeps " + FRACTION_DIGITS
                    + " fraction digits of a second – use " + type.kind().word() + "(" + FRACTION_DIGITS
                    + ") and say what becomes of the rest with 'scale'");
        }
        return "";
    }

    @Override
    public TableFinder.Column described(TableFinder.Column column) {
        switch (column.type()) {
            case Types.VARCHAR:
                return column.as(column.typeName(), UNLIMITED, 0);
            case Types.TIME:
            case Types.TIMESTAMP:
            case Types.TIMESTAMP_WITH_TIMEZONE:
                return column.as(column.typeName(), column.size(), FRACTION_DIGITS);
            default:
                if (column.typeName().equals(BITS)) {
                    return column.as("bitstring", column.size(), 0);
                }
                return column.typeName().equals(FOUR_BYTES)
                        ? column.as("real", column.size(), column.digits())
                        : column;
        }
    }

    @Override
    public Optional<ColumnRange> range(TableFinder.Column column) {
        switch (ColumnRange.word(column.typeName())) {
            case "utinyint":
                return ColumnRange.unsigned(8);
            case "usmallint":
                return ColumnRange.unsigned(16);
            case "uinteger":
                return ColumnRange.unsigned(32);
            case "ubigint":
                return ColumnRange.unsigned(64);
            case "hugeint":
                return ColumnRange.decimal(HUGEINT_DIGITS, 0, null);
            case "uhugeint":
                return ColumnRange.decimal(
                        HUGEINT_DIGITS, 0, new Numbers(BigDecimal.ZERO, BigDecimal.TEN.pow(HUGEINT_DIGITS)));
            case "timestamp_s":
                return ColumnRange.fraction(Kind.TIMESTAMP, 0);
            case "timestamp_ms":
                return ColumnRange.fraction(Kind.TIMESTAMP, 3);
            default:
                return ColumnRange.standard(column);
        }
    }

    /**
     * DuckDB writes in several transactions at once, but refuses one of two that write the same key, and an upsert does not see what was
     * committed after its transaction began. Loading is so fast that taking turns costs almost nothing.
     */
    @Override
    public boolean writesInTurns() {
        return true;
    }

    @Override
    public Optional<String> uniqueKeys() {
        return Optional.of(UNIQUE_KEYS);
    }

    @Override
    public Optional<String> computedColumns() {
        return Optional.of(COMPUTED_COLUMNS);
    }

    /** Nothing is renamed that an index depends on. */
    @Override
    public List<String> changeComment(
            TableDefinition table, TableDefinition.@Nullable Column column, @Nullable String comment) {
        return StandardDdl.commentOn(this, table, column, comment);
    }

    @Override
    public List<String> renameColumn(TableDefinition table, String column, String name) {
        return table.indexes().isEmpty() ? Dialect.super.renameColumn(table, column, name) : List.of();
    }

    @Override
    public List<String> renameTable(TableDefinition table, String name) {
        return table.indexes().isEmpty() ? Dialect.super.renameTable(table, name) : List.of();
    }

    /**
     * When a row is deleted, DuckDB looks for rows that refer to it in an index that does not have the transaction's own deletes yet. Without
     * foreign keys nothing is lost: every reference of a document is to a row of the same document.
     */
    @Override
    public boolean deletesWithReferences() {
        return false;
    }

    /** Not as an OffsetDateTime: the driver would convert it by the JVM's zone, where one hour a year is missing or occurs twice. */
    @Override
    public @Nullable Instant instant(ResultSet row, int column) throws SQLException {
        long micros = row.getLong(column);
        return row.wasNull() ? null : Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    @Override
    public @Nullable Object read(ResultSet row, int column, SqlType type) throws SQLException {
        switch (type.kind()) {
            case DATE:
                // Not as a LocalDate, which the driver would convert by the calendar of 1582.
                return row.getObject(column);
            case TIMESTAMPTZ:
                Instant instant = instant(row, column);
                return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
            default:
                return StandardValues.read(row, column, type);
        }
    }

    @Override
    public String size(String expression, int sqlType) {
        return (sqlType == Types.BLOB ? "octet_length(" : "strlen(") + expression + ")";
    }

    @Override
    public String asKeyText(String expression) {
        return "CAST(" + expression + " AS varchar)";
    }

    /** The driver converts by the JVM's zone or the calendar of 1582, or gives objects of classes that it does not accept as parameters. */
    @Override
    public boolean sendsKeyAsText(int sqlType, String typeName) {
        switch (sqlType) {
            case Types.TINYINT:
            case Types.SMALLINT:
            case Types.INTEGER:
            case Types.BIGINT:
            case Types.VARCHAR:
                return false;
            default:
                return true;
        }
    }

    @Override
    public String keyParameter(Connection connection, String select, String column, String typeName) {
        return sendsKeyAsText(Types.OTHER, typeName) && !typeName.equals("VARCHAR")
                ? "CAST(? AS " + typeName + ")"
                : "?";
    }

    @Override
    public Optional<String> refusesKey(Connection connection, String column, int sqlType, String typeName) {
        return typeName.startsWith("ENUM")
                ? Optional.of("its values are sorted in one order and compared in another – cast it in a query"
                        + " (--from-query), such as CAST(" + quote(column) + " AS varchar)")
                : Optional.empty();
    }

    @Override
    public BulkLoader loader(Connection connection, TableDefinition table, OnDuplicate onDuplicate)
            throws SQLException {
        return AppenderLoader.open(connection, this, table, onDuplicate);
    }

    @Override
    public SqlFault classify(SQLException fault) {
        // A commit fails with the same text for a full disk and for two transactions that wrote the same row.
        return SqlStates.saysDiskIsFull(fault) ? SqlFault.FATAL : SqlStates.classify(fault, DuckDb::classifyOne);
    }

    @Override
    public String reference(SQLException fault) {
        // The driver guesses SQL states from the message: a violated foreign key gets "42S02", no such table.
        return "";
    }

    @Override
    public Meaning meaning(SQLException fault) {
        String message = message(fault);
        if (message.startsWith("Catalog Error: ")) {
            return message.contains("already exists") ? Meaning.TABLE_EXISTS : Meaning.NO_TABLE;
        }
        if (message.startsWith("Binder Error: ") && message.contains("olumn")) {
            return Meaning.NO_COLUMN;
        }
        return message.contains("read-only mode") ? Meaning.READ_ONLY : SqlStates.meaning(fault.getSQLState());
    }

    @Override
    public boolean isOfTheDatabase(SQLException fault) {
        return startsWithOneOf(message(fault), OF_THE_DATABASE) || SqlStates.saysDiskIsFull(fault);
    }

    @Override
    public Refusal refusal(SQLException fault) {
        Matcher column = NOT_NULL.matcher(message(fault));
        return column.lookingAt() ? new Refusal(column.group(1), null) : Refusal.UNKNOWN;
    }

    /** DuckDB's faults differ by the beginning of their texts. The rest may hold values. */
    private static SqlFault classifyOne(SQLException fault) {
        if (fault instanceof RefusedValueException) {
            return SqlFault.VALUE;
        }
        String message = message(fault);
        if (isHeld(message) || isBeingClosed(message)) {
            return SqlFault.CONNECTION;
        }
        if (startsWithOneOf(message, DUPLICATES)) {
            return SqlFault.DUPLICATE_KEY;
        }
        if (message.startsWith(NO_PARENT)) {
            return SqlFault.FOREIGN_KEY;
        }
        if (startsWithOneOf(message, CONSTRAINTS) || isConstraintError(fault)) {
            return SqlFault.CONSTRAINT;
        }
        if (message.startsWith(TRANSACTION)) {
            // Another transaction wrote the key or the row first. The next try finds its row.
            return message.contains("onflict") || message.startsWith("Failed to commit", TRANSACTION.length())
                    ? SqlFault.TRANSIENT
                    : SqlFault.CONNECTION;
        }
        if (startsWithOneOf(message, VALUES) || APPENDED_VALUE.matcher(message).lookingAt()) {
            return SqlFault.VALUE;
        }
        return message.startsWith("Connection Error: ") ? SqlFault.CONNECTION : SqlFault.FATAL;
    }

    private static boolean startsWithOneOf(String message, List<String> beginnings) {
        for (String beginning : beginnings) {
            if (message.startsWith(beginning)) {
                return true;
            }
        }
        return false;
    }

    /** Whether the message is about a disk, in any of several wordings. */
    private static boolean isConstraintError(SQLException fault) {
        Matcher place = PLACE.matcher(String.valueOf(fault.getMessage()));
        return place.lookingAt() && place.group(1) != null;
    }

    /** Whether another process has the file open, which is temporary. */
    private static boolean isHeld(String message) {
        return message.startsWith("IO Error: Could not set lock");
    }

    /** Whether this process is just closing the file. For a moment it can then not be opened. */
    private static boolean isBeingClosed(String message) {
        return message.contains("Unique file handle conflict");
    }

    @Override
    public boolean closesWithItsLastConnection() {
        return true;
    }

    @Override
    public boolean isRefusedForNow(SQLException refusal) {
        return isBeingClosed(message(refusal));
    }

    private static String message(SQLException fault) {
        String message = String.valueOf(fault.getMessage());
        Matcher place = PLACE.matcher(message);
        return place.lookingAt() ? message.substring(place.end()) : message;
    }

    private static String place(String url) {
        String place = url.substring(PREFIX.length());
        for (int i = 0; i < place.length(); i++) {
            if (place.charAt(i) == ';' || place.charAt(i) == '?') {
                return place.substring(0, i);
            }
        }
        return place;
    }
}

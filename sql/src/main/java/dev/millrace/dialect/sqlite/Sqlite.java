package dev.millrace.dialect.sqlite;

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
import dev.millrace.dialect.StandardValues;
import dev.millrace.dialect.TableDefinition;
import dev.millrace.dialect.TableDefinition.Column;
import dev.millrace.dialect.TableFinder;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * SQLite. It has five types of values, and any column accepts all of them. The declared types say what the values mean, and are chosen so that
 * SQLite does not change a value: decimals, dates and times are texts.
 */
public final class Sqlite implements Dialect {
    private static final Set<Capability> CAPABILITIES = EnumSet.noneOf(Capability.class);
    private static final String PREFIX = "jdbc:sqlite:";
    /** SQLite has no limit, but other programs that use the names do. */
    private static final int NAME_CHARACTERS = 256;

    private static final int UNLIMITED = Integer.MAX_VALUE;
    /** Fraction digits that a text can hold. */
    private static final int FRACTION_DIGITS = 9;
    /** Digits that every whole number in a numeric column can have. */
    private static final int INTEGER_DIGITS = 18;
    /** Longer than a run's transactions take. */
    private static final String BUSY_MILLIS = "30000";

    private static final DateTimeFormatter TIME = new DateTimeFormatterBuilder()
            .appendPattern("HH:mm:ss")
            .appendFraction(ChronoField.NANO_OF_SECOND, 6, FRACTION_DIGITS, true)
            .toFormatter(Locale.ROOT);
    /** With a blank, as SQLite's own functions write it, so that texts of both compare. */
    private static final DateTimeFormatter TIMESTAMP = new DateTimeFormatterBuilder()
            .appendPattern("uuuu-MM-dd ")
            .append(TIME)
            .toFormatter(Locale.ROOT);

    private static final Pattern OF_THE_DATABASE =
            Pattern.compile("\\[SQLITE_(?:(?:FULL|IOERR|NOMEM|CORRUPT|NOTADB|READONLY|CANTOPEN|PERM|AUTH|MISUSE|SCHEMA)"
                    + "|ERROR\\][^(]*\\((?:no such |table .* has no column|near |cannot modify))");

    private static final Pattern REFUSED = Pattern.compile(
            "\\[(SQLITE_[A-Z_]+)\\][^(]*\\((?:NOT NULL constraint failed: [^.]*\\.(.*)|.*)\\)", Pattern.DOTALL);

    private static final DriverProperties PROPERTIES = DriverProperties.of(
                    '?', '&', Quoting.NONE, DriverProperties::ignoringCase, Sqlite::propertyNames)
            .refusesUnknown("it would be taken for a part of the file's name, or for nothing");

    /** Those of the driver, and those of SQLite's own URIs; none if a driver that wraps SQLite's does not tell. */
    private static List<String> propertyNames() {
        try {
            List<String> names = new ArrayList<>();
            for (DriverPropertyInfo property : DriverManager.getDriver(PREFIX).getPropertyInfo(PREFIX, null)) {
                names.add(property.name);
            }
            if (!names.isEmpty()) {
                names.addAll(List.of("vfs", "mode", "cache", "psow", "nolock", "immutable"));
            }
            return names;
        } catch (SQLException e) {
            return List.of();
        }
    }

    @Override
    public String name() {
        return "sqlite";
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
        return DatabaseFile.inMemory(place(url)) || url.contains("mode=memory")
                ? Optional.of(DatabaseFile.VANISHES)
                : Optional.empty();
    }

    @Override
    public String driver() {
        return "org.sqlite.JDBC";
    }

    @Override
    public Optional<String> driverModule() {
        return Optional.of("org.xerial:sqlite-jdbc");
    }

    @Override
    public Optional<String> identity(String url) {
        return Optional.of(DatabaseFile.identity(file(url)));
    }

    @Override
    public Optional<Path> newFile(String url) {
        return refusesUrl(url).isPresent() ? Optional.empty() : DatabaseFile.newFile(file(url));
    }

    @Override
    public DriverProperties driverProperties() {
        return PROPERTIES;
    }

    @Override
    public Properties connectionProperties() {
        Properties properties = new Properties();
        properties.setProperty("busy_timeout", BUSY_MILLIS);
        properties.setProperty("foreign_keys", "true");
        // A transaction that reads first and writes later cannot wait for others. This one waits when it begins.
        properties.setProperty("transaction_mode", "IMMEDIATE");
        return properties;
    }

    @Override
    public Properties connectionProperties(Purpose purpose) {
        Properties properties = connectionProperties();
        if (purpose == Purpose.COMPARE) {
            // A long transaction that only reads. It sees the file as of one moment, and others can write.
            properties.setProperty("transaction_mode", "DEFERRED");
        }
        return properties;
    }

    @Override
    public boolean takesLogin() {
        return false;
    }

    @Override
    public List<String> sessionSettings(Connection connection, Purpose purpose) {
        // With a write-ahead log, others can read while one writes. The file keeps this setting.
        return purpose == Purpose.LOAD ? List.of("PRAGMA journal_mode = WAL") : List.of();
    }

    @Override
    public Optional<String> connectionRefused(SQLException fault) {
        switch (code(fault)) {
            case "SQLITE_CANTOPEN":
                return Optional.of(
                        "the file cannot be opened – check that its folder is there and this user may write to it");
            case "SQLITE_NOTADB":
                return Optional.of("the file is no SQLite database – name another one");
            case "SQLITE_BUSY":
                return Optional.of("another process has been writing to the file for "
                        + Long.parseLong(BUSY_MILLIS) / 1000 + " seconds – wait until it is done");
            default:
                return Optional.empty();
        }
    }

    @Override
    public int nameLimit() {
        return NAME_CHARACTERS;
    }

    @Override
    public String qualified(@Nullable String schema, String table) {
        return quote(table);
    }

    /** It can add and drop columns, and change none. */
    @Override
    public List<String> changeColumn(
            TableDefinition table, TableDefinition.Column column, boolean retyped, boolean freed) {
        return List.of();
    }

    @Override
    public String typeName(SqlType type) {
        return switch (type.kind()) {
            // Just "decimal" would turn 0.10 into a binary 0.1; with "text" in its name it stays as it is.
            case DECIMAL -> "decimal_text(" + type.precision() + "," + type.scale() + ")";
            case BYTES -> "blob";
            case XML -> "xml_text";
            case BOOLEAN,
                    SMALLINT,
                    INTEGER,
                    BIGINT,
                    REAL,
                    DOUBLE,
                    CHAR,
                    VARCHAR,
                    TEXT,
                    DATE,
                    TIME,
                    TIMESTAMP,
                    TIMESTAMPTZ,
                    UUID -> type.toString();
        };
    }

    @Override
    public TableFinder.Column described(TableFinder.Column column) {
        // The driver converts names to capitals by the JVM's language, which in Turkish turns i into İ.
        String name = column.typeName().replace('\u0130', 'I').toLowerCase(Locale.ROOT);
        switch (name) {
            case "decimal_text":
                // The driver adds the two numbers in the parentheses.
                return column.as("decimal", column.size() - column.digits(), column.digits());
            case "xml_text":
                return column.as("xml", UNLIMITED, 0);
            case "decimal":
            case "numeric":
                return column.as(name, INTEGER_DIGITS, 0);
            case "real":
            case "float":
                // All of them have 8 bytes.
                return column.as("double", 0, 0);
            case "date":
            case "time":
            case "timestamp":
            case "timestamptz":
                return column.as(name, 0, FRACTION_DIGITS);
            default:
                return name.contains("char") || name.contains("text") || name.contains("clob")
                        ? column.as("text", UNLIMITED, 0)
                        : column.as(name, column.size(), column.digits());
        }
    }

    /** An integer has eight bytes, whatever its column is called. */
    @Override
    public Optional<ColumnRange> range(TableFinder.Column column) {
        switch (column.typeName()) {
            case "tinyint":
            case "smallint":
            case "int2":
                return Optional.of(ColumnRange.roomy(Kind.SMALLINT));
            case "int":
            case "integer":
            case "mediumint":
            case "int4":
                return Optional.of(ColumnRange.roomy(Kind.INTEGER));
            case "blob":
                return Optional.of(ColumnRange.of(Kind.BYTES));
            default:
                return ColumnRange.standard(column);
        }
    }

    @Override
    public boolean typesValues() {
        return true;
    }

    @Override
    public boolean writesInTurns() {
        return true;
    }

    @Override
    public Object parameter(Object value) {
        if (value instanceof BigDecimal bigDecimal) {
            return bigDecimal.toPlainString();
        }
        if (value instanceof LocalDateTime localDateTime) {
            return TIMESTAMP.format(localDateTime);
        }
        if (value instanceof LocalTime localTime) {
            return TIME.format(localTime);
        }
        if (value instanceof OffsetDateTime offsetDateTime) {
            // All in one zone and with the same number of digits, so that texts have the same order as instants.
            return TIMESTAMP.format(offsetDateTime.withOffsetSameInstant(ZoneOffset.UTC)) + "Z";
        }
        return value;
    }

    @Override
    public @Nullable Instant instant(ResultSet row, int column) throws SQLException {
        String text = row.getString(column);
        return text == null
                ? null
                : OffsetDateTime.parse(text.replace(' ', 'T')).toInstant();
    }

    @Override
    public @Nullable Object read(ResultSet row, int column, SqlType type) throws SQLException {
        String text = row.getString(column);
        if (text == null) {
            return null;
        }
        try {
            switch (type.kind()) {
                case BOOLEAN:
                    return row.getBoolean(column);
                case DECIMAL:
                    return new BigDecimal(text);
                case DATE:
                    return LocalDate.parse(text);
                case TIME:
                    return LocalTime.parse(text);
                case TIMESTAMP:
                    return LocalDateTime.parse(text.replace(' ', 'T'));
                case TIMESTAMPTZ:
                    return OffsetDateTime.parse(text.replace(' ', 'T'));
                default:
                    return StandardValues.read(row, column, type);
            }
        } catch (DateTimeParseException | NumberFormatException e) {
            // Any column can hold any type of value.
            return text;
        }
    }

    @Override
    public void bind(PreparedStatement statement, int parameter, SqlType type, Object value) throws SQLException {
        statement.setObject(parameter, parameter(value));
    }

    @Override
    public String asKeyText(String expression) {
        return "CAST(" + expression + " AS text)";
    }

    @Override
    public BulkLoader loader(Connection connection, TableDefinition table, OnDuplicate onDuplicate)
            throws SQLException {
        return new SqliteInsert(connection, insert(table, onDuplicate), this, table, onDuplicate);
    }

    @Override
    public SqlFault classify(SQLException fault) {
        return SqlStates.classify(fault, Sqlite::classifyOne);
    }

    @Override
    public Meaning meaning(SQLException fault) {
        String message = String.valueOf(fault.getMessage());
        if (message.contains("(no such table: ")) {
            return Meaning.NO_TABLE;
        }
        if (message.contains("(no such column: ") || message.contains(" has no column named ")) {
            return Meaning.NO_COLUMN;
        }
        return code(fault).startsWith("SQLITE_READONLY")
                ? new Meaning("its file or folder is read-only", "let this user write to it")
                : SqlStates.meaning(fault.getSQLState());
    }

    @Override
    public boolean isOfTheDatabase(SQLException fault) {
        return OF_THE_DATABASE.matcher(String.valueOf(fault.getMessage())).lookingAt();
    }

    @Override
    public Refusal refusal(SQLException fault) {
        Matcher refused = REFUSED.matcher(String.valueOf(fault.getMessage()));
        return refused.lookingAt() ? new Refusal(refused.group(2), null) : Refusal.UNKNOWN;
    }

    private static SqlFault classifyOne(SQLException fault) {
        if (fault instanceof RefusedValueException) {
            return SqlFault.VALUE;
        }
        String code = code(fault);
        switch (code) {
            case "SQLITE_CONSTRAINT_PRIMARYKEY":
            case "SQLITE_CONSTRAINT_UNIQUE":
            case "SQLITE_CONSTRAINT_ROWID":
                return SqlFault.DUPLICATE_KEY;
            case "SQLITE_CONSTRAINT_FOREIGNKEY":
                return SqlFault.FOREIGN_KEY;
            case "SQLITE_TOOBIG":
                return SqlFault.VALUE;
            case "SQLITE_SCHEMA":
                return SqlFault.TRANSIENT;
            default:
                break;
        }
        if (code.startsWith("SQLITE_CONSTRAINT")) {
            return SqlFault.CONSTRAINT;
        }
        return code.startsWith("SQLITE_BUSY") || code.startsWith("SQLITE_LOCKED") ? SqlFault.TRANSIENT : SqlFault.FATAL;
    }

    /** SQLite's name for a fault, at the beginning of the driver's messages; empty if there is none. */
    private static String code(SQLException fault) {
        String message = String.valueOf(fault.getMessage());
        int end = message.indexOf(']');
        return message.startsWith("[SQLITE_") && end > 0 ? message.substring(1, end) : "";
    }

    private String insert(TableDefinition table, OnDuplicate onDuplicate) {
        String insert = "INSERT INTO " + table.qualified(this) + " (" + table.columnList(this) + ") VALUES ("
                + String.join(", ", Collections.nCopies(table.columns().size(), "?")) + ")";
        if (onDuplicate == OnDuplicate.REJECT) {
            return insert;
        }
        List<String> updates = new ArrayList<>();
        for (Column column : table.columns()) {
            if (!table.key().columns().contains(column.name())) {
                updates.add(quote(column.name()) + " = excluded." + quote(column.name()));
            }
        }
        boolean keep = onDuplicate == OnDuplicate.KEEP_FIRST || updates.isEmpty();
        return insert + " ON CONFLICT ("
                + TableDefinition.list(this, table.key().columns()) + ") DO "
                + (keep ? "NOTHING" : "UPDATE SET " + String.join(", ", updates));
    }

    private static String file(String url) {
        String place = place(url);
        return place.startsWith("file:") ? place.substring("file:".length()) : place;
    }

    private static String place(String url) {
        String place = url.substring(PREFIX.length());
        int settings = place.indexOf('?');
        return settings < 0 ? place : place.substring(0, settings);
    }
}

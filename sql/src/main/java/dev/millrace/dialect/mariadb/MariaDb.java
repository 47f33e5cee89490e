package dev.millrace.dialect.mariadb;

import dev.millrace.contract.ColumnLimits.Grid;
import dev.millrace.contract.ColumnLimits.Numbers;
import dev.millrace.contract.ColumnLimits.Times;
import dev.millrace.contract.SqlType;
import dev.millrace.contract.SqlType.Kind;
import dev.millrace.contract.TableMapping.OnDuplicate;
import dev.millrace.dialect.BatchInsert;
import dev.millrace.dialect.BulkLoader;
import dev.millrace.dialect.ColumnRange;
import dev.millrace.dialect.Dialect;
import dev.millrace.dialect.DriverProperties;
import dev.millrace.dialect.DriverProperties.Quoting;
import dev.millrace.dialect.Meaning;
import dev.millrace.dialect.Refusal;
import dev.millrace.dialect.SqlFault;
import dev.millrace.dialect.SqlStates;
import dev.millrace.dialect.StandardDdl;
import dev.millrace.dialect.TableDefinition;
import dev.millrace.dialect.TableDefinition.Column;
import dev.millrace.dialect.TableFinder;
import dev.millrace.dialect.TrustFault;
import java.lang.reflect.Field;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.mariadb.jdbc.Configuration;
import org.mariadb.jdbc.HostAddress;
import org.mariadb.jdbc.util.options.OptionAliases;

/**
 * MariaDB and MySQL, loaded through LOAD DATA LOCAL INFILE. Where the two need different SQL, statements have special comments: MariaDB executes
 * the text in a comment that begins with M, MySQL that in a comment with its version, and each ignores the other's.
 */
public final class MariaDb implements Dialect {
    private static final Set<Capability> CAPABILITIES =
            EnumSet.of(Capability.SCHEMAS, Capability.CONSTRAINTS_AFTER, Capability.TEXT_LENGTHS);
    private static final String PREFIX = "jdbc:mariadb:";
    private static final String MYSQL_PREFIX = "jdbc:mysql:";
    private static final int NAME_CHARACTERS = 64;
    /** What the catalog keeps of comments, in characters. */
    private static final int TABLE_COMMENT = 2048;

    private static final int COLUMN_COMMENT = 1024;
    private static final int CHAR_LIMIT = 255;
    private static final String TIMESTAMP_WORDS = "timestamp of 1970 to 2038";

    private static final int FIRST_YEAR = 1901;
    private static final int LAST_YEAR = 2155;
    /** The last value of the type {@code timestamp}. Newer servers count with more bits, but others that replicate them may not. */
    private static final Times TIMESTAMP =
            new Times(Grid.DIGITS, LocalDateTime.of(1970, 1, 1, 0, 0, 1), LocalDateTime.of(2038, 1, 19, 3, 14, 7));

    private static final int FRACTION_DIGITS = 6;
    /** Bytes that a row can have, without large texts. */
    private static final int ROW_BYTES = 65_535;

    private static final int BYTES_OF_A_CHARACTER = 4;
    private static final int VARCHAR_LIMIT = ROW_BYTES / BYTES_OF_A_CHARACTER;
    /** Bytes that a column may need in addition to its characters. */
    private static final int COLUMN_BYTES = 20;

    private static final int INDEX_BYTES = 3072;
    private static final int TIME_CHARACTERS = 10;
    private static final int TIMESTAMP_CHARACTERS = 19;
    private static final int STREAM_PAUSE_SECONDS = 3600;
    /** How long a server may be silent before the connection counts as lost; {@code socketTimeout} in the URL takes precedence. */
    private static final String SILENCE_MILLIS = "600000";

    private static final String NO_LIMIT = "18446744073709551615";
    /** Also if the server requires TLS, which older servers do not say. */
    private static final int ACCESS_DENIED = 1045;

    /** How long a transaction that has written may pause before the server considers its client lost. */
    private static final int WRITE_PAUSE_SECONDS = 120;
    /** All that {@link #sessionSettings} may change, under the names of both servers. */
    private static final List<String> VARIABLES = List.of(
            "character_set_client",
            "character_set_connection",
            "character_set_results",
            "collation_connection",
            "sql_mode",
            "time_zone",
            "sql_auto_is_null",
            "tx_isolation",
            "tx_read_only",
            "transaction_isolation",
            "transaction_read_only",
            "foreign_key_checks",
            "unique_checks",
            "max_error_count",
            "idle_write_transaction_timeout",
            "net_write_timeout");
    /** Texts are equal only if their bytes are: case, accents and blanks at the end count. */
    private static final String EXACT = "/*M! COLLATE utf8mb4_nopad_bin */ /*!80017 COLLATE utf8mb4_0900_bin */";

    private static final List<String> YES = List.of("true", "1", "");
    private static final List<String> NO = List.of("false", "0");

    private static final DriverProperties PROPERTIES = DriverProperties.of(
                    '?', '&', Quoting.NONE, MariaDb::propertyKey, MariaDb::propertyNames)
            .opensWith("credentialType")
            .needs("useCatalogTerm", List.of("SCHEMA"), "a contract's schema is a database here")
            .needs("connectionTimeZone", List.of("UTC"), "points in time would be written by another clock")
            .needs("forceConnectionTimeZoneToSession", YES, "points in time would be written by another clock")
            .needs("preserveInstants", YES, "points in time would be written by another clock")
            .needs("useServerPrepStmts", YES, "verify would be told six digits of a float")
            .needs("useAffectedRows", NO, "rows that are as they should be would count as missing")
            .needs("useBulkStmts", NO, "the driver would not tell how many rows were deleted")
            .needs("transactionReplay", NO, "the driver would load a batch twice whose commit was not answered");

    /** Case does not count, and some have two names. */
    private static String propertyKey(String name) {
        String key = DriverProperties.ignoringCase(name);
        return DriverProperties.ignoringCase(OptionAliases.OPTIONS_ALIASES.getOrDefault(key, key));
    }

    private static List<String> propertyNames() {
        List<String> names =
                new ArrayList<>(List.of("useSsl", "trustServerCertificate", "disableSslHostnameVerification"));
        // The same search as the driver's own.
        for (Field property : Configuration.Builder.class.getDeclaredFields()) {
            names.add(property.getName());
        }
        names.addAll(OptionAliases.OPTIONS_ALIASES.keySet());
        return names;
    }

    @Override
    public String name() {
        return "mariadb";
    }

    @Override
    public Set<Capability> capabilities() {
        return CAPABILITIES;
    }

    @Override
    public boolean accepts(String url) {
        return url.startsWith(PREFIX) || url.startsWith(MYSQL_PREFIX);
    }

    @Override
    public String driver() {
        return "org.mariadb.jdbc.Driver";
    }

    @Override
    public Optional<String> driverModule() {
        return Optional.of("org.mariadb.jdbc:mariadb-java-client");
    }

    @Override
    public Optional<String> refusesUrl(String url) {
        return DriverProperties.refusesUserInfo(url);
    }

    @Override
    public Optional<String> identity(String url) {
        try {
            Configuration parts = Configuration.parse(connectionUrl(url));
            if (parts == null || parts.database() == null || parts.addresses().isEmpty()) {
                return Optional.empty();
            }
            HostAddress address = parts.addresses().get(0);
            return Optional.of(String.valueOf(address.host).toLowerCase(Locale.ROOT) + "\n" + address.port + "\n"
                    + address.localSocket + "\n" + parts.database());
        } catch (SQLException e) {
            return Optional.empty();
        }
    }

    @Override
    public String connectionUrl(String url) {
        // This driver leaves URLs with MySQL's prefix to MySQL's own driver.
        return url.startsWith(MYSQL_PREFIX) ? PREFIX + url.substring(MYSQL_PREFIX.length()) : url;
    }

    @Override
    public DriverProperties driverProperties() {
        return PROPERTIES;
    }

    @Override
    public Properties connectionProperties() {
        Properties properties = new Properties();
        properties.setProperty("connectionAttributes", "program_name:millrace");
        properties.setProperty("connectTimeout", "10000");
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("tcpKeepIdle", "60");
        properties.setProperty("tcpKeepInterval", "10");
        properties.setProperty("tcpKeepCount", "6");
        properties.setProperty("allowLocalInfile", "true");
        // A database here is what other databases call a schema.
        properties.setProperty("useCatalogTerm", "SCHEMA");
        // A point in time is sent as UTC, whatever the zones of the two machines.
        properties.setProperty("connectionTimeZone", "UTC");
        properties.setProperty("forceConnectionTimeZoneToSession", "true");
        properties.setProperty("preserveInstants", "true");
        return properties;
    }

    @Override
    public Properties connectionProperties(Purpose purpose) {
        Properties properties = connectionProperties();
        if (purpose == Purpose.COMPARE) {
            // As text, the server gives six digits of a float; in its binary form all.
            properties.setProperty("useServerPrepStmts", "true");
        } else if (purpose == Purpose.READ || purpose == Purpose.LOAD) {
            // No page and no batch takes so long; an index or a sort may.
            properties.setProperty("socketTimeout", SILENCE_MILLIS);
        }
        return properties;
    }

    @Override
    public Optional<String> connectionRefused(SQLException fault) {
        return fault.getErrorCode() == ACCESS_DENIED && trustFault(fault).isEmpty()
                ? Optional.of("the log-in was refused; check user and password, and whether the server wants TLS"
                        + " (sslMode=verify-full)")
                : Optional.empty();
    }

    @Override
    public Optional<TrustFault> trustFault(SQLException fault) {
        return MariaDbFaults.trustFault(fault);
    }

    @Override
    public String remedy(TrustFault fault) {
        return switch (fault) {
            case UNTRUSTED ->
                "name who signed it by serverSslCert=FILE (PEM) or trustStore=FILE&trustStorePassword=…, or for"
                        + " a test alone sslMode=trust";
            case OTHER_NAME -> "connect by the name that it is for, or do without by sslMode=verify-ca";
            case NOT_VALID_NOW -> "have it renewed, or for a test alone sslMode=trust";
            case TRUST_STORE -> "check serverSslCert=FILE or trustStore=FILE";
            case TRUST_STORE_PASSWORD -> "check trustStorePassword=…";
            case NO_TLS -> "sslMode=disable connects without";
            case TLS_WANTED -> "add sslMode=verify-full";
            case NO_COMMON_TLS -> "have the server's TLS brought up to date";
            case NO_TICKET ->
                "kinit USER@REALM gets one, klist shows it; Kerberos has to be configured (krb5.conf), and"
                        + " servicePrincipalName=… has to be the server's";
            case NO_NATIVE_LIBRARY, NO_LIBRARY -> "";
        };
    }

    @Override
    public List<String> sessionSettings(Connection connection, Purpose purpose) {
        List<String> settings = new ArrayList<>();
        settings.add("SET NAMES utf8mb4 " + EXACT);
        settings.add("SET SESSION sql_mode = 'STRICT_TRANS_TABLES,STRICT_ALL_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,"
                + "ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION,NO_AUTO_VALUE_ON_ZERO', time_zone = '+00:00',"
                // So that no page of documents is cut, and no key is found that does not exist.
                + " sql_select_limit = " + NO_LIMIT + ", sql_auto_is_null = 0");
        if (purpose == Purpose.LOAD) {
            // Repeatable reads would lock the gaps between keys, where workers then deadlock.
            settings.add("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED");
            // A server that does not notice that its client is gone would keep its locks for two hours.
            settings.add("SET SESSION foreign_key_checks = 1, unique_checks = 1, max_error_count = 1024"
                    + " /*M!100300 , idle_write_transaction_timeout = " + WRITE_PAUSE_SECONDS + " */");
        } else if (purpose == Purpose.COMPARE) {
            // The first SELECT of the transaction takes the snapshot.
            settings.add("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
            // Rows are streamed, and the reader may pause to sort; by default the server waits only for a minute.
            settings.add("SET SESSION net_write_timeout = " + STREAM_PAUSE_SECONDS);
        }
        return settings;
    }

    @Override
    public List<String> undoSettings(Connection connection, Purpose purpose) throws SQLException {
        if (connection.getSchema() == null) {
            throw new SQLException(
                    "MariaDB's driver shows databases as catalogs – add useCatalogTerm=SCHEMA to the URL of"
                            + " the DataSource");
        }
        List<String> undo = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            try (ResultSet limit = statement.executeQuery("SELECT @@session.sql_select_limit")) {
                limit.next();
                undo.add("SET SESSION sql_select_limit = " + limit.getString(1));
            }
            // The setting would also limit the result of the next query.
            statement.execute("SET SESSION sql_select_limit = " + NO_LIMIT);
            try (ResultSet rows = statement.executeQuery(
                    "SHOW SESSION VARIABLES WHERE Variable_name IN ('" + String.join("', '", VARIABLES) + "')")) {
                while (rows.next()) {
                    undo.add(
                            "SET SESSION " + rows.getString(1) + " = " + literal(rows.getString(1), rows.getString(2)));
                }
            }
        }
        return undo;
    }

    private static String literal(String variable, String value) {
        if (value.isEmpty() && variable.startsWith("character_set")) {
            return "NULL";
        }
        boolean number = !value.isEmpty() && value.chars().allMatch(c -> c >= '0' && c <= '9');
        return number ? value : "'" + value.replace("'", "''") + "'";
    }

    @Override
    public int nameLimit() {
        return NAME_CHARACTERS;
    }

    @Override
    public String quote(String identifier) {
        return '`' + identifier.replace("`", "``") + '`';
    }

    @Override
    public String typeName(SqlType type) {
        return switch (type.kind()) {
            // A float is shown with six digits only; a double gives every real back.
            case REAL -> "double";
            case CHAR -> {
                if (type.length() > CHAR_LIMIT) {
                    throw new IllegalArgumentException(
                            type + ": mariadb's limit is " + CHAR_LIMIT + " characters – use varchar(n)");
                }
                yield type.toString();
            }
            case VARCHAR -> type.length() > VARCHAR_LIMIT ? "longtext" : type.toString();
            case TEXT, XML -> "longtext";
            case TIME -> "time(" + fractionDigits(type) + ")";
            // A timestamp ends in 2038; a datetime in UTC does not.
            case TIMESTAMP, TIMESTAMPTZ -> "datetime(" + fractionDigits(type) + ")";
            case UUID -> "char(36)";
            case BYTES -> "longblob";
            case BOOLEAN, SMALLINT, INTEGER, BIGINT, DECIMAL, DOUBLE, DATE -> type.toString();
        };
    }

    private static int fractionDigits(SqlType type) {
        if (type.precision() > FRACTION_DIGITS) {
            throw new IllegalArgumentException(type + ": mariadb keeps " + FRACTION_DIGITS
                    + " fraction digits of a second – use "
                    + type.kind().word() + "(" + FRACTION_DIGITS
                    + ") and say what becomes of the rest with 'scale'");
        }
        return type.precision();
    }

    @Override
    public String createSchema(String schema) {
        return Dialect.super.createSchema(schema) + " DEFAULT CHARACTER SET utf8mb4";
    }

    @Override
    public boolean redefinesColumns() {
        return true;
    }

    @Override
    public List<String> changeColumn(TableDefinition table, Column column, boolean retyped, boolean freed) {
        return StandardDdl.redefineColumn(this, "MODIFY COLUMN", table, column, retyped);
    }

    @Override
    public String tableOptions() {
        return " ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 " + EXACT;
    }

    @Override
    public String createTable(TableDefinition table, boolean constraints) {
        String comment = table.comments().table();
        return StandardDdl.createTable(this, fitting(table), constraints)
                + (comment == null ? "" : comment(comment, TABLE_COMMENT));
    }

    /** A column's comment is part of it, so that giving it one later would mean to repeat the column. */
    @Override
    public String columnOptions(TableDefinition table, Column column) {
        String comment = table.comments().columns().get(column.name());
        return comment == null ? "" : comment(comment, COLUMN_COMMENT);
    }

    @Override
    public List<String> addComments(TableDefinition table) {
        return List.of();
    }

    @Override
    public List<String> changeComment(TableDefinition table, @Nullable Column column, @Nullable String comment) {
        String words = comment(comment == null ? "" : comment, column == null ? TABLE_COMMENT : COLUMN_COMMENT);
        if (column == null) {
            return List.of("ALTER TABLE " + table.qualified(this) + words);
        }
        SqlType type = fitting(table).columns().stream()
                .filter(other -> other.name().equals(column.name()))
                .map(Column::type)
                .findFirst()
                .orElse(column.type());
        Column repeated = new Column(column.name(), type, column.nullable(), column.binaryText());
        return StandardDdl.redefineColumn(this, "MODIFY COLUMN", table, repeated, false).stream()
                .map(statement -> statement + words)
                .toList();
    }

    /** The catalog has only characters of three bytes; others would become question marks, or refuse the statement. */
    private static String comment(String text, int characters) {
        StringBuilder known = new StringBuilder();
        text.codePoints().map(c -> Character.isBmpCodePoint(c) ? c : '\uFFFD').forEach(known::appendCodePoint);
        return " COMMENT "
                + StandardDdl.literal(
                        StandardDdl.shortened(known.toString(), characters).replace("\\", "\\\\"));
    }

    /**
     * Makes the longest texts of a table longtext until a row fits, since a varchar counts with its largest size.
     *
     * @throws IllegalArgumentException when a key cannot be indexed
     */
    private TableDefinition fitting(TableDefinition table) {
        Set<String> indexed = checkIndexed(table);
        List<Column> columns = new ArrayList<>(table.columns());
        long bytes = columns.stream().mapToLong(MariaDb::rowBytes).sum();
        List<Column> longest = columns.stream()
                .filter(column -> column.type().kind() == Kind.VARCHAR && !indexed.contains(column.name()))
                .sorted(Comparator.comparingInt(column -> -column.type().length()))
                .toList();
        for (int i = 0; bytes > ROW_BYTES && i < longest.size(); i++) {
            Column column = longest.get(i);
            Column large = new Column(column.name(), SqlType.TEXT, column.nullable(), column.binaryText());
            columns.set(columns.indexOf(column), large);
            bytes += rowBytes(large) - rowBytes(column);
        }
        return new TableDefinition(
                table.schema(),
                table.name(),
                columns,
                table.key(),
                table.unique(),
                table.foreignKeys(),
                table.indexes(),
                table.comments());
    }

    private Set<String> checkIndexed(TableDefinition table) {
        List<List<String>> lists = new ArrayList<>();
        lists.add(table.key().columns());
        table.unique().forEach(unique -> lists.add(unique.columns()));
        table.indexes().forEach(index -> lists.add(index.columns()));
        table.foreignKeys().forEach(reference -> lists.add(reference.columns()));
        Set<String> indexed = new HashSet<>();
        for (List<String> list : lists) {
            long bytes = 0;
            for (Column column : table.columns()) {
                if (list.contains(column.name())) {
                    boolean large = typeName(column.type()).startsWith("long");
                    bytes += large ? INDEX_BYTES + 1 : rowBytes(column) - COLUMN_BYTES;
                }
            }
            if (bytes > INDEX_BYTES) {
                throw new IllegalArgumentException("the columns " + String.join(", ", list)
                        + " are a key or index of more than " + INDEX_BYTES
                        + " bytes, mariadb's limit – a character takes "
                        + BYTES_OF_A_CHARACTER + ", so make them varchar(n) with n of at most "
                        + INDEX_BYTES / BYTES_OF_A_CHARACTER + " in all");
            }
            indexed.addAll(list);
        }
        return indexed;
    }

    /** How much of a row's limit the column uses at most. */
    private static long rowBytes(Column column) {
        SqlType type = column.type();
        boolean text = type.kind() == Kind.CHAR || (type.kind() == Kind.VARCHAR && type.length() <= VARCHAR_LIMIT);
        return COLUMN_BYTES
                + (text
                        ? (long) type.length() * BYTES_OF_A_CHARACTER
                        : type.kind() == Kind.UUID ? 36L * BYTES_OF_A_CHARACTER : 0);
    }

    @Override
    public Optional<String> lockForDdl() {
        // A lock of the session, since DDL ends the transaction. It is released with the connection.
        return Optional.of("SELECT GET_LOCK('millrace.ddl', 600)");
    }

    @Override
    public Optional<String> unlockForDdl() {
        return Optional.of("SELECT RELEASE_LOCK('millrace.ddl')");
    }

    @Override
    public boolean givesTextAsUtf8() {
        return true;
    }

    @Override
    public String asKeyText(String expression) {
        return "CAST(" + expression + " AS char)";
    }

    @Override
    public String asKeyText(String expression, String typeName) {
        // Bytes that are not valid UTF-8 would become question marks.
        return typeName.contains("BINARY")
                ? "CASE WHEN CAST(" + asKeyText(expression) + " AS binary) = CAST(" + expression + " AS binary) AND "
                        + asKeyText(expression) + " NOT LIKE '0x%' THEN " + asKeyText(expression)
                        + " ELSE CONCAT('0x', HEX("
                        + expression + ")) END"
                : asKeyText(expression);
    }

    /** A time can be negative or last for weeks, and the driver reads a year as a date. */
    @Override
    public boolean sendsKeyAsText(int sqlType, String typeName) {
        return sqlType == Types.DATE || sqlType == Types.TIME || sqlType == Types.TIMESTAMP;
    }

    @Override
    public Optional<String> refusesKey(Connection connection, String column, int sqlType, String typeName)
            throws SQLException {
        String cast = " – cast it in a query (--from-query), such as ";
        switch (sqlType) {
            case Types.REAL:
            case Types.FLOAT:
                return Optional.of("its text has six digits, and is the same for many values" + cast + "CAST("
                        + quote(column) + " AS double)");
            case Types.BIT:
                return Optional.of("its text is not readable" + cast + "CAST(" + quote(column) + " AS unsigned)");
            case Types.CHAR:
                return isEnumeration(connection, column)
                        ? Optional.of("it may be an enum or a set, whose values are sorted in one order and compared in"
                                + " another" + cast + "CAST(" + quote(column) + " AS char)")
                        : Optional.empty();
            default:
                return Optional.empty();
        }
    }

    /** The driver calls it CHAR; so any column of that name counts. */
    private static boolean isEnumeration(Connection connection, String column) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT 1 FROM information_schema.columns"
                + " WHERE column_name = ? AND data_type IN ('enum', 'set') LIMIT 1")) {
            statement.setString(1, column);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next();
            }
        }
    }

    @Override
    public TableFinder.Column described(TableFinder.Column column) {
        switch (column.type()) {
            case Types.TIME:
                return withFraction(column, TIME_CHARACTERS);
            case Types.TIMESTAMP:
                // The type {@code timestamp} begins in 1970, ends in 2038 and is shown in each session's own zone.
                return column.typeName().equalsIgnoreCase("timestamp")
                        ? column.as(
                                TIMESTAMP_WORDS,
                                column.size(),
                                withFraction(column, TIMESTAMP_CHARACTERS).digits())
                        : withFraction(column, TIMESTAMP_CHARACTERS);
            case Types.BIT:
                return column.size() > 1 ? column.as("bit field", column.size(), 0) : column;
            case Types.REAL:
            case Types.FLOAT:
            case Types.DOUBLE:
                return column.digits() > 0
                        ? column.as("rounding " + column.typeName(), column.size(), column.digits())
                        : column;
            case Types.LONGVARCHAR:
                // Bytes, but for the largest, which nothing fills.
                return column.size() == Integer.MAX_VALUE
                        ? column
                        : column.as(column.typeName(), column.size() / BYTES_OF_A_CHARACTER, 0);
            default:
                return column.typeName().equalsIgnoreCase("tinytext")
                        ? column.as(column.typeName(), column.size() / BYTES_OF_A_CHARACTER, 0)
                        : column;
        }
    }

    @Override
    public Optional<String> columnTypes() {
        return Optional.of("SELECT column_name, IF(column_type = 'tinyint(1)', 'boolean', column_type)"
                + " FROM information_schema.columns WHERE table_schema = ? AND table_name = ?"
                + " AND (column_type LIKE '% unsigned%' OR column_type = 'tinyint(1)'"
                + " OR data_type IN ('enum', 'year'))");
    }

    @Override
    public Optional<ColumnRange> range(TableFinder.Column column) {
        String word = ColumnRange.word(column.typeName()).replace(" zerofill", "");
        switch (word) {
            case "mediumint":
                return Optional.of(ColumnRange.wholeNumbers(Kind.INTEGER, -8_388_608, 8_388_607));
            case "tinyint unsigned":
                return ColumnRange.unsigned(8);
            case "smallint unsigned":
                return ColumnRange.unsigned(16);
            case "mediumint unsigned":
                return ColumnRange.unsigned(24);
            case "int unsigned":
                return ColumnRange.unsigned(32);
            case "bigint unsigned":
                return ColumnRange.unsigned(64);
            case "decimal unsigned":
                return ColumnRange.decimal(
                        column.size() - column.digits(),
                        column.digits(),
                        new Numbers(
                                BigDecimal.ZERO,
                                ColumnRange.decimals(column.size() - column.digits(), column.digits())
                                        .most()));
            case "year":
                return Optional.of(ColumnRange.wholeNumbers(Kind.SMALLINT, FIRST_YEAR, LAST_YEAR));
            case "bit":
                return Optional.of(ColumnRange.truth(0, 1));
            case "boolean":
                return Optional.of(ColumnRange.truth(Byte.MIN_VALUE, Byte.MAX_VALUE));
            case TIMESTAMP_WORDS:
                return Optional.of(ColumnRange.of(
                        new SqlType(Kind.TIMESTAMPTZ, 0, Math.min(column.digits(), FRACTION_DIGITS), 0), TIMESTAMP));
            case "tinytext":
            case "mediumtext":
                return ColumnRange.largeText(column.size());
            case "binary":
                return Optional.of(ColumnRange.bytes(column.size(), column.size()));
            default:
                return ColumnRange.standard(column);
        }
    }

    /** The driver gives the size in characters: 2024-03-05 14:22:07.123456 has 26, and 19 of them are before the point. */
    private static TableFinder.Column withFraction(TableFinder.Column column, int whole) {
        return column.as(column.typeName(), column.size(), Math.max(0, column.size() - whole - 1));
    }

    /** A point in time is stored in UTC, whatever zone the driver of a pool's connection assumes. */
    @Override
    public Object parameter(Object value) {
        return value instanceof OffsetDateTime time
                ? time.withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime()
                : value;
    }

    @Override
    public @Nullable Instant instant(ResultSet row, int column) throws SQLException {
        LocalDateTime time = row.getObject(column, LocalDateTime.class);
        return time == null ? null : time.toInstant(ZoneOffset.UTC);
    }

    @Override
    public void bind(PreparedStatement statement, int parameter, SqlType type, Object value) throws SQLException {
        // A real is a double here, made of its digits. As a float it would be another number: 0.1f is no 0.1.
        Object bound = value instanceof Float real ? (Object) Double.valueOf(real.toString()) : parameter(value);
        statement.setObject(parameter, bound);
    }

    @Override
    public @Nullable Object read(ResultSet row, int column, SqlType type) throws SQLException {
        return MariaDbValues.read(row, column, type);
    }

    @Override
    public String deleteMatching(TableDefinition table, List<String> columns, String select) {
        // With IN, the server would read the whole table.
        List<String> equal = columns.stream()
                .map(name -> "t." + quote(name) + " = s." + quote(name))
                .toList();
        return "DELETE t FROM " + table.qualified(this) + " t JOIN (" + select + ") s ON "
                + String.join(" AND ", equal);
    }

    @Override
    public BulkLoader loader(Connection connection, TableDefinition table, OnDuplicate onDuplicate)
            throws SQLException {
        StagedMerge.Opener opener = whySlower(connection).isEmpty()
                ? into -> LoadData.open(connection, this, into)
                : into -> BatchInsert.open(connection, this, into);
        return onDuplicate == OnDuplicate.REJECT
                ? opener.into(table)
                : StagedMerge.open(connection, this, table, onDuplicate, opener);
    }

    @Override
    public List<String> warnings(Connection connection, List<TableDefinition> tables) throws SQLException {
        return whySlower(connection)
                .map(why -> "rows are loaded by batches of INSERT, not by LOAD DATA, which is faster: " + why)
                .stream()
                .toList();
    }

    /** Why LOAD DATA LOCAL cannot be used; empty if it can. */
    private static Optional<String> whySlower(Connection connection) throws SQLException {
        if (!connection
                .unwrap(org.mariadb.jdbc.Connection.class)
                .getContext()
                .getConf()
                .allowLocalInfile()) {
            return Optional.of("the URL says allowLocalInfile=false");
        }
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SHOW VARIABLES WHERE Variable_name IN ('local_infile', 'wsrep_load_data_splitting')")) {
            while (rows.next()) {
                boolean on = rows.getString(2).equalsIgnoreCase("ON");
                if (rows.getString(1).equalsIgnoreCase("local_infile")) {
                    if (!on) {
                        return Optional.of("the server forbids it; SET GLOBAL local_infile = ON would allow it");
                    }
                } else if (on) {
                    return Optional.of("the cluster would commit it in pieces; SET GLOBAL wsrep_load_data_splitting ="
                            + " OFF would prevent that");
                }
            }
            return Optional.empty();
        }
    }

    @Override
    public SqlFault classify(SQLException fault) {
        return SqlStates.classify(fault, MariaDbFaults::classify);
    }

    @Override
    public boolean isLackOfPrivilege(SQLException fault) {
        return MariaDbFaults.isLackOfPrivilege(fault.getErrorCode());
    }

    @Override
    public Meaning meaning(SQLException fault) {
        return MariaDbFaults.meaning(fault);
    }

    @Override
    public boolean isOfTheDatabase(SQLException fault) {
        return MariaDbFaults.isOfStorage(fault.getErrorCode()) || SqlStates.isOfTheDatabase(fault);
    }

    @Override
    public Refusal refusal(SQLException fault) {
        for (Throwable link = fault; link != null; link = link.getCause()) {
            if (link instanceof LoadData.IgnoredRowException) {
                return ((LoadData.IgnoredRowException) link).refusal();
            }
            Refusal refusal = MariaDbFaults.refusal(String.valueOf(link.getMessage()));
            if (refusal.column() != null || refusal.constraint() != null) {
                return refusal;
            }
        }
        return Refusal.UNKNOWN;
    }
}

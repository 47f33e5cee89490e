package dev.millrace.dialect.postgresql;

import dev.millrace.contract.SqlType;
import dev.millrace.contract.SqlType.Kind;
import dev.millrace.contract.TableMapping.OnDuplicate;
import dev.millrace.dialect.BulkLoader;
import dev.millrace.dialect.Dialect;
import dev.millrace.dialect.DriverProperties;
import dev.millrace.dialect.DriverProperties.Quoting;
import dev.millrace.dialect.Meaning;
import dev.millrace.dialect.Refusal;
import dev.millrace.dialect.SqlFault;
import dev.millrace.dialect.SqlStates;
import dev.millrace.dialect.StandardDdl;
import dev.millrace.dialect.TableDefinition;
import dev.millrace.dialect.TableFinder;
import dev.millrace.dialect.TableName;
import dev.millrace.dialect.TrustFault;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.postgresql.PGProperty;
import org.postgresql.util.GT;
import org.postgresql.util.PGPropertyUtil;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** PostgreSQL, loaded through COPY in its binary format. */
public final class PostgreSql implements Dialect {
    /** Of columns of domains, which are loaded as the types they stand for, and of enums. */
    private static final String COLUMN_TYPES = """
            WITH RECURSIVE base(name, type, modifier, depth) AS (
              SELECT a.attname, a.atttypid, a.atttypmod, 0
              FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
              WHERE n.nspname = ? AND c.relname = ? AND a.attnum > 0 AND NOT a.attisdropped
              UNION ALL
              SELECT b.name, t.typbasetype, t.typtypmod, b.depth + 1
              FROM base b JOIN pg_type t ON t.oid = b.type WHERE t.typtype = 'd')
            SELECT b.name, CASE t.typtype WHEN 'e' THEN 'enum(' || (SELECT string_agg('''' || replace(e.enumlabel, '''', '''''') || '''', ','
                ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid) || ')'
              ELSE format_type(t.oid, b.modifier) END
            FROM base b JOIN pg_type t ON t.oid = b.type
            WHERE t.typtype = 'e' OR (b.depth > 0 AND t.typtype = 'b' AND t.typelem = 0)
            """;

    private static final Set<Capability> CAPABILITIES = EnumSet.allOf(Capability.class);
    /** NAMEDATALEN - 1. */
    private static final int NAME_BYTES = 63;

    private static final int FRACTION_DIGITS = 6;
    /** A third of a page, and what a column needs beyond its characters or digits. */
    private static final int INDEX_ROW_BYTES = 2_600;

    private static final int COLUMN_BYTES = 16;
    /** The largest n of varchar(n). */
    private static final int VARCHAR_LIMIT = 10_485_760;
    /** The largest p of numeric(p, s). */
    private static final int NUMERIC_DIGITS = 1_000;
    /** How long a server may be silent before the connection counts as lost; {@code socketTimeout} in the URL takes precedence. */
    private static final String SILENCE_SECONDS = "600";

    private static final String CHECK_INTERVAL = "client_connection_check_interval";

    /**
     * While a server computes a long answer, it does not notice that its client is gone: a cancellation just before the statement has no effect,
     * and a killed client sends none. From version 14 on the server checks the connection itself, if its operating system can do that.
     */
    private static final String NOTICE_LOST_CLIENTS = "SELECT set_config(name, '2s', false) FROM pg_catalog.pg_settings"
            + " WHERE name = '" + CHECK_INTERVAL + "' AND setting = '0'"
            + " AND version() ~* 'linux|apple|darwin|bsd|solaris|illumos'";

    /**
     * Settings for how a value is written as text. The driver sets the session's zone to the JVM's, and the other settings can come from the
     * server, the database, the user or the URL. The texts are keys of documents, which must not depend on any of these.
     */
    private static final Map<String, String> VALUES_AS_TEXT = new LinkedHashMap<>();

    static {
        VALUES_AS_TEXT.put("TimeZone", "UTC");
        VALUES_AS_TEXT.put("DateStyle", "ISO, MDY");
        VALUES_AS_TEXT.put("IntervalStyle", "postgres");
        VALUES_AS_TEXT.put("bytea_output", "hex");
        VALUES_AS_TEXT.put("extra_float_digits", "3");
        VALUES_AS_TEXT.put("lc_monetary", "C");
    }

    /** Types without an order. Pages of documents need one. */
    private static final Set<String> UNORDERED = Set.of(
            "json",
            "xml",
            "point",
            "line",
            "lseg",
            "box",
            "path",
            "polygon",
            "circle",
            "xid",
            "cid",
            "jsonpath",
            "aclitem");

    /** The classes of SQL states that the server itself uses. */
    private static final Set<String> OWN_CLASSES = Set.of(
            "00", "01", "02", "03", "08", "09", "0A", "0B", "0F", "0L", "0P", "0Z", "10", "20", "21", "22", "23", "24",
            "25", "26", "27", "28", "2B", "2D", "2F", "34", "38", "39", "3B", "3D", "3F", "40", "42", "44", "53", "54",
            "55", "57", "58", "72", "F0", "HV", "P0", "XX");

    /** A connection that was refused, mostly by the driver. */
    private static final String REJECTED = "08004";

    private static final List<Pattern> DENIED = List.of(Pattern.compile("^permission denied for ()([a-z ]+ .+)$"));

    /** Their case counts. A method reference would load the driver with this class, and it may not be there. */
    private static final DriverProperties PROPERTIES = DriverProperties.of(
                    '?',
                    '&',
                    Quoting.NONE,
                    name -> PGPropertyUtil.translatePGServiceToPGProperty(name),
                    PostgreSql::propertyNames)
            .opensWith("socketFactory", "sslfactory", "authenticationPluginClassName");

    /** Any number that others are unlikely to lock: "Millrace" in ASCII. */
    private static final long DDL_LOCK = 0x4D696C6C72616365L;

    private static List<String> propertyNames() {
        return Arrays.stream(PGProperty.values()).map(PGProperty::getName).toList();
    }

    @Override
    public String name() {
        return "postgresql";
    }

    @Override
    public Set<Capability> capabilities() {
        return CAPABILITIES;
    }

    @Override
    public boolean accepts(String url) {
        return url.startsWith("jdbc:postgresql:");
    }

    @Override
    public String driver() {
        return "org.postgresql.Driver";
    }

    @Override
    public Optional<String> driverModule() {
        return Optional.of("org.postgresql:postgresql");
    }

    @Override
    public Optional<String> refusesUrl(String url) {
        return DriverProperties.refusesUserInfo(url);
    }

    @Override
    public Optional<String> identity(String url) {
        Properties parts = Driver.parseURL(url, new Properties());
        return parts == null
                ? Optional.empty()
                : Optional.of(parts.getProperty("PGHOST") + "\n" + parts.getProperty("PGPORT") + "\n"
                        + parts.getProperty("PGDBNAME"));
    }

    @Override
    public DriverProperties driverProperties() {
        return PROPERTIES;
    }

    @Override
    public Properties connectionProperties() {
        Properties properties = new Properties();
        properties.setProperty("ApplicationName", "millrace");
        properties.setProperty("connectTimeout", "10");
        // Without this, the driver waits forever for a server that accepts a connection and then sends nothing.
        properties.setProperty("loginTimeout", "30");
        properties.setProperty("tcpKeepAlive", "true");
        // The server's DETAIL and CONTEXT lines show values of documents, and messages are written to logs and stack
        // traces.
        properties.setProperty("logServerErrorDetail", "false");
        // Binary transfer sends bytes with a length. As text, the server copies a document once more to add a zero, and
        // then
        // searches for it. That was half of its work for documents of 230 KB.
        properties.setProperty("binaryTransferEnable", "TEXT,VARCHAR,XML");
        return properties;
    }

    @Override
    public Properties connectionProperties(Purpose purpose) {
        Properties properties = connectionProperties();
        if (purpose == Purpose.READ || purpose == Purpose.LOAD) {
            // If the network loses everything, no error is reported. No page and no batch takes so long, but an index
            // or a
            // sort may.
            properties.setProperty("socketTimeout", SILENCE_SECONDS);
        }
        return properties;
    }

    @Override
    public Optional<String> connectionRefused(SQLException fault) {
        String state = String.valueOf(fault.getSQLState());
        if (trustFault(fault).isPresent()) {
            return Optional.empty();
        }
        if (state.equals(REJECTED) && serverMessage(fault) == null) {
            return Optional.of("the server asks for another log-in (" + fault.getMessage()
                    + "); give user and password, such as by --user and --password");
        }
        return state.equals("28000")
                ? Optional.of(
                        "the server lets nobody in by this user, database, address and use of TLS, or there is no such"
                                + " user; its pg_hba.conf and its log say which")
                : Optional.empty();
    }

    @Override
    public Optional<TrustFault> trustFault(SQLException fault) {
        String message = String.valueOf(fault.getMessage());
        // The driver's messages are in the language of the machine.
        if (message.equals(GT.tr("The server does not support SSL."))) {
            return Optional.of(TrustFault.NO_TLS);
        }
        String name = GT.tr("The hostname {0} could not be verified by hostnameverifier {1}.", "{0}", "{0}");
        if (message.startsWith(name.substring(0, name.indexOf("{0}"))) && name.indexOf("{0}") > 0) {
            return Optional.of(TrustFault.OTHER_NAME);
        }
        return TrustFault.of(fault);
    }

    @Override
    public String remedy(TrustFault fault) {
        return switch (fault) {
            case UNTRUSTED ->
                "name who signed it by sslrootcert=FILE (PEM), or for a test alone sslmode=require, which asks"
                        + " nobody";
            case OTHER_NAME -> "connect by the name that it is for, or do without by sslmode=verify-ca";
            case NOT_VALID_NOW -> "have it renewed, or for a test alone sslmode=require";
            case TRUST_STORE -> "check sslrootcert=FILE; without it the driver looks for ~/.postgresql/root.crt";
            case TRUST_STORE_PASSWORD -> "check sslpassword=…";
            case NO_TLS -> "sslmode=prefer connects without";
            case NO_COMMON_TLS -> "have the server's TLS brought up to date";
            case NO_TICKET ->
                "kinit USER@REALM gets one, klist shows it; Kerberos has to be configured (krb5.conf), and"
                        + " kerberosServerName=… has to be the server's";
            case TLS_WANTED, NO_NATIVE_LIBRARY, NO_LIBRARY -> "";
        };
    }

    @Override
    public List<String> sessionSettings(Connection connection, Purpose purpose) {
        // In one statement, since each statement is a round trip.
        return List.of(settings(purpose).entrySet().stream()
                        .map(setting -> "SET " + setting.getKey() + " = '" + setting.getValue() + "'")
                        .collect(Collectors.joining("; "))
                + "; " + NOTICE_LOST_CLIENTS);
    }

    @Override
    public List<String> undoSettings(Connection connection, Purpose purpose) throws SQLException {
        List<String> undo = new ArrayList<>();
        String names = Stream.concat(settings(purpose).keySet().stream(), Stream.of(CHECK_INTERVAL))
                .map(name -> "'" + name.toLowerCase(Locale.ROOT) + "'")
                .collect(Collectors.joining(", "));
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT CASE source WHEN 'session'"
                        + " THEN format('SELECT set_config(%L, %L, false)', name, setting) ELSE 'RESET ' || name END"
                        + " FROM pg_catalog.pg_settings WHERE lower(name) IN (" + names + ")")) {
            while (rows.next()) {
                undo.add(rows.getString(1));
            }
        }
        return undo;
    }

    private static Map<String, String> settings(Purpose purpose) {
        Map<String, String> settings = new LinkedHashMap<>(VALUES_AS_TEXT);
        switch (purpose) {
            case READ:
                // The tables grow while they are read, so each page gets a plan of its own.
                settings.put("plan_cache_mode", "force_custom_plan");
                break;
            case LOAD:
                // A check of a foreign key that was planned for an empty parent table would read the whole table for
                // every
                // row, until it is planned again. The parent's key can always be used instead.
                settings.put("enable_seqscan", "off");
                // A server that does not notice that its client is gone would keep its locks for two hours.
                settings.put("tcp_keepalives_idle", "60");
                settings.put("tcp_keepalives_interval", "10");
                settings.put("tcp_keepalives_count", "6");
                break;
            case COMPARE:
                settings.put("default_transaction_isolation", "repeatable read");
                settings.put("default_transaction_read_only", "on");
                break;
            case BUILD:
                // With the default of 64 MB, the server sorts a few million keys on disk.
                settings.put("maintenance_work_mem", "256MB");
                break;
            default:
                break;
        }
        return settings;
    }

    @Override
    public int nameLimit() {
        return NAME_BYTES;
    }

    @Override
    public int nameSize(String name) {
        return name.getBytes(StandardCharsets.UTF_8).length;
    }

    @Override
    public String typeName(SqlType type) {
        return switch (type.kind()) {
            case DECIMAL -> "numeric(" + type.precision() + "," + type.scale() + ")";
            case DOUBLE -> "double precision";
            case VARCHAR, CHAR -> {
                if (type.length() > VARCHAR_LIMIT) {
                    throw new IllegalArgumentException(
                            type + ": postgresql's limit is " + VARCHAR_LIMIT + " characters – use text");
                }
                yield type.toString();
            }
            case TIME, TIMESTAMP, TIMESTAMPTZ -> {
                if (type.precision() > FRACTION_DIGITS) {
                    throw new IllegalArgumentException(type + ": postgresql keeps " + FRACTION_DIGITS
                            + " fraction digits of a second – use "
                            + type.kind().word() + "(" + FRACTION_DIGITS
                            + ") and say what becomes of the rest with 'scale'");
                }
                yield type.toString();
            }
            case BYTES -> "bytea";
            case BOOLEAN, SMALLINT, INTEGER, BIGINT, REAL, TEXT, DATE, UUID, XML -> type.toString();
        };
    }

    @Override
    public String binaryTextType(SqlType type) {
        return typeName(type) + " COLLATE \"C\"";
    }

    /** Columns of keys, too: it builds their indexes anew. */
    @Override
    public List<String> changeComment(
            TableDefinition table, TableDefinition.@Nullable Column column, @Nullable String comment) {
        return StandardDdl.commentOn(this, table, column, comment);
    }

    @Override
    public List<String> changeColumn(
            TableDefinition table, TableDefinition.Column column, boolean retyped, boolean freed) {
        TableDefinition withoutKeys = new TableDefinition(
                table.schema(),
                table.name(),
                table.columns(),
                new TableDefinition.Columns(table.key().name(), List.of()),
                List.of(),
                List.of(),
                List.of());
        return StandardDdl.changeColumn(this, withoutKeys, column, retyped, freed);
    }

    @Override
    public Optional<String> lockForDdl() {
        return Optional.of("SELECT pg_advisory_xact_lock(" + DDL_LOCK + ")");
    }

    @Override
    public boolean canIndex(SqlType type) {
        // Two texts of it have no order.
        return type.kind() != Kind.XML;
    }

    @Override
    public boolean indexHolds(TableDefinition table, TableDefinition.Columns index) {
        long bytes = 0;
        for (TableDefinition.Column column : table.columns()) {
            if (index.columns().contains(column.name())) {
                bytes += indexBytes(column.type());
            }
        }
        return bytes <= INDEX_ROW_BYTES;
    }

    /** At most; without compression. */
    private static long indexBytes(SqlType type) {
        return switch (type.kind()) {
            case CHAR, VARCHAR -> COLUMN_BYTES + 4L * type.length();
            case DECIMAL -> COLUMN_BYTES + type.precision();
            case TEXT, XML, BYTES -> INDEX_ROW_BYTES + 1;
            case BOOLEAN, SMALLINT, INTEGER, BIGINT, REAL, DOUBLE, DATE, TIME, TIMESTAMP, TIMESTAMPTZ, UUID ->
                COLUMN_BYTES;
        };
    }

    @Override
    public TableFinder.Column described(TableFinder.Column column) {
        if (!CopyEncoder.knows(column.typeName())) {
            // Some types have names with another meaning in SQL: "char" is one byte.
            return column.as(quote(column.typeName()), column.size(), column.digits());
        }
        // A numeric without a precision holds every number, but the driver gives the server's limit as its precision.
        return column.type() == Types.NUMERIC && column.size() > NUMERIC_DIGITS
                ? column.as(column.typeName(), 0, 0)
                : column;
    }

    @Override
    public Optional<String> reseed(TableName table, String column) {
        String name = qualified(table.schema(), table.name());
        return Optional.of("SELECT setval(pg_get_serial_sequence(" + text(name) + ", " + text(column)
                + "), (SELECT max(" + quote(column) + ") FROM " + name + "))");
    }

    private static String text(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    @Override
    public Optional<String> columnTypes() {
        return Optional.of(COLUMN_TYPES);
    }

    @Override
    public boolean givesTextAsUtf8() {
        return true;
    }

    @Override
    public boolean bindsTextUntyped() {
        // The driver sends a text as varchar. Compared with a char(n), that would not use the index.
        return true;
    }

    @Override
    public Optional<String> estimateRows() {
        return Optional.of("SELECT reltuples FROM pg_class WHERE oid = CAST(? AS regclass)");
    }

    @Override
    public String asKeyText(String expression) {
        // The same collation as the ledger's column. Written here, it takes precedence over that of the user's column.
        return "CAST(" + expression + " AS text) COLLATE \"C\"";
    }

    /** As text, all types are read exactly, and the server converts it to the column's type. */
    @Override
    public boolean sendsKeyAsText(int sqlType, String typeName) {
        switch (sqlType) {
            case Types.SMALLINT:
            case Types.INTEGER:
            case Types.CHAR:
            case Types.VARCHAR:
                return false;
            default:
                return !typeName.equals("int8") && !typeName.equals("bigserial");
        }
    }

    @Override
    public Optional<String> refusesKey(Connection connection, String column, int sqlType, String typeName) {
        if (typeName.startsWith("reg")) {
            return Optional.of("its text depends on the search path – cast it in a query (--from-query), such as CAST("
                    + quote(column) + " AS oid)");
        }
        return UNORDERED.contains(typeName)
                ? Optional.of("its values have no order – name another column with --key-column, or cast it in a query"
                        + " (--from-query)")
                : Optional.empty();
    }

    @Override
    public BulkLoader loader(Connection connection, TableDefinition table, OnDuplicate onDuplicate)
            throws SQLException {
        return BinaryCopy.open(connection, this, table, onDuplicate);
    }

    @Override
    public Optional<ImpliedForeignKeys> impliedForeignKeys(Connection connection, List<TableDefinition> tables)
            throws SQLException {
        return new ForeignKeyTriggers(connection, this, tables).impliedForeignKeys();
    }

    @Override
    public void bind(PreparedStatement statement, int parameter, SqlType type, Object value) throws SQLException {
        if (type.isCharacters()) {
            // Without a type, the server uses the column's. As a varchar it would convert a char(n), and not use the
            // index.
            statement.setObject(parameter, value, Types.OTHER);
        } else {
            statement.setObject(parameter, value);
        }
    }

    @Override
    public SqlFault classify(SQLException fault) {
        return SqlStates.classify(fault, PostgreSql::classifyOne);
    }

    @Override
    public Refusal refusal(SQLException fault) {
        ServerErrorMessage server = serverMessage(fault);
        return server == null ? Refusal.UNKNOWN : new Refusal(server.getColumn(), server.getConstraint());
    }

    @Override
    public Meaning meaning(SQLException fault) {
        ServerErrorMessage server = serverMessage(fault);
        return isLackOfPrivilege(fault) && server != null
                ? Meaning.lackOfPrivilege(server.getMessage(), DENIED)
                : SqlStates.meaning(fault.getSQLState());
    }

    private static @Nullable ServerErrorMessage serverMessage(SQLException fault) {
        for (Throwable link = fault; link != null; link = link.getCause()) {
            ServerErrorMessage server =
                    link instanceof PSQLException ? ((PSQLException) link).getServerErrorMessage() : null;
            if (server != null) {
                return server;
            }
        }
        return null;
    }

    private static SqlFault classifyOne(SQLException fault) {
        String state = fault.getSQLState();
        if (state == null || state.length() != 5) {
            return SqlFault.FATAL;
        }
        if (state.equals(REJECTED) && serverMessage(fault) == null) {
            // From the driver: the log-in lacks something that the server asks for.
            return SqlFault.LOGIN;
        }
        if (String.valueOf(fault.getMessage()).startsWith(GT.tr("Invalid sslmode value: {0}", ""))) {
            // The driver reports this as a fault of the network.
            return SqlFault.FATAL;
        }
        switch (state) {
            case "40001":
            case "40P01":
            case "55P03": // lock_timeout
            case "57014": // statement_timeout, or cancelled by an administrator
            case "53200": // the server is out of memory
                return SqlFault.TRANSIENT;
            case "57P01":
            case "57P02":
            case "57P03":
            case "57P05":
            case "53300":
            case "25006": // read-only: a standby that is about to take over
            case "25P03": // idle_in_transaction_session_timeout
            case "25P04": // transaction_timeout
                return SqlFault.CONNECTION;
            case "23505":
                return SqlFault.DUPLICATE_KEY;
            case "23503":
                return SqlFault.FOREIGN_KEY;
            case "2200N": // invalid XML content
            case "2200M":
            case "54000": // a row or key too large for a page or an index
                return SqlFault.VALUE;
            default:
                break;
        }
        String group = state.substring(0, 2);
        switch (group) {
            case "08":
                return SqlFault.CONNECTION;
            case "22":
                return SqlFault.VALUE;
            case "23":
            case "44": // a view's CHECK OPTION
            case "P0": // a trigger's RAISE EXCEPTION
                return SqlFault.CONSTRAINT;
            case "28":
                return SqlFault.LOGIN;
            default:
                // The server itself never uses these classes, so it was a user's trigger.
                return OWN_CLASSES.contains(group) ? SqlFault.FATAL : SqlFault.CONSTRAINT;
        }
    }
}

package dev.millrace.dialect.sqlserver;

import com.microsoft.sqlserver.jdbc.ISQLServerConnection;
import com.microsoft.sqlserver.jdbc.SQLServerDriver;
import dev.millrace.contract.SqlType;
import dev.millrace.contract.SqlType.Kind;
import dev.millrace.contract.TableMapping.OnDuplicate;
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
import dev.millrace.dialect.StandardValues;
import dev.millrace.dialect.TableDefinition;
import dev.millrace.dialect.TableDefinition.Column;
import dev.millrace.dialect.TableDefinition.Columns;
import dev.millrace.dialect.TableDefinition.ForeignKey;
import dev.millrace.dialect.TableFinder;
import dev.millrace.dialect.TrustFault;
import java.sql.Connection;
import java.sql.DriverPropertyInfo;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import java.util.WeakHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** SQL Server from 2016 on, Azure SQL, and Babelfish for PostgreSQL, loaded through the driver's bulk copy. */
public final class SqlServer implements Dialect {
    private static final Set<Capability> CAPABILITIES = EnumSet.of(Capability.SCHEMAS, Capability.TEXT_LENGTHS);
    private static final int NAME_CHARACTERS = 128;
    private static final int FRACTION_DIGITS = 7;
    /** The extended property that tools show as a description. */
    private static final String DESCRIPTION = "MS_Description";
    /** A property has 7,500 bytes. */
    private static final int PROPERTY_CHARACTERS = 3_750;
    /** The largest n of nvarchar(n) and nchar(n): units of UTF-16, not characters. */
    static final int NVARCHAR_LIMIT = 4000;
    /** Bytes that the key of a clustered index can have; a nonclustered one can have 1700. */
    private static final int CLUSTERED_KEY_BYTES = 900;
    /**
     * Keys are equal only if their characters are, whatever the collation of the database. But in every collation spaces at the end do not
     * count.
     */
    private static final String BINARY = " COLLATE Latin1_General_100_BIN2";

    /** By the server's numbers for them. */
    private static final List<String> ISOLATION_LEVELS = List.of(
            "READ COMMITTED", "READ UNCOMMITTED", "READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE", "SNAPSHOT");

    private static final String ANY_TEXT = "nvarchar(max)";
    /** Whether an open connection is to Babelfish. */
    private static final Map<Connection, Boolean> BABELFISH = Collections.synchronizedMap(new WeakHashMap<>());

    private static final Pattern TYPE_LENGTH = Pattern.compile("\\(.*");
    private static final Pattern FRACTION_ZEROS = Pattern.compile("(?:\\.|(\\.\\d*[1-9]))0+(?=$|[+])");
    private static final Pattern WORD = Pattern.compile("\\w+");

    /** How long a server may be silent before the connection counts as lost; {@code socketTimeout} in the URL takes precedence. */
    private static final String SILENCE_MILLIS = "600000";

    private static final String URL_OF_NOTHING = "jdbc:sqlserver://";
    /** No property has it by itself. */
    private static final String PROBE = "\u0001";

    private static final DriverProperties PROPERTIES = DriverProperties.of(
                    ';', ';', Quoting.BRACES, SqlServer::propertyKey, SqlServer::propertyNames)
            .needs(
                    "connectRetryCount",
                    List.of("0"),
                    "a connection that the driver mends by itself has lost its transaction, and would commit nothing")
            .needs("sendTimeAsDatetime", List.of("false"), "times would be rounded")
            .needs("datetimeParameterType", List.of("datetime2"), "times would be rounded")
            .needs(
                    "sendStringParametersAsUnicode",
                    List.of("true"),
                    "characters that the server's code page lacks would become question marks")
            .needs("useBulkCopyForBatchInsert", List.of("false"), "the driver would load rows without checking them");

    @Override
    public String name() {
        return "sqlserver";
    }

    @Override
    public Set<Capability> capabilities() {
        return CAPABILITIES;
    }

    @Override
    public boolean accepts(String url) {
        return url.startsWith("jdbc:sqlserver:");
    }

    @Override
    public String driver() {
        return "com.microsoft.sqlserver.jdbc.SQLServerDriver";
    }

    @Override
    public Optional<String> driverModule() {
        return Optional.of("com.microsoft.sqlserver:mssql-jdbc");
    }

    @Override
    public Optional<String> refusesUrl(String url) {
        return DriverProperties.refusesUserInfo(url);
    }

    @Override
    public Optional<String> identity(String url) {
        Map<String, String> parts = new HashMap<>();
        try {
            // The driver knows its synonyms: server, serverName, the part behind the slashes …
            for (DriverPropertyInfo part : new SQLServerDriver().getPropertyInfo(url, new Properties())) {
                parts.put(part.name, part.value == null ? "" : part.value.toLowerCase(Locale.ROOT));
            }
        } catch (SQLException e) {
            return Optional.empty();
        }
        String port = parts.getOrDefault("portNumber", "");
        return Optional.of(parts.getOrDefault("serverName", "") + "\n" + parts.getOrDefault("instanceName", "") + "\n"
                + (port.isEmpty() || port.equals("-1") ? "1433" : port) + "\n"
                + parts.getOrDefault("databaseName", ""));
    }

    @Override
    public DriverProperties driverProperties() {
        return PROPERTIES;
    }

    /** The driver's own name for a property, whatever its case and its synonym; the name itself if it knows none. */
    private static String propertyKey(String name) {
        if (name.isBlank()) {
            return name;
        }
        Properties probe = new Properties();
        probe.setProperty(name, PROBE);
        try {
            for (DriverPropertyInfo property : new SQLServerDriver().getPropertyInfo(URL_OF_NOTHING, probe)) {
                if (PROBE.equals(property.value)) {
                    return property.name;
                }
            }
            return name;
        } catch (SQLException e) {
            return name;
        }
    }

    private static List<String> propertyNames() {
        try {
            return Arrays.stream(new SQLServerDriver().getPropertyInfo(URL_OF_NOTHING, new Properties()))
                    .map(property -> property.name)
                    .toList();
        } catch (SQLException e) {
            return List.of();
        }
    }

    @Override
    public Properties connectionProperties() {
        Properties properties = new Properties();
        properties.setProperty("applicationName", "millrace");
        properties.setProperty("loginTimeout", "10");
        // If the driver restores a lost connection by itself, its transaction is lost, and a commit would commit
        // nothing.
        properties.setProperty("connectRetryCount", "0");
        // Otherwise a time would be compared as a datetime, which rounds.
        properties.setProperty("sendTimeAsDatetime", "false");
        return properties;
    }

    @Override
    public Properties connectionProperties(Purpose purpose) {
        Properties properties = connectionProperties();
        if (purpose == Purpose.READ || purpose == Purpose.LOAD) {
            // No page and no batch takes so long; an index or a sort may.
            properties.setProperty("socketTimeout", SILENCE_MILLIS);
        }
        return properties;
    }

    @Override
    public Optional<String> connectionRefused(SQLException fault) {
        return SqlServerFaults.isNoDatabase(fault)
                ? Optional.of("there is no such database, or the user may not open it")
                : Optional.empty();
    }

    @Override
    public String shortened(String message) {
        return SqlServerFaults.shortened(message);
    }

    @Override
    public Optional<TrustFault> trustFault(SQLException fault) {
        return SqlServerFaults.trustFault(fault);
    }

    @Override
    public String remedy(TrustFault fault) {
        return switch (fault) {
            case UNTRUSTED ->
                "name who signed it by trustStore=FILE;trustStorePassword=…, or for a test alone"
                        + " trustServerCertificate=true";
            case OTHER_NAME -> "connect by the name that it is for, or say that name by hostNameInCertificate=NAME";
            case NOT_VALID_NOW -> "have it renewed, or for a test alone trustServerCertificate=true";
            case TRUST_STORE -> "check trustStore=FILE, or serverCertificate=FILE with encrypt=strict";
            case TRUST_STORE_PASSWORD -> "check trustStorePassword=…";
            case NO_TLS ->
                "encrypt=true needs a server with a certificate, encrypt=strict one that speaks TDS 8;"
                        + " encrypt=false connects without";
            case TLS_WANTED -> "leave encrypt=… out, or say encrypt=true";
            case NO_COMMON_TLS -> "have the server's TLS brought up to date, or name a version by sslProtocol=TLSv1.2";
            case NO_TICKET ->
                "kinit USER@REALM gets one, klist shows it; Kerberos has to be configured (krb5.conf), and the"
                        + " server's name registered (serverSpn=MSSQLSvc/HOST:PORT)";
            case NO_NATIVE_LIBRARY ->
                "add authenticationScheme=JavaKerberos, which needs no library but a ticket of kinit; or, on"
                        + " Windows, put mssql-jdbc_auth-VERSION.x64.dll into a folder of the PATH";
            case NO_LIBRARY -> "put azure-identity and what it needs (or msal4j) into Millrace's folder lib";
        };
    }

    @Override
    public List<String> sessionSettings(Connection connection, Purpose purpose) throws SQLException {
        // Faults have numbers, but their text is needed for the name of a constraint. In English its place is known.
        String english = "SET LANGUAGE us_english";
        // A statement of its own: on Babelfish a query begins a transaction, and the level can only be changed before
        // that.
        return purpose == Purpose.COMPARE && allowsSnapshots(connection)
                ? List.of(english, "SET TRANSACTION ISOLATION LEVEL SNAPSHOT")
                : List.of(english);
    }

    @Override
    public List<String> undoSettings(Connection connection, Purpose purpose) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT language, date_format, date_first,"
                        + " transaction_isolation_level FROM sys.dm_exec_sessions WHERE session_id = @@SPID")) {
            if (!row.next()) {
                return List.of();
            }
            // Executed in reverse order: setting the language also sets its date order and first day of the week.
            List<String> undo = new ArrayList<>(List.of(
                    "SET DATEFORMAT " + row.getString(2),
                    "SET DATEFIRST " + row.getInt(3),
                    "SET LANGUAGE " + language(row.getString(1))));
            if (purpose == Purpose.COMPARE) {
                undo.add("SET TRANSACTION ISOLATION LEVEL " + ISOLATION_LEVELS.get(row.getInt(4)));
            }
            return undo;
        }
    }

    @Override
    public @Nullable Object read(ResultSet row, int column, SqlType type) throws SQLException {
        if (type.kind() == Kind.UUID) {
            String uuid = row.getString(column);
            return uuid == null ? null : UUID.fromString(uuid);
        }
        return StandardValues.read(row, column, type);
    }

    @Override
    public TableFinder.Column described(TableFinder.Column column) {
        return SqlServerTypes.described(column);
    }

    /** Bulk copies with own numbers, and SET IDENTITY_INSERT, need the privilege to alter the table. */
    @Override
    public Optional<String> refusesNumbers(Connection connection, TableDefinition table) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT HAS_PERMS_BY_NAME(?, 'OBJECT', 'ALTER')")) {
            statement.setString(1, table.qualified(this));
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getInt(1) == 1
                        ? Optional.empty()
                        : Optional.of(
                                "has an IDENTITY column, whose values only a user can give who may alter the table –"
                                        + " GRANT ALTER ON " + table.qualified(this)
                                        + " TO the user, or take the column out of the contract");
            }
        }
    }

    /** Also includes the period columns of a temporal table. */
    @Override
    public Optional<String> computedColumns() {
        return Optional.of("SELECT name FROM sys.columns WHERE object_id = OBJECT_ID(QUOTENAME(?) + '.' + QUOTENAME(?))"
                + " AND (is_computed = 1 OR generated_always_type <> 0)");
    }

    @Override
    public Optional<String> changesValues(TableFinder.Column column) {
        return column.typeName().equals("xml")
                ? Optional.of(
                        "is xml, which the server writes in its own way: blanks between elements, quotes and empty elements"
                                + " can become others, and verify tells them as differences – nvarchar(max) keeps them")
                : Optional.empty();
    }

    @Override
    public Optional<ColumnRange> range(TableFinder.Column column) {
        return SqlServerTypes.range(column);
    }

    @Override
    public int nameLimit() {
        return NAME_CHARACTERS;
    }

    @Override
    public String quote(String identifier) {
        return "[" + identifier.replace("]", "]]") + "]";
    }

    @Override
    public String typeName(SqlType type) {
        return switch (type.kind()) {
            case BOOLEAN -> "bit";
            case INTEGER -> "int";
            case DOUBLE -> "float";
            case CHAR -> {
                if (type.length() > NVARCHAR_LIMIT) {
                    throw new IllegalArgumentException(type + ": sqlserver's limit is " + NVARCHAR_LIMIT
                            + " characters – use varchar(" + type.length() + ")");
                }
                // With twice the length, values would be padded to that. So a text with characters beyond U+FFFF can be
                // refused.
                yield "nchar(" + type.length() + ")";
            }
            case VARCHAR ->
                2 * (long) type.length() > NVARCHAR_LIMIT ? ANY_TEXT : "nvarchar(" + 2 * type.length() + ")";
            // The type xml would change the text.
            case TEXT, XML -> ANY_TEXT;
            case TIME -> "time(" + fractionDigits(type) + ")";
            case TIMESTAMP -> "datetime2(" + fractionDigits(type) + ")";
            case TIMESTAMPTZ -> "datetimeoffset(" + fractionDigits(type) + ")";
            case UUID -> "uniqueidentifier";
            case BYTES -> "varbinary(max)";
            case SMALLINT, BIGINT, DECIMAL, REAL, DATE -> type.toString();
        };
    }

    @Override
    public String typedNull(SqlType type) {
        return "CAST(NULL AS " + typeName(type) + ")";
    }

    @Override
    public String binaryTextType(SqlType type) {
        return typeName(type) + BINARY;
    }

    @Override
    public String columnType(TableDefinition table, Column column) {
        SqlType type = column.type();
        if (!type.isCharacters() || !isInAKey(table, column.name())) {
            return Dialect.super.columnType(table, column);
        }
        if (type.kind() == Kind.TEXT || type.length() > NVARCHAR_LIMIT) {
            throw new IllegalArgumentException("column " + column.name() + " is " + type
                    + ", which cannot be in a key or an index of sqlserver – make it varchar(n), n up to "
                    + NVARCHAR_LIMIT);
        }
        return type.kind() == Kind.CHAR
                ? binaryTextType(type)
                : "nvarchar(" + Math.min(2 * type.length(), NVARCHAR_LIMIT) + ")" + BINARY;
    }

    @Override
    public boolean redefinesColumns() {
        return true;
    }

    @Override
    public List<String> changeColumn(TableDefinition table, Column column, boolean retyped, boolean freed) {
        return StandardDdl.redefineColumn(this, "ALTER COLUMN", table, column, retyped);
    }

    @Override
    public List<String> renameColumn(TableDefinition table, String column, String name) {
        return List.of("EXEC sp_rename " + literal(table.qualified(this) + "." + quote(column)) + ", " + literal(name)
                + ", 'COLUMN'");
    }

    @Override
    public List<String> renameTable(TableDefinition table, String name) {
        return List.of("EXEC sp_rename " + literal(table.qualified(this)) + ", " + literal(name));
    }

    @Override
    public boolean canIndex(SqlType type) {
        return type.kind() != Kind.XML && type.kind() != Kind.BYTES;
    }

    @Override
    public String primaryKey(TableDefinition table) {
        long bytes = 0;
        for (Column column : table.columns()) {
            if (table.key().columns().contains(column.name())) {
                bytes += keyBytes(column.type());
            }
        }
        return bytes > CLUSTERED_KEY_BYTES ? "PRIMARY KEY NONCLUSTERED" : "PRIMARY KEY";
    }

    @Override
    public String createSchema(String schema) {
        // CREATE SCHEMA must be the only statement of its batch.
        return "IF SCHEMA_ID(" + literal(schema) + ") IS NULL EXEC(" + literal("CREATE SCHEMA " + quote(schema)) + ")";
    }

    @Override
    public String createTable(TableDefinition table, boolean constraints) {
        StandardDdl.checkIndexed(this, table);
        // Babelfish accepts a foreign key over texts of this collation and then refuses each row. So it gets none: see
        // createIndexes.
        List<ForeignKey> references = foreignKeys(table, false);
        return StandardDdl.createTable(this, with(table, requiredKeys(table), references), constraints);
    }

    @Override
    public List<String> addComments(TableDefinition table) {
        List<String> statements = new ArrayList<>();
        String ofTable = table.comments().table();
        if (ofTable != null) {
            statements.add(described(table, property("add", table, null, ofTable)));
        }
        for (Column column : table.columns()) {
            String comment = table.comments().columns().get(column.name());
            if (comment != null) {
                statements.add(described(table, property("add", table, column, comment)));
            }
        }
        return statements;
    }

    @Override
    public List<String> changeComment(TableDefinition table, @Nullable Column column, @Nullable String comment) {
        String owner = "OBJECT_ID(" + literal(table.qualified(this)) + ")";
        String part =
                column == null ? "0" : "COLUMNPROPERTY(" + owner + ", " + literal(column.name()) + ", 'ColumnId')";
        String ifThere = "IF EXISTS (SELECT 1 FROM sys.extended_properties WHERE class = 1 AND major_id = " + owner
                + " AND minor_id = " + part + " AND name = " + literal(DESCRIPTION) + ") ";
        return List.of(described(
                table,
                ifThere
                        + (comment == null
                                ? property("drop", table, column, null)
                                : property("update", table, column, comment) + " ELSE "
                                        + property("add", table, column, comment))));
    }

    /** In a scope of its own, since the schema of the connection may have to be asked for. Babelfish does not know all of it. */
    private static String described(TableDefinition table, String statement) {
        return unlessBabelfish((table.schema() == null ? "DECLARE @schema sysname = SCHEMA_NAME(); " : "") + statement);
    }

    private static String property(
            String verb, TableDefinition table, @Nullable Column column, @Nullable String value) {
        return "EXEC sp_" + verb + "extendedproperty " + literal(DESCRIPTION) + ", "
                + (value == null ? "" : literal(StandardDdl.shortened(value, PROPERTY_CHARACTERS)) + ", ")
                + "'SCHEMA', " + (table.schema() == null ? "@schema" : literal(table.schema())) + ", 'TABLE', "
                + literal(table.name()) + (column == null ? "" : ", 'COLUMN', " + literal(column.name()));
    }

    @Override
    public List<String> addKeys(TableDefinition table) {
        return StandardDdl.addKeys(this, with(table, requiredKeys(table), table.foreignKeys()));
    }

    @Override
    public List<String> createIndexes(TableDefinition table) {
        List<String> statements = new ArrayList<>();
        for (Columns unique : table.unique()) {
            if (isOptional(table, unique)) {
                // In a unique key NULL equals NULL here, unlike in the other databases.
                statements.add("CREATE UNIQUE INDEX " + quote(unique.name()) + " ON " + table.qualified(this) + " ("
                        + TableDefinition.list(this, unique.columns()) + ") WHERE "
                        + String.join(
                                " AND ",
                                unique.columns().stream()
                                        .map(column -> quote(column) + " IS NOT NULL")
                                        .toList()));
            }
        }
        statements.addAll(StandardDdl.createIndexes(this, table));
        StandardDdl.addForeignKeys(this, with(table, List.of(), foreignKeys(table, true)))
                .forEach(statement -> statements.add(unlessBabelfish(statement)));
        // If a worker locked the whole table, all others would wait until it commits. Babelfish never does that, and
        // does not
        // know the statement.
        statements.add(unlessBabelfish("ALTER TABLE " + table.qualified(this) + " SET (LOCK_ESCALATION = DISABLE)"));
        return statements;
    }

    @Override
    public List<String> warnings(Connection connection, List<TableDefinition> tables) throws SQLException {
        List<String> keys = new ArrayList<>();
        for (TableDefinition table : tables) {
            foreignKeys(table, true).forEach(key -> keys.add(table.name() + " → " + key.table()));
        }
        return keys.isEmpty() || !isBabelfish(connection)
                ? List.of()
                : List.of("without foreign keys over text, which Babelfish cannot check: " + String.join(", ", keys)
                        + "; what Millrace loads keeps to them by itself");
    }

    @Override
    public Optional<String> lockForDdl() {
        // The lock is held until the connection closes, since the transaction may not have begun yet: the driver leaves
        // that to
        // the server. Without counts, so that an error is the first result, and is not missed.
        return Optional.of("SET NOCOUNT ON; DECLARE @answer int;"
                + " EXEC @answer = sp_getapplock @Resource = 'millrace', @LockMode = 'Exclusive', @LockOwner = 'Session';"
                + " IF @answer < 0 RAISERROR('the lock for creating tables was not granted', 16, 1);"
                + " SET NOCOUNT OFF");
    }

    @Override
    public Optional<String> unlockForDdl() {
        return Optional.of("IF APPLOCK_MODE('public', 'millrace', 'Session') <> 'NoLock'"
                + " EXEC sp_releaseapplock @Resource = 'millrace', @LockOwner = 'Session'");
    }

    @Override
    public String firstRows(String orderedSelect) {
        return orderedSelect + " OFFSET 0 ROWS FETCH NEXT ? ROWS ONLY";
    }

    @Override
    public String count() {
        return "count_big(*)";
    }

    @Override
    public String sum(String integers) {
        return "sum(cast(" + integers + " as bigint))";
    }

    @Override
    public int documentType(Connection connection, int sqlType) throws SQLException {
        switch (sqlType) {
            case Types.CHAR:
            case Types.VARCHAR:
            case Types.LONGVARCHAR:
                // There a varchar can hold characters that its code page lacks, if they were inserted over PostgreSQL's
                // own port.
                return isBabelfish(connection) ? Types.NVARCHAR : sqlType;
            default:
                return sqlType;
        }
    }

    @Override
    public String document(String expression, int sqlType) {
        switch (sqlType) {
            case Types.NCHAR:
            case Types.NVARCHAR: // on Babelfish, a CASE over them is not Unicode
            case Types.LONGNVARCHAR: // xml and ntext
                return "CAST(" + expression + " AS nvarchar(max))";
            case Types.LONGVARCHAR: // text
                return "CAST(" + expression + " AS varchar(max))";
            case Types.LONGVARBINARY: // image
                return "CAST(" + expression + " AS varbinary(max))";
            default:
                return expression;
        }
    }

    @Override
    public String size(String expression, int sqlType) {
        switch (sqlType) {
            case Types.NCHAR:
            case Types.NVARCHAR:
            case Types.LONGNVARCHAR:
                return "DATALENGTH(" + expression + ") / 2";
            default:
                return "DATALENGTH(" + expression + ")";
        }
    }

    @Override
    public Optional<String> estimateRows() {
        return Optional.of(
                "SELECT SUM(p.rows) FROM sys.partitions p WHERE p.object_id = OBJECT_ID(?) AND p.index_id IN (0, 1)");
    }

    @Override
    public String asKeyText(String expression) {
        return "CAST(" + expression + " AS nvarchar(4000))" + BINARY;
    }

    @Override
    public String asKeyText(String expression, String typeName) {
        switch (bare(typeName)) {
            case "real":
            case "float":
            case "double precision":
                // All 17 digits, since many keys have the same first six.
                return "CONVERT(nvarchar(4000), " + expression + ", 3)" + BINARY;
            case "money":
            case "smallmoney":
                return "CONVERT(nvarchar(4000), " + expression + ", 2)" + BINARY;
            case "datetime":
            case "smalldatetime":
                return "CONVERT(nvarchar(4000), " + expression + ", 121)" + BINARY;
            case "char":
            case "nchar":
                return "RTRIM(" + asKeyText(expression) + ")";
            case "uniqueidentifier":
            case "uuid":
                return "LOWER(" + asKeyText(expression) + ")";
            default:
                return asKeyText(expression);
        }
    }

    /**
     * The driver's class for a time has only milliseconds. And on Babelfish a varchar can hold characters that the driver loses, since it
     * decodes it by its code page.
     */
    @Override
    public boolean sendsKeyAsText(int sqlType, String typeName) {
        String type = bare(typeName);
        return sqlType == Types.TIME || type.equals("varchar") || type.equals("char");
    }

    @Override
    public String keyParameter(Connection connection, String select, String column, String typeName)
            throws SQLException {
        switch (bare(typeName)) {
            case "time":
                return "CAST(? AS time(7))";
            case "datetime":
            case "smalldatetime":
                // The driver sends a datetime2, which would differ from the value that it was read from.
                return "CAST(? AS " + bare(typeName) + ")";
            case "char":
            case "varchar":
                // The driver sends nvarchar, for which the server does not use an index of a varchar column. With the
                // cast, the
                // text keeps its collation, and so its code page.
                return "CAST(?" + collation(connection, select, column) + " AS varchar(8000))";
            default:
                return "?";
        }
    }

    @Override
    public String deleteMatching(TableDefinition table, List<String> columns, String select) {
        if (columns.size() == 1) {
            return Dialect.super.deleteMatching(table, columns, select);
        }
        // SQL Server does not compare rows of several values.
        List<String> equal = columns.stream()
                .map(name -> "s." + quote(name) + " = t." + quote(name))
                .toList();
        return "DELETE t FROM " + table.qualified(this) + " t WHERE EXISTS (SELECT 1 FROM (" + select + ") s WHERE "
                + String.join(" AND ", equal) + ")";
    }

    @Override
    public BulkLoader loader(Connection connection, TableDefinition table, OnDuplicate onDuplicate)
            throws SQLException {
        return new BulkCopy(connection, this, table, onDuplicate, isBabelfish(connection));
    }

    @Override
    public String placeholder(SqlType type) {
        // Babelfish compares a text and a datetimeoffset as texts.
        return type.kind() == Kind.TIMESTAMPTZ
                ? "CAST(? AS datetimeoffset(" + Math.min(type.precision(), FRACTION_DIGITS) + "))"
                : "?";
    }

    @Override
    public void bind(PreparedStatement statement, int parameter, SqlType type, Object value) throws SQLException {
        switch (type.kind()) {
            case DATE:
            case TIME:
            case TIMESTAMP:
            case TIMESTAMPTZ:
            case UUID:
                // The driver would convert a date by the Julian calendar. A text is converted to the type that it is
                // compared
                // with; a datetime accepts only three fraction digits.
                statement.setString(parameter, withoutZeros(BulkCopyColumn.text(value)));
                break;
            default:
                statement.setObject(parameter, value);
        }
    }

    @Override
    public SqlFault classify(SQLException fault) {
        return SqlStates.classify(fault, SqlServerFaults::classify);
    }

    @Override
    public Meaning meaning(SQLException fault) {
        return SqlServerFaults.meaning(fault);
    }

    @Override
    public boolean isLackOfPrivilege(SQLException fault) {
        return SqlServerFaults.isLackOfPrivilege(fault);
    }

    @Override
    public boolean isOfTheDatabase(SQLException fault) {
        return SqlServerFaults.isOfTheDatabase(fault) || SqlStates.isOfTheDatabase(fault);
    }

    @Override
    public Refusal refusal(SQLException fault) {
        return SqlServerFaults.refusal(fault);
    }

    /** A text in a statement. */
    static String literal(String text) {
        return "N'" + text.replace("'", "''") + "'";
    }

    /** A time in the form that is sent, without zeros at the end of its fraction. */
    static String withoutZeros(String text) {
        return FRACTION_ZEROS.matcher(text).replaceFirst("$1");
    }

    /** A server property says so; Microsoft's servers do not know it and give NULL. Asked once for each connection. */
    private static boolean isBabelfish(Connection connection) throws SQLException {
        Connection own = connection.unwrap(ISQLServerConnection.class);
        Boolean known = BABELFISH.get(own);
        if (known == null) {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SELECT CAST(SERVERPROPERTY('Babelfish') AS int)")) {
                known = row.next() && row.getInt(1) == 1;
            }
            BABELFISH.put(own, known);
        }
        return known;
    }

    /** Babelfish needs names of languages without quotes, but some of Microsoft's names need quotes. */
    private static String language(String name) {
        return WORD.matcher(name).matches() ? name : literal(name);
    }

    /** Whether the database allows snapshots. Without them, a transaction sees what others write meanwhile. */
    private static boolean allowsSnapshots(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT snapshot_isolation_state FROM sys.databases WHERE database_id = DB_ID()")) {
            return row.next() && row.getInt(1) == 1;
        }
    }

    private static String collation(Connection connection, String select, String column) throws SQLException {
        if (isBabelfish(connection)) {
            // On Babelfish every text is in UTF-8.
            return "";
        }
        try (PreparedStatement described = connection.prepareStatement(
                "SELECT collation_name FROM sys.dm_exec_describe_first_result_set(?, NULL, 0) WHERE name = ?")) {
            described.setString(1, select);
            described.setString(2, column);
            try (ResultSet row = described.executeQuery()) {
                String collation = row.next() ? row.getString(1) : null;
                return collation != null && WORD.matcher(collation).matches() ? " COLLATE " + collation : "";
            }
        }
    }

    private static String bare(String typeName) {
        return TYPE_LENGTH.matcher(typeName.toLowerCase(Locale.ROOT)).replaceFirst("");
    }

    private static int fractionDigits(SqlType type) {
        if (type.precision() > FRACTION_DIGITS) {
            throw new IllegalArgumentException(type + ": sqlserver keeps " + FRACTION_DIGITS
                    + " fraction digits of a second – use "
                    + type.kind().word() + "(" + FRACTION_DIGITS + ") and say what becomes of the rest with 'scale'");
        }
        return type.precision();
    }

    private static long keyBytes(SqlType type) {
        return switch (type.kind()) {
            case CHAR -> 2L * type.length();
            case VARCHAR -> 2L * Math.min(2L * type.length(), NVARCHAR_LIMIT);
            // No other key type is longer than a decimal.
            default -> 17;
        };
    }

    private static boolean isInAKey(TableDefinition table, String column) {
        return table.key().columns().contains(column)
                || table.unique().stream().anyMatch(unique -> unique.columns().contains(column))
                || table.indexes().stream().anyMatch(index -> index.columns().contains(column))
                || table.foreignKeys().stream().anyMatch(key -> key.columns().contains(column));
    }

    private static String unlessBabelfish(String statement) {
        return "IF SERVERPROPERTY('Babelfish') IS NULL EXEC(" + literal(statement) + ")";
    }

    /** The foreign keys of a table with a text column, or those without. */
    private static List<ForeignKey> foreignKeys(TableDefinition table, boolean withText) {
        return table.foreignKeys().stream()
                .filter(key -> withText
                        == table.columns().stream()
                                .anyMatch(column -> column.type().isCharacters()
                                        && key.columns().contains(column.name())))
                .toList();
    }

    private static List<Columns> requiredKeys(TableDefinition table) {
        return table.unique().stream()
                .filter(unique -> !isOptional(table, unique))
                .toList();
    }

    private static TableDefinition with(TableDefinition table, List<Columns> unique, List<ForeignKey> foreignKeys) {
        return new TableDefinition(
                table.schema(),
                table.name(),
                table.columns(),
                table.key(),
                unique,
                foreignKeys,
                table.indexes(),
                table.comments());
    }

    private static boolean isOptional(TableDefinition table, Columns unique) {
        return table.columns().stream()
                .anyMatch(column -> column.nullable() && unique.columns().contains(column.name()));
    }
}

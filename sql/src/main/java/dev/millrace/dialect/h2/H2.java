package dev.millrace.dialect.h2;

import dev.millrace.contract.SqlType;
import dev.millrace.contract.TableMapping.OnDuplicate;
import dev.millrace.dialect.BatchInsert;
import dev.millrace.dialect.BulkLoader;
import dev.millrace.dialect.ColumnRange;
import dev.millrace.dialect.DatabaseFile;
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
import dev.millrace.dialect.TableName;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.ConcurrentModificationException;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** H2, the embedded default. */
public final class H2 implements Dialect {
    /** Errors of reading and writing, of a folder that cannot be made, and of a file. */
    private static final Set<String> FILE_STATES = Set.of("90028", "90031", "90062");

    private static final String ENUMS = """
            SELECT c.column_name, 'enum(' || LISTAGG('''' || REPLACE(v.value_name, '''', '''''') || '''', ',')
                WITHIN GROUP (ORDER BY v.value_ordinal) || ')'
            FROM information_schema.columns c JOIN information_schema.enum_values v
                ON v.object_schema = c.table_schema AND v.object_name = c.table_name AND v.enum_identifier = c.dtd_identifier
            WHERE c.data_type = 'ENUM' AND c.table_schema = ? AND c.table_name = ? GROUP BY c.column_name
            """;

    private static final Set<Capability> CAPABILITIES = EnumSet.allOf(Capability.class);
    private static final String PREFIX = "jdbc:h2:";
    private static final String MEMORY = "mem:";
    private static final int NAME_CHARACTERS = 256;
    /** The largest n of varchar(n) and char(n). */
    private static final int VARCHAR_LIMIT = 1_048_576;

    private static final String ISOLATION = "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL ";
    /** H2's number for an isolation level for which JDBC has no constant. */
    private static final int SNAPSHOT = 6;

    private static final String TOO_LONG = "22001";
    /** Faults of files, a damaged one, too little memory, read-only, a privilege, a column that is computed. */
    private static final Set<String> OF_THE_DATABASE =
            Set.of("90028", "90030", "90031", "90057", "90096", "90097", "90108", "90154");

    private static final String NULL_REFUSED = "23502";
    private static final String NO_RIGHTS = "90096";
    /** The object's name stands in the first quotes, whatever the language. */
    private static final List<Pattern> DENIED = List.of(Pattern.compile("^[^\"]*()\"([^\"]+)\""));

    private static final String ADMIN_ONLY = "90040";
    private static final String QUIET = ";TRACE_LEVEL_FILE=0";
    private static final Pattern QUOTED = Pattern.compile("\"((?:[^\"]|\"\")*)\"");
    /** The text after a column's name where a value is too long for it. */
    private static final Pattern TYPE = Pattern.compile(" (?:CHARACTER|BINARY|NUMERIC|DECIMAL)[A-Z ]*\\([0-9, ]+\\)$");

    /** The driver refuses unknown properties. */
    private static final DriverProperties PROPERTIES =
            DriverProperties.of(';', ';', Quoting.BACKSLASH, DriverProperties::ignoringCase, List::of);

    @Override
    public String name() {
        return "h2";
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
    public String driver() {
        return "org.h2.Driver";
    }

    @Override
    public Optional<String> driverModule() {
        return Optional.of("com.h2database:h2");
    }

    @Override
    public Optional<String> identity(String url) {
        String place = place(url);
        if (place.equals(MEMORY)) {
            // Without a name every connection has a database of its own.
            return Optional.empty();
        }
        if (place.startsWith(MEMORY) || isServer(place)) {
            return Optional.of(place.toLowerCase(Locale.ROOT));
        }
        return Optional.of(file(place).toString());
    }

    private static Path file(String place) {
        String path = place.startsWith("file:") ? place.substring("file:".length()) : place;
        String expanded = path.startsWith("~") ? System.getProperty("user.home") + path.substring(1) : path;
        return Path.of(expanded).toAbsolutePath().normalize();
    }

    private static boolean isServer(String place) {
        return place.startsWith("tcp:") || place.startsWith("ssl:");
    }

    @Override
    public Optional<Path> newFile(String url) {
        String place = place(url);
        if (place.startsWith(MEMORY) || isServer(place) || place.startsWith("zip:")) {
            return Optional.empty();
        }
        return DatabaseFile.newFile(file(place) + ".mv.db");
    }

    @Override
    public boolean isMadeBy(String url) {
        return url.toUpperCase(Locale.ROOT).contains(";INIT=");
    }

    @Override
    public Optional<String> connectionRefused(SQLException fault) {
        if ("90020".equals(fault.getSQLState())) {
            return Optional.of(
                    "another process has the file open, and H2 lets one process at a time – wait until it has"
                            + " closed it, or have an H2 server open it and use jdbc:h2:tcp:…");
        }
        if (FILE_STATES.contains(String.valueOf(fault.getSQLState()))) {
            for (Throwable link = fault; link != null; link = link.getCause()) {
                if (link instanceof FileSystemException || "90062".equals(fault.getSQLState())) {
                    return Optional.of("its file cannot be made or opened – name one in a folder that is there and that"
                            + " this user may write to");
                }
            }
        }
        return Optional.empty();
    }

    @Override
    public String connectionUrl(String url) {
        // A database in memory would vanish between the connections of a run.
        boolean vanishes =
                place(url).startsWith(MEMORY) && !url.toUpperCase(Locale.ROOT).contains(";DB_CLOSE_DELAY=");
        String lasting = vanishes ? url + ";DB_CLOSE_DELAY=-1" : url;
        return isQuiet(url) ? lasting + QUIET : lasting;
    }

    /** H2 would write a trace file beside its own, with faults and the values in them. */
    private static boolean isQuiet(String url) {
        return !isServer(place(url)) && !url.toUpperCase(Locale.ROOT).contains(";TRACE_LEVEL_FILE=");
    }

    /** Only an administrator may change H2's tracing. Other users connect without that setting. */
    @Override
    public Optional<String> plainerUrl(String url, SQLException refusal) {
        return isQuiet(url) && ADMIN_ONLY.equals(refusal.getSQLState())
                ? Optional.of(connectionUrl(url).replace(QUIET, ""))
                : Optional.empty();
    }

    @Override
    public DriverProperties driverProperties() {
        return PROPERTIES;
    }

    @Override
    public Properties connectionProperties() {
        return new Properties();
    }

    @Override
    public List<String> sessionSettings(Connection connection, Purpose purpose) {
        String zone = "SET TIME ZONE 'UTC'";
        return purpose == Purpose.COMPARE ? List.of(zone, ISOLATION + "SNAPSHOT") : List.of(zone);
    }

    @Override
    public List<String> undoSettings(Connection connection, Purpose purpose) throws SQLException {
        List<String> undo = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT SETTING_VALUE FROM INFORMATION_SCHEMA.SETTINGS WHERE SETTING_NAME = 'TIME ZONE'")) {
            while (rows.next()) {
                undo.add("SET TIME ZONE '" + rows.getString(1).replace("'", "''") + "'");
            }
        }
        if (purpose == Purpose.COMPARE) {
            undo.add(ISOLATION + isolation(connection.getTransactionIsolation()));
        }
        return undo;
    }

    private static String isolation(int level) {
        switch (level) {
            case Connection.TRANSACTION_READ_UNCOMMITTED:
                return "READ UNCOMMITTED";
            case Connection.TRANSACTION_REPEATABLE_READ:
                return "REPEATABLE READ";
            case Connection.TRANSACTION_SERIALIZABLE:
                return "SERIALIZABLE";
            case SNAPSHOT:
                return "SNAPSHOT";
            default:
                return "READ COMMITTED";
        }
    }

    @Override
    public int nameLimit() {
        return NAME_CHARACTERS;
    }

    @Override
    public String typeName(SqlType type) {
        return switch (type.kind()) {
            case DOUBLE -> "double precision";
            // H2 counts chars of UTF-16, and a character can have two.
            case VARCHAR -> "varchar(" + 2 * checkedLength(type, VARCHAR_LIMIT / 2) + ")";
            // With twice the length, values would be padded to that. So a text with characters beyond U+FFFF can be
            // refused.
            case CHAR -> "char(" + checkedLength(type, VARCHAR_LIMIT) + ")";
            case TEXT, XML -> "clob";
            case TIMESTAMPTZ -> "timestamp(" + type.precision() + ") with time zone";
            case BYTES -> "blob";
            case BOOLEAN, SMALLINT, INTEGER, BIGINT, DECIMAL, REAL, DATE, TIME, TIMESTAMP, UUID -> type.toString();
        };
    }

    @Override
    public Optional<String> reseed(TableName table, String column) {
        String name = qualified(table.schema(), table.name());
        return Optional.of("ALTER TABLE " + name + " ALTER COLUMN " + quote(column) + " RESTART WITH (SELECT max("
                + quote(column) + ") + 1 FROM " + name + ")");
    }

    @Override
    public Optional<String> columnTypes() {
        return Optional.of(ENUMS);
    }

    @Override
    public Optional<ColumnRange> range(TableFinder.Column column) {
        return ColumnRange.word(column.typeName()).equals("binary")
                ? Optional.of(ColumnRange.bytes(column.size(), column.size()))
                : ColumnRange.standard(column);
    }

    @Override
    public List<String> changeComment(TableDefinition table, @Nullable Column column, @Nullable String comment) {
        return StandardDdl.commentOn(this, table, column, comment);
    }

    @Override
    public boolean canIndex(SqlType type) {
        String name = typeName(type);
        return !name.equals("clob") && !name.equals("blob");
    }

    private static int checkedLength(SqlType type, int limit) {
        if (type.length() > limit) {
            throw new IllegalArgumentException(type + ": h2's limit is " + limit + " characters – use text");
        }
        return type.length();
    }

    @Override
    public String asKeyText(String expression) {
        return "CAST(" + expression + " AS varchar)";
    }

    @Override
    public String asKeyText(String expression, String typeName) {
        // Bytes that are not valid UTF-8 would all give the same text.
        return typeName.startsWith("BINARY") || typeName.startsWith("VARBINARY")
                ? "CASE WHEN CAST(" + asKeyText(expression) + " AS varbinary) = CAST(" + expression
                        + " AS varbinary) AND " + asKeyText(expression) + " NOT LIKE '0x%' THEN "
                        + asKeyText(expression)
                        + " ELSE '0x' || RAWTOHEX(" + expression + ") END"
                : asKeyText(expression);
    }

    @Override
    public int keysAtOnce() {
        // H2 compares a list with every row that has the first column's value.
        return 1;
    }

    @Override
    public String deleteMatching(TableDefinition table, List<String> columns, String select) {
        if (columns.size() == 1) {
            return Dialect.super.deleteMatching(table, columns, select);
        }
        // For rows of several values H2 uses an index in joins only.
        List<String> equal = columns.stream()
                .map(name -> "t." + quote(name) + " = s." + quote(name))
                .toList();
        return "MERGE INTO " + table.qualified(this) + " t USING (SELECT DISTINCT * FROM (" + select + ")) s ON ("
                + String.join(" AND ", equal)
                + ") WHEN MATCHED THEN DELETE";
    }

    @Override
    public BulkLoader loader(Connection connection, TableDefinition table, OnDuplicate onDuplicate)
            throws SQLException {
        return onDuplicate == OnDuplicate.REJECT
                ? BatchInsert.open(connection, this, table, numbers(table))
                : new BatchInsert(connection.prepareStatement(merge(table, onDuplicate)), this, table, "batch-merge");
    }

    @Override
    public Connection wrapped(Connection connection, Purpose purpose) throws SQLException {
        // A load sets millions of values, and checks for a closed store itself.
        return H2Connection.guard(connection, purpose != Purpose.LOAD);
    }

    @Override
    public SQLException causeOf(Connection connection, SQLException fault) {
        return H2Connection.causeOf(connection, fault);
    }

    /** H2 writes to its file some time after a commit, and does not report a full disk when its last connection is closed. */
    @Override
    public void flush(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("CHECKPOINT SYNC");
        } catch (SQLException e) {
            // The user may not do that. Then this is a server, which goes on when the connection ends.
            if (!ADMIN_ONLY.equals(e.getSQLState())) {
                throw e;
            }
        }
    }

    @Override
    public SqlFault classify(SQLException fault) {
        // A full disk closes the database, which looks like a lost connection.
        return SqlStates.saysDiskIsFull(fault) ? SqlFault.FATAL : SqlStates.classify(fault, H2::classifyOne);
    }

    @Override
    public boolean isLackOfPrivilege(SQLException fault) {
        String state = String.valueOf(fault.getSQLState());
        return state.equals(NO_RIGHTS) || state.equals(ADMIN_ONLY);
    }

    @Override
    public Meaning meaning(SQLException fault) {
        String state = String.valueOf(fault.getSQLState());
        switch (state) {
            case NO_RIGHTS:
                return Meaning.lackOfPrivilege(fault.getMessage(), DENIED);
            case ADMIN_ONLY:
                return Meaning.lackOfPrivilege("ADMIN");
            case "42102":
            case "42103":
            case "42104":
                return Meaning.NO_TABLE;
            case "42101":
                return Meaning.TABLE_EXISTS;
            case "42122":
                return Meaning.NO_COLUMN;
            case "90097":
                return Meaning.READ_ONLY;
            default:
                return SqlStates.meaning(state);
        }
    }

    @Override
    public boolean isOfTheDatabase(SQLException fault) {
        return OF_THE_DATABASE.contains(String.valueOf(fault.getSQLState())) || SqlStates.isOfTheDatabase(fault);
    }

    @Override
    public Refusal refusal(SQLException fault) {
        String state = fault.getSQLState();
        if (TOO_LONG.equals(state) || NULL_REFUSED.equals(state)) {
            // The column is what stands in the first quotes, whatever the language; a value comes after it.
            Matcher quoted = QUOTED.matcher(String.valueOf(fault.getMessage()));
            if (quoted.find()) {
                String column = TYPE.matcher(quoted.group(1)).replaceFirst("");
                return new Refusal(column.replace("\"\"", "\""), null);
            }
        }
        return Refusal.UNKNOWN;
    }

    private static String numbers(TableDefinition table) {
        return table.numbered() ? " OVERRIDING SYSTEM VALUE" : "";
    }

    private String merge(TableDefinition table, OnDuplicate onDuplicate) {
        List<String> values = new ArrayList<>();
        List<String> updates = new ArrayList<>();
        List<String> added = new ArrayList<>();
        for (Column column : table.columns()) {
            String name = quote(column.name());
            values.add("CAST(? AS " + typeName(column.type()) + ") AS " + name);
            added.add("s." + name);
            if (!table.key().columns().contains(column.name())) {
                updates.add(name + " = s." + name);
            }
        }
        String same = String.join(
                " AND ",
                table.key().columns().stream()
                        .map(name -> "t." + quote(name) + " = s." + quote(name))
                        .toList());
        boolean keep = onDuplicate == OnDuplicate.KEEP_FIRST || updates.isEmpty();
        return "MERGE INTO " + table.qualified(this) + " t USING (SELECT " + String.join(", ", values) + ") s ON ("
                + same + ")"
                + (keep ? "" : " WHEN MATCHED THEN UPDATE SET " + String.join(", ", updates))
                + " WHEN NOT MATCHED THEN INSERT (" + table.columnList(this) + ")" + numbers(table) + " VALUES ("
                + String.join(", ", added)
                + ")";
    }

    private static String place(String url) {
        int settings = url.indexOf(';');
        return url.substring(PREFIX.length(), settings < 0 ? url.length() : settings);
    }

    /** H2 fails where two create one schema at once, and where a table is altered while a query of it is planned. */
    private static boolean isOfConcurrentDdl(@Nullable Throwable internal) {
        return internal instanceof ConcurrentModificationException
                || internal != null && "object already exists".equals(internal.getMessage());
    }

    private static SqlFault classifyOne(SQLException fault) {
        String state = fault.getSQLState();
        if (state == null) {
            return SqlFault.FATAL;
        }
        switch (state) {
            case "40001":
            case "HYT00":
            case "90131": // concurrent update
                return SqlFault.TRANSIENT;
            case "HY000": // an internal error
                return isOfConcurrentDdl(fault.getCause()) ? SqlFault.TRANSIENT : SqlFault.FATAL;
            case "90067": // connection broken
            case "90098": // database closed
            case "90121": // database called at shutdown
            case "90020": // another process has it open
                return SqlFault.CONNECTION;
            case "23505":
                return SqlFault.DUPLICATE_KEY;
            case "23503":
            case "23506":
                return SqlFault.FOREIGN_KEY;
            case "90044": // a trigger of the user's
                return SqlFault.CONSTRAINT;
            case "28000":
                return SqlFault.LOGIN;
            default:
                break;
        }
        if (state.startsWith("08")) {
            return SqlFault.CONNECTION;
        }
        if (state.startsWith("22")) {
            return SqlFault.VALUE;
        }
        return state.startsWith("23") ? SqlFault.CONSTRAINT : SqlFault.FATAL;
    }
}

package dev.millrace.lake;

import dev.millrace.contract.LedgerNames;
import dev.millrace.database.TargetException;
import dev.millrace.database.ledger.LedgerTables;
import dev.millrace.dialect.Database;
import dev.millrace.dialect.Dialect.Purpose;
import dev.millrace.dialect.TableDefinition;
import dev.millrace.dialect.duckdb.DuckDb;
import dev.millrace.lake.Group.Part;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBDriver;
import org.jspecify.annotations.Nullable;

/** A DuckDB in memory, with connections for whoever wants one. Its memory is bounded: what is more goes into files. */
final class LakeDatabase implements DataSource, AutoCloseable {
    static final DuckDb DUCK_DB = new DuckDb();
    /** Its tables; in memory they are in no schema, and have no prefix. */
    static final LedgerTables LEDGER = new LedgerTables(null, LedgerNames.DEFAULT);

    /** The status of a key in the ledger's files that the ledger does not hold any more. */
    static final String REMOVED = "removed";

    private final DuckDBConnection root;

    /**
     * @param memory bytes
     * @param temporary for what does not fit into the memory
     */
    LakeDatabase(long memory, int threads, Path temporary) throws SQLException {
        Properties properties = new Properties();
        properties.putAll(DUCK_DB.connectionProperties());
        properties.setProperty("memory_limit", memory / 1_000_000 + "MB");
        properties.setProperty("threads", String.valueOf(threads));
        properties.setProperty("temp_directory", temporary.toString());
        properties.setProperty("autoinstall_known_extensions", "false");
        root = new DuckDBDriver().connect("jdbc:duckdb:", properties).unwrap(DuckDBConnection.class);
        try {
            for (String setting : DUCK_DB.sessionSettings(root, Purpose.GENERAL)) {
                execute(setting);
            }
        } catch (SQLException e) {
            root.close();
            throw e;
        }
    }

    /** As a database for the rest of Millrace, under the name of the directory. */
    Database database(LakeDirectory directory) {
        return Database.own("jdbc:duckdb:" + directory.top(), this, directory.shown());
    }

    /** The connection of its own; one thread at a time. */
    DuckDBConnection root() {
        return root;
    }

    void execute(String sql) throws SQLException {
        try (Statement statement = root.createStatement()) {
            statement.execute(sql);
        }
    }

    long update(String sql) throws SQLException {
        try (Statement statement = root.createStatement()) {
            return statement.executeLargeUpdate(sql);
        }
    }

    /** A text as a literal. */
    static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    static String create(TableDefinition table, boolean withKey) {
        return DUCK_DB.createTable(table, withKey);
    }

    /** The columns of the log, quoted. */
    static String logColumns() {
        return LEDGER.log().columnList(DUCK_DB);
    }

    /**
     * The runs that the directory has on file.
     *
     * @throws SQLException when a file is none of ours
     */
    void addRuns(LakeDirectory directory) throws SQLException, IOException {
        execute(create(LEDGER.runs(), true));
        if (!Files.isDirectory(directory.runs())) {
            return;
        }
        List<String> files = new ArrayList<>();
        try (Stream<Path> list = Files.list(directory.runs())) {
            list.map(Path::toString)
                    .filter(name -> name.endsWith(".json"))
                    .sorted()
                    .forEach(name -> files.add(literal(name)));
        }
        if (!files.isEmpty()) {
            TableDefinition runs = LEDGER.runs();
            String types = runs.columns().stream()
                    .map(column -> literal(column.name()) + ": " + literal(DUCK_DB.typeName(column.type())))
                    .collect(Collectors.joining(", "));
            execute("INSERT INTO " + runs.qualified(DUCK_DB) + " BY NAME SELECT * FROM read_json(["
                    + String.join(", ", files) + "], format = 'newline_delimited', columns = {"
                    + types + "})");
        }
    }

    /** Writes a run's row into its file. */
    void writeRun(String runId, Path file) throws SQLException {
        execute("COPY (SELECT * FROM " + LEDGER.runs().qualified(DUCK_DB) + " WHERE run_id = " + literal(runId)
                + ") TO " + literal(file.toString()) + " (FORMAT json)");
    }

    /** The ledger of documents as a table, which is what a ledger has to be, in the order of its keys. {@code contract}: null for all. */
    void addLog(LakeDirectory directory, List<Group.Sealed> groups, @Nullable String contract)
            throws SQLException, TargetException {
        execute(create(LEDGER.log(), false));
        execute("INSERT INTO " + LEDGER.log().qualified(DUCK_DB) + " BY NAME " + log(directory, groups, contract)
                + " ORDER BY document_key");
    }

    /** What the ledger's files say of each document, the last word of each. */
    private static String log(LakeDirectory directory, List<Group.Sealed> groups, @Nullable String contract)
            throws TargetException {
        List<String> files = new ArrayList<>();
        long supersedes = 0;
        for (Group.Sealed sealed : groups) {
            if (contract == null || sealed.group().contract().equals(contract)) {
                files.add(literal(directory.find(sealed.group().ledger()).toString()));
                supersedes += sealed.group().supersedes();
            }
        }
        if (files.isEmpty()) {
            return "SELECT " + logColumns() + " FROM " + LEDGER.log().qualified(DUCK_DB) + " WHERE false";
        }
        String list = "[" + String.join(", ", files) + "]";
        String options = ", hive_partitioning = false";
        if (supersedes == 0) {
            return "SELECT " + logColumns() + " FROM read_parquet(" + list + options + ")";
        }
        // The groups' order says what came last; the clocks of two machines need not.
        return "SELECT " + logColumns() + " FROM (FROM read_parquet(" + list + options + ", filename = 'in_file')"
                + " QUALIFY row_number() OVER (PARTITION BY contract_name, document_key ORDER BY list_position(" + list
                + ", in_file) DESC) = 1) WHERE status <> '" + REMOVED + "'";
    }

    /** Tables and ledger as they are committed, to be read. */
    void addViews(LakeDirectory directory, LakeDescription description, List<Group.Sealed> groups)
            throws SQLException, IOException, TargetException {
        addRuns(directory);
        addLog(directory, groups, null);
        for (LakeTable table : description.tables()) {
            List<String> files = new ArrayList<>();
            long largest = 0;
            for (Group.Sealed sealed : groups) {
                for (Part part : sealed.group().parts()) {
                    if (table.name().equals(part.table())) {
                        largest = Math.max(largest, part.bytes());
                        files.add(literal(directory.find(part).toString()));
                    }
                }
            }
            execute(
                    files.isEmpty()
                            ? table.create(DUCK_DB, true)
                            : "CREATE VIEW " + DUCK_DB.quote(table.name()) + " AS "
                                    + description
                                            .format()
                                            .read(
                                                    DUCK_DB,
                                                    table.columns(),
                                                    String.join(", ", files),
                                                    largest,
                                                    description.compression()));
        }
    }

    @Override
    public Connection getConnection() throws SQLException {
        return root.duplicate();
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        return getConnection();
    }

    @Override
    public @Nullable PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(@Nullable PrintWriter out) {}

    @Override
    public void setLoginTimeout(int seconds) {}

    @Override
    public int getLoginTimeout() {
        return 0;
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        throw new SQLException("wraps nothing");
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return false;
    }

    @Override
    public void close() {
        Database.closeQuietly(root);
    }
}

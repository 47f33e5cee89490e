package dev.millrace.bench;

import dev.millrace.contract.MappingContract;
import dev.millrace.contract.TableMapping;
import dev.millrace.database.LoadOptions;
import dev.millrace.database.RunInfo;
import dev.millrace.database.Target;
import dev.millrace.database.TargetException;
import dev.millrace.dialect.Database;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

/** An embedded PostgreSQL as it comes, but for one setting, and what all contestants need of it. */
final class Server implements AutoCloseable {

    /** Of Linux, on all machines that Java 17 runs on. */
    private static final double TICKS_PER_SECOND = 100;

    private final EmbeddedPostgres postgres;
    private final Path data;

    private Server(EmbeddedPostgres postgres, Path data) {
        this.postgres = postgres;
        this.data = data;
    }

    static Server start(Path directory) throws IOException {
        // The embedded server's own defaults are for tests: the first three are PostgreSQL's again. With PostgreSQL's
        // default
        // for the last, checkpoints would fall into some laps and not into others.
        return new Server(
                EmbeddedPostgres.builder()
                        .setOverrideWorkingDirectory(
                                directory.resolve("postgresql").toFile())
                        .setDataDirectory(directory.resolve("data"))
                        .setServerConfig("fsync", "on")
                        .setServerConfig("synchronous_commit", "on")
                        .setServerConfig("max_connections", "100")
                        .setServerConfig("max_wal_size", "16GB")
                        .start(),
                directory.resolve("data"));
    }

    String url() {
        return postgres.getJdbcUrl("postgres", "postgres");
    }

    int port() {
        return postgres.getPort();
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection(url());
    }

    String version() throws SQLException {
        try (Connection connection = connect()) {
            return connection.getMetaData().getDatabaseProductVersion();
        }
    }

    /** Drops the contract's tables with the ledger and creates them anew, then leaves the server nothing to catch up with. */
    void freshTables(MappingContract contract) throws SQLException, TargetException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("DROP SCHEMA IF EXISTS \"" + contract.schema() + "\" CASCADE");
            RunInfo run = new RunInfo("tables", Instant.now(), "bench", 1);
            Target.prepare(Database.of(url(), new Properties()), contract, run, LoadOptions.DEFAULTS.createTables(true))
                    .ledger()
                    .end("finished", 0, 0, 0, 0, "{}");
            statement.execute("VACUUM ANALYZE app_xml");
            statement.execute("CHECKPOINT");
        }
    }

    Checksums checksums(MappingContract contract) throws SQLException {
        List<Checksums.OfTable> checksums = new ArrayList<>();
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (TableMapping table : contract.tables()) {
                String query = "SELECT count(*), coalesce(sum(hashtextextended(row(" + Tables.columns(table)
                        + ")::text, 0)), 0) FROM " + Tables.qualified(contract, table);
                try (ResultSet result = statement.executeQuery(query)) {
                    result.next();
                    checksums.add(new Checksums.OfTable(table.name(), result.getLong(1), result.getBigDecimal(2)));
                }
            }
        }
        return new Checksums(checksums);
    }

    /** Writes the rows that are in the tables to the workload's files, as COPY wants them. */
    void encodeRows(MappingContract contract, Workload workload) throws SQLException, IOException {
        try (Connection connection = connect()) {
            CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();
            for (int part = 0; part < Workload.PARTS; part++) {
                copyOut(copy, Tables.ledgerOfPart(contract, part), workload.rowPart(Tables.LEDGER, part));
                for (TableMapping table : contract.tables()) {
                    copyOut(copy, Tables.rowsOfPart(contract, table, part), workload.rowPart(table.name(), part));
                }
            }
        }
    }

    private static void copyOut(CopyManager copy, String rows, Path to) throws SQLException, IOException {
        try (OutputStream file = Files.newOutputStream(to)) {
            copy.copyOut("COPY (" + rows + ") TO STDOUT (FORMAT binary)", file);
        }
    }

    /** The CPU time of all its processes so far, those that have ended included; NaN where no {@code /proc} tells. */
    double cpuSeconds() throws IOException {
        Path pid = data.resolve("postmaster.pid");
        long postmaster = Long.parseLong(Files.readAllLines(pid).get(0).trim());
        if (!Files.exists(stat(postmaster))) {
            return Double.NaN;
        }
        long ticks = ticks(postmaster, 4);
        for (ProcessHandle child :
                ProcessHandle.of(postmaster).orElseThrow().children().toList()) {
            ticks += ticks(child.pid(), 2);
        }
        return ticks / TICKS_PER_SECOND;
    }

    /** The first of a process's CPU times, which are: user, system, and both of the children that have ended (proc(5)). */
    private static long ticks(long process, int times) throws IOException {
        String stat;
        try {
            stat = Files.readString(stat(process));
        } catch (IOException e) {
            // It has ended, and is among the postmaster's.
            return 0;
        }
        return Arrays.stream(stat.substring(stat.lastIndexOf(')') + 2).split(" "))
                .skip(11)
                .limit(times)
                .mapToLong(Long::parseLong)
                .sum();
    }

    private static Path stat(long process) {
        return Path.of("/proc", Long.toString(process), "stat");
    }

    @Override
    public void close() throws IOException {
        postgres.close();
    }
}

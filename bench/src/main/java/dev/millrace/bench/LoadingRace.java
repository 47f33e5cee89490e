package dev.millrace.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.millrace.contract.MappingContract;
import dev.millrace.contract.TableMapping;
import dev.millrace.database.Load;
import dev.millrace.database.LoadClock;
import dev.millrace.database.LoadOptions;
import dev.millrace.database.MigrationEngine;
import dev.millrace.database.RunInfo;
import dev.millrace.database.Target;
import dev.millrace.dialect.Database;
import dev.millrace.dialect.Dialect;
import dev.millrace.mapping.Row;
import dev.millrace.pipeline.Outcome.Mapped;
import java.io.ByteArrayInputStream;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Properties;
import java.util.stream.Stream;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/**
 * What Millrace's loading costs beside a bare bulk insert of the same rows into the same tables: one connection, a
 * transaction for each 500 documents, the rows mapped before. Millrace writes its processing log, too.
 *
 * <p>{@code java -cp 'bench/target/classes:bench/target/lib/*' dev.millrace.bench.LoadingRace} races on the embedded
 * databases, with URLs on those MariaDB servers, whose user must be allowed to create the contract's schema.
 *
 * <p>For the embedded ones it counts the process's CPU time, which says more than the clock where a machine is shared; waiting
 * for the disk is not in it. For servers, which work elsewhere, it is the clock.
 */
final class LoadingRace {
    private static final int DOCUMENTS = 3_000;
    private static final int BATCH = 500;
    private static final int ROUNDS = 5;
    /** Laps are short: what compiling Millrace costs in a run's first seconds would be most of them. */
    private static final int WARM_UP = 8;

    /** Where each lap's folder stands for %s. */
    private static final List<String> EMBEDDED =
            List.of("jdbc:h2:%s/race", "jdbc:duckdb:%s/race.duckdb", "jdbc:sqlite:%s/race.sqlite");

    private final MappingContract contract;
    private final List<List<Mapped>> batches;
    private final long rows;

    private LoadingRace(MappingContract contract) {
        this.contract = contract;
        this.batches = new Preparation(contract).batches(SampleDocuments.inMemory(DocumentSet.SMALL, DOCUMENTS), BATCH);
        this.rows = batches.stream()
                .flatMap(List::stream)
                .mapToLong(Mapped::rowCount)
                .sum();
    }

    public static void main(String[] arguments) throws Exception {
        LoadingRace race = new LoadingRace(SampleDocuments.contract());
        System.out.printf(Locale.ROOT, "%,d small documents, %,d rows%n%n", DOCUMENTS, race.rows);
        System.out.println("| Database | bare insert, s | Millrace, s | Millrace : bare |");
        System.out.println("|---|---:|---:|---:|");
        for (String url : arguments.length > 0 ? List.of(arguments) : EMBEDDED) {
            race.report(url);
        }
    }

    private void report(String url) throws Exception {
        long[] bare = new long[ROUNDS];
        long[] millrace = new long[ROUNDS];
        for (int round = -WARM_UP; round < ROUNDS; round++) {
            long first = lap(url, this::insert);
            long second = lap(url, this::load);
            if (round >= 0) {
                bare[round] = first;
                millrace[round] = second;
            }
        }
        Arrays.sort(bare);
        Arrays.sort(millrace);
        double theirs = bare[ROUNDS / 2] / 1e9;
        double ours = millrace[ROUNDS / 2] / 1e9;
        System.out.printf(
                Locale.ROOT,
                "| %s | %.2f | %.2f | %.2f |%n",
                url.substring("jdbc:".length(), url.indexOf(':', "jdbc:".length())),
                theirs,
                ours,
                ours / theirs);
    }

    /** One way to load. */
    private interface Lap {
        void run(Target target, Database database) throws Exception;
    }

    /** Nanoseconds of CPU for the rows into new tables of a new database. */
    private long lap(String url, Lap lap) throws Exception {
        Path folder = Files.createTempDirectory("race");
        try {
            Database database = Database.of(url.replace("%s", folder.toString()), new Properties());
            // Held open, or else each lap would pay for closing the file.
            try (Connection open = database.connect();
                    Statement statement = open.createStatement()) {
                if (isServer(database.dialect())) {
                    // Fails if it is there: it is dropped at the end.
                    statement.execute("CREATE SCHEMA " + schema(database.dialect()));
                }
                Target target = Target.prepare(
                        database,
                        contract,
                        new RunInfo("race", Instant.now(), "race", 1),
                        LoadOptions.DEFAULTS.createTables(true));
                long start = nanos(database.dialect());
                lap.run(target, database);
                long nanos = nanos(database.dialect()) - start;
                if (isServer(database.dialect())) {
                    statement.execute("DROP SCHEMA " + schema(database.dialect()));
                }
                return nanos;
            }
        } finally {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(folder);
        }
    }

    private static boolean isServer(Dialect dialect) {
        return dialect.name().equals("mariadb");
    }

    private String schema(Dialect dialect) {
        return dialect.quote(Objects.requireNonNull(contract.schema()));
    }

    private static long nanos(Dialect dialect) {
        return isServer(dialect)
                ? System.nanoTime()
                : ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class)
                        .getProcessCpuTime();
    }

    private void load(Target target, Database database) throws Exception {
        try (MigrationEngine engine = new Load(target).engine(1, LoadClock.NONE)) {
            for (List<Mapped> batch : batches) {
                if (engine.accept(batch.stream().map(engine::prepare).toList()).accepted() != batch.size()) {
                    throw new IllegalStateException("not all documents were loaded");
                }
            }
        }
    }

    private void insert(Target target, Database database) throws Exception {
        Dialect dialect = database.dialect();
        try (Connection connection = database.connect(Dialect.Purpose.LOAD)) {
            connection.setAutoCommit(false);
            for (List<Mapped> batch : batches) {
                for (TableMapping table : contract.tables()) {
                    if (dialect.name().equals("duckdb")) {
                        append(connection, table, batch);
                    } else if (isServer(dialect)) {
                        loadData(connection, dialect, table, batch);
                    } else {
                        insert(connection, dialect, table, batch);
                    }
                }
                connection.commit();
            }
        }
    }

    private void insert(Connection connection, Dialect dialect, TableMapping table, List<Mapped> batch)
            throws SQLException {
        String sql = "INSERT INTO " + dialect.qualified(contract.schema(), table.name()) + " VALUES ("
                + String.join(", ", Collections.nCopies(table.columns().size(), "?")) + ")";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (Mapped document : batch) {
                for (Row row : document.rows().get(table.index())) {
                    Object[] values = row.values();
                    for (int i = 0; i < values.length; i++) {
                        statement.setObject(i + 1, values[i] == null ? null : dialect.parameter(values[i]));
                    }
                    statement.addBatch();
                }
            }
            statement.executeBatch();
        }
    }

    private void loadData(Connection connection, Dialect dialect, TableMapping table, List<Mapped> batch)
            throws SQLException {
        StringBuilder text = new StringBuilder();
        long count = 0;
        for (Mapped document : batch) {
            for (Row row : document.rows().get(table.index())) {
                for (Object value : row.values()) {
                    text.append(field(value)).append('\t');
                }
                text.setCharAt(text.length() - 1, '\n');
                count++;
            }
        }
        try (Statement statement = connection.createStatement()) {
            statement
                    .unwrap(org.mariadb.jdbc.Statement.class)
                    .setLocalInfileInputStream(
                            new ByteArrayInputStream(text.toString().getBytes(StandardCharsets.UTF_8)));
            long loaded = statement.executeLargeUpdate("LOAD DATA LOCAL INFILE 'rows' INTO TABLE "
                    + dialect.qualified(contract.schema(), table.name()) + " CHARACTER SET utf8mb4");
            if (loaded != count) {
                throw new IllegalStateException("not all rows were loaded");
            }
        }
    }

    private static String field(Object value) {
        if (value == null) {
            return "\\N";
        }
        if (value instanceof Boolean truth) {
            return truth ? "1" : "0";
        }
        if (value instanceof LocalDateTime time) {
            return Timestamp.valueOf(time).toString();
        }
        return value.toString().replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n");
    }

    private void append(Connection connection, TableMapping table, List<Mapped> batch) throws SQLException {
        try (Statement begin = connection.createStatement()) {
            begin.execute("SELECT 1");
        }
        try (DuckDBAppender appender =
                connection.unwrap(DuckDBConnection.class).createAppender(contract.schema(), table.name())) {
            for (Mapped document : batch) {
                for (Row row : document.rows().get(table.index())) {
                    appender.beginRow();
                    for (Object value : row.values()) {
                        append(appender, value);
                    }
                    appender.endRow();
                }
            }
        }
    }

    private static void append(DuckDBAppender appender, Object value) throws SQLException {
        if (value == null) {
            appender.appendNull();
        } else if (value instanceof String string) {
            appender.append(string);
        } else if (value instanceof Long l) {
            appender.append(l);
        } else if (value instanceof Integer i) {
            appender.append(i);
        } else if (value instanceof Short s) {
            appender.append(s);
        } else if (value instanceof Boolean truth) {
            appender.append(truth);
        } else if (value instanceof BigDecimal decimal) {
            appender.append(decimal);
        } else if (value instanceof LocalDate date) {
            appender.append(date);
        } else if (value instanceof LocalDateTime time) {
            appender.append(time);
        } else {
            throw new IllegalArgumentException("no such type in the contract: " + value.getClass());
        }
    }
}

package dev.millrace.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.ContractReader;
import dev.millrace.contract.MappingContract;
import dev.millrace.dialect.Database;
import dev.millrace.processing.RunOptions.From;
import dev.millrace.processing.RunOptions.FromDatabase;
import dev.millrace.samples.SampleApplications;
import dev.millrace.samples.SampleApplications.Settings;
import dev.millrace.samples.SampleApplications.Size;
import dev.millrace.samples.SampleWriter;
import dev.millrace.verification.VerificationReport;
import dev.millrace.verification.Verifier;
import dev.millrace.verification.VerifyOptions;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The jar, given to spark-submit: on this machine, and on a cluster of a master and two workers, where executors and drivers are killed and slow tasks are
 * tried a second time while the first try goes on. {@code -Dmillrace.spark.documents=100000} loads so many.
 */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class SubmittedLoadIT {
    private static final int DOCUMENTS = Integer.getInteger("millrace.spark.documents", 6_000);
    private static final Path CONTRACT = Path.of("../examples/loan-applications/contract.yaml");
    private static final Path JAR =
            Path.of(System.getProperty("millrace.spark.jar", "target/millrace-spark-4.2_2.13-0.1.0-SNAPSHOT.jar"));

    @TempDir
    private static Path directory;

    private static StandaloneCluster cluster;
    private static MappingContract contract;
    private static Database source;
    private static int rejected;

    @BeforeAll
    static void start() throws Exception {
        contract = ContractReader.read(CONTRACT).contract();
        source = TestPostgres.newDatabase();
        SampleApplications samples =
                new SampleApplications(Settings.of(7, Size.SMALL).withFaults(1));
        new SampleWriter(samples, 1, DOCUMENTS, n -> {}).toTable(source, "app_xml");
        rejected = (int) IntStream.rangeClosed(1, DOCUMENTS)
                .filter(n -> samples.faultOf(n).isPresent())
                .count();
        cluster = new StandaloneCluster(directory);
    }

    @AfterAll
    static void end() throws Exception {
        cluster.close();
    }

    private static FromDatabase intake() {
        return From.table(source);
    }

    /** What spark-submit is given behind its own options. */
    private static List<String> load(String target, String... more) {
        List<String> words = new ArrayList<>(List.of(
                "--jars",
                driver(),
                JAR.toAbsolutePath().toString(),
                "load",
                CONTRACT.toString(),
                "--from",
                TestPostgres.urlOf(source),
                "--to",
                target,
                "--create-tables",
                "--batch-size",
                // Small ones, so that there is a middle in which to disturb it.
                "50",
                "--no-progress"));
        words.addAll(List.of(more));
        return words;
    }

    private static String driver() {
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (new File(entry).getName().startsWith("postgresql-")) {
                return new File(entry).getAbsolutePath();
            }
        }
        throw new IllegalStateException("PostgreSQL's driver is not on the class path");
    }

    /** The tables are those of a run that nobody disturbs, and each document is in the ledger once. */
    private static void assertWhole(Database target) throws Exception {
        VerificationReport report = new Verifier(contract, VerifyOptions.of(intake(), target)).run();
        assertThat(report.isEqual()).isTrue();
        assertThat(TestPostgres.number(target, "select count(*) from migration.processing_log where status = 'loaded'"))
                .isEqualTo(DOCUMENTS - rejected);
        assertThat(TestPostgres.number(
                        target, "select count(*) from migration.processing_log where status = 'rejected'"))
                .isEqualTo(rejected);
    }

    private static void awaitLoaded(Process driver, Database target, double share) throws Exception {
        while (loaded(target) < share * DOCUMENTS) {
            assertThat(driver.isAlive()).isTrue();
            Thread.sleep(50);
        }
    }

    private static long loaded(Database target) {
        try {
            return TestPostgres.number(target, "select count(*) from migration.processing_log");
        } catch (SQLException notYetThere) {
            return 0;
        }
    }

    private static void assertEnds(Process driver, Path log, int exitCode) throws Exception {
        int ended = driver.waitFor();
        assertThat(ended).as(() -> read(log)).isEqualTo(exitCode);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What docs/spark.md tells to type. */
    private static List<List<String>> commandsOfThePage() {
        List<List<String>> commands = new ArrayList<>();
        Matcher blocks =
                Pattern.compile("(?ms)^```console\\n(spark-submit.*?)^```$").matcher(read(Path.of("../docs/spark.md")));
        while (blocks.find()) {
            for (String command : blocks.group(1).split("\n\n")) {
                commands.add(List.of(command.replace("\\\n", " ").trim().split("\\s+")));
            }
        }
        return commands;
    }

    /** The loads of the page, on this machine and on a cluster, as they stand there but for places. */
    @Test
    void theLoadsOfThePageWork() throws Exception {
        Path summary = directory.resolve("summary.json");
        List<List<String>> commands = commandsOfThePage().stream()
                .filter(command -> command.contains("load"))
                .toList();
        // For YARN and Kubernetes are the others.
        assertThat(commands).hasSize(4);

        for (List<String> command : commands.subList(0, 2)) {
            Database target = TestPostgres.newDatabase();
            Path log = directory.resolve("page.log");
            List<String> words = new ArrayList<>();
            for (String word : command.subList(1, command.size())) {
                words.add(
                        switch (word) {
                            case "loans.yaml" -> CONTRACT.toString();
                            case "jdbc:postgresql://localhost/loans" -> TestPostgres.urlOf(source);
                            case "jdbc:postgresql://localhost/warehouse" -> TestPostgres.urlOf(target);
                            case "summary.json" -> summary.toString();
                            case "spark://master:7077" -> cluster.master();
                            case "--packages" -> "--jars";
                            case "org.postgresql:postgresql:42.7.14" -> driver();
                            default ->
                                word.endsWith(".jar") ? JAR.toAbsolutePath().toString() : word;
                        });
            }
            assertEnds(cluster.submit(log, words), log, 3);
            assertWhole(target);
            assertThat(read(log)).contains("loaded").doesNotContain("\tat dev.millrace");
        }
        assertThat(read(summary).replaceAll("\\s", ""))
                .contains("\"status\":\"finished\"", "\"loaded\":" + (DOCUMENTS - rejected));
    }

    /** The page's command that writes tables, as it stands there but for places. */
    @Test
    void theTablesOfThePageAreWritten() throws Exception {
        Path intake = Files.createDirectory(directory.resolve("intake"));
        new SampleWriter(new SampleApplications(Settings.of(7, Size.SMALL)), 1, 100, n -> {}).toDirectory(intake);
        Path lake = directory.resolve("lake");
        Path log = directory.resolve("tables.log");
        List<List<String>> commands = commandsOfThePage().stream()
                .filter(command -> command.contains("tables"))
                .toList();
        assertThat(commands).hasSize(1);
        List<String> words = new ArrayList<>();
        for (String word : commands.get(0).subList(1, commands.get(0).size())) {
            words.add(
                    switch (word) {
                        case "loans.yaml" -> CONTRACT.toString();
                        case "hdfs:///intake/loans/" -> intake.toUri().toString();
                        case "hdfs:///lake/loans" -> lake.toUri().toString();
                        default -> word.endsWith(".jar") ? JAR.toAbsolutePath().toString() : word;
                    });
        }

        assertEnds(cluster.submit(log, words), log, 0);

        assertThat(lake.resolve("_SUCCESS")).exists();
        try (Connection duckDb = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = duckDb.createStatement();
                ResultSet rows = statement.executeQuery(
                        "select count(*) from '" + lake.resolve("app_base").resolve("*.parquet") + "'")) {
            rows.next();
            assertThat(rows.getInt(1)).isEqualTo(100);
        }
    }

    @Test
    void saysWhatIsWrongBeforeAnythingStarts() throws Exception {
        Path log = directory.resolve("wrong.log");
        Path broken = Files.writeString(directory.resolve("broken.yaml"), "contract: 1\nname: x\ntabels: {}\n");
        List<String> words = List.of(
                "--master",
                "local[1]",
                JAR.toAbsolutePath().toString(),
                "load",
                broken.toString(),
                "--from",
                "nowhere",
                "--to",
                "jdbc:postgresql://localhost/nothing");

        assertEnds(cluster.submit(log, words), log, 2);

        assertThat(read(log)).contains("broken.yaml:3:1").doesNotContain("\tat ");
    }

    @Test
    void anExecutorIsKilled() throws Exception {
        Database target = TestPostgres.newDatabase();
        Path log = directory.resolve("killed-executor.log");
        Path summary = directory.resolve("killed-executor.json");
        Process driver = cluster.submit(
                log,
                List.of(),
                load(TestPostgres.urlOf(target), "--connections", "2", "--summary", summary.toString()));
        awaitLoaded(driver, target, 0.2);
        List<ProcessHandle> executors = cluster.executors();

        assertThat(executors).hasSize(2);
        executors.get(0).destroyForcibly();
        assertEnds(driver, log, 3);

        assertWhole(target);
        assertThat(read(summary).replaceAll("\\s", ""))
                .contains("\"loaded\":" + (DOCUMENTS - rejected), "\"rejected\":" + rejected);
    }

    @Test
    void aSlowTaskIsTriedASecondTimeWhileTheFirstTryGoesOn() throws Exception {
        Database target = TestPostgres.newDatabase();
        Path log = directory.resolve("speculation.log");
        Path summary = directory.resolve("speculation.json");
        Process driver = cluster.submit(
                log,
                List.of(
                        "spark.speculation=true",
                        "spark.speculation.interval=100ms",
                        "spark.speculation.task.duration.threshold=500ms"),
                load(
                        TestPostgres.urlOf(target),
                        "--connections",
                        "1",
                        "--partitions",
                        "1",
                        "--summary",
                        summary.toString()));

        try (Connection other = target.connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            awaitLoaded(driver, target, 0.1);
            statement.execute("lock table migration.processing_log in exclusive mode");
            // Nobody commits now, until both tries want to.
            while (TestPostgres.number(
                            target,
                            "select count(*) from pg_stat_activity"
                                    + " where datname = current_database() and wait_event_type = 'Lock'")
                    < 2) {
                assertThat(driver.isAlive()).isTrue();
                Thread.sleep(50);
            }
            other.rollback();
        }
        assertEnds(driver, log, 3);

        assertWhole(target);
        assertThat(read(summary).replaceAll("\\s", ""))
                .contains("\"loaded\":" + (DOCUMENTS - rejected), "\"rejected\":" + rejected);
    }

    @Test
    void theDriverIsKilledAndTheSameCommandGivenAgain() throws Exception {
        Database target = TestPostgres.newDatabase();
        Path log = directory.resolve("killed-driver.log");
        Process driver = cluster.submit(log, List.of(), load(TestPostgres.urlOf(target), "--connections", "2"));
        awaitLoaded(driver, target, 0.3);
        driver.destroyForcibly().waitFor();
        long before = loaded(target);

        Process again = cluster.submit(log, List.of(), load(TestPostgres.urlOf(target), "--connections", "2"));
        assertEnds(again, log, 3);

        assertThat(before).isLessThan(DOCUMENTS);
        assertWhole(target);
    }
}

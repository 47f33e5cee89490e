package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever is wrong with a URL, a log-in or the rights behind it: the exit code and one clear line. */
@Timeout(120)
class BadConnectionsTest {
    @TempDir
    private static Path folder;

    private static OwnPostgres server;
    private static Path contract;

    @BeforeAll
    static void start() throws Exception {
        contract = SmallContract.in(folder);
        Files.writeString(folder.resolve("1.xml"), SmallContract.document(1));
        server = new OwnPostgres(Files.createDirectory(folder.resolve("data")));
        server.execute(
                "CREATE USER reader PASSWORD 'S3cret'",
                "CREATE TABLE app_xml (app_id bigint PRIMARY KEY, xml text)",
                "INSERT INTO app_xml VALUES (2, '" + SmallContract.document(2) + "')");
        Invocation loaded = run("--from", folder.resolve("1.xml").toString(), "--to", server.url(), "--create-tables");
        assertThat(loaded.exitCode()).as(loaded.all()).isZero();
        try (Connection connection = DriverManager.getConnection("jdbc:h2:" + folder.resolve("h2") + ";USER=sa");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE USER reader PASSWORD 'S3cret'");
            statement.execute("CREATE TABLE app_xml (app_id bigint PRIMARY KEY, xml varchar)");
        }
        Invocation inH2 = run(
                "--from",
                folder.resolve("1.xml").toString(),
                "--to",
                "jdbc:h2:" + folder.resolve("h2") + ";USER=sa",
                "--create-tables");
        assertThat(inH2.exitCode()).as(inH2.all()).isZero();
    }

    @AfterAll
    static void stop() throws Exception {
        server.stop();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // URL | exit code | what the line says; PG is the server's host and port
                "jdbc:postgresql://no.such.host.invalid/x?user=a|1|the server cannot be reached (unknown host)",
                "jdbc:postgresql://127.0.0.1:1/x?user=a|1|the server cannot be reached",
                "jdbc:postgresql://PG/nope?user=postgres|2|there is no such database",
                "jdbc:postgresql://PG/postgres?user=nobody|2|there is no such user",
                "jdbc:postgresql://PG/postgres?user=postgres&sslmode=require|2|the server does not offer it",
                "jdbc:postgresql://PG/postgres?user=postgres&sslmode=nonsense|2|nonsense",
                "jdbc:postgresql://PG/postgres?user=postgres&socketTimeout=x|2|cannot connect",
                "jdbc:postgresql://PG:x/postgres|2|does not understand the URL",
                "jdbc:mariadb://127.0.0.1:1/x?user=a|1|the server cannot be reached",
                "jdbc:mariadb://no.such.host.invalid/x?user=a|1|the server cannot be reached",
                "jdbc:mariadb://127.0.0.1:1/x?useCatalogTerm=CATALOG|2|'useCatalogTerm' has to be SCHEMA",
                "jdbc:sqlserver://127.0.0.1:1;user=a;password=b|1|the server cannot be reached (Connection refused)",
                "jdbc:sqlserver://no.such.host.invalid;user=a;password=b|1|(unknown host no.such.host.invalid)",
                "jdbc:sqlserver://127.0.0.1:1;encrypt=maybe|2|maybe",
                "jdbc:sqlserver://127.0.0.1:1;connectRetryCount=2|2|'connectRetryCount' has to be 0",
                "jdbc:sqlserver://127.0.0.1:x|2|port number x",
                "jdbc:h2:FOLDER/h2;USER=nobody|2|the log-in was refused; check user and password",
                "jdbc:h2:FOLDER/h2;NONSENSE=1|2|NONSENSE",
                "jdbc:h2:FOLDER/nowhere;IFEXISTS=TRUE|2|there is no such",
                "jdbc:h2:tcp://127.0.0.1:1/x|1|the server cannot be reached",
                "jdbc:sqlite:/no/such/folder/x|2|folder",
                "jdbc:sqlite:FOLDER/x.db?bussy_timeout=1|2|did you mean 'busy_timeout'",
                "jdbc:sqlite:FOLDER/1.xml|2|database",
                "jdbc:duckdb:/no/such/folder/x|2|folder",
                "jdbc:duckdb:FOLDER/x.duckdb;nonsense=1|2|nonsense",
                "jdbc:duckdb:FOLDER/1.xml|2|is no DuckDB database"
            })
    void saysInOneLineWhatIsWrongWithAUrl(String url, int exitCode, String said) {
        String full = url.replace("PG", "localhost:" + server.port()).replace("FOLDER", folder.toString());

        for (List<String> words : List.of(
                List.of("run", contract.toString(), "--from", folder + "/1.xml", "--to", full),
                List.of("run", contract.toString(), "--from", full, "--to", server.url()),
                List.of("status", "--to", full),
                List.of("check", contract.toString(), "--against", full))) {
            Invocation done = Invocation.of(words.toArray(String[]::new));

            assertThat(done.err()).as(words.toString()).contains(said);
            assertOneLine(done, exitCode);
        }
    }

    @Test
    void warnsOfAPropertyThatHasNoEffectOnceForBothDatabases() {
        String url = server.url() + "&sockettimeout=5";

        Invocation done = run("--from", url, "--to", url);

        assertThat(done.exitCode()).as(done.all()).isZero();
        assertThat(done.err().lines().filter(line -> line.contains("'sockettimeout'")))
                .hasSize(1)
                .first()
                .asString()
                .contains("the driver knows no property 'sockettimeout' (did you mean 'socketTimeout'?)");
    }

    /** Who writes nothing but the ledger needs no right to load the tables. */
    @Test
    void takesOverAnotherSystemsLogWithoutTheRightToLoad() throws Exception {
        server.execute(
                "CREATE USER clerk PASSWORD 'S3cret'",
                "CREATE TABLE old_log (app_id bigint, status text)",
                "INSERT INTO old_log VALUES (2, 'failed')",
                "GRANT SELECT ON app_xml, orders, item, old_log, processing_pending TO clerk",
                "GRANT SELECT, INSERT, UPDATE, DELETE ON processing_run, processing_log TO clerk");
        String url = "jdbc:postgresql://localhost:" + server.port() + "/postgres?user=clerk&password=S3cret";

        Invocation taken = invoke("import-ledger", contract.toString(), "--from", url, "--to", url, "--log", "old_log");

        assertThat(taken.exitCode()).as(taken.all()).isZero();
        assertThat(taken.out()).contains("1 document of the source held against log public.old_log");
        assertRefused(run("--from", url, "--to", url), "orders – the user may not insert rows; have INSERT granted");
    }

    @Test
    void saysWhatAUserMayNotDo() throws Exception {
        String url = "jdbc:postgresql://localhost:" + server.port() + "/postgres?user=reader&password=S3cret";
        String file = folder.resolve("1.xml").toString();

        assertRefused(run("--from", file, "--to", url), """
                table public.processing_run – the user lacks privileges (SELECT, INSERT, UPDATE), which a run needs there; \
                have SELECT, INSERT, UPDATE granted
                table public.processing_log – the user lacks privileges (SELECT, INSERT, DELETE), which a run needs there; \
                have SELECT, INSERT, DELETE granted
                table public.processing_pending – the user lacks a privilege (SELECT), which a run needs there; \
                have SELECT granted""");
        assertRefused(
                invoke("status", "--to", url),
                "the user lacks a privilege (SELECT) on the ledger public.processing_log and its processing_run");
        server.execute("GRANT SELECT ON processing_pending, processing_log, processing_run TO reader");
        assertRefused(run("--from", file, "--to", url), "orders – the user may not insert rows; have INSERT granted");
        assertRefused(run("--from", url, "--to", server.url()), "permission denied for table app_xml");
        // A number that nobody may give is refused by the server before it asks for rights.
        server.execute("ALTER TABLE orders ALTER id ADD GENERATED ALWAYS AS IDENTITY");
        assertRefused(run("--from", file, "--to", url), "orders – the user may not insert rows; have INSERT granted");
        server.execute("ALTER TABLE orders ALTER id DROP IDENTITY");
        assertRefused(
                invoke("verify", contract.toString(), "--from", file, "--to", url),
                "the user lacks a privilege (table orders), SQL state 42501; have SELECT granted");
        server.execute("GRANT SELECT, INSERT ON orders, item TO reader");
        assertRefused(
                run("--from", file, "--to", url),
                "table public.processing_run – the user lacks privileges (INSERT, UPDATE)");
        server.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON processing_run, processing_log TO reader");
        Invocation loads = run("--from", file, "--to", url);
        assertThat(loads.exitCode()).as(loads.all()).isZero();
        assertRefused(
                run("--from", file, "--to", url, "--on-existing", "replace"), "orders – the user may not delete rows");
    }

    /** What is kept for who asks later is not worth a run. */
    @Test
    void loadsWithoutTheRightToKeepCoverageAndReports() throws Exception {
        server.execute(
                "CREATE USER loader PASSWORD 'S3cret'",
                "GRANT SELECT, INSERT ON orders, item TO loader",
                "GRANT SELECT ON processing_pending TO loader",
                "GRANT SELECT, INSERT, UPDATE, DELETE ON processing_run, processing_log TO loader");
        String url = "jdbc:postgresql://localhost:" + server.port() + "/postgres?user=loader&password=S3cret";
        Path file = Files.writeString(folder.resolve("901.xml"), SmallContract.document(901));

        Invocation mayNotWrite = run("--from", file.toString(), "--to", url);

        assertThat(mayNotWrite.exitCode()).as(mayNotWrite.all()).isZero();
        String last = "SELECT status FROM processing_run r WHERE NOT EXISTS (SELECT 1 FROM processing_report p"
                + " WHERE p.run_id = r.run_id) ORDER BY started_at DESC LIMIT 1";
        assertThat(server.query(last)).contains("finished");

        server.execute("DROP TABLE processing_coverage");
        Files.writeString(folder.resolve("902.xml"), SmallContract.document(902));
        Invocation mayNotCreate = run("--from", folder.resolve("902.xml").toString(), "--to", url);

        assertThat(mayNotCreate.exitCode()).as(mayNotCreate.all()).isZero();
        assertThat(mayNotCreate.out()).contains("1 read: 1 loaded");
        assertThat(server.query("SELECT count(*) FROM pg_tables WHERE tablename = 'processing_coverage'"))
                .contains("0");
    }

    @Test
    void saysOfATableThatMayBeHiddenThatItMayBe() {
        String url = "jdbc:h2:" + folder.resolve("h2") + ";USER=reader;PASSWORD=S3cret";
        String file = folder.resolve("1.xml").toString();

        assertRefused(
                run("--from", file, "--to", url), "PUBLIC.processing_pending – the user lacks a privilege (SELECT)");
        Invocation read = run("--from", url, "--to", server.url());
        assertRefused(read, "app_xml");
        assertThat(read.err()).containsAnyOf("may not see it", "Not enough rights");
    }

    @Test
    void printsCommandsThatAShellTakesWhole() throws Exception {
        Path docs = Files.createDirectory(folder.resolve("it's; here"));
        Files.writeString(docs.resolve("long.xml"), SmallContract.tooLong(7));
        String url = "jdbc:h2:" + folder.resolve("h2") + ";USER=sa;LOCK_TIMEOUT=5000";

        Invocation done = run("--from", docs.toString(), "--to", url);

        List<String> commands = done.out()
                .lines()
                .filter(line -> line.startsWith("  millrace "))
                .toList();
        assertThat(commands).as(done.all()).isNotEmpty();
        for (String command : commands) {
            Process shell = new ProcessBuilder("sh", "-c", "millrace() { printf '%s\\n' \"$@\"; }\n" + command)
                    .redirectErrorStream(true)
                    .start();
            List<String> words = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            assertThat(shell.waitFor()).as(command).isZero();
            assertThat(words).as(command).contains(url.replace("USER=sa", "USER=***"));
        }
    }

    private static Invocation run(String... words) {
        List<String> all = new ArrayList<>(List.of("run", contract.toString()));
        all.addAll(Arrays.asList(words));
        return invoke(all.toArray(String[]::new));
    }

    private static Invocation invoke(String... words) {
        return Invocation.of(words);
    }

    private static void assertRefused(Invocation done, String said) {
        assertThat(done.err()).contains(said).doesNotContain("S3cret").doesNotContain("\tat ");
        assertThat(done.exitCode()).as(done.all()).isEqualTo(2);
    }

    private static void assertOneLine(Invocation done, int exitCode) {
        assertThat(done.exitCode()).as(done.all()).isEqualTo(exitCode);
        assertThat(done.err().strip().lines()).as(done.all()).hasSize(1);
        assertThat(done.all()).doesNotContain("\tat ").doesNotContain("internal error");
    }
}

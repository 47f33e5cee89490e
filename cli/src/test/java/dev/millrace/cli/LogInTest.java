package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every way to log in to a server that wants a password, and none of them shows it. */
@Timeout(180)
class LogInTest {

    /** With what has a meaning in URLs. */
    private static final String PASSWORD = "S3c/r@t%+";

    private static final String ENCODED = "S3c%2Fr%40t%25+";

    @TempDir
    private static Path folder = Path.of("");

    private static OwnPostgres server;
    private static Path contract = Path.of("");
    private static String place = "";

    private final FakeTerminal terminal = new FakeTerminal();

    @BeforeAll
    static void start() throws Exception {
        contract = SmallContract.in(folder);
        Files.writeString(folder.resolve("1.xml"), SmallContract.document(1));
        server = new OwnPostgres(Files.createDirectory(folder.resolve("data")));
        server.requirePassword("loader", PASSWORD);
        place = "localhost:" + server.port() + "/postgres";
        Invocation loaded = Invocation.of(
                "run",
                contract.toString(),
                "--from",
                folder.resolve("1.xml").toString(),
                "--to",
                "postgresql://loader:" + ENCODED + "@" + place,
                "--create-tables");
        assertThat(loaded.exitCode()).as(loaded.all()).isZero();
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgresql", "postgres", "PostgreSQL"})
    void understandsUrlsOfPostgreSqlsOwnPrograms(String scheme) throws Exception {
        String url = scheme + "://loader:" + ENCODED + "@" + place + "?application_name=mine&connect_timeout=5";
        String file = folder.resolve("1.xml").toString();
        for (List<String> command : List.of(
                List.of("status", "--to", url),
                List.of("check", contract.toString(), "--against", url),
                List.of("verify", contract.toString(), "--from", file, "--to", url),
                List.of("run", contract.toString(), "--from", file, "--to", url),
                List.of(
                        "generate",
                        "--documents",
                        "1",
                        "--table",
                        "generated_" + Math.floorMod(scheme.hashCode(), 1_000),
                        "--to",
                        url),
                List.of(
                        "import-ledger",
                        contract.toString(),
                        "--from",
                        url,
                        "--from-table",
                        "orders",
                        "--key-column",
                        "id",
                        "--xml-column",
                        "buyer",
                        "--to",
                        url,
                        "--log",
                        "processing_log"))) {
            Invocation done = Invocation.of(command.toArray(String[]::new));
            if (!command.contains("import-ledger")) {
                assertThat(done.exitCode()).as(done.all()).isZero();
            }
            assertIsSilent(done);
            assertThat(done.err()).as("no property is unknown").doesNotContain("knows no property");
        }
        assertThat(Path.of(scheme + ":")).doesNotExist();
    }

    @Test
    void nextStepsDoNotRepeatThePassword() throws Exception {
        Path in = Files.createDirectories(folder.resolve("in"));
        Files.writeString(in.resolve("2.xml"), SmallContract.tooLong(2));
        String[] run = {"run", contract.toString(), "--from", in.toString(), "--to"};

        Invocation withPassword = of(terminal, run, "postgresql://loader:" + ENCODED + "@" + place);
        terminal.environment.put("MILLRACE_PASSWORD", PASSWORD);
        Invocation without = of(terminal, run, "postgresql://loader@" + place);

        assertIsSilent(withPassword);
        assertThat(withPassword.all())
                .contains("the same command with --retry-rejects")
                .contains("millrace rejects --to jdbc:postgresql://" + place + " --to-user loader");
        assertThat(without.all()).contains("--to postgresql://loader@" + place + " --retry-rejects");
    }

    @Test
    void takesUserAndUrlsFromTheEnvironment() {
        terminal.environment.put("MILLRACE_TO", "jdbc:postgresql://" + place);
        terminal.environment.put("MILLRACE_FROM", folder.resolve("1.xml").toString());
        terminal.environment.put("MILLRACE_USER", "nobody");
        terminal.environment.put("MILLRACE_TO_USER", "loader");
        terminal.environment.put("MILLRACE_PASSWORD", PASSWORD);

        assertThat(of(terminal, new String[] {"status"}).exitCode()).isZero();
        assertThat(of(terminal, new String[] {"run", contract.toString()}).exitCode())
                .isZero();
        assertThat(of(terminal, new String[] {"status", "--to-user", "nobody"}).exitCode())
                .isEqualTo(2);
        assertThat(of(new FakeTerminal(), new String[] {"run", contract.toString()})
                        .err())
                .startsWith("--from is missing: name the source");
    }

    @Test
    void logsInToTheDatabaseThatAContractIsComparedWith() throws Exception {
        Path file = Files.writeString(folder.resolve("secret"), PASSWORD + "\n");
        String[] check = {"check", contract.toString(), "--against", "jdbc:postgresql://" + place};

        assertThat(of(terminal, check, "--against-user", "loader", "--against-password-file", file.toString())
                        .exitCode())
                .isZero();
        assertThat(of(terminal, check, "--to-user", "loader", "--to-password-file", file.toString())
                        .exitCode())
                .isZero();
        assertThat(Invocation.of("check", contract.toString(), "--against-user", "loader")
                        .err())
                .contains("are for --against, which is missing");
    }

    @Test
    void theUserOfTheUrlGoesBeforeTheOption() {
        terminal.environment.put("MILLRACE_PASSWORD", PASSWORD);
        Invocation status =
                of(terminal, new String[] {"status", "--user", "other", "--to", "postgresql://loader@" + place});

        assertThat(status.exitCode()).as(status.err()).isZero();
        assertThat(status.err())
                .contains("jdbc:postgresql://" + place + " – the URL names a user of its own; the other one");
    }

    @Test
    void asksATerminalOnceWhereTheServerWantsAPassword() {
        terminal.interactive = true;
        terminal.secret = PASSWORD;
        String[] run = {"run", contract.toString(), "--from", "postgresql://loader@" + place, "--from-table", "app_xml"
        };

        Invocation status = of(terminal, new String[] {"status", "--to", "postgresql://loader@" + place});
        assertThat(status.exitCode()).as(status.err()).isZero();
        assertThat(terminal.questions).isEqualTo(1);
        of(terminal, run, "--to", "postgresql://loader@" + place);
        assertThat(terminal.questions).as("one more, for source and target").isEqualTo(2);

        terminal.secret = "wrong";
        Invocation refused = of(terminal, new String[] {"status", "--to", "postgresql://loader@" + place});
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err()).contains("the log-in was refused");
        FakeTerminal nobody = new FakeTerminal();
        assertThat(of(nobody, new String[] {"status", "--to", "postgresql://loader@" + place})
                        .exitCode())
                .isEqualTo(2);
        assertThat(nobody.questions).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql://loader:S3c/ret@localhost/x",
                "postgresql://loader:S3c#ret@localhost/x",
                "postgresql://loader:S3c%ret@localhost/x",
                "postgresql://local host/x",
                "postgresql://localhost:port/x"
            })
    void saysWhatItDoesNotUnderstandOfAUrl(String url) {
        Invocation refused = Invocation.of("status", "--to", url);

        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err())
                .startsWith("--to: \"postgresql:…\" – cannot be understood")
                .hasLineCount(1);
        assertIsSilent(refused);
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgresql", "mariadb", "mysql", "sqlserver"})
    void saysThatUserAndPasswordDoNotGoBeforeTheHostOfAJdbcUrl(String database) {
        Invocation refused = Invocation.of("status", "--to", "jdbc:" + database + "://loader:S3cret@localhost:1/x");

        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err())
                .isEqualTo("--to: jdbc:" + database
                        + "://***@localhost:1/x – user and password do not go before the host of"
                        + " a JDBC URL: give them apart from it (--user NAME and --password, --password-file or"
                        + " MILLRACE_PASSWORD)" + System.lineSeparator());
    }

    @Test
    void readsPgpass() throws Exception {
        Path pgpass = Files.writeString(
                folder.resolve("pgpass"), "localhost:" + server.port() + ":postgres:loader:" + PASSWORD + "\n");
        Files.setPosixFilePermissions(pgpass, PosixFilePermissions.fromString("rw-------"));
        Process process = new ProcessBuilder(
                        command(List.of("status", "--to", "jdbc:postgresql://" + place, "--user", "loader")))
                .redirectErrorStream(true)
                .redirectInput(new File("/dev/null"))
                .directory(folder.toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as("without it").isEqualTo(2);
        ProcessBuilder with = new ProcessBuilder(
                command(List.of("status", "--to", "jdbc:postgresql://" + place, "--user", "loader")));
        with.environment().put("PGPASSFILE", pgpass.toString());
        process = with.redirectErrorStream(true)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(folder.resolve("told").toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue())
                .as(Files.readString(folder.resolve("told")))
                .isZero();
    }

    /** At a real terminal, of which neither input nor output is one of the command's streams. */
    @Test
    void asksAtTheTerminalBehindAPipe() throws Exception {
        assumeTrue(new File("/usr/bin/script").canExecute(), "script is not installed, which makes a terminal");
        String java = String.join(
                " ",
                command(List.of("status", "--to", "jdbc:postgresql://" + place, "--user", "loader", "--password"))
                        .stream()
                        .map(word -> "'" + word + "'")
                        .toList());
        Path out = folder.resolve("piped");
        Process process = new ProcessBuilder(
                        "script", "-qec", java + " < /dev/null 2>&1 | cat > '" + out + "'", "/dev/null")
                .redirectErrorStream(true)
                .start();
        StringBuilder screen = new StringBuilder();
        try (InputStream shown = process.getInputStream();
                OutputStream keyboard = process.getOutputStream()) {
            while (!screen.toString().contains("Password: ")) {
                int next = shown.read();
                assertThat(next).as(screen.toString()).isNotNegative();
                screen.append((char) next);
            }
            keyboard.write((PASSWORD + "\n").getBytes(StandardCharsets.US_ASCII));
            keyboard.flush();
            screen.append(new String(shown.readAllBytes(), StandardCharsets.UTF_8));
        }
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();

        assertThat(Files.readString(out)).containsPattern("orders +loaded");
        assertThat(screen.toString()).as("no echo").doesNotContain("S3c");
    }

    private static List<String> command(List<String> words) {
        return Stream.concat(
                        Stream.of(
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                Main.class.getName()),
                        words.stream())
                .toList();
    }

    private static Invocation of(FakeTerminal terminal, String[] command, String... more) {
        return Invocation.in(
                terminal, Stream.concat(Stream.of(command), Stream.of(more)).toArray(String[]::new));
    }

    private static void assertIsSilent(Invocation done) {
        assertThat(done.all()).doesNotContain("S3c").doesNotContain("internal error");
    }
}

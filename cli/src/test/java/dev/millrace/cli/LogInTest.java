package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
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
        server.requirePassword("second", "S3cOther");
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

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql://loader:PW@PLACE",
                "postgresql://loader@PLACE?password=PW",
                "postgres://PLACE?connect_timeout=5&user=loader&password=PW",
                "PostgreSQL://loader@PLACE?p%61ssword=PW"
            })
    void nextStepsDoNotRepeatThePassword(String form) throws Exception {
        String url = form.replace("PW", ENCODED).replace("PLACE", place);

        for (List<String> to : List.of(List.of("--to", url), List.of("--to=" + url))) {
            Invocation withPassword = of(terminal, rejecting(), to.toArray(String[]::new));

            assertThat(withPassword.exitCode()).as(withPassword.all()).isEqualTo(3);
            assertIsSilent(withPassword);
            assertThat(withPassword.all())
                    .contains("the same command with --retry-rejects")
                    .contains("millrace rejects --to")
                    .contains("jdbc:postgresql://" + place, "--to-user loader");
        }
    }

    @Test
    void nextStepsRepeatAUrlWithoutASecretOnly() throws Exception {
        terminal.environment.put("MILLRACE_PASSWORD", PASSWORD);

        Invocation without = of(terminal, rejecting(), "--to", "postgresql://loader@" + place);
        Invocation other = of(terminal, rejecting(), "--to", "postgresql://loader@" + place + "?sslpassword=S3cOther");

        assertThat(without.all()).contains("--to postgresql://loader@" + place + " --retry-rejects");
        assertThat(other.exitCode()).as(other.all()).isEqualTo(3);
        assertIsSilent(other);
        assertThat(other.all()).contains("the same command with --retry-rejects");
    }

    private static String[] rejecting() throws Exception {
        Path in = Files.createDirectories(folder.resolve("in"));
        Files.writeString(in.resolve("2.xml"), SmallContract.tooLong(2));
        return new String[] {"run", contract.toString(), "--from", in.toString()};
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

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql://loader:PW@PLACE",
                "postgresql://loader@PLACE?password=PW",
                "postgresql://PLACE?password=PW&user=loader",
                "postgresql://other:wrong@PLACE?user=loader&p%61ssword=PW"
            })
    void theUserOfTheUrlGoesBeforeTheOption(String form) {
        String url = form.replace("PW", ENCODED).replace("PLACE", place);
        Invocation status = of(terminal, new String[] {"status", "--user", "alice", "--to", url});

        assertThat(status.exitCode()).as(status.err()).isZero();
        assertIsSilent(status);
        assertThat(status.err())
                .isEqualTo("jdbc:postgresql://" + place + " – the URL names a user of its own; the other one that was"
                        + " given is not used" + System.lineSeparator());
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

    @Test
    void whatATerminalWasAskedForUnaskedGoesToNoOtherUser() throws Exception {
        terminal.interactive = true;
        terminal.secrets.addAll(List.of(PASSWORD, "S3cOther"));
        LoginOptions login = new LoginOptions();

        for (int i = 0; i < 2; i++) {
            connect(login, "postgresql://loader@" + place, "from");
            connect(login, "postgresql://second@" + place, "to");
        }

        String url = "jdbc:postgresql://" + place + ": ";
        assertThat(terminal.prompts).containsExactly("Password of loader for " + url, "Password of second for " + url);
    }

    @Test
    void theEnvironmentGoesBeforeWhatATerminalWasAskedForUnasked() throws Exception {
        terminal.interactive = true;
        terminal.secret = PASSWORD;
        terminal.environment.put("MILLRACE_TO_PASSWORD", "S3cOther");
        LoginOptions login = new LoginOptions();

        connect(login, "postgresql://loader@" + place, "from");
        connect(login, "postgresql://second@" + place, "to");

        assertThat(terminal.questions).isEqualTo(1);
    }

    private void connect(LoginOptions login, String url, String which) throws Exception {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
        LoginOptions.Own own =
                new LoginOptions.Own("--" + which, null, null, "MILLRACE_" + which.toUpperCase(Locale.ROOT));
        login.database(url, own, new Console(nowhere, nowhere, terminal))
                .connect()
                .close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql://loader:S3c/ret@localhost/x",
                "postgresql://loader:S3c#ret@localhost/x",
                "postgresql://loader:S3c%ret@localhost/x",
                "postgresql://loader@localhost/x?password=a&S3cret",
                "postgresql://loader@localhost/x?password=S3c%ret",
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

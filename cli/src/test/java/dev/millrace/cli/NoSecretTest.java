package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.dialect.Database;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A password in every place of a URL and a log-in that a driver knows, through every fault that needs no server: nothing that a
 * command prints holds it, nor anything that a program could print of the library's exceptions, causes included. The ordinary build
 * tries two passwords, {@code -Dmillrace.secrets=all} all of them.
 */
@Timeout(300)
class NoSecretTest {

    private static final boolean ALL = "all".equals(System.getProperty("millrace.secrets"));

    /** Plain, with what URLs mean something else by, and with what separates parameters. */
    private static final List<String> ALL_PASSWORDS =
            List.of("S3cretWord", "S3c:ret/W@rd", "S3c&ret;Word", "S3c%20ret+{Word}");

    /** {@code PW} stands for the password; what comes of it is a refusal, each for a reason of its own. */
    private static final List<String> URLS = List.of(
            "jdbc:postgresql://a:PW@127.0.0.1:1/x",
            "jdbc:postgresql://127.0.0.1:1/x?user=a&password=PW",
            "jdbc:postgresql://127.0.0.1:1/x?password=PW&user=a&ssl=true&sslmode=verify-full",
            "jdbc:postgresql://127.0.0.1:1/x?user=a&sslpassword=PW&sslkey=/no/such/file",
            "jdbc:postgresql://127.0.0.1:99999/x?user=a&password=PW",
            "jdbc:postgresql://127.0.0.1:port/x?user=a&password=PW",
            "jdbc:postgresql://127.0.0.1:1/x?user=a&password=PW&connectTimeout=soon",
            "jdbc:postgresql://a:PW@127.0.0.1:port/x",
            "jdbc:mariadb://a:PW@127.0.0.1:1/x",
            "jdbc:mariadb://127.0.0.1:1/x?user=a&password=PW",
            "jdbc:mariadb://127.0.0.1:port/x?user=a&password=PW",
            "jdbc:mariadb://127.0.0.1:1/x?user=a&password=PW&sslMode=nonsense",
            "jdbc:mariadb://127.0.0.1:1/x?user=a&password=PW&connectTimeout=soon",
            "jdbc:mariadb:nonsense://127.0.0.1:1/x?password=PW",
            "jdbc:mysql://a:PW@127.0.0.1:1/x",
            "jdbc:sqlserver://127.0.0.1:1;user=a;password=PW",
            "jdbc:sqlserver://127.0.0.1:1;user=a;password={PW}",
            "jdbc:sqlserver://127.0.0.1:port;user=a;password=PW",
            "jdbc:sqlserver://127.0.0.1:1;user=a;password=PW;encrypt=nonsense",
            "jdbc:sqlserver://127.0.0.1:1;password=PW;trustStore=/no/such/file;trustStorePassword=PW;encrypt=true",
            "jdbc:sqlserver://a:PW@127.0.0.1:1",
            "jdbc:h2:FOLDER/locked;USER=a;PASSWORD=PW",
            "jdbc:h2:FOLDER/x;USER=a;PASSWORD=PW;NONSENSE=1",
            "jdbc:h2:FOLDER/x;CIPHER=AES;PASSWORD=PW",
            "jdbc:h2:x;PASSWORD=PW",
            "jdbc:h2:tcp://127.0.0.1:1/x;USER=a;PASSWORD=PW",
            "jdbc:h2:tcp://a:PW@127.0.0.1:1/x",
            "jdbc:sqlite:/no/such/folder/x?password=PW",
            "jdbc:duckdb:/no/such/folder/x;password=PW",
            "jdbc:oracle:thin:a/PW@127.0.0.1:1:x",
            "jdbc:nonsense:a/PW@127.0.0.1",
            "postgresql://a:PW@127.0.0.1/x",
            "postgresql://a:PW@127.0.0.1:1?nonsense=1",
            "postgresql://a@127.0.0.1:1/x?password=PW",
            "postgresql://127.0.0.1:1/x?nonsense=1&password=PW&user=a",
            "PostgreSQL://a:PW@127.0.0.1:1/x?password=PW&passwort=PW",
            "postgresql://a@127.0.0.1:1/x?p%61ssword=PW",
            "postgresql://a@127.0.0.1:1/x?PASSWORD=PW",
            "postgresql://a@127.0.0.1:port/x?password=PW",
            "postgres://a@127.0.0.1:1/x?sslp%61ssword=PW&sslkey=/no/such/file",
            "a/PW@127.0.0.1");

    private static final List<String> PASSWORDS = ALL ? ALL_PASSWORDS : ALL_PASSWORDS.subList(1, 3);

    @TempDir
    private static Path folder;

    @Test
    void printsNoSecretOfAnyUrlWhateverItsDriverSays() throws Exception {
        Path contract = SmallContract.in(folder);
        DriverManager.getConnection("jdbc:h2:" + folder.resolve("locked") + ";USER=a;PASSWORD=other")
                .close();
        Map<String, String> said = new TreeMap<>();
        for (String password : PASSWORDS) {
            for (String form : List.of(password, URLEncoder.encode(password, StandardCharsets.UTF_8))) {
                for (String url : URLS) {
                    String full = url.replace("PW", form).replace("FOLDER", folder.toString());
                    said.put("command " + full, command("runs", "--to", full, "--verbose"));
                    said.put("user " + full, command("status", "--to", full, "--user", "alice", "--verbose"));
                    said.put("library " + full, library(full, new Properties()));
                }
            }
        }
        said.put(
                "run",
                command("run", contract.toString(), "--from", URLS.get(0), "--to", URLS.get(1), "--verbose")
                        + command("generate", "--documents", "1", "--to", "postgresql://a:S3cretWord@127.0.0.1/x"));

        said.forEach((what, text) -> assertThat(text)
                .as(what)
                .doesNotContainIgnoringCase("S3c")
                .doesNotContain("W@rd")
                .doesNotContain("Word")
                .doesNotContain("W%40rd"));
        assertThat(Path.of("postgresql:")).doesNotExist();
    }

    @Test
    void printsNoSecretOfALogInWhateverTheDriverSays() throws Exception {
        Path file = folder.resolve("password");
        Map<String, String> said = new TreeMap<>();
        for (String password : PASSWORDS) {
            Files.writeString(file, password + "\n");
            for (String url : URLS) {
                String plain = url.replace("a:PW@", "")
                        .replace("PW", "")
                        .replace("FOLDER", folder.resolve("login").toString());
                said.put(
                        "file " + plain,
                        command("runs", "--to", plain, "--user", "a", "--password-file", file.toString()));
                Properties login = new Properties();
                login.setProperty("user", "a");
                login.setProperty("password", password);
                login.setProperty("trustStorePassword", password);
                said.put("library " + plain + password, library(plain, login));
            }
        }

        said.forEach((what, text) -> assertThat(text).as(what).doesNotContainIgnoringCase("S3c"));
    }

    private static String command(String... words) {
        FakeTerminal terminal = new FakeTerminal();
        terminal.environment.put("MILLRACE_PASSWORD", "S3cretOfTheEnvironment");
        Invocation done = Invocation.in(terminal, words);
        assertThat(done.exitCode()).as(done.all()).isNotZero();
        assertThat(done.all()).doesNotContain("internal error");
        return done.all();
    }

    /** All that a program can print, with the messages of causes and of what was suppressed. */
    private static String library(String url, Properties login) {
        List<String> said = new ArrayList<>();
        try {
            Database database = Database.of(url, login);
            said.add(database.displayUrl() + database);
            try {
                database.connect().close();
            } catch (SQLException e) {
                said.add(database.explain(e) + database.reason(e, true) + printed(e));
            }
        } catch (IllegalArgumentException e) {
            said.add(printed(e));
        }
        return String.join("\n", said);
    }

    private static String printed(Throwable fault) {
        StringWriter text = new StringWriter();
        fault.printStackTrace(new PrintWriter(text, true));
        return text.toString();
    }
}

package dev.millrace.spark.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.cli.OneMachine;
import dev.millrace.dialect.Database;
import dev.millrace.spark.TestPostgres;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code load} as a whole, in this process: what it does with options that are for after the load, and what it tells. */
class LoadProgramTest {

    private static final int REJECTS = 3;

    @TempDir
    private Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeAll
    static void localSpark() {
        System.setProperty("spark.master", "local[2]");
        System.setProperty("spark.ui.enabled", "false");
    }

    @AfterAll
    static void nothingStays() {
        System.clearProperty("spark.master");
        System.clearProperty("spark.ui.enabled");
    }

    @BeforeEach
    void write() throws Exception {
        Files.writeString(directory.resolve("orders.yaml"), """
                contract: 1
                name: orders
                document: { record: /batch/order }
                tables:
                  orders:
                    columns:
                      id:  { path: "@id", type: integer, key: true }
                      day: { path: "@day", type: date }
                """);
        Path files = Files.createDirectory(directory.resolve("files"));
        for (int file = 0; file < 4; file++) {
            StringBuilder text = new StringBuilder("<batch>");
            for (int i = 0; i < 10; i++) {
                text.append("<order id='").append(file * 10 + i).append("' new='x'/>");
            }
            Files.writeString(files.resolve("file" + file + ".xml"), text + "</batch>");
        }
    }

    private int load(String to, String... more) {
        String[] words = {
            "load", path("orders.yaml"), "--from", path("files"), "--to", to, "--create-tables", "--no-progress"
        };
        String[] all = Arrays.copyOf(words, words.length + more.length);
        System.arraycopy(more, 0, all, words.length, more.length);
        return Main.run(all, stream(out), stream(err));
    }

    private int millrace(String... words) {
        return OneMachine.run(words, stream(out), stream(err));
    }

    private String path(String name) {
        return directory.resolve(name).toString();
    }

    private static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    private String told() {
        return out.toString(StandardCharsets.UTF_8) + err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void theManifestOfALoadSaysLaterWhetherAllIsStillThere() throws Exception {
        String to = TestPostgres.newUrl();

        int exitCode = load(to, "--manifest", path("manifest.json"));

        assertThat(exitCode).as(told()).isZero();
        String[] verify = {"verify", path("orders.yaml"), "--to", to, "--manifest", path("manifest.json")};
        assertThat(millrace(verify)).as(told()).isZero();
        try (Connection connection = Database.of(to, new Properties()).connect();
                Statement statement = connection.createStatement()) {
            statement.execute("update orders set day = date '2026-01-01' where id = 7");
        }
        assertThat(millrace(verify)).as(told()).isEqualTo(REJECTS);
    }

    @Test
    void saysWhatIsUnmappedOnTheScreenAndToTheLedger() throws Exception {
        String to = TestPostgres.newUrl();

        assertThat(load(to)).isZero();
        assertThat(told()).contains("/batch/order/@new");
        out.reset();
        assertThat(millrace("coverage", path("orders.yaml"), "--to", to)).isEqualTo(REJECTS);
        assertThat(told()).contains("40 documents", "/batch/order/@new", "file0.xml#1");
    }

    @Test
    void anUnmappedPathEndsTheLoadWhereItIsAskedTo() throws Exception {
        assertThat(load(TestPostgres.newUrl(), "--unmapped", "fail")).isEqualTo(1);

        assertThat(told()).contains("gave up: the contract neither maps nor ignores /batch/order/@new");
    }

    @Test
    void aLimitIsThatOfOneMachine() throws Exception {
        Files.writeString(directory.resolve("files/file0.xml"), "<batch><order id='1'/><order id='x'/>");
        String to = TestPostgres.newUrl();
        String plain = TestPostgres.newUrl();

        int exitCode = load(to, "--limit", "17", "--partitions", "4", "--summary", path("summary.json"));
        int plainCode = millrace(
                "run",
                path("orders.yaml"),
                "--from",
                path("files"),
                "--to",
                plain,
                "--create-tables",
                "--no-progress",
                "--limit",
                "17",
                "--workers",
                "1");

        assertThat(exitCode).as(told()).isEqualTo(plainCode).isEqualTo(REJECTS);
        assertThat(keys(to))
                .isEqualTo(keys(plain))
                .hasSize(17)
                .contains("file2.xml#4")
                .doesNotContain("file2.xml#5");
        assertThat(Files.readString(directory.resolve("summary.json"))).contains("\"read\":17");
        // What is skipped counts, too.
        load(to, "--limit", "17");
        assertThat(keys(to)).hasSize(17);
        load(to, "--limit", "40");
        assertThat(keys(to)).hasSize(33);
    }

    private static List<String> keys(String url) throws Exception {
        List<String> keys = new ArrayList<>();
        try (Connection connection = Database.of(url, new Properties()).connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select document_key from processing_log order by 1")) {
            while (row.next()) {
                keys.add(row.getString(1));
            }
        }
        return keys;
    }

    @Test
    void aTableOfSparksHasNoFirstDocuments() {
        assertThat(load(TestPostgres.newUrl(), "--limit", "3", "--from-format", "parquet"))
                .isEqualTo(2);

        assertThat(told())
                .contains("--limit: a table of Spark's has its documents in no order, so that none are the first");
    }
}

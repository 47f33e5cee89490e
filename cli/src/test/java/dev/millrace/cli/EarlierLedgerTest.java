package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Tables and ledgers that an earlier version has written are understood, in each embedded database. That version gave a file's only
 * record the file's key, without a number. It had loaded the files of {@link #prepare}, of which {@code kept.xml} had been loaded
 * and was then rejected with another text.
 */
class EarlierLedgerTest {

    enum Kind {
        H2,
        SQLITE,
        DUCKDB,
        POSTGRESQL
    }

    private static @Nullable EmbeddedPostgres server;

    @TempDir
    private Path folder;

    private Path in = Path.of("");
    private String contract = "";
    private String url = "";

    @AfterAll
    static void stop() throws IOException {
        EmbeddedPostgres started = server;
        if (started != null) {
            started.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void loadsNothingTwice(Kind kind) throws Exception {
        prepare(kind);
        List<String> before = orders();

        Invocation again = run();

        assertThat(again.exitCode()).as(again.all()).isEqualTo(3);
        // What was rejected without any rows is tried again under its new key, once.
        assertThat(again.out()).contains("\"loaded\":0,\"replaced\":0,\"rejected\":1,\"skipped\":7,");
        assertThat(again.out()).contains("\"loaded_before\":5,\"contract_changed\":0,\"rejected_earlier\":2,");
        assertThat(orders()).isEqualTo(before);
        assertThat(log())
                .containsExactly(
                        "bad.xml#1 rejected",
                        "cut.xml#1 loaded",
                        "cut.xml#2 rejected",
                        "gone.xml loaded",
                        "kept.xml rejected",
                        "one.xml loaded",
                        "two.xml#1 loaded",
                        "two.xml#2 loaded");
        Invocation third = run("--on-existing", "replace");
        assertThat(third.out()).contains("\"loaded\":0,\"replaced\":0,\"rejected\":0,\"skipped\":8,");
    }

    @ParameterizedTest
    @EnumSource
    void verifiesAndTellsWhatThatVersionLoaded(Kind kind) throws Exception {
        prepare(kind);

        Invocation verified = Invocation.of("verify", contract, "--from", in.toString(), "--to", url, "--summary", "-");

        assertThat(verified.exitCode()).as(verified.all()).isZero();
        assertThat(verified.out()).contains("\"compared\":5,\"unmappable\":0,\"rejected\":3,\"not_loaded\":0,");
        assertThat(verified.out()).contains("\"kept\":1,\"examples\":{\"kept\":[\"kept.xml\"]}");
        assertThat(verified.err()).contains("1 of those rejected kept: the new version was rejected");
        assertThat(Invocation.of("status", "--to", url).out())
                .containsPattern("loaded +5")
                .containsPattern("rejected +3");
        assertThat(Invocation.of("rejects", "--to", url).out())
                .contains("3 rejects", "bad.xml", "cut.xml#2", "kept.xml");
        assertThat(Invocation.of("runs", "--to", url).out()).containsPattern("finished.* 6 +2 +0");
        Path out = folder.resolve("rejected");
        Invocation export = Invocation.of(
                "rejects", "--export", out.toString(), "--contract", contract, "--from", in.toString(), "--to", url);
        assertThat(export.out()).contains("3 rejected documents written").doesNotContain("no document any more");
        assertThat(Files.readString(out.resolve("bad.xml.xml"))).contains("too long");
    }

    @ParameterizedTest
    @EnumSource
    void loadsARecordThatWasAppendedToAnOnlyOneAndNotThatAgain(Kind kind) throws Exception {
        prepare(kind);
        put("one.xml", order(1, "Ann"), order(8, "Hal"));

        run();
        assertThat(orders()).contains("1|Ann|one.xml", "8|Hal|one.xml#2").hasSize(7);

        put("one.xml", order(1, "Anna"), order(8, "Hal"));
        Invocation replaced = run("--on-existing", "replace");

        assertThat(replaced.out()).contains("\"loaded\":1,\"replaced\":1,");
        assertThat(orders()).contains("1|Anna|one.xml#1", "8|Hal|one.xml#2").hasSize(7);
        assertThat(log()).contains("one.xml#1 loaded", "one.xml#2 loaded").doesNotContain("one.xml loaded");
    }

    @ParameterizedTest
    @EnumSource
    void triesItsRejectsAgain(Kind kind) throws Exception {
        prepare(kind);
        mend();

        Invocation retried = run("--retry-rejects");

        assertThat(retried.exitCode()).as(retried.all()).isZero();
        assertThat(retried.out()).contains("\"loaded\":3,\"replaced\":1,\"rejected\":0,\"skipped\":5,");
        assertIsSettled();
    }

    @ParameterizedTest
    @EnumSource
    void synchronizesItWithTheSource(Kind kind) throws Exception {
        prepare(kind);
        mend();
        Files.delete(in.resolve("gone.xml"));

        Invocation sync = run("--on-existing", "replace", "--delete-missing");

        assertThat(sync.exitCode()).as(sync.all()).isZero();
        assertThat(sync.out()).contains("\"loaded\":3,\"replaced\":1,\"rejected\":0,\"skipped\":4,\"deleted\":1,");
        assertThat(orders()).noneMatch(order -> order.startsWith("9|"));
        assertIsSettled();
    }

    @ParameterizedTest
    @EnumSource
    void forgetsWhatAKilledRunHasMetAndNotWhatALivingOneHas(Kind kind) throws Exception {
        prepare(kind);
        mend();
        run();
        execute("INSERT INTO \"processing_run\" (\"run_id\", \"contract_name\", \"contract_hash\", \"status\","
                + " \"started_at\", \"workers\", \"source\") SELECT 'living', \"contract_name\", \"contract_hash\", 'running',"
                + " \"started_at\", 1, 'elsewhere' FROM \"processing_run\" WHERE \"run_id\" ="
                + " (SELECT MAX(\"run_id\") FROM \"processing_run\")");
        execute("INSERT INTO \"processing_seen\" (\"run_id\", \"document_key\", \"worker\", \"transaction_number\")"
                + " VALUES ('living', 'one.xml', 1, 1)");

        Invocation sync = run("--on-existing", "replace", "--delete-missing");

        assertThat(sync.exitCode()).as(sync.all()).isZero();
        assertThat(rows("SELECT \"run_id\" FROM \"processing_seen\"")).containsExactly("living");
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private void mend() throws IOException {
        put("bad.xml", order(4, "Dan"));
        put("kept.xml", order(5, "Evelyn"));
        put("cut.xml", order(6, "Fay"), order(7, "Gus"));
    }

    private void assertIsSettled() throws SQLException {
        assertThat(log())
                .contains("bad.xml#1 loaded", "cut.xml#2 loaded", "kept.xml#1 loaded", "one.xml loaded")
                .noneMatch(entry -> entry.endsWith("rejected"));
        assertThat(orders())
                .contains("1|Ann|one.xml", "4|Dan|bad.xml#1", "5|Evelyn|kept.xml#1", "7|Gus|cut.xml#2")
                .doesNotContain("5|Eve|kept.xml");
        Invocation verified = Invocation.of("verify", contract, "--from", in.toString(), "--to", url);
        assertThat(verified.exitCode()).as(verified.all()).isZero();
    }

    private void prepare(Kind kind) throws Exception {
        in = Files.createDirectory(folder.resolve("in"));
        contract = Files.writeString(folder.resolve("orders.yaml"), resource("orders.yaml"))
                .toString();
        put("one.xml", order(1, "Ann"));
        put("two.xml", order(2, "Bob"), order(3, "Cleo"));
        put("bad.xml", order(4, "a buyer too long for it"));
        put("kept.xml", order(5, "a buyer too long for it"));
        Files.writeString(in.resolve("cut.xml"), "<orders>" + order(6, "Fay") + "<order id='7'><buyer>Gus</bu");
        put("gone.xml", order(9, "Ida"));
        url = url(kind);
        String name = kind.name().toLowerCase(java.util.Locale.ROOT);
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            for (String sql :
                    resource(name + ".sql").replaceAll("(?m)^--.*$", "").split(";\\R")) {
                if (!sql.isBlank()) {
                    statement.execute(sql.strip());
                }
            }
        }
    }

    private String url(Kind kind) throws Exception {
        return switch (kind) {
            case H2 -> "jdbc:h2:" + folder.resolve("h2");
            case SQLITE -> "jdbc:sqlite:" + folder.resolve("sqlite.db");
            case DUCKDB -> "jdbc:duckdb:" + folder.resolve("duck.db");
            case POSTGRESQL -> {
                EmbeddedPostgres running = server == null ? EmbeddedPostgres.start() : server;
                server = running;
                String all = running.getJdbcUrl("postgres", "postgres");
                try (Connection connection = DriverManager.getConnection(all);
                        Statement statement = connection.createStatement()) {
                    statement.execute("DROP DATABASE IF EXISTS earlier");
                    statement.execute("CREATE DATABASE earlier");
                }
                yield running.getJdbcUrl("postgres", "earlier");
            }
        };
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = EarlierLedgerTest.class.getResourceAsStream("/earlier-ledgers/" + name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private void put(String name, String... orders) throws IOException {
        Files.writeString(in.resolve(name), "<orders>" + String.join("", orders) + "</orders>");
    }

    private static String order(int id, String buyer) {
        return "<order id='" + id + "'><buyer>" + buyer + "</buyer><item price='" + id + ".50'/></order>";
    }

    private Invocation run(String... more) {
        List<String> args = new ArrayList<>(
                List.of("run", contract, "--from", in.toString(), "--to", url, "--workers", "1", "--summary", "-"));
        args.addAll(List.of(more));
        return Invocation.of(args.toArray(new String[0]));
    }

    private List<String> orders() throws SQLException {
        return rows("SELECT o.\"id\" || '|' || o.\"buyer\" || '|' || o.\"file\" FROM \"orders\" o JOIN \"item\" i"
                + " ON i.\"order_id\" = o.\"id\" ORDER BY o.\"id\"");
    }

    private List<String> log() throws SQLException {
        return rows("SELECT \"document_key\" || ' ' || \"status\" FROM \"processing_log\" ORDER BY 1");
    }

    private List<String> rows(String sql) throws SQLException {
        List<String> found = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                found.add(rows.getString(1));
            }
        }
        found.sort(null);
        return found;
    }
}

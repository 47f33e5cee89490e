package dev.millrace.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.dialect.Database;
import dev.millrace.document.Document;
import dev.millrace.xml.XmlLimits;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class PostgreSqlSourceTest extends JdbcSourceBehaviour {

    private static EmbeddedPostgres server;

    @BeforeAll
    static void start() throws IOException {
        server = EmbeddedPostgres.builder().start();
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    @Override
    Database database() {
        return Database.of(server.getJdbcUrl("postgres", "postgres"), new Properties());
    }

    @Override
    String text() {
        return "text";
    }

    @Override
    String binary() {
        return "bytea";
    }

    @Test
    void readsXmlColumns() throws Exception {
        execute(
                "CREATE TABLE app_xml (app_id bigint PRIMARY KEY, xml xml)",
                "INSERT INTO app_xml VALUES (1, '<a>José 李</a>'), (2, NULL)");

        Document document = all(open(table())).get(0);

        assertThat(new String(document.content(), StandardCharsets.UTF_8)).isEqualTo("<a>José 李</a>");
        assertThat(document.decoded()).isTrue();
    }

    @Test
    void goesOnAfterTheServerHasCutTheConnection() throws Exception {
        execute(
                "CREATE TABLE app_xml (app_id bigint PRIMARY KEY, xml text)",
                "INSERT INTO app_xml SELECT i, '<a/>' FROM generate_series(1, 1000) i");
        try (JdbcSource source = open(table())) {
            int count = 0;
            while (source.next() != null) {
                if (++count == 100) {
                    execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()");
                }
            }
            assertThat(count).isEqualTo(1_000);
        }
    }

    @Test
    void readsEachPageThroughTheIndexes() throws Exception {
        execute(
                "CREATE TABLE app_xml (app_id bigint PRIMARY KEY, xml text)",
                "CREATE TABLE log (contract_name text, document_key text COLLATE \"C\", status text,"
                        + " PRIMARY KEY (contract_name, document_key))",
                "INSERT INTO app_xml SELECT i, '<a/>' FROM generate_series(1, 200000) i",
                "INSERT INTO log SELECT 'loans', i::text, 'loaded' FROM generate_series(1, 200000) i");
        LedgerFilter ledger = new LedgerFilter("log", "loans", LedgerFilter.Mode.NEW);

        JdbcSource source = open(new JdbcSource.Selection("app_xml", null, "app_id", "xml", null, null, ledger));

        long start = System.nanoTime();
        assertThat(all(source)).isEmpty();
        assertThat(source.skipped()).isEqualTo(200_000);
        // 40 pages take about a second; if each read the whole ledger, half a minute.
        assertThat(System.nanoTime() - start).isLessThan(15_000_000_000L);
    }

    @Test
    void explainsWhyItCannotConnect() {
        Database nowhere =
                Database.of("jdbc:postgresql://localhost:1/nothing?user=postgres&password=hidden", new Properties());

        assertThatThrownBy(() -> JdbcSource.open(nowhere, table(), XmlLimits.DEFAULTS))
                .isInstanceOfSatisfying(
                        SourceException.class, e -> assertThat(e.isUsage()).isTrue())
                .hasMessageContaining("cannot connect")
                .hasMessageNotContaining("hidden");
    }
}

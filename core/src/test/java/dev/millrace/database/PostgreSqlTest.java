package dev.millrace.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.MappingContract;
import dev.millrace.dialect.Database;
import dev.millrace.document.FaultCode;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PostgreSqlTest extends DialectContractTests {
    private static EmbeddedPostgres server;

    @BeforeAll
    static void start() throws IOException {
        server = EmbeddedPostgres.start();
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    @Override
    Database database() {
        return Database.of(server.getJdbcUrl("postgres", "postgres"), new Properties());
    }

    @Test
    void rejectsTheCharacterThatPostgreSqlCannotStore() throws Exception {
        MappingContract contract = orders("");

        LoadResult result = load(
                prepare("run-1", contract, true),
                order("a", 1, 10),
                document("b", List.of(row(2, "x\0y")), List.of(row(2, 20))),
                order("c", 3));

        assertThat(result.loaded()).isEqualTo(2);
        assertThat(result.rejects()).hasSize(1);
        assertThat(result.rejects().get(0).fault().code()).isEqualTo(FaultCode.REFUSED_VALUE);
        assertThat(result.rejects().get(0).fault().column()).isEqualTo("note");
    }

    @Test
    void countsItsConnectionsUnderItsName() throws Exception {
        Target target = prepare("run-1", orders(""), true);
        try (MigrationEngine first = target.engine(1, TestClock.NONE);
                MigrationEngine second = target.engine(2, TestClock.NONE)) {
            assertThat(first.loadPaths()).containsEntry("orders", "copy-binary");
            assertThat(second.loadPaths()).hasSize(2);
            // The third is the one that asks.
            assertThat(rows("select count(*) from pg_stat_activity where application_name = 'millrace'"))
                    .containsExactly("3");
        }
    }
}

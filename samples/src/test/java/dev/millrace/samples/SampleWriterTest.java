package dev.millrace.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.dialect.Database;
import dev.millrace.samples.SampleApplications.Settings;
import dev.millrace.samples.SampleApplications.Size;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SampleWriterTest {

    private final SampleApplications samples =
            new SampleApplications(Settings.of(7, Size.SMALL).withFaults(10));
    private final List<Long> progress = new ArrayList<>();

    @TempDir
    Path directory;

    @Test
    void fillsATableOfH2() throws Exception {
        fillsATable(Database.of("jdbc:h2:mem:samples;DB_CLOSE_DELAY=-1", new Properties()), "app_xml");
    }

    @Test
    void fillsATableOfPostgreSql() throws Exception {
        try (EmbeddedPostgres server = EmbeddedPostgres.builder().start()) {
            fillsATable(Database.of(server.getJdbcUrl("postgres", "postgres"), new Properties()), "staging.app_xml");
        }
    }

    @Test
    void writesAFileForEachDocument() throws Exception {
        writer(samples, 11, 3).toDirectory(directory.resolve("new"));

        assertThat(directory.resolve("new/app-000011.xml")).hasBinaryContent(samples.document(11));
        assertThat(directory.resolve("new")).isDirectoryContaining("glob:**app-000013.xml");
        assertThat(progress).containsExactly(3L);
    }

    @Test
    void writesOneFileWithManyRecords() throws Exception {
        Path file = directory.resolve("all.xml");
        List<SampleFault> within = List.of(SampleFault.values()).stream()
                .filter(SampleFault::isWithinRecord)
                .toList();
        SampleApplications some =
                new SampleApplications(Settings.of(7, Size.SMALL).withFaults(10, within));

        writer(some, 1, 200).toFile(file);

        int records = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(file.toFile())
                .getElementsByTagName("Request")
                .getLength();
        assertThat(records).isEqualTo(200);
        assertThatThrownBy(() -> writer(samples, 1, 1).toFile(file)).hasMessageContaining("would spoil a file");
    }

    private void fillsATable(Database database, String table) throws Exception {
        writer(samples, 1, 1_200).toTable(database, table);

        assertThat(progress).containsExactly(1_000L, 1_200L);
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT app_id, xml FROM " + table + " ORDER BY app_id")) {
            for (long n = 1; n <= 1_200; n++) {
                assertThat(row.next()).isTrue();
                byte[] document = samples.document(n);
                assertThat(row.getLong(1)).isEqualTo(n);
                assertThat(row.getString(2))
                        .isEqualTo(document.length == 0 ? null : new String(document, StandardCharsets.UTF_8));
            }
            assertThat(row.next()).isFalse();
        }
        assertThatThrownBy(() -> writer(samples, 1_200, 2).toTable(database, table))
                .hasMessageContaining("holds 1 of the keys");
        writer(samples, 1_201, 2).toTable(database, table);
    }

    private SampleWriter writer(SampleApplications of, long first, long count) {
        return new SampleWriter(of, first, count, progress::add);
    }
}

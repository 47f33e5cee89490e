package dev.millrace.processing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.ContractException;
import dev.millrace.contract.ContractReader;
import dev.millrace.contract.MappingContract;
import dev.millrace.dialect.Database;
import dev.millrace.processing.RunOptions.From;
import dev.millrace.processing.RunOptions.FromDatabase;
import dev.millrace.processing.RunOptions.FromFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A limit counts records, in the source's order, however many of them a document holds and whichever worker has it. */
final class LimitedRunTest {

    /** Each way in which records come to a worker. */
    enum Delivery {
        /** A file for each record. */
        FILE_EACH("/r", ""),
        /** Cut out of their file by the reader. */
        SPLIT("/a/r", ""),
        /** In files that are read whole, since paths reach beyond the records. */
        WHOLE("/a/r", "/a/@of"),
        /** In files that would be split, were it not for their DOCTYPE. */
        DOCTYPE("/a/r", ""),
        /** Several in each row of a database. */
        ROWS("/a/r", "");

        private final String record;
        private final String beyond;

        Delivery(String record, String beyond) {
            this.record = record;
            this.beyond = beyond;
        }
    }

    /** Of each file or row; one that is damaged is one reject, unless it is split. */
    private static final int[] RECORDS = {3, 1, 4, 2, 5};

    private static final int DAMAGED = 3;

    private final Database target =
            Database.of("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", new Properties());

    @TempDir
    private Path folder;

    private Connection connection;

    LimitedRunTest() throws SQLException {
        connection = target.connect();
    }

    @BeforeEach
    void createSource() throws SQLException {
        execute("CREATE TABLE texts (id INTEGER PRIMARY KEY, xml CLOB)");
    }

    @AfterEach
    void close() throws SQLException {
        execute("SHUTDOWN");
        connection.close();
    }

    @ParameterizedTest
    @EnumSource
    void settlesTheFirstRecordsAndTheNextRunTheOthersOnce(Delivery way) throws Exception {
        MappingContract contract = contract(way);
        From from = write(way);
        List<String> all = keys(way);

        for (int limit = 1; limit <= all.size(); limit++) {
            int workers = 1 + limit % 3;
            forget();

            RunSummary first = run(contract, from, limit, workers, 2);
            assertThat(first.documents().read()).as("limit %s", limit).isEqualTo(limit);
            assertThat(first.documents().loaded() + first.documents().rejected())
                    .isEqualTo(limit);
            assertThat(log()).as("limit %s", limit).isEqualTo(sorted(all.subList(0, limit)));

            RunSummary second = run(contract, from, Long.MAX_VALUE, workers, 2);
            assertThat(second.documents().loaded() + second.documents().rejected())
                    .isEqualTo(all.size() - limit);
            assertThat(second.documents().skipped()).isEqualTo(limit);
            assertThat(log()).isEqualTo(sorted(all));
        }
    }

    @Test
    void countsWhatItSkips() throws Exception {
        MappingContract contract = contract(Delivery.WHOLE);
        From from = write(Delivery.WHOLE);
        run(contract, from, 5, 2, 2);

        RunSummary again = run(contract, from, 7, 2, 2);

        assertThat(again.documents().read()).isEqualTo(7);
        assertThat(again.documents().skipped()).isEqualTo(5);
        assertThat(again.documents().loaded()).isEqualTo(2);
    }

    @Test
    void expectsNoNumberOfRecordsWhereFilesHoldSeveral() throws Exception {
        List<OptionalLong> expected = new ArrayList<>();
        for (Delivery way : new Delivery[] {Delivery.FILE_EACH, Delivery.WHOLE}) {
            From from = write(way);
            RunOptions options = RunOptions.from(from).dryRun(true).limit(2).build();
            new ProductionProcessor(contract(way), options).run(progress -> expected.add(progress.expected()));
        }

        assertThat(expected).containsExactly(OptionalLong.of(2), OptionalLong.empty());
    }

    private static MappingContract contract(Delivery way) throws ContractException {
        String contract = """
                contract: 1
                name: records
                document: { record: RECORD, doctype: internal }
                tables:
                  r:
                    columns:
                      id: { path: "@id", type: integer, key: true }
                      beyond: { path: BEYOND, type: varchar(5) }
                """;
        return ContractReader.read(
                        contract.replace("RECORD", way.record)
                                .replace("BEYOND", way.beyond.isEmpty() ? "'\"\"'" : way.beyond),
                        "test.yaml")
                .contract();
    }

    private From write(Delivery way) throws IOException, SQLException {
        Path in = Files.createDirectory(folder.resolve(way.name()));
        int id = 0;
        for (int text = 0; text < RECORDS.length; text++) {
            StringBuilder xml = new StringBuilder(way == Delivery.DOCTYPE ? "<!DOCTYPE a><a of='x'>" : "<a of='x'>");
            for (int i = 0; i < RECORDS[text]; i++) {
                id++;
                String record = "<r id='" + (id == 2 ? "none" : id) + "'/>";
                xml.append(record);
                if (way == Delivery.FILE_EACH) {
                    Files.writeString(in.resolve("r" + (100 + id) + ".xml"), record);
                }
            }
            xml.append(text == DAMAGED ? "</b>" : "</a>");
            if (way == Delivery.ROWS) {
                try (PreparedStatement insert = connection.prepareStatement("INSERT INTO texts VALUES (?, ?)")) {
                    insert.setInt(1, text);
                    insert.setString(2, xml.toString());
                    insert.executeUpdate();
                }
            } else if (way != Delivery.FILE_EACH) {
                Files.writeString(in.resolve("text-" + text + ".xml"), xml);
            }
        }
        return way == Delivery.ROWS
                ? new FromDatabase(target, "TEXTS", "ID", "XML", null, null)
                : new FromFiles(in.toString());
    }

    /** The keys that a run over all of the source settles, in the source's order. */
    private static List<String> keys(Delivery way) {
        List<String> keys = new ArrayList<>();
        for (int text = 0; text < RECORDS.length; text++) {
            String key = way == Delivery.ROWS ? String.valueOf(text) : "text-" + text + ".xml";
            if (way == Delivery.FILE_EACH) {
                for (int i = 0; i < RECORDS[text]; i++) {
                    keys.add("r" + (101 + keys.size()) + ".xml");
                }
            } else if (text == DAMAGED && way != Delivery.SPLIT || way == Delivery.ROWS && RECORDS[text] == 1) {
                keys.add(key);
            } else {
                // Behind the records of a damaged file that is split, the rest of it is one more.
                int outcomes = RECORDS[text] + (text == DAMAGED ? 1 : 0);
                for (int i = 1; i <= outcomes; i++) {
                    keys.add(key + "#" + i);
                }
            }
        }
        return keys;
    }

    private RunSummary run(MappingContract contract, From from, long limit, int workers, int batch) throws Exception {
        RunSummary summary = new ProductionProcessor(
                        contract,
                        RunOptions.from(from)
                                .to(target)
                                .workers(workers)
                                .batchDocuments(batch)
                                .limit(limit)
                                .createTables(true)
                                .build())
                .run(progress -> {});
        assertThat(summary.status()).as(summary.failure()).isEqualTo(RunSummary.Status.FINISHED);
        return summary;
    }

    private List<String> log() throws SQLException {
        List<String> keys = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT \"document_key\" FROM \"processing_log\"")) {
            while (rows.next()) {
                keys.add(rows.getString(1));
            }
        }
        Collections.sort(keys);
        return keys;
    }

    private static List<String> sorted(List<String> keys) {
        return keys.stream().sorted().toList();
    }

    /** As if nothing had been loaded. */
    private void forget() throws SQLException {
        execute("DROP TABLE IF EXISTS \"r\"");
        execute("DROP TABLE IF EXISTS \"processing_log\"");
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}

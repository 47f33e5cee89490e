package dev.millrace.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.contract.ContractReader;
import dev.millrace.contract.MappingContract;
import dev.millrace.contract.TableMapping;
import dev.millrace.dialect.Database;
import dev.millrace.processing.ProductionProcessor;
import dev.millrace.processing.RunOptions;
import dev.millrace.processing.RunOptions.FromFiles;
import dev.millrace.processing.RunSummary;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An imported contract creates its tables, and what is read back from them is what was expected of the documents. */
@Timeout(300)
final class ReferenceThroughDatabaseTest {

    @Test
    void whatIsReadBackIsWhatTheOriginalMakes() throws Exception {
        assertRoundTrip(ReferenceCasesTest.cases().resolve("parcels"));
    }

    @Test
    void whatIsReadBackOfTheExampleIsWhatTheOriginalMakes() throws Exception {
        Path example = ReferenceExampleTest.example();
        assumeTrue(
                example != null,
                "NOT RUN: the example of the original's contracts is not here; name its folder by"
                        + " -Dmillrace.reference-example=…");
        assertRoundTrip(example);
        assertRoundTrip(example.resolve("il"));
    }

    private static void assertRoundTrip(Path folder) throws Exception {
        ReferenceCase expectations = new ReferenceCase(folder, Mode.AS_MEANT);
        MappingContract contract = ContractReader.read(ReferenceCase.yaml(folder, Mode.AS_MEANT), "imported")
                .contract();
        for (Path document : ReferenceExampleTest.documents(folder)) {
            ReferenceCase.Expected expected = expectations.expected(document);
            if (expected.valid()) {
                String name = document.getFileName() + " of " + folder;
                Map<String, List<String>> loaded = load(contract, document);
                assertThat(loaded.keySet()).as(name).isEqualTo(expected.tables().keySet());
                for (TableMapping table : contract.tables()) {
                    List<String> rows = expected.tables().getOrDefault(table.name(), List.of());
                    assertThat(loaded.getOrDefault(table.name(), List.of()))
                            .as("%s: %s", name, table.name())
                            .hasSize(differentKeys(table, rows))
                            .isSubsetOf(rows);
                }
            }
        }
    }

    /** A database of its own for each document: the original too drops contacts that an earlier document had. */
    private static Map<String, List<String>> load(MappingContract contract, Path document) throws Exception {
        Database database = Database.of("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", new Properties());
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            if (contract.schema() != null) {
                statement.execute("CREATE SCHEMA \"" + contract.schema() + "\"");
            }
            RunOptions options = RunOptions.from(new FromFiles(document.toString()))
                    .to(database)
                    .workers(1)
                    .batchDocuments(10)
                    .createTables(true)
                    .showValues(true)
                    .build();
            RunSummary summary = new ProductionProcessor(contract, options).run(progress -> {});
            assertThat(summary.loaded()).as("%s %s", document, summary).isEqualTo(1);
            Map<String, List<String>> tables = new TreeMap<>();
            for (TableMapping table : contract.tables()) {
                String schema = contract.schema() == null ? "" : "\"" + contract.schema() + "\".";
                List<String> rows =
                        rows(statement, table.name(), "SELECT * FROM " + schema + "\"" + table.name() + "\"");
                if (!rows.isEmpty()) {
                    tables.put(table.name(), rows);
                }
            }
            statement.execute("SHUTDOWN");
            return tables;
        }
    }

    private static List<String> rows(Statement statement, String table, String query) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (ResultSet result = statement.executeQuery(query)) {
            while (result.next()) {
                Map<String, Object> values = new TreeMap<>();
                for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                    values.put(result.getMetaData().getColumnLabel(i).toLowerCase(Locale.ROOT), value(result, i));
                }
                rows.add(ReferenceCase.canonical(table, values));
            }
        }
        return rows.stream().sorted().toList();
    }

    private static Object value(ResultSet result, int column) throws SQLException {
        switch (result.getMetaData().getColumnType(column)) {
            case Types.TIMESTAMP:
                return result.getObject(column, LocalDateTime.class);
            case Types.DATE:
                return result.getObject(column, LocalDate.class);
            case Types.BOOLEAN:
                return result.getObject(column);
            default:
                return result.getString(column);
        }
    }

    /** How many rows stay: of rows with one key one does, as in the original's insertion. */
    private static int differentKeys(TableMapping table, List<String> rows) {
        if (table.onDuplicate() == TableMapping.OnDuplicate.REJECT) {
            return rows.size();
        }
        List<String> names = table.key().stream()
                .map(column -> table.columns().get(column).name() + "=")
                .toList();
        return (int) rows.stream()
                .map(row -> List.of(row.split(", ")).stream()
                        .filter(value -> names.stream().anyMatch(value::startsWith))
                        .toList())
                .distinct()
                .count();
    }
}

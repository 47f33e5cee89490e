package dev.millrace.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.ContractReader;
import dev.millrace.contract.MappingContract;
import dev.millrace.database.Ddl;
import dev.millrace.database.SchemaChange;
import dev.millrace.dialect.Dialect;
import dev.millrace.dialect.PhysicalNames;
import dev.millrace.dialect.TableDefinition;
import dev.millrace.processing.ProductionProcessor;
import dev.millrace.processing.RunOptions;
import dev.millrace.processing.RunOptions.FromFiles;
import dev.millrace.processing.RunSummary;
import dev.millrace.processing.RunSummary.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Descriptions of tables and columns as the database keeps them, whatever characters they have. */
@Timeout(300)
public abstract class CommentsKit {
    /** The database that the tests are run against. */
    protected abstract TestedDatabase tested();

    private static final String AWKWARD = "It's a \"name\" \\ of `x` -- {ts ?} $1 é漢\n\n  second; line";

    private final String n = UUID.randomUUID().toString().substring(0, 8);

    @TempDir
    private Path folder;

    private MappingContract contract(String table, String amount) throws Exception {
        return ContractReader.read(
                        """
                        contract: 1
                        name: comments_{n}
                        description: of the contract, which no database has
                        tables:
                          Orders_{n}:
                            TABLE
                            columns:
                              Id: { path: "@id", type: bigint, key: true, description: 'Number' }
                              Amount: { path: "@a", AMOUNT }
                              wide: { path: w, type: varchar(9000) }
                              wider: { path: w, type: varchar(9000), description: Wide }
                          Item_{n}:
                            parent: Orders_{n}
                            rows: item
                            columns:
                              id: { ref: Orders_{n}.Id, key: true, description: "AWKWARD" }
                              pos: { ordinal: true, key: true }
                        """.replace("TABLE", table)
                                .replace("AMOUNT", amount)
                                .replace(
                                        "AWKWARD",
                                        AWKWARD.replace("\\", "\\\\")
                                                .replace("\"", "\\\"")
                                                .replace("\n", "\\n"))
                                .replace("{n}", n),
                        "test.yaml")
                .contract();
    }

    private MappingContract described() throws Exception {
        return contract(
                "description: Orders of 'customers'",
                "type: \"decimal(9,2)\", description: \"" + "long ".repeat(700) + "\"");
    }

    @AfterEach
    void drop() throws Exception {
        List<TableDefinition> tables = PhysicalNames.tables(dialect(), described());
        for (int i = tables.size() - 1; i >= 0; i--) {
            execute("DROP TABLE IF EXISTS " + tables.get(i).qualified(dialect()));
        }
    }

    @Test
    void aRunThatCreatesTablesDescribesThem() throws Exception {
        Files.writeString(folder.resolve("1.xml"), "<o id='1' a='2'><item/></o>");
        RunOptions options = RunOptions.from(new FromFiles(folder.toString()))
                .to(tested().database())
                .createTables(true)
                .build();

        RunSummary summary = new ProductionProcessor(described(), options).run(progress -> {});

        assertThat(summary.status()).as(summary.failure()).isEqualTo(Status.FINISHED);
        assertThat(summary.documents().loaded()).isEqualTo(1);
        assertDescribed();
    }

    @Test
    void theStatementsThatCreateTablesDescribeThem() throws Exception {
        for (String statement : Ddl.statements(dialect(), described(), false)) {
            execute(statement);
        }

        assertDescribed();
    }

    @Test
    void commentsFollowDescriptionsThatChange() throws Exception {
        MappingContract after = contract("description: New", "type: \"decimal(12,2)\", description: Sum");
        for (String statement : Ddl.statements(dialect(), described(), false)) {
            execute(statement);
        }

        execute(SchemaChange.between(dialect(), described(), after));
        assertComment("New", "Orders", null);
        assertComment("Sum", "Orders", "Amount");
        assertComment("Number", "Orders", "Id");
        assertThat(SchemaChange.between(dialect(), after, after)).isEmpty();

        MappingContract silent = contract("rows: .", "type: \"decimal(12,2)\"");
        execute(SchemaChange.between(dialect(), after, silent));
        assertThat(comment("Orders", null)).isNull();
        assertThat(comment("Orders", "Amount")).isNull();
        assertComment("Wide", "Orders", "wider");
    }

    private void assertDescribed() throws SQLException {
        assertComment("Orders of 'customers'", "Orders", null);
        assertComment("Number", "Orders", "Id");
        assertComment("Wide", "Orders", "wider");
        assertComment(AWKWARD, "Item", "id");
        assertThat(comment("Item", null)).isNull();
        assertThat(comment("Item", "pos")).isNull();
        String whole = "long ".repeat(700).strip();
        String kept = comment("Orders", "Amount");
        if (kept != null && !kept.equals(whole)) {
            assertThat(kept).hasSizeGreaterThan(1000).endsWith("…");
            assertThat(whole).startsWith(kept.substring(0, kept.length() - 1));
        }
    }

    /** Where the database has comments at all. */
    private void assertComment(String expected, String table, @Nullable String column) throws SQLException {
        assertThat(comment(table, column)).isEqualTo(hasComments() ? expected : null);
    }

    private boolean hasComments() throws SQLException {
        TableDefinition table = new TableDefinition(
                null, "t", List.of(), new TableDefinition.Columns("k", List.of()), List.of(), List.of(), List.of());
        return !dialect().changeComment(table, null, "x").isEmpty();
    }

    private @Nullable String comment(String table, @Nullable String column) throws SQLException {
        try (Connection connection = tested().database().connect()) {
            return tested().comment(connection, table + "_" + n, column);
        }
    }

    private void execute(List<SchemaChange> changes) throws SQLException {
        for (SchemaChange change : changes) {
            if (change.statement() != null) {
                execute(change.statement());
            }
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = tested().database().connect();
                Statement statement = connection.createStatement()) {
            statement.execute(Objects.requireNonNull(sql));
        }
    }

    private Dialect dialect() {
        return tested().database().dialect();
    }
}

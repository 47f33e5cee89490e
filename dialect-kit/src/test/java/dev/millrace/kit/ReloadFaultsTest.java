package dev.millrace.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.ContractReader;
import dev.millrace.contract.MappingContract;
import dev.millrace.database.ForgottenDocuments;
import dev.millrace.database.OnExisting;
import dev.millrace.database.TargetException;
import dev.millrace.dialect.Database;
import dev.millrace.dialect.RetryPolicy;
import dev.millrace.kit.faults.FaultyDatabase;
import dev.millrace.kit.faults.JdbcFault;
import dev.millrace.processing.ProductionProcessor;
import dev.millrace.processing.RunOptions;
import dev.millrace.processing.RunOptions.FromFiles;
import dev.millrace.source.SourceException;
import dev.millrace.workers.Stop;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Makes each call to the database fail while documents are reloaded or forgotten: ledger and tables agree at any moment, and the same
 * again comes to the same. An ordinary build makes every third call fail in one way.
 */
class ReloadFaultsTest {

    private static final boolean ALL = "all".equals(System.getProperty("millrace.faults"));
    private static final RetryPolicy QUICK = new RetryPolicy(4, Duration.ofMillis(1), Duration.ofMillis(5));
    private static final String URL = "jdbc:h2:mem:reload";
    private static final String TEXT = """
            contract: 1
            name: orders
            tables:
              orders:
                columns:
                  id: { path: "@id", type: bigint, key: true }
                  note: { path: "@note", type: varchar(20) }
              item:
                parent: orders
                rows: i
                columns:
                  order_id: { ref: orders.id, key: true }
                  pos: { ordinal: true, key: true }
            """;

    @TempDir
    private Path folder;

    private Connection open;
    private MappingContract before;
    private MappingContract after;

    private interface Work {
        void run() throws SourceException, TargetException;
    }

    @BeforeEach
    void prepare() throws Exception {
        open = database().connect();
        before = ContractReader.read(TEXT, "test").contract();
        after = ContractReader.read(TEXT.replace("\"@note\"", "\"concat(@note, '!')\""), "test")
                .contract();
        for (int i = 1; i <= 5; i++) {
            Files.writeString(folder.resolve(i + ".xml"), "<o id='" + i + "' note='n" + i + "'><i/><i/></o>");
        }
    }

    @AfterEach
    void drop() throws SQLException {
        execute("SHUTDOWN");
        open.close();
    }

    @Test
    void reloadsTheSameWhateverBreaksIt() throws Exception {
        comesToTheSame(List.of(), () -> run(after, OnExisting.RELOAD));
    }

    @Test
    void reloadsTheSameIntoEmptiedTablesWhateverBreaksIt() throws Exception {
        comesToTheSame(List.of("DELETE FROM \"item\"", "DELETE FROM \"orders\""), () -> run(after, OnExisting.RELOAD));
    }

    @Test
    void forgetsTheSameWhateverBreaksIt() throws Exception {
        comesToTheSame(
                List.of(),
                () -> ForgottenDocuments.of(database(), before, false, QUICK, new Stop())
                        .forget(List.of()));
    }

    private void comesToTheSame(List<String> statements, Work work) throws Exception {
        begin(statements);
        work.run();
        String undisturbed = contents();
        int broken = 0;
        try (FaultyDatabase faults = FaultyDatabase.of(URL)) {
            begin(statements);
            faults.failAt(Integer.MAX_VALUE, JdbcFault.FATAL);
            work.run();
            int calls = faults.calls();
            assertThat(calls).isGreaterThan(20);
            for (int call = 1; call <= calls; call += ALL ? 1 : 3) {
                for (JdbcFault fault : JdbcFault.values()) {
                    if (!ALL && fault.ordinal() != call / 3 % JdbcFault.values().length) {
                        continue;
                    }
                    faults.failAt(Integer.MAX_VALUE, fault);
                    begin(statements);
                    faults.failAt(call, fault);
                    String where = "call " + call + ": " + fault;
                    try {
                        work.run();
                    } catch (SourceException | TargetException | RuntimeException | Error e) {
                        broken++;
                        where += " (" + faults.lastCalls() + ") – " + e.getMessage();
                    }
                    faults.failAt(Integer.MAX_VALUE, fault);
                    assertThat(faults.openConnections()).as(where).isZero();
                    if (statements.isEmpty()) {
                        assertThat(count("SELECT COUNT(*) FROM \"orders\""))
                                .as(where)
                                .isEqualTo(
                                        count("SELECT COUNT(*) FROM \"processing_log\" WHERE \"status\" = 'loaded'"));
                    }
                    work.run();
                    assertThat(contents()).as(where).isEqualTo(undisturbed);
                }
            }
        }
        assertThat(broken).isPositive();
    }

    private void begin(List<String> statements) throws Exception {
        execute("DROP ALL OBJECTS");
        run(before, OnExisting.SKIP);
        for (String statement : statements) {
            execute(statement);
        }
    }

    private void run(MappingContract contract, OnExisting onExisting) throws SourceException, TargetException {
        RunOptions options = RunOptions.from(new FromFiles(folder.toString()))
                .to(database())
                .workers(1)
                .batchDocuments(2)
                .createTables(true)
                .onExisting(onExisting)
                .retryPolicy(QUICK)
                .build();
        new ProductionProcessor(contract, options).run();
    }

    private String contents() throws SQLException {
        StringBuilder found = new StringBuilder();
        for (String select : List.of(
                "SELECT \"document_key\", \"status\", \"row_count\", \"row_keys\" FROM \"processing_log\" ORDER BY 1",
                "SELECT \"id\", \"note\", 0, 0 FROM \"orders\" ORDER BY 1",
                "SELECT \"order_id\", \"pos\", 0, 0 FROM \"item\" ORDER BY 1, 2")) {
            try (Statement statement = open.createStatement();
                    ResultSet rows = statement.executeQuery(select)) {
                while (rows.next()) {
                    for (int i = 1; i <= 4; i++) {
                        found.append(rows.getString(i)).append(' ');
                    }
                    found.append("| ");
                }
            }
        }
        return found.toString();
    }

    private int count(String select) throws SQLException {
        try (Statement statement = open.createStatement();
                ResultSet row = statement.executeQuery(select)) {
            row.next();
            return row.getInt(1);
        }
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = open.createStatement()) {
            statement.execute(sql);
        }
    }

    private static Database database() {
        return Database.of(URL, new Properties());
    }
}

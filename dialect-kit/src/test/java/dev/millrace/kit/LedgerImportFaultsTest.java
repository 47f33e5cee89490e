package dev.millrace.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.ContractReader;
import dev.millrace.contract.MappingContract;
import dev.millrace.database.Ddl;
import dev.millrace.database.LedgerTakeover.Finding;
import dev.millrace.database.TargetException;
import dev.millrace.dialect.Database;
import dev.millrace.dialect.RetryPolicy;
import dev.millrace.kit.faults.FaultyDatabase;
import dev.millrace.kit.faults.JdbcFault;
import dev.millrace.processing.LedgerImport;
import dev.millrace.processing.RunOptions.From;
import dev.millrace.source.SourceException;
import dev.millrace.xml.XmlLimits;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Whatever call breaks while another system's log is taken over, the same command again leaves the ledger that an undisturbed one leaves,
 * and nothing of the tables or of that log is changed. An ordinary build makes every second call fail in one way.
 */
class LedgerImportFaultsTest {

    private static final boolean ALL = "all".equals(System.getProperty("millrace.faults"));
    private static final RetryPolicy QUICK = new RetryPolicy(4, Duration.ofMillis(1), Duration.ofMillis(5));
    private static final String URL = "jdbc:h2:mem:takeover";

    private Connection open;
    private MappingContract contract;

    @BeforeEach
    void prepare() throws Exception {
        open = database().connect();
        contract = ContractReader.read("""
                        contract: 1
                        name: orders
                        ledger: { prefix: m_ }
                        source: { table: app_xml, key: app_id, xml: xml }
                        tables:
                          orders:
                            columns:
                              id: { path: "@id", type: bigint, key: true }
                          item:
                            parent: orders
                            rows: i
                            columns:
                              order_id: { ref: orders.id, key: true }
                              pos: { ordinal: true, key: true }
                        """, "test").contract();
        execute("CREATE TABLE app_xml (app_id int PRIMARY KEY, xml varchar(99))");
        execute("CREATE TABLE processing_log (log_id int PRIMARY KEY, app_id int, status varchar(9))");
        for (String statement : Ddl.statements(database().dialect(), contract, false)) {
            execute(statement);
        }
        for (int i = 1; i <= 5; i++) {
            execute("INSERT INTO app_xml VALUES (" + i + ", '<o id=\"" + i + "\"><i/><i/></o>')");
            if (i < 5) {
                execute("INSERT INTO \"orders\" VALUES (" + i + ")");
                execute("INSERT INTO \"item\" VALUES (" + i + ", 1), (" + i + ", 2)");
                execute("INSERT INTO processing_log VALUES (" + i + ", " + i + ", 'success')");
            }
        }
    }

    @AfterEach
    void drop() throws SQLException {
        execute("SHUTDOWN");
        open.close();
    }

    @Test
    void comesToTheSameWhateverBreaksIt() throws Exception {
        assertThat(importLedger()).isEqualTo("4");
        String undisturbed = contents();
        int broken = 0;
        int calls;
        try (FaultyDatabase faults = FaultyDatabase.of(URL)) {
            forget();
            faults.failAt(Integer.MAX_VALUE, JdbcFault.FATAL);
            importLedger();
            calls = faults.calls();
            for (int call = 1; call <= calls; call += ALL ? 1 : 2) {
                for (JdbcFault fault : JdbcFault.values()) {
                    if (!ALL && fault.ordinal() != call / 2 % JdbcFault.values().length) {
                        continue;
                    }
                    String where = "call " + call + ": " + fault;
                    forget();
                    faults.failAt(call, fault);

                    String outcome = importLedger();
                    where += " (" + faults.lastCalls() + ") – " + outcome;
                    faults.failAt(Integer.MAX_VALUE, fault);
                    assertThat(faults.openConnections()).as(where).isZero();
                    if (outcome.equals("4")) {
                        assertThat(contents()).as(where).isEqualTo(undisturbed);
                    } else {
                        assertThat(fault.mayPass() && !outcome.contains("cannot connect"))
                                .as(where)
                                .isFalse();
                        broken++;
                    }
                    importLedger();
                    assertThat(contents()).as(where).isEqualTo(undisturbed);
                    assertThat(count("SELECT COUNT(*) FROM \"m_processing_run\" WHERE \"status\" = 'running'"))
                            .as(where)
                            .isLessThanOrEqualTo(1);
                }
            }
        }
        assertThat(calls).isGreaterThan(40);
        assertThat(broken).isPositive();
        assertThat(count("SELECT COUNT(*) FROM \"item\"")).isEqualTo(8);
        assertThat(count("SELECT COUNT(*) FROM processing_log")).isEqualTo(4);
    }

    /** How many documents it took over, or why it broke. */
    private String importLedger() {
        Database database = database();
        LedgerImport.Options options = new LedgerImport.Options(
                From.table(database), database, database, null, 1, XmlLimits.DEFAULTS, false, QUICK);
        try {
            LedgerImport.Result result = new LedgerImport(contract, options).run(progress -> {});
            return String.valueOf(result.report().count(Finding.TAKEN_OVER));
        } catch (SourceException | TargetException | RuntimeException | Error e) {
            return String.valueOf(e.getMessage());
        }
    }

    private String contents() throws SQLException {
        StringBuilder found = new StringBuilder();
        try (Statement statement = open.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT \"document_key\", \"status\", \"attempt\", \"row_count\", \"row_keys\", \"content_hash\""
                                + " FROM \"m_processing_log\" ORDER BY 1")) {
            while (rows.next()) {
                for (int i = 1; i <= 6; i++) {
                    found.append(rows.getString(i)).append(' ');
                }
                found.append("| ");
            }
        }
        return found.toString();
    }

    private void forget() throws SQLException {
        execute("DROP TABLE IF EXISTS \"m_processing_log\"");
        execute("DROP TABLE IF EXISTS \"m_processing_run\"");
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

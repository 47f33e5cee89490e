package dev.millrace.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.ContractReader;
import dev.millrace.contract.LedgerNames;
import dev.millrace.contract.MappingContract;
import dev.millrace.database.Constraints;
import dev.millrace.database.Ledger;
import dev.millrace.database.OnExisting;
import dev.millrace.database.Target;
import dev.millrace.database.TargetException;
import dev.millrace.dialect.Database;
import dev.millrace.dialect.Dialect;
import dev.millrace.dialect.Dialect.Capability;
import dev.millrace.dialect.RetryPolicy;
import dev.millrace.processing.ProductionProcessor;
import dev.millrace.processing.RunOptions;
import dev.millrace.processing.RunOptions.From;
import dev.millrace.processing.RunSummary;
import dev.millrace.processing.RunSummary.Status;
import dev.millrace.source.SourceException;
import dev.millrace.source.jdbc.JdbcSource;
import dev.millrace.verification.VerificationException;
import dev.millrace.verification.Verifier;
import dev.millrace.verification.VerifyOptions;
import dev.millrace.xml.XmlLimits;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Connections that are lent, such as a pool's, come back as they were lent, whatever was done over them and however it ended.
 * An ordinary build loses a connection at some calls of a job; {@code -Dmillrace.lent=all} at each.
 */
@Timeout(300)
public abstract class LentConnectionsKit {
    private static final boolean ALL = "all".equals(System.getProperty("millrace.lent"));
    private static final int LOSSES = 8;
    private static final RetryPolicy QUICK = new RetryPolicy(4, Duration.ofMillis(1), Duration.ofMillis(5));

    private static final String CONTRACT = """
            contract: 1
            name: lent
            schema: lent
            document: { record: /order }
            source: { table: lent_xml, key: app_id, xml: xml }
            tables:
              lent_orders:
                columns:
                  id:    { path: "@id", type: bigint, key: true }
                  buyer: { path: buyer, type: varchar(12) }
              lent_items:
                parent: lent_orders
                rows: item
                columns:
                  order_id: { ref: lent_orders.id, key: true }
                  price:    { path: "@price", type: integer, key: true }
              lent_buyers:
                on-duplicate: update
                columns:
                  name: { path: buyer, type: varchar(12), key: true }
                  last: { path: "@id", type: bigint }
            """;

    private Lender lender;
    private Database database;

    /** The database that the tests are run against. */
    protected abstract TestedDatabase tested();

    @BeforeEach
    void lend() throws SQLException {
        clear();
        execute(
                "CREATE TABLE lent_xml (app_id bigint PRIMARY KEY, xml varchar(200))",
                "INSERT INTO lent_xml VALUES " + document(1, "a") + ", " + document(2, "b") + ", "
                        + document(3, "much too long for it") + ", " + document(4, "a"));
        lender = new Lender(tested());
        database = Database.of(tested().database().displayUrl(), lender);
    }

    @AfterEach
    void end() throws SQLException {
        lender.close();
        clear();
    }

    private static String document(int id, String buyer) {
        return "(" + id + ", '<order id=\"" + id + "\"><buyer>" + buyer
                + "</buyer><item price=\"1\"/><item price=\"2\"/></order>')";
    }

    @Test
    void comesBackAsItWasLentAfterEverythingThatCanBeDone() throws Exception {
        job(CONTRACT);
        // Without rows that documents share, keys are built after the rows.
        clear();
        execute(
                "CREATE TABLE lent_xml (app_id bigint PRIMARY KEY, xml varchar(200))",
                "INSERT INTO lent_xml VALUES " + document(1, "a") + ", " + document(2, "b"));
        job(CONTRACT.replace("on-duplicate: update", "on-duplicate: reject"));

        assertThat(lender.faults()).isEmpty();
        assertThat(lender.lent()).isZero();
        assertThat(lender.returned()).isGreaterThan(20);
    }

    @Test
    void comesBackAsItWasLentWhenItCannotBeUsed() throws Exception {
        execute("INSERT INTO lent_xml VALUES (5, NULL)");
        failing(CONTRACT.replace("lent_xml", "lent_nothing"), run -> {});
        failing(CONTRACT.replace("type: varchar(12) }", "type: integer }"), run -> {});
        failing(CONTRACT, ProductionProcessor::stop);
        run(CONTRACT, options().createTables(true));
        execute("ALTER TABLE {s}.\"lent_orders\" ADD COLUMN \"more\" integer");
        failing(CONTRACT, run -> {});

        assertThat(lender.faults()).isEmpty();
        assertThat(lender.lent()).isZero();
    }

    @Test
    void isEndedOrComesBackAsItWasLentWhenItIsLostAnywhere() throws Exception {
        lender.loseAt(Integer.MAX_VALUE);
        part();
        int calls = lender.calls();
        int step = ALL ? 1 : Math.max(1, calls / LOSSES);
        List<String> faulty = new ArrayList<>();
        for (int call = 1; call <= calls; call += step) {
            clear();
            execute(
                    "CREATE TABLE lent_xml (app_id bigint PRIMARY KEY, xml varchar(200))",
                    "INSERT INTO lent_xml VALUES " + document(1, "a") + ", " + document(3, "much too long for it"));
            lender.loseAt(call);
            try {
                part();
            } catch (SourceException | TargetException | VerificationException | SQLException | AssertionError e) {
                // However it ends: what counts is what comes back.
                assertThat(e).isNotNull();
            }
            lender.loseAt(Integer.MAX_VALUE);
            List<String> faults = lender.faults();
            if (!faults.isEmpty() || lender.lent() != 0) {
                faulty.add("lost at call " + call + ": " + lender.lent() + " are kept, " + faults);
            }
        }

        assertThat(faulty).as("of %d calls", calls).isEmpty();
    }

    /** Loads and verifies; all of it where time is no matter. */
    private void part() throws Exception {
        if (ALL) {
            job(CONTRACT);
        } else {
            run(CONTRACT, options().createTables(true));
            verify(CONTRACT);
        }
    }

    private interface Meanwhile {
        void with(ProductionProcessor run);
    }

    private void failing(String contract, Meanwhile meanwhile) throws Exception {
        ProductionProcessor processor =
                new ProductionProcessor(contract(contract), options().build());
        try {
            processor.run(progress -> meanwhile.with(processor));
        } catch (SourceException | TargetException refused) {
            assertThat(refused).hasMessageContaining("lent");
        }
    }

    /** Everything that can be done to a target and a source, over connections that are lent. */
    private void job(String contract) throws Exception {
        run(contract, options().createTables(true));
        run(contract, options());
        execute("UPDATE lent_xml SET xml = REPLACE(xml, 'a<', 'c<') WHERE app_id = 1");
        run(contract, options().onExisting(OnExisting.REPLACE).deleteMissing(true));
        run(contract, options().retryRejects(true));
        Target.check(database, contract(contract));
        verify(contract);
        ledger();
        try (JdbcSource source = JdbcSource.open(
                database,
                new JdbcSource.Selection("lent_xml", null, "app_id", "xml", null, null, null),
                XmlLimits.DEFAULTS)) {
            source.next();
        }
    }

    private void verify(String contract) throws Exception {
        VerifyOptions verify = new VerifyOptions(
                From.table(database), database, 1, 10, XmlLimits.DEFAULTS, false, VerifyOptions.DEFAULT_SORT_BYTES);
        new Verifier(contract(contract), verify).run(progress -> {});
    }

    private void ledger() throws Exception {
        try (Ledger ledger = Ledger.open(database, new LedgerNames("lent", null))) {
            ledger.runs(10);
            ledger.counts();
            ledger.pending();
            ledger.rejectsByCode(null);
            ledger.rejectsAfter("lent", null, null, 10);
        }
    }

    private RunOptions.Builder options() {
        return RunOptions.from(From.table(database))
                .to(database)
                .workers(1)
                .batchDocuments(2)
                .constraints(Constraints.AFTER)
                .retryPolicy(QUICK);
    }

    private static void run(String contract, RunOptions.Builder options) throws Exception {
        RunSummary summary = new ProductionProcessor(contract(contract), options.build()).run(progress -> {});
        assertThat(summary.status()).as(summary.failure()).isEqualTo(Status.FINISHED);
    }

    private static MappingContract contract(String text) throws Exception {
        return ContractReader.read(text, "test.yaml").contract();
    }

    private void clear() throws SQLException {
        Dialect dialect = tested().database().dialect();
        if (dialect.capabilities().contains(Capability.SCHEMAS)) {
            execute(dialect.createSchema("lent"));
        }
        List<String> tables = new ArrayList<>(List.of("lent_items", "lent_orders", "lent_buyers"));
        tables.addAll(LedgerNames.TABLES);
        for (String table : tables) {
            execute("DROP TABLE IF EXISTS {s}.\"" + table + "\"");
        }
        execute("DROP TABLE IF EXISTS lent_xml");
    }

    private void execute(String... statements) throws SQLException {
        try (Connection connection = tested().database().connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(tested().sql("lent", sql));
            }
        }
    }
}

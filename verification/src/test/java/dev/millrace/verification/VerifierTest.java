package dev.millrace.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.TestPostgres;
import dev.millrace.contract.ContractReader;
import dev.millrace.contract.MappingContract;
import dev.millrace.database.TargetException;
import dev.millrace.dialect.Database;
import dev.millrace.processing.ProductionProcessor;
import dev.millrace.processing.RunOptions;
import dev.millrace.processing.RunOptions.FromFiles;
import dev.millrace.verification.VerificationReport.Difference;
import dev.millrace.verification.VerificationReport.Documents;
import dev.millrace.verification.VerificationReport.Kind;
import dev.millrace.verification.VerificationReport.TableReport;
import dev.millrace.workers.Progress;
import dev.millrace.xml.XmlLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a verification makes of documents, in databases of H2; what it finds in rows, the dialect kit asks of each database. */
@Timeout(120)
class VerifierTest {

    private static final String CONTRACT = """
            contract: 1
            name: orders
            tables:
              orders:
                columns:
                  id: { path: "@id", type: integer, key: true }
                  buyer: { path: "@buyer", type: varchar(12) }
                  source: { meta: source-name, type: varchar(400) }
                  run: { meta: run-id, type: varchar(40) }
                  stamp: { path: "concat('of ', $run)", type: varchar(80) }
              item:
                parent: orders
                rows: item
                columns:
                  order_id: { ref: orders.id, key: true }
                  pos: { ordinal: true, key: true }
                  what: { path: ".", type: text }
                  order_run: { ref: orders.run }
            """;

    private static final String OWN_KEY = CONTRACT.replace("name: orders", "name: orders\ndocument: { key: '@id' }")
            .replace("source: { meta: source-name, type: varchar(400) }", "note: { path: '@note', type: text }");

    private final Database database = Database.of("jdbc:h2:mem:verifier" + System.nanoTime(), new Properties());

    @TempDir
    private Path folder;

    @Test
    void comparesAllButWhatOnlyTheRunKnew() throws Exception {
        write("1.xml", order(1, "Ann"));
        load(CONTRACT, database);

        VerificationReport report = verify(CONTRACT, database);

        assertThat(report.isEqual()).isTrue();
        assertThat(report.tables().get(0).excluded()).containsExactly("run", "stamp");
        assertThat(report.tables().get(1).excluded()).containsExactly("order_run");
        assertThat(report.tables().get(1).found().count()).isEqualTo(2);
    }

    @Test
    void comparesRowsWithinRows() throws Exception {
        String contract = """
                contract: 1
                name: sections
                tables:
                  section:
                    rows: section
                    nested: section
                    columns:
                      document: { meta: document-key, key: true }
                      seq: { ordinal: true, key: true }
                      run: { meta: run-id }
                      around: { ref: section.seq }
                      title: { path: "@title", type: text }
                      run_around: { ref: section.run }
                      document_around: { ref: section.document }
                """;
        write("1.xml", "<d><section title='1'><section title='1.1'/></section><section title='2'/></d>");
        load(contract, database);

        VerificationReport equal = verify(contract, database);
        write("1.xml", "<d><section title='1'><section title='1.1'><section title='2'/></section></section></d>");
        VerificationReport moved = verify(contract, database);

        assertThat(equal.isEqual()).isTrue();
        assertThat(equal.tables().get(0).found().count()).isEqualTo(3);
        assertThat(equal.tables().get(0).excluded()).containsExactly("run", "run_around");
        assertThat(moved.tables().get(0).differences().byColumn()).containsOnlyKeys("around", "document_around");
    }

    @Test
    void tellsDocumentsApartThatAreNotLoadedChangedGoneOrBroken() throws Exception {
        for (int id = 1; id <= 6; id++) {
            write(id + ".xml", order(id, "Ann"));
        }
        write("7.xml", order(7, "much too long for it"));
        load(CONTRACT, database);
        write("2.xml", order(2, "Bob"));
        write("3.xml", order(3, "Ann") + "<!-- only this -->");
        Files.delete(folder.resolve("4.xml"));
        write("5.xml", "<order id=");
        write("8.xml", order(8, "Ann"));

        VerificationReport report = verify(CONTRACT, database);

        Documents documents = report.documents();
        assertThat(documents.compared()).isEqualTo(4);
        assertThat(documents.changed()).isEqualTo(3);
        assertThat(documents.gone()).isEqualTo(1);
        assertThat(documents.unmappable()).isEqualTo(1);
        assertThat(documents.rejected()).isEqualTo(1);
        assertThat(documents.notLoaded()).isEqualTo(1);
        assertThat(documents.read()).isEqualTo(7);
        assertThat(documents.examples().get("gone")).containsExactly("4.xml");
        assertThat(documents.examples().get("unmappable")).containsExactly("5.xml (not-well-formed)");
        TableReport orders = report.tables().get(0);
        assertThat(orders.differences().different()).isEqualTo(1);
        assertThat(orders.differences().byColumn()).containsOnlyKeys("buyer");
        assertThat(orders.differences().extra()).isEqualTo(2);
        assertThat(report.tables().get(1).differences().extra()).isEqualTo(4);
        assertThat(report.isEqual()).isFalse();
    }

    /** Of both, the rows of one that was loaded when it was still selected are extra. */
    @Test
    void countsDocumentsThatAreNotSelected() throws Exception {
        String selecting = CONTRACT.replaceFirst("\ntables:", "\ndocument: { select: \"@buyer = 'Ann'\" }\ntables:");
        write("1.xml", order(1, "Ann"));
        write("2.xml", order(2, "Bob"));
        load(selecting, database);
        VerificationReport equal = verify(selecting, database);
        write("1.xml", order(1, "Bob"));
        VerificationReport left = verify(selecting, database);

        assertThat(equal.isEqual()).as(VerificationJson.write(equal)).isTrue();
        assertThat(equal.documents().read()).isEqualTo(2);
        assertThat(equal.documents().compared()).isEqualTo(1);
        assertThat(equal.documents().unselected()).isEqualTo(1);
        assertThat(VerificationJson.write(equal)).contains("\"read\":2,", "\"unselected\":1,");
        assertThat(left.documents().unselected()).isEqualTo(2);
        assertThat(left.documents().gone()).isEqualTo(1);
        assertThat(left.tables().get(0).differences().extra()).isEqualTo(1);
    }

    @Test
    void knowsWhichOfSeveralDocumentsWithOneKeyWasLoaded() throws Exception {
        write("a.xml", order(1, "Ann"));
        write("b.xml", order(2, "Bob"));
        write("c.xml", order(3, "Cid"));
        load(OWN_KEY, database);
        write("0.xml", order(1, "Abe"));
        write("d.xml", order(2, "Bob"));
        write("e.xml", order(3, "Cid"));
        write("f.xml", order(3, "Dan"));

        VerificationReport report = verify(OWN_KEY, database);

        assertThat(report.isEqual()).as(VerificationJson.write(report)).isTrue();
        assertThat(report.documents().compared()).isEqualTo(3);
        assertThat(report.documents().duplicates()).isEqualTo(4);
        assertThat(report.documents().changed()).isZero();

        write("a.xml", order(1, "Eve"));
        Documents changed = verify(OWN_KEY, database).documents();
        assertThat(changed.compared()).isEqualTo(3);
        assertThat(changed.changed()).isEqualTo(1);
    }

    @Test
    void findsTheSameWithoutMemoryToSortIn() throws Exception {
        for (int id = 1; id <= 300; id++) {
            write(id + ".xml", order(id, "Ann"));
        }
        load(CONTRACT, database);
        execute("DELETE FROM \"item\" WHERE \"pos\" = 2", "UPDATE \"orders\" SET \"buyer\" = 'Anm' WHERE \"id\" > 290");

        VerificationReport one = verify(CONTRACT, database);
        VerificationReport spilled = new Verifier(
                        contract(CONTRACT),
                        new VerifyOptions(
                                new FromFiles(folder.toString()), database, 3, 5, XmlLimits.DEFAULTS, false, 100))
                .run(progress -> {});

        for (VerificationReport report : List.of(one, spilled)) {
            assertThat(report.tables().get(0).differences().different()).isEqualTo(10);
            assertThat(report.tables().get(1).differences().missing()).isEqualTo(300);
            assertThat(report.tables().get(1).expected().count()).isEqualTo(600);
            assertThat(report.tables().get(1).found().count()).isEqualTo(300);
        }
        assertThat(one.tables().get(1).differences().first()).hasSize(20);
        assertThat(spilled.tables().get(1).differences().first())
                .isEqualTo(one.tables().get(1).differences().first().subList(0, 5));
    }

    @Test
    void showsKeysAndValuesOnlyWhenAsked() throws Exception {
        write("1.xml", order(1, "Zaphod"));
        write("2.xml", order(2, "Zaphod"));
        load(CONTRACT, database);
        execute(
                "UPDATE \"orders\" SET \"buyer\" = 'Zarniwoop' WHERE \"id\" = 1",
                "UPDATE \"orders\" SET \"buyer\" = NULL WHERE \"id\" = 2",
                "DELETE FROM \"item\" WHERE \"pos\" = 1 AND \"order_id\" = 1");

        VerificationReport masked = verify(CONTRACT, database);
        VerificationReport shown = new Verifier(
                        contract(CONTRACT),
                        new VerifyOptions(
                                new FromFiles(folder.toString()),
                                database,
                                1,
                                20,
                                XmlLimits.DEFAULTS,
                                true,
                                VerifyOptions.DEFAULT_SORT_BYTES))
                .run(progress -> {});

        assertThat(VerificationJson.write(masked)).doesNotContain("Za").contains("\"found_null\":true", "1.xml");
        assertThat(VerificationJson.write(shown)).contains("Zaphod", "Zarniwoop");
        Difference missing = shown.tables().get(1).differences().first().get(0);
        assertThat(missing.kind()).isEqualTo(Kind.MISSING);
        assertThat(missing.document()).isEqualTo("1.xml");
        assertThat(missing.key()).extracting(value -> value.text()).containsExactly("1", "1");
    }

    @Test
    void blanksThatACharacterColumnOfAnExistingTableAddsAreNoDifference() throws Exception {
        Database postgres = TestPostgres.newDatabase();
        try (Connection connection = postgres.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE orders (id numeric PRIMARY KEY, buyer char(20), source text, run text,"
                    + " stamp text, more int)");
            statement.execute("CREATE TABLE item (order_id bigint, pos bigint, what text, order_run text)");
        }
        write("1.xml", order(1, "Ann"));
        load(CONTRACT, postgres);
        assertThat(verify(CONTRACT, postgres).isEqual()).isTrue();
        try (Connection connection = postgres.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("UPDATE orders SET id = 1.5");
        }

        TableReport orders = verify(CONTRACT, postgres).tables().get(0);

        assertThat(orders.differences().missing()).isEqualTo(1);
        assertThat(orders.differences().extra()).isEqualTo(1);
    }

    @Test
    void seesOneMomentOfATargetThatIsBeingLoaded() throws Exception {
        Database postgres = TestPostgres.newDatabase();
        write("1.xml", order(1, "Ann"));
        load(CONTRACT, postgres);
        write("2.xml", order(2, "Bob"));

        Path other = Files.createDirectory(folder.resolveSibling(folder.getFileName() + "-more"));
        Files.writeString(other.resolve("9.xml"), order(9, "Eve"));
        VerifyOptions options = new VerifyOptions(
                new FromFiles(folder.toString()),
                postgres,
                1,
                20,
                XmlLimits.DEFAULTS,
                false,
                VerifyOptions.DEFAULT_SORT_BYTES);
        VerificationReport report = new Verifier(contract(CONTRACT), options).run(progress -> {
            try {
                load(CONTRACT, postgres, other);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });

        assertThat(report.isEqual()).as(VerificationJson.write(report)).isTrue();
        assertThat(report.tables().get(0).found().count()).isEqualTo(1);
        assertThat(report.documents().notLoaded()).isEqualTo(1);
        assertThat(verify(CONTRACT, postgres).documents().gone()).isEqualTo(1);
    }

    @Test
    void showsHowFarTheReadingOfBothSidesIs() throws Exception {
        write("1.xml", order(1, "Ann"));
        load(CONTRACT, database);
        VerifyOptions options = new VerifyOptions(
                new FromFiles(folder.toString()),
                database,
                1,
                20,
                XmlLimits.DEFAULTS,
                false,
                VerifyOptions.DEFAULT_SORT_BYTES);
        List<Progress> shown = new ArrayList<>();

        new Verifier(contract(CONTRACT), options).run(shown::add);

        assertThat(shown).extracting(Progress::unit).containsExactly("document", "row");
        // Of both tables, and the ledger.
        assertThat(shown.get(1).expected()).hasValue(4);
        assertThat(shown.get(1).read()).isEqualTo(4);
    }

    @Test
    void refusesATargetWithoutTablesOrLedger() throws Exception {
        write("1.xml", order(1, "Ann"));

        assertThatThrownBy(() -> verify(CONTRACT, database))
                .isInstanceOfSatisfying(
                        TargetException.class, e -> assertThat(e.isUsage()).isTrue())
                .hasMessageContaining("table orders – is not in the target");

        execute(
                "CREATE TABLE \"orders\" (\"id\" int, \"buyer\" varchar(24), \"source\" varchar(800), \"run\" varchar(80),"
                        + " \"stamp\" varchar(160))",
                "CREATE TABLE \"item\" (\"order_id\" int, \"pos\" int, \"what\" clob, \"order_run\" varchar(80))");
        assertThatThrownBy(() -> verify(CONTRACT, database)).hasMessageContaining("holds no ledger");
    }

    private static String order(int id, String buyer) {
        return "<order id='" + id + "' buyer='" + buyer + "'><item>a" + id + "</item><item>b</item></order>";
    }

    private void write(String name, String xml) throws IOException {
        Files.writeString(folder.resolve(name), xml);
    }

    private void load(String contract, Database to) throws Exception {
        load(contract, to, folder);
    }

    private static void load(String contract, Database to, Path from) throws Exception {
        RunOptions options = RunOptions.from(new FromFiles(from.toString()))
                .to(to)
                .workers(2)
                .batchDocuments(50)
                .createTables(true)
                .build();
        new ProductionProcessor(contract(contract), options).run(progress -> {});
    }

    private VerificationReport verify(String contract, Database to) throws Exception {
        VerifyOptions options = new VerifyOptions(
                new FromFiles(folder.toString()),
                to,
                2,
                20,
                XmlLimits.DEFAULTS,
                false,
                VerifyOptions.DEFAULT_SORT_BYTES);
        return new Verifier(contract(contract), options).run(progress -> {});
    }

    private void execute(String... statements) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static MappingContract contract(String text) throws Exception {
        return ContractReader.read(text, "test.yaml").contract();
    }
}

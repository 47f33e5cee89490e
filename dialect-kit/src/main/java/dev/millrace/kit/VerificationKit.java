package dev.millrace.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.ContractReader;
import dev.millrace.contract.MappingContract;
import dev.millrace.dialect.Database;
import dev.millrace.dialect.Dialect;
import dev.millrace.dialect.Dialect.Capability;
import dev.millrace.dialect.PhysicalNames;
import dev.millrace.dialect.TableDefinition;
import dev.millrace.processing.ProductionProcessor;
import dev.millrace.processing.RunOptions;
import dev.millrace.processing.RunOptions.FromFiles;
import dev.millrace.processing.RunSummary;
import dev.millrace.processing.RunSummary.Status;
import dev.millrace.verification.TargetState;
import dev.millrace.verification.TargetStateReader;
import dev.millrace.verification.VerificationReport;
import dev.millrace.verification.VerificationReport.Difference;
import dev.millrace.verification.VerificationReport.TableReport;
import dev.millrace.verification.Verifier;
import dev.millrace.verification.VerifyOptions;
import dev.millrace.xml.XmlLimits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Verification against a database: what was loaded verifies whatever its values are, and whatever is changed in it afterwards
 * is found and named.
 */
@Timeout(300)
public abstract class VerificationKit {

    /** For each column of {@link #EVERY_TYPE}, two values that differ as little as two values of the type can. */
    private static final List<String> NEIGHBOURS = List.of(
            "boolean|true|false",
            "smallint|-1|-2",
            "integer|2147483647|2147483646",
            "bigint|9223372036854775807|9223372036854775806",
            "decimal|1234567890.12|1234567890.13",
            "digits|12345678901234567890123456789012345678|12345678901234567890123456789012345679",
            "real|0.1|0.100000009",
            "double|0.1|0.10000000000000002",
            "char|abc|abd",
            "varchar|Ångström|Ångstrom",
            "text|a|A",
            "date|2024-02-29|2024-03-01",
            "time|12:00:00|12:00:00.000001",
            "timestamp|2024-03-10T02:30:00|2024-03-10T02:30:00.000001",
            "timestamptz|2024-01-01T00:00:00Z|2024-01-01T00:00:00.000001Z",
            "uuid|00000000-0000-0000-0000-000000000001|00000000-0000-0000-0000-000000000002",
            "bytes|AAE=|AAI=",
            "xml|&lt;a/&gt;|x");

    private static final String EVERY_TYPE = """
            contract: 1
            name: every_type
            schema: verify_types
            tables:
              every_type:
                columns:
                  id: { meta: document-key, type: varchar(60), key: true }
                  run: { meta: run-id, type: varchar(40) }
                  at: { meta: loaded-at, type: timestamptz }
                  c_boolean: { path: "@boolean", type: boolean }
                  c_smallint: { path: "@smallint", type: smallint }
                  c_integer: { path: "@integer", type: integer }
                  c_bigint: { path: "@bigint", type: bigint }
                  c_decimal: { path: "@decimal", type: "decimal(12,2)" }
                  c_digits: { path: "@digits", type: "decimal(38,0)" }
                  c_real: { path: "@real", type: real }
                  c_double: { path: "@double", type: double }
                  c_char: { path: "@char", type: char(5) }
                  c_varchar: { path: "@varchar", type: varchar(20) }
                  c_text: { path: "@text", type: text }
                  c_date: { path: "@date", type: date }
                  c_time: { path: "@time", type: time }
                  c_timestamp: { path: "@timestamp", type: timestamp }
                  c_timestamptz: { path: "@timestamptz", type: timestamptz }
                  c_uuid: { path: "@uuid", type: uuid }
                  c_bytes: { path: "@bytes", type: bytes }
                  c_xml: { path: "x", type: xml }
            """;

    private static final String FAMILY = """
            contract: 1
            name: family
            schema: verify_family
            tables:
              family_parent:
                columns:
                  id: { path: "@id", type: integer, key: true }
                  name: { path: "@name", type: varchar(20) }
              family_child:
                parent: family_parent
                rows: child
                columns:
                  child_id: { path: "@id", type: integer, key: true }
                  parent_id: { ref: family_parent.id }
              family_line:
                parent: family_parent
                rows: line
                columns:
                  parent_id: { ref: family_parent.id, key: true }
                  pos: { ordinal: true, key: true }
                  line: { path: ".", type: varchar(20) }
            """;

    /** Documents of all share the rows of {@code shared_kept} and {@code shared_updated}. */
    private static final String SHARED = """
            contract: 1
            name: shared
            schema: verify_shared
            tables:
              shared_kept:
                on-duplicate: keep-first
                columns:
                  code: { path: "@code", type: varchar(20), key: true }
                  name: { path: "@name", type: varchar(20) }
              shared_updated:
                on-duplicate: update
                columns:
                  code: { path: "@code", type: varchar(20), key: true }
                  name: { path: "@name", type: varchar(20) }
            """;

    @TempDir
    private Path folder;

    /** The database that the tests are run against. */
    protected abstract TestedDatabase tested();

    @Test
    void everyValueThatWasLoadedVerifies() throws Exception {
        StringBuilder contract = new StringBuilder("""
                contract: 1
                name: verify_values
                schema: verify_values
                tables:
                  verify_values:
                    columns:
                      id: { meta: document-key, type: varchar(100), key: true }
                """);
        ValuesKit.COLUMNS.lines().forEach(line -> {
            String name = line.substring(0, line.indexOf(':'));
            contract.append("      c_")
                    .append(line.replace("TYPE:", "path: \"v[@c = '" + name + "']\", type:"))
                    .append('\n');
        });
        contract.append("      fragment: { path: x, type: xml }\n");
        for (int i = 0; i < ValuesKit.CASES.size(); i++) {
            String[] parts = ValuesKit.CASES.get(i).split("\\|", -1);
            document(String.format("%03d.xml", i), "<d><v c='" + parts[0] + "'>" + parts[1] + "</v></d>");
        }
        document("x1.xml", "<d xmlns:p='urn:p'><x p:y='&lt;&#10;&#9;'><p:z/>&amp; <!--c--><?i d?></x></d>");
        document("x2.xml", "<?xml version='1.1'?><d><x>&#x85;&#x2028;&#x7F;&#13;</x><x/></d>");
        document("x3.xml", "<d><x><![CDATA[<&]]> \n </x></d>");
        load(contract.toString(), true);

        VerificationReport report = verify(contract.toString());

        assertThat(report.tables()).allSatisfy(table -> assertThat(found(table)).isEmpty());
        assertThat(report.documents().compared()).isGreaterThan(50);
        assertThat(report.documents().rejected()).isGreaterThan(20);
        assertThat(report.tables().get(0).found().checksum())
                .isEqualTo(report.tables().get(0).expected().checksum());
        // What a manifest holds.
        TargetState state = new TargetStateReader(contract(contract.toString()), tested().database()).read();
        assertThat(state.tables().get(0).rows())
                .isEqualTo(report.tables().get(0).found());
        assertThat(state.documents().count()).isEqualTo(report.documents().compared());
    }

    @Test
    void findsTheLeastChangeOfEveryType() throws Exception {
        Set<String> expected = new TreeSet<>();
        List<String> corruptions = new ArrayList<>();
        for (int donor = 0; donor < 2; donor++) {
            document("donor" + donor + ".xml", everyType(donor + 1));
        }
        for (String neighbour : NEIGHBOURS) {
            String column = "c_" + neighbour.substring(0, neighbour.indexOf('|'));
            for (String how : List.of("changed", "nulled")) {
                String file = how + "-" + column + ".xml";
                document(file, everyType(1));
                String value = how.equals("nulled")
                        ? "NULL"
                        : "(SELECT o.\"" + column + "\" FROM {s}.\"every_type\" o WHERE o.\"id\" = 'donor1.xml')";
                corruptions.add("UPDATE {s}.\"every_type\" SET \"" + column + "\" = " + value + " WHERE \"id\" = '"
                        + file + "'");
                expected.add("different " + file + " " + column);
            }
        }
        load(EVERY_TYPE, true);
        assertThat(verify(EVERY_TYPE).isEqual()).isTrue();

        execute("verify_types", corruptions);
        VerificationReport report = verify(EVERY_TYPE);

        TableReport table = report.tables().get(0);
        assertThat(found(table)).isEqualTo(expected);
        assertThat(table.differences().different()).isEqualTo(expected.size());
        assertThat(table.differences().missing() + table.differences().extra()).isZero();
        assertThat(table.excluded()).containsExactly("run", "at");
    }

    @Test
    void findsRowsThatWereDeletedDoubledMovedOrAdded() throws Exception {
        for (int id = 1; id <= 9; id++) {
            document(
                    "f" + id + ".xml",
                    "<f id='" + id + "' name='n" + id + "'><child id='" + (100 + id) + "'/><line>a</line><line>b" + id
                            + "</line></f>");
        }
        createWithoutKeys(FAMILY, "verify_family");
        load(FAMILY, false);
        assertThat(verify(FAMILY).isEqual()).isTrue();

        execute(
                "verify_family",
                List.of(
                        "DELETE FROM {s}.\"family_line\" WHERE \"parent_id\" = 2 AND \"pos\" = 1",
                        "INSERT INTO {s}.\"family_parent\" (\"id\", \"name\")"
                                + " SELECT \"id\", \"name\" FROM {s}.\"family_parent\" WHERE \"id\" = 3",
                        "UPDATE {s}.\"family_child\" SET \"parent_id\" = 5 WHERE \"child_id\" = 104",
                        "UPDATE {s}.\"family_line\" SET \"parent_id\" = 7, \"pos\" = 3"
                                + " WHERE \"parent_id\" = 6 AND \"pos\" = 2",
                        "INSERT INTO {s}.\"family_child\" (\"child_id\", \"parent_id\") VALUES (999, 8)"));
        VerificationReport report = verify(FAMILY);

        assertThat(found(report.tables().get(0))).containsExactly("doubled f3.xml");
        assertThat(found(report.tables().get(1))).containsExactly("different f4.xml parent_id", "extra null");
        assertThat(found(report.tables().get(2))).containsExactly("extra null", "missing f2.xml", "missing f6.xml");
    }

    @Test
    void takesTheRowOfAnyDocumentWhereTheyShareIt() throws Exception {
        for (int i = 1; i <= 40; i++) {
            document("s" + i + ".xml", "<s code='c" + i % 5 + "' name='n" + i % 3 + "'/>");
        }
        load(SHARED, true);
        assertThat(verify(SHARED).tables()).allSatisfy(table -> {
            assertThat(found(table)).isEmpty();
            assertThat(table.expected().count()).isEqualTo(5);
        });

        execute(
                "verify_shared",
                List.of(
                        "UPDATE {s}.\"shared_kept\" SET \"name\" = 'n' WHERE \"code\" = 'c1'",
                        "DELETE FROM {s}.\"shared_updated\" WHERE \"code\" = 'c2'"));
        VerificationReport report = verify(SHARED);

        assertThat(report.tables().get(0).differences().byColumn()).containsOnlyKeys("name");
        assertThat(report.tables().get(0).differences().different()).isEqualTo(1);
        assertThat(report.tables().get(1).differences().missing()).isEqualTo(1);
        assertThat(report.tables().get(1).differences().different()
                        + report.tables().get(1).differences().extra())
                .isZero();
    }

    private static String everyType(int which) {
        StringBuilder xml = new StringBuilder("<d");
        for (String neighbour : NEIGHBOURS) {
            String[] parts = neighbour.split("\\|");
            xml.append(' ').append(parts[0]).append("='").append(parts[which]).append('\'');
        }
        return xml.append("><x n='").append(which).append("'/></d>").toString();
    }

    /** Kind, document and columns of each difference. */
    private static Set<String> found(TableReport table) {
        Set<String> found = new TreeSet<>();
        for (Difference difference : table.differences().first()) {
            StringBuilder line = new StringBuilder(difference.kind().name().toLowerCase(Locale.ROOT));
            line.append(' ').append(difference.document());
            difference.columns().forEach(column -> line.append(' ').append(column.column()));
            found.add(line.toString());
        }
        return found;
    }

    private void document(String name, String xml) throws IOException {
        Files.write(folder.resolve(name), xml.getBytes(StandardCharsets.UTF_8));
    }

    private void load(String contract, boolean createTables) throws Exception {
        RunOptions options = RunOptions.from(new FromFiles(folder.toString()))
                .to(tested().database())
                .workers(2)
                .batchDocuments(50)
                .createTables(createTables)
                .build();
        RunSummary summary = new ProductionProcessor(contract(contract), options).run(progress -> {});
        assertThat(summary.status()).as(summary.failure()).isEqualTo(Status.FINISHED);
    }

    private VerificationReport verify(String contract) throws Exception {
        VerifyOptions options = new VerifyOptions(
                new FromFiles(folder.toString()),
                tested().database(),
                2,
                1000,
                XmlLimits.DEFAULTS,
                false,
                VerifyOptions.DEFAULT_SORT_BYTES);
        return new Verifier(contract(contract), options).run(progress -> {});
    }

    private void createWithoutKeys(String contract, String schema) throws Exception {
        Dialect dialect = tested().database().dialect();
        List<String> statements = new ArrayList<>();
        boolean schemas = dialect.capabilities().contains(Capability.SCHEMAS);
        if (schemas) {
            statements.add(dialect.createSchema(schema));
        }
        for (TableDefinition table : PhysicalNames.tables(dialect, contract(contract))) {
            TableDefinition placed = new TableDefinition(
                    schemas ? schema : null,
                    table.name(),
                    table.columns(),
                    table.key(),
                    List.of(),
                    List.of(),
                    List.of());
            statements.add(dialect.createTable(placed, false));
        }
        Database database = tested().database();
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private void execute(String schema, List<String> statements) throws SQLException {
        try (Connection connection = tested().database().connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                assertThat(statement.executeUpdate(tested().sql(schema, sql)))
                        .as(sql)
                        .isEqualTo(1);
            }
        }
    }

    private static MappingContract contract(String text) throws Exception {
        return ContractReader.read(text, "test.yaml").contract();
    }
}

package dev.millrace.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.contract.ContractReader;
import dev.millrace.contract.LedgerNames;
import dev.millrace.contract.MappingContract;
import dev.millrace.contract.SqlType;
import dev.millrace.database.Ledger;
import dev.millrace.database.Ledger.RejectedEntry;
import dev.millrace.database.OnExisting;
import dev.millrace.dialect.Database;
import dev.millrace.dialect.Dialect;
import dev.millrace.dialect.Dialect.Capability;
import dev.millrace.document.Document;
import dev.millrace.kit.TestedDatabase.KeyType;
import dev.millrace.processing.ProductionProcessor;
import dev.millrace.processing.RunOptions;
import dev.millrace.processing.RunOptions.From;
import dev.millrace.processing.RunSummary;
import dev.millrace.processing.RunSummary.Status;
import dev.millrace.source.SourceException;
import dev.millrace.source.jdbc.JdbcSource;
import dev.millrace.source.jdbc.LedgerFilter;
import dev.millrace.verification.VerificationReport;
import dev.millrace.verification.Verifier;
import dev.millrace.verification.VerifyOptions;
import dev.millrace.xml.XmlLimits;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TimeZone;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * One job, begun on a machine in one time zone and language and gone on with in another: every document keeps its key, nothing is
 * loaded twice. The tests change the JVM's zone and language and put them back; no test of this build runs beside another.
 */
@Timeout(300)
public abstract class TwoZonesKit {
    /** More than the first page holds, so that keys also find the next one. */
    private static final int KEYS = 40;

    private static final String CONTRACT = """
            contract: 1
            name: zones
            schema: zones
            document: { record: /a }
            source: { table: zone_xml, key: app_id, xml: xml }
            tables:
              zone_rows:
                columns:
                  source_key: { meta: document-key, type: varchar(60), key: true }
                  n: { path: "@n", type: integer }
                  at: { path: "@at", type: timestamptz }
                  amount: { path: "@amount", type: "decimal(10,2)" }
            """;

    private final TimeZone zone = TimeZone.getDefault();
    private final Locale locale = Locale.getDefault();

    /** The database that the tests are run against. */
    protected abstract TestedDatabase tested();

    @BeforeEach
    @AfterEach
    void clear() throws SQLException {
        move(zone.getID(), locale);
        Dialect dialect = tested().database().dialect();
        if (dialect.capabilities().contains(Capability.SCHEMAS)) {
            execute(dialect.createSchema("zones"));
        }
        List<String> tables = new ArrayList<>(LedgerNames.TABLES);
        tables.add("zone_rows");
        for (String table : tables) {
            execute("DROP TABLE IF EXISTS {s}.\"" + table + "\"");
        }
        execute("DROP TABLE IF EXISTS zone_xml", "DROP TABLE IF EXISTS zone_log");
    }

    @Test
    void givesEveryKeyTheSameTextInEveryZoneAndLanguage() throws Exception {
        for (KeyType type : types()) {
            clear();
            execute("CREATE TABLE zone_xml (app_id " + type.column() + " PRIMARY KEY, xml " + tested().text() + ")");
            insert(type);

            List<String> here = inBerlin(() -> keys(null));
            List<String> there = inKathmandu(() -> keys(null));

            assertThat(here).as(type.column()).hasSize(KEYS).doesNotHaveDuplicates();
            assertThat(there).as(type.column()).isEqualTo(here);
            note(here);
            assertThat(inKathmandu(() -> keys(new LedgerFilter("zone_log", "zones", LedgerFilter.Mode.NEW))))
                    .as(type.column())
                    .isEmpty();
        }
    }

    @Test
    void refusesKeysWhoseTextIsNotTheirs() throws Exception {
        for (Map.Entry<String, String> type : tested().unfitKeyTypes().entrySet()) {
            clear();
            execute(
                    "CREATE TABLE zone_xml (app_id " + type.getKey() + ", xml " + tested().text() + ")",
                    "INSERT INTO zone_xml VALUES (" + type.getValue() + ", '<a/>')");

            assertThatThrownBy(() -> keys(null))
                    .as(type.getKey())
                    .isInstanceOfSatisfying(
                            SourceException.class, e -> assertThat(e.isUsage()).isTrue())
                    .hasMessageContaining("by which documents cannot be known")
                    .hasMessageContaining("--from-query");
        }
    }

    @Test
    void loadsNothingTwiceOnAMachineInAnotherZoneAndLanguage() throws Exception {
        List<KeyType> types = common();
        wholeJob(types.get(types.size() - 1));
    }

    @Test
    void understandsKeysThatAnEarlierVersionWroteInAnotherZone() throws Exception {
        assumeTrue(
                tested().hasZonedTimestamps()
                        && tested().database().dialect().sendsKeyAsText(Types.TIMESTAMP_WITH_TIMEZONE, "timestamptz"),
                "nothing to do: on this database such a key has the same text in every zone");
        List<KeyType> types = common();
        execute("CREATE TABLE zone_xml (app_id timestamp with time zone PRIMARY KEY, xml " + tested().text() + ")");
        insert(types.get(types.size() - 1));
        run(options().createTables(true));
        // As a machine in Berlin wrote them, one hour before and one after the clock was put back.
        for (String key : keys(null)) {
            LocalDateTime utc = LocalDateTime.parse(key.substring(0, 19).replace(' ', 'T'));
            int offset = utc.isBefore(LocalDateTime.parse("2024-10-27T01:00:00")) ? 2 : 1;
            execute("UPDATE {s}.\"processing_log\" SET \"document_key\" = '"
                    + utc.plusHours(offset).toString().replace('T', ' ') + ":00+0" + offset
                    + "' WHERE \"document_key\" = '" + key + "'");
        }

        RunSummary again = run(options().onExisting(OnExisting.REPLACE));

        assertThat(again.documents().loaded()).isZero();
        assertThat(rows()).hasSize(KEYS - 2);
        assertThat(rejects()).hasSize(2);
    }

    private void wholeJob(KeyType type) throws Exception {
        execute("CREATE TABLE zone_xml (app_id " + type.column() + " PRIMARY KEY, xml " + tested().text() + ")");
        insert(type);
        String third = "app_id = " + tested().literal(type.literal().apply(3));

        RunSummary first = inBerlin(() -> run(options().createTables(true)));
        RunSummary again = inKathmandu(() -> run(options()));
        // As if the ledger were in another database: keys are compared in memory.
        RunSummary apart = inKathmandu(() -> run(options(elsewhere())));
        List<String> rows = inBerlin(this::rows);
        List<String> rowsThere = inKathmandu(this::rows);
        execute("UPDATE zone_xml SET xml = REPLACE(xml, '7.50', '8.50') WHERE " + third);
        RunSummary replaced = inKathmandu(() -> run(options().onExisting(OnExisting.REPLACE)));
        execute("DELETE FROM zone_xml WHERE " + third);
        RunSummary missing = inKathmandu(() -> run(options().deleteMissing(true)));
        List<RejectedEntry> rejects = inKathmandu(this::rejects);
        execute("UPDATE zone_xml SET xml = REPLACE(xml, 'none', '5')");
        RunSummary retried = inKathmandu(() -> run(options().retryRejects(true)));
        VerificationReport equal = inBerlin(this::verify);

        assertThat(first.documents().loaded()).isEqualTo(KEYS - 2);
        assertThat(first.documents().rejected()).isEqualTo(2);
        assertThat(again.documents().loaded()
                        + again.documents().rejected()
                        + apart.documents().loaded()
                        + apart.documents().rejected())
                .isZero();
        assertThat(rowsThere).isEqualTo(rows).hasSize(KEYS - 2);
        assertThat(replaced.documents().loaded()).isEqualTo(1);
        assertThat(replaced.documents().replaced()).isEqualTo(1);
        assertThat(missing.documents().deleted()).isEqualTo(1);
        assertThat(missing.documents().loaded()).isZero();
        assertThat(rejects).hasSize(2);
        assertThat(retried.documents().loaded()).isEqualTo(2);
        assertThat(equal.isEqual()).isTrue();
        assertThat(equal.documents().compared()).isEqualTo(KEYS - 1);
    }

    /** Types that every database has; the last one is a point in time where there is such a type. */
    private List<KeyType> common() {
        List<KeyType> types = new ArrayList<>();
        types.add(new KeyType("bigint", i -> Integer.toString(i * 7 - 100)));
        types.add(new KeyType("numeric(10,2)", i -> i + ".50"));
        types.add(new KeyType("varchar(20)", i -> "'Iı i" + (10 + i) + "'"));
        types.add(new KeyType("char(4)", i -> "'k" + i + "'"));
        types.add(new KeyType("double precision", i -> "0." + (i + 10)));
        types.add(new KeyType("uuid", i -> "'f0000000-0000-4000-8000-0000000000" + (10 + i) + "'"));
        types.add(new KeyType("date", i -> "DATE '" + LocalDate.of(2024, 2, 20).plusDays(i) + "'"));
        types.add(new KeyType("timestamp", i -> "TIMESTAMP '" + at(i, 0) + ".0000" + (10 + i) + "'"));
        if (tested().hasZonedTimestamps()) {
            types.add(new KeyType("timestamp with time zone", i -> "TIMESTAMP WITH TIME ZONE '" + at(i, 2) + "+02'"));
        }
        return types;
    }

    private List<KeyType> types() {
        List<KeyType> types = common();
        types.addAll(tested().keyTypes());
        return types;
    }

    /** Every half hour around the end of summer time in Berlin. */
    private static String at(int i, int offset) {
        Instant instant = Instant.parse("2024-10-26T20:00:00Z").plusSeconds(i * 1800L);
        return DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT)
                .format(LocalDateTime.ofInstant(instant, ZoneOffset.ofHours(offset)));
    }

    /** Two of the documents have a number that is none. */
    private void insert(KeyType type) throws SQLException {
        try (Connection connection = tested().database().connect()) {
            connection.setAutoCommit(false);
            for (int i = 0; i < KEYS; i++) {
                String key = tested().literal(type.literal().apply(i));
                try (PreparedStatement insert = connection.prepareStatement(
                        tested().sql("zones", "INSERT INTO zone_xml VALUES (" + key + ", ?)"))) {
                    insert.setString(
                            1,
                            "<a n='" + (i == 5 || i == 35 ? "none" : i)
                                    + "' at='2024-10-27T00:30:00.25+00:00' amount='7.50'/>");
                    insert.executeUpdate();
                }
            }
            connection.commit();
        }
    }

    private <T> T inBerlin(Callable<T> work) throws Exception {
        return in("Europe/Berlin", Locale.GERMANY, work);
    }

    /** With digits, a calendar and an offset of its own. */
    private <T> T inKathmandu(Callable<T> work) throws Exception {
        String digits = tested().driverNeedsLatinDigits() ? "-nu-latn" : "-nu-thai";
        return in("Asia/Kathmandu", Locale.forLanguageTag("th-TH-u-ca-buddhist" + digits), work);
    }

    private <T> T in(String place, Locale language, Callable<T> work) throws Exception {
        move(place, language);
        try {
            return work.call();
        } finally {
            move(zone.getID(), locale);
        }
    }

    private void move(String place, Locale language) {
        TimeZone.setDefault(TimeZone.getTimeZone(place));
        Locale.setDefault(language);
        tested().zoneHasChanged();
    }

    private List<String> keys(LedgerFilter ledger) throws Exception {
        List<String> keys = new ArrayList<>();
        try (JdbcSource source = JdbcSource.open(
                tested().database(),
                new JdbcSource.Selection("zone_xml", null, "app_id", "xml", null, null, ledger),
                XmlLimits.DEFAULTS)) {
            for (Document document = source.next(); document != null && keys.size() <= KEYS; document = source.next()) {
                keys.add(document.key());
            }
        }
        return keys;
    }

    private void note(List<String> keys) throws SQLException {
        execute("CREATE TABLE zone_log (\"contract_name\" varchar(100), \"document_key\" "
                + tested().database().dialect().binaryTextType(SqlType.varchar(400))
                + " NOT NULL, \"status\" varchar(20), \"code\" varchar(40), \"run_id\" varchar(40))");
        try (Connection connection = tested().database().connect();
                PreparedStatement insert = connection.prepareStatement(
                        "INSERT INTO zone_log VALUES ('zones', ?, 'loaded', NULL, 'run')")) {
            for (String key : keys) {
                insert.setString(1, key);
                insert.executeUpdate();
            }
        }
    }

    private RunOptions.Builder options() {
        return options(tested().database());
    }

    private RunOptions.Builder options(Database target) {
        return RunOptions.from(From.table(tested().database()))
                .to(target)
                .workers(2)
                .batchDocuments(10);
    }

    /** The same database under a name of its own, as far as a run can tell. */
    private Database elsewhere() {
        return new Interloper(tested(), "nothing").database();
    }

    private static RunSummary run(RunOptions.Builder options) throws Exception {
        RunSummary summary = new ProductionProcessor(contract(), options.build()).run(progress -> {});
        assertThat(summary.status()).as(summary.failure()).isEqualTo(Status.FINISHED);
        return summary;
    }

    /** The rejects of the documents that the source has, as an export finds them. */
    private List<RejectedEntry> rejects() throws Exception {
        try (Ledger ledger = Ledger.open(tested().database(), new LedgerNames("zones", null))) {
            return List.copyOf(
                    ledger.rejects("zones", new HashSet<>(keys(null))).values());
        }
    }

    private VerificationReport verify() throws Exception {
        Database database = tested().database();
        VerifyOptions options = new VerifyOptions(
                From.table(database), database, 1, 10, XmlLimits.DEFAULTS, false, VerifyOptions.DEFAULT_SORT_BYTES);
        return new Verifier(contract(), options).run(progress -> {});
    }

    private List<String> rows() throws SQLException {
        List<String> rows = new ArrayList<>();
        Dialect dialect = tested().database().dialect();
        try (Connection connection = tested().database().connect();
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(
                        tested().sql(
                                        "zones",
                                        "SELECT \"source_key\", \"n\", \"at\", \"amount\" FROM {s}.\"zone_rows\" ORDER BY 2"))) {
            while (found.next()) {
                rows.add(found.getString(1) + " " + found.getInt(2) + " " + dialect.instant(found, 3) + " "
                        + found.getString(4));
            }
        }
        return rows;
    }

    private static MappingContract contract() throws Exception {
        return ContractReader.read(CONTRACT, "test.yaml").contract();
    }

    private void execute(String... statements) throws SQLException {
        try (Connection connection = tested().database().connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(tested().sql("zones", sql));
            }
        }
    }
}

package dev.millrace.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contract.SqlType;
import dev.millrace.document.Document;
import dev.millrace.document.FaultCode;
import dev.millrace.document.Skip;
import dev.millrace.document.Skips;
import dev.millrace.source.SourceException;
import dev.millrace.source.jdbc.JdbcSource;
import dev.millrace.source.jdbc.LedgerFilter;
import dev.millrace.source.jdbc.SettledDocuments;
import dev.millrace.xml.XmlLimits;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What reading documents from a table or a query of any database must do. */
public abstract class SourceKit {

    private static final XmlLimits SMALL_LIMIT = new XmlLimits(1_000, 1_000, 10_000, 1_000, 1_000, 10_000, 10_000, 10);

    /** The database that the tests are run against. */
    protected abstract TestedDatabase tested();

    @BeforeEach
    void dropTables() throws SQLException {
        execute("DROP TABLE IF EXISTS app_xml", "DROP TABLE IF EXISTS log");
    }

    @Test
    void readsEveryDocumentOnceInOrderAcrossPages() throws Exception {
        createAppXml();
        insert(1, 6_007, i -> "<a n='" + i + "'/>");

        List<Document> documents = all(open(table()));

        assertThat(documents).hasSize(6_007);
        for (int i = 0; i < documents.size(); i++) {
            assertThat(documents.get(i).key()).isEqualTo(Integer.toString(i + 1));
            assertThat(text(documents.get(i))).isEqualTo("<a n='" + (i + 1) + "'/>");
        }
    }

    @Test
    void readsNothingFromAnEmptyTable() throws Exception {
        createAppXml();

        assertThat(all(open(table()))).isEmpty();
    }

    @Test
    void readsAsManyDocumentsAsAPageHolds() throws Exception {
        createAppXml();
        insert(1, 32 + 64, i -> "<a/>");

        assertThat(all(open(table()))).hasSize(96);
    }

    @Test
    void keepsPagesSmallWhenLargeDocumentsFollowSmallOnes() throws Exception {
        createAppXml();
        String large = "<a>" + "x".repeat(5 << 20) + "</a>";
        insert(1, 300, i -> "<a/>");
        insert(301, 308, i -> large);
        insert(309, 320, i -> "<a/>");

        int small = 0;
        int others = 0;
        try (JdbcSource source = open(table())) {
            for (Document document = source.next(); document != null; document = source.next()) {
                if (document.content().length == large.length()) {
                    others++;
                    // A page ends with the document that makes it large enough.
                    assertThat(source.pending()).isZero();
                } else {
                    small++;
                }
            }
        }
        assertThat(small).isEqualTo(312);
        assertThat(others).isEqualTo(8);
    }

    @Test
    void givesTextAsDecodedUtf8WhateverItDeclares() throws Exception {
        createAppXml();
        String declared = "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>José Łukasz 李 😀</a>";
        insert(1, 1, i -> declared);

        Document document = all(open(table())).get(0);

        assertThat(document.decoded()).isTrue();
        assertThat(text(document)).isEqualTo(declared);
    }

    @Test
    void givesBinaryColumnsAsTheBytesTheyAre() throws Exception {
        execute("CREATE TABLE app_xml (app_id bigint PRIMARY KEY, xml " + tested().binary() + ")");
        byte[] latin = "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>é</a>".getBytes(StandardCharsets.ISO_8859_1);
        try (Connection connection = tested().database().connect();
                PreparedStatement insert = connection.prepareStatement("INSERT INTO app_xml VALUES (1, ?)")) {
            insert.setBytes(1, latin);
            insert.execute();
        }

        Document document = all(open(table())).get(0);

        assertThat(document.decoded()).isFalse();
        assertThat(document.content()).isEqualTo(latin);
    }

    @Test
    void givesNullAsDocumentWithoutContent() throws Exception {
        createAppXml();
        execute("INSERT INTO app_xml VALUES (1, NULL), (2, '<a/>')");

        List<Document> documents = all(open(table()));

        assertThat(documents).hasSize(2);
        assertThat(documents.get(0).unreadable().code()).isEqualTo(FaultCode.NO_CONTENT);
        assertThat(documents.get(1).unreadable()).isNull();
    }

    @Test
    void leavesTooLargeDocumentsOnTheServer() throws Exception {
        createAppXml();
        insert(1, 3, i -> i == 2 ? "<a>" + "x".repeat(1_000) + "</a>" : "<a/>");

        List<Document> documents = all(JdbcSource.open(tested().database(), table(), SMALL_LIMIT));

        assertThat(documents.get(1).unreadable().code()).isEqualTo(FaultCode.DOCUMENT_TOO_LARGE);
        assertThat(documents.get(1).unreadable().message()).contains("1007").contains("1000");
        assertThat(documents.get(2).unreadable()).isNull();
    }

    @Test
    void readsOnlyTheKeyRange() throws Exception {
        createAppXml();
        insert(1, 200, i -> "<a/>");

        assertThat(keys(range("9", "11"))).containsExactly("9", "10", "11");
        assertThat(keys(range("199", null))).containsExactly("199", "200");
        assertThat(keys(range(null, "2"))).containsExactly("1", "2");
    }

    @Test
    void isCutIntoPartsOfAsManyDocumentsEach() throws Exception {
        createAppXml();
        insert(1, 200, i -> "<a/>");

        try (JdbcSource whole = range("11", "190")) {
            assertThat(whole.cuts(4, 1)).hasSize(3);
            assertThat(whole.cuts(4, 100)).hasSize(1);
            assertThat(whole.cuts(1, 1)).isEmpty();
            assertThat(keysByParts(new JdbcSource.Selection("app_xml", null, "app_id", "xml", "11", "190", null), 7))
                    .isEqualTo(keys(whole));
        }
        assertThat(keysByParts(table(), 1000)).hasSize(200);
    }

    /** As machines of a cluster read it, to which the cuts are sent. */
    private List<String> keysByParts(JdbcSource.Selection selection, int parts) throws Exception {
        List<Object> lasts;
        try (JdbcSource whole = open(selection)) {
            lasts = new ArrayList<>(whole.cuts(parts, 1));
        }
        lasts.add(null);
        List<String> keys = new ArrayList<>();
        Object after = null;
        for (Object last : lasts) {
            try (JdbcSource part = open(selection)) {
                part.within(sent(after), sent(last));
                keys.addAll(keys(part));
            }
            after = last;
        }
        return keys;
    }

    private static Object sent(Object key) throws IOException, ClassNotFoundException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(key);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            return in.readObject();
        }
    }

    @Test
    void refusesRangeThatIsNotOfTheKeysType() throws Exception {
        createAppXml();

        assertThatThrownBy(() -> range("abc", null))
                .isInstanceOfSatisfying(
                        SourceException.class, e -> assertThat(e.isUsage()).isTrue())
                .hasMessageContaining("'abc'")
                .hasMessageContaining("a whole number");
    }

    @Test
    void comparesKeysInTheColumnsOwnType() throws Exception {
        assertKeys("numeric(10,2)", List.of("9.50", "10.25", "100.00"), "9.5", "10.25", 2);
        assertKeys("varchar(20)", List.of("'10'", "'9'", "'a''b'"), "10", "9", 2);
        assertKeys("char(4)", List.of("'a'", "'ab'", "'b'"), "a", "ab", 2);
        assertKeys("date", List.of("DATE '2024-02-29'", "DATE '2024-03-01'"), "2024-03-01", "2024-12-31", 1);
        assertKeys(
                "timestamp",
                List.of("TIMESTAMP '2024-03-31 02:30:00'", "TIMESTAMP '2024-03-31 02:30:00.000001'"),
                "2024-03-31 02:30:00.000001",
                "2025-01-01T00:00:00",
                1);
        if (tested().hasZonedTimestamps()) {
            assertKeys(
                    "timestamp with time zone",
                    List.of(
                            "TIMESTAMP WITH TIME ZONE '2024-03-31 02:30:00+02'",
                            "TIMESTAMP WITH TIME ZONE '2024-04-01 02:30:00+02'"),
                    "2024-03-31T22:30:00Z",
                    "2025-01-01T00:00:00Z",
                    1);
        }
        assertKeys(
                "uuid",
                List.of("'00000000-0000-0000-0000-000000000001'", "'f0000000-0000-0000-0000-000000000001'"),
                "00000000-0000-0000-0000-000000000001",
                "00000000-0000-0000-0000-000000000001",
                1);
        assertKeys("smallint", List.of("-3", "9", "10"), "-5", "9", 2);
        assertKeys("double precision", List.of("0.5", "1.5"), "1", "2", 1);
    }

    @Test
    void leavesOutAndCountsWhatTheLedgerHolds() throws Exception {
        createAppXml();
        insert(1, 300, i -> "<a/>");
        createLog();
        execute(
                "INSERT INTO log SELECT 'loans', CAST(app_id AS varchar(20)), CASE WHEN app_id = 7 THEN 'rejected' ELSE 'loaded' END,"
                        + " CASE WHEN app_id = 8 THEN 'withdrawn' END, 'run-1' FROM app_xml WHERE app_id <= 250",
                "INSERT INTO log VALUES ('another', '260', 'loaded', NULL, 'run-1')");

        JdbcSource source = open(ledger(LedgerFilter.Mode.NEW));
        List<Document> documents = all(source);

        assertThat(documents).hasSize(51);
        assertThat(documents.get(0).key()).isEqualTo("8");
        assertThat(documents.get(1).key()).isEqualTo("251");
        assertThat(source.skips()).isEqualTo(new Skips(248, 0, 1, 0));

        execute("UPDATE log SET \"run_id\" = 'run-0' WHERE \"document_key\" IN ('7', '9', '10')");
        JdbcSource apart = open(ledger(LedgerFilter.Mode.NEW));
        apart.countApart(Set.of("run-0"));
        assertThat(all(apart)).hasSize(51);
        assertThat(apart.skips()).isEqualTo(new Skips(248, 2, 1, 0));

        JdbcSource rejects = open(ledger(LedgerFilter.Mode.REJECTED));
        assertThat(all(rejects)).extracting(Document::key).containsExactly("7");
        assertThat(rejects.skips()).isEqualTo(new Skips(249, 0, 0, 50));
        assertThat(all(open(ledger(LedgerFilter.Mode.WITHDRAWN))))
                .extracting(Document::key)
                .containsExactly("8");
    }

    @Test
    void findsTheFewDocumentsThatTheLedgerLacks() throws Exception {
        createAppXml();
        insert(
                1,
                6_007,
                i -> i == 4_000 ? null : i == 5_000 ? "<a>" + "x".repeat(1_000) + "</a>" : "<a n='" + i + "'/>");
        createLog();
        execute("INSERT INTO log SELECT 'loans', CAST(app_id AS varchar(20)), 'loaded', NULL, 'run-1' FROM app_xml"
                + " WHERE app_id NOT IN (1500, 4000, 4001, 5000) AND app_id <= 6000");

        JdbcSource source = JdbcSource.open(tested().database(), ledger(LedgerFilter.Mode.NEW), SMALL_LIMIT);
        List<Document> documents = all(source);

        assertThat(documents)
                .extracting(Document::key)
                .containsExactly(
                        "1500", "4000", "4001", "5000", "6001", "6002", "6003", "6004", "6005", "6006", "6007");
        assertThat(source.skipped()).isEqualTo(5_996);
        for (Document document : documents) {
            if (document.unreadable() == null) {
                assertThat(text(document)).isEqualTo("<a n='" + document.key() + "'/>");
            }
        }
        assertThat(documents.get(1).unreadable().code()).isEqualTo(FaultCode.NO_CONTENT);
        assertThat(documents.get(3).unreadable().code()).isEqualTo(FaultCode.DOCUMENT_TOO_LARGE);
    }

    @Test
    void passesOverWhatIsSettledByItsKeys() throws Exception {
        createAppXml();
        insert(1, 12_000, i -> "<a/>");
        Set<String> unknown = Set.of("1", "2000", "2001", "9000", "12000");

        for (boolean last : List.of(true, false)) {
            JdbcSource source = open(table());
            Settled settled = new Settled(key -> !unknown.contains(key) || !last && key.equals("12000"));
            source.passOver(settled);
            assertThat(source.connections()).isEqualTo(2);
            List<String> read = keys(source);

            // Those around them are read with them, and for the loader to skip.
            assertThat(read).containsAll(last ? unknown : Set.of("1", "2000", "2001", "9000"));
            assertThat(read).hasSizeLessThan(10_000).doesNotHaveDuplicates();
            assertThat(source.skipped()).isEqualTo(12_000 - read.size());
            assertThat(settled.closed).isTrue();
        }
    }

    @Test
    void readsEveryTextWhenNobodyTellsWhatIsSettled() throws Exception {
        createAppXml();
        insert(1, 300, i -> "<a/>");
        JdbcSource source = open(table());
        Settled settled = new Settled(key -> {
            throw new SQLException("gone");
        });
        source.passOver(settled);

        assertThat(all(source)).hasSize(300);
        assertThat(source.skipped()).isZero();
        assertThat(settled.closed).isTrue();
    }

    /** A ledger elsewhere. */
    private static final class Settled implements SettledDocuments {
        private interface Holds {
            boolean key(String key) throws SQLException;
        }

        private final Holds holds;
        private boolean closed;

        private Settled(Holds holds) {
            this.holds = holds;
        }

        @Override
        public Map<String, Skip> among(List<String> keys) throws SQLException {
            Map<String, Skip> settled = new HashMap<>();
            for (String key : keys) {
                if (holds.key(key)) {
                    settled.put(key, Skip.LOADED);
                }
            }
            return settled;
        }

        @Override
        public void stop() {
            closed = true;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    @Test
    void readsAQuery() throws Exception {
        createAppXml();
        insert(1, 100, i -> "<a n='" + i + "'/>");
        String query = tested().sql("", "SELECT app_id AS id, xml AS body FROM app_xml WHERE MOD(app_id, 2) = 0; ");

        JdbcSource source = open(new JdbcSource.Selection(null, query, "id", "body", null, "10", null));

        assertThat(all(source)).extracting(Document::key).containsExactly("2", "4", "6", "8", "10");
    }

    @Test
    void seesEveryDocumentThatWasThereWhenOthersAreInsertedMeanwhile() throws Exception {
        createAppXml();
        insert(1, 1_000, i -> "<a/>");
        JdbcSource source = open(table());
        Set<String> keys = new HashSet<>();

        Document document = source.next();
        execute("INSERT INTO app_xml VALUES (0, '<late/>'), (5000, '<late/>')");
        for (; document != null; document = source.next()) {
            assertThat(keys.add(document.key())).isTrue();
        }

        assertThat(keys).hasSize(1_001).contains("1", "1000", "5000").doesNotContain("0");
    }

    @Test
    void refusesKeysThatRepeatWithinAPageAndAcrossItsBorder() throws Exception {
        for (int repeated : List.of(5, 32)) {
            dropTables();
            execute("CREATE TABLE app_xml (app_id bigint, xml " + tested().text() + ")");
            insert(1, 40, i -> "<a/>");
            execute("INSERT INTO app_xml VALUES (" + repeated + ", '<b/>')");

            assertThatThrownBy(() -> all(open(table())))
                    .hasMessageContaining("not unique")
                    .hasMessageContaining("--key-column");
        }
    }

    @Test
    void refusesNullKeys() throws Exception {
        execute(
                "CREATE TABLE app_xml (app_id bigint, xml " + tested().text() + ")",
                "INSERT INTO app_xml VALUES (NULL, '<a/>')");

        assertThatThrownBy(() -> open(table()))
                .isInstanceOfSatisfying(
                        SourceException.class, e -> assertThat(e.isUsage()).isTrue())
                .hasMessageContaining("holds NULL");
    }

    @Test
    void namesWhatThereIsWhenANameIsWrong() throws Exception {
        createAppXml();

        assertThatThrownBy(() -> open(selection("app_xm", "app_id", "xml")))
                .hasMessageContaining("table app_xm – not found")
                .hasMessageContainingAll("there is", "--from-table");
        assertThatThrownBy(() -> open(selection("app_xml", "appid", "xml")))
                .satisfies(e -> assertThat(e.getMessage().toLowerCase(Locale.ROOT))
                        .contains("column appid of app_xml – not found", "app_id, xml"));
        assertThatThrownBy(() -> open(selection("app_xml", "app_id", "app_id")))
                .hasMessageContaining("which holds no XML");
        assertThatThrownBy(() -> open(new JdbcSource.Selection(null, "SELECT nonsense", "a", "b", null, null, null)))
                .isInstanceOfSatisfying(
                        SourceException.class, e -> assertThat(e.isUsage()).isTrue());
    }

    @Test
    void findsNamesWhateverTheirCase() throws Exception {
        createAppXml();
        insert(1, 1, i -> "<a/>");

        assertThat(all(open(selection("App_Xml", "APP_ID", "XML")))).hasSize(1);
    }

    @Test
    void estimatesHowManyDocumentsThereAre() throws Exception {
        createAppXml();
        insert(1, 100, i -> "<a/>");

        assertThat(open(table()).estimatedDocuments()).isEqualTo(OptionalLong.of(100));
        assertThat(range("11", "20").estimatedDocuments()).isEqualTo(OptionalLong.of(10));
    }

    @Test
    void stopsBetweenPagesWhenInterrupted() throws Exception {
        createAppXml();
        JdbcSource source = open(table());

        Thread.currentThread().interrupt();

        assertThatThrownBy(source::next).isInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void tellsThatTheRunCanGoOnWhenTheTableVanishes() throws Exception {
        createAppXml();
        JdbcSource source = open(table());
        execute("DROP TABLE app_xml");

        assertThatThrownBy(source::next)
                .isInstanceOfSatisfying(
                        SourceException.class, e -> assertThat(e.isUsage()).isFalse())
                .hasMessageContainingAll("after 0 documents", "to go on");
    }

    private void assertKeys(String type, List<String> literals, String from, String to, int inRange) throws Exception {
        dropTables();
        execute("CREATE TABLE app_xml (app_id " + type + " PRIMARY KEY, xml " + tested().text() + ")");
        for (String literal : literals) {
            execute("INSERT INTO app_xml VALUES (" + tested().literal(literal) + ", '<a/>')");
        }
        createLog();
        execute("INSERT INTO log SELECT 'loans', "
                + tested().database().dialect().asKeyText("app_id", type) + ", 'loaded', NULL, 'run-1' FROM app_xml");

        assertThat(keys(open(table()))).as(type).hasSize(literals.size()).doesNotHaveDuplicates();
        assertThat(keys(range(from, to))).as(type).hasSize(inRange);
        assertThat(keysByParts(table(), literals.size())).as(type).isEqualTo(keys(open(table())));
        JdbcSource nothingNew = open(ledger(LedgerFilter.Mode.NEW));
        assertThat(all(nothingNew)).as(type).isEmpty();
        assertThat(nothingNew.skipped()).as(type).isEqualTo(literals.size());
    }

    private void createAppXml() throws SQLException {
        execute("CREATE TABLE app_xml (app_id bigint PRIMARY KEY, xml " + tested().text() + ")");
    }

    private void createLog() throws SQLException {
        execute(
                "CREATE TABLE log (\"contract_name\" varchar(100), \"document_key\" "
                        + tested().database().dialect().binaryTextType(SqlType.varchar(400))
                        + " NOT NULL, \"status\" varchar(20), \"code\" varchar(40), \"run_id\" varchar(40), PRIMARY KEY (\"contract_name\", \"document_key\"))");
    }

    private void insert(int first, int last, java.util.function.IntFunction<String> xml) throws SQLException {
        try (Connection connection = tested().database().connect();
                PreparedStatement insert = connection.prepareStatement("INSERT INTO app_xml VALUES (?, ?)")) {
            connection.setAutoCommit(false);
            for (int i = first; i <= last; i++) {
                insert.setLong(1, i);
                insert.setString(2, xml.apply(i));
                insert.addBatch();
                if (i % 500 == 0 || (i > 300 && i < 309)) {
                    insert.executeBatch();
                }
            }
            insert.executeBatch();
            connection.commit();
        }
    }

    final void execute(String... statements) throws SQLException {
        try (Connection connection = tested().database().connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(tested().sql("", sql));
            }
        }
    }

    final JdbcSource open(JdbcSource.Selection selection) throws SourceException {
        return JdbcSource.open(tested().database(), selection, XmlLimits.DEFAULTS);
    }

    static JdbcSource.Selection table() {
        return selection("app_xml", "app_id", "xml");
    }

    private JdbcSource range(String from, String to) throws SourceException {
        return open(new JdbcSource.Selection("app_xml", null, "app_id", "xml", from, to, null));
    }

    private JdbcSource.Selection ledger(LedgerFilter.Mode mode) {
        return new JdbcSource.Selection(
                "app_xml", null, "app_id", "xml", null, null, new LedgerFilter("log", "loans", mode));
    }

    private static JdbcSource.Selection selection(String table, String key, String xml) {
        return new JdbcSource.Selection(table, null, key, xml, null, null, null);
    }

    private static List<String> keys(JdbcSource source) throws Exception {
        return all(source).stream().map(Document::key).toList();
    }

    static List<Document> all(JdbcSource source) throws Exception {
        try (source) {
            List<Document> documents = new ArrayList<>();
            for (Document document = source.next(); document != null; document = source.next()) {
                documents.add(document);
            }
            return documents;
        }
    }

    private static String text(Document document) {
        return new String(document.content(), StandardCharsets.UTF_8);
    }
}

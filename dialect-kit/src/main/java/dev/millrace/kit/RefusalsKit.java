package dev.millrace.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.ContractException;
import dev.millrace.contract.ContractReader;
import dev.millrace.contract.MappingContract;
import dev.millrace.contract.SqlType;
import dev.millrace.database.Constraints;
import dev.millrace.database.OnExisting;
import dev.millrace.database.TargetException;
import dev.millrace.dialect.Dialect;
import dev.millrace.dialect.Dialect.Capability;
import dev.millrace.dialect.RetryPolicy;
import dev.millrace.dialect.TableFinder;
import dev.millrace.kit.RefusedRow.Meets;
import dev.millrace.processing.ProductionProcessor;
import dev.millrace.processing.RunOptions;
import dev.millrace.processing.RunOptions.FromFiles;
import dev.millrace.processing.RunSummary;
import dev.millrace.processing.RunSummary.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every way in which a database refuses a row, in every way of loading, wherever the row is that it meets, and at every place
 * among good documents: the bad documents are rejected, the others are loaded, the run ends, and the same again changes
 * nothing. An ordinary build tries some of the combinations, {@code -Dmillrace.refusals=all} tries all of them and
 * {@code -Dmillrace.refusals=NUMBER} as many.
 */
@Timeout(1800)
public abstract class RefusalsKit {
    private static final String SWITCH = "millrace.refusals";
    private static final int SAMPLE = 12;
    private static final int DOCUMENTS = 7;
    private static final RetryPolicy QUICK = new RetryPolicy(3, Duration.ofMillis(1), Duration.ofMillis(5));
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    @TempDir
    private Path folder;

    /** The database that the tests are run against. */
    protected abstract TestedDatabase tested();

    /** How rows come into the table. */
    enum LoadPath {
        PLAIN(""),
        /** Into a table that has more columns than the contract. */
        WIDER(""),
        KEEP_FIRST("on-duplicate: keep-first"),
        UPDATE("on-duplicate: update"),
        /** In place of an older version of the document. */
        REPLACE("");

        private final String setting;

        LoadPath(String setting) {
            this.setting = setting;
        }
    }

    /** Where the other row is that a row meets; for values that are refused by themselves, what came before. */
    enum Place {
        DOCUMENT,
        BATCH,
        EARLIER_BATCH,
        EARLIER_RUN
    }

    /** Which of the documents are bad. */
    enum Position {
        FIRST(Set.of(0)),
        MIDDLE(Set.of(3)),
        LAST(Set.of(DOCUMENTS - 1)),
        SEVERAL(Set.of(1, 2, DOCUMENTS - 1));

        private final Set<Integer> bad;

        Position(Set<Integer> bad) {
            this.bad = bad;
        }
    }

    /** One of the combinations. */
    record Case(RefusedRow row, LoadPath path, Place place, Position position) {
        /** Whether there is such a thing. */
        boolean isPossible() {
            if (!row.keyed() && path != LoadPath.PLAIN && path != LoadPath.WIDER) {
                return false;
            }
            if (row.meets() == Meets.KEY && (path == LoadPath.KEEP_FIRST || path == LoadPath.UPDATE)) {
                return false;
            }
            if (place == Place.DOCUMENT) {
                // Of rows with one key in a document the mapper knows before the database does.
                return row.meets() == Meets.VALUE;
            }
            if (path == LoadPath.REPLACE) {
                return place == Place.BATCH;
            }
            // The first document meets none that came before it.
            return row.meets() == Meets.NOTHING || place == Place.EARLIER_RUN || position != Position.FIRST;
        }

        @Override
        public String toString() {
            return row.kind() + ", " + path + ", " + place + ", " + position;
        }
    }

    @Test
    void everyRefusalCostsTheBadDocumentsOnly() throws Exception {
        List<Case> cases = cases();
        List<String> failures = new ArrayList<>();
        createSchema();

        // A database that is a file is opened once, and not for each statement.
        try (Connection open = tested().database().connect()) {
            assertThat(open.isClosed()).isFalse();
            for (Case each : cases) {
                try {
                    check(each);
                } catch (AssertionError | Exception e) {
                    failures.add(each + ": " + e);
                }
            }
        }

        assertThat(failures).as("of " + cases.size() + " combinations").isEmpty();
    }

    @Test
    void refusesBeforeAnythingIsReadWhatItCannotIndex() throws Exception {
        createSchema();
        // What can be in an index is a matter of size first.
        List<String> types = new ArrayList<>(List.of("text", "xml", "bytes", "varchar(800)", "varchar(20000)"));
        List<String> others = new ArrayList<>(ExistingTypesKit.TYPES);
        others.add("varchar(4001)");
        others.removeAll(types);
        Collections.shuffle(others, new Random(1));
        types.addAll(isAll() ? others : others.subList(0, 2));
        try (Connection open = tested().database().connect()) {
            assertThat(open.isClosed()).isFalse();
            for (String type : types) {
                for (Constraints constraints : Constraints.values()) {
                    checkIndexes(type, constraints);
                }
            }
        }
    }

    /** In tables made by a run, a column of the type is either in keys and indexes that are there in the end, or refused. */
    private void checkIndexes(String type, Constraints constraints) throws Exception {
        int number = NUMBERS.incrementAndGet();
        MappingContract contract;
        try {
            contract = ContractReader.read("""
                    contract: 1
                    name: indexes_%1$d
                    schema: refusals
                    tables:
                      k%1$d:
                        columns:
                          v: { path: "v%2$s", type: "%3$s", key: true }
                      u%1$d:
                        unique: [[v]]
                        columns:
                          id: { path: "@id", type: integer, key: true }
                          v: { path: "v%2$s", type: "%3$s" }
                      i%1$d:
                        index: v
                        columns:
                          id: { path: "@id", type: integer, key: true }
                          v: { path: "v%2$s", type: "%3$s" }
                    """.formatted(number, type.equals("xml") ? "/x" : "", type), "test.yaml")
                    .contract();
        } catch (ContractException e) {
            // No contract has such a key.
            return;
        }
        String edge = ExistingTypesKit.edges(SqlType.parse(type).orElseThrow()).get(0);
        Path documents = Files.createDirectory(folder.resolve("index" + number));
        Files.writeString(documents.resolve("a.xml"), "<d id='1'><v>" + edge + "</v></d>");
        RunOptions options = RunOptions.from(new FromFiles(documents.toString()))
                .to(tested().database())
                .workers(1)
                .createTables(true)
                .constraints(constraints)
                .retryPolicy(QUICK)
                .build();
        try {
            RunSummary summary = new ProductionProcessor(contract, options).run(progress -> {});
            RunSummary again = new ProductionProcessor(contract, options).run(progress -> {});

            assertThat(summary.status())
                    .as(type + " " + constraints + ": " + summary.failure())
                    .isEqualTo(Status.FINISHED);
            assertThat(again.status())
                    .as(type + " " + constraints + ": " + again.failure())
                    .isEqualTo(Status.FINISHED);
            assertThat(again.documents().skipped()).isEqualTo(1);
        } catch (TargetException e) {
            assertThat(e.isUsage())
                    .as(type + " " + constraints + ": " + e.getMessage())
                    .isTrue();
            assertThat(e.getMessage())
                    .as(type + " " + constraints)
                    .containsPattern("table k" + number + "\\b")
                    .containsPattern("table u" + number + "\\b")
                    .containsPattern("table i" + number + "\\b")
                    .contains("varchar(n)");
            try (Connection connection = tested().database().connect()) {
                assertThat(new TableFinder(connection).find(null, "i" + number)).isEmpty();
            }
        }
    }

    /** All, or a sample in which every kind of refusal meets every way of loading before one of them meets it twice. */
    private List<Case> cases() {
        List<Case> all = new ArrayList<>();
        for (RefusedRow row : tested().refusedRows()) {
            for (LoadPath path : LoadPath.values()) {
                for (Place place : Place.values()) {
                    for (Position position : Position.values()) {
                        Case each = new Case(row, path, place, position);
                        if (each.isPossible()) {
                            all.add(each);
                        }
                    }
                }
            }
        }
        String wanted = System.getProperty(SWITCH, String.valueOf(SAMPLE));
        if (isAll()) {
            return all;
        }
        Collections.shuffle(all, new Random(all.size()));
        Set<String> met = new HashSet<>();
        List<Case> first = new ArrayList<>();
        List<Case> others = new ArrayList<>();
        for (Case each : all) {
            (met.add(each.row().kind() + each.path()) ? first : others).add(each);
        }
        first.addAll(others);
        return first.subList(0, Math.min(first.size(), Integer.parseInt(wanted)));
    }

    private static boolean isAll() {
        return "all".equals(System.getProperty(SWITCH));
    }

    private void check(Case each) throws Exception {
        int number = NUMBERS.incrementAndGet();
        String table = "t" + number;
        for (String statement : each.row().ddl()) {
            execute(numbered(statement, number));
        }
        if (each.path() == LoadPath.WIDER) {
            execute("alter table {s}.\"" + table + "\" add \"further\" integer");
        }
        MappingContract contract = ContractReader.read(
                        """
                contract: 1
                name: refusals_%1$d
                schema: refusals
                tables:
                  t%1$d:
                    rows: row
                    %2$s
                    columns:
                      id: { path: "@id", type: integer, key: true }
                      v: { path: "@v", type: %3$s }
                      x: { path: "@x", type: varchar(20) }
                """.formatted(number, each.path().setting, each.row().type()), "test.yaml")
                .contract();
        Path documents = Files.createDirectory(folder.resolve(table));
        Set<Integer> bad = each.position().bad;
        Set<String> expected = new TreeSet<>();
        boolean before = each.path() == LoadPath.REPLACE;
        if (before || each.place() == Place.EARLIER_RUN) {
            for (int i = 0; i < DOCUMENTS; i++) {
                if (before || !bad.contains(i)) {
                    write(documents, each, i, false, "old");
                }
            }
            RunSummary earlier = run(contract, documents, each);
            assertThat(earlier.status()).as(earlier.failure()).isEqualTo(Status.FINISHED);
            assertThat(earlier.documents().rejected()).isZero();
        }
        String version = before ? "new" : "old";
        for (int i = 0; i < DOCUMENTS; i++) {
            write(documents, each, i, bad.contains(i), version);
            if (!bad.contains(i) || before) {
                String x = bad.contains(i) ? "old" : version;
                expected.add(10 * i + "|" + good(each, 10 * i) + "|" + x);
                expected.add(10 * i + 1 + "|" + good(each, 10 * i + 1) + "|" + x);
            }
        }

        RunSummary summary = run(contract, documents, each);
        Set<String> rows = rows(table);
        RunSummary again = run(contract, documents, each);

        assertThat(summary.status()).as(summary.failure()).isEqualTo(Status.FINISHED);
        assertThat(summary.rejects().first())
                .extracting(reject -> reject.documentKey() + " "
                        + reject.fault().code() + " " + reject.fault().table()
                        + (each.row().tellsColumn() ? " " + reject.fault().column() : ""))
                .containsExactlyInAnyOrderElementsOf(bad.stream()
                        .map(i -> i + ".xml " + each.row().code() + " " + table
                                + (each.row().tellsColumn() ? " v" : ""))
                        .toList());
        assertThat(rows).isEqualTo(expected);
        assertThat(again.status()).as(again.failure()).isEqualTo(Status.FINISHED);
        assertThat(again.documents().skipped()).isEqualTo(DOCUMENTS);
        assertThat(rows(table)).isEqualTo(expected);
    }

    /** Two good rows; in a bad document the second one is bad. */
    private static void write(Path documents, Case each, int document, boolean bad, String version) throws IOException {
        int id = 10 * document;
        StringBuilder xml = new StringBuilder("<d>");
        row(xml, id, good(each, id), version);
        if (!bad) {
            row(xml, id + 1, good(each, id + 1), version);
        } else if (each.row().meets() == Meets.NOTHING) {
            String value = each.row().bad();
            row(xml, id + 1, value == null ? "" : value.equals(RefusedRow.LONG) ? longText() : value, version);
        } else {
            // The first row of the document itself, or one of a good document that was there before.
            int other = each.place() == Place.DOCUMENT ? id : document == 0 ? 41 : 1;
            row(xml, each.row().meets() == Meets.KEY ? other : id + 1, good(each, other), version);
        }
        Files.writeString(documents.resolve(document + ".xml"), xml.append("</d>"));
    }

    private static void row(StringBuilder xml, int id, String v, String x) {
        xml.append("<row id='").append(id).append("' ");
        if (!v.isEmpty()) {
            xml.append("v='").append(v).append("' ");
        }
        xml.append("x='").append(x).append("'/>");
    }

    /** Which no compression makes short. */
    private static String longText() {
        Random random = new Random(1);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 20_000; i++) {
            text.append((char) ('a' + random.nextInt(26)));
        }
        return text.toString();
    }

    private static String good(Case each, int id) {
        return each.row().good().replace("{n}", String.valueOf(id));
    }

    private RunSummary run(MappingContract contract, Path documents, Case each) throws Exception {
        RunOptions options = RunOptions.from(new FromFiles(documents.toString()))
                .to(tested().database())
                .workers(1)
                .batchDocuments(each.place() == Place.EARLIER_BATCH ? 1 : 100)
                .createTables(true)
                .retryPolicy(QUICK)
                .onExisting(each.path() == LoadPath.REPLACE ? OnExisting.REPLACE : OnExisting.SKIP)
                .build();
        return new ProductionProcessor(contract, options).run(progress -> {});
    }

    private void createSchema() throws SQLException {
        Dialect dialect = tested().database().dialect();
        if (dialect.capabilities().contains(Capability.SCHEMAS)) {
            execute(dialect.createSchema("refusals"));
        }
    }

    /** A statement with tables of a case's own. */
    private static String numbered(String statement, int number) {
        return statement
                .replace("\"t\"", "\"t" + number + "\"")
                .replace("\"other\"", "\"other" + number + "\"")
                .replace("\"i\"", "\"i" + number + "\"");
    }

    private void execute(String statement) throws SQLException {
        try (Connection connection = tested().database().connect();
                Statement executed = connection.createStatement()) {
            executed.execute(tested().sql("refusals", statement));
        }
    }

    private Set<String> rows(String table) throws SQLException {
        String select = tested().sql("refusals", "select \"id\", \"v\", \"x\" from {s}.\"" + table + "\"");
        Set<String> rows = new TreeSet<>();
        try (Connection connection = tested().database().connect();
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(select)) {
            while (found.next()) {
                rows.add(found.getInt(1) + "|" + found.getString(2) + "|" + found.getString(3));
            }
        }
        return rows;
    }
}

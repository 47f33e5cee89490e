package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What {@code diff} prints is executed as it stands, on tables that a run of the old contract has made and filled; then the new contract
 * fits, and its run loads.
 */
class DiffStatementsTest {

    private static final String OLD = """
            contract: 1
            name: orders
            document: { record: /order }
            tables:
              orders:
                columns:
                  id:     { path: "@id", type: bigint, key: true }
                  buyer:  { path: buyer, type: varchar(12), required: true }
                  amount: { path: "@amount", type: "decimal(9,2)" }
                  small:  { path: "@small", type: smallint }
                  gone:   { path: "@gone", type: varchar(9) }
              item:
                parent: orders
                rows: item
                columns:
                  order_id: { ref: orders.id, key: true }
                  pos:      { ordinal: true, key: true }
                  price:    { path: "@price", type: "decimal(9,2)" }
              tag:
                parent: orders
                rows: tag
                columns:
                  order_id: { ref: orders.id, key: true }
                  name:     { path: ., type: varchar(9), key: true }
            """;

    private static final String DOCUMENT =
            "<order id='7' amount='1.50' small='3' gone='x'><buyer>Ann</buyer><item price='2.25'/><tag>a</tag></order>";

    @TempDir
    private static Path shared;

    private static @Nullable EmbeddedPostgres postgres;

    @TempDir
    private Path folder;

    /** The databases that are here without a server. */
    enum Kind {
        H2,
        SQLITE,
        DUCKDB,
        POSTGRESQL;

        String url(Path folder) throws SQLException {
            return switch (this) {
                case H2 -> "jdbc:h2:" + folder.resolve("h2") + ";DB_CLOSE_DELAY=0";
                case SQLITE -> "jdbc:sqlite:" + folder.resolve("s.db");
                case DUCKDB -> "jdbc:duckdb:" + folder.resolve("d.db");
                case POSTGRESQL -> fresh();
            };
        }

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        private static String fresh() throws SQLException {
            if (postgres == null) {
                throw new IllegalStateException("not started");
            }
            String name = "d" + UUID.randomUUID().toString().replace("-", "");
            try (Connection connection = DriverManager.getConnection(postgres.getJdbcUrl("postgres", "postgres"));
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE DATABASE " + name);
            }
            return postgres.getJdbcUrl("postgres", name);
        }
    }

    @BeforeAll
    static void start() throws IOException {
        postgres = EmbeddedPostgres.builder()
                .setOverrideWorkingDirectory(shared.resolve("postgresql").toFile())
                .start();
    }

    @AfterAll
    static void stop() throws IOException {
        if (postgres != null) {
            postgres.close();
        }
    }

    /** What every database does in place. */
    @ParameterizedTest
    @EnumSource(Kind.class)
    void renamesAndAddsInPlace(Kind kind) throws Exception {
        String changed = OLD.replace("buyer:  { path: buyer", "purchaser: { path: buyer")
                .replace("      gone:   { path: \"@gone\", type: varchar(9) }\n", "")
                .replace("  item:\n", "  line:\n    index: price\n")
                .replace(
                        "small:  {",
                        "more: { path: \"@more\", type: date, required: true, default: 2024-02-29 }\n      small: {");
        changed += """
                note:
                  parent: line
                  rows: note
                  unique: text
                  columns:
                    order_id: { ref: line.order_id, key: true }
                    pos:      { ref: line.pos, key: true }
                    seq:      { ordinal: true, key: true }
                    text:     { path: ., type: varchar(40) }
                """.indent(2);
        for (boolean against : List.of(false, true)) {
            Path here = Files.createDirectory(folder.resolve(against ? "against" : "dialect"));
            String url = kind.url(here);
            Path before = Files.writeString(here.resolve("old.yaml"), OLD);
            Path after = Files.writeString(here.resolve("new.yaml"), changed);
            load(before, here, url);

            Invocation diff =
                    against ? diff(before, after, "--against", url) : diff(before, after, "--dialect", kind.word());

            assertThat(diff.exitCode()).as(diff.all()).isEqualTo(3);
            assertThat(diff.out()).doesNotContain("cannot", "as far as");
            execute(url, diff.out());
            Invocation check = Invocation.of("check", after.toString(), "--against", url);
            assertThat(check.exitCode()).as(diff.out() + check.all()).isZero();
            assertThat(value(url, "SELECT \"purchaser\" FROM \"orders\"")).isEqualTo("Ann");
            assertThat(value(url, "SELECT count(*) FROM \"line\"")).isEqualTo("1");
            reload(after, here, url, 1);
            assertThat(value(url, "SELECT \"more\" FROM \"orders\"")).startsWith("2024-02-29");
            assertThat(value(url, "SELECT \"price\" FROM \"line\"")).isEqualTo("2.25");
        }
    }

    /** What needs a database that changes columns. */
    @ParameterizedTest
    @EnumSource(Kind.class)
    void widensInPlaceOrSaysWhatToDo(Kind kind) throws Exception {
        String url = kind.url(folder);
        Path before = Files.writeString(
                folder.resolve("old.yaml"), OLD.replace("    rows: item\n", "    rows: item\n    unique: price\n"));
        Path after = Files.writeString(
                folder.resolve("new.yaml"),
                OLD.replace("varchar(12), required: true", "varchar(80)")
                        .replace(
                                "amount: { path: \"@amount\", type: \"decimal(9,2)\"",
                                "amount: { path: \"@amount\", type: \"decimal(14,4)\"")
                        .replace("type: smallint", "type: bigint")
                        .replace(
                                "price:    { path: \"@price\", type: \"decimal(9,2)\"",
                                "price:    { path: \"@price\", type: \"decimal(12,2)\""));
        load(before, folder, url);

        Invocation diff = diff(before, after, "--dialect", kind.word());

        assertThat(diff.exitCode()).as(diff.all()).isEqualTo(3);
        execute(url, diff.out());
        Invocation left = Invocation.of("ddl", after.toString(), "--against", url);
        if (kind == Kind.SQLITE || kind == Kind.DUCKDB) {
            assertThat(diff.out())
                    .contains(
                            "as far as statements do it in place", kind.word() + " cannot change that in place – drop")
                    .contains("keeps (price) unique, which the new contract does not");
            assertThat(left.out()).as("what was said to be left").doesNotContain("ALTER");
            return;
        }
        assertThat(diff.out()).doesNotContain("cannot", "as far as").contains("DROP CONSTRAINT", "DROP NOT NULL");
        assertThat(left.out()).endsWith("fit the contract.\n");
        assertThat(left.exitCode()).isZero();
        Files.writeString(
                folder.resolve("in/2.xml"), "<order id='8' small='70000' amount='1.2345'><item price='2.25'/></order>");
        reload(after, folder, url, 2);
        assertThat(value(url, "SELECT \"small\" FROM \"orders\" WHERE \"id\" = 8"))
                .isEqualTo("70000");
    }

    /** A column that is not in the contract any more must not be in the way of new rows. */
    @ParameterizedTest
    @EnumSource(Kind.class)
    void freesColumnsThatNobodyFills(Kind kind) throws Exception {
        String url = kind.url(folder);
        Path before = Files.writeString(
                folder.resolve("old.yaml"),
                OLD.replace("type: varchar(9) }\n  item", "type: varchar(9), required: true }\n  item"));
        Path after = Files.writeString(
                folder.resolve("new.yaml"), OLD.replace("      gone:   { path: \"@gone\", type: varchar(9) }\n", ""));
        load(before, folder, url);

        Invocation diff = diff(before, after, "--dialect", kind.word());

        execute(url, diff.out());
        if (kind == Kind.SQLITE) {
            assertThat(diff.out())
                    .contains("column gone – is NOT NULL, and the new contract may give it no value; sqlite cannot");
            return;
        }
        assertThat(diff.out()).contains("column gone – is not in the new contract; it stays, and is NULL in new rows");
        Files.writeString(folder.resolve("in/2.xml"), DOCUMENT.replace("'7'", "'8'"));
        reload(after, folder, url, 2);
    }

    /** A table that goes leaves a foreign key; one whose column becomes unique gets a key. */
    @ParameterizedTest
    @EnumSource(Kind.class)
    void addsUniqueKeysAndTellsOfTablesThatStay(Kind kind) throws Exception {
        String url = kind.url(folder);
        Path before = Files.writeString(folder.resolve("old.yaml"), OLD);
        Path after = Files.writeString(
                folder.resolve("new.yaml"),
                OLD.substring(0, OLD.indexOf("  tag:\n"))
                        .replace("  orders:\n    columns:", "  orders:\n    unique: buyer\n    columns:"));
        load(before, folder, url);

        Invocation diff = diff(before, after, "--dialect", kind.word());

        assertThat(diff.out())
                .contains("table orders – fails where rows that are there have the same values in (buyer)")
                .contains("table tag – is not in the new contract; it stays, with its rows");
        execute(url, diff.out());
        Files.writeString(folder.resolve("in/2.xml"), DOCUMENT.replace("'7'", "'8'"));
        Invocation run = Invocation.of(
                "run", after.toString(), "--from", folder.resolve("in").toString(), "--to", url);
        assertThat(run.exitCode()).as(run.all()).isEqualTo(3);
        assertThat(run.out()).contains("1 rejected");
    }

    private static Invocation diff(Path before, Path after, String... more) {
        FakeTerminal file = new FakeTerminal();
        file.outputIsTerminal = false;
        return Invocation.in(
                file,
                Stream.concat(Stream.of("diff", before.toString(), after.toString()), Stream.of(more))
                        .toArray(String[]::new));
    }

    private static void load(Path contract, Path here, String url) throws IOException {
        Path in = Files.createDirectory(here.resolve("in"));
        Files.writeString(in.resolve("1.xml"), DOCUMENT);
        Invocation run =
                Invocation.of("run", contract.toString(), "--from", in.toString(), "--to", url, "--create-tables");
        assertThat(run.exitCode()).as(run.all()).isZero();
    }

    private static void reload(Path contract, Path here, String url, int documents) {
        Invocation run = Invocation.of(
                "run",
                contract.toString(),
                "--from",
                here.resolve("in").toString(),
                "--to",
                url,
                "--on-existing",
                "reload");
        assertThat(run.exitCode()).as(run.all()).isZero();
        assertThat(run.out()).contains(documents + " read: " + documents + " loaded");
    }

    /** A statement ends with its line; comments are left to the database. */
    private static void execute(String url, String script) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            for (String part : script.split("(?<=;)\\n")) {
                if (part.lines().anyMatch(line -> !line.isBlank() && !line.startsWith("--"))) {
                    statement.execute(part);
                }
            }
        }
    }

    private static String value(String url, String query) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            assertThat(row.next()).isTrue();
            return String.valueOf(row.getString(1));
        }
    }
}

package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page of a run that the ledger remembers. */
class ReportCommandTest {

    private static final Pattern RUN = Pattern.compile("\\(run ([0-9a-f-]+)\\)");

    private final String target = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";

    @TempDir
    private Path folder;

    private Path contract = Path.of("");
    private Path in = Path.of("");
    private Path page = Path.of("");

    @BeforeEach
    void write() throws IOException {
        contract = Files.writeString(folder.resolve("orders.yaml"), """
                contract: 1
                name: orders
                document: { record: /batch/order }
                tables:
                  orders:
                    columns:
                      id:   { path: "@id", type: bigint, key: true }
                      kind: { path: "@kind", type: varchar(5) }
                  item:
                    parent: orders
                    rows: "item[@ok = '1']"
                    columns:
                      order_id: { ref: orders.id, key: true }
                      pos:      { ordinal: true, key: true }
                      text:     { path: ., type: varchar(5) }
                """);
        in = Files.createDirectory(folder.resolve("in"));
        page = folder.resolve("page.html");
        Files.writeString(in.resolve("1.xml"), """
                <batch sent="2026-01-01">
                <order id="1" kind="first"><item ok="1">a</item><item ok="0"/><note>secret</note></order>
                <order id="2" kind="much too long"/>
                <order id="3"><item ok="1">far too long</item></order>
                </batch>
                """);
    }

    @AfterEach
    void shutDown() throws SQLException {
        execute("SHUTDOWN");
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(target);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private String run(String... options) {
        List<String> words = new ArrayList<>(List.of(
                "run",
                contract.toString(),
                "--from",
                in.toString(),
                "--to",
                target,
                "--create-tables",
                "--no-progress"));
        words.addAll(List.of(options));
        Invocation run = Invocation.of(words.toArray(String[]::new));
        Matcher id = RUN.matcher(run.out());
        assertThat(id.find()).as(run.all()).isTrue();
        return id.group(1);
    }

    private Invocation report(String... options) {
        List<String> words = new ArrayList<>(List.of("report", "--to", target, "-o", page.toString()));
        words.addAll(List.of(options));
        return Invocation.of(words.toArray(String[]::new));
    }

    private void assertIsRefused(Invocation refused, String text) {
        assertThat(refused.exitCode()).as(refused.all()).isEqualTo(2);
        assertThat(refused.err().lines()).singleElement().asString().contains(text);
        assertThat(page).doesNotExist();
    }

    @Test
    void isThePageThatTheRunItselfHasWritten() throws Exception {
        Path live = folder.resolve("live.html");
        run("--report", live.toString());

        Invocation later = report();

        assertThat(later.exitCode()).as(later.all()).isZero();
        assertThat(later.all()).isEmpty();
        assertThat(page).hasSameTextualContentAs(live);
        assertThat(Files.readString(page))
                .contains(
                        "<div class=\"diagram\"",
                        "--batch-size",
                        "<code>note/text()</code>",
                        "<td>item 1, orders 1</td>")
                .doesNotContain("secret");
    }

    @Test
    void isOfTheLastRunOrOfTheOneThatIsNamed() throws Exception {
        String first = run();
        Files.writeString(in.resolve("2.xml"), "<batch><order id='4'/></batch>");
        String second = run();

        assertThat(report().exitCode()).isZero();
        assertThat(Files.readString(page)).contains(second).doesNotContain(first);
        assertThat(report("--contract", "orders").exitCode()).isZero();
        assertThat(Files.readString(page)).contains(second);
        assertThat(report("--run", first).exitCode()).isZero();
        assertThat(Files.readString(page)).contains(first).doesNotContain(second);
    }

    @Test
    void saysWhatTheLedgerHasNotKept() throws Exception {
        run();
        String nothing = run();
        assertThat(report("--run", nothing).exitCode()).isZero();
        assertThat(Files.readString(page))
                .contains("0 documents were loaded")
                .contains("The paths are not in the ledger");

        execute("UPDATE \"processing_run\" SET \"summary\" = REGEXP_REPLACE(\"summary\", ',\"structure\":\\[.*', '}')");
        assertThat(report("--run", nothing).exitCode()).isZero();
        assertThat(Files.readString(page))
                .contains("the run is of an earlier version of Millrace, which did not keep it");
    }

    @Test
    void runsOfWhichThereIsNothingToTellAreToldInOneLine() throws Exception {
        assertIsRefused(report(), "holds no ledger (processing_log");
        String run = run();
        assertIsRefused(
                report("--run", "20200101-000000-000000"),
                "no run 20200101-000000-000000 is in its ledger – the latest" + " that have ended are " + run
                        + "; 'runs' lists all");
        assertIsRefused(report("--contract", "other"), "no run of a contract \"other\" has ended with a summary");
        assertIsRefused(report("--run", run, "--contract", "orders"), "--run and --contract exclude each other");
        execute("UPDATE \"processing_run\" SET \"summary\" = '{\"version\":7}'");
        assertIsRefused(
                report(), "the ledger has of run " + run + " a summary of version 7, and this Millrace reads 1");
        execute("UPDATE \"processing_run\" SET \"summary\" = NULL, \"status\" = 'failed'");
        assertIsRefused(report("--run", run), "run " + run + " failed before its documents");
        execute("UPDATE \"processing_run\" SET \"finished_at\" = NULL, \"status\" = 'running'");
        assertIsRefused(
                report("--run", run), "no end of run " + run + " is written down: it is under way, or was killed");
        assertIsRefused(report(), "no run has ended with a summary");
    }

    @Test
    void theFileIsLookedAtBeforeTheDatabaseIsAsked() {
        Invocation nowhere = Invocation.of(
                "report",
                "--to",
                "jdbc:h2:" + folder.resolve("none"),
                "-o",
                folder.resolve("no/page.html").toString());
        assertThat(nowhere.exitCode()).isEqualTo(2);
        assertThat(nowhere.err().lines()).singleElement().asString().startsWith("-o: cannot be written – no such file");

        Invocation unnamed = Invocation.of("report", "--to", target);
        assertThat(unnamed.exitCode()).isEqualTo(2);
        assertThat(unnamed.err()).contains("-o is missing: name the file to write, such as -o run.html");
    }
}

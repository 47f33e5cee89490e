package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.xml.XmlLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifyCommandTest {

    private final String url = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";

    @TempDir
    private Path folder;

    private Path contract = Path.of("");
    private Path documents = Path.of("");

    @BeforeEach
    void load() throws IOException {
        contract = SmallContract.in(folder);
        documents = Files.createDirectory(folder.resolve("documents"));
        for (int id = 1; id <= 5; id++) {
            Files.writeString(documents.resolve(id + ".xml"), SmallContract.document(id));
        }
        Files.writeString(documents.resolve("6.xml"), SmallContract.tooLong(6));
        Invocation.of("run", contract.toString(), "--from", documents.toString(), "--to", url, "--create-tables");
    }

    @Test
    void saysThatAllIsEqual() {
        Invocation verify = verify("--no-progress");

        assertThat(verify.exitCode()).as(verify.all()).isZero();
        assertThat(verify.err()).isEmpty();
        assertThat(verify.out())
                .contains("orders: verified: all 15 rows of 2 tables are as 5 documents give them")
                .contains("6 read: 5 compared, 1 rejected by their run");
        assertThat(verify.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    }

    @Test
    void saysWhatIsNotForTheContract() throws IOException {
        Files.writeString(
                contract, Files.readString(contract).replace("record: /order", "record: /order, select: \"@id > 2\""));

        Invocation verify = verify(
                "--no-progress", "--summary", folder.resolve("verified.json").toString());

        assertThat(verify.exitCode()).as(verify.all()).isEqualTo(ExitCode.DIFFERENT);
        assertThat(verify.out().replaceAll("\\s+", " "))
                .contains(" 2 not for the contract (document.select): they are not compared")
                .contains(
                        " 2 that were loaded are not in the source, or not selected any more: their rows count as extra");
        assertThat(Files.readString(folder.resolve("verified.json"))).contains("\"unselected\":2,");
    }

    @Test
    void endsAtCtrlCAndLeavesACleanLine() {
        FakeTerminal terminal = new FakeTerminal();
        terminal.interactive = true;
        terminal.interrupts = true;

        Invocation verify =
                Invocation.in(terminal, "verify", contract.toString(), "--from", documents.toString(), "--to", url);

        assertThat(verify.exitCode()).isEqualTo(ExitCode.INTERRUPTED);
        assertThat(verify.out()).isEmpty();
        String[] drawn = verify.err().split("\r");
        assertThat(drawn[drawn.length - 1])
                .isEqualTo("Stopped before the end: nothing is known of the rest, and nothing was changed."
                        + System.lineSeparator());
    }

    @Test
    void readsWhatARunWithFewerWorkersHasLoaded() throws IOException {
        // Too large for four workers in this heap, and not for one.
        int length = (int) Math.min(200L << 20, XmlLimits.forWorkers(4).documentBytes() + 1);
        assumeTrue(
                length < XmlLimits.forWorkers(1).documentBytes(),
                "run it in a smaller heap: in this one, such a document is too large for a test");
        Path large = folder.resolve("large.xml");
        Files.writeString(large, SmallContract.document(7).replace("<buyer>", " ".repeat(length) + "<buyer>"));
        String target = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
        Invocation run = Invocation.of(
                "run",
                contract.toString(),
                "--from",
                large.toString(),
                "--to",
                target,
                "--create-tables",
                "--workers",
                "1");
        assertThat(run.exitCode()).as(run.all()).isZero();

        Invocation verify = Invocation.of("verify", contract.toString(), "--from", large.toString(), "--to", target);

        assertThat(verify.exitCode()).as(verify.all()).isZero();
    }

    @Test
    void namesWhatDiffersButNoValue() throws SQLException {
        corrupt();

        Invocation verify = verify("--no-progress");

        assertThat(verify.exitCode()).isEqualTo(3);
        assertThat(verify.out())
                .contains("verified: 3 differences in 2 tables")
                .contains("different  document 2.xml: buyer")
                .contains("different  document 3.xml: placed a value → NULL")
                .contains("missing    document 4.xml");
        assertThat(verify.all()).doesNotContain(SmallContract.MARKER);
        assertThat(verify.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    }

    @Test
    void showsValuesWhenAsked() throws SQLException {
        corrupt();

        Invocation verify = verify("--show-values");

        assertThat(verify.out())
                .contains("document 2.xml  id 2: buyer \"Zaphod\" → \"Zaphot\"")
                .contains("document 4.xml  order_id 4, pos 2");
    }

    @Test
    void writesJson() throws SQLException {
        corrupt();

        Invocation verify = verify("--summary", "-", "--differences", "1");

        assertThat(verify.exitCode()).isEqualTo(3);
        assertThat(verify.out())
                .startsWith("{\"version\":1,\"contract\":\"orders\"")
                .contains(
                        "\"equal\":false", "\"compared\":5", "\"missing\":1", "\"columns\":{\"buyer\":1,\"placed\":1}")
                .hasLineCount(1);
        assertThat(verify.err()).contains("and 1 more");
    }

    @Test
    void refusesWhatCannotBeVerified() {
        assertThat(verify("--differences", "-1").exitCode()).isEqualTo(2);
        Invocation range =
                Invocation.of("verify", contract.toString(), "--from", url, "--key-range", "1..2", "--to", url);
        assertThat(range.exitCode()).isEqualTo(2);
        assertThat(range.err())
                .isEqualTo("--key-range: verify compares whole tables – leave it out" + System.lineSeparator());
        Invocation pipe = Invocation.of("verify", contract.toString(), "--from", "-", "--to", url);
        assertThat(pipe.exitCode()).isEqualTo(2);
        assertThat(pipe.err())
                .isEqualTo(
                        "standard input – can be read only once, and verify may have to read the source a second time –"
                                + " name files or a table" + System.lineSeparator());
        Invocation empty = Invocation.of(
                "verify",
                contract.toString(),
                "--from",
                documents.toString(),
                "--to",
                "jdbc:h2:mem:" + UUID.randomUUID());
        assertThat(empty.exitCode()).isEqualTo(2);
        assertThat(empty.err()).contains("table orders – is not in the target");
    }

    private Invocation verify(String... more) {
        String[] words = new String[6 + more.length];
        words[0] = "verify";
        words[1] = contract.toString();
        words[2] = "--from";
        words[3] = documents.toString();
        words[4] = "--to";
        words[5] = url;
        System.arraycopy(more, 0, words, 6, more.length);
        return Invocation.of(words);
    }

    private void corrupt() throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute("UPDATE \"orders\" SET \"buyer\" = 'Zaphot' WHERE \"id\" = 2");
            statement.execute("UPDATE \"orders\" SET \"placed\" = NULL WHERE \"id\" = 3");
            statement.execute("DELETE FROM \"item\" WHERE \"order_id\" = 4 AND \"pos\" = 2");
        }
    }
}

package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whom the command asks, what it says, and how it ends; what it deletes is the kit's. */
class ForgetCommandTest {

    private final String target = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";

    @TempDir
    private Path folder;

    private Path contract = Path.of("");
    private Path in = Path.of("");
    private @Nullable Connection open;

    @BeforeEach
    void load() throws IOException, SQLException {
        open = DriverManager.getConnection(target);
        contract = SmallContract.in(folder);
        in = Files.createDirectory(folder.resolve("in"));
        Files.writeString(in.resolve("1.xml"), SmallContract.document(1));
        Files.writeString(in.resolve("2.xml"), SmallContract.document(2));
        Files.writeString(in.resolve("3.xml"), SmallContract.tooLong(3));
        assertThat(run().exitCode()).isEqualTo(3);
    }

    @AfterEach
    void close() throws SQLException {
        if (open != null) {
            open.close();
        }
    }

    @Test
    void asksAtATerminalAndDoesWhatIsAnswered() throws Exception {
        FakeTerminal terminal = new FakeTerminal();
        terminal.answer = "";
        Invocation no = forget(terminal, "--all");

        assertThat(no.exitCode()).isEqualTo(130);
        assertThat(no.out()).isEqualTo("Nothing was forgotten.\n");
        assertThat(terminal.prompts)
                .containsExactly(target + ": delete 3 documents of contract orders, loaded with 6 rows, from ledger and"
                        + " tables? [y/N] ");
        assertThat(rows("orders")).hasSize(2);

        terminal.answer = "Y";
        Invocation done = forget(terminal, "--all");

        assertThat(done.exitCode()).as(done.all()).isZero();
        assertThat(done.out()).isEqualTo("""
                        3 documents of contract orders were deleted from ledger and tables.

                          Table   Rows
                          ------  ----
                          orders     2
                          item       4
                        """);
        assertThat(rows("orders")).isEmpty();
        assertThat(rows("processing_log")).isEmpty();
        assertThat(forget(terminal, "--all").out()).isEqualTo("The ledger holds no document of contract orders.\n");
        assertThat(run().out()).contains("3 read: 2 loaded, 1 rejected, 0 skipped");
    }

    @Test
    void refusesWhereNobodyCanBeAskedUnlessToldNotTo() throws Exception {
        Invocation refused = forget(new FakeTerminal(), "--all");
        Invocation done = forget(new FakeTerminal(), "1.xml", "9.xml", "--yes");

        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err()).contains("there is no terminal to ask at").contains("--yes");
        assertThat(done.exitCode()).isEqualTo(3);
        assertThat(done.err()).isEqualTo("document 9.xml – is not in the ledger\n");
        assertThat(done.out())
                .contains("1 document of contract orders was deleted")
                .contains("item       2");
        assertThat(rows("orders")).containsExactly("2");
    }

    @Test
    void takesNoKeysForAllDocumentsOnlyWhereItIsTold() throws Exception {
        FakeTerminal terminal = new FakeTerminal();
        terminal.interactive = true;
        terminal.answer = "y";
        for (String[] options :
                new String[][] {{}, {"--yes"}, {"--dry-run"}, {"--ledger-only", "--yes"}, {"--yes", "--"}}) {
            Invocation refused = forget(terminal, options);

            assertThat(refused.exitCode()).as(refused.all()).isEqualTo(2);
            assertThat(refused.err())
                    .isEqualTo("forget: which documents? – give their keys, or --all for all documents of the contract"
                            + System.lineSeparator());
        }
        Invocation both = forget(terminal, "--all", "1.xml", "--yes");
        Invocation empty = forget(terminal, "", "--yes");

        assertThat(both.exitCode()).isEqualTo(2);
        assertThat(both.err()).contains("--all and keys exclude each other");
        assertThat(empty.exitCode())
                .as("an empty word is a key, of no document")
                .isEqualTo(3);
        assertThat(terminal.prompts).isEmpty();
        assertThat(rows("orders")).hasSize(2);
        assertThat(rows("processing_log")).hasSize(3);
    }

    @Test
    void saysWhatWouldGoAndLeavesIt() throws Exception {
        Invocation dry = forget(new FakeTerminal(), "--all", "--dry-run");

        assertThat(dry.exitCode()).isZero();
        assertThat(dry.out())
                .contains("3 documents of contract orders would be deleted from ledger and tables.", "item       4")
                .endsWith("Nothing was changed (--dry-run).\n");
        assertThat(rows("processing_log")).hasSize(3);
    }

    @Test
    void leavesRowsWhereOnlyTheLedgerIsToForget() throws Exception {
        FakeTerminal terminal = new FakeTerminal();
        terminal.answer = "yes";
        Invocation done = forget(terminal, "--all", "--ledger-only");

        assertThat(terminal.prompts)
                .containsExactly(target
                        + ": take 3 documents of contract orders out of the ledger, and leave their rows? [y/N] ");
        assertThat(done.out())
                .isEqualTo("3 documents of contract orders were taken out of the ledger; rows stay as they are.\n");
        assertThat(rows("orders")).hasSize(2);
        assertThat(run().out()).contains("0 loaded, 3 rejected").contains("duplicate-key");
    }

    @Test
    void findsLedgerAndTablesUnderTheNamesOfTheContractAndTheOptions() throws Exception {
        Files.writeString(
                contract,
                Files.readString(contract)
                        .replace("name: orders\n", "name: orders\nschema: far\nledger: { schema: etl }\n"));
        assertThat(run("--ledger-prefix", "mr_").exitCode()).isEqualTo(3);

        Invocation other = forget(new FakeTerminal(), "--all", "--yes", "--ledger-prefix", "none_");
        Invocation done = forget(new FakeTerminal(), "--yes", "--ledger-prefix", "mr_", "2.xml");

        assertThat(other.exitCode()).isEqualTo(2);
        assertThat(other.err()).contains("mr_");
        assertThat(done.exitCode()).as(done.all()).isZero();
        assertThat(rows("far\".\"orders")).containsExactly("1");
        assertThat(rows("orders")).as("another contract's").hasSize(2);
    }

    @Test
    void saysThatRowsOfOthersReferToADocuments() throws Exception {
        try (Statement statement = connection().createStatement()) {
            statement.execute("CREATE TABLE own (o bigint REFERENCES \"orders\" (\"id\"))");
            statement.execute("INSERT INTO own VALUES (1)");
        }

        Invocation done = forget(new FakeTerminal(), "--all", "--yes");

        assertThat(done.exitCode()).isEqualTo(3);
        assertThat(done.out())
                .contains("2 documents of contract orders were deleted")
                .contains("1 document stayed, since")
                .contains("--ledger-only");
        assertThat(rows("orders")).containsExactly("1");
        assertThat(rows("item")).hasSize(2);
    }

    private Connection connection() {
        if (open == null) {
            throw new IllegalStateException("closed");
        }
        return open;
    }

    private Invocation run(String... more) {
        List<String> args = new ArrayList<>(List.of(
                "run",
                contract.toString(),
                "--from",
                in.toString(),
                "--to",
                target,
                "--create-tables",
                "--workers",
                "1"));
        args.addAll(List.of(more));
        return Invocation.of(args.toArray(new String[0]));
    }

    private Invocation forget(FakeTerminal terminal, String... more) {
        List<String> args = new ArrayList<>(List.of("forget", contract.toString(), "--to", target));
        args.addAll(List.of(more));
        return Invocation.in(terminal, args.toArray(new String[0]));
    }

    private List<String> rows(String table) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Statement statement = connection().createStatement();
                ResultSet found = statement.executeQuery("SELECT * FROM \"" + table + "\" ORDER BY 1")) {
            while (found.next()) {
                rows.add(found.getString(1));
            }
        }
        return rows;
    }
}

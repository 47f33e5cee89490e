package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told of a run whose end nobody has written down. */
class OpenRunTest {

    private final String url = "jdbc:h2:mem:open_run_" + System.nanoTime() + ";DB_CLOSE_DELAY=-1";

    @TempDir
    private Path folder;

    @BeforeEach
    void killedRun() throws Exception {
        Path contract = SmallContract.in(folder);
        Path documents = Files.createDirectory(folder.resolve("in"));
        for (int id = 1; id <= 3; id++) {
            Files.writeString(documents.resolve(id + ".xml"), SmallContract.document(id));
        }
        Files.writeString(documents.resolve("4.xml"), SmallContract.tooLong(4));
        Invocation run = Invocation.of(
                "run", contract.toString(), "--from", documents.toString(), "--to", url, "--create-tables");
        assertThat(run.exitCode()).as(run.all()).isEqualTo(ExitCode.REJECTS);
        execute("UPDATE \"processing_run\" SET \"status\" = 'running', \"finished_at\" = NULL,"
                + " \"documents_loaded\" = NULL, \"documents_rejected\" = NULL, \"documents_skipped\" = NULL");
    }

    @Test
    void countsWhatItHasCommittedSoFar() {
        for (String command : new String[] {"runs", "status"}) {
            Invocation told = Invocation.of(command, "--to", url);

            assertThat(told.out()).containsPattern("(?m)running .* +– +3 +1 +–$");
            assertThat(told.out().replaceAll("\\s+", " "))
                    .contains("has committed its last batch")
                    .contains("under way, or has just been killed");
        }
    }

    @Test
    void doubtsThatItIsRunningWhenItHasBeenSilentForLong() throws Exception {
        execute("UPDATE \"processing_log\" SET \"finished_at\" = DATEADD('HOUR', -3, CURRENT_TIMESTAMP)");

        Invocation told = Invocation.of("runs", "--to", url);

        assertThat(told.out().replaceAll("\\s+", " "))
                .contains(" running? ")
                .contains("its last batch 3 h 00 min ago")
                .contains("held up, or was killed; then give the same command again");
    }

    @Test
    void saysWhenItHasCommittedNothing() throws Exception {
        execute("DELETE FROM \"processing_log\"");

        assertThat(Invocation.of("runs", "--to", url).out().replaceAll("\\s+", " "))
                .contains("it has committed nothing since it began");
    }

    @Test
    void isListedWholeWhereNobodyLooksAtATerminal() {
        FakeTerminal terminal = new FakeTerminal();
        terminal.width = 40;
        assertThat(Invocation.in(terminal, "status", "--to", url).out()).contains("…");

        terminal.outputIsTerminal = false;

        assertThat(Invocation.in(terminal, "status", "--to", url).out())
                .doesNotContain("…")
                .containsPattern("(?m)^[0-9]{8}-[0-9]{6}-[0-9a-f]{6} +orders +running .*");
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}

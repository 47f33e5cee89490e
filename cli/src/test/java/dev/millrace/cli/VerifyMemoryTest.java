package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Verifies as many documents as {@code -Dmillrace.verify.documents} says in a heap of 256 MB, with every row of two tables
 * different, so that all of them must be sorted.
 */
@EnabledIfSystemProperty(
        named = "millrace.verify.documents",
        matches = "[0-9]+",
        disabledReason = "say how many documents: -Dmillrace.verify.documents=1000000")
class VerifyMemoryTest {

    private static final String CONTRACT = "../examples/loan-applications/contract.yaml";

    @TempDir
    private Path folder;

    @Test
    void memoryDoesNotGrowWithTheDifferences() throws Exception {
        long documents = Long.getLong("millrace.verify.documents", 0);
        try (EmbeddedPostgres server = EmbeddedPostgres.start()) {
            String url = server.getJdbcUrl("postgres", "postgres");
            assertThat(millrace("generate", "--documents", String.valueOf(documents), "--to", url))
                    .isZero();
            assertThat(millrace("run", CONTRACT, "--from", url, "--to", url, "--create-tables"))
                    .isZero();
            assertThat(millrace("verify", CONTRACT, "--from", url, "--to", url)).isZero();
            long scores;
            try (Connection connection = DriverManager.getConnection(url);
                    Statement statement = connection.createStatement()) {
                scores = statement.executeUpdate("UPDATE migration.scores SET score = coalesce(score, 0) + 1");
                statement.execute("DELETE FROM migration.contact_address");
            }
            Path summary = folder.resolve("summary.json");

            int exitCode = millrace("verify", CONTRACT, "--from", url, "--to", url, "--summary", summary.toString());

            assertThat(exitCode).isEqualTo(3);
            assertThat(Files.readString(summary)).contains("\"missing\":0,\"extra\":0,\"different\":" + scores);
        }
    }

    private int millrace(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx256m", "-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(List.of(arguments));
        File log = folder.resolve("log").toFile();
        return new ProcessBuilder(command)
                .redirectOutput(Redirect.DISCARD)
                .redirectError(log)
                .start()
                .waitFor();
    }
}

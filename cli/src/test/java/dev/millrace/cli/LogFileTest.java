package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log of real processes: one process logs to one place. */
class LogFileTest {

    @TempDir
    private Path folder;

    @Test
    void tellsBeginningAndEndOfTheShortestRun() throws Exception {
        Path documents = Files.createDirectory(folder.resolve("in"));
        Files.writeString(documents.resolve("1.xml"), SmallContract.document(1));
        Files.writeString(documents.resolve("2.xml"), SmallContract.tooLong(2));

        int exitCode = run("--from", documents.toString(), "--to", "jdbc:h2:mem:log", "--create-tables");

        assertThat(exitCode).isEqualTo(ExitCode.REJECTS);
        assertThat(Files.readString(folder.resolve("log")))
                .containsPattern(" INFO .*run [-0-9a-f]+ begins: .* into jdbc:h2:mem:log, 4 workers")
                .containsPattern("run [-0-9a-f]+ finished: 2 documents read, 1 loaded, 1 rejected, 0 skipped in ")
                .doesNotContain(SmallContract.MARKER);
    }

    @Test
    void tellsWhyARunCouldNotBegin() throws Exception {
        int exitCode = run("--from", folder.toString(), "--to", "jdbc:h2:mem:log");

        assertThat(exitCode).isEqualTo(ExitCode.USAGE);
        assertThat(Files.readString(folder.resolve("log")))
                .containsPattern("run [-0-9a-f]+ could not begin: .*holds no");
    }

    @Test
    void keepsWhatEarlierRunsHaveLogged() throws Exception {
        run("--from", folder.toString(), "--to", "jdbc:h2:mem:log");
        String first = Files.readString(folder.resolve("log"));

        run("--from", folder.toString(), "--to", "jdbc:h2:mem:log");

        assertThat(Files.readString(folder.resolve("log"))).startsWith(first).hasSizeGreaterThan(first.length());
    }

    private int run(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "run",
                SmallContract.in(folder).toString(),
                "--log-file",
                folder.resolve("log").toString()));
        command.addAll(List.of(words));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("screen").toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }
}

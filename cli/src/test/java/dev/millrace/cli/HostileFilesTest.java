package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * No file ends a run: what is wrong with it is its reject, what else is there is loaded, and the same command goes on. With
 * {@code -Dmillrace.hostile=20} the files are twenty times as large.
 */
@Timeout(300)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "run it on another system than Windows")
final class HostileFilesTest {

    private static final int SIZE = Integer.getInteger("millrace.hostile", 1);

    @TempDir
    Path folder;

    private Path contract;
    private Path documents;
    private String target = "";

    @BeforeEach
    void prepare() throws IOException {
        Path split = SmallContract.in(folder);
        Files.writeString(split, Files.readString(split).replace("record: /order ", "record: /orders/order "));
        contract = split;
        documents = Files.createDirectory(folder.resolve("in"));
        target = "jdbc:sqlite:" + folder.resolve("target.db");
        Files.writeString(documents.resolve("a.xml"), orders(1, 2));
        Files.writeString(documents.resolve("z.xml"), orders(3, 4));
    }

    @ParameterizedTest
    @EnumSource
    void rejectsTheHostileFileAndLoadsTheOthers(HostileFile hostile) throws Exception {
        hostile.write(documents.resolve(hostile.name), SIZE);

        Invocation first = run();

        assertThat(first.exitCode()).as(first.all()).isEqualTo(ExitCode.REJECTS);
        if (hostile.loaded >= 0) {
            assertThat(first.all()).contains(4 + hostile.loaded + " loaded");
        }
        Invocation rejects = Invocation.of("rejects", "--to", target);
        assertThat(rejects.all()).contains(hostile.code).contains(hostile.name.replaceAll("\\.(tar|zip)$", ""));
        for (String words : hostile.words) {
            assertThat(rejects.all().replaceAll("\\s+", " ")).contains(words);
        }

        Invocation again = run();
        assertThat(again.exitCode()).as(again.all()).isEqualTo(ExitCode.REJECTS);
        assertThat(again.all()).contains(" 0 loaded");

        String from = documents + "/*";
        assertThat(Invocation.of("verify", contract.toString(), "--from", from, "--to", target)
                        .exitCode())
                .isEqualTo(ExitCode.OK);
        Invocation check = Invocation.of("check", contract.toString(), from, "--limit", "100000");
        assertThat(check.exitCode()).as(check.all()).isEqualTo(ExitCode.REJECTS);
        assertThat(check.all()).contains(hostile.code).doesNotContain("internal error");
    }

    @Test
    void refusesAnArchiveWithoutXmlBeforeAnythingIsMade() throws Exception {
        Path archive = folder.resolve("empty.zip");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive))) {
            zip.putNextEntry(new ZipEntry("notes.txt"));
        }

        Invocation run = Invocation.of(
                "run", contract.toString(), "--from", archive.toString(), "--to", target, "--create-tables");

        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("the archive holds no *.xml file");
        assertThat(Files.exists(folder.resolve("target.db"))).isFalse();
    }

    /** A pipe that is named on purpose is read. */
    @Test
    void readsAPipeThatIsNamedByItself() throws Exception {
        Path pipe = folder.resolve("pipe.xml");
        new ProcessBuilder("mkfifo", pipe.toString()).inheritIO().start().waitFor();
        Thread writer = new Thread(() -> {
            try {
                Files.writeString(pipe, orders(7, 8));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        writer.start();

        Invocation run =
                Invocation.of("run", contract.toString(), "--from", pipe.toString(), "--to", target, "--create-tables");

        writer.join();
        assertThat(run.exitCode()).as(run.all()).isZero();
        assertThat(run.all()).contains("2 loaded");
    }

    private Invocation run() {
        return Invocation.of("run", contract.toString(), "--from", documents + "/*", "--to", target, "--create-tables");
    }

    private static String orders(int... ids) {
        StringBuilder text = new StringBuilder("<orders>");
        for (int id : ids) {
            text.append(SmallContract.document(id));
        }
        return text.append("</orders>\n").toString();
    }
}

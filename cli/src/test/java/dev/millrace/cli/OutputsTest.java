package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sqlite.SQLiteJDBCLoader;

/**
 * Every output on a full or a closed device, in a place that cannot be written, and over a file that is there: a clear end, no stack
 * trace, and no half-written file that looks whole.
 */
@Timeout(180)
class OutputsTest {

    private static final Path FULL = Path.of("/dev/full");

    @TempDir
    private static Path folder;

    private static String contract;
    private static String documents;
    private static String target;

    @BeforeAll
    static void load() throws IOException {
        contract = SmallContract.in(folder).toString();
        Path source = Files.createDirectory(folder.resolve("in"));
        Files.writeString(source.resolve("1.xml"), SmallContract.document(1));
        Files.writeString(source.resolve("2.xml"), SmallContract.tooLong(2));
        documents = source.toString();
        target = "jdbc:sqlite:" + folder.resolve("target.db");
        Invocation loaded = run();
        assertThat(loaded.exitCode()).as(loaded.all()).isEqualTo(ExitCode.REJECTS);
    }

    private static Invocation run(String... more) {
        List<String> words = new ArrayList<>(
                List.of("run", contract, "--from", documents, "--to", target, "--create-tables", "--no-progress"));
        words.addAll(List.of(more));
        return Invocation.of(words.toArray(new String[0]));
    }

    /** Commands that speak to standard output, and whether they do something besides, whose outcome the exit code has to tell. */
    private static Stream<List<String>> speaking() {
        return Stream.of(
                List.of("--help"),
                List.of("--version"),
                List.of("run", "--help"),
                List.of("preview", contract, documents),
                List.of("preview", contract, documents, "--format", "json"),
                List.of("preview", contract, documents, "--format", "csv", "--table", "item"),
                List.of("check", contract, documents),
                List.of("check", contract, "--against", target),
                List.of("ddl", contract, "--dialect", "h2"),
                List.of("status", "--to", target),
                List.of("runs", "--to", target),
                List.of("rejects", "--to", target),
                List.of("rejects", "--to", target, "--by", "code"),
                List.of(
                        "generate",
                        "--documents",
                        "1",
                        "--to",
                        folder.resolve("samples").toString()),
                List.of("run", contract, "--from", documents, "--to", target, "--no-progress"),
                List.of("run", contract, "--from", documents, "--to", target, "--no-progress", "--summary", "-"),
                List.of("run", contract, "--from", documents, "--dry-run", "--no-progress"),
                List.of("verify", contract, "--from", documents, "--to", target, "--no-progress"),
                List.of("verify", contract, "--from", documents, "--to", target, "--no-progress", "--summary", "-"));
    }

    @ParameterizedTest
    @MethodSource("speaking")
    void endsWithALineWhereStandardOutputIsFull(List<String> words) throws IOException {
        assumeTrue(Files.exists(FULL), "run it where there is a /dev/full");
        try (OutputStream full = new FileOutputStream(FULL.toFile())) {
            Invocation told = into(full, words);

            assertThat(told.exitCode()).as(told.err()).isEqualTo(ExitCode.BROKEN);
            assertThat(told.err())
                    .contains("standard output: cannot be written – ")
                    .doesNotContain("\tat ", "internal");
        }
    }

    @ParameterizedTest
    @MethodSource("speaking")
    void endsQuietlyWhereNobodyReads(List<String> words) throws IOException {
        int outcome = Invocation.of(words.toArray(new String[0])).exitCode();
        Pipe pipe = Pipe.open();
        pipe.source().close();
        try (OutputStream closed = Channels.newOutputStream(pipe.sink())) {
            Invocation told = into(closed, words);

            boolean acts = words.contains("--from");
            assertThat(told.exitCode()).as(told.err()).isEqualTo(acts ? outcome : ExitCode.UNREAD);
            assertThat(told.err()).doesNotContain("standard output", "\tat ", "internal");
        }
    }

    private static Invocation into(OutputStream out, List<String> words) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exitCode = Main.run(
                words.toArray(new String[0]),
                StandardOutput.over(out),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                new FakeTerminal());
        return new Invocation(exitCode, "", err.toString(StandardCharsets.UTF_8));
    }

    /** Commands that write a file, and where its name goes. */
    private static Stream<List<String>> writing() {
        return Stream.of(
                List.of("run", contract, "--from", documents, "--to", target, "--no-progress", "--summary", "FILE"),
                List.of("verify", contract, "--from", documents, "--to", target, "--no-progress", "--summary", "FILE"),
                List.of("generate", "--documents", "3", "--to", "FILE.xml"),
                List.of("generate", "--documents", "3", "--to", "FILE"),
                List.of("rejects", "--export", "FILE", "--contract", contract, "--from", documents, "--to", target));
    }

    @ParameterizedTest
    @MethodSource("writing")
    void leavesNoHalfFileWhereTheDiskIsFull(List<String> words) throws Exception {
        Path disk = Files.createTempDirectory(folder, "disk");
        assumeTrue(
                command("mount", "-t", "tmpfs", "-o", "size=64k,mode=777", "tmpfs", disk.toString()) == 0,
                "run it where a file system can be mounted: on Linux, as root");
        try {
            // Names can still be made, and nothing be written into them.
            command("sh", "-c", "cat /dev/zero > " + disk.resolve("ballast"));

            Invocation told = named(words, disk.resolve("x").toString());

            assertThat(told.exitCode()).as(told.all()).isEqualTo(ExitCode.BROKEN);
            assertThat(told.err()).contains("No space left on device").doesNotContain("\tat ", "internal");
            try (Stream<Path> left = Files.walk(disk)) {
                assertThat(left.filter(Files::isRegularFile)
                                .filter(file -> !file.endsWith("ballast"))
                                .mapToLong(file -> file.toFile().length())
                                .sum())
                        .isZero();
            }
        } finally {
            command("umount", "-l", disk.toString());
        }
    }

    @ParameterizedTest
    @MethodSource("writing")
    void refusesAPlaceThatCannotBeBeforeAnyWork(List<String> words) {
        Invocation told = named(words, "/dev/null/x");

        assertThat(told.exitCode()).as(told.all()).isIn(ExitCode.USAGE, ExitCode.BROKEN);
        assertThat(told.err()).contains("/dev/null").doesNotContain("\tat ", "internal");
    }

    @ParameterizedTest
    @MethodSource("writing")
    void writesFilesAndFoldersForTheirOwnerAlone(List<String> words) throws IOException {
        Path in = Files.createTempDirectory(folder, "rights");
        assumeTrue(
                in.getFileSystem().supportedFileAttributeViews().contains("posix"),
                "run it where files have rights of owner, group and others: not on Windows");

        named(words, in.resolve("made").toString());

        try (Stream<Path> made = Files.walk(in)) {
            List<Path> all = made.filter(path -> !path.equals(in)).toList();
            assertThat(all)
                    .isNotEmpty()
                    .allSatisfy(path -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                            .isEqualTo(Files.isDirectory(path) ? "rwx------" : "rw-------"));
        }
    }

    /** As a container shares it with its host. */
    @Test
    void writesASummaryIntoAFileThatIsMountedByItself() throws Exception {
        Path shared = Files.createFile(folder.resolve("shared.json"));
        Path mounted = Files.createFile(folder.resolve("mounted.json"));
        assumeTrue(
                command("mount", "--bind", shared.toString(), mounted.toString()) == 0,
                "run it where a file system can be mounted: on Linux, as root");
        try {
            Invocation told = Invocation.of(
                    "run",
                    contract,
                    "--from",
                    documents,
                    "--to",
                    "jdbc:h2:mem:mounted",
                    "--create-tables",
                    "--no-progress",
                    "--summary",
                    mounted.toString());

            assertThat(told.exitCode()).as(told.all()).isEqualTo(ExitCode.REJECTS);
            assertThat(shared).content().startsWith("{\"version\":1");
            assertThat(folder).isDirectoryNotContaining("glob:**.part");
        } finally {
            command("umount", "-l", mounted.toString());
        }
    }

    /** As {@code --summary /dev/stdout | jq} and {@code --summary >(jq)} name it: the link leads to what has no path. */
    @Test
    void writesASummaryIntoAPipeThatIsNamedAsAFile() throws Exception {
        assumeTrue(Files.exists(Path.of("/dev/fd/1")), "run it where there is a /dev/fd");

        Process run = new ProcessBuilder(command(List.of(
                        "run",
                        contract,
                        "--from",
                        documents,
                        "--to",
                        "jdbc:h2:mem:piped",
                        "--create-tables",
                        "--no-progress",
                        "--summary",
                        "/dev/fd/1")))
                .redirectErrorStream(true)
                .start();
        String told = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(run.waitFor()).as(told).isEqualTo(ExitCode.REJECTS);
        assertThat(told).startsWith("{\"version\":1").contains("Documents ");
    }

    @Test
    void aSummaryTakesThePlaceOfAnotherWithItsRights() throws IOException {
        Path before = Files.writeString(folder.resolve("summary.json"), "earlier");
        assumeTrue(
                before.getFileSystem().supportedFileAttributeViews().contains("posix"),
                "run it where files have rights of owner, group and others: not on Windows");
        Files.setPosixFilePermissions(before, PosixFilePermissions.fromString("rw-rw-r--"));

        run("--summary", before.toString());

        assertThat(Files.readString(before)).startsWith("{").endsWith("}\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(before)))
                .isEqualTo("rw-rw-r--");
    }

    private static Invocation named(List<String> words, String file) {
        return Invocation.of(
                words.stream().map(word -> word.replace("FILE", file)).toArray(String[]::new));
    }

    @Test
    void saysThatTheLogIsNotWholeAndTheLoadIs() throws Exception {
        assumeTrue(Files.exists(FULL), "run it where there is a /dev/full");
        Invocation told = process(
                List.of("run", contract, "--from", documents, "--dry-run", "--log-file", FULL.toString()), null);

        assertThat(told.exitCode()).as(told.all()).isEqualTo(ExitCode.BROKEN);
        assertThat(told.err())
                .contains("--log-file: could not be written – No space left on device; all else is done")
                .doesNotContain("\tat ");
    }

    @Test
    void goesOnWhereStandardErrorIsFull() throws Exception {
        assumeTrue(Files.exists(FULL), "run it where there is a /dev/full");

        Invocation told = process(List.of("run", contract, "--from", documents, "--dry-run"), FULL.toFile());

        assertThat(told.exitCode()).as(told.all()).isEqualTo(ExitCode.REJECTS);
    }

    @Test
    void showsNothingOfWhatDriversPrintByThemselves() throws Exception {
        Invocation told = process(
                List.of("run", contract, "--from", documents, "--to", "jdbc:h2:/dev/null/x", "--create-tables"), null);

        assertThat(told.exitCode()).as(told.all()).isNotZero();
        assertThat(told.all().lines()).hasSize(1);
        assertThat(told.err()).contains("its file cannot be made or opened – name one in a folder that is there");
    }

    @Test
    void showsNothingOfTheRemainsThatSqlitesDriverCannotRemove() throws Exception {
        Path temporary = Files.createDirectory(folder.resolve("temporary"));
        Path remains = temporary.resolve("sqlite-" + SQLiteJDBCLoader.getVersion() + "-remains");
        Files.createDirectories(remains.resolve("that-are-not-empty"));

        Invocation told = process(List.of("runs", "--to", target), null, "-Djava.io.tmpdir=" + temporary);

        assertThat(told.exitCode()).as(told.all()).isZero();
        assertThat(told.err()).isEmpty();
    }

    private static Invocation process(List<String> words, File err, String... options) throws Exception {
        File out = folder.resolve("out").toFile();
        File told = err == null ? folder.resolve("err").toFile() : err;
        Process process = new ProcessBuilder(command(words, options))
                .redirectOutput(out)
                .redirectError(told)
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("it ends").isTrue();
        return new Invocation(
                process.exitValue(),
                Files.readString(out.toPath()),
                err == null ? Files.readString(told.toPath()) : "");
    }

    private static List<String> command(List<String> words, String... options) {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(words);
        return command;
    }

    private static int command(String... words) throws Exception {
        return new ProcessBuilder(words)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectErrorStream(true)
                .start()
                .waitFor();
    }
}

package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands on a directory of files. */
class LakeCommandTest {
    private static final int DOCUMENTS = 12;

    @TempDir
    private Path folder;

    private Path contract;
    private Path source;
    private String lake;

    @BeforeEach
    void documents() throws IOException {
        contract = SmallContract.in(folder);
        source = Files.createDirectory(folder.resolve("xml"));
        lake = folder.resolve("lake").toString();
        for (int id = 1; id <= DOCUMENTS; id++) {
            Files.writeString(
                    source.resolve("order-" + id + ".xml"),
                    id % 4 == 0 ? SmallContract.tooLong(id) : SmallContract.document(id));
        }
    }

    private Invocation run(String... more) {
        return of("run", contract, "--from", source, "--to", lake, "--no-progress", "--workers", "2", more);
    }

    private static Invocation of(Object... words) {
        List<String> line = new ArrayList<>();
        for (Object word : words) {
            if (word instanceof String[] several) {
                line.addAll(Arrays.asList(several));
            } else {
                line.add(word.toString());
            }
        }
        return Invocation.of(line.toArray(String[]::new));
    }

    private static void isRefused(Invocation invocation, String words) {
        assertThat(invocation.exitCode()).as(invocation.all()).isEqualTo(ExitCode.USAGE);
        assertThat(invocation.err().trim()).contains(words).doesNotContain("\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"parquet", "csv", "jsonl"})
    void allCommandsThatReadATargetReadFiles(String format) throws IOException {
        Invocation first = run("--format", format);

        assertThat(first.exitCode()).as(first.all()).isEqualTo(ExitCode.REJECTS);
        assertThat(first.out())
                .contains("12 read: 9 loaded, 3 rejected, 0 skipped")
                .containsPattern("item +18 +" + format)
                .contains("millrace rejects --to " + lake + " --contract orders");
        assertThat(of("status", "--to", lake).out()).containsPattern("orders +loaded +9 +27");
        assertThat(of("runs", "--to", lake).out()).containsPattern("orders +finished .* 9 +3 +0");
        assertThat(of("rejects", "--to", lake).out()).contains("order-4.xml").contains("overflow");
        assertThat(of("rejects", "--to", lake, "--contract", contract).exitCode())
                .isEqualTo(ExitCode.OK);
        Invocation verified = of("verify", contract, "--from", source, "--to", lake, "--no-progress");
        assertThat(verified.exitCode()).as(verified.all()).isEqualTo(ExitCode.OK);
        assertThat(verified.out()).contains("all 27 rows of 2 tables are as 9 documents give them");
        Invocation explained = of(
                "explain",
                contract,
                "--from",
                source,
                "--to",
                lake,
                "--table",
                "orders",
                "--key",
                "3",
                "--column",
                "id");
        assertThat(explained.exitCode()).as(explained.all()).isEqualTo(ExitCode.OK);

        Files.writeString(source.resolve("order-4.xml"), SmallContract.document(4));
        Invocation retried = run("--retry-rejects");

        assertThat(retried.out()).contains("1 loaded, 2 rejected, 9 skipped");
        Invocation again = run();
        assertThat(again.out())
                .contains("0 loaded, 0 rejected, 12 skipped")
                .contains("10 loaded before, 2 rejected earlier");
        assertThat(of("verify", contract, "--from", source, "--to", lake, "--no-progress")
                        .out())
                .contains("all 30 rows of 2 tables");
    }

    @Test
    void aFileUrlIsADirectory() {
        String url = folder.resolve("lake").toUri().toString();

        assertThat(of("run", contract, "--from", source, "--to", url, "--no-progress")
                        .exitCode())
                .isEqualTo(ExitCode.REJECTS);
        assertThat(of("status", "--to", url).out()).containsPattern("orders +loaded +9");
        assertThat(of("status", "--to", "file:" + lake).out()).containsPattern("orders +loaded +9");
    }

    @Test
    void aManifestOfTheRunIsComparedLater() {
        String manifest = folder.resolve("manifest.json").toString();
        assertThat(run("--format", "parquet", "--manifest", manifest).exitCode())
                .isEqualTo(ExitCode.REJECTS);

        Invocation compared = of("verify", contract, "--manifest", manifest, "--to", lake, "--no-progress");

        assertThat(compared.exitCode()).as(compared.all()).isEqualTo(ExitCode.OK);
    }

    @Test
    void verifyTellsRowsThatTheSourceDoesNotHave() throws IOException {
        run("--format", "parquet");
        Files.delete(source.resolve("order-1.xml"));

        Invocation verified = of("verify", contract, "--from", source, "--to", lake, "--no-progress");

        assertThat(verified.exitCode()).as(verified.all()).isEqualTo(ExitCode.DIFFERENT);
    }

    @Test
    void verifyComparesEveryByteOfTheFiles() throws IOException {
        run("--format", "csv");
        try (Stream<Path> parts = Files.list(folder.resolve("lake/orders"))) {
            Path part = parts.findFirst().orElseThrow();
            Files.writeString(part, Files.readString(part).replaceFirst("Zaphod", "Zaphot"));
        }

        isRefused(
                of("verify", contract, "--from", source, "--to", lake, "--no-progress"),
                "is not as it was written: edited, or damaged");
        // Its size is as it was.
        assertThat(of("status", "--to", lake).exitCode()).isEqualTo(ExitCode.OK);
    }

    @ParameterizedTest
    @CsvSource({
        "--on-existing replace, rows in files cannot be replaced",
        "--on-existing reload, rows in files cannot be replaced",
        "--delete-missing, rows in files cannot be deleted",
        "--constraints during, files have no keys",
        "--check-foreign-keys, files have no keys",
        "--ledger-prefix x_, a directory of files has one ledger",
        "--compression gzip, Parquet is compressed by itself",
        "--partition colour, no table of the contract has such a column",
    })
    void whatIsForDatabasesIsRefused(String option, String words) {
        List<String> more = new ArrayList<>(List.of("--format", "parquet"));
        more.addAll(List.of(option.split(" ")));

        isRefused(run(more.toArray(String[]::new)), words);
        assertThat(folder.resolve("lake/orders")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ddl CONTRACT --against",
                "check CONTRACT --against",
                "forget CONTRACT --all --yes --to",
                "import-ledger CONTRACT --to",
                "demo --to",
                "discover SOURCE --to"
            })
    void commandsThatNeedADatabaseSaySo(String command) {
        run("--format", "parquet");
        List<String> words = new ArrayList<>(List.of(
                (command.replace("CONTRACT", contract.toString()).replace("SOURCE", source.toString()) + " " + lake)
                        .split(" ")));
        if (command.startsWith("import-ledger")) {
            words.addAll(List.of("--from", "jdbc:h2:mem:none", "--from-table", "t", "--key-column", "k"));
        }

        Invocation refused = Invocation.of(words.toArray(String[]::new));

        assertThat(refused.exitCode()).as(refused.all()).isEqualTo(ExitCode.USAGE);
        assertThat(refused.err())
                .as(command)
                .contains("is a directory: files take run, verify")
                .doesNotContain("\tat ");
    }

    @Test
    void aFormatIsForADirectory() {
        isRefused(
                of("run", contract, "--from", source, "--to", "jdbc:h2:mem:x", "--format", "csv"),
                "--format is for files, but --to does not name a directory");
    }

    @Test
    void aDryRunWritesNoFiles() {
        assertThat(run("--format", "parquet", "--dry-run").exitCode()).isEqualTo(ExitCode.REJECTS);
        assertThat(folder.resolve("lake")).doesNotExist();
    }

    @Test
    void aDirectoryOfOtherFilesIsNoTarget() {
        isRefused(of("status", "--to", source), "nothing has been loaded here");
        isRefused(
                of("run", contract, "--from", source, "--to", source, "--no-progress"),
                "holds something else already, such as order-1.xml");
    }

    @Test
    void noValueIsToldWithoutBeingAsked() {
        assertThat(run("--format", "jsonl").all()).doesNotContain(SmallContract.MARKER);
    }

    /** What has been committed is there and counted, the rest is not, and the same command goes on when there is room. */
    @Test
    void aFullDiskEndsTheRun() throws Exception {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        assumeTrue(
                command("mount", "-t", "tmpfs", "-o", "size=1m,mode=777", "tmpfs", disk.toString()) == 0,
                "run it where a file system can be mounted: on Linux, as root");
        try {
            Random random = new Random(1);
            StringBuilder all = new StringBuilder("<orders>");
            for (int id = 100; id < 40_000; id++) {
                all.append("<order id='").append(random.nextLong()).append("'><buyer>b</buyer></order>");
            }
            Path many = Files.writeString(folder.resolve("many.xml"), all + "</orders>");
            Files.writeString(contract, Files.readString(contract).replace("record: /order", "record: /orders/order"));
            String target = disk.resolve("lake").toString();

            Invocation full = of("run", contract, "--from", many, "--to", target, "--format", "csv", "--no-progress");

            assertThat(full.exitCode()).as(full.all()).isEqualTo(ExitCode.BROKEN);
            assertThat(full.all()).contains(target).doesNotContain("\tat ").contains("its disk is full");
            Matcher loaded = Pattern.compile("read: ([0-9,]+) loaded").matcher(full.out());
            assertThat(loaded.find()).isTrue();
            assertThat(of("status", "--to", target, "--format", "json").out())
                    .contains("\"documents_loaded\":" + loaded.group(1).replace(",", "") + ",");
            assertThat(command("mount", "-o", "remount,size=40m", disk.toString()))
                    .isZero();

            Invocation whole = of("run", contract, "--from", many, "--to", target, "--no-progress");

            assertThat(whole.out())
                    .as(whole.all())
                    .contains("orders: finished after")
                    .contains("39,900 read: ");
            assertThat(of("verify", contract, "--from", many, "--to", target, "--no-progress")
                            .exitCode())
                    .isEqualTo(ExitCode.OK);
        } finally {
            command("umount", "-l", disk.toString());
        }
    }

    @Test
    void aDirectoryThatMayNotBeWrittenIsTold() throws Exception {
        Path closed = Files.createDirectory(folder.resolve("closed"));
        assertThat(closed.toFile().setWritable(false)).isTrue();
        assumeTrue(!Files.isWritable(closed), "run it as another user than root");

        isRefused(
                of("run", contract, "--from", source, "--to", closed, "--format", "csv", "--no-progress"),
                "this user may not write there");
    }

    private static int command(String... words) throws IOException, InterruptedException {
        return new ProcessBuilder(words)
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.DISCARD)
                .start()
                .waitFor();
    }
}

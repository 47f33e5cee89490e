package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The options of {@code run} and {@code rejects} that are about documents of earlier runs. */
class ExistingDocumentsTest {

    private final String url = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";

    @TempDir
    private Path folder;

    private Path in = Path.of("");
    private String contract = "";

    @BeforeEach
    void load() throws IOException {
        contract = SmallContract.in(folder).toString();
        in = Files.createDirectory(folder.resolve("in"));
        Files.writeString(in.resolve("1.xml"), SmallContract.document(1));
        Files.writeString(in.resolve("2.xml"), SmallContract.document(2));
        Files.writeString(in.resolve("A b.xml"), SmallContract.tooLong(3));
        assertThat(run("--create-tables").exitCode()).isEqualTo(3);
    }

    @Test
    void synchronizesWithTheSource() throws IOException {
        Files.writeString(in.resolve("1.xml"), SmallContract.document(11));
        Files.delete(in.resolve("2.xml"));
        Files.writeString(in.resolve("A b.xml"), SmallContract.document(3));

        Invocation sync = run("--on-existing", "replace", "--delete-missing", "--summary", "-");

        assertThat(sync.exitCode()).as(sync.err()).isZero();
        assertThat(sync.out())
                .contains(
                        "\"documents\":{\"read\":2,\"loaded\":2,\"replaced\":1,\"rejected\":0,\"skipped\":0,\"deleted\":1,");
        assertThat(sync.err())
                .contains("Replaced      1 of the loaded", "Deleted       1 that the source no longer has");
        assertThat(Invocation.of("status", "--to", url).out()).doesNotContain("rejected");
    }

    @Test
    void saysWhyNothingIsDeletedAndDoesNotEndWell() throws IOException {
        Files.delete(in.resolve("1.xml"));
        Files.delete(in.resolve("A b.xml"));
        Files.writeString(in.resolve("2.xml"), "<order id='2'");
        Files.writeString(
                Path.of(contract),
                Files.readString(Path.of(contract)).replace("record: /order", "record: /order, key: \"@id\""));
        run("--create-tables");

        Invocation sync = run("--delete-missing");

        assertThat(sync.exitCode()).isEqualTo(3);
        assertThat(sync.err()).contains("--delete-missing: 1 document could not be read far enough");
    }

    @Test
    void refusesToDeleteWhatIsMissingFromAPart() {
        assertIsUsageError(run("--delete-missing", "--limit", "5"), "--delete-missing and --limit");
        assertIsUsageError(run("--delete-missing", "--retry-rejects"), "--delete-missing and --retry-rejects");
        assertIsUsageError(run("--delete-missing", "--dry-run"), "--delete-missing and --dry-run");
        assertIsUsageError(
                Invocation.of("run", contract, "--from", url, "--to", url, "--key-range", "1..2", "--delete-missing"),
                "--delete-missing and --key-range");
        assertIsUsageError(
                Invocation.of("run", contract, "--from", "-", "--to", url, "--delete-missing"),
                "--delete-missing: standard input");
        assertIsUsageError(
                run("--retry-rejects", "--on-existing", "fail"), "--retry-rejects and --on-existing fail exclude");
        assertIsUsageError(run("--retry-for", "soon"), "--retry-for: \"soon\"");
        assertIsUsageError(run("--retries", "-1"), "--retries: -1");
    }

    @Test
    void endsInExitCode1WhereADocumentIsLoadedAlready() {
        Invocation again = run("--on-existing", "fail", "--retries", "2", "--retry-for", "10s");

        assertThat(again.exitCode()).isEqualTo(1);
        assertThat(again.err()).contains("document 1.xml – is loaded already", "--on-existing skip or replace");
    }

    @Test
    void exportsRejectedDocumentsWithTheirReasons() throws IOException {
        Files.writeString(in.resolve("gone.xml"), SmallContract.tooLong(4));
        Files.writeString(in.resolve("..%2F..%2Fup.xml"), SmallContract.tooLong(5));
        run();
        Files.delete(in.resolve("gone.xml"));
        Path out = folder.resolve("out");

        Invocation export = export(out);

        assertThat(export.exitCode()).as(export.err()).isZero();
        assertThat(export.out())
                .contains("2 rejected documents written to " + out)
                .contains("1 reject of which the source has no document any more: gone.xml");
        List<String> names = names(out);
        assertThat(names)
                .hasSize(5)
                .contains("gone.xml.json")
                .allMatch(
                        name -> name.matches("gone\\.xml\\.json|(?:A_b_xml|_2F_2Fup_xml)-[0-9a-f]{16}\\.(?:xml|json)"));
        for (String name : names) {
            if (name.startsWith("A_b") && name.endsWith(".xml")) {
                assertThat(Files.readString(out.resolve(name))).isEqualTo(SmallContract.tooLong(3));
            } else if (name.startsWith("A_b")) {
                assertThat(Files.readString(out.resolve(name)))
                        .startsWith(
                                "{\"version\":1,\"document\":\"A b.xml\",\"contract\":\"orders\",\"file\":\"A_b_xml-")
                        .contains(
                                "\"in_source\":true,\"changed\":false",
                                "\"code\":\"value-too-long\",\"table\":\"orders\",\"column\":\"buyer\"")
                        .doesNotContain(SmallContract.MARKER);
            } else if (name.startsWith("gone")) {
                assertThat(Files.readString(out.resolve(name))).contains("\"file\":null", "\"in_source\":false");
            }
        }
        assertIsUsageError(export(out), "is not empty");
    }

    @Test
    void needsSourceAndContractToExport() {
        String out = folder.resolve("out").toString();

        assertIsUsageError(Invocation.of("rejects", "--export", out, "--to", url), "name the contract's file");
        assertIsUsageError(
                Invocation.of("rejects", "--export", out, "--to", url, "--contract", contract),
                "name the source with --from");
        assertIsUsageError(Invocation.of("rejects", "--from", in.toString(), "--to", url), "--from is for --export");
    }

    @Test
    void listsRejectsAsJsonWithTheWordsOfSummaryAndExport() throws IOException {
        Files.writeString(in.resolve("more.xml"), SmallContract.tooLong(4));
        Path summary = folder.resolve("summary.json");
        run("--summary", summary.toString());
        String[] rejects = {"rejects", "--format", "json", "--contract", contract, "--to", url};

        Invocation listed = Invocation.of(rejects);
        Invocation first = Invocation.of(
                Stream.concat(Stream.of(rejects), Stream.of("--limit", "1")).toArray(String[]::new));
        Invocation one = Invocation.of("rejects", "more.xml", "--format", "json", "--to", url);

        assertThat(listed.out()).hasLineCount(2);
        assertThat(first.out()).hasLineCount(1);
        assertThat(first.err()).contains("and 1 more (--limit)");
        String reason = "\"stage\":\"map\",\"code\":\"value-too-long\",\"table\":\"orders\",\"column\":\"buyer\",";
        assertThat(one.out())
                .hasLineCount(1)
                .startsWith("{\"document\":\"more.xml\",\"contract\":\"")
                .contains("\"attempt\":1,\"rejected_at\":\"", reason);
        String told = one.out().substring(one.out().indexOf("\"stage\"")).strip();
        assertThat(Files.readString(summary)).contains("{\"document\":\"more.xml\"," + told);
        export(folder.resolve("out"));
        assertThat(Files.readString(folder.resolve("out").resolve("more.xml.json")))
                .contains(told);
        assertThat(Invocation.of("rejects", "--by", "code", "--format", "json", "--to", url)
                        .out())
                .contains("\"code\":\"value-too-long\",\"documents\":2}");
    }

    @Test
    void countsRejectsByCodeAlone() {
        Invocation counted = Invocation.of("rejects", "--by", "code", "--contract", contract, "--to", url);

        assertThat(counted.exitCode()).as(counted.err()).isZero();
        assertThat(counted.out()).contains("value-too-long").doesNotContain("A b.xml");
    }

    @Test
    void findsThatASummaryCannotBeWrittenBeforeTheRun() {
        String nowhere = folder.resolve("no/such/folder/summary.json").toString();

        assertIsUsageError(run("--summary", nowhere), "--summary: cannot be written – no such file");
        assertIsUsageError(run("--summary", folder.toString()), "is a directory");
        assertIsUsageError(run("--log-file", nowhere), "--log-file: cannot be written");
        assertIsUsageError(run("--summary", "a\0b"), "--summary: this cannot be the name of a file");
    }

    private Invocation run(String... more) {
        List<String> args = new ArrayList<>(List.of("run", contract, "--from", in.toString(), "--to", url));
        args.addAll(List.of(more));
        return Invocation.of(args.toArray(new String[0]));
    }

    private Invocation export(Path out) {
        return Invocation.of(
                "rejects", "--export", out.toString(), "--contract", contract, "--from", in.toString(), "--to", url);
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        }
    }

    private static void assertIsUsageError(Invocation invocation, String words) {
        assertThat(invocation.exitCode()).as(invocation.all()).isEqualTo(2);
        assertThat(invocation.out()).isEmpty();
        assertThat(invocation.err()).contains(words).hasLineCount(1);
    }
}

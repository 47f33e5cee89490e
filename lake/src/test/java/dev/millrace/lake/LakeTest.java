package dev.millrace.lake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contract.MappingContract;
import dev.millrace.database.OnExisting;
import dev.millrace.database.TargetException;
import dev.millrace.lake.Group.Part;
import dev.millrace.lake.LakeFormat.Compression;
import dev.millrace.processing.RunOptions;
import dev.millrace.processing.RunOptions.From;
import dev.millrace.processing.RunSummary;
import dev.millrace.processing.RunSummary.Status;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LakeTest {
    private static final String ORDERS = "SELECT * REPLACE (hex(picture) AS picture, CAST(placed AS varchar) AS placed,"
            + " CAST(received AT TIME ZONE 'UTC' AS varchar) AS received) FROM orders ORDER BY id";
    private static final String LINES = "SELECT * FROM line ORDER BY ALL";

    @TempDir
    private Path folder;

    private Path lake;
    private Path source;
    private final MappingContract contract = LakeFixture.contract();

    @BeforeEach
    void documents() {
        lake = folder.resolve("lake");
        source = folder.resolve("xml");
        LakeFixture.documents(source, 1, 105);
    }

    private RunSummary run(UnaryOperator<RunOptions.Builder> choices) throws Exception {
        return LakeFixture.run(
                lake, contract, new Lake.Form(null, null, null), source, Publisher.Steps.NOBODY, choices);
    }

    private RunSummary run() throws Exception {
        return run(builder -> builder);
    }

    @Test
    void loadsEachDocumentOnce() throws Exception {
        RunSummary first = run();

        assertThat(first.status()).isEqualTo(Status.FINISHED);
        assertThat(first.documents().loaded()).isEqualTo(95);
        assertThat(first.documents().rejected()).isEqualTo(10);
        assertThat(first.tables().rows()).containsEntry("orders", 95L);
        assertThat(first.tables().loadPaths()).containsValue("parquet");
        List<String> orders = LakeFixture.query(lake, ORDERS);
        assertThat(orders).hasSize(95);

        RunSummary second = run();

        assertThat(second.documents().loaded()).isZero();
        assertThat(second.documents().skips().loaded()).isEqualTo(95);
        assertThat(second.documents().skips().rejected()).isEqualTo(10);
        assertThat(LakeFixture.query(lake, ORDERS)).isEqualTo(orders);
    }

    @Test
    void everyFormatHoldsTheSameValues() throws Exception {
        Map<String, List<String>> found = new HashMap<>();
        for (LakeFormat format : LakeFormat.values()) {
            for (Compression compression : Compression.values()) {
                if (format == LakeFormat.PARQUET && compression != Compression.NONE) {
                    continue;
                }
                Path directory = folder.resolve(format + "-" + compression);
                LakeFixture.run(
                        directory,
                        contract,
                        new Lake.Form(format, compression, null),
                        source,
                        Publisher.Steps.NOBODY,
                        builder -> builder);
                List<String> rows = LakeFixture.query(directory, ORDERS);
                rows.addAll(LakeFixture.query(directory, LINES));
                rows.addAll(LakeFixture.query(
                        directory,
                        "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 'orders'"
                                + " ORDER BY ordinal_position"));
                found.put(directory.getFileName().toString(), rows);
            }
        }

        assertThat(found).hasSize(7);
        assertThat(found.values()).allSatisfy(rows -> assertThat(rows).isEqualTo(found.get("PARQUET-NONE")));
        assertThat(found.get("PARQUET-NONE").get(0))
                .isEqualTo(
                        "1|false|1|1234567890123456789.0123456789|0.01|1.1|NaN|0001-01-01|23:59:59.999999"
                                + "|1582-10-10 02:30:00.000001|2026-03-29 00:30:00.123456|0b4c2f5e-1f0a-4d0e-9d4e-0123456789ab|000102FF|");
    }

    @Test
    void rejectedDocumentsAreTriedAgain() throws Exception {
        run();
        for (int id = 10; id <= 50; id += 10) {
            Files.writeString(LakeFixture.file(source, id), LakeFixture.document(id));
        }

        RunSummary retried = run(builder -> builder.retryRejects(true));

        assertThat(retried.documents().loaded()).isEqualTo(5);
        assertThat(retried.documents().rejected()).isEqualTo(5);
        assertThat(LakeFixture.query(lake, "SELECT count(*), count(DISTINCT id) FROM orders"))
                .containsExactly("100|100");
        // Rejects that had no key of their own are gone with the key that the documents have now.
        assertThat(LakeFixture.query(lake, "SELECT status, count(*) FROM processing_log GROUP BY ALL ORDER BY ALL"))
                .containsExactly("loaded|100", "rejected|5");
        assertThat(run().documents().skips().loaded()).isEqualTo(100);
    }

    @Test
    void aKeyThatComesTwiceIsARejectWhicheverWorkerMeetsIt() throws Exception {
        for (int id = 1; id <= 99; id += 2) {
            Files.writeString(source.resolve("again-" + id + ".xml"), LakeFixture.document(id));
        }

        RunSummary summary = run();

        assertThat(summary.rejects().byCode()).containsEntry("duplicate-document", 50L);
        assertThat(LakeFixture.query(lake, "SELECT count(*), count(DISTINCT id) FROM orders"))
                .containsExactly("95|95");
        assertThat(LakeFixture.query(lake, "SELECT count(*), count(DISTINCT document_key) FROM processing_log"))
                .containsExactly("155|155");
    }

    /** As when a group is not written after each batch. */
    @Test
    void aKeyThatComesAgainBeforeItsGroupIsWrittenIsAReject() throws Exception {
        for (int id = 1; id <= 50; id++) {
            Files.writeString(
                    source.resolve(String.format(Locale.ROOT, "some-%03d.xml", id)),
                    "<order id='" + (id % 5 + 1) + "'/>");
        }
        RunSummary summary;
        try (Lake open = Lake.open(lake, contract, LakeFormat.PARQUET)) {
            summary = open.processor(RunOptions.from(From.files(source.toString()))
                            .to(open.database())
                            .workers(1)
                            .batchDocuments(20)
                            .build())
                    .run();
        }

        assertThat(summary.failure()).isEmpty();
        assertThat(summary.documents().loaded()).isEqualTo(95);
        assertThat(summary.rejects().byCode()).containsEntry("duplicate-document", 50L);
        assertThat(LakeFixture.query(lake, "SELECT count(*), count(DISTINCT id) FROM orders"))
                .containsExactly("95|95");
    }

    @Test
    void aRunOfTheSameProcessThatIsRefusedLeavesTheLockAlone() throws Exception {
        try (Lake open = Lake.open(lake, contract, LakeFormat.PARQUET)) {
            refused(() -> Lake.open(lake, contract, LakeFormat.PARQUET), "another run is writing into it");

            Path locks = Path.of("/proc/locks");
            if (Files.isReadable(locks)) {
                // The system knows of one lock for all channels of a process.
                String process = " " + ProcessHandle.current().pid() + " ";
                assertThat(Files.readAllLines(locks)).anyMatch(line -> line.contains(process));
            }
            assertThat(open.database()).isNotNull();
        }
        try (Lake open = Lake.open(lake, contract, LakeFormat.PARQUET)) {
            assertThat(open.database()).isNotNull();
        }
    }

    @Test
    void aLockOfSomethingElseInTheProcessIsToldAndStays() throws Exception {
        run();
        Path lock = lake.resolve("_millrace/lock");
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE)) {
            assertThat(channel.tryLock()).isNotNull();

            refused(this::run, "something else in this process is writing into it");
            refused(this::run, "something else in this process is writing into it");

            Path locks = Path.of("/proc/locks");
            if (Files.isReadable(locks)) {
                // Closing any file of it would have given it back.
                assertThat(Files.readString(locks)).contains(":" + Files.getAttribute(lock, "unix:ino") + " ");
                try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
                    assertThat(files.filter(file -> isLink(file, lock))).hasSize(2);
                }
            }
        }
        assertThat(run().documents().skips().loaded()).isEqualTo(95);
    }

    private static boolean isLink(Path file, Path target) {
        try {
            return Files.readSymbolicLink(file).equals(target.toRealPath());
        } catch (IOException e) {
            // Closed meanwhile.
            return false;
        }
    }

    /** The clocks of two machines need not agree. */
    @Test
    void whatCameLastIsSaidByTheOrderOfTheGroupsAndByNoClock() throws Exception {
        run();
        for (int id = 10; id <= 100; id += 10) {
            Files.writeString(LakeFixture.file(source, id), LakeFixture.document(id));
        }
        Set<Path> before = ledgerFiles();
        run(builder -> builder.retryRejects(true));
        Map<String, Path> late = new HashMap<>();
        try (Connection connection = Lake.read(lake, false).connect();
                Statement statement = connection.createStatement()) {
            for (Path file : before) {
                Path changed = folder.resolve(String.valueOf(file.getFileName()));
                statement.execute("COPY (SELECT * REPLACE (finished_at + INTERVAL 100 YEAR AS finished_at) FROM '"
                        + file + "') TO '" + changed + "' (FORMAT parquet)");
                Files.move(changed, file, StandardCopyOption.REPLACE_EXISTING);
                late.put(lake.relativize(file).toString(), file);
            }
        }
        reseal(part -> {
            Path file = late.get(part.path());
            return file == null
                    ? part
                    : new Part(part.table(), part.path(), part.rows(), Files.size(file), LakeDirectory.sha256(file));
        });

        assertThat(LakeFixture.query(lake, "SELECT status, count(*) FROM processing_log GROUP BY ALL ORDER BY ALL"))
                .containsExactly("loaded|105");
        assertThat(run().documents().skips().loaded()).isEqualTo(105);
    }

    private Set<Path> ledgerFiles() throws IOException {
        try (Stream<Path> files = Files.list(lake.resolve("_millrace/ledger"))) {
            return files.collect(Collectors.toSet());
        }
    }

    private interface Change {
        Part of(Part part) throws IOException;
    }

    /** Writes all manifests anew, as somebody could who knows how. */
    private void reseal(Change change) throws IOException {
        List<Path> manifests;
        try (Stream<Path> files = Files.list(lake.resolve("_millrace/manifests"))) {
            manifests = files.sorted().toList();
        }
        String seal = "";
        for (Path manifest : manifests) {
            Group group = Group.read(Files.readAllBytes(manifest)).group();
            List<Part> parts = new ArrayList<>();
            for (Part part : group.parts()) {
                parts.add(change.of(part));
            }
            String text = new Group(
                            group.number(),
                            seal,
                            group.runId(),
                            group.contract(),
                            group.contractHash(),
                            group.worker(),
                            group.committedAt(),
                            group.documents(),
                            group.supersedes(),
                            change.of(group.ledger()),
                            parts)
                    .write();
            Files.writeString(manifest, text);
            seal = Group.seal(text);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"../outside.parquet", "orders/../../outside.parquet", "/DIR/outside.parquet"})
    void aManifestThatLeadsOutOfTheDirectoryIsRefused(String path) throws Exception {
        run();
        Path outside = folder.resolve("outside.parquet");
        String named = path.replace("/DIR", "" + folder.toAbsolutePath());
        reseal(part -> {
            if (!"orders".equals(part.table()) || Files.exists(outside)) {
                return part;
            }
            Files.move(lake.resolve(part.path()), outside);
            return new Part(part.table(), named, part.rows(), part.bytes(), part.sha256());
        });

        refused(this::run, "_millrace/manifests/00000001.json – is not as it was written");
        refused(() -> Lake.read(lake, false), "_millrace/manifests/00000001.json – is not as it was written");
    }

    /** Their results wait in the heap for the next group, which would not come as long as no rows gather. */
    @Test
    void batchesThatAreSkippedDoNotGatherWithoutEnd() throws Exception {
        LakeFixture.documents(source, 106, 700);
        Path first = LakeFixture.file(source, 1);
        Path last = LakeFixture.file(source, 699);
        Files.delete(first);
        Files.delete(last);
        run();
        Files.writeString(first, LakeFixture.document(1));
        Files.writeString(last, LakeFixture.document(699));
        AtomicInteger groups = new AtomicInteger();

        try (Lake open = Lake.open(
                lake,
                contract,
                new Lake.Form(null, null, null),
                step -> groups.addAndGet(step == Publisher.Step.DONE ? 1 : 0),
                Long.MAX_VALUE)) {
            RunSummary summary = open.processor(RunOptions.from(From.files(source.toString()))
                            .to(open.database())
                            .workers(1)
                            .batchDocuments(1)
                            .build())
                    .run();
            assertThat(summary.documents().loaded()).isEqualTo(2);
        }

        assertThat(groups).hasValue(2);
    }

    @Test
    void valuesOfOneOrOfNoFolderOfTheirOwnLoseNothing() throws Exception {
        for (int id = 1001; id <= 1003; id++) {
            String product = id == 1001 ? "__HIVE_DEFAULT_PARTITION__" : id == 1002 ? "" : "\u042f".repeat(40);
            Files.writeString(
                    LakeFixture.file(source, id),
                    "<order id='" + id + "'><line/><line product='" + product + "'/></order>");
        }
        MappingContract wide = LakeFixture.contract(text -> text.replace("varchar(20)", "varchar(60)"));

        RunSummary summary = LakeFixture.run(
                lake,
                wide,
                new Lake.Form(LakeFormat.PARQUET, null, "product"),
                source,
                Publisher.Steps.NOBODY,
                builder -> builder);

        assertThat(summary.failure()).isEmpty();
        assertThat(LakeFixture.query(lake, "SELECT count(*), count(DISTINCT product) FROM line WHERE order_id > 1000"))
                .containsExactly("6|2");
    }

    @Test
    void onExistingFailEndsTheRun() throws Exception {
        run();

        RunSummary summary = run(builder -> builder.onExisting(OnExisting.FAIL));

        assertThat(summary.status()).isEqualTo(Status.FAILED);
        assertThat(summary.failure()).contains("is loaded already");
        assertThat(LakeFixture.query(lake, ORDERS)).hasSize(95);
    }

    @ParameterizedTest
    @EnumSource(
            value = OnExisting.class,
            names = {"REPLACE", "RELOAD"})
    void whatFilesCannotDoIsRefusedBeforeAnythingIsRead(OnExisting onExisting) {
        assertThatThrownBy(() -> run(builder -> builder.onExisting(onExisting)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("rows in files cannot be replaced");
        assertThatThrownBy(() -> run(builder -> builder.deleteMissing(true)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cannot be deleted");
    }

    @Test
    void aRunThatBreaksCountsOnlyWhatIsCommitted() throws Exception {
        AtomicInteger groups = new AtomicInteger();
        RunSummary broken = LakeFixture.run(
                lake,
                contract,
                new Lake.Form(null, null, null),
                source,
                step -> {
                    if (step == Publisher.Step.LEDGER_WRITTEN && groups.incrementAndGet() == 3) {
                        throw new IllegalStateException("the disk is gone");
                    }
                },
                builder -> builder.workers(1));

        assertThat(broken.status()).isEqualTo(Status.FAILED);
        assertThat(broken.documents().loaded()).isEqualTo(36);
        assertThat(LakeFixture.query(lake, ORDERS)).hasSize(36);

        assertThat(run().documents().loaded()).isEqualTo(95 - 36);
        assertThat(LakeFixture.query(lake, ORDERS)).hasSize(95);
        try (Stream<Path> files = Files.walk(lake)) {
            assertThat(files.filter(file -> file.toString().endsWith(LakeDirectory.UNCOMMITTED)))
                    .isEmpty();
        }
    }

    @Test
    void anotherTextOfTheContractIsToldAndItsDocumentsAreSkipped() throws Exception {
        run();
        MappingContract changed = LakeFixture.contract(text -> text + "# another text\n");

        RunSummary summary = LakeFixture.run(lake, changed, LakeFormat.PARQUET, source);

        assertThat(summary.documents().skips().ofOtherContract()).isEqualTo(95);
    }

    @Test
    void aContractWithAColumnLessLeavesItEmpty() throws Exception {
        run();
        LakeFixture.documents(source, 106, 109);
        MappingContract less = LakeFixture.contract(text -> text.replaceFirst(" {6}weight: .*\n", ""));

        LakeFixture.run(lake, less, LakeFormat.PARQUET, source);

        assertThat(LakeFixture.query(lake, "SELECT count(*), count(weight) FROM orders WHERE id > 105"))
                .containsExactly("4|0");
    }

    @Test
    void aContractWithAnotherColumnIsRefused() throws Exception {
        run();
        MappingContract more = LakeFixture.contract(
                text -> text.replace("      note:", "      colour: { path: \"@colour\", type: text }\n      note:"));

        assertThatThrownBy(() -> LakeFixture.run(lake, more, LakeFormat.PARQUET, source))
                .isInstanceOf(TargetException.class)
                .hasMessageContaining("table orders – has no column colour");
    }

    @Test
    void oneRunAtATime() throws Exception {
        try (Lake first = Lake.open(lake, contract, LakeFormat.PARQUET)) {
            assertThat(first.database().displayUrl()).isEqualTo(lake.toString());

            refused(this::run, "another run is writing into it");
        }
        assertThat(run().documents().loaded()).isEqualTo(95);
    }

    @Test
    void aDirectoryWithSomethingElseIsRefused() throws Exception {
        Files.createDirectories(lake);
        Files.writeString(lake.resolve("letter.txt"), "Dear all");

        refused(this::run, "holds something else already, such as letter.txt");

        Files.delete(lake.resolve("letter.txt"));
        Files.writeString(lake.resolve(".hidden"), "");
        run();
        Files.writeString(lake.resolve("orders").resolve("part-foreign.parquet"), "");
        refused(this::run, "orders/part-foreign.parquet – is named by no manifest");
    }

    @Test
    void aFolderInTheWayOfATableIsRefused() throws Exception {
        Files.createDirectories(lake.resolve("_millrace"));
        Files.createDirectories(lake.resolve("line"));

        refused(this::run, "holds line already");
    }

    @Test
    void aFileIsNoDirectory() throws Exception {
        Files.writeString(lake, "");

        refused(this::run, "is a file");
    }

    @Test
    void namesThatStandForSeveralFilesAreRefused() {
        lake = folder.resolve("lake[1]");

        refused(this::run, "cannot have *, ?, [, ], { or } in its name");
    }

    @Test
    void anotherFormatIsRefused() throws Exception {
        run();

        refused(
                () -> LakeFixture.run(lake, contract, LakeFormat.CSV, source),
                "holds files of another format: parquet, and not csv");
        refused(
                () -> Lake.open(lake, contract, new Lake.Form(null, Compression.GZIP, null)),
                "of another compression: none, and not gzip");
        refused(() -> Lake.open(lake, contract, new Lake.Form(null, null, "load-day")), "not partitioned");
    }

    @ParameterizedTest
    @CsvSource({
        "_millrace/manifests/00000002.json, is not as it was written",
        "_millrace/lake.json, is not as it was written",
    })
    void whatWasEditedIsTold(String file, String words) throws Exception {
        run();
        Path edited = lake.resolve(file);
        Files.writeString(edited, Files.readString(edited).replaceFirst("orders", "0rders"));

        refused(this::run, words);
        refused(() -> Lake.read(lake, false), words);
    }

    @ParameterizedTest
    @ValueSource(strings = {"_millrace/manifests/00000001.json", "_millrace/manifests/00000003.json"})
    void aManifestThatIsGoneIsTold(String file) throws Exception {
        run();
        Files.delete(lake.resolve(file));

        refused(this::run, file + " – is missing");
        refused(() -> Lake.read(lake, false), file + " – is missing");
    }

    @Test
    void theLastManifestThatIsGoneIsToldByARun() throws Exception {
        run();
        try (Stream<Path> manifests = Files.list(lake.resolve("_millrace/manifests"))) {
            Files.delete(manifests.sorted().reduce((first, second) -> second).orElseThrow());
        }

        refused(this::run, "is named by no manifest");
    }

    @Test
    void partsThatAreGoneCutOrChangedAreTold() throws Exception {
        run();
        Path part;
        try (Stream<Path> parts = Files.list(lake.resolve("orders"))) {
            part = parts.sorted().findFirst().orElseThrow();
        }
        byte[] content = Files.readAllBytes(part);

        content[content.length / 2] ^= 1;
        Files.write(part, content);
        refused(() -> Lake.read(lake, true), part.getFileName() + " – is not as it was written");

        Files.write(part, new byte[0]);
        refused(() -> Lake.read(lake, false), part.getFileName() + " – is not as it was written");
        refused(this::run, part.getFileName() + " – is not as it was written");

        Files.delete(part);
        refused(() -> Lake.read(lake, false), part.getFileName() + " – is missing");
        refused(this::run, part.getFileName() + " – is missing");
    }

    @Test
    void whatIsNoLakeIsTold() {
        refused(() -> Lake.read(folder, false), "nothing has been loaded here");
    }

    @Test
    void whatNoFileCanHoldIsRefused() {
        MappingContract names = LakeFixture.contract(text -> text.replace("  line:\n", "  \"../line\":\n"));
        refused(() -> Lake.open(lake, names, LakeFormat.PARQUET), "table ../line – cannot be the name of a folder");
        MappingContract nanoseconds = LakeFixture.contract(text -> text.replace("time(6)", "time(9)"));
        refused(() -> Lake.open(lake, nanoseconds, LakeFormat.PARQUET), "table orders, column noon – time(9)");
        MappingContract shared =
                LakeFixture.contract(text -> text.replace("  orders:\n", "  orders:\n    on-duplicate: keep-first\n"));
        refused(() -> Lake.open(lake, shared, LakeFormat.PARQUET), "on-duplicate: keep-first needs a database");
        MappingContract good = contract;
        refused(
                () -> Lake.open(lake, good, new Lake.Form(null, null, "colour")),
                "no table of the contract has such a column");
    }

    @Test
    void filesAreInFoldersOfAColumn() throws Exception {
        LakeFixture.run(
                lake,
                contract,
                new Lake.Form(LakeFormat.CSV, null, "product"),
                source,
                Publisher.Steps.NOBODY,
                builder -> builder);

        assertThat(lake.resolve("line/product=p0")).isDirectory();
        assertThat(lake.resolve("line/product=p2")).isDirectory();
        try (Stream<Path> files = Files.list(lake.resolve("orders"))) {
            assertThat(files).allMatch(Files::isRegularFile);
        }
        assertThat(LakeFixture.query(lake, "SELECT count(*) FROM line WHERE product = 'p1'"))
                .containsExactly("47");
    }

    @Test
    void filesAreInFoldersOfTheDay() throws Exception {
        LakeFixture.run(
                lake,
                contract,
                new Lake.Form(null, null, Lake.Form.LOAD_DAY),
                source,
                Publisher.Steps.NOBODY,
                builder -> builder);

        try (Stream<Path> folders = Files.list(lake.resolve("orders"))) {
            assertThat(folders).allMatch(one -> one.getFileName().toString().matches("load_day=\\d{4}-\\d\\d-\\d\\d"));
        }
        assertThat(run().documents().skips().loaded()).isEqualTo(95);
    }

    @Test
    void othersReadTheFilesByTheirNames() throws Exception {
        run();

        // As docs/lake.md shows it.
        assertThat(LakeFixture.query(Lake.read(lake, false), "SELECT count(*) FROM '" + lake + "/orders/**/*.parquet'"))
                .containsExactly("95");
    }

    private interface Action {
        @Nullable
        Object run() throws Exception;
    }

    private static void refused(Action action, String words) {
        assertThatThrownBy(action::run)
                .isInstanceOfSatisfying(
                        TargetException.class, e -> assertThat(e.isUsage()).isTrue())
                .hasMessageContaining(words)
                .message()
                .doesNotContain("\n");
    }
}

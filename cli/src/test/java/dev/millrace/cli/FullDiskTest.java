package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.dialect.Database;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A disk that is full while a run does each of its kinds of work: every database that is a file × what the run is at × when
 * keys come × workers × how much room is left. The run ends, says why, and the same command does the rest when there is room.
 * The ordinary build takes a sample; {@code -Dmillrace.full-disk=all} takes all of them, a quarter of an hour of work.
 */
class FullDiskTest {

    private static final boolean ALL = "all".equals(System.getProperty("millrace.full-disk"));
    private static final int DOCUMENTS = 200;
    private static final int SECONDS = 90;

    /** Room that is left, in KB; the rows of all documents take about 500. */
    private static final List<Integer> ROOM = List.of(0, 4, 40, 100, 200, 400, 600);

    private static final String[] TABLES = {
        "SELECT id, buyer, placed, note FROM orders ORDER BY 1",
        "SELECT order_id, pos, price FROM item ORDER BY 1, 2",
        "SELECT document_key, status, code, row_count FROM processing_log ORDER BY 1"
    };

    @TempDir
    private static Path folder;

    /** A small file system of its own. */
    private static Path disk;

    private static Path contract;

    /** What the undisturbed runs of a kind of work leave, by database and work. */
    private static final Map<String, String> PEACE = new LinkedHashMap<>();

    enum Place {
        H2("jdbc:h2:"),
        SQLITE("jdbc:sqlite:"),
        DUCKDB("jdbc:duckdb:");

        private final String prefix;

        Place(String prefix) {
            this.prefix = prefix;
        }

        String url(Path in) {
            return prefix + in.resolve("target.db");
        }
    }

    /** What a run is at when there is no more room: what was done before, and what is done then. */
    enum Work {
        LOADING("", "all.xml"),
        REJECTING("", "unfit.xml"),
        BUILDING_KEYS("last-unfit.xml --max-rejects 0", "last-unfit.xml"),
        REPLACING("all.xml", "changed.xml --on-existing replace"),
        DELETING("all.xml", "half.xml --delete-missing");

        private final String before;
        private final String then;

        Work(String before, String then) {
            this.before = before;
            this.then = then;
        }
    }

    record Case(Place place, Work work, String constraints, int workers, int room) {

        @Override
        public String toString() {
            return place + " " + work + ", keys " + constraints + " the rows, " + workers + " workers, " + room
                    + " KB left";
        }
    }

    static List<Case> cases() {
        if (!ALL) {
            return List.of(
                    new Case(Place.H2, Work.LOADING, "during", 4, 200),
                    new Case(Place.H2, Work.LOADING, "after", 4, 200),
                    new Case(Place.H2, Work.LOADING, "after", 2, 0),
                    new Case(Place.H2, Work.REJECTING, "during", 2, 40),
                    new Case(Place.H2, Work.BUILDING_KEYS, "after", 4, 4),
                    new Case(Place.H2, Work.REPLACING, "after", 4, 200),
                    new Case(Place.H2, Work.DELETING, "after", 1, 4),
                    new Case(Place.SQLITE, Work.LOADING, "during", 4, 200),
                    new Case(Place.H2, Work.LOADING, "during", 1, 4),
                    new Case(Place.SQLITE, Work.DELETING, "during", 1, 4),
                    new Case(Place.DUCKDB, Work.LOADING, "during", 1, 0),
                    new Case(Place.SQLITE, Work.REPLACING, "after", 2, 100),
                    new Case(Place.DUCKDB, Work.LOADING, "during", 4, 100),
                    new Case(Place.DUCKDB, Work.DELETING, "after", 2, 4));
        }
        List<Case> cases = new ArrayList<>();
        for (Place place : Place.values()) {
            for (Work work : Work.values()) {
                for (String constraints : List.of("during", "after")) {
                    for (int workers : new int[] {1, 2, 4}) {
                        ROOM.forEach(room -> cases.add(new Case(place, work, constraints, workers, room)));
                    }
                }
            }
        }
        return cases;
    }

    @BeforeAll
    static void mount() throws Exception {
        disk = Files.createDirectory(folder.resolve("disk"));
        assumeTrue(
                command("mount", "-t", "tmpfs", "-o", "size=24m,mode=777", "tmpfs", disk.toString()) == 0,
                "run it where a file system can be mounted: on Linux, as root");
        String text = Files.readString(SmallContract.in(folder))
                .replace("record: /order", "record: /orders/order, key: \"@id\"")
                .replace("placed:", "note:   { path: note, type: varchar(2000) }\n      placed:")
                .replace("  item:\n", "    unique: [[buyer, id]]\n    index: [placed]\n  item:\n");
        contract = Files.writeString(folder.resolve("full-disk.yaml"), text);
        write("all.xml", 1, DOCUMENTS, 1, "b");
        write("unfit.xml", 1, 4 * DOCUMENTS, 1, "far too long for a buyer");
        write("changed.xml", 1, DOCUMENTS, 2, "b");
        write("half.xml", 1, DOCUMENTS / 2, 1, "b");
        Path all = folder.resolve("all.xml");
        Files.writeString(
                folder.resolve("last-unfit.xml"),
                Files.readString(all)
                        .replace(
                                "</orders>",
                                "<order id=\"0\"><buyer>far too long for a buyer</buyer></order></orders>"));
    }

    @AfterAll
    static void unmount() throws Exception {
        command("umount", "-l", disk.toString());
    }

    /** Documents that nothing can make smaller. */
    private static void write(String name, int from, int to, int seed, String buyer) throws IOException {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder("<orders>");
        for (int id = from; id <= to; id++) {
            text.append("<order id=\"")
                    .append(id)
                    .append("\" placed=\"2024-05-01\"><buyer>")
                    .append(buyer);
            text.append("</buyer><note>");
            for (int i = 0; i < 120; i++) {
                text.append(String.format("%016x", random.nextLong()));
            }
            text.append("</note><item price=\"1.50\"/></order>");
        }
        Files.writeString(folder.resolve(name), text.append("</orders>"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void breaksWithAClearLineAndGoesOnWhenThereIsRoom(Case all) throws Exception {
        String peace = peace(all.place(), all.work());
        Path in = Files.createTempDirectory(disk, "case");
        Path ballast = disk.resolve("ballast");
        try {
            prepare(all, in);
            fill(ballast, all.room());

            Invocation full = run(all, in, all.work().then);

            if (full.exitCode() == ExitCode.BROKEN) {
                assertThat(full.err()).contains("its disk is full").doesNotContain("\tat ");
            } else {
                // A database that is there may have had room within its file.
                assertThat(all.room() > 0 || !all.work().before.isEmpty())
                        .as(full.all())
                        .isTrue();
            }
            Files.delete(ballast);

            Invocation next = run(all, in, all.work().then);

            assertThat(next.exitCode()).as(full.all() + next.all()).isIn(ExitCode.OK, ExitCode.REJECTS);
            assertThat(contents(all.place(), in)).isEqualTo(peace);
            assertThat(run(all, in, all.work().then).exitCode()).isIn(ExitCode.OK, ExitCode.REJECTS);
        } finally {
            Files.deleteIfExists(ballast);
            command("rm", "-rf", in.toString());
        }
    }

    private static String peace(Place place, Work work) throws Exception {
        String known = PEACE.get(place + " " + work);
        if (known == null) {
            Case peaceful = new Case(place, work, "during", 1, 0);
            Path in = Files.createTempDirectory(folder, "peace");
            prepare(peaceful, in);
            Invocation done = run(peaceful, in, work.then);
            assertThat(done.exitCode()).as(done.all()).isIn(ExitCode.OK, ExitCode.REJECTS);
            known = contents(place, in);
            PEACE.put(place + " " + work, known);
        }
        return known;
    }

    private static void prepare(Case all, Path in) throws Exception {
        if (!all.work().before.isEmpty()) {
            Invocation before = run(all, in, all.work().before);
            assertThat(before.exitCode()).as(before.all()).isIn(ExitCode.OK, ExitCode.BROKEN);
        }
    }

    /** Fills the disk but for some room. */
    private static void fill(Path ballast, int room) throws IOException {
        byte[] block = new byte[4096];
        long blocks = (Files.getFileStore(disk).getUsableSpace() - room * 1024L) / block.length;
        try (OutputStream out = Files.newOutputStream(ballast)) {
            for (long i = 0; i < blocks; i++) {
                out.write(block);
            }
        }
    }

    /** A run that never ends is the failure of one test, not of the build. */
    private static Invocation run(Case all, Path in, String words) throws Exception {
        List<String> command = new ArrayList<>(List.of("run", contract.toString(), "--from"));
        List<String> own = new ArrayList<>(Arrays.asList(words.split(" ")));
        command.add(folder.resolve(own.remove(0)).toString());
        command.addAll(own);
        command.addAll(List.of("--to", all.place().url(in), "--create-tables", "--no-progress", "--batch-size", "20"));
        command.addAll(List.of("--workers", String.valueOf(all.workers()), "--constraints", all.constraints()));
        CompletableFuture<Invocation> done = new CompletableFuture<>();
        Thread thread = new Thread(() -> done.complete(Invocation.of(command.toArray(new String[0]))), "run");
        thread.setDaemon(true);
        thread.start();
        try {
            return done.get(SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            StringBuilder stacks = new StringBuilder("the run does not end:");
            Thread.getAllStackTraces()
                    .forEach((waiting, stack) -> stacks.append('\n')
                            .append(waiting.getName())
                            .append(' ')
                            .append(Arrays.toString(stack)));
            throw new AssertionError(stacks.toString(), e);
        }
    }

    private static String contents(Place place, Path in) throws SQLException {
        StringBuilder found = new StringBuilder();
        try (Connection connection =
                        Database.of(place.url(in), new Properties()).connect();
                Statement statement = connection.createStatement()) {
            for (String table : TABLES) {
                String sql = place == Place.H2 ? table.replaceAll("\\b([a-z_]{2,})\\b", "\"$1\"") : table;
                try (ResultSet rows = statement.executeQuery(sql)) {
                    while (rows.next()) {
                        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                            found.append(rows.getString(i)).append(' ');
                        }
                        found.append('\n');
                    }
                }
            }
        }
        return found.toString();
    }

    private static int command(String... words) throws Exception {
        return new ProcessBuilder(words)
                .redirectOutput(Redirect.DISCARD)
                .redirectErrorStream(true)
                .start()
                .waitFor();
    }
}

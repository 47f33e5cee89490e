package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Files with several records change between two runs, in each way that files do, and each way to go on leaves the tables, the ledger
 * and the exit code in step: a row for each document that the ledger calls loaded, 3 as long as the source holds anything that is
 * not loaded, and in the end exactly what the source gives. {@code -Dmillrace.changes=500} tries as many random changes of several
 * files at once.
 */
class ChangingFilesTest {
    private static final int RANDOM_CHANGES = Integer.getInteger("millrace.changes", 6);

    private static final String CONTRACT = """
            contract: 1
            name: orders
            document: { record: /orders/order }
            tables:
              orders:
                columns:
                  id:    { path: "@id", type: bigint, key: true }
                  buyer: { path: buyer, type: varchar(12), required: true }
                  file:  { meta: document-key, type: varchar(100) }
              item:
                parent: orders
                rows: item
                columns:
                  order_id: { ref: orders.id, key: true }
                  pos:      { ordinal: true, key: true }
            """;

    private static final String TOO_LONG = "a buyer too long for it";

    /** What happens to a file. */
    enum Change {
        NONE,
        APPENDED,
        FIXED,
        CUT_OFF,
        SPLIT_IN_TWO,
        RENAMED,
        REPLACED,
        MOVED_INTO_ARCHIVE
    }

    /** What somebody does then. */
    enum GoingOn {
        SAME_COMMAND,
        RETRY_REJECTS,
        REPLACE,
        REPLACE_AND_DELETE_MISSING,
        RETRY_REJECTS_THEN_SAME,
        SAME_THEN_RETRY_REJECTS;

        List<List<String>> runs() {
            List<String> same = List.of();
            List<String> retry = List.of("--retry-rejects");
            return switch (this) {
                case SAME_COMMAND -> List.of(same);
                case RETRY_REJECTS -> List.of(retry);
                case REPLACE -> List.of(List.of("--on-existing", "replace"));
                case REPLACE_AND_DELETE_MISSING -> List.of(SYNC);
                case RETRY_REJECTS_THEN_SAME -> List.of(retry, same);
                case SAME_THEN_RETRY_REJECTS -> List.of(same, retry);
            };
        }
    }

    private static final List<String> SYNC = List.of("--on-existing", "replace", "--delete-missing");

    /** A record; one without a buyer that fits is rejected. */
    private record Order(int id, String buyer) {
        String xml() {
            return "<order id='" + id + "'><buyer>" + buyer + "</buyer><item/></order>";
        }
    }

    /**
     * A file.
     *
     * @param whole how many of its orders are there; behind them it is cut off, unless they are all
     * @param archive what it is in, or "" for nothing
     */
    private record Content(List<Order> orders, int whole, String archive) {
        static Content of(Order... orders) {
            return new Content(List.of(orders), orders.length, "");
        }

        boolean isCut() {
            return whole < orders.size();
        }

        String xml() {
            StringBuilder xml = new StringBuilder("<orders>");
            orders.subList(0, whole).forEach(order -> xml.append(order.xml()));
            return isCut()
                    ? xml.append("<order id='")
                            .append(orders.get(whole).id)
                            .append("'><buy")
                            .toString()
                    : xml.append("</orders>").toString();
        }
    }

    private final String url = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
    private final Map<String, Content> source = new TreeMap<>();
    private int nextId = 100;

    @TempDir
    private Path folder;

    private String told = "";

    static Stream<Arguments> eachChangeAndEachWay() {
        return Stream.of(Change.values())
                .flatMap(change -> Stream.of(GoingOn.values()).map(way -> Arguments.of(change, way)));
    }

    @ParameterizedTest
    @MethodSource
    void eachChangeAndEachWay(Change change, GoingOn way) throws Exception {
        check(name -> change, way);
    }

    static IntStream seeds() {
        return IntStream.range(0, RANDOM_CHANGES);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void severalChangesAtOnce(int seed) throws Exception {
        Random random = new Random(seed);
        Map<String, Change> changes = new HashMap<>();
        GoingOn way = GoingOn.values()[random.nextInt(GoingOn.values().length)];
        told = "seed " + seed + ", " + way;
        check(
                name -> changes.computeIfAbsent(name, file -> Change.values()[random.nextInt(Change.values().length)]),
                way);
    }

    private interface Changes {
        Change of(String file);
    }

    private void check(Changes changes, GoingOn way) throws Exception {
        Files.writeString(folder.resolve("orders.yaml"), CONTRACT);
        source.put("a.xml", Content.of(order("Ann"), order("Bob"), order("Cleo")));
        source.put("b.xml", Content.of(order("Dan"), order(TOO_LONG)));
        source.put("c.xml", Content.of(order("Eve")));
        source.put("d.xml", new Content(List.of(order("Fay"), order("Gus"), order("Hal")), 1, ""));
        source.put("e.xml", new Content(List.of(order("Ida"), order("Jo")), 0, ""));
        write();
        run(List.of("--create-tables"));
        for (String name : List.copyOf(source.keySet())) {
            change(name, changes.of(name));
        }
        write();
        for (List<String> options : way.runs()) {
            run(options);
        }
        if (way == GoingOn.REPLACE || way == GoingOn.REPLACE_AND_DELETE_MISSING) {
            assertIsUpToDate();
        }
        source.replaceAll((name, content) -> new Content(
                content.orders.stream()
                        .map(order -> order.buyer.equals(TOO_LONG) ? new Order(order.id, "Mia") : order)
                        .toList(),
                content.orders.size(),
                content.archive));
        write();
        run(SYNC);
        // Rows that have moved from a document that came later could not be loaded before that was deleted.
        int exitCode = run(List.of("--retry-rejects"));
        assertThat(exitCode).as(told).isZero();
        assertIsUpToDate();
        assertThat(ledger().keySet()).as(told).isEqualTo(keys().keySet());
        Invocation verified = Invocation.of("verify", contract(), "--from", from(), "--to", url);
        assertThat(verified.exitCode()).as(told + verified.all()).isZero();
    }

    private void change(String name, Change change) {
        Content content = source.remove(name);
        List<Order> orders = new ArrayList<>(content.orders);
        switch (change) {
            case APPENDED -> {
                orders.add(order("Kim"));
                // What is cut off stays that, behind more.
                source.put(name, new Content(orders, content.isCut() ? content.whole : orders.size(), ""));
            }
            case FIXED -> {
                orders.replaceAll(order -> order.buyer.equals(TOO_LONG) ? new Order(order.id, "Lee") : order);
                source.put(name, new Content(orders, orders.size(), ""));
            }
            case CUT_OFF -> source.put(name, new Content(orders, Math.max(0, content.whole - 1), ""));
            case SPLIT_IN_TWO -> {
                source.put(name, Content.of(orders.get(0)));
                if (orders.size() > 1) {
                    source.put(
                            "2" + name,
                            Content.of(orders.subList(1, orders.size()).toArray(new Order[0])));
                }
            }
            case RENAMED -> source.put("z" + name, content);
            case REPLACED -> {
                orders.replaceAll(order -> new Order(order.id, order.buyer.equals(TOO_LONG) ? TOO_LONG : "New"));
                orders.set(0, new Order(orders.get(0).id, orders.size() == 2 ? TOO_LONG : "New"));
                source.put(name, new Content(orders, content.whole, ""));
            }
            case MOVED_INTO_ARCHIVE -> source.put(name, new Content(orders, content.whole, name + ".zip"));
            default -> source.put(name, content);
        }
    }

    private Order order(String buyer) {
        return new Order(nextId++, buyer);
    }

    private void write() throws IOException {
        Path in = Files.createDirectories(folder.resolve("in"));
        try (Stream<Path> files = Files.list(in)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        for (Map.Entry<String, Content> file : source.entrySet()) {
            byte[] xml = file.getValue().xml().getBytes(StandardCharsets.UTF_8);
            if (file.getValue().archive.isEmpty()) {
                Files.write(in.resolve(file.getKey()), xml);
                continue;
            }
            try (OutputStream out = Files.newOutputStream(in.resolve(file.getValue().archive));
                    ZipOutputStream zip = new ZipOutputStream(out)) {
                zip.putNextEntry(new ZipEntry(file.getKey()));
                zip.write(xml);
                zip.closeEntry();
            }
        }
    }

    private String contract() {
        return folder.resolve("orders.yaml").toString();
    }

    private String from() {
        return folder.resolve("in") + "/*";
    }

    /** A run, after which everything must be in step. */
    private int run(List<String> options) throws SQLException {
        List<String> args = new ArrayList<>(
                List.of("run", contract(), "--from", from(), "--to", url, "--workers", "2", "--batch-size", "2"));
        args.addAll(options);
        Invocation run = Invocation.of(args.toArray(new String[0]));
        told += "\n" + options + ": " + run.exitCode() + " "
                + run.out().lines().filter(line -> line.contains(" read: ")).toList() + " " + ledger();
        Map<String, String> ledger = ledger();
        boolean settled = source.values().stream().noneMatch(Content::isCut)
                && keys().keySet().stream().allMatch(key -> "loaded".equals(ledger.get(key)));
        assertThat(run.exitCode()).as(told + "\n" + run.all()).isEqualTo(settled ? 0 : 3);
        Set<String> withRows = new TreeSet<>();
        ledger.forEach((key, status) -> {
            if (!status.equals("rejected")) {
                withRows.add(key);
            }
        });
        assertThat(buyers().keySet()).as(told).isEqualTo(withRows);
        return run.exitCode();
    }

    /** Whether what is loaded of the source has the values that the source has now. */
    private void assertIsUpToDate() throws SQLException {
        Map<String, String> ledger = ledger();
        Map<String, String> found = buyers();
        keys().forEach((key, order) -> {
            if ("loaded".equals(ledger.get(key))) {
                assertThat(found.get(key)).as(told + "\n" + key).isEqualTo(order.id + " " + order.buyer);
            }
        });
    }

    /** The records that the source holds, by the keys that the documentation promises. */
    private Map<String, Order> keys() {
        Map<String, Order> keys = new TreeMap<>();
        source.forEach((name, content) -> {
            for (int i = 0; i < content.whole; i++) {
                String archive = content.archive.isEmpty() ? "" : content.archive + "!";
                keys.put(archive + name + "#" + (i + 1), content.orders.get(i));
            }
        });
        return keys;
    }

    /** By key, loaded, rejected, or kept where an older text has rows. */
    private Map<String, String> ledger() throws SQLException {
        return query("SELECT \"document_key\", CASE WHEN \"status\" = 'rejected' AND \"row_count\" > 0 THEN 'kept'"
                + " ELSE \"status\" END FROM \"processing_log\"");
    }

    /** By the key of the document that brought it, each order that has its item. */
    private Map<String, String> buyers() throws SQLException {
        return query("SELECT o.\"file\", o.\"id\" || ' ' || o.\"buyer\" FROM \"orders\" o"
                + " JOIN \"item\" i ON i.\"order_id\" = o.\"id\"");
    }

    private Map<String, String> query(String sql) throws SQLException {
        Map<String, String> found = new TreeMap<>();
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                assertThat(found.put(rows.getString(1), rows.getString(2)))
                        .as(told)
                        .isNull();
            }
        }
        return found;
    }
}

package dev.millrace.lake;

import dev.millrace.contract.ContractException;
import dev.millrace.contract.ContractReader;
import dev.millrace.contract.MappingContract;
import dev.millrace.database.TargetException;
import dev.millrace.dialect.Database;
import dev.millrace.processing.RunOptions;
import dev.millrace.processing.RunOptions.From;
import dev.millrace.processing.RunSummary;
import dev.millrace.source.SourceException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Orders with all types of columns, in a folder of files: what a lake is loaded with in tests, also of other readers of it. */
public final class LakeFixture {
    static final String CONTRACT = """
            contract: 1
            name: orders
            document:
              record: /order
              key: "@id"
            tables:
              orders:
                columns:
                  id: { path: "@id", type: bigint, key: true }
                  paid: { path: "@paid", type: boolean }
                  lines: { path: "count(line)", type: smallint }
                  total: { path: "@total", type: "decimal(38,10)" }
                  discount: { path: "@discount", type: "decimal(9,2)" }
                  weight: { path: "@weight", type: real }
                  volume: { path: "@volume", type: double }
                  day: { path: "@day", type: date }
                  noon: { path: "@noon", type: "time(6)" }
                  placed: { path: "@placed", type: "timestamp(6)" }
                  received: { path: "@received", type: "timestamptz(6)" }
                  token: { path: "@token", type: uuid }
                  picture: { path: "@picture", type: bytes }
                  note: { path: "note", type: text, empty: keep }
              line:
                parent: orders
                rows: line
                columns:
                  order_id: { ref: orders.id, key: true }
                  pos: { ordinal: true, type: integer, key: true }
                  product: { path: "@product", type: "varchar(20)" }
            """;

    private LakeFixture() {}

    public static MappingContract contract() {
        return contract(text -> text);
    }

    static MappingContract contract(UnaryOperator<String> change) {
        try {
            return ContractReader.read(change.apply(CONTRACT), "orders.yaml").contract();
        } catch (ContractException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Writes documents {@code from} to {@code to}; every tenth is not well-formed. */
    public static void documents(Path folder, int from, int to) {
        try {
            Files.createDirectories(folder);
            for (int id = from; id <= to; id++) {
                Files.writeString(file(folder, id), id % 10 == 0 ? "<order id='" + id + "'>" : document(id));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Path file(Path folder, int id) {
        return folder.resolve(String.format(Locale.ROOT, "order-%06d.xml", id));
    }

    static String document(int id) {
        StringBuilder lines = new StringBuilder();
        for (int line = 0; line < id % 4; line++) {
            lines.append("<line product='p").append(line).append("'/>");
        }
        // Whatever a file of text could confuse.
        String note = switch (id % 5) {
            case 0 -> "";
            case 1 -> "<note/>";
            case 2 -> "<note>a \"quoted\", 'text'\n of two lines; \\N NULL ünïcödé 𝄞</note>";
            case 3 -> "<note>,</note>";
            default -> "<note>" + id + "</note>";
        };
        return "<order id='" + id + "' "
                + (id % 7 == 0
                        ? ""
                        : "paid='" + (id % 2 == 0) + "' total='" + id + "234567890123456789.0123456789' discount='0.0"
                                + id % 10
                                + "' weight='1.1' volume='"
                                + (id % 3 == 0 ? "INF" : id % 3 == 1 ? "NaN" : "1.7976931348623157E308")
                                + "' day='0001-01-01' noon='23:59:59.999999' placed='1582-10-10T02:30:00.000001'"
                                + " received='2026-03-29T02:30:00.123456+02:00'"
                                + " token='0b4c2f5e-1f0a-4d0e-9d4e-0123456789ab' picture='AAEC/w=='")
                + ">" + note + lines + "</order>";
    }

    /** Runs with defaults. */
    public static RunSummary run(Path lake, MappingContract contract, LakeFormat format, Path source)
            throws TargetException, SourceException {
        return run(
                lake, contract, new Lake.Form(format, null, null), source, Publisher.Steps.NOBODY, builder -> builder);
    }

    /** Runs in batches of 20, each of which is a group. */
    static RunSummary run(
            Path directory,
            MappingContract contract,
            Lake.Form form,
            Path source,
            Publisher.Steps steps,
            UnaryOperator<RunOptions.Builder> choices)
            throws TargetException, SourceException {
        try (Lake lake = Lake.open(directory, contract, form, steps, 0)) {
            RunOptions options = choices.apply(RunOptions.from(From.files(source.toString()))
                            .to(lake.database())
                            .workers(2)
                            .batchDocuments(20))
                    .build();
            return lake.processor(options).run();
        }
    }

    /** The result of a query over what is committed: a line a row, of texts. */
    public static List<String> query(Path lake, String sql) throws TargetException, SQLException {
        return query(Lake.read(lake, true), sql);
    }

    static List<String> query(Database database, String sql) throws SQLException {
        List<String> found = new ArrayList<>();
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                List<@Nullable String> row = new ArrayList<>();
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    row.add(rows.getString(i));
                }
                found.add(String.join("|", row.stream().map(String::valueOf).toList()));
            }
        }
        return found;
    }
}

package dev.millrace.samples;

import dev.millrace.contract.SqlType;
import dev.millrace.contract.TableMapping.OnDuplicate;
import dev.millrace.dialect.BulkLoader;
import dev.millrace.dialect.Database;
import dev.millrace.dialect.Dialect;
import dev.millrace.dialect.TableDefinition;
import dev.millrace.dialect.TableDefinition.Columns;
import dev.millrace.dialect.TableFinder;
import dev.millrace.dialect.TableName;
import dev.millrace.document.WholeFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Writes sample applications into a database table, a directory or one file, one after the other: memory does not grow
 * with their number. Not thread-safe.
 */
public final class SampleWriter {

    /** The columns of the table that {@link #toTable} makes. */
    public static final String KEY_COLUMN = "app_id";

    public static final String XML_COLUMN = "xml";

    private static final Pattern ORDINARY_NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_]*");
    private static final int PROGRESS_EVERY = 1_000;
    private static final long BATCH_BYTES = 1L << 20;

    private final SampleApplications samples;
    private final long first;
    private final long count;
    private final LongConsumer progress;

    /**
     * @param first the first document's number, from 1
     * @param count how many documents are written
     * @param progress is given the number of documents written so far, now and then and at the end
     */
    public SampleWriter(SampleApplications samples, long first, long count, LongConsumer progress) {
        if (first < 1 || count < 0) {
            throw new IllegalArgumentException(
                    "documents count from 1, but " + count + " from " + first + " are asked for");
        }
        this.samples = samples;
        this.first = first;
        this.count = count;
        this.progress = progress;
    }

    /**
     * Inserts the documents into a table with the columns app_id and xml; the table is created if it is not there. A document
     * without text is NULL.
     *
     * @param table {@code schema.table} or {@code table}
     * @throws IllegalArgumentException with a message for the user when the table holds some of these keys already
     */
    public void toTable(Database database, String table) throws SQLException, InterruptedException {
        Dialect dialect = database.dialect();
        try (Connection connection = database.connect()) {
            Optional<TableName> found = new TableFinder(connection).find(table);
            String name;
            if (found.isPresent()) {
                name = dialect.qualified(found.get().schema(), found.get().name());
                checkKeysAreFree(connection, name, table);
            } else {
                name = create(connection, dialect, table);
            }
            connection.setAutoCommit(false);
            if (dialect.name().equals("postgresql")) {
                copy(connection, name);
            } else {
                load(
                        connection,
                        dialect,
                        new TableFinder(connection).find(table).orElseThrow());
            }
        }
    }

    /** Writes a file for each document: app-000001.xml and so on. The directory is created if it is not there. */
    public void toDirectory(Path directory) throws IOException, InterruptedException {
        WholeFile.createDirectories(directory);
        for (long n = first; n < first + count; n++) {
            WholeFile.write(directory.resolve(fileName(n)), samples.document(n));
            step(n);
        }
        progress.accept(count);
    }

    /**
     * Writes one file with all documents as Request elements below one Provenir element.
     *
     * @throws IllegalArgumentException when the samples' defects would make the whole file unreadable
     */
    public void toFile(Path file) throws IOException, InterruptedException {
        for (SampleFault fault : samples.settings().faults()) {
            if (!fault.isWithinRecord() && !samples.settings().mended()) {
                throw new IllegalArgumentException(
                        fault + " would spoil a file with many documents; choose defects that stay within a record");
            }
        }
        try (WholeFile whole = WholeFile.replace(file)) {
            OutputStream out = whole.stream();
            out.write("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Provenir>".getBytes(StandardCharsets.US_ASCII));
            for (long n = first; n < first + count; n++) {
                out.write(samples.request(n));
                step(n);
            }
            out.write("\n</Provenir>\n".getBytes(StandardCharsets.US_ASCII));
            whole.keep();
        }
        progress.accept(count);
    }

    /** The name of a document's file. */
    public static String fileName(long n) {
        String digits = Long.toString(n);
        return "app-" + "0".repeat(Math.max(0, 6 - digits.length())) + digits + ".xml";
    }

    private void checkKeysAreFree(Connection connection, String name, String shown) throws SQLException {
        String sql = "SELECT COUNT(*) FROM " + name + " WHERE " + KEY_COLUMN + " BETWEEN ? AND ?";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, first);
            statement.setLong(2, first + count - 1);
            try (ResultSet row = statement.executeQuery()) {
                if (row.next() && row.getLong(1) > 0) {
                    throw new IllegalArgumentException("table " + shown + " – holds " + row.getLong(1) + " of the keys "
                            + first + " to " + (first + count - 1) + " already; empty it, or name another table");
                }
            }
        }
    }

    private static String create(Connection connection, Dialect dialect, String table) throws SQLException {
        int dot = table.indexOf('.');
        String schema = dot < 0 ? null : table.substring(0, dot);
        String bare = table.substring(dot + 1);
        // Ordinary names without quotes, so that queries by hand need none either.
        String name = (schema == null ? "" : dialect.quote(schema) + ".")
                + (ORDINARY_NAME.matcher(bare).matches() ? bare : dialect.quote(bare));
        try (Statement statement = connection.createStatement()) {
            if (schema != null) {
                statement.execute(dialect.createSchema(schema));
            }
            statement.execute("CREATE TABLE " + name + " (" + KEY_COLUMN + " " + dialect.typeName(SqlType.BIGINT)
                    + " NOT NULL PRIMARY KEY, " + XML_COLUMN + " " + dialect.typeName(SqlType.TEXT) + ")"
                    + dialect.tableOptions());
        }
        return name;
    }

    private void copy(Connection connection, String name) throws SQLException, InterruptedException {
        try (CopyText copy = new CopyText(connection, name + " (" + KEY_COLUMN + ", " + XML_COLUMN + ")")) {
            for (long n = first; n < first + count; n++) {
                byte[] document = samples.document(n);
                copy.row(n, document.length == 0 ? null : document);
                step(n);
            }
            copy.finish();
        }
        connection.commit();
        progress.accept(count);
    }

    private void load(Connection connection, Dialect dialect, TableName table)
            throws SQLException, InterruptedException {
        TableDefinition definition = new TableDefinition(
                table.schema(),
                table.name(),
                List.of(
                        column(connection, table, KEY_COLUMN, SqlType.BIGINT),
                        column(connection, table, XML_COLUMN, SqlType.TEXT)),
                new Columns("", List.of(KEY_COLUMN)),
                List.of(),
                List.of(),
                List.of());
        try (BulkLoader loader = dialect.loader(connection, definition, OnDuplicate.REJECT)) {
            long bytes = 0;
            for (long n = first; n < first + count; n++) {
                byte[] document = samples.document(n);
                loader.write(new @Nullable Object[] {n, text(document)});
                bytes += document.length;
                if (bytes > BATCH_BYTES) {
                    loader.commit();
                    connection.commit();
                    bytes = 0;
                }
                step(n);
            }
            loader.commit();
            connection.commit();
        }
        progress.accept(count);
    }

    /** A column under the name that the catalog has for it. */
    private static TableDefinition.Column column(Connection connection, TableName table, String name, SqlType type)
            throws SQLException {
        String there = TableFinder.column(new TableFinder(connection).columns(table), name)
                .map(TableFinder.Column::name)
                .orElse(name);
        return new TableDefinition.Column(there, type, true, false);
    }

    private static @Nullable String text(byte[] document) {
        return document.length == 0 ? null : new String(document, StandardCharsets.UTF_8);
    }

    private void step(long n) throws InterruptedException {
        long written = n - first + 1;
        if (written % PROGRESS_EVERY == 0) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            progress.accept(written);
        }
    }
}

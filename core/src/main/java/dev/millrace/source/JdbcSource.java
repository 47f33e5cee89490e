package dev.millrace.source;

import dev.millrace.dialect.Database;
import dev.millrace.document.Document;
import dev.millrace.xml.XmlLimits;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Documents from a table or query, over one connection, in keyset pages in the order of the key: no OFFSET, no cursor that
 * stays open for hours. Not thread-safe.
 */
public final class JdbcSource implements DocumentSource {

    /**
     * What to read.
     *
     * @param table the table, {@code schema.table} or {@code table}; null if {@code query} is given
     * @param query a SELECT that gives the key and xml columns; null if {@code table} is given
     * @param keyColumn the column that identifies a document; unique, not null
     * @param xmlColumn the column with the XML
     * @param keyFrom the first key, or null
     * @param keyTo the last key, or null
     * @param ledger what to leave out in the query itself, or null
     */
    public record Selection(
            @Nullable String table,
            @Nullable String query,
            String keyColumn,
            String xmlColumn,
            @Nullable String keyFrom,
            @Nullable String keyTo,
            @Nullable LedgerFilter ledger) {}

    private JdbcSource() {}

    /** Connects and checks that table and columns exist; {@link SourceException#isUsage} tells a wrong name from a fault. */
    public static JdbcSource open(Database database, Selection selection, XmlLimits limits) throws SourceException {
        throw new IllegalStateException("spine");
    }

    @Override
    public @Nullable Document next() throws SourceException, InterruptedException {
        throw new IllegalStateException("spine");
    }

    @Override
    public String description() {
        throw new IllegalStateException("spine");
    }

    @Override
    public OptionalLong estimatedDocuments() {
        throw new IllegalStateException("spine");
    }

    @Override
    public int connections() {
        return 1;
    }

    @Override
    public long skipped() {
        throw new IllegalStateException("spine");
    }

    @Override
    public void close() {}
}

package dev.millrace.spark;

import dev.millrace.document.Document;
import dev.millrace.source.DocumentSource;
import dev.millrace.source.SourceException;
import java.util.Iterator;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** Documents of the rows of a partition, one for each. */
final class RowSource implements DocumentSource {

    /** Makes a document of a row. */
    @FunctionalInterface
    interface Maker {
        Document document(Row row) throws SourceException;
    }

    private final String description;
    private final Iterator<Row> rows;
    private final Maker maker;
    private volatile boolean stopped;

    RowSource(String description, Iterator<Row> rows, Maker maker) {
        this.description = description;
        this.rows = rows;
        this.maker = maker;
    }

    @Override
    public @Nullable Document next() throws SourceException {
        return stopped || !rows.hasNext() ? null : maker.document(rows.next());
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public void stop() {
        stopped = true;
    }

    @Override
    public void close() {
        stopped = true;
    }
}

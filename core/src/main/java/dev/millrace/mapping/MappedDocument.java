package dev.millrace.mapping;

import dev.millrace.document.Document;
import java.util.List;
import java.util.Objects;

/**
 * A document's rows.
 *
 * @param key the document's key in the ledger
 * @param formerKeys keys under which the ledger may hold it from when less of it could be read, as rejected, or from when it was its
 *     file's only record, also as loaded: its source's key where it has one of its own, its file's where it is a record; mostly empty
 * @param source the document, kept until the rows are loaded so that a reject can name line and column
 * @param contentHash a 64-bit check of the text, to see whether a document has changed
 * @param rows by {@link dev.millrace.contract.TableMapping#index()}, the rows of each table in order
 */
public record MappedDocument(
        String key, List<String> formerKeys, Document source, long contentHash, List<List<Row>> rows) {

    public MappedDocument {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(source, "source");
        formerKeys = List.copyOf(formerKeys);
        rows = List.copyOf(rows);
    }

    /** A document that can have no other key. */
    public MappedDocument(String key, Document source, long contentHash, List<List<Row>> rows) {
        this(key, List.of(), source, contentHash, rows);
    }

    /** The same document, its rows forgotten. */
    public MappedDocument withoutRows() {
        return new MappedDocument(key, formerKeys, source, contentHash, List.of());
    }

    /** Rows of all tables. */
    public int rowCount() {
        int count = 0;
        for (List<Row> table : rows) {
            count += table.size();
        }
        return count;
    }
}

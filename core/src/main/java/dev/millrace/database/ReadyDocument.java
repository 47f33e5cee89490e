package dev.millrace.database;

import dev.millrace.dialect.BulkLoader;
import dev.millrace.mapping.Row;
import dev.millrace.pipeline.Outcome.Mapped;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A mapped document as an engine takes it: with its rows, or with what a {@link DocumentEncoder} has made of them.
 *
 * @param mapped the document; without rows if these are encoded
 */
public record ReadyDocument(Mapped mapped, @Nullable EncodedRows encoded) {

    /**
     * Rows as the database's loaders send them.
     *
     * @param bytes of all tables, one after the other
     * @param ends by table, where its bytes end
     * @param counts by table, how many rows
     * @param ordinals of the rows, one table after the other, as {@link Row#ordinal}
     * @param keys as the ledger keeps them; null where it does not
     */
    record EncodedRows(
            byte[] bytes,
            int[] ends,
            int[] counts,
            int[] ordinals,
            @Nullable String keys) {

        private void write(int table, BulkLoader loader) throws SQLException {
            int from = table == 0 ? 0 : ends[table - 1];
            loader.writeEncoded(bytes, from, ends[table] - from, counts[table]);
        }

        private int ordinal(int table, int row) {
            int before = 0;
            for (int i = 0; i < table; i++) {
                before += counts[i];
            }
            return ordinals[before + row];
        }
    }

    /** A document whose rows are not encoded. */
    public static ReadyDocument of(Mapped mapped) {
        return new ReadyDocument(mapped, null);
    }

    int rowCount() {
        return encoded == null ? mapped.rowCount() : encoded.ordinals.length;
    }

    int rowCount(int table) {
        return encoded == null ? mapped.rows().get(table).size() : encoded.counts[table];
    }

    /** As {@link Row#ordinal}. */
    int ordinal(int table, int row) {
        return encoded == null ? mapped.rows().get(table).get(row).ordinal() : encoded.ordinal(table, row);
    }

    /** As the ledger keeps them; null where it does not. */
    @Nullable
    String keys(@Nullable RowKeys rowKeys) {
        if (encoded != null) {
            return encoded.keys;
        }
        return rowKeys == null ? null : rowKeys.write(mapped.rows());
    }

    void write(int table, BulkLoader loader) throws SQLException {
        if (encoded != null && encoded.counts[table] > 0) {
            encoded.write(table, loader);
        } else if (encoded == null) {
            List<Row> rows = mapped.rows().get(table);
            for (int r = 0; r < rows.size(); r++) {
                loader.write(rows.get(r).values());
            }
        }
    }
}

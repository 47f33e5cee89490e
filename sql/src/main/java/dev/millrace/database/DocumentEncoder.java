package dev.millrace.database;

import dev.millrace.database.ledger.RowKeys;
import dev.millrace.dialect.BulkLoader;
import dev.millrace.dialect.RefusedValueException;
import dev.millrace.dialect.RowEncoder;
import dev.millrace.mapping.Row;
import dev.millrace.pipeline.Outcome.Mapped;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Encodes the rows of documents right after they were mapped, while they are in the processor's cache. A batch of bytes has a sixth of the size of
 * its values, which would otherwise be read from memory again for each table. Owned by the thread that maps.
 */
final class DocumentEncoder {
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

        void write(int table, BulkLoader loader) throws SQLException {
            int from = table == 0 ? 0 : ends[table - 1];
            if (counts[table] > 0) {
                loader.writeEncoded(bytes, from, ends[table] - from, counts[table]);
            }
        }

        int ordinal(int table, int row) {
            int before = 0;
            for (int i = 0; i < table; i++) {
                before += counts[i];
            }
            return ordinals[before + row];
        }
    }

    private final List<RowEncoder> tables;
    private final @Nullable RowKeys rowKeys;

    private DocumentEncoder(List<RowEncoder> tables, @Nullable RowKeys rowKeys) {
        this.tables = tables;
        this.rowKeys = rowKeys;
    }

    /**
     * @param loaders by table
     * @param rowKeys null where the ledger does not keep the rows' keys
     * @return null where a loader takes values only
     */
    static @Nullable DocumentEncoder of(List<BulkLoader> loaders, @Nullable RowKeys rowKeys) {
        List<RowEncoder> tables = new ArrayList<>();
        for (BulkLoader loader : loaders) {
            RowEncoder encoder = loader.encoder();
            if (encoder == null) {
                return null;
            }
            tables.add(encoder);
        }
        return new DocumentEncoder(tables, rowKeys);
    }

    /** A document's encoded rows; null if the database cannot hold one of their values, which the engine then reports. */
    @Nullable
    EncodedRows encode(Mapped document) {
        try {
            return encoded(document);
        } catch (RefusedValueException e) {
            tables.forEach(RowEncoder::clear);
            return null;
        } catch (RuntimeException | Error e) {
            // Otherwise the next document would have these rows, too.
            tables.forEach(RowEncoder::clear);
            throw e;
        }
    }

    private EncodedRows encoded(Mapped document) throws RefusedValueException {
        int[] ends = new int[tables.size()];
        int[] counts = new int[ends.length];
        int[] ordinals = new int[document.rowCount()];
        int rows = 0;
        int size = 0;
        for (int t = 0; t < ends.length; t++) {
            RowEncoder encoder = tables.get(t);
            for (Row row : document.rows().get(t)) {
                encoder.row(row.values());
                ordinals[rows++] = row.ordinal();
                counts[t]++;
            }
            size += encoder.size();
            ends[t] = size;
        }
        byte[] bytes = new byte[size];
        int at = 0;
        for (int t = 0; t < ends.length; t++) {
            tables.get(t).moveTo(bytes, at);
            at = ends[t];
        }
        return new EncodedRows(bytes, ends, counts, ordinals, rowKeys == null ? null : rowKeys.write(document.rows()));
    }
}

package dev.millrace.database;

import dev.millrace.database.ReadyDocument.EncodedRows;
import dev.millrace.dialect.BulkLoader;
import dev.millrace.dialect.RefusedValueException;
import dev.millrace.dialect.RowEncoder;
import dev.millrace.mapping.Row;
import dev.millrace.pipeline.Outcome.Mapped;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Encodes the rows of documents right after they were mapped, while they are in the processor's cache: a batch of bytes is a
 * sixth of the size of its values, which would be read again table by table. Owned by the thread that maps.
 */
public final class DocumentEncoder {
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

    /** The document with its rows encoded; as it was, if the database cannot hold one of its values, for the engine to tell. */
    public ReadyDocument encode(Mapped document) {
        try {
            return new ReadyDocument(document.withoutRows(), encoded(document));
        } catch (RefusedValueException e) {
            tables.forEach(RowEncoder::clear);
            return ReadyDocument.of(document);
        } catch (RuntimeException | Error e) {
            // Else its rows would be found in the next document.
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

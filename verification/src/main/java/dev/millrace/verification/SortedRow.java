package dev.millrace.verification;

import dev.millrace.verification.ComparedTable.Column;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A row on its way through the sorter: the table's number in two bytes, the {@linkplain CanonicalRow canonical row}, and
 * the key of the document that it comes from, where that is known, with its length in four bytes.
 */
final class SortedRow {

    private static final int TABLE_BYTES = 2;

    private final byte[] bytes;
    private final ComparedTable table;
    private final int keyEnd;
    private final int rowEnd;

    private SortedRow(byte[] bytes, ComparedTable table, int keyEnd, int rowEnd) {
        this.bytes = bytes;
        this.table = table;
        this.keyEnd = keyEnd;
        this.rowEnd = rowEnd;
    }

    /** @param documentKey as UTF-8; empty where it is not known */
    static byte[] write(int table, CanonicalRow row, byte[] documentKey) {
        byte[] bytes = row.copy(TABLE_BYTES, documentKey.length + Integer.BYTES);
        bytes[0] = (byte) (table >>> 8);
        bytes[1] = (byte) table;
        int at = TABLE_BYTES + row.length();
        System.arraycopy(documentKey, 0, bytes, at, documentKey.length);
        at += documentKey.length;
        for (int i = 0; i < Integer.BYTES; i++) {
            bytes[at + i] = (byte) (documentKey.length >>> (24 - 8 * i));
        }
        return bytes;
    }

    static SortedRow read(byte[] bytes, List<ComparedTable> tables) {
        ComparedTable table = tables.get((bytes[0] & 0xFF) << 8 | bytes[1] & 0xFF);
        int documentAt = bytes.length - Integer.BYTES;
        int rowEnd = documentAt - CanonicalRow.intAt(bytes, documentAt);
        int keyEnd = TABLE_BYTES;
        for (int i = 0; i < table.keyColumns(); i++) {
            keyEnd = CanonicalRow.skip(bytes, keyEnd);
        }
        return new SortedRow(bytes, table, keyEnd, rowEnd);
    }

    ComparedTable table() {
        return table;
    }

    /** The key of the document, or null where it is not known. */
    @Nullable
    String document() {
        int end = bytes.length - Integer.BYTES;
        return rowEnd == end ? null : new String(bytes, rowEnd, end - rowEnd, StandardCharsets.UTF_8);
    }

    /** By table and key. */
    int compareKey(SortedRow other) {
        return Arrays.compareUnsigned(bytes, 0, keyEnd, other.bytes, 0, other.keyEnd);
    }

    /** By table, key and values. */
    int compareRow(SortedRow other) {
        return Arrays.compareUnsigned(bytes, 0, rowEnd, other.bytes, 0, other.rowEnd);
    }

    /** For each compared column, where it begins, and where the last one ends. */
    int[] places() {
        int[] places = new int[table.columns().size() + 1];
        places[0] = TABLE_BYTES;
        for (int i = 1; i < places.length; i++) {
            places[i] = CanonicalRow.skip(bytes, places[i - 1]);
        }
        return places;
    }

    /** The compared columns, by index, in which two rows of a table differ. */
    int[] differingColumns(SortedRow other) {
        int[] mine = places();
        int[] others = other.places();
        int[] found = new int[mine.length - 1];
        int count = 0;
        for (int i = 0; i < mine.length - 1; i++) {
            if (!Arrays.equals(bytes, mine[i], mine[i + 1], other.bytes, others[i], others[i + 1])) {
                found[count++] = i;
            }
        }
        return Arrays.copyOf(found, count);
    }

    /** A column's value for people; null for NULL. */
    @Nullable
    String show(int column) {
        Column shown = table.columns().get(column);
        return CanonicalRow.show(bytes, places()[column], shown.type());
    }

    /** A column that is a number of 64 bits. */
    long number(int column) {
        return CanonicalRow.longAt(bytes, places()[column] + Integer.BYTES);
    }
}

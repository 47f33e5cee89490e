package dev.millrace.spark.tables;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.unsafe.Platform;

/**
 * Rows of one table, in Spark's binary form: each a long with its size, and its bytes. What a task gives and a cache keeps; nothing of it
 * has to be read to pass it over.
 *
 * @param table the table's place in {@link TableForm#all}
 * @param columns of each row
 * @param rows not to be changed
 */
record Chunk(int table, int columns, byte[] rows) implements Serializable {

    /** The rows, of which each is good until the next one is asked for. */
    Iterator<InternalRow> iterator() {
        return new Iterator<>() {
            private final UnsafeRow row = new UnsafeRow(columns);
            private int at;

            @Override
            public boolean hasNext() {
                return at < rows.length;
            }

            @Override
            public InternalRow next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                int size = (int) Platform.getLong(rows, Platform.BYTE_ARRAY_OFFSET + (long) at);
                row.pointTo(rows, Platform.BYTE_ARRAY_OFFSET + (long) at + Long.BYTES, size);
                at += Long.BYTES + size;
                return row;
            }
        };
    }

    /** Gathers rows of one table. */
    static final class Builder {

        private static final int LARGEST = Integer.MAX_VALUE - 16;
        private static final int FIRST = 1 << 12;

        private final int table;
        private final int columns;
        private byte[] rows = new byte[0];
        private int length;

        Builder(int table, int columns) {
            this.table = table;
            this.columns = columns;
        }

        void add(UnsafeRow row) {
            int size = row.getSizeInBytes();
            long needed = (long) length + Long.BYTES + size;
            if (needed > rows.length) {
                if (needed > LARGEST) {
                    throw new OutOfMemoryError("the rows of a document need more than " + LARGEST + " bytes");
                }
                long room = Math.min(LARGEST, Math.max(Math.max(FIRST, 2L * rows.length), needed));
                rows = Arrays.copyOf(rows, (int) room);
            }
            Platform.putLong(rows, Platform.BYTE_ARRAY_OFFSET + (long) length, size);
            row.writeToMemory(rows, Platform.BYTE_ARRAY_OFFSET + (long) length + Long.BYTES);
            length = (int) needed;
        }

        int length() {
            return length;
        }

        /** Forgets what was added since it had this length. */
        void cut(int earlier) {
            length = earlier;
        }

        /** The rows so far; goes on without any. */
        Chunk take() {
            Chunk chunk = new Chunk(table, columns, Arrays.copyOf(rows, length));
            length = 0;
            return chunk;
        }
    }
}

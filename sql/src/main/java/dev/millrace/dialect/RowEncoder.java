package dev.millrace.dialect;

import org.apiguardian.api.API;

/**
 * Encodes rows for a {@link BulkLoader} of the same table, in advance and on another thread. So a row's values are encoded while they are in
 * the processor's cache, and a waiting batch holds bytes instead of values. Not thread-safe.
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface RowEncoder {
    /**
     * Adds a row. After an exception only {@link #clear} may be called.
     *
     * @param values as for {@link BulkLoader#write}
     * @throws RefusedValueException when the database cannot hold a value
     */
    void row(Object[] values) throws RefusedValueException;

    /** Bytes of the rows so far. */
    int size();

    /** Copies the rows so far to a place in an array, and forgets them. */
    void moveTo(byte[] target, int at);

    /** Forgets the rows so far. */
    void clear();
}

package dev.millrace.dialect;

import org.apiguardian.api.API;

/**
 * Makes of rows what a {@link BulkLoader} of the same table sends, ahead of time and on another thread: while a row's values
 * are at hand, and so that its bytes, not its values, wait for their batch. Not thread-safe.
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface RowEncoder {
    /**
     * Adds a row. After a refusal nothing but {@link #clear} makes sense.
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

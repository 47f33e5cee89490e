package dev.millrace.dialect;

import java.sql.SQLException;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Loads rows into one table, within the transaction of the connection it belongs to. It can be used many times: the first {@link #write}
 * after a {@link #commit} or {@link #abort} begins a new stream. Not thread-safe.
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface BulkLoader extends AutoCloseable {
    /**
     * Adds a row; it may be sent later.
     *
     * @param values one per column of the table, of the Java classes of {@link dev.millrace.contract.SqlType.Kind}, or null
     * @throws RefusedValueException when the database cannot hold a value
     */
    void write(Object[] values) throws SQLException;

    /** A new encoder for {@link #writeEncoded}; null if the loader takes rows only as values. */
    default @Nullable RowEncoder encoder() {
        return null;
    }

    /**
     * Adds rows that an {@link #encoder} has made; they may be sent later.
     *
     * @param rows holds them from an index on
     * @param length in bytes
     * @param count how many rows
     */
    default void writeEncoded(byte[] rows, int from, int length, int count) throws SQLException {
        throw new UnsupportedOperationException(name() + " takes values");
    }

    /**
     * Sends what is left and ends the stream. All rows are in the table then, but the transaction is not committed.
     *
     * @return how many rows went into the table; fewer than were written if rows with the same keys were there and stay
     */
    long commit() throws SQLException;

    /** Ends the stream so that none of its rows can get into the table; the transaction is rolled back next. Does not throw. */
    void abort();

    /**
     * Which row a fault of this stream is about, from 0 in the order of writing; -1 when the database does not say. Only a hint, since
     * databases are sometimes wrong about it.
     */
    long suspect(SQLException fault);

    /** Whether the connection can only be closed after a fault. */
    default boolean isSpoiled() {
        return false;
    }

    /** Nanoseconds spent so far waiting for the database, without encoding. */
    long waited();

    /** What the summary calls this way of loading: {@code copy-binary}, {@code batch-insert} … */
    String name();

    /** Aborts what is not committed and closes statements; does not throw. */
    @Override
    void close();
}

package dev.millrace.samples;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * One COPY of a number and a text into PostgreSQL, in its text format, which fits whatever types the columns have. Ends with
 * {@link #finish}; closed without it, no row is left. Not thread-safe.
 */
final class CopyText implements AutoCloseable {

    private static final int SEND_BYTES = 1 << 16;

    private final CopyIn copy;
    private byte[] buffer = new byte[SEND_BYTES * 2];
    private int size;

    /** @param target a table with its two columns */
    CopyText(Connection connection, String target) throws SQLException {
        copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn("COPY " + target + " FROM STDIN");
    }

    /** @param text UTF-8, or null */
    void row(long number, byte @Nullable [] text) throws SQLException {
        add(Long.toString(number).getBytes(StandardCharsets.US_ASCII));
        add('\t');
        if (text == null) {
            add('\\');
            add('N');
        } else {
            escaped(text);
        }
        add('\n');
        if (size >= SEND_BYTES) {
            send();
        }
    }

    void finish() throws SQLException {
        send();
        copy.endCopy();
    }

    @Override
    public void close() throws SQLException {
        if (copy.isActive()) {
            copy.cancelCopy();
        }
    }

    private void escaped(byte[] text) {
        for (byte b : text) {
            switch (b) {
                case '\\' -> add('\\', '\\');
                case '\n' -> add('\\', 'n');
                case '\r' -> add('\\', 'r');
                case '\t' -> add('\\', 't');
                default -> add(b);
            }
        }
    }

    private void send() throws SQLException {
        copy.writeToCopy(buffer, 0, size);
        size = 0;
    }

    private void add(byte[] bytes) {
        for (byte b : bytes) {
            add(b);
        }
    }

    private void add(char first, char second) {
        add(first);
        add(second);
    }

    private void add(int b) {
        if (size == buffer.length) {
            buffer = Arrays.copyOf(buffer, size * 2);
        }
        buffer[size++] = (byte) b;
    }
}

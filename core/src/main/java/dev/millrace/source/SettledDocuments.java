package dev.millrace.source;

import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/**
 * Tells by their keys which documents are settled, so that their texts need not be read. What it does not tell is only more
 * work: whoever loads a document looks again.
 */
public interface SettledDocuments extends AutoCloseable {

    /** The keys, of those given, whose documents a run would leave alone. */
    Set<String> among(List<String> keys) throws SQLException;

    /** Makes an {@link #among} that waits end soon. Any thread may call it. */
    void stop();

    /** Does not throw. */
    @Override
    void close();
}

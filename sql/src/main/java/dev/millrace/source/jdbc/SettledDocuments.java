package dev.millrace.source.jdbc;

import dev.millrace.document.Skip;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/**
 * Tells by their keys which documents are settled, so that their texts need not be read. What it does not tell is only more
 * work: whoever loads a document looks again.
 */
public interface SettledDocuments extends AutoCloseable {

    /** Of the keys given, those whose documents a run would skip, and why. */
    Map<String, Skip> among(List<String> keys) throws SQLException;

    /** Makes an {@link #among} that waits end soon. Any thread may call it. */
    void stop();

    /** Does not throw. */
    @Override
    void close();
}

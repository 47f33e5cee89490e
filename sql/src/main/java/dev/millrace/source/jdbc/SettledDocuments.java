package dev.millrace.source.jdbc;

import dev.millrace.document.Skip;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/**
 * Says which documents are settled, by their keys, so that their texts need not be read. If it leaves one out, that only costs time: the engine
 * looks each document up when it loads it.
 */
public interface SettledDocuments extends AutoCloseable {

    /** Those of these keys whose documents a run would skip, with the reason. */
    Map<String, Skip> among(List<String> keys) throws SQLException;

    /** Ends an {@link #among} that waits. Any thread may call it. */
    void stop();

    /** Does not throw. */
    @Override
    void close();
}

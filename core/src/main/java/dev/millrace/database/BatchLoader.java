package dev.millrace.database;

import java.sql.SQLException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What takes a worker's batches, one after the other, and says what became of each document. Owned by one worker. */
public interface BatchLoader extends AutoCloseable {
    /** What makes documents ready for batches, on the thread that maps them; null where nothing is to be done. Asked once. */
    default @Nullable DocumentEncoder encoder() {
        return null;
    }

    /** Takes a batch; in the result, every document of it has one outcome. */
    LoadResult load(LoadBatch batch) throws SQLException, TargetException;

    /** After the last batch: waits until what was committed is where the database keeps it. */
    default void flush() throws SQLException {}

    /** How each table is loaded, by table name; empty where nothing is. */
    Map<String, String> loadPaths();

    /** Gives back what it holds; does not throw. */
    @Override
    void close();
}

package dev.millrace.spark.tables;

import java.time.Instant;
import org.apache.spark.storage.StorageLevel;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * How documents become tables. Immutable.
 *
 * @param keyColumn the column with the documents' keys: a string, or a whole number; null for the contract's {@code source.key}
 * @param xmlColumn the column with the documents: a string, or binary; null for the contract's {@code source.xml}
 * @param sourceName what {@code meta: source-name} gives, and what rejects say; for files it is each file's path
 * @param coverage whether every path of the documents is counted, which costs some time
 * @param storage where the rows are kept between one table and the next; {@link StorageLevel#NONE()} keeps none, so that each table that
 *     is used parses the documents again
 * @param documentBytes bytes of the largest document; 0 for a quarter of what memory each core of an executor has, 256 MB at most
 * @param runId what {@code meta: run-id} gives; null for a new one
 * @param loadedAt what {@code meta: loaded-at} gives; null for now
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record TablesOptions(
        @Nullable String keyColumn,
        @Nullable String xmlColumn,
        String sourceName,
        boolean coverage,
        StorageLevel storage,
        long documentBytes,
        @Nullable String runId,
        @Nullable Instant loadedAt) {

    public TablesOptions {
        if (documentBytes < 0) {
            throw new IllegalArgumentException("documentBytes must not be negative, but is " + documentBytes);
        }
    }

    /** The contract's columns, no coverage, rows in memory and on disk. */
    public static TablesOptions defaults() {
        return new TablesOptions(null, null, "dataset", false, StorageLevel.MEMORY_AND_DISK(), 0, null, null);
    }

    /** These options with other columns. */
    public TablesOptions withColumns(String key, String xml) {
        return new TablesOptions(key, xml, sourceName, coverage, storage, documentBytes, runId, loadedAt);
    }

    /** These options with another name of the source. */
    public TablesOptions withSourceName(String name) {
        return new TablesOptions(keyColumn, xmlColumn, name, coverage, storage, documentBytes, runId, loadedAt);
    }

    /** These options, and every path of the documents is counted. */
    public TablesOptions withCoverage() {
        return new TablesOptions(keyColumn, xmlColumn, sourceName, true, storage, documentBytes, runId, loadedAt);
    }

    /** These options with another place for the rows. */
    public TablesOptions withStorage(StorageLevel level) {
        return new TablesOptions(keyColumn, xmlColumn, sourceName, coverage, level, documentBytes, runId, loadedAt);
    }

    /** These options with another limit. */
    public TablesOptions withDocumentBytes(long bytes) {
        return new TablesOptions(keyColumn, xmlColumn, sourceName, coverage, storage, bytes, runId, loadedAt);
    }

    /** These options with a run's id and time, such as those of a job that is repeated. */
    public TablesOptions withRun(String id, Instant time) {
        return new TablesOptions(keyColumn, xmlColumn, sourceName, coverage, storage, documentBytes, id, time);
    }
}

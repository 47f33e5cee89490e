package dev.millrace.source;

import org.apiguardian.api.API;

/**
 * Opens a source of your own for a run. A run may read its source a second time, for documents that a key built after the rows has
 * withdrawn, and a verification reads it twice: each reading opens it anew, and gets the same documents with the same keys.
 */
@FunctionalInterface
@API(status = API.Status.STABLE, since = "0.1")
public interface SourceOpener {

    /**
     * A source at its beginning, which whoever has called this closes.
     *
     * @throws SourceException when it cannot be opened; the message tells the user where, what was found and what to do
     */
    DocumentSource open() throws SourceException;
}

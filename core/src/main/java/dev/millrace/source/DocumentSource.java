package dev.millrace.source;

import dev.millrace.document.Document;
import dev.millrace.document.Skips;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Where documents come from. Read by one thread, in a fixed order: the same source gives the same documents with the
 * same keys each time. Memory does not grow with the number of documents.
 */
public interface DocumentSource extends AutoCloseable {

    /**
     * The next document, or null at the end. May block on the disk or the network.
     *
     * @throws SourceException when the source itself fails; a document that cannot be read is an
     *     {@linkplain Document#unreadable unreadable} document instead
     * @throws InterruptedException when the thread was interrupted, which is never the end of the data
     */
    @Nullable
    Document next() throws SourceException, InterruptedException;

    /** For people: a table or path, without secrets. */
    String description();

    /** How many documents there are, where that is known cheaply; for progress only. */
    OptionalLong estimatedDocuments();

    /** How many database connections it holds: 1 for a table or query, 0 for files. */
    int connections();

    /** Documents that the source itself left out so far, by what the ledger holds of them. */
    default Skips skips() {
        return Skips.NONE;
    }

    /** How many these are. */
    default long skipped() {
        return skips().total();
    }

    /**
     * Makes a {@link #next} that waits, and all later ones, return null soon, whatever the disk, the network or a silent pipe does.
     * Any thread may call it, more than once.
     */
    default void stop() {}

    /** Ends reading and gives back what it holds; does not throw. */
    @Override
    void close();
}

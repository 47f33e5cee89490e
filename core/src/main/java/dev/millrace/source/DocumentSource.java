package dev.millrace.source;

import dev.millrace.document.Document;
import dev.millrace.document.Skips;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Where documents come from. Read by one thread, in a fixed order: the same source gives the same documents with the
 * same keys each time. Memory does not grow with the number of documents.
 */
@API(status = API.Status.STABLE, since = "0.1")
public interface DocumentSource extends AutoCloseable {

    /**
     * Documents that a program has in memory, or makes while they are asked for: they are asked for one after the other, by one
     * thread, and none is kept.
     *
     * @param description for people, such as {@code messages of the queue}
     * @param documents asked for one iterator, which gives no null and does not wait: nobody can stop it. A source that waits is
     *     a class of its own, whose {@link #stop} ends the waiting
     */
    static DocumentSource of(String description, Iterable<Document> documents) {
        return new IteratedSource(description, documents);
    }

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
    default OptionalLong estimatedDocuments() {
        return OptionalLong.empty();
    }

    /**
     * How much of it documents are that have been dealt with, from 0 to 1, where its size is known and the number of its documents is not;
     * for progress only. Any thread may ask.
     *
     * @param bytes of the texts of these documents
     */
    default OptionalDouble share(long bytes) {
        return OptionalDouble.empty();
    }

    /** How many database connections it holds: 1 for a table or query, 0 for files. */
    default int connections() {
        return 0;
    }

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

package dev.millrace.source;

import dev.millrace.xml.RecordFinder;

/** Files that are split at their records while they are read, and what is around these. */
public interface SplitFiles extends DocumentSource {

    /**
     * Has what is around the records of files that are split told while they are read, by the thread that asks for documents. Of files that
     * are not split nothing is told: their documents have all of it. To be called before the first document.
     */
    void tellAround(RecordFinder.Around around);

    /** How many documents {@link #next} has given: the number of the next one, from 0. For the thread that asks for documents. */
    long documentsGiven();
}

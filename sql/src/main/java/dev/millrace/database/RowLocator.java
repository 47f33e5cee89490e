package dev.millrace.database;

import dev.millrace.document.Document;
import dev.millrace.document.Location;
import org.jspecify.annotations.Nullable;

/** Finds the place in a document that a refused row came from. Called on the engine's thread, for rejects only. */
@FunctionalInterface
public interface RowLocator {
    /** Knows no place. */
    RowLocator NONE = (document, ordinal) -> null;

    /** @param ordinal {@link dev.millrace.mapping.Row#ordinal()} */
    @Nullable
    Location locate(Document document, int ordinal);
}

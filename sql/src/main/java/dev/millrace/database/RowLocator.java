package dev.millrace.database;

import dev.millrace.document.Document;
import dev.millrace.document.Location;
import org.jspecify.annotations.Nullable;

/** Finds the place of a refused row in its document. Called on the engine's thread, only for rejects. */
@FunctionalInterface
public interface RowLocator {
    /** Finds no place. */
    RowLocator NONE = (document, ordinal) -> null;

    /** @param ordinal {@link dev.millrace.mapping.Row#ordinal()} */
    @Nullable
    Location locate(Document document, int ordinal);
}

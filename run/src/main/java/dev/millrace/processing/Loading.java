package dev.millrace.processing;

import dev.millrace.coverage.Coverage;
import dev.millrace.database.Load;
import dev.millrace.database.TargetException;
import dev.millrace.source.DocumentSource;
import org.jspecify.annotations.Nullable;

/** Who reads, maps and loads the documents of a run: the workers of this process, or those of a cluster. */
interface Loading {

    /** Loads all of the source. */
    Loaded load(DocumentSource source) throws TargetException;

    /** Loads withdrawn documents again, and skips all others. */
    Loaded loadAgain(DocumentSource source, Load target) throws TargetException;

    /** What the contract made of the documents, and what it left out; only when all has been read. Null where nobody looked. */
    @Nullable
    Coverage coverage();
}

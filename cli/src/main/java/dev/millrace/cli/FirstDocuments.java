package dev.millrace.cli;

import dev.millrace.document.Document;
import dev.millrace.source.DocumentSource;
import dev.millrace.source.PartOfSource;
import dev.millrace.source.SourceException;
import org.jspecify.annotations.Nullable;

/** The first documents of a source. */
final class FirstDocuments extends PartOfSource {

    private long left;

    FirstDocuments(DocumentSource source, long most) {
        super(source);
        left = most;
    }

    @Override
    public @Nullable Document next() throws SourceException, InterruptedException {
        return left-- > 0 ? nextOfAll() : null;
    }
}

package dev.millrace.source;

import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/** The source cannot be opened or read. The message tells the user where, what was found and what to do. */
@API(status = API.Status.STABLE, since = "0.1")
public final class SourceException extends Exception {

    private static final long serialVersionUID = 1L;

    private final boolean usage;

    /** A source that broke while it was read, or cannot be reached. */
    public SourceException(String message, @Nullable Throwable cause) {
        this(message, cause, false);
    }

    private SourceException(String message, @Nullable Throwable cause, boolean usage) {
        super(message, cause);
        this.usage = usage;
    }

    /** A source that does not exist or cannot be what the user says: nothing was read. */
    public static SourceException usage(String message) {
        return new SourceException(message, null, true);
    }

    /** Whether the user named something wrong, as opposed to a source that broke. */
    public boolean isUsage() {
        return usage;
    }
}

package dev.millrace.sink;

import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/** A sink cannot go on, for a reason that is not a document's. The message is for the user, and holds nothing of a document. */
@API(status = API.Status.STABLE, since = "0.1")
public final class SinkException extends Exception {

    private static final long serialVersionUID = 1L;

    private final boolean stop;

    private SinkException(String message, @Nullable Throwable cause, boolean stop) {
        super(message, cause);
        this.stop = stop;
    }

    /** @param message where it broke and why, in one line */
    public SinkException(String message, @Nullable Throwable cause) {
        this(message, cause, false);
    }

    /** The sink has given up because somebody asked for the end; nothing failed. */
    public static SinkException stopped(Throwable cause) {
        return new SinkException(String.valueOf(cause.getMessage()), cause, true);
    }

    /** Whether nothing failed, but somebody asked for the end. */
    public boolean isStop() {
        return stop;
    }
}

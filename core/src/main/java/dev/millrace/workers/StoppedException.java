package dev.millrace.workers;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Work with a database was given up because somebody {@linkplain Stop asked for the end}, not because it failed. */
public final class StoppedException extends SQLException {

    private static final long serialVersionUID = 1L;

    /** @param fault what would have been tried again otherwise, or null */
    public StoppedException(String reason, @Nullable SQLException fault) {
        super(reason, fault);
    }
}

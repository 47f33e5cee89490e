package dev.millrace.verification;

import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/** A verification that came to no result, for a reason that lies neither in the source nor in the target. For the user. */
@API(status = API.Status.STABLE, since = "0.1")
public final class VerificationException extends Exception {

    private static final long serialVersionUID = 1L;

    VerificationException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}

package dev.millrace.verification;

import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/** A text that is no manifest, or not one as a run wrote it. For the user, who knows the file. */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class ManifestException extends Exception {

    private static final long serialVersionUID = 1L;

    ManifestException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}

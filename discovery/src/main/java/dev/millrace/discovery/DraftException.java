package dev.millrace.discovery;

import org.apiguardian.api.API;

/** Nothing can be drafted, or not as it was asked for. The message says why, and what to do. */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class DraftException extends Exception {

    private static final long serialVersionUID = 1L;

    public DraftException(String message) {
        super(message);
    }
}

package dev.millrace.contract;

import org.apiguardian.api.API;

/** An edit of a contract that cannot be made where and as it was asked for. Its message says why, in one line for people. */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class EditRefusedException extends Exception {

    private static final long serialVersionUID = 1L;

    public EditRefusedException(String message) {
        super(message);
    }
}

package dev.millrace.reference;

import java.util.List;
import org.apiguardian.api.API;

/** A file that is no mapping contract of the original system, or one that asks for what is not known. */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class ReferenceException extends Exception {

    private static final long serialVersionUID = 1L;

    /** @param problems every problem found, one line each, in file order; at least one */
    ReferenceException(List<String> problems) {
        super(String.join("\n", problems));
    }
}

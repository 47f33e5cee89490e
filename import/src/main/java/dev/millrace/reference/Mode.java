package dev.millrace.reference;

import org.apiguardian.api.API;

/** What to do where the original system surely does something else than was meant. */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public enum Mode {
    /** The same rows as the original system. */
    AS_REFERENCE,
    /** Digits keep their leading zeros, texts without a length their last character, and a number compared with is a number. */
    AS_MEANT
}

package dev.millrace.coverage;

import org.apiguardian.api.API;

/** What a contract does with a path. */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public enum PathState {
    /** An expression of the contract computes on it. */
    MAPPED,
    /** The contract's {@code ignore} names it, or something around it; or it is one of the attributes of XML Schema. */
    IGNORED,
    /** It holds something, and the contract does not say what becomes of that. */
    UNMAPPED,
    /** An element of which nothing but what is in it counts, and that has states of its own. */
    STRUCTURE
}

package dev.millrace.coverage;

import org.apiguardian.api.API;

/** What is at the end of a path. */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public enum PathKind {
    ELEMENT,
    ATTRIBUTE,
    /** Character data directly in an element that is more than white space. Its path is that of the element. */
    TEXT
}

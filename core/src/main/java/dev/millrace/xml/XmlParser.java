package dev.millrace.xml;

import dev.millrace.document.Document;
import dev.millrace.document.FaultException;
import dev.millrace.document.Location;
import java.util.List;

/**
 * Parses documents to their projected records. Owned by one worker; not thread-safe. In memory, no SQL.
 */
public final class XmlParser {

    /** How a document may declare a DOCTYPE. */
    public enum Doctype {
        /** A document with a DOCTYPE is rejected. */
        REJECT,
        /** The internal subset counts, with limits; nothing external is ever fetched. */
        INTERNAL
    }

    public XmlParser(Projection projection, Doctype doctype, XmlLimits limits) {}

    /**
     * Reads the whole document and returns its records in document order; at least one.
     *
     * @throws FaultException when the text is not well-formed, is beyond a limit, or holds no record
     */
    public List<Record> parse(Document document) throws FaultException {
        throw new IllegalStateException("spine");
    }

    /**
     * The place of an element's start tag. Costs a second pass over the text, so it is asked for rejects only.
     *
     * @param ordinal {@link Node#ordinal()}
     */
    public Location locate(Document document, int ordinal) {
        throw new IllegalStateException("spine");
    }
}

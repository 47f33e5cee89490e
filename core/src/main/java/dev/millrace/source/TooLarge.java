package dev.millrace.source;

import dev.millrace.document.Fault;
import dev.millrace.document.FaultCode;
import dev.millrace.xml.XmlLimits;

/** Words the fault of a document that a source does not even fetch. */
final class TooLarge {

    private TooLarge() {}

    static Fault fault(long size, XmlLimits limits) {
        return Fault.of(
                FaultCode.DOCUMENT_TOO_LARGE,
                "the document has " + size + " bytes, at most " + limits.documentBytes()
                        + " are allowed; raise the limit, or split the file by document.record");
    }
}

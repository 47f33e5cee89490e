package dev.millrace.validation;

import dev.millrace.contract.MappingContract;
import dev.millrace.document.Document;
import dev.millrace.document.FaultException;
import dev.millrace.xml.XmlLimits;
import dev.millrace.xml.path.EvaluationContext;

/**
 * Checks a document before it is mapped: its text before it is parsed, its record's guards after. Owned by one worker;
 * not thread-safe. In memory, no SQL.
 */
public final class PreProcessingValidator {

    public PreProcessingValidator(MappingContract contract, XmlLimits limits) {}

    /** The checks that need no parsing: delivered, not blank, not too large. */
    public void checkText(Document document) throws FaultException {
        throw new IllegalStateException("spine");
    }

    /** The guards under {@code document.require}, over the record that the context was started with. */
    public void checkRecord(EvaluationContext context) throws FaultException {
        throw new IllegalStateException("spine");
    }
}

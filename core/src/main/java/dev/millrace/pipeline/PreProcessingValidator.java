package dev.millrace.pipeline;

import dev.millrace.contract.MappingContract;
import dev.millrace.contract.MappingContract.Requirement;
import dev.millrace.document.Document;
import dev.millrace.document.Fault;
import dev.millrace.document.FaultCode;
import dev.millrace.document.FaultException;
import dev.millrace.xml.XmlLimits;
import dev.millrace.xml.path.EvaluationContext;
import dev.millrace.xml.path.EvaluationException;
import java.util.List;

/**
 * Checks a document before it is mapped: its text before it is parsed, its record's guards after. Owned by one worker;
 * not thread-safe. In memory, no SQL.
 */
public final class PreProcessingValidator {

    private final List<Requirement> requirements;
    private final XmlLimits limits;

    public PreProcessingValidator(MappingContract contract, XmlLimits limits) {
        requirements = contract.document().require();
        this.limits = limits;
    }

    /** The checks that need no parsing: delivered, not blank, not too large. */
    public void checkText(Document document) throws FaultException {
        Fault unreadable = document.unreadable();
        if (unreadable != null) {
            throw new FaultException(unreadable);
        }
        byte[] content = document.content();
        if (content.length > limits.documentBytes()) {
            throw new FaultException(Fault.of(
                    FaultCode.DOCUMENT_TOO_LARGE,
                    "the document has " + content.length + " bytes, but the limit is " + limits.documentBytes()
                            + "; split it into records or raise --max-document-bytes"));
        }
        if (isBlank(content)) {
            throw new FaultException(Fault.of(
                    FaultCode.NO_CONTENT, "the source holds " + content.length + " bytes of nothing but white space"));
        }
    }

    /**
     * The guards under {@code document.require}, in order, over the record that the context was started with. A test that
     * fails with an error is not met. The fault's location is left to the caller, who knows the document.
     */
    public void checkRecord(EvaluationContext context) throws FaultException {
        for (Requirement requirement : requirements) {
            String message = requirement.reason();
            boolean met = false;
            try {
                met = requirement.test().test(context);
            } catch (EvaluationException e) {
                if (e.faultCode() == FaultCode.TOO_MANY_STEPS) {
                    throw new FaultException(new Fault(
                            e.faultCode(), null, null, requirement.test().text(), null, e.sentence()));
                }
                message += " (the test cannot be evaluated: " + e.getMessage() + ")";
            }
            if (!met) {
                throw new FaultException(new Fault(
                        FaultCode.REQUIREMENT, null, null, requirement.test().text(), null, message));
            }
        }
    }

    /** Whether there is nothing but XML white space, in any encoding whose white space is ASCII's with zeros around. */
    private static boolean isBlank(byte[] content) {
        int at = 0;
        if (content.length >= 3
                && content[0] == (byte) 0xEF
                && content[1] == (byte) 0xBB
                && content[2] == (byte) 0xBF) {
            at = 3;
        } else if (content.length >= 2 && (content[0] & content[1] & 0xFE) == 0xFE && content[0] != content[1]) {
            at = 2;
        }
        for (; at < content.length; at++) {
            byte b = content[at];
            if (b != ' ' && b != '\n' && b != '\r' && b != '\t' && b != 0) {
                return false;
            }
        }
        return true;
    }
}

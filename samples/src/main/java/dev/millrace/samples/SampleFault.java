package dev.millrace.samples;

import dev.millrace.document.FaultCode;
import dev.millrace.document.Stage;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A defect that a sample document can have: an edit to a sound one, and the code that the contract in
 * {@code examples/loan-applications} rejects it with.
 */
public enum SampleFault {
    CUT_OFF(FaultCode.NOT_WELL_FORMED, text -> text.substring(0, text.length() * 2 / 3)),
    MISMATCHED_TAG(FaultCode.NOT_WELL_FORMED, text -> text.replace("</CustData>", "</custData>")),
    REPEATED_ATTRIBUTE(FaultCode.NOT_WELL_FORMED, text -> text.replace("<Request", "<Request ID=\"1\"")),
    BAD_CHARACTER(FaultCode.NOT_WELL_FORMED, text -> text.replace("app_source_tp_c=\"", "app_source_tp_c=\"\u0001")),
    UNDECLARED_ENTITY(
            FaultCode.NOT_WELL_FORMED, text -> text.replace("app_source_tp_c=\"", "app_source_tp_c=\"&nbsp;")),
    EXTERNAL_DOCTYPE(
            FaultCode.DOCTYPE,
            text -> text.replace("<Provenir>", "<!DOCTYPE Provenir SYSTEM \"http://127.0.0.1:9/x.dtd\">\n<Provenir>")),
    ENTITY_BOMB(
            FaultCode.DOCTYPE,
            text -> text.replace(
                    "<Provenir>",
                    "<!DOCTYPE Provenir [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">"
                            + "<!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;\">]>\n<Provenir>")),
    TOO_DEEP(
            FaultCode.TOO_DEEP,
            text -> text.replace("</application>", "<a>".repeat(1_200) + "</a>".repeat(1_200) + "</application>")),
    /** A database holds NULL for it, a directory an empty file. */
    NO_TEXT(FaultCode.NO_CONTENT, text -> ""),
    BLANK_TEXT(FaultCode.NO_CONTENT, text -> " \n\t \n"),
    WRONG_ROOT(FaultCode.NO_RECORD, text -> text.replace("Provenir>", "Reinevorp>")),
    MISSING_ID(FaultCode.REQUIREMENT, text -> with(text, "<Request", "ID", null)),
    NEGATIVE_ID(FaultCode.REQUIREMENT, text -> with(text, "<Request", "ID", "-7")),
    NO_APPLICATION(
            FaultCode.REQUIREMENT,
            text -> text.replace("<application ", "<IL_application ").replace("</application>", "</IL_application>")),
    MISSING_VALUE(FaultCode.REQUIRED, text -> with(text, "<application ", "requested_amount", null)),
    NOT_A_NUMBER(FaultCode.INVALID_VALUE, text -> with(text, "<application ", "requested_amount", "12,5OO")),
    SEVERAL_VALUES(
            FaultCode.SEVERAL_VALUES,
            text -> text.replace("<app_product ", "<app_product product_tp_c=\"PL\"/><app_product ")),
    UNKNOWN_CODE(FaultCode.UNKNOWN_CODE, text -> with(text, "<app_product ", "decision_tp_c", "PERHAPS")),
    OUT_OF_RANGE(FaultCode.OUT_OF_RANGE, text -> with(text, "<app_product ", "term_months", "99999")),
    TOO_PRECISE(FaultCode.TOO_PRECISE, text -> with(text, "<app_product ", "approved_amount", "1000.005")),
    IMPOSSIBLE_DATE(FaultCode.INVALID_VALUE, text -> with(text, SampleFault.PRIMARY, "birth_date", "1987-02-30")),
    VALUE_TOO_LONG(FaultCode.VALUE_TOO_LONG, text -> with(text, SampleFault.PRIMARY, "city", "Llanfair".repeat(9))),
    PATH_ERROR(FaultCode.PATH_ERROR, text -> with(text, SampleFault.PRIMARY, "months", "six")),
    DUPLICATE_ROW(FaultCode.DUPLICATE_ROW, SampleFault::withTwoCurrentEmployments);

    /** The primary contact: it is written last of all copies of that person, so that no other copy is meant. */
    private static final String PRIMARY = "ac_role_tp_c=\"PR\"";

    private final FaultCode code;
    private final UnaryOperator<String> edit;

    SampleFault(FaultCode code, UnaryOperator<String> edit) {
        this.code = code;
        this.edit = edit;
    }

    /** The code that the example contract's reject has. */
    public FaultCode code() {
        return code;
    }

    /** Whether the defect stays within one Request, so that the others of a file with many are sound. */
    public boolean isWithinRecord() {
        return code == FaultCode.REQUIREMENT || code.stage() == Stage.MAP;
    }

    /** A sound document's text with this defect. */
    String spoil(String text) {
        String spoilt = edit.apply(text);
        if (spoilt.equals(text)) {
            throw new IllegalStateException(this + " does not change the document");
        }
        return spoilt;
    }

    /** Sets the first attribute of a name at or after the last place of an anchor; null removes it. */
    private static String with(String text, String anchor, String attribute, @Nullable String value) {
        String opening = " " + attribute + "=\"";
        int start = text.indexOf(opening, text.lastIndexOf(anchor));
        if (start < 0) {
            throw new IllegalStateException(attribute + " is not in the document");
        }
        int end = text.indexOf('"', start + opening.length());
        return value == null
                ? text.substring(0, start) + text.substring(end + 1)
                : text.substring(0, start + opening.length()) + value + text.substring(end);
    }

    private static String withTwoCurrentEmployments(String text) {
        String employment = "<contact_employment employment_tp_c=\"CURR\" b_name=\"Twice Ltd\"/>";
        int place = text.indexOf("</contact>", text.lastIndexOf(PRIMARY));
        return text.substring(0, place) + employment + employment + text.substring(place);
    }
}

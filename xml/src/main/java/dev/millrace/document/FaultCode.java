package dev.millrace.document;

import java.util.Arrays;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * The stable words for what can be wrong with a document. They stand in the ledger, in summaries and in the
 * documentation, so a word once published is never changed.
 */
@API(status = API.Status.STABLE, since = "0.1")
public enum FaultCode {
    // read
    NO_CONTENT("no-content", Stage.READ, "the source holds no XML for this key (NULL or blank)"),
    UNREADABLE("unreadable", Stage.READ, "the source could not deliver the document"),
    ARCHIVE_LIMIT("archive-limit", Stage.READ, "an archive or compressed file expands beyond the limit"),

    // validate
    DOCUMENT_TOO_LARGE("document-too-large", Stage.VALIDATE, "the document has more bytes than the limit allows"),
    REQUIREMENT("requirement", Stage.VALIDATE, "a guard under document.require is not met"),
    INVALID_KEY("invalid-key", Stage.VALIDATE, "document.key gives no value, or several"),

    // parse
    NOT_WELL_FORMED("not-well-formed", Stage.PARSE, "the text is not well-formed XML"),
    ENCODING("encoding", Stage.PARSE, "the bytes are not what the encoding says, or the encoding is unknown"),
    DOCTYPE("doctype", Stage.PARSE, "the document declares a DOCTYPE and the contract does not allow it"),
    PROLOG_TOO_LONG("prolog-too-long", Stage.PARSE, "more stands before the document element than the contract allows"),
    ENTITY_LIMIT("entity-limit", Stage.PARSE, "entities expand beyond the limit"),
    TOO_DEEP("too-deep", Stage.PARSE, "elements are nested deeper than the limit"),
    TOO_MANY_ATTRIBUTES("too-many-attributes", Stage.PARSE, "an element has more attributes than the limit"),
    NAME_TOO_LONG("name-too-long", Stage.PARSE, "a name is longer than the limit"),
    VALUE_TOO_LARGE("value-too-large", Stage.PARSE, "a text or attribute is longer than the limit"),
    TOO_MANY_NODES("too-many-nodes", Stage.PARSE, "a record keeps more nodes than the limit"),
    OUT_OF_MEMORY("out-of-memory", Stage.PARSE, "the document needs more memory than Java has"),
    NO_RECORD("no-record", Stage.PARSE, "document.record matches nothing in the document"),

    // map
    PATH_ERROR("path-error", Stage.MAP, "an XPath expression fails on this document"),
    TOO_MANY_STEPS(
            "too-many-steps", Stage.MAP, "evaluating the paths on this document takes more steps than the limit"),
    SEVERAL_VALUES("several-values", Stage.MAP, "a column's path gives several values and no 'join' is set"),
    UNKNOWN_CODE("unknown-code", Stage.MAP, "a value is not in the code table"),
    INVALID_VALUE("invalid-value", Stage.MAP, "a value is not of the column's type"),
    OUT_OF_RANGE("out-of-range", Stage.MAP, "a number or date is beyond what the column's type or the database holds"),
    VALUE_TOO_LONG("value-too-long", Stage.MAP, "a text is longer than the column"),
    TOO_PRECISE("too-precise", Stage.MAP, "a value has more fraction digits than the column"),
    REQUIRED("required", Stage.MAP, "a required column has no value"),
    DUPLICATE_ROW("duplicate-row", Stage.MAP, "two rows of the document have one key, or one 'distinct' value"),

    // load
    DUPLICATE_KEY("duplicate-key", Stage.LOAD, "the target holds a row with this key already"),
    FOREIGN_KEY("foreign-key", Stage.LOAD, "a row refers to a row that the target does not hold"),
    CONSTRAINT("constraint", Stage.LOAD, "the target refuses a row (a check, a NOT NULL, an exclusion)"),
    REFUSED_VALUE("refused-value", Stage.LOAD, "the target refuses a value"),
    DUPLICATE_DOCUMENT("duplicate-document", Stage.LOAD, "another document of this run has the same document key"),
    WITHDRAWN(
            "withdrawn", Stage.LOAD, "a key or foreign key built after the rows forbids its rows; to be loaded again"),

    /** Only read, never found: the code in a ledger that another version has written. */
    OTHER("other", Stage.LOAD, "a code of another version of Millrace, which the message begins with");

    private final String word;
    private final Stage stage;
    private final String meaning;

    FaultCode(String word, Stage stage, String meaning) {
        this.word = word;
        this.stage = stage;
        this.meaning = meaning;
    }

    /** The code of a word; empty if this version has none. */
    public static Optional<FaultCode> of(String word) {
        return Arrays.stream(values()).filter(code -> code.word.equals(word)).findFirst();
    }

    /** The stable word, such as {@code value-too-long}. */
    public String word() {
        return word;
    }

    /** The stage that finds this fault. */
    public Stage stage() {
        return stage;
    }

    /** One line for people, without values. */
    public String meaning() {
        return meaning;
    }
}

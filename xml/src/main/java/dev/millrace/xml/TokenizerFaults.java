package dev.millrace.xml;

import dev.millrace.document.Fault;
import dev.millrace.document.FaultCode;
import dev.millrace.document.FaultException;
import dev.millrace.document.Location;
import java.util.Locale;
import javax.xml.stream.XMLStreamException;
import org.jspecify.annotations.Nullable;

/** Turns what the XML libraries throw into faults: the code, and one line in plain words that quotes names only. */
final class TokenizerFaults {

    private static final int LONGEST_MESSAGE = 200;

    /** A phrase that a library's message contains, and what we say instead. */
    private record Phrase(
            String found, FaultCode code, @Nullable String message) {}

    private static final Phrase[] PHRASES = {
        new Phrase(
                "entity expansion count",
                FaultCode.ENTITY_LIMIT,
                "entities are expanded more often than the limit allows"),
        new Phrase(
                "entity expansion depth",
                FaultCode.ENTITY_LIMIT,
                "entities refer to each other deeper than the limit allows"),
        new Phrase("recursive reference", FaultCode.ENTITY_LIMIT, "an entity refers to itself"),
        new Phrase("attribute size", FaultCode.VALUE_TOO_LARGE, "an attribute is longer than the limit allows"),
        new Phrase("text size", FaultCode.VALUE_TOO_LARGE, "a text is longer than the limit allows"),
        new Phrase(
                "attribute limit",
                FaultCode.TOO_MANY_ATTRIBUTES,
                "an element has more attributes than the limit allows"),
        new Phrase("element depth", FaultCode.TOO_DEEP, "elements are nested deeper than the limit allows"),
        new Phrase("symbol length", FaultCode.NAME_TOO_LONG, "a name is longer than the limit allows"),
        new Phrase("nesting depth", FaultCode.TOO_DEEP, "the DOCTYPE is nested deeper than the limit allows"),
        new Phrase(
                "issupportingexternalentities",
                FaultCode.DOCTYPE,
                "the document refers to an external entity, which is never fetched; put its text into the document"),
        new Phrase(
                "unexpected end",
                FaultCode.NOT_WELL_FORMED,
                "the text ends too early: it is cut off, or an end tag is missing or misspelt"),
        new Phrase(
                "second root element",
                FaultCode.NOT_WELL_FORMED,
                "a second element follows the document element; a document has one"),
        new Phrase("in epilog", FaultCode.NOT_WELL_FORMED, "there is text after the document element"),
        new Phrase("in prolog", FaultCode.NOT_WELL_FORMED, "there is text before the document element"),
        new Phrase(
                "general entity reference", FaultCode.NOT_WELL_FORMED, "an entity is referred to that is not declared"),
        new Phrase(
                "undeclared general entity",
                FaultCode.NOT_WELL_FORMED,
                "an entity is referred to that the document itself does not declare"),
        new Phrase("']]>'", FaultCode.NOT_WELL_FORMED, "']]>' stands in text; write ']]&gt;'"),
    };

    private TokenizerFaults() {}

    /**
     * @param error what a library threw
     * @param location where, or null
     */
    static FaultException of(Throwable error, @Nullable Location location) {
        Throwable cause = error;
        while (!(cause instanceof XMLStreamException) && cause.getCause() != null) {
            cause = cause.getCause();
        }
        String message = cause.getMessage();
        String line = message == null ? "" : firstLine(message);
        String lower = line.toLowerCase(Locale.ROOT);
        for (Phrase phrase : PHRASES) {
            if (lower.contains(phrase.found())) {
                return new FaultException(
                        Fault.at(phrase.code(), location, phrase.message() == null ? line : phrase.message()));
            }
        }
        if (!(cause instanceof XMLStreamException) || line.isEmpty()) {
            line = "the text is not well-formed here";
        }
        return new FaultException(Fault.at(FaultCode.NOT_WELL_FORMED, location, line));
    }

    private static String firstLine(String message) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < message.length() && line.length() < LONGEST_MESSAGE; i++) {
            char c = message.charAt(i);
            if (c == '\n' || c == '\r') {
                break;
            }
            line.append(Character.isISOControl(c) ? '?' : c);
        }
        return line.toString().replaceFirst("^\\[[^\\]]*\\] *", "").strip();
    }
}

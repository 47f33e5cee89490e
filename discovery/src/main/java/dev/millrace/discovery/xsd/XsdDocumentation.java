package dev.millrace.discovery.xsd;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a schema says of an element or attribute in words.
 *
 * @param text the whole of it, with its white space collapsed
 */
public record XsdDocumentation(String text) {

    /** An abbreviation such as "e.g." ends no sentence: what follows a point is a blank and no small letter. */
    private static final Pattern END = Pattern.compile("(?<!\\be\\.g)(?<!\\bi\\.e)[.!?](?= +\\P{Ll}|$)");

    /** The first sentence, with its point; the whole text where no sentence ends. */
    public String firstSentence() {
        Matcher end = END.matcher(text);
        return end.find() ? text.substring(0, end.end()) : text;
    }
}

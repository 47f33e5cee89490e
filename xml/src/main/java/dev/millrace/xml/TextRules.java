package dev.millrace.xml;

import dev.millrace.xml.XmlParser.Doctype;
import java.nio.charset.Charset;
import org.jspecify.annotations.Nullable;

/**
 * What a contract says of the texts of documents.
 *
 * @param doctype how a text may declare a DOCTYPE
 * @param encoding the encoding of texts that tell none and are not UTF-8, or null when they are rejected
 * @param prolog at most so many characters before the document element, white space at the start left aside;
 *     {@link #ANY_PROLOG} for any number
 */
public record TextRules(Doctype doctype, @Nullable Charset encoding, int prolog) {

    public static final int ANY_PROLOG = Integer.MAX_VALUE;

    /** Texts of declared encodings, with a prolog of any length. */
    public static TextRules of(Doctype doctype) {
        return new TextRules(doctype, null, ANY_PROLOG);
    }
}

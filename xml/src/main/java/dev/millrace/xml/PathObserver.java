package dev.millrace.xml;

import java.util.List;

/**
 * Is told of every element, attribute and text of the documents that an {@link XmlParser} reads, also of those that no path of
 * the contract reaches. For those who look at documents while they are mapped: which paths there are, how often, with which
 * values.
 *
 * <p>Calls come in document order: {@link #startDocument}, then for each element {@link #startElement}, its attributes, its
 * content and {@link #endElement}, and at last {@link #endDocument}.
 *
 * <ul>
 *   <li><b>Elements</b> are told alike, whether they are written {@code <a/>} or {@code <a></a>}. The n-th call of
 *       {@link #startElement} within a document, from 0, is of the element with the {@link Node#ordinal() ordinal} n, so
 *       {@link XmlParser#locate} gives its line and column.
 *   <li><b>Attributes</b> come in the order of the start tag, those that a DOCTYPE adds by default included. Declarations of
 *       namespaces are no attributes.
 *   <li><b>Text</b> is one value for all character data between two tags: references, CDATA sections and entities are merged
 *       into it, and comments and processing instructions do not divide it. So an element without child elements has one
 *       text, which is its string value; or none, when it is empty. White space between elements is text too, see
 *       {@link Value#isBlank}.
 *   <li>Comments and processing instructions are not told.
 * </ul>
 *
 * <p>For {@code <loan id="7"><note>a &amp; <![CDATA[b]]></note></loan>} the calls are:
 *
 * <pre>{@code
 * startDocument()
 * startElement(loan)
 * attribute(id, "7")
 * startElement(note)
 * text("a & b")
 * endElement()
 * endElement()
 * endDocument()
 * }</pre>
 *
 * <p>A document that is not well-formed, or beyond a limit, is told up to about that place, and {@link #endDocument} is not
 * called for it; it may even end before {@link #startDocument}. What was told of it is of use only to those who want half a
 * document. A document without a record is read to its end, and told like any other; so is one whose mapping fails later.
 *
 * <p>An observer is called by the thread that parses, and an observer of one parser need not be thread-safe. No argument is
 * null, and none has to be listened to: what is not overridden does nothing. What an observer throws ends the parsing of the document and comes out of {@link XmlParser#parse} as it is; the
 * parser can be used for the next document.
 */
@SuppressWarnings("EscapedEntity") // it is what the document holds
public interface PathObserver {

    /** One that tells two others, in this order. */
    static PathObserver of(PathObserver first, PathObserver second) {
        return new PathObserver() {
            @Override
            public void startDocument() {
                first.startDocument();
                second.startDocument();
            }

            @Override
            public void startElement(Name name) {
                first.startElement(name);
                second.startElement(name);
            }

            @Override
            public void attribute(Name name, Value value) {
                first.attribute(name, value);
                second.attribute(name, value);
            }

            @Override
            public void text(Value value) {
                first.text(value);
                second.text(value);
            }

            @Override
            public void endElement() {
                first.endElement();
                second.endElement();
            }

            @Override
            public void endDocument() {
                first.endDocument();
                second.endDocument();
            }
        };
    }

    /** One that tells an observer of tags. */
    static PathObserver of(TagObserver tags) {
        return new PathObserver() {
            @Override
            public void startDocument() {
                tags.startDocument();
            }

            @Override
            public void startElement(Name name) {
                tags.startTag(new TagNames(name, List.of()));
            }

            @Override
            public void attribute(Name name, Value value) {
                tags.attribute(name);
            }

            @Override
            public void text(Value value) {
                if (!value.isBlank()) {
                    tags.text();
                }
            }

            @Override
            public void endElement() {
                tags.endTag();
            }

            @Override
            public void endDocument() {
                tags.endDocument();
            }
        };
    }

    /** A document begins. What was told since the last {@link #endDocument} was of one that failed. */
    default void startDocument() {}

    /**
     * A start tag.
     *
     * @param name may be kept; mostly it is the same object for the same name, but only {@code equals} is sure
     */
    default void startElement(Name name) {}

    /**
     * An attribute of the element that was started last.
     *
     * @param name may be kept, as that of an element
     * @param value normalized (XML 1.0, §3.3.3); not to be used after the call
     */
    default void attribute(Name name, Value value) {}

    /**
     * All character data between two tags; never empty.
     *
     * @param value not to be used after the call
     */
    default void text(Value value) {}

    /** The end of the element that was started last and has not ended. */
    default void endElement() {}

    /** The document has been read to its end without a fault. */
    default void endDocument() {}

    /**
     * A value that is decoded only when it is asked for. Valid during the call that it is handed to: later it is another value,
     * or none. Not thread-safe.
     */
    interface Value {

        /** The value, as XPath gives it: line ends normalized, references replaced. */
        String text();

        /**
         * Whether {@link #text()} has no other characters than XML's white space. Mostly cheaper than to ask for the text,
         * which is what layout between elements is worth.
         */
        boolean isBlank();
    }
}

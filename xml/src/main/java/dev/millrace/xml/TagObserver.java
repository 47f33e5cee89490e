package dev.millrace.xml;

/**
 * Is told of the start tags of the documents that an {@link XmlParser} reads, each by its names alone. For those who count what there is
 * and need no value: a tag whose names came in this order before is told by one call, with the same object, which costs a fraction of
 * what a {@link PathObserver} costs.
 *
 * <p>Calls come in document order, and of the same elements, attributes and documents as those of a {@link PathObserver}; so the n-th call of
 * {@link #startTag}, from 0, is of the element with the {@link Node#ordinal() ordinal} n. Text is told only where it has other
 * characters than XML's white space.
 *
 * <p>For {@code <loan id="7" open=""> <note>a</note> </loan>} the calls are:
 *
 * <pre>{@code
 * startDocument()
 * startTag(loan id open)
 * startTag(note)
 * text()
 * endTag()
 * endTag()
 * endDocument()
 * }</pre>
 *
 * <p>Called by the thread that parses; no argument is null. What it throws ends the parsing of the document, as with a
 * {@link PathObserver}.
 */
public interface TagObserver {

    /** A document begins. What was told since the last {@link #endDocument} was of one that failed. */
    void startDocument();

    /**
     * A start tag.
     *
     * @param tag may be kept; mostly it is the same object for the same names, but only {@code equals} is sure. Where the attributes of an
     *     element come in too many combinations, it has none of them, and {@link #attribute} tells each
     */
    void startTag(TagNames tag);

    /** An attribute of the element that was started last, which {@link #startTag} has not told. */
    void attribute(Name name);

    /** There is text between two tags, directly in the element that was started last and has not ended. */
    void text();

    /** The end of the element that was started last and has not ended. */
    void endTag();

    /** The document has been read to its end without a fault. */
    void endDocument();
}

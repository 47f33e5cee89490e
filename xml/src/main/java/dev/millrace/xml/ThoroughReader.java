package dev.millrace.xml;

import com.ctc.wstx.api.WstxInputProperties;
import com.ctc.wstx.dtd.DTDSubset;
import com.ctc.wstx.ent.EntityDecl;
import com.ctc.wstx.stax.WstxInputFactory;
import dev.millrace.document.Fault;
import dev.millrace.document.FaultCode;
import dev.millrace.document.FaultException;
import dev.millrace.document.Location;
import dev.millrace.xml.XmlParser.Doctype;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLResolver;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import org.codehaus.stax2.XMLInputFactory2;
import org.codehaus.stax2.XMLStreamReader2;
import org.codehaus.stax2.io.Stax2ByteArraySource;
import org.jspecify.annotations.Nullable;

/**
 * Reads the texts that are not for the {@link Scanner}, by Woodstox: those that declare a DOCTYPE, where it is allowed, and
 * those of XML 1.1. Used for one text after the other; not thread-safe.
 */
final class ThoroughReader {

    /** Attributes of a document that stand only in its DOCTYPE, as defaults: each element may have them all again. */
    private static final int MOST_DEFAULTS = 1_000_000;

    /** Bytes of {@code  a=""}. */
    private static final int SHORTEST_ATTRIBUTE = 5;

    private final TreeBuilder builder;
    private final TextRules rules;
    private final XmlLimits limits;
    private final @Nullable PathObserver observer;
    private final XMLInputFactory2 tokenizers;

    /** Whether the DOCTYPE may say of an attribute that declares a namespace that it is a token, to be trimmed (§3.3.3). */
    private boolean declaresNamespaces;

    private long seenAttributes;
    private long mostAttributes;

    ThoroughReader(TreeBuilder builder, TextRules rules, XmlLimits limits, @Nullable PathObserver observer) {
        this.builder = builder;
        this.rules = rules;
        this.limits = limits;
        this.observer = observer;
        tokenizers = tokenizers(limits);
        // What is kept is limited where it is kept; what is skipped need only be bounded, as the document is.
        tokenizers.setProperty(WstxInputProperties.P_MAX_ATTRIBUTE_SIZE, (int)
                Math.min(Integer.MAX_VALUE, Math.max(limits.documentBytes(), limits.valueLength())));
    }

    /** What makes readers of texts that may declare a DOCTYPE, of which nothing external is ever fetched. */
    static XMLInputFactory2 tokenizers(XmlLimits limits) {
        XMLInputFactory2 made = new WstxInputFactory();
        made.setProperty(XMLInputFactory.SUPPORT_DTD, true);
        made.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        made.setProperty(XMLInputFactory.IS_VALIDATING, false);
        made.setProperty(XMLInputFactory2.P_LAZY_PARSING, false);
        made.setProperty(WstxInputProperties.P_DTD_RESOLVER, (XMLResolver)
                (publicId, systemId, base, namespace) -> InputStream.nullInputStream());
        made.setProperty(WstxInputProperties.P_MAX_ELEMENT_DEPTH, limits.depth());
        made.setProperty(WstxInputProperties.P_MAX_ATTRIBUTES_PER_ELEMENT, limits.attributes());
        return made;
    }

    /**
     * Hands what is kept of a text to the builder, and tells the observer of all of it.
     *
     * @throws FaultException with the place in the text, if it is known, when it is not well-formed or beyond a limit
     */
    void read(XmlText text) throws FaultException {
        text.checkUtf8();
        XMLStreamReader2 reader = null;
        Telling telling = null;
        try {
            reader = open(text);
            telling = observer == null ? null : new Telling(observer, builder, reader);
            readTokens(reader, text, telling);
        } catch (FaultException e) {
            if (e.fault().location() != null || reader == null) {
                throw e;
            }
            throw new FaultException(e.fault().withLocation(location(reader.getLocation())));
        } catch (XMLStreamException e) {
            throw TokenizerFaults.of(e, location(e.getLocation()));
        } catch (RuntimeException | StackOverflowError e) {
            if (telling != null && telling.isUnderWay()) {
                throw e;
            }
            // Woodstox reads the content models of a DTD by recursion, and hostile input may find a bug of it.
            throw TokenizerFaults.of(e, reader == null ? null : location(reader.getLocation()));
        }
    }

    /** The place of a start tag, by its number; null if it is not found. */
    @Nullable
    Location find(XmlText text, int tag) {
        return find(text, new int[] {tag})[0];
    }

    /**
     * The places of several start tags, by their numbers, in one pass.
     *
     * @param wanted sorted
     * @return a place for each, or null where it is not found
     */
    @Nullable
    Location[] find(XmlText text, int[] wanted) {
        @Nullable Location[] found = new Location[wanted.length];
        int next = 0;
        try {
            XMLStreamReader2 reader = open(text);
            int tags = 0;
            while (next < wanted.length && reader.hasNext()) {
                if (reader.next() == XMLStreamConstants.START_ELEMENT && tags++ == wanted[next]) {
                    found[next++] = location(reader.getLocationInfo().getStartLocation());
                }
            }
        } catch (XMLStreamException | RuntimeException | StackOverflowError e) {
            // What stands behind it is not found.
            return found;
        }
        return found;
    }

    private XMLStreamReader2 open(XmlText text) throws XMLStreamException {
        Stax2ByteArraySource source =
                new Stax2ByteArraySource(text.bytes(), text.start(), text.bytes().length - text.start());
        XMLStreamReader2 reader = (XMLStreamReader2) tokenizers.createXMLStreamReader(source);
        // Until the entities are known, none can be longer than what declares them: see boundExpansions.
        reader.setProperty(WstxInputProperties.P_MAX_ENTITY_COUNT, mostExpansions(text.doctypeLength()));
        return reader;
    }

    private void readTokens(XMLStreamReader2 reader, XmlText text, @Nullable Telling telling)
            throws XMLStreamException, FaultException {
        builder.startDocument();
        seenAttributes = 0;
        declaresNamespaces = text.doctype().contains("xmlns");
        mostAttributes = MOST_DEFAULTS + (long) text.bytes().length / SHORTEST_ATTRIBUTE;
        int tags = 0;
        int depth = 0;
        int skippedDepth = 0;
        while (reader.hasNext()) {
            switch (reader.next()) {
                case XMLStreamConstants.START_ELEMENT -> {
                    if (tags == 0) {
                        long before = reader.getLocationInfo().getStartingCharOffset();
                        text.checkProlog(text.offsetOfUnit(before), rules.prolog());
                    }
                    checkLimits(reader, ++depth);
                    if (telling != null) {
                        telling.startElement(tags);
                    }
                    if (skippedDepth > 0) {
                        skippedDepth++;
                    } else if (!build(reader, tags)) {
                        skippedDepth = 1;
                    }
                    tags++;
                }
                case XMLStreamConstants.END_ELEMENT -> {
                    if (telling != null) {
                        telling.endElement();
                    }
                    depth--;
                    if (skippedDepth > 0) {
                        skippedDepth--;
                    }
                    if (skippedDepth == 0) {
                        builder.endElement();
                    }
                }
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.SPACE -> {
                    if (telling != null && depth > 0) {
                        telling.text();
                    }
                    if (skippedDepth == 0 && depth > 0 && builder.wantsText()) {
                        builder.text(reader.getText());
                    }
                }
                case XMLStreamConstants.COMMENT -> {
                    if (skippedDepth == 0) {
                        builder.separateText();
                        if (builder.wantsCommentsAndInstructions()) {
                            builder.comment(reader.getText());
                        }
                    }
                }
                case XMLStreamConstants.PROCESSING_INSTRUCTION -> {
                    if (skippedDepth == 0) {
                        builder.separateText();
                        if (builder.wantsCommentsAndInstructions()) {
                            builder.instruction(
                                    reader.getPITarget(), Objects.requireNonNullElse(reader.getPIData(), ""));
                        }
                    }
                }
                case XMLStreamConstants.DTD -> {
                    if (rules.doctype() == Doctype.REJECT) {
                        throw new FaultException(RecordFinder.doctype());
                    }
                    boundExpansions(reader);
                }
                case XMLStreamConstants.ENTITY_REFERENCE ->
                    throw new FaultException(
                            Fault.of(FaultCode.DOCTYPE, "the text refers to an external entity; it is never fetched"));
                default -> {
                    // The end of the document.
                }
            }
        }
        if (telling != null) {
            telling.endDocument();
        }
    }

    /** Sets the number of entity expansions so that even the longest entity cannot fill the memory. */
    private void boundExpansions(XMLStreamReader2 reader) throws XMLStreamException {
        if (reader.getDTDInfo().getProcessedDTD() instanceof DTDSubset subset) {
            int longest = 1;
            List<EntityDecl> entities = subset.getGeneralEntityList();
            for (EntityDecl entity : entities) {
                char[] text = entity.getReplacementChars();
                longest = Math.max(longest, text == null ? 1 : text.length);
            }
            reader.setProperty(WstxInputProperties.P_MAX_ENTITY_COUNT, mostExpansions(longest));
        }
    }

    private int mostExpansions(int longest) {
        return Math.max(1, Math.min(limits.entityExpansions(), limits.valueLength() / Math.max(1, longest)));
    }

    private void checkLimits(XMLStreamReader2 reader, int depth) throws FaultException {
        if (depth > limits.depth()) {
            throw TreeBuilder.beyond(FaultCode.TOO_DEEP, "elements are nested", depth, limits.depth(), "deep");
        }
        int attributes = reader.getAttributeCount() + reader.getNamespaceCount();
        seenAttributes += attributes;
        if (seenAttributes > mostAttributes) {
            throw new FaultException(Fault.of(
                    FaultCode.ENTITY_LIMIT,
                    "the DOCTYPE gives the document more than " + MOST_DEFAULTS
                            + " attributes by default values; no sane producer writes that"));
        }
        if (attributes > limits.attributes()) {
            throw TreeBuilder.beyond(
                    FaultCode.TOO_MANY_ATTRIBUTES, "an element has", attributes, limits.attributes(), "attributes");
        }
        checkNameLength(reader.getLocalName());
        checkNameLength(text(reader.getPrefix()));
        for (int i = 0; i < reader.getAttributeCount(); i++) {
            checkNameLength(reader.getAttributeLocalName(i));
        }
    }

    private void checkNameLength(String name) throws FaultException {
        if (name.length() > limits.nameLength()) {
            throw TreeBuilder.beyond(
                    FaultCode.NAME_TOO_LONG, "a name has", name.length(), limits.nameLength(), "characters");
        }
        if (NameCharacters.goBeyond(name)) {
            throw new FaultException(
                    Fault.of(FaultCode.NOT_WELL_FORMED, "a name has a character for private use, beyond U+EFFFF"));
        }
    }

    /** Returns whether any of the element's content can be kept. */
    private boolean build(XMLStreamReader2 reader, int tag) throws FaultException {
        builder.startElement(
                builder.entry(text(reader.getNamespaceURI()), text(reader.getPrefix()), reader.getLocalName()), tag);
        for (int i = 0; i < reader.getAttributeCount(); i++) {
            String namespace = text(reader.getAttributeNamespace(i));
            String prefix = text(reader.getAttributePrefix(i));
            if (builder.wantsAttribute(builder.entry(namespace, prefix, reader.getAttributeLocalName(i)))) {
                builder.attribute(reader.getAttributeValue(i));
            }
        }
        for (int i = 0; i < reader.getNamespaceCount(); i++) {
            String namespace = text(reader.getNamespaceURI(i));
            if (declaresNamespaces && (namespace.contains("  ") || !namespace.equals(namespace.strip()))) {
                throw new FaultException(Fault.of(
                        FaultCode.NOT_WELL_FORMED,
                        "a namespace's name has white space that its declaration in the DOCTYPE may take away; write it"
                                + " without"));
            }
            builder.namespace(text(reader.getNamespacePrefix(i)), namespace);
        }
        return builder.endStartTag();
    }

    /** Woodstox counts characters, outside of entities too. */
    static @Nullable Location location(javax.xml.stream.@Nullable Location found) {
        return found != null && found.getLineNumber() > 0 && found.getColumnNumber() > 0
                ? new Location(found.getLineNumber(), found.getColumnNumber())
                : null;
    }

    static String text(@Nullable String text) {
        return text == null ? "" : text;
    }
}

package dev.millrace.xml;

import com.ctc.wstx.api.WstxInputProperties;
import com.ctc.wstx.stax.WstxInputFactory;
import com.fasterxml.aalto.stax.InputFactoryImpl;
import dev.millrace.document.Document;
import dev.millrace.document.Fault;
import dev.millrace.document.FaultCode;
import dev.millrace.document.FaultException;
import dev.millrace.document.Location;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLResolver;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import org.codehaus.stax2.LocationInfo;
import org.codehaus.stax2.XMLInputFactory2;
import org.codehaus.stax2.XMLStreamReader2;
import org.codehaus.stax2.io.Stax2ByteArraySource;
import org.jspecify.annotations.Nullable;

/**
 * Parses documents to their projected records. Owned by one worker; not thread-safe. In memory, no SQL.
 *
 * <p>Ordinary documents are tokenized by Aalto; Woodstox reads those that declare a DOCTYPE, where it is allowed, and those
 * of XML 1.1.
 */
public final class XmlParser {

    /** How a document may declare a DOCTYPE. */
    public enum Doctype {
        /** A document with a DOCTYPE is rejected. */
        REJECT,
        /** The internal subset counts, with limits; nothing external is ever fetched. */
        INTERNAL
    }

    private final Doctype doctype;
    private final XmlLimits limits;
    private final TreeBuilder builder;
    private final XMLInputFactory2 fast = new InputFactoryImpl();
    private @Nullable XMLInputFactory2 thorough;

    public XmlParser(Projection projection, Doctype doctype, XmlLimits limits) {
        this.doctype = doctype;
        this.limits = limits;
        builder = new TreeBuilder(new Automaton(projection), limits);
    }

    /**
     * Reads the whole document and returns its records in document order; at least one.
     *
     * @throws FaultException when the text is not well-formed, is beyond a limit, or holds no record
     */
    public List<Record> parse(Document document) throws FaultException {
        XmlText text = XmlText.of(document);
        List<Record> records = read(document, text, text.version11());
        if (records == null) {
            records = read(document, text, true);
        }
        if (records == null || records.isEmpty()) {
            throw new FaultException(Fault.of(
                    FaultCode.NO_RECORD,
                    "the document holds no element that document.record matches; correct document.record or leave the"
                            + " document out"));
        }
        return records;
    }

    /**
     * The place of an element's start tag. Costs a second pass over the text, so it is asked for rejects only.
     *
     * @param ordinal {@link Node#ordinal()}
     */
    public Location locate(Document document, int ordinal) {
        try {
            XmlText text = XmlText.of(document);
            Location found = locate(text, text.version11(), ordinal);
            if (found == null) {
                found = locate(text, true, ordinal);
            }
            return (found == null ? Location.START : found).within(document.origin());
        } catch (FaultException e) {
            return document.origin();
        }
    }

    /** The place of a start tag, or null if it is not found on this road. */
    private @Nullable Location locate(XmlText text, boolean thoroughly, int ordinal) {
        try {
            XMLStreamReader2 reader = open(text, thoroughly);
            int tag = 0;
            while (reader.hasNext()) {
                int token = reader.next();
                if (token == XMLStreamConstants.DTD && !thoroughly) {
                    return null;
                }
                if (token == XMLStreamConstants.START_ELEMENT && tag++ == ordinal) {
                    LocationInfo place = reader.getLocationInfo();
                    return thoroughly
                            ? new Location(
                                    place.getStartLocation().getLineNumber(),
                                    place.getStartLocation().getColumnNumber())
                            : text.location(text.start() + (int) place.getStartingByteOffset());
                }
            }
            return null;
        } catch (XMLStreamException | RuntimeException e) {
            return null;
        }
    }

    /** The records, or null if the document declares a DOCTYPE, which the fast tokenizer does not read. */
    private @Nullable List<Record> read(Document document, XmlText text, boolean thoroughly) throws FaultException {
        XMLStreamReader2 reader = null;
        try {
            reader = open(text, thoroughly);
            return readTokens(reader, thoroughly) ? builder.endDocument() : null;
        } catch (FaultException e) {
            if (e.fault().location() != null || reader == null) {
                throw e;
            }
            throw new FaultException(e.fault().withLocation(location(document, text, reader.getLocation())));
        } catch (XMLStreamException e) {
            Location location = location(document, text, e.getLocation());
            throw new FaultException(Fault.at(FaultCode.NOT_WELL_FORMED, location, message(e)));
        } catch (RuntimeException e) {
            // Aalto throws its errors in lazily read text unchecked, and hostile input may find a bug of either
            // library.
            Location location = reader == null ? null : location(document, text, reader.getLocation());
            throw new FaultException(Fault.at(FaultCode.NOT_WELL_FORMED, location, message(e)));
        }
    }

    private XMLStreamReader2 open(XmlText text, boolean thoroughly) throws XMLStreamException {
        Stax2ByteArraySource source =
                new Stax2ByteArraySource(text.bytes(), text.start(), text.bytes().length - text.start());
        return (XMLStreamReader2) (thoroughly ? thorough() : fast).createXMLStreamReader(source);
    }

    private XMLInputFactory2 thorough() {
        XMLInputFactory2 known = thorough;
        if (known == null) {
            known = new WstxInputFactory();
            known.setProperty(XMLInputFactory.SUPPORT_DTD, true);
            known.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
            known.setProperty(XMLInputFactory.IS_VALIDATING, false);
            known.setProperty(WstxInputProperties.P_DTD_RESOLVER, (XMLResolver)
                    (publicId, systemId, base, namespace) -> InputStream.nullInputStream());
            known.setProperty(WstxInputProperties.P_MAX_ENTITY_COUNT, limits.entityExpansions());
            known.setProperty(WstxInputProperties.P_MAX_ATTRIBUTE_SIZE, limits.valueLength());
            known.setProperty(WstxInputProperties.P_MAX_ELEMENT_DEPTH, limits.depth());
            known.setProperty(WstxInputProperties.P_MAX_ATTRIBUTES_PER_ELEMENT, limits.attributes());
            thorough = known;
        }
        return known;
    }

    /**
     * Hands the tokens to the builder, which is everything that is asked of a tokenizer.
     *
     * @return false when a DOCTYPE was met that this reader does not read
     */
    private boolean readTokens(XMLStreamReader2 reader, boolean thoroughly) throws XMLStreamException, FaultException {
        builder.startDocument();
        int ordinal = 0;
        int depth = 0;
        int skippedDepth = 0;
        while (reader.hasNext()) {
            switch (reader.next()) {
                case XMLStreamConstants.START_ELEMENT -> {
                    checkStart(reader, ++depth);
                    if (skippedDepth > 0) {
                        skippedDepth++;
                    } else if (!builder.startElement(reader, ordinal)) {
                        skippedDepth = 1;
                    }
                    ordinal++;
                }
                case XMLStreamConstants.END_ELEMENT -> {
                    depth--;
                    if (skippedDepth > 0) {
                        skippedDepth--;
                    }
                    if (skippedDepth == 0) {
                        builder.endElement();
                    }
                }
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.SPACE -> {
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
                    if (doctype == Doctype.REJECT) {
                        throw new FaultException(Fault.of(
                                FaultCode.DOCTYPE,
                                "the document declares a DOCTYPE; if you trust its producer, allow it with"
                                        + " 'doctype: internal' in the contract"));
                    }
                    if (!thoroughly) {
                        return false;
                    }
                }
                case XMLStreamConstants.ENTITY_REFERENCE ->
                    throw new FaultException(
                            Fault.of(FaultCode.DOCTYPE, "the text refers to an external entity; it is never fetched"));
                default -> {
                    // The end of the document.
                }
            }
        }
        return true;
    }

    private void checkStart(XMLStreamReader2 reader, int depth) throws FaultException {
        if (depth > limits.depth()) {
            throw TreeBuilder.beyond(FaultCode.TOO_DEEP, "elements are nested", depth, limits.depth(), "deep");
        }
        if (reader.getAttributeCount() > limits.attributes()) {
            throw TreeBuilder.beyond(
                    FaultCode.TOO_MANY_ATTRIBUTES,
                    "an element has",
                    reader.getAttributeCount(),
                    limits.attributes(),
                    "attributes");
        }
    }

    private static String message(Exception error) {
        String message = String.valueOf(error.getMessage());
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }

    private static @Nullable Location location(
            Document document, XmlText text, javax.xml.stream.@Nullable Location found) {
        if (found == null || found.getCharacterOffset() < 0) {
            return null;
        }
        return text.location(text.start() + found.getCharacterOffset()).within(document.origin());
    }
}

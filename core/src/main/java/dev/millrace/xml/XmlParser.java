package dev.millrace.xml;

import com.ctc.wstx.api.WstxInputProperties;
import com.ctc.wstx.dtd.DTDSubset;
import com.ctc.wstx.ent.EntityDecl;
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

    private final TextRules rules;
    private final XmlLimits limits;
    private final TreeBuilder builder;
    private final NameCensus names = new NameCensus();

    /** Shares its names among all its readers; replaced before they become too many. */
    private XMLInputFactory2 fast = new InputFactoryImpl();

    private @Nullable XMLInputFactory2 thorough;

    public XmlParser(Projection projection, Doctype doctype, XmlLimits limits) {
        this(projection, TextRules.of(doctype), limits);
    }

    public XmlParser(Projection projection, TextRules rules, XmlLimits limits) {
        this.rules = rules;
        this.limits = limits;
        builder = new TreeBuilder(new Automaton(projection), limits);
    }

    /**
     * Reads the whole document and returns its records in document order; at least one.
     *
     * @throws FaultException when the text is not well-formed, is beyond a limit, or holds no record
     */
    public List<Record> parse(Document document) throws FaultException {
        XmlText text = XmlText.of(document, rules.encoding());
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
            XmlText text = XmlText.of(document, rules.encoding());
            Location found = locate(text, text.version11(), ordinal);
            if (found == null) {
                found = locate(text, true, ordinal);
            }
            return document.placeOf(found == null ? Location.START : found);
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
                boolean leave = !thoroughly
                        && (token == XMLStreamConstants.DTD
                                || token == XMLStreamConstants.START_ELEMENT && !checkNames(reader)
                                || token == XMLStreamConstants.PROCESSING_INSTRUCTION
                                        && names.add("", reader.getPITarget()));
                if (leave) {
                    return null;
                }
                if (token == XMLStreamConstants.START_ELEMENT && tag++ == ordinal) {
                    LocationInfo place = reader.getLocationInfo();
                    return thoroughly
                            ? new Location(
                                    place.getStartLocation().getLineNumber(),
                                    place.getStartLocation().getColumnNumber())
                            : text.location(tokenStart(reader, text));
                }
            }
            return null;
        } catch (XMLStreamException | FaultException | RuntimeException e) {
            return null;
        } finally {
            forgetManyNames();
        }
    }

    /** The records, or null if the fast tokenizer is not the right one for this document. */
    private @Nullable List<Record> read(Document document, XmlText text, boolean thoroughly) throws FaultException {
        XMLStreamReader2 reader = null;
        try {
            reader = open(text, thoroughly);
            return readTokens(reader, text, thoroughly) ? builder.endDocument() : null;
        } catch (FaultException e) {
            if (e.fault().location() != null || reader == null) {
                throw e;
            }
            Location location = location(text, reader.getLocation(), thoroughly);
            throw new FaultException(e.fault().withLocation(within(document, location)));
        } catch (XMLStreamException e) {
            throw TokenizerFaults.of(e, within(document, location(text, e.getLocation(), thoroughly)));
        } catch (RuntimeException | StackOverflowError e) {
            // Aalto throws what it finds in lazily read text unchecked, Woodstox reads the content models of a DTD by
            // recursion, and hostile input may find a bug of either.
            Location location = reader == null ? null : location(text, reader.getLocation(), thoroughly);
            throw TokenizerFaults.of(e, within(document, location));
        } finally {
            forgetManyNames();
        }
    }

    private void forgetManyNames() {
        if (names.count() > NameCensus.MOST / 2) {
            fast = new InputFactoryImpl();
            names.clear();
        }
    }

    private XMLStreamReader2 open(XmlText text, boolean thoroughly) throws XMLStreamException {
        Stax2ByteArraySource source =
                new Stax2ByteArraySource(text.bytes(), text.start(), text.bytes().length - text.start());
        XMLStreamReader2 reader = (XMLStreamReader2) (thoroughly ? thorough() : fast).createXMLStreamReader(source);
        if (thoroughly) {
            // Until the entities are known, none can be longer than what declares them: see boundExpansions.
            reader.setProperty(WstxInputProperties.P_MAX_ENTITY_COUNT, mostExpansions(text.doctypeLength()));
        }
        return reader;
    }

    private XMLInputFactory2 thorough() {
        XMLInputFactory2 known = thorough;
        if (known == null) {
            known = new WstxInputFactory();
            known.setProperty(XMLInputFactory.SUPPORT_DTD, true);
            known.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
            known.setProperty(XMLInputFactory.IS_VALIDATING, false);
            known.setProperty(XMLInputFactory2.P_LAZY_PARSING, false);
            known.setProperty(WstxInputProperties.P_DTD_RESOLVER, (XMLResolver)
                    (publicId, systemId, base, namespace) -> InputStream.nullInputStream());
            // What is kept is limited where it is kept; what is skipped need only be bounded, as the document is.
            known.setProperty(WstxInputProperties.P_MAX_ATTRIBUTE_SIZE, (int)
                    Math.min(Integer.MAX_VALUE, Math.max(limits.documentBytes(), limits.valueLength())));
            known.setProperty(WstxInputProperties.P_MAX_ELEMENT_DEPTH, limits.depth());
            known.setProperty(WstxInputProperties.P_MAX_ATTRIBUTES_PER_ELEMENT, limits.attributes());
            thorough = known;
        }
        return known;
    }

    /**
     * Hands the tokens to the builder, which is everything that is asked of a tokenizer.
     *
     * @return false when a DOCTYPE was met, or more names than the fast tokenizer is good for
     */
    private boolean readTokens(XMLStreamReader2 reader, XmlText text, boolean thoroughly)
            throws XMLStreamException, FaultException {
        builder.startDocument();
        int ordinal = 0;
        int depth = 0;
        int skippedDepth = 0;
        while (reader.hasNext()) {
            switch (reader.next()) {
                case XMLStreamConstants.START_ELEMENT -> {
                    if (ordinal == 0 && rules.prolog() != TextRules.ANY_PROLOG) {
                        checkProlog(reader, text, thoroughly);
                    }
                    checkStart(reader, ++depth);
                    if (thoroughly) {
                        checkNameLengths(reader);
                    } else if (!checkNames(reader)) {
                        return false;
                    }
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
                    if (!thoroughly && !checkInstruction(reader, text)) {
                        return false;
                    }
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
                        throw new FaultException(Fault.of(
                                FaultCode.DOCTYPE,
                                "the document declares a DOCTYPE; if you trust its producer, allow it with"
                                        + " 'doctype: internal' in the contract"));
                    }
                    if (!thoroughly) {
                        return false;
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
        return true;
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

    private void checkProlog(XMLStreamReader2 reader, XmlText text, boolean thoroughly) throws FaultException {
        int at = thoroughly
                ? text.offsetOfUnit(reader.getLocationInfo().getStartingCharOffset())
                : tokenStart(reader, text);
        int length = text.charactersBefore(at);
        if (length > rules.prolog()) {
            throw new FaultException(Fault.of(
                    FaultCode.PROLOG_TOO_LONG,
                    length + " characters stand before the document element, but the contract allows " + rules.prolog()
                            + "; remove them, or raise document.prolog"));
        }
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

    /**
     * What Aalto leaves out of Namespaces in XML, §3 and §5: a prefix may not be empty, nor be undeclared. And the
     * lengths of names, kept or skipped.
     *
     * @return false when there are more names than Aalto is good for
     */
    private boolean checkNames(XMLStreamReader2 reader) throws FaultException {
        boolean full = checkName(reader.getPrefix(), reader.getLocalName());
        int attributes = reader.getAttributeCount();
        for (int i = 0; i < attributes; i++) {
            full |= checkName(reader.getAttributePrefix(i), reader.getAttributeLocalName(i));
        }
        int declarations = reader.getNamespaceCount();
        for (int i = 0; i < declarations; i++) {
            String prefix = reader.getNamespacePrefix(i);
            if (prefix != null && !prefix.isEmpty()) {
                full |= names.add("xmlns", prefix);
                if (reader.getNamespaceURI(i).isEmpty()) {
                    throw new FaultException(Fault.of(
                            FaultCode.NOT_WELL_FORMED, "the namespace prefix '" + prefix + "' is bound to nothing"));
                }
            }
        }
        return !full;
    }

    /** Whether there are too many names now. */
    private boolean checkName(String prefix, String local) throws FaultException {
        checkNameLength(local);
        return names.add(prefix, local);
    }

    private void checkNameLengths(XMLStreamReader2 reader) throws FaultException {
        checkNameLength(reader.getLocalName());
        int attributes = reader.getAttributeCount();
        for (int i = 0; i < attributes; i++) {
            checkNameLength(reader.getAttributeLocalName(i));
        }
    }

    private void checkNameLength(String name) throws FaultException {
        if (name.length() > limits.nameLength()) {
            throw TreeBuilder.beyond(
                    FaultCode.NAME_TOO_LONG, "a name has", name.length(), limits.nameLength(), "characters");
        }
    }

    /**
     * As {@link #checkNames}, for the target of an instruction: it has no colon (Namespaces in XML, §7). Aalto only tells
     * what stands behind the colon, so the target is taken from the text.
     */
    private boolean checkInstruction(XMLStreamReader2 reader, XmlText text) throws FaultException {
        byte[] bytes = text.bytes();
        int from = tokenStart(reader, text) + "<?".length();
        for (int i = from; i < bytes.length && bytes[i] > ' ' && bytes[i] != '?'; i++) {
            if (bytes[i] == ':') {
                throw new FaultException(Fault.of(
                        FaultCode.NOT_WELL_FORMED, "the target of a processing instruction has a colon in it"));
            }
        }
        return !names.add("", reader.getPITarget());
    }

    /** Where the markup begins that Aalto is at. Before the document element it counts from the white space before. */
    private static int tokenStart(XMLStreamReader2 reader, XmlText text) {
        int at = text.start() + (int) reader.getLocationInfo().getStartingByteOffset();
        while (text.bytes()[at] != '<') {
            at++;
        }
        return at;
    }

    private static @Nullable Location location(
            XmlText text, javax.xml.stream.@Nullable Location found, boolean thoroughly) {
        if (found == null) {
            return null;
        }
        if (thoroughly) {
            // Woodstox counts characters, outside of entities too.
            boolean known = found.getLineNumber() > 0 && found.getColumnNumber() > 0;
            return known ? new Location(found.getLineNumber(), found.getColumnNumber()) : null;
        }
        // Aalto counts bytes.
        return found.getCharacterOffset() < 0 ? null : text.location(text.start() + found.getCharacterOffset());
    }

    private static @Nullable Location within(Document document, @Nullable Location location) {
        return location == null ? null : document.placeOf(location);
    }
}

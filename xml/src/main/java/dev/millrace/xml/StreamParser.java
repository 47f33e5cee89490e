package dev.millrace.xml;

import com.ctc.wstx.api.WstxInputProperties;
import dev.millrace.document.Fault;
import dev.millrace.document.FaultCode;
import dev.millrace.document.FaultException;
import dev.millrace.xml.XmlParser.Doctype;
import java.io.InputStream;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import org.codehaus.stax2.XMLInputFactory2;
import org.codehaus.stax2.XMLStreamReader2;

/**
 * Tells an observer what a text of any size holds, in memory that does not grow with it: for texts that are too large to be parsed as
 * {@link XmlParser} does. Nothing is kept. Not thread-safe.
 */
public final class StreamParser {

    private final XMLInputFactory2 tokenizers;
    private final XmlLimits limits;
    private final PathObserver observer;
    private final TreeBuilder names;
    private boolean doctype;

    /** @param limits all but that of a document's bytes count */
    public StreamParser(XmlLimits limits, PathObserver observer) {
        this.limits = limits;
        this.observer = observer;
        tokenizers = ThoroughReader.tokenizers(limits);
        tokenizers.setProperty(WstxInputProperties.P_MAX_ATTRIBUTE_SIZE, limits.valueLength());
        tokenizers.setProperty(WstxInputProperties.P_MAX_TEXT_LENGTH, limits.valueLength());
        names = new TreeBuilder(
                new Automaton(Projection.builder(RecordPath.DOCUMENT_ELEMENT).build()), limits);
    }

    /** Whether the text that was read last declares a DOCTYPE. */
    public boolean hadDoctype() {
        return doctype;
    }

    /**
     * Reads a text to its end. {@link PathObserver#endDocument} is not called where it has a fault.
     *
     * @param allowed whether a DOCTYPE is allowed; nothing external is ever fetched
     * @throws FaultException with the place in the text, when it is not well-formed, cannot be read or is beyond a limit
     */
    public void read(InputStream text, Doctype allowed) throws FaultException {
        doctype = false;
        names.startDocument();
        XMLStreamReader2 reader = null;
        Telling telling = null;
        try {
            reader = (XMLStreamReader2) tokenizers.createXMLStreamReader(text);
            reader.setProperty(WstxInputProperties.P_MAX_ENTITY_COUNT, limits.entityExpansions());
            telling = new Telling(observer, names, reader);
            read(reader, telling, allowed);
        } catch (FaultException e) {
            throw e.fault().location() != null || reader == null
                    ? e
                    : new FaultException(e.fault().withLocation(ThoroughReader.location(reader.getLocation())));
        } catch (XMLStreamException e) {
            throw TokenizerFaults.of(e, ThoroughReader.location(e.getLocation()));
        } catch (RuntimeException | StackOverflowError e) {
            if (telling != null && telling.isUnderWay()) {
                throw e;
            }
            throw TokenizerFaults.of(e, reader == null ? null : ThoroughReader.location(reader.getLocation()));
        }
    }

    private void read(XMLStreamReader2 reader, Telling telling, Doctype allowed)
            throws XMLStreamException, FaultException {
        int tags = 0;
        int depth = 0;
        while (reader.hasNext()) {
            switch (reader.next()) {
                case XMLStreamConstants.START_ELEMENT -> {
                    depth++;
                    telling.startElement(tags++);
                }
                case XMLStreamConstants.END_ELEMENT -> {
                    telling.endElement();
                    depth--;
                }
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.SPACE -> {
                    if (depth > 0) {
                        telling.text();
                    }
                }
                case XMLStreamConstants.DTD -> {
                    doctype = true;
                    if (allowed == Doctype.REJECT) {
                        throw new FaultException(RecordFinder.doctype());
                    }
                }
                case XMLStreamConstants.ENTITY_REFERENCE ->
                    throw new FaultException(
                            Fault.of(FaultCode.DOCTYPE, "the text refers to an external entity; it is never fetched"));
                default -> {
                    // Comments, instructions and the end.
                }
            }
        }
        telling.endDocument();
    }
}

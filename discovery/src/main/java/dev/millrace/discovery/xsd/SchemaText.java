package dev.millrace.discovery.xsd;

import com.ctc.wstx.api.WstxInputProperties;
import com.ctc.wstx.stax.WstxInputFactory;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.xml.stream.Location;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLResolver;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * Bytes → the elements of a schema. Nothing outside of the file is read, whatever its DOCTYPE says. Entities are refused, so that none can
 * multiply or lead to another file. The tokenizer lets one reference through where it stands in an attribute and its text has no other
 * in it, which does no harm.
 */
final class SchemaText {

    private static final int MOST_DEPTH = 500;
    private static final int MOST_ATTRIBUTE_CHARACTERS = 1 << 20;

    private static final WstxInputFactory READERS = readers();

    private SchemaText() {}

    private static WstxInputFactory readers() {
        WstxInputFactory readers = new WstxInputFactory();
        readers.setProperty(XMLInputFactory.SUPPORT_DTD, true);
        readers.setProperty(XMLInputFactory.IS_VALIDATING, false);
        readers.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        readers.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
        readers.setProperty(WstxInputProperties.P_MAX_ENTITY_COUNT, 1);
        readers.setProperty(WstxInputProperties.P_DTD_RESOLVER, (XMLResolver)
                (publicId, systemId, baseUri, namespace) -> InputStream.nullInputStream());
        readers.setProperty(XMLInputFactory.IS_COALESCING, true);
        readers.setProperty(WstxInputProperties.P_MAX_ELEMENT_DEPTH, MOST_DEPTH);
        readers.setProperty(WstxInputProperties.P_MAX_ATTRIBUTE_SIZE, MOST_ATTRIBUTE_CHARACTERS);
        return readers;
    }

    /**
     * The document element with all that is in it.
     *
     * @param file how the file is called in messages
     */
    static SchemaNode read(InputStream bytes, String file) throws XsdException {
        try {
            XMLStreamReader reader = READERS.createXMLStreamReader(bytes);
            try {
                return read(reader, file);
            } catch (XMLStreamException e) {
                throw refusal(file, e, reader.getLocation());
            } finally {
                reader.close();
            }
        } catch (XMLStreamException e) {
            throw refusal(file, e, null);
        }
    }

    /** The target namespace that the document element tells, "" for none; null where it is no schema. */
    static @Nullable String targetNamespace(InputStream bytes) {
        try {
            XMLStreamReader reader = READERS.createXMLStreamReader(bytes);
            try {
                while (reader.hasNext()) {
                    if (reader.next() == XMLStreamConstants.START_ELEMENT) {
                        if (!reader.getLocalName().equals("schema")
                                || !SchemaNode.XS.equals(reader.getNamespaceURI())) {
                            return null;
                        }
                        String namespace = reader.getAttributeValue("", "targetNamespace");
                        return namespace == null ? "" : namespace;
                    }
                }
                return null;
            } finally {
                reader.close();
            }
        } catch (XMLStreamException notReadable) {
            return null;
        }
    }

    static XsdException unreadable(String file, IOException cause) {
        return new XsdException(
                new XsdPosition(file, 0, 0),
                "cannot be read (" + cause.getMessage() + "); a schema is a file of XML that can be read",
                cause);
    }

    private static SchemaNode read(XMLStreamReader reader, String file) throws XMLStreamException, XsdException {
        SchemaNode root = null;
        SchemaNode open = null;
        int documentation = 0;
        while (reader.hasNext()) {
            switch (reader.next()) {
                case XMLStreamConstants.START_ELEMENT -> {
                    SchemaNode node = node(reader, open, file);
                    if (open == null) {
                        root = node;
                    } else {
                        open.content().add(node);
                    }
                    open = node;
                    if (documentation > 0 || node.is("documentation")) {
                        documentation++;
                    }
                }
                case XMLStreamConstants.END_ELEMENT -> {
                    open = open == null ? null : open.parent();
                    if (documentation > 0) {
                        documentation--;
                    }
                }
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> {
                    if (documentation > 0 && open != null) {
                        open.content().add(reader.getText());
                    }
                }
                case XMLStreamConstants.ENTITY_REFERENCE ->
                    throw new XsdException(
                            position(file, reader.getLocation()),
                            "found a reference to the entity '" + reader.getLocalName()
                                    + "'; entities of a DOCTYPE are not expanded in schemas; write the text itself");
                default -> {
                    // Comments, processing instructions and the DOCTYPE say nothing of the schema.
                }
            }
        }
        if (root == null) {
            throw new XsdException(
                    new XsdPosition(file, 1, 1), "found no element; expected <xs:schema>; give the file of a schema");
        }
        return root;
    }

    private static SchemaNode node(XMLStreamReader reader, @Nullable SchemaNode parent, String file) {
        Map<String, String> prefixes = new LinkedHashMap<>();
        for (int i = 0; i < reader.getNamespaceCount(); i++) {
            prefixes.put(text(reader.getNamespacePrefix(i)), text(reader.getNamespaceURI(i)));
        }
        SchemaNode node = new SchemaNode(
                text(reader.getNamespaceURI()),
                reader.getLocalName(),
                parent,
                position(file, reader.getLocation()),
                prefixes);
        for (int i = 0; i < reader.getAttributeCount(); i++) {
            String namespace = text(reader.getAttributeNamespace(i));
            String local = reader.getAttributeLocalName(i);
            if (namespace.isEmpty()) {
                node.attributes().put(local, reader.getAttributeValue(i));
            } else if (namespace.equals(BuiltInSchemas.XML) && local.equals("lang")) {
                node.attributes().put("xml:lang", reader.getAttributeValue(i));
            }
        }
        return node;
    }

    private static XsdException refusal(String file, XMLStreamException e, @Nullable Location reached) {
        return e.getNestedException() instanceof IOException io
                ? unreadable(file, io)
                : notWellFormed(file, e, reached);
    }

    private static XsdException notWellFormed(String file, XMLStreamException e, @Nullable Location reached) {
        String message = String.valueOf(e.getMessage());
        int place = message.indexOf("\n at [row");
        String what = (place < 0 ? message : message.substring(0, place))
                .replaceAll("\\s+", " ")
                .strip();
        XsdPosition position = position(file, e.getLocation() == null ? reached : e.getLocation());
        if (what.contains("entity") || what.contains("Entity")) {
            return new XsdException(
                    position,
                    "found a reference to an entity (" + what
                            + "); entities of a DOCTYPE are not expanded in schemas; write the text itself",
                    e);
        }
        return new XsdException(
                position, "is not well-formed (" + what + "); expected an XML Schema; correct it at this place", e);
    }

    private static XsdPosition position(String file, @Nullable Location location) {
        return location == null
                ? new XsdPosition(file, 0, 0)
                : new XsdPosition(file, Math.max(0, location.getLineNumber()), Math.max(0, location.getColumnNumber()));
    }

    private static String text(@Nullable String text) {
        return text == null ? "" : text;
    }
}

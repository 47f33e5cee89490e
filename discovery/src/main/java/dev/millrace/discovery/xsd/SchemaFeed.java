package dev.millrace.discovery.xsd;

import com.sun.xml.xsom.XSSchemaSet;
import com.sun.xml.xsom.parser.AnnotationContext;
import com.sun.xml.xsom.parser.AnnotationParser;
import com.sun.xml.xsom.parser.XMLParser;
import com.sun.xml.xsom.parser.XSOMParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.xml.sax.ContentHandler;
import org.xml.sax.EntityResolver;
import org.xml.sax.ErrorHandler;
import org.xml.sax.InputSource;
import org.xml.sax.Locator;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;
import org.xml.sax.helpers.AttributesImpl;
import org.xml.sax.helpers.LocatorImpl;

/** Feeds documents to XSOM that have been read and linked already. XSOM opens no file by itself and sees no place of another one. */
final class SchemaFeed implements XMLParser {

    private static final String ADDRESS = "millrace:document/";

    private final List<SchemaDocument> documents;

    SchemaFeed(List<SchemaDocument> documents) {
        this.documents = documents;
    }

    /** What the library makes of all documents. */
    XSSchemaSet compile() throws XsdException {
        XSOMParser parser = new XSOMParser(this);
        Problems problems = new Problems();
        parser.setErrorHandler(problems);
        parser.setAnnotationParser(DocumentationParser::new);
        int at = 0;
        try {
            for (; at < documents.size(); at++) {
                InputSource source = new InputSource(ADDRESS + at);
                parser.parse(source);
                problems.complain();
            }
            XSSchemaSet result = parser.getResult();
            problems.complain();
            if (result == null) {
                throw notUnderstood(documents.get(0), "no schema came of it", null);
            }
            return result;
        } catch (SAXException e) {
            problems.complain();
            throw notUnderstood(document(at), String.valueOf(e.getMessage()), e);
        } catch (RuntimeException | StackOverflowError | InternalError e) {
            // The library fails so on what it did not expect: of a reference that it lost it makes an InternalError.
            problems.complain();
            throw notUnderstood(document(at), e.toString(), e);
        }
    }

    private SchemaDocument document(int at) {
        return documents.get(Math.min(at, documents.size() - 1));
    }

    private static XsdException notUnderstood(SchemaDocument document, String what, @Nullable Throwable cause) {
        XsdPosition position = document.root().position();
        String problem = "is not understood (" + what + "); expected an XML Schema 1.0; see whether it is valid";
        return cause == null ? new XsdException(position, problem) : new XsdException(position, problem, cause);
    }

    /** The place of something that the library made. */
    XsdPosition position(@Nullable Locator locator) {
        SchemaDocument document = documentOf(locator).orElse(null);
        return locator == null || document == null
                ? new XsdPosition("XML Schema", 0, 0)
                : new XsdPosition(document.file(), locator.getLineNumber(), locator.getColumnNumber());
    }

    /** Where in the order of all documents something stands. */
    int order(@Nullable Locator locator) {
        String id = locator == null ? null : locator.getSystemId();
        return id == null || !id.startsWith(ADDRESS) ? -1 : Integer.parseInt(id.substring(ADDRESS.length()));
    }

    /** The document that something stands in; none for what XML Schema has itself. */
    Optional<SchemaDocument> documentOf(@Nullable Locator locator) {
        int order = order(locator);
        return order < 0 ? Optional.empty() : Optional.of(documents.get(order));
    }

    @Override
    public void parse(InputSource source, ContentHandler handler, ErrorHandler errors, EntityResolver resolver)
            throws SAXException, IOException {
        String id = String.valueOf(source.getSystemId());
        LocatorImpl locator = new LocatorImpl();
        locator.setSystemId(id);
        handler.setDocumentLocator(locator);
        handler.startDocument();
        if (id.startsWith(ADDRESS)) {
            SchemaDocument document = documents.get(Integer.parseInt(id.substring(ADDRESS.length())));
            handler.startPrefixMapping("xml", BuiltInSchemas.XML);
            if (document.chameleon() && "".equals(document.root().namespaceOf(""))) {
                handler.startPrefixMapping("", document.namespace());
            }
            send(document.root(), document, handler, locator);
        } else {
            try {
                send(SchemaText.read(source.getByteStream(), id), null, handler, locator);
            } catch (XsdException e) {
                throw new SAXException(e);
            }
        }
        handler.endDocument();
    }

    private static void send(
            SchemaNode node, @Nullable SchemaDocument document, ContentHandler handler, LocatorImpl locator)
            throws SAXException {
        place(locator, node);
        for (Map.Entry<String, String> prefix : node.prefixes().entrySet()) {
            if (document == null
                    || !document.chameleon()
                    || !prefix.getKey().isEmpty()
                    || !prefix.getValue().isEmpty()) {
                handler.startPrefixMapping(prefix.getKey(), prefix.getValue());
            }
        }
        AttributesImpl attributes = new AttributesImpl();
        node.attributes().forEach((name, value) -> {
            if (known(node, name)) {
                attributes.addAttribute("", name, name, "CDATA", value);
            }
        });
        if (document != null && node == document.root() && document.chameleon()) {
            attributes.addAttribute("", "targetNamespace", "targetNamespace", "CDATA", document.namespace());
        }
        handler.startElement(node.namespace(), node.local(), node.local(), attributes);
        List<Object> content =
                document != null && node == document.root() ? new ArrayList<>(document.components()) : node.content();
        for (Object part : content) {
            if (part instanceof SchemaNode child) {
                if (child.namespace().equals(SchemaNode.XS) && !child.is("appinfo")) {
                    if (child.is("documentation")) {
                        DocumentationParser.send(child, handler);
                    } else {
                        send(child, document, handler, locator);
                    }
                }
            }
        }
        place(locator, node);
        handler.endElement(node.namespace(), node.local(), node.local());
        for (String prefix : node.prefixes().keySet()) {
            handler.endPrefixMapping(prefix);
        }
    }

    /** Attributes of XML Schema 1.1 and of extensions mean nothing to the library, and stop it. */
    private static boolean known(SchemaNode node, String name) {
        return switch (name) {
            case "xml:lang",
                    "inheritable",
                    "defaultAttributesApply",
                    "defaultAttributes",
                    "xpathDefaultNamespace",
                    "notNamespace",
                    "notQName",
                    "xpath",
                    "appliesToEmpty" -> false;
            case "targetNamespace" -> node.is("schema");
            case "id", "version" -> false;
            default -> true;
        };
    }

    private static void place(LocatorImpl locator, SchemaNode node) {
        locator.setLineNumber(node.position().line());
        locator.setColumnNumber(node.position().column());
    }

    /** Keeps the first problem, which those behind it mostly follow from. */
    private final class Problems implements ErrorHandler {

        private @Nullable SAXParseException first;

        @Override
        public void warning(SAXParseException warning) {
            // What the library only warns of does not change what it makes.
        }

        @Override
        public void error(SAXParseException error) {
            if (first == null) {
                first = error;
            }
        }

        @Override
        public void fatalError(SAXParseException error) {
            error(error);
        }

        void complain() throws XsdException {
            SAXParseException problem = first;
            if (problem == null) {
                return;
            }
            LocatorImpl locator = new LocatorImpl();
            locator.setSystemId(problem.getSystemId());
            locator.setLineNumber(problem.getLineNumber());
            locator.setColumnNumber(problem.getColumnNumber());
            String what =
                    String.valueOf(problem.getMessage()).replaceAll("\\s+", " ").strip();
            throw new XsdException(
                    position(locator),
                    "is no valid XML Schema (" + what + "); expected XML Schema 1.0; correct it at this place",
                    problem);
        }
    }

    /** Makes {@link XsdDocumentation} of an annotation. */
    static final class DocumentationParser extends AnnotationParser {

        private final DocumentationText text = new DocumentationText();

        /** Documentation goes through as one element and one text: whatever is in it has been dealt with. */
        static void send(SchemaNode documentation, ContentHandler handler) throws SAXException {
            AttributesImpl none = new AttributesImpl();
            String language = documentation.attribute("xml:lang");
            if (language != null) {
                none.addAttribute("", "lang", "lang", "CDATA", language);
            }
            char[] characters = DocumentationText.of(documentation).toCharArray();
            handler.startElement(documentation.namespace(), documentation.local(), documentation.local(), none);
            handler.characters(characters, 0, characters.length);
            handler.endElement(documentation.namespace(), documentation.local(), documentation.local());
        }

        @Override
        public ContentHandler getContentHandler(
                AnnotationContext context, String parent, ErrorHandler errors, EntityResolver resolver) {
            return text;
        }

        @Override
        public @Nullable Object getResult(@Nullable Object existing) {
            return text.result().<Object>map(found -> found).orElse(existing);
        }
    }
}

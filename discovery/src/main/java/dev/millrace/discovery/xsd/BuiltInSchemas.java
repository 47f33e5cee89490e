package dev.millrace.discovery.xsd;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;

/** Schemas that ship with Millrace, written for it: of namespaces that many schemas import from an address. */
final class BuiltInSchemas {

    static final String XML = "http://www.w3.org/XML/1998/namespace";
    static final String XLINK = "http://www.w3.org/1999/xlink";

    private static final Map<String, String> FILES = Map.of(XML, "xml.xsd", XLINK, "xlink.xsd");

    private BuiltInSchemas() {}

    /** The schema of a namespace, if there is one. */
    static Optional<SchemaNode> of(String namespace) throws XsdException {
        String file = FILES.get(namespace);
        if (file == null) {
            return Optional.empty();
        }
        String name = "millrace:" + file;
        try (InputStream bytes = BuiltInSchemas.class.getResourceAsStream(file)) {
            if (bytes == null) {
                throw new IllegalStateException(file + " is missing in the jar");
            }
            return Optional.of(SchemaText.read(bytes, name));
        } catch (IOException e) {
            throw SchemaText.unreadable(name, e);
        }
    }
}

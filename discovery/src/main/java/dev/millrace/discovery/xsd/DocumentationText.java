package dev.millrace.discovery.xsd;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.xml.sax.Attributes;
import org.xml.sax.helpers.DefaultHandler;

/** Chooses of an annotation's texts the first one in English or in no language that it tells, else the first one. */
final class DocumentationText extends DefaultHandler {

    private final StringBuilder text = new StringBuilder();
    private String language = "";
    private boolean open;
    private @Nullable String first;
    private @Nullable String best;

    /**
     * The text of a documentation element. Where it is made of elements, as in UBL, that which is called a definition or description is
     * meant.
     */
    static String of(SchemaNode documentation) {
        StringBuilder all = new StringBuilder();
        String definition = definition(documentation);
        if (definition != null) {
            return definition;
        }
        collect(documentation, all);
        return collapsed(all);
    }

    private static @Nullable String definition(SchemaNode node) {
        for (SchemaNode child : node.children()) {
            String name = child.local().toLowerCase(Locale.ROOT);
            if (name.equals("definition") || name.equals("description")) {
                StringBuilder text = new StringBuilder();
                collect(child, text);
                return collapsed(text);
            }
            String deeper = definition(child);
            if (deeper != null) {
                return deeper;
            }
        }
        return null;
    }

    private static void collect(SchemaNode node, StringBuilder all) {
        for (Object part : node.content()) {
            if (part instanceof SchemaNode child) {
                all.append(' ');
                collect(child, all);
                all.append(' ');
            } else {
                all.append(part);
            }
        }
    }

    private static String collapsed(CharSequence text) {
        return text.toString().replaceAll("\\s+", " ").strip();
    }

    /** The text that was chosen, if there is one. */
    Optional<XsdDocumentation> result() {
        String chosen = best != null ? best : first;
        return chosen == null ? Optional.empty() : Optional.of(new XsdDocumentation(chosen));
    }

    @Override
    public void startElement(String namespace, String local, String name, Attributes attributes) {
        if (local.equals("documentation")) {
            open = true;
            text.setLength(0);
            language = Optional.ofNullable(attributes.getValue("", "lang")).orElse("");
        }
    }

    @Override
    public void characters(char[] characters, int start, int length) {
        if (open) {
            text.append(characters, start, length);
        }
    }

    @Override
    public void endElement(String namespace, String local, String name) {
        if (open && local.equals("documentation")) {
            open = false;
            String found = collapsed(text);
            if (!found.isEmpty()) {
                first = first == null ? found : first;
                if (best == null
                        && (language.isEmpty()
                                || language.toLowerCase(Locale.ROOT).startsWith("en"))) {
                    best = found;
                }
            }
        }
    }
}

package dev.millrace.xml.path;

import dev.millrace.xml.Name;
import dev.millrace.xml.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Builds small node trees for tests from a text notation that is plain XML without entities, CDATA and namespaces declarations. */
final class Trees {

    private final String text;
    private int at;
    private int positions;
    private int elements;

    private Trees(String text) {
        this.text = text;
    }

    /** The document node of the tree. {@code {uri}prefix:name} stands for a name in a namespace. */
    static Node document(String text) {
        Trees trees = new Trees(text);
        Node document = new Node(Node.Kind.DOCUMENT, null, null, null, trees.positions++, 0);
        while (trees.at < text.length()) {
            trees.child(document);
        }
        return document;
    }

    /** The document element. */
    static Node element(String text) {
        return Objects.requireNonNull(document(text).firstChild());
    }

    private void child(Node parent) {
        if (text.startsWith("<!--", at)) {
            int end = text.indexOf("-->", at);
            leaf(Node.Kind.COMMENT, null, parent, text.substring(at + 4, end));
            at = end + 3;
        } else if (text.startsWith("<?", at)) {
            int end = text.indexOf("?>", at);
            int space = text.indexOf(' ', at);
            leaf(
                    Node.Kind.PROCESSING_INSTRUCTION,
                    Name.of(text.substring(at + 2, space)),
                    parent,
                    text.substring(space + 1, end));
            at = end + 2;
        } else if (text.charAt(at) == '<') {
            element(parent);
        } else {
            int end = text.indexOf('<', at);
            leaf(Node.Kind.TEXT, null, parent, text.substring(at, end));
            at = end;
        }
    }

    private void leaf(Node.Kind kind, @Nullable Name name, Node parent, String value) {
        parent.append(new Node(kind, name, parent, value, positions++, parent.ordinal()));
    }

    private void element(Node parent) {
        at++;
        Node element = new Node(Node.Kind.ELEMENT, name(), parent, null, positions++, elements++);
        List<Name> names = new ArrayList<>();
        List<String> values = new ArrayList<>();
        while (skipSpace() != '>' && text.charAt(at) != '/') {
            names.add(name());
            at++;
            char quote = text.charAt(at++);
            int end = text.indexOf(quote, at);
            values.add(text.substring(at, end));
            at = end + 1;
        }
        element.attributes(names.toArray(new Name[0]), values.toArray(new String[0]), names.size());
        positions += names.size();
        parent.append(element);
        if (text.charAt(at) == '/') {
            at += 2;
            return;
        }
        at++;
        while (!text.startsWith("</", at)) {
            child(element);
        }
        at = text.indexOf('>', at) + 1;
    }

    private char skipSpace() {
        while (text.charAt(at) == ' ') {
            at++;
        }
        return text.charAt(at);
    }

    private Name name() {
        String namespace = "";
        if (text.charAt(at) == '{') {
            int end = text.indexOf('}', at);
            namespace = text.substring(at + 1, end);
            at = end + 1;
        }
        int start = at;
        while (" =>/".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        String qualified = text.substring(start, at);
        int colon = qualified.indexOf(':');
        return new Name(namespace, colon < 0 ? "" : qualified.substring(0, colon), qualified.substring(colon + 1));
    }
}

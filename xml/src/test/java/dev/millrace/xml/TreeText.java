package dev.millrace.xml;

import java.util.Objects;

/** Writes kept trees as text, so that tests can compare them. */
final class TreeText {

    private TreeText() {}

    static String of(Node node) {
        StringBuilder text = new StringBuilder();
        write(node, text);
        return text.toString();
    }

    /** The child at an index, which must be there. */
    static Node child(Node parent, int index) {
        Node child = parent.firstChild();
        for (int i = 0; i < index && child != null; i++) {
            child = child.nextSibling();
        }
        return Objects.requireNonNull(child, "child " + index);
    }

    private static void write(Node node, StringBuilder text) {
        switch (node.kind()) {
            case TEXT -> text.append('\'').append(node.stringValue()).append('\'');
            case COMMENT -> text.append("<!--").append(node.stringValue()).append("-->");
            case PROCESSING_INSTRUCTION ->
                text.append("<?")
                        .append(node.name())
                        .append(' ')
                        .append(node.stringValue())
                        .append("?>");
            case DOCUMENT -> writeChildren(node, text);
            default -> {
                text.append('<').append(node.name());
                for (int i = 0; i < node.attributeCount(); i++) {
                    text.append(' ').append(node.attributeName(i)).append('=').append(node.attributeValue(i));
                }
                text.append('>');
                writeChildren(node, text);
                text.append("</>");
            }
        }
    }

    private static void writeChildren(Node node, StringBuilder text) {
        for (Node child = node.firstChild(); child != null; child = child.nextSibling()) {
            write(child, text);
        }
    }
}

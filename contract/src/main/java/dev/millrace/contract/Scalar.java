package dev.millrace.contract;

import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * A scalar of a contract file as it was written.
 *
 * @param text the text between the quotes, or the plain text: {@code 007} stays {@code 007}
 * @param kind what YAML 1.2 takes it for
 * @param node its node
 * @param source where it stands
 */
record Scalar(String text, Kind kind, ScalarNode node, YamlText source) {

    /** The kinds of scalars of YAML's core schema, in the words of messages. */
    enum Kind {
        TEXT("the text"),
        NUMBER("the number"),
        BOOLEAN("the truth value"),
        NULL("null");

        private final String words;

        Kind(String words) {
            this.words = words;
        }
    }

    /** The scalar, or null if its tag is none of the core schema. */
    static @Nullable Scalar of(ScalarNode node, YamlText source) {
        Kind kind = kind(node.getTag());
        return kind == null ? null : new Scalar(node.getValue(), kind, node, source);
    }

    boolean isNull() {
        return kind == Kind.NULL;
    }

    boolean isTrue() {
        return kind == Kind.BOOLEAN && text.equalsIgnoreCase("true");
    }

    Position position() {
        return source.position(node);
    }

    /** The place of a character of the text, from 0. */
    Position position(int offset) {
        return source.position(node, offset);
    }

    /** "the number '1'": what was found, for messages. */
    String found() {
        return kind == Kind.NULL ? kind.words : kind.words + " " + MessageText.quoted(text);
    }

    static @Nullable Kind kind(Tag tag) {
        if (tag.equals(Tag.STR)) {
            return Kind.TEXT;
        }
        if (tag.equals(Tag.INT) || tag.equals(Tag.FLOAT)) {
            return Kind.NUMBER;
        }
        if (tag.equals(Tag.BOOL)) {
            return Kind.BOOLEAN;
        }
        return tag.equals(Tag.NULL) ? Kind.NULL : null;
    }
}

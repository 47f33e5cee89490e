package dev.millrace.xml;

import dev.millrace.document.FaultException;
import dev.millrace.xml.Characters.Context;
import dev.millrace.xml.NameTable.Symbol;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Tells a {@link TagObserver} what a {@link Scanner} reads. Which names a start tag has is found while it is read, by following what came
 * after each name before: a tag like an earlier one costs one comparison for each attribute, and nothing is looked up or made. Used for one
 * text after the other; not thread-safe.
 */
final class TagTeller {

    /** Forms of all tags; beyond, all are forgotten. */
    private static final int MOST = 1 << 14;

    /** Forms of an element's tags; beyond, its attributes are told one by one, as their combinations may be any number. */
    private static final int MOST_OF_ELEMENT = 256;

    private static final Form[] NONE = {};

    /** A start tag up to one of its names, as they are written. */
    static final class Form {

        private final Symbol name;
        /** The tag without this name; null where this is the element's. */
        private final @Nullable Form before;

        private final Form element;
        /** Number of names before this one. */
        private final int length;
        /** Whether a name up to here is that of an attribute with a prefix, which may be bound to something else the next time. */
        private final boolean hasPrefix;

        private final boolean isLoose;
        private final int generation;

        /** The one with another name that came last. */
        private @Nullable Form next;

        private Form[] others = NONE;
        /** Of an element's: how many there are of it. */
        private int size;
        /** What is told of a tag that ends here, and the namespace of its element. */
        private @Nullable TagNames names;

        private String namespace = "";

        /** The tag of an element, so far without attributes. */
        private Form(Symbol element, boolean isLoose, int generation) {
            name = element;
            before = null;
            this.element = this;
            length = 0;
            hasPrefix = false;
            this.isLoose = isLoose;
            this.generation = generation;
        }

        private Form(Symbol attribute, Form before) {
            name = attribute;
            this.before = before;
            element = before.element;
            length = before.length + 1;
            hasPrefix = before.hasPrefix || !attribute.plain;
            isLoose = false;
            generation = before.generation;
        }
    }

    private final TagObserver observer;
    private final TreeBuilder builder;
    private final Characters characters;

    /** The tag that is being read, up to here. */
    private @Nullable Form form;

    /** The attributes of that tag, if its element's are told one by one. */
    private final List<Symbol> loose = new ArrayList<>(0);

    private int forms;
    private int generation;

    /** Whether there is text since the last tag. */
    private boolean text;

    TagTeller(TagObserver observer, TreeBuilder builder, Characters characters) {
        this.observer = observer;
        this.builder = builder;
        this.characters = characters;
    }

    void startDocument() {
        // Of a document that failed.
        text = false;
        loose.clear();
        observer.startDocument();
    }

    void endDocument() {
        observer.endDocument();
    }

    /** Takes the name of a start tag. Its attributes come next, and then {@link #startTag}. */
    void element(Symbol name) {
        if (forms > MOST) {
            forms = 0;
            generation++;
        }
        Form known = name.form;
        form = known != null && known.generation == generation ? known : first(name, false);
    }

    private Form first(Symbol element, boolean isLoose) {
        forms++;
        Form made = new Form(element, isLoose, generation);
        element.form = made;
        return made;
    }

    /** Takes an attribute of the tag that is being read, but no declaration of a namespace. */
    void attribute(Symbol name) {
        Form before = at();
        Form expected = before.next;
        form = expected != null && expected.name == name ? expected : with(name, before);
    }

    private Form with(Symbol name, Form before) {
        if (before.isLoose) {
            loose.add(name);
            return before;
        }
        for (Form known : before.others) {
            if (known.name == name) {
                before.next = known;
                return known;
            }
        }
        Form made = new Form(name, before);
        before.others = Arrays.copyOf(before.others, before.others.length + 1);
        before.others[before.others.length - 1] = made;
        before.next = made;
        forms++;
        if (++before.element.size == MOST_OF_ELEMENT) {
            // From the next tag on; this one is told as it was begun.
            first(before.element.name, true);
        }
        return made;
    }

    /** Tells the tag that was read. */
    void startTag(String namespace) {
        tellText();
        Form tag = at();
        TagNames names = tag.names;
        if (names == null || !tag.namespace.equals(namespace) || tag.hasPrefix && !isOf(tag, names)) {
            names = names(tag, builder.entry(tag.element.name, namespace).name);
            tag.names = names;
        }
        // Mostly the same object, so that the next comparison is a short one.
        tag.namespace = namespace;
        observer.startTag(names);
        if (tag.isLoose) {
            loose.forEach(name -> observer.attribute(name(name)));
            loose.clear();
        }
    }

    /** Whether a tag's attributes have these names, by what their prefixes are bound to now. */
    private boolean isOf(Form tag, TagNames names) {
        for (Form at = tag; at.before != null; at = at.before) {
            if (!at.name.plain && !names.attributes().get(at.length - 1).equals(name(at.name))) {
                return false;
            }
        }
        return true;
    }

    private TagNames names(Form tag, Name element) {
        List<Name> attributes = new ArrayList<>(tag.length);
        for (Form at = tag; at.before != null; at = at.before) {
            attributes.add(name(at.name));
        }
        Collections.reverse(attributes);
        return new TagNames(element, attributes);
    }

    private Name name(Symbol attribute) {
        String namespace = attribute.plain ? "" : Objects.requireNonNull(attribute.prefix.namespace);
        return builder.entry(attribute, namespace).name;
    }

    void endTag() {
        tellText();
        observer.endTag();
    }

    /**
     * Takes a piece of text.
     *
     * @param special what {@link Characters#found()} said of it
     */
    void text(int from, int to, int special, Context context) throws FaultException {
        if (!text) {
            text = !(Characters.hasReference(special)
                    ? Characters.isBlank(characters.decode(from, to, special, context))
                    : characters.isBlank(from, to));
        }
    }

    private void tellText() {
        if (text) {
            text = false;
            observer.text();
        }
    }

    private Form at() {
        return Objects.requireNonNull(form);
    }
}

package dev.millrace.discovery;

import dev.millrace.discovery.xsd.XsdAttribute;
import dev.millrace.discovery.xsd.XsdDocumentation;
import dev.millrace.discovery.xsd.XsdElement;
import dev.millrace.discovery.xsd.XsdOccurs;
import dev.millrace.discovery.xsd.XsdValue;
import dev.millrace.summary.PathNode;
import dev.millrace.summary.Place;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What a schema says of an element or attribute, and where documents say otherwise. */
final class Declared {

    /** Characters of what the schema says in words, beside a column. */
    private static final int LONGEST_SENTENCE = 100;

    private static final int LONGEST_DESCRIPTION = 400;

    /**
     * Documents and schema do not agree.
     *
     * @param path names from the document element down
     * @param words what both say, without values
     * @param place where; null where it is not known
     * @param values the values among which the first that contradicts is to be looked for; null where that makes no sense
     * @param isSure whether there is one among them; else it is no contradiction where none is found
     */
    record Contradiction(
            String path,
            String words,
            @Nullable Place place,
            @Nullable Doubtful values,
            boolean isSure) {}

    /**
     * Values of which some are not as the schema has them.
     *
     * @param nodes the paths that have them
     * @param isSound whether a value, without white space at its ends, is as the schema has it
     */
    record Doubtful(List<PathNode> nodes, Predicate<String> isSound) {}

    /** Is told what contradicts a schema. */
    @FunctionalInterface
    interface Against {
        /**
         * @param isSound whether a value is as the schema has it; null where the place is known, or no value is to blame
         * @param isSure whether there is a value that is not; else all have to be looked at
         */
        void accept(String words, @Nullable Place place, @Nullable Predicate<String> isSound, boolean isSure);

        /** There is a value that is not as the schema has it. */
        default void accept(String words, @Nullable Place place, @Nullable Predicate<String> isSound) {
            accept(words, place, isSound, true);
        }
    }

    /** How often it is in its parent; an attribute, once at most. */
    final XsdOccurs occurs;
    /** What its text may be; null where it has no text of its own. */
    final @Nullable XsdValue value;
    /** What the schema says of it in words: the first sentence, "" for nothing. */
    final String sentence;

    final boolean nillable;
    /** What an attribute is taken for where it is not there, and an element where it is empty; null for nothing. */
    final @Nullable String otherwise;
    /** What else is to be told of it. */
    final List<String> notes = new ArrayList<>();

    /** Elements within which it is unique, by a key of the schema. */
    final Set<Shape> uniqueIn = new LinkedHashSet<>();
    /** Whether such a key says that it is never missing. */
    boolean inKey;
    /** What it refers to, by a key of the schema. */
    final Set<Shape> refersTo = new LinkedHashSet<>();

    private Declared(
            XsdOccurs occurs,
            @Nullable XsdValue value,
            Optional<XsdDocumentation> documentation,
            boolean nillable,
            @Nullable String otherwise) {
        this.occurs = occurs;
        this.value = value;
        this.sentence = documentation
                .map(XsdDocumentation::firstSentence)
                .map(text -> shortened(text, LONGEST_DESCRIPTION))
                .orElse("");
        this.nillable = nillable;
        this.otherwise = otherwise;
    }

    static Declared of(XsdElement element) {
        Declared declared = new Declared(
                element.occurs(),
                element.value().orElse(null),
                element.documentation(),
                element.nillable(),
                element.defaultValue().or(element::fixedValue).orElse(null));
        if (!element.onlyInTypes().isEmpty()) {
            declared.notes.add("only where xsi:type is " + names(element.onlyInTypes()));
        }
        element.substitutes().ifPresent(head -> declared.notes.add("stands for " + head.local()));
        element.anyAttribute()
                .ifPresent(any -> declared.notes.add("may have attributes that the schema does not name"));
        return declared;
    }

    static Declared of(XsdAttribute attribute) {
        return new Declared(
                new XsdOccurs(attribute.required() ? 1 : 0, 1),
                attribute.value(),
                attribute.documentation(),
                false,
                attribute.defaultValue().orElse(null));
    }

    /** Of what a schema lets in without naming it. */
    static Declared of(XsdOccurs occurs, String note) {
        Declared declared = new Declared(occurs, null, Optional.empty(), false, null);
        declared.notes.add(note);
        return declared;
    }

    private static String names(List<dev.millrace.xml.Name> names) {
        List<String> some =
                names.stream().limit(3).map(dev.millrace.xml.Name::local).toList();
        return String.join(" or ", some) + (names.size() > 3 ? " or …" : "");
    }

    static String shortened(String text) {
        return shortened(text, LONGEST_SENTENCE);
    }

    private static String shortened(String text, int characters) {
        if (text.codePointCount(0, text.length()) <= characters) {
            return text;
        }
        int end = text.lastIndexOf(' ', text.offsetByCodePoints(0, characters));
        return text.substring(0, end > 0 ? end : text.offsetByCodePoints(0, characters)) + " …";
    }

    /** Whether it names its element. */
    boolean isId() {
        return value != null && value.identity() == XsdValue.Identity.ID;
    }

    /** Whether it is unique within an element, or within one around that. */
    boolean isUniqueIn(Shape element) {
        for (Shape at = element; at != null; at = at.parent) {
            if (uniqueIn.contains(at)) {
                return true;
            }
        }
        return false;
    }
}

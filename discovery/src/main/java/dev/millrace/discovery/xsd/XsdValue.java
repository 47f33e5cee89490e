package dev.millrace.discovery.xsd;

import dev.millrace.contract.SqlType;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;

/**
 * What a text may be: that of an attribute, or of an element without elements in it.
 *
 * @param type the SQL type that fits best: the narrowest that holds every value which the schema allows, or, where a schema
 *     sets no bound, one that holds all that is likely
 * @param holdsAll whether the type holds every value that the schema allows. It does not where there is no bound, so that a
 *     number is a {@code decimal(38,…)} which a number of 39 digits does not fit; {@code text} would, and could not be
 *     added up
 * @param schemaType the type's name, such as {@code xs:token} or {@code CurrencyCode}; of a type without a name, that of
 *     the one that it restricts
 * @param reason why it is this type, in a few words, such as {@code xs:decimal, 18 digits, 5 after the point}
 * @param format the format that a contract needs to read it, such as {@code hex}; empty where the standard form is right
 * @param list whether it is a list of values with white space between them
 * @param item what each value of a list is
 * @param enumeration the only values that it may have, in the order of the schema; empty where there is no such list
 * @param length how many characters (bytes of binary values, items of a list) it has
 * @param minLength how many it has at least
 * @param maxLength how many it has at most
 * @param totalDigits how many digits a number has at most
 * @param fractionDigits how many digits a number has at most after its point
 * @param patterns what the text must match, as regular expressions of XML Schema: all of them
 * @param fixedDigits how many digits the text consists of, where a pattern says that it is just those
 * @param whiteSpace what is done to white space before the text counts
 * @param zone whether a date or time tells its zone
 * @param identity whether it is an ID, or refers to one
 */
public record XsdValue(
        SqlType type,
        boolean holdsAll,
        String schemaType,
        String reason,
        Optional<String> format,
        boolean list,
        Optional<XsdValue> item,
        List<String> enumeration,
        OptionalInt length,
        OptionalInt minLength,
        OptionalInt maxLength,
        OptionalInt totalDigits,
        OptionalInt fractionDigits,
        List<String> patterns,
        OptionalInt fixedDigits,
        WhiteSpace whiteSpace,
        Zone zone,
        Identity identity) {

    /** What is done to white space before a text counts. */
    public enum WhiteSpace {
        /** Nothing. */
        PRESERVE,
        /** Each tabulator and end of line is a blank. */
        REPLACE,
        /** And of several blanks one is left, at the ends none. */
        COLLAPSE
    }

    /** Whether a date or time tells its zone. */
    public enum Zone {
        /** Never, or it is no date or time. */
        NONE,
        /** It may; XML Schema leaves it open where nothing else is said. */
        OPTIONAL,
        /** Always. */
        REQUIRED
    }

    /** Whether a value names its element, or refers to one that is named so. */
    public enum Identity {
        /** Neither. */
        NONE,
        /** It is unique in its document. */
        ID,
        /** It is the ID of an element of its document. */
        IDREF,
        /** It is a list of such IDs. */
        IDREFS
    }

    /**
     * Tells of a text, whose white space was dealt with, whether all patterns match it. Those that are not understood, or would take too
     * long, count as matching.
     */
    public Predicate<String> matchesPatterns() {
        List<PatternShape> shapes = patterns.stream()
                .flatMap(pattern -> PatternShape.of(pattern).stream())
                .toList();
        return text -> shapes.stream().allMatch(shape -> shape.matches(text).orElse(true));
    }

    /** Takes copies of the lists. */
    public XsdValue {
        enumeration = List.copyOf(enumeration);
        patterns = List.copyOf(patterns);
    }
}

package dev.millrace.mapping;

import dev.millrace.xml.path.PathExpression;
import org.jspecify.annotations.Nullable;

/**
 * A value of {@code distinct: prefer}. The lowest ranks first: numbers, in numeric order (as xs:double), then texts by code
 * point, then nothing.
 */
final class Rank implements Comparable<Rank> {

    static final Rank LAST = new Rank(null, null);

    private final @Nullable Double number;
    private final @Nullable String text;

    private Rank(@Nullable Double number, @Nullable String text) {
        this.number = number;
        this.text = text;
    }

    static Rank of(Object item) {
        if (item instanceof Long integer) {
            return new Rank(integer.doubleValue(), null);
        }
        String text = XmlSpace.trim(PathExpression.lexical(item));
        if (text.isEmpty()) {
            return LAST;
        }
        return Numeral.parse(text) == null ? new Rank(null, text) : new Rank(Double.valueOf(text), null);
    }

    @Override
    public int compareTo(Rank other) {
        if (number != null) {
            return other.number == null ? -1 : Double.compare(number, other.number);
        }
        if (text != null) {
            return other.number != null ? 1 : other.text == null ? -1 : byCodePoint(text, other.text);
        }
        return other == LAST ? 0 : 1;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Rank rank && compareTo(rank) == 0;
    }

    @Override
    public int hashCode() {
        return number != null ? number.hashCode() : text != null ? text.hashCode() : 0;
    }

    /** String.compareTo goes by UTF-16 units, which puts supplementary characters before some others. */
    private static int byCodePoint(String one, String other) {
        int length = Math.min(one.length(), other.length());
        for (int i = 0; i < length; i++) {
            if (one.charAt(i) != other.charAt(i)) {
                boolean surrogates = Character.isSurrogate(one.charAt(i)) && Character.isSurrogate(other.charAt(i));
                // In two pairs with the same first half, the second halves are in order by themselves.
                return surrogates
                        ? Character.compare(one.charAt(i), other.charAt(i))
                        : Integer.compare(one.codePointAt(i), other.codePointAt(i));
            }
        }
        return Integer.compare(one.length(), other.length());
    }
}

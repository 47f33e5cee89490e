package dev.millrace.contract;

import org.jspecify.annotations.Nullable;

/**
 * A {@code format} for numbers: shows by example how a producer writes them. {@code #} and {@code 0} stand for digits;
 * {@code . , ' _} and a space can separate groups or decimals; anything before and after is literal text.
 *
 * <ul>
 *   <li>Two different separators: the last is the decimal one: {@code #,##0.00}, {@code #.##0,00}, {@code # ##0,0}.
 *   <li>One separator, more than once: it groups: {@code #.###.##0}.
 *   <li>One separator, once: it groups when a {@code #} comes before a {@code 0} behind it ({@code #,##0}); otherwise it
 *       is the decimal one ({@code 0,00}, {@code 0.##}).
 * </ul>
 *
 * <p>A text may have its sign in front, may leave all group separators out, but may not have groups of other than three
 * digits. How many digits there may be is the column's type's business, not the pattern's. Immutable.
 */
public final class NumberPattern {

    private static final String SEPARATORS = ".,'_ \u00a0\u202f";
    private static final char NONE = '\0';
    private static final int GROUP = 3;

    private final String prefix;
    private final String suffix;
    private final char grouping;
    private final char decimal;

    private NumberPattern(String prefix, String suffix, char grouping, char decimal) {
        this.prefix = prefix;
        this.suffix = suffix;
        this.grouping = grouping;
        this.decimal = decimal;
    }

    /** @throws IllegalArgumentException when the text is no pattern */
    public static NumberPattern of(String pattern) {
        int start = 0;
        while (start < pattern.length() && !isPlaceholder(pattern.charAt(start))) {
            start++;
        }
        int end = pattern.length();
        while (end > start && !isPlaceholder(pattern.charAt(end - 1))) {
            end--;
        }
        if (start == end) {
            throw new IllegalArgumentException("format '" + pattern + "' has no # or 0 for the digits");
        }
        char first = NONE;
        char last = NONE;
        int lastAt = -1;
        int separators = 0;
        for (int i = start; i < end; i++) {
            char c = pattern.charAt(i);
            if (isPlaceholder(c)) {
                continue;
            }
            boolean third = first != last && c != last;
            if (SEPARATORS.indexOf(c) < 0 || third || separators > 1 && first != last) {
                throw new IllegalArgumentException("format '" + pattern + "' is no number pattern at '" + c
                        + "': use one group separator and one decimal separator, such as #,##0.00");
            }
            first = separators == 0 ? c : first;
            last = c;
            lastAt = i;
            separators++;
        }
        String prefix = pattern.substring(0, start);
        String suffix = pattern.substring(end);
        if (separators == 0) {
            return new NumberPattern(prefix, suffix, NONE, NONE);
        }
        if (first != last) {
            return new NumberPattern(prefix, suffix, first, last);
        }
        String behind = pattern.substring(lastAt + 1, end);
        boolean groups = separators > 1 || behind.indexOf('#') >= 0 && behind.indexOf('#') < behind.indexOf('0');
        return groups ? new NumberPattern(prefix, suffix, first, NONE) : new NumberPattern(prefix, suffix, NONE, first);
    }

    /** The number in the standard form, or null if the text is not of this pattern. */
    public @Nullable String normalize(String text) {
        StringBuilder number = new StringBuilder(text.length());
        int at = 0;
        int end = text.length() - suffix.length();
        if (end > 0 && (text.charAt(0) == '-' || text.charAt(0) == '+')) {
            number.append(text.charAt(0));
            at = 1;
        }
        if (!text.startsWith(prefix, at) || !text.endsWith(suffix) || end <= at + prefix.length()) {
            return null;
        }
        at += prefix.length();
        int digitsOfGroup = 0;
        boolean grouped = false;
        boolean fraction = false;
        int digits = 0;
        for (; at < end; at++) {
            char c = text.charAt(at);
            if (c >= '0' && c <= '9') {
                number.append(c);
                digits++;
                digitsOfGroup++;
            } else if (c == decimal && !fraction) {
                if (grouped && digitsOfGroup != GROUP) {
                    return null;
                }
                fraction = true;
                number.append('.');
            } else if (c == grouping && !fraction) {
                boolean complete = grouped ? digitsOfGroup == GROUP : digitsOfGroup >= 1 && digitsOfGroup <= GROUP;
                if (!complete) {
                    return null;
                }
                grouped = true;
                digitsOfGroup = 0;
            } else {
                return null;
            }
        }
        boolean lastGroupComplete = fraction || !grouped || digitsOfGroup == GROUP;
        return digits > 0 && lastGroupComplete ? number.toString() : null;
    }

    private static boolean isPlaceholder(char c) {
        return c == '#' || c == '0';
    }
}

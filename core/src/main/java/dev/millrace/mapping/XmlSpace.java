package dev.millrace.mapping;

/** The white space of XML: space, tab, line feed and carriage return. That of Unicode is for who asks for it. */
final class XmlSpace {

    private XmlSpace() {}

    static boolean is(char c) {
        return c == ' ' || c == '\n' || c == '\t' || c == '\r';
    }

    /** The text without white space at both ends: the same object where there is none. */
    static String trim(String text) {
        int end = text.length();
        if (end == 0 || text.charAt(0) > ' ' && text.charAt(end - 1) > ' ') {
            return text;
        }
        int start = 0;
        while (start < end && is(text.charAt(start))) {
            start++;
        }
        while (end > start && is(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(start, end);
    }

    /** The text without white space at both ends, and with one space for each white space in between: as XML Schema's {@code collapse}. */
    static String collapse(String text) {
        String trimmed = trim(text);
        StringBuilder collapsed = null;
        for (int i = 0; i < trimmed.length(); i++) {
            char c = trimmed.charAt(i);
            boolean superfluous = is(c) && is(trimmed.charAt(i - 1));
            if (collapsed == null && (superfluous || is(c) && c != ' ')) {
                collapsed = new StringBuilder(trimmed.length()).append(trimmed, 0, i);
            }
            if (collapsed != null && !superfluous) {
                collapsed.append(is(c) ? ' ' : c);
            }
        }
        return collapsed == null ? trimmed : collapsed.toString();
    }

    /** The text without white space of Unicode at both ends, no-break spaces included. */
    static String trimUnicode(String text) {
        int end = text.length();
        int start = 0;
        while (start < end && isUnicode(text.charAt(start))) {
            start++;
        }
        while (end > start && isUnicode(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(start, end);
    }

    /** All white space is in the first plane; U+0085, the next line, is a control character to Java. */
    private static boolean isUnicode(char c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == 0x85;
    }
}

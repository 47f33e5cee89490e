package dev.millrace.mapping;

/** The white space of XML: space, tab, line feed and carriage return, and no other. */
final class XmlSpace {

    private XmlSpace() {}

    static boolean is(char c) {
        return c == ' ' || c == '\n' || c == '\t' || c == '\r';
    }

    /** The text without white space at both ends: the same object where there is none. */
    static String trim(String text) {
        int end = text.length();
        int start = 0;
        while (start < end && is(text.charAt(start))) {
            start++;
        }
        while (end > start && is(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(start, end);
    }
}

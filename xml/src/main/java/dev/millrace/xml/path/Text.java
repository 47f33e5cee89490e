package dev.millrace.xml.path;

/** Strings as XPath sees them: white space of XML, order and length by code point. */
final class Text {

    private Text() {}

    static boolean isSpace(char c) {
        return c == ' ' || c == '\n' || c == '\t' || c == '\r';
    }

    /** The text without the white space around it. */
    static String trim(String text) {
        int start = 0;
        int end = text.length();
        while (start < end && isSpace(text.charAt(start))) {
            start++;
        }
        while (end > start && isSpace(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(start, end);
    }

    /** fn:normalize-space; the text itself when there is nothing to do. */
    static String normalizeSpace(String text) {
        boolean afterSpace = true;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean space = isSpace(c);
            if (space && (afterSpace || c != ' ' || i == text.length() - 1)) {
                return squeezed(text);
            }
            afterSpace = space;
        }
        return text;
    }

    private static String squeezed(String text) {
        StringBuilder squeezed = new StringBuilder(text.length());
        boolean pending = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (isSpace(c)) {
                pending = squeezed.length() > 0;
            } else {
                if (pending) {
                    squeezed.append(' ');
                    pending = false;
                }
                squeezed.append(c);
            }
        }
        return squeezed.toString();
    }

    /** Order by code point, XPath's default collation; String.compareTo would order by UTF-16 unit. */
    static int compare(String a, String b) {
        int length = Math.min(a.length(), b.length());
        for (int i = 0; i < length; i++) {
            char x = a.charAt(i);
            char y = b.charAt(i);
            if (x != y) {
                boolean surrogates = Character.isSurrogate(x) != Character.isSurrogate(y);
                return surrogates ? (Character.isSurrogate(x) ? 1 : -1) : Character.compare(x, y);
            }
        }
        return Integer.compare(a.length(), b.length());
    }

    static boolean hasSurrogates(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return true;
            }
        }
        return false;
    }

    /** fn:string-length: in code points. */
    static long length(String text) {
        return text.codePointCount(0, text.length());
    }

    /** fn:substring: positions count code points from 1; what lies outside of the text is no error. */
    static String substring(String text, double start, double length) {
        double begin = NumberFunctions.round(start);
        double end = begin + NumberFunctions.round(length);
        int count = (int) length(text);
        if (!(begin < end) || !(begin <= count) || !(end > 1)) {
            return "";
        }
        int from = begin <= 1 ? 0 : (int) begin - 1;
        int to = end > count ? count : (int) end - 1;
        return count == text.length()
                ? text.substring(from, to)
                : text.substring(text.offsetByCodePoints(0, from), text.offsetByCodePoints(0, to));
    }

    /** fn:translate */
    static String translate(String text, String from, String to) {
        if (hasSurrogates(text) || hasSurrogates(from) || hasSurrogates(to)) {
            return translateCodePoints(text, from, to);
        }
        StringBuilder translated = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int index = from.indexOf(c);
            if (index >= 0 && translated == null) {
                translated = new StringBuilder(text.length()).append(text, 0, i);
            }
            if (translated != null && index < to.length()) {
                translated.append(index < 0 ? c : to.charAt(index));
            }
        }
        return translated == null ? text : translated.toString();
    }

    private static String translateCodePoints(String text, String from, String to) {
        int[] wanted = from.codePoints().toArray();
        int[] given = to.codePoints().toArray();
        StringBuilder translated = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            int index = 0;
            while (index < wanted.length && wanted[index] != c) {
                index++;
            }
            if (index == wanted.length) {
                translated.appendCodePoint(c);
            } else if (index < given.length) {
                translated.appendCodePoint(given[index]);
            }
        });
        return translated.toString();
    }

    /** Char of XML 1.0. */
    static boolean isXmlCharacter(long c) {
        return c == 9
                || c == 10
                || c == 13
                || c >= 0x20 && c <= 0xD7FF
                || c >= 0xE000 && c <= 0xFFFD
                || c >= 0x10000 && c <= 0x10FFFF;
    }
}

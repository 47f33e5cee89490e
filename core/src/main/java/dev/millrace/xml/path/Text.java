package dev.millrace.xml.path;

/** White space as XML knows it. */
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
}
